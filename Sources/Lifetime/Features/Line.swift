#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Straight lines by least squares.
enum Line {
    /// Slope and value at 0; a flat line where there are fewer than two places.
    static func fit(_ x: [Double], _ y: [Double]) -> (slope: Double, intercept: Double) {
        let count = Double(x.count)
        guard x.count >= 2, x.count == y.count else { return (0, y.first ?? 0) }
        let meanX = x.reduce(0, +) / count
        let meanY = y.reduce(0, +) / count
        var xx = 0.0
        var xy = 0.0
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            xy += (a - meanX) * (b - meanY)
        }
        let slope = xx > 0 ? xy / xx : 0
        return (slope, meanY - slope * meanX)
    }

    /// The line's value between two places of a curve; its ends are held, `x` ascends.
    static func interpolate(_ x: [Double], _ y: [Double], at place: Double) -> Double {
        guard let first = x.first, let last = x.last, let low = y.first, let high = y.last else { return .nan }
        if place <= first { return low }
        if place >= last { return high }
        var a = 0
        var b = x.count - 1
        while b - a > 1 {
            let middle = (a + b) / 2
            if x[middle] <= place { a = middle } else { b = middle }
        }
        let width = x[b] - x[a]
        return width > 0 ? y[a] + (y[b] - y[a]) * (place - x[a]) / width : y[b]
    }
}

/// Decimal logarithm of the C library.
enum Decimal {
    /// To base 10.
    static func logarithm(_ x: Double) -> Double { log10(x) }
}

/// Natural exponential and logarithm.
enum Natural {
    /// e to the power.
    static func exponential(_ x: Double) -> Double { exp(x) }
    /// To base e.
    static func logarithm(_ x: Double) -> Double { log(x) }
}
