internal import Cells
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Modes of radial diffusion in a sphere of unit radius and diffusivity, as `RadialMesh` discretises it.
///
/// With the shell volumes as weights the matrix is symmetric and tridiagonal. Mode 0 is the mean; it is set, not
/// computed, so that lithium is conserved to round-off.
struct RadialModes {
    let shells: Int
    /// Ascending magnitude: 0, then negative.
    let eigenvalues: [Double]
    /// `vectors[k * shells + i]`: mode k at shell i, orthonormal under the root of the volume fractions.
    let vectors: [Double]

    private struct Key: Hashable {
        let inward: [Double]
        let outward: [Double]
    }
    private static let known = Mutex<[Key: RadialModes]>([:])

    /// The modes of a mesh, computed once per process.
    static func of(_ mesh: RadialMesh) -> RadialModes {
        let key = Key(inward: mesh.inward, outward: mesh.outward)
        if let found = known.withLock({ $0[key] }) { return found }
        let modes = RadialModes(mesh)
        known.withLock { $0[key] = modes }
        return modes
    }

    private init(_ mesh: RadialMesh) {
        let n = mesh.shells
        shells = n
        var diagonal = (0..<n).map { -(mesh.inward[$0] + mesh.outward[$0]) }
        var side = (0..<n).map { $0 < n - 1 ? (mesh.outward[$0] * mesh.inward[$0 + 1]).squareRoot() : 0 }
        var v = [Double](repeating: 0, count: n * n)
        for i in 0..<n { v[i * n + i] = 1 }
        Self.diagonalise(&diagonal, &side, &v)
        let order = (0..<n).sorted { diagonal[$0] > diagonal[$1] }
        var values = order.map { diagonal[$0] }
        var vectors = order.flatMap { k in v[(k * n)..<(k * n + n)] }
        values[0] = 0
        for i in 0..<n { vectors[i] = mesh.volumeFraction[i].squareRoot() }
        for k in 1..<n {
            var overlap = 0.0
            for i in 0..<n { overlap += vectors[i] * vectors[k * n + i] }
            for i in 0..<n { vectors[k * n + i] -= overlap * vectors[i] }
        }
        eigenvalues = values
        self.vectors = vectors
    }

    /// Eigenvalues and vectors (rows of `v`) of a symmetric tridiagonal matrix by QL with implicit Wilkinson shifts.
    private static func diagonalise(_ d: inout [Double], _ e: inout [Double], _ v: inout [Double]) {
        let n = d.count
        for l in 0..<n {
            for _ in 0..<100 {
                var m = l
                while m < n - 1 {
                    if e[m].magnitude <= 0x1p-53 * (d[m].magnitude + d[m + 1].magnitude) { break }
                    m += 1
                }
                if m == l { break }
                let half = (d[l + 1] - d[l]) / (2 * e[l])
                var r = (half * half + 1).squareRoot()
                var g = d[m] - d[l] + e[l] / (half + (half >= 0 ? r : -r))
                var s = 1.0, c = 1.0, p = 0.0
                var i = m - 1
                while i >= l {
                    let f = s * e[i], b = c * e[i]
                    r = (f * f + g * g).squareRoot()
                    e[i + 1] = r
                    if r == 0 {
                        d[i + 1] -= p
                        e[m] = 0
                        break
                    }
                    s = f / r
                    c = g / r
                    g = d[i + 1] - p
                    r = (d[i] - g) * s + 2 * c * b
                    p = s * r
                    d[i + 1] = g + p
                    g = c * r - b
                    for k in 0..<n {
                        let high = v[(i + 1) * n + k], low = v[i * n + k]
                        v[(i + 1) * n + k] = s * low + c * high
                        v[i * n + k] = c * low - s * high
                    }
                    i -= 1
                }
                if i >= l { continue }
                d[l] -= p
                e[l] = g
                e[m] = 0
            }
        }
    }
}

extension Lanes {
    /// e^x for |x| < 700, to about one unit in the last place: 2^k times the series of what is left, below (ln 2)/2.
    @inline(__always)
    static func exponential(_ x: Vector) -> Vector {
        let shift = 6_755_399_441_055_744.0  // 1.5 · 2^52 rounds to a whole number in the lowest bits
        let shifted: Vector = x * 1.4426950408889634 + shift
        let k: Vector = shifted - shift
        let r: Vector = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
        let r2: Vector = r * r
        let r4: Vector = r2 * r2
        let a: Vector = (1.0 / 6 + r * (1.0 / 24)) + r2 * (1.0 / 120 + r * (1.0 / 720))
        let b: Vector = (1.0 / 5040 + r * (1.0 / 40320)) + r2 * (1.0 / 362_880 + r * (1.0 / 3_628_800))
        let c: Vector = 1.0 / 39_916_800 + r * (1.0 / 479_001_600)
        let series: Vector = a + r4 * (b + r4 * c)
        let value: Vector = 1 + (r + r2 * (0.5 + r * series))
        let power = unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &<< 52
        return unsafeBitCast(unsafeBitCast(value, to: SIMD4<UInt64>.self) &+ power, to: Vector.self)
    }
}

/// One electrode's particle at constant current: its surface in closed form, its potential from there.
///
/// Each mode obeys dz/dt = λ z - b j and is known at all times; the surface is a straight line and decaying exponentials.
final class ParticlePath {
    typealias Vector = SIMD4<Double>
    /// Modes below this exponent are gone.
    private static let underflow = -41.5
    let population: Population
    /// +1 where discharge draws lithium out.
    let direction: Double
    private let modes: RadialModes
    private let tables: FunctionTables
    private let kinetics: InsertionConstants
    private let prefactor: Double
    private let temperature: Double
    private let reference: Double
    private let gradient: Double
    private let count: Int
    private let arena: UnsafeMutablePointer<Double>
    private let root: UnsafeMutablePointer<Double>  // of the volume fractions
    private let rate: UnsafeMutablePointer<Double>  // 1/s
    private let forcing: UnsafeMutablePointer<Double>  // b
    private let exposure: UnsafeMutablePointer<Double>  // δ surface per δz
    private let fading: UnsafeMutablePointer<Double>  // of z, what decays
    private let steady: UnsafeMutablePointer<Double>  // of z, what stays
    private let amplitude: UnsafeMutablePointer<Double>  // of the surface
    private let scratch: UnsafeMutablePointer<Double>
    private var mean = 0.0
    private var meanRate = 0.0
    private var base = 0.0
    private var slope = 0.0
    /// Of this electrode, over `currentScale`.
    private(set) var current = 0.0

    init(_ population: Population, tables: FunctionTables, isNegative: Bool, temperature: Double) {
        self.population = population
        self.tables = tables
        self.temperature = temperature
        reference = population.reference
        direction = isNegative ? 1 : -1
        let mesh = population.mesh, material = population.material
        modes = RadialModes.of(mesh)
        let n = mesh.shells
        count = n
        kinetics = InsertionConstants(
            twiceThermalVoltage: 2 * Constants.gas * reference / Constants.faraday,
            filmDrop: material.filmResistance * population.currentScale,
            prefactor: 2 * Constants.faraday * material.reactionRateConstant / population.currentScale)
        prefactor =
            kinetics.prefactor * arrhenius(material.reactionRateActivationEnergy, temperature, reference)
        let diffusivity = tables.diffusivity.constant! * tables.diffusivity.factor(temperature).value
        gradient = -mesh.gradientWeight * population.gradientScale / diffusivity
        arena = .allocate(capacity: 7 * n + 24)
        arena.initialize(repeating: 0, count: 7 * n + 24)
        root = arena
        rate = arena + n
        forcing = arena + 2 * n
        exposure = arena + 3 * n
        fading = arena + 4 * n
        steady = arena + 5 * n
        amplitude = arena + 6 * n
        scratch = arena + 7 * n
        for i in 0..<n { root[i] = mesh.volumeFraction[i].squareRoot() }
        for k in 0..<n {
            let q = modes.vectors[k * n + n - 1], inner = modes.vectors[k * n + n - 2]
            rate[k] = modes.eigenvalues[k] * diffusivity * population.inverseRadiusSquared
            forcing[k] = q * root[n - 1] * population.surfaceRate
            exposure[k] = mesh.outerWeight * q / root[n - 1] + mesh.innerWeight * inner / root[n - 2]
        }
    }

    deinit { arena.deallocate() }

    /// Starts from the shells in `y` at cell current `u`.
    func begin(_ y: UnsafePointer<Double>, current u: Double) {
        let shells = y + population.stoichiometryOffset
        let n = count
        current = direction * u
        mean = 0
        for i in 0..<n { mean += root[i] * root[i] * shells[i] }
        meanRate = -forcing[0] * current
        base = exposure[0] * mean + gradient * current
        slope = exposure[0] * meanRate
        modes.vectors.withUnsafeBufferPointer { q in
            for k in 1..<n {
                var z = 0.0
                // The mean is orthogonal to these modes; without it the sum loses fewer digits.
                for i in 0..<n { z += q[k * n + i] * (root[i] * (shells[i] - mean)) }
                steady[k] = forcing[k] * current / rate[k]
                fading[k] = z - steady[k]
                amplitude[k] = exposure[k] * fading[k]
                base += exposure[k] * steady[k]
            }
        }
    }

    /// Surface stoichiometry `t` seconds after `begin`; `earliest` is the smallest of `t`.
    @inline(__always)
    func surface(_ t: Vector, earliest: Double) -> Vector {
        var s: Vector = base + slope * t
        var k = 1
        while k < count, rate[k] * earliest > Self.underflow {
            let x = (rate[k] * t).replacing(with: -690, where: rate[k] * t .< -690)
            s += amplitude[k] * Lanes.exponential(x)
            k += 1
        }
        return s
    }

    /// Factor on the exchange current at a surface.
    @inline(__always)
    func factor(_ s: Vector) -> Vector {
        store(s, 0)
        tables.exchangeFactor.evaluate(4, scratch, scratch + 4)
        return load(4)
    }

    /// |j| over the exchange current at c = 1; not less than what `Population.equivalentSalt` takes.
    @inline(__always)
    func driving(surface s: Vector, factor: Vector) -> Vector {
        let exchange =
            prefactor
            * Insertion.exchangeCurrent(surface: Lanes(s), concentration: Lanes(1), factor: Lanes(factor)).v
        return pointwiseMax(current.magnitude / exchange, Vector(repeating: 1e-3))
    }

    /// Δφ at a surface, V.
    @inline(__always)
    func potential(surface s: Vector, factor: Vector, salt: Vector) -> Vector {
        store(s, 0)
        tables.ocp.evaluate(4, scratch, scratch + 4)
        var open = load(4)
        if temperature != reference {
            tables.entropy.evaluate(4, scratch, scratch + 4)
            open += (temperature - reference) * load(4)
        }
        let residual = Insertion.residual(
            potentialDifference: Lanes(0), openCircuitPotential: Lanes(open), current: Lanes(current),
            surface: Lanes(s), concentration: Lanes(salt), factor: Lanes(factor),
            temperatureRatio: Lanes(temperature / reference), prefactorRatio: Lanes(prefactor), constants: kinetics)
        return -residual.v
    }

    @inline(__always)
    private func store(_ v: Vector, _ at: Int) {
        UnsafeMutableRawPointer(scratch + at).storeBytes(of: v, as: Vector.self)
    }

    @inline(__always)
    private func load(_ at: Int) -> Vector { UnsafeRawPointer(scratch + at).loadUnaligned(as: Vector.self) }

    /// Writes the shells at `t` and the current into a state.
    func write(_ t: Double, into y: UnsafeMutablePointer<Double>) {
        let shells = y + population.stoichiometryOffset
        let n = count
        let now = mean + meanRate * t
        for i in 0..<n { shells[i] = 0 }
        modes.vectors.withUnsafeBufferPointer { q in
            for k in 1..<n {
                let x = rate[k] * t
                let z = x > Self.underflow ? steady[k] + fading[k] * exp(x) : steady[k]
                for i in 0..<n { shells[i] += q[k * n + i] * z }
            }
        }
        var sum = 0.0
        for i in 0..<n {
            shells[i] = now + shells[i] / root[i]
            sum += root[i] * root[i] * shells[i]
        }
        // What round-off left in the mean: lithium adds up over any number of steps.
        for i in 0..<n { shells[i] -= sum - now }
        y[population.currentOffset] = current
    }
}
