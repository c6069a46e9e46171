internal import Learning

/// Life from early features as a simulated population has it: a straight line through decimal logarithms.
///
/// A steady pace of ageing makes life go as the pace to the power −1 and the variance of ΔQ as its square; what the mechanisms
/// and their accelerations make of that, and how much the features tell apart, the population says.
public struct SimulatedLifeLine: Sendable, Codable, Equatable {
    /// Which of `EarlyLifeFeatures` are used.
    public let columns: [Int]
    /// Means of the features over the population.
    public let means: [Double]
    /// Slopes.
    public let slopes: [Double]
    /// Mean of log10 of life over the population.
    public let intercept: Double
    /// Root mean square error over the population, of log10 of life.
    public let error: Double
    /// Simulated lives used.
    public let count: Int
    /// 5 and 95 % quantiles of the features over the population, within which the line holds: features beyond them are taken
    /// for these; nil in files of older models, whose line has no ends.
    public private(set) var ends: [Ends]?

    /// Where a feature's range ends.
    public struct Ends: Sendable, Codable, Equatable {
        /// 5 and 95 % quantile.
        public let low, high: Double
    }

    /// Fits the population's lives that last between 100 and 5000 cycles and are not far gone by cycle 100.
    ///
    /// - Parameters:
    ///   - population: the simulated lives.
    ///   - columns: of `EarlyLifeFeatures`.
    ///   - endOfLife: state of health at which a life ends.
    /// - Throws: `LifetimeError` for fewer than 20 such lives.
    public init(_ population: SimulatedPopulation, columns: [Int], endOfLife: Double) throws {
        var rows: [[Double]] = []
        var lives: [Double] = []
        for life in population.lives where !life.early.isEmpty {
            let features = columns.map { life.early[$0] }
            guard features.allSatisfy(\.isFinite), let end = life.trajectory.crossing(endOfLife), end > 100,
                end < 5000
            else { continue }
            rows.append(features)
            lives.append(Decimal.logarithm(end))
        }
        guard rows.count >= 20 else {
            throw LifetimeError(
                place: population.name, problem: "\(rows.count) simulated lives with early features and an end",
                remedy: "20 are the least; the sweep must keep the time series of cycles 10 and 100")
        }
        self.columns = columns
        count = rows.count
        let width = columns.count
        let means = (0..<width).map { column in Statistics.mean(rows.map { $0[column] }) }
        let mean = Statistics.mean(lives)
        var gram = [Double](repeating: 0, count: width * width)
        var right = [Double](repeating: 0, count: width)
        for (row, life) in zip(rows, lives) {
            for a in 0..<width {
                right[a] += (row[a] - means[a]) * (life - mean)
                for b in 0..<width { gram[a * width + b] += (row[a] - means[a]) * (row[b] - means[b]) }
            }
        }
        // The features are nearly one: a ridge of a hundredth of their own variance keeps slopes from running apart.
        for a in 0..<width { gram[a * width + a] *= 1.01 }
        let slopes = SmallSystem.solve(gram, right)
        ends = (0..<width).map { column in
            let values = rows.map { $0[column] }
            return Ends(low: Statistics.quantile(values, 0.05), high: Statistics.quantile(values, 0.95))
        }
        self.means = means
        self.slopes = slopes
        intercept = mean
        error = Statistics.rootMeanSquare(
            zip(rows, lives).map { row, life in
                life - mean - zip(slopes, zip(row, means)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
            })
    }

    /// log10 of life of a cell with these features (all of `EarlyLifeFeatures`).
    ///
    /// A line through simulated lives knows nothing of cells that fade slower or faster than nearly all of them: what is hardly
    /// a fade at all in a hundred cycles (a capacity that still rises, say) would make lives of any length.
    public func value(_ features: [Double]) -> Double { value(held: held(features)) }

    /// The line with ends that take in real cells' features too: what they have been seen to do is no extrapolation.
    func reaching(_ features: [[Double]]) -> SimulatedLifeLine {
        var line = self
        line.ends = ends.map { ends in
            zip(ends, columns).map { own, column in
                let values = features.map { $0[column] }.filter(\.isFinite)
                return Ends(low: min(own.low, values.min() ?? own.low), high: max(own.high, values.max() ?? own.high))
            }
        }
        return line
    }

    /// The features that the line uses, within its ends.
    func held(_ features: [Double]) -> [Double] {
        columns.indices.map { index in
            guard let ends = ends?[index] else { return features[columns[index]] }
            return min(max(features[columns[index]], ends.low), ends.high)
        }
    }

    /// log10 of life from what `held` gives.
    func value(held: [Double]) -> Double {
        held.indices.reduce(intercept) { $0 + slopes[$1] * (held[$1] - means[$1]) }
    }
}

/// A few linear equations.
enum SmallSystem {
    /// Solves A x = b, A symmetric positive definite and row-major, by Cholesky's factors; what is singular gets zeros.
    static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let n = right.count
        var a = matrix
        var x = right
        for i in 0..<n {
            for j in 0...i {
                var sum = a[i * n + j]
                for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
                if i == j {
                    guard sum > 0 else { return right.map { _ in 0 } }
                    a[i * n + i] = sum.squareRoot()
                } else {
                    a[i * n + j] = sum / a[j * n + j]
                }
            }
        }
        for i in 0..<n {
            for k in 0..<i { x[i] -= a[i * n + k] * x[k] }
            x[i] /= a[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(n, i + 1) { x[i] -= a[k * n + i] * x[k] }
            x[i] /= a[i * n + i]
        }
        return x
    }
}

extension Trajectory {
    /// Cycle at which a line between two cycles falls below a limit; nil where none does.
    func crossing(_ limit: Double) -> Double? {
        guard let index = capacities.firstIndex(where: { $0 < limit }) else { return nil }
        guard index > 0 else { return cycles[0] }
        let (above, below) = (capacities[index - 1], capacities[index])
        let part = above > below ? (above - limit) / (above - below) : 1
        return cycles[index - 1] + part * (cycles[index] - cycles[index - 1])
    }
}
