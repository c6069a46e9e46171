import CyclingData
import Foundation
import Testing

@testable import Lifetime

/// `Examples/Data/aged-cell.csv`, whose simulation (README.md has its command) was run on to its end of life: at cycle 250
/// the cell gives 4.4936 A·h, and cycle 686 is the first below 80 % of 5 A·h.
@Suite struct ExampleFileTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Examples/Data/aged-cell.csv").standardized.path

    @Test func theTruthLiesInTheIntervals() throws {
        let cell = try CellHistory(name: "aged-cell", paths: [Self.path])
        var options = LifetimePrediction.Options()
        options.nominalCapacity = 5
        let models = LifetimePrediction.shippedModels { Issue.record("\($0)") }
        let found = try LifetimePrediction(cell, models: models, options: options)
        #expect(found.cyclesSeen == 250)
        let health = 4.49363 / 5
        #expect(found.sohLow <= health && health <= found.sohHigh)
        #expect(found.sohHigh - found.sohLow < 0.02)
        let remaining = try #require(found.remaining)
        #expect(remaining.low <= 436 && 436 <= remaining.high)
        // An NMC cell under a protocol of its own is none that the shipped models know.
        #expect(!found.isInDomain && found.warnings.contains { $0.contains("not warranted") })
    }

    /// Every fifth cycle is in the file: what the others moved is not counted with it.
    @Test func capacitiesAreTheSimulations() throws {
        let cell = try CellHistory(name: "aged-cell", paths: [Self.path])
        #expect(cell.cycles == [1] + stride(from: 5, through: 250, by: 5).map { Double($0) })
        #expect(abs((cell.capacities.last ?? 0) - 4.49363) < 2e-5)
    }
}
