import Cells
import Electrochemistry
import Learning
import Materials
import Sustainability
import Testing

@testable import Discovery

/// The surrogate of lives beside the simulation that it stands for.
@Suite struct LifeSurrogateTests {
    private static func ageing(_ change: Double) -> CandidateAgeing {
        CandidateAgeing(
            candidate: .init(.layeredOxide, potential: 3.8, volumeChange: .exactly(change), swing: 25_000),
            role: .positive,
            counter: .init(.graphite, potential: 0.12, volumeChange: .exactly(0.1), swing: 25_000))
    }

    private static func row(_ cell: Cell, _ set: AgeingSet) throws -> [String: Double] {
        let features = try #require(SurrogateFeatures(cell, ageing: set, test: LifeSimulation()))
        return Dictionary(uniqueKeysWithValues: zip(SurrogateFeatures.names, features.row))
    }

    /// Each mechanism's pace rises with its own parameter and leaves the others alone; the life by paces falls.
    @Test func pacesFollowTheirParameters() throws {
        let cell = try ShippedCells.load("nmc532-mohtat2020").cell()
        let set = Self.ageing(0.03).middle
        let base = try Self.row(cell, set)
        let changes: [(name: String, change: (inout AgeingSet) -> Void)] = [
            (
                "log share of lithium taken by SEI",
                { $0.sei?.law = .solventDiffusion(diffusivity: 1e-19, concentration: 2636) }
            ),
            ("log growth of cracks", { $0.negative.cracks?.rate *= 10 }),
            ("log share of positive material lost by stress", { $0.positive.stressLoss?.rate *= 10 }),
            ("log share of negative material lost by stress", { $0.negative.stressLoss?.criticalStress *= 0.5 }),
            ("log share of positive material dissolved", { $0.positive.dissolution?.exchangeCurrent *= 10 }),
            ("log share of charge that slips by oxidation", { $0.oxidation?.exchangeCurrent *= 10 }),
        ]
        for (name, change) in changes {
            var own = set
            change(&own)
            let row = try Self.row(cell, own)
            #expect(try #require(row[name]) > #require(base[name]) + 0.1, "\(name)")
            let life = "log life by paces alone"
            #expect(try #require(row[life]) <= #require(base[life]) + 1e-9, "\(name)")
            for other in changes.map(\.name) where other != name {
                #expect(row[other] == base[other], "\(name) moved \(other)")
            }
        }
        var none = set
        none.sei = nil
        #expect(try Self.row(cell, none)["SEI grows"] == 0)
    }

    /// What comes along says of a known cell what its simulation says, as closely as its card claims, and its file is sound.
    @Test func theShippedOneStandsForTheSimulation() throws {
        let surrogate = try #require(try LifeSurrogate.shipped())
        #expect(surrogate.serves(LifeSimulation()))
        #expect(surrogate.card.error < 0.7 * surrogate.card.meanError)
        #expect((0.8...0.98).contains(surrogate.card.coverage))
        var options = EvaluationOptions()
        options.samples = 0
        options.thickness = 6e-5
        options.porosity = 0.35
        let evaluation = try CandidateEvaluator().evaluate("LiNi0.7Mn0.2Co0.1O2", options)
        let life = try evaluation.life(surrogate, samples: 100, checks: 8, seed: 4)
        let cycles = life.estimate.cycles
        #expect(cycles.low < cycles.value && cycles.value < cycles.high)
        #expect(life.estimate.deliveredEnergy.low > 0 && life.estimate.candidateShare == nil)
        let check = try #require(life.check)
        #expect(check.cells == 8 && check.error < 3 * surrogate.card.error && check.coverage >= 0.6, "\(check)")
        let again = try LifeSurrogate(bytes: surrogate.encoded())
        #expect(again == surrogate)
        var damaged = try surrogate.encoded()
        damaged[damaged.count / 2] ^= 1
        #expect(throws: LearningError.self) { try LifeSurrogate(bytes: damaged) }
    }

    /// Cells unlike any it was trained on get no answer.
    @Test func farCellsAreRefused() throws {
        let surrogate = try #require(try LifeSurrogate.shipped())
        var options = EvaluationOptions()
        options.samples = 0
        options.thickness = 4.5e-4
        options.porosity = 0.75
        let evaluation = try CandidateEvaluator().evaluate("LFP", options)
        #expect(throws: MaterialError.self) { try evaluation.life(surrogate, samples: 40, seed: 1) }
    }

    @Test func tooLittleToTrainOnIsRefused() throws {
        var training = LifeSurrogateTraining()
        training.samples = 2
        #expect(throws: MaterialError.self) {
            try training.train([.init("no such material")], evaluator: CandidateEvaluator())
        }
    }
}
