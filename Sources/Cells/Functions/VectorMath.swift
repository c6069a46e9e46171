#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `exp` and `tanh` of eight numbers at once, within 2 units in the last place of the exact value.
enum VectorMath {
    typealias Lanes = SIMD8<Double>

    /// e^a.
    @inline(__always)
    static func exp(_ a: Lanes) -> Lanes {
        // Beyond ±700 the scaling below would overflow; those lanes are rare and go to the C library, as does NaN.
        let inside = magnitude(a) .<= Lanes(repeating: 700)
        let (scale, rest) = reduced(a.replacing(with: 0, where: .!inside))
        var result = scale + scale * rest
        if !all(inside) {
            for lane in 0..<8 where !inside[lane] { result[lane] = libraryExp(a[lane]) }
        }
        return result
    }

    /// tanh a = −m / (m + 2) with m = e^(−2|a|) − 1, which stays exact near zero.
    @inline(__always)
    static func tanh(_ a: Lanes) -> Lanes {
        let twice = magnitude(a) * 2
        // From 44 on, tanh is 1 to the last bit.
        let (scale, rest) = reduced(-twice.replacing(with: 44, where: twice .> Lanes(repeating: 44)))
        let m = scale * rest + (scale - 1)
        let result = -m / (m + 2)
        let sign = unsafeBitCast(a, to: SIMD8<UInt64>.self) & SIMD8(repeating: 1 << 63)
        return unsafeBitCast(unsafeBitCast(result, to: SIMD8<UInt64>.self) | sign, to: Lanes.self)
    }

    /// 2^k and e^r − 1 with a = k ln 2 + r, |r| ≤ ln 2 / 2 (Cody and Waite); |a| at most 700.
    @inline(__always)
    private static func reduced(_ a: Lanes) -> (scale: Lanes, rest: Lanes) {
        // Adding 1.5 · 2^52 rounds to a whole number, which then stands in the lowest bits.
        let shift = Lanes(repeating: 6_755_399_441_055_744)
        let shifted = a * 1.442695040888963407 + shift
        let k = shifted - shift
        // ln 2 in two parts, the first short enough for its product with k to be exact.
        let r = (a - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10
        let bits = unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &+ SIMD8(repeating: 1023)
        let scale = unsafeBitCast(bits &<< SIMD8(repeating: 52), to: Lanes.self)
        // Taylor's series to r^13; the remainder is below 4e-18.
        var p = r * (1.0 / 6_227_020_800) + 1.0 / 479_001_600
        p = p * r + 1.0 / 39_916_800
        p = p * r + 1.0 / 3_628_800
        p = p * r + 1.0 / 362_880
        p = p * r + 1.0 / 40_320
        p = p * r + 1.0 / 5_040
        p = p * r + 1.0 / 720
        p = p * r + 1.0 / 120
        p = p * r + 1.0 / 24
        p = p * r + 1.0 / 6
        p = p * r + 0.5
        return (scale, r + r * r * p)
    }

    @inline(__always)
    private static func magnitude(_ a: Lanes) -> Lanes {
        unsafeBitCast(
            unsafeBitCast(a, to: SIMD8<UInt64>.self) & SIMD8(repeating: 0x7FFF_FFFF_FFFF_FFFF), to: Lanes.self)
    }
}

/// The C library's, under a name that `VectorMath.exp` does not hide.
private func libraryExp(_ a: Double) -> Double { exp(a) }
