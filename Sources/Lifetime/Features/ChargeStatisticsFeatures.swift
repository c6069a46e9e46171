internal import Learning

/// Features of one charge from its 16 statistics, and of what the cell's first ten cycles showed.
public enum ChargeStatisticsFeatures {
    /// Cycles known in `withStart`.
    public static let known = 10

    /// Names of `single`: the statistics, and logarithms and ratios of some.
    public static let singleNames =
        ChargeFeatureSet.statistics + [
            "log CC_Q", "log CC_charge_time", "log CV_Q", "log CV_charge_time", "log -current_slope",
            "log CV_Q/CC_Q", "log CV_charge_time/CC_charge_time", "log CC_Q+CV_Q",
        ]

    /// Column of the logarithm of the capacity at the start in `withStart`.
    public static let startCapacity = singleNames.count + 2 * ChargeFeatureSet.statistics.count

    /// Names of `withStart`.
    public static let startNames =
        singleNames + ChargeFeatureSet.statistics.map { "\($0), change" }
        + ChargeFeatureSet.statistics.map { "\($0), start" }
        + [
            "log capacity, start", "log CC_Q, change", "log CV_Q, change", "log CV_charge_time, change",
            "log CC time, change",
        ]

    /// One charge.
    public static func single(_ statistics: ArraySlice<Double>) -> [Double] {
        let s = Array(statistics)
        func logged(_ value: Double) -> Double { value > 0 ? Natural.logarithm(value) : .nan }
        let (cc, ccTime, cv, cvTime) = (logged(s[4]), logged(s[5]), logged(s[12]), logged(s[13]))
        return s + [cc, ccTime, cv, cvTime, logged(-s[14]), cv - cc, cvTime - ccTime, logged(s[4] + s[12])]
    }

    /// One charge of a cell whose first cycles are known.
    ///
    /// - Parameters:
    ///   - statistics: of the charge in question.
    ///   - start: medians of the statistics over the first `known` cycles.
    ///   - capacity: median of their capacities.
    public static func withStart(_ statistics: ArraySlice<Double>, start: [Double], capacity: Double) -> [Double] {
        func logged(_ value: Double) -> Double { Natural.logarithm(max(value, 1e-9)) }
        let own = single(statistics)
        let first = single(start[...])
        let change = (0..<16).map { own[$0] - first[$0] }
        return own + change + start + [logged(capacity)] + [16, 18, 19, 17].map { own[$0] - first[$0] }
    }

    /// Medians of a cell's first `known` cycles; later ones are not looked at.
    public static func start(of cell: ChargeFeatureCell) -> (statistics: [Double], capacity: Double) {
        let rows = 0..<min(known, cell.count)
        let statistics = (0..<cell.statistics.columns).map { column in
            Statistics.median(rows.map { cell.statistics[$0, column] }.filter(\.isFinite))
        }
        return (statistics, Statistics.median(rows.map { cell.capacities[$0] }))
    }
}
