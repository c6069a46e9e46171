#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// `base` to the power of `exponent`.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
/// Decimal logarithm.
func logarithm(_ value: Double) -> Double { log10(value) }
/// Angle of a point from the x axis, degrees.
func degrees(_ x: Double, _ y: Double) -> Double { atan2(y, x) * 180 / Double.pi }
/// Length of a vector.
func length(_ x: Double, _ y: Double) -> Double { hypot(x, y) }
/// `e` to the power of `exponent`.
func exponential(_ exponent: Double) -> Double { exp(exponent) }
