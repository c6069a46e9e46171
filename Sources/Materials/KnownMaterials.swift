/// Electrodes whose voltage was measured: `Data/materials.csv`.
public struct KnownMaterials: Sendable {
    /// An electrode.
    public struct Material: Sendable {
        /// What people call it.
        public var name: String
        /// Its reaction.
        public var reaction: InsertionReaction
        /// The discharged formula as written.
        public var formula: String
        /// Whether it is used as a positive electrode.
        public var isPositive: Bool
        /// Mean voltage against the ion's metal in V, to about 0.1 V; nil where no measurement is listed.
        public var voltage: Double?
        /// Where the voltage was published.
        public var source: String
        /// When.
        public var year: Int?
    }

    /// All of them, in the file's order.
    public let materials: [Material]
    private let places: [String: Int]
    /// Places of materials by their discharged and by their charged ends, reduced.
    private let dischargedPlaces: [String: [Int]]
    private let chargedPlaces: [String: [Int]]

    /// How far a listed voltage may be off: it depends on rate, cut-offs and sample.
    public static let voltageTolerance = 0.1

    /// The shipped table. Throws ``MaterialError``.
    public static func shipped() throws -> KnownMaterials { try loaded.get() }

    private static let loaded = Result<KnownMaterials, any Error> {
        try KnownMaterials(CommaTable(path: DataFolder.path() + "/materials.csv"))
    }

    init(_ table: CommaTable) throws {
        let columns = try [
            "name", "working_ion", "role", "formula_charge", "formula", "average_voltage_V", "source", "year",
        ].map { try table.place(required: $0) }
        var materials: [Material] = []
        var places: [String: Int] = [:]
        for row in table.rows {
            func text(_ index: Int) -> String { columns[index] < row.fields.count ? row.fields[columns[index]] : "" }
            guard let ion = Element(symbol: text(1)) else {
                throw MaterialError(
                    .table, place: "\(table.path): line \(row.line)", problem: "no ion", remedy: "write a symbol")
            }
            let reaction = try InsertionReaction(
                charged: Formula(text(3)).composition, discharged: Formula(text(4)).composition, ion: ion)
            places[reaction.key] = materials.count
            materials.append(
                Material(
                    name: text(0), reaction: reaction, formula: text(4), isPositive: text(2) == "positive",
                    voltage: try table.number(row, columns[5]), source: text(6),
                    year: try table.number(row, columns[7]).map { Int($0) }))
        }
        self.materials = materials
        self.places = places
        dischargedPlaces = Dictionary(grouping: materials.indices) { materials[$0].reaction.discharged.reduced }
        chargedPlaces = Dictionary(grouping: materials.indices) { materials[$0].reaction.charged.reduced }
    }

    /// The material of a reaction, nil where none is listed.
    public func material(of reaction: InsertionReaction) -> Material? {
        places[reaction.key].map { materials[$0] }
    }

    /// The first listed reaction of a formula, whichever end it is; that in which it is discharged first.
    public func material(of composition: Composition, ion: Element?) -> Material? {
        let own = composition.reduced
        func first(_ places: [Int]?) -> Material? {
            places?.first { ion == nil || materials[$0].reaction.ion == ion }.map { materials[$0] }
        }
        return first(dischargedPlaces[own]) ?? first(chargedPlaces[own])
    }

    /// The listed material whose discharged composition is nearest: the smallest sum of differences of atomic
    /// fractions, the same ion's
    /// first.
    public func nearest(to reaction: InsertionReaction) -> Material? {
        let own = reaction.discharged
        let atoms = own.atoms
        func distance(_ material: Material) -> Double {
            let other = material.reaction.discharged
            let otherAtoms = other.atoms
            var sum = material.reaction.ion == reaction.ion ? 0 : 0.5
            for (element, amount) in zip(own.elements, own.amounts) {
                sum += abs(amount / atoms - other[element] / otherAtoms)
            }
            for (element, amount) in zip(other.elements, other.amounts) where own[element] == 0 {
                sum += amount / otherAtoms
            }
            return sum
        }
        var best: (distance: Double, place: Int)?
        for place in materials.indices {
            let own = distance(materials[place])
            if own < best?.distance ?? .infinity { best = (own, place) }
        }
        return best.map { materials[$0.place] }
    }
}

extension InsertionReaction {
    /// The reaction of one formula and an ion: the ions that redox and content allow leave it, or enter where it
    /// holds none.
    ///
    /// Listed materials keep the range they are listed with. Throws ``MaterialError`` of kind `formula`: no mobile
    /// ion, charges that do not
    /// balance, or nothing that gives or takes electrons.
    public init(formula: Formula, ion: Element? = nil, known: KnownMaterials? = nil) throws {
        let composition = formula.composition
        if let listed = known?.material(of: composition, ion: ion) {
            self = listed.reaction
            return
        }
        func failure(_ problem: String, _ remedy: String) -> MaterialError {
            MaterialError(.formula, place: formula.text, problem: problem, remedy: remedy)
        }
        guard let ion = ion ?? Element.mobileIons.map(\.element).first(where: { composition[$0] > 0 }) else {
            throw failure("no mobile ion", "name one (--ion Li), or write the discharged formula")
        }
        guard let charge = ion.ionCharge else {
            throw failure("\(ion) is no mobile ion", "such as Li, Na, K, Mg, Ca, Zn, Al")
        }
        guard composition.elements != [ion] else { throw failure("nothing but \(ion)", "write its host as well") }
        if let most = IonRange.most(composition, ion: ion), composition[ion] > most * (1 + 1e-6) {
            throw failure(
                "holds \(Self.short(composition[ion])) \(ion), and redox of its other elements allows "
                    + "\(Self.short(most)) at most", "write less \(ion)")
        }
        guard let range = IonRange(composition, ion: ion) else {
            throw failure("no usual oxidation states balance its charges", "check the amounts")
        }
        if range.content > 0, range.removable > 1e-9 {
            let left = range.content - range.removable
            self = try InsertionReaction(
                charged: composition.setting(ion, to: left < 1e-9 ? 0 : left), discharged: composition, ion: ion)
        } else if range.insertable > 1e-9 {
            self = try InsertionReaction(
                charged: composition, discharged: composition.setting(ion, to: range.content + range.insertable),
                ion: ion)
        } else {
            throw failure(
                "no cation gives or takes electrons",
                "alloys, conversion and organic electrodes are not predicted; \(charge == 1 ? "an insertion host is needed" : "neither is this host")"
            )
        }
    }

    /// An amount as people write it.
    private static func short(_ amount: Double) -> String {
        let rounded = (amount * 1000).rounded() / 1000
        return rounded == rounded.rounded() && rounded.magnitude < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }
}
