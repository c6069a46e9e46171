import Foundation
import Testing

/// Long runs seen from outside: chosen cycles in full, kill and resume.
@Suite(.serialized) struct LongRunTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder.path)/\(name)") }
    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// Numbers of the cycles that a time series shows, each once.
    private func cycles(of name: String) throws -> [Int] {
        var seen: [Int] = []
        for line in try text(name).split(separator: "\n").dropFirst() {
            guard let cycle = Int(line.split(separator: ",")[3]) else { continue }
            if seen.last != cycle { seen.append(cycle) }
        }
        return seen
    }

    /// A quick ageing run; SPM on the coarse mesh.
    private static let aged = [
        "simulate", "lg-m50-okane2022", "--ageing", "okane2022", "--model", "spm", "--mesh", "fast",
    ]
    private static let cycle = ["--protocol", "Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/20"]
    private static let referenceTests = """
        - tag: RPT
          every: 4
          steps: [Discharge at C/3 until 2.5 V, Charge at C/3 until 4.2 V]
        - repeat: 10
          steps: [Discharge at 1C until 2.5 V, Charge at 1C until 4.2 V]
        """

    // MARK: - Chosen cycles

    @Test func chosenCyclesAreWrittenInFull() throws {
        let all = Self.aged + ["--cycles", "10"] + Self.cycle
        #expect(try run(all + ["--out", "all.csv"]).status == 0)
        #expect(try run(all + ["--out", "some.csv", "--out-every", "4"]).status == 0)
        #expect(try cycles(of: "some.csv") == [1, 4, 8, 10])
        // Their rows are those of the whole series.
        let chosen = try text("all.csv").split(separator: "\n").filter {
            ["cycle_count", "1", "4", "8", "10"].contains($0.split(separator: ",")[3])
        }
        #expect(try text("some.csv").split(separator: "\n") == chosen)
    }

    /// A life that ends early has its last cycle in full too.
    @Test func theLastCycleOfAShortLifeIsWritten() throws {
        let result = try run(
            Self.aged + [
                "--cycles", "200", "--until-capacity", "99", "--out", "life.csv", "--out-every", "150", "--json",
            ]
                + Self.cycle)
        let last = try #require(result.json()["cycles"] as? Int)
        #expect(last > 2 && last < 150)
        #expect(try cycles(of: "life.csv") == [1, last])
    }

    @Test func taggedCyclesAreWrittenInFull() throws {
        _ = try folder.file("p.yaml", Self.referenceTests)
        let arguments = Self.aged + ["--protocol-file", "p.yaml", "--out", "tests.csv", "--out-tagged", "RPT"]
        let result = try run(arguments)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try cycles(of: "tests.csv") == [1, 6, 11])
        #expect(try run(arguments + ["--out-every", "8"]).status == 0)
        #expect(try cycles(of: "tests.csv") == [1, 6, 8, 11, 13])
    }

    // MARK: - Killed and resumed

    /// Kills a run once its table has some rows, and resumes it.
    private func killed(_ arguments: [String], table: String, rows: Int) async throws -> Command.Result {
        let running = try Command.start(arguments, in: folder.path)
        for _ in 0..<2000 {
            try await Task.sleep(for: .milliseconds(5))
            if let text = try? text(table + ".partial"), text.split(separator: "\n").count > rows { break }
        }
        kill(running.process.processIdentifier, SIGKILL)
        #expect(try running.wait().status == -SIGKILL)
        return try run(arguments + ["--resume"])
    }

    /// Every file and the document list the same cycles, to the last bit.
    @Test func aKilledRunResumesToTheSameFiles() async throws {
        _ = try folder.file("p.yaml", Self.referenceTests)
        func arguments(_ name: String) -> [String] {
            Self.aged + ["--protocol-file", "p.yaml", "--cycles", "10", "--json"]
                + ["--out", "\(name).bdf.csv", "--out-every", "50", "--out-tagged", "RPT"]
                + ["--summary", "\(name).csv", "--steps-summary", "\(name)-steps.csv", "--checkpoint", "\(name).ck"]
        }
        let whole = try run(arguments("whole"))
        #expect(whole.status == 0, "\(whole.errors)")
        let resumed = try await killed(arguments("cut"), table: "cut.csv", rows: 20)
        #expect(resumed.status == 0, "\(resumed.errors)")
        for suffix in [".bdf.csv", ".csv", "-steps.csv"] {
            #expect(try text("cut" + suffix) == text("whole" + suffix), "\(suffix)")
            #expect(!exists("cut\(suffix).partial"))
        }
        let a = try whole.json(), b = try resumed.json()
        #expect((a["summary"] as? [[String: Any]])?.count == 126)
        #expect(a["summary"] as? NSArray == b["summary"] as? NSArray)
        #expect(a["cycles"] as? Int == b["cycles"] as? Int)
        // Once more after the end: nothing is left to do, and everything is still told.
        let again = try run(arguments("cut") + ["--resume"])
        #expect(try again.json()["summary"] as? NSArray == a["summary"] as? NSArray)
        #expect(try text("cut.bdf.csv") == text("whole.bdf.csv"))
    }

    /// Killed again and again, at any instant and so in the middle of writing too: every checkpoint found is whole.
    @Test func checkpointsSurviveKillsAtAnyInstant() async throws {
        let arguments = Self.aged + ["--cycles", "150", "--summary", "cut.csv", "--checkpoint", "cut.ck"] + Self.cycle
        #expect(
            try run(Self.aged + ["--cycles", "150", "--summary", "whole.csv"] + Self.cycle).status == 0)
        for round in 0..<8 {
            let running = try Command.start(arguments + ["--resume"], in: folder.path)
            try await Task.sleep(for: .milliseconds(137 + 41 * round))
            kill(running.process.processIdentifier, SIGKILL)
            let result = try running.wait()
            #expect(result.status == -SIGKILL || result.status == 0, "\(result.errors)")
        }
        let result = try run(arguments + ["--resume"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try text("cut.csv") == text("whole.csv"))
    }

    /// A second run on the same file is told so, and the first goes on unharmed.
    @Test func twoRunsDoNotShareAFile() async throws {
        let arguments = Self.aged + ["--cycles", "150", "--checkpoint", "one.ck"] + Self.cycle
        let running = try Command.start(arguments + ["--summary", "cut.csv"], in: folder.path)
        for _ in 0..<2000 where !exists("one.ck") { try await Task.sleep(for: .milliseconds(5)) }
        kill(running.process.processIdentifier, SIGSTOP)
        for option in [["--summary", "cut.csv"], ["--out", "cut.csv"]] {
            let second = try run(Self.aged + ["--cycles", "2"] + option + Self.cycle)
            #expect(second.status == 73 && second.errorLines.count == 1, "\(second.errors)")
            #expect(second.errors.contains("cut.csv: another run writes this file"), "\(second.errors)")
        }
        let resumed = try run(arguments + ["--summary", "cut.csv", "--resume"])
        #expect(resumed.status == 73 && resumed.errors.contains("another run writes"), "\(resumed.errors)")
        kill(running.process.processIdentifier, SIGCONT)
        #expect(try running.wait().status == 0)
        #expect(try run(Self.aged + ["--cycles", "150", "--summary", "whole.csv"] + Self.cycle).status == 0)
        #expect(try text("cut.csv") == text("whole.csv"))
    }

    /// ^C leaves a checkpoint that goes on.
    @Test func anInterruptedRunResumes() async throws {
        let arguments = Self.aged + ["--cycles", "60", "--summary", "cut.csv", "--checkpoint", "cut.ck"] + Self.cycle
        let running = try Command.start(arguments, in: folder.path)
        for _ in 0..<2000 where !exists("cut.ck") { try await Task.sleep(for: .milliseconds(5)) }
        running.process.interrupt()
        let stopped = try running.wait()
        #expect(stopped.status == 130)
        #expect(stopped.errorLines.count == 1 && stopped.errors.contains("cut.csv.partial"), "\(stopped.errors)")
        #expect(!stopped.errors.contains("cut.ck.cycles"))
        #expect(try run(arguments + ["--resume"]).status == 0)
        #expect(try run(Self.aged + ["--cycles", "60", "--summary", "whole.csv"] + Self.cycle).status == 0)
        #expect(try text("cut.csv") == text("whole.csv"))
    }

    // MARK: - Jumps

    @Test func jumpsAreToldAndChecked() throws {
        let arguments = Self.aged + ["--cycles", "80", "--summary", "j.csv", "--jump", "--check"] + Self.cycle
        let document = try run(arguments + ["--json"]).json()
        let skipped = try #require(document["skipped_cycles"] as? Int)
        #expect(skipped > 20)
        let error = try #require(document["estimated_jump_error"] as? Double)
        #expect(error > 0 && error < 1e-3)
        let check = try #require(document["jump_check"] as? [String: Any])
        #expect(check["cycle"] as? Int == 80 && check["full_cycles"] as? Int == 80)
        let differences = try #require(check["differences"] as? [String: Double])
        #expect(abs(differences["soh"] ?? 1) < error && abs(differences["loss_of_lithium_inventory"] ?? 1) < error)
        let rows = try text("j.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows[0].suffix(2) == ["skipped_cycles", "jump_error"])
        #expect(rows.count - 1 + skipped == 80)
        let words = try run(arguments).output
        #expect(words.contains("check against the full run, at cycle 80"))
        #expect(words.contains("jumps"))
    }

    // MARK: - Mistakes

    /// One clear line, the right code, and nothing left behind.
    private func refused(_ arguments: [String], _ code: Int32, _ names: String) throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let result = try run(arguments)
        #expect(result.status == code, "\(arguments): \(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errorLines.count == 1 && result.errors.hasPrefix("cellar: error: "), "\(result.errors)")
        #expect(result.errors.contains(names), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }

    @Test func ageingThatCannotBeIsRefused() throws {
        let film = #""SEI partial molar volume [m3.mol-1]": 9.585e-5, "Initial SEI thickness [m]": 5e-9"#
        let cracks =
            #""Initial crack length [m]": 2e-8, "Initial crack width [m]": 1.5e-8, "Number of cracks per unit area [m-2]": 3e15, "#
            + #""Paris' law constant m": 2.2, "Cracking rate": 3.9e-20"#
        let diffusivity = "SEI solvent diffusivity [m2.s-1]", bulk = #""Bulk solvent concentration [mol.m-3]": 2636"#
        for (set, names) in [
            (#""SEY": {\#(film)}"#, "did you mean 'SEI'?"),
            (
                #""SEI": {\#(film), "SEI solvent difusivity [m2.s-1]": 1e-22, \#(bulk)}"#,
                "did you mean '\(diffusivity)'?"
            ),
            (#""SEI": {\#(film), "\#(diffusivity)": -1e-22, \#(bulk)}"#, "negative"),
            (#""SEI": {\#(film), "\#(diffusivity)": 1e-22}"#, "Bulk solvent concentration"),
            (#""Negative electrode": {\#(cracks)}"#, "Poisson's ratio"),
        ] {
            _ = try folder.file("set.json", #"{"description": "x", \#(set)}"#)
            try refused(["simulate", "lg-m50-okane2022", "--ageing", "set.json"] + Self.cycle, 65, names)
        }
        let plain = ["simulate", "lg-m50-okane2022", "--mesh", "fast"] + Self.cycle
        let aged = Self.aged + Self.cycle
        try refused(["simulate", "a123-prada2013", "--ageing", "okane2022"] + Self.cycle, 64, "no ageing sets")
        try refused(plain + ["--ageing", "okane2021"], 64, "okane2021")
        try refused(aged + ["--half-cell", "negative"], 64, "--half-cell")
        try refused(plain + ["--jump"], 64, "--ageing")
        try refused(plain + ["--check"], 64, "--jump")
        try refused(plain + ["--jump-tolerance", "1e-3"], 64, "--jump")
        try refused(aged + ["--jump", "--jump-tolerance", "0"], 64, "--jump-tolerance")
        try refused(aged + ["--jump", "--jump-tolerance", "nan"], 64, "--jump-tolerance")
        try refused(aged + ["--jump", "--out", "a.csv", "--out-every", "3"], 64, "--out-every")
        try refused(aged + ["--until-capacity", "0"], 64, "--until-capacity")
        try refused(aged + ["--until-capacity", "101"], 64, "--until-capacity")
    }

    @Test func checkpointsThatCannotBeUsedAreRefused() throws {
        let made = Self.aged + ["--cycles", "3", "--summary", "a.csv", "--checkpoint", "a.ck"] + Self.cycle
        #expect(try run(made).status == 0)
        let good = try text("a.ck")
        func other(_ name: String, _ value: String) -> [String] {
            var arguments = made
            if let place = arguments.firstIndex(of: name) { arguments[place + 1] = value }
            return arguments + ["--resume"]
        }
        let another = "another cell, protocol or options"
        try refused(other("simulate", "lg-m50-chen2020").map { $0 == "okane2022" ? "sei-reaction" : $0 }, 65, another)
        try refused(other("--protocol", "Discharge at 2C"), 65, another)
        try refused(other("--cycles", "4"), 65, another)
        try refused(other("--mesh", "8/4/8/9"), 65, another)
        try refused(other("--ageing", "sei-reaction"), 65, another)
        try refused(other("--summary", "b.csv"), 65, another)
        for (text, names) in [
            (good.replacing("cellar checkpoint 3\n", with: "cellar checkpoint 9\n"), "another version"),
            (String(good.prefix(good.count / 2)), "truncated or altered"), (String(good.dropLast()), "truncated"),
            (good.replacing("cycle 3", with: "cycle 2"), "truncated or altered"), ("hello\n", "no checkpoint"),
            ("", "no checkpoint"),
        ] {
            _ = try folder.file("a.ck", text)
            try refused(made + ["--resume"], 65, "a.ck: ")
            try refused(made + ["--resume"], 65, names)
        }
        // What the checkpoint counts on is gone.
        _ = try folder.file("a.ck", good)
        let table = try text("a.csv")
        try FileManager.default.removeItem(atPath: "\(folder.path)/a.csv")
        try refused(made + ["--resume"], 73, "a.csv: no longer there")
        _ = try folder.file("a.csv", String(table.prefix(table.count / 2)))
        #expect(try run(made + ["--resume"]).errors.contains("shorter than the checkpoint says"))
    }

    /// Who forgets --resume loses nothing.
    @Test func aCheckpointIsNotBegunAnew() throws {
        let made = Self.aged + ["--cycles", "2", "--summary", "a.csv", "--checkpoint", "a.ck"] + Self.cycle
        #expect(try run(made).status == 0)
        let kept = try ["a.ck", "a.ck.cycles", "a.csv"].map(text)
        try refused(made, 64, "a.ck exists: --resume goes on from it; remove it to begin anew")
        #expect(try ["a.ck", "a.ck.cycles", "a.csv"].map(text) == kept)
        #expect(try run(made + ["--resume"]).status == 0)
        try FileManager.default.removeItem(atPath: "\(folder.path)/a.ck")
        #expect(try run(made).status == 0)
        #expect(try text("a.csv") == kept[2])
    }

    @Test func unwritablePlacesAreToldAtOnce() throws {
        let run = Self.aged + ["--cycles", "100000"] + Self.cycle
        try refused(run + ["--checkpoint", "no/such/a.ck"], 73, "no/such/a.ck: cannot be written")
        try refused(run + ["--checkpoint", "."], 73, "folder")
        try refused(run + ["--checkpoint", "-"], 64, "--checkpoint")
        try refused(run + ["--checkpoint", "/dev/null"], 73, "/dev/null")
        try refused(run + ["--summary", "no/such/a.csv"], 73, "no/such/a.csv")
        try refused(run + ["--aged-cell", "no/such/a.json"], 73, "no/such/a.json: cannot be written")
        try refused(run + ["--aged-cell", "."], 73, "folder")
        try refused(run + ["--resume"], 64, "--checkpoint FILE")
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        for option in ["--summary", "--out", "--steps-summary"] {
            try refused(Self.aged + [option, "/dev/full"] + Self.cycle, 73, "/dev/full: cannot be written")
        }
    }

    /// No output takes the place of what the run reads, however either is named.
    @Test func inputsAreNotOverwritten() throws {
        let cell = try run(Self.aged + ["--aged-cell", "-"] + Self.cycle).output
        _ = try folder.file("my.json", cell)
        _ = try folder.file("a.ck.cycles", cell)
        _ = try folder.file(
            "set.json",
            #"{"description": "x", "SEI": {"SEI partial molar volume [m3.mol-1]": 9.585e-5, "#
                + #""Initial SEI thickness [m]": 5e-9, "SEI solvent diffusivity [m2.s-1]": 1e-22, "#
                + #""Bulk solvent concentration [mol.m-3]": 2636}}"#)
        _ = try folder.file("day 1.csv", "Time [s],Current [A]\n0,-1\n60,-1\n")
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder.path)/p", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: "\(folder.path)/link.json", withDestinationPath: "my.json")
        _ = try folder.file("p/day.csv", "Time [s],Current [A]\n0,-1\n60,-1\n")
        _ = try folder.file("p/p.yaml", "- Drive day.csv in A\n")
        let fast = ["--model", "spm", "--mesh", "fast"], rest = ["--protocol", "Rest for 1 s"]
        let aged = Self.aged.filter { $0 != "okane2022" }
        for (arguments, output) in [
            (["simulate", "my.json"] + fast + rest, "my.json"), (["simulate", "link.json"] + fast + rest, "my.json"),
            (["simulate", "my.json"] + fast + rest, "./link.json"),
            (aged.map { $0 == "--ageing" ? "--ageing=set.json" : $0 } + rest, "set.json"),
            (Self.aged + ["--protocol-file", "p/p.yaml"], "p/p.yaml"),
            (Self.aged + ["--protocol-file", "p/p.yaml"], "p/day.csv"),
            (Self.aged + ["--protocol", "Drive 'day 1.csv' in A"], "day 1.csv"),
        ] {
            for option in ["--out", "--summary", "--steps-summary", "--checkpoint"] {
                try refused(arguments + [option, output], 64, "\(option) ")
            }
        }
        try refused(["simulate", "a.ck.cycles"] + fast + rest + ["--checkpoint", "a.ck"], 64, "--checkpoint")
        #expect(try text("my.json") == cell)
        // Their neighbours are free.
        #expect(try run(Self.aged + ["--protocol-file", "p/p.yaml", "--out", "day.csv"]).status == 0)
    }

    // MARK: - The cell at the end

    /// Standard output holds the cell alone.
    @Test func anAgedCellGoesToStandardOutputAlone() throws {
        let result = try run(Self.aged + ["--aged-cell", "-"] + Self.cycle)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(try result.json()["Parameterisation"] != nil)
    }

    /// What has been computed is told although the cell cannot be written in the end.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func anAgedCellThatCannotBeWrittenTakesNoReportAlong() throws {
        let arguments = Self.aged + ["--aged-cell", "/dev/full", "--summary", "a.csv"] + Self.cycle
        let result = try run(arguments)
        #expect(result.status == 73 && result.errors.contains("/dev/full: cannot be written"), "\(result.errors)")
        #expect(result.output.contains("discharged"))
        #expect(exists("a.csv"))
        #expect(try run(arguments + ["--json"]).json()["summary"] != nil)
    }

    // MARK: - Progress

    private static let script = "/usr/bin/script"

    /// On a terminal a run that ends at a capacity shows how far it is and what is left; nothing of it elsewhere.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: script), "no 'script', which lends a terminal"))
    func progressIsShownOnATerminalAlone() throws {
        let arguments = Self.aged + ["--cycles", "3000", "--until-capacity", "98.9", "--summary", "p.csv"] + Self.cycle
        let command = ([try #require(Command.path)] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let screen = try folder.file("screen", "")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.script)
        process.arguments = ["-qec", command + " >/dev/null", "/dev/null"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: screen))
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let shown = try text("screen")
        #expect(shown.contains("cycle ") && shown.contains("/3000") && shown.contains("% capacity"), "\(shown)")
        #expect(shown.contains(" left"), "\(shown)")
        let silent = try run(arguments)
        #expect(silent.status == 0 && silent.errors.isEmpty)
    }
}
