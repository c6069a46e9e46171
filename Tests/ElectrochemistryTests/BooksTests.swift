import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// What a cell has lost is counted three ways that must agree, and told in terms of its electrodes.
@Suite struct BooksTests {
    static let cycle = ["Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/20", "Rest for 1 hour"]

    private static let laws: [SEILaw] = [
        AgeingSets.solventDiffusion, AgeingSets.reaction, AgeingSets.ecReaction,
        .electronMigration(conductivity: 8.95e-14, potential: 0.4),
        .interstitialDiffusion(diffusivity: 1e-20, concentration: 15), .tunnelling(exchangeCurrent: 1e-3, decay: 1e9),
        .transition(
            exchangeCurrent: 1e-5, diffusivity: 1e-18, concentration: 15, tunnelling: 2e-9, conductivity: 1e-8),
    ]

    /// Charge in A·h of a side reaction, counted from its currents and from what it has made.
    private struct Count {
        var taken = 0.0
        var made = 0.0
        /// What the integrator's own rate of what is made differs from the current by, over the initial layer's or the scale
        /// of plated lithium, 1/s.
        var mismatch = 0.0
    }

    /// Charges a cell at C/2 and walks through the integrator's own steps. After each of them `check` sees the lithium that
    /// the negative electrode misses of the charge it was given, and both counts of each side reaction, A·h.
    private func walk(
        _ set: AgeingSet, _ model: ModelKind, rtol: Double,
        check: (_ missing: Double, _ counts: [Count], _ time: Double) -> Void
    ) throws {
        let cell = try shipped("lg-m50-okane2022")
        var o = options(model, mesh: .fast, rtol: rtol, atol: rtol * 1e-2)
        o.ageing = set
        let start = cell.stoichiometries(stateOfCharge: 0.3)
        func engine() throws -> Simulation.Engine {
            try Simulation.Engine(parameters: ModelParameters(cell: cell, options: o, initialStoichiometries: start))
        }
        let e = try engine()
        // Side currents follow from the unknowns that the integrator keeps to its tolerance: found apart from it.
        let beside = try engine()
        let m = try #require(e.model as? any AgeingModel)
        let s = e.session
        let (population, _) = try #require(m.populations.first { $0.isNegative })
        let ageing = try #require(population.ageing)
        let electrode = try #require(cell.negative)
        let perMole = Constants.faraday / 3600 * m.area * electrode.thickness
        let zero = [Double](repeating: 0, count: m.size)
        var rows = zero
        let amounts = [[ageing.seiAmount], [ageing.crackAmount], [ageing.plated, ageing.dead]]
        let reactions = [ageing.seiCurrent, ageing.crackCurrent, ageing.platingCurrent]
        func made(_ y: UnsafePointer<Double>) -> [Double] {
            let state = ageing.state(y)
            return [state.seiLithium, state.crackSEILithium, state.plated + state.dead].map { perMole * $0 }
        }
        func lithium(_ y: UnsafePointer<Double>) -> Double {
            var sum = 0.0
            for i in 0..<population.points { sum += population.amount(y, at: i) }
            let material = population.material
            return perMole * material.activeVolumeFraction * material.maximumConcentration * sum
                / Double(population.points)
        }
        /// A into each reaction.
        func currents(_ y: UnsafePointer<Double>) -> [Double] {
            let scale =
                -population.currentScale * population.area * electrode.thickness * m.area / Double(population.points)
            return reactions.map { offset in
                guard let offset else { return 0 }
                return (0..<population.points).reduce(0) { $0 + scale * y[offset + $1] }
            }
        }
        m.setRest(s.y, temperature: m.ambient)
        let first = (lithium: lithium(s.y), made: made(s.y), charge: s.y[m.tail.charge])
        m.control = Control(kind: .current, value: -0.5)
        beside.model.control = m.control
        try s.restart(at: 0, initialStep: 1e-6)
        var counts = [Count](repeating: Count(), count: 3)
        var before = 0.0
        var failures = 0
        while s.time < 3600 {
            if s.step(stop: 3600).rawValue < 0 {
                // As a run does.
                failures += 1
                try #require(failures < 5, "\(s.time) s")
                try s.restart(at: s.time, initialStep: 1e-6 * pow(1e-2, Double(failures)))
                continue
            }
            let now = s.time
            for (x, w) in [(-0.7745966692414834, 5.0 / 9), (0, 8.0 / 9), (0.7745966692414834, 5.0 / 9)] {
                let t = 0.5 * (before + now) + 0.5 * (now - before) * x
                let at = s.interpolated(at: t)
                try beside.session.solveAlgebraic(t, at)
                for (k, current) in currents(at).enumerated() {
                    counts[k].taken += 0.5 * (now - before) * w * current / 3600
                }
            }
            // Rows of what is made: its rate and the current, at the integrator's own state and rates.
            m.residual(now, s.y, s.rates, &rows)
            for (k, amount) in made(s.y).enumerated() {
                counts[k].made = amount - first.made[k]
                for i in 0..<population.points {
                    let sum = amounts[k].reduce(0) { $0 + ($1.map { rows[$0 + i] } ?? 0) }
                    counts[k].mismatch = max(counts[k].mismatch, abs(sum))
                }
            }
            let given = (first.charge - s.y[m.tail.charge]) * cell.nominalCapacity
            check(given - (lithium(s.y) - first.lithium), counts, now)
            before = now
        }
    }

    /// At every internal step: the charge of the SEI's currents, the lithium in the film, and what the electrode misses of
    /// the charge it was given are the same: the latter two to round-off, and the film's rate is the current to round-off.
    /// The currents' integral by another quadrature agrees to the integrator's tolerance.
    @Test(arguments: laws.indices, ModelKind.allCases) func chargeOfSEIIsLithiumInSEI(
        _ law: Int, _ model: ModelKind
    ) throws {
        var worst = (count: 0.0, quadrature: 0.0), steps = 0, last = Count()
        try walk(AgeingSets.sei(Self.laws[law]), model, rtol: 1e-8) { missing, counts, _ in
            // Of 2.5 A·h that have passed.
            worst.count = max(worst.count, abs(missing - counts[0].made))
            worst.quadrature = max(worst.quadrature, abs(counts[0].taken - counts[0].made))
            last = counts[0]
            steps += 1
        }
        let negative = try #require(shipped("lg-m50-okane2022").negative)
        let volume = 0.1027 * negative.thickness * negative.materials[0].surfaceAreaPerVolume * 5e-9
        let layer = volume / 9.585e-5 * Constants.faraday / 3600
        #expect(steps > 20 && last.made > 0)
        #expect(worst.count < 2e-13, "\(worst.count) A.h at most")
        #expect(last.mismatch < 1e-16, "\(last.mismatch) 1/s at most")
        // Its unknown is the film's amount over the initial layer's, kept to 1e-8 of itself.
        #expect(worst.quadrature < 5e-8 * layer + 5e-5 * last.made, "\(worst.quadrature) of \(last.made) A.h")
    }

    /// The same of plating, alone and beside SEI and SEI on cracks.
    @Test(arguments: PlatingParameters.Kind.allCases, ModelKind.allCases) func chargeOfPlatingIsLithiumPlated(
        _ kind: PlatingParameters.Kind, _ model: ModelKind
    ) throws {
        var plating = PlatingParameters(kind: kind, rateConstant: 1e-9)
        plating.decayConstant = 1e-5
        var alone = AgeingSet(name: "test", summary: "")
        alone.plating = plating
        var beside = AgeingSets.coupled
        beside.plating = plating
        // Lost active material takes lithium along, by no side reaction.
        beside.negative.stressLoss = nil
        for set in [alone, beside] {
            var worst = (count: 0.0, quadrature: 0.0, rate: 0.0), last = 0.0
            try walk(set, model, rtol: 1e-8) { missing, counts, _ in
                let made = counts.reduce(0) { $0 + $1.made }, taken = counts.reduce(0) { $0 + $1.taken }
                worst.count = max(worst.count, abs(missing - made))
                worst.quadrature = max(worst.quadrature, abs(taken - made), abs(counts[2].taken - counts[2].made))
                worst.rate = counts.map(\.mismatch).max() ?? 0
                last = counts[2].made
            }
            #expect(worst.rate < 1e-16, "\(worst.rate) 1/s at most")
            #expect(last > 1e-6)
            #expect(worst.count < 2e-13, "\(worst.count) A.h at most")
            #expect(worst.quadrature < 1e-5 * last, "\(worst.quadrature) of \(last) A.h at most")
        }
    }

    // MARK: - Balance of the electrodes

    private func cycles(
        _ set: AgeingSet, _ count: Int, cell: String = "lg-m50-okane2022", model: ModelKind = .spm
    ) throws -> (cell: Cell, cycles: [CycleSummary]) {
        var o = options(model, mesh: .fast)
        o.ageing = set
        let cell = try shipped(cell)
        let recorder = try simulate(cell, Self.cycle.map { try StepParser.parse($0) }, o, cycles: count)
        return (cell, recorder.cycles)
    }

    /// Lithium lost to SEI alone: the positive electrode's scale slips by just that much, and what lies between the voltage
    /// limits fits both electrodes.
    @Test(arguments: ["lg-m50-okane2022", "lg-m50-composite", "nmc532-mohtat2020"])
    func lithiumLossShiftsTheWindows(_ name: String) throws {
        let (cell, cycles) = try cycles(AgeingSets.sei(.reaction(exchangeCurrent: 1e-5, potential: 0.4)), 3, cell: name)
        let negative = try #require(cell.negative), positive = try #require(cell.positive)
        for cycle in cycles {
            let b = try #require(cycle.books), a = try #require(cycle.ageing)
            let lost = a.lithiumLost * Constants.faraday / 3600
            #expect(lost > 1e-3 * cell.nominalCapacity)
            #expect(abs(b.electrodeSlippage - lost) < 1e-9 * cell.nominalCapacity)
            let swing = cell.capacity(of: negative) * (b.negativeWindow.charged - b.negativeWindow.discharged)
            let other = cell.capacity(of: positive) * (b.positiveWindow.discharged - b.positiveWindow.charged)
            #expect(abs(swing / b.equilibriumCapacity - 1) < 1e-12)
            #expect(abs(other / b.equilibriumCapacity - 1) < 1e-9)
            let left =
                cell.capacity(of: negative) * b.negativeWindow.charged
                + cell.capacity(of: positive) * b.positiveWindow.charged
            #expect(abs((cell.lithiumInventory - left) / lost - 1) < 1e-6)
            if negative.materials.count == 1 {
                for (x, y, limit) in [
                    (b.negativeWindow.charged, b.positiveWindow.charged, cell.upperCutOff),
                    (b.negativeWindow.discharged, b.positiveWindow.discharged, cell.lowerCutOff),
                ] { #expect(abs(cell.openCircuitVoltage(negative: [x], positive: [y]) - limit) < 1e-8) }
            }
        }
        let b = try #require(cycles.last?.books)
        #expect(b.equilibriumStateOfHealth < 1 && b.resistanceRise ?? 0 > 0)
    }

    /// The equilibrium capacity is what a very slow discharge gives.
    @Test func equilibriumCapacityIsThatOfASlowDischarge() throws {
        var o = options(.dfn, mesh: .fast)
        o.ageing = AgeingSets.coupled
        let file = try ShippedCells.load("lg-m50-okane2022")
        let simulation = try Simulation(cell: file.cell(), options: o)
        let recorder = Recorder()
        let steps = try Self.cycle.map { try StepParser.parse($0) }
        _ = try simulation.run(
            CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 5)), into: [recorder])
        let books = try #require(recorder.cycles.last?.books)
        let aged = try file.aged(try #require(simulation.agedState), by: o.ageing).cell()
        var slow = options(.dfn, mesh: .fast)
        slow.initialState = .stateOfCharge(1)
        let discharge = try simulate(aged, "Discharge at C/500 until 2.5 V", options: slow)
        #expect(abs(discharge.cycles[0].dischargeCapacity / books.equilibriumCapacity - 1) < 3e-4)
    }

    /// Nothing lost, nothing in the books; and SOH is what its definition says.
    @Test func freshCellsHaveEmptyBooks() throws {
        var set = AgeingSets.sei(.solventDiffusion(diffusivity: 1e-40, concentration: 1))
        set.sei!.resistivity = 0
        let (cell, fresh) = try cycles(set, 2)
        let b = try #require(fresh.last?.books)
        #expect(abs(b.electrodeSlippage) < 1e-9 && abs(b.equilibriumStateOfHealth - 1) < 1e-9)
        #expect(abs(b.resistanceRise ?? 1) < 1e-9)
        #expect(abs(b.equilibriumCapacity / cell.windowCapacity - 1) < 1e-6)
        let (_, aged) = try cycles(AgeingSets.sei(.reaction(exchangeCurrent: 1e-5, potential: 0.4)), 3)
        #expect(abs(aged[2].soh! - aged[2].dischargeCapacity / aged[0].dischargeCapacity) < 1e-9)
    }

    /// A film's resistance is what it adds, whatever the model: ρ ΔL over the surface.
    @Test(arguments: ModelKind.allCases) func filmsRaiseTheResistance(_ model: ModelKind) throws {
        let (cell, cycles) = try cycles(
            AgeingSets.sei(.reaction(exchangeCurrent: 1e-5, potential: 0.4)), 2, model: model)
        let negative = try #require(cell.negative)
        let surface =
            negative.materials[0].surfaceAreaPerVolume * negative.thickness * cell.electrodeArea
            * Double(cell.electrodePairs)
        let (first, second) = (cycles[0], cycles[1])
        let added = 2e5 * (second.ageing!.seiThickness - first.ageing!.seiThickness) / surface
        let rise = second.books!.polarisationResistance! - first.books!.polarisationResistance!
        // Charge transfer at half the aged cell's state of charge changes a little, too.
        #expect(abs(rise / added - 1) < 0.05, "\(rise) Ω, films \(added) Ω")
    }

    /// Books are those of the run's temperature, whatever the last step's was; so is a spectrum.
    @Test func booksDoNotFollowTheStepsTemperature() throws {
        var o = options(.spme, mesh: .fast)
        o.ageing = AgeingSets.coupled
        func end(_ at: String) throws -> (rise: Double, spectrum: Double) {
            let simulation = try Simulation(cell: shipped("lg-m50-okane2022"), options: o)
            let steps = try ["Discharge at C/2 for 30 minutes", "Rest for 1 hour\(at)"].map { try StepParser.parse($0) }
            let recorder = Recorder()
            _ = try simulation.run(CyclingProtocol(cycles: [.init(steps: steps)]), into: [recorder])
            return (
                try #require(recorder.cycles[0].books?.resistanceRise),
                try simulation.impedance(frequencies: [1000]).points[0].real
            )
        }
        let cool = try end(""), hot = try end(" at 45 oC")
        #expect(abs(hot.rise - cool.rise) < 5e-3, "\(hot) against \(cool)")
        #expect(abs(hot.spectrum / cool.spectrum - 1) < 5e-3, "\(hot) against \(cool)")
    }
}
