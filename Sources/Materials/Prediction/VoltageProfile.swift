/// The shape of an electrode's voltage between its charged and its discharged end.
public struct VoltageProfile: Sendable, Hashable {
    /// Mean voltage, V against the ion's metal.
    public var average: Prediction
    /// V between the highest and the lowest step; 0 is flat. The expected value over both cases, one step and several.
    public var span: Prediction
    /// The same if the reaction goes in several steps.
    public var spanOfSeveral: Prediction
    /// How likely it goes in several steps, 0 to 1.
    public var severalSteps: Double
    /// V of the lowest step, at the discharged end.
    public var low: Prediction
    /// V of the highest step, at the charged end.
    public var high: Prediction

    /// From a mean, a span in the case of several steps, and how likely that is.
    ///
    /// The mean stands in the middle of the span: over 402 profiles of `mp_voltage_pairs_2019.csv` it stands at 0.52 of it
    /// above the lowest step, with a standard deviation of 0.13.
    public init(average: Prediction, spanOfSeveral: Prediction, severalSteps: Double) {
        let chance = min(max(severalSteps, 0), 1)
        self.average = average
        self.spanOfSeveral = spanOfSeveral
        self.severalSteps = chance
        // The 90 % interval of a mixture: what is less likely than 5 % does not widen it.
        span = Prediction(
            value: chance * spanOfSeveral.value, low: chance > 0.95 ? spanOfSeveral.low : 0,
            high: chance > 0.05 ? spanOfSeveral.high : 0, isInDomain: spanOfSeveral.isInDomain)
        let span = span
        func end(_ sign: Double) -> Prediction {
            let value = average.value + sign * span.value / 2
            // Errors of the mean, of half the span, and of where the mean stands.
            let position = 1.645 * 0.13 * span.value
            func width(_ mean: Double, _ half: Double) -> Double {
                (mean * mean + half * half + position * position).squareRoot()
            }
            let (wider, narrower) = ((span.high - span.value) / 2, (span.value - span.low) / 2)
            return Prediction(
                value: value, low: value - width(average.value - average.low, sign > 0 ? narrower : wider),
                high: value + width(average.high - average.value, sign > 0 ? wider : narrower),
                isInDomain: average.isInDomain && span.isInDomain)
        }
        low = end(-1)
        high = end(1)
    }
}

/// Predicts voltage profiles with the shipped models.
public struct VoltageProfilePredictor: Sendable {
    private let descriptors: ReactionDescriptors
    private let voltage: PropertyModel
    private let span: PropertyModel
    private let severalSteps: PropertyModel

    /// - Parameter voltage: the model of mean voltages, where it is read already.
    /// - Throws: ``MaterialError`` where a model is not found.
    public init(voltage: PropertyModel? = nil) throws {
        descriptors = try ReactionDescriptors()
        self.voltage = try voltage ?? .shipped("voltage")
        span = try .shipped("voltage-span")
        severalSteps = try .shipped("voltage-steps")
    }

    /// One profile a reaction.
    ///
    /// - Parameter reactions: what is asked about.
    /// - Parameter averages: mean voltages where they are known or predicted already; nil where they are not.
    public func predict(_ reactions: [InsertionReaction], averages: [Prediction?] = []) -> [VoltageProfile] {
        let rows = reactions.map { descriptors.describe($0) }
        let (volts, spans, chances) = (voltage.predict(rows), span.predict(rows), severalSteps.predict(rows))
        return rows.indices.map { index in
            let known = index < averages.count ? averages[index] : nil
            return VoltageProfile(
                average: known ?? volts[index], spanOfSeveral: spans[index], severalSteps: chances[index].value)
        }
    }
}
