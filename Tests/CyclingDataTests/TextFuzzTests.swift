import Foundation
import Testing

@testable import CyclingData

/// Damaged text files are read as far as they make sense or refused in one line; nothing traps, hangs or takes memory without
/// bound. `CELLAR_LONG=1` makes it a hundred thousand inputs.
@Suite struct TextFuzzTests {
    /// Numbers that follow from a seed alone (SplitMix64; Steele, Lea and Flood 2014).
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let strangeCells = [
        "", "NaN", "inf", "-inf", "1e308", "-1e308", "1e-320", "99999999999999999999999999", "-1", "0", "\"", "\"\"",
        "1,5", "1.5.5",
        "::", "1:2:3:4:5", "-0:00:00", "31/31/2020", "0000-00-00 00:00:00", "9999-12-31 23:59:59", "d d d", "é",
        "\u{FFFD}", "\t",
        "1e", "e1", "--1", "+", ".", ",", "1e99999999999", "0x10", "8:00", "100000d 00:00:00",
    ]

    /// Bytes flipped, cells replaced, lines doubled, dropped, swapped, cut; separators changed.
    private func mutated(_ original: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...6, using: &random) where bytes.count > 4 {
            let end = Bool.random(using: &random) ? min(bytes.count, 3000) : bytes.count
            let place = Int.random(in: 0..<end, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            case 3: bytes.removeSubrange(place..<min(place + Int.random(in: 1...200, using: &random), bytes.count))
            case 4: bytes.insert(contentsOf: bytes[place..<min(place + 500, bytes.count)], at: place)
            case 5...7:
                // Another cell's place.
                let isMark = { (byte: UInt8) in byte == 0x2C || byte == 0x09 || byte == 0x0A || byte == 0x3B }
                let start = bytes[place...].firstIndex(where: isMark).map { $0 + 1 } ?? place
                let stop = bytes[min(start, bytes.count)...].firstIndex(where: isMark) ?? bytes.count
                if start <= stop, let cell = Self.strangeCells.randomElement(using: &random) {
                    bytes.replaceSubrange(start..<stop, with: Array(cell.utf8))
                }
            case 8:
                let (from, to) = (
                    [0x2C, 0x09, 0x3B, 0x2E, 0x0A] as [UInt8], [0x2C, 0x09, 0x3B, 0x2E, 0x20, 0x0D] as [UInt8]
                )
                let (a, b) = (from.randomElement(using: &random) ?? 0, to.randomElement(using: &random) ?? 0)
                for index in place..<min(place + 2000, bytes.count) where bytes[index] == a { bytes[index] = b }
            default:
                bytes.replaceSubrange(place..<min(place + 40, bytes.count), with: [UInt8](repeating: 0x31, count: 300))
            }
        }
        return bytes
    }

    /// Reads to the per-cycle table with every column; whether it could be read.
    private func survives(_ bytes: [UInt8]) -> Bool {
        do {
            let reader = try TextReader(ByteSource(bytes: bytes, path: "fuzz"), keepsAll: true)
            try reader.requireRecords("fuzz")
            var repair = Repair(path: "fuzz")
            repair.beginFile(isPositiveOnDischarge: reader.format.isPositiveOnDischarge)
            var failure = ""
            var builder = CycleBuilder { cycle, rows in
                _ = ChargeStatistics(rows)
                if let curve = CapacityCurve(rows, direction: -1) {
                    let grid = CapacityCurve.grid(from: 4.2, to: 2.5, count: 50)
                    if curve.incrementalCapacity(on: grid).count != 50 { failure = "a curve of another length" }
                    _ = curve.differentialVoltage(count: 50)
                }
            }
            while let table = try reader.next() {
                if table.columns.contains(where: { $0.count != table.count }) {
                    failure = "columns of different lengths"
                }
                let records = try repair.take(table)
                for count in [
                    records.voltage.count, records.current.count, records.cycle.count, records.step.count,
                    records.mode.count,
                ]
                where count != records.count && records.count > 0 { failure = "records of different lengths" }
                for (a, b) in zip(records.time, records.time.dropFirst()) where !(a <= b) { failure = "time falls" }
                try builder.take(records)
            }
            let cycles = try builder.finish()
            for (a, b) in zip(cycles, cycles.dropFirst()) where a.cycle >= b.cycle { failure = "cycles fall" }
            if !failure.isEmpty { Issue.record("\(failure)") }
            return true
        } catch let error as ImportError {
            if error.problem.isEmpty || error.description.contains("\n") {
                Issue.record("refused in more than a line: \(error)")
            }
        } catch {
            Issue.record("not an ImportError: \(error)")
        }
        return false
    }

    private func fuzz(_ originals: [[UInt8]], count: Int, seed: UInt64) {
        var random = Random(state: seed)
        var read = 0
        for _ in 0..<count {
            guard let original = originals.randomElement(using: &random) else { return }
            let bytes = mutated(original, &random)
            let start = ContinuousClock.now
            if survives(bytes) { read += 1 }
            let took = ContinuousClock.now - start
            if took > .seconds(20) { Issue.record("\(took) for \(bytes.count) bytes") }
        }
        // Most damage is small: if little is read any more, the reader gives up too early.
        #expect(read * 3 > count, "\(read) of \(count) read")
    }

    private static var count: Int { ProcessInfo.processInfo.environment["CELLAR_LONG"] == "1" ? 50_000 : 400 }

    @Test func syntheticFiles() {
        let test = SyntheticTest(cycles: 2)
        let texts = [
            test.plain,
            test.text(
                "Data_Point\tDate Time\tTest Time (s)\tStep Type\tVoltage(V)\tCurrent(mA)\tChg. Cap.(mAh)\tDChg. Cap.(mAh)"
            ) {
                "\(Int($0.time))\t01/02/2020 \(Int($0.time) / 3600):\(Int($0.time) / 60 % 60):00\t\($0.time)\tCC Chg\t\($0.voltage)\t\($0.current)\t\($0.charge)\t\($0.discharge)"
            },
            test.text("Time;Spannung;Strom") { "\($0.time);\($0.voltage);\($0.current)".replacing(".", with: ",") },
        ]
        fuzz(texts.map { Array($0.utf8) }, count: Self.count, seed: 1)
    }

    @Test(.enabled(if: Datasets.isThere, "\(Datasets.absence)")) func realFiles() throws {
        // The beginnings of real files: where headings, units and dates are.
        let originals = try CyclerFilesTests.files.filter { !$0.file.hasSuffix(".gz") }.map { file in
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Datasets.cycler(file.file))))
            guard bytes.count > 20_000 else { return bytes }
            let end = bytes[..<20_000].lastIndex(of: 0x0A) ?? 20_000
            return Array(bytes[...end])
        }
        fuzz(originals, count: Self.count, seed: 2)
    }
}
