/// Solid lithium conductors and their conductivity at room temperature: `obelix_train.csv`, with
/// `liverpool_li_ion_conductivity.csv` for
/// further training rows.
enum SolidElectrolyteData {
    /// Names of the descriptors beside Magpie's.
    private static let ownNames = [
        "own temperature", "own lithium fraction", "own lithium per anion", "own anion fraction",
        "own anion electronegativity",
        "own cation electronegativity", "own cation state", "own charge balance", "own atomic mass",
        "own oxygen share of anions",
        "own sulfur share of anions", "own halogen share of anions", "own number of elements", "own fractional lithium",
        "own lithium excess", "own fractional amounts",
        // Of the crystal, where its cell is known.
        "own volume per atom", "own volume per lithium", "own space group", "own formula units", "own shape of cell",
        "own lithium density", "own symmetry",
    ]
    private static let elements: [Element] = [
        1, 5, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 26, 30, 31, 32, 33, 34, 35, 38, 39, 40, 41, 49, 50,
        51, 53, 56,
        57, 60, 72, 73, 74, 83,
    ].compactMap { Element(number: $0) }

    /// Names of all descriptors.
    static let names = MagpieDescriptors.names + elements.map { "fraction \($0)" } + ownNames

    /// Places of the descriptors that only a crystal's cell gives.
    static let crystalPlaces = (names.count - 7)..<names.count

    /// Rows; nil where the folder has no table. Throws ``MaterialError``.
    static func read(_ folder: String, _ magpie: MagpieDescriptors) throws -> SampleSet? {
        guard let table = try DataFile.table(folder, "obelix_train.csv") ?? DataFile.table(folder, "obelix_test.csv")
        else {
            return nil
        }
        var set = SampleSet(names: names, rows: [])
        let (name, composition, conductivity) = (
            try table.place(required: "ID"), try table.place(required: "True Composition"),
            try table.place(required: "Ionic conductivity (S cm-1)")
        )
        let (family, source) = (try table.place(required: "Family"), try table.place(required: "DOI"))
        var unread = 0
        for row in table.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place] : "" }
            // A censored value stands at its bound.
            let value = text(conductivity).drop { $0 == "<" || $0 == " " }
            guard let formula = try? Formula(text(composition)), let number = Double(value), number > 0 else {
                unread += 1
                continue
            }
            var sample = sample(
                text(name), formula.composition, 25, Numbers.logarithm10(number), family: text(family),
                source: text(source),
                magpie)
            if let crystal = try crystal(table, row, formula.composition) {
                sample.features.replaceSubrange((sample.features.count - crystal.count)..., with: crystal)
            }
            set.rows.append(sample)
        }
        if unread > 0 {
            set.notes.append("\(table.fileName): \(unread) rows without a composition or a conductivity left out")
        }
        guard let other = try DataFile.table(folder, "liverpool_li_ion_conductivity.csv") else { return set }
        let columns = try ["ID", "composition", "source", "temperature", "log_target", "family"].map {
            try other.place(required: $0)
        }
        for row in other.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place] : "" }
            guard let formula = try? Formula(text(columns[1])), let temperature = try other.number(row, columns[3]),
                let value = try other.number(row, columns[4]), (15...35).contains(temperature)
            else { continue }
            var sample = sample(
                text(columns[0]), formula.composition, temperature, value, family: text(columns[5]),
                source: text(columns[2]),
                magpie)
            sample.weight = 0.3
            set.extra.append(sample)
        }
        return set
    }

    /// Descriptors of the unit cell, whose content is `composition`; nil where the table has none.
    private static func crystal(_ table: CommaTable, _ row: CommaTable.Row, _ composition: Composition) throws
        -> [Double]?
    {
        let values = try ["a", "b", "c", "alpha", "beta", "gamma"].map { name in
            try table.place(of: name).flatMap { try table.number(row, $0) }
        }
        guard values.allSatisfy({ $0 != nil }) else { return nil }
        let lengths = values.prefix(3).compactMap { $0 }
        let cosines = values.suffix(3).compactMap { $0 }.map { Numbers.cosine($0 * .pi / 180) }
        let squares = cosines.reduce(0) { $0 + $1 * $1 }
        let shape = max(1 - squares + 2 * cosines.reduce(1, *), 1e-6).squareRoot()
        let volume = lengths.reduce(1, *) * shape
        let lithium = composition[.lithium]
        func number(_ name: String) throws -> Double {
            try table.place(of: name).flatMap { try table.number(row, $0) } ?? .nan
        }
        return [
            volume / composition.atoms, lithium > 0 ? volume / lithium : .nan, try number("Space group #"),
            try number("Z"),
            (lengths.min() ?? .nan) / (lengths.max() ?? .nan), lithium / volume,
            Numbers.logarithm(max(try number("Space group #"), 1)),
        ]
    }

    private static func sample(
        _ id: String, _ composition: Composition, _ temperature: Double, _ value: Double, family: String,
        source: String,
        _ magpie: MagpieDescriptors
    ) -> Sample {
        // `Argyrodites` and `argyrodite`, `Anti-Perovskite` and `antiperovskite` are one family.
        var kind = String(family.lowercased().filter { $0.isLetter })
        if kind.hasSuffix("s") { kind.removeLast() }
        return Sample(
            id: id, features: describe(composition, temperature, magpie), target: value,
            compositions: [composition.reduced],
            groups: [
                "random": composition.reduced, "source": source.lowercased(),
                "chemical system": composition.chemicalSystem,
                "family": kind,
            ])
    }

    /// The descriptors of a composition at a temperature in °C.
    static func describe(_ composition: Composition, _ temperature: Double, _ magpie: MagpieDescriptors) -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(names.count)
        magpie.append(composition, to: &out)
        let atoms = composition.atoms
        for element in elements { out.append(composition[element] / atoms) }
        let states = OxidationStates(composition)
        var (anions, anionSum, cations, cationSum, stateSum, mass) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, element) in composition.elements.enumerated() {
            let amount = composition.amounts[index]
            let properties = magpie.properties(of: element)
            let own = properties[properties.startIndex + 7]
            mass += amount * properties[properties.startIndex + 2]
            if states.map({ $0.states[index] < 0 }) ?? (own > 2.5) {
                anions += amount
                anionSum += amount * own
            } else if element != .lithium {
                cations += amount
                cationSum += amount * own
                stateSum += amount * (states?.states[index] ?? .nan)
            }
        }
        let lithium = composition[.lithium]
        func share(_ numbers: [Int]) -> Double {
            numbers.compactMap { Element(number: $0) }.reduce(0) { $0 + composition[$1] } / anions
        }
        out += [
            temperature, lithium / atoms, lithium / anions, anions / atoms, anionSum / anions, cationSum / cations,
            stateSum / cations, states == nil ? 0 : 1, mass / atoms, share([8]), share([16, 34]),
            share([9, 17, 35, 53]),
            Double(composition.elements.count), abs(lithium - lithium.rounded()), lithium - cations,
            // Sites that are partly filled: the more, the more there are to jump to.
            Double(composition.amounts.filter { abs($0 - $0.rounded()) > 0.02 }.count)
                / Double(composition.elements.count),
        ]
        out += [Double](repeating: .nan, count: 7)
        return out
    }
}
