import Cells
import Testing

@testable import Electrochemistry

/// What no model may lose: lithium, charge, energy.
@Suite struct ConservationTests {
    private static let lithium = ["lithium_in_particles_mol_m2", "lithium_in_electrolyte_mol_m2"]
    private static let cycle = [
        "Discharge at 1C until 3 V", "Rest for 10 minutes", "Charge at 1C until 4.1 V", "Hold at 4.1 V until C/20",
    ]

    /// To round-off at every row, whatever the tolerance: the balances are linear in the rates and summed over faces.
    @Test(arguments: [1e-2, 1e-3, 1e-4, 1e-6], ModelKind.allCases)
    func lithiumStays(_ rtol: Double, _ model: ModelKind) throws {
        for name in ["lg-m50-chen2020", "kokam-marquis2019", "lg-m50-composite"] {
            let cell = try shipped(name)
            for thermal in ThermalModel.allCases {
                let recorder = try simulate(
                    cell, Self.cycle.map { try StepParser.parse($0) },
                    options(
                        model, rtol: rtol, atol: rtol * 1e-2, thermal: thermal, variables: Self.lithium))
                for quantity in Self.lithium where !(model == .spm && quantity == Self.lithium[1]) {
                    let values = recorder.scalar(quantity)
                    let worst = values.map { abs($0 / values[0] - 1) }.max()!
                    #expect(worst < 1e-12, "\(name) \(model) \(thermal) rtol \(rtol): \(quantity): \(worst)")
                }
            }
        }
    }

    /// Σ a j h over each electrode is the current, at every row of a cycle.
    @Test(arguments: ["lg-m50-chen2020", "lg-m50-composite", "kokam-marquis2019"], [1e-3, 1e-6])
    func reactionCarriesTheCurrent(_ name: String, _ rtol: Double) throws {
        let cell = try shipped(name)
        let known = try Simulation(cell: cell, options: options()).availableVariables.map(\.name)
        let names = known.filter { $0.hasSuffix("_current_density_A_m2") && !$0.contains("exchange") }
        let recorder = try simulate(
            cell, Self.cycle.map { try StepParser.parse($0) }, options(rtol: rtol, atol: rtol * 1e-2, variables: names))
        let area = cell.electrodeArea * Double(cell.electrodePairs)
        for (electrode, side, sign) in [(cell.negative!, "negative", -1.0), (cell.positive!, "positive", 1.0)] {
            let mine = names.filter { $0.hasPrefix(side) }
            #expect(mine.count == electrode.materials.count)
            var worst = 0.0
            for row in recorder.samples.indices {
                var sum = 0.0
                for (material, variable) in zip(electrode.materials, mine) {
                    let j = recorder.profile(variable, row: row)
                    sum += j.reduce(0, +) * material.surfaceAreaPerVolume * electrode.thickness / Double(j.count)
                }
                worst = max(worst, abs(sum * area * sign - recorder.samples[row].current) / cell.nominalCapacity)
            }
            #expect(worst < 1e-9, "\(side): \(worst)")
        }
    }

    /// Net capacity is what each electrode's lithium says, at every row.
    @Test(arguments: ModelKind.allCases, [1e-3, 1e-6])
    func capacityIsLithiumMoved(_ model: ModelKind, _ rtol: Double) throws {
        let cell = try shipped("lg-m50-chen2020")
        let names = ["negative_mean_stoichiometry", "positive_mean_stoichiometry"]
        let recorder = try simulate(
            cell, Self.cycle.map { try StepParser.parse($0) },
            options(model, rtol: rtol, atol: rtol * 1e-2, variables: names))
        for (electrode, name, sign) in [(cell.negative!, names[0], 1.0), (cell.positive!, names[1], -1.0)] {
            let x = recorder.scalar(name)
            let capacity = cell.capacity(of: electrode.materials[0], in: electrode)
            let worst = zip(recorder.samples, x).map {
                abs($0.netCapacity - sign * ($1 - x[0]) * capacity) / cell.nominalCapacity
            }.max()!
            #expect(worst < 1e-10, "\(name): \(worst)")
        }
        let s = recorder.steps
        #expect(abs(s.reduce(0) { $0 + $1.charge } - recorder.samples.last!.netCapacity) < 1e-10)
    }

    /// The losses one by one sum to the total, which comes from the energy balance; at every row.
    @Test(
        arguments: ["lg-m50-chen2020", "kokam-marquis2019", "lg-m50-composite", "enertech-ai2020"],
        ThermalModel.allCases)
    func heatsAddUp(_ name: String, _ thermal: ThermalModel) throws {
        let cell = try shipped(name)
        let names = ["total_heat_W", "ohmic_heat_W", "reaction_heat_W", "reversible_heat_W"]
        let recorder = try simulate(
            cell, "Discharge at 1C for 40 minutes", "Rest for 5 minutes", "Charge at C/2 for 10 minutes",
            options: options(rtol: 1e-8, atol: 1e-10, thermal: thermal, variables: names))
        let parts = names.map { recorder.scalar($0) }
        let size = parts[0].map { abs($0) }.max()!
        let worst = recorder.samples.indices.map {
            abs(parts[0][$0] - parts[1][$0] - parts[2][$0] - parts[3][$0]) / size
        }.max()!
        // An identity of consistent states; rows between internal steps are interpolated, hence the tight run.
        #expect(worst < 1e-6, "\(worst)")
    }

    /// The same on one consistent state of a coarse run: summation by parts, to round-off.
    @Test(arguments: ["lg-m50-chen2020", "lg-m50-composite", "enertech-ai2020"], [false, true])
    func heatsAddUpToRoundOff(_ name: String, _ halfCell: Bool) throws {
        let e = try engine(shipped(name), options(rtol: 1e-3, atol: 1e-5), halfCell: halfCell)
        try e.advance(Control(kind: .current, value: 1), steps: 40)
        try e.session.solveAlgebraic(e.session.time, e.session.y)
        var heats: [Double] = []
        for variable in ["total_heat_W", "ohmic_heat_W", "reaction_heat_W", "reversible_heat_W"] {
            e.outputs.first { $0.name == variable }!.values(e.session.y, &heats)
        }
        #expect(heats[0] > 0)
        #expect(abs(heats[0] - heats[1] - heats[2] - heats[3]) < 1e-9 * heats[0], "\(heats)")
    }

    /// Heat less cooling is what the cell's temperature stores, and electrical energy is the open-circuit work less heat.
    @Test(arguments: ["lg-m50-chen2020", "kokam-marquis2019"], [ModelKind.dfn, .spme])
    func energyCloses(_ name: String, _ model: ModelKind) throws {
        let cell = try shipped(name)
        let thermal = try #require(cell.thermal)
        // The square root of time after the jump asks for short intervals first; no bend or event follows.
        var first = try StepParser.parse("Discharge at 1C for 10 s")
        first.period = 0.01
        var second = try StepParser.parse("Discharge at 1C for 1990 s")
        second.period = 1
        let recorder = try simulate(
            cell, [first, second],
            options(model, rtol: 1e-9, atol: 1e-11, thermal: .lumped, variables: ["total_heat_W"]))
        let heat = recorder.scalar("total_heat_W")
        let ambient = cell.ambientTemperature
        var produced = 0.0, removed = 0.0, work = 0.0
        // Simpson over pairs of equal intervals; each step holds an even number of them.
        for step in 1...2 {
            let rows = recorder.samples.indices.filter { recorder.samples[$0].step == step }
            #expect(rows.count % 2 == 1)
            for k in stride(from: 0, to: rows.count - 2, by: 2) {
                let (a, b, c) = (rows[k], rows[k + 1], rows[k + 2])
                let s = recorder.samples
                let h = (s[c].time - s[a].time) / 6
                #expect(abs(s[b].time - 0.5 * (s[a].time + s[c].time)) < 1e-9 * (1 + s[b].time))
                produced += h * (heat[a] + 4 * heat[b] + heat[c])
                removed +=
                    h * thermal.coolingConductance
                    * (s[a].temperature + 4 * s[b].temperature + s[c].temperature - 6 * ambient)
                work -=
                    h * (s[a].voltage * s[a].current + 4 * s[b].voltage * s[b].current + s[c].voltage * s[c].current)
            }
        }
        let stored = thermal.heatCapacity * (recorder.samples.last!.temperature - recorder.samples[0].temperature)
        print(
            "energy, \(name) \(model): heat \(produced) J, cooling \(removed) J, stored \(stored) J, open "
                + scientific((produced - removed - stored) / produced))
        #expect(abs((produced - removed - stored) / produced) < 1e-6)
        let counted = -3600 * recorder.steps.reduce(0) { $0 + $1.energy }
        #expect(abs(work / counted - 1) < 1e-6, "\(work) J at the terminals, \(counted) J counted")
    }

    /// Isothermal, no entropic change: ∫VI + heat is the work of the open-circuit potentials at the surfaces.
    @Test func electricalEnergyIsOpenCircuitWorkLessHeat() throws {
        let cell = try shipped("lg-m50-chen2020")
        let sides = ["negative", "positive"]
        let names =
            ["total_heat_W"]
            + sides.flatMap {
                [$0 + "_current_density_A_m2", $0 + "_open_circuit_potential_V"]
            }
        let recorder = try simulate(
            cell, "Discharge at 1C for 40 minutes",
            options: options(rtol: 1e-8, atol: 1e-10, period: 10, variables: names))
        let heat = recorder.scalar("total_heat_W")
        let area = cell.electrodeArea * Double(cell.electrodePairs)
        for (row, sample) in recorder.samples.enumerated() {
            var open = 0.0
            for (side, electrode) in zip(sides, [cell.negative!, cell.positive!]) {
                let j = recorder.profile(side + "_current_density_A_m2", row: row)
                let u = recorder.profile(side + "_open_circuit_potential_V", row: row)
                let scale = electrode.materials[0].surfaceAreaPerVolume * electrode.thickness / Double(j.count) * area
                for (a, b) in zip(j, u) { open -= scale * a * b }
            }
            #expect(abs(open - heat[row] + sample.voltage * sample.current) < 1e-7 * abs(open))
        }
    }
}
