/// A linear function of standardised features.
public struct LinearModel: Sendable, Equatable, Codable {
    /// How features are prepared.
    public let standardisation: Standardisation
    /// One by feature, of the standardised feature.
    public let coefficients: [Double]
    /// At the means of all features.
    public let intercept: Double
    /// Root mean square of what is left over in cross-validation.
    public let residual: Double
    /// Which strength of the penalty, or number of components, cross-validation chose, in words.
    public let choice: String

    func predict(_ x: Matrix) -> [Double] {
        let z = standardisation.apply(x)
        return (0..<z.rows).map { row in
            var sum = intercept
            for (value, coefficient) in zip(z.row(row), coefficients) { sum += value * coefficient }
            return sum
        }
    }
}

/// Ridge, elastic net and partial least squares: a path of linear models over one strength, of which cross-validation by
/// group takes the best.
enum LinearModels {
    /// Coefficients and intercept at every strength, for standardised features and centred targets.
    typealias Path = (_ z: Matrix, _ y: [Double]) -> [[Double]]

    /// Fits a path inside folds and on everything, and keeps the strength whose left-out error is least.
    static func fit(
        _ x: Matrix, _ y: [Double], groups: [Int], names: [String], repeats: Int, seed: UInt64, path: Path
    ) -> LinearModel {
        var errors = [Double](repeating: 0, count: names.count)
        var counted = 0
        for folds in Folds.repeated(groups: groups, count: 5, repeats: repeats, seed: seed) {
            for fold in folds {
                let inside = x.selecting(rows: fold.training)
                let standard = Standardisation(inside)
                let targets = fold.training.map { y[$0] }
                let center = Statistics.mean(targets)
                let models = path(standard.apply(inside), targets.map { $0 - center })
                let left = standard.apply(x.selecting(rows: fold.test))
                for (strength, coefficients) in models.enumerated() {
                    for (index, row) in fold.test.enumerated() {
                        var value = center
                        for (a, b) in zip(left.row(index), coefficients) { value += a * b }
                        errors[strength] += (value - y[row]) * (value - y[row])
                    }
                }
                counted += fold.test.count
            }
        }
        let standard = Standardisation(x)
        let center = Statistics.mean(y)
        let models = path(standard.apply(x), y.map { $0 - center })
        var best = 0
        for index in models.indices where errors[index] < errors[best] { best = index }
        return LinearModel(
            standardisation: standard, coefficients: models[best], intercept: center,
            residual: (errors[best] / Double(max(counted, 1))).squareRoot(), choice: names[best])
    }

    /// Ridge regression over penalties `10^-3 … 10^4` times the number of rows' unit.
    ///
    /// ```
    /// w = (Z'Z + λ I)⁻¹ Z'y
    /// ```
    /// by the eigenvectors of Z'Z, or of ZZ' where there are more features than rows (Hastie, Tibshirani and Friedman, The
    /// Elements of Statistical Learning, 2009, section 3.4 and 18.3.5).
    static func ridge(
        _ x: Matrix, _ y: [Double], groups: [Int], repeats: Int, seed: UInt64
    ) -> LinearModel {
        let penalties = stride(from: -3.0, through: 4, by: 0.5).map { pow10($0) }
        return fit(
            x, y, groups: groups, names: penalties.map { "penalty \(short($0))" }, repeats: repeats, seed: seed
        ) { z, y in ridgePath(z, y, penalties) }
    }

    static func ridgePath(_ z: Matrix, _ y: [Double], _ penalties: [Double]) -> [[Double]] {
        let n = z.rows
        let p = z.columns
        if p <= n {
            guard let (values, vectors) = LinearAlgebra.symmetricEigen(LinearAlgebra.gram(z), p) else {
                return penalties.map { _ in [Double](repeating: 0, count: p) }
            }
            let moments = transposedProduct(z, y)
            let along = (0..<p).map { k in dot(vectors[k * p..<(k + 1) * p], moments[...]) }
            return penalties.map { penalty in
                var out = [Double](repeating: 0, count: p)
                for k in 0..<p {
                    let share = along[k] / (max(values[k], 0) + penalty)
                    for j in 0..<p { out[j] += share * vectors[k * p + j] }
                }
                return out
            }
        }
        guard let (values, vectors) = LinearAlgebra.symmetricEigen(LinearAlgebra.products(z, z), n) else {
            return penalties.map { _ in [Double](repeating: 0, count: p) }
        }
        let along = (0..<n).map { k in dot(vectors[k * n..<(k + 1) * n], y[...]) }
        return penalties.map { penalty in
            var dual = [Double](repeating: 0, count: n)
            for k in 0..<n {
                let share = along[k] / (max(values[k], 0) + penalty)
                for j in 0..<n { dual[j] += share * vectors[k * n + j] }
            }
            return transposedProduct(z, dual)
        }
    }

    /// Elastic net over mixes and penalties, by coordinate descent with warm starts (Friedman, Hastie and Tibshirani,
    /// Journal of Statistical Software 33, 2010).
    ///
    /// ```
    /// min 1/(2n) |y − Zw|² + λ (α |w|₁ + (1 − α)/2 |w|₂²)
    /// ```
    static func elasticNet(
        _ x: Matrix, _ y: [Double], groups: [Int], repeats: Int, seed: UInt64
    ) -> LinearModel {
        let mixes = [0.1, 0.5, 0.9, 1]
        let steps = 30
        let ratio = 1e-3
        // The largest penalty differs from fold to fold; strengths are compared as fractions of it.
        let fractions = (0..<steps).map { pow10(Double($0) / Double(steps - 1) * log10(ratio)) }
        let names = mixes.flatMap { mix in fractions.map { "mix \(short(mix)), penalty \(short($0)) of the largest" } }
        return fit(x, y, groups: groups, names: names, repeats: repeats, seed: seed) { z, y in
            mixes.flatMap { elasticNetPath(z, y, mix: $0, fractions: fractions) }
        }
    }

    static func elasticNetPath(_ z: Matrix, _ y: [Double], mix: Double, fractions: [Double]) -> [[Double]] {
        let n = Double(z.rows)
        let p = z.columns
        let gram = LinearAlgebra.gram(z).map { $0 / n }
        let moments = transposedProduct(z, y).map { $0 / n }
        let largest = (moments.map { abs($0) }.max() ?? 0) / mix
        var w = [Double](repeating: 0, count: p)
        // G w, kept up to date.
        var product = [Double](repeating: 0, count: p)
        return fractions.map { fraction in
            let penalty = fraction * largest
            for _ in 0..<150 {
                var change = 0.0
                for j in 0..<p {
                    let diagonal = gram[j * p + j]
                    let rest = moments[j] - product[j] + diagonal * w[j]
                    let shrunk = max(abs(rest) - penalty * mix, 0) * (rest < 0 ? -1 : 1)
                    let next = shrunk / (diagonal + penalty * (1 - mix) + 1e-300)
                    let step = next - w[j]
                    guard step != 0 else { continue }
                    w[j] = next
                    for k in 0..<p { product[k] += step * gram[j * p + k] }
                    change = max(change, abs(step) * diagonal.squareRoot())
                }
                if change < 1e-5 * (largest + 1e-300) { break }
            }
            return w
        }
    }

    /// Partial least squares with one target (Wold, Sjöström and Eriksson, Chemometrics and Intelligent Laboratory Systems
    /// 58, 2001), for 1 to `most` components.
    static func partialLeastSquares(
        _ x: Matrix, _ y: [Double], groups: [Int], most: Int, repeats: Int, seed: UInt64
    ) -> LinearModel {
        let smallest = Folds.repeated(groups: groups, count: 5, repeats: 1, seed: seed).joined().map(\.training.count)
        let most = max(min(most, x.columns, (smallest.min() ?? x.rows) - 1), 1)
        return fit(
            x, y, groups: groups, names: (1...most).map { "components \($0)" }, repeats: repeats, seed: seed
        ) { z, y in partialLeastSquaresPath(z, y, most) }
    }

    static func partialLeastSquaresPath(_ z: Matrix, _ y: [Double], _ most: Int) -> [[Double]] {
        let n = z.rows
        let p = z.columns
        var x = z.values
        var rest = y
        // R = W (P'W)⁻¹ column by column, so that w = R q.
        var rotations: [[Double]] = []
        var loadings: [[Double]] = []
        var out: [[Double]] = []
        var total = [Double](repeating: 0, count: p)
        for _ in 0..<most {
            var weight = transposedProduct(Matrix(columns: p, values: x), rest)
            let length = dot(weight[...], weight[...]).squareRoot()
            guard length > 1e-12 else {
                out.append(total)
                continue
            }
            for j in 0..<p { weight[j] /= length }
            let scores = (0..<n).map { dot(x[$0 * p..<($0 + 1) * p], weight[...]) }
            let norm = dot(scores[...], scores[...])
            guard norm > 1e-20 else {
                out.append(total)
                continue
            }
            let loading = transposedProduct(Matrix(columns: p, values: x), scores).map { $0 / norm }
            let share = dot(rest[...], scores[...]) / norm
            for i in 0..<n {
                for j in 0..<p { x[i * p + j] -= scores[i] * loading[j] }
                rest[i] -= share * scores[i]
            }
            var rotation = weight
            for (earlier, along) in zip(loadings, rotations) {
                let overlap = dot(earlier[...], weight[...])
                for j in 0..<p { rotation[j] -= overlap * along[j] }
            }
            loadings.append(loading)
            rotations.append(rotation)
            for j in 0..<p { total[j] += share * rotation[j] }
            out.append(total)
        }
        return out
    }

    private static func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += x * y }
        return sum
    }

    private static func transposedProduct(_ x: Matrix, _ y: [Double]) -> [Double] {
        let p = x.columns
        var out = [Double](repeating: 0, count: p)
        x.values.withUnsafeBufferPointer { values in
            for i in 0..<x.rows {
                let factor = y[i]
                for j in 0..<p { out[j] += factor * values[i * p + j] }
            }
        }
        return out
    }

    /// Three digits.
    private static func short(_ value: Double) -> String {
        let exponent = (log10(value)).rounded(.down)
        let mantissa = (value / pow10(exponent) * 100).rounded() / 100
        return exponent == 0 ? "\(mantissa)" : "\(mantissa)e\(Int(exponent))"
    }

    private static func pow10(_ x: Double) -> Double { power(10, x) }
}
