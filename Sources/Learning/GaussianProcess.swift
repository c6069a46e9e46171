/// The shape of a Gaussian process's covariance, of standardised features.
public enum Kernel: String, Sendable, Codable {
    /// Squared exponential.
    case squaredExponential
    /// Matérn with ν = 3/2.
    case matern32
    /// Matérn with ν = 5/2.
    case matern52
}

/// How a Gaussian process is fitted.
public struct GaussianProcessOptions: Sendable, Equatable, Codable {
    /// Covariance of the non-linear part.
    public var kernel = Kernel.matern52
    /// A length scale of its own for each feature, rather than one for all.
    public var hasOwnLengths = false
    /// A linear part beside the non-linear one.
    public var hasLinearPart = true
    /// Rows kept, drawn at random where there are more; the hyperparameters see at most 400 of them.
    public var maximumRows = 1200
    /// Length scale of all standardised features where it is not to be fitted.
    public var length: Double?
    /// Variance of the noise over that of the targets, where `length` is given.
    public var noise = 0.1
    /// Where given, every group departs from what all share by a constant and by a course of half the length, each of this
    /// variance over that of the targets: a mixed model, which does not take the rows of one group for independent witnesses
    /// (Rasmussen and Williams 2006, section 2.7, with the basis of a group's own). Rows are then kept evenly from all groups;
    /// needs `length`.
    public var groupVariance: Double?

    /// Memberwise, with defaults.
    public init(
        kernel: Kernel = .matern52, hasOwnLengths: Bool = false, hasLinearPart: Bool = true, maximumRows: Int = 1200,
        length: Double? = nil, noise: Double = 0.1, groupVariance: Double? = nil
    ) {
        self.groupVariance = groupVariance
        self.length = length
        self.noise = noise
        self.kernel = kernel
        self.hasOwnLengths = hasOwnLengths
        self.hasLinearPart = hasLinearPart
        self.maximumRows = maximumRows
    }
}

/// A Gaussian process (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, algorithm 2.1), its
/// hyperparameters at the largest marginal likelihood with weak priors.
///
/// ```
/// k(x, x') = s² κ(r) + l² x·x' / p + σ² δ + g² (1 + κ(2 r)) [same group],   r² = Σ (x − x')² / λ²
/// ```
public struct GaussianProcess: Sendable, Equatable, Codable {
    /// How features are prepared.
    public let standardisation: Standardisation
    /// Covariance of the non-linear part.
    public let kernel: Kernel
    /// Length scale of each standardised feature.
    public let lengths: [Double]
    /// Standard deviation of the non-linear part, in units of `scale`.
    public let amplitude: Double
    /// Standard deviation of the linear part at unit distance; 0 for none.
    public let slope: Double
    /// Standard deviation of the noise, and of what a new group has of its own.
    public let noise: Double
    /// Mean and standard deviation of the targets.
    public let center: Double
    /// See `center`.
    public let scale: Double
    /// Standardised training rows.
    public let points: Matrix
    /// (K + σ²)⁻¹ y.
    public let weights: [Double]
    /// Whether deviations can be told: the lower triangle of the Cholesky factor is kept where there are few rows.
    private let factor: [Double]

    /// Mean and standard deviation, noise included.
    func predict(_ x: Matrix) -> [(mean: Double, deviation: Double)] {
        let z = standardisation.apply(x)
        let n = points.rows
        let p = Double(z.columns)
        let scaledPoints = Self.scaled(points, lengths)
        let scaledRows = Self.scaled(z, lengths)
        let pointNorms = (0..<n).map { scaledPoints.row($0).reduce(0) { $0 + $1 * $1 } }
        let prior = amplitude * amplitude + noise * noise
        var out: [(mean: Double, deviation: Double)] = []
        out.reserveCapacity(z.rows)
        // Blocks, so that the covariances stay in the cache.
        for start in stride(from: 0, to: z.rows, by: 256) {
            let chosen = Array(start..<min(start + 256, z.rows))
            let block = scaledRows.selecting(rows: chosen)
            var covariances = LinearAlgebra.products(block, scaledPoints)
            for (index, _) in chosen.enumerated() {
                let norm = block.row(index).reduce(0) { $0 + $1 * $1 }
                for k in 0..<n {
                    let distance = max(norm + pointNorms[k] - 2 * covariances[index * n + k], 0)
                    covariances[index * n + k] = amplitude * amplitude * Self.value(kernel, distance)
                }
            }
            var linear = [Double](repeating: 0, count: chosen.count)
            if slope > 0 {
                let rows = z.selecting(rows: chosen)
                let products = LinearAlgebra.products(rows, points)
                for k in covariances.indices { covariances[k] += slope * slope * products[k] / p }
                for index in linear.indices {
                    linear[index] = slope * slope / p * rows.row(index).reduce(0) { $0 + $1 * $1 }
                }
            }
            for index in chosen.indices {
                let own = covariances[index * n..<(index + 1) * n]
                var mean = 0.0
                for (a, b) in zip(own, weights) { mean += a * b }
                var explained = 0.0
                if !factor.isEmpty {
                    // Forward substitution with the packed lower factor.
                    var place = 0
                    var solved = Array(own)
                    for i in 0..<n {
                        var sum = solved[i]
                        for j in 0..<i { sum -= factor[place + j] * solved[j] }
                        solved[i] = sum / factor[place + i]
                        explained += solved[i] * solved[i]
                        place += i + 1
                    }
                }
                let variance = max(prior + linear[index] - explained, noise * noise)
                out.append((center + scale * mean, scale * variance.squareRoot()))
            }
        }
        return out
    }

    /// Whether its parts fit together, which a file must prove before use.
    func isSound(columns: Int) -> Bool {
        let n = points.rows
        return points.columns == columns && points.values.count == n * columns && weights.count == n
            && lengths.count == columns && lengths.allSatisfy { $0 > 0 }
            && (factor.isEmpty || factor.count == n * (n + 1) / 2)
            && [amplitude, slope, noise, center, scale].allSatisfy(\.isFinite)
    }

    /// κ(r) of r².
    private static func value(_ kernel: Kernel, _ squared: Double) -> Double {
        switch kernel {
        case .squaredExponential: return exponential(-0.5 * squared)
        case .matern32:
            let r = (3 * squared).squareRoot()
            return (1 + r) * exponential(-r)
        case .matern52:
            let r = (5 * squared).squareRoot()
            return (1 + r + r * r / 3) * exponential(-r)
        }
    }

    /// dκ/d(r²).
    private static func slope(_ kernel: Kernel, _ squared: Double) -> Double {
        switch kernel {
        case .squaredExponential: return -0.5 * exponential(-0.5 * squared)
        case .matern32:
            let r = (3 * squared).squareRoot()
            return -1.5 * exponential(-r)
        case .matern52:
            let r = (5 * squared).squareRoot()
            return -5.0 / 6 * (1 + r) * exponential(-r)
        }
    }

    private static func scaled(_ z: Matrix, _ lengths: [Double]) -> Matrix {
        var values = z.values
        let p = z.columns
        for row in 0..<z.rows {
            for column in 0..<p { values[row * p + column] /= lengths[column] }
        }
        return Matrix(columns: p, values: values)
    }

    /// Fits to training rows.
    init(_ x: Matrix, _ y: [Double], groups: [Int], options: GaussianProcessOptions, seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let standardisation = Standardisation(x)
        let center = Statistics.mean(y)
        let scale = max(Statistics.deviation(y), 1e-300)
        let order = random.permutation(x.rows)
        let groupVariance = options.length == nil ? 0 : max(options.groupVariance ?? 0, 0)
        let kept =
            groupVariance > 0
            ? RowChoice.even(
                Array(0..<x.rows), groups: groups,
                mostPerGroup: max(options.maximumRows / max(Set(groups).count, 1), 2))
            : order.prefix(options.maximumRows).sorted()
        let seen = order.prefix(min(400, options.maximumRows)).sorted()
        let z = standardisation.apply(x)
        let targets = y.map { ($0 - center) / scale }
        let fitted =
            options.length.map { length in
                Hyperparameters(
                    lengths: [Double](repeating: length, count: z.columns), amplitude: 1,
                    slope: options.hasLinearPart ? 1 : 0, noise: max(options.noise, 1e-6).squareRoot())
            } ?? Self.maximise(z.selecting(rows: seen), seen.map { targets[$0] }, options)
        let points = z.selecting(rows: kept)
        let n = points.rows
        var matrix = Self.total(
            points, fitted, options.kernel, groups: kept.map { groups[$0] }, groupVariance: groupVariance)
        guard LinearAlgebra.choleskyFactor(&matrix, n) else {
            throw LearningError(
                kind: .computation, problem: "the covariance of a Gaussian process is not positive definite",
                remedy: "leave out rows that occur twice")
        }
        var weights = kept.map { targets[$0] }
        LinearAlgebra.choleskySolve(matrix, n, &weights)
        // The interval of a large model comes from calibration alone.
        if n <= 200 {
            var packed: [Double] = []
            for i in 0..<n { for j in 0...i { packed.append(matrix[j * n + i]) } }
            factor = packed
        } else {
            factor = []
        }
        self.standardisation = standardisation
        kernel = options.kernel
        lengths = fitted.lengths
        amplitude = fitted.amplitude
        slope = fitted.slope
        noise = (fitted.noise * fitted.noise + 2 * groupVariance).squareRoot()
        self.center = center
        self.scale = scale
        self.points = points
        self.weights = weights
    }

    private struct Hyperparameters {
        var lengths: [Double]
        var amplitude: Double
        var slope: Double
        var noise: Double
    }

    /// The covariance of training rows; its upper triangle, which is what LAPACK is told of, in place for many rows.
    private static func total(
        _ z: Matrix, _ h: Hyperparameters, _ kernel: Kernel, groups: [Int], groupVariance: Double
    ) -> [Double] {
        let n = z.rows
        let scaledPoints = scaled(z, h.lengths)
        var total = LinearAlgebra.products(scaledPoints, scaledPoints)
        let norms = (0..<n).map { total[$0 * n + $0] }
        let amplitude = h.amplitude * h.amplitude
        for i in 0..<n {
            for j in i..<n {
                let distance = max(norms[i] + norms[j] - 2 * total[i * n + j], 0)
                var sum = amplitude * value(kernel, distance)
                if groupVariance > 0, groups[i] == groups[j] {
                    sum += groupVariance * (1 + value(kernel, 4 * distance))
                }
                if i == j { sum += h.noise * h.noise + 1e-8 }
                total[i * n + j] = sum
            }
        }
        guard h.slope > 0 else { return total }
        let share = h.slope * h.slope / Double(z.columns)
        let products = LinearAlgebra.products(z, z)
        for i in 0..<n {
            for j in i..<n { total[i * n + j] += share * products[i * n + j] }
        }
        return total
    }

    private static func covariance(
        _ z: Matrix, _ h: Hyperparameters, _ kernel: Kernel
    ) -> (total: [Double], squared: [Double], products: [Double]) {
        let n = z.rows
        let scaledPoints = scaled(z, h.lengths)
        let inner = LinearAlgebra.products(scaledPoints, scaledPoints)
        var total = [Double](repeating: 0, count: n * n)
        var squared = total
        let products = h.slope > 0 ? LinearAlgebra.products(z, z) : []
        let p = Double(z.columns)
        for i in 0..<n {
            for j in 0..<n {
                let distance = max(inner[i * n + i] + inner[j * n + j] - 2 * inner[i * n + j], 0)
                squared[i * n + j] = distance
                var sum = h.amplitude * h.amplitude * value(kernel, distance)
                if !products.isEmpty { sum += h.slope * h.slope * products[i * n + j] / p }
                if i == j { sum += h.noise * h.noise + 1e-8 }
                total[i * n + j] = sum
            }
        }
        return (total, squared, products)
    }

    /// Climbs the marginal likelihood over the logarithms of the hyperparameters by signed steps that grow while the sign
    /// of the slope stays (Rprop; Riedmiller and Braun, IEEE ICNN 1993). Priors: log-normal, wide, so that a length does not
    /// run off where the data are silent.
    private static func maximise(_ z: Matrix, _ y: [Double], _ options: GaussianProcessOptions) -> Hyperparameters {
        let p = z.columns
        let lengthCount = options.hasOwnLengths ? p : 1
        let start = Double(p).squareRoot() * (options.hasOwnLengths ? 2 : 1.5)
        var logs = [Double](repeating: logarithm(start), count: lengthCount)
        logs += [0, logarithm(0.7), logarithm(0.3)]
        let centers = logs
        let widths = [Double](repeating: options.hasOwnLengths ? 1.0 : 1.5, count: lengthCount) + [1.5, 1.5, 1.5]
        var steps = [Double](repeating: 0.2, count: logs.count)
        var previous = [Double](repeating: 0, count: logs.count)
        var best: (value: Double, logs: [Double]) = (-.infinity, logs)
        func unpack(_ logs: [Double]) -> Hyperparameters {
            let lengths = (0..<p).map { exponential(logs[options.hasOwnLengths ? $0 : 0]) }
            return Hyperparameters(
                lengths: lengths, amplitude: exponential(logs[lengthCount]),
                slope: options.hasLinearPart ? exponential(logs[lengthCount + 1]) : 0,
                noise: exponential(logs[lengthCount + 2]))
        }
        for _ in 0..<60 {
            guard let (value, gradient) = likelihood(z, y, unpack(logs), options, lengthCount) else { break }
            var total = value
            var slopes = gradient
            for k in logs.indices {
                let off = (logs[k] - centers[k]) / widths[k]
                total -= 0.5 * off * off
                slopes[k] -= off / widths[k]
            }
            if total > best.value { best = (total, logs) }
            for k in logs.indices where !(k == lengthCount + 1 && !options.hasLinearPart) {
                let agreement = slopes[k] * previous[k]
                if agreement > 0 { steps[k] = min(steps[k] * 1.2, 0.5) } else if agreement < 0 { steps[k] *= 0.5 }
                if agreement < 0 {
                    previous[k] = 0
                } else {
                    logs[k] += slopes[k] > 0 ? steps[k] : -steps[k]
                    previous[k] = slopes[k]
                }
                logs[k] = min(max(logs[k], -7), 7)
            }
            if (steps.max() ?? 0) < 1e-3 { break }
        }
        return unpack(best.logs)
    }

    /// The logarithm of the marginal likelihood and its slope by the logarithms of length(s), amplitude, slope and noise
    /// (Rasmussen and Williams, equations 5.8 and 5.9).
    private static func likelihood(
        _ z: Matrix, _ y: [Double], _ h: Hyperparameters, _ options: GaussianProcessOptions, _ lengthCount: Int
    ) -> (Double, [Double])? {
        let n = z.rows
        let p = z.columns
        let (total, squared, products) = covariance(z, h, options.kernel)
        var factor = total
        guard LinearAlgebra.choleskyFactor(&factor, n), let inverse = LinearAlgebra.choleskyInverse(factor, n) else {
            return nil
        }
        var alpha = y
        LinearAlgebra.choleskySolve(factor, n, &alpha)
        var value = 0.0
        for i in 0..<n { value -= 0.5 * y[i] * alpha[i] + logarithm(factor[i * n + i]) }
        var gradient = [Double](repeating: 0, count: lengthCount + 3)
        let amplitude = h.amplitude * h.amplitude
        let lengthSquares = h.lengths.map { $0 * $0 }
        for i in 0..<n {
            for j in 0..<i {
                // ½ (αα' − K⁻¹), counted twice off the diagonal.
                let q = alpha[i] * alpha[j] - inverse[i * n + j]
                let distance = squared[i * n + j]
                gradient[lengthCount] += q * 2 * amplitude * GaussianProcess.value(options.kernel, distance)
                let change = q * amplitude * slope(options.kernel, distance) * -2
                if lengthCount == 1 {
                    gradient[0] += change * distance
                } else {
                    for k in 0..<p {
                        let off = z[i, k] - z[j, k]
                        gradient[k] += change * off * off / lengthSquares[k]
                    }
                }
                if !products.isEmpty {
                    gradient[lengthCount + 1] += q * 2 * h.slope * h.slope * products[i * n + j] / Double(p)
                }
            }
            let q = 0.5 * (alpha[i] * alpha[i] - inverse[i * n + i])
            gradient[lengthCount] += q * 2 * amplitude
            if !products.isEmpty {
                gradient[lengthCount + 1] += q * 2 * h.slope * h.slope * products[i * n + i] / Double(p)
            }
            gradient[lengthCount + 2] += q * 2 * h.noise * h.noise
        }
        return (value, gradient)
    }
}
