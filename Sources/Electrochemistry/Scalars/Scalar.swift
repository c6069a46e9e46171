#if canImport(Glibc)
    import Glibc
#endif

/// What a physical law is written over: a number, four numbers side by side, or either with its derivatives.
///
/// A law is written once, generic over `Scalar`; its values come from `Lanes`, its Jacobian from `Dual`.
protocol Scalar {
    init(_ constant: Double)
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static func / (a: Self, b: Self) -> Self
    static func * (a: Double, b: Self) -> Self
    static func squareRoot(_ a: Self) -> Self
    static func inverseHyperbolicSine(_ a: Self) -> Self
    /// e^a, a held within ±300.
    static func exponential(_ a: Self) -> Self
    /// Smooth positive part: `(a + sqrt(a² + width²)) / 2`, at least about width²/(4|a|).
    static func positivePart(_ a: Self, width: Double) -> Self
}

extension Scalar {
    @inline(__always)
    static func positivePart(_ a: Self, width: Double) -> Self {
        0.5 * (a + squareRoot(a * a + Self(width * width)))
    }
}

/// Four numbers side by side.
struct Lanes: Scalar {
    typealias Vector = SIMD4<Double>
    static let count = 4
    var v: Vector

    @inline(__always) init(_ v: Vector) { self.v = v }
    @inline(__always) init(_ constant: Double) { v = Vector(repeating: constant) }
    @inline(__always) static func + (a: Lanes, b: Lanes) -> Lanes { Lanes(a.v + b.v) }
    @inline(__always) static func - (a: Lanes, b: Lanes) -> Lanes { Lanes(a.v - b.v) }
    @inline(__always) static func * (a: Lanes, b: Lanes) -> Lanes { Lanes(a.v * b.v) }
    @inline(__always) static func / (a: Lanes, b: Lanes) -> Lanes { Lanes(a.v / b.v) }
    @inline(__always) static func * (a: Double, b: Lanes) -> Lanes { Lanes(a * b.v) }
    @inline(__always) static func squareRoot(_ a: Lanes) -> Lanes { Lanes(a.v.squareRoot()) }

    @inline(__always)
    static func inverseHyperbolicSine(_ a: Lanes) -> Lanes {
        let negative = a.v .< 0
        let magnitude = a.v.replacing(with: -a.v, where: negative)
        let l = naturalLogarithm(magnitude + (magnitude * magnitude + 1).squareRoot())
        return Lanes(l.replacing(with: -l, where: negative))
    }

    @inline(__always)
    static func exponential(_ a: Lanes) -> Lanes {
        let limit = Vector(repeating: 300)
        return Lanes(exponential(pointwiseMin(pointwiseMax(a.v, -limit), limit)))
    }

    /// ln of finite positive normal numbers, to about one unit in the last place.
    ///
    /// ln x = e ln 2 + 2 artanh((m - 1)/(m + 1)) with x = m 2^e and m between 1/sqrt 2 and sqrt 2.
    @inline(__always)
    static func naturalLogarithm(_ x: Vector) -> Vector {
        let bits = unsafeBitCast(x, to: SIMD4<UInt64>.self)
        // The biased exponent as a double, by way of the mantissa of 2^52.
        let biased = unsafeBitCast((bits &>> 52) | 0x4330_0000_0000_0000, to: Vector.self)
        var exponent = biased - (4_503_599_627_370_496.0 + 1023.0)
        var m = unsafeBitCast((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000, to: Vector.self)
        let large = m .> 1.4142135623730951
        m.replace(with: 0.5 * m, where: large)
        exponent.replace(with: exponent + 1, where: large)
        let s: Vector = (m - 1) / (m + 1)
        let z: Vector = s * s
        let z2: Vector = z * z
        let z4: Vector = z2 * z2
        let low: Vector = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9))
        let high: Vector = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17))
        let tail: Vector = low + z4 * (high + z4 * (1.0 / 19))
        return exponent * 0.6931471805599453 + 2 * (s + s * (z * tail))
    }
}

/// A value with its derivatives by five variables of an x-point: forward mode.
struct Dual<Base: Scalar>: Scalar {
    var value: Base
    var d0: Base
    var d1: Base
    var d2: Base
    var d3: Base
    var d4: Base

    @inline(__always)
    init(_ value: Base, _ d0: Base, _ d1: Base, _ d2: Base, _ d3: Base, _ d4: Base) {
        self.value = value
        self.d0 = d0
        self.d1 = d1
        self.d2 = d2
        self.d3 = d3
        self.d4 = d4
    }
    @inline(__always)
    init(_ constant: Double) {
        let zero = Base(0)
        self.init(Base(constant), zero, zero, zero, zero, zero)
    }
    /// The chain rule: value `f(a)` with slope `f'(a)`.
    @inline(__always)
    static func chain(_ value: Base, _ slope: Base, _ a: Self) -> Self {
        Self(value, slope * a.d0, slope * a.d1, slope * a.d2, slope * a.d3, slope * a.d4)
    }
    @inline(__always) static func + (a: Self, b: Self) -> Self {
        Self(a.value + b.value, a.d0 + b.d0, a.d1 + b.d1, a.d2 + b.d2, a.d3 + b.d3, a.d4 + b.d4)
    }
    @inline(__always) static func - (a: Self, b: Self) -> Self {
        Self(a.value - b.value, a.d0 - b.d0, a.d1 - b.d1, a.d2 - b.d2, a.d3 - b.d3, a.d4 - b.d4)
    }
    @inline(__always) static func * (a: Self, b: Self) -> Self {
        Self(
            a.value * b.value, a.value * b.d0 + b.value * a.d0, a.value * b.d1 + b.value * a.d1,
            a.value * b.d2 + b.value * a.d2, a.value * b.d3 + b.value * a.d3, a.value * b.d4 + b.value * a.d4)
    }
    @inline(__always) static func / (a: Self, b: Self) -> Self {
        let inverse = Base(1) / b.value
        let q = a.value * inverse
        return Self(
            q, inverse * (a.d0 - q * b.d0), inverse * (a.d1 - q * b.d1), inverse * (a.d2 - q * b.d2),
            inverse * (a.d3 - q * b.d3), inverse * (a.d4 - q * b.d4))
    }
    @inline(__always) static func * (a: Double, b: Self) -> Self {
        Self(a * b.value, a * b.d0, a * b.d1, a * b.d2, a * b.d3, a * b.d4)
    }
    @inline(__always) static func squareRoot(_ a: Self) -> Self {
        let root = Base.squareRoot(a.value)
        return chain(root, Base(0.5) / root, a)
    }
    @inline(__always) static func inverseHyperbolicSine(_ a: Self) -> Self {
        chain(
            Base.inverseHyperbolicSine(a.value), Base(1) / Base.squareRoot(a.value * a.value + Base(1)), a)
    }
    @inline(__always) static func exponential(_ a: Self) -> Self {
        let e = Base.exponential(a.value)
        return chain(e, e, a)
    }
}

extension Double: Scalar {
    @inline(__always) static func squareRoot(_ a: Double) -> Double { a.squareRoot() }
    @inline(__always) static func inverseHyperbolicSine(_ a: Double) -> Double { asinh(a) }
    @inline(__always) static func exponential(_ a: Double) -> Double { exp(min(max(a, -300), 300)) }
}
