import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Runs that skip cycles, beside the same runs in full.
@Suite struct CycleJumpTests {
    private static let cycle = ["Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/20"]

    private func run(
        _ set: AgeingSet, _ plan: CyclingProtocol, model: ModelKind = .dfn, jumps: CycleJumps? = CycleJumps(),
        untilCapacity: Double? = nil, from start: RunCheckpoint? = nil,
        keeping points: UnsafeMutablePointer<[RunCheckpoint]>? = nil
    ) throws -> Recorder {
        var o = options(model, mesh: .fast)
        o.ageing = set
        o.jumps = jumps
        o.untilCapacity = untilCapacity
        let recorder = Recorder()
        _ = try Simulation(cell: shipped("lg-m50-okane2022"), options: o).run(
            plan, into: [recorder], from: start, fingerprint: "f",
            checkpoint: points.map { points in { points.pointee.append($0) } })
        return recorder
    }

    private func plan(_ cycles: Int, _ steps: [String] = cycle) throws -> CyclingProtocol {
        let steps = try steps.map { try StepParser.parse($0) }
        return CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: cycles))
    }

    /// Most cycles are skipped, the estimate bounds the error, and no lithium is lost or found.
    @Test func jumpsMeetTheFullRun() throws {
        let plan = try plan(200)
        let jumped = try run(AgeingSets.coupled, plan), full = try run(AgeingSets.coupled, plan, jumps: nil)
        let summary = try #require(jumped.summary?.jumps)
        #expect(full.summary!.jumps == nil && full.cycles.count == 200)
        #expect(summary.skippedCycles > 120 && summary.skippedCycles + jumped.cycles.count == 200)
        #expect(summary.skippedCycles == jumped.cycles.reduce(0) { $0 + $1.skippedCycles })
        #expect(jumped.summary!.cycles == 200 && jumped.cycles.last!.cycle == 200)
        #expect(summary.estimatedError < 2e-3)
        #expect(jumped.cycles.compactMap(\.jumpError).allSatisfy { $0 <= 1e-4 })
        var worst = 0.0
        for a in jumped.cycles {
            let b = full.cycles[a.cycle - 1]
            worst = max(worst, abs(a.soh! - b.soh!))
            for key: KeyPath<AgeingState, Double> in [
                \.seiCapacity, \.crackSEICapacity, \.platedCapacity, \.capacityInLostMaterial,
            ] { worst = max(worst, abs(a.ageing![keyPath: key] - b.ageing![keyPath: key]) / 5) }
            for key: KeyPath<AgeingState, Double> in [\.lossOfActiveMaterialNegative, \.lossOfActiveMaterialPositive] {
                worst = max(worst, abs(a.ageing![keyPath: key] - b.ageing![keyPath: key]))
            }
        }
        print(
            "jumps: \(summary.jumps) over \(summary.skippedCycles) of 200, estimated \(summary.estimatedError), \(worst)"
        )
        #expect(worst < summary.estimatedError && worst < 5e-4)
        // The time goes on as if every cycle had run.
        let end = full.samples.last!.time
        #expect(abs(jumped.samples.last!.time / end - 1) < 1e-4)
        // What the films and metals have taken is what the particles have given, at every row.
        let initial = jumped.cycles[0].ageing!.lithiumLost / jumped.cycles[0].lossOfLithiumInventory!
        for c in jumped.cycles {
            #expect(abs(c.ageing!.lithiumLost / initial - c.lossOfLithiumInventory!) < 1e-12, "cycle \(c.cycle)")
        }
    }

    /// A tighter tolerance skips less and comes closer.
    @Test func theToleranceRules() throws {
        let set = AgeingSets.sei(AgeingSets.solventDiffusion)
        let plan = try plan(150)
        let full = try run(set, plan, model: .spm, jumps: nil).cycles.last!.ageing!.seiCapacity
        let loose = try run(set, plan, model: .spm, jumps: CycleJumps(tolerance: 1e-3))
        let tight = try run(set, plan, model: .spm, jumps: CycleJumps(tolerance: 1e-6))
        #expect(tight.summary!.jumps!.skippedCycles < loose.summary!.jumps!.skippedCycles)
        #expect(tight.summary!.jumps!.skippedCycles > 0)
        #expect(abs(tight.cycles.last!.ageing!.seiCapacity - full) / 5 < 2e-6)
        #expect(abs(loose.cycles.last!.ageing!.seiCapacity - full) / 5 < 1e-3)
    }

    /// A run cut between two jumps and resumed gives the same bits.
    @Test func jumpsResume() throws {
        let plan = try plan(80)
        var points: [RunCheckpoint] = []
        let whole = try withUnsafeMutablePointer(to: &points) {
            try run(AgeingSets.coupled, plan, model: .spme, keeping: $0)
        }
        #expect(whole.summary!.jumps!.jumps > 2)
        for k in [1, points.count / 2, points.count - 2] {
            let point = try RunCheckpoint(text: points[k].text, fingerprint: "f")
            #expect(point == points[k])
            let rest = try run(AgeingSets.coupled, plan, model: .spme, from: point)
            let expected = whole.cycles.filter { $0.cycle > point.cycle }
            #expect(rest.cycles.map(\.cycle) == expected.map(\.cycle))
            #expect(rest.cycles.map(\.ageing) == expected.map(\.ageing))
            #expect(rest.cycles.map(\.soh) == expected.map(\.soh))
            #expect(rest.samples == whole.samples.filter { $0.cycle > point.cycle })
            #expect(rest.summary!.jumps == whole.summary!.jumps)
        }
    }

    /// The end at a capacity is met in a cycle that is simulated, where the full run meets it.
    @Test func lifeEndsWhereTheFullRunEndsIt() throws {
        let plan = try plan(300)
        let full = try run(AgeingSets.coupled, plan, jumps: nil, untilCapacity: 0.982)
        let jumped = try run(AgeingSets.coupled, plan, untilCapacity: 0.982)
        #expect(full.summary!.endOfLife != nil && full.cycles.count > 100)
        #expect(jumped.summary!.endOfLife != nil && jumped.cycles.last!.soh! <= 0.982)
        #expect(jumped.cycles.count < full.cycles.count / 2)
        #expect(abs(jumped.summary!.cycles - full.summary!.cycles) <= 2)
    }

    /// Reference tests between the cycles are all simulated.
    @Test func referenceTestsAreNotSkipped() throws {
        let steps = try Self.cycle.map { try StepParser.parse($0) }
        var test = try ["Discharge at C/3", "Charge at C/3", "Hold at 4.2 V until C/20"].map {
            try StepParser.parse($0)
        }
        for k in test.indices { test[k].tags = ["RPT"] }
        let block = [CyclingProtocol.Cycle(steps: test)] + Array(repeating: .init(steps: steps), count: 40)
        let plan = CyclingProtocol(cycles: block + block + [.init(steps: test)])
        let r = try run(AgeingSets.sei(AgeingSets.solventDiffusion), plan, model: .spm)
        #expect(r.summary!.jumps!.skippedCycles > 20)
        let tests = Set(r.steps.filter { $0.tags == ["RPT"] }.map(\.cycle))
        #expect(tests == [1, 42, 83])
    }

    @Test func jumpsThatCannotBeAreRefused() throws {
        var o = options(.spm, mesh: .fast)
        o.jumps = CycleJumps()
        let cell = try shipped("lg-m50-okane2022")
        #expect(throws: SimulationError.self) { try Simulation(cell: cell, options: o) }
        o.ageing = AgeingSets.coupled
        _ = try Simulation(cell: cell, options: o)
        o.jumps = CycleJumps(tolerance: 0)
        #expect(throws: SimulationError.self) { try Simulation(cell: cell, options: o) }
        o.jumps = CycleJumps()
        o.ageing!.dryOut = DryOutParameters()
        #expect(throws: SimulationError.self) { try Simulation(cell: cell, options: o) }
    }

    // MARK: - Forecast of the end

    @Test func theEndIsForecastFromTheFade() {
        var linear = FadeForecast(), root = FadeForecast(), none = FadeForecast()
        for cycle in 1...400 {
            linear.add(cycle: cycle, soh: 1 - 2e-4 * Double(cycle))
            root.add(cycle: cycle, soh: 1 - 5e-3 * Double(cycle).squareRoot())
            none.add(cycle: cycle, soh: 1)
        }
        #expect(abs(linear.cycle(at: 0.8)! - 1000) < 1e-6)
        // √t carried on along its chord over the later half: 1600 cycles in truth.
        #expect((1000...1600).contains(root.cycle(at: 0.8)!))
        #expect(none.cycle(at: 0.8) == nil)
        #expect(FadeForecast().cycle(at: 0.8) == nil)
        #expect(linear.cycle(at: 0.95) == 400)
    }

    /// What the progress bar is told comes nearer to the truth while the run goes on.
    @Test func progressExpectsTheEndOfALife() throws {
        var o = options(.spm, mesh: .fast)
        o.ageing = AgeingSets.sei(AgeingSets.ecReaction)
        o.untilCapacity = 0.9
        var expected: [(cycle: Int, cycles: Double)] = []
        let end = try Simulation(cell: shipped("lg-m50-okane2022"), options: o).run(
            plan(1000), progress: { expected.append(($0.cycle, $0.expectedCycles)) }
        ).cycles
        #expect(expected[0].cycles == 1000)
        let half = try #require(expected.first { $0.cycle == end / 2 }), last = try #require(expected.last)
        #expect(abs(half.cycles / Double(end) - 1) < 0.35, "\(half) of \(end)")
        #expect(abs(last.cycles / Double(end) - 1) < 0.1)
    }
}
