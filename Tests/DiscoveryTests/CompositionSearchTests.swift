import Materials
import Sustainability
import Testing

@testable import Discovery

@Suite struct CompositionSearchTests {
    private func space(_ sites: [(String, [String])], of formula: String = "LiFePO4", parts: Int = 10) throws
        -> CompositionSpace
    {
        try CompositionSpace(
            framework: Formula(formula), ion: .lithium,
            sites: sites.compactMap { name, choices in
                Element(symbol: name).map {
                    CompositionSpace.Site(element: $0, choices: choices.compactMap { Element(symbol: $0) })
                }
            }, parts: parts)
    }

    @Test func pointsAreFormulas() throws {
        let olivine = try space([("Fe", ["Fe", "Mn", "Co"])])
        #expect(olivine.formula([[5, 5, 0]]) == "LiFe0.5Mn0.5O4P")
        #expect(olivine.formula([[10, 0, 0]]) == "LiFeO4P")
        #expect(olivine.ends.count == 3)
        let double = try space([("Mn", ["Mn", "Ni"]), ("Ni", ["Ni", "Cr"])], of: "LiMn1.5Ni0.5O4", parts: 5)
        // Nickel on both sites is written once.
        let nickel = try #require(Element(symbol: "Ni"))
        let both = try Formula(double.formula([[4, 1], [5, 0]])).composition
        #expect(both[nickel] == 0.8)
    }

    @Test func spacesThatAreNoneAreRefused() throws {
        for sites in [[], [("Co", ["Co"])], [("Fe", [])], [("Fe", ["Fe", "Fe"])], [("Fe", ["Li"])], [("Li", ["Na"])]] {
            #expect(throws: MaterialError.self, "\(sites)") { try space(sites) }
        }
        #expect(throws: MaterialError.self) { try space([("Fe", ["Fe"])], parts: 0) }
        #expect(throws: MaterialError.self) { try space([("Fe", ["Fe"])], of: "FePO4") }
    }

    @Test func frontsHoldWhatNoneBeats() {
        let fronts = CompositionSearch.fronts([[1, 1], [2, 0], [0, 2], [0.5, 0.5], [0.5, 0.5], [0, 0]])
        #expect(fronts == [[0, 1, 2], [3, 4], [5]])
        let lonely = CompositionSearch.crowding([[0, 4], [1, 3], [1.1, 2.9], [4, 0]])
        #expect(lonely[0] == .infinity && lonely[3] == .infinity && lonely[2] > lonely[1])
    }

    @Test func theSearchKeepsToItsConstraintsAndRepeats() throws {
        let screening = try Screening()
        let olivine = try space([("Fe", ["Fe", "Mn", "Co", "Ni", "Mg"])])
        var search = CompositionSearch()
        (search.population, search.generations) = (24, 6)
        search.constraints.maxCobalt = 0
        let found = search.run(olivine, screening)
        #expect(!found.front.isEmpty && found.evaluated > 50 && found.excluded > 0)
        // Magnesium alone gives no lithium.
        #expect(found.refused > 0)
        for own in found.front {
            #expect(own.screened.score.cobaltMassFraction == 0)
            #expect(own.specificEnergyBound < own.screened.specificEnergy)
        }
        func beats(_ a: DesignedMaterial, _ b: DesignedMaterial) -> Bool {
            guard a.specificEnergyBound > b.specificEnergyBound else { return false }
            return a.scoreBound > b.scoreBound && a.hullBound < b.hullBound
        }
        for own in found.front { #expect(!found.front.contains { beats($0, own) }) }
        let again = search.run(olivine, screening)
        func texts(_ found: CompositionSearch.Found) -> [String] {
            found.front.map { $0.screened.candidate.formula.text }
        }
        #expect(texts(found) == texts(again))
        search.generations = 12
        let longer = search.run(olivine, screening)
        let (first, later) = (found.front[0].specificEnergyBound, longer.front[0].specificEnergyBound)
        #expect(later >= first)
    }
}
