#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Elementary functions.
enum Numbers {
    static func logarithm(_ value: Double) -> Double { log(value) }
    static func exponential(_ value: Double) -> Double { exp(value) }
    static func cosine(_ value: Double) -> Double { cos(value) }
    static func logarithm10(_ value: Double) -> Double { log10(value) }
}
