internal import Learning

/// A solid electrolyte of a formula, with its predicted conductivity.
public struct SolidElectrolyte: Sendable {
    /// As the user wrote it.
    public var formula: Formula
    /// S/m at 25 °C.
    public var conductivity: UncertainQuantity

    /// With the shipped model. Throws ``MaterialError``: no formula, no lithium in it, another ion, or no model.
    public init(_ text: String, ion: Element) throws {
        func refuse(_ problem: String, _ remedy: String) -> MaterialError {
            MaterialError(.usage, place: "--electrolyte \(text)", problem: problem, remedy: remedy)
        }
        do {
            formula = try Formula(text)
        } catch let error as MaterialError {
            throw refuse(error.problem, error.remedy)
        }
        guard ion == .lithium else {
            throw refuse(
                "conductivities of \(ion) electrolytes are not predicted",
                "lithium's are; --solid-conductivity takes a measured one")
        }
        guard formula.composition[.lithium] > 0 else {
            throw refuse("no Li in it", "a lithium conductor, such as Li6PS5Cl or Li7La3Zr2O12")
        }
        let model = try PropertyModel.shipped("solid-electrolyte")
        let rows = [try CompositionDescriptors().describe(formula.composition)]
        guard let found = model.predict(rows).first else {
            throw MaterialError(.computation, place: text, problem: "no prediction", remedy: "")
        }
        // log10 of S/cm.
        func siemensPerMetre(_ logarithm: Double) -> Double {
            100 * Numbers.exponential(min(logarithm, 6) * Numbers.logarithm(10))
        }
        conductivity = UncertainQuantity(
            siemensPerMetre(found.value), siemensPerMetre(found.low), siemensPerMetre(found.high), unit: "S/m",
            origin: .predicted, source: "model of solid electrolytes (Data/models/solid-electrolyte.json)",
            isLogarithmic: true, isInDomain: found.isInDomain)
    }
}
