internal import Learning

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Points that fill a space of independent deviates evenly: each of `count` equally likely slices of every
/// dimension is met once (McKay, Beckman and Conover, Technometrics 21 (1979) 239). The same seed gives the same points.
enum LatinHypercube {
    /// `count` points of `dimensions` deviates each.
    static func deviates(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
        quantiles(count: count, dimensions: dimensions, seed: seed).map { $0.map(normalQuantile) }
    }

    /// The same in the unit cube.
    static func quantiles(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
        var source = RandomSource(seed: seed)
        var points = [[Double]](repeating: [Double](repeating: 0, count: dimensions), count: count)
        for dimension in 0..<dimensions {
            for (point, slice) in source.permutation(count).enumerated() {
                points[point][dimension] = (Double(slice) + source.unit()) / Double(count)
            }
        }
        return points
    }

    /// The deviate below which a standard normal one lies with this probability, kept within six deviations.
    static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-6.0, 6.0)
        for _ in 0..<50 {
            let middle = 0.5 * (low + high)
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }
}
