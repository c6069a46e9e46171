import CyclingData
import Foundation
import Testing

@Suite struct WriterTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func written(_ values: [Double], digits: Int) throws -> [String] {
        let path = "\(folder.path)/numbers.csv"
        let table = try CSVWriter(path: path, columns: ["x"])
        for value in values {
            table.add(value, digits: digits)
            try table.endRow()
        }
        try table.finish()
        return try text(path).split(separator: "\n").dropFirst().map(String.init)
    }

    @Test func numbersAreShort() throws {
        let values = [
            0, 1, -1, 3.7, 0.1, 25, 100, 1e6, 123_456_789, 1e15, 1e16, 1e-5, 1e-6, -2.5e-7, 1e-30, 1e300, 0.000123,
            9.999_999_999_9, 1.0 / 3, -2.0 / 3, .leastNonzeroMagnitude, .nan, .infinity, -.infinity,
        ]
        let expected = [
            "0", "1", "-1", "3.7", "0.1", "25", "100", "1000000", "123456789", "1000000000000000", "1e16", "0.00001",
            "1e-6", "-2.5e-7", "1e-30", "1e300", "0.000123", "10", "0.333333333", "-0.666666667", "5e-324", "nan",
            "inf",
            "-inf",
        ]
        #expect(try written(values, digits: 9) == expected)
    }

    @Test(arguments: [1, 6, 9, 12, 15]) func numbersReadBack(_ digits: Int) throws {
        var state: UInt64 = 42
        var values: [Double] = []
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let mantissa = Double(state >> 11) / Double(1 << 53) * 2 - 1
            values.append(mantissa * pow(10, Double(Int(state % 60)) - 30))
        }
        // Powers of ten and their neighbours are where the count of digits goes wrong.
        for exponent in -20...20 {
            let power = pow(10, Double(exponent))
            values += [power, power.nextUp, power.nextDown, -power, power * (1 - 1e-10)]
        }
        let texts = try written(values, digits: digits)
        let tolerance = 0.51 * pow(10, Double(1 - digits))
        for (value, text) in zip(values, texts) {
            let back = try #require(Double(text))
            #expect(abs(back - value) <= tolerance * abs(value), "\(value) as \(text)")
            #expect(text.utf8.count <= max(digits + 8, 17), "\(text)")
        }
    }

    @Test func timesToTheMicrosecond() throws {
        let path = "\(folder.path)/t.csv"
        let table = try CSVWriter(path: path, columns: ["t"])
        for value in [0, 18, 3734.751_317_4, 1e8 + 0.25, 1e-7, 0.000_001, 1e12, 59.999_999_9] {
            table.add(seconds: value)
            try table.endRow()
        }
        try table.finish()
        let lines = try text(path).split(separator: "\n").dropFirst().map(String.init)
        #expect(lines == ["0", "18", "3734.751317", "100000000.25", "0", "1e-6", "1000000000000", "60"])
    }

    @Test func textIsQuotedWhereItMust() throws {
        let path = "\(folder.path)/t.csv"
        let table = try CSVWriter(path: path, columns: ["a", "b,c", "d"])
        table.add("plain")
        table.add("say \"hi\", there")
        table.add(nil)
        try table.endRow()
        table.add(Int.min)
        table.add(-7)
        table.add("")
        try table.endRow()
        try table.finish()
        #expect(try text(path) == "a,\"b,c\",d\nplain,\"say \"\"hi\"\", there\",\n\(Int.min),-7,\n")
    }

    private func record(_ index: Int) -> BDFRecord {
        BDFRecord(
            testTime: Double(index), voltage: 3.7, current: -5, cycle: 1, step: 2, stepType: "cc_discharge",
            netCapacity: -0.5, surfaceTemperature: 25, extras: [1.5])
    }

    @Test func bdfFile() throws {
        let path = "\(folder.path)/run.bdf.csv"
        let writer = try BDFWriter(path: path, extraColumns: ["extra"])
        try writer.append(record(3))
        #expect(!exists(path))
        try writer.finish()
        #expect(
            try text(path) == """
                test_time_second,voltage_volt,current_ampere,cycle_count,step_count,step_type,net_capacity_ah,\
                surface_temperature_celsius,extra
                3,3.7,-5,1,2,cc_discharge,-0.5,25,1.5

                """)
        #expect(!exists(path + ".partial"))
    }

    @Test func abandonedFileStaysReadable() throws {
        let path = "\(folder.path)/run.bdf.csv"
        let writer = try BDFWriter(path: path, extraColumns: ["extra"])
        for index in 0..<10_000 { try writer.append(record(index)) }
        let kept = try #require(writer.abandon())
        #expect(kept.hasSuffix("run.bdf.csv.partial"))
        #expect(!exists(path))
        let lines = try text(kept).split(separator: "\n")
        #expect(lines.count == 10_001)
        #expect(lines.last == "9999,3.7,-5,1,2,cc_discharge,-0.5,25,1.5")
    }

    @Test func abandonedEmptyFileIsRemoved() throws {
        let path = "\(folder.path)/run.bdf.csv"
        let writer = try BDFWriter(path: path)
        #expect(exists(path + ".partial"))
        #expect(writer.abandon() == nil)
        #expect(!exists(path + ".partial"))
    }

    @Test func olderFileStandsUntilTheNewIsComplete() throws {
        let path = try folder.file("old.csv", "old\n")
        let table = try CSVWriter(path: path, columns: ["new"])
        #expect(try text(path) == "old\n")
        try table.finish()
        #expect(try text(path) == "new\n")
    }

    /// Two outputs never write one file; the lock ends with the output, and what was there goes on.
    @Test func aFileIsWrittenByOneOutputAtATime() throws {
        let path = "\(folder.path)/run.csv"
        let first = try OutputFile(path: path)
        first.append("first\n")
        try first.flush()
        for start in [nil, 0] {
            let error = try #require(throws: OutputError.self) { try OutputFile(path: path, continuingAt: start) }
            #expect(error.problem == "another run writes this file")
        }
        #expect(try text(path + ".partial") == "first\n")
        #expect(first.abandon(keeping: true) == path + ".partial")
        let second = try OutputFile(path: path, continuingAt: 6)
        second.append("second\n")
        try second.finish()
        #expect(try text(path) == "first\nsecond\n")
        try OutputFile(path: path).finish()
        #expect(try text(path).isEmpty)
    }

    /// A run that is killed leaves whole rows.
    @Test func flushedRowsAreWhole() throws {
        let path = "\(folder.path)/run.bdf.csv"
        let writer = try BDFWriter(path: path, extraColumns: ["extra"])
        for index in 0..<5_000 { try writer.append(record(index)) }
        let soFar = try text(path + ".partial")
        #expect(soFar.hasSuffix("\n"))
        #expect(soFar.split(separator: "\n").count > 1000)
        writer.abandon()
    }

    @Test func unwritablePathsAreNamed() throws {
        for path in ["\(folder.path)/no/such/folder.csv", folder.path, ""] {
            let error = try #require(throws: OutputError.self) { try CSVWriter(path: path, columns: ["a"]) }
            #expect("\(error)".contains("; "))
            #expect(error.path == (path.isEmpty ? "''" : path))
        }
    }

    /// What has been waited for can be read; the file gets its name afterwards.
    @Test func whatIsWaitedForIsWritten() throws {
        let path = "\(folder.path)/a.csv"
        let table = try CSVWriter(path: path, columns: ["a"])
        table.add(1)
        try table.endRow()
        try table.synchronize()
        #expect(try text(path + ".partial") == "a\n1\n")
        try table.finish()
        #expect(try text(path) == "a\n1\n")
    }

    @Test func devicesAreWrittenDirectly() throws {
        let table = try CSVWriter(path: "/dev/null", columns: ["a"])
        try table.synchronize()
        try table.finish()
        #expect(exists("/dev/null"))
        #expect(!exists("/dev/null.partial"))
    }

    @Test func aFullDiskIsAnError() throws {
        guard exists("/dev/full") else { return }
        let table = try CSVWriter(path: "/dev/full", columns: ["a"])
        #expect(throws: OutputError.self) { try table.finish() }
    }

    @Test func columnsByNameAndLabel() {
        #expect(BDFColumn(header: "Current / A") == .currentAmpere)
        #expect(BDFColumn(header: "current_ampere") == .currentAmpere)
        #expect(BDFColumn(header: "Nonsense") == nil)
        #expect(Set(BDFColumn.allCases.map(\.label)).count == BDFColumn.allCases.count)
    }
}
