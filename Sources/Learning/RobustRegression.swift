/// Linear regression that far-off targets do not pull (Huber, Ann. Math. Stat. 35 (1964) 73).
///
/// ```
/// min Σ ρ((y − b − w·z)/σ) σ² + λ |w|²,   ρ(t) = t²/2 for |t| < 1.345, 1.345 |t| − 1.345²/2 beyond
/// ```
/// by iteratively reweighted least squares; σ is 1.4826 times the median of the absolute residuals (Holland and Welsch,
/// Commun. Stat. A 6 (1977) 813).
enum RobustRegression {
    /// Residuals beyond so many σ count by their size alone: 95 % as efficient as least squares on normal noise.
    private static let bend = 1.345
    /// λ, in rows: it matters where there are few.
    private static let penalty = 5.0

    static func fit(_ x: Matrix, _ y: [Double], weights: [Double]?) -> LinearModel {
        // Few features, and values beyond three deviations say no more than three.
        let standardisation = Standardisation(x, reach: 3)
        let z = standardisation.apply(x)
        let p = z.columns
        var coefficients = [Double](repeating: 0, count: p)
        var intercept = Statistics.median(y)
        let own = weights ?? [Double](repeating: 1, count: y.count)
        var residuals: [Double] = []
        for _ in 0..<50 {
            residuals = y.indices.map { row in
                zip(z.row(row), coefficients).reduce(y[row] - intercept) { $0 - $1.0 * $1.1 }
            }
            let sigma = max(1.4826 * Statistics.median(residuals.map(\.magnitude)), 1e-9)
            // Normal equations of the features and a constant.
            let n = p + 1
            var matrix = [Double](repeating: 0, count: n * n)
            var right = [Double](repeating: 0, count: n)
            for row in y.indices {
                let weight = own[row] * min(1, bend * sigma / max(residuals[row].magnitude, 1e-300))
                let values = Array(z.row(row)) + [1]
                for i in 0..<n {
                    right[i] += weight * values[i] * y[row]
                    for j in 0..<n { matrix[i * n + j] += weight * values[i] * values[j] }
                }
            }
            for i in 0..<p { matrix[i * n + i] += penalty }
            matrix[n * n - 1] += 1e-12
            guard LinearAlgebra.choleskyFactor(&matrix, n) else { break }
            LinearAlgebra.choleskySolve(matrix, n, &right)
            let change = zip(right, coefficients + [intercept]).map { abs($0 - $1) }.max() ?? 0
            coefficients = Array(right.prefix(p))
            intercept = right[p]
            if change < 1e-8 * sigma { break }
        }
        return LinearModel(
            standardisation: standardisation, coefficients: coefficients, intercept: intercept,
            residual: Statistics.rootMeanSquare(residuals), choice: "Huber's loss")
    }
}
