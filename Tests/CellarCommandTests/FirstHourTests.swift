import Foundation
import Testing

/// What somebody new to it meets in the first hour: one line that says what to do, and never a code that says all is well.
@Suite(.enabled(if: Command.path != nil, "the command is not built"))
struct FirstHourTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> Command.Result { try Command.run(arguments, in: folder.path) }
    private func list(_ result: Command.Result) throws -> [[String: Any]] {
        try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    }

    // MARK: - Simulating

    @Test func wrongUnits() throws {
        let refused = try run(
            "simulate", "lg-m50-chen2020", "--set", "Positive electrode > Thickness [m]=85", "--protocol",
            "Discharge at 1C")
        #expect(refused.status == 64 && refused.errorLines.count == 1)
        for word in ["Thickness [m]", "85", "1e-6 m"] { #expect(refused.errors.contains(word), "\(refused.errors)") }
        // In a file it is the file that is wrong.
        #expect(try run("cells", "lg-m50-chen2020", "--bpx", "my.json").status == 0)
        let path = "\(folder.path)/my.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = try folder.file(
            "my.json", text.replacing(/("Initial temperature \[K\]": )[0-9.]+/) { "\($0.1)25" })
        let file = try run("simulate", "my.json", "--protocol", "Discharge at 1C")
        #expect(file.status == 65 && file.errors.contains("25 oC are 298.15 K"), "\(file.errors)")
        let told = try run(
            "simulate", "lg-m50-chen2020", "--set", "Positive electrode > Thickness [m]=3e-3", "--protocol",
            "Discharge at C/100 for 1 hour")
        #expect(told.status == 0 && told.errors.contains("out of the ordinary"), "\(told.errors)")
    }

    @Test func nothingHappened() throws {
        for model in ["spm", "dfn"] {
            let result = try run(
                "simulate", "lg-m50-chen2020", "--model", model, "--protocol", "Charge at 1C until 4.2 V")
            #expect(result.status == 65 && result.output.isEmpty)
            #expect(result.errorLines.count == 1 && result.errors.contains("nothing was simulated"), "\(result.errors)")
        }
        // One step of two is something.
        let half = try run(
            "simulate", "lg-m50-chen2020", "--model", "spm", "--protocol", "Charge at 1C until 4.2 V", "Discharge at 1C"
        )
        #expect(half.status == 0)
    }

    @Test func filesOfSteps() throws {
        let file = try run("simulate", "lg-m50-chen2020", "--protocol", "cycle.yaml")
        #expect(file.status == 64 && file.errors.contains("--protocol-file"), "\(file.errors)")
        let misspelt = try run("simulate", "lg-m50-chen2020", "--protocol", "Dischrge at 1C")
        #expect(
            misspelt.status == 64 && misspelt.errors.contains("'Discharge at 1C until 2.5 V'"), "\(misspelt.errors)")
    }

    /// What is written otherwise elsewhere, and what would be right.
    @Test(arguments: [
        (["simulate", "lg-m50-chen2020", "--protocol", "Discharge at 1C until 2,5 V"], Int32(64), "a decimal comma"),
        (["score", "LiNi0,5Mn1,5O4"], 65, "a decimal comma at '0,5'"),
        (
            ["simulate", "lg-m50-chen2020", "--protocol", "Discharge at 1C", "--until-capacity", "0.8"], 64,
            "80 is right"
        ),
        (["simulate", "--protocol", "Discharge at 1C", "lg-m50-chen2020"], 64, "the cell comes first"),
        (["predict", "own.csv", "--model", "seversn-lfp"], 66, "nearest: severson-lfp"),
        (["train", "lifetime", "own.csv", "--out", "m.json"], 64, "a file; name the folder"),
        (["predict", "soh.csv"], 65, "discharge capacity"), (["screen", "head.csv"], 65, "no rows"),
        (["screen", "own.csv"], 65, "which has 'cycle', 'discharge_capacity_Ah'"),
    ]) func otherwise(_ words: [String], _ code: Int32, _ right: String) throws {
        _ = try folder.file("own.csv", "cycle,discharge_capacity_Ah\n1,2\n2,1.99\n")
        _ = try folder.file("soh.csv", "cycle,soh\n1,1\n2,0.99\n")
        _ = try folder.file("head.csv", "formula\n")
        let run = try Command.run(words, in: folder.path)
        #expect(run.status == code && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains(right), "\(run.errors)")
    }

    @Test func anotherCellsCapacity() throws {
        let cells = (1...40).map { "\($0),\(4.9 - 0.001 * Double($0))" }.joined(separator: "\n")
        _ = try folder.file("own.csv", "cycle,discharge_capacity_Ah\n\(cells)\n")
        let told = try run("predict", "own.csv", "--nominal-capacity", "2")
        #expect(told.status == 0 && told.errors.contains("is the nominal capacity (2 Ah) that of this cell?"))
        #expect(!(try run("predict", "own.csv", "--nominal-capacity", "5")).errors.contains("of this cell?"))
    }

    /// The folder that `evaluate --out` writes is taken for the cell in it.
    @Test func foldersOfCells() throws {
        #expect(try run("evaluate", "LiFePO4", "--samples", "0", "--out", "my material").status == 0)
        let only = try run(
            "simulate", "my material", "--model", "spm", "--protocol", "Discharge at 1C", "--json")
        #expect(only.status == 0, "\(only.errors)")
        #expect(try only.json()["cell"] as? String == "LiFePO4-graphite")
        #expect(try run("cells", "lg-m50-chen2020", "--bpx", "my material/other.json").status == 0)
        let two = try run("simulate", "my material/", "--protocol", "Discharge at 1C")
        #expect(two.status == 65 && two.errors.contains("'my material/other.json'"), "\(two.errors)")
        try FileManager.default.createDirectory(atPath: "\(folder.path)/empty", withIntermediateDirectories: false)
        #expect(try run("simulate", "empty", "--protocol", "Discharge at 1C").status == 65)
    }

    // MARK: - Cycling data

    /// Tables of cycles, whatever their unit, separator and encoding.
    static let tables: [(name: String, text: String, utf16: Bool)] = {
        let rows = (1...40).map { ($0, 2000 - 2 * $0) }
        let comma = rows.map { "\($0.0),\($0.1)" }.joined(separator: "\n")
        let semicolon = rows.map { "\($0.0);\($0.1),5;0,99" }.joined(separator: "\r\n")
        return [
            ("mAh", "cycle,discharge_capacity_mAh\n\(comma)\n", false),
            ("UTF-16", "cycle,discharge_capacity_mAh\n\(comma)\n", true),
            ("spreadsheet", "Cycle;Discharge capacity (mAh);Coulombic efficiency\r\n\(semicolon)\r\n", false),
        ]
    }()

    @Test(arguments: tables) func tablesOfCycles(_ table: (name: String, text: String, utf16: Bool)) throws {
        let path = "\(folder.path)/cells ü.csv"
        let data = table.utf16 ? table.text.data(using: .utf16) : table.text.data(using: .utf8)
        try #require(data).write(to: URL(fileURLWithPath: path))
        let predicted = try run("predict", path, "--nominal-capacity", "2", "--json")
        #expect(predicted.status == 0, "\(predicted.errors)")
        #expect(abs(try #require(try list(predicted).first?["soh"] as? Double) - 0.96) < 0.005)
        #expect(try run("summarize", path, "--out", "o.csv").status == 0)
        let imported = try run("import", path, "--out", "o.bdf.csv")
        #expect(imported.status == 65 && imported.errorLines.count == 1)
        #expect(imported.errors.contains("a table of cycles, not of records"), "\(imported.errors)")
        #expect(imported.errors.contains("cellar summarize"))
    }

    @Test func cellsLeftOut() throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/my cells", withIntermediateDirectories: false)
        _ = try folder.file("my cells/a.csv", "no,table\nof,cells\n")
        let unread = try run("train", "lifetime", "my cells", "--hybrid", "nmc", "--out", "m.json")
        #expect(unread.status == 65 && unread.errors.contains("my cells: every cell was left out"), "\(unread.errors)")
        let short = (1...30).map { "\($0),\(5 - 0.001 * Double($0))" }.joined(separator: "\n")
        _ = try folder.file("my cells/a.csv", "cycle,discharge_capacity_Ah\n\(short)\n")
        let tooShort = try run("train", "lifetime", "my cells", "--hybrid", "nmc", "--out", "m.json")
        #expect(tooShort.status == 65 && tooShort.errors.contains("every cell was left out"), "\(tooShort.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/m.json"))
        let few = try run("train", "lifetime", "my cells", "--out", "m.json")
        #expect(few.status == 65 && few.errors.contains("my cells: 1 cells"), "\(few.errors)")
    }

    // MARK: - Materials

    /// What was measured answers, and says that it was.
    @Test func knownMaterials() throws {
        _ = try folder.file("f.csv", "formula\nLiFePO4\nLiMn0.7Fe0.3PO4\n")
        let rows = try list(try run("screen", "f.csv", "--json"))
        #expect(rows.count == 2)
        for (key, value, tolerance) in [
            ("density_discharged_g_cm3", 3.6, 0.05), ("max_delta_volume_frac", 0.068, 0.005),
            ("average_voltage_V", 3.43, 0.05),
        ] {
            let own = try #require(rows[0][key] as? Double)
            #expect(abs(own - value) < tolerance, "\(key) \(own)")
            #expect(try #require(rows[0][key + "_low"] as? Double) <= own)
            #expect(try #require(rows[0][key + "_high"] as? Double) >= own)
        }
        for key in ["density_source", "volume_change_source", "voltage_source"] {
            #expect((rows[0][key] as? String)?.hasPrefix("known: ") == true, "\(key)")
            #expect(rows[1][key] as? String == "predicted", "\(key)")
        }
        let predicted = try list(try run("screen", "f.csv", "--json", "--predict-only"))
        #expect(predicted[0]["density_source"] as? String == "predicted")
        #expect(predicted[0]["density_discharged_g_cm3"] as? Double != rows[0]["density_discharged_g_cm3"] as? Double)
    }

    /// A charged formula stands for what electrodes are made as, and that is told wherever it is so.
    @Test func chargedFormulas() throws {
        _ = try folder.file("f.csv", "formula,working_ion\nFePO4,Li\nLiFePO4,Li\nLiFePO5,Li\nLi4Ti5O12,Li\n")
        let screened = try run("screen", "f.csv", "--out", "out.csv")
        #expect(screened.status == 0)
        #expect(screened.errorLines.count == 2, "\(screened.errors)")
        #expect(screened.errors.contains("line 2: FePO4: the charged end of a positive electrode: taken as LiFePO4"))
        let rows = try list(try run("screen", "f.csv", "--json"))
        #expect((rows[0]["remark"] as? String)?.contains("LiFePO4") == true)
        #expect(rows[1]["remark"] as? String == "" && rows[3]["remark"] as? String == "")
        #expect((rows[2]["remark"] as? String)?.isEmpty == false)
        #expect(rows[0]["score"] as? Double == rows[1]["score"] as? Double)
        let evaluated = try run("evaluate", "FePO4", "--samples", "0")
        #expect(evaluated.output.contains("remark: the charged end of a positive electrode: taken as LiFePO4"))
        #expect(!(try run("evaluate", "LiFePO4", "--samples", "0")).output.contains("charged end"))
        let scored = try run("score", "CoO2", "LiCoO2")
        #expect(scored.output.contains("remark: CoO2: ") && scored.output.contains("LiCoO2"), "\(scored.output)")
        // The cobalt of a kWh is the same, whichever end is written.
        let both = try list(try run("score", "CoO2", "LiCoO2", "--json")).compactMap {
            $0["cobalt_g_per_kWh"] as? Double
        }
        #expect(both.count == 2 && abs(both[0] / both[1] - 1) < 1e-9, "\(both)")
    }

    /// Excel's table of half of Europe.
    @Test func semicolons() throws {
        _ = try folder.file("deutsch.csv", "Name;Formula;Kapazität\r\na;LiFePO4;160,5\r\nb;LiCoO2;140,2\r\n")
        let result = try run("screen", "deutsch.csv", "--out", "out.csv")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let text = try String(contentsOfFile: "\(folder.path)/out.csv", encoding: .utf8)
        #expect(text.hasPrefix("Name,Formula,Kapazität,"))
        #expect(text.contains("\na,LiFePO4,\"160,5\","))
        #expect(try run("score", "deutsch.csv", "--csv").output.split(separator: "\n").count == 3)
    }

    // MARK: - Models

    @Test func models() throws {
        let all = try list(try run("models", "--json"))
        #expect(all.count >= 10)
        #expect(all.contains { $0["name"] as? String == "severson-lfp" && $0["kind"] as? String == "lifetime" })
        #expect(all.contains { $0["name"] as? String == "voltage" && $0["kind"] as? String == "property" })
        for model in all {
            for key in ["purpose", "licence", "interval", "trained_on"] {
                #expect((model[key] as? String)?.isEmpty == false, "\(model["name"] ?? "") \(key)")
            }
            let name = try #require(model["name"] as? String)
            let written = try run("models", name, "--json-ld", "\(name).jsonld")
            #expect(written.status == 0 && written.output.isEmpty)
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name).jsonld"))
            let card = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(card["@type"] as? [String] == ["MathematicalModel", "schema:CreativeWork"])
            #expect(card["schema:isBasedOn"] as? [String] == model["data"] as? [String])
        }
        #expect(try run("models", "severson-lfp").output.contains("41 cells"))
        let misspelt = try run("models", "seversonlfp")
        #expect(misspelt.status == 66 && misspelt.errors.contains("nearest: severson-lfp"))
        _ = try folder.file("a.json", "{}")
        #expect(try run("models", "a.json").status == 65)
        #expect(try run("models", "b.json").status == 66)
        #expect(try run("models", "--json-ld", "a.jsonld").status == 64)
    }
}
