import Cells
import CyclingData
import Electrochemistry
import Testing

@testable import Identification

struct CellTests {
    /// Capacities and lithium asked for are those of the cell, whose windows meet the cut-offs; the file written has them.
    @Test func balanceIsWhatWasAskedFor() throws {
        let base = try chen()
        let parameters = try base.windowParameters()
        let values = zip(parameters, [1.05, 0.97, 1.01]).map { $0.start * $1 }
        for cell in [try base.tried(parameters, values).cell, try base.fitted(parameters, values).cell()] {
            let negative = try #require(cell.negative), positive = try #require(cell.positive)
            #expect((cell.capacity(of: negative.materials[0], in: negative) / values[0] - 1).magnitude < 1e-9)
            #expect((cell.capacity(of: positive.materials[0], in: positive) / values[1] - 1).magnitude < 1e-9)
            #expect((cell.lithiumInventory / values[2] - 1).magnitude < 1e-9)
            #expect((cell.openCircuitVoltage(stateOfCharge: 1) - cell.upperCutOff).magnitude < 1e-6)
            #expect((cell.openCircuitVoltage(stateOfCharge: 0) - cell.lowerCutOff).magnitude < 1e-6)
        }
    }

    /// A factor multiplies a function, bells add to a potential, and both read back from the file.
    @Test func functionsAreScaledAndCorrected() throws {
        let base = try chen()
        let scaled = try base.parameter("Electrolyte > Conductivity [S.m-1]", low: 0.5, high: 2, isLogarithmic: true)
        #expect(scaled.start == 1)
        let bells = try base.potentialParameters(.positive, count: 5)
        let heights = [0.0, 0.01, 0, 0, 0]
        let cell = try base.fitted([scaled] + bells, [1.5] + heights).cell()
        let before = try #require(base.cell.electrolyte), after = try #require(cell.electrolyte)
        #expect((after.conductivity(1000) / before.conductivity(1000) - 1.5).magnitude < 1e-12)
        guard case .potential(_, let centre, let width) = bells[1].target else { throw FitError(.data, "", "") }
        let old = try #require(base.cell.positive?.materials.first), new = try #require(cell.positive?.materials.first)
        let (u, v) = (old.openCircuitPotential, new.openCircuitPotential)
        #expect((v(centre) - u(centre) - 0.01).magnitude < 1e-12)
        #expect((v(centre + width) - u(centre + width) - 0.01 * exponential(-1)).magnitude < 1e-9)
    }

    @Test func wrongParametersAreRefused() throws {
        let base = try chen()
        let path = "Negative electrode > Diffusivity [m2.s-1]"
        #expect(throws: FitError.self) { try base.parameter(path, low: 1e-13, high: 1e-14, isLogarithmic: true) }
        #expect(throws: FitError.self) { try base.parameter(path, low: 0, high: 1e-14, isLogarithmic: true) }
        #expect(throws: BPXError.self) {
            try base.parameter("Negative > Colour", low: 0, high: 1, isLogarithmic: false)
        }
        #expect(throws: FitError.self) { try base.ageingParameters("no such set") }
    }

    /// A rate that capacities were made with is found again from another start.
    @Test func ageingRates() throws {
        var file = try ShippedCells.load("lg-m50-okane2022")
        try file.set(
            path: "State > Initial conditions > Initial state-of-charge", value: "1")
        let base = try FitCell(file: file)
        let set = "sei-solvent-diffusion"
        let rates = try base.ageingParameters(set)
        #expect(rates.count == 1)
        let cycle = CyclingProtocol.Cycle(
            steps: try ["Discharge at 1C until 2.5 V", "Charge at C/2 until 4.2 V"].map {
                try StepParser.parse($0)
            })
        let truth = rates[0].start * 3
        var options = fast(.spm)
        options.relativeTolerance = 1e-5
        let tried = try base.tried(rates, [truth])
        options.ageing = try tried.file.ageingSet(named: set)
        let sink = CapacitySink()
        _ = try Simulation(cell: tried.cell, options: options).run(
            CyclingProtocol(cycles: Array(repeating: cycle, count: 5)), into: [sink])
        // Another level: the cell that was measured is 2 % smaller.
        let table = sink.capacities.enumerated().map { index, capacity in
            var row = MeasuredCycle(cycle: index + 1)
            row.dischargeCapacityIntegrated = 0.98 * capacity
            return row
        }
        let fade = try FadeExperiment(table, name: "fade", cycle: cycle, ageing: set)
        var fit = CellFit(cell: base, parameters: rates, experiments: [fade], options: fast(.spm))
        fit.iterations = 6
        let found = try fit.run([FitStage(name: "ageing", parameters: [0], experiments: [0])], ranges: false)
        #expect((found.values[0] / truth - 1).magnitude < 0.02)
        #expect(throws: FitError.self) { try FadeExperiment([], name: "none", cycle: cycle, ageing: set) }
    }

    private final class CapacitySink: ResultSink {
        var capacities: [Double] = []
        var wantsSamples: Bool { false }
        func begin(variableColumns: [String]) throws {}
        func sample(_ sample: Sample) throws {}
        func endStep(_ summary: StepSummary) throws {}
        func endCycle(_ summary: CycleSummary) throws { capacities.append(summary.dischargeCapacity) }
        func end(_ summary: RunSummary) throws {}
    }

    /// Losses that a cell was given are told from its slow discharges.
    @Test func degradationModes() throws {
        let fresh = try ShippedCells.load("nmc532-mohtat2020")
        var aged = fresh
        for (key, value) in [("LLI", "0.08"), ("LAM: Negative electrode", "0.06"), ("LAM: Positive electrode", "0.03")]
        {
            try aged.set(path: "State > Degradation > \(key)", value: value)
        }
        var tracking = try ModeTracking(cell: fresh.cell())
        for (index, file) in [fresh, aged].enumerated() {
            let rows = try measured(
                file.cell(), ["Discharge at C/30 (3 minute period)"], charge: 1, options: fast(.spm))
            var cycle = MeasuredCycle(cycle: index + 1)
            let last = try #require(rows.time.last)
            cycle.dischargeTime = last
            cycle.dischargeCapacityIntegrated = -rows.current[1] * last / 3600
            tracking.take(cycle, rows)
        }
        let losses = try #require(tracking.rows.last?.losses)
        #expect(tracking.rows.count == 2)
        #expect((losses.lithiumInventory - 0.08).magnitude < 0.01)
        #expect((losses.negativeMaterial - 0.06).magnitude < 0.015)
        #expect((losses.positiveMaterial - 0.03).magnitude < 0.015)
    }
}
