import Materials
import Testing

@testable import Discovery

@Suite struct ScreeningTests {
    @Test func formulasBecomeReactions() throws {
        let known = try KnownMaterials.shipped()
        func reaction(_ text: String, _ ion: String? = nil) throws -> InsertionReaction {
            try Candidate(formula: text, ion: ion.flatMap { Element(symbol: $0) }, known: known).reaction
        }
        // Listed materials keep their range; others have what redox allows.
        #expect(try reaction("NVP").ionsInserted == 2)
        #expect(try reaction("LiFePO4").charged.reduced == "FeO4P")
        #expect(abs(try reaction("LiFe0.5Mn0.5PO4").ionsInserted - 1) < 1e-9)
        #expect(try reaction("FePO4", "Na").discharged.reduced == "FeNaO4P")
        for text in ["Al2O3", "Li3PO4", "Si", "Li", "LiO5"] {
            #expect(throws: MaterialError.self) { try reaction(text, "Na") }
        }
        #expect(throws: MaterialError.self) { try Candidate(charged: "FePO4", discharged: "LiMnPO4", ion: "Li") }
        #expect(throws: MaterialError.self) { try Candidate(charged: "FePO4", discharged: "LiFePO4", ion: "Xq") }
    }

    @Test func knownVoltagesAnswerAndSaySo() throws {
        let screening = try Screening()
        let candidates = try ["LiFePO4", "LiFe0.9Mg0.1PO4"].map {
            try Candidate(formula: $0, ion: nil, known: screening.known)
        }
        let results = screening.screen(candidates)
        #expect(results[0].voltage.value == 3.43 && results[0].voltageSource?.contains("Padhi") == true)
        #expect(results[1].voltageSource == nil && abs(results[1].voltage.value - 3.4) < 0.5)
        #expect(abs(results[0].capacity - 169.89) < 0.05)
        #expect(results[1].nearestKnown == "LiFePO4")
        let predicted = screening.screen(candidates, predictOnly: true)
        #expect(predicted[0].voltageSource == nil && predicted[0].voltage.value != 3.43)
        for result in predicted {
            #expect(result.voltage.low < result.voltage.value && result.voltage.value < result.voltage.high)
            #expect(result.volumeChange.low >= 0 && result.volumeChange.value < 0.3)
            #expect(abs(result.density.value - 3.5) < 0.6)
        }
    }

    @Test func cobaltPerEnergyFollowsUse() throws {
        let screening = try Screening()
        let names = ["LFP", "NMC811", "NMC622", "NMC111", "LCO"]
        let results = screening.screen(
            try names.map { try Candidate(formula: $0, ion: nil, known: screening.known) })
        let cobalt = try results.map { try #require($0.cobaltPerKWh) }
        #expect(cobalt == cobalt.sorted() && cobalt[0] == 0)
        // 1e6 · 0.6021 / (273.8 mAh/g · 3.9 V)
        #expect(abs(cobalt[4] - 563.8) < 2)
    }

    @Test func clustersAreWhatTheyShouldBe() throws {
        // Three heaps on a line, one of them apart; interleaved.
        let rows = (0..<60).map { [Double([0, 10, 100][$0 % 3]) + Double($0) / 100, 0] }
        let clustering = try #require(Clustering(rows))
        #expect(clustering.labels(clusters: 3) == (0..<60).map { $0 % 3 + 1 })
        #expect(clustering.labels(clusters: 2) == (0..<60).map { $0 % 3 == 2 ? 2 : 1 })
        #expect(Set(clustering.labels(clusters: 60)).count == 60 && Set(clustering.labels(clusters: 1)) == [1])
        // Ward's heights: merging {0} and {1} at distance d grows the sum of squares by d²/2.
        let pair = try #require(Clustering([[0], [3], [100]]))
        #expect(abs(pair.mergers[0].height - 4.5) < 1e-6)
        // Then {0, 3} with {100}: 2·1/3 · (100 − 1.5)².
        #expect(abs(pair.mergers[1].height / (2.0 / 3 * 98.5 * 98.5) - 1) < 1e-5)
        #expect(Clustering([[1]])?.labels(clusters: 4) == [1])
        #expect(Clustering([[Double]]())?.labels(clusters: 4) == [])
    }

    @Test func suggestionsImproveAndDiffer() {
        // φ(0) s = 0.3989 s where the mean is the best so far.
        #expect(abs(Suggestion.expectedImprovement(mean: 1, deviation: 2, best: 1) - 0.797_884_56) < 1e-7)
        #expect(Suggestion.expectedImprovement(mean: 3, deviation: 0, best: 1) == 2)
        #expect(Suggestion.expectedImprovement(mean: -50, deviation: 1, best: 1) == 0)
        // The second best is a twin of the best: the third is taken before it.
        let chosen = Suggestion.diverse([1, 0.99, 0.5, 0.1], [[0], [0], [5], [9]], count: 3)
        #expect(chosen == [0, 2, 3])
        #expect(Suggestion.diverse([], [], count: 3).isEmpty && Suggestion.diverse([1], [[0]], count: 3) == [0])
    }

    @Test func manyAtOnceAnswerAsOneByOne() throws {
        let screening = try Screening()
        let metals = ["Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni"]
        let candidates = try (0..<600).map { index in
            try Candidate(
                formula:
                    "Li\(metals[index % 7])0.\(1 + index % 4)\(metals[(index + 3) % 7])PO4.4F",
                ion: .lithium, known: screening.known)
        }
        let together = screening.screen(candidates)
        #expect(together.map(\.candidate.formula.text) == candidates.map(\.formula.text))
        for index in [0, 77, 511, 512, 599] {
            let alone = try #require(screening.screen([candidates[index]]).first)
            #expect(alone.voltage == together[index].voltage && alone.density == together[index].density)
        }
        let use = try CobaltUse()
        let scores = together.map(\.score)
        let grams = use.gramsPerKWh(scores)
        #expect(grams.count == 600 && grams[0] == use.gramsPerKWh(scores[0]) && grams[2] == use.gramsPerKWh(scores[2]))
    }

    @Test func partsKeepTheirOrder() {
        #expect(Parts.map(Array(0..<2500), size: 7) { $0 * 2 } == (0..<2500).map { $0 * 2 })
        #expect(Parts.map([Int]()) { $0 }.isEmpty)
    }
}
