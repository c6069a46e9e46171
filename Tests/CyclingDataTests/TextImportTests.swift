import Foundation
import Testing

@testable import CyclingData

@Suite struct TextImportTests {
    private let folder: TemporaryFolder
    private let test = SyntheticTest()
    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, map: [String: BDFColumn] = [:], format: String? = nil) throws -> Imported {
        try Imported(
            [try folder.file("\(UUID().uuidString).txt", text)], options: ImportOptions(format: format, map: map))
    }

    private func refusal(_ bytes: [UInt8], options: ImportOptions = ImportOptions()) throws -> ImportError {
        let path = try folder.file("\(UUID().uuidString).bin", bytes: bytes)
        do {
            _ = try Imported([path], options: options)
        } catch let error as ImportError { return error }
        throw CocoaError(.featureUnsupported)
    }

    /// The records of `SyntheticTest`, however they were written.
    private func expectTheTest(_ found: Imported, tolerance: Double = 1e-9, at place: SourceLocation = #_sourceLocation)
    {
        #expect(found.records.count == test.rows.count, sourceLocation: place)
        guard found.records.count == test.rows.count else { return }
        for (index, row) in test.rows.enumerated() {
            let time = found.records.time[index] - found.records.time[0]
            guard abs(time - row.time) <= tolerance * 1e4, abs(found.records.voltage[index] - row.voltage) <= tolerance,
                abs(found.records.current[index] - row.current) <= tolerance,
                Int(found.records.cycle[index]) == row.cycle
            else {
                Issue.record(
                    "row \(index): \(time), \(found.records.voltage[index]), \(found.records.current[index]), \(found.records.cycle[index])",
                    sourceLocation: place)
                return
            }
        }
    }

    // MARK: Encodings and layout

    @Test func encodings() throws {
        let plain = test.plain
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for unit in plain.utf16 {
            little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        }
        for bytes in [
            Array(plain.utf8), [0xEF, 0xBB, 0xBF] + Array(plain.utf8), little, big, Array(little.dropFirst(2)),
            Array(plain.replacing("\n", with: "\r\n").utf8), Array(plain.replacing("\n", with: "\r").utf8),
            Array(plain.dropLast().utf8),
        ] { expectTheTest(try Imported([try folder.file("\(UUID().uuidString).csv", bytes: bytes)])) }
    }

    @Test func unitsInAnyEncoding() throws {
        let rows = test.rows.map { "\($0.time);\($0.voltage);\($0.current);25;\($0.cycle)\n" }.joined()
        // A degree sign in Latin-1 and in UTF-8.
        for degree in [[0xB0], [0xC2, 0xB0]] as [[UInt8]] {
            let heading = Array("Time[s];U[V];I[A];T1[".utf8) + degree + Array("C];Cycle\n".utf8)
            let found = try Imported([try folder.file("\(UUID().uuidString).txt", bytes: heading + Array(rows.utf8))])
            expectTheTest(found)
            #expect(found.records.temperature.first == 25)
        }
        // 测试时间(s), 电压(V), 电流(A), 循环号 in GBK.
        let heading: [UInt8] =
            [0xB2, 0xE2, 0xCA, 0xD4, 0xCA, 0xB1, 0xBC, 0xE4] + Array("(s);".utf8) + [0xB5, 0xE7, 0xD1, 0xB9]
            + Array("(V);".utf8) + [0xB5, 0xE7, 0xC1, 0xF7] + Array("(A);".utf8) + [0xD1, 0xAD, 0xBB, 0xB7, 0xBA, 0xC5]
        let gbk = test.rows.map { "\($0.time);\($0.voltage);\($0.current);\($0.cycle)\n" }.joined()
        let found = try Imported([try folder.file("gbk.csv", bytes: heading + [0x0A] + Array(gbk.utf8))])
        expectTheTest(found)
        #expect(found.format == "neware-csv")
    }

    @Test func separatorsDecimalMarksAndQuotes() throws {
        let heading = "Test Time (s)|Voltage (V)|Current (A)|Cycle Index"
        func line(_ row: SyntheticTest.Row, _ separator: String, comma: Bool, quotes: Bool) -> String {
            [row.time, row.voltage, row.current, Double(row.cycle)].map { value in
                let text = comma ? "\(value)".replacing(".", with: ",") : "\(value)"
                return quotes ? "\"\(text)\"" : text
            }.joined(separator: separator)
        }
        for separator in [",", ";", "\t", "|"] {
            for comma in [false, true] {
                for quotes in [false, true] where separator != "," || !comma || quotes {
                    let text = test.text(heading.replacing("|", with: separator)) {
                        line($0, separator, comma: comma, quotes: quotes)
                    }
                    expectTheTest(try read(text))
                }
            }
        }
        // Blanks between columns.
        expectTheTest(
            try read(
                test.text("time_s  voltage_V  current_A  cycle") {
                    "  \($0.time)   \($0.voltage) \($0.current)\t\($0.cycle)"
                }))
        // A preamble, a line of units, whole lines in quotes.
        expectTheTest(try read("Cell: 7\nNote: a, b and c\n\n" + test.plain))
        expectTheTest(
            try read(
                test.text("Test Time,Voltage,Current,Cycle\ns,V,A,") {
                    "\($0.time),\($0.voltage),\($0.current),\($0.cycle)"
                }))
        expectTheTest(try read(test.plain.split(separator: "\n").map { "\"\($0)\"" }.joined(separator: "\n")))
    }

    @Test func unitsInHeadings() throws {
        expectTheTest(
            try read(
                test.text("Time (min),Voltage (mV),Current (mA),Cycle") {
                    "\($0.time / 60),\($0.voltage * 1000),\($0.current * 1000),\($0.cycle)"
                }))
        expectTheTest(
            try read(
                test.text("Run Time [h],Ecell/mV,I/uA,cycle number") {
                    "\($0.time / 3600),\($0.voltage * 1000),\($0.current * 1e6),\($0.cycle)"
                }), tolerance: 1e-6)
        let counted = try read(
            test.text("time_s,voltage_V,current_mA,Charge Capacity (mAh),Discharge Capacity (mAh),cycle") {
                "\($0.time),\($0.voltage),\($0.current * 1000),\($0.charge * 1000),\($0.discharge * 1000),\($0.cycle)"
            })
        expectTheTest(counted)
        #expect(abs((counted.records.dischargeCounter.last ?? 0) - 3) < 1e-9)
    }

    @Test func durationsAndDates() throws {
        func clock(_ seconds: Double) -> String {
            let s = Int(seconds)
            return "\(s / 3600):\(String(format: "%02d", s / 60 % 60)):\(String(format: "%02d", s % 60))"
        }
        expectTheTest(
            try read(
                test.text("Total Time,Voltage(V),Current(A),Cycle Index") {
                    "\(clock($0.time)),\($0.voltage),\($0.current),\($0.cycle)"
                }))
        // Dates alone: 13 months cannot be, so the day comes first.
        let dated = try read(
            test.text("Date;Voltage [V];Current [A];Cycle") {
                "14/05/2021 \(clock($0.time));\($0.voltage);\($0.current);\($0.cycle)"
            })
        expectTheTest(dated)
        #expect(dated.records.unixTime.first == 1_620_950_400)
        #expect(dated.remarks("no test time"))
    }

    // MARK: What units, signs and clocks do not tell

    @Test func magnitudesThatContradictTheirUnit() throws {
        let millivolts = try read(
            test.text("Test Time (s),Volts,Amps,Cycle") { "\($0.time),\($0.voltage * 1000),\($0.current),\($0.cycle)" })
        expectTheTest(millivolts)
        #expect(millivolts.remarks("taken as millivolts"))
        // The counted charge shows that a current without a unit is in mA.
        let milliamperes = try read(
            test.text("Test Time (s),Voltage (V),Current,Charge Capacity (Ah),Discharge Capacity (Ah),Cycle") {
                "\($0.time),\($0.voltage),\($0.current * 1000),\($0.charge),\($0.discharge),\($0.cycle)"
            })
        expectTheTest(milliamperes)
        #expect(milliamperes.remarks("taken as milliamperes"))
        // Dates show that a time without a unit is in minutes.
        let minutes = try read(
            test.text("TestTime,Voltage (V),Current (A),Date,Cycle") {
                "\($0.time / 60),\($0.voltage),\($0.current),\(1_600_000_000 + Int($0.time)),\($0.cycle)"
            })
        expectTheTest(minutes)
        #expect(minutes.remarks("test time is in minutes"))
    }

    @Test func signs() throws {
        let turned = try read(
            test.text("time_s,voltage_V,current_A,cycle") { "\($0.time),\($0.voltage),\(-$0.current),\($0.cycle)" })
        expectTheTest(turned)
        #expect(turned.remarks("its sign turned"))
        let words = try read(
            test.text("time_s,voltage_V,current_A,cycle,Step Type") {
                "\($0.time),\($0.voltage),1.0,\($0.cycle),\($0.current > 0 ? "CC Chg" : "CC DChg")"
            })
        expectTheTest(words)
        #expect(words.remarks("told from the step type"))
        let states = try read(
            test.text("Rec#,Cyc#,Step,Test (Sec),Amps,Volts,State") {
                "1,\($0.cycle),\($0.step),\($0.time),1.0,\($0.voltage),\($0.current > 0 ? "C" : "D")"
            })
        expectTheTest(states)
        #expect(states.format == "maccor")
        let slopes = try read(
            test.text("time_s,voltage_V,current_A,cycle,step") { "\($0.time),\($0.voltage),1.0,\($0.cycle),\($0.step)" }
        )
        expectTheTest(slopes)
        #expect(slopes.remarks("told from the slope of the voltage"))
        // A charge alone has one sign, and it is right.
        let charge = try read(
            SyntheticTest(cycles: 1).rows.prefix(61).reduce("time_s,voltage_V,current_A\n") {
                $0 + "\($1.time),\($1.voltage),\($1.current)\n"
            })
        #expect(charge.records.current.allSatisfy { $0 == 1 })
    }

    // MARK: Order, duplicates, restarts, gaps

    @Test func duplicatesAreDropped() throws {
        var lines = test.plain.split(separator: "\n").map(String.init)
        for index in stride(from: 10, to: 130, by: 10) { lines.insert(lines[index], at: index) }
        let found = try read(lines.joined(separator: "\n"))
        expectTheTest(found)
        #expect(found.remarks.contains("12 duplicate timestamps dropped"), "\(found.remarks)")
    }

    @Test func displacedRowsAreOrdered() throws {
        var lines = test.plain.split(separator: "\n").map(String.init)
        lines.swapAt(20, 21)
        lines.swapAt(100, 104)
        let found = try read(lines.joined(separator: "\n"))
        expectTheTest(found)
        #expect(found.remarks("put in order of time"))
        // All of them shuffled.
        var state: UInt64 = 3
        for index in stride(from: lines.count - 1, to: 1, by: -1) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            lines.swapAt(index, 1 + Int(state >> 33) % index)
        }
        expectTheTest(try read(lines.joined(separator: "\n")))
    }

    @Test func overlappingExportsAreJoinedOnce() throws {
        var lines = test.plain.split(separator: "\n").map(String.init)
        // Rows 100 to 250 stand there twice.
        lines.insert(contentsOf: lines[100...250], at: 251)
        expectTheTest(try read(lines.joined(separator: "\n")))
    }

    @Test func restartsCountOn() throws {
        // Each cycle's clock, cycle and counters begin at nothing.
        var start = 0.0
        var cycle = 0
        let text = test.text(
            "Data_Point,Test_Time(s),Cycle_Index,Step_Index,Current(A),Voltage(V),Charge_Capacity(Ah),Discharge_Capacity(Ah)"
        ) {
            if $0.cycle != cycle { (start, cycle) = ($0.time, $0.cycle) }
            let base = Double(cycle - 1)
            return
                "\(Int(($0.time - start) / 60) + 1),\($0.time - start),1,\($0.step),\($0.current),\($0.voltage),\($0.charge - base),\($0.discharge - base)"
        }
        let found = try read(text)
        expectTheTest(found)
        #expect(found.remarks("2 restarts of the clock"))
        #expect(found.remarks("2 restarts of the cycle number"))
        let cycles = try found.cycles()
        #expect(cycles.count == 3)
        for cycle in cycles {
            #expect(abs(cycle.dischargeCapacity - 1) < 1e-9 && abs(cycle.chargeCapacity - 1) < 1e-9)
            #expect(!cycle.capacitiesDiffer)
        }
    }

    @Test func backwardStepsAreClosed() throws {
        // The clock is set back by 90 s and stays so.
        let text = test.text("Data_Point,Test Time (s),Voltage (V),Current (A),Cycle") {
            "\(Int($0.time / 60) + 1),\($0.time - ($0.time > 9000 ? 90 : 0)),\($0.voltage),\($0.current),\($0.cycle)"
        }
        let found = try read(text)
        #expect(found.remarks("clock"))
        #expect(zip(found.records.time, found.records.time.dropFirst()).allSatisfy { $0 < $1 })
        #expect(found.records.count == test.rows.count)
    }

    @Test func wordsAndNothingInCells() throws {
        var lines = test.text("time_s,voltage_V,current_A,cycle,Temperature (C)") {
            "\($0.time),\($0.voltage),\($0.current),\($0.cycle),25"
        }.split(separator: "\n").map(String.init)
        lines[5] = "240.0,error,1.0,1,25"
        lines[7] = "360.0,NaN,1.0,1,25"
        lines[9] = lines[9].replacing(",25", with: ",broken")
        lines.insert("time_s,voltage_V,current_A,cycle,Temperature (C)", at: 40)
        lines.insert("", at: 50)
        let found = try read(lines.joined(separator: "\n"))
        #expect(found.records.count == test.rows.count - 2)
        #expect(found.remarks("1 cell of 'voltage_V' held words"))
        #expect(found.remarks("2 rows without time, voltage or current dropped"))
        #expect(found.remarks("1 line without any number left out"))
        #expect(found.records.temperature[8 - 2].isNaN)
    }

    @Test func blankStepsAndCyclesAreTold() throws {
        let found = try read(
            test.text("time_s,voltage_V,current_A,cycle,step") { "\($0.time),\($0.voltage),\($0.current),," })
        expectTheTest(found)
        #expect(found.remarks("counted from the alternation"))
        #expect(found.records.step.last == 6)
        // A discharge first, and discharges alone.
        let discharges = try read(
            test.rows.filter { $0.current < 0 }.reduce("time_s,voltage_V,current_A\n") {
                $0 + "\($1.time),\($1.voltage),\($1.current)\n"
            })
        #expect(discharges.records.cycle.last == 3)
    }

    @Test func aTruncatedLastLine() throws {
        let found = try read(String(test.plain.dropLast(7)))
        #expect(found.records.count >= test.rows.count - 1)
        #expect(found.remarks("cut short"))
    }

    // MARK: Brands

    @Test func headingsOfBrands() throws {
        let samples: [(format: String, heading: String, line: (SyntheticTest.Row) -> String)] = [
            (
                "pybamm", "Time [s],Current [A],Terminal voltage [V],Discharge capacity [A.h],Cycle",
                { "\($0.time),\(-$0.current),\($0.voltage),\($0.discharge - $0.charge),\($0.cycle)" }
            ),
            (
                "pyprobe", "Time [s],Step,Event,Current [A],Voltage [V],Capacity [Ah],Cycle",
                {
                    "\($0.time),\($0.step),\(2 * $0.cycle + $0.step),\($0.current),\($0.voltage),\($0.charge - $0.discharge),\($0.cycle)"
                }
            ),
            (
                "digatron",
                "Step,Status,Prog Time,Step Time,Cycle,Cycle Level,Procedure,Voltage,Current,AhAccu,AhCha,AhDch",
                {
                    "\($0.step),\($0.current > 0 ? "CHA" : "DCH"),\($0.time),0,\($0.cycle),0,P,\($0.voltage),\($0.current),\($0.charge - $0.discharge),\($0.charge),\($0.discharge)"
                }
            ),
            (
                "battery-archive",
                "Date_Time,Test_Time (s),Cycle_Index,Current (A),Voltage (V),Charge_Capacity (Ah),Discharge_Capacity (Ah),Environment_Temperature (C),Cell_Temperature (C)",
                { ",\($0.time),\($0.cycle),\($0.current),\($0.voltage),\($0.charge),\($0.discharge),25,26" }
            ),
            (
                "beep", "test_time,cycle_index,current,voltage,charge_capacity,discharge_capacity,temperature",
                { "\($0.time),\($0.cycle),\($0.current),\($0.voltage),\($0.charge),\($0.discharge),26" }
            ),
            (
                "bdf",
                "Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Charging Capacity / Ah,Discharging Capacity / Ah",
                { "\($0.time),\($0.voltage),\($0.current),\($0.cycle),\($0.charge),\($0.discharge)" }
            ),
            (
                "biologic-mpt", "mode\ttime/s\tEwe/V\t<I>/mA\tcycle number\t(Q-Qo)/mA.h",
                {
                    "1\t\($0.time)\t\($0.voltage)\t\($0.current * 1000)\t\($0.cycle)\t\(1000 * ($0.charge - $0.discharge))"
                }
            ),
        ]
        for sample in samples {
            let found = try read(test.text(sample.heading, sample.line))
            #expect(found.format == sample.format)
            expectTheTest(found)
            // Every one of them counts charge, and it moves 3 Ah each way.
            #expect(abs((found.records.chargeCounter.last ?? 0) - 3) < 1e-6, "\(sample.format)")
            #expect(abs((found.records.dischargeCounter.last ?? 0) - 3) < 1e-6, "\(sample.format)")
        }
    }

    @Test func stackedNewareRecords() throws {
        var text = """
            Cycle ID,Cap_Chg(mAh),Cap_DChg(mAh)
            ,Step ID,Step Name,Step Time(h:min:s),Capacity(mAh)
            ,,Record ID,Time(h:min:s),Voltage(mV),Current(mA),Capacity(mAh)

            """
        var key = (cycle: 0, step: 0)
        var start = 0.0
        for (index, row) in test.rows.enumerated() {
            if row.cycle != key.cycle { text += "\(row.cycle),1000,1000\n" }
            if (row.cycle, row.step) != key {
                text += ",\(row.step),\(row.step == 1 ? "CC_Chg" : "CC_DChg"),1:00:00,1000\n"
                start = row.time
            }
            key = (row.cycle, row.step)
            let minutes = Int((row.time - start) / 60)
            text +=
                ",,\(index + 1),\(minutes / 60):\(minutes % 60):00,\(row.voltage * 1000),\(row.current * 1000),\(Double(minutes) / 0.06)\n"
        }
        let found = try read(text)
        #expect(found.format == "neware-csv")
        #expect(found.records.count == test.rows.count)
        #expect(found.records.cycle.last == 3 && found.records.step.last == 6)
        #expect(found.records.mode.last == .ccDischarge)
        let cycles = try found.cycles()
        #expect(cycles.count == 3)
        for cycle in cycles {
            #expect(abs(cycle.dischargeCapacity - 1) < 1e-6 && abs(cycle.dischargeCapacityIntegrated - 1) < 1e-6)
        }
    }

    @Test func netCountersThatRiseOnDischarge() throws {
        // Charge of each step, without a sign, under a name that promises one.
        var start = 0.0
        var key = 0
        let text = test.text("Time [s],Event,Current [A],Voltage [V],Capacity [Ah],Cycle") {
            if 2 * $0.cycle + $0.step != key { (start, key) = ($0.time, 2 * $0.cycle + $0.step) }
            return "\($0.time),\(key),\($0.current),\($0.voltage),\(($0.time - start) / 3600),\($0.cycle)"
        }
        let cycles = try read(text).cycles()
        for cycle in cycles {
            #expect(abs(cycle.dischargeCapacityCounter - 1) < 1e-6 && abs(cycle.chargeCapacityCounter - 1) < 1e-6)
        }
    }

    @Test func tablesOfCyclesAreTakenAsTheyAre() throws {
        let text = (1...50).reduce(
            "Cycle_Index,Start_Time,Charge_Capacity (Ah),Discharge_Capacity (Ah),Discharge_Energy (Wh)\n"
        ) {
            $0 + "\($1),2020-01-01 00:00:00,1.1,\(1.1 - 0.002 * Double($1)),3.3\n"
        }
        let cycles = try #require(try CycleTableFile.read(path: try folder.file("cycle_data.csv", text)))
        #expect(cycles.count == 50)
        #expect(abs(cycles[49].dischargeCapacity - 1.0) < 1e-12 && cycles[49].chargeCapacity == 1.1)
        #expect(abs(cycles[49].soh - 1.0 / 1.098) < 1e-12)
        #expect(cycles.allSatisfy { !$0.capacitiesDiffer && $0.kind == .ageing })
        // Records are none.
        #expect(try CycleTableFile.read(path: try folder.file("records.csv", test.plain)) == nil)
    }

    @Test func headingsThatTheUserTells() throws {
        let text = test.text("clock,spannung_zelle,strom_zelle (mA),runde") {
            "\($0.time),\($0.voltage),\($0.current * 1000),\($0.cycle)"
        }
        #expect(throws: ImportError.self) { try read(text) }
        let map: [String: BDFColumn] = [
            "clock": .testTimeSecond, "spannung_zelle": .voltageVolt, "strom_zelle (ma)": .currentAmpere,
            "runde": .cycleCount,
        ]
        expectTheTest(try read(text, map: map))
    }

    // MARK: Size

    @Test func piecesGiveTheSameAsOneFile() throws {
        // More rows than a piece has, in one file and in gzip-sized parts.
        let long = SyntheticTest(cycles: 1200)
        let path = try folder.file("long.csv", long.plain)
        let found = try Imported([path])
        #expect(found.records.count == long.rows.count && long.rows.count > TextReader.pieceRows)
        #expect(found.records.cycle.last == 1200 && found.records.step.last == 2400)
        let cycles = try found.cycles()
        #expect(cycles.count == 1200)
        // An hour at 1 A, and the minute before each step's first row, which its bound says may be any step's.
        for cycle in cycles.dropFirst() {
            #expect(
                abs(cycle.dischargeCapacityIntegrated - 61 / 60.0) < 1e-9
                    && abs(cycle.chargeCapacityIntegrated - 61 / 60.0) < 1e-9)
            #expect(cycle.dischargeCapacityBound > 1 / 60.0)
        }
    }

    @Test func filesOfOneCellAreJoinedInTimeOrder() throws {
        func part(_ cycle: Int) -> String {
            let rows = test.rows.filter { $0.cycle == cycle }
            let start = rows[0].time
            return rows.reduce("Test_Time(s),Date_Time,Cycle_Index,Step_Index,Current(A),Voltage(V),Data_Point\n") {
                $0
                    + "\($1.time - start),\(1_600_000_000 + Int($1.time)),1,\($1.step),\($1.current),\($1.voltage),\(Int(($1.time - start) / 60) + 1)\n"
            }
        }
        // Their names are in another order than their dates.
        let paths = [
            try folder.file("a.csv", part(3)), try folder.file("b.csv", part(1)), try folder.file("c.csv", part(2)),
        ]
        let found = try Imported(paths)
        expectTheTest(found)
    }

    // MARK: Refusals

    @Test func refusedInOneLine() throws {
        #expect(try refusal([]).problem == "the file is empty")
        #expect(try refusal((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 197) }).problem.contains("not text"))
        #expect(try refusal(Array("Test Time (s),Voltage (V)\n0,3\n1,3\n".utf8)).problem == "no column of current")
        #expect(try refusal(Array("Test Time (s),Current (A)\n0,3\n1,3\n".utf8)).problem == "no column of voltage")
        #expect(try refusal(Array("Voltage (V),Current (A)\n0,3\n1,3\n".utf8)).problem == "no column of time")
        #expect(try refusal(Array("Hello, this is prose.\nAnd more.\n".utf8)).problem.contains("no line names columns"))
        #expect(try refusal(Array("Test Time (s),Voltage (V),Current (A)\n".utf8)).problem.contains("no record"))
        #expect(
            try refusal(Array("x".utf8), options: ImportOptions(format: "nothing")).problem.contains("no such format"))
        // A line without an end.
        let endless =
            Array("Test Time (s),Voltage (V),Current (A)\n0,3,1\n".utf8) + [UInt8](repeating: 0x31, count: 12 << 20)
        #expect(try refusal(endless).problem.contains("longer than"))
        #expect(throws: ImportError.self) { try Imported(["\(folder.path)/none.csv"]) }
    }
}
