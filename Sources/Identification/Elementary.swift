// Functions of the C library, under names of their own.

#if canImport(Darwin)
    private import Darwin
#elseif canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#endif

func logarithm(_ x: Double) -> Double { log(x) }
func exponential(_ x: Double) -> Double { exp(x) }
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
func logGamma(_ x: Double) -> Double {
    #if canImport(Glibc)
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    #else
        return lgamma(x)
    #endif
}
