import Testing

@testable import Discovery
@testable import Electrochemistry

@Suite struct SweepTallyTests {
    private func tally(_ course: [(cycle: Int, soh: Double?)]) throws -> SweepTally {
        let tally = SweepTally()
        for (cycle, soh) in course {
            try tally.endCycle(
                CycleSummary(
                    cycle: cycle, dischargeCapacity: 2 * (soh ?? 0.5), chargeCapacity: 2, dischargeEnergy: 7,
                    chargeEnergy: 7, coulombicEfficiency: nil, resistance: nil, lossOfLithiumInventory: nil, soh: soh,
                    ageing: nil, books: nil))
        }
        return tally
    }

    /// Of tests that lie apart the line between them is taken, and of cycles the first below 80 %.
    @Test func lifeIsWhereTheCapacityPassesEightyPercent() throws {
        #expect(try tally([(1, 1), (2, 0.81), (3, 0.79), (4, 0.7)]).life == 3)
        #expect(try tally([(1, 1), (2, 1), (102, 0.9), (103, 0.9), (202, 0.75), (203, 0.75)]).life == 169)
        #expect(try tally([(1, nil), (2, 1), (3, 0.85)]).life == nil)
        let whole = try tally([(1, 1), (2, 1), (102, 0.9), (103, 0.9)])
        #expect(whole.firstCapacity == 2 && whole.lastCapacity == 1.8)
    }
}
