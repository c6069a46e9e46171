#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Double {
    /// The natural logarithm.
    var logarithm: Double { log(self) }
    /// e to this power.
    var exponential: Double { exp(self) }
}
