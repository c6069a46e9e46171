/// Four complex numbers side by side, one for each of four frequencies.
struct ComplexLanes {
    typealias Vector = SIMD4<Double>
    var re: Vector
    var im: Vector

    @inline(__always) init(_ re: Vector, _ im: Vector = Vector(repeating: 0)) {
        self.re = re
        self.im = im
    }
    @inline(__always) init(_ constant: Double) { self.init(Vector(repeating: constant)) }
    /// The kernels' order: four real parts, four imaginary ones.
    @inline(__always) init(loading p: UnsafePointer<Double>) {
        re = UnsafeRawPointer(p).loadUnaligned(as: Vector.self)
        im = UnsafeRawPointer(p + 4).loadUnaligned(as: Vector.self)
    }
    @inline(__always) func store(_ p: UnsafeMutablePointer<Double>) {
        UnsafeMutableRawPointer(p).storeBytes(of: re, as: Vector.self)
        UnsafeMutableRawPointer(p + 4).storeBytes(of: im, as: Vector.self)
    }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.re + b.re, a.im + b.im) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.re - b.re, a.im - b.im) }
    @inline(__always) static func * (a: Self, b: Self) -> Self {
        Self(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
    }
    @inline(__always) static func * (a: Double, b: Self) -> Self { Self(a * b.re, a * b.im) }
    @inline(__always) static func / (a: Self, b: Self) -> Self {
        let s = 1 / (b.re * b.re + b.im * b.im)
        return a * Self(b.re * s, -b.im * s)
    }
    @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
    @inline(__always) static func -= (a: inout Self, b: Self) { a = a - b }
}
