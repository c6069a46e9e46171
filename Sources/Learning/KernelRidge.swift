/// Kernel ridge regression that far-off targets do not pull, for small tables.
///
/// ```
/// min Σ ρ((y − m − f(z))/σ) σ² + λ |f|²,   k(z, z′) = exp(−|z − z′|² / (2 p ℓ²))
/// ```
/// over p standardised features, with Huber's ρ (Ann. Math. Stat. 35 (1964) 73), by iteratively reweighted least squares
/// (Saunders, Gammerman and Vovk, ICML 1998; Holland and Welsch, Commun. Stat. A 6 (1977) 813). m is the median of the
/// targets, σ 1.4826 times the median of the absolute residuals.
public struct KernelRidge: Sendable, Equatable, Codable {
    let standardisation: Standardisation
    /// Standardised training rows.
    private let points: Matrix
    /// One a training row: f(z) = Σ wᵢ k(z, zᵢ).
    private let weights: [Double]
    private let center: Double
    /// ℓ, in root mean squares of the distance by feature.
    private let length: Double
    /// Root mean square of the training residuals.
    let residual: Double

    /// Residuals beyond so many σ count by their size alone.
    private static let bend = 1.345

    init(_ x: Matrix, _ y: [Double], options: KernelRidgeOptions, weights own: [Double]?) throws {
        let standardisation = Standardisation(x, reach: 3)
        let points = standardisation.apply(x)
        let n = points.rows
        let center = Statistics.median(y)
        let targets = y.map { $0 - center }
        var kernel = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                kernel[i * n + j] = Self.kernel(points.row(i), points.row(j), options.length)
                kernel[j * n + i] = kernel[i * n + j]
            }
        }
        let rowWeights = own ?? [Double](repeating: 1, count: n)
        var trust = rowWeights
        var solution = [Double](repeating: 0, count: n)
        var residuals = targets
        for _ in 0..<50 {
            var matrix = kernel
            for i in 0..<n { matrix[i * n + i] += options.penalty / max(trust[i], 1e-12) }
            guard LinearAlgebra.choleskyFactor(&matrix, n) else {
                throw LearningError(problem: "a kernel matrix is singular", remedy: "raise the penalty")
            }
            var next = targets
            LinearAlgebra.choleskySolve(matrix, n, &next)
            let change = zip(next, solution).map { abs($0 - $1) }.max() ?? 0
            let size = next.map(\.magnitude).max() ?? 0
            solution = next
            // (K + Λ) w = y − m, so that what is left is Λ w.
            residuals = solution.indices.map { solution[$0] * options.penalty / max(trust[$0], 1e-12) }
            let sigma = max(1.4826 * Statistics.median(residuals.map(\.magnitude)), 1e-9)
            trust = residuals.indices.map {
                rowWeights[$0] * min(1, Self.bend * sigma / max(residuals[$0].magnitude, 1e-300))
            }
            if change <= 1e-8 * size { break }
        }
        self.standardisation = standardisation
        self.points = points
        self.center = center
        weights = solution
        length = options.length
        residual = Statistics.rootMeanSquare(residuals)
    }

    private static func kernel(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>, _ length: Double) -> Double {
        let squared = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return exponential(-0.5 * squared / (Double(a.count) * length * length))
    }

    func predict(_ x: Matrix) -> [Double] {
        let z = standardisation.apply(x)
        return (0..<z.rows).map { row in
            weights.indices.reduce(center) { $0 + weights[$1] * Self.kernel(z.row(row), points.row($1), length) }
        }
    }

    /// Whether its parts fit together, which a file must prove before use.
    func isSound(columns: Int) -> Bool {
        points.columns == columns && points.values.count == points.rows * columns && weights.count == points.rows
            && weights.allSatisfy(\.isFinite) && length > 0 && center.isFinite && residual.isFinite
    }
}

/// How a kernel ridge regression is fitted.
public struct KernelRidgeOptions: Sendable, Equatable, Codable {
    /// ℓ: over how much the function turns, in standard deviations of the features; above 0.
    public var length = 1.0
    /// λ: how much a rough function costs; above 0.
    public var penalty = 0.01

    /// Memberwise, with defaults.
    public init(length: Double = 1, penalty: Double = 0.01) {
        self.length = length
        self.penalty = penalty
    }
}
