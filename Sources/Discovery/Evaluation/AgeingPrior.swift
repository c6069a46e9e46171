#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is believed of an ageing parameter of a class of materials before anything is known of one of them: a range, never a
/// fit. Nine materials of ten of the class are taken to lie within it.
public struct AgeingPrior: Sendable, Hashable {
    /// The parameter and whose it is, such as `candidate: critical stress`.
    public var name: String
    /// Lower end of the 90 % range.
    public var low: Double
    /// Upper end; equal to `low` where the value is taken as known.
    public var high: Double
    /// Its unit.
    public var unit: String
    /// Whether its logarithm is spread evenly, as of rates that nobody knows the magnitude of.
    public var isLogarithmic: Bool
    /// Where the range comes from.
    public var source: String

    /// Memberwise.
    public init(_ name: String, _ low: Double, _ high: Double, _ unit: String, isLogarithmic: Bool, source: String) {
        self.name = name
        self.low = low
        self.high = high
        self.unit = unit
        self.isLogarithmic = isLogarithmic
        self.source = source
    }

    /// Its middle: the geometric one of a logarithmic range.
    public var middle: Double { value(at: 0.5) }

    /// The value at a quantile of the prior, 0…1, spread evenly so that `low` is its 5 % and `high` its 95 % quantile.
    /// Rises with it.
    public func value(at quantile: Double) -> Double {
        let place = (min(max(quantile, 0), 1) - 0.05) / 0.9
        guard isLogarithmic, low > 0 else { return low + place * (high - low) }
        return low * exp(place * log(high / low))
    }
}
