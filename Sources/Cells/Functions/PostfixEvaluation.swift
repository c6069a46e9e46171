#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension PostfixProgram {
    /// What an evaluation needs to know of a program beyond its code.
    struct Needs: Sendable {
        var stackDepth: Int
        var usesX: Bool
        var usesTemperature: Bool
    }

    /// Fills `value`, and the derivatives where given, for `count` points. The outputs must not overlap `x`.
    ///
    /// Below `floor`, x counts as `floor`.
    func evaluate(
        _ x: UnsafePointer<Double>, count: Int, temperature: Double, floor: Double, needs: Needs,
        value: UnsafeMutablePointer<Double>, dx: UnsafeMutablePointer<Double>?, dT: UnsafeMutablePointer<Double>?
    ) {
        let wantsDx = dx != nil && needs.usesX
        let wantsDT = dT != nil && needs.usesTemperature
        if !wantsDx { dx?.update(repeating: 0, count: count) }
        if !wantsDT { dT?.update(repeating: 0, count: count) }
        let planes = 1 + (wantsDx ? 1 : 0) + (wantsDT ? 1 : 0)
        let perPoint = needs.stackDepth * planes
        // Temporary memory of up to 1 KiB lies on the stack of the thread.
        // Blocks are whole groups of eight lanes; surplus lanes repeat the last point and are not read.
        let block = Swift.min((count + 7) & ~7, Swift.max(24, 128 / perPoint & ~7))
        withUnsafeTemporaryAllocation(of: Double.self, capacity: block * perPoint) { memory in
            var stack = BlockStack(
                base: memory.baseAddress!, block: block, planes: planes,
                xPlane: wantsDx ? 1 : 0, temperaturePlane: wantsDT ? planes - 1 : 0)
            var done = 0
            while done < count {
                let n = Swift.min(block, count - done)
                stack.run(code, x: x + done, n: n, temperature: temperature, floor: floor)
                (value + done).update(from: stack.base, count: n)
                if wantsDx { (dx! + done).update(from: stack.base + block, count: n) }
                if wantsDT { (dT! + done).update(from: stack.base + (planes - 1) * block, count: n) }
                done += n
            }
        }
    }
}

/// A stack of blocks: every slot holds a plane of values and a plane for each derivative asked for.
private struct BlockStack {
    let base: UnsafeMutablePointer<Double>
    let block: Int
    let planes: Int
    /// The planes of d/dx and d/dT; zero where not asked for.
    let xPlane: Int
    let temperaturePlane: Int

    mutating func run(
        _ code: [PostfixProgram.Instruction], x: UnsafePointer<Double>, n: Int, temperature: Double, floor: Double
    ) {
        let stride = block * planes
        let m = (n + 7) & ~7
        var top = base - stride
        for instruction in code {
            switch instruction {
            case .constant(let c):
                top += stride
                push(top, m, derivativePlane: 0) { _ in c }
            case .x:
                top += stride
                push(top, m, derivativePlane: xPlane) { i in
                    let point = x[i < n ? i : n - 1]
                    return point < floor ? floor : point
                }
                if xPlane > 0, floor > -.infinity {
                    for i in 0..<n where x[i] < floor { top[xPlane * block + i] = 0 }
                }
            case .temperature:
                top += stride
                push(top, m, derivativePlane: temperaturePlane) { _ in temperature }
            case .unary(let operation):
                unary(operation, top, n, m)
            case .binary(let operation):
                top -= stride
                binary(operation, top, top + stride, m)
            case .power:
                top -= stride
                combine(top, top + stride, n) { a, b in
                    let y = pow(a, b)
                    return (y, b * pow(a, b - 1), a > 0 ? y * log(a) : 0)
                }
            case .addConstant(let c):
                for i in 0..<m { top[i] += c }
            case .multiplyConstant(let c):
                for plane in 0..<planes {
                    let v = top + plane * block
                    for i in 0..<m { v[i] *= c }
                }
            case .divideConstant(let c):
                for plane in 0..<planes {
                    let v = top + plane * block
                    for i in 0..<m { v[i] /= c }
                }
            case .subtractFrom(let c): map(top, m) { (c - $0, -1) }
            case .divideInto(let c):
                map(top, m) { a in
                    let y = c / a
                    return (y, -y / a)
                }
            case .integerPower(let exponent): integerPower(exponent, top, m)
            case .powerConstant(let c) where c == 1.5:
                map(top, m) { a in
                    let root = a.squareRoot()
                    return (a * root, 1.5 * root)
                }
            case .powerConstant(let c):
                map(top, n) { a in
                    let y = pow(a, c)
                    return (y, a == 0 ? c * pow(a, c - 1) : c * y / a)
                }
            case .constantPower(let c):
                let slope = log(c)
                map(top, n) { a in
                    let y = pow(c, a)
                    return (y, y * slope)
                }
            }
        }
    }

    /// Cheap functions run over all `m` lanes, the C library's over the `n` points only.
    private func unary(
        _ operation: PostfixProgram.Unary, _ top: UnsafeMutablePointer<Double>, _ n: Int, _ m: Int
    ) {
        switch operation {
        case .negate: map(top, m) { (-$0, -1) }
        case .exp: vectorMap(top, m, VectorMath.exp, slope: { $0 })
        case .tanh: vectorMap(top, m, VectorMath.tanh, slope: { 1 - $0 * $0 })
        case .cosh: map(top, n) { (cosh($0), sinh($0)) }
        case .sinh: map(top, n) { (sinh($0), cosh($0)) }
        case .log: map(top, n) { (log($0), 1 / $0) }
        case .log10: map(top, n) { (log10($0), 0.43429448190325182765 / $0) }
        case .sqrt:
            map(top, m) { a in
                let y = a.squareRoot()
                return (y, 0.5 / y)
            }
        case .abs: map(top, m) { ($0.magnitude, $0 < 0 ? -1 : 1) }
        case .sin: map(top, n) { (sin($0), cos($0)) }
        case .cos: map(top, n) { (cos($0), -sin($0)) }
        case .atan: map(top, n) { (atan($0), 1 / (1 + $0 * $0)) }
        }
    }

    private func binary(
        _ operation: PostfixProgram.Binary, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
        _ n: Int
    ) {
        switch operation {
        case .add:
            for plane in 0..<planes {
                let u = a + plane * block
                let v = b + plane * block
                for i in 0..<n { u[i] += v[i] }
            }
        case .subtract:
            for plane in 0..<planes {
                let u = a + plane * block
                let v = b + plane * block
                for i in 0..<n { u[i] -= v[i] }
            }
        case .multiply: combine(a, b, n) { ($0 * $1, $1, $0) }
        case .divide:
            combine(a, b, n) { a, b in
                let y = a / b
                return (y, 1 / b, -y / b)
            }
        case .minimum: combine(a, b, n) { $1 < $0 ? ($1, 0, 1) : ($0, 1, 0) }
        case .maximum: combine(a, b, n) { $1 > $0 ? ($1, 0, 1) : ($0, 1, 0) }
        }
    }

    private func integerPower(_ exponent: Int, _ top: UnsafeMutablePointer<Double>, _ n: Int) {
        let order = Double(exponent)
        switch exponent {
        case 2: map(top, n) { ($0 * $0, 2 * $0) }
        case 3:
            map(top, n) { a in
                let square = a * a
                return (square * a, 3 * square)
            }
        case 1...:
            map(top, n) { a in
                let below = raised(a, exponent - 1)
                return (below * a, order * below)
            }
        default:
            map(top, n) { a in
                let y = 1 / raised(a, -exponent)
                return (y, order * y / a)
            }
        }
    }

    // MARK: loops

    @inline(__always)
    private func push(
        _ top: UnsafeMutablePointer<Double>, _ n: Int, derivativePlane: Int, _ value: (Int) -> Double
    ) {
        for i in 0..<n { top[i] = value(i) }
        for plane in 1..<Swift.max(planes, 1) {
            (top + plane * block).update(repeating: plane == derivativePlane ? 1 : 0, count: n)
        }
    }

    /// Replaces the top by a function of it; `f` gives the value and the slope.
    @inline(__always)
    private func map(_ top: UnsafeMutablePointer<Double>, _ n: Int, _ f: (Double) -> (Double, Double)) {
        switch planes {
        case 1:
            for i in 0..<n { top[i] = f(top[i]).0 }
        case 2:
            let d = top + block
            for i in 0..<n {
                let (y, slope) = f(top[i])
                top[i] = y
                d[i] *= slope
            }
        default:
            let d = top + block
            let e = d + block
            for i in 0..<n {
                let (y, slope) = f(top[i])
                top[i] = y
                d[i] *= slope
                e[i] *= slope
            }
        }
    }

    /// Replaces the top by a function of it, eight lanes at once; `slope` gives the slope from the function's value.
    @inline(__always)
    private func vectorMap(
        _ top: UnsafeMutablePointer<Double>, _ n: Int, _ f: (VectorMath.Lanes) -> VectorMath.Lanes,
        slope: (Double) -> Double
    ) {
        for i in stride(from: 0, to: n, by: 8) {
            let lanes = UnsafeRawPointer(top + i).loadUnaligned(as: VectorMath.Lanes.self)
            UnsafeMutableRawPointer(top + i).storeBytes(of: f(lanes), as: VectorMath.Lanes.self)
        }
        for plane in 1..<Swift.max(planes, 1) {
            let d = top + plane * block
            for i in 0..<n { d[i] *= slope(top[i]) }
        }
    }

    /// Replaces `a` by a function of `a` and `b`; `f` gives the value and both slopes.
    @inline(__always)
    private func combine(
        _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ n: Int,
        _ f: (Double, Double) -> (Double, Double, Double)
    ) {
        if planes == 1 {
            for i in 0..<n { a[i] = f(a[i], b[i]).0 }
            return
        }
        for i in 0..<n {
            let (y, slopeA, slopeB) = f(a[i], b[i])
            a[i] = y
            for plane in 1..<planes {
                let j = plane * block + i
                a[j] = a[j] * slopeA + b[j] * slopeB
            }
        }
    }
}

/// `a` to a power of at least zero, by squaring.
@inline(__always)
private func raised(_ a: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = a
    var left = exponent
    while left > 0 {
        if left & 1 == 1 { result *= square }
        left >>= 1
        if left > 0 { square *= square }
    }
    return result
}
