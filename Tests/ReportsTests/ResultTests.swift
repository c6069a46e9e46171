import Testing

@testable import Reports

@Suite struct ResultTests {
    private static func page(_ json: String) throws -> Page {
        try Report.page(
            [LoadedResult(name: "x.json", document: ResultDocument(place: "x.json", json: json))], version: "1",
            command: "cellar")
    }

    @Test func missingKeysAreNamed() {
        let error = #expect(throws: ReportError.self) {
            try Self.page(#"{"summary": [], "end_reason": "", "cell": "c"}"#)
        }
        #expect(error?.description.contains("x.json: discharge_capacity_Ah: missing") == true)
    }

    @Test(arguments: ["[]", "{}", "[1, 2]", #"{"a": 1}"#, #"[{"a": 1}]"#, "{"])
    func whatIsNoResultIsRefused(json: String) {
        #expect(throws: ReportError.self) { try Self.page(json) }
    }

    @Test func anotherVersionIsTold() throws {
        let page = try Self.page(
            #"{"cellar_version": "0", "summary": [], "end_reason": "", "cell": "c", "discharge_capacity_Ah": 5}"#)
        #expect(page.chapters[0].warnings.contains { $0.contains("made by cellar 0") })
    }

    @Test func predictionsAnswerWithTheirInterval() throws {
        let page = try Self.page(
            #"""
            [{"file": "a.csv", "cycles_seen": 300, "nominal_capacity_Ah": 5, "soh": 0.9, "soh_low": 0.89, "soh_high": 0.91,
              "end_of_life_soh": 0.8, "rul_cycles": 163, "rul_low": 46, "rul_high": 875, "in_domain": false, "model": "m"}]
            """#)
        let answer = page.chapters[0].answer
        #expect(answer.contains("163") && answer.contains("46") && answer.contains("875"))
        #expect(answer.contains("not trained on cells like it"))
    }

    /// The parts of a stack reach up to all lithium lost: what is dead is part of what was plated and not counted twice.
    @Test func causesOfFadeAddUp() {
        let table = CycleColumns(
            name: "t",
            columns: [
                "cycle": [1, 2], "sei_capacity_Ah": [0.1, 0.2], "plated_capacity_Ah": [0.1, 0.3],
                "dead_lithium_capacity_Ah": [0.05, 0.1],
            ])
        let last = FadeFigures.losses(table).compactMap(\.values.last)
        #expect(abs(last.reduce(0, +) - 0.5) < 1e-12)
        #expect(FadeFigures.largest(table)?.name == "SEI" || FadeFigures.largest(table)?.name == "plated lithium")
    }

    @Test func lifeEndsBetweenRows() {
        #expect(FadeFigures.crossing([Point(1, 100), Point(101, 81), Point(201, 79)], 80) == 151)
        #expect(FadeFigures.crossing([Point(1, 100), Point(101, 81)], 80) == nil)
    }

    @Test func longSeriesKeepFirstAndLastCycle() {
        var series = TimeSeries(name: "s")
        for cycle in 1...1000 {
            for row in 0..<5 {
                series.add(
                    TimeSeries.Row(time: Double(5 * cycle + row), voltage: 4, current: -1, temperature: 25),
                    cycle: cycle)
            }
        }
        #expect(series.seen == 1000 && series.cycles.count <= 25)
        #expect(series.shown(6).map(\.number).first == 1 && series.shown(6).map(\.number).last == 1000)
    }

    @Test func ranksKnowTies() {
        #expect(abs(SweepChapter.rank([1, 2, 3, 4], [1, 8, 27, 64]) - 1) < 1e-12)
        #expect(abs(SweepChapter.rank([1, 2, 3, 4], [4, 3, 2, 1]) + 1) < 1e-12)
        #expect(SweepChapter.rank([1, 1, 1], [1, 2, 3]).isNaN)
    }
}
