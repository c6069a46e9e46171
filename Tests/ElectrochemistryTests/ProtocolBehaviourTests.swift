import Cells
import Testing

@testable import Electrochemistry

#if canImport(Glibc)
    import Glibc
#endif

/// What steps do when they run.
@Suite struct ProtocolBehaviourTests {
    private func chen() throws -> Cell { try shipped("lg-m50-chen2020") }

    @Test(arguments: ModelKind.allCases, [1e-3, 1e-6]) func cutOffIsMetExactly(_ model: ModelKind, _ rtol: Double)
        throws
    {
        let r = try simulate(
            chen(), "Discharge at 1C until 2.5 V", options: options(model, rtol: rtol, atol: rtol * 1e-2))
        #expect(abs(r.samples.last!.voltage - 2.5) < 1e-6)
        #expect(abs(r.steps[0].endVoltage - 2.5) < 1e-6)
        #expect(r.steps[0].endReason == "voltage 2.5 V")
        let tight = try simulate(
            chen(), "Discharge at 1C until 3.3 V", options: options(model, rtol: rtol, atol: rtol * 1e-2))
        #expect(abs(tight.samples.last!.voltage - 3.3) < 1e-6)
    }

    @Test func withoutATerminationTheCellsLimitsEndIt() throws {
        let r = try simulate(chen(), "Discharge at 1C", "Charge at 1C", options: options())
        #expect(r.steps.map(\.endReason) == ["lower cut-off", "upper cut-off"])
        #expect(abs(r.steps[0].endVoltage - 2.5) < 1e-6 && abs(r.steps[1].endVoltage - 4.2) < 1e-6)
    }

    /// An end beyond the cell's cut-off is not what ended the step.
    @Test(arguments: ModelKind.allCases) func anEndBeyondTheCutOffNamesTheCutOff(_ model: ModelKind) throws {
        let r = try simulate(
            chen(), "Discharge at 1C until 0 V", "Charge at 1C until 5 V", "Discharge at 1C until 2.5 V",
            options: options(model))
        #expect(r.steps.map(\.endReason) == ["lower cut-off", "upper cut-off", "voltage 2.5 V"])
        #expect(abs(r.steps[0].endVoltage - 2.5) < 1e-6 && abs(r.steps[1].endVoltage - 4.2) < 1e-6)
        #expect(r.summary!.warnings.count == 2)
    }

    @Test(arguments: SimulationOptions.WorkingElectrode.allCases)
    func anEndBeyondAHalfCellsCutOffNamesTheCutOff(_ electrode: SimulationOptions.WorkingElectrode) throws {
        var o = options()
        o.halfCell = electrode
        let r = try simulate(
            chen(), electrode == .positive ? "Discharge at C/2 until 0 V" : "Charge at C/2 until 9 V", options: o)
        #expect(r.steps[0].endReason == (electrode == .positive ? "lower cut-off" : "upper cut-off"))
        #expect(r.summary!.warnings.count == 1)
    }

    /// The rest voltage of a half-cell is the working electrode's potential, and a blend's cut-offs come from all of it.
    @Test(arguments: [
        ("lg-m50-chen2020", SimulationOptions.WorkingElectrode.positive, 4.0), ("lg-m50-chen2020", .negative, 0.1),
        ("lg-m50-composite", .negative, 0.3), ("a123-prada2013", .positive, 3.4),
    ]) func halfCellsAtRest(_ name: String, _ electrode: SimulationOptions.WorkingElectrode, _ voltage: Double) throws {
        let cell = try shipped(name)
        var o = options()
        o.halfCell = electrode
        o.initialState = .restVoltage(voltage)
        let r = try simulate(cell, "Rest for 1 s", "Discharge at C/10 for 1 minute", options: o)
        #expect(abs(r.samples[0].voltage - voltage) < 1e-6)
        #expect(r.steps[1].endVoltage < voltage)
        var lone = cell
        if electrode == .positive { lone.negative = nil } else { lone.positive = nil }
        let ends = [0.0, 1.0].map { lone.openCircuitVoltage(stateOfCharge: $0) }
        let limits = try Simulation(cell: cell, options: o).cell
        #expect(abs(limits.upperCutOff - ends.max()! - 0.05) < 1e-12)
        #expect(abs(limits.lowerCutOff - ends.min()! + (electrode == .positive ? 0.2 : 0.05)) < 1e-12)
        o.initialState = .restVoltage(9)
        let error = #expect(throws: SimulationError.self) { try Simulation(cell: cell, options: o) }
        #expect(error?.kind == .usage && error?.description.contains("\(electrode) electrode's potentials") == true)
    }

    /// A hold may pass the cut-offs by 0.1 V with a warning, and no further.
    @Test func holdsStayNearTheCutOffs() throws {
        let near = try simulate(chen(), "Hold at 4.25 V for 10 s", options: options())
        #expect(near.summary!.warnings.count == 1)
        for step in [
            "Hold at 9 V for 10 s", "Hold at 4.31 V for 10 s", "Charge at 100 V until 50 mA", "Hold at 2.39 V for 1 s",
        ] {
            let error = #expect(throws: SimulationError.self) {
                try simulate(chen(), "Rest for 10 s", step, options: options())
            }
            #expect(error?.kind == .usage)
            #expect(error?.description.contains("2.5") == true && error?.description.contains("4.2") == true)
        }
    }

    @Test func durations() throws {
        let r = try simulate(
            chen(), "Discharge at 1C for 100 s", "Rest for 37.25 s", "Charge at C/3 for 10 minutes or until 4.19 V",
            options: options(period: 7))
        #expect(abs(r.steps[0].duration - 100) < 1e-9)
        #expect(abs(r.steps[1].duration - 37.25) < 1e-9)
        #expect(abs(r.steps[1].startTime - 100) < 1e-9)
        #expect(r.steps[0].endReason == "duration")
        // Constant current over an exact time.
        #expect(abs(r.steps[0].charge + 5 * 100 / 3600.0) < 1e-10)
        let first = r.samples.filter { $0.step == 1 }.map(\.time)
        #expect(first.count == 16)
        for (k, t) in first.dropLast().enumerated() { #expect(abs(t - 7 * Double(k)) < 1e-9) }
        #expect(zip(r.samples, r.samples.dropFirst()).allSatisfy { $0.time <= $1.time })
    }

    @Test(arguments: ModelKind.allCases) func constantCurrentConstantVoltage(_ model: ModelKind) throws {
        let r = try simulate(
            chen(), "Discharge at 1C until 2.5 V", "Rest for 30 minutes", "Charge at 1C until 4.2 V",
            "Hold at 4.2 V until C/50", options: options(model), cycles: 2)
        for hold in r.steps where hold.step % 4 == 0 {
            #expect(hold.endReason.hasPrefix("current"))
            #expect(abs(hold.endCurrent - 0.1) < 1e-5)
            #expect(abs(hold.startCurrent - 5) < 0.02)
            #expect(hold.stepType == "cv_charge")
        }
        for s in r.samples where s.step % 4 == 0 { #expect(abs(s.voltage - 4.2) < 1e-9) }
        // The second cycle starts and ends at the same held state.
        let last = r.cycles[1]
        #expect(abs(last.chargeCapacity / last.dischargeCapacity - 1) < 2e-3)
        #expect(abs(last.coulombicEfficiency! - last.dischargeCapacity / last.chargeCapacity) < 1e-12)
        #expect(abs(last.lossOfLithiumInventory!) < 1e-12)
    }

    @Test(arguments: ModelKind.allCases, ThermalModel.allCases)
    func powerAndResistanceHold(_ model: ModelKind, _ thermal: ThermalModel) throws {
        let r = try simulate(
            chen(), "Discharge at 15 W until 3 V", "Charge at 8 W for 10 minutes", "Discharge at 0.5 Ohm for 5 minutes",
            options: options(model, thermal: thermal))
        for s in r.samples {
            switch s.step {
            case 1: #expect(abs(s.voltage * s.current + 15) < 15e-6)
            case 2: #expect(abs(s.voltage * s.current - 8) < 8e-6)
            default: #expect(abs(s.voltage + 0.5 * s.current) < 1e-6)
            }
        }
        #expect(r.steps.map(\.stepType) == ["cp_discharge", "cp_charge", "cr_discharge"])
        // Energy over time is the power.
        #expect(abs(r.steps[1].energy - 8 * 600 / 3600.0) < 1e-7)
    }

    @Test func chargeAndPowerTerminations() throws {
        let r = try simulate(
            chen(), "Discharge at 1C for 2 A.h", "Charge at C/2 for 500 mAh", "Discharge at 2 Ohm until 6 W",
            options: options())
        #expect(abs(r.steps[0].charge + 2) < 1e-7)
        #expect(abs(r.steps[1].charge - 0.5) < 1e-7)
        #expect(abs(r.steps[2].endVoltage * -r.steps[2].endCurrent - 6) < 1e-5)
        #expect(r.steps[2].endReason == "power 6 W")
    }

    @Test func impossibleStepIsSkippedWithAWarning() throws {
        let r = try simulate(chen(), "Charge at 1C until 4.2 V", "Discharge at 1C for 60 s", options: options())
        #expect(r.steps[0].endReason.hasPrefix("skipped:"))
        #expect(r.steps[0].duration == 0 && r.steps[0].charge == 0)
        // One row says what it would have met.
        #expect(r.samples.filter { $0.step == 1 }.count == 1)
        #expect(r.summary!.warnings.contains { $0.contains("step 1") && $0.contains("exceeded") })
        // It leaves no trace: as if the discharge came first.
        let alone = try simulate(chen(), "Discharge at 1C for 60 s", options: options())
        #expect(abs(alone.samples.last!.voltage - r.samples.last!.voltage) < 1e-9)
    }

    @Test(arguments: ModelKind.allCases) func temperatureOfAStep(_ model: ModelKind) throws {
        let r = try simulate(
            chen(), "Discharge at 1C for 300 s at 25 oC", "Discharge at 1C for 10 s at 45 oC",
            "Discharge at 1C for 10 s at 0 oC", options: options(model))
        #expect(Set(r.samples.map { $0.temperature }) == [298.15, 318.15, 273.15])
        // Nothing but potentials changes at the instant of the change.
        let before = r.samples.last { $0.step == 1 }!, warm = r.samples.first { $0.step == 2 }!
        let cold = r.samples.first { $0.step == 3 }!
        #expect(warm.voltage > before.voltage + 5e-3)
        #expect(cold.voltage < before.voltage - 5e-3)
        #expect(warm.netCapacity == before.netCapacity)
    }

    @Test(arguments: ModelKind.allCases) func restRelaxesToTheOpenCircuit(_ model: ModelKind) throws {
        let cell = try chen()
        let r = try simulate(cell, "Discharge at 1C for 30 minutes", "Rest for 48 h", options: options(model))
        // SOC counts the file's window, whose charge the balance of the electrodes gives.
        let soc = 1 - 2.5 / cell.windowCapacity
        #expect(abs(r.samples.last!.voltage - cell.openCircuitVoltage(stateOfCharge: soc)) < 1e-4)
        let rest = r.samples.filter { $0.step == 2 }
        #expect(rest[0].voltage > r.steps[0].endVoltage)
        #expect(rest.allSatisfy { $0.current == 0 })
    }

    /// Mean currents of a log's intervals meet its charge; a linear profile its trapezoidal sum.
    @Test func driveCycleChargeIsReproduced() throws {
        var times: [Double] = [], values: [Double] = [], t = 0.0
        var random = Reproducible()
        for k in 0..<400 {
            times.append(t)
            values.append(k % 37 < 5 ? 0 : 8 * random.next() - 3)
            t += 0.25 + 1.5 * abs(random.next())
        }
        var hold = 0.0, trapezoid = 0.0
        for k in 0..<399 {
            hold += values[k] * (times[k + 1] - times[k]) / 3600
            trapezoid += 0.5 * (values[k] + values[k + 1]) * (times[k + 1] - times[k]) / 3600
        }
        for rtol in [1e-2, 1e-4] {
            var o = options(rtol: rtol, atol: rtol * 1e-2)
            o.initialState = .stateOfCharge(0.6)
            func run(_ interpolation: DriveCycle.Interpolation) throws -> Recorder {
                let d = DriveCycle(quantity: .current, times: times, values: values, interpolation: interpolation)
                return try simulate(chen(), [Step(control: .drive(d), text: "drive")], o)
            }
            let held = try run(.hold)
            #expect(abs(held.steps[0].charge - hold) < 1e-9, "rtol \(rtol)")
            #expect(abs(held.steps[0].duration - times.last!) < 1e-9)
            let linear = try run(.linear)
            // A ramp's charge is an integral like any other, and here every second brings a bend of up to 16 A and a
            // start at first order. A measured log is met to 1e-4: see `measuredPouchCell`.
            #expect(abs(linear.steps[0].charge - trapezoid) < 5 * rtol * abs(trapezoid), "rtol \(rtol)")
            // Every logged sample has its row.
            let rows = Set(linear.samples.map { ($0.time * 1e6).rounded() })
            #expect(times.allSatisfy { rows.contains(($0 * 1e6).rounded()) })
        }
    }

    @Test func drivePowerAndVoltage() throws {
        let cell = try chen()
        var o = options()
        o.initialState = .stateOfCharge(0.6)
        let power = DriveCycle(quantity: .power, times: [0, 30, 60, 90], values: [-5, -20, 10, 0])
        let r = try simulate(cell, [Step(control: .drive(power), period: 1, text: "power")], o)
        for s in r.samples {
            let k = s.time < 30 ? 0 : s.time < 60 ? 1 : 2
            let expected = power.values[k] + (power.values[k + 1] - power.values[k]) * (s.time - power.times[k]) / 30
            #expect(abs(s.voltage * s.current - expected) < 2e-5)
        }
        let voltage = DriveCycle(quantity: .voltage, times: [0, 60, 120], values: [3.8, 3.7, 3.9])
        let v = try simulate(cell, [Step(control: .drive(voltage), period: 1, text: "voltage")], o)
        for s in v.samples {
            let expected = s.time < 60 ? 3.8 - 0.1 * s.time / 60 : 3.7 + 0.2 * (s.time - 60) / 60
            #expect(abs(s.voltage - expected) < 1e-6)
        }
    }

    @Test func pulseResistance() throws {
        var o = options(rtol: 1e-6, atol: 1e-8, period: 1)
        o.initialState = .stateOfCharge(0.5)
        let r = try simulate(
            chen(), "Rest for 60 s", "Discharge at 1C for 30 s", "Rest for 40 s", "Charge at 0.75C for 30 s",
            options: o)
        #expect(r.steps[0].resistance == nil)
        for k in [1, 2, 3] {
            let begin = r.steps[k].startTime
            let before = r.samples.last { $0.step == k }!
            let after = r.samples.first { $0.step == k + 1 && abs($0.time - begin - 10) < 1e-9 }!
            let expected = (after.voltage - before.voltage) / (after.current - before.current)
            #expect(abs(r.steps[k].resistance! / expected - 1) < 1e-6)
            #expect(r.steps[k].resistance! > 0.01 && r.steps[k].resistance! < 0.1)
        }
    }

    /// Against lithium metal the solid gains what the current supplies, and the salt stays.
    @Test(arguments: SimulationOptions.WorkingElectrode.allCases, ModelKind.allCases)
    func halfCells(_ electrode: SimulationOptions.WorkingElectrode, _ model: ModelKind) throws {
        let cell = try chen()
        for rtol in [1e-3, 1e-6] {
            var o = options(
                model, rtol: rtol, atol: rtol * 1e-2,
                variables: ["lithium_in_particles_mol_m2", "lithium_in_electrolyte_mol_m2"])
            o.halfCell = electrode
            o.initialState = .stateOfCharge(0.5)
            let r = try simulate(
                cell, "Discharge at C/5 for 1 h", "Rest for 10 minutes", "Charge at C/5 for 90 minutes", options: o)
            let solid = r.scalar("lithium_in_particles_mol_m2"), salt = r.scalar("lithium_in_electrolyte_mol_m2")
            let area = cell.electrodeArea * Double(cell.electrodePairs)
            for (k, s) in r.samples.enumerated() {
                let supplied = -s.netCapacity * 3600 / Constants.faraday / area
                #expect(abs(solid[k] - solid[0] - supplied) < 1e-12 * solid[0], "row \(k)")
                if model != .spm { #expect(abs(salt[k] / salt[0] - 1) < 1e-12, "row \(k)") }
            }
            #expect(r.steps.allSatisfy { !$0.endReason.hasPrefix("skipped") })
            #expect(r.steps[0].endVoltage < r.steps[0].startVoltage)
        }
    }

    struct Everything: Sendable, CustomTestStringConvertible {
        var cell: String
        var model: ModelKind
        var thermal: ThermalModel
        var testDescription: String { "\(cell) \(model) \(thermal)" }
        static let all = ShippedCells.names.flatMap { cell in
            ModelKind.allCases.flatMap { model in
                ThermalModel.allCases.map { Everything(cell: cell, model: model, thermal: $0) }
            }
        }
    }

    @Test(arguments: Everything.all) func everyCellRuns(_ c: Everything) throws {
        let cell = try shipped(c.cell)
        let lithium = "lithium_in_particles_mol_m2"
        let o = options(c.model, thermal: c.thermal, variables: [lithium])
        var capacities: [Double] = []
        for rate in ["C/20", "1C", "2C"] {
            let r = try simulate(cell, "Discharge at \(rate)", options: o)
            #expect(r.steps[0].endReason == "lower cut-off", "\(rate): \(r.steps[0].endReason)")
            #expect(abs(r.steps[0].endVoltage - cell.lowerCutOff) < 1e-6)
            let l = r.scalar(lithium)
            let leak = l.map { abs($0 / l[0] - 1) }.max()!
            #expect(leak < 1e-12, "\(rate): \(leak)")
            #expect(r.samples.allSatisfy { $0.voltage.isFinite && $0.temperature.isFinite })
            capacities.append(r.steps[0].charge.magnitude)
        }
        #expect(capacities[0] > capacities[1] && capacities[1] > 0)
        // Self-heating may give some back.
        #expect(capacities[1] > 0.98 * capacities[2] && capacities[2] > 0)
        #expect(capacities[0] < 1.001 * cell.windowCapacity)
        let slow = try simulate(cell, "Discharge at C/20", "Rest for 2 hours", "Charge at C/20 for 1 hour", options: o)
        #expect(slow.steps[1].endReason == "duration" && slow.steps[1].endVoltage > cell.lowerCutOff)
        let cycle = try simulate(
            cell, "Discharge at 1C", "Rest for 10 minutes", "Charge at 1C until \(cell.upperCutOff) V",
            "Hold at \(cell.upperCutOff) V until C/20", options: o)
        #expect(cycle.steps[3].endReason.hasPrefix("current"))
        #expect(abs(cycle.samples.last!.voltage - cell.upperCutOff) < 1e-6)
    }

    /// A single-particle model whose salt falls below zero says so, and still ends near the full model.
    @Test func aDepletedElectrolyteIsNamed() throws {
        let cell = try shipped("naion-chayambuka2022")
        let spme = try simulate(cell, "Discharge at 2C", options: options(.spme))
        #expect(spme.summary!.warnings.contains { $0.contains("electrolyte runs out") })
        let dfn = try simulate(cell, "Discharge at 2C", options: options(.dfn))
        #expect(abs(spme.steps[0].duration / dfn.steps[0].duration - 1) < 0.05)
        #expect(try simulate(cell, "Discharge at C/5", options: options(.spme)).summary!.warnings.isEmpty)
    }

    /// A step's temperature ends with the step.
    @Test(arguments: ThermalModel.allCases) func stepTemperatureEndsWithItsStep(_ thermal: ThermalModel) throws {
        let r = try simulate(
            chen(), "Rest for 1 hour", "Rest for 10 hours at 45 oC", "Rest for 10 hours",
            options: options(thermal: thermal))
        #expect(abs(r.steps[0].endTemperature - 298.15) < 0.01)
        #expect(abs(r.steps[1].endTemperature - 318.15) < 0.1)
        #expect(abs(r.steps[2].endTemperature - 298.15) < 0.1)
    }

    /// State of health counts full discharges, and of those the tagged ones where there are any.
    @Test func stateOfHealthCountsFullDischarges() throws {
        func cycle(_ texts: String..., tag: String? = nil) throws -> CyclingProtocol.Cycle {
            .init(
                steps: try texts.map {
                    var step = try StepParser.parse($0)
                    if let tag { step.tags = [tag] }
                    return step
                })
        }
        func run(_ cycles: [CyclingProtocol.Cycle]) throws -> [Double?] {
            let recorder = Recorder()
            _ = try Simulation(cell: chen(), options: options()).run(CyclingProtocol(cycles: cycles), into: [recorder])
            return recorder.cycles.map(\.soh)
        }
        let pulses = try cycle("Discharge at 1C for 10 s", "Rest for 10 s")
        let full = try cycle("Charge at 1C", "Hold at 4.2 V until C/50", "Discharge at 1C")
        let slow = try cycle("Charge at 1C", "Hold at 4.2 V until C/50", "Discharge at C/5", tag: "RPT")
        let plain = try run([pulses, full, pulses, full])
        #expect(plain[0] == nil && plain[1] == 1 && plain[2] == 1)
        // The first started from rest, the second from a hold to C/50.
        #expect(abs(plain[3]! - 1) < 1e-2)
        let tagged = try run([full, slow, full, slow])
        #expect(tagged[0] == nil && tagged[1] == 1 && tagged[2] == 1 && abs(tagged[3]! - 1) < 1e-3)
    }

    /// A window, a rate or a temperature that changes is no fade: each discharge is measured against the first of its kind.
    @Test func stateOfHealthComparesLikeWithLike() throws {
        func soh(_ steps: String..., cycles: Int = 3) throws -> [Double] {
            let o = options(.spm, mesh: .fast)
            let cell = try shipped("lg-m50-okane2022")
            return try simulate(cell, steps.map { try StepParser.parse($0) }, o, cycles: cycles).cycles.compactMap(
                \.soh)
        }
        let full = ["Charge at C/2 until 4.2 V", "Hold at 4.2 V until C/50"]
        for list in [
            try soh("Discharge at 1C until 3.4 V", "Charge at C/2 until 3.9 V"),
            try soh("Discharge at 1C until 2.5 V", full[0], full[1], "Discharge at C/5 until 2.5 V", full[0], full[1]),
            try soh(
                "Discharge at 1C until 2.5 V", full[0], full[1], "Discharge at 1C until 2.5 V at 0 oC", full[0], full[1]
            ),
        ] {
            #expect(!list.isEmpty && list.allSatisfy { abs($0 - 1) < 0.01 }, "\(list)")
        }
    }

    /// What the summary counts is the integral of the rows, at the default tolerance.
    @Test(arguments: ShippedCells.names, ModelKind.allCases) func energyIsTheIntegralOfTheRows(
        _ name: String, _ model: ModelKind
    ) throws {
        for thermal in ThermalModel.allCases {
            let r = try simulate(
                shipped(name), "Discharge at 1C (2 second period)", options: options(model, thermal: thermal))
            var sum = 0.0
            for (a, b) in zip(r.samples, r.samples.dropFirst()) {
                sum += 0.5 * (a.voltage * a.current + b.voltage * b.current) * (b.time - a.time) / 3600
            }
            #expect(abs(sum / r.steps[0].energy - 1) < 2e-5, "\(thermal): \(sum) against \(r.steps[0].energy)")
        }
    }

    /// A half-cell's lithium comes from outside: it is no loss.
    @Test func aHalfCellLosesNothing() throws {
        var o = options()
        o.halfCell = .positive
        o.initialState = .stateOfCharge(0.1)
        let r = try simulate(chen(), "Charge at 1C until 4.2 V", options: o)
        #expect(r.cycles[0].lossOfLithiumInventory == nil)
    }

    /// A failure at a step's start names the step.
    @Test func failuresNameTheirStep() throws {
        let error = #expect(throws: SimulationError.self) {
            try simulate(chen(), "Rest for 1 minute", "Discharge at 1000000 W", options: options())
        }
        #expect(error?.description == "step 2 (Discharge at 1000000 W): the cell cannot give 1000000 W in this state")
    }

    /// Far beyond what the electrolyte carries: the cut-off, or an error that says so.
    @Test(arguments: ["lg-m50-chen2020", "kokam-marquis2019", "lg-m50-okane2022"], ModelKind.allCases)
    func depletion(_ name: String, _ model: ModelKind) throws {
        let cell = try shipped(name)
        do {
            let r = try simulate(cell, "Discharge at 8C", options: options(model))
            let end = r.steps[0].endReason
            #expect(end == "lower cut-off" || end.contains("undershot"), "\(end)")
        } catch let error as SimulationError {
            #expect(error.kind == .computation && error.description.contains("depleted"), "\(error)")
        }
    }
}
