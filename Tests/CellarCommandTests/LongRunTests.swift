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
}
