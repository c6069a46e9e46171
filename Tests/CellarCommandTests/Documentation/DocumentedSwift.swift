import Cells
import CyclingData
import Discovery
import Electrochemistry
import Learning
import Materials
import Reports
import Sustainability
import Testing

/// The Swift that stands in the documentation, compiled; `DocumentationTests` compares it with the pages.
@Suite struct DocumentedSwift {
    /// README.
    @Test func discharge() throws {
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        var options = SimulationOptions()
        options.model = .spme
        let simulation = try Simulation(cell: cell, options: options)
        let step = try StepParser.parse("Discharge at 1C until 2.5 V")
        let result = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]))
        print(result.dischargeCapacity, result.dischargeEnergy)
        #expect(result.dischargeCapacity > 4 && result.dischargeCapacity < 5.5)
    }

    /// Reports.
    @Test func page() throws {
        let figure = Figure(
            "discharge", "A discharge", x: Axis("Capacity passed", "Ah"),
            panels: [Panel(Axis("Voltage", "V"), [Series("1C", .series(0), .line, [Point(0, 4.1), Point(5, 2.5)])])])
        let chapter = Page.Chapter(
            "A cell", question: "One discharge at 1C.", answer: "It gives 5 Ah.", blocks: [.figures([figure])])
        let page = Page(title: "A cell", chapters: [chapter], version: "", command: "")
        print(PageWriter(page, runtime: VegaRuntime.find()).html())
        #expect(page.chapters.count == 1)
    }

    /// Electrochemistry.
    @Test func pseudoTwoDimensional() throws {
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        let simulation = try Simulation(cell: cell)
        let step = try StepParser.parse("Discharge at 1C until 2.5 V")
        let result = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]))
        #expect(result.dischargeEnergy > 14)
    }

    /// Cells.
    @Test func cellFile() throws {
        var file = try CellFile.resolve("lg-m50-chen2020")  // a shipped cell, or a path
        try file.set(path: "Negative electrode > Thickness [m]", value: "9e-5")
        let cell = try file.cell()
        print(cell.openCircuitVoltage(stateOfCharge: 0.5))
        #expect(cell.negative?.thickness == 9e-5)
    }

    /// Its second piece.
    private func ageingSets(_ given: CellFile) throws {
        var file = given
        var ageing = try file.ageingSet(named: "sei-reaction")
        ageing.sei?.initialThickness = 8e-9
        try file.put(ageing)  // file.json() has it now
        let fitted = try AgeingSet.load(path: "calendar.yaml")
        _ = fitted
    }

    /// CyclingData.
    private func cycles() throws -> [MeasuredCycle] {
        let reader = try CyclingReader(paths: ["cell.mpt"])
        var builder = CycleBuilder()
        while let records = try reader.next() { try builder.take(records) }
        let cycles = try builder.finish()
        return cycles
    }

    /// Discovery.
    @Test func screening() throws {
        let screening = try Screening()
        let candidate = try Candidate(formula: "LiFe0.5Mn0.5PO4", ion: nil, known: screening.known)
        print(screening.screen([candidate])[0].voltage)
    }

    /// Materials.
    @Test func materials() throws {
        let formula = try Formula("Li[Ni0.8Mn0.1Co0.1]O2")
        let reaction = try InsertionReaction(formula: formula)
        print(reaction.gravimetricCapacity(try .shipped()))  // mAh/g, exact
        let rows = [try ReactionDescriptors().describe(reaction)]
        print(try PropertyModel.shipped("voltage").predict(rows)[0])  // V, with its 90 % interval
    }

    /// Sustainability.
    @Test func scores() throws {
        let scorer = try Scorer(weights: ScoreWeights(["carbon_footprint=4"]))
        let materials = try ["LFP", "NMC811"].map { scorer.score(try Formula($0)) }
        print(materials[0].score, materials[0].scoreLow, materials[0].scoreHigh)
        print(Ranking(materials, scorer: scorer).places)
    }
}
