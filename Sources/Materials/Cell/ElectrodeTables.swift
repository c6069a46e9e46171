/// What is measured of electrode materials, what is assumed of classes of them, and what the rest of a cell is made of:
/// `Data/electrode-materials.csv`, `electrode-classes.csv` and `cell-components.csv`.
public struct ElectrodeTables: Sendable {
    /// A material whose density, volume change and practical capacity are known.
    public struct Material: Sendable {
        /// What people call it.
        public var name: String
        /// Its reaction.
        public var reaction: InsertionReaction
        /// The kind of its host.
        public var structure: HostStructure
        /// The composition that density and capacities are of: as the electrode is made.
        public var reference: Composition
        /// Crystal density in kg/m³.
        public var density: Double
        /// Change of volume over the whole reaction, a fraction of `reference`'s, without its sign.
        public var volumeChange: Double
        /// Reversible capacity in usual cells, mAh per gram of `reference`.
        public var capacity: ClosedRange<Double>
        /// V against the ion's metal, for alloys that the table of voltages does not list.
        public var voltage: Double?
        /// Where it was published.
        public var source: String
    }

    /// All materials, in the file's order.
    public let materials: [Material]
    private let places: [String: Int]
    private let priors: [String: UncertainQuantity]
    private let components: [String: UncertainQuantity]

    /// The shipped tables. Throws ``MaterialError``.
    public static func shipped() throws -> ElectrodeTables { try loaded.get() }

    private static let loaded = Result<ElectrodeTables, any Error> {
        let folder = try DataFolder.path()
        return try ElectrodeTables(
            materials: CommaTable(path: folder + "/electrode-materials.csv"),
            classes: CommaTable(path: folder + "/electrode-classes.csv"),
            components: CommaTable(path: folder + "/cell-components.csv"))
    }

    init(materials: CommaTable, classes: CommaTable, components: CommaTable) throws {
        let read = try Self.read(materials)
        self.materials = read
        places = Dictionary(read.indices.map { (read[$0].reaction.key, $0) }) { first, _ in first }
        var priors: [String: UncertainQuantity] = [:]
        for row in classes.rows {
            let text = try Self.texts(row, in: classes, ["class", "property", "unit", "source"])
            let numbers = try Self.numbers(row, in: classes, ["value", "low", "high"])
            priors[text[0] + "|" + text[1]] = UncertainQuantity(
                numbers[0], numbers[1], numbers[2], unit: text[2], origin: .classPrior, source: text[3],
                // Rates are spread over magnitudes, the others evenly.
                isLogarithmic: numbers[2] > 3 * numbers[1])
        }
        self.priors = priors
        var parts: [String: UncertainQuantity] = [:]
        for row in components.rows {
            let text = try Self.texts(row, in: components, ["name", "unit", "source"])
            let value = try Self.numbers(row, in: components, ["value"])[0]
            parts[text[0]] = UncertainQuantity(
                value, value, value, unit: text[1], origin: .classPrior, source: text[2])
        }
        self.components = parts
    }

    private static func texts(_ row: CommaTable.Row, in table: CommaTable, _ columns: [String]) throws -> [String] {
        try columns.map { column in
            let place = try table.place(required: column)
            return place < row.fields.count ? row.fields[place] : ""
        }
    }

    private static func numbers(_ row: CommaTable.Row, in table: CommaTable, _ columns: [String]) throws -> [Double] {
        try columns.map { column in
            guard let value = try table.number(row, table.place(required: column)) else {
                throw MaterialError(
                    .table, place: "\(table.path): line \(row.line)", problem: "no \(column)", remedy: "write a number")
            }
            return value
        }
    }

    private static func read(_ table: CommaTable) throws -> [Material] {
        try table.rows.map { row in
            let text = try texts(
                row, in: table,
                ["name", "working_ion", "class", "formula_charge", "formula_discharge", "formula", "source"])
            let number = try numbers(
                row, in: table,
                ["density_g_cm3", "volume_change_frac", "capacity_low_mAh_g", "capacity_high_mAh_g"])
            guard let ion = Element(symbol: text[1]), let structure = HostStructure(rawValue: text[2]),
                number[2] <= number[3]
            else {
                throw MaterialError(
                    .table, place: "\(table.path): line \(row.line)", problem: "no such ion, class or range",
                    remedy: "write Li or Na, a class of electrode-classes.csv, and the lower capacity first")
            }
            return Material(
                name: text[0],
                reaction: try InsertionReaction(
                    charged: Formula(text[3]).composition, discharged: Formula(text[4]).composition, ion: ion),
                structure: structure, reference: try Formula(text[5]).composition, density: 1000 * number[0],
                volumeChange: number[1], capacity: number[2]...number[3],
                voltage: try table.number(row, table.place(required: "voltage_V")), source: text[6])
        }
    }

    /// The material of a reaction, nil where none is listed.
    public func material(of reaction: InsertionReaction) -> Material? {
        places[reaction.key].map { materials[$0] }
    }

    /// The first listed reaction of a composition, whichever end it is.
    func reaction(of composition: Composition, ion: Element?) -> InsertionReaction? {
        let own = composition.reduced
        func isIt(_ material: Material) -> Bool { ion == nil || material.reaction.ion == ion }
        return
            (materials.first { isIt($0) && $0.reaction.discharged.reduced == own }
            ?? materials.first { isIt($0) && $0.reaction.charged.reduced == own })?.reaction
    }

    /// What is assumed of a class; that of `other` where the class has no such row.
    public func prior(_ property: String, of group: String) throws -> UncertainQuantity {
        if let prior = priors[group + "|" + property] ?? priors["other|" + property] { return prior }
        throw MaterialError(
            .table, place: "electrode-classes.csv", problem: "no \(property) of \(group)", remedy: "add a row")
    }

    /// A part of the cell, such as `separator_thickness`.
    public func component(_ name: String) throws -> UncertainQuantity {
        if let part = components[name] { return part }
        throw MaterialError(.table, place: "cell-components.csv", problem: "no \(name)", remedy: "add a row")
    }

    /// Share of the theoretical capacity that cells use, by the listed materials of a structure and an ion: their mean, and
    /// the range of them all; that of all insertion materials where fewer than two are listed.
    public func usableFraction(_ structure: HostStructure, ion: Element, table: ElementTable) -> UncertainQuantity {
        func shares(_ chosen: [Material]) -> [Double] {
            chosen.flatMap { material -> [Double] in
                let theory = material.theoreticalCapacity(table)
                return [material.capacity.lowerBound / theory, material.capacity.upperBound / theory]
            }
        }
        let like = materials.filter { $0.structure == structure && $0.reaction.ion == ion }
        let alike = like.count > 1 ? like : materials.filter { $0.structure == structure }
        let chosen = alike.count > 1 ? alike : materials.filter { $0.structure != .alloy }
        let all = shares(chosen).map { min($0, 0.98) }
        let mean = all.reduce(0, +) / Double(max(all.count, 1))
        let names = alike.count > 1 ? "\(structure.rawValue) electrodes" : "all insertion electrodes"
        return UncertainQuantity(
            mean, all.min() ?? mean, all.max() ?? mean, unit: "", origin: .classPrior,
            source: "practical over theoretical capacity of the listed \(names) (electrode-materials.csv)")
    }
}

extension ElectrodeTables.Material {
    /// Crystal density of `reference` in kg/m³, and the range in which densities of made crystals lie: vacancies and foreign
    /// phases lower it by up to 2 %.
    var measuredDensity: UncertainQuantity {
        UncertainQuantity(density, 0.98 * density, density, unit: "kg/m3", origin: .known, source: source)
    }

    /// `volumeChange`, which depends by about a fifth on how far and how it is measured.
    public var measuredVolumeChange: UncertainQuantity {
        UncertainQuantity(
            volumeChange, 0.8 * volumeChange, 1.2 * volumeChange, unit: "", origin: .known, source: source)
    }

    /// Crystal density of the discharged material in kg/m³; nil where the table's is that of neither end.
    ///
    /// Of materials that are made charged: `ρ M_d / M_c / (1 + ΔV/V)`, per the same host.
    public func measuredDensityDischarged(_ table: ElementTable) -> UncertainQuantity? {
        if reference.reduced == reaction.discharged.reduced { return measuredDensity }
        guard reference.reduced == reaction.charged.reduced else { return nil }
        let mass = table.molarMass(reaction.discharged) / table.molarMass(reaction.charged)
        let (made, change) = (measuredDensity, measuredVolumeChange)
        return UncertainQuantity(
            made.value * mass / (1 + change.value), made.low * mass / (1 + change.high),
            made.high * mass / (1 + change.low), unit: made.unit, origin: .known, source: source)
    }

    /// mAh per gram of the reference composition, exact.
    func theoreticalCapacity(_ table: ElementTable) -> Double {
        InsertionReaction.capacity(
            ions: reaction.ions(perFormulaOf: reference), charge: reaction.ionCharge,
            molarMass: table.molarMass(reference))
    }

    /// Highest ion content, mol per m³ of the reference composition: `n ρ / M`.
    func maximumConcentration(_ table: ElementTable) -> Double {
        reaction.ions(perFormulaOf: reference) * density / (table.molarMass(reference) / 1000)
    }
}

extension InsertionReaction {
    /// Ions exchanged per formula unit of another writing of the same host.
    func ions(perFormulaOf composition: Composition) -> Double {
        ionsInserted * composition.removing(ion).atoms / host.atoms
    }
}
