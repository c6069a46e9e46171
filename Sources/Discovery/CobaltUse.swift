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

    /// With the shipped tables. Throws ``MaterialError``.
    public init() throws {
        known = try .shipped()
        table = try .shipped()
    }

    /// g/kWh: 0 without cobalt, nil where the material is no insertion electrode, or none with a positive voltage.
    public func gramsPerKWh(_ score: MaterialScore) -> Double? {
        guard score.cobaltMassFraction > 0 else { return 0 }
        guard let reaction = try? InsertionReaction(formula: score.formula, known: known) else { return nil }
        guard let voltage = known.material(of: reaction)?.voltage ?? predicted(reaction), voltage > 0 else {
            return nil
        }
        return 1e6 * score.cobaltMassFraction / (voltage * reaction.gravimetricCapacity(table))
    }

    private func predicted(_ reaction: InsertionReaction) -> Double? {
        if model == nil, let voltage = try? PropertyModel.shipped("voltage"),
            let descriptors = try? ReactionDescriptors(table)
        {
            model = (voltage, descriptors)
        }
        guard let (voltage, descriptors) = model else { return nil }
        return voltage.predict([descriptors.describe(reaction)]).first?.value
    }
}
