/// Statistics of a sample's distribution.
public struct Moments: Sendable, Equatable {
    /// Arithmetic mean.
    public var mean: Double
    /// Mean squared deviation (divided by the number of values).
    public var variance: Double
    /// Third standardised moment.
    public var skewness: Double
    /// Fourth standardised moment less 3, which a normal distribution has.
    public var kurtosis: Double

    /// Root of the variance.
    public var standardDeviation: Double { variance.squareRoot() }

    /// The moments of the values; nil for none. Of equal values the higher moments are 0.
    public init?(_ values: some Collection<Double>) {
        guard !values.isEmpty else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        var (second, third, fourth) = (0.0, 0.0, 0.0)
        for value in values {
            let deviation = value - mean
            let square = deviation * deviation
            second += square
            third += square * deviation
            fourth += square * square
        }
        self.mean = mean
        variance = second / count
        let isSpread = variance > 1e-24 * max(mean * mean, 1e-300)
        skewness = isSpread ? third / count / (variance * variance.squareRoot()) : 0
        kurtosis = isSpread ? fourth / count / (variance * variance) - 3 : 0
    }
}
