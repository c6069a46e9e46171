internal import CKernels
internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// The pseudo-2D model of Doyle, Fuller and Newman (J. Electrochem. Soc. 140 (1993) 1526), finite volumes in x and r.
///
/// Unknowns, the differential ones first: stoichiometries y[shell][x] of every population, electrolyte concentration c
/// over all x-points, charge, energy, temperature; then local currents j[x] of every population, electrolyte potential
/// φ_e over all x-points, solid potential φ_s over the electrodes' points, current, voltage. The negative current
/// collector is at 0 V. Rows of the balances over x are in multiples of the current density at 1C.
///
/// In a half-cell the negative electrode is lithium metal: the electrolyte touches it at 0 V, and the metal's
/// overpotential is taken off the terminal voltage.
final class PorousElectrodeModel: CellModel {
    let parameters: ModelParameters
    let negativePoints: Int
    let separatorPoints: Int
    let positivePoints: Int
    let nodes: Int
    /// Populations with the electrode they sit in.
    let populations: [(population: Population, isNegative: Bool)]
    let saltOffset: Int
    let potentialOffset: Int
    let solidNegativeOffset: Int
    let solidPositiveOffset: Int
    /// Cell centres and widths over x, m.
    let centres: [Double]
    let widths: [Double]

    let isHalfCell: Bool
    private let temperatureMoves: Bool
    private let fixedTemperature: Double
    private let reference: Double
    private let transference: Double
    let endResistance: Double  // V per multiple of 1C over the wet part: the last half cell of the positive solid
    let contactResistance: Double  // V per multiple of 1C
    let sigmaNegative: Double  // conductance between neighbouring points over 1C current density
    let sigmaPositive: Double
    private let arena: UnsafeMutablePointer<Double>
    private let saltMass: UnsafeMutablePointer<Double>
    private var totalSaltMass = 0.0
    private let zeros: UnsafeMutablePointer<Double>
    private let diffusivity: UnsafeMutablePointer<Double>
    private let diffusivitySlope: UnsafeMutablePointer<Double>
    private let conductivity: UnsafeMutablePointer<Double>
    private let conductivitySlope: UnsafeMutablePointer<Double>
    private let thermodynamic: UnsafeMutablePointer<Double>
    private let thermodynamicSlope: UnsafeMutablePointer<Double>
    private let faceDiffusivityWeight: UnsafeMutablePointer<Double>
    private let faceConductivityWeight: UnsafeMutablePointer<Double>
    private let diffusiveConductance: UnsafeMutablePointer<Double>
    private let ionicConductance: UnsafeMutablePointer<Double>
    private let theta: UnsafeMutablePointer<Double>
    private let saltFlux: UnsafeMutablePointer<Double>
    let chargeFlux: UnsafeMutablePointer<Double>
    private let source: UnsafeMutablePointer<Double>
    private let solid: UnsafeMutablePointer<Double>
    private let currentColumn:
        (
            c: UnsafeMutablePointer<Double>, e: UnsafeMutablePointer<Double>, s: UnsafeMutablePointer<Double>
        )
    private let diagonal: UnsafeMutablePointer<Double>
    private let left: UnsafeMutablePointer<Double>
    private let right: UnsafeMutablePointer<Double>
    private let factor: UnsafeMutablePointer<Double>
    /// A h j_scale / i_1C: share of each population's scaled current in the balances, per x-point.
    let share: [UnsafeMutablePointer<Double>]
    /// Faces where two domains meet, with h/(2 B) on both sides.
    private let interfaces: [(face: Int, before: Double, after: Double)]
    /// Nil while they stay as they are.
    private let pores: Pores?

    // Kept by `factorise` for `solve`.
    private var frozen = false
    private var inverseCj = 0.0
    private var controlByVoltage = 0.0
    private var controlByCurrent = 0.0
    private var currentPivot = 1.0
    private var stateVoltage = 0.0
    private var stateCurrent = 0.0
    private var terminalByCurrent = 0.0  // d(V - φ_s,last)/d(current)
    private var filmByCurrent = 0.0  // drop of an averaged film, over all that lies behind it
    private var terminalBySalt = 0.0  // d(V)/d(c_0): lithium metal
    private var inflowByCurrent = 0.0  // of charge at lithium metal

    init(_ p: ModelParameters) throws {
        parameters = p
        let cell = p.cell
        guard let electrolyte = cell.electrolyte, let separator = cell.separator else {
            throw SimulationError(
                .data,
                "\(cell.name): the file is written for the single-particle model and lacks an electrolyte and a "
                    + "separator; use --model spm")
        }
        let mesh = p.options.mesh
        isHalfCell = cell.negative == nil
        negativePoints = isHalfCell ? 0 : mesh.negative
        separatorPoints = mesh.separator
        positivePoints = mesh.positive
        nodes = negativePoints + separatorPoints + positivePoints
        temperatureMoves = p.options.thermal == .lumped
        fixedTemperature = p.initialTemperature
        reference = cell.referenceTemperature
        transference = electrolyte.transferenceNumber
        let i1C = p.currentDensity1C
        let n = nodes

        // Widths and transport factors over x.
        var widths: [Double] = []
        var efficiency: [Double] = []
        var porosity: [Double] = []
        func domain(_ thickness: Double, _ points: Int, _ e: Double, _ b: Double) {
            widths += [Double](repeating: thickness / Double(points), count: points)
            porosity += [Double](repeating: e, count: points)
            efficiency += [Double](repeating: b, count: points)
        }
        func porous(_ electrode: Electrode, _ name: String) throws -> (Double, Double, Double) {
            guard let e = electrode.porosity, let b = electrode.transportEfficiency, let s = electrode.conductivity
            else {
                throw SimulationError(
                    .data,
                    "\(cell.name): \(name): porosity, transport efficiency and conductivity are needed for this model; "
                        + "use --model spm")
            }
            return (e, b, s)
        }
        guard let positive = cell.positive else {
            throw SimulationError(.data, "\(cell.name): Positive electrode: missing; a simulation needs it")
        }
        if let negative = cell.negative {
            let (e, b, s) = try porous(negative, "Negative electrode")
            domain(negative.thickness, mesh.negative, e, b)
            sigmaNegative = s / (negative.thickness / Double(mesh.negative)) / i1C
        } else {
            sigmaNegative = 0
        }
        domain(separator.thickness, mesh.separator, separator.porosity, separator.transportEfficiency)
        let (e, b, s) = try porous(positive, "Positive electrode")
        domain(positive.thickness, mesh.positive, e, b)
        sigmaPositive = s / (positive.thickness / Double(mesh.positive)) / i1C
        endResistance = 0.5 / sigmaPositive
        contactResistance = cell.contactResistance * p.current1C
        self.widths = widths
        var edge = 0.0
        centres = widths.map { w in
            defer { edge += w }
            return edge + 0.5 * w
        }

        // Layout.
        var offset = 0
        var currents = 0
        var specs: [(ActiveMaterial, Int, Bool, Double, FunctionTables)] = []
        if let negative = cell.negative {
            let total = negative.materials.reduce(0) { $0 + $1.surfaceAreaPerVolume }
            for (k, m) in negative.materials.enumerated() {
                specs.append(
                    (m, mesh.negative, true, i1C / (total * negative.thickness), p.tables.negative[k]))
            }
        }
        let total = positive.materials.reduce(0) { $0 + $1.surfaceAreaPerVolume }
        for (k, m) in positive.materials.enumerated() {
            specs.append((m, mesh.positive, false, i1C / (total * positive.thickness), p.tables.positive[k]))
        }
        var slow = specs.reduce(0) { $0 + mesh.shells * $1.1 }
        let slowStart = slow
        for (material, points, isNegative, _, _) in specs {
            slow += p.ageing(of: material, isNegative: isNegative, points: points, scale: 1)?.slowCount ?? 0
        }
        saltOffset = slow
        let charge = saltOffset + n
        let wear = try p.wear(first: charge + 1 + (temperatureMoves ? 1 : 0))
        let differential = charge + 1 + (temperatureMoves ? 1 : 0) + wear.count
        currents = differential
        let radial = RadialMesh(shells: mesh.shells, grading: mesh.grading)
        var populations: [(Population, Bool)] = []
        slow = slowStart
        for (material, points, isNegative, scale, tables) in specs {
            let ageing = p.ageing(
                of: material, isNegative: isNegative, points: points, scale: scale, slowOffset: slow,
                sideOffset: currents + points)
            populations.append(
                (
                    Population(
                        material: material, points: points, mesh: radial, stoichiometryOffset: offset,
                        currentOffset: currents, currentScale: scale, reference: cell.referenceTemperature,
                        temperature: p.initialTemperature, temperatureMoves: p.options.thermal == .lumped,
                        tables: tables, ageing: ageing), isNegative
                ))
            offset += mesh.shells * points
            slow += ageing?.slowCount ?? 0
            currents += points + (ageing?.currentCount ?? 0)
        }
        self.populations = populations.map { (population: $0.0, isNegative: $0.1) }
        pores = p.pores(points: negativePoints, nodes: n, populations: populations.filter(\.1).map(\.0))
        potentialOffset = currents
        solidNegativeOffset = potentialOffset + n
        solidPositiveOffset = solidNegativeOffset + negativePoints
        let t = solidPositiveOffset + positivePoints
        let tail = Tail(
            current: t, voltage: t + 1, charge: charge,
            temperature: temperatureMoves ? charge + 1 : nil)
        let size = t + 2

        // Workspace.
        let blocks = ck_block_factor_doubles(n)
        let capacity = 18 * n + 9 * n + 8 * n + Int(blocks) + specs.reduce(0) { $0 + $1.1 } + 3 * n + 64
        arena = .allocate(capacity: capacity)
        arena.initialize(repeating: 0, count: capacity)
        var next = arena
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { next += count }
            return next
        }
        factor = take(Int(blocks) + (Int(blocks) & 1))
        saltMass = take(n)
        zeros = take(n)
        diffusivity = take(n)
        diffusivitySlope = take(n)
        conductivity = take(n)
        conductivitySlope = take(n)
        thermodynamic = take(n)
        thermodynamicSlope = take(n)
        faceDiffusivityWeight = take(n)
        faceConductivityWeight = take(n)
        diffusiveConductance = take(n)
        ionicConductance = take(n)
        theta = take(n)
        saltFlux = take(n)
        chargeFlux = take(n)
        source = take(n)
        solid = take(n)
        currentColumn = (take(n), take(n), take(n))
        diagonal = take(9 * n)
        left = take(4 * n)
        right = take(4 * n)
        var share: [UnsafeMutablePointer<Double>] = []
        for (population, isNegative) in populations {
            let w = take(population.points)
            let h = widths[isNegative ? 0 : n - 1]
            for i in 0..<population.points { w[i] = population.area * h * population.currentScale / i1C }
            share.append(w)
        }
        self.share = share

        let c0 = electrolyte.initialConcentration
        let saltScale = Constants.faraday * c0 / i1C
        var interfaces: [(Int, Double, Double)] = []
        for i in 0..<n {
            saltMass[i] = saltScale * porosity[i] * widths[i]
            if i < n - 1 {
                if i + 1 == negativePoints || i + 1 == negativePoints + separatorPoints {
                    interfaces.append(
                        (i, 0.5 * widths[i] / efficiency[i], 0.5 * widths[i + 1] / efficiency[i + 1]))
                } else {
                    faceConductivityWeight[i] = 0.5 * efficiency[i] / widths[i] / i1C
                    faceDiffusivityWeight[i] = faceConductivityWeight[i] * Constants.faraday * c0
                }
            }
        }
        self.interfaces = interfaces.map { (face: $0.0, before: $0.1, after: $0.2) }
        for i in 0..<n { totalSaltMass += saltMass[i] }
        super.init(
            size: size, tail: tail, differential: differential, ambient: p.ambientTemperature, contacts: wear.contacts,
            dryOut: wear.dryOut, crosstalk: wear.crosstalk)
    }

    deinit { arena.deallocate() }

    /// At rtol 1e-4 this costs LG M50 0.01 mV RMS at 1C and saves a quarter of the steps.
    override var algebraicWeight: Double { 0.1 }
    /// Local currents follow from the potentials and may be off by a tenth within a step, but by no more: Newton's iteration
    /// would leave a particle that fills up, or a pore that runs out of salt, with a current it cannot have.
    override var currentWeight: Double { min(1, max(0.001, 30 * parameters.options.relativeTolerance - 0.002)) }
    override var potentials: Int { potentialOffset }
    override var films: [Range<Int>] { populations.flatMap { $0.population.ageing?.films ?? [] } }

    // MARK: - Residual

    private func currentTemperature(_ y: UnsafePointer<Double>) -> Double {
        guard let k = tail.temperature else { return fixedTemperature }
        return reference * (1 + y[k])
    }

    override func temperature(_ y: UnsafePointer<Double>) -> Double { currentTemperature(y) }

    /// Salt over its initial value at all nodes.
    func concentrations(_ y: UnsafePointer<Double>) -> UnsafePointer<Double> {
        guard let pores else { return y + saltOffset }
        pores.update(y, saltOffset: saltOffset)
        return UnsafePointer(pores.concentration)
    }

    /// Electrolyte properties and face conductances; slopes too if asked.
    private func updateElectrolyte(_ c: UnsafePointer<Double>, _ T: Double, slopes: Bool) {
        let n = nodes
        let p = parameters
        if slopes {
            p.electrolyteDiffusivity.evaluate(n, c, temperature: T, diffusivity, diffusivitySlope)
            p.electrolyteConductivity.evaluate(n, c, temperature: T, conductivity, conductivitySlope)
        } else {
            p.electrolyteDiffusivity.evaluate(n, c, temperature: T, diffusivity)
            p.electrolyteConductivity.evaluate(n, c, temperature: T, conductivity)
        }
        let fd = p.electrolyteDiffusivity.factor(T).value
        let fk = p.electrolyteConductivity.factor(T).value
        if fd != 1 || fk != 1 {
            for i in 0..<n {
                diffusivity[i] *= fd
                conductivity[i] *= fk
            }
            if slopes {
                for i in 0..<n {
                    diffusivitySlope[i] *= fd
                    conductivitySlope[i] *= fk
                }
            }
        }
        if let pores {
            for i in 0..<negativePoints {
                let factor = pores.transport[i]
                diffusivity[i] *= factor
                conductivity[i] *= factor
                if slopes {
                    diffusivitySlope[i] *= factor
                    conductivitySlope[i] *= factor
                }
            }
        }
        ck_face_conductance(n, diffusivity, faceDiffusivityWeight, diffusiveConductance)
        ck_face_conductance(n, conductivity, faceConductivityWeight, ionicConductance)
        let i1C = p.currentDensity1C
        let saltScale = Constants.faraday * p.initialConcentration
        for (f, before, after) in interfaces {
            diffusiveConductance[f] = saltScale / ((before / diffusivity[f] + after / diffusivity[f + 1]) * i1C)
            ionicConductance[f] = 1 / ((before / conductivity[f] + after / conductivity[f + 1]) * i1C)
        }
        let base = 2 * Constants.gas * T / Constants.faraday * (1 - transference)
        if let chi = p.thermodynamicFactor.constant {
            for f in 0..<(n - 1) { theta[f] = base * chi }
        } else {
            p.thermodynamicFactor.evaluate(n, c, temperature: T, thermodynamic, thermodynamicSlope)
            for f in 0..<(n - 1) { theta[f] = 0.5 * base * (thermodynamic[f] + thermodynamic[f + 1]) }
        }
    }

    override func residual(
        _ time: Double, _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>
    ) {
        let n = nodes, nn = negativePoints, np = positivePoints
        let T = currentTemperature(y)
        let c = concentrations(y), e = y + potentialOffset
        let sn = y + solidNegativeOffset, sp = y + solidPositiveOffset
        let firstPositive = n - np
        let current = y[tail.current], voltage = y[tail.voltage]
        let wet = wetFraction(y), local = current / wet
        for i in 0..<n { source[i] = 0 }
        for (k, entry) in populations.enumerated() {
            let start = entry.isNegative ? 0 : firstPositive
            entry.population.residual(
                y, rates, r, local: local, salt: c + start, solid: entry.isNegative ? sn : sp, electrolyte: e + start,
                temperature: T, temperatureMoves: temperatureMoves)
            let j = entry.population.totalCurrent(y), w = share[k], s = source + start
            for i in 0..<entry.population.points { s[i] += w[i] * j[i] }
        }
        updateElectrolyte(c, T, slopes: false)
        ck_electrolyte_fluxes(
            n, c, e, diffusiveConductance, ionicConductance, theta, Insertion.depletion, saltFlux, chargeFlux)
        ck_balance(n, saltMass, rates + saltOffset, saltFlux, 1 - transference, source, r + saltOffset)
        ck_balance(n, zeros, rates + saltOffset, chargeFlux, 1, source, r + potentialOffset)
        var terminal = sp[np - 1] - endResistance * local - (contactResistance + corrosionResistance(y)) * current
        if isHalfCell {
            let metal = metalInterface(c: c[0], current: current, T: T)
            let i0 = metal.inflow(e[0]).value
            r[potentialOffset] -= i0
            r[saltOffset] -= (1 - transference) * i0
            terminal -= metal.overpotential.value
        } else {
            // Solid, negative: collector at 0 V on the left.
            let rn = r + solidNegativeOffset, g = sigmaNegative
            var inflow = -2 * g * sn[0]
            for i in 0..<(nn - 1) {
                let out = g * (sn[i] - sn[i + 1])
                rn[i] = out - inflow + source[i]
                inflow = out
            }
            rn[nn - 1] = -inflow + source[nn - 1]
        }
        let rp = r + solidPositiveOffset, g = sigmaPositive
        var inflow = 0.0
        for i in 0..<(np - 1) {
            let out = g * (sp[i] - sp[i + 1])
            rp[i] = out - inflow + source[firstPositive + i]
            inflow = out
        }
        rp[np - 1] = local - inflow + source[n - 1]

        r[tail.voltage] = voltage - terminal
        r[tail.current] = control.row(time, voltage: voltage, current: current).residual
        r[tail.charge] = rates[tail.charge] - current / 3600
        if let k = tail.temperature {
            let heat = totalHeat(voltage: voltage, current: current, wet: wet, temperature: T)
            r[k] =
                parameters.heatCapacity * rates[k] - heat
                + parameters.cooling * (T - ambient)
        }
        wearResidual(rates, r, temperature: T)
    }

    /// Heat over the current density at 1C, V, reversible heat included, as of the last update of the populations.
    ///
    /// Stored energy and delivered work leave no other way: the sum over ohmic, reaction and contact losses is the
    /// power drawn from the open-circuit potentials less the electrical power. Summation by parts makes this exact for
    /// the discrete equations; a test compares it with the sum of the losses.
    func totalHeat(voltage: Double, current: Double, wet: Double, temperature: Double) -> Double {
        var stored = 0.0
        for (k, entry) in populations.enumerated() {
            stored += entry.population.storedPower(weight: share[k], temperature: temperature)
            if let ageing = entry.population.ageing { stored += ageing.storedPower(weight: share[k]) }
        }
        return -wet * stored - voltage * current
    }

    /// Lithium metal at the left end of a half-cell, with derivatives by c_0 (`d0`), current (`d1`) and T (`d2`).
    struct MetalInterface {
        /// Of the first half cell, over the current density at 1C.
        var conductance: Dual<Double>
        /// Across the first half cell, V.
        var diffusionPotential: Dual<Double>
        /// From symmetric kinetics with exchange current i0 c^0.3, V.
        var overpotential: Dual<Double>

        /// Charge into the first point at potential `e`, which is held.
        func inflow(_ e: Double) -> Dual<Double> { conductance * (diffusionPotential - Dual(e)) }
    }

    /// As of the last `updateElectrolyte`. Slopes of the first point's properties by T where they are asked for.
    func metalInterface(
        c: Double, current: Double, T: Double,
        byTemperature: (conductivity: Double, diffusivity: Double, chi: Double) = (0, 0, 0)
    ) -> MetalInterface {
        typealias D = Dual<Double>
        let p = parameters
        let half = 0.5 * widths[0] / (p.cell.separator!.transportEfficiency) * p.currentDensity1C
        func property(_ value: Double, _ slope: Double, _ byT: Double) -> D { D(value, slope, 0, byT, 0, 0) }
        let kappa = property(conductivity[0], conductivitySlope[0], byTemperature.conductivity)
        let d = property(diffusivity[0], diffusivitySlope[0], byTemperature.diffusivity)
        let chi =
            p.thermodynamicFactor.constant.map { D($0) }
            ?? property(thermodynamic[0], thermodynamicSlope[0], byTemperature.chi)
        let salt = D(c, 1, 0, 0, 0, 0), u = D(current, 0, 1, 0, 0, 0), temperature = D(T, 0, 0, 1, 0, 0)
        let slope = (1 - transference) * half / (Constants.faraday * p.initialConcentration)
        var surface = salt + slope * u / d
        if surface.value < 1e-6 { surface = D(1e-6) }
        let base = (2 * Constants.gas / Constants.faraday) * temperature
        let diffusion = (2 * (1 - transference)) * (base * chi * ((salt - surface) / (salt + surface)))
        let power = pow(surface.value, 0.3)
        let exchange =
            (2 * p.metalExchangeCurrent / p.currentDensity1C) * D.chain(power, 0.3 * power / surface.value, surface)
        return MetalInterface(
            conductance: (1 / half) * kappa, diffusionPotential: diffusion,
            overpotential: base * D.inverseHyperbolicSine(u / exchange))
    }

    // MARK: - Linear solve

    override func factorise(_ time: Double, _ y: UnsafePointer<Double>, cj: Double?) {
        let n = nodes, np = positivePoints
        let T = currentTemperature(y)
        let c = concentrations(y), e = y + potentialOffset
        let sn = y + solidNegativeOffset, sp = y + solidPositiveOffset
        let firstPositive = n - np
        frozen = cj == nil
        pores?.keep()
        inverseCj = cj.map { 1 / $0 } ?? 0
        stateVoltage = y[tail.voltage]
        stateCurrent = y[tail.current]
        let wet = wetFraction(y)
        updateElectrolyte(c, T, slopes: true)
        assembleTransport(c, e, T, cj: cj ?? 0)
        let t = 1 - transference
        for (k, entry) in populations.enumerated() {
            let p = entry.population
            let start = entry.isNegative ? 0 : firstPositive
            p.factorise(
                y, cj: cj, local: stateCurrent / wet, salt: c + start, solid: entry.isNegative ? sn : sp,
                electrolyte: e + start, temperature: T, temperatureMoves: temperatureMoves)
            let w = share[k]
            for i in 0..<p.points {
                let d = diagonal + 9 * (start + i)
                let g = w[i] * p.gain[i], gc = g * p.saltGain[i]
                d[0] += t * gc
                d[1] -= t * g
                d[2] += t * g
                d[3] += gc
                d[4] -= g
                d[5] += g
                d[6] -= gc
                d[7] += g
                d[8] -= g
            }
        }
        if frozen {
            for i in 0..<n {
                let d = diagonal + 9 * i
                d[0] = 1
                d[1] = 0
                d[2] = 0
                (left + 4 * i)[0] = 0
                (right + 4 * i)[0] = 0
            }
        }
        ck_block_factor(n, diagonal, left, right, factor)

        // Column of the current: it leaves through the last solid point (and, in a half-cell, sets the metal's film).
        let z = currentColumn
        for i in 0..<n {
            z.c[i] = 0
            z.e[i] = 0
            z.s[i] = 0
        }
        z.s[n - 1] = 1 / wet
        terminalByCurrent = -(endResistance / wet + contactResistance + corrosionResistance(y))
        terminalBySalt = 0
        inflowByCurrent = 0
        // An averaged film lowers the potentials of all that lies behind it as one: the blocks need not know of it.
        // (In a blend each material has its own: their mean then stands in Newton's matrix.)
        let films = populations.compactMap { $0.isNegative ? $0.population.ageing?.averagedFilm : nil }
        filmByCurrent = films.isEmpty ? 0 : films.reduce(0, +) / (Double(films.count) * wet)
        if isHalfCell {
            let metal = metalInterface(c: c[0], current: stateCurrent, T: T)
            terminalByCurrent -= metal.overpotential.d1
            terminalBySalt = -metal.overpotential.d0
            inflowByCurrent = metal.inflow(e[0]).d1
            z.e[0] = -inflowByCurrent
            z.c[0] = frozen ? 0 : -(1 - transference) * inflowByCurrent
        }
        ck_block_solve(n, factor, z.c, z.e, z.s)
        let row = control.row(time, voltage: stateVoltage, current: stateCurrent)
        controlByVoltage = row.dV
        controlByCurrent = row.dI
        currentPivot =
            row.dV * (terminalByCurrent - filmByCurrent - z.s[n - 1] - terminalBySalt * z.c[0]) + row.dI

        if tail.temperature != nil { factoriseTemperature(y, T, cj: cj) }
    }

    /// c + c' kept positive, as the flux kernel does, and its slope.
    @inline(__always)
    private func regularSum(_ sum: Double) -> (value: Double, slope: Double) {
        let root = (sum * sum + 4 * Insertion.depletion * Insertion.depletion).squareRoot()
        return (0.5 * (sum + root), 0.5 * (1 + sum / root))
    }

    /// Blocks of the balances over x, reactions excluded.
    private func assembleTransport(_ c: UnsafePointer<Double>, _ e: UnsafePointer<Double>, _ T: Double, cj: Double) {
        let n = nodes, nn = negativePoints, np = positivePoints
        for i in 0..<(9 * n) { diagonal[i] = 0 }
        for i in 0..<(4 * n) {
            left[i] = 0
            right[i] = 0
        }
        for i in 0..<n { diagonal[9 * i] = saltMass[i] * cj }
        if let pores { for i in 0..<n { diagonal[9 * i] *= pores.relative[i] } }
        let p = parameters
        let constantChi = p.thermodynamicFactor.constant != nil
        let base = 2 * Constants.gas * T / Constants.faraday * (1 - transference)
        var interface = 0
        let i1C = p.currentDensity1C
        let saltScale = Constants.faraday * p.initialConcentration
        for f in 0..<(n - 1) {
            let a = f, b = f + 1
            let gd = diffusiveConductance[f], gk = ionicConductance[f]
            var gdA: Double, gdB: Double, gkA: Double, gkB: Double
            if interface < interfaces.count, interfaces[interface].face == f {
                let (_, before, after) = interfaces[interface]
                interface += 1
                let da = diffusivity[a], db = diffusivity[b], ka = conductivity[a], kb = conductivity[b]
                gdA = gd * gd * before / (da * da) * diffusivitySlope[a] * i1C / saltScale
                gdB = gd * gd * after / (db * db) * diffusivitySlope[b] * i1C / saltScale
                gkA = gk * gk * before / (ka * ka) * conductivitySlope[a] * i1C
                gkB = gk * gk * after / (kb * kb) * conductivitySlope[b] * i1C
            } else {
                let wd = faceDiffusivityWeight[f], wk = faceConductivityWeight[f]
                gdA = wd * diffusivitySlope[a]
                gdB = wd * diffusivitySlope[b]
                gkA = wk * conductivitySlope[a]
                gkB = wk * conductivitySlope[b]
            }
            let rise = c[b] - c[a]
            let (sum, bySum) = regularSum(c[b] + c[a])
            let log = 2 * rise / sum
            let force = theta[f] * log - (e[b] - e[a])
            // Salt flux N = -gd rise.
            let nA = gd - rise * gdA, nB = -gd - rise * gdB
            // Charge flux I = gk force.
            var iA = gkA * force - gk * theta[f] * (2 + log * bySum) / sum
            var iB = gkB * force + gk * theta[f] * (2 - log * bySum) / sum
            if !constantChi {
                iA += gk * log * 0.5 * base * thermodynamicSlope[a]
                iB += gk * log * 0.5 * base * thermodynamicSlope[b]
            }
            diagonal[9 * a] += nA
            diagonal[9 * b] -= nB
            right[4 * a] = nB
            left[4 * b] = -nA
            diagonal[9 * a + 3] += iA
            diagonal[9 * b + 3] -= iB
            right[4 * a + 1] = iB
            left[4 * b + 1] = -iA
            diagonal[9 * a + 4] += gk
            diagonal[9 * b + 4] += gk
            right[4 * a + 2] = -gk
            left[4 * b + 2] = -gk
        }
        if isHalfCell {
            let metal = metalInterface(c: c[0], current: stateCurrent, T: T)
            let slope = metal.inflow(e[0]).d0
            diagonal[3] -= slope
            diagonal[0] -= (1 - transference) * slope
            diagonal[4] += metal.conductance.value
            diagonal[1] += (1 - transference) * metal.conductance.value
        }
        for i in 0..<nn {
            let d = diagonal + 9 * i + 8
            d.pointee += sigmaNegative * (i == 0 ? 2 : 1) + (i < nn - 1 ? sigmaNegative : 0)
            if i > 0 { left[4 * i + 3] = -sigmaNegative }
            if i < nn - 1 { right[4 * i + 3] = -sigmaNegative }
        }
        for i in nn..<(n - np) { diagonal[9 * i + 8] = 1 }
        for i in 0..<np {
            let k = n - np + i
            diagonal[9 * k + 8] += (i > 0 ? sigmaPositive : 0) + (i < np - 1 ? sigmaPositive : 0)
            if i > 0 { left[4 * k + 3] = -sigmaPositive }
            if i < np - 1 { right[4 * k + 3] = -sigmaPositive }
        }
    }

    override func solveIsothermal(_ x: UnsafeMutablePointer<Double>) {
        let n = nodes, nn = negativePoints, np = positivePoints
        let c = x + saltOffset, e = x + potentialOffset
        let firstPositive = n - np
        let t = 1 - transference
        // The balances' sum over x has no fluxes in it: it says what salt there must be, to the last digit.
        var salt = 0.0
        for i in 0..<n { salt += c[i] - t * e[i] }
        for i in 0..<nn { solid[i] = x[solidNegativeOffset + i] }
        for i in nn..<firstPositive { solid[i] = 0 }
        for i in 0..<np { solid[firstPositive + i] = x[solidPositiveOffset + i] }
        for (k, entry) in populations.enumerated() {
            let p = entry.population
            p.fold(x)
            let start = entry.isNegative ? 0 : firstPositive
            let w = share[k], gain = p.gain, offset = p.offset
            let cs = c + start, es = e + start, ss = solid + start
            for i in 0..<p.points {
                let s = w[i] * gain[i] * offset[i]
                cs[i] += t * s
                es[i] += s
                ss[i] -= s
            }
        }
        if frozen { for i in 0..<n { c[i] = 0 } }
        ck_block_solve(n, factor, c, e, solid)
        // Current and voltage close the system.
        let z = currentColumn
        let voltageRow = x[tail.voltage], controlRow = x[tail.current]
        let base = voltageRow + solid[n - 1] + terminalBySalt * c[0]
        let dI = (controlRow - controlByVoltage * base) / currentPivot
        if dI != 0 {
            for i in 0..<n {
                c[i] -= dI * z.c[i]
                e[i] -= dI * z.e[i]
                solid[i] -= dI * z.s[i]
            }
        }
        let dV = voltageRow + solid[n - 1] + terminalBySalt * c[0] + (terminalByCurrent - filmByCurrent) * dI
        x[tail.current] = dI
        x[tail.voltage] = dV
        if frozen {
            x[tail.charge] = 0
        } else {
            x[tail.charge] = (x[tail.charge] + dI / 3600) * inverseCj
        }
        solveWear(x, inverseCj: inverseCj)
        for i in 0..<nn { x[solidNegativeOffset + i] = solid[i] }
        for i in 0..<np { x[solidPositiveOffset + i] = solid[firstPositive + i] }
        for entry in populations {
            let start = entry.isNegative ? 0 : firstPositive
            entry.population.unfold(x, salt: c + start, solid: solid + start, electrolyte: e + start)
        }
        if filmByCurrent != 0 {
            for i in 0..<n { e[i] -= filmByCurrent * dI }
            for i in 0..<np { x[solidPositiveOffset + i] -= filmByCurrent * dI }
        }
        if let pores { for i in 0..<n { c[i] *= pores.kept[i] } }
        if !frozen {
            let missing = salt * inverseCj - ck_dot(n, saltMass, c)
            let shift = missing / totalSaltMass
            for i in 0..<n { c[i] += shift }
        }
    }

    /// The temperature borders the system: its column (local duals and Arrhenius slopes) and the row of the heat.
    private func factoriseTemperature(_ y: UnsafePointer<Double>, _ T: Double, cj: Double?) {
        border.held = true
        guard let cj else { return }
        let temperatureColumn = border.column, temperatureRow = border.row
        for i in 0..<size {
            temperatureColumn[i] = 0
            temperatureRow[i] = 0
        }
        let n = nodes
        var stored = 0.0
        for (s, entry) in populations.enumerated() {
            entry.population.temperatureColumn(y, temperature: T, into: temperatureColumn)
            stored += entry.population.addStoredPowerRow(weight: share[s], temperature: T, into: temperatureRow)
        }
        if dryOut != nil {
            let wet = wetFraction(y)
            stored *= wet
            for i in 0..<size { temperatureRow[i] *= wet }
        }
        let p = parameters
        let sd = p.electrolyteDiffusivity.factor(T).relativeSlope
        let sk = p.electrolyteConductivity.factor(T).relativeSlope
        let c = concentrations(y), e = y + potentialOffset
        ck_electrolyte_fluxes(
            n, c, e, diffusiveConductance, ionicConductance, theta, Insertion.depletion, saltFlux, chargeFlux)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { slopes in
            // Slopes by T of the three properties at the points.
            let dT = slopes.baseAddress!, kT = dT + n, xT = kT + n
            p.electrolyteDiffusivity.temperatureSlope(n, c, temperature: T, dT)
            p.electrolyteConductivity.temperatureSlope(n, c, temperature: T, kT)
            p.thermodynamicFactor.temperatureSlope(n, c, temperature: T, xT)
            let fd = p.electrolyteDiffusivity.factor(T).value, fk = p.electrolyteConductivity.factor(T).value
            for i in 0..<n {
                let factor = pores?.transport[i] ?? 1
                dT[i] = factor * fd * dT[i] + sd * diffusivity[i]
                kT[i] = factor * fk * kT[i] + sk * conductivity[i]
            }
            let base = 2 * Constants.gas * T / Constants.faraday * (1 - transference)
            var next = 0
            for f in 0..<(n - 1) {
                let d = (diffusivity[f], diffusivity[f + 1]), k = (conductivity[f], conductivity[f + 1])
                var relativeD = (dT[f] + dT[f + 1]) / (d.0 + d.1)
                var relativeK = (kT[f] + kT[f + 1]) / (k.0 + k.1)
                if next < interfaces.count, interfaces[next].face == f {
                    let (_, before, after) = interfaces[next]
                    next += 1
                    relativeD =
                        (before * dT[f] / (d.0 * d.0) + after * dT[f + 1] / (d.1 * d.1)) / (before / d.0 + after / d.1)
                    relativeK =
                        (before * kT[f] / (k.0 * k.0) + after * kT[f + 1] / (k.1 * k.1)) / (before / k.0 + after / k.1)
                }
                let salt = saltFlux[f] * relativeD
                let sum = regularSum(c[f + 1] + c[f]).value
                let log = 2 * (c[f + 1] - c[f]) / sum
                let thetaT = theta[f] / T + 0.5 * base * (xT[f] + xT[f + 1])
                let charge = chargeFlux[f] * relativeK + ionicConductance[f] * thetaT * log
                temperatureColumn[saltOffset + f] += salt
                temperatureColumn[saltOffset + f + 1] -= salt
                temperatureColumn[potentialOffset + f] += charge
                temperatureColumn[potentialOffset + f + 1] -= charge
            }
            if isHalfCell {
                let metal = metalInterface(
                    c: c[0], current: stateCurrent, T: T, byTemperature: (kT[0], dT[0], xT[0]))
                let inflow = metal.inflow(e[0]).d2
                temperatureColumn[potentialOffset] -= inflow
                temperatureColumn[saltOffset] -= (1 - transference) * inflow
                temperatureColumn[tail.voltage] += metal.overpotential.d2
            }
        }
        temperatureRow[tail.voltage] += stateCurrent
        temperatureRow[tail.current] += stateVoltage
        // Unknown is (T - T_ref)/T_ref.
        for i in 0..<size { temperatureColumn[i] *= reference }
        closeBorder(diagonal: p.heatCapacity * cj + (p.cooling + stored) * reference)
    }

    override func mass(_ i: Int) -> Double {
        if i >= saltOffset, i < tail.charge { return saltMass[i - saltOffset] }
        if let k = tail.temperature, i == k { return parameters.heatCapacity }
        return 1
    }

    // MARK: - Sparse cross-check

    override func emitJacobian(
        _ time: Double, _ y: UnsafePointer<Double>, cj: Double, _ emit: (Int, Int, Double) -> Void
    ) {
        let n = nodes, nn = negativePoints, np = positivePoints
        let T = currentTemperature(y)
        let firstPositive = n - np
        stateCurrent = y[tail.current]
        assembleTransport(concentrations(y), y + potentialOffset, T, cj: cj)
        // The salt's unknown is its amount.
        func entry(_ row: Int, _ column: Int, _ value: Double) {
            if let pores, column >= saltOffset, column < saltOffset + n {
                emit(row, column, value / pores.relative[column - saltOffset])
            } else {
                emit(row, column, value)
            }
        }
        func solidColumn(_ i: Int) -> Int? {
            i < nn ? solidNegativeOffset + i : i >= firstPositive ? solidPositiveOffset + i - firstPositive : nil
        }
        for i in 0..<n {
            let d = diagonal + 9 * i, l = left + 4 * i, r = right + 4 * i
            let c = saltOffset + i, e = potentialOffset + i
            entry(c, c, d[0])
            entry(e, c, d[3])
            entry(e, e, d[4])
            if isHalfCell, i == 0 { entry(c, e, d[1]) }
            if i > 0 {
                entry(c, c - 1, l[0])
                entry(e, c - 1, l[1])
                entry(e, e - 1, l[2])
            }
            if i < n - 1 {
                entry(c, c + 1, r[0])
                entry(e, c + 1, r[1])
                entry(e, e + 1, r[2])
            }
            if let s = solidColumn(i) {
                entry(s, s, d[8])
                if i > 0, solidColumn(i - 1) != nil { entry(s, s - 1, l[3]) }
                if i < n - 1, solidColumn(i + 1) != nil { entry(s, s + 1, r[3]) }
            }
        }
        for (k, item) in populations.enumerated() {
            let p = item.population
            let start = item.isNegative ? 0 : firstPositive
            let solid = item.isNegative ? solidNegativeOffset : solidPositiveOffset
            p.emit(
                y, cj: cj, temperature: T, salt: saltOffset + start, solid: solid,
                electrolyte: potentialOffset + start, stride: 1, entry)
            p.ageing?.emitAveragedFilm(
                current: p.currentOffset, column: tail.current, perWet: 1 / wetFraction(y), entry)
            for current in p.currentOffsets {
                for i in 0..<p.points {
                    entry(saltOffset + start + i, current + i, -(1 - transference) * share[k][i])
                    entry(potentialOffset + start + i, current + i, -share[k][i])
                    entry(solid + i, current + i, share[k][i])
                }
            }
        }
        let last = solidPositiveOffset + np - 1
        entry(last, tail.current, 1 / wetFraction(y))
        if isHalfCell {
            entry(potentialOffset, tail.current, -inflowByCurrent)
            entry(saltOffset, tail.current, -(1 - transference) * inflowByCurrent)
        }
        entry(tail.voltage, tail.voltage, 1)
        entry(tail.voltage, last, -1)
        entry(tail.voltage, tail.current, -terminalByCurrent)
        if isHalfCell { entry(tail.voltage, saltOffset, -terminalBySalt) }
        entry(tail.current, tail.voltage, controlByVoltage)
        entry(tail.current, tail.current, controlByCurrent)
        entry(tail.charge, tail.charge, cj)
        entry(tail.charge, tail.current, -1 / 3600)
        emitWear(cj: cj, entry)
        emitBorder(entry)
    }

    // MARK: - Reading the state

    override func outputs() -> [OutputVariable] { outputVariables() }

    override func setRest(_ y: UnsafeMutablePointer<Double>, temperature: Double) {
        let p = parameters
        for i in 0..<size { y[i] = 0 }
        let start = p.initialStoichiometries
        var potential = (negative: 0.0, positive: 0.0)
        var k = (negative: 0, positive: 0)
        for entry in populations {
            let value: Double
            if entry.isNegative {
                value = start.negative[k.negative]
                if k.negative == 0 { potential.negative = entry.population.material.openCircuitPotential(value) }
                k.negative += 1
            } else {
                value = start.positive[k.positive]
                if k.positive == 0 { potential.positive = entry.population.material.openCircuitPotential(value) }
                k.positive += 1
            }
            let o = entry.population.stoichiometryOffset
            for i in 0..<entry.population.stoichiometryCount { y[o + i] = value }
            entry.population.ageing?.setInitial(y)
        }
        for i in 0..<nodes {
            y[saltOffset + i] = 1
            y[potentialOffset + i] = -potential.negative
        }
        for i in 0..<positivePoints { y[solidPositiveOffset + i] = potential.positive - potential.negative }
        y[tail.voltage] = potential.positive - potential.negative
        dryOut?.setInitial(y)
        if let crosstalk { y[crosstalk.position] = 0 }
        if let t = tail.temperature { y[t] = (temperature - reference) / reference }
    }

    override func lithiumOfWetPart(_ y: UnsafePointer<Double>) -> (particles: Double, electrolyte: Double) {
        var particles = 0.0
        for entry in populations {
            let p = entry.population
            let h = widths[entry.isNegative ? 0 : nodes - 1]
            let perPoint = p.material.activeVolumeFraction * p.material.maximumConcentration * h
            for i in 0..<p.points { particles += perPoint * p.amount(y, at: i) }
        }
        var electrolyte = 0.0
        for i in 0..<nodes { electrolyte += saltMass[i] * y[saltOffset + i] }
        return (particles, electrolyte * parameters.currentDensity1C / Constants.faraday)
    }

    override func ageingState(_ y: UnsafePointer<Double>) -> AgeingState? {
        guard parameters.options.ageing != nil else { return nil }
        _ = concentrations(y)
        return parameters.ageingState(
            y, populations, porosity: pores?.mean, contacts: contacts, dryOut: dryOut,
            crosstalk: crosstalk)
    }

    override func fallDry(_ y: UnsafeMutablePointer<Double>) {
        guard let dryOut else { return }
        _ = concentrations(y)
        dryOut.update(
            y, wet: parameters.losses(y, populations), particles: lithiumOfWetPart(y).particles, porosity: pores?.mean,
            salt: saltOffset..<(saltOffset + nodes))
    }

    override func bound(_ y: UnsafePointer<Double>) -> String? {
        parameters.bound(y, populations, pores: pores, dryOut: dryOut) { isNegative, i in
            " at x = \(rounded(centres[i + (isNegative ? 0 : nodes - positivePoints)] * 1e6)) µm"
        }
    }

    override func caution(_ y: UnsafePointer<Double>) -> String? {
        dryOut == nil ? nil : parameters.saltCaution(concentrations(y), count: nodes)
    }

    override func nearBound(_ y: UnsafePointer<Double>) -> String? {
        _ = concentrations(y)
        return parameters.nearBound(y, pores: pores, dryOut: dryOut) { " at x = \(rounded(centres[$0] * 1e6)) µm" }
    }

    override func anodePotential(_ y: UnsafePointer<Double>) -> Double? {
        guard negativePoints > 0 else { return nil }
        // Both potentials continued to the separator's face: the solid carries no current there.
        let last = negativePoints - 1
        let f = last
        let e = y + potentialOffset, c = concentrations(y)
        updateElectrolyte(c, currentTemperature(y), slopes: false)
        let face = interfaces.first { $0.face == f }!
        let rise = 2 * (c[f + 1] - c[f]) / (c[f + 1] + c[f])
        let total = theta[f] * rise - (e[f + 1] - e[f])
        // Series resistances: the drop over the negative half cell is its share of the total.
        let before = face.before / conductivity[f], after = face.after / conductivity[f + 1]
        let beforeD = face.before / diffusivity[f], afterD = face.after / diffusivity[f + 1]
        let middle = c[f] + (c[f + 1] - c[f]) * beforeD / (beforeD + afterD)
        let first = theta[f] * 2 * (middle - c[f]) / (middle + c[f]) - total * before / (before + after)
        let solid = y[solidNegativeOffset + last] + 0.125 * source[last] / sigmaNegative
        return solid - (e[f] + first)
    }

    override func diagnosis(_ y: UnsafePointer<Double>) -> String? {
        func place(_ i: Int) -> String {
            let x = centres[i] * 1e6
            let domain =
                i < negativePoints
                ? "negative electrode" : i < negativePoints + separatorPoints ? "separator" : "positive electrode"
            return "x = \(rounded(x)) µm (\(domain))"
        }
        var lowest = (0, Double.infinity)
        let c = concentrations(y)
        for i in 0..<nodes where c[i] < lowest.1 { lowest = (i, c[i]) }
        if lowest.1 < 0.02 {
            return "electrolyte depleted at \(place(lowest.0)): \(rounded(lowest.1 * parameters.initialConcentration)) "
                + "mol/m³ left"
        }
        for entry in populations {
            let p = entry.population
            p.updateSurface(y)
            for i in 0..<p.points {
                let name =
                    (entry.isNegative ? "negative" : "positive")
                    + (p.material.name.isEmpty ? "" : " (\(p.material.name))")
                if p.surface[i] > 0.995 {
                    return "particle surface full in the \(name) electrode at "
                        + place(i + (entry.isNegative ? 0 : nodes - positivePoints))
                }
                if p.surface[i] < 0.002 {
                    return "particle surface empty in the \(name) electrode at "
                        + place(i + (entry.isNegative ? 0 : nodes - positivePoints))
                }
            }
        }
        return nil
    }
}

// MARK: - Impedance

extension PorousElectrodeModel {
    /// What no frequency changes in the linearised model; the pointers hold until the model is used again.
    struct Linearisation {
        /// Blocks of the balances over x, without rates and reactions; the diagonal ones as the sums of their rows.
        var sums: [Double]
        var left: UnsafePointer<Double>
        var right: UnsafePointer<Double>
        var mass: [Double]
        /// 1 - t+.
        var saltPerCharge: Double
        /// Right-hand side of the first point for a unit current; empty but in a half-cell.
        var metal: [Double]
        var terminalByCurrent: Double
        var terminalBySalt: Double
        /// Of an averaged film, in series with all the rest.
        var filmByCurrent: Double
    }

    /// Leaves the populations' slopes behind, too.
    func linearise(_ y: UnsafePointer<Double>) -> Linearisation {
        factorise(0, y, cj: nil)
        assembleTransport(concentrations(y), y + potentialOffset, currentTemperature(y), cj: 0)
        var sums = [Double](repeating: 0, count: 9 * nodes)
        // Where salt and potentials enter a block beside its neighbours.
        let places = [0, 3, 4, 8]
        for i in 0..<nodes {
            for k in 0..<9 { sums[9 * i + k] = diagonal[9 * i + k] }
            for (k, place) in places.enumerated() {
                let (a, b) = (left[4 * i + k], right[4 * i + k])
                let sum = sums[9 * i + place] + a + b
                // Round-off of what cancels would be a leak.
                sums[9 * i + place] = sum.magnitude > 1e-14 * (a.magnitude + b.magnitude) ? sum : 0
            }
        }
        return Linearisation(
            sums: sums, left: UnsafePointer(left), right: UnsafePointer(right),
            mass: (0..<nodes).map { saltMass[$0] * (pores?.relative[$0] ?? 1) }, saltPerCharge: 1 - transference,
            metal: isHalfCell ? [-(1 - transference) * inflowByCurrent, -inflowByCurrent, 0] : [],
            terminalByCurrent: terminalByCurrent, terminalBySalt: terminalBySalt, filmByCurrent: filmByCurrent)
    }
}
