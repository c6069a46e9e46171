import Foundation
import Materials
import Testing

@testable import Sustainability

@Suite struct ScoreTests {
    private func value(_ text: String, _ kind: IndicatorKind, _ scorer: Scorer) throws -> IndicatorValue {
        try #require(scorer.score(Formula(text)).indicators.first { $0.kind == kind })
    }

    @Test func theExpectedOrders() throws {
        let scorer = try Scorer()
        func values(_ names: [String], _ kind: IndicatorKind) throws -> [Double] {
            try names.map { try #require(try value($0, kind, scorer).value) }
        }
        let cobalt = try values(["LFP", "NMC811", "NMC622", "NMC111", "LCO"], .cobalt)
        #expect(cobalt == cobalt.sorted() && Set(cobalt).count == 5)
        let scarcity = try values(["NaFePO4", "LiFePO4"], .scarcestElement)
        #expect(scarcity[0] > scarcity[1])
        let risk = try values(["LFP", "LMO", "NMC811", "NMC622", "NMC111", "LCO"], .supplyRisk)
        #expect(risk.prefix(2).allSatisfy { low in risk.dropFirst(2).allSatisfy { low < $0 } })
    }

    @Test(arguments: ["LiFePO4", "LiCoO2", "Na3V2(PO4)2F3", "C6", "TiNb2O7", "Si", "H2O", "PuO2", "LiTaO3", "Li2CO3"])
    func everyNumberLiesWithinItsBounds(_ text: String) throws {
        let score = try Scorer().score(Formula(text))
        #expect(score.scoreLow <= score.score + 1e-9 && score.score <= score.scoreHigh + 1e-9)
        #expect((0...100).contains(score.scoreLow) && (0...100.0001).contains(score.scoreHigh))
        for indicator in score.indicators {
            #expect((0...1.000001).contains(indicator.coverage))
            #expect(indicator.low <= indicator.high)
            if let own = indicator.value, let mark = indicator.score {
                #expect(
                    own >= indicator.low * (1 - 1e-9) - 1e-12 && own <= indicator.high * (1 + 1e-9) + 1e-12,
                    "\(indicator)")
                #expect(mark >= indicator.scoreLow - 1e-6 && mark <= indicator.scoreHigh + 1e-6, "\(indicator)")
                #expect(indicator.year >= 1990)
            } else {
                #expect(indicator.coverage == 0 && indicator.high > indicator.low)
            }
        }
    }

    /// A missing datum widens the interval and never counts as zero.
    @Test func whatIsMissingWidensTheInterval() throws {
        let scorer = try Scorer()
        // Sodium and phosphorus have no carbon factor, cobalt has.
        let gap = try value("Na3V2(PO4)3", .carbon, scorer)
        #expect(gap.coverage < 0.8)
        #expect(gap.high - gap.low > 3)
        let known = try value("LiCoO2", .carbon, scorer)
        #expect(known.coverage > 0.999 && known.high - known.low < 5)
        #expect(try value("NaCl", .energy, scorer).low == 0)
        #expect(try value("NaCl", .energy, scorer).value == nil)
    }

    @Test func theFormOfAMineralCounts() throws {
        let scorer = try Scorer()
        #expect(try value("C6", .criticality, scorer).value == 1)
        #expect(try value("Si", .criticality, scorer).value == 1)
        #expect(try #require(try value("Na2SiO3", .criticality, scorer).value) == 0)
        #expect(try #require(try value("CaCO3", .criticality, scorer).value) == 0)
        #expect(try value("C6", .carbon, scorer).coverage == 1)
        #expect(try value("CaCO3", .carbon, scorer).coverage < 1)
    }

    /// pymatgen's HHIModel (2026.10.24): the mass-weighted mean of the indices of Gaultois et al.
    @Test(arguments: [
        ("LiCoO2", 2235.766919158855, 2087.105094719948), ("LiFePO4", 1572.68872181065, 1884.540806406233),
        ("NaFePO4", 1457.1584347619798, 1608.9355926661644),
    ]) func concentrationOf2011IsThatOfPymatgen(_ text: String, _ production: Double, _ reserve: Double) throws {
        let table = try ElementTable.shipped()
        let composition = try Formula(text).composition
        let masses = table.massFractions(composition)
        func mean(_ column: String) -> Double {
            zip(composition.elements, masses).reduce(0) { $0 + $1.1 * (table.value(column, $1.0) ?? .nan) }
        }
        #expect(abs(mean("hhi_production_2011") / production - 1) < 1e-3)
        #expect(abs(mean("hhi_reserve_2011") / reserve - 1) < 1e-3)
    }

    @Test func weightsAreTheUsers() throws {
        let cobalt = try Scorer(weights: ScoreWeights(["only", "cobalt_mass_fraction=1"]))
        let score = try cobalt.score(Formula("LiCoO2"))
        #expect(score.score == 0)
        #expect(try cobalt.score(Formula("LiFePO4")).score == 100)
        for words in [
            ["carbon=1"], ["carbon_footprint"], ["carbon_footprint=x"], ["carbon_footprint=-1"], ["only", "price=0"],
            ["toxicity=1", "toxicity=2"], ["element_price=nan"], ["element_price=inf"], ["only"],
        ] {
            #expect {
                try ScoreWeights(words)
            } throws: { ($0 as? MaterialError)?.kind == .usage }
        }
    }

    @Test func ranksCarryTheirStability() throws {
        let scorer = try Scorer()
        let names = ["LCO", "LFP", "NMC811", "NMC622", "NMC111", "LMO", "NaFePO4"]
        let materials = try names.map { scorer.score(try Formula($0)) }
        let ranking = Ranking(materials, scorer: scorer)
        #expect(Set(ranking.places.map(\.rank)) == Set(1...7))
        for place in ranking.places { #expect(place.rankLow <= place.rank && place.rank <= place.rankHigh) }
        // Cobalt oxide is last however the weights are turned; somewhere the ranks depend on them.
        #expect(ranking.places[0].rankLow == 7)
        #expect(ranking.places.contains { $0.rankHigh > $0.rankLow })
        #expect(!ranking.places[0].isParetoOptimal && ranking.places[6].isParetoOptimal)
        #expect(Ranking(materials, scorer: scorer).places == ranking.places)
    }

    @Test func aHundredThousandFormulasInASecond() throws {
        let scorer = try Scorer()
        let texts = (0..<1000).map { "LiNi0.\(1 + $0 % 9)Mn0.\(1 + $0 % 7)Co0.\($0 % 900 + 1)O2" }
        let time = try ContinuousClock().measure {
            for _ in 0..<100 { for text in texts { _ = scorer.score(try Formula(text)) } }
        }
        // One second on an idle machine; this one may be shared.
        #expect(time < .seconds(3))
    }
}
