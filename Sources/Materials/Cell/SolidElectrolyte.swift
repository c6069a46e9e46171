/// A solid electrolyte of a formula, with its conductivity.
public struct SolidElectrolyte: Sendable {
    /// As the user wrote it.
    public var formula: Formula
    /// S/m at 25 °C.
    public var conductivity: UncertainQuantity

    /// Measured where it is listed, unless `predictOnly`, else by the shipped model. Throws ``MaterialError``: no formula, no
    /// lithium in it, another ion, or no model.
    public init(_ text: String, ion: Element, predictOnly: Bool = false) throws {
        let option = "--electrolyte"
        guard case .solid(let formula) = try Electrolyte.solid(text, option: option) else {
            throw MaterialError(.computation, place: text, problem: "no solid", remedy: "")
        }
        guard ion == .lithium else {
            throw MaterialError(
                .usage, place: "\(option) \(text)", problem: "conductivities of \(ion) electrolytes are not predicted",
                remedy: "lithium's are; --solid-conductivity takes a measured one")
        }
        self.formula = formula
        let predictor = try ConductivityPredictor(.solid)
        guard var found = try predictor.conductivities(of: [.solid(formula)], predictOnly: predictOnly).first else {
            throw MaterialError(.computation, place: text, problem: "no prediction", remedy: "")
        }
        // 1 mS/cm is 0.1 S/m.
        (found.value, found.low, found.high) = (0.1 * found.value, 0.1 * found.low, 0.1 * found.high)
        found.unit = "S/m"
        conductivity = found
    }
}
