import Foundation

@testable import CyclingData

/// What reading gave.
struct Imported {
    var records = CyclingRecords()
    var remarks: [String] = []
    var format = ""
    var metadata: [(key: String, value: String)] = []

    /// All records of files that are one cell.
    init(_ paths: [String], options: ImportOptions = ImportOptions()) throws {
        let reader = try CyclingReader(paths: paths, options: options)
        while let piece = try reader.next() { records.append(piece) }
        remarks = reader.remarks
        format = reader.format
        metadata = reader.metadata
    }

    /// Whether a remark contains the text.
    func remarks(_ text: String) -> Bool { remarks.contains { $0.contains(text) } }

    /// The per-cycle table.
    func cycles() throws -> [MeasuredCycle] {
        var builder = CycleBuilder()
        try builder.take(records)
        return try builder.finish()
    }
}

extension CyclingRecords {
    mutating func append(_ other: CyclingRecords) {
        time += other.time
        voltage += other.voltage
        current += other.current
        cycle += other.cycle
        step += other.step
        mode += other.mode
        chargeCounter += other.chargeCounter
        dischargeCounter += other.dischargeCounter
        chargeEnergyCounter += other.chargeEnergyCounter
        dischargeEnergyCounter += other.dischargeEnergyCounter
        temperature += other.temperature
        unixTime += other.unixTime
        stepTime += other.stepTime
        currentIsMean = other.currentIsMean
    }
}

extension TemporaryFolder {
    /// Writes a file of bytes and returns its path.
    func file(_ name: String, bytes: [UInt8]) throws -> String {
        let place = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        return place
    }
}

/// The folder of real files; nil where CELLAR_DATASETS does not name one.
enum Datasets {
    static let path: String? = ProcessInfo.processInfo.environment["CELLAR_DATASETS"].flatMap {
        FileManager.default.fileExists(atPath: "\($0)/cycling") ? "\($0)/cycling" : nil
    }

    /// Files of the brands' folder by the path below it.
    static func cycler(_ name: String) -> String { "\(path ?? "")/cyclers/\(name)" }

    static let isThere = path != nil
    static let absence = "CELLAR_DATASETS names no folder with real cycling data"
}

/// A cell that is charged and discharged between 3 and 4.2 V at 1 A, one row a minute, an hour each way; for texts of any
/// layout.
struct SyntheticTest {
    struct Row {
        var time: Double
        var voltage: Double
        var current: Double
        var cycle: Int
        var step: Int
        var charge: Double
        var discharge: Double
    }

    var rows: [Row] = []

    init(cycles: Int = 3) {
        var time = 0.0
        var (charge, discharge) = (0.0, 0.0)
        for cycle in 1...cycles {
            for minute in 0...60 {
                if minute > 0 { charge += 1.0 / 60 }
                rows.append(
                    Row(
                        time: time, voltage: 3 + 0.02 * Double(minute), current: 1, cycle: cycle, step: 1,
                        charge: charge,
                        discharge: discharge))
                time += 60
            }
            for minute in 0...60 {
                if minute > 0 { discharge += 1.0 / 60 }
                rows.append(
                    Row(
                        time: time, voltage: 4.2 - 0.02 * Double(minute), current: -1, cycle: cycle, step: 2,
                        charge: charge, discharge: discharge))
                time += 60
            }
        }
    }

    /// Lines under a heading, each made by `line`.
    func text(_ heading: String, _ line: (Row) -> String) -> String {
        ([heading] + rows.map(line)).joined(separator: "\n") + "\n"
    }

    /// Under plain headings.
    var plain: String {
        text("Test Time (s),Voltage (V),Current (A),Cycle Index,Step Index") {
            "\($0.time),\($0.voltage),\($0.current),\($0.cycle),\($0.step)"
        }
    }
}
