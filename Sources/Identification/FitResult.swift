/// What a fit found.
public struct FitResult: Sendable {
    /// A parameter's value and what the data say of it.
    public struct Estimate: Sendable {
        /// The parameter.
        public var parameter: FitParameter
        /// The value.
        public var value: Double
        /// Lower end of the 95 % range, within the bounds; nil where none was computed.
        public var low: Double?
        /// Upper end of the 95 % range, within the bounds; nil where none was computed.
        public var high: Double?
        /// Whether the data fix it: its 95 % range covers less than half of the bounds and it lies at neither of them.
        public var isIdentified: Bool
        /// Whether it ended at a bound.
        public var isAtBound: Bool
        /// The 95 % range by likelihood profile; nil where none was asked for.
        public var profile: ClosedRange<Double>?
    }

    /// An experiment's error, before and after.
    public struct Fitted: Sendable {
        /// As shown.
        public var name: String
        /// What errors are shown in, mV for voltages.
        public var unit: String
        /// From errors to this unit.
        public var factor: Double
        /// Weighted root mean square of the difference with the cell as it was, V; nil where it could not be computed.
        public var before: Double?
        /// With the fitted values, V.
        public var after: Double
        /// Points over which residuals are correlated; nil where no range was computed.
        public var correlation: Double?
    }

    /// A combination of parameters that the data leave open.
    public struct OpenDirection: Sendable {
        /// Standard deviation along it, as a share of the bounds.
        public var deviation: Double
        /// The parameters that take most part, with their shares (-1…1).
        public var parts: [(name: String, share: Double)]
    }

    /// In the order of the parameters.
    public var estimates: [Estimate]
    /// In the order of the data.
    public var experiments: [Fitted]
    /// Eigenvalues of the information matrix, ascending, parameters as shares of their bounds; empty where not computed.
    public var eigenvalues: [Double]
    /// Of the places of all estimates between their bounds, row by row, scaled so that 1.96 standard deviations are the 95 %
    /// ranges of a model that does not bend, zero for those that were held; empty where not computed.
    public var covariance: [Double]
    /// Combinations that the data leave open.
    public var openDirections: [OpenDirection]
    /// What the model says at the points of each experiment.
    public var predicted: [[Double]]
    /// Of all stages.
    public var iterations: Int
    /// Whether the last stage came to its end.
    public var isConverged: Bool
    /// Whether the fit was stopped; the values are the best so far.
    public var isInterrupted: Bool

    /// Fitted values in the order of the parameters.
    public var values: [Double] { estimates.map(\.value) }
    /// Largest over smallest eigenvalue; nil where not computed.
    public var condition: Double? {
        guard let least = eigenvalues.first, let most = eigenvalues.last, least > 0 else { return nil }
        return most / least
    }
}
