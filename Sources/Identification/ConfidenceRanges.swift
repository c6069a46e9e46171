import Learning

/// What data say of the parameters at the end of a fit: the covariance of their places, 0…1 within the bounds.
///
/// Residuals of a model are not independent: neighbours in time err alike. The covariance is the sandwich
///
///     (JᵀJ)⁻¹ (Σₑ τₑ σₑ² Σₖ wₖ² gₖ gₖᵀ) (JᵀJ)⁻¹
///
/// with gₖ the derivatives of a point's voltage, wₖ its weight, σₑ² the variance of an experiment's residuals and τₑ their
/// integrated autocorrelation, 1 for white noise (the initial positive sequence of Geyer 1992, Stat. Sci. 7, 473, eq. 3.3);
/// what is expected of parameters, and that they lie between their bounds, counts as further measurements; n / τ points then count as independent, and their number less that of the parameters gives Student's t.
struct ConfidenceRanges {
    /// Of the places, row by row.
    private(set) var covariance: [Double]
    /// (JᵀJ)⁻¹, row by row.
    let inverse: [Double]
    /// 97.5 % quantile of Student's t.
    private(set) var quantile: Double
    /// Eigenvalues, ascending, of the information matrix in places: 1 / variance along their directions.
    private(set) var eigenvalues: [Double]
    /// Their directions, the k-th in `k * n..<(k + 1) * n`.
    private(set) var directions: [Double]
    /// Integrated autocorrelation of each experiment's residuals, in points.
    private(set) var correlations: [Double]
    /// Standard deviation of each experiment's residuals, V.
    private(set) var deviations: [Double]
    /// By which factors the ranges of the places reach farther than half their width, or less, where models bend.
    var bends: [(below: Double, above: Double)] = []

    /// - Parameters:
    ///   - jacobian: of the weighted residuals, a column for each place; rows of expectations last.
    ///   - residuals: weighted by the roots of `weights`.
    ///   - weights: of the points of each experiment.
    ///   - noise: what a standard deviation of an expectation counts.
    ///
    /// Nil where the matrices cannot be factored.
    init?(jacobian: [[Double]], residuals: [Double], weights: [[Double]], noise: Double) {
        let n = jacobian.count
        let points = weights.reduce(0) { $0 + $1.count }
        guard n > 0 else { return nil }
        var (normal, _) = LeastSquares.normal(jacobian, residuals)
        var meat = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        var start = 0
        var independent = 0.0
        correlations = []
        deviations = []
        for own in weights {
            let rows = start..<start + own.count
            let plain = zip(residuals[rows], own).map { $1 > 0 ? $0 / $1.squareRoot() : 0 }
            // Time counts, as it does in the fit.
            let sum = residuals[rows].reduce(0) { $0 + $1 * $1 }
            let share = max(1 - Double(n) / Double(points), 0.1)
            let variance = sum / share
            let tau = Self.integratedAutocorrelation(plain)
            correlations.append(tau)
            deviations.append(variance.squareRoot())
            independent += Double(own.count) / tau
            for a in 0..<n {
                for b in 0...a {
                    // J holds √w g already.
                    var all = 0.0
                    for (k, row) in rows.enumerated() { all += own[k] * jacobian[a][row] * jacobian[b][row] }
                    meat[a][b] += tau * variance * all
                    if a != b { meat[b][a] = meat[a][b] }
                }
            }
            start += own.count
        }
        // What is expected of the parameters is a measurement whose standard deviation is `noise`.
        for row in start..<residuals.count {
            for a in 0..<n { for b in 0..<n { meat[a][b] += noise * noise * jacobian[a][row] * jacobian[b][row] } }
        }
        // Bounds are known, too: a place between 0 and 1, all alike, has the variance 1/12.
        var traces = (meat: 0.0, normal: 1e-300)
        for k in 0..<n {
            traces.meat += meat[k][k]
            traces.normal += normal[k][k]
        }
        let ratio = traces.meat / traces.normal
        for k in 0..<n {
            normal[k][k] += 12 * ratio
            meat[k][k] += 12 * ratio * ratio
        }
        let scale = (0..<n).map { max(normal[$0][$0], 1e-300).squareRoot() }
        var scaled = [Double](repeating: 0, count: n * n)
        for a in 0..<n { for b in 0..<n { scaled[a * n + b] = normal[a][b] / (scale[a] * scale[b]) } }
        guard let eigen = LinearAlgebra.symmetricEigen(scaled, n) else { return nil }
        var inverse = [Double](repeating: 0, count: n * n)
        for k in 0..<n {
            let weight = 1 / max(eigen.values[k], 1e-12)
            for a in 0..<n {
                for b in 0..<n {
                    inverse[a * n + b] +=
                        weight * eigen.vectors[k * n + a] * eigen.vectors[k * n + b] / (scale[a] * scale[b])
                }
            }
        }
        var covariance = [Double](repeating: 0, count: n * n)
        for a in 0..<n {
            for b in 0..<n {
                for c in 0..<n {
                    for d in 0..<n { covariance[a * n + b] += inverse[a * n + c] * meat[c][d] * inverse[d * n + b] }
                }
            }
        }
        self.covariance = covariance
        self.inverse = inverse
        quantile = StudentT.quantile(0.975, degrees: max(independent - Double(n), 1))
        guard let own = LinearAlgebra.symmetricEigen(covariance, n) else { return nil }
        // Ascending information is descending variance.
        eigenvalues = own.values.reversed().map { 1 / max($0, 1e-300) }
        directions = (0..<n).reversed().flatMap { k in own.vectors[k * n..<(k + 1) * n] }
    }

    /// By how much the sum of squares may rise within the 95 % range of a place, all others following: what the likelihood
    /// ratio's t² is in units of the residuals' noise, autocorrelation included.
    func rise(_ index: Int) -> Double {
        let n = eigenvalues.count
        return quantile * quantile * covariance[index * n + index] / inverse[index * n + index]
    }

    /// Half the width of the 95 % range of a place.
    func halfWidth(_ index: Int) -> Double {
        let n = eigenvalues.count
        return quantile * max(covariance[index * n + index], 0).squareRoot()
    }

    /// How far the 95 % range of a place reaches below and above it.
    func reach(_ index: Int) -> (below: Double, above: Double) {
        let half = halfWidth(index)
        let bend = bends.indices.contains(index) ? bends[index] : (below: 1, above: 1)
        return (half * bend.below, half * bend.above)
    }

    /// 1 + 2 Σ ρ over lags, summed in pairs as long as these are positive and fall; at least 1.
    static func integratedAutocorrelation(_ values: [Double]) -> Double {
        let count = values.count
        guard count > 3 else { return 1 }
        let mean = values.reduce(0, +) / Double(count)
        let centred = values.map { $0 - mean }
        func autocovariance(_ lag: Int) -> Double {
            var sum = 0.0
            for k in 0..<count - lag { sum += centred[k] * centred[k + lag] }
            return sum / Double(count)
        }
        let variance = autocovariance(0)
        guard variance > 0 else { return 1 }
        var sum = -variance
        var previous = Double.infinity
        var lag = 0
        while lag + 1 < count {
            let pair = min(autocovariance(lag) + autocovariance(lag + 1), previous)
            guard pair > 0 else { break }
            sum += 2 * pair
            previous = pair
            lag += 2
        }
        return max(sum / variance, 1)
    }
}
