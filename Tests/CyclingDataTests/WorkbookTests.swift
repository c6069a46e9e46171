@testable import CyclingData
import Testing

/// Workbooks made by hand.
@Suite struct WorkbookTests {
    private func workbook(_ sheets: [(name: String, rows: String)], styles: String = "", shared: Int = 0) -> [UInt8] {
        let relations = sheets.indices.map { "<Relationship Id=\"r\($0)\" Target=\"worksheets/s\($0).xml\"/>" }.joined()
        let list = sheets.enumerated().map { "<sheet name=\"\($1.name)\" sheetId=\"\($0 + 1)\" r:id=\"r\($0)\"/>" }
            .joined()
        var files: [(String, String)] = [
            ("[Content_Types].xml", "<Types/>"),
            ("xl/workbook.xml", "<workbook xmlns:r=\"x\"><sheets>\(list)</sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", "<Relationships>\(relations)</Relationships>"),
            ("xl/styles.xml", "<styleSheet>\(styles)</styleSheet>"),
        ]
        if shared > 0 {
            let text = String(repeating: "x", count: shared)
            files.append(("xl/sharedStrings.xml", "<sst><si><t>\(text)</t></si></sst>"))
        }
        for (index, sheet) in sheets.enumerated() {
            let rows = "<worksheet><sheetData>\(sheet.rows)</sheetData></worksheet>"
            files.append(("xl/worksheets/s\(index).xml", rows))
        }
        return TestArchive.stored(files.map { ($0.0, Array($0.1.utf8)) })
    }

    private func row(_ cells: [String]) -> String {
        "<row>" + cells.map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined() + "</row>"
    }

    private let headings = [
        "DataPoint", "Cycle Index", "Step Index", "Step Type", "Time", "Total Time", "Current(mA)", "Voltage(V)",
        "Chg. Cap.(mAh)", "DChg. Cap.(mAh)", "Date",
    ]

    /// Words in cells, times as text and as days, records that go on in a second sheet, and a sheet of cycles beside them.
    @Test func neware() throws {
        func record(_ number: Int) -> String {
            let time = "0:00:\(number + 10)"
            let words = [
                "1", "2", "CC Chg", time, time, "\(number * 5)", "3.\(number)", "0.5", "0",
                "2025-06-17 09:26:4\(number)",
            ]
            return "<row><c><v>\(number)</v></c>"
                + words.map { word in
                    Double(word) == nil ? "<c t=\"str\"><v>\(word)</v></c>" : "<c><v>\(word)</v></c>"
                }.joined() + "</row>"
        }
        let bytes = workbook([
            ("unit", row(["Start Time", "2025-06-17", "Barcode", "cell 7"])),
            ("cycle", row(["Cycle Index", "Chg. Cap.(mAh)"]) + "<row><c><v>1</v></c><c><v>5</v></c></row>"),
            ("record_1", row(headings) + (1...5).map(record).joined()),
            ("record_2", row(headings) + (6...8).map(record).joined()),
        ])
        #expect(XLSX.recognises(bytes))
        let table = try XLSX.read(bytes, path: "neware.xlsx")
        #expect(table[.recordIndex] == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(table[.voltageVolt] == [3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8])
        #expect(
            table[.currentAmpere]?.map { ($0 * 1e6).rounded() } == [5, 10, 15, 20, 25, 30, 35, 40].map { $0 * 1000 })
        #expect(table[.testTimeSecond] == [11, 12, 13, 14, 15, 16, 17, 18])
        #expect(table.columns.first { $0.name == "step_type" }?.texts.last == "CC Chg")
        #expect(table.metadata.contains { $0.key == "sheet" && $0.value == "record_1, record_2" })
        #expect(table.metadata.contains { $0.key == "barcode" && $0.value == "cell 7" })
    }

    /// A time of 12 s that a spreadsheet program has made a part of a day.
    @Test func durations() throws {
        let styles =
            "<numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm:ss.000\"/></numFmts>"
            + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/></cellXfs>"
        let cells = (1...4).map { number in
            "<row><c s=\"1\"><v>\(Double(number) * 12 / 86_400)</v></c><c><v>3.\(number)</v></c><c><v>0.1</v></c></row>"
        }
        let bytes = workbook(
            [("data", row(["Test Time", "Voltage(V)", "Current(A)"]) + cells.joined())], styles: styles)
        #expect(try XLSX.read(bytes, path: "t.xlsx")[.testTimeSecond] == [12, 24, 36, 48])
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do {
            _ = try XLSX.read(bytes, path: "t.xlsx")
            return ""
        } catch { return "\(error)" }
    }

    @Test func refused() {
        let entity =
            "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
        var files: [(String, [UInt8])] = [
            ("[Content_Types].xml", []),
            ("xl/workbook.xml", Array("<workbook><sheets><sheet name=\"a\" r:id=\"r\"/></sheets></workbook>".utf8)),
            ("xl/worksheets/sheet1.xml", Array(entity.utf8)),
        ]
        files[1].1 = Array("<workbook xmlns:r=\"x\"><sheets><sheet name=\"a\" r:id=\"r\"/></sheets></workbook>".utf8)
        #expect(refusal(TestArchive.stored(files)).contains("declares entities of its own"))
        // A last cell in every row: 16383 tabs for 20 bytes.
        let sparse = String(repeating: "<row><c r=\"XFD1\"><v>1</v></c></row>", count: 5000)
        #expect(refusal(workbook([("a", sparse)])).contains("nearly empty"))
        // 160 MB of text in 5000 cells that share one.
        let shared = workbook(
            [("a", String(repeating: "<row><c t=\"s\"><v>0</v></c></row>", count: 5000))], shared: 32_000)
        #expect(refusal(shared).contains("expands to more than 64 MiB"))
        #expect(refusal(workbook([("a", "<row><c r=\"ZZZZ1\"><v>1</v></c></row>")])).contains("16384 columns"))
        #expect(refusal(workbook([("a", "<row><c><v>1</c></row>")])).contains("no well-formed XML"))
        #expect(
            refusal(workbook([("Info", row(["Voltage(V)", "x"]))])).contains(
                "no sheet has columns of voltage and current (Info)"))
        #expect(refusal(Array(workbook([("a", "")]).prefix(200))).contains("truncated or damaged"))
    }

    /// A zip archive that holds one text file.
    @Test func zippedText() throws {
        let text = "Test Time / s,Voltage / V,Current / A\n0,3.7,1\n1,3.6,1\n2,3.5,1\n"
        let archive = TestArchive.stored([("a/", []), ("a/cell.csv", Array(text.utf8))])
        let table = try ZippedFile.read(archive, path: "cell.zip")
        #expect(table[.voltageVolt] == [3.7, 3.6, 3.5])
        let two = TestArchive.stored([("a.csv", Array(text.utf8)), ("b.csv", Array(text.utf8))])
        #expect(throws: ImportError.self) { try ZippedFile.read(two, path: "cells.zip") }
    }
}
