/// An electrolyte whose conductivity can be asked for.
public enum Electrolyte: Sendable {
    /// A crystal or a glass, at 25 °C.
    case solid(Formula)
    /// A salt in solvents.
    case liquid(LiquidElectrolyte)
    /// A salt in a polymer.
    case polymer(PolymerElectrolyte)

    /// What it is made of.
    public enum Kind: String, Sendable, CaseIterable {
        /// A crystal or a glass.
        case solid
        /// A salt in solvents.
        case liquid
        /// A salt in a polymer.
        case polymer
    }

    /// What it is made of.
    public var kind: Kind {
        switch self {
        case .solid: .solid
        case .liquid: .liquid
        case .polymer: .polymer
        }
    }

    /// A solid lithium electrolyte from its formula or name. Throws ``MaterialError`` of kind `usage`, whose place begins with
    /// `option`: no formula, or no lithium in it.
    public static func solid(_ text: String, option: String) throws -> Electrolyte {
        func refuse(_ problem: String, _ remedy: String) -> MaterialError {
            MaterialError(.usage, place: "\(option) \(text)", problem: problem, remedy: remedy)
        }
        do {
            let formula = try Formula(text)
            guard formula.composition[.lithium] > 0 else {
                throw refuse("no Li in it", "a lithium conductor, such as Li6PS5Cl or Li7La3Zr2O12")
            }
            return .solid(formula)
        } catch let error as MaterialError where error.kind == .formula {
            throw refuse(error.problem, error.remedy)
        }
    }
}
