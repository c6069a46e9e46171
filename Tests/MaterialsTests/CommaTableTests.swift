import Foundation
import Testing

@testable import Materials

/// Tables as spreadsheets of all countries write them.
@Suite struct CommaTableTests {
    private static let german = "Formula;voltage_V;Anmerkung\r\nLiFePO4;3,43;\"für; später\"\r\nLiCoO2;3,9;\r\n"

    /// The same table in the encodings and with the separators that programs write.
    static var writings: [(name: String, bytes: [UInt8])] {
        func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
            (isLittle ? [0xFF, 0xFE] : [0xFE, 0xFF])
                + text.utf16.flatMap { unit -> [UInt8] in
                    let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
                    return isLittle ? [low, high] : [high, low]
                }
        }
        let tabs = german.replacing("für; später", with: "für, später").replacing(";", with: "\t")
            .replacing("für, später", with: "für; später")
        return [
            ("UTF-8", Array(german.utf8)), ("with a mark", [0xEF, 0xBB, 0xBF] + Array(german.utf8)),
            ("sep=", Array(("sep=;\r\n" + german).utf8)), ("UTF-16", utf16(german, isLittle: true)),
            ("UTF-16, big end first", utf16(german, isLittle: false)), ("tabs", Array(tabs.utf8)),
            ("Latin-1", german.unicodeScalars.map { UInt8($0.value) }),
        ]
    }

    @Test(arguments: writings) func semicolons(_ writing: (name: String, bytes: [UInt8])) throws {
        let table = try CommaTable(writing.bytes, path: "t.csv")
        #expect(table.header == ["Formula", "voltage_V", "Anmerkung"], "\(writing.name)")
        #expect(table.rows.map { $0.fields[0] } == ["LiFePO4", "LiCoO2"], "\(writing.name)")
        #expect(table.rows.first?.fields[2] == "für; später", "\(writing.name)")
        let place = try table.place(required: "formula")
        #expect(place == 0 && table.place(of: "FORMULA") == 0)
        #expect(try table.number(table.rows[0], 1) == 3.43, "\(writing.name)")
    }

    /// Where commas separate they are no decimal ones.
    @Test func commas() throws {
        let table = try CommaTable(Array("a,b;c\n1,\"2,5\"\n".utf8), path: "t.csv")
        #expect(table.header == ["a", "b;c"])
        #expect(throws: MaterialError.self) { try table.number(table.rows[0], 1) }
    }
}
