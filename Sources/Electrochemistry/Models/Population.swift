internal import CKernels
internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// Everything local to one population of particles along the x-points of its electrode (or at one point, in a
/// single-particle model): radial diffusion, charge transfer, and their share of the linear solve.
///
/// State: stoichiometries y[shell][x], then the local current density j[x] over `currentScale`.
/// The population is folded into its x-points: for given changes of c_e and phi_s - phi_e
/// ```
/// δj = q (ρ - f_c δc - f_T δT - δ(phi_s - phi_e))
/// ```
final class Population {
    let material: ActiveMaterial
    let points: Int
    let mesh: RadialMesh
    /// Positions of y[0][0] and j[0] in the state vector.
    let stoichiometryOffset: Int
    let currentOffset: Int
    /// A/m² of active surface.
    let currentScale: Double
    /// dy_N/dt per unit of scaled current, 1/s.
    let surfaceRate: Double
    /// D-independent part of the surface slope: dy/d(r/R) = -gradientScale j / D.
    let gradientScale: Double
    /// Active surface per volume, 1/m.
    let area: Double
    let inverseRadiusSquared: Double
    let reference: Double

    private let ocp: TabulatedFunction
    private let entropy: TabulatedFunction
    private let factorTable: TabulatedFunction
    private let diffusivity: Property
    private let kinetics: InsertionConstants

    // Workspace along x, padded to whole lanes.
    private let padded: Int
    let surface: UnsafeMutablePointer<Double>
    let openCircuit: UnsafeMutablePointer<Double>
    private let ocpSlope: UnsafeMutablePointer<Double>
    let entropyValue: UnsafeMutablePointer<Double>
    private let entropySlope: UnsafeMutablePointer<Double>
    private let factor: UnsafeMutablePointer<Double>
    private let factorSlope: UnsafeMutablePointer<Double>
    private let salt: UnsafeMutablePointer<Double>
    private let drop: UnsafeMutablePointer<Double>
    private let current: UnsafeMutablePointer<Double>
    private let result: UnsafeMutablePointer<Double>
    private let gradient: UnsafeMutablePointer<Double>  // δy_s per δj at fixed y: -gradientWeight gradientScale / D
    private let outer: UnsafeMutablePointer<Double>  // δy_s per δy_N
    private let bySurface: UnsafeMutablePointer<Double>
    private let bySalt: UnsafeMutablePointer<Double>
    private let byCurrent: UnsafeMutablePointer<Double>
    private let byTemperature: UnsafeMutablePointer<Double>
    let gain: UnsafeMutablePointer<Double>  // q
    let saltGain: UnsafeMutablePointer<Double>  // f_c
    let offset: UnsafeMutablePointer<Double>  // ρ of the right-hand side being solved
    // Radial factor: shared, or one per x-point.
    private let m: UnsafeMutablePointer<Double>
    private let p: UnsafeMutablePointer<Double>
    private let c: UnsafeMutablePointer<Double>
    private let shellDiffusivity: UnsafeMutablePointer<Double>
    private let shellSlope: UnsafeMutablePointer<Double>
    private let faceDiffusivity: UnsafeMutablePointer<Double>
    private let lower: UnsafeMutablePointer<Double>
    private let diagonal: UnsafeMutablePointer<Double>
    private let upper: UnsafeMutablePointer<Double>
    private let arena: UnsafeMutablePointer<Double>
    private let inward: UnsafeMutablePointer<Double>
    private let outward: UnsafeMutablePointer<Double>
    private var frozen = false
    /// Of `equivalentSalt`: by the current, the surface and T; zero where the salt is a point's own.
    private var equivalentSlopes = (byCurrent: 0.0, bySurface: 0.0, byTemperature: 0.0)
    let constantDiffusivity: Bool
    /// What ages here; with it the unknowns of the shells and J are amounts, φ times stoichiometry and current.
    let ageing: LocalAgeing?
    private let stressed: ParticleMechanics?
    private let amounts: UnsafeMutablePointer<Double>  // particle means over x
    private let ones: UnsafeMutablePointer<Double>
    private let volumes: UnsafeMutablePointer<Double>  // of the shells, as fractions
    /// 1/φ over the points.
    private var inversePhi: UnsafeMutablePointer<Double> { ageing?.inversePhi ?? ones }
    private let scaled: UnsafeMutablePointer<Double>  // stoichiometries of the shells, where they are not the unknowns

    var stoichiometryCount: Int { mesh.shells * points }

    /// Multiplies all lithium in the particles at some of the points.
    func scale(_ y: UnsafeMutablePointer<Double>, by factor: Double, points range: Range<Int>) {
        for shell in 0..<mesh.shells {
            for x in range { y[stoichiometryOffset + shell * points + x] *= factor }
        }
    }

    init(
        material: ActiveMaterial, points: Int, mesh: RadialMesh, stoichiometryOffset: Int, currentOffset: Int,
        currentScale: Double, reference: Double, temperature: Double, temperatureMoves: Bool, tables: FunctionTables,
        ageing: LocalAgeing? = nil
    ) {
        self.ageing = ageing
        stressed = ageing?.electrode.mechanics.flatMap { $0.drivesDiffusion ? $0 : nil }
        self.material = material
        self.points = points
        self.mesh = mesh
        self.stoichiometryOffset = stoichiometryOffset
        self.currentOffset = currentOffset
        self.currentScale = currentScale
        self.reference = reference
        let radius = material.particleRadius
        let perMole = currentScale / (Constants.faraday * material.maximumConcentration * radius)
        surfaceRate = perMole * mesh.surfacePerVolume
        gradientScale = perMole * radius * radius
        inverseRadiusSquared = 1 / (radius * radius)
        area = material.surfaceAreaPerVolume
        ocp = tables.ocp
        entropy = tables.entropy
        factorTable = tables.exchangeFactor
        diffusivity = tables.diffusivity
        constantDiffusivity = tables.diffusivity.constant != nil && stressed == nil
        kinetics = InsertionConstants(
            twiceThermalVoltage: 2 * Constants.gas * reference / Constants.faraday,
            filmDrop: material.filmResistance * currentScale,
            prefactor: 2 * Constants.faraday * material.reactionRateConstant / currentScale)

        padded = (points + Lanes.count - 1) / Lanes.count * Lanes.count
        let shells = mesh.shells
        let perShell = constantDiffusivity ? shells : shells * points
        let varying = constantDiffusivity ? 0 : shells * points
        let rescaled = ageing?.fraction != nil || stressed != nil ? shells * points : 0
        let total = 23 * padded + 3 * perShell + 6 * varying + 3 * shells + rescaled + 64
        arena = .allocate(capacity: total)
        arena.initialize(repeating: 0, count: total)
        var next = arena
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { next += count }
            return next
        }
        surface = take(padded)
        openCircuit = take(padded)
        ocpSlope = take(padded)
        entropyValue = take(padded)
        entropySlope = take(padded)
        factor = take(padded)
        factorSlope = take(padded)
        salt = take(padded)
        drop = take(padded)
        current = take(padded)
        result = take(padded)
        gradient = take(padded)
        outer = take(padded)
        bySurface = take(padded)
        bySalt = take(padded)
        byCurrent = take(padded)
        byTemperature = take(padded)
        gain = take(padded)
        saltGain = take(padded)
        offset = take(padded)
        _ = take(padded)
        amounts = take(padded)
        ones = take(padded)
        m = take(perShell)
        p = take(perShell)
        c = take(perShell)
        shellDiffusivity = take(varying)
        shellSlope = take(varying)
        faceDiffusivity = take(varying)
        lower = take(varying)
        diagonal = take(varying)
        upper = take(varying)
        scaled = take(rescaled)
        volumes = take(shells)
        inward = take(shells)
        outward = take(shells)
        for k in 0..<shells {
            volumes[k] = mesh.volumeFraction[k]
            inward[k] = mesh.inward[k]
            outward[k] = mesh.outward[k]
        }
        for i in 0..<padded {
            salt[i] = 1
            ones[i] = 1
            factor[i] = 1
            surface[i] = 0.5
        }
    }

    deinit { arena.deallocate() }

    // MARK: - Values

    /// D (m²/s) at the outermost shell and its slope by y, into `outer`/`gradient`; shells too where D varies.
    private func updateDiffusivity(_ y: UnsafePointer<Double>, temperature: Double, slopes: Bool = false) {
        let scale = diffusivity.factor(temperature).value
        if constantDiffusivity, let constant = diffusivity.constant {
            let g = -mesh.gradientWeight * gradientScale / (constant * scale)
            for i in 0..<points { gradient[i] = g }
            return
        }
        let count = stoichiometryCount, last = count - points
        let shells = y + stoichiometryOffset
        if let stressed, let constant = diffusivity.constant {
            let cMax = material.maximumConcentration
            let d = constant * scale
            let theta = ParticleStress.diffusionFactor(stressed, temperature: temperature) * cMax
            let free = stressed.referenceConcentration / cMax
            ck_stressed_diffusivity(
                mesh.shells, points, shells, inversePhi, d, theta, free, Self.leastStressFactor, shellDiffusivity)
            if slopes {
                for k in 0..<mesh.shells {
                    for i in 0..<points {
                        let at = k * points + i
                        let held = shellDiffusivity[at] <= d * Self.leastStressFactor
                        shellSlope[at] = held ? 0 : d * theta * inversePhi[i]
                    }
                }
            }
        } else {
            variableDiffusivity(shells, temperature: temperature, scale: scale)
        }
        ck_face_mean(count, points, 0.5 * inverseRadiusSquared, shellDiffusivity, faceDiffusivity)
        let g = -mesh.gradientWeight * gradientScale
        for i in 0..<points { gradient[i] = g / shellDiffusivity[last + i] }
    }

    /// D stays positive where the lithium falls far below the concentration that is free of stress.
    private static let leastStressFactor = 0.01

    /// D(y) of a function, times the stress factor where there is one; slopes by the shells' unknowns.
    private func variableDiffusivity(_ shells: UnsafePointer<Double>, temperature: Double, scale: Double) {
        let count = stoichiometryCount
        var arguments = shells
        if let ageing, ageing.fraction != nil {
            for k in 0..<mesh.shells {
                for i in 0..<points { scaled[k * points + i] = shells[k * points + i] * inversePhi[i] }
            }
            arguments = UnsafePointer(scaled)
        }
        diffusivity.evaluate(count, arguments, temperature: temperature, shellDiffusivity, shellSlope)
        for i in 0..<count {
            shellDiffusivity[i] *= scale
            shellSlope[i] *= scale
        }
        if let stressed {
            let cMax = material.maximumConcentration
            let theta = ParticleStress.diffusionFactor(stressed, temperature: temperature) * cMax
            let free = stressed.referenceConcentration / cMax
            for i in 0..<count {
                let wanted = 1 + theta * (arguments[i] - free)
                let factor = max(wanted, Self.leastStressFactor)
                shellSlope[i] =
                    shellSlope[i] * factor + (wanted > Self.leastStressFactor ? shellDiffusivity[i] * theta : 0)
                shellDiffusivity[i] *= factor
            }
        }
        if let ageing, ageing.fraction != nil {
            for k in 0..<mesh.shells { for i in 0..<points { shellSlope[k * points + i] *= inversePhi[i] } }
        }
    }

    /// D/R² of a constant diffusivity, 1/s.
    private func rate(_ temperature: Double) -> Double {
        diffusivity.constant! * diffusivity.factor(temperature).value * inverseRadiusSquared
    }

    /// Residual of diffusion and charge transfer. `local`: the cell's current over its wet area; `salt`: c_e over its initial value, `drop`: phi_s - phi_e (V), at the
    /// population's points.
    func residual(
        _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>,
        local: Double, salt saltIn: UnsafePointer<Double>, solid: UnsafePointer<Double>,
        electrolyte: UnsafePointer<Double>,
        temperature: Double, temperatureMoves: Bool
    ) {
        let n = points, o = stoichiometryOffset
        ageing?.read(y, current: y + currentOffset, mean: local)
        updateDiffusivity(y, temperature: temperature)
        if constantDiffusivity {
            ck_particle_residual(
                mesh.shells, n, y + o, rates + o, rate(temperature), inward, outward, surfaceRate,
                y + currentOffset, r + o)
        } else {
            ck_particle_residual_variable(
                mesh.shells, n, y + o, rates + o, faceDiffusivity, inward, outward, surfaceRate,
                y + currentOffset, r + o)
        }
        updateSurface(y)
        ocp.evaluate(n, surface, openCircuit)
        if temperatureMoves || temperature != reference {
            entropy.evaluate(n, surface, entropyValue)
            let dT = temperature - reference
            for i in 0..<n { openCircuit[i] += dT * entropyValue[i] }
        }
        factorTable.evaluate(n, surface, factor)
        for i in 0..<n {
            salt[i] = saltIn[i]
            drop[i] = solid[i] - electrolyte[i]
        }
        var density = current
        if let ageing {
            if ageing.crackLength != nil || ageing.fraction != nil { updateAmounts(y) }
            ageing.residual(
                y, rates, r, potential: drop, salt: salt, surface: surface, amounts: amounts, temperature: temperature)
            if ageing.fraction != nil { ck_shell_decay(mesh.shells, n, ageing.lossRate, y + o, r + o) }
            for i in 0..<n { drop[i] -= ageing.filmDrop[i] }
            density = ageing.specific
        }
        let ratio = Lanes(temperature / reference)
        let prefactor = Lanes(prefactor(temperature))
        for i in stride(from: 0, to: padded, by: Lanes.count) {
            load(result, i).store(
                Insertion.residual(
                    potentialDifference: load(drop, i), openCircuitPotential: load(openCircuit, i),
                    current: load(density, i), surface: load(surface, i), concentration: load(salt, i),
                    factor: load(factor, i), temperatureRatio: ratio, prefactorRatio: prefactor, constants: kinetics))
        }
        let f = r + currentOffset
        for i in 0..<n { f[i] = result[i] }
    }

    private func prefactor(_ temperature: Double) -> Double {
        kinetics.prefactor * arrhenius(material.reactionRateActivationEnergy, temperature, reference)
    }

    /// Surface stoichiometries from the state, into `surface`.
    func updateSurface(_ y: UnsafePointer<Double>) {
        let n = points
        let last = y + stoichiometryOffset + (mesh.shells - 1) * n
        let j = y + currentOffset
        let w0 = mesh.outerWeight
        if mesh.shells > 1 {
            let inner = last - n, w1 = mesh.innerWeight
            for i in 0..<n { surface[i] = w0 * last[i] + w1 * inner[i] + gradient[i] * j[i] }
        } else {
            for i in 0..<n { surface[i] = w0 * last[i] + gradient[i] * j[i] }
        }
        for i in 0..<n { current[i] = j[i] }
        if let ageing, ageing.fraction != nil { for i in 0..<n { surface[i] *= ageing.inversePhi[i] } }
    }

    /// Means of the shells' unknowns over the points.
    private func updateAmounts(_ y: UnsafePointer<Double>) {
        ck_shell_means(mesh.shells, points, volumes, y + stoichiometryOffset, amounts)
    }

    /// What leaves the particles and their surface at each point, over `currentScale`: intercalation and side currents, as of
    /// the last `residual`.
    func totalCurrent(_ y: UnsafePointer<Double>) -> UnsafePointer<Double> {
        ageing.map { UnsafePointer($0.total) } ?? (y + currentOffset)
    }

    /// The one concentration that gives this particle the mean overpotential of an electrode in which c varies over x
    /// at the same current (single-particle models): asinh(a / sqrt s) = mean of asinh(a / sqrt c). `weights`, where
    /// given, receives ds/dc. `c` holds whole lanes.
    func equivalentSalt(
        _ y: UnsafePointer<Double>, salt c: UnsafePointer<Double>, count: Int, temperature: Double,
        weights: UnsafeMutablePointer<Double>?
    ) -> Double {
        ageing?.read(y, current: y + currentOffset)
        updateDiffusivity(y, temperature: temperature)
        updateSurface(y)
        factorTable.evaluate(1, surface, factor)
        let current = current[0] / (ageing?.phi[0] ?? 1)
        let exchange =
            prefactor(temperature)
            * Insertion.exchangeCurrent(surface: surface[0], concentration: 1.0, factor: factor[0])
        let a = max((current / exchange).magnitude, 1e-3)
        var sum = SIMD4<Double>(repeating: 0)
        var i = 0
        while i + 4 <= count {
            let x = Electrolyte.kept(UnsafeRawPointer(c + i).loadUnaligned(as: SIMD4<Double>.self))
            sum += Lanes.inverseHyperbolicSine(Lanes(a / x.squareRoot())).v
            i += 4
        }
        var total = sum.sum()
        while i < count {
            total += asinh(a / Electrolyte.kept(c[i]).squareRoot())
            i += 1
        }
        let mean = total / Double(count)
        let root = a / sinh(mean)
        let s = root * root
        if let weights {
            equivalentSlopes = (0, 0, 0)
            if a > 1e-3 {
                // ds/da from the definition; a = |j| / j0(y_s, T).
                var meanByA = 0.0
                for i in 0..<count { meanByA += 1 / (Electrolyte.kept(c[i]) + a * a).squareRoot() }
                meanByA /= Double(count)
                let byA = 2 * s * (1 / a - meanByA / tanh(mean))
                typealias D = Dual<Double>
                factorTable.evaluate(1, surface, factor, factorSlope)
                let exchangeLaw = Insertion.exchangeCurrent(
                    surface: D(surface[0], 1, 0, 0, 0, 0), concentration: D(1),
                    factor: D(factor[0], factorSlope[0], 0, 0, 0, 0))
                equivalentSlopes = (
                    byA * a / current, -byA * a * exchangeLaw.d0 / exchangeLaw.value,
                    -byA * a * material.reactionRateActivationEnergy / (Constants.gas * temperature * temperature)
                )
            }
            for i in 0..<count {
                let x = Electrolyte.kept(c[i])
                let ratio = s / x
                weights[i] =
                    ratio * (ratio * (1 + a * a / s) / (1 + a * a / x)).squareRoot() / Double(count) * x
                    * Electrolyte.logarithmSlope(c[i])
            }
        }
        return s
    }

    // MARK: - Linear solve

    /// Local derivatives at the state (as of the last `residual` there is no need to have been), radial factor, and the
    /// gains. `cj` nil freezes the differential states: only the algebraic ones move.
    func factorise(
        _ y: UnsafePointer<Double>, cj: Double?, local: Double, salt saltIn: UnsafePointer<Double>,
        solid: UnsafePointer<Double>, electrolyte: UnsafePointer<Double>, temperature: Double, temperatureMoves: Bool
    ) {
        let n = points, shells = mesh.shells
        ageing?.read(y, current: y + currentOffset, mean: local)
        updateDiffusivity(y, temperature: temperature, slopes: true)
        updateSurface(y)
        ocp.evaluate(n, surface, openCircuit, ocpSlope)
        let dT = temperature - reference
        if temperatureMoves || dT != 0 {
            entropy.evaluate(n, surface, entropyValue, entropySlope)
            for i in 0..<n {
                openCircuit[i] += dT * entropyValue[i]
                ocpSlope[i] += dT * entropySlope[i]
            }
        }
        factorTable.evaluate(n, surface, factor, factorSlope)
        for i in 0..<n {
            salt[i] = saltIn[i]
            drop[i] = solid[i] - electrolyte[i]
        }
        var density = current
        if let ageing {
            for i in 0..<n {
                result[i] = drop[i]
                drop[i] -= ageing.filmDrop[i]
            }
            density = ageing.specific
        }
        typealias D = Dual<Lanes>
        let zero = Lanes(0), one = Lanes(1)
        let ratio = D(Lanes(temperature / reference), zero, zero, zero, zero, Lanes(1 / reference))
        let k = prefactor(temperature)
        let ea = material.reactionRateActivationEnergy
        let kSlope = k * ea / (Constants.gas * temperature * temperature)
        let prefactor = D(Lanes(k), zero, zero, zero, zero, Lanes(kSlope))
        for i in stride(from: 0, to: padded, by: Lanes.count) {
            let f = Insertion.residual(
                potentialDifference: D(load(drop, i).value, zero, zero, one, zero, zero),
                openCircuitPotential: D(
                    load(openCircuit, i).value, load(ocpSlope, i).value, zero, zero, zero,
                    load(entropyValue, i).value),
                current: D(load(density, i).value, zero, zero, zero, one, zero),
                surface: D(load(surface, i).value, one, zero, zero, zero, zero),
                concentration: D(load(salt, i).value, zero, one, zero, zero, zero),
                factor: D(load(factor, i).value, load(factorSlope, i).value, zero, zero, zero, zero),
                temperatureRatio: ratio, prefactorRatio: prefactor, constants: kinetics)
            load(bySurface, i).store(f.d0)
            load(bySalt, i).store(f.d1)
            load(byCurrent, i).store(f.d3)
            load(byTemperature, i).store(f.d4)
        }
        if points == 1 {
            byCurrent[0] += bySalt[0] * equivalentSlopes.byCurrent
            bySurface[0] += bySalt[0] * equivalentSlopes.bySurface
            byTemperature[0] += bySalt[0] * equivalentSlopes.byTemperature
        }
        if let ageing, ageing.fraction != nil {
            for i in 0..<n {
                bySurface[i] /= ageing.phi[i]
                byCurrent[i] /= ageing.phi[i]
            }
        }
        // The surface value follows y_N also through D(y_N).
        let last = stoichiometryCount - n
        for i in 0..<n { outer[i] = mesh.outerWeight }
        if !constantDiffusivity {
            for i in 0..<n {
                outer[i] -= gradient[i] * current[i] * shellSlope[last + i] / shellDiffusivity[last + i]
            }
        }
        if temperatureMoves {
            let slope = diffusivity.factor(temperature).relativeSlope
            for i in 0..<n { byTemperature[i] -= bySurface[i] * gradient[i] * current[i] * slope }
        }
        for i in 0..<n { saltGain[i] = bySalt[i] }
        guard let cj else {
            frozen = true
            for i in 0..<n { gain[i] = 1 / (byCurrent[i] + bySurface[i] * gradient[i]) }
            eliminateAgeing(y, cj: nil, temperature: temperature)
            return
        }
        frozen = false
        let w1 = mesh.innerWeight
        if constantDiffusivity {
            ck_particle_factor(shells, cj, rate(temperature), inward, outward, m, p, c)
            let pn = p[shells - 1]
            let inner = shells > 1 ? w1 * p[shells - 2] * c[shells - 2] : 0
            for i in 0..<n {
                let effective = outer[i] - inner
                gain[i] = 1 / (byCurrent[i] + bySurface[i] * (gradient[i] - effective * pn * surfaceRate))
            }
        } else {
            assembleVariable(y, cj: cj)
            ck_particle_factor_variable(shells, n, lower, diagonal, upper, m, p)
            let top = (shells - 1) * n
            for i in 0..<n {
                let inner = shells > 1 ? w1 * p[top - n + i] * upper[top - n + i] : 0
                let effective = outer[i] - inner
                gain[i] = 1 / (byCurrent[i] + bySurface[i] * (gradient[i] - effective * p[top + i] * surfaceRate))
            }
        }
        eliminateAgeing(y, cj: cj, temperature: temperature)
    }

    /// Gains of the total current in place of those of J, where anything ages.
    private func eliminateAgeing(_ y: UnsafePointer<Double>, cj: Double?, temperature: Double) {
        guard let ageing else { return }
        for i in 0..<points { gain[i] = 1 / gain[i] }
        ageing.factorise(
            y, cj: cj, potential: result, salt: salt, temperature: temperature, byCurrent: gain,
            kineticsBySalt: bySalt, gain: gain, saltGain: saltGain)
    }

    /// Tridiagonal Jacobian of diffusion with D(y).
    private func assembleVariable(_ y: UnsafePointer<Double>, cj: Double) {
        let n = points, shells = mesh.shells
        let s = y + stoichiometryOffset
        let half = 0.5 * inverseRadiusSquared
        for k in 0..<shells {
            let o = k * n
            for i in 0..<n {
                var d = cj, l = 0.0, u = 0.0
                let slope = half * shellSlope[o + i]
                if k > 0 {
                    let rise = s[o + i] - s[o + i - n]
                    let face = faceDiffusivity[o - n + i]
                    d += inward[k] * (face + slope * rise)
                    l = inward[k] * (-face + half * shellSlope[o + i - n] * rise)
                }
                if k < shells - 1 {
                    let rise = s[o + i + n] - s[o + i]
                    let face = faceDiffusivity[o + i]
                    d -= outward[k] * (-face + slope * rise)
                    u = -outward[k] * (face + half * shellSlope[o + i + n] * rise)
                }
                lower[o + i] = l
                diagonal[o + i] = d
                upper[o + i] = u
            }
        }
    }

    /// Forward sweep of `x` (in place, the whole state's right-hand side) and ρ.
    func fold(_ x: UnsafeMutablePointer<Double>) {
        let n = points, shells = mesh.shells
        let f = x + currentOffset
        defer { ageing?.fold(x, offset: offset, gain: gain) }
        guard !frozen else {
            for i in 0..<n { offset[i] = f[i] }
            return
        }
        let s = x + stoichiometryOffset
        let top = (shells - 1) * n
        let w1 = mesh.innerWeight
        if constantDiffusivity {
            ck_particle_forward(shells, n, m, s)
            let pn = p[shells - 1]
            if shells > 1 {
                let pi = p[shells - 2], ci = c[shells - 2]
                for i in 0..<n {
                    let yn = pn * s[top + i]
                    let surface = outer[i] * yn + w1 * pi * (s[top - n + i] - ci * yn)
                    offset[i] = f[i] - bySurface[i] * surface
                }
            } else {
                for i in 0..<n { offset[i] = f[i] - bySurface[i] * outer[i] * pn * s[top + i] }
            }
        } else {
            ck_particle_forward_variable(shells, n, m, s)
            for i in 0..<n {
                let yn = p[top + i] * s[top + i]
                let inner = shells > 1 ? p[top - n + i] * (s[top - n + i] - upper[top - n + i] * yn) : 0
                offset[i] = f[i] - bySurface[i] * (outer[i] * yn + w1 * inner)
            }
        }
    }

    /// Back-substitution once δc and δ(phi_s - phi_e) are known.
    func unfold(
        _ x: UnsafeMutablePointer<Double>, salt: UnsafePointer<Double>, solid: UnsafePointer<Double>,
        electrolyte: UnsafePointer<Double>
    ) {
        let n = points, shells = mesh.shells
        let j = x + currentOffset
        if let ageing {
            ageing.unfold(x, j: j, salt: salt, solid: solid, electrolyte: electrolyte)
        } else {
            for i in 0..<n {
                j[i] = gain[i] * (offset[i] - saltGain[i] * salt[i] - (solid[i] - electrolyte[i]))
            }
        }
        let s = x + stoichiometryOffset
        guard !frozen else {
            for i in 0..<stoichiometryCount { s[i] = 0 }
            return
        }
        let top = (shells - 1) * n
        if constantDiffusivity {
            let pn = p[shells - 1]
            for i in 0..<n { s[top + i] = pn * (s[top + i] - surfaceRate * j[i]) }
            ck_particle_backward(shells, n, p, c, s)
        } else {
            for i in 0..<n { s[top + i] = p[top + i] * (s[top + i] - surfaceRate * j[i]) }
            ck_particle_backward_variable(shells, n, p, upper, s)
        }
    }

    /// Column of the Jacobian by temperature, into `b` (the population's rows).
    func temperatureColumn(
        _ y: UnsafePointer<Double>, temperature: Double, into b: UnsafeMutablePointer<Double>
    ) {
        let n = points
        let slope = diffusivity.factor(temperature).relativeSlope
        let o = stoichiometryOffset
        withUnsafeTemporaryAllocation(of: Double.self, capacity: stoichiometryCount) { zeros in
            zeros.initialize(repeating: 0)
            let none = zeros.baseAddress!
            if constantDiffusivity {
                ck_particle_residual(
                    mesh.shells, n, y + o, none, rate(temperature) * slope, inward, outward, 0, none, b + o)
            } else {
                ck_particle_residual_variable(
                    mesh.shells, n, y + o, none, faceDiffusivity, inward, outward, 0, none, b + o)
                for i in 0..<stoichiometryCount { b[o + i] *= slope }
            }
        }
        for i in 0..<n { b[currentOffset + i] = byTemperature[i] }
        ageing?.temperatureColumn(into: b)
    }

    /// Power drawn from the stored energy less the reversible heat: Σ w_i j_i (U_i - T dU_i/dT), of the last residual.
    func storedPower(weight: UnsafePointer<Double>, temperature: Double) -> Double {
        var sum = 0.0
        for i in 0..<points {
            sum += weight[i] * current[i] * (openCircuit[i] - temperature * entropyValue[i])
        }
        return sum
    }

    /// Adds the derivative of `storedPower` to a row over the state; returns that by temperature, 1/K. U's own slope by
    /// T and that of T dU/dT cancel; what is left moves the surface through D(T).
    func addStoredPowerRow(
        weight: UnsafePointer<Double>, temperature: Double, into row: UnsafeMutablePointer<Double>
    ) -> Double {
        let n = points
        let top = stoichiometryOffset + (mesh.shells - 1) * n
        let relative = diffusivity.factor(temperature).relativeSlope
        var byTemperature = 0.0
        for i in 0..<n {
            let u = openCircuit[i] - temperature * entropyValue[i]
            let slope = ocpSlope[i] - temperature * entropySlope[i]
            let ws = weight[i] * current[i] * slope
            row[currentOffset + i] += weight[i] * u + ws * gradient[i]
            row[top + i] += ws * outer[i]
            if mesh.shells > 1 { row[top - n + i] += ws * mesh.innerWeight }
            byTemperature -= ws * gradient[i] * current[i] * relative
        }
        return byTemperature
    }

    // MARK: - Sparse cross-check

    /// Emits the population's Jacobian entries (as of the last `factorise`) as (row, column, value).
    /// `salt`, `solid`, `electrolyte`: column indices of the first point; nil where that unknown is not in the state.
    func emit(
        _ y: UnsafePointer<Double>, cj: Double, temperature: Double, salt: Int?, solid: Int, electrolyte: Int?,
        stride step: Int, _ entry: (Int, Int, Double) -> Void
    ) {
        let n = points, shells = mesh.shells, o = stoichiometryOffset
        let constantRate = constantDiffusivity ? rate(temperature) : 0
        if !constantDiffusivity { assembleVariable(y, cj: cj) }
        for k in 0..<shells {
            for i in 0..<n {
                let here = o + k * n + i
                if constantDiffusivity {
                    let a = k > 0 ? constantRate * inward[k] : 0, b = k < shells - 1 ? constantRate * outward[k] : 0
                    if k > 0 { entry(here, here - n, -a) }
                    entry(here, here, cj + a + b)
                    if k < shells - 1 { entry(here, here + n, -b) }
                } else {
                    if k > 0 { entry(here, here - n, lower[k * n + i]) }
                    entry(here, here, diagonal[k * n + i])
                    if k < shells - 1 { entry(here, here + n, upper[k * n + i]) }
                }
                if k == shells - 1 { entry(here, currentOffset + i, surfaceRate) }
            }
        }
        let top = o + (shells - 1) * n
        for i in 0..<n {
            let row = currentOffset + i
            entry(row, top + i, bySurface[i] * outer[i])
            if shells > 1 { entry(row, top - n + i, bySurface[i] * mesh.innerWeight) }
            entry(row, row, byCurrent[i] + bySurface[i] * gradient[i])
            if let salt { entry(row, salt + i * step, bySalt[i]) }
            entry(row, solid + i * step, 1)
            if let electrolyte { entry(row, electrolyte + i * step, -1) }
        }
        ageing?.emit(
            cj: cj, current: currentOffset, salt: salt, solid: solid, electrolyte: electrolyte, stride: step, entry)
    }

    /// First positions of all currents that leave a point: J and the side currents.
    var currentOffsets: [Int] { [currentOffset] + (ageing?.currentOffsets ?? []) }

    /// Slope of the intercalation row by the salt, at the first point, as of the last `factorise`.
    var kineticsBySalt: Double { bySalt[0] }

    // MARK: - Reading the state

    /// Mean stoichiometry at point `i`.
    func mean(_ y: UnsafePointer<Double>, at i: Int) -> Double {
        amount(y, at: i) / (ageing?.fraction.map { y[$0 + i] } ?? 1)
    }

    /// Lithium at point `i` over what the initial active material can hold.
    func amount(_ y: UnsafePointer<Double>, at i: Int) -> Double {
        var sum = 0.0
        for k in 0..<mesh.shells { sum += mesh.volumeFraction[k] * y[stoichiometryOffset + k * points + i] }
        return sum
    }

    /// Exchange current density at point `i`, A/m², as of the last `residual`.
    func exchangeCurrentDensity(at i: Int, temperature: Double) -> Double {
        0.5 * prefactor(temperature) * currentScale
            * Insertion.exchangeCurrent(surface: surface[i], concentration: salt[i], factor: factor[i])
    }
}

// MARK: - Impedance

extension Population {
    /// What acts at a point of the linearised model, as of the last `factorise` without `cj`; `surfaceSlope` is that of the
    /// intercalation row by a source in the outermost shell and the surface value it brings about.
    func pointResponse(at i: Int) -> (
        gain: Double, saltGain: Double, intercalation: LocalAgeing.Response, surfaceSlope: Double
    ) {
        let own =
            ageing?.response(at: i)
            ?? LocalAgeing.Response(
                inverse: gain[i], column: gain[i], bySalt: gain[i] * saltGain[i], byPotential: gain[i])
        return (gain[i], saltGain[i], own, -bySurface[i] * surfaceRate)
    }

    /// Weight of the outermost shell in the surface value at point `i`, as of the last `factorise`.
    func outermostWeight(at i: Int) -> Double { outer[i] }

    /// Rows of diffusion without the rates, [shell][x], the diagonal given by the rows' sums (zero in a uniform particle), as of
    /// the last `factorise`; one column where all x-points share it.
    func diffusionRows(
        _ y: UnsafePointer<Double>, temperature: Double
    ) -> (columns: Int, lower: [Double], sums: [Double], upper: [Double]) {
        let n = points, shells = mesh.shells
        if constantDiffusivity {
            let d = rate(temperature)
            return (
                1, (0..<shells).map { $0 > 0 ? -d * inward[$0] : 0 }, [Double](repeating: 0, count: shells),
                (0..<shells).map { $0 < shells - 1 ? -d * outward[$0] : 0 }
            )
        }
        assembleVariable(y, cj: 0)
        let s = y + stoichiometryOffset
        var sums = [Double](repeating: 0, count: shells * n)
        for face in 0..<(shells - 1) {
            for i in 0..<n {
                let a = face * n + i, b = a + n
                let drive = 0.5 * inverseRadiusSquared * (shellSlope[a] + shellSlope[b]) * (s[b] - s[a])
                sums[a] -= outward[face] * drive
                sums[b] += inward[face + 1] * drive
            }
        }
        func rows(_ p: UnsafeMutablePointer<Double>) -> [Double] {
            [Double](UnsafeBufferPointer(start: p, count: shells * n))
        }
        let all = (lower: rows(lower), upper: rows(upper))
        let isShared = (0..<(shells * n)).allSatisfy {
            let first = $0 / n * n
            return all.lower[$0] == all.lower[first] && sums[$0] == sums[first] && all.upper[$0] == all.upper[first]
        }
        guard isShared else { return (n, all.lower, sums, all.upper) }
        func firsts(_ a: [Double]) -> [Double] { stride(from: 0, to: shells * n, by: n).map { a[$0] } }
        return (1, firsts(all.lower), firsts(sums), firsts(all.upper))
    }
}

/// The tabulated functions of one material; shared by runs of one cell.
struct FunctionTables {
    let ocp: TabulatedFunction
    let entropy: TabulatedFunction
    let exchangeFactor: TabulatedFunction
    let diffusivity: Property

    /// Error bound of a tabulated potential, V.
    static let potentialTolerance = 1e-6

    init(_ material: ActiveMaterial, reference: Double, temperature: Double, temperatureMoves: Bool) {
        let range = 1e-6...(1 - 1e-6)
        ocp = TabulatedFunction.shared(
            material.openCircuitPotential, temperature: reference, range: range,
            tolerance: Self.potentialTolerance)
        entropy = TabulatedFunction.shared(
            material.entropicChange, temperature: reference, range: range, tolerance: 1e-8)
        exchangeFactor = TabulatedFunction.shared(
            material.exchangeCurrentFactor, temperature: temperature, range: range, tolerance: 1e-6, relative: true)
        diffusivity = Property(
            material.diffusivity, activationEnergy: material.diffusivityActivationEnergy, reference: reference,
            temperature: temperature, temperatureMoves: temperatureMoves, range: range)
    }
}

/// Four numbers of a padded array.
struct LaneReference {
    let pointer: UnsafeMutablePointer<Double>
    @inline(__always) var value: Lanes {
        Lanes(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self))
    }
    @inline(__always) func store(_ lanes: Lanes) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: lanes.v, as: SIMD4<Double>.self)
    }
}

@inline(__always)
private func load(_ base: UnsafeMutablePointer<Double>, _ i: Int) -> LaneReference {
    LaneReference(pointer: base + i)
}

@inline(__always)
private func load(_ base: UnsafeMutablePointer<Double>, _ i: Int) -> Lanes { LaneReference(pointer: base + i).value }
