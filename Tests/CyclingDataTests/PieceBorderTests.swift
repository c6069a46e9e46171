import Foundation
import Testing

@testable import CyclingData

/// Long texts are read in pieces; what is repaired within one is repaired across their borders too.
@Suite struct PieceBorderTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let rows = TextReader.pieceRows + 500
    /// A second a row; the current changes its sign every thousand rows, in the cycle after every second change.
    private static let lines = (0..<rows).map { row in
        let part = row % 1000
        let isCharge = row / 1000 % 2 == 0
        let voltage = isCharge ? 3 + 0.001 * Double(part) : 4 - 0.001 * Double(part)
        return "\(row),\(voltage),\(isCharge ? 1 : -1),\(row / 2000 + 1)"
    }

    private func read(_ lines: [String]) throws -> Imported {
        let text = (["Test Time (s),Voltage (V),Current (A),Cycle Index"] + lines).joined(separator: "\n") + "\n"
        return try Imported([try folder.file("\(UUID().uuidString).csv", text)])
    }

    @Test func displacedAndDoubleRows() throws {
        let plain = try read(Self.lines)
        #expect(plain.records.count == Self.rows && plain.remarks.isEmpty)
        let border = TextReader.pieceRows
        // The first of the second piece doubles the last of the first, or stands in the other's place.
        for shift in [-60, -1, 0, 1, 60] {
            var lines = Self.lines
            lines.insert(lines[border + shift - 1], at: border + shift)
            let double = try read(lines)
            #expect(double.remarks == ["1 duplicate timestamp dropped"], "\(shift): \(double.remarks)")
            #expect(double.records.time == plain.records.time && double.records.voltage == plain.records.voltage)
            lines = Self.lines
            lines.swapAt(border + shift - 20, border + shift + 20)
            let displaced = try read(lines)
            #expect(displaced.remarks.count == 1 && displaced.remarks("put in order of time"), "\(displaced.remarks)")
            #expect(displaced.records.time == plain.records.time && displaced.records.voltage == plain.records.voltage)
            #expect(displaced.records.cycle == plain.records.cycle && displaced.records.step == plain.records.step)
        }
    }

    /// A clock that begins anew at the border is a restart there as elsewhere.
    @Test func restarts() throws {
        for shift in [-1, 0, 1] {
            let second = (0..<400).map { "\($0),3.5,0.5,1" }
            let found = try read(Array(Self.lines.prefix(TextReader.pieceRows + shift)) + second)
            #expect(found.records.count == TextReader.pieceRows + shift + 400)
            #expect(found.remarks("1 restart of the clock"), "\(found.remarks)")
            #expect(zip(found.records.time, found.records.time.dropFirst()).allSatisfy { $1 - $0 == 1 })
        }
    }

    /// Two threads read halves of a block: every row is where it stands in the file, whatever lines hold no row and cells no
    /// number, and what is told counts both halves.
    @Test func everyRowInItsPlace() throws {
        var lines: [String] = []
        var (skipped, words) = (0, 0)
        for row in 0..<Self.rows {
            if row % 997 == 0 {
                lines.append(row % 2 == 0 ? "" : "no,number,in,this line,")
                skipped += row % 2
            }
            let isWord = row % 1009 == 5
            words += isWord ? 1 : 0
            let kind = row / 1000 % 2 == 0 ? "CC Chg" : "CC DChg"
            lines.append(
                "\(row),\(kind),3.\(row % 900 + 100),\(kind == "CC Chg" ? 1 : -1),\(isWord ? "hot" : "\(row % 50)")")
        }
        let heading = "Test Time (s),Step Type,Voltage (V),Current (A),Temperature (C)"
        for ending in ["\n", "\r\n"] {
            let text = ([heading] + lines).joined(separator: ending) + ending
            let found = try Imported([try folder.file("\(UUID().uuidString).csv", text)])
            #expect(found.records.count == Self.rows)
            for row in found.records.time.indices {
                let temperature = found.records.temperature[row]
                guard found.records.time[row] == Double(row),
                    abs(found.records.voltage[row] - 3 - Double(row % 900 + 100) / 1000) < 1e-12,
                    found.records.current[row] == (row / 1000 % 2 == 0 ? 1 : -1),
                    row % 1009 == 5 ? temperature.isNaN : temperature == Double(row % 50)
                else {
                    Issue.record("row \(row)")
                    break
                }
            }
            #expect(found.remarks("\(skipped) lines without any number left out"), "\(found.remarks)")
            #expect(found.remarks("\(words) cells of 'Temperature (C)' held words"), "\(found.remarks)")
        }
    }
}
