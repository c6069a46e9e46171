import Foundation
import Testing

@Suite(.enabled(if: Command.path != nil, "the command is not built"))
struct ConductivityCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result {
        try Command.run(["conductivity"] + arguments, in: folder.path)
    }

    private func rows(_ arguments: [String]) throws -> [[String: Any]] {
        let result = try run(arguments + ["--json"])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    }

    @Test func answersComeWithRangeAndSource() throws {
        let liquids = try rows([
            "--solvents", "EC:EMC=3:7", "--concentration", "0.5,1", "--temperature", "-20,25", "--out", "grid.csv",
        ])
        #expect(liquids.count == 4)
        for row in liquids {
            let (low, value, high) = (
                row["conductivity_mS_cm_low"] as? Double, row["conductivity_mS_cm"] as? Double,
                row["conductivity_mS_cm_high"] as? Double
            )
            #expect(try #require(low) < #require(value) && #require(value) < #require(high))
            #expect(row["salt"] as? String == "LiPF6" && row["in_domain"] as? Bool == true)
        }
        #expect(liquids.map { $0["temperature_C"] as? Double } == [-20, 25, -20, 25])
        #expect(liquids.filter { ($0["source"] as? String)?.hasPrefix("known: Nyman") == true }.count == 1)
        let lines = try String(contentsOfFile: "\(folder.path)/grid.csv", encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 5 && lines[0].hasPrefix("electrolyte,salt,concentration_mol_L,temperature_C,"))

        let polymer = try rows(["--polymer", "*OCC*", "--temperature", "80"])
        #expect(polymer.first?["source"] as? String == "predicted")
        let solids = try run(["--solid", "Li6PS5Cl", "Li7La3Zr2O12", "--card"])
        #expect(solids.status == 0 && solids.output.contains("known: Kraft"))
        // What the model was trained on, and how far it is off.
        #expect(solids.output.contains("obelix") && solids.output.contains("chemical system left out"))
        #expect(try run(["--solid", "Li6PS5Cl", "--predict-only"]).output.contains("known:") == false)
    }

    @Test(arguments: [
        [], ["--solvents", "EC", "--polymer", "PEO"], ["--solvents", "EC:XX"], ["--solvents", "EC", "--salt", "LiXX"],
        ["--solvents", "EC", "--concentration", "a"], ["--solvents", "EC", "--concentration", "-1"],
        ["--solvents", "EC", "--concentration", "1", "--molality", "1"], ["--solvents", "EC", "--ether-oxygens", "20"],
        ["--solvents", "EC", "--by", "weight"], ["--solvents", "EC", "--temperature", "9999"],
        ["--polymer", "*CC*", "--ether-oxygens", "20"], ["--polymer", "OCC"],
        ["--polymer", "PEO", "--concentration", "1"],
        ["--solid", "Na3PS4"], ["--solid", "LiLx"], ["--solid", "Li6PS5Cl", "--temperature", "60"],
    ]) func mistakesAreOneLine(_ arguments: [String]) throws {
        let result = try run(arguments)
        #expect(result.status == 64, "\(arguments): \(result.errors)")
        #expect(result.errorLines.count == 1 && result.errors.hasPrefix("cellar: error: "), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func answersHaveAPage() throws {
        for (name, arguments, part) in [
            ("grid", ["--solvents", "EC:DMC", "--temperature", "0,25,50"], "Best: EC:DMC, LiPF6"),
            ("solids", ["--solid", "Li6PS5Cl", "Li3YCl6"], "Best: Li6PS5Cl"),
        ] {
            let result = try run(arguments + ["--report", "\(name).html"])
            #expect(result.status == 0, "\(result.errors)")
            let page = try String(contentsOfFile: "\(folder.path)/\(name).html", encoding: .utf8)
            #expect(page.contains(part), "\(name)")
        }
    }

    @Test func outputThatCannotBeWrittenIsTold() throws {
        let result = try run(["--solid", "Li6PS5Cl", "--out", "no/such/folder.csv"])
        #expect(result.status == 73 && result.errorLines.count == 1)
    }
}
