import Cells
import Electrochemistry
import Testing

@testable import Discovery

@Suite struct SweepPlanTests {
    private static let step = "Discharge at {rate}C until 2.5 V"

    private func specification(_ vary: [String]) -> SweepSpecification {
        var s = SweepSpecification()
        s.cells = ["lg-m50-chen2020"]
        s.steps = [Self.step]
        s.vary = vary
        s.samples = 8
        return s
    }

    @Test func valuesReachCellProtocolAndOptions() throws {
        var s = specification([
            "rate=0.5:2", "temperature=10:40", "Negative electrode > Diffusivity [m2.s-1]=*0.5:2",
            "layers := Negative electrode > Thickness [m]; Positive electrode > Thickness [m]=*0.9:1.1",
        ])
        s.spread = ["r := Positive electrode > Particle radius [m]=0.02"]
        let plan = try SweepPlan(s)
        #expect(
            plan.columns == ["cell", "rate", "temperature", "Negative electrode > Diffusivity [m2.s-1]", "layers", "r"])
        let values = plan.values(of: 3)
        let fresh = try ShippedCells.load("lg-m50-chen2020").cell()
        let (cell, options, protocolOfRun) = try plan.configuration(values)
        let numbers = try values.dropFirst().map { try #require($0.number) }
        #expect(options.temperature == numbers[1] + 273.15)
        #expect(protocolOfRun.cycles[0].steps[0].control == .cRate(-numbers[0]))
        let negative = try #require(cell.negative), before = try #require(fresh.negative)
        #expect(abs(negative.thickness / before.thickness - numbers[3]) < 1e-12)
        let ratio =
            negative.materials[0].diffusivity(0.5) / before.materials[0].diffusivity(0.5)
        #expect(abs(ratio - numbers[2]) < 1e-9)
        let radius = try #require(cell.positive?.materials[0].particleRadius)
        let radiusBefore = try #require(fresh.positive?.materials[0].particleRadius)
        #expect(abs(radius / radiusBefore - numbers[4]) < 1e-9)
    }

    /// Cells of a point share its values and differ by their spread.
    @Test func cellsOfAPointDiffer() throws {
        var s = specification(["rate=0.5:2"])
        s.spread = ["Negative electrode > Thickness [m]=0.01"]
        s.cellsPerPoint = 3
        let plan = try SweepPlan(s)
        #expect(plan.runs == 24)
        let rows = (4...6).map { plan.values(of: $0) }
        #expect(rows.allSatisfy { $0[1] == rows[0][1] })
        #expect(Set(rows.map { $0[2].text }).count == 3)
        s.spread = []
        #expect(throws: SweepError.self) { try SweepPlan(s) }
    }

    @Test func ageingParametersAreThoseOfTheSetThatActs() throws {
        var s = specification([
            "ageing=okane2022,sei-solvent-diffusion", "rate=1:2",
            "d := ageing > SEI > SEI solvent diffusivity [m2.s-1]=1e-22:1e-20:log",
        ])
        s.cells = ["lg-m50-okane2022"]
        let plan = try SweepPlan(s)
        for run in 1...8 {
            let values = plan.values(of: run)
            let set = try #require(try plan.configuration(values).1.ageing)
            #expect(set.name == values[1].text)
            guard case .solventDiffusion(let diffusivity, _) = set.sei?.law else {
                Issue.record("another law")
                continue
            }
            #expect(diffusivity == values[3].number)
        }
    }

    @Test(arguments: [
        ["rate=1:2", "Negative electrode > Thicknes [m]=1:2"], ["rate=1:2", "Negative electrode > Porosity=0.5:1.5"],
        [], ["rate=1:2", "temperature=-200:20"], ["rate=1:2", "soc=0:2"], ["rate=*1:2"], ["rate=1:2", "rate=1:3"],
        ["rate=1:2", "ageing > SEI > SEI solvent diffusivity [m2.s-1]=1e-22:1e-20"], ["rate=1:2", "status := soc=0,1"],
    ])
    func whatCannotBeVariedIsRefused(vary: [String]) {
        #expect(throws: SweepError.self) { try SweepPlan(specification(vary)) }
    }

    @Test func shippedRecipesCanBeRun() throws {
        #expect(SweepRecipe.names == ["lco", "lfp", "nmc"])
        for name in SweepRecipe.names {
            let recipe = try SweepRecipe(name)
            var s = recipe.specification
            s.samples = recipe.small
            let plan = try SweepPlan(s)
            #expect(plan.runs < 50 && recipe.specification.samples >= 100)
            for run in 1...plan.runs { _ = try plan.configuration(plan.values(of: run)) }
        }
    }
}
