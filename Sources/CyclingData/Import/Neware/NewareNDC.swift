/// The binary files inside Neware's `.ndax`: pages of 4096 bytes (512 in the first versions), a bit for each record that is
/// filled, and records of a length that depends on the version.
///
/// The vendor publishes no layout. Places, types and units are facts found by fastnda 1.3.1 (Empa, BSD-3, `fastnda/_ndc`)
/// and NewareNDA 2026.6 (SES AI, BSD-3, `NewareNDA/NewareNDAx.py`). Version 14 is compared with the vendor's own export in
/// this package's tests.
struct NewareNDC {
    /// What the file holds.
    enum Kind: UInt8 {
        case main = 1
        case auxiliary = 5
        case steps = 7
        case runInfo = 18
    }

    let kind: UInt8
    let version: Int
    private let bytes: [UInt8]
    private let path: String
    /// Name within the archive.
    private let place: String

    /// Versions whose records fastnda's authors have compared with the vendor's own exports.
    static let compared: Set<Int> = [2, 5, 11, 14, 16, 17]

    /// Throws `ImportError` where the file has no header.
    init(_ bytes: [UInt8], path: String, place: String) throws {
        guard bytes.count > 4 else {
            throw ImportError(path: path, place: place, problem: "is empty", remedy: "export the file again from BTSDA")
        }
        kind = bytes[0]
        version = Int(bytes[2])
        self.bytes = bytes
        self.path = path
        self.place = place
    }

    private func unknown(_ what: String) -> ImportError {
        ImportError(path: path, place: place, problem: "\(what) is not known", remedy: "export it as .csv from BTSDA")
    }

    // MARK: Pages

    /// Filled records and the numbers of their places, from 1.
    private struct Rows {
        var block: RecordBlock
        var numbers: [Double]
    }

    /// Records of pages of 4096 bytes: a page begins with 132 bytes, its map of bits at byte 4; the first page is a header.
    private func rows(length: Int) throws -> Rows {
        let page = 4096
        let head = 132
        guard length > 0, length <= page - head - 1 else { throw unknown("a record of \(length) bytes") }
        let perPage = (page - head - 1) / length
        let pages = bytes.count / page - 1
        var starts: [Int] = []
        var numbers: [Double] = []
        if pages > 0 {
            starts.reserveCapacity(pages * perPage)
            numbers.reserveCapacity(pages * perPage)
            for number in 0..<pages {
                let begin = (number + 1) * page
                for slot in 0..<perPage where bytes[begin + 4 + slot / 8] >> UInt8(slot % 8) & 1 == 1 {
                    starts.append(begin + head + slot * length)
                    numbers.append(Double(number * perPage + slot + 1))
                }
            }
        }
        return Rows(block: RecordBlock(bytes: bytes, starts: starts, length: length), numbers: numbers)
    }

    /// Records of the first versions' pages of 512 bytes, whose index is not 0.
    private func legacyRows(length: Int, index: RecordField) -> RecordBlock {
        let page = 512
        let perPage = (page - 5 - 1) / length
        let starts = stride(from: page, through: bytes.count - page, by: page).flatMap { begin in
            (0..<perPage).map { begin + 5 + $0 * length }
        }
        let block = RecordBlock(bytes: bytes, starts: starts, length: length)
        return block.filtered(by: block.column(index).map { $0 != 0 })
    }

    // MARK: Main data

    /// Voltage and current, and in some versions all else. Throws `ImportError`.
    func main() throws -> NewareColumns {
        switch version {
        case 1, 3: return whole(legacyRows(length: 83, index: .init(8, .uint32)), at: 8, gap: 2)
        case 2, 4: return whole(legacyRows(length: 94, index: .init(8, .uint32)), at: 8, gap: 5)
        case 5: return whole(try rows(length: 87).block, at: 1, gap: 5)
        case 6: return try floats()
        case 7: return try chosen()
        case 15: return try chosenFloats()
        case 8, 12, 14, 17: return try pairs(voltageUnit: 1, currentUnit: 1)
        case 9, 11, 13, 16: return try pairs(voltageUnit: 1e-4, currentUnit: 1e-3)
        default: throw unknown("version \(version) of .ndc")
        }
    }

    /// Two numbers a record.
    private func pairs(voltageUnit: Double, currentUnit: Double) throws -> NewareColumns {
        let rows = try rows(length: 8)
        var columns = NewareColumns()
        columns.index = rows.numbers
        columns.voltage = rows.block.column(.init(0, .float32), scale: voltageUnit)
        columns.current = rows.block.column(.init(4, .float32), scale: currentUnit)
        return columns
    }

    /// Versions 1 to 5: whole numbers, the index at `begin`, `gap` bytes before the time.
    private func whole(_ block: RecordBlock, at begin: Int, gap: Int) -> NewareColumns {
        var columns = NewareColumns()
        columns.index = block.column(.init(begin, .uint32))
        columns.cycle = block.column(.init(begin + 4, .uint32)).map { $0 + 1 }
        columns.stepIndex = block.column(.init(begin + 8, .uint8))
        columns.stepType = block.column(.init(begin + 9, .uint8))
        let time = begin + 10 + gap
        columns.stepTime = block.column(.init(time, .uint64), scale: 1e-3)
        columns.voltage = block.column(.init(time + 8, .int32), scale: 1e-4)
        let date = time + 52
        let units = block.column(.init(date + 7, .int32)).map { Neware.countsPerMilliampere(in: Int32($0)) }
        columns.current = zip(block.column(.init(time + 12, .int32)), units).map { $0 / ($1 * 1000) }
        let counters = (0..<4).map { number in
            zip(block.column(.init(time + 20 + 8 * number, .int64)), units).map { $0 / ($1 * 3_600_000) }
        }
        columns.chargeCapacity = counters[0]
        columns.dischargeCapacity = counters[1]
        columns.chargeEnergy = counters[2]
        columns.dischargeEnergy = counters[3]
        let year = block.column(.init(date, .uint16))
        let parts = (2..<7).map { block.column(.init(date + $0, .uint8)) }
        columns.unixTime = year.indices.map { row in
            Neware.unixTime(
                year: year[row], month: parts[0][row], day: parts[1][row], hour: parts[2][row],
                minute: parts[3][row], second: parts[4][row])
        }
        return columns
    }

    /// Version 6: A, A·h and W·h in floating point.
    private func floats() throws -> NewareColumns {
        let rows = try rows(length: 38)
        let block = rows.block
        var columns = NewareColumns()
        columns.index = rows.numbers
        columns.stepTime = block.column(.init(0, .uint32), scale: 1e-3)
        columns.voltage = block.column(.init(5, .float32))
        columns.current = block.column(.init(9, .float32))
        columns.chargeCapacity = block.column(.init(13, .float32))
        columns.dischargeCapacity = block.column(.init(17, .float32))
        columns.chargeEnergy = block.column(.init(21, .float32))
        columns.dischargeEnergy = block.column(.init(25, .float32))
        columns.unixTime = block.column(.init(30, .uint32))
        columns.step = Neware.changes([block.column(.init(34, .uint32))])
        return columns
    }

    /// Version 7: the header lists the codes of the columns that follow one another in a record.
    private func chosen() throws -> NewareColumns {
        let widths: [Int: StoredNumber] = [
            1: .uint8, 6: .uint32, 7: .uint32, 8: .uint8, 9: .uint8, 10: .uint8, 11: .uint32, 12: .uint64,
            13: .int32, 14: .int32, 15: .uint16, 16: .int16, 17: .int64, 18: .int64, 19: .int64, 20: .int64,
            28: .uint32, 29: .uint64, 51: .uint64, 52: .uint64, 53: .uint16,
        ]
        let dateCode = 21
        var fields: [Int: RecordField] = [:]
        var length = 0
        for number in 0..<40 {
            guard let word = bytes.unsigned(at: 13 + 4 * number, width: 4), word != 0 else { break }
            let code = Int(word)
            if code == dateCode {
                fields[code] = .init(length, .uint16)
                length += 7
                continue
            }
            guard let width = widths[code] else { throw unknown("column \(code) of version 7") }
            fields[code] = .init(length, width)
            length += width.width
        }
        let rows = try rows(length: length)
        let block = rows.block
        func column(_ code: Int, _ scale: Double = 1) -> [Double] {
            fields[code].map { block.column($0, scale: scale) } ?? []
        }
        var columns = NewareColumns()
        columns.index = fields[6] == nil ? rows.numbers : column(6)
        columns.cycle = column(7).map { $0 + 1 }
        columns.stepIndex = column(8)
        columns.stepType = column(9)
        columns.stepTime = column(12, 1e-3)
        columns.testTime = column(29, 1e-3)
        columns.voltage = column(13, 1e-4)
        columns.current = column(14, 1e-3)
        columns.chargeCapacity = column(17, 1 / 3.6e6)
        columns.dischargeCapacity = column(18, 1 / 3.6e6)
        columns.chargeEnergy = column(19, 1 / 3.6e6)
        columns.dischargeEnergy = column(20, 1 / 3.6e6)
        if fields[16] != nil { columns.extras.append(("temperature_t1_celsius", column(16, 0.1))) }
        if let date = fields[dateCode]?.offset {
            let year = column(dateCode)
            let parts = (2..<7).map { block.column(.init(date + $0, .uint8)) }
            let fraction = fields[53] == nil ? [Double](repeating: 0, count: year.count) : column(53, 1e-3)
            columns.unixTime = year.indices.map { row in
                fraction[row]
                    + Neware.unixTime(
                        year: year[row], month: parts[0][row], day: parts[1][row], hour: parts[2][row],
                        minute: parts[3][row], second: parts[4][row])
            }
        }
        return columns
    }

    /// Version 15: nine fixed columns, and further ones whose places the header lists (code 4 bytes, kind 1, place 4).
    private func chosenFloats() throws -> NewareColumns {
        guard let length = bytes.length(at: 516), length >= 36 else { throw unknown("the record of version 15") }
        var places: [Int: Int] = [:]
        for number in 0..<300 {
            let item = 520 + 9 * number
            guard let code = bytes.length(at: item), let kind = bytes.unsigned(at: item + 4, width: 1),
                let place = bytes.length(at: item + 5), code != 0 || kind != 0
            else { break }
            places[code] = place
        }
        let block = try rows(length: length).block
        func time(_ place: Int) -> [Double] {
            zip(block.column(.init(place, .uint32)), block.column(.init(place + 4, .uint32), scale: 1e-9)).map(+)
        }
        func split(fixed: Int, charge: Int, discharge: Int, types: [Double]) -> (charge: [Double], discharge: [Double])
        {
            let scale = 1 / 3.6e6
            if let first = places[charge], let second = places[discharge] {
                return (
                    block.column(.init(first, .float32), scale: scale).map(\.magnitude),
                    block.column(.init(second, .float32), scale: scale).map(\.magnitude)
                )
            }
            let values = block.column(.init(fixed, .float32), scale: scale)
            return (
                zip(values, types).map { Neware.charges(code: $1, current: $0) ? $0.magnitude : 0 },
                zip(values, types).map { Neware.charges(code: $1, current: $0) ? 0 : $0.magnitude }
            )
        }
        var columns = NewareColumns()
        columns.stepIndex = block.column(.init(2, .uint8))
        // BTS 9 numbers two kinds of step otherwise.
        columns.stepType = block.column(.init(3, .uint8)).map { $0 == 21 ? 27 : $0 == 22 ? 26 : $0 }
        columns.index = block.column(.init(8, .uint32))
        columns.testTime = time(12)
        columns.current = block.column(.init(20, .float32), scale: 1e-3)
        columns.voltage = block.column(.init(24, .float32))
        (columns.chargeCapacity, columns.dischargeCapacity) =
            split(fixed: 28, charge: 5, discharge: 6, types: columns.stepType)
        (columns.chargeEnergy, columns.dischargeEnergy) =
            split(fixed: 32, charge: 8, discharge: 9, types: columns.stepType)
        if let place = places[65] { columns.stepTime = time(place) }
        if let place = places[15] { columns.unixTime = time(place) }
        return columns
    }

    // MARK: Steps and run information

    /// Cycle, number in the schedule and code of each step gone through. Throws `ImportError`.
    func steps() throws -> (cycle: [Double], stepIndex: [Double], stepType: [Double]) {
        let length: Int
        switch version {
        case 6, 8, 9, 11, 12, 13, 14: length = 37
        case 16, 17: length = 100
        default: throw unknown("version \(version) of the steps")
        }
        let block = try rows(length: length).block
        return (
            block.column(.init(0, .uint32)).map { $0 + 1 }, block.column(.init(4, .uint32)),
            block.column(.init(24, .uint8))
        )
    }

    /// Times and counters of those records whose times are not told by their distance to the one before.
    struct RunInfo {
        var index: [Double]
        var step: [Double]
        var stepTime: [Double]
        /// To the next record, s.
        var interval: [Double]
        var unixTime: [Double]
        /// A·h and W·h, of charge and discharge.
        var counters: [[Double]]
    }

    /// Throws `ImportError`.
    func runInfo() throws -> RunInfo {
        let length: Int
        var gap = 8
        // mA·s and mW·s, or A·h and W·h.
        var unit = 1 / 3.6e6
        var milliseconds: StoredNumber? = .uint16
        switch version {
        case 8: (length, gap, unit, milliseconds) = (42, 5, 1, nil)
        case 9: (length, milliseconds) = (45, nil)
        case 11: length = 47
        case 12: (length, unit) = (47, 1)
        case 13: length = 55
        case 14: (length, unit, milliseconds) = (55, 1, .int16)
        case 16: length = 100
        case 17: (length, unit) = (100, 1)
        default: throw unknown("version \(version) of the run information")
        }
        let block = try rows(length: length).block
        let later = 21 + gap
        var unixTime = block.column(.init(later + 4, .uint32))
        if let milliseconds {
            unixTime = zip(unixTime, block.column(.init(later + 16, milliseconds), scale: 1e-3)).map(+)
        }
        return RunInfo(
            index: block.column(.init(later + 12, .uint32)),
            step: Neware.changes([block.column(.init(later + 8, .uint32))]),
            stepTime: block.column(.init(0, .uint32), scale: 1e-3),
            interval: block.column(.init(later, .int32), scale: 1e-3), unixTime: unixTime,
            counters: (0..<4).map { block.column(.init(5 + 4 * $0, .float32), scale: unit) })
    }

    // MARK: Auxiliary channels

    /// Numbers of records, and values by unit; `value` where the archive's list of channels tells the unit. Throws
    /// `ImportError`.
    func auxiliary() throws -> (index: [Double], columns: [(unit: String, values: [Double])]) {
        func wide(_ block: RecordBlock, at begin: Int) -> (index: [Double], columns: [(unit: String, values: [Double])])
        {
            (
                block.column(.init(begin, .uint32)),
                [
                    ("voltage_volt", block.column(.init(begin + 23, .int32), scale: 1e-4)),
                    ("temperature_celsius", block.column(.init(begin + 33, .int16), scale: 0.1)),
                    ("setpoint_celsius", block.column(.init(begin + 35, .int16), scale: 0.1)),
                ]
            )
        }
        switch version {
        case 2, 4: return wide(legacyRows(length: 94, index: .init(8, .uint32)), at: 8)
        case 5: return wide(try rows(length: 87).block, at: 1)
        case 6, 8, 12, 14, 17:
            let rows = try rows(length: 4)
            return (rows.numbers, [("value", rows.block.column(.init(0, .float32)))])
        case 9, 11, 13, 16:
            if bytes.count > 4096 + 132, bytes[4096 + 132] == 0x74 {
                let block = try rows(length: 88).block
                return (
                    block.column(.init(1, .uint32)),
                    [("temperature_celsius", block.column(.init(35, .int16), scale: 0.1))]
                )
            }
            let rows = try rows(length: 7)
            return (
                rows.numbers.indices.map { Double($0 + 1) },
                [
                    ("voltage_volt", rows.block.column(.init(1, .float32), scale: 1e-4)),
                    ("temperature_celsius", rows.block.column(.init(5, .int16), scale: 0.1)),
                ]
            )
        default: throw unknown("version \(version) of an auxiliary channel")
        }
    }
}
