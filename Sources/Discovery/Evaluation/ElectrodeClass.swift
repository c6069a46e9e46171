public import Materials

/// Kinds of electrode materials that age alike. What is assumed of a class is in ``AgeingPrior``.
public enum ElectrodeClass: String, CaseIterable, Sendable {
    /// LiMO₂, NaMO₂ and their lithium-rich kin.
    case layeredOxide = "layered oxide"
    /// LiM₂O₄.
    case spinel
    /// LiMPO₄ and other phosphates, silicates, sulfates: NASICON, fluorophosphates.
    case polyanion
    /// Hexacyanometallates.
    case prussianBlue = "Prussian blue analogue"
    /// Li₄Ti₅O₁₂, TiO₂, TiNb₂O₇, Nb₂O₅ and other oxides that insert between 1 and 2 V.
    case titanate
    /// Graphite.
    case graphite
    /// Hard carbon, of sodium cells.
    case hardCarbon = "hard carbon"
    /// Silicon, tin and others that form alloys; blends of graphite with them, too.
    case alloy
    /// Any other insertion material.
    case other

    /// The class of a host by its composition alone: a guess where a class needs the structure.
    public init(host: Composition, ion: Element) {
        let own = host.removing(ion)
        func has(_ symbols: String...) -> Bool { symbols.contains { own[symbol: $0] > 0 } }
        func amount(_ symbols: [String]) -> Double { symbols.reduce(0) { $0 + own[symbol: $1] } }
        let metals = amount(["Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Al", "Mg", "Zn", "Nb", "Mo", "W", "Zr"])
        let oxygen = own[symbol: "O"]
        if has("C"), has("N"), metals > 0 {
            self = .prussianBlue
        } else if own[symbol: "C"] == own.atoms {
            self = ion == .lithium ? .graphite : .hardCarbon
        } else if oxygen == 0, has("Si", "Sn", "Ge", "Sb", "Al", "P"), metals == own[symbol: "Al"] {
            self = .alloy
        } else if has("Si"), oxygen > 0, metals == 0 {
            self = .alloy
        } else if has("P", "S", "Si", "B", "As"), oxygen > 0 {
            self = .polyanion
        } else if oxygen > 0, amount(["Ti", "Nb", "W"]) > 0.5 * metals {
            self = .titanate
        } else if ion == .lithium, metals > 0, abs(oxygen / metals - 2) < 0.02, abs(host[ion] / metals - 0.5) < 0.02 {
            self = .spinel
        } else if oxygen > 0, metals > 0, oxygen / metals >= 1.8 {
            self = .layeredOxide
        } else {
            self = .other
        }
    }
}

extension Composition {
    /// Amount of an element by its symbol.
    fileprivate subscript(symbol symbol: String) -> Double { Element(symbol: symbol).map { self[$0] } ?? 0 }
}
