#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A number, the 90 % range it lies in, and where it comes from.
public struct UncertainQuantity: Sendable, Hashable {
    /// How a number came about.
    public enum Origin: String, Sendable {
        /// A model's answer.
        case predicted
        /// Measured, for this very material.
        case known
        /// Follows from other numbers.
        case computed
        /// What the class of materials has: never as if it were known of this one.
        case classPrior = "class prior"
        /// The user's.
        case given
    }

    /// Best estimate.
    public var value: Double
    /// 5 % quantile.
    public var low: Double
    /// 95 % quantile.
    public var high: Double
    /// Its unit; empty for a fraction.
    public var unit: String
    /// How it came about.
    public var origin: Origin
    /// Where it comes from.
    public var source: String
    /// Whether its logarithm is spread, as of rates whose magnitude is uncertain.
    public var isLogarithmic: Bool
    /// Whether it lies within what its model was trained on.
    public var isInDomain: Bool

    /// Memberwise; `low` ≤ `value` ≤ `high` is made so.
    public init(
        _ value: Double, _ low: Double, _ high: Double, unit: String, origin: Origin, source: String,
        isLogarithmic: Bool = false, isInDomain: Bool = true
    ) {
        self.value = value
        self.low = min(low, value)
        self.high = max(high, value)
        self.unit = unit
        self.origin = origin
        self.source = source
        self.isLogarithmic = isLogarithmic && self.low > 0
        self.isInDomain = isInDomain
    }

    /// A model's answer.
    public init(_ prediction: Prediction, unit: String, source: String, scaledBy factor: Double = 1) {
        self.init(
            prediction.value * factor, prediction.low * factor, prediction.high * factor, unit: unit,
            origin: .predicted, source: source, isInDomain: prediction.isInDomain)
    }

    /// The value whose distance from the best estimate is `deviate` standard deviations: two halves of normal
    /// distributions about the estimate, `low` and `high` at 1.645 deviations, of the logarithm where that is spread.
    public func value(atDeviate deviate: Double) -> Double {
        let end = deviate < 0 ? low : high
        let reach = abs(deviate) / 1.6448536269514722
        return isLogarithmic ? value * exp(reach * log(end / value)) : value + reach * (end - value)
    }
}
