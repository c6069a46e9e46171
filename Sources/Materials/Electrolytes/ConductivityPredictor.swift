internal import Learning

/// Answers for the conductivity of electrolytes of one kind: measured where it was measured, else predicted.
public struct ConductivityPredictor: Sendable {
    /// The model that predicts.
    public let model: PropertyModel
    private let kind: Electrolyte.Kind
    private let known: KnownConductivities
    private let compositions: CompositionDescriptors

    /// With the shipped model of a kind. Throws ``MaterialError`` where it or a table is missing or damaged.
    public init(_ kind: Electrolyte.Kind) throws {
        self.kind = kind
        model = try .shipped("\(kind.rawValue)-electrolyte")
        known = try .shipped()
        compositions = try CompositionDescriptors()
    }

    /// Conductivities in mS/cm, one for each electrolyte; each says whether it is known or predicted, and a prediction whether it
    /// lies in the model's domain.
    ///
    /// - Parameters:
    ///   - electrolytes: all of the predictor's kind.
    ///   - predictOnly: passes measured values over.
    /// - Throws: ``MaterialError`` of kind `usage` where one is of another kind.
    public func conductivities(
        of electrolytes: [Electrolyte], predictOnly: Bool = false
    ) throws -> [UncertainQuantity] {
        let rows = try electrolytes.map(descriptors)
        return zip(electrolytes, model.predict(rows)).map { electrolyte, prediction in
            if !predictOnly, let measured = known.conductivity(of: electrolyte) { return measured }
            // Of liquids learnt in mS/cm, of the others in S/cm.
            let shift = kind == .liquid ? 0.0 : 3
            // No ion conductor lies beyond: a range that does says no more.
            func milliSiemensPerCentimetre(_ logarithm: Double) -> Double {
                Numbers.exponential(min(max(logarithm + shift, -15), 4) * Numbers.logarithm(10))
            }
            return UncertainQuantity(
                milliSiemensPerCentimetre(prediction.value), milliSiemensPerCentimetre(prediction.low),
                milliSiemensPerCentimetre(prediction.high), unit: "mS/cm", origin: .predicted,
                source: "model of \(kind.rawValue) electrolytes (Data/models/\(kind.rawValue)-electrolyte.json)",
                isLogarithmic: true, isInDomain: prediction.isInDomain && Self.isAmongMeasured(electrolyte))
        }
    }

    private static func isAmongMeasured(_ electrolyte: Electrolyte) -> Bool {
        switch electrolyte {
        case .solid: true
        case .liquid(let solution): solution.isAmongMeasured
        case .polymer(let polymer): polymer.isAmongMeasured
        }
    }

    private func descriptors(_ electrolyte: Electrolyte) throws -> [Double] {
        guard electrolyte.kind == kind else {
            throw MaterialError(
                .usage, place: electrolyte.kind.rawValue, problem: "no \(kind.rawValue) electrolyte",
                remedy: "ask the predictor of its kind")
        }
        switch electrolyte {
        case .solid(let formula): return compositions.describe(formula.composition)
        case .liquid(let solution): return solution.descriptors
        case .polymer(let polymer): return polymer.descriptors
        }
    }
}
