#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which candidates to measure next.
public enum Suggestion {
    /// The expected improvement of a normally distributed value over the best one so far (Jones, Schonlau and Welch,
    /// J. Glob. Optim. 13
    /// (1998) 455):
    ///
    /// ```
    /// E[max(y - best, 0)] = (m - best) Φ(z) + s φ(z),   z = (m - best) / s
    /// ```
    public static func expectedImprovement(mean: Double, deviation: Double, best: Double) -> Double {
        guard deviation > 0 else { return max(mean - best, 0) }
        let z = (mean - best) / deviation
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        let cumulative = erfc(-z / 2.0.squareRoot()) / 2
        return max((mean - best) * cumulative + deviation * density, 0)
    }

    /// Places of `count` candidates, the most promising first, each unlike those before it.
    ///
    /// Greedy: the next one has the largest expected improvement times 1 - exp(-d² / 2 d₀²), d being its distance to
    /// the nearest one
    /// chosen and d₀ the median distance between two candidates.
    ///
    /// - Parameters:
    ///   - count: how many are chosen.
    ///   - gains: expected improvements.
    ///   - rows: standardised descriptors.
    public static func diverse(_ gains: [Double], _ rows: [[Double]], count: Int) -> [Int] {
        guard !gains.isEmpty else { return [] }
        func squared(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        // The median over a fixed sample of pairs.
        var sample: [Double] = []
        for index in 0..<min(2000, rows.count * 4) {
            let (a, b) = ((index * 7919) % rows.count, (index * 104_729 + 1) % rows.count)
            if a != b { sample.append(squared(rows[a], rows[b])) }
        }
        sample.sort()
        let scale = max(sample.isEmpty ? 1 : sample[sample.count / 2], 1e-12)
        var nearest = [Double](repeating: .infinity, count: gains.count)
        var chosen: [Int] = []
        var isChosen = [Bool](repeating: false, count: gains.count)
        while chosen.count < min(count, gains.count) {
            var best = -1
            var most = -Double.infinity
            for index in gains.indices where !isChosen[index] {
                let value = gains[index] * (nearest[index].isFinite ? 1 - exp(-nearest[index] / (2 * scale)) : 1)
                if value > most {
                    most = value
                    best = index
                }
            }
            guard best >= 0 else { break }
            isChosen[best] = true
            chosen.append(best)
            for index in gains.indices { nearest[index] = min(nearest[index], squared(rows[index], rows[best])) }
        }
        return chosen
    }
}
