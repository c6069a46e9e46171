import Foundation
import Testing

@testable import Electrochemistry

@Suite struct ProtocolFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, name: String = "p.yaml", times: Int = 1) throws -> CyclingProtocol {
        try ProtocolFile.read(path: folder.file(name, text), times: times)
    }

    private func shape(_ plan: CyclingProtocol) -> [[String]] { plan.cycles.map { $0.steps.map(\.text) } }

    @Test func listOfStepsIsOneCycle() throws {
        let steps = ["Discharge at 1C until 2.5 V", "Rest for 1 hour"]
        #expect(try shape(read("- Discharge at 1C until 2.5 V\n- Rest for 1 hour\n")) == [steps])
        #expect(try shape(read("steps:\n  - Discharge at 1C until 2.5 V\n  - Rest for 1 hour\n")) == [steps])
        #expect(try shape(read(#"["Discharge at 1C until 2.5 V", "Rest for 1 hour"]"#, name: "p.json")) == [steps])
        let object = #"{"name": "x", "description": "y", "repeat": 2, "steps": ["Rest for 1 s"]}"#
        #expect(try shape(read(object, name: "p.json")) == [["Rest for 1 s"], ["Rest for 1 s"]])
        #expect(try shape(read("- Rest for 1 s\n", times: 3)).count == 3)
    }

    @Test func repeatsNest() throws {
        let plan = try read(
            """
            - Rest for 1 s
            - repeat: 2
              steps:
                - repeat: 3
                  steps:
                    - Rest for 2 s
                - Rest for 3 s
            - Rest for 4 s
            """)
        let inner = [["Rest for 2 s"], ["Rest for 2 s"], ["Rest for 2 s"], ["Rest for 3 s"]]
        #expect(shape(plan) == [["Rest for 1 s"]] + inner + inner + [["Rest for 4 s"]])
    }

    @Test func cycleHoldsItsGroupsTogether() throws {
        let plan = try read(
            """
            - repeat: 2
              tag: HPPC
              cycle:
                - repeat: 2
                  steps:
                    - Rest for 1 s
                    - step: Discharge at 2C for 10 seconds
                      tag: pulse
                - Rest for 2 s
            """)
        #expect(plan.cycles.count == 2)
        #expect(plan.cycles[0].steps.count == 5)
        #expect(plan.cycles[0].steps[1].tags == ["HPPC", "pulse"])
        #expect(plan.cycles[1].steps[4].tags == ["HPPC"])
    }

    @Test func referenceTestsComeEveryN() throws {
        let text = """
            - tag: RPT
              every: 2
              steps: [Rest for 9 s]
            - repeat: 5
              steps: [Rest for 1 s]
            """
        let plan = try read(text)
        let tags = plan.cycles.map { $0.steps[0].tags.isEmpty ? "c" : "R" }.joined()
        #expect(tags == "RccRccRc")
        #expect(plan.cycles[0].steps[0].tags == ["RPT"])
        let twice = try read(text, times: 2).cycles.map { $0.steps[0].tags.isEmpty ? "c" : "R" }.joined()
        #expect(twice == "RccRccRccRccRccR")
    }

    /// Of several temperatures the innermost holds.
    @Test func blocksHaveTemperatures() throws {
        let plan = try read(
            """
            - repeat: 2
              temperature: -5
              steps:
                - repeat: 2
                  cycle:
                    - Rest for 1 s
                    - Rest for 2 s at 40 oC
                    - temperature: 10
                      repeat: 2
                      steps: [Rest for 3 s]
                - temperature: 30
                  steps: [Rest for 4 s]
            - step: Rest for 5 s
              temperature: 50
            - Rest for 6 s
            """)
        let celsius = plan.cycles.map { $0.steps.map { $0.temperature.map { ($0 - 273.15).rounded() } } }
        let inner: [[Double?]] = [[-5, 40, 10, 10], [-5, 40, 10, 10], [30]]
        #expect(celsius == inner + inner + [[50, nil]])
    }

    /// The example of a year: seasons, a holiday and reference tests.
    @Test func theYearOfTheExampleHasItsSeasons() throws {
        let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Examples/Protocols").path
        let plan = try ProtocolFile.read(path: examples + "/commuter-year.yaml", times: 2)
        let tests = plan.cycles.indices.filter { plan.cycles[$0].tags == ["RPT"] }
        #expect(tests.count == 9 && tests.prefix(3) == [0, 89, 178])
        let days = plan.cycles.filter(\.tags.isEmpty)
        #expect(days.count == 704)
        let year = days.prefix(352).map { Int((($0.steps[0].temperature ?? 0) - 273.15).rounded()) }
        let seasons = [(2, 91), (12, 91), (27, 40), (32, 1), (27, 37), (12, 92)]
        #expect(year == seasons.flatMap { Array(repeating: $0.0, count: $0.1) })
        // A few days of it, as they run: the drive's energy and each day's own temperature.
        var o = options(.spme, mesh: .fast)
        o.ageing = AgeingSets.coupled
        o.initialState = .stateOfCharge(0.8)
        let recorder = Recorder()
        let some = CyclingProtocol(cycles: [days[0], days[150], days[222], days[300]])
        _ = try Simulation(cell: shipped("lg-m50-okane2022"), options: o).run(some, into: [recorder])
        guard case .drive(let log) = days[0].steps[0].control else {
            Issue.record("a day begins with a drive")
            return
        }
        var energy = 0.0
        for k in 1..<log.times.count {
            let mean: Double = 0.5 * (log.values[k] + log.values[k - 1])
            energy += mean * (log.times[k] - log.times[k - 1]) / 3600
        }
        let drives = recorder.steps.filter { $0.text.hasPrefix("Drive") }
        #expect(drives.count == 6)
        #expect(drives.allSatisfy { abs($0.energy / energy - 1) < 1e-3 }, "\(drives.map(\.energy)) \(energy)")
        #expect(recorder.cycles.count == 4)
        #expect(recorder.steps.contains { $0.text.hasPrefix("Rest for 14 days") && $0.duration == 14 * 86400 })
        #expect(abs(recorder.samples[0].temperature - 275.15) < 1e-9)
    }

    @Test func drivesStartFromTheFilesFolder() throws {
        _ = try folder.file("log.csv", "Time [s],Current [A]\n0,1\n1,2\n")
        let plan = try read("- Drive log.csv\n")
        #expect(plan.cycles[0].steps[0].duration == 1)
    }

    @Test(arguments: [
        ("- Discharge at 1X\n", "line 1: step 'Discharge at 1X'"), ("- Rest for 1 s\n- Fly\n", "line 2"), ("", "empty"),
        ("[]", "no steps"), ("steps: []\n", "no steps"), ("7", "no protocol"), ("- 7\n- 8\n", "no list of steps"),
        ("- temperature: hot\n  steps: [Rest for 1 s]\n", "'temperature'"),
        ("- temperature: 300\n  steps: [Rest for 1 s]\n", "'temperature'"),
        ("- repeat: 2\n", "without 'steps'"), ("- repeat: 0\n  steps: [Rest for 1 s]\n", "'repeat'"),
        ("- repeat: -1\n  steps: [Rest for 1 s]\n", "'repeat'"),
        ("- repeat: 1.5\n  steps: [Rest for 1 s]\n", "'repeat'"),
        ("- repeat: many\n  steps: [Rest for 1 s]\n", "'repeat'"),
        ("- repeat: 1e12\n  steps: [Rest for 1 s]\n", "too large"),
        ("- repeet: 2\n  steps: [Rest for 1 s]\n", "'repeet'"),
        ("- steps: [Rest for 1 s]\n  cycle: [Rest for 1 s]\n", "both"),
        ("- tag: 3\n  steps: [Rest for 1 s]\n", "tag"), ("- Drive nothing.csv\n", "nothing.csv"), ("- [\n", "line"),
        ("- repeat: 1e6\n  steps:\n  - repeat: 1e6\n    steps: [Rest for 1 s]\n", "more than 1000000 cycles"),
        ("- cycle:\n  - repeat: 1e5\n    steps: [Rest for 1 s, Rest for 2 s]\n", "more than 100000 steps"),
    ])
    func refusal(_ text: String, _ names: String) throws {
        let error = try #require(throws: ProtocolError.self) { try read(text) }
        #expect(error.kind != .step)
        #expect("\(error)".contains(names), "\(error)")
        #expect("\(error)".contains("p.yaml") || error.kind == .notFound)
        #expect(!"\(error)".contains("\n"))
    }

    @Test func deepNestingIsRefused() throws {
        var text = ""
        for level in 0..<40 { text += String(repeating: "  ", count: level) + "- steps:\n" }
        text += String(repeating: "  ", count: 40) + "- Rest for 1 s\n"
        let error = try #require(throws: ProtocolError.self) { try read(text) }
        #expect("\(error)".contains("nested"), "\(error)")
    }

    @Test func missingFile() throws {
        let error = try #require(throws: ProtocolError.self) { try ProtocolFile.read(path: "nothing-here.yaml") }
        #expect(error.kind == .notFound)
    }

    @Test func countsOfCyclesAreBounded() throws {
        let step = try StepParser.parse("Rest for 1 s")
        #expect(try ProtocolFile.cycles(of: [step], times: 3).cycles.count == 3)
        #expect(throws: ProtocolError.self) { try ProtocolFile.cycles(of: [], times: 1) }
        #expect(throws: ProtocolError.self) { try ProtocolFile.cycles(of: [step], times: 0) }
        #expect(throws: ProtocolError.self) { try ProtocolFile.cycles(of: [step], times: .max) }
    }
}
