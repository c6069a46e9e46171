import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Months at rest: as cheap as they should be, and right at the default tolerance.
@Suite struct CalendarAgeingTests {
    /// Solvent diffusion through a layer of 5 nm, as in `AgeingSets`: L² grows by this in a second at 25 °C, m².
    private static let growth = 2 * 9.585e-5 * 2.5e-22 * 2636

    private func rest(
        _ set: AgeingSet, _ steps: [String], model: ModelKind = .dfn, soc: Double = 0.8
    ) throws -> Recorder {
        var o = options(model)
        o.ageing = set
        o.initialState = .stateOfCharge(soc)
        return try simulate(shipped("lg-m50-okane2022"), steps.map { try StepParser.parse($0) }, o)
    }

    /// A year of growth with the root of time takes a few dozen steps, and meets the law to 0.1 %.
    @Test(arguments: ModelKind.allCases) func aYearAtRestIsCheapAndRight(_ model: ModelKind) throws {
        let set = AgeingSets.sei(AgeingSets.solventDiffusion)
        let r = try rest(set, ["Rest for 1 year (1 day period)"], model: model)
        #expect(r.summary!.steps < 150, "\(r.summary!.steps) steps")
        let expected = (25e-18 + Self.growth * 365.25 * 86400).squareRoot()
        #expect(abs(r.cycles[0].ageing!.seiThickness / expected - 1) < 1e-3)
        print("a year at rest, \(model): \(r.summary!.steps) steps, \(milli(r.summary!.solveSeconds)) ms")
    }

    /// All mechanisms of the coupled set at rest, ten years: a few hundred steps.
    @Test func tenYearsOfEverythingAreCheap() throws {
        let r = try rest(AgeingSets.coupled, ["Rest for 10 years (1 day period)"])
        #expect(r.summary!.endReason == "duration")
        #expect(r.summary!.steps < 600, "\(r.summary!.steps) steps")
        print("ten years of everything: \(r.summary!.steps) steps, \(milli(r.summary!.solveSeconds)) ms")
    }

    /// Seasons: each month grows by the Arrhenius factor of its own temperature.
    @Test func seasonsGrowByTheirOwnArrheniusFactors() throws {
        let energy = 38000.0
        let set = AgeingSets.sei(AgeingSets.solventDiffusion, activation: energy)
        let celsius = [0.0, 10, 25, 40, 25, 10]
        let r = try rest(set, celsius.map { "Rest for 61 days (1 day period) at \($0) oC" })
        var square = 25e-18
        for (month, t) in celsius.enumerated() {
            square += Self.growth * 61 * 86400 * exp(energy / Constants.gas * (1 / 298.15 - 1 / (t + 273.15)))
            #expect(r.steps[month].duration == 61 * 86400)
        }
        #expect(abs(r.cycles[0].ageing!.seiThickness / square.squareRoot() - 1) < 1e-3)
    }

    /// Halves of a rest add up to the whole: a switch in between leaves nothing behind.
    @Test func aRestMayBeCut() throws {
        let set = AgeingSets.sei(AgeingSets.solventDiffusion)
        let whole = try rest(set, ["Rest for 365 days (1 day period)"])
        let cut = try rest(set, Array(repeating: "Rest for 73 days (1 day period)", count: 5))
        let a = whole.cycles[0].ageing!, b = cut.cycles[0].ageing!
        #expect(abs(a.seiCapacity / b.seiCapacity - 1) < 5e-4)
        #expect(abs(whole.cycles[0].lossOfLithiumInventory! / cut.cycles[0].lossOfLithiumInventory! - 1) < 5e-4)
    }

    /// Rows that nobody wants are not computed, and nobody's looking changes anything.
    @Test func rowsCostNothingWhereNobodyWantsThem() throws {
        final class Table: ResultSink {
            var cycles: [CycleSummary] = []
            var wantsSamples: Bool { false }
            func begin(variableColumns: [String]) throws {}
            func sample(_ sample: Sample) throws { Issue.record("a row that nobody wants") }
            func endStep(_ summary: StepSummary) throws {}
            func endCycle(_ summary: CycleSummary) throws { cycles.append(summary) }
            func end(_ summary: RunSummary) throws {}
        }
        let drive = DriveCycle(quantity: .current, times: [0, 10, 20, 40], values: [-1, -6, 2, -3])
        let steps = [
            Step(control: .drive(drive), text: "Drive"), Step(control: .cRate(-1), duration: 600),
            Step(control: .rest, duration: 86400, period: 1),
        ]
        var o = options(mesh: .fast)
        o.ageing = AgeingSets.coupled
        o.initialState = .stateOfCharge(0.8)
        let table = Table()
        let cell = try shipped("lg-m50-okane2022")
        _ = try Simulation(cell: cell, options: o).run(
            CyclingProtocol(cycles: [.init(steps: steps)]), into: [table])
        let seen = try simulate(cell, steps, o)
        #expect(table.cycles[0].ageing == seen.cycles[0].ageing)
        #expect(table.cycles[0].dischargeEnergy == seen.cycles[0].dischargeEnergy)
    }
}
