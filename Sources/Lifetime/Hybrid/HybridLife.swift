internal import Learning

/// Life from early features: the population's line, its offset and its gain moved by real cells.
///
/// log10 life = a + g s(x) + ε, with s(x) the simulated value about its mean over the real cells. Prior: a normal about the
/// simulated value with standard deviation `offset` (rates of ageing are known to a factor), g normal about `gain` with
/// `gainDeviation` (what simulations lack weakens what features tell), ε normal with a variance of prior `scatter` that counts
/// as `worth` cells. Bayesian linear regression (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, chapter 14), the
/// variance at its expectation.
public struct HybridLife: Sendable, Codable, Equatable {
    /// Standard deviation of the simulated level, log10.
    static let offset = 0.3
    /// Prior mean and standard deviation of the gain.
    static let gain = (mean: 0.7, deviation: 0.3)
    /// Prior standard deviation of a cell about the line, log10, and the cells it counts as.
    static let scatter = (deviation: 0.09, worth: 4.0)

    /// The population's.
    public let line: SimulatedLifeLine
    /// Mean of the simulated values over the real cells; the line's own without any.
    public let center: Double
    /// a and g after the real cells.
    public let coefficients: [Double]
    /// Their covariance, row-major.
    public let covariance: [Double]
    /// Variance of a cell about the line.
    public let variance: Double
    /// Real cells.
    public let cells: Int

    /// Trains on the early features of real cells and their lives, cycles; of none it is the population's line.
    public init(line: SimulatedLifeLine, features: [[Double]], lives: [Double]) {
        let line = line.reaching(features)
        let values = features.map { line.value($0) }
        let center = values.isEmpty ? line.intercept : Statistics.mean(values)
        let y = lives.map { Decimal.logarithm($0) }
        let prior = [center, values.isEmpty ? 1 : Self.gain.mean]
        let precision = [
            1 / (Self.offset * Self.offset), 1 / (Self.gain.deviation * Self.gain.deviation),
        ]
        let first = Self.scatter.deviation * Self.scatter.deviation
        var variance = first
        var coefficients = prior
        var covariance = [1 / precision[0], 0, 0, 1 / precision[1]]
        for _ in 0..<(values.isEmpty ? 0 : 20) {
            var gram = [precision[0], 0, 0, precision[1]]
            var right = [precision[0] * prior[0], precision[1] * prior[1]]
            for (value, life) in zip(values, y) {
                let x = [1, value - center]
                for a in 0..<2 {
                    right[a] += x[a] * life / variance
                    for b in 0..<2 { gram[a * 2 + b] += x[a] * x[b] / variance }
                }
            }
            coefficients = SmallSystem.solve(gram, right)
            let determinant = gram[0] * gram[3] - gram[1] * gram[2]
            covariance = [gram[3], -gram[1], -gram[2], gram[0]].map { $0 / determinant }
            var squares = 0.0
            for (value, life) in zip(values, y) {
                let x = [1, value - center]
                let off = life - coefficients[0] - coefficients[1] * x[1]
                let own = x[1] * x[1] * covariance[3] + 2 * x[1] * covariance[1] + covariance[0]
                squares += off * off + own
            }
            variance = (Self.scatter.worth * first + squares) / (Self.scatter.worth + Double(y.count))
        }
        self.line = line
        self.center = center
        self.coefficients = coefficients
        self.covariance = covariance
        self.variance = variance
        cells = y.count
    }

    /// log10 of life and its standard deviation.
    public func value(_ features: [Double]) -> (mean: Double, deviation: Double) {
        let x = line.value(features) - center
        let spread = covariance[0] + 2 * x * covariance[1] + x * x * covariance[3]
        let own = cells == 0 ? line.error * line.error : variance
        return (coefficients[0] + coefficients[1] * x, (spread + own).squareRoot())
    }

    /// Life, cycles, with a 90 % interval from the posterior.
    public func life(_ features: [Double]) -> (value: Double, low: Double, high: Double) {
        let (mean, deviation) = value(features)
        // Student's t with the degrees of freedom of the variance (Abramowitz and Stegun 26.7.5, two terms).
        let freedom = Self.scatter.worth + Double(cells)
        let z = 1.645
        let cube = z * z * z
        let second = (5 * cube * z * z + 16 * cube + 3 * z) / (96 * freedom * freedom)
        let t = z + (cube + z) / (4 * freedom) + second
        let half = t * deviation
        return (Decimal.power(mean), Decimal.power(mean - half), Decimal.power(mean + half))
    }
}

extension Decimal {
    /// Ten to the power.
    static func power(_ x: Double) -> Double { Natural.exponential(x * 2.302585092994046) }
}
