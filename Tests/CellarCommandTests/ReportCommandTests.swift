import Foundation
import Testing

@Suite struct ReportCommandTests {
    @Test func aRunsPageHoldsItsAnswerAndNoNameIsRun() throws {
        let folder = try TemporaryFolder()
        let page = "\(folder.path)/page.html"
        let run = try Command.run([
            "simulate", "lg-m50-chen2020", "--model", "spm", "--protocol", "Discharge at 1C until 2.5 V", "--report",
            page,
        ])
        #expect(run.status == 0)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("lg-m50-chen2020 gives") && html.contains("cellar simulate lg-m50-chen2020"))
        #expect(html.utf8.count < 3_000_000)

        let table = try folder.file(
            "<img src=x onerror=alert(1)>.csv", "cycle,discharge_capacity_Ah\n1,5\n2,4.9\n")
        #expect(try Command.run(["report", table, "--out", page]).status == 0)
        #expect(try !String(contentsOfFile: page, encoding: .utf8).contains("<img"))
    }

    @Test func everyCommandWithAResultHasAReport() throws {
        let options = try CommandOptions()
        for leaf in options.leaves where leaf != "cellar report" {
            #expect(options.options[leaf]?.contains("--report") == true, "\(leaf)")
        }
    }

    @Test func designsImportsModelsAndCircuitsHavePages() throws {
        let folder = try TemporaryFolder()
        func page(_ name: String, _ arguments: [String]) throws -> String {
            let run = try Command.run(arguments + ["--report", "\(name).html"], in: folder.path)
            #expect(run.status == 0, "\(name): \(run.errors)")
            return try String(contentsOfFile: "\(folder.path)/\(name).html", encoding: .utf8)
        }
        let design = try page(
            "design",
            ["design", "LiFePO4", "--swap", "Fe=Fe,Mn", "--parts", "4", "--population", "8", "--generations", "2"]
                + ["--max-cobalt", "0.1", "--out", "front.csv"])
        #expect(design.contains("compositions that none beats") && design.contains("of cobalt of at most 0.1"))
        let again = try Command.run(["report", "front.csv", "--out", "again.html"], in: folder.path)
        #expect(again.status == 0, "\(again.errors)")

        var rows = "test_time_second,voltage_volt,current_ampere\n"
        for row in 0..<400 { rows += "\(row * 60),\(row % 100 < 50 ? 3.2 : 3.6),\(row % 100 < 50 ? -1 : 1)\n" }
        _ = try folder.file("a.csv", rows)
        _ = try folder.file("b.csv", rows)
        let imported = try page("import", ["import", "a.csv", "--out", "a.bdf.csv"])
        #expect(imported.contains("400 records, 4 cycles"))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/out", withIntermediateDirectories: true)
        let many = try page("many", ["import", "a.csv", "b.csv", "--out", "out/"])
        #expect(many.contains("2 cells were read") && many.contains("800 records"))

        var table = "formula,energy_Wh_kg\n"
        for index in 1...40 { table += "LiFe\(index)Mn\(60 - index)P\(index % 5 + 1)O4,\(100 + index)\n" }
        _ = try folder.file("mine.csv", table)
        let model = try page(
            "model",
            ["train", "property", "mine.csv", "--target", "energy_Wh_kg", "--families", "ridge", "--out", "mine.json"])
        #expect(model.contains("mine: predicts the energy.") && model.contains("Card of mine"))

        let circuit = try page(
            "circuit",
            ["simulate", "lg-m50-chen2020", "--model", "ecm", "--protocol", "Discharge at 1C until 2.5 V"])
        #expect(circuit.contains("Plett") && circuit.contains("Doyle, Meyers") && circuit.contains("Chen 2020"))
    }

    @Test func aPageOfAFileNeedsTheFile() throws {
        let folder = try TemporaryFolder()
        for arguments in [
            ["train", "lifetime", ".", "--compare", "--report", "p.html"],
            ["train", "surrogate", "LFP", "--out", "-", "--report", "p.html"],
            ["train", "lifetime", "--population", "s", "--out", "p.json", "--report", "p.html"],
        ] {
            let run = try Command.run(arguments, in: folder.path)
            #expect(run.status == 64 && run.errorLines.count == 1, "\(arguments): \(run.errors)")
        }
        let unwritable = try Command.run(
            ["design", "LiFePO4", "--swap", "Fe=Fe,Mn", "--report", "no/such/page.html"], in: folder.path)
        #expect(unwritable.status == 73 && unwritable.errorLines.count == 1, "\(unwritable.errors)")
    }

    @Test func tablesAndPagesRoundCyclesAlike() throws {
        let folder = try TemporaryFolder()
        let cell = "\(DocumentationPage.root)/Examples/Data/aged-cell.csv"
        let arguments = ["predict", cell, "--nominal-capacity", "5"]
        let document = try Command.run(arguments + ["--json", "--report", "p.html"], in: folder.path)
        let list = try JSONSerialization.jsonObject(with: Data(document.output.utf8)) as? [[String: Any]]
        let own = try #require(list?.first)
        let numbers = try ["rul_cycles", "rul_low", "rul_high"].map { Int(try #require(own[$0] as? Double)) }
        let text = try Command.run(arguments).output
        let page = try String(contentsOfFile: "\(folder.path)/p.html", encoding: .utf8)
        #expect(text.contains("\(numbers[1]) to \(numbers[2])"), "\(text)")
        #expect(page.contains("\(numbers[0]) left until") && page.contains("between \(numbers[1]) and \(numbers[2])"))
    }

    @Test func badInputIsOneLine() throws {
        let folder = try TemporaryFolder()
        let page = "\(folder.path)/page.html"
        let cases: [(text: String, status: Int32)] = [
            ("", 65), ("{}", 65), ("[]", 65), ("{\"format\": \"cellar-model\", \"kind\": \"x\"}", 65),
            ("{\"summary\": [], \"end_reason\": \"\", \"cell\": \"c\"}", 65), ("cycle,discharge_capacity_Ah\n", 65),
            ("words\n", 65),
        ]
        for (index, bad) in cases.enumerated() {
            let path = try folder.file("bad\(index)", bad.text)
            let run = try Command.run(["report", path, "--out", page])
            #expect(run.status == bad.status && run.errorLines.count == 1, "\(bad.text): \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: page))
        }
        #expect(try Command.run(["report", "\(folder.path)/none.json", "--out", page]).status == 66)
        #expect(try Command.run(["report"]).status == 64)
        #expect(try Command.run(["report", page]).status == 64)
        let good = try folder.file("good.csv", "cycle,discharge_capacity_Ah\n1,5\n2,4.9\n")
        #expect(try Command.run(["report", good, "--out", "\(folder.path)/no/such/folder.html"]).status == 73)
        #expect(try Command.run(["report", good, "--out", good]).status == 64)
    }

    @Test func figuresBecomeFiles() throws {
        let folder = try TemporaryFolder()
        let table = try folder.file("life.csv", "cycle,discharge_capacity_Ah\n1,5\n2,4.9\n")
        let figures = "\(folder.path)/figures"
        #expect(try Command.run(["report", table, "--figures", figures]).status == 0)
        let specification = try Data(contentsOf: URL(fileURLWithPath: figures + "/state-of-health.vg.json"))
        let value = try JSONSerialization.jsonObject(with: specification) as? [String: Any]
        #expect((value?["$schema"] as? String)?.contains("vega/v5") == true)
    }

    @Test func cellsAreCompared() throws {
        let run = try Command.run(["cells", "compare", "lg-m50-chen2020", "lg-m50-okane2022"])
        #expect(run.status == 0 && run.output.contains("parameters are the same in all"))
        #expect(try Command.run(["cells", "compare", "lg-m50-chen2020"]).status == 64)
        #expect(try Command.run(["cells", "compare", "lg-m50-chen2020", "lg-m50-none"]).status == 66)
    }
}
