import Foundation
import Testing

/// `cellar fit`, seen from outside.
@Suite(.serialized) struct FitCommandTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private let cell = "lg-m50-chen2020"
    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder.path)/\(name)") }

    /// A discharge of the cell with a resistance in series, as data.
    private func simulate(_ name: String, of cell: String, _ more: [String], soc: String = "0.9") throws {
        let result = try run(
            ["simulate", cell, "--model", "spm", "--mesh", "fast", "--soc", soc, "--out", name] + more)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func whatIsWrongIsToldInOneLine() throws {
        let header = "test_time_second,voltage_volt,current_ampere\n"
        try header.write(toFile: "\(folder.path)/empty.csv", atomically: true, encoding: .utf8)
        let rest = (0..<100).map { "\($0 * 60),3.7,0\n" }.joined()
        try (header + rest).write(toFile: "\(folder.path)/rest.csv", atomically: true, encoding: .utf8)
        let other = (0..<100).map { "\($0 * 60),12.\($0),-1\n" }.joined()
        try (header + other).write(toFile: "\(folder.path)/other.csv", atomically: true, encoding: .utf8)
        try simulate("lfp.csv", of: "a123-prada2013", ["--protocol", "Discharge at 1C until 2.5 V"])
        try simulate("1C.csv", of: cell, ["--protocol", "Discharge at 1C for 20 minutes"])
        let path = "Contact resistance [ohm]"
        let mistakes: [(arguments: [String], code: Int32, names: String)] = [
            (["fit"], 64, "cell"),
            (["fit", cell], 64, "FILE"),
            (["fit", cell, "nothing.csv"], 66, "nothing.csv"),
            (["fit", cell, "empty.csv"], 65, "empty.csv"),
            (["fit", cell, "rest.csv"], 65, "no current"),
            (["fit", cell, "other.csv"], 65, "other.csv"),
            (["fit", cell, "lfp.csv", "--model", "spm", "--mesh", "fast"], 65, "chemistry"),
            (["fit", cell, "1C.csv", "--parameters", path], 64, "no ="),
            (["fit", cell, "1C.csv", "--parameters", "\(path)=1:0"], 64, "lower bound below"),
            (["fit", cell, "1C.csv", "--parameters", "\(path)=0:1:log"], 64, "logarithmic"),
            (["fit", cell, "1C.csv", "--parameters", "Contact resistence=0:1"], 64, "Contact resist"),
            (["fit", cell, "1C.csv", "--preset", "ageing"], 64, "--ageing"),
            (["fit", cell, "1C.csv", "--ageing", "none"], 64, "--preset ageing"),
            (["fit", cell, "1C.csv", "--out", "1C.csv"], 64, "input"),
            (["fit", cell, "1C.csv", "--modes"], 65, "eight hours"),
            (["fit", cell, "1C.csv", "--json", "--out", "-"], 64, "--json"),
        ]
        for mistake in mistakes {
            let result = try run(mistake.arguments)
            #expect(result.status == mistake.code, "\(mistake.arguments): \(result.errors)")
            #expect(result.errorLines.last?.contains(mistake.names) == true, "\(mistake.arguments): \(result.errors)")
            #expect(result.output.isEmpty, "\(mistake.arguments)")
        }
    }

    /// A resistance that data were made with is found, written with its source, and the written cell meets the data.
    @Test func aResistanceIsFoundAndWritten() throws {
        try simulate(
            "1C.csv", of: cell,
            [
                "--set", "Contact resistance [ohm]=0.012", "--protocol", "Rest for 5 minutes",
                "Discharge at 1C for 30 minutes",
            ])
        let arguments = [
            "fit", cell, "1C.csv", "--parameters", "Contact resistance [ohm]=0:0.03", "--model", "spm", "--mesh",
            "fast",
            "--out", "fitted.json", "--residuals", "residuals.csv",
        ]
        let result = try run(arguments + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try result.json()
        let parameters = try #require(report["parameters"] as? [[String: Any]])
        let value = try #require(parameters.first?["value"] as? Double)
        #expect((value - 0.012).magnitude < 1e-4)
        #expect(parameters.first?["identified"] as? Bool == true)
        let residuals = try String(contentsOfFile: "\(folder.path)/residuals.csv", encoding: .utf8)
        // Points fall on rows: of 200 rows of the discharge and those of the rest.
        #expect(residuals.split(separator: "\n").count > 200)
        let told = try run(["cells", "fitted.json"])
        #expect(told.output.contains("fitted to 1C.csv; 95 % range"))
        let text = try run(arguments)
        #expect(text.output.contains("RMS ERROR, MV"))
    }

    /// ^C leaves the best so far, whole, under its name.
    @Test func aSignalKeepsTheBestSoFar() throws {
        try simulate(
            "1C.csv", of: cell, ["--protocol", "Rest for 5 minutes", "Discharge at 1C for 30 minutes"])
        let running = try Command.start(
            ["fit", cell, "1C.csv", "--mesh", "fine", "--starts", "200", "--out", "fitted.json"], in: folder.path)
        Thread.sleep(forTimeInterval: 1.5)
        kill(running.process.processIdentifier, SIGINT)
        let result = try running.wait()
        #expect(result.status == 130)
        #expect(result.errorLines.last?.contains("fitted.json") == true, "\(result.errors)")
        #expect(exists("fitted.json"))
        #expect(!exists("fitted.json.partial"))
        #expect(try run(["cells", "fitted.json"]).status == 0)
    }

    /// From a fitted cell to what would happen otherwise, and what goes wrong on the way.
    @Test func aFittedCellTellsWhatIf() throws {
        let steps = ["Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V"]
        let set = "sei-solvent-diffusion"
        let result = try run(
            [
                "simulate", cell, "--model", "spm", "--mesh", "fast", "--ageing", set, "--cycles", "12", "--summary",
                "life.csv", "--set", "\(set) > SEI > SEI solvent diffusivity [m2.s-1]=1e-18", "--rtol", "1e-3",
                "--protocol",
            ] + steps)
        #expect(result.status == 0, "\(result.errors)")
        let fitted = try run(
            [
                "fit", cell, "life.csv", "--preset", "ageing", "--ageing", set, "--model", "spm", "--mesh", "fast",
                "--parameters", "\(set) > SEI > SEI solvent diffusivity [m2.s-1]=1e-19:1e-17:log", "--out",
                "fitted.json", "--protocol",
            ] + steps)
        #expect(fitted.status == 0, "\(fitted.errors)")
        let asked =
            [
                "predict", "life.csv", "--cell", "fitted.json", "--cell-model", "spm", "--draws", "2", "--horizon",
                "300",
            ]
        let told = try run(
            asked + ["--what-if", "temperature=10", "--what-if", "protocol=Discharge at 1C; Charge at C/2", "--json"]
                + ["--report", "what-if.html", "--protocol"] + steps)
        #expect(told.status == 0, "\(told.errors)")
        let scenarios = try #require(try told.json()["scenarios"] as? [[String: Any]])
        #expect(
            scenarios.map { $0["name"] as? String } == [
                "as so far", "temperature=10", "protocol=Discharge at 1C; Charge at C/2",
            ])
        for scenario in scenarios {
            let cycles = try #require(scenario["rul_cycles"] as? [String: Double])
            #expect(try #require(cycles["low"]) <= #require(cycles["value"]))
            #expect(try #require(cycles["value"]) <= #require(cycles["high"]))
        }
        let page = try String(contentsOfFile: "\(folder.path)/what-if.html", encoding: .utf8)
        #expect(page.contains("cycles left as it was cycled so far; temperature=10: "))
        let text = try run(asked + ["--protocol"] + steps)
        #expect(text.status == 0 && text.output.contains("as so far"), "\(text.errors)")
        for (arguments, code) in [
            (asked, 64), (asked + ["--what-if", "pressure=3", "--protocol"] + steps, 64),
            (asked + ["--what-if", "temperature=warm", "--protocol"] + steps, 64),
            (asked + ["--ageing", "other", "--protocol"] + steps, 64),
            (["predict", "life.csv", "--what-if", "temperature=10"], 64),
            (["predict", "life.csv", "--cell", "nothing.json", "--protocol"] + steps, 66),
        ] {
            let wrong = try run(arguments)
            #expect(wrong.status == code, "\(arguments): \(wrong.status) \(wrong.errors)")
            #expect(wrong.errorLines.count == 1 && wrong.errors.hasPrefix("cellar: error: "), "\(wrong.errors)")
        }
    }
}
