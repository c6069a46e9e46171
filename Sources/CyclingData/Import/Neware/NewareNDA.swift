/// Neware's `.nda`: a header, and records of a length that depends on the version.
///
/// The vendor publishes no layout. Places, types and units are facts found by fastnda 1.3.1 (Empa, BSD-3,
/// `fastnda/nda.py`, `fastnda/nda_meta.py`) and, for versions 22 and 29, by NewareNDA 2026.6 (SES AI, BSD-3). Version 22 is
/// compared with the vendor's own export in this package's tests; a version nobody has compared is read with a remark.
public enum NewareNDA: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "neware-nda"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool { head.starts(with: Array("NEWARE".utf8)) }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        guard recognises(bytes), bytes.count > 14 else {
            throw ImportError(path: path, problem: "does not begin as a Neware .nda", remedy: "name another format")
        }
        let version = Int(bytes[14])
        var remarks: [String] = []
        var columns: NewareColumns
        switch version {
        case 129, 130:
            columns = try NewareBTS9.read(bytes, path: path, remarks: &remarks)
        default:
            guard let layout = layouts[version] else {
                throw ImportError(
                    path: path, place: "byte 14", problem: "version \(version) of .nda is not known",
                    remedy: "export it as .csv or .ndax from BTSDA")
            }
            columns = try read(bytes, layout, version: version, path: path)
            if !compared.contains(version) {
                remarks.append("version \(version) of .nda has never been compared with the vendor's own export")
            }
        }
        guard columns.count > 0 else {
            throw ImportError(path: path, problem: "there are no records", remedy: "copy it again, whole")
        }
        remarks += columns.sortByIndex()
        let metadata = metadata(of: bytes, version: version)
        columns.complete(startTime: metadata.first { $0.key == "start_time" }.flatMap { startTime($0.value) })
        return columns.table(format: name, metadata: [("nda_version", "\(version)")] + metadata, remarks: remarks)
    }

    /// Versions whose records fastnda's authors have compared with the vendor's own exports.
    private static let compared: Set<Int> = [5, 6, 7, 8, 14, 16, 17, 20, 22, 23, 24, 26, 28, 29]

    /// Where the counter of cycles begins.
    private enum Cycle { case asStored, fromZero, changes }

    /// One version's record.
    private struct Layout {
        var length: Int
        /// Values of the first byte of a record of the main data; empty: the index is not 0.
        var identifiers: [UInt8] = [85]
        var index: RecordField?
        var cycle: RecordField
        var cycleCounting = Cycle.fromZero
        var stepIndex: RecordField
        var stepType: RecordField
        /// Changes when a step is left for itself.
        var stepChange: RecordField?
        var time: RecordField
        /// s per count.
        var timeUnit = 1e-3
        var voltage: RecordField
        var current: RecordField
        /// Of the step, whichever its direction: mA·s by the range.
        var capacity: RecordField?
        /// mW·s by the range.
        var energy: RecordField?
        /// Of charge; those of discharge follow at once, then the energies alike.
        var counters: RecordField?
        /// s since 1970.
        var unixTime: RecordField?
        /// Year (2 bytes), month, day, hour, minute, second.
        var date: Int?
        var range: RecordField?
        /// Auxiliary voltage (0.1 mV, 4 bytes); the temperature (0.1 K, 2 bytes) begins 12 bytes later.
        var auxiliary: Int?
        /// The records begin where these bytes are found; nil: the header says where.
        var signature: [UInt8]?
        var lengthInHeader = true
    }

    private static let layouts: [Int: Layout] = {
        let legacy = Layout(
            length: 38, identifiers: [], index: .init(0, .uint32), cycle: .init(4, .uint32), cycleCounting: .changes,
            stepIndex: .init(8, .uint8), stepType: .init(9, .uint8), time: .init(10, .uint32), timeUnit: 1,
            voltage: .init(14, .int32), current: .init(18, .int32), capacity: .init(30, .int64))
        let unnumbered = Layout(
            length: 39, identifiers: [0], cycle: .init(5, .uint32), cycleCounting: .asStored,
            stepIndex: .init(10, .uint8), stepType: .init(9, .uint8), time: .init(11, .uint32), timeUnit: 1,
            voltage: .init(15, .int32), current: .init(19, .int32), capacity: .init(31, .int64))
        let numbered = Layout(
            length: 43, identifiers: [0, 85], index: .init(1, .uint32), cycle: .init(5, .uint32),
            cycleCounting: .changes, stepIndex: .init(9, .uint8), stepType: .init(10, .uint8),
            time: .init(11, .uint32), timeUnit: 1, voltage: .init(15, .int32), current: .init(19, .int32),
            capacity: .init(31, .int64))
        var dated = numbered
        dated.length = 59
        dated.energy = .init(39, .int64)
        dated.unixTime = .init(47, .uint64)
        dated.cycleCounting = .fromZero
        var datedFromOne = dated
        datedFromOne.cycleCounting = .asStored
        let v9 = Layout(
            length: 60, index: .init(2, .uint32), cycle: .init(6, .uint32), stepIndex: .init(10, .uint8),
            stepType: .init(11, .uint8), time: .init(12, .uint32), timeUnit: 1, voltage: .init(16, .int32),
            current: .init(20, .int32), capacity: .init(32, .int64), energy: .init(40, .int64),
            unixTime: .init(48, .uint64))
        let v10 = Layout(
            length: 64, index: .init(2, .uint32), cycle: .init(6, .uint32), cycleCounting: .changes,
            stepIndex: .init(10, .uint8), stepType: .init(11, .uint8), time: .init(12, .uint64), timeUnit: 1,
            voltage: .init(20, .int32), current: .init(24, .int32), capacity: .init(36, .int64),
            energy: .init(44, .int64), unixTime: .init(52, .uint64))
        let v11 = Layout(
            length: 69, index: .init(2, .uint32), cycle: .init(6, .uint32), stepIndex: .init(10, .uint16),
            stepType: .init(12, .uint8), time: .init(13, .uint64), voltage: .init(21, .int32),
            current: .init(25, .int32), capacity: .init(37, .int64), energy: .init(45, .int64),
            unixTime: .init(53, .uint64), range: .init(61, .int32), auxiliary: 21)
        let v14 = Layout(
            length: 86, index: .init(2, .uint32), cycle: .init(6, .uint32), stepIndex: .init(10, .uint16),
            stepType: .init(12, .uint8), stepChange: .init(13, .uint8), time: .init(14, .uint64),
            voltage: .init(22, .int32), current: .init(26, .int32), counters: .init(38, .int64),
            unixTime: .init(70, .uint64), range: .init(78, .int32), auxiliary: 22)
        let v19 = Layout(
            length: 68, index: .init(8, .uint32), cycle: .init(12, .uint32), stepIndex: .init(16, .uint16),
            stepType: .init(18, .uint8), time: .init(24, .uint32), timeUnit: 1, voltage: .init(28, .int32),
            current: .init(32, .int32), counters: .init(44, .int32), unixTime: .init(60, .uint32),
            lengthInHeader: false)
        var v25 = v11
        v25.length = 70
        v25.cycleCounting = .changes
        v25.auxiliary = nil
        var v29 = v14
        v29.unixTime = nil
        v29.date = 70
        v29.signature = [0x55, 0, 1, 0, 0, 0]
        var result: [Int: Layout] = [1: legacy, 2: unnumbered, 9: v9, 10: v10, 19: v19]
        for version in [3, 4] { result[version] = numbered }
        for version in [5, 7] { result[version] = dated }
        for version in [6, 8] { result[version] = datedFromOne }
        for version in [11, 12, 13, 15, 18] { result[version] = v11 }
        for version in [14, 16, 17, 20, 22, 23, 24] { result[version] = v14 }
        for version in [25, 27] { result[version] = v25 }
        for version in [26, 28, 29] { result[version] = v29 }
        return result
    }()

    /// The main data of versions up to 29.
    private static func read(_ bytes: [UInt8], _ layout: Layout, version: Int, path: String) throws -> NewareColumns {
        let all: RecordBlock
        if let signature = layout.signature {
            guard let begin = bytes.position(of: signature) else {
                throw ImportError(path: path, problem: "the first record is not there", remedy: "copy it again, whole")
            }
            all = RecordBlock(bytes: bytes, from: begin, to: bytes.count, length: layout.length)
        } else {
            all = try block(bytes, pointerAt: 64, layout, path: path)
        }
        let block =
            layout.identifiers.isEmpty
            ? layout.index.map { all.filtered(by: all.column($0).map { $0 != 0 }) } ?? all
            : all.filtered(by: layout.identifiers, at: 0)

        var columns = NewareColumns()
        columns.index = layout.index.map { block.column($0) } ?? block.starts.indices.map { Double($0 + 1) }
        columns.voltage = block.column(layout.voltage, scale: 1e-4)
        columns.stepIndex = block.column(layout.stepIndex)
        columns.stepType = block.column(layout.stepType)
        // Version 1 numbers three kinds of step otherwise.
        if version == 1 { columns.stepType = columns.stepType.map { [2: 3, 4: 2, 5: 4][$0] ?? $0 } }
        columns.stepTime = block.column(layout.time, scale: layout.timeUnit)
        let cycle = block.column(layout.cycle)
        columns.cycle =
            switch layout.cycleCounting {
            case .asStored: cycle
            case .fromZero: cycle.map { $0 + 1 }
            case .changes: Neware.changes([cycle])
            }
        let change = layout.stepChange.map { [block.column($0)] } ?? []
        columns.step = Neware.changes(layout.signature == nil ? [columns.stepIndex] + change : change)
        columns.unixTime = layout.unixTime.map { block.column($0) } ?? layout.date.map { dates(block, at: $0) } ?? []
        readCharges(block, layout, into: &columns)
        try readAuxiliary(bytes, layout, all: all, into: &columns, path: path)
        return columns
    }

    /// Records that the header points to.
    private static func block(
        _ bytes: [UInt8], pointerAt pointer: Int, _ layout: Layout, path: String
    ) throws -> RecordBlock {
        guard let begin = bytes.length(at: pointer), let stated = bytes.length(at: pointer + 4) else {
            throw ImportError(path: path, problem: "the file ends within its header", remedy: "copy it again, whole")
        }
        let end = layout.lengthInHeader && stated > 0 ? begin + stated : bytes.count
        guard begin > 0, end <= bytes.count else {
            throw ImportError(
                path: path, place: "byte \(bytes.count)",
                problem: "the file ends before its records do, at byte \(end)", remedy: "copy it again, whole")
        }
        return RecordBlock(bytes: bytes, from: begin, to: end, length: layout.length)
    }

    /// Current, capacity and energy, whose unit is the range's of each record or, where that is 0, the file's.
    private static func readCharges(_ block: RecordBlock, _ layout: Layout, into columns: inout NewareColumns) {
        let bytes = block.bytes
        let fixed =
            bytes.length(at: 16).flatMap { bytes.unsigned(at: $0 + 26, width: 4) }
            .map { Int32(truncatingIfNeeded: $0) } ?? 0
        let ranges = layout.range.map { block.column($0) }
        let units = block.starts.indices.map { row in
            let range = ranges.map { Int32($0[row]) } ?? 0
            return Neware.countsPerMilliampere(in: range == 0 ? fixed : range)
        }
        columns.current = zip(block.column(layout.current), units).map { $0 / ($1 * 1000) }
        // mA·s to A·h.
        func scaled(_ field: RecordField) -> [Double] { zip(block.column(field), units).map { $0 / ($1 * 3_600_000) } }
        if let field = layout.counters {
            let counters = (0..<4).map { scaled(.init(field.offset + $0 * field.number.width, field.number)) }
            columns.chargeCapacity = counters[0]
            columns.dischargeCapacity = counters[1]
            columns.chargeEnergy = counters[2]
            columns.dischargeEnergy = counters[3]
        }
        let directions = zip(columns.stepType, columns.current).map { Neware.charges(code: $0, current: $1) }
        if let field = layout.capacity {
            let values = scaled(field)
            columns.chargeCapacity = zip(values, directions).map { $1 ? $0 : 0 }
            columns.dischargeCapacity = zip(values, directions).map { $1 ? 0 : $0 }
        }
        if let field = layout.energy {
            let values = scaled(field)
            columns.chargeEnergy = zip(values, directions).map { $1 ? $0 : 0 }
            columns.dischargeEnergy = zip(values, directions).map { $1 ? 0 : $0 }
        }
    }

    /// Auxiliary channels: identifier 101, the channel's number, the record's index.
    private static func readAuxiliary(
        _ bytes: [UInt8], _ layout: Layout, all: RecordBlock, into columns: inout NewareColumns, path: String
    ) throws {
        guard let place = layout.auxiliary, let indexField = layout.index else { return }
        var block = all
        if layout.signature == nil {
            guard let length = bytes.length(at: 76), length > 0 else { return }
            block = try Self.block(bytes, pointerAt: 72, layout, path: path)
        }
        block = block.filtered(by: [101], at: 0)
        guard block.count > 0 else { return }
        let channels = block.column(.init(1, .uint8))
        let indices = block.column(indexField)
        let quantities: [(unit: String, values: [Double])] = [
            ("voltage_volt", block.column(.init(place, .int32), scale: 1e-4)),
            ("temperature_celsius", block.column(.init(place + 12, .int16), scale: 0.1)),
        ]
        var rows: [Double: Int] = [:]
        for (row, index) in columns.index.enumerated() { rows[index] = row }
        for channel in Set(channels).sorted() {
            for (unit, values) in quantities {
                var column = [Double](repeating: .nan, count: columns.count)
                var filled = false
                for place in values.indices where channels[place] == channel {
                    guard let row = rows[indices[place]] else { continue }
                    column[row] = values[place]
                    filled = filled || values[place] != 0
                }
                if filled { columns.extras.append((auxiliaryName(Int(channel), unit), column)) }
            }
        }
    }

    /// BDF's name of the first five temperatures; a name of its own for any other auxiliary channel.
    static func auxiliaryName(_ channel: Int, _ unit: String) -> String {
        unit == "temperature_celsius" && (1...5).contains(channel)
            ? "temperature_t\(channel)_celsius" : "aux\(channel)_\(unit)"
    }

    private static func dates(_ block: RecordBlock, at place: Int) -> [Double] {
        let year = block.column(.init(place, .uint16))
        let parts = (2..<7).map { block.column(.init(place + $0, .uint8)) }
        return year.indices.map { row in
            Neware.unixTime(
                year: year[row], month: parts[0][row], day: parts[1][row], hour: parts[2][row],
                minute: parts[3][row], second: parts[4][row])
        }
    }

    /// What the header's record of the test says; the last such record, as they are appended.
    private static func metadata(of bytes: [UInt8], version: Int) -> [(key: String, value: String)] {
        guard version <= 29, let begin = bytes.length(at: 24), let length = bytes.length(at: 28), begin > 0 else {
            return []
        }
        let size =
            switch version {
            case 29...: 503
            case 17...: 383
            case 16: 343
            case 11...: 327
            default: 211
            }
        guard length >= size else { return [] }
        let record = begin + (length / size - 1) * size
        var fields: [(String, Int, Int)] =
            version >= 11
            ? [("start_time", 37, 20), ("creator", 77, 60), ("serial_number", 137, 90), ("remarks", 227, 100)]
            : [("start_time", 36, 20), ("creator", 76, 15), ("serial_number", 91, 20), ("remarks", 111, 100)]
        if version >= 17 { fields.append(("barcode", 343, 40)) }
        if version >= 29 { fields += [("test_name", 383, 60), ("schedule", 443, 60)] }
        var result = fields.map { (key: $0.0, value: bytes.text(at: record + $0.1, width: $0.2)) }
        let massAt = version >= 9 ? 152 : version == 8 ? 144 : 80
        if let mass = bytes.unsigned(at: massAt, width: 4), mass > 0 {
            result.append(("active_mass_mg", "\(Double(mass) / 1000)"))
        }
        return result.filter { !$0.value.isEmpty }
    }

    /// `2015-10-14 04:28:30`, or with points; taken as UTC.
    static func startTime(_ text: String) -> Double? {
        let parts = text.split { !("0"..."9").contains($0) }.compactMap { Double($0) }
        guard parts.count >= 6 else { return nil }
        let time = Neware.unixTime(
            year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
        return time.isNaN ? nil : time
    }
}
