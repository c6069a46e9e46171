internal import Cells

/// A single-particle model at constant current without an integrator for the particles: they are known in closed form,
/// and the voltage follows. Only the salt of SPMe is integrated, driven by the known current.
///
/// Times are seconds since `begin`.
final class ConstantCurrentPath {
    typealias Vector = SIMD4<Double>

    /// Off, every step goes through the integrator; for tests that compare.
    @TaskLocal static var isEnabled = true

    /// What of the salt enters the voltage; smooth in time, so that it is interpolated within a step of the salt.
    private struct SaltPoint {
        /// V: electrolyte, solid and contact.
        var drop = 0.0
        /// Mean ln c in each electrode.
        var negative = 0.0
        var positive = 0.0
        /// ln of the equivalent salt less that mean, times 1 + A², A = driving / sqrt(exp(mean)): to leading order a
        /// quarter of the variance of ln c, whatever the surface does meanwhile.
        var negativeSpread = 0.0
        var positiveSpread = 0.0
    }

    private unowned let model: SingleParticleModel
    private let negative: ParticlePath?
    private let positive: ParticlePath
    private let temperature: Double
    private var current = 0.0
    private var constantDrop = 0.0

    private let salt: SaltModel?
    private let session: IDASession?
    /// At the start, the middle and the end of the salt's last step.
    private var points = (SaltPoint(), SaltPoint(), SaltPoint())
    private var saltStart = 0.0
    private var saltEnd = 0.0
    private var inverseSpan = 0.0

    private(set) var evaluations = 0
    /// Of the salt's integrator, since `begin`.
    private(set) var saltSteps = 0

    /// Nil where the model is not of that kind.
    init?(_ model: SingleParticleModel) {
        let p = model.parameters
        let populations = model.populations
        guard p.options.thermal == .isothermal, p.options.ageing == nil, p.options.linearSolver == .structured,
            p.options.mesh.shells <= 120,
            populations.filter(\.isNegative).count <= 1, populations.filter({ !$0.isNegative }).count == 1,
            populations.allSatisfy({ $0.population.constantDiffusivity })
        else { return nil }
        self.model = model
        temperature = p.initialTemperature
        var negative: ParticlePath?
        var positive: ParticlePath?
        for entry in populations {
            let path = ParticlePath(
                entry.population, tables: entry.isNegative ? p.tables.negative[0] : p.tables.positive[0],
                isNegative: entry.isNegative, temperature: p.initialTemperature)
            if entry.isNegative { negative = path } else { positive = path }
        }
        self.negative = negative
        self.positive = positive!
        if model.withElectrolyte {
            let salt = SaltModel(model)
            guard
                let session = try? IDASession(
                    model: salt, relativeTolerance: p.options.relativeTolerance,
                    absoluteTolerance: p.options.absoluteTolerance, linearSolver: .structured, probed: [])
            else { return nil }
            self.salt = salt
            self.session = session
        } else {
            salt = nil
            session = nil
        }
    }

    /// Of the salt's integrator, over all steps: those the run's statistics ask for.
    var integrator: IDASession? { session }

    /// Starts at the differential unknowns of `y` with cell current `u`.
    func begin(_ y: UnsafePointer<Double>, current u: Double) throws {
        current = u
        evaluations = 0
        saltSteps = 0
        negative?.begin(y, current: u)
        positive.begin(y, current: u)
        guard let salt, let session else {
            constantDrop = model.dropsWithoutSalt(current: u, temperature: temperature).value
            return
        }
        salt.current = u
        session.y.update(from: y + model.saltOffset, count: model.nodes)
        // c is smooth where the current jumps; the particles' fast modes do not touch it.
        try session.restart(at: 0, initialStep: 0.1)
        saltStart = 0
        saltEnd = 0
        inverseSpan = 0
        let a = drivings(Vector(repeating: 0), earliest: 0)
        points.2 = point(session.y, a.negative[0], a.positive[0])
        points.0 = points.2
        points.1 = points.2
    }

    /// Up to where the voltage is known.
    var end: Double { session == nil ? .infinity : saltEnd }

    /// Takes a step of the salt, not past `limit`.
    func extend(limit: Double) throws {
        guard let session else { return }
        var failures = 0
        while true {
            let code = session.step(stop: limit)
            if code.rawValue >= 0 { break }
            failures += 1
            guard failures <= 3 else {
                throw SimulationError(
                    .computation,
                    diagnosis() ?? "the solver cannot continue (\(session.lastMessage))")
            }
            try session.restart(at: session.time, initialStep: 1e-4)
        }
        saltSteps += 1
        saltStart = saltEnd
        saltEnd = session.time
        let span = saltEnd - saltStart
        inverseSpan = 1 / span
        let t = Vector(saltStart + 0.5 * span, saltEnd, saltEnd, saltEnd)
        let a = drivings(t, earliest: t[0])
        points.0 = points.2
        points.1 = point(session.interpolated(at: t[0]), a.negative[0], a.positive[0])
        points.2 = point(session.y, a.negative[1], a.positive[1])
    }

    private func diagnosis() -> String? {
        guard let session else { return nil }
        for i in 0..<model.nodes where session.y[i] < 0.02 {
            return "electrolyte depleted at x = \(rounded(model.centres[i] * 1e6)) µm"
        }
        return nil
    }

    private func drivings(_ t: Vector, earliest: Double) -> (negative: Vector, positive: Vector) {
        func driving(_ path: ParticlePath) -> Vector {
            let s = path.surface(t, earliest: earliest)
            return path.driving(surface: s, factor: path.factor(s))
        }
        return (negative.map(driving) ?? Vector(repeating: 1), driving(positive))
    }

    /// What of a salt profile enters the voltage.
    private func point(_ c: UnsafePointer<Double>, _ drivingNegative: Double, _ drivingPositive: Double) -> SaltPoint {
        var p = SaltPoint()
        let first = model.nodes - model.positivePoints
        let right = meanLogarithms(c + first, model.positivePoints, driving: drivingPositive)
        let left = negative == nil ? (0, 0) : meanLogarithms(c, model.negativePoints, driving: drivingNegative)
        (p.positive, p.negative) = (right.salt, left.0)
        p.drop = model.dropsOverSalt(
            c, current: current, temperature: temperature, logarithms: (p.negative, p.positive))
        let sums = Vector(left.1, right.driven, 0, 0)
        let logarithms = Vector(p.negative, p.positive, 0, 0)
        let a = Vector(drivingNegative, drivingPositive, 1, 1)
        // asinh(a / sqrt s) = mean of asinh(a / sqrt c), solved for ln s.
        let e = Lanes.exponential(pointwiseMin(sums - 0.5 * logarithms, Vector(repeating: 300)))
        let sinh: Vector = 0.5 * (e - 1 / e)
        let ratio: Vector = a / sinh
        let offset: Vector = 2 * Lanes.naturalLogarithm(ratio.replacing(with: 1, where: sinh .<= 0)) - logarithms
        let big: Vector = a * a * Lanes.exponential(-logarithms)
        // Far from equilibrium the difference drowns in round-off, and no longer matters.
        let spread = (offset * (1 + big)).replacing(with: 0, where: big .> 1e6)
        p.negativeSpread = negative == nil ? 0 : spread[0]
        p.positiveSpread = spread[1]
        return p
    }

    /// The parabola through the three points of the salt's step: its weights at four times.
    private struct Weights {
        var start: Vector
        var middle: Vector
        @inline(__always)
        func blend(_ q: (SaltPoint, SaltPoint, SaltPoint), _ value: (SaltPoint) -> Double) -> Vector {
            // As a difference from the last: nothing is lost while the salt hardly moves.
            let end = value(q.2)
            return start * (value(q.0) - end) + middle * (value(q.1) - end) + end
        }
    }

    @inline(__always)
    private func weights(_ t: Vector) -> Weights {
        let x: Vector = inverseSpan * (t - saltStart)
        let left: Vector = 1 - x
        return Weights(start: left * (1 - 2 * x), middle: 4 * x * left)
    }

    /// Voltage and Δφ of the negative electrode at four times not after `end`, ascending from `t[0]`.
    func voltage(_ t: Vector) -> (voltage: Vector, negative: Vector) {
        evaluations += 4
        let earliest = t[0]
        let one = Vector(repeating: 1)
        guard session != nil else {
            let p = electrode(positive, t, earliest, one)
            let n = negative.map { electrode($0, t, earliest, one) } ?? Vector()
            return (p - n + constantDrop, n)
        }
        let w = weights(t)
        let p = electrode(positive, t, earliest, w.blend(points, \.positive), w.blend(points, \.positiveSpread))
        var n = Vector()
        if let negative {
            n = electrode(negative, t, earliest, w.blend(points, \.negative), w.blend(points, \.negativeSpread))
        }
        return (p - n + w.blend(points, \.drop), n)
    }

    @inline(__always)
    private func electrode(_ path: ParticlePath, _ t: Vector, _ earliest: Double, _ salt: Vector) -> Vector {
        let s = path.surface(t, earliest: earliest)
        return path.potential(surface: s, factor: path.factor(s), salt: salt)
    }

    @inline(__always)
    private func electrode(
        _ path: ParticlePath, _ t: Vector, _ earliest: Double, _ logarithm: Vector, _ spread: Vector
    ) -> Vector {
        let s = path.surface(t, earliest: earliest)
        let factor = path.factor(s)
        let a = path.driving(surface: s, factor: factor)
        let mean = Lanes.exponential(logarithm)
        let salt: Vector = Lanes.exponential(logarithm + spread / (1 + a * a / mean))
        return path.potential(surface: s, factor: factor, salt: salt)
    }

    /// Writes concentrations, currents and potentials at `t` (within the salt's last step) into a state; charge and
    /// energy are the caller's.
    func write(_ t: Double, into y: UnsafeMutablePointer<Double>) {
        negative?.write(t, into: y)
        positive.write(t, into: y)
        if let session {
            let c = t == saltEnd ? session.y : session.interpolated(at: t)
            (y + model.saltOffset).update(from: c, count: model.nodes)
        }
        let v = voltage(Vector(repeating: t))
        y[model.dropOffset] = v.negative[0]
        y[model.tail.voltage] = v.voltage[0]
        y[model.tail.current] = current
        // Δφ_p from the same sum as the voltage, so that the model's own equation holds.
        y[model.dropOffset + 1] = electrodePotential(t)
    }

    private func electrodePotential(_ t: Double) -> Double {
        let v = Vector(repeating: t)
        guard session != nil else { return electrode(positive, v, t, Vector(repeating: 1))[0] }
        let w = weights(v)
        return electrode(positive, v, t, w.blend(points, \.positive), w.blend(points, \.positiveSpread))[0]
    }
}

/// The salt balance of SPMe at a known current.
final class SaltModel: CellModel {
    private unowned let model: SingleParticleModel
    /// Multiple of 1C.
    var current = 0.0
    private let temperature: Double

    init(_ model: SingleParticleModel) {
        self.model = model
        temperature = model.parameters.initialTemperature
        super.init(
            size: model.nodes, tail: Tail(current: 0, voltage: 0, charge: 0, temperature: nil),
            differential: model.nodes, ambient: model.ambient)
    }

    override func residual(
        _ time: Double, _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>
    ) {
        model.saltResidual(y, rates, current: current, temperature: temperature, r)
    }

    override func factorise(_ time: Double, _ y: UnsafePointer<Double>, cj: Double?) {
        guard let cj else { return }
        model.factoriseSalt(y, temperature, cj: cj)
    }

    override func solveIsothermal(_ x: UnsafeMutablePointer<Double>) { model.solveSalt(x) }

    override func mass(_ i: Int) -> Double { model.mass(model.saltOffset + i) }
}

/// Mean of ln c over `count` points, c kept positive.
func meanLogarithm(_ c: UnsafePointer<Double>, _ count: Int) -> Double {
    let one = SIMD4<Double>(repeating: 1)
    // The logarithm of products: eight factors above 1e-7 stay far from underflow.
    var sum = SIMD4<Double>(), product = one
    var i = 0, factors = 0
    while i + 4 <= count {
        product *= Electrolyte.kept(UnsafeRawPointer(c + i).loadUnaligned(as: SIMD4<Double>.self))
        i += 4
        factors += 1
        if factors == 8 {
            sum += Lanes.naturalLogarithm(product)
            product = one
            factors = 0
        }
    }
    if i < count {
        var rest = one
        for k in 0..<(count - i) { rest[k] = Electrolyte.kept(c[i + k]) }
        product *= rest
    }
    sum += Lanes.naturalLogarithm(product)
    return sum.sum() / Double(count)
}

/// Means over `count` points, c kept positive: of ln c, and of ln(a + sqrt(a² + c)), that is asinh(a / sqrt c) + ln(c) / 2.
func meanLogarithms(_ c: UnsafePointer<Double>, _ count: Int, driving a: Double) -> (salt: Double, driven: Double) {
    let one = SIMD4<Double>(repeating: 1)
    let square = a * a
    var sums = (SIMD4<Double>(), SIMD4<Double>()), products = (one, one)
    var i = 0, factors = 0
    while i + 4 <= count {
        let x = Electrolyte.kept(UnsafeRawPointer(c + i).loadUnaligned(as: SIMD4<Double>.self))
        products.0 *= x
        products.1 *= a + (square + x).squareRoot()
        i += 4
        factors += 1
        if factors == 8 {
            sums.0 += Lanes.naturalLogarithm(products.0)
            sums.1 += Lanes.naturalLogarithm(products.1)
            products = (one, one)
            factors = 0
        }
    }
    for k in 0..<(count - i) {
        let x = Electrolyte.kept(c[i + k])
        products.0[k] *= x
        products.1[k] *= a + (square + x).squareRoot()
    }
    sums.0 += Lanes.naturalLogarithm(products.0)
    sums.1 += Lanes.naturalLogarithm(products.1)
    return (sums.0.sum() / Double(count), sums.1.sum() / Double(count))
}
