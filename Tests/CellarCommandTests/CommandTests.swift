import Foundation
import Testing

private let cell = "lg-m50-chen2020"
private let discharge = ["--protocol", "Discharge at 1C until 2.5 V"]

/// What the contract of the command promises, seen from outside.
@Suite(.serialized) struct CommandTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder.path)/\(name)") }

    private func table(_ name: String) throws -> (header: [String], rows: [[String]]) {
        let text = try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return (lines.first ?? [], Array(lines.dropFirst()))
    }

    // MARK: Errors

    /// Arguments, the exit code, and what the line names.
    static let mistakes: [(arguments: [String], code: Int32, names: String)] = [
        (["bogus"], 64, "bogus"),
        (["--bogus"], 64, "--bogus"),
        (["simulate"], 64, "CELL"),
        (["simulate", cell], 64, "--protocol"),
        (["simulate", cell, "--bogus"], 64, "--bogus"),
        (["simulate", cell, "--protocol", "Discharge at 1X"], 64, "'1X'"),
        (["simulate", cell, "--protocol", ""], 64, "empty"),
        (["simulate", cell, "--protocol", "Discharge at -1C"], 64, "negative"),
        (["simulate", cell, "--protocol", "Discharge at 0C"], 64, "zero"),
        (["simulate", cell, "--protocol", "Discharge at nan A"], 64, "nan"),
        (["simulate", cell, "--protocol", "Discharge at 1e9C"], 64, "absurd"),
        (["simulate", cell, "--protocol", "Rest for -1 hour"], 64, "negative"),
        (["simulate", cell, "--protocol", "Rest for 100 years"], 64, "50 years"),
        (["simulate", cell, "--protocol", "Rest for 30 years 30 years"], 64, "50 years"),
        (["simulate", cell, "--protocol", "Discharge at 1e-9C until 2.5 V"], 64, "1e-05C"),
        (["simulate", cell, "--protocol", "Discharge at 1e-9 A until 2.5 V"], 64, "1e-05C"),
        (["simulate", cell, "--protocol", "Discharge at 1e-9 W for 1 A.h"], 64, "1e-05C"),
        (["simulate", cell, "--protocol", "Discharge at 1e9 Ohm"], 64, "1e-05C"),
        (["simulate", cell, "--protocol", "Discharge at 1C (1e-9 second period)"], 64, "rows"),
        (["simulate", cell, "--protocol", "Hold at 4.2 V until C/50 (1e-9 second period)"], 64, "rows"),
        (["simulate", cell, "--protocol", "Rest for 1 year (1 ms period)"], 64, "rows"),
        (["simulate", cell, "--protocol", "Hold at 9 V until C/50"], 64, "2.5 to 4.2 V"),
        (["simulate", cell, "--protocol", "Rest for 1 s", "Hold at 100 V for 1 s"], 64, "2.5 to 4.2 V"),
        (["simulate", cell, "--period", "1e-12"] + discharge, 64, "rows"),
        (["simulate", cell, "--protocol", "Rest"], 64, "never ends"),
        (["simulate", cell, "--protocol", "Drive nothing-here.csv"], 66, "nothing-here.csv"),
        (["simulate", cell, "--protocol", "Drive bad.csv"], 65, "bad.csv: line 3"),
        (["simulate", cell, "--protocol-file", "nothing-here.yaml"], 66, "nothing-here.yaml"),
        (["simulate", cell, "--protocol-file", "bad.yaml"], 65, "bad.yaml: line 2"),
        (["simulate", cell, "--protocol-file", "bad.yaml"] + discharge, 64, "--protocol-file"),
        (["simulate", "no-such-cell"] + discharge, 66, "no-such-cell"),
        (["simulate", "nothing-here.json"] + discharge, 66, "nothing-here.json"),
        (["simulate", "empty.json"] + discharge, 65, "empty.json"),
        (["simulate", "bad.csv"] + discharge, 65, "bad.csv"),
        (["simulate", cell, "--soc", "2"] + discharge, 64, "--soc"),
        (["simulate", cell, "--soc", "-0.1"] + discharge, 64, "--soc"),
        (["simulate", cell, "--soc", "nan"] + discharge, 64, "--soc"),
        (["simulate", cell, "--soc", "0.5", "--rest-voltage", "3.7"] + discharge, 64, "--rest-voltage"),
        (["simulate", cell, "--rest-voltage", "12"] + discharge, 64, "rest"),
        (["simulate", cell, "--model", "p9d"] + discharge, 64, "dfn"),
        (["simulate", cell, "--thermal", "warm"] + discharge, 64, "lumped"),
        (["simulate", cell, "--linear-solver", "magic"] + discharge, 64, "klu"),
        (["simulate", cell, "--mesh", "0/1/2/3"] + discharge, 64, "--mesh"),
        (["simulate", cell, "--mesh", "20/20/20"] + discharge, 64, "--mesh"),
        (["simulate", cell, "--mesh", "20/20/20/5000"] + discharge, 64, "--mesh"),
        (["simulate", cell, "--mesh", "coarse"] + discharge, 64, "--mesh"),
        (["simulate", cell, "--rtol", "0"] + discharge, 64, "--rtol"),
        (["simulate", cell, "--atol", "nan"] + discharge, 64, "--atol"),
        (["simulate", cell, "--rtol", "tight"] + discharge, 64, "--rtol"),
        (["simulate", cell, "--cycles", "0"] + discharge, 64, "--cycles"),
        (["simulate", cell, "--cycles", "1000000000000"] + discharge, 64, "--cycles"),
        (["simulate", cell, "--period", "-5"] + discharge, 64, "--period"),
        (["simulate", cell, "--temperature", "-500"] + discharge, 64, "--temperature"),
        (["simulate", cell, "--set", "Nonsense=3"] + discharge, 64, "Nonsense"),
        (["simulate", cell, "--set", "no equals sign"] + discharge, 64, "PATH=VALUE"),
        (["simulate", cell, "--set", "Negative electrode > Thickness [m]=-1"] + discharge, 64, "Thickness"),
        (["simulate", cell, "--variables", "nonsense", "--out", "a.csv"] + discharge, 64, "nonsense"),
        (["simulate", cell, "--variables", "total_heat_W"] + discharge, 64, "--out"),
        (["simulate", cell, "--variables", "total_heat_W, total_heat_W", "--out", "a.csv"] + discharge, 64, "twice"),
        (["simulate", cell, "--out", "no/such/folder.csv"] + discharge, 73, "no/such/folder.csv"),
        (["simulate", cell, "--out", "."] + discharge, 73, "folder"),
        (["simulate", cell, "--summary", "no/such/folder.csv"] + discharge, 73, "no/such/folder.csv"),
        (["simulate", cell, "--out", "a.csv", "--summary", "a.csv"] + discharge, 64, "a.csv"),
        (["simulate", cell, "--out", "-", "--json"] + discharge, 64, "--json"),
        (["simulate", cell, "--out", "a.csv", "--out-every", "0"] + discharge, 64, "--out-every"),
        (["simulate", cell, "--out", "a.csv", "--out-every", "-3"] + discharge, 64, "--out-every"),
        (["simulate", cell, "--out-every", "10"] + discharge, 64, "--out FILE.bdf.csv"),
        (["simulate", cell, "--out-tagged", "RPT"] + discharge, 64, "--out FILE.bdf.csv"),
        (["simulate", cell, "--out", "a.csv", "--out-tagged", "RPT"] + discharge, 64, "no step of the protocol"),
        (["simulate", cell, "--checkpoint", "a.ck", "--summary", "a.ck.cycles"] + discharge, 64, "a.ck.cycles"),
        (["simulate", cell, "--aged-cell", "a.json"] + discharge, 64, "--ageing"),
        (["simulate", cell, "--ageing", "sei-reaction", "--aged-cell", ""] + discharge, 64, "--aged-cell"),
        (
            ["simulate", cell, "--ageing", "sei-reaction", "--half-cell", "positive", "--aged-cell", "a.json"]
                + discharge,
            64, "--half-cell"
        ),
        (
            ["simulate", cell, "--ageing", "sei-reaction", "--aged-cell", "no/such/a.json", "--mesh", "fast"]
                + discharge,
            73, "no/such/a.json"
        ),
        (["impedance"], 64, "CELL"),
        (["impedance", "no-such-cell"], 66, "no-such-cell"),
        (["impedance", "empty.json"], 65, "empty.json"),
        (["impedance", cell, "--soc", "1.01"], 64, "--soc"),
        (["impedance", cell, "--soc", "-0.01"], 64, "--soc"),
        (["impedance", cell, "--temperature", "1e9"], 64, "--temperature"),
        (["impedance", cell, "--model", "p9d"], 64, "dfn"),
        (["impedance", cell, "--mesh", "1/1/1/1"], 64, "--mesh"),
        (["impedance", cell, "--set", "Nonsense=3"], 64, "Nonsense"),
        (["impedance", cell, "--frequencies", ""], 64, "--frequencies"),
        (["impedance", cell, "--frequencies", "1:2"], 64, "1e-4:1e4:60"),
        (["impedance", cell, "--frequencies", "1:2:3:4"], 64, "1:2:3:4"),
        (["impedance", cell, "--frequencies", "a:b:c"], 64, "a:b:c"),
        (["impedance", cell, "--frequencies", "nan:1:5"], 64, "out of range"),
        (["impedance", cell, "--frequencies", "1:inf:5"], 64, "out of range"),
        (["impedance", cell, "--frequencies", "0:1:5"], 64, "out of range"),
        (["impedance", cell, "--frequencies", "-1:1:5"], 64, "out of range"),
        (["impedance", cell, "--frequencies", "10:1:5"], 64, "LO is above HI"),
        (["impedance", cell, "--frequencies", "1:10:0"], 64, "1:10:0"),
        (["impedance", cell, "--frequencies", "1:10:-3"], 64, "1:10:-3"),
        (["impedance", cell, "--frequencies", "1:10:2.5"], 64, "1:10:2.5"),
        (["impedance", cell, "--frequencies", "1:10:1000000000"], 64, "1:10:1000000000"),
        (["impedance", cell, "--frequencies", "1:10:99999999999999999999"], 64, "--frequencies"),
        (["impedance", cell, "--out", "no/such/folder.csv"], 73, "no/such/folder.csv"),
        (["impedance", cell, "--out", "."], 73, "folder"),
        (["impedance", cell, "--out", ""], 64, "--out"),
        (["impedance", cell, "--out", "-", "--json"], 64, "--json"),
        (["cells", "no-such-cell"], 66, "no-such-cell"),
        (["cells", cell, "--plain-bpx", "no/such/folder.json"], 73, "no/such/folder.json"),
        (["cells", "--plain-bpx", "x.json"], 64, "--plain-bpx"),
        (["cells", "--ageing", "okane2022"], 64, "--ageing"),
        (["cells", "lg-m50-okane2022", "--ageing", "okane2021"], 64, "did you mean 'okane2022'?"),
        (["cells", "a123-prada2013", "--ageing", "okane2022"], 64, "no ageing sets"),
        (["cells", cell, "--ageing", "no/such.json"], 66, "no/such.json"),
        (["cells", cell, "--ageing", "empty.json"], 65, "empty.json: empty file"),
        (["cells", cell, "--ageing", "sei-reaction", "--plain-bpx", "x.json"], 64, "--plain-bpx"),
    ]

    @Test(arguments: mistakes) func mistakesGiveOneLine(_ mistake: (arguments: [String], code: Int32, names: String))
        throws
    {
        _ = try folder.file("bad.csv", "Time [s],Current [A]\n0,1\n0,2\n")
        _ = try folder.file("bad.yaml", "- Rest for 1 s\n- Discharge at 1X\n")
        _ = try folder.file("empty.json", "")
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let result = try run(mistake.arguments)
        #expect(result.status == mistake.code, "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errorLines.count == 1, "\(result.errors)")
        #expect(result.errors.hasPrefix("cellar: error: "))
        #expect(result.errors.contains(mistake.names), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }

    @Test func helpAndVersionSucceed() throws {
        for arguments in [
            ["--help"], ["--version"], ["simulate", "--help"], ["impedance", "--help"], ["help", "cells"],
        ] {
            let result = try run(arguments)
            #expect(result.status == 0)
            #expect(!result.output.isEmpty)
            #expect(result.errors.isEmpty)
        }
    }

    // MARK: Outputs

    @Test func impedance() throws {
        let arguments = ["impedance", cell, "--soc", "0.5", "--frequencies", "1e-2:1e3:11"]
        let result = try run(arguments + ["--out", "z.csv"])
        #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.errors)")
        let spectrum = try table("z.csv")
        #expect(spectrum.header == ["frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"])
        #expect(spectrum.rows.count == 11)
        let numbers = spectrum.rows.map { $0.compactMap { Double($0) } }
        #expect(numbers.map { $0[0] } == numbers.map { $0[0] }.sorted())
        #expect(numbers.first?[0] == 0.01 && numbers.last?[0] == 1000)
        #expect(numbers.allSatisfy { $0.count == 3 && $0[1] > 0 && $0[2] < 0 })
        // The same on standard output, and as JSON.
        #expect(try run(arguments).output == String(contentsOfFile: "\(folder.path)/z.csv", encoding: .utf8))
        let document = try run(arguments + ["--json"]).json()
        let points = document["spectrum"] as? [[String: Any]]
        #expect(points?.count == 11)
        #expect((points?[3]["real_impedance_ohm"] as? Double).map { abs($0 / numbers[3][1] - 1) < 1e-8 } == true)
        // Without a double layer: computed, with a warning.
        let bare = try run(["impedance", "kokam-ecker2015", "--frequencies", "1:1:1"])
        #expect(bare.status == 0 && bare.errorLines.count == 1)
        #expect(bare.errors.hasPrefix("cellar: warning: ") && bare.errors.contains("no double-layer capacity"))
        #expect(bare.output.split(separator: "\n").count == 2)
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
        arguments: [
            ["simulate", cell] + discharge, ["simulate", cell, "--json"] + discharge, ["cells"], ["cells", cell],
            ["--help"], ["simulate", cell, "--list-variables"], ["simulate", cell, "--out", "-"] + discharge,
            ["cells", cell, "--plain-bpx", "-"],
        ])
    func aFullStandardOutputIsTold(_ arguments: [String]) throws {
        let result = try Command.run(arguments, in: folder.path, output: "/dev/full")
        #expect(result.status == 73, "\(result.errors)")
        #expect(result.errorLines.count == 1, "\(result.errors)")
        #expect(result.errors.hasPrefix("cellar: error: standard output: cannot be written"))
    }

    /// Whether or not the parent ignores SIGPIPE.
    @Test(arguments: ["", "trap '' PIPE; "]) func aClosedPipeIsQuiet(_ trap: String) throws {
        let path = try #require(Command.path)
        for arguments in ["cells", "simulate \(cell) --protocol 'Discharge at 1C' --period 0.1 --out -"] {
            let process = Process()
            let errors = "\(folder.path)/errors"
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "\(trap){ '\(path)' \(arguments) 2>'\(errors)'; echo $? >'\(errors).code'; } | true",
            ]
            try process.run()
            process.waitUntilExit()
            #expect(try String(contentsOfFile: errors + ".code", encoding: .utf8) == "141\n")
            #expect(try String(contentsOfFile: errors, encoding: .utf8) == "")
        }
    }

    @Test func dischargeToFiles() throws {
        let result = try run(
            ["simulate", cell] + discharge
                + ["--out", "run.bdf.csv", "--summary", "cycles.csv", "--steps-summary", "steps.csv"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.isEmpty)
        let series = try table("run.bdf.csv")
        #expect(
            Array(series.header.prefix(8)) == [
                "test_time_second", "voltage_volt", "current_ampere", "cycle_count", "step_count", "step_type",
                "net_capacity_ah", "surface_temperature_celsius",
            ])
        let times = series.rows.compactMap { Double($0[0]) }
        #expect(times.first == 0)
        #expect(times == times.sorted())
        #expect(series.rows.count > 100)
        #expect(series.rows.allSatisfy { $0.count == series.header.count && (Double($0[2]) ?? 0) < 0 })
        #expect(abs((series.rows.last.flatMap { Double($0[1]) } ?? 0) - 2.5) < 2e-3)
        let cycles = try table("cycles.csv")
        #expect(
            cycles.header.starts(with: [
                "cycle", "discharge_capacity_Ah", "charge_capacity_Ah", "discharge_energy_Wh", "charge_energy_Wh",
                "coulombic_efficiency", "resistance_ohm", "loss_of_lithium_inventory",
            ]))
        #expect(cycles.rows.count == 1)
        #expect(try table("steps.csv").rows.count == 1)
        #expect(!exists("run.bdf.csv.partial"))
        #expect(!exists("cycles.csv.partial"))
    }

    @Test func jsonHasTheContractsKeys() throws {
        let result = try run(
            ["simulate", cell, "--json", "--cycles", "2", "--mesh", "fast"] + [
                "--protocol", "Discharge at 1C until 2.5 V", "--protocol", "Charge at 1C until 4.2 V",
                "Hold at 4.2 V until C/20",
            ])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.isEmpty)
        let document = try result.json()
        for key in [
            "cell", "model", "mesh", "cycles", "end_reason", "discharge_capacity_Ah", "discharge_energy_Wh",
            "solve_seconds", "steps", "residual_evaluations", "jacobian_evaluations", "citations", "summary",
        ] {
            #expect(document[key] != nil, "\(key)")
        }
        #expect(document["cell"] as? String == cell)
        #expect(document["model"] as? String == "dfn")
        #expect(document["cycles"] as? Int == 2)
        let rows = try #require(document["summary"] as? [[String: Any]])
        #expect(rows.count == 2)
        #expect(rows[0]["cycle"] as? Int == 1)
        #expect((rows[0]["discharge_capacity_Ah"] as? Double ?? 0) > 1)
        #expect(!(document["citations"] as? [String] ?? []).isEmpty)
    }

    @Test func oneFileUnderTwoNamesIsRefused() throws {
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder.path)/real", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: "\(folder.path)/other", withDestinationPath: "real")
        try files.createSymbolicLink(atPath: "\(folder.path)/link.csv", withDestinationPath: "real/b.csv")
        for (a, b) in [
            ("a.csv", "./a.csv"), ("a.csv", "\(folder.path)/a.csv"), ("real/a.csv", "other/a.csv"),
            ("real/../a.csv", "a.csv"), ("link.csv", "other/b.csv"), ("a.csv", "a.csv.partial"),
        ] {
            for (first, second) in [(a, b), (b, a)] {
                let result = try run(
                    ["simulate", cell, "--protocol", "Rest for 1 s", "--out", first, "--summary", second])
                #expect(result.status == 64, "\(first) \(second) \(result.errors)")
                #expect(result.errorLines.count == 1)
            }
        }
        let state = try run(
            ["simulate", cell, "--protocol", "Rest for 1 s", "--out", "a.csv", "--checkpoint", "./a.csv"])
        #expect(state.status == 64)
        #expect(try files.contentsOfDirectory(atPath: "\(folder.path)/real").isEmpty)
    }

    /// A link stays a link, and what it points to is written, there or not.
    @Test(arguments: [true, false]) func linksAreWrittenThrough(_ exists: Bool) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder.path)/real", withIntermediateDirectories: true)
        if exists { _ = try folder.file("real/target.csv", "old") }
        try files.createSymbolicLink(atPath: "\(folder.path)/link.csv", withDestinationPath: "real/target.csv")
        let result = try run(["simulate", cell, "--protocol", "Rest for 1 s", "--out", "link.csv"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try files.destinationOfSymbolicLink(atPath: "\(folder.path)/link.csv") == "real/target.csv")
        let text = try String(contentsOfFile: "\(folder.path)/real/target.csv", encoding: .utf8)
        #expect(text.hasPrefix("test_time_second,"))
        #expect(try files.contentsOfDirectory(atPath: "\(folder.path)/real") == ["target.csv"])
    }

    @Test func standardOutputTakesTheSeries() throws {
        let result = try run(["simulate", cell, "--protocol", "Rest for 1 minute", "--out", "-"])
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("test_time_second,"))
        #expect(result.errors.isEmpty)
    }

    @Test func tablesGoToStandardOutputAlone() throws {
        let result = try run(["simulate", cell, "--protocol", "Rest for 1 minute", "--steps-summary", "-"])
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 2, "\(result.output)")
    }

    @Test func withoutOutputsASummaryForPeople() throws {
        let result = try run(["simulate", cell] + discharge)
        #expect(result.status == 0)
        #expect(result.output.contains("A.h"))
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.errors.isEmpty)
    }

    @Test func theSummaryOfSeveralCyclesSaysWhichOneItTells() throws {
        let steps = ["--protocol", "Discharge at 1C for 1 minute", "--mesh", "fast"]
        #expect(try !run(["simulate", cell] + steps).output.contains("in the last cycle"))
        let result = try run(["simulate", cell, "--cycles", "2"] + steps)
        #expect(result.output.contains("W.h in the last cycle\n"), "\(result.output)")
    }

    /// An aged cell goes out, is described, and goes on ageing under the same name of its set.
    @Test func agedCellsGoOutAndComeBack() throws {
        let steps = ["--protocol", "Discharge at 1C", "Charge at C/2", "Rest for 1 hour", "--mesh", "fast"]
        let whole = try run(
            ["simulate", "lg-m50-okane2022", "--ageing", "okane2022", "--cycles", "3"] + steps + ["--json"])
        let first = try run(
            ["simulate", "lg-m50-okane2022", "--ageing", "okane2022", "--cycles", "2", "--aged-cell", "aged.json"]
                + steps)
        #expect(first.status == 0, "\(first.errors)")
        // What SOH means stands once, beside its value.
        #expect(first.output.contains("\nSOH  "), "\(first.output)")
        #expect(first.output.components(separatedBy: "SOH is the capacity of the last full discharge").count == 2)
        let described = try run(["cells", "aged.json"])
        #expect(described.status == 0 && described.output.contains("2 cycles"), "\(described.errors)")
        let second = try run(["simulate", "aged.json", "--ageing", "okane2022"] + steps + ["--json"])
        #expect(second.status == 0, "\(second.errors)")
        func last(_ result: Command.Result) throws -> [String: Any] {
            try #require((try result.json()["summary"] as? [[String: Any]])?.last)
        }
        let (a, b) = try (last(whole), last(second))
        for (key, tolerance) in [
            ("discharge_capacity_Ah", 1e-3), ("soh", 1e-3), ("lithium_lost_mol", 1e-2),
            ("equilibrium_capacity_Ah", 1e-4),
            ("polarisation_resistance_ohm", 1e-4), ("negative_stoichiometry_at_soc_1", 1e-4),
        ] {
            let x = try #require(a[key] as? Double, "\(key)"), y = try #require(b[key] as? Double, "\(key)")
            #expect(abs(y / x - 1) < tolerance, "\(key): \(x), \(y)")
        }
        // Another set cannot carry on what this one has made.
        let refused = try run(["simulate", "aged.json", "--ageing", "sei-reaction"] + steps)
        #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.errors)")
        #expect(try run(["simulate", "aged.json"] + steps).status == 0)
        #expect(try run(["cells", "aged.json", "--plain-bpx", "plain.json"]).status == 0)
        #expect(try run(["simulate", "plain.json"] + steps).status == 0)
    }

    @Test func variablesAreListedAndWritten() throws {
        let listed = try run(["simulate", cell, "--list-variables", "--json"])
        #expect(listed.status == 0)
        let items = try #require(
            JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
        guard let name = items.first?["name"] as? String else { return }
        let result = try run([
            "simulate", cell, "--protocol", "Rest for 1 minute", "--variables", name, "--out", "v.csv",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let series = try table("v.csv")
        #expect(series.header.count > 8)
        #expect(series.rows.allSatisfy { $0.count == series.header.count })
    }

    @Test func protocolFilesAndDrives() throws {
        _ = try folder.file("log.csv", "Time [s],Current [A],Net Capacity / Ah\n0,-1,0\n10,-2,-0.005\n20,-1,-0.01\n")
        _ = try folder.file("p.yaml", "- repeat: 2\n  steps:\n    - Drive log.csv\n    - Rest for 10 s\n")
        let result = try run(["simulate", cell, "--protocol-file", "p.yaml", "--soc", "0.5", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let document = try result.json()
        #expect(document["cycles"] as? Int == 2)
        // The log's own charge in each of two cycles, which is not the trapezoidal sum of its currents.
        let discharged = (document["summary"] as? [[String: Any]] ?? []).reduce(0.0) {
            $0 + ($1["discharge_capacity_Ah"] as? Double ?? 0)
        }
        #expect(abs(discharged - 0.02) < 1e-8)
    }

    // MARK: Interruption

    @Test func interruptKeepsWhatThereIs() async throws {
        let running = try Command.start(
            ["simulate", cell, "--cycles", "100000", "--out", "long.bdf.csv", "--summary", "long.csv"]
                + ["--protocol", "Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V"], in: folder.path)
        for _ in 0..<300 {
            try await Task.sleep(for: .milliseconds(50))
            let size = try? FileManager.default.attributesOfItem(atPath: "\(folder.path)/long.bdf.csv.partial")[.size]
            if (size as? Int ?? 0) > 10_000 { break }
        }
        running.process.interrupt()
        for _ in 0..<200 where running.process.isRunning { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!running.process.isRunning)
        if running.process.isRunning { kill(running.process.processIdentifier, SIGKILL) }
        let result = try running.wait()
        #expect(result.status == 130)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.contains("long.bdf.csv.partial"))
        #expect(!exists("long.bdf.csv"))
        #expect(!exists("long.csv"))
        let kept = try String(contentsOfFile: "\(folder.path)/long.bdf.csv.partial", encoding: .utf8)
        #expect(kept.hasPrefix("test_time_second,"))
        #expect(kept.hasSuffix("\n"))
    }

    // MARK: Cells

    @Test func cellsAreListedAndDescribed() throws {
        let listed = try run(["cells"])
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(listed.output.contains(cell))
        let items = try #require(
            JSONSerialization.jsonObject(with: Data(run(["cells", "--json"]).output.utf8)) as? [[String: Any]])
        #expect(items.contains { $0["name"] as? String == cell })
        let described = try run(["cells", cell])
        #expect(described.status == 0)
        #expect(described.output.contains("Thickness [m]"))
        let document = try run(["cells", cell, "--json"]).json()
        #expect((document["nominal_capacity_Ah"] as? Double ?? 0) > 0)
        #expect(document["parameters"] != nil)
    }

    @Test func aCellMayComeFromStandardInput() throws {
        _ = try run(["cells", cell, "--plain-bpx", "plain.json"])
        for arguments in [["cells", "-"], ["simulate", "-", "--protocol", "Rest for 1 s"]] {
            let result = try Command.run(arguments, in: folder.path, input: "\(folder.path)/plain.json")
            #expect(result.status == 0, "\(result.errors)")
        }
        _ = try folder.file("bad.json", "{}")
        for (file, word) in [("/dev/null", "standard input: "), ("\(folder.path)/bad.json", "standard input: Header")] {
            let result = try Command.run(["cells", "-"], in: folder.path, input: file)
            #expect(result.status == 65)
            #expect(result.errors.contains(word), "\(result.errors)")
        }
    }

    @Test func plainBPXIsSimulable() throws {
        let exported = try run(["cells", cell, "--plain-bpx", "plain.json"])
        #expect(exported.status == 0, "\(exported.errors)")
        let text = try String(contentsOfFile: "\(folder.path)/plain.json", encoding: .utf8)
        #expect(!text.contains("\"User-defined\""))
        let result = try run(["simulate", "plain.json", "--json"] + discharge)
        #expect(result.status == 0, "\(result.errors)")
    }
}
