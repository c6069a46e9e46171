import Materials
public import Sustainability

/// Grams of cobalt per kWh that a material stores: its mass fraction over theoretical capacity times mean voltage.
///
/// The voltage is the measured one of listed materials, and predicted for others; the model is read when it is first
/// needed.
public final class CobaltUse {
    private let known: KnownMaterials
    private let table: ElementTable
    private var model: (PropertyModel, ReactionDescriptors)?

    /// With the shipped tables. Throws `MaterialError`.
    public init() throws {
        known = try .shipped()
        table = try .shipped()
    }

    /// g/kWh: 0 without cobalt, nil where the material is no insertion electrode, or none with a positive voltage.
    public func gramsPerKWh(_ score: MaterialScore) -> Double? { gramsPerKWh([score]).first ?? nil }

    /// The same of many, predicted together.
    public func gramsPerKWh(_ scores: [MaterialScore]) -> [Double?] {
        let (known, table) = (known, table)
        // Reactions of those that hold cobalt.
        let reactions = Parts.map(scores) { score in
            score.cobaltMassFraction > 0 ? try? InsertionReaction(formula: score.formula, known: known) : nil
        }
        let voltages = Parts.map(reactions) { reaction in reaction.flatMap { known.material(of: $0)?.voltage } }
        let open = reactions.indices.filter { reactions[$0] != nil && voltages[$0] == nil }
        var all = voltages
        if !open.isEmpty, let (voltage, descriptors) = loaded() {
            let part = 512
            let predicted = Parts.map((open.count + part - 1) / part) { index in
                voltage.predict(
                    open[index * part..<min((index + 1) * part, open.count)].compactMap { reactions[$0] }.map {
                        descriptors.describe($0)
                    })
            }.flatMap { $0 }
            for (place, prediction) in zip(open, predicted) { all[place] = prediction.value }
        }
        return scores.indices.map { index in
            guard scores[index].cobaltMassFraction > 0 else { return 0 }
            guard let reaction = reactions[index], let voltage = all[index], voltage > 0 else { return nil }
            let capacity = reaction.gravimetricCapacity(table, perGramOf: scores[index].formula.composition)
            return 1e6 * scores[index].cobaltMassFraction / (voltage * capacity)
        }
    }

    private func loaded() -> (PropertyModel, ReactionDescriptors)? {
        if model == nil, let voltage = try? PropertyModel.shipped("voltage"),
            let descriptors = try? ReactionDescriptors(table)
        {
            model = (voltage, descriptors)
        }
        return model
    }
}
