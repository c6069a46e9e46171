/// BioLogic's `.mpr`: modules of settings, data and log; the data's columns are numbered.
///
/// The vendor publishes no layout. Modules, places and types are facts found by galvani 0.5.0 (Chris Kerr and others,
/// `galvani/BioLogic.py`) and yadg (dgbowl, `src/yadg/extractors/eclab/mpr.py`, `mpr_columns.py`). The columns are headed as
/// in EC-Lab's own text export, and what that adds (mean current, complex impedance, cycles) is added; the pairs of `.mpr`
/// and `.mpt` are compared in this package's tests.
public enum BioLogicMPR: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "biologic-mpr"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool { head.starts(with: Array("BIO-LOGIC MODULAR FILE".utf8)) }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        guard recognises(bytes) else {
            throw ImportError(path: path, problem: "does not begin as a .mpr", remedy: "name another format")
        }
        let modules = try modules(of: bytes, path: path)
        guard let data = modules.first(where: { $0.name.hasPrefix("VMP data") }) else {
            throw ImportError(
                path: path, problem: "it has no data, as if the test had not begun",
                remedy: "export it from EC-Lab as .mpt")
        }
        var (columns, remarks) = try columns(of: bytes, data, path: path)
        complete(&columns)
        var metadata: [(key: String, value: String)] = []
        if let settings = modules.first(where: { $0.name.hasPrefix("VMP Set") }) {
            metadata += describe(settings: settings, bytes)
        }
        if let log = modules.first(where: { $0.name.hasPrefix("VMP LOG") }) {
            metadata += describe(log: log, bytes)
            if let start = startTime(log, bytes), let time = columns.first(where: { $0.heading == "time/s" }) {
                columns.append((BDFColumn.unixTimeSecond.rawValue, time.values.map { start + $0 }))
                metadata.append(("start_unix_time_second", "\(start)"))
            } else {
                remarks.append("the log does not tell when the test began")
            }
        }
        return HeadedTable.table(
            format: name, columns: columns, meanings: BioLogicText.self, metadata: metadata, remarks: remarks)
    }

    // MARK: Modules

    private struct Module {
        var name: String
        var version: Int
        /// Of its data.
        var begin: Int
        var length: Int
    }

    private static func modules(of bytes: [UInt8], path: String) throws -> [Module] {
        let mark = Array("MODULE".utf8)
        var modules: [Module] = []
        guard var position = bytes.position(of: mark) else {
            throw ImportError(path: path, problem: "the file ends within its header", remedy: "copy it again, whole")
        }
        while position + mark.count <= bytes.count, bytes[position...].starts(with: mark) {
            // Names of 10 and 25 characters, then length, version and date. From EC-Lab 11.50 on, all ones stand where the
            // length was, and length and version come later.
            let fields = position + mark.count + 35
            let isNew = bytes.unsigned(at: fields, width: 4) == 0xFFFF_FFFF
            let place = isNew ? fields + 4 : fields
            guard let length = bytes.length(at: place), let version = bytes.length(at: place + 4) else {
                throw ImportError(
                    path: path, place: "byte \(position)", problem: "the file ends within a module's header",
                    remedy: "copy it again, whole")
            }
            let begin = fields + (isNew ? 24 : 16)
            guard begin + length <= bytes.count else {
                throw ImportError(
                    path: path, place: "byte \(bytes.count)",
                    problem: "the file ends before its module does, at byte \(begin + length)",
                    remedy: "copy it again, whole")
            }
            let name = bytes.text(at: position + mark.count, width: 10)
            modules.append(Module(name: name, version: version, begin: begin, length: length))
            position = begin + length
        }
        return modules
    }

    // MARK: Data

    /// Columns that share one byte, and their bits.
    private static let flags: [Int: (heading: String, mask: UInt8)] = [
        1: ("mode", 0x03), 2: ("ox/red", 0x04), 3: ("error", 0x08), 21: ("control changes", 0x10),
        31: ("Ns changes", 0x20), 65: ("counter inc.", 0x80),
    ]

    /// Columns of 4 bytes in floating point.
    private static let floats: [Int: String] = [
        5: "control/V/mA", 6: "Ewe/V", 8: "I/mA", 9: "Ece/V", 16: "Analog IN 1/V", 17: "Analog IN 2/V",
        19: "control/V", 20: "control/mA", 26: "Rapp/Ohm", 27: "Ewe-Ece/V", 32: "freq/Hz", 33: "|Ewe|/V", 34: "|I|/A",
        35: "Phase(Z)/deg", 36: "|Z|/Ohm", 37: "Re(Z)/Ohm", 38: "-Im(Z)/Ohm", 69: "Rwe/Ohm", 70: "P/W",
        75: "Analog OUT/V", 76: "<I>/mA", 77: "<Ewe>/V", 78: "Cs-2/µF-2", 96: "|Ece|/V", 98: "Phase(Zce)/deg",
        99: "|Zce|/Ohm", 100: "Re(Zce)/Ohm", 101: "-Im(Zce)/Ohm", 163: "|Estack|/V", 168: "Rcmp/Ohm", 169: "Cs/µF",
        172: "Cp/µF", 173: "Cp-2/µF-2", 174: "<Ewe>/V", 178: "(Q-Qo)/C", 179: "dQ/C", 185: "<Ecv>/V",
        206: "Temperature/°C", 215: "<Ece>/V", 217: "THD Ewe/%", 218: "THD I/%", 248: "Rac/Ohm", 249: "Rdc/Ohm",
    ]

    /// Columns of 8 bytes in floating point.
    private static let doubles: [Int: String] = [
        4: "time/s", 7: "dq/mA.h", 11: "<I>/mA", 13: "(Q-Qo)/mA.h", 23: "dQ/mA.h", 24: "cycle number",
        74: "|Energy|/W.h", 110: "Energy ce/W.h", 112: "Energy we/W.h", 115: "Energy ce charge/W.h",
        116: "Energy ce discharge/W.h", 123: "Energy charge/W.h", 124: "Energy discharge/W.h",
        125: "Capacitance charge/µF", 126: "Capacitance discharge/µF", 182: "step time/s",
        211: "Q charge/discharge/mA.h",
    ]

    /// Columns of whole numbers.
    private static let integers: [Int: (heading: String, number: StoredNumber)] = [
        39: ("I Range", .uint16), 131: ("Ns", .uint16), 212: ("half cycle", .uint32), 213: ("z cycle", .uint32),
        253: ("Acir/Dcir Control", .uint8),
    ]

    private typealias Columns = [(heading: String, values: [Double])]

    private static func columns(
        of bytes: [UInt8], _ module: Module, path: String
    ) throws -> (Columns, remarks: [String]) {
        func refuse(_ problem: String) -> ImportError {
            ImportError(path: path, place: "data", problem: problem, remedy: "export it from EC-Lab as .mpt")
        }
        let begin = module.begin
        guard module.length >= 5, let rows = bytes.length(at: begin) else { throw refuse("the module is cut off") }
        let count = Int(bytes[begin + 4])
        // Where the records begin, and how a column's number is stored.
        let offset: Int
        let width: Int
        switch module.version {
        case 0:
            // Before EC-Lab 11.50 one byte a column; since then two, of which the first is 0 or 1.
            width = module.length > 5 && bytes[begin + 5] == 0 ? 2 : 1
            offset = width == 2 ? 1007 : 100
        case 2: (offset, width) = (405, 2)
        case 3: (offset, width) = (406, 2)
        default: throw refuse("version \(module.version) of the data is not known")
        }
        guard 5 + count * width <= offset, offset <= module.length else { throw refuse("the module is cut off") }
        let numbers = (0..<count).map { index -> Int in
            let place = begin + 5 + index * width
            // The low byte is the column; the high one repeats in newer versions.
            return Int(module.version == 0 && width == 2 ? bytes[place + 1] : bytes[place])
        }
        guard rows > 0 else { throw refuse("there are no records") }
        let space = module.length - offset
        guard rows <= space else { throw refuse("\(rows) records do not fit into \(space) bytes") }

        let (fields, length, remarks) = try fields(numbers, recordLength: space % rows == 0 ? space / rows : nil) {
            refuse($0)
        }
        guard length > 0, rows <= space / length else {
            throw refuse("\(rows) records of \(length) bytes do not fit into \(space) bytes")
        }
        let block = RecordBlock(
            bytes: bytes, from: begin + offset, to: begin + offset + rows * length, length: length)
        var columns: Columns = fields.map { heading, field, mask in
            let values = block.column(field)
            guard mask != 0xFF else { return (heading, values) }
            let shift = Double(1 << mask.trailingZeroBitCount)
            return (heading, values.map { (Double(UInt8($0) & mask) / shift) })
        }
        var taken: [String: Int] = [:]
        for index in columns.indices {
            let copies = taken[columns[index].heading, default: 0] + 1
            taken[columns[index].heading] = copies
            if copies > 1 { columns[index].heading += " \(copies)" }
        }
        return (columns, remarks)
    }

    /// Places of the columns. The length of a record tells the width of columns that are not known.
    private static func fields(
        _ numbers: [Int], recordLength: Int?, refuse: (String) -> ImportError
    ) throws -> (fields: [(heading: String, field: RecordField, mask: UInt8)], length: Int, remarks: [String]) {
        func known(_ number: Int) -> (heading: String, stored: StoredNumber)? {
            if let heading = floats[number] { return (heading, .float32) }
            if let heading = doubles[number] { return (heading, .float64) }
            return integers[number].map { ($0.heading, $0.number) }
        }
        let unknown = numbers.filter { flags[$0] == nil && known($0) == nil }
        var unknownNumber = StoredNumber.float32
        if !unknown.isEmpty {
            let sum =
                numbers.reduce(0) { $0 + (known($1)?.stored.width ?? 0) }
                + (numbers.contains { flags[$0] != nil } ? 1 : 0)
            guard let recordLength, recordLength > sum, (recordLength - sum) % unknown.count == 0 else {
                throw refuse("column \(unknown[0]) is not known")
            }
            switch (recordLength - sum) / unknown.count {
            case 1: unknownNumber = .uint8
            case 2: unknownNumber = .uint16
            case 4: unknownNumber = .float32
            case 8: unknownNumber = .float64
            default: throw refuse("column \(unknown[0]) is not known")
            }
        }
        var fields: [(heading: String, field: RecordField, mask: UInt8)] = []
        var length = 0
        var flagPlace: Int?
        for number in numbers {
            if let (heading, mask) = flags[number] {
                if flagPlace == nil {
                    flagPlace = length
                    length += 1
                }
                fields.append((heading, RecordField(flagPlace ?? 0, .uint8), mask))
                continue
            }
            let (heading, stored) = known(number) ?? ("column \(number)", unknownNumber)
            fields.append((heading, RecordField(length, stored), 0xFF))
            length += stored.width
        }
        let remarks = unknown.isEmpty ? [] : ["columns without a known meaning: \(unknown)"]
        return (fields, length, remarks)
    }

    /// Adds what EC-Lab's text export derives from the columns that are stored.
    private static func complete(_ columns: inout Columns) {
        func values(_ heading: String) -> [Double]? { columns.first { $0.heading == heading }?.values }
        func add(_ heading: String, _ new: [Double]) {
            if values(heading) == nil { columns.append((heading, new)) }
        }
        if let working = values("Ewe/V") ?? values("<Ewe>/V"), let counter = values("Ece/V") ?? values("<Ece>/V") {
            add("Ewe-Ece/V", zip(working, counter).map(-))
        }
        // The mean current since the record before.
        if values("I/mA") == nil, values("<I>/mA") == nil, let time = values("time/s"),
            let charge = values("dq/mA.h") ?? values("dQ/mA.h")
        {
            var current = [Double](repeating: 0, count: time.count)
            for row in current.indices.dropFirst() where time[row] > time[row - 1] {
                current[row] = charge[row] * 3600 / (time[row] - time[row - 1])
            }
            columns.append(("<I>/mA", current))
        }
        if let charge = values("Q charge/discharge/mA.h") {
            add("Q charge/mA.h", charge.map { max($0, 0) })
            add("Q discharge/mA.h", charge.map { max(-$0, 0) })
        }
        if values("cycle number") == nil, let half = values("half cycle") {
            columns.append(("cycle number", half.map { ($0 / 2).rounded(.down) }))
        }
        if let size = values("|Z|/Ohm"), let phase = values("Phase(Z)/deg") {
            add("Re(Z)/Ohm", zip(size, phase).map { $0 * cosine($1) })
            add("-Im(Z)/Ohm", zip(size, phase).map { -$0 * sine($1) })
        }
    }

    // MARK: Descriptions

    /// A text whose first byte is its length.
    private static func pascal(_ bytes: [UInt8], _ module: Module, _ place: Int) -> String {
        guard place < module.length else { return "" }
        let length = Int(bytes[module.begin + place])
        guard place + 1 + length <= module.length else { return "" }
        let text = bytes[module.begin + place + 1..<module.begin + place + 1 + length]
        return TextEncoding.latin1.decode(text.prefix { $0 != 0 })
    }

    private static func describe(settings: Module, _ bytes: [UInt8]) -> [(key: String, value: String)] {
        [
            ("comments", pascal(bytes, settings, 0x7)), ("electrode_material", pascal(bytes, settings, 0x11E)),
            ("electrolyte", pascal(bytes, settings, 0x1C0)),
        ].filter { !$0.1.isEmpty }
    }

    private static func describe(log: Module, _ bytes: [UInt8]) -> [(key: String, value: String)] {
        var result = [
            ("file", pascal(bytes, log, 0x251)), ("host", pascal(bytes, log, 0x351)),
            ("software_version", pascal(bytes, log, 0x3B7)), ("device_serial_number", pascal(bytes, log, 0x3CF)),
        ].filter { !$0.1.isEmpty }
        if log.length > 9 { result.append(("channel", "\(Int(bytes[log.begin + 9]) + 1)")) }
        return result
    }

    /// When the test began, in the clock's own zone, s since 1970: days since 1899-12-30 at one of the places where versions of
    /// EC-Lab put them; nil where none holds a date from 2009 to 2037.
    private static func startTime(_ log: Module, _ bytes: [UInt8]) -> Double? {
        for place in [0x249, 465, 469, 473] where place + 8 <= log.length {
            guard let bits = bytes.unsigned(at: log.begin + place, width: 8) else { continue }
            let days = Double(bitPattern: bits)
            // 25569 days to 1970-01-01.
            if days > 40_000, days < 50_000 { return (days - 25_569) * 86_400 }
        }
        return nil
    }
}
