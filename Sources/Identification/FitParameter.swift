/// A quantity that a fit may change, and between which bounds.
public struct FitParameter: Sendable, Equatable {
    /// What it changes.
    public enum Target: Sendable, Equatable {
        /// A number of the cell file, by its keys from the top of the document.
        case value([String])
        /// The parameter is a factor on a function of the cell file (a function string or a table).
        case factor([String])
        /// Capacity of an electrode between stoichiometries 0 and 1, A·h of the whole cell, through the maximum
        /// concentration of its materials; the windows follow.
        case capacity(Side)
        /// Lithium in both electrodes' particles at SOC 1, A·h of the whole cell; the windows follow.
        case lithium
        /// State of charge at which an experiment starts, by its place among the data.
        case startingCharge(Int)
        /// The logarithm, at its height, of a bell curve's factor on a function of stoichiometry, by the function's keys.
        case shape([String], centre: Double, width: Double)
        /// Height, V, of a bell curve added to an electrode's open-circuit potential.
        case potential(Side, centre: Double, width: Double)
    }

    /// An electrode.
    public enum Side: String, Sendable, CaseIterable {
        /// The negative electrode.
        case negative
        /// The positive electrode.
        case positive
        /// As cell files name it.
        public var section: String { self == .negative ? "Negative electrode" : "Positive electrode" }
    }

    /// As cell files write it, unit in brackets.
    public var name: String
    /// What it changes.
    public var target: Target
    /// Lower bound.
    public var low: Double
    /// Upper bound.
    public var high: Double
    /// Whether steps are multiples instead of differences.
    public var isLogarithmic: Bool
    /// Where the fit starts: the cell's own value, moved into the bounds.
    public var start: Double
    /// Standard deviation of what is expected around `start`: a factor above 1 on a logarithmic scale, a difference else;
    /// nil where nothing is.
    public var expected: Double?

    /// Memberwise.
    public init(
        name: String, target: Target, low: Double, high: Double, isLogarithmic: Bool, start: Double,
        expected: Double? = nil
    ) {
        self.name = name
        self.target = target
        self.low = low
        self.high = high
        self.isLogarithmic = isLogarithmic
        self.start = Swift.min(Swift.max(start, low), high)
        self.expected = expected
    }

    /// The value at a place of 0…1 between the bounds.
    public func value(at place: Double) -> Double {
        if place <= 0 { return low }
        if place >= 1 { return high }
        return isLogarithmic ? low * power(high / low, place) : low + place * (high - low)
    }

    /// How far a value lies from `start`, in standard deviations of what is expected; nil where nothing is.
    public func departure(of value: Double) -> Double? {
        expected.map { isLogarithmic ? logarithm(value / start) / logarithm($0) : (value - start) / $0 }
    }

    /// The place of a value, 0…1 within the bounds.
    public func place(of value: Double) -> Double {
        isLogarithmic ? logarithm(value / low) / logarithm(high / low) : (value - low) / (high - low)
    }
}
