import Foundation
import Testing

@Suite(.enabled(if: Command.path != nil, "the command is built with 'swift build -c release --product cellar'"))
struct ImportCommandTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// A cell at 1 A between 3 and 4.2 V, an hour each way.
    private func cycles(_ count: Int, heading: String = "Test_Time(s),Cycle_Index,Current(A),Voltage(V)") -> String {
        var text = heading + "\n"
        var time = 0
        for cycle in 1...count {
            for (direction, start) in [(1.0, 3.0), (-1.0, 4.2)] {
                for minute in 0...60 {
                    text += "\(time),\(cycle),\(direction),\(start + direction * 0.02 * Double(minute))\n"
                    time += minute < 60 ? 60 : 1
                }
            }
        }
        return text
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func rows(_ path: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let names = lines[0].split(separator: ",").map(String.init)
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(names, cells))
        }
    }

    private func list(_ output: String) throws -> [[String: Any]] {
        try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]] ?? []
    }

    @Test func summarizesToATable() throws {
        let path = try file("a.csv", cycles(3))
        let out = "\(folder.path)/cycles.csv"
        let result = try Command.run(["summarize", path, "--out", out])
        #expect(result.status == 0 && result.output.isEmpty)
        let table = try rows(out)
        #expect(table.map { $0["cycle"] } == ["1", "2", "3"])
        for row in table {
            let capacity = Double(row["discharge_capacity_Ah"] ?? "") ?? 0
            #expect(abs(capacity - 1) < 1e-3)
            #expect(row["kind"] == "ageing" && row["soh"]?.isEmpty == false)
        }
    }

    @Test func importsToBDFAndReadsItAgain() throws {
        let path = try file("a.csv", cycles(2))
        let out = "\(folder.path)/a.bdf.csv"
        let again = "\(folder.path)/b.bdf.csv"
        #expect(try Command.run(["import", path, "--out", out]).status == 0)
        let text = try String(contentsOfFile: out, encoding: .utf8)
        #expect(text.hasPrefix("test_time_second,voltage_volt,current_ampere,cycle_count,step_count,step_type"))
        #expect(try Command.run(["import", out, "--out", again]).status == 0)
        #expect(try String(contentsOfFile: again, encoding: .utf8) == text)
        // Standard output, and standard input.
        #expect(try Command.run(["import", "-"], input: path).output == text)
    }

    @Test func aFolderIsOneCell() throws {
        let parts = "\(folder.path)/cell"
        try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
        for name in ["run10.csv", "run2.csv"] { _ = try file("cell/\(name)", cycles(2)) }
        let result = try Command.run(["summarize", parts, "--json"])
        #expect(result.status == 0)
        let cells = try list(result.output)
        #expect(cells.count == 1 && cells.first?["cycles"] as? Int == 4)
        let joined = try Command.run(["summarize", "\(parts)/run2.csv", "\(parts)/run10.csv", "--join", "--json"])
        #expect(try list(joined.output).first?["cycles"] as? Int == 4)
    }

    @Test func otherFilesAreStillProcessed() throws {
        let good = try file("good.csv", cycles(2))
        let bad = try file("bad.csv", "nothing to see\n")
        let out = "\(folder.path)/out"
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let result = try Command.run(["import", bad, good, "\(folder.path)/none.csv", "--out", out])
        #expect(result.status == 65)
        #expect(result.errorLines.last?.contains("2 of 3 files failed") == true)
        #expect(result.errorLines.contains { $0.contains("bad.csv") && $0.contains("; ") })
        #expect(FileManager.default.fileExists(atPath: "\(out)/good.bdf.csv"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["good.bdf.csv"])
        // Alone, a missing file is 66.
        #expect(try Command.run(["summarize", "\(folder.path)/none.csv"]).status == 66)
    }

    @Test func repairsAreTold() throws {
        var lines = cycles(2).split(separator: "\n").map(String.init)
        for index in [5, 9, 13] { lines.insert(lines[index], at: index) }
        let path = try file("doubles.csv", lines.joined(separator: "\n"))
        let result = try Command.run(["summarize", path])
        #expect(result.errors.contains("3 duplicate timestamps dropped"))
        let json = try Command.run(["summarize", path, "--json"])
        #expect(json.errors.isEmpty)
        #expect(
            (try list(json.output).first?["warnings"] as? [String])?.contains("3 duplicate timestamps dropped") == true)
    }

    @Test func headingsOfTheUser() throws {
        let path = try file("own.csv", cycles(1, heading: "sekunden,runde,strom,klemme"))
        let refused = try Command.run(["summarize", path])
        #expect(refused.status == 65 && refused.errorLines.count == 1)
        let map = ["sekunden=test_time_second", "runde=cycle_count", "strom=Current / A", "klemme=voltage_volt"]
        let result = try Command.run(["summarize", path] + map.flatMap { ["--map", $0] })
        #expect(result.status == 0 && result.output.split(separator: "\n").count == 2)
    }

    @Test func curvesAndCapacityDifference() throws {
        let path = try file("a.csv", cycles(3))
        let curves = "\(folder.path)/curves.csv"
        let result = try Command.run([
            "summarize", path, "--json", "--difference", "1,3", "--curves", curves, "--curve-cycles", "1,3",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let cell = try #require(try list(result.output).first)
        let difference = try #require(cell["capacity_difference"] as? [String: Any])
        #expect(abs(difference["mean_Ah"] as? Double ?? 1) < 1e-9)
        let table = try rows(curves)
        #expect(table.count == 4000)
        // 1 Ah over 1.2 V.
        let middle = table.filter { $0["cycle"] == "1" && abs((Double($0["voltage_V"] ?? "") ?? 0) - 3.6) < 0.01 }
        #expect(middle.allSatisfy { abs((Double($0["incremental_capacity_Ah_V"] ?? "") ?? 0) - 1 / 1.2) < 0.01 })
    }

    /// An output under an input's name, however that is written, is refused before anything is read, and the input stays.
    @Test(arguments: [
        ["import", "a.bdf.csv", "--out", "./a.bdf.csv"], ["import", "a.bdf.csv", "--out", "."],
        ["import", "a.bdf.csv", "--out", "b.csv", "--summary", "a.bdf.csv"],
        ["import", "a.bdf.csv", "--out", "b.csv", "--summary", "b.csv"],
        ["summarize", "a.bdf.csv", "--out", "link.csv"], ["summarize", "a.bdf.csv", "--curves", "../$/a.bdf.csv"],
        ["summarize", "a.bdf.csv", "--out", "b.csv", "--charge-statistics", "b.csv"],
        ["predict", "a.bdf.csv", "--soh-trace", "a.bdf.csv"],
        ["screen", "a.bdf.csv", "--out", "a.bdf.csv"], ["score", "a.bdf.csv", "--out", "a.bdf.csv"],
        ["impedance", "a.bdf.csv", "--out", "a.bdf.csv"],
        ["impedance", "lg-m50-okane2022", "--ageing", "a.bdf.csv", "--out", "a.bdf.csv"],
        ["train", "property", "a.bdf.csv", "--target", "x", "--out", "a.bdf.csv"],
        ["train", "lifetime", ".", "--out", "a.bdf.csv"],
        ["cells", "a.bdf.csv", "--plain-bpx", "a.bdf.csv"],
    ])
    func outputsLeaveInputsAlone(_ arguments: [String]) throws {
        let path = try file("a.bdf.csv", cycles(2))
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/link.csv", withDestinationPath: "a.bdf.csv")
        let name = URL(fileURLWithPath: folder.path).lastPathComponent
        let result = try Command.run(arguments.map { $0.replacing("$", with: name) }, in: folder.path)
        #expect(result.status == 64 && result.errorLines.count == 1, "\(result.status) \(result.errors)")
        #expect(result.errors.contains("name another file"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == cycles(2))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.bdf.csv", "link.csv"])
    }

    @Test(arguments: [
        ["import"], ["summarize"], ["import", "a.csv", "b.csv"], ["import", "a.csv", "--json"],
        ["summarize", "a.csv", "--map", "x"], ["summarize", "a.csv", "--map", "x=y"],
        ["summarize", "a.csv", "--format", "none"],
        ["summarize", "a.csv", "--difference", "3"], ["summarize", "a.csv", "--end-of-life", "2"],
        ["summarize", "a.csv", "--cell", "lg-m50-composite"], ["import", "a.csv", "--out", ""],
    ])
    func wrongCommandLines(_ arguments: [String]) throws {
        let result = try Command.run(arguments, in: folder.path)
        #expect(result.status == 64 && result.errorLines.count == 1, "\(arguments): \(result.status) \(result.errors)")
    }
}
