/// Fills gaps, shifts and scales features to mean 0 and standard deviation 1, as fitted on training rows alone.
///
/// What is not finite becomes the training median. Values are held within `reach` standard deviations, or the training
/// range where that is wider, so that a linear model does not run away on one broken statistic.
public struct Standardisation: Sendable, Equatable, Codable {
    /// Median of each feature, which stands for what is missing.
    public let medians: [Double]
    /// Mean of each feature.
    public let means: [Double]
    /// Standard deviation of each feature; 1 where it is constant.
    public let deviations: [Double]
    /// Lowest and highest standardised value that goes through, by feature.
    public let lowest: [Double]
    /// See `lowest`.
    public let highest: [Double]

    /// Fits on training rows.
    ///
    /// - Parameter x: one row a sample; gaps are not numbers.
    /// - Parameter reach: how far a value may lie, in standard deviations; the training range is always let through.
    public init(_ x: Matrix, reach: Double = 8) {
        var medians: [Double] = []
        var means: [Double] = []
        var deviations: [Double] = []
        var lowest: [Double] = []
        var highest: [Double] = []
        for column in 0..<x.columns {
            let raw = x.column(column)
            let median = Statistics.median(raw.filter(\.isFinite))
            let filled = raw.map { $0.isFinite ? $0 : median }
            let mean = Statistics.mean(filled)
            let spread = Statistics.deviation(filled)
            // A constant column has rounding noise for a deviation.
            let deviation = spread > 1e-12 * max(abs(mean), 1e-300) ? spread : 1
            medians.append(median)
            means.append(mean)
            deviations.append(deviation)
            lowest.append(min(-reach, ((filled.min() ?? 0) - mean) / deviation))
            highest.append(max(reach, ((filled.max() ?? 0) - mean) / deviation))
        }
        self.medians = medians
        self.means = means
        self.deviations = deviations
        self.lowest = lowest
        self.highest = highest
    }

    /// Standardised copy.
    public func apply(_ x: Matrix) -> Matrix {
        var out = x.values
        let p = x.columns
        for row in 0..<x.rows {
            for column in 0..<p {
                let raw = out[row * p + column]
                let value = ((raw.isFinite ? raw : medians[column]) - means[column]) / deviations[column]
                out[row * p + column] = min(max(value, lowest[column]), highest[column])
            }
        }
        return Matrix(columns: p, values: out)
    }
}

/// Means and quantiles.
public enum Statistics {
    /// 0 where there are none.
    public static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// Of the population; 0 where there are none.
    public static func deviation(_ values: [Double]) -> Double {
        let center = mean(values)
        return values.isEmpty
            ? 0 : (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count)).squareRoot()
    }

    /// 0 where there are none.
    public static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

    /// Linear between the order statistics (Hyndman and Fan 1996, type 7); 0 where there are none.
    public static func quantile(_ values: [Double], _ level: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let place = level * Double(sorted.count - 1)
        let below = min(max(Int(place), 0), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }

    /// Root of the mean square; 0 where there are none.
    public static func rootMeanSquare(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }
}
