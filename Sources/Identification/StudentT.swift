/// Student's t distribution.
enum StudentT {
    /// The value below which `level` of the distribution lies; `degrees` of freedom above 0.
    static func quantile(_ level: Double, degrees: Double) -> Double {
        var low = -1e3, high = 1e3
        for _ in 0..<200 where high - low > 1e-12 * max(1, high.magnitude) {
            let middle = 0.5 * (low + high)
            if cumulative(middle, degrees: degrees) < level { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }

    /// The share below t: 1 - I(ν / (ν + t²); ν/2, 1/2) / 2 for t > 0 (Abramowitz and Stegun 1964, 26.7.1).
    static func cumulative(_ t: Double, degrees: Double) -> Double {
        let tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), 0.5 * degrees, 0.5)
        return t > 0 ? 1 - tail : tail
    }

    /// The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 1964, 26.5.8), evaluated
    /// after Lentz 1976.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // Where it converges fast.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exponential(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * logarithm(x) + b * logarithm(1 - x))
        let tiny = 1e-300
        var c = 1.0
        var d = 1 / max((1 - (a + b) * x / (a + 1)), tiny)
        var fraction = d
        for m in 1..<500 {
            let m = Double(m)
            for numerator in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + numerator * d
                d = 1 / (d.magnitude < tiny ? tiny : d)
                c = 1 + numerator / c
                if c.magnitude < tiny { c = tiny }
                fraction *= d * c
            }
            if (d * c - 1).magnitude < 1e-14 { break }
        }
        return front * fraction / a
    }
}
