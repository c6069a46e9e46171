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
