import Cells
import Testing

@testable import Electrochemistry

#if canImport(Glibc)
    import Glibc
#endif

/// The linearised model in the frequency domain.
@Suite struct ImpedanceTests {
    private func logarithmic(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        (0..<count).map { low * pow(high / low, Double($0) / Double(count - 1)) }
    }

    private func relative(_ a: Complex, _ b: Complex) -> Double { (a - b).magnitude / b.magnitude }

    private func spectrum(
        _ cell: Cell, _ options: SimulationOptions, soc: Double? = 0.5, _ frequencies: [Double]
    ) throws -> [Complex] {
        var o = options
        if let soc { o.initialState = .stateOfCharge(soc) }
        let result = try Simulation(cell: cell, options: o).impedance(frequencies: frequencies)
        #expect(result.points.map(\.frequency) == frequencies)
        return result.points.map { Complex($0.real, $0.imaginary) }
    }

    private func withoutDoubleLayer(_ cell: Cell) -> Cell {
        var cell = cell
        for k in cell.negative?.materials.indices ?? 0..<0 { cell.negative!.materials[k].doubleLayerCapacity = nil }
        for k in cell.positive?.materials.indices ?? 0..<0 { cell.positive!.materials[k].doubleLayerCapacity = nil }
        return cell
    }

    // MARK: Another code

    /// PyBaMM 26.10.1.1, DFN of Chen2020 at SOC 0.5, "surface form": differential, 180 and 120 points in x, 1600 shells.
    static let converged: [(frequency: Double, real: Double, imaginary: Double)] = [
        (1e-4, 0.05951568, -0.08570019), (1e-3, 0.04866304, -0.01687999), (0.01, 0.03590433, -0.006806308),
        (0.1, 0.03177465, -0.001881171), (1, 0.03064905, -0.002616732), (10, 0.0197823, -0.01171489),
        (100, 0.006785235, -0.004062894), (1000, 0.003860426, -0.00137449), (10000, 0.002860467, -0.00045271),
    ]

    @Test(arguments: [(Mesh.standard, 0.025), (Mesh.fine, 0.0035)]) func convergedReference(
        _ mesh: Mesh, _ bound: Double
    ) throws {
        let z = try spectrum(shipped("lg-m50-chen2020"), options(mesh: mesh), Self.converged.map(\.frequency))
        let errors = zip(z, Self.converged).map { relative($0, Complex($1.real, $1.imaginary)) }
        print("impedance, \(mesh): worst \(String(errors.max()! * 100)) % of a converged reference")
        #expect(errors.max()! < bound)
        // What is left at the standard mesh is the depth to which 10 kHz reaches into the electrodes.
        #expect(errors.dropLast().max()! < 0.006)
    }

    /// The reference's own mesh, of 100 equal shells, costs it up to 1.02 % around 1 Hz (against its 1600 shells).
    @Test(.enabled(if: Datasets.available, "CELLAR_DATASETS is not set")) func reference() throws {
        let table = try CSVTable(path: Datasets.path("reference/impedance/Chen2020_DFN_soc0.5_fine.csv"))
        let frequencies = table["frequency_Hz"]
        for (name, mesh, bound) in [("standard", Mesh.standard, 0.03), ("fine", .fine, 0.0106)] {
            let z = try spectrum(shipped("lg-m50-chen2020"), options(mesh: mesh), frequencies)
            let errors = frequencies.indices.map {
                relative(z[$0], Complex(table["Z_re_ohm"][$0], table["Z_im_ohm"][$0]))
            }
            let worst = errors.indices.max { errors[$0] < errors[$1] }!
            print("impedance, \(name) mesh: worst \(errors[worst] * 100) % at \(frequencies[worst]) Hz")
            #expect(errors[worst] < bound)
        }
    }

    // MARK: The same model, other ways

    struct Case: Sendable, CustomTestStringConvertible {
        var cell: String
        var model: ModelKind
        var half = false
        var ages = false
        var testDescription: String { "\(cell) \(model)\(half ? " half-cell" : "")\(ages ? " ageing" : "")" }
    }
    static let cases = ModelKind.allCases.flatMap { model in
        ["lg-m50-chen2020", "lg-m50-composite", "naion-chayambuka2022"].map { Case(cell: $0, model: model) } + [
            Case(cell: "lg-m50-chen2020", model: model, half: true),
            Case(cell: "lg-m50-okane2022", model: model, ages: true),
        ]
    }

    /// The sparse Jacobian of the model, in the middle of a discharge, as one dense complex system; no double layer.
    @Test(arguments: cases) func eliminationSolvesTheJacobian(_ c: Case) throws {
        var o = options(c.model, mesh: Mesh(negative: 4, separator: 3, positive: 5, shells: 4))
        if c.ages { o.ageing = AgeingSets.coupled }
        // The emitted matrix lacks what salt does to plating in this model.
        if c.ages, c.model == .spme { o.ageing!.plating = nil }
        let e = try engine(withoutDoubleLayer(shipped(c.cell)), o, halfCell: c.half)
        try e.advance(Control(kind: .current, value: 1), steps: 60)
        let model = e.model, y = UnsafePointer(e.session.y), size = model.size
        // What ages stands still.
        let first = model.slowUnknowns.lowerBound, last = model.slowUnknowns.upperBound
        let kept = (0..<size).filter { !($0 >= first && $0 < last) }
        var place = [Int](repeating: -1, count: size)
        for (k, i) in kept.enumerated() { place[i] = k }
        let n = kept.count
        func matrix(_ cj: Double) -> [[Double]] {
            var a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
            model.factorise(0, y, cj: cj)
            model.emitJacobian(0, y, cj: cj) { row, column, value in
                if place[row] >= 0, place[column] >= 0 { a[place[row]][place[column]] += value }
            }
            return a
        }
        let still = matrix(0.0), moving = matrix(1.0)
        let frequencies = [1e-4, 3e-3, 0.1, 5, 200]
        let groups = frequencies.map { SIMD4(repeating: 2 * Double.pi * $0) }
        let ours = try #require(model as? any ImpedanceModel).impedance(y, angularFrequencies: groups)
        for (k, f) in frequencies.enumerated() {
            let omega = 2 * Double.pi * f
            var a = [[Double]](repeating: [Double](repeating: 0, count: 2 * n), count: 2 * n)
            for i in 0..<n {
                for j in 0..<n {
                    let m = omega * (moving[i][j] - still[i][j])
                    a[i][j] = still[i][j]
                    a[i][n + j] = -m
                    a[n + i][j] = m
                    a[n + i][n + j] = still[i][j]
                }
            }
            var b = [Double](repeating: 0, count: 2 * n)
            b[place[model.tail.current]] = 1
            let x = denseSolve(a, b), v = place[model.tail.voltage]
            let current = e.model.current1C
            let dense = Complex(-x[v] / current, -x[n + v] / current)
            let structured = Complex(ours[k].re[0], ours[k].im[0])
            #expect(relative(structured, dense) < 1e-7, "\(f) Hz: \(structured) \(dense)")
        }
    }

    /// A small sinusoidal current in the time domain, without a double layer.
    @Test(arguments: ModelKind.allCases) func smallSinusoid(_ model: ModelKind) throws {
        let cell = withoutDoubleLayer(try shipped("lg-m50-chen2020"))
        let frequency = 1e-3, perPeriod = 400, periods = 5
        let omega = 2 * Double.pi * frequency
        var o = options(model, mesh: Mesh(negative: 8, separator: 5, positive: 8, shells: 10), rtol: 1e-7, atol: 1e-9)
        o.initialState = .stateOfCharge(0.5)
        let times = (0...(perPeriod * periods)).map { Double($0) / (frequency * Double(perPeriod)) }
        let drive = DriveCycle(quantity: .current, times: times, values: times.map { 0.1 * sin(omega * $0) })
        let rows = try simulate(cell, [Step(control: .drive(drive), period: 1e9, text: "sine")], o).samples
        // The last period, by its integrals with sine and cosine; a drift of the mean is taken out by its ends.
        let late = rows.filter { $0.time > times.last! - 1 / frequency - 1e-6 }
        let drift = (late.last!.voltage - late[0].voltage) * frequency
        var v = Complex(0, 0), i = v
        for (a, b) in zip(late, late.dropFirst()) {
            let h = 0.5 * (b.time - a.time)
            for s in [a, b] {
                let wave = Complex(cos(omega * s.time), -sin(omega * s.time))
                v = v + Complex(h * (s.voltage - drift * (s.time - late[0].time)), 0) * wave
                i = i + Complex(h * s.current, 0) * wave
            }
        }
        let expected = try spectrum(cell, o, [frequency])[0]
        let error = relative(v / i, expected)
        print("impedance, \(model): \(expected) Ω, by a sinusoid \(v / i) Ω")
        #expect(error < 0.002)
    }

    // MARK: Closed form

    /// One electrode of a single-particle model: charge transfer and exact spherical diffusion beside the double layer, Ω.
    private func electrode(_ cell: Cell, _ e: Electrode, stoichiometry y: Double, frequency: Double) -> Complex {
        let m = e.materials[0]
        let omega = 2 * Double.pi * frequency
        let f = Constants.faraday, t = cell.referenceTemperature
        let exchange = f * m.reactionRateConstant * m.exchangeCurrentFactor(y) * (y * (1 - y)).squareRoot()
        let resistance = Constants.gas * t / (f * exchange)
        let slope = (m.openCircuitPotential(y + 1e-5) - m.openCircuitPotential(y - 1e-5)) / 2e-5
        let d = m.diffusivity(y), r = m.particleRadius
        // Surface stoichiometry per flux j out: -R/(F c_max D) / (s coth s - 1), s = R sqrt(iω/D).
        let a = r * (omega / (2 * d)).squareRoot()
        let s = Complex(a, a)
        // coth s = (1 + e^-2s)/(1 - e^-2s)
        let decay = Complex(exp(-2 * a) * cos(2 * a), -exp(-2 * a) * sin(2 * a))
        let coth = (Complex(1, 0) + decay) / (Complex(1, 0) - decay)
        let surface = Complex(-slope * r / (f * m.maximumConcentration * d), 0) / (s * coth - Complex(1, 0))
        let transfer = Complex(resistance, 0) + surface
        let specific = Complex(1, 0) / (Complex(1, 0) / transfer + Complex(0, omega * (m.doubleLayerCapacity ?? 0)))
        let area = m.surfaceAreaPerVolume * e.thickness * cell.electrodeArea * Double(cell.electrodePairs)
        return Complex(1 / area, 0) * specific
    }

    @Test func singleParticlesInClosedForm() throws {
        var cell = try shipped("lg-m50-chen2020")
        cell.contactResistance = 0.003
        let start = cell.stoichiometries(stateOfCharge: 0.5)
        let frequencies = logarithmic(1e-5, 1e5, 41)
        let mesh = Mesh(negative: 2, separator: 2, positive: 2, shells: 200)
        let z = try spectrum(cell, options(.spm, mesh: mesh), frequencies)
        for (k, f) in frequencies.enumerated() {
            let exact =
                electrode(cell, cell.negative!, stoichiometry: start.negative[0], frequency: f)
                + electrode(cell, cell.positive!, stoichiometry: start.positive[0], frequency: f) + Complex(0.003, 0)
            #expect(relative(z[k], exact) < 2e-4, "\(f) Hz: \(z[k]) \(exact)")
        }
    }

    /// Without a gradient in the particles the arc of one electrode is a semicircle, its top at 1/(2π R C).
    @Test func semicircle() throws {
        var cell = try shipped("lg-m50-chen2020")
        cell.positive!.materials[0].diffusivity = StateFunction(1e-6)
        var o = options(.spm)
        o.halfCell = .positive
        let y = cell.stoichiometries(stateOfCharge: 0.5).positive[0]
        let m = cell.positive!.materials[0]
        let exchange =
            Constants.faraday * m.reactionRateConstant * m.exchangeCurrentFactor(y) * (y * (1 - y)).squareRoot()
        let specific = Constants.gas * cell.referenceTemperature / (Constants.faraday * exchange)
        let area =
            m.surfaceAreaPerVolume * cell.positive!.thickness * cell.electrodeArea * Double(cell.electrodePairs)
        let top = 1 / (2 * Double.pi * specific * m.doubleLayerCapacity!)
        let z = try spectrum(cell, o, [1e7 * top, top, 0.5 * top, 2 * top])
        let arc = z.dropFirst().map { Complex($0.re - z[0].re, $0.im) }
        #expect(abs(arc[0].im / (-0.5 * specific / area) - 1) < 1e-3)
        #expect(abs(arc[0].re / (0.5 * specific / area) - 1) < 1e-3)
        #expect(arc[1].im > arc[0].im && arc[2].im > arc[0].im)
    }

    /// At low frequency the cell is its open-circuit voltage's slope, a capacitor.
    @Test(arguments: ModelKind.allCases) func lowFrequency(_ model: ModelKind) throws {
        let cell = try shipped("lg-m50-chen2020")
        let soc = 0.4, d = 1e-4
        let empty = cell.stoichiometries(stateOfCharge: soc - d), full = cell.stoichiometries(stateOfCharge: soc + d)
        let p = cell.positive!, m = p.materials[0]
        let charge =
            Constants.faraday * m.maximumConcentration * m.activeVolumeFraction * p.thickness * cell.electrodeArea
            * Double(cell.electrodePairs) * (empty.positive[0] - full.positive[0])
        let rise =
            cell.openCircuitVoltage(stateOfCharge: soc + d) - cell.openCircuitVoltage(stateOfCharge: soc - d)
        let f = 1e-7
        let all = try spectrum(cell, options(model), soc: soc, [f, 0.1 * f, 10 * f])
        let z = all[0]
        // Round-off of what cancels at low frequency would show here: the imaginary part is 10⁵ times as large.
        #expect(all.dropFirst().allSatisfy { abs($0.re / z.re - 1) < 1e-3 }, "\(all)")
        let expected = -rise / charge / (2 * Double.pi * f)
        #expect(abs(z.im / expected - 1) < 2e-3, "\(z.im) \(expected)")
        #expect(z.re > 0 && z.re < -0.01 * z.im)
    }

    /// At high frequency the double layers hold φ_s - φ_e: solid and pores conduct side by side. What is left of the mesh
    /// lies at the electrodes' ends and goes with its width.
    @Test func highFrequency() throws {
        let cell = try shipped("lg-m50-chen2020")
        let e = cell.electrolyte!, s = cell.separator!
        let kappa = e.conductivity(e.initialConcentration, temperature: cell.referenceTemperature)
        func layer(_ e: Electrode) -> Double { e.thickness / (e.conductivity! + kappa * e.transportEfficiency!) }
        let exact =
            (layer(cell.negative!) + layer(cell.positive!) + s.thickness / (kappa * s.transportEfficiency))
            / (cell.electrodeArea * Double(cell.electrodePairs)) + cell.contactResistance
        let errors = try [50, 100, 200].map { n in
            let mesh = Mesh(negative: n, separator: n, positive: n, shells: 5)
            let z = try spectrum(cell, options(mesh: mesh), [1e9])[0]
            #expect(abs(z.im) < 0.02 * z.re)
            return z.re / exact - 1
        }
        print("impedance at 1e9 Hz over the ohmic resistance, less one: \(errors)")
        #expect(abs(errors[1] / errors[2] - 2) < 0.01 && abs(errors[0] / errors[1] - 2) < 0.01)
        #expect(abs(2 * errors[2] - errors[1]) < 1e-4)
    }

    // MARK: States, and what is missing

    /// A run's end is the state that is linearised, its current switched off; a fresh simulation is at rest.
    @Test func followsTheState() throws {
        let cell = try shipped("lg-m50-chen2020")
        let frequencies = logarithmic(1e-3, 1e3, 9)
        let simulation = try Simulation(cell: cell, options: options(rtol: 1e-6, atol: 1e-8))
        let full = try simulation.impedance(frequencies: frequencies)
        #expect(abs(full.voltage - 4.2) < 0.01)
        let steps = try ["Discharge at C/2 for 1 hour", "Rest for 20 hours"].map { try StepParser.parse($0) }
        _ = try simulation.run(CyclingProtocol(cycles: [.init(steps: steps)]))
        let half = try simulation.impedance(frequencies: frequencies)
        // The same charge, from the start.
        let used = 0.5 * cell.nominalCapacity
        let p = cell.positive!, m = p.materials[0]
        let all =
            Constants.faraday * m.maximumConcentration * m.activeVolumeFraction * p.thickness * cell.electrodeArea
            * Double(cell.electrodePairs) * (m.maximumStoichiometry - m.minimumStoichiometry) / 3600
        let expected = try spectrum(cell, options(), soc: 1 - used / all, frequencies)
        for (k, point) in half.points.enumerated() {
            #expect(relative(Complex(point.real, point.imaginary), expected[k]) < 2e-3, "\(point.frequency) Hz")
        }
        #expect(abs(full.points[0].imaginary / half.points[0].imaginary - 1) > 0.1)
        // And a run after it is what it would have been.
        let again = try simulation.run(CyclingProtocol(cycles: [.init(steps: steps)]))
        let fresh = try Simulation(cell: cell, options: options(rtol: 1e-6, atol: 1e-8)).run(
            CyclingProtocol(cycles: [.init(steps: steps)]))
        #expect(again.dischargeEnergy == fresh.dischargeEnergy)
    }

    /// A film that ageing has left stands in series with the reaction.
    @Test func filmOfAnAgedCell() throws {
        let cell = withoutDoubleLayer(try shipped("lg-m50-chen2020"))
        let step = try StepParser.parse("Discharge at 1C for 10 minutes")
        var spectra: [Complex] = []
        var thickness = 0.0
        let resistivity = 2e5
        for resistive in [false, true] {
            var o = options(.spm, rtol: 1e-8, atol: 1e-10)
            o.ageing = AgeingSets.sei(.solventDiffusion(diffusivity: 2.5e-18, concentration: 2636))
            o.ageing!.sei!.resistivity = resistive ? resistivity : 0
            let simulation = try Simulation(cell: cell, options: o)
            let recorder = Recorder()
            _ = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [recorder])
            thickness = try #require(recorder.cycles.last?.ageing?.seiThickness)
            let point = try simulation.impedance(frequencies: [50]).points[0]
            spectra.append(Complex(point.real, point.imaginary))
        }
        #expect(thickness > 10e-9)
        let n = cell.negative!
        let area =
            n.materials[0].surfaceAreaPerVolume * n.thickness * cell.electrodeArea * Double(cell.electrodePairs)
        let rise = spectra[1] - spectra[0]
        #expect(abs(rise.re / (resistivity * thickness / area) - 1) < 1e-3, "\(rise) \(resistivity * thickness / area)")
        #expect(abs(rise.im) < 1e-3 * rise.re)
    }

    /// Causal and passive: the real part follows from the imaginary one (Kramers and Kronig) and is positive.
    @Test(arguments: ModelKind.allCases) func kramersKronig(_ model: ModelKind) throws {
        let cell = try shipped("lg-m50-chen2020")
        let frequencies = logarithmic(1e-7, 1e9, 3201)
        let z = try spectrum(cell, options(model), frequencies)
        #expect(z.allSatisfy { $0.re > 0 && $0.im < 0 })
        // The capacitor of the open-circuit voltage belongs to no real part.
        let capacitor = z[0].im * frequencies[0]
        for k in stride(from: 1000, through: 2200, by: 200) {
            // Re Z(ω) - Re Z(∞) = -(2/π) ∫ u Im Z(u) / (u² - ω²) du, less the singularity's value, in ln u.
            let f = frequencies[k]
            func integrand(_ j: Int) -> Double {
                let u = frequencies[j]
                let here = u * (z[j].im - capacitor / u), there = f * (z[k].im - capacitor / f)
                return u * (here - there) / (u * u - f * f)
            }
            let h = log(frequencies[1] / frequencies[0])
            var sum = 0.0
            for j in frequencies.indices where j != k { sum += integrand(j) }
            sum += 0.5 * (integrand(k - 1) + integrand(k + 1))
            let real = z.last!.re - 2 / Double.pi * h * sum
            #expect(abs(real / z[k].re - 1) < 0.01, "\(f) Hz: \(real) \(z[k].re)")
        }
    }

    @Test func saysWhatIsMissing() throws {
        let bare = withoutDoubleLayer(try shipped("lg-m50-chen2020"))
        let warnings = try Simulation(cell: bare).impedance(frequencies: [1]).warnings
        #expect(warnings.count == 1 && warnings[0].contains("no double-layer capacity"))
        #expect(try Simulation(cell: shipped("lg-m50-chen2020")).impedance(frequencies: [1]).warnings.isEmpty)
        var o = SimulationOptions()
        o.halfCell = .negative
        let half = try Simulation(cell: shipped("lg-m50-chen2020"), options: o).impedance(frequencies: [1])
        #expect(half.warnings == ["lithium metal is computed without a double layer"])
        for bad in [0, -1, Double.nan, .infinity] {
            #expect(throws: SimulationError.self) {
                try Simulation(cell: bare).impedance(frequencies: [1, bad])
            }
        }
    }
}

/// Just enough for the tests.
private struct Complex: CustomStringConvertible {
    var re: Double
    var im: Double
    init(_ re: Double, _ im: Double) {
        self.re = re
        self.im = im
    }
    var magnitude: Double { (re * re + im * im).squareRoot() }
    var description: String { "\(re) \(im < 0 ? "-" : "+") \(im.magnitude)i" }
    static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(a.re - b.re, a.im - b.im) }
    static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
    }
    static func / (a: Complex, b: Complex) -> Complex {
        let s = b.re * b.re + b.im * b.im
        return Complex((a.re * b.re + a.im * b.im) / s, (a.im * b.re - a.re * b.im) / s)
    }
}

extension CellModel {
    fileprivate var current1C: Double {
        (self as? PorousElectrodeModel)?.parameters.current1C ?? (self as! SingleParticleModel).parameters.current1C
    }

    /// The unknowns of what ages.
    fileprivate var slowUnknowns: Range<Int> {
        if let model = self as? PorousElectrodeModel {
            return model.populations.reduce(0) { $0 + $1.population.stoichiometryCount }..<model.saltOffset
        }
        let model = self as! SingleParticleModel
        return model.populations.reduce(0) { $0 + $1.population.stoichiometryCount }..<model.saltOffset
    }
}
