internal import CKernels
internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// The single-particle model, alone (SPM) or with the electrolyte in composite form (SPMe).
///
/// One representative particle a material and electrode; the current is shared evenly over the electrode. SPMe adds the
/// salt balance over x and takes its potential drops from leading-order integrals: Marquis, Sulzer, Timms, Please and
/// Chapman, J. Electrochem. Soc. 166 (2019) A3693, "composite" form:
/// ```
/// V = Δφ_p - Δφ_n + (2RT/F)(1 - t+) χ (<ln c>_p - <ln c>_n)
///     - i (L_n/3κ_n + L_s/κ_s + L_p/3κ_p + L_n/3σ_n + L_p/3σ_p)
/// ```
/// with κ and χ at the mean concentration, and the reaction overpotential averaged over x. Unknowns, the differential ones first: stoichiometries of the
/// populations, c over x (SPMe), charge, energy, temperature; then currents of the populations, Δφ of each electrode,
/// current, voltage.
final class SingleParticleModel: CellModel {
    let parameters: ModelParameters
    let populations: [(population: Population, isNegative: Bool)]
    let withElectrolyte: Bool
    let nodes: Int
    let negativePoints: Int
    let separatorPoints: Int
    let positivePoints: Int
    let dropOffset: Int  // Δφ_n, Δφ_p
    let saltOffset: Int
    let centres: [Double]
    private let widths: [Double]
    private let isHalfCell: Bool
    private let temperatureMoves: Bool
    private let fixedTemperature: Double
    private let reference: Double
    private let transference: Double
    private let share: [Double]
    /// Thickness over transport efficiency of the three domains (a third of it in electrodes), m.
    private let ionicPath: Double
    private let pores: Pores?
    /// V per multiple of 1C: solid and contact.
    private let solidResistance: Double
    private let contactResistance: Double
    private let length: Double
    private let arena: UnsafeMutablePointer<Double>
    private let mass: UnsafeMutablePointer<Double>
    private let diffusivity: UnsafeMutablePointer<Double>
    private let diffusivitySlope: UnsafeMutablePointer<Double>
    private let weight: UnsafeMutablePointer<Double>
    private let conductance: UnsafeMutablePointer<Double>
    private let flux: UnsafeMutablePointer<Double>
    /// Salt released at each point per multiple of 1C.
    private let release: UnsafeMutablePointer<Double>
    private let lower: UnsafeMutablePointer<Double>
    private let pivot: UnsafeMutablePointer<Double>
    private let upper: UnsafeMutablePointer<Double>
    private let saltColumn: UnsafeMutablePointer<Double>
    private let voltageBySalt: UnsafeMutablePointer<Double>
    private let zero: UnsafeMutablePointer<Double>
    private let salt: UnsafeMutablePointer<Double>  // equivalent c of each population
    private let saltWeights: UnsafeMutablePointer<Double>  // d salt / d c over x, of each population
    private let electrodeSalt: UnsafeMutablePointer<Double>  // Σ share q f_c d salt / d c, over x
    private let interfaces: [(face: Int, before: Double, after: Double)]

    private var frozen = false
    private var inverseCj = 0.0
    private var stateVoltage = 0.0
    private var stateCurrent = 0.0
    private var terminalByCurrent = 0.0
    private var controlByVoltage = 0.0
    private var controlByCurrent = 0.0
    private var currentPivot = 1.0
    private var electrodeGain = (negative: 1.0, positive: 1.0)  // Σ share q
    private var dropColumn = (negative: 0.0, positive: 0.0)  // δΔφ per δI
    // Of the last `dropsOverSalt`; slopes are relative, by the mean concentration and by T.
    private var lastIonic = (value: 0.0, slope: 0.0, byTemperature: 0.0)
    private var lastConcentration = (value: 0.0, slope: 0.0, byTemperature: 0.0, logarithm: 0.0)

    /// Steps at constant current in closed form; nil where the model does not allow it.
    private(set) lazy var constantCurrentPath: ConstantCurrentPath? = {
        usedConstantCurrentPath = ConstantCurrentPath(self)
        return usedConstantCurrentPath
    }()
    /// The same once such a step has run.
    private(set) var usedConstantCurrentPath: ConstantCurrentPath?

    init(_ p: ModelParameters, withElectrolyte: Bool) throws {
        parameters = p
        self.withElectrolyte = withElectrolyte
        let cell = p.cell
        guard let positive = cell.positive else {
            throw SimulationError(.data, "\(cell.name): Positive electrode: missing; a simulation needs it")
        }
        isHalfCell = cell.negative == nil
        temperatureMoves = p.options.thermal == .lumped
        fixedTemperature = p.initialTemperature
        reference = cell.referenceTemperature
        let i1C = p.currentDensity1C
        let mesh = p.options.mesh
        var widths: [Double] = []
        var path = 0.0, solid = cell.contactResistance * p.current1C
        var porosity: [Double] = []
        var efficiency: [Double] = []
        if withElectrolyte {
            guard let electrolyte = cell.electrolyte, let separator = cell.separator else {
                throw SimulationError(
                    .data,
                    "\(cell.name): the file is written for the single-particle model and lacks an electrolyte; "
                        + "use --model spm")
            }
            transference = electrolyte.transferenceNumber
            func add(_ electrode: Electrode?, _ points: Int) throws {
                guard let electrode else { return }
                guard let e = electrode.porosity, let b = electrode.transportEfficiency, let s = electrode.conductivity
                else {
                    throw SimulationError(
                        .data,
                        "\(cell.name): porosity, transport efficiency and conductivity are needed; use --model spm")
                }
                widths += [Double](repeating: electrode.thickness / Double(points), count: points)
                porosity += [Double](repeating: e, count: points)
                efficiency += [Double](repeating: b, count: points)
                path += electrode.thickness / (3 * b)
                solid += i1C * electrode.thickness / (3 * s)
            }
            try add(cell.negative, mesh.negative)
            widths += [Double](repeating: separator.thickness / Double(mesh.separator), count: mesh.separator)
            porosity += [Double](repeating: separator.porosity, count: mesh.separator)
            efficiency += [Double](repeating: separator.transportEfficiency, count: mesh.separator)
            path += separator.thickness / separator.transportEfficiency
            try add(positive, mesh.positive)
        } else {
            transference = 0
        }
        nodes = widths.count
        negativePoints = withElectrolyte && !isHalfCell ? mesh.negative : 0
        separatorPoints = withElectrolyte ? mesh.separator : 0
        positivePoints = withElectrolyte ? mesh.positive : 0
        self.widths = widths
        ionicPath = path
        solidResistance = solid
        contactResistance = cell.contactResistance * p.current1C
        length = widths.reduce(0, +)
        var edge = 0.0
        centres = widths.map { w in
            defer { edge += w }
            return edge + 0.5 * w
        }
        let radial = RadialMesh(shells: mesh.shells, grading: mesh.grading)
        var specs: [(ActiveMaterial, Bool, Double, FunctionTables, Double)] = []
        for (electrode, isNegative) in [(cell.negative, true), (positive, false)] {
            guard let electrode else { continue }
            let total = electrode.materials.reduce(0) { $0 + $1.surfaceAreaPerVolume }
            let scale = i1C / (total * electrode.thickness)
            for (k, m) in electrode.materials.enumerated() {
                specs.append(
                    (
                        m, isNegative, scale, isNegative ? p.tables.negative[k] : p.tables.positive[k],
                        m.surfaceAreaPerVolume / total
                    ))
            }
        }
        var offset = 0
        var slow = specs.count * mesh.shells
        let slowStart = slow
        for spec in specs { slow += p.ageing(of: spec.0, isNegative: spec.1, points: 1, scale: 1)?.slowCount ?? 0 }
        saltOffset = slow
        slow = slowStart
        let charge = saltOffset + nodes
        let wear = try p.wear(first: charge + 1 + (temperatureMoves ? 1 : 0))
        let differential = charge + 1 + (temperatureMoves ? 1 : 0) + wear.count
        var currents = differential
        var populations: [(Population, Bool)] = []
        for (material, isNegative, scale, tables, _) in specs {
            let ageing = p.ageing(
                of: material, isNegative: isNegative, points: 1, scale: scale, slowOffset: slow,
                sideOffset: currents + 1)
            populations.append(
                (
                    Population(
                        material: material, points: 1, mesh: radial, stoichiometryOffset: offset,
                        currentOffset: currents, currentScale: scale, reference: cell.referenceTemperature,
                        temperature: p.initialTemperature, temperatureMoves: p.options.thermal == .lumped,
                        tables: tables, ageing: ageing), isNegative
                ))
            offset += mesh.shells
            slow += ageing?.slowCount ?? 0
            currents += 1 + (ageing?.currentCount ?? 0)
        }
        self.populations = populations.map { (population: $0.0, isNegative: $0.1) }
        pores =
            withElectrolyte
            ? p.pores(points: negativePoints, nodes: nodes, populations: populations.filter(\.1).map(\.0)) : nil
        share = specs.map { $0.4 }
        dropOffset = currents
        let t = currents + 2
        let tail = Tail(
            current: t, voltage: t + 1, charge: charge,
            temperature: temperatureMoves ? charge + 1 : nil)
        let size = t + 2

        let n = max(nodes, 1)
        let capacity = (15 + specs.count) * n + specs.count + 64
        arena = .allocate(capacity: capacity)
        arena.initialize(repeating: 0, count: capacity)
        var next = arena
        func take(_ count: Int) -> UnsafeMutablePointer<Double> {
            defer { next += count }
            return next
        }
        mass = take(n)
        diffusivity = take(n)
        diffusivitySlope = take(n)
        weight = take(n)
        conductance = take(n)
        flux = take(n)
        release = take(n)
        lower = take(n)
        pivot = take(n)
        upper = take(n)
        saltColumn = take(n)
        voltageBySalt = take(n)
        electrodeSalt = take(n)
        zero = take(n + 4)
        saltWeights = take(specs.count * n)
        salt = take(specs.count + 4)
        for k in specs.indices { salt[k] = 1 }
        let c0 = p.initialConcentration
        var interfaces: [(Int, Double, Double)] = []
        if withElectrolyte {
            for i in 0..<nodes {
                mass[i] = Constants.faraday * c0 / i1C * porosity[i] * widths[i]
                if i < nodes - 1 {
                    if i + 1 == negativePoints || i + 1 == negativePoints + separatorPoints {
                        interfaces.append(
                            (i, 0.5 * widths[i] / efficiency[i], 0.5 * widths[i + 1] / efficiency[i + 1]))
                    } else {
                        weight[i] = 0.5 * efficiency[i] / widths[i] / i1C * Constants.faraday * c0
                    }
                }
            }
            for i in 0..<negativePoints { release[i] = (1 - transference) / Double(negativePoints) }
            if isHalfCell { release[0] += 1 - transference }
            for i in (nodes - positivePoints)..<nodes { release[i] -= (1 - transference) / Double(positivePoints) }
        }
        self.interfaces = interfaces.map { (face: $0.0, before: $0.1, after: $0.2) }
        super.init(
            size: size, tail: tail, differential: differential, ambient: p.ambientTemperature, contacts: wear.contacts,
            dryOut: wear.dryOut, crosstalk: wear.crosstalk)
    }

    deinit { arena.deallocate() }

    override var films: [Range<Int>] { populations.flatMap { $0.population.ageing?.films ?? [] } }

    override func temperature(_ y: UnsafePointer<Double>) -> Double {
        guard let k = tail.temperature else { return fixedTemperature }
        return reference * (1 + y[k])
    }

    // MARK: - Electrolyte

    /// Potential drop over the electrolyte and the solid at current `u` and its derivative by `u`, by T, and by c over
    /// x (into `voltageBySalt`, if `slopes`).
    private func drops(
        _ y: UnsafePointer<Double>, _ T: Double, slopes: Bool
    ) -> (value: Double, byCurrent: Double, byTemperature: Double) {
        let wet = wetFraction(y)
        let u = y[tail.current] / wet
        // The contacts meet the current of the whole cell, and not that of its wet part alone.
        let series = contactResistance * (1 - 1 / wet) + corrosionResistance(y)
        guard withElectrolyte else {
            let d = dropsWithoutSalt(current: u, temperature: T)
            // All but the ohmic part, the metal's overpotential, is in proportion to T.
            return (
                d.value - series * y[tail.current], d.byCurrent / wet - series, (d.value + solidResistance * u) / T
            )
        }
        let c = concentrations(y)
        let firstPositive = nodes - positivePoints
        let logarithms = (
            isHalfCell ? 0 : meanLogarithm(c, negativePoints), meanLogarithm(c + firstPositive, positivePoints)
        )
        let d = dropsOverSalt(c, current: u, temperature: T, logarithms: logarithms, metal: false, slopes: slopes)
        let (p, ionic, concentration) = (parameters, lastIonic, lastConcentration)
        var value = d
        var byCurrent = -(ionic.value + solidResistance)
        var byTemperature =
            concentration.value * concentration.logarithm * (1 / T + concentration.byTemperature) + ionic.value * u
            * ionic.byTemperature
        if slopes {
            let byMean =
                (ionic.value * u * ionic.slope
                    + concentration.value * concentration.logarithm * concentration.slope) / length
            for i in 0..<nodes { voltageBySalt[i] = byMean * widths[i] }
            let n = isHalfCell ? 0 : concentration.value / Double(negativePoints)
            for i in 0..<negativePoints { voltageBySalt[i] -= n * Electrolyte.logarithmSlope(c[i]) }
            if isHalfCell { voltageBySalt[0] -= concentration.value * Electrolyte.logarithmSlope(c[0]) }
            let s = concentration.value / Double(positivePoints)
            for i in firstPositive..<nodes { voltageBySalt[i] += s * Electrolyte.logarithmSlope(c[i]) }
        }
        if isHalfCell {
            let base = 2 * Constants.gas * T / Constants.faraday
            let exchange =
                2 * p.metalExchangeCurrent / p.currentDensity1C * pow(Electrolyte.kept(c[0]), 0.3)
            let x = u / exchange
            let root = (x * x + 1).squareRoot()
            value -= base * Double.inverseHyperbolicSine(x)
            byCurrent -= base / (exchange * root)
            byTemperature -= base / T * Double.inverseHyperbolicSine(x)
            if slopes { voltageBySalt[0] += base * x / root * 0.3 * Electrolyte.logarithmSlope(c[0]) }
        }
        return (value - series * y[tail.current], byCurrent / wet - series, byTemperature)
    }

    /// The drop of SPM, and its derivative by current.
    func dropsWithoutSalt(current u: Double, temperature T: Double) -> (value: Double, byCurrent: Double) {
        guard isHalfCell else { return (-solidResistance * u, -solidResistance) }
        let base = 2 * Constants.gas * T / Constants.faraday
        let exchange = 2 * parameters.metalExchangeCurrent / parameters.currentDensity1C
        let x = u / exchange
        return (
            -solidResistance * u - base * Double.inverseHyperbolicSine(x),
            -solidResistance - base / (exchange * (x * x + 1).squareRoot())
        )
    }

    /// The drop of SPMe over a salt profile whose mean logarithms in both electrodes are known; with `metal`, that at the
    /// counter electrode of a half-cell too. Leaves its parts in `lastIonic` and `lastConcentration`.
    func dropsOverSalt(
        _ c: UnsafePointer<Double>, current u: Double, temperature T: Double,
        logarithms: (negative: Double, positive: Double), metal: Bool = true, slopes: Bool = false
    ) -> Double {
        let base = 2 * Constants.gas * T / Constants.faraday
        let p = parameters
        var mean = 0.0
        widths.withUnsafeBufferPointer { w in mean = ck_dot(nodes, w.baseAddress!, c) }
        mean /= length
        var kappa = 0.0, kappaSlope = 0.0, chi = 1.0, chiSlope = 0.0
        p.electrolyteConductivity.evaluate(1, &mean, temperature: T, &kappa, &kappaSlope)
        let factor = p.electrolyteConductivity.factor(T)
        kappa *= factor.value
        kappaSlope *= factor.value
        p.thermodynamicFactor.evaluate(1, &mean, temperature: T, &chi, &chiSlope)
        var path = ionicPath
        if let pores, let electrode = p.cell.negative, let efficiency = electrode.transportEfficiency {
            path += electrode.thickness / (3 * efficiency) * (1 / pores.transport[0] - 1)
        }
        let ionic = path * p.currentDensity1C / kappa
        let logarithm = logarithms.positive - (isHalfCell ? log(Electrolyte.kept(c[0])) : logarithms.negative)
        let concentration = base * (1 - transference) * chi
        var kappaT = 0.0, chiT = 0.0
        if slopes {
            p.electrolyteConductivity.temperatureSlope(1, &mean, temperature: T, &kappaT)
            p.thermodynamicFactor.temperatureSlope(1, &mean, temperature: T, &chiT)
        }
        lastIonic = (ionic, kappaSlope / kappa, factor.relativeSlope + factor.value * kappaT / kappa)
        lastConcentration = (concentration, chiSlope / chi, chiT / chi, logarithm)
        var value = concentration * logarithm - (ionic + solidResistance) * u
        if isHalfCell, metal {
            let exchange = 2 * p.metalExchangeCurrent / p.currentDensity1C * pow(Electrolyte.kept(c[0]), 0.3)
            value -= base * Double.inverseHyperbolicSine(u / exchange)
        }
        return value
    }

    /// Points over x of one electrode.
    private func range(_ isNegative: Bool) -> Range<Int> {
        isNegative ? 0..<negativePoints : (nodes - positivePoints)..<nodes
    }

    /// Each population's equivalent concentration, and its slopes by c.
    private func updateSalt(_ y: UnsafePointer<Double>, _ T: Double, slopes: Bool) {
        guard withElectrolyte else { return }
        let c = concentrations(y)
        for (k, entry) in populations.enumerated() {
            let r = range(entry.isNegative)
            salt[k] = entry.population.equivalentSalt(
                y, salt: c + r.lowerBound, count: r.count, temperature: T,
                weights: slopes ? saltWeights + k * nodes + r.lowerBound : nil)
        }
    }

    /// Salt over its initial value at all nodes.
    func concentrations(_ y: UnsafePointer<Double>) -> UnsafePointer<Double> {
        guard let pores else { return y + saltOffset }
        pores.update(y, saltOffset: saltOffset)
        return UnsafePointer(pores.concentration)
    }

    private func updateConductance(_ c: UnsafePointer<Double>, _ T: Double, slopes: Bool) {
        let p = parameters
        if slopes {
            p.electrolyteDiffusivity.evaluate(nodes, c, temperature: T, diffusivity, diffusivitySlope)
        } else {
            p.electrolyteDiffusivity.evaluate(nodes, c, temperature: T, diffusivity)
        }
        if let pores {
            for i in 0..<negativePoints {
                diffusivity[i] *= pores.transport[i]
                if slopes { diffusivitySlope[i] *= pores.transport[i] }
            }
        }
        let f = p.electrolyteDiffusivity.factor(T).value
        if f != 1 {
            for i in 0..<nodes { diffusivity[i] *= f }
            if slopes { for i in 0..<nodes { diffusivitySlope[i] *= f } }
        }
        ck_face_conductance(nodes, diffusivity, weight, conductance)
        let scale = Constants.faraday * p.initialConcentration / p.currentDensity1C
        for (face, before, after) in interfaces {
            conductance[face] = scale / (before / diffusivity[face] + after / diffusivity[face + 1])
        }
    }

    // MARK: - Residual

    override func residual(
        _ time: Double, _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>
    ) {
        let T = temperature(y)
        let c = concentrations(y)
        let u = y[tail.current], v = y[tail.voltage]
        let local = u / wetFraction(y)
        updateSalt(y, T, slopes: false)
        r[dropOffset] = isHalfCell ? y[dropOffset] : -local
        r[dropOffset + 1] = local
        for (k, entry) in populations.enumerated() {
            let slot = entry.isNegative ? 0 : 1
            entry.population.residual(
                y, rates, r, local: local, salt: salt + k, solid: y + dropOffset + slot, electrolyte: zero,
                temperature: T,
                temperatureMoves: temperatureMoves)
            r[dropOffset + slot] += share[k] * entry.population.totalCurrent(y)[0]
        }
        if withElectrolyte {
            saltResidual(c, rates + saltOffset, current: local, temperature: T, r + saltOffset)
        }
        r[tail.voltage] = v - (y[dropOffset + 1] - y[dropOffset] + drops(y, T, slopes: false).value)
        r[tail.current] = control.row(time, voltage: v, current: u).residual
        r[tail.charge] = rates[tail.charge] - u / 3600
        if let k = tail.temperature {
            r[k] = parameters.heatCapacity * rates[k] - totalHeat(y) + parameters.cooling * (T - ambient)
        }
        wearResidual(rates, r, temperature: T)
    }

    /// Heat over the current at 1C, V, as of the last `residual`: what leaves the open-circuit potentials and is not
    /// delivered, and the reversible heat.
    func totalHeat(_ y: UnsafePointer<Double>) -> Double {
        var stored = 0.0
        let T = temperature(y)
        for (s, entry) in populations.enumerated() {
            var w = share[s]
            stored += entry.population.storedPower(weight: &w, temperature: T)
            if let ageing = entry.population.ageing { stored += ageing.storedPower(weight: &w) }
        }
        return -wetFraction(y) * stored - y[tail.voltage] * y[tail.current]
    }

    // MARK: - Linear solve

    override func factorise(_ time: Double, _ y: UnsafePointer<Double>, cj: Double?) {
        let T = temperature(y)
        let c = concentrations(y)
        frozen = cj == nil
        pores?.keep()
        inverseCj = cj.map { 1 / $0 } ?? 0
        stateVoltage = y[tail.voltage]
        stateCurrent = y[tail.current]
        let perWet = 1 / wetFraction(y)
        updateSalt(y, T, slopes: true)
        electrodeGain = (0, 0)
        for i in 0..<nodes { electrodeSalt[i] = 0 }
        for (k, entry) in populations.enumerated() {
            let p = entry.population
            let slot = entry.isNegative ? 0 : 1
            p.factorise(
                y, cj: cj, local: stateCurrent * perWet, salt: salt + k, solid: y + dropOffset + slot,
                electrolyte: zero, temperature: T,
                temperatureMoves: temperatureMoves)
            let g = share[k] * p.gain[0]
            if entry.isNegative { electrodeGain.negative += g } else { electrodeGain.positive += g }
            if withElectrolyte {
                let w = saltWeights + k * nodes
                for i in range(entry.isNegative) { electrodeSalt[i] += g * p.saltGain[0] * w[i] }
            }
        }
        if isHalfCell { electrodeGain.negative = -1 }
        let drop = drops(y, T, slopes: true)
        terminalByCurrent = drop.byCurrent
        if withElectrolyte, let cj {
            factoriseSalt(c, T, cj: cj)
            for i in 0..<nodes { saltColumn[i] = release[i] * perWet }
            solveSalt(saltColumn)
        } else {
            for i in 0..<nodes { saltColumn[i] = 0 }
        }
        // Everything as an affine function of δI: Σ share q (ρ - f_c δs - δΔφ) = r + sign δI.
        let s = saltEffect(saltColumn)
        dropColumn.negative = isHalfCell ? 0 : -(perWet + s.negative) / electrodeGain.negative
        dropColumn.positive = (perWet - s.positive) / electrodeGain.positive
        var terminal = dropColumn.positive - dropColumn.negative + terminalByCurrent
        for i in 0..<nodes { terminal += voltageBySalt[i] * saltColumn[i] }
        let row = control.row(time, voltage: stateVoltage, current: stateCurrent)
        controlByVoltage = row.dV
        controlByCurrent = row.dI
        currentPivot = row.dV * terminal + row.dI
        border.held = true
        if tail.temperature != nil, let cj { factoriseTemperature(y, T, cj: cj, dropSlope: drop.byTemperature) }
    }

    /// Residual of the salt balance alone; c, its rates and `r` over x.
    func saltResidual(
        _ c: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, current u: Double, temperature T: Double,
        _ r: UnsafeMutablePointer<Double>
    ) {
        updateConductance(c, T, slopes: false)
        ck_fluxes(nodes, c, conductance, flux)
        ck_balance(nodes, mass, rates, flux, u, release, r)
    }

    /// Prepares `solveSalt`.
    func factoriseSalt(_ c: UnsafePointer<Double>, _ T: Double, cj: Double) {
        assembleSalt(c, T, cj: cj)
        ck_tridiagonal_factor(nodes, lower, pivot, upper)
    }

    private func assembleSalt(_ c: UnsafePointer<Double>, _ T: Double, cj: Double) {
        updateConductance(c, T, slopes: true)
        let n = nodes
        for i in 0..<n {
            pivot[i] = mass[i] * cj * (pores?.relative[i] ?? 1)
            lower[i] = 0
            upper[i] = 0
        }
        var next = 0
        let scale = parameters.currentDensity1C / (Constants.faraday * parameters.initialConcentration)
        for f in 0..<(n - 1) {
            let g = conductance[f], rise = c[f + 1] - c[f]
            var a = weight[f] * diffusivitySlope[f], b = weight[f] * diffusivitySlope[f + 1]
            if next < interfaces.count, interfaces[next].face == f {
                let d0 = diffusivity[f], d1 = diffusivity[f + 1]
                a = g * g * interfaces[next].before / (d0 * d0) * diffusivitySlope[f] * scale
                b = g * g * interfaces[next].after / (d1 * d1) * diffusivitySlope[f + 1] * scale
                next += 1
            }
            let nA = g - rise * a, nB = -g - rise * b
            pivot[f] += nA
            upper[f] = nB
            pivot[f + 1] -= nB
            lower[f + 1] = -nA
        }
    }

    func solveSalt(_ x: UnsafeMutablePointer<Double>) { ck_tridiagonal_solve(nodes, lower, pivot, upper, x) }

    /// Σ share q f_c δs of each electrode for a change of c.
    private func saltEffect(_ c: UnsafePointer<Double>) -> (negative: Double, positive: Double) {
        guard withElectrolyte, !frozen else { return (0, 0) }
        var s = (negative: 0.0, positive: 0.0)
        for i in range(true) { s.negative += electrodeSalt[i] * c[i] }
        for i in range(false) { s.positive += electrodeSalt[i] * c[i] }
        return s
    }

    override func solveIsothermal(_ x: UnsafeMutablePointer<Double>) {
        let c = x + saltOffset
        if withElectrolyte {
            if frozen {
                for i in 0..<nodes { c[i] = 0 }
            } else {
                solveSalt(c)
            }
        }
        let s = saltEffect(c)
        var supply = (negative: 0.0, positive: 0.0)
        for (k, entry) in populations.enumerated() {
            let p = entry.population
            p.fold(x)
            let value = share[k] * p.gain[0] * p.offset[0]
            if entry.isNegative { supply.negative += value } else { supply.positive += value }
        }
        var dn = (supply.negative - s.negative - x[dropOffset]) / electrodeGain.negative
        var dp = (supply.positive - s.positive - x[dropOffset + 1]) / electrodeGain.positive
        if isHalfCell { dn = x[dropOffset] }
        var base = x[tail.voltage] + dp - dn
        if withElectrolyte { for i in 0..<nodes { base += voltageBySalt[i] * c[i] } }
        let dI = (x[tail.current] - controlByVoltage * base) / currentPivot
        dn += dropColumn.negative * dI
        dp += dropColumn.positive * dI
        var dV = x[tail.voltage] + dp - dn + terminalByCurrent * dI
        if withElectrolyte {
            for i in 0..<nodes {
                c[i] += saltColumn[i] * dI
                dV += voltageBySalt[i] * c[i]
            }
        }
        x[tail.current] = dI
        x[tail.voltage] = dV
        x[dropOffset] = dn
        x[dropOffset + 1] = dp
        if frozen {
            x[tail.charge] = 0
        } else {
            x[tail.charge] = (x[tail.charge] + dI / 3600) * inverseCj
        }
        solveWear(x, inverseCj: inverseCj)
        for (k, entry) in populations.enumerated() {
            var change = 0.0
            if withElectrolyte, !frozen {
                let w = saltWeights + k * nodes
                for i in range(entry.isNegative) { change += w[i] * c[i] }
            }
            if entry.isNegative {
                entry.population.unfold(x, salt: &change, solid: &dn, electrolyte: zero)
            } else {
                entry.population.unfold(x, salt: &change, solid: &dp, electrolyte: zero)
            }
        }
        if let pores { for i in 0..<nodes { c[i] *= pores.kept[i] } }
    }

    private func factoriseTemperature(_ y: UnsafePointer<Double>, _ T: Double, cj: Double, dropSlope: Double) {
        for i in 0..<size {
            border.column[i] = 0
            border.row[i] = 0
        }
        var stored = 0.0
        for (s, entry) in populations.enumerated() {
            var w = share[s] * wetFraction(y)
            entry.population.temperatureColumn(y, temperature: T, into: border.column)
            stored += entry.population.addStoredPowerRow(weight: &w, temperature: T, into: border.row)
        }
        if withElectrolyte {
            let property = parameters.electrolyteDiffusivity
            let factor = property.factor(T)
            let c = concentrations(y)
            withUnsafeTemporaryAllocation(of: Double.self, capacity: nodes) { slopes in
                let dT = slopes.baseAddress!
                property.temperatureSlope(nodes, c, temperature: T, dT)
                for i in 0..<nodes {
                    dT[i] = factor.value * dT[i] * (pores?.transport[i] ?? 1) + factor.relativeSlope * diffusivity[i]
                }
                var next = 0
                for f in 0..<(nodes - 1) {
                    let d = (diffusivity[f], diffusivity[f + 1])
                    var relative = (dT[f] + dT[f + 1]) / (d.0 + d.1)
                    if next < interfaces.count, interfaces[next].face == f {
                        let (_, before, after) = interfaces[next]
                        next += 1
                        relative =
                            (before * dT[f] / (d.0 * d.0) + after * dT[f + 1] / (d.1 * d.1))
                            / (before / d.0 + after / d.1)
                    }
                    let salt = -conductance[f] * (c[f + 1] - c[f]) * relative
                    border.column[saltOffset + f] += salt
                    border.column[saltOffset + f + 1] -= salt
                }
            }
        }
        border.column[tail.voltage] = -dropSlope
        border.row[tail.voltage] += stateCurrent
        border.row[tail.current] += stateVoltage
        for i in 0..<size { border.column[i] *= reference }
        closeBorder(diagonal: parameters.heatCapacity * cj + (parameters.cooling + stored) * reference)
    }

    override func mass(_ i: Int) -> Double {
        if i >= saltOffset, i < saltOffset + nodes { return mass[i - saltOffset] }
        if let k = tail.temperature, i == k { return parameters.heatCapacity }
        return 1
    }

    // MARK: - Sparse cross-check

    override func emitJacobian(
        _ time: Double, _ y: UnsafePointer<Double>, cj: Double, _ emit: (Int, Int, Double) -> Void
    ) {
        let T = temperature(y)
        // The salt's unknown is its amount.
        func entry(_ row: Int, _ column: Int, _ value: Double) {
            if let pores, column >= saltOffset, column < saltOffset + nodes {
                emit(row, column, value / pores.relative[column - saltOffset])
            } else {
                emit(row, column, value)
            }
        }
        for (k, item) in populations.enumerated() {
            let p = item.population
            let slot = item.isNegative ? 0 : 1
            p.emit(
                y, cj: cj, temperature: T, salt: nil, solid: dropOffset + slot, electrolyte: nil, stride: 1, entry)
            for current in p.currentOffsets { entry(dropOffset + slot, current, share[k]) }
            if withElectrolyte {
                for i in range(item.isNegative) {
                    entry(p.currentOffset, saltOffset + i, p.kineticsBySalt * saltWeights[k * nodes + i])
                    if let plating = p.ageing?.platingBySalt {
                        entry(plating.row, saltOffset + i, -plating.slope * saltWeights[k * nodes + i])
                    }
                }
            }
        }
        let perWet = 1 / wetFraction(y)
        if isHalfCell { entry(dropOffset, dropOffset, 1) } else { entry(dropOffset, tail.current, -perWet) }
        entry(dropOffset + 1, tail.current, perWet)
        if withElectrolyte {
            assembleSalt(concentrations(y), T, cj: cj)
            for i in 0..<nodes {
                let row = saltOffset + i
                if i > 0 { entry(row, row - 1, lower[i]) }
                entry(row, row, pivot[i])
                if i < nodes - 1 { entry(row, row + 1, upper[i]) }
                entry(row, tail.current, -release[i] * perWet)
                entry(tail.voltage, row, -voltageBySalt[i])
            }
        }
        entry(tail.voltage, tail.voltage, 1)
        entry(tail.voltage, dropOffset, 1)
        entry(tail.voltage, dropOffset + 1, -1)
        entry(tail.voltage, tail.current, -terminalByCurrent)
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
        for i in 0..<size { y[i] = 0 }
        let start = parameters.initialStoichiometries
        var k = (negative: 0, positive: 0)
        for entry in populations {
            let p = entry.population
            let value: Double
            if entry.isNegative {
                value = start.negative[k.negative]
                k.negative += 1
            } else {
                value = start.positive[k.positive]
                k.positive += 1
            }
            for i in 0..<p.stoichiometryCount { y[p.stoichiometryOffset + i] = value }
            p.ageing?.setInitial(y)
            y[dropOffset + (entry.isNegative ? 0 : 1)] = p.material.openCircuitPotential(value)
        }
        for i in 0..<nodes { y[saltOffset + i] = 1 }
        y[tail.voltage] = y[dropOffset + 1] - y[dropOffset]
        dryOut?.setInitial(y)
        if let crosstalk { y[crosstalk.position] = 0 }
        if let t = tail.temperature { y[t] = (temperature - reference) / reference }
    }

    override func lithiumOfWetPart(_ y: UnsafePointer<Double>) -> (particles: Double, electrolyte: Double) {
        var particles = 0.0
        for entry in populations {
            let p = entry.population
            let electrode = entry.isNegative ? parameters.cell.negative! : parameters.cell.positive!
            particles +=
                p.material.activeVolumeFraction * p.material.maximumConcentration * electrode.thickness
                * p.amount(y, at: 0)
        }
        var electrolyte = 0.0
        for i in 0..<nodes { electrolyte += mass[i] * y[saltOffset + i] }
        return (particles, electrolyte * parameters.currentDensity1C / Constants.faraday)
    }

    override func caution(_ y: UnsafePointer<Double>) -> String? {
        let c = concentrations(y)
        if dryOut != nil, let salt = parameters.saltCaution(c, count: nodes) { return salt }
        guard let lowest = (0..<nodes).min(by: { c[$0] < c[$1] }), c[lowest] < 0
        else { return nil }
        return
            "the electrolyte runs out at x = \(rounded(centres[lowest] * 1e6)) µm, which SPMe does not resolve; --model "
            + "dfn does"
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
        parameters.bound(y, populations, pores: pores, dryOut: dryOut) { _, _ in "" }
    }

    override func nearBound(_ y: UnsafePointer<Double>) -> String? {
        _ = concentrations(y)
        return parameters.nearBound(y, pores: pores, dryOut: dryOut) { _ in "" }
    }

    override func anodePotential(_ y: UnsafePointer<Double>) -> Double? { isHalfCell ? nil : y[dropOffset] }

    override func diagnosis(_ y: UnsafePointer<Double>) -> String? {
        let c = concentrations(y)
        for i in 0..<nodes where c[i] < 0.02 {
            return "electrolyte depleted at x = \(rounded(centres[i] * 1e6)) µm"
        }
        for entry in populations {
            entry.population.updateSurface(y)
            let name = entry.isNegative ? "negative" : "positive"
            let s = entry.population.surface[0]
            if s > 0.995 { return "particle surface full in the \(name) electrode" }
            if s < 0.002 { return "particle surface empty in the \(name) electrode" }
        }
        return nil
    }
}

// MARK: - Impedance

extension SingleParticleModel {
    /// What no frequency changes in the linearised model; the pointers hold until the model is used again.
    struct Linearisation {
        /// Of each population in its electrode.
        var share: [Double]
        /// Rows of the salt without rates.
        var lower: UnsafePointer<Double>
        var diagonal: UnsafePointer<Double>
        var upper: UnsafePointer<Double>
        var mass: [Double]
        /// 1 - t+.
        var saltPerCharge: Double
        /// Of salt by a unit current.
        var release: UnsafePointer<Double>
        var voltageBySalt: UnsafePointer<Double>
        /// Of each population's equivalent concentration by c over x.
        var saltWeights: UnsafePointer<Double>
        var terminalByCurrent: Double
    }

    /// Leaves the populations' slopes behind, too.
    func linearise(_ y: UnsafePointer<Double>) -> Linearisation {
        factorise(0, y, cj: nil)
        if withElectrolyte { assembleSalt(concentrations(y), temperature(y), cj: 0) }
        return Linearisation(
            share: share, lower: UnsafePointer(lower), diagonal: UnsafePointer(pivot), upper: UnsafePointer(upper),
            mass: (0..<nodes).map { mass[$0] * (pores?.relative[$0] ?? 1) }, saltPerCharge: 1 - transference,
            release: UnsafePointer(release), voltageBySalt: UnsafePointer(voltageBySalt),
            saltWeights: UnsafePointer(saltWeights), terminalByCurrent: terminalByCurrent)
    }
}
