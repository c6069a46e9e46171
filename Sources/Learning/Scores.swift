/// How well predictions met the truth.
public enum Scores {
    /// Root mean square error.
    public static func rootMeanSquareError(_ predicted: [Double], _ truth: [Double]) -> Double {
        Statistics.rootMeanSquare(zip(predicted, truth).map { $0 - $1 })
    }

    /// Mean absolute error.
    public static func meanAbsoluteError(_ predicted: [Double], _ truth: [Double]) -> Double {
        Statistics.mean(zip(predicted, truth).map { abs($0 - $1) })
    }

    /// Mean absolute percentage error, %; truths must not be 0.
    public static func meanAbsolutePercentageError(_ predicted: [Double], _ truth: [Double]) -> Double {
        100 * Statistics.mean(zip(predicted, truth).map { abs($0 / $1 - 1) })
    }

    /// Fraction of truths within their interval.
    public static func coverage(low: [Double], high: [Double], truth: [Double]) -> Double {
        Statistics.mean(truth.indices.map { truth[$0] >= low[$0] && truth[$0] <= high[$0] ? 1 : 0 })
    }

    /// Winkler's interval score: the width, and 2 / (1 − level) times what a truth lies outside (Winkler, JASA 67, 1972).
    public static func winkler(low: [Double], high: [Double], truth: [Double], level: Double = 0.9) -> Double {
        Statistics.mean(
            truth.indices.map { index in
                let outside = max(low[index] - truth[index], truth[index] - high[index], 0)
                return high[index] - low[index] + 2 / (1 - level) * outside
            })
    }
}
