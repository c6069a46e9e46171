import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// The example sets the tests share.
enum AgeingSets {
    static func sei(_ law: SEILaw, lithiumPerMole: Double = 1, activation: Double = 38000) -> AgeingSet {
        var set = AgeingSet(name: "test", summary: "")
        var sei = SEIParameters(law: law, molarVolume: 9.585e-5, initialThickness: 5e-9)
        sei.resistivity = 2e5
        sei.lithiumPerMole = lithiumPerMole
        sei.activationEnergy = activation
        set.sei = sei
        return set
    }
    static let solventDiffusion = SEILaw.solventDiffusion(diffusivity: 2.5e-22, concentration: 2636)
    static let reaction = SEILaw.reaction(exchangeCurrent: 1.5e-7, potential: 0.4)
    static let ecReaction = SEILaw.ecReaction(
        rateConstant: 1e-12, diffusivity: 2e-18, concentration: 4541, potential: 0.4)

    /// O'Kane et al. 2022.
    static var coupled: AgeingSet {
        var set = sei(solventDiffusion)
        set.sei!.initialCrackThickness = 5e-13
        set.narrowsPores = true
        var plating = PlatingParameters(kind: .partiallyReversible, rateConstant: 1e-9)
        plating.decayConstant = 1e-6
        set.plating = plating
        var n = ParticleMechanics(poissonRatio: 0.3, youngModulus: 15e9, molarVolume: 3.1e-6)
        n.drivesDiffusion = true
        set.negative.mechanics = n
        set.negative.cracks = CrackParameters(
            initialLength: 2e-8, width: 1.5e-8, density: 3.18e15, exponent: 2.2, rate: 3.9e-20)
        set.negative.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 60e6)
        var p = ParticleMechanics(poissonRatio: 0.2, youngModulus: 375e9, molarVolume: 1.25e-5)
        p.drivesDiffusion = true
        set.positive.mechanics = p
        set.positive.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 375e6)
        return set
    }
}

@Suite(.enabled(if: Datasets.available, "CELLAR_DATASETS is not set")) struct DegradationReferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var cell: String
        var set: AgeingSet
        var tolerance: Double
        var rtol = 1e-5
        var testDescription: String { file }
    }
    static let cases = [
        Case(
            file: "DFN_Chen2020_SEI-solvent-diffusion_0.3C_N20", cell: "lg-m50-chen2020",
            set: AgeingSets.sei(AgeingSets.solventDiffusion, lithiumPerMole: 2, activation: 0), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-solvent-diffusion_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.solventDiffusion), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-reaction_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.reaction), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-ec-reaction_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.ecReaction), tolerance: 0.02),
        Case(
            file: "DFN_OKane2022_coupled_0.3C_N20", cell: "lg-m50-okane2022", set: AgeingSets.coupled, tolerance: 0.02,
            rtol: 1e-6),
    ]

    /// Capacity within 0.02 %, every loss and thickness within the case's tolerance, at every cycle.
    @Test(arguments: cases) func perCycleTable(_ c: Case) throws {
        let table = try CSVTable(path: Datasets.path("reference/degradation/\(c.file).csv"))
        var o = options(rtol: c.rtol, atol: 1e-6)
        o.ageing = c.set
        let r = try simulate(
            shipped(c.cell), "Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/100",
            options: o, cycles: 20)
        try #require(r.cycles.count == 20 && table["cycle"].count == 20)
        var worst = (capacity: 0.0, loss: 0.0)
        for (k, cycle) in r.cycles.enumerated() {
            let a = cycle.ageing!
            let capacity = abs(cycle.dischargeCapacity / table["discharge_capacity_Ah"][k] - 1)
            worst.capacity = max(worst.capacity, capacity)
            #expect(capacity < 2e-4, "cycle \(k + 1): \(cycle.dischargeCapacity) A.h")
            func near(_ value: Double, _ key: String, _ scale: Double = 1) {
                let difference = abs(value / (table[key][k] * scale) - 1)
                worst.loss = max(worst.loss, difference)
                #expect(difference < c.tolerance, "cycle \(k + 1), \(key): \(value)")
            }
            near(cycle.lossOfLithiumInventory!, "Loss of lithium inventory [%]", 0.01)
            near(a.seiCapacity, "Loss of capacity to negative SEI [A.h]")
            near(a.seiThickness, "X-averaged negative total SEI thickness [m]")
            near(a.lithiumLost, "Total lithium lost [mol]")
            guard c.file.contains("coupled") else { continue }
            near(a.crackSEICapacity, "Loss of capacity to negative SEI on cracks [A.h]")
            near(a.crackSEIThickness, "X-averaged negative total SEI on cracks thickness [m]")
            near(a.platedCapacity, "Loss of capacity to negative lithium plating [A.h]")
            near(a.crackLength, "X-averaged negative particle crack length [m]")
            near(a.lossOfActiveMaterialNegative, "Loss of active material in negative electrode [%]", 0.01)
            near(a.lossOfActiveMaterialPositive, "Loss of active material in positive electrode [%]", 0.01)
            near(a.porosityNegative, "X-averaged negative electrode porosity")
        }
        print("\(c.file): capacity \(scientific(worst.capacity)), losses \(scientific(worst.loss)) at most")
    }
}

@Suite struct AgeingTests {
    static let cycle = ["Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/20"]

    private func aged(
        _ set: AgeingSet, _ steps: [String], cell: String = "lg-m50-okane2022", model: ModelKind = .dfn,
        cycles: Int = 1,
        soc: Double? = nil, rtol: Double = 1e-4, thermal: ThermalModel = .isothermal, temperature: Double? = nil,
        mesh: Mesh = .fast, linearSolver: LinearSolverKind = .structured
    ) throws -> Recorder {
        var o = options(model, mesh: mesh, rtol: rtol, atol: rtol * 1e-2, thermal: thermal)
        o.ageing = set
        o.temperature = temperature
        o.linearSolver = linearSolver
        if let soc { o.initialState = .stateOfCharge(soc) }
        return try simulate(shipped(cell), steps.map { try StepParser.parse($0) }, o, cycles: cycles)
    }

    // MARK: - One law at a time, against its own limit

    /// Solvent diffusion grows with the root of time: L² - L₀² = 2 V D c t / z.
    @Test(arguments: ModelKind.allCases) func solventDiffusionGrowsWithTheRootOfTime(_ model: ModelKind) throws {
        let set = AgeingSets.sei(AgeingSets.solventDiffusion, lithiumPerMole: 2)
        for days in [10.0, 1000] {
            let r = try aged(set, ["Rest for \(days * 24) hours"], model: model, rtol: 1e-6)
            let growth = 2 * 9.585e-5 / 2 * 2.5e-22 * 2636 * days * 86400
            let expected = (25e-18 + growth).squareRoot()
            #expect(abs(r.cycles[0].ageing!.seiThickness / expected - 1) < 2e-4, "\(days) d")
        }
    }

    /// Reaction without a film's drop, at an almost constant potential: linear in time.
    @Test func reactionGrowsLinearly() throws {
        var set = AgeingSets.sei(.reaction(exchangeCurrent: 1.5e-9, potential: 0.4))
        set.sei!.resistivity = 0
        let one = try aged(set, ["Rest for 10 hours"], soc: 0.5, rtol: 1e-6).cycles[0].ageing!.seiThickness - 5e-9
        let ten = try aged(set, ["Rest for 100 hours"], soc: 0.5, rtol: 1e-6).cycles[0].ageing!.seiThickness - 5e-9
        #expect(abs(ten / one - 10) < 0.05)
    }

    /// Diffusion's laws grow with 1/L: a layer twice as thick grows half as fast; tunnelling falls by e^(-β ΔL).
    @Test func rateFallsWithThickness() {
        func rate(_ law: SEILaw, _ thickness: Double, potential: Double = 0.1) -> Double {
            var p = SEIParameters(law: law, molarVolume: 1e-4, initialThickness: 5e-9)
            p.resistivity = 0
            return SEIGrowth.currentDensity(
                p, SEISite(potential: potential, current: 1, thickness: thickness, inverseThermalVoltage: 38.9))
        }
        for law: SEILaw in [
            .solventDiffusion(diffusivity: 1e-22, concentration: 2000),
            .electronMigration(conductivity: 1e-14, potential: 0.4),
            .interstitialDiffusion(diffusivity: 1e-20, concentration: 15),
        ] { #expect(abs(rate(law, 1e-8) / rate(law, 2e-8) - 2) < 1e-12, "\(law)") }
        let tunnelling = SEILaw.tunnelling(exchangeCurrent: 1e-3, decay: 1e9)
        #expect(abs(rate(tunnelling, 1e-9) / rate(tunnelling, 3e-9) - exp(2)) < 1e-9)
        // Above its potential no electron migrates.
        #expect(rate(.electronMigration(conductivity: 1e-14, potential: 0.4), 1e-8, potential: 0.6) < 1e-12)
        // EC: reaction limits a thin layer, diffusion a thick one.
        let ec = SEILaw.ecReaction(rateConstant: 1e-12, diffusivity: 2e-18, concentration: 4541, potential: 0.4)
        let k = 1e-12 * exp(-0.5 * 38.9 * (0.1 - 0.4))
        #expect(abs(rate(ec, 1e-12) / (Constants.faraday * 4541 * k) - 1) < 1e-2)
        #expect(abs(rate(ec, 1e-3) / (Constants.faraday * 4541 * 2e-18 / 1e-3) - 1) < 1e-2)
        // The transition: reaction limits at the tunnelling distance, diffusion (with 1/L) far beyond it.
        let transition = SEILaw.transition(
            exchangeCurrent: 1e-6, diffusivity: 1e-18, concentration: 15, tunnelling: 2.05e-9, conductivity: 1)
        #expect(abs(rate(transition, 1e-9) / (1e-6 * exp(-0.5 * 38.9 * 0.1)) - 1) < 1e-3)
        #expect(abs(rate(transition, 1.002e-4) / rate(transition, 2.002e-4) - 2) < 0.01)
    }

    /// Paris' law at constant stress: l^(1 - m/2) is linear in time; loss through stress goes with σ^m; compression does
    /// nothing.
    @Test func crackAndStressLaws() {
        let p = CrackParameters(initialLength: 2e-8, width: 1.5e-8, density: 3.18e15, exponent: 2.2, rate: 3.9e-20)
        var length = p.initialLength
        let h = 100.0, stress = 4e7
        for _ in 0..<10000 {
            let k1 = CrackGrowth.rate(p, stress: stress, length: length, arrhenius: 1)
            let k2 = CrackGrowth.rate(p, stress: stress, length: length + 0.5 * h * k1, arrhenius: 1)
            length += h * k2
        }
        let power = 1 - p.exponent / 2
        let slope = p.rate * pow(stress * p.stressFactor * Double.pi.squareRoot(), p.exponent) / 3600
        let exact = pow(pow(p.initialLength, power) + power * slope * 1e6, 1 / power)
        #expect(abs(length / exact - 1) < 1e-6)
        #expect(CrackGrowth.rate(p, stress: -stress, length: 1e-8, arrhenius: 1) == 0)
        let loss = StressLossParameters(rate: 1e-7, exponent: 2, criticalStress: 6e7)
        let single = ActiveMaterialLoss.byStress(loss, hydrostatic: 1e7, arrhenius: 1)
        #expect(abs(ActiveMaterialLoss.byStress(loss, hydrostatic: 3e7, arrhenius: 1) / single - 9) < 1e-12)
        #expect(ActiveMaterialLoss.byStress(loss, hydrostatic: -1e7, arrhenius: 1) == 0)
    }

    /// First-order dissolution leaves exp(-k t), whatever the model.
    @Test(arguments: ModelKind.allCases) func dissolutionIsOfFirstOrder(_ model: ModelKind) throws {
        var set = AgeingSet(name: "test", summary: "")
        var dissolution = DissolutionParameters()
        dissolution.rate = 1e-7
        set.positive.dissolution = dissolution
        let r = try aged(set, ["Rest for 1000 hours"], model: model, soc: 0.5, rtol: 1e-6)
        #expect(abs((1 - r.cycles[0].ageing!.lossOfActiveMaterialPositive) / exp(-0.36) - 1) < 1e-5)
    }

    /// Irreversible plating keeps what it takes; reversible plating gives it back on discharge; part of it dies.
    @Test func platingByKind() throws {
        var capacities: [PlatingParameters.Kind: [AgeingState]] = [:]
        for kind in PlatingParameters.Kind.allCases {
            var set = AgeingSet(name: "test", summary: "")
            set.plating = PlatingParameters(kind: kind, rateConstant: 1e-9)
            set.plating!.decayConstant = 1e-5
            let r = try aged(set, ["Charge at 1C until 4.2 V", "Discharge at 1C until 2.5 V"], cycles: 2, soc: 0.1)
            capacities[kind] = r.cycles.map { $0.ageing! }
        }
        let reversible = capacities[.reversible]![1], partial = capacities[.partiallyReversible]![1]
        let irreversible = capacities[.irreversible]!
        #expect(reversible.platedCapacity < 1e-4 && reversible.deadCapacity == 0)
        #expect(partial.deadCapacity > 1e-4 && partial.platedCapacity - partial.deadCapacity < 1e-4)
        #expect(irreversible[1].platedCapacity > 1.5 * irreversible[0].platedCapacity)
        #expect(irreversible[1].platedCapacity == irreversible[1].deadCapacity)
    }

    // MARK: - Books

    static let combinations: [AgeingSet] = {
        var list: [AgeingSet] = []
        let laws: [SEILaw] = [
            AgeingSets.solventDiffusion, AgeingSets.reaction, AgeingSets.ecReaction,
            .electronMigration(conductivity: 8.95e-14, potential: 0.4),
            .interstitialDiffusion(diffusivity: 1e-20, concentration: 15),
            .tunnelling(exchangeCurrent: 1e-3, decay: 1e9),
            .transition(
                exchangeCurrent: 1e-5, diffusivity: 1e-18, concentration: 15, tunnelling: 2e-9, conductivity: 1e-8),
        ]
        for (k, law) in laws.enumerated() {
            var set = k % 2 == 0 ? AgeingSets.coupled : AgeingSets.sei(law)
            set.sei!.law = law
            set.sei!.film = SEIParameters.Film.allCases[k % 3]
            if let plating = set.plating {
                set.plating!.kind = PlatingParameters.Kind.allCases[(k / 2) % 3]; _ = plating
            }
            list.append(set)
        }
        var noFilms = AgeingSets.coupled
        noFilms.sei = nil
        noFilms.narrowsPores = false
        list.append(noFilms)
        var reaction = AgeingSets.coupled
        reaction.negative.reactionLoss = 1e-4
        reaction.positive.dissolution = {
            var d = DissolutionParameters()
            d.rate = 1e-8
            d.exchangeCurrent = 1e-9
            return d
        }()
        list.append(reaction)
        var cracksOnly = AgeingSet(name: "cracks", summary: "")
        cracksOnly.negative = AgeingSets.coupled.negative
        list.append(cracksOnly)
        var wearing = AgeingSets.coupled
        wearing.sei!.law = .solventDiffusion(diffusivity: 2.5e-19, concentration: 2636)
        wearing.dryOut = DryOutParameters()
        wearing.corrosion = CorrosionParameters(rate: 1e-6)
        list.append(wearing)
        wearing.sei!.film = .average
        wearing.sei!.law = .reaction(exchangeCurrent: 1e-4, potential: 0.4)
        wearing.positive.stressLoss = nil
        list.append(wearing)
        for (k, _) in list.enumerated() { list[k].name = "combination \(k)" }
        return list
    }()

    /// Lithium in particles, films, metal and lost material adds up to round-off, whatever acts and at any tolerance.
    @Test(arguments: combinations.indices, ModelKind.allCases) func lithiumIsAccountedFor(
        _ index: Int, _ model: ModelKind
    )
        throws
    {
        let set = Self.combinations[index]
        let cell = try shipped("lg-m50-okane2022")
        for (rtol, thermal) in [(1e-3, ThermalModel.isothermal), (1e-5, .lumped)] {
            var o = options(model, mesh: .fast, rtol: rtol, atol: rtol * 1e-2, thermal: thermal)
            o.ageing = set
            o.variables = ["lithium_in_particles_mol_m2", "lithium_in_electrolyte_mol_m2"]
            let r = try simulate(cell, Self.cycle.map { try StepParser.parse($0) }, o, cycles: 3)
            let particles = r.scalar("lithium_in_particles_mol_m2"), salt = r.scalar("lithium_in_electrolyte_mol_m2")
            let area = cell.electrodeArea * Double(cell.electrodePairs)
            let lost = r.cycles.last!.ageing!.lithiumLost / area
            // What falls dry does so after the last row.
            let left = particles[0] * (1 - r.cycles.last!.lossOfLithiumInventory!)
            let open = (particles[0] - left - lost) / particles[0]
            if set.dryOut == nil { #expect(abs(left / particles.last! - 1) < 1e-12) }
            #expect(abs(open) < 1e-12, "\(thermal) rtol \(rtol): \(open)")
            if model != .spm { #expect(abs(salt.last! / salt[0] - 1) < 1e-12) }
            #expect(r.cycles.last!.lossOfLithiumInventory! >= 0)
        }
    }

    /// A thousand cycles keep the books, at every tolerance (the closest with `CELLAR_LONG=1`).
    @Test(arguments: AgeingRobustnessTests.isLong ? [1e-3, 1e-4, 1e-6] : [1e-3, 1e-4]) func thousandCyclesKeepTheBooks(
        _ rtol: Double
    ) throws {
        let cell = try shipped("lg-m50-okane2022")
        var o = options(.dfn, mesh: .fast, rtol: rtol, atol: rtol * 1e-2)
        o.ageing = AgeingSets.coupled
        let r = try simulate(
            cell, ["Discharge at 1C", "Charge at C/2"].map { try StepParser.parse($0) }, o, cycles: 1000)
        let last = r.cycles.last!
        let initial = last.ageing!.lithiumLost / last.lossOfLithiumInventory!
        let first = r.cycles[0].ageing!.lithiumLost / r.cycles[0].lossOfLithiumInventory!
        #expect(abs(initial / first - 1) * last.lossOfLithiumInventory! < 1e-11)
    }

    /// Neither tolerance nor output period moves the fade.
    @Test func fadeDoesNotDependOnToleranceOrPeriod() throws {
        func fade(_ rtol: Double, _ period: Double?) throws -> Double {
            var o = options(.dfn, rtol: rtol, atol: rtol * 1e-2, period: period)
            o.ageing = AgeingSets.coupled
            o.mesh = .fast
            var cell = try shipped("lg-m50-okane2022")
            cell.negative!.materials[0].openCircuitPotential =
                try shipped("lg-m50-chen2020").negative!.materials[0].openCircuitPotential
            return try simulate(cell, Self.cycle.map { try StepParser.parse($0) }, o, cycles: 5).cycles.last!
                .dischargeCapacity
        }
        let loose = try fade(1e-4, nil)
        #expect(abs(loose / (try fade(1e-6, nil)) - 1) < 1e-4)
        #expect(try fade(1e-4, 7) == loose)
    }

    /// The structured solve and KLU tell the same story.
    @Test(arguments: ModelKind.allCases) func solversAgree(_ model: ModelKind) throws {
        let structured = try aged(AgeingSets.coupled, Self.cycle, model: model, cycles: 2, rtol: 1e-6)
        let klu = try aged(AgeingSets.coupled, Self.cycle, model: model, cycles: 2, rtol: 1e-6, linearSolver: .klu)
        let a = structured.cycles[1], b = klu.cycles[1]
        #expect(abs(a.dischargeCapacity / b.dischargeCapacity - 1) < 2e-6)
        #expect(abs(a.ageing!.lithiumLost / b.ageing!.lithiumLost - 1) < 1e-4)
    }

    /// Without rates nothing ages, and the run is the same as without ageing.
    @Test func noRatesNoAgeing() throws {
        var set = AgeingSets.sei(.solventDiffusion(diffusivity: 1e-40, concentration: 1))
        set.sei!.resistivity = 0
        let with = try aged(set, Self.cycle, cell: "lg-m50-chen2020", rtol: 1e-6)
        let without = try simulate(
            shipped("lg-m50-chen2020"), Self.cycle.map { try StepParser.parse($0) },
            options(mesh: .fast, rtol: 1e-6, atol: 1e-8))
        #expect(abs(with.cycles[0].dischargeCapacity / without.cycles[0].dischargeCapacity - 1) < 1e-7)
        #expect(with.cycles[0].ageing!.lithiumLost < 1e-15)
    }

    /// Heat speeds SEI growth by its Arrhenius factor.
    @Test func temperatureSpeedsGrowth() throws {
        let set = AgeingSets.sei(AgeingSets.solventDiffusion)
        func growth(_ celsius: Double) throws -> Double {
            let r = try aged(set, ["Rest for 100 hours"], rtol: 1e-6, temperature: celsius + 273.15)
            return pow(r.cycles[0].ageing!.seiThickness, 2) - 25e-18
        }
        let ratio = try growth(45) / growth(25)
        #expect(abs(ratio / exp(38000 / Constants.gas * (1 / 298.15 - 1 / 318.15)) - 1) < 1e-3)
    }

    // MARK: - Long runs

    /// A run cut after any cycle and resumed gives the same bits.
    @Test(arguments: [ModelKind.dfn, .spme]) func resumedRunsAreTheSame(_ model: ModelKind) throws {
        var o = options(model, mesh: .fast)
        o.ageing = AgeingSets.coupled
        let simulation = { try Simulation(cell: shipped("lg-m50-okane2022"), options: o) }
        let steps = try (["Discharge at 1C at 35 oC"] + Self.cycle.dropFirst()).map { try StepParser.parse($0) }
        let plan = CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 6))
        var points: [RunCheckpoint] = []
        let whole = Recorder()
        _ = try simulation().run(plan, into: [whole], fingerprint: "f", checkpoint: { points.append($0) })
        #expect(points.count == 6)
        for k in [0, 3] {
            let point = try RunCheckpoint(text: points[k].text, fingerprint: "f")
            #expect(point == points[k])
            let rest = Recorder()
            _ = try simulation().run(plan, into: [rest], from: point, fingerprint: "f")
            #expect(rest.cycles.count == 5 - k)
            for (a, b) in zip(whole.samples.filter { $0.cycle > k + 1 }, rest.samples) { #expect(a == b) }
            #expect(rest.cycles.map(\.ageing) == whole.cycles.dropFirst(k + 1).map(\.ageing))
            #expect(rest.cycles.map(\.soh) == whole.cycles.dropFirst(k + 1).map(\.soh))
        }
    }

    @Test func damagedCheckpointsAreRefused() throws {
        var point = RunCheckpoint(fingerprint: "f", cycle: 3)
        point.state = [1, 2, 3]
        let text = point.text
        #expect(try RunCheckpoint(text: text, fingerprint: "f") == point)
        for bad in [
            "", "nothing", String(text.dropLast(5)), String(text.prefix(text.count / 2)),
            text.replacing("cycle 3", with: "cycle 4"), text.replacing("checkpoint 3", with: "checkpoint 9"),
        ] { #expect(throws: SimulationError.self) { try RunCheckpoint(text: bad, fingerprint: "f") } }
        #expect(throws: SimulationError.self) { try RunCheckpoint(text: text, fingerprint: "g") }
    }

    /// Pores that clog, material that runs out: an end of life with the place, not a crash.
    @Test func endsOfLifeNameTheirBound() throws {
        var clogging = AgeingSets.coupled
        clogging.sei!.law = .solventDiffusion(diffusivity: 2.5e-20, concentration: 2636)
        let r = try aged(clogging, Self.cycle, cycles: 400)
        #expect(
            r.summary!.endOfLife?.contains("pores of the negative electrode clogged at x") == true,
            "\(r.summary!.endReason)")
        var exhausting = AgeingSet(name: "test", summary: "")
        exhausting.positive.dissolution = {
            var d = DissolutionParameters()
            d.rate = 1e-4
            return d
        }()
        let e = try aged(exhausting, ["Rest for 100 hours"])
        #expect(e.summary!.endOfLife?.contains("active material exhausted in the positive electrode") == true)
    }

    /// What a cell could never do is an error, however old it is; what it no longer can is an end of life.
    @Test func impossiblePowerIsNoEndOfLife() throws {
        let set = AgeingSets.sei(.solventDiffusion(diffusivity: 2.5e-20, concentration: 2636))
        let error = #expect(throws: SimulationError.self) {
            try aged(set, ["Rest for 1 year", "Discharge at 5000 W"], model: .spm)
        }
        #expect(error?.description.contains("the cell cannot give 5000 W") == true, "\(String(describing: error))")
    }

    /// A run that goes on from its last checkpoint tells what the finished one told.
    @Test func finishedRunsTellTheirEnd() throws {
        var o = options(.spm, mesh: .fast)
        o.ageing = AgeingSets.sei(AgeingSets.ecReaction)
        let simulation = try Simulation(cell: shipped("lg-m50-okane2022"), options: o)
        let plan = CyclingProtocol(
            cycles: Array(repeating: .init(steps: try Self.cycle.map { try StepParser.parse($0) }), count: 2))
        var point: RunCheckpoint?
        let whole = try simulation.run(plan, fingerprint: "f", checkpoint: { point = $0 })
        let again = try simulation.run(
            plan, from: RunCheckpoint(text: try #require(point).text, fingerprint: "f"), fingerprint: "f")
        #expect(again.dischargeCapacity == whole.dischargeCapacity && again.dischargeCapacity > 4)
        #expect(again.dischargeEnergy == whole.dischargeEnergy && again.endReason == whole.endReason)
    }

    /// Pores that narrow drive plating until fade runs away: a knee, and its end says why.
    @Test func poresThatNarrowMakeAKnee() throws {
        let file = try ShippedCells.load("lg-m50-okane2022")
        var o = options(mesh: .fast, rtol: 1e-3, atol: 1e-5)
        o.ageing = try file.ageingSet(named: "okane2022-knee")
        o.untilCapacity = 0.8
        let r = try simulate(
            file.cell(), "Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V", "Hold at 4.2 V until C/100",
            options: o, cycles: 1000)
        let n = r.cycles.count, soh = r.cycles.map { $0.soh! }
        #expect((600...800).contains(n) && soh.last! <= 0.8)
        #expect(r.summary!.endOfLife?.contains("pores of the negative electrode are down to") == true)
        func rate(_ value: (Int) -> Double, _ a: Int, _ b: Int) -> Double { (value(b) - value(a)) / Double(b - a) }
        // Fade, plating and not the SEI: three times as fast in the last 30 cycles as in the middle of life.
        let middle = (n / 2 - 15, n / 2 + 15), end = (n - 31, n - 1)
        func faster(_ value: (Int) -> Double) -> Double { rate(value, end.0, end.1) / rate(value, middle.0, middle.1) }
        #expect(faster { soh[$0] } > 3)
        #expect(faster { r.cycles[$0].ageing!.platedCapacity } > 3)
        #expect(faster { r.cycles[$0].ageing!.seiCapacity } < 1.1)
    }

    /// Runs end at the state of health that is asked for.
    @Test func runsEndAtTheirCapacity() throws {
        var o = options(.spm, mesh: .fast)
        o.ageing = AgeingSets.sei(AgeingSets.ecReaction)
        o.untilCapacity = 0.9
        let r = try simulate(shipped("lg-m50-okane2022"), Self.cycle.map { try StepParser.parse($0) }, o, cycles: 200)
        #expect(r.cycles.last!.soh! <= 0.9 && r.cycles[r.cycles.count - 2].soh! > 0.9)
        #expect(r.summary!.cycles == r.cycles.count && r.cycles.count < 200)
    }
}
