/// Electrolytes whose conductivity was measured and published: `Data/electrolytes.csv`.
struct KnownConductivities: Sendable {
    private struct Entry: Sendable {
        var electrolyte: Electrolyte
        var conductivity: UncertainQuantity
    }

    private let entries: [Entry]

    /// The shipped table. Throws ``MaterialError``.
    static func shipped() throws -> KnownConductivities { try loaded.get() }

    private static let loaded = Result<KnownConductivities, any Error> {
        try KnownConductivities(.shipped("electrolytes.csv"))
    }

    /// How far another sample of the same electrolyte may be off, as a factor: pellets of one solid differ by a standard
    /// deviation of up to half of the value between laboratories (Ohno et al., ACS Energy Lett. 5 (2020) 910), and polymers by
    /// chain length and residual solvent as much; of liquids a tenth is assumed.
    private static func spread(_ kind: Electrolyte.Kind) -> Double { kind == .liquid ? 1.1 : 2 }

    /// From columns `kind`, `electrolyte`, `salt`, `content`, `content_unit`, `basis`, `temperature_C`, `conductivity_mS_cm`,
    /// `source`. Throws ``MaterialError``.
    init(_ table: CommaTable) throws {
        let places = try [
            "kind", "electrolyte", "salt", "content", "content_unit", "basis", "temperature_C", "conductivity_mS_cm",
            "source",
        ].map { try table.place(required: $0) }
        entries = try table.rows.map { row in
            func text(_ index: Int) -> String { places[index] < row.fields.count ? row.fields[places[index]] : "" }
            func number(_ index: Int) throws -> Double { try table.number(row, places[index]) ?? .nan }
            guard let kind = Electrolyte.Kind(rawValue: text(0)) else {
                throw MaterialError(
                    .table, place: "\(table.path): line \(row.line)", problem: "no kind",
                    remedy: "solid, liquid or polymer")
            }
            let content = try number(3)
            let electrolyte: Electrolyte
            switch kind {
            case .solid: electrolyte = .solid(try Formula(text(1)))
            case .liquid:
                electrolyte = .liquid(
                    try LiquidElectrolyte(
                        solvents: text(1), basis: LiquidElectrolyte.Basis(rawValue: text(5)) ?? .mass, salt: text(2),
                        content: text(4) == "mol/kg" ? .molal(content) : .molar(content), temperature: number(6)))
            case .polymer:
                electrolyte = .polymer(
                    try PolymerElectrolyte(
                        polymer: text(1), salt: text(2),
                        content: text(4) == "O/Li" ? .etherOxygensPerLithium(content) : .molal(content),
                        temperature: number(6)))
            }
            let value = try number(7)
            let spread = Self.spread(kind)
            return Entry(
                electrolyte: electrolyte,
                conductivity: UncertainQuantity(
                    value, value / spread, value * spread, unit: "mS/cm", origin: .known, source: text(8),
                    isLogarithmic: true))
        }
    }

    /// The measured conductivity of an electrolyte, in mS/cm; nil where none is listed.
    func conductivity(of electrolyte: Electrolyte) -> UncertainQuantity? {
        entries.first { Self.isSame($0.electrolyte, electrolyte) }?.conductivity
    }

    private static func isSame(_ first: Electrolyte, _ second: Electrolyte) -> Bool {
        switch (first, second) {
        case (.solid(let a), .solid(let b)): return a.composition.reduced == b.composition.reduced
        case (.liquid(let a), .liquid(let b)):
            return a.salt == b.salt && a.content.isMolal == b.content.isMolal
                && abs(a.content.value - b.content.value) <= 0.01 * a.content.value
                && abs(a.temperature - b.temperature) <= 0.5
                && (a.basis == b.basis || a.fractions.contains(1))
                && zip(a.fractions, b.fractions).allSatisfy { abs($0 - $1) <= 0.005 }
        case (.polymer(let a), .polymer(let b)): return a.isSame(as: b)
        default: return false
        }
    }
}
