/// Kinds of host whose potential and transport are alike. What is assumed of one stands in
/// `Data/electrode-classes.csv`.
public enum HostStructure: String, CaseIterable, Sendable {
    /// LiMO₂, NaMO₂ and lithium-rich kin.
    case layeredOxide = "layered-oxide"
    /// LiM₂O₄.
    case spinel
    /// LiMPO₄.
    case olivine
    /// Li₃M₂(PO₄)₃ and its sodium kin.
    case nasicon
    /// Phosphates with fluorine.
    case fluorophosphate
    /// Silicates, sulfates, borates and other phosphates.
    case polyanion
    /// Hexacyanometallates.
    case prussianBlue = "prussian-blue"
    /// Titanates and niobates.
    case titanate
    /// Graphite.
    case graphite
    /// Silicon, tin and others that form alloys.
    case alloy
    /// Sulfides and selenides.
    case chalcogenide
    /// Any other oxide.
    case oxide
    /// Any other host.
    case other

    /// The structure of a reaction's host by composition alone: a guess where it takes diffraction to know.
    public init(_ reaction: InsertionReaction) {
        let host = reaction.host
        func amount(_ symbols: String...) -> Double {
            symbols.reduce(0) { $0 + (Element(symbol: $1).map { host[$0] } ?? 0) }
        }
        let oxygen = amount("O"), fluorine = amount("F"), phosphorus = amount("P")
        let metals = host.atoms - amount("O", "F", "S", "Se", "P", "Si", "B", "C", "N", "H", "As", "Cl", "Te")
        let ions = reaction.discharged[reaction.ion]
        func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0.06 * b }
        if host.elements == [.carbon] {
            self = .graphite
        } else if amount("C") > 0, amount("N") > 0, metals > 0 {
            self = .prussianBlue
        } else if oxygen == 0, host.elements.count <= 2, amount("Si", "Sn", "Ge", "Al", "Sb") == host.atoms {
            self = .alloy
        } else if phosphorus > 0, oxygen > 0 {
            if fluorine > 0 {
                self = .fluorophosphate
            } else if isNear(oxygen, 4 * phosphorus), isNear(metals, phosphorus), ions <= 1.05 * metals {
                self = .olivine
            } else if isNear(oxygen, 4 * phosphorus), isNear(3 * metals, 2 * phosphorus) {
                self = .nasicon
            } else {
                self = .polyanion
            }
        } else if amount("S", "Si", "B", "As") > 0, oxygen > 0 {
            self = .polyanion
        } else if amount("S", "Se", "Te") > 0, oxygen == 0 {
            self = .chalcogenide
        } else if oxygen > 0, fluorine <= 0.1 * oxygen, metals > 0 {
            if amount("Ti", "Nb", "W") > 0.5 * metals {
                self = .titanate
            } else if isNear(oxygen, 2 * metals), isNear(ions, 0.5 * metals) {
                self = .spinel
            } else if oxygen >= 1.9 * metals,
                isNear(ions + metals, oxygen) || (isNear(oxygen, 2 * metals) && ions > 0.55 * metals)
            {
                self = .layeredOxide
            } else {
                self = .oxide
            }
        } else {
            self = .other
        }
    }
}
