private import Cells

/// Reads a logged profile of current, power or voltage over time.
///
/// The file is comma, semicolon or tab separated, with a header (`Time [s]`, `I[A]`, `Current [A]`, `P[W]`,
/// `voltage_volt`, any BDF name) or without (two columns: time in s and the quantity). Currents and powers are positive
/// on charge, as in BDF. Lines that begin with `#` are skipped. Times must rise; the first becomes 0.
///
/// With a charge column (`net_capacity_ah`, `Net Capacity / Ah`) the mean current of every interval holds over it, so
/// that the log's charge is reproduced; otherwise the quantity runs linearly from sample to sample.
public enum DriveCycleFile {
    /// More samples are refused: 20 million.
    static let mostSamples = 20_000_000

    /// Reads a profile.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - quantity: which column drives; nil takes current, else power, else voltage, as the header has them.
    ///   - directory: the folder that a relative path starts from; nil for the working directory.
    /// - Throws: `ProtocolError` with the file and the line.
    public static func read(
        path: String, quantity: DriveCycle.Quantity? = nil, directory: String? = nil
    ) throws -> DriveCycle {
        let place = directory.map { path.hasPrefix("/") || $0.isEmpty ? path : "\($0)/\(path)" } ?? path
        let bytes: [UInt8]
        do {
            bytes = try PackageFile.bytes(path: place)
        } catch let error as BPXError {
            let isMissing = error.kind == .notFound
            throw ProtocolError(
                isMissing ? .notFound : .badData, place: printable(place), problem: error.problem,
                remedy: isMissing ? error.remedy : "name a CSV or BDF file of time and current, power or voltage")
        }
        do {
            return try parse(bytes, quantity: quantity)
        } catch let error as ProtocolError {
            var error = error
            error.place = error.place.isEmpty ? printable(place) : "\(printable(place)): \(error.place)"
            throw error
        }
    }

    /// Reads a profile from the bytes of a file. Throws `ProtocolError`.
    static func parse(_ bytes: [UInt8], quantity: DriveCycle.Quantity? = nil) throws -> DriveCycle {
        if bytes.starts(with: [0x1F, 0x8B]) {
            throw ProtocolError(
                .badData, place: "", problem: "a compressed file", remedy: "unpack it with gunzip first")
        }
        if bytes.prefix(4096).contains(0) {
            throw ProtocolError(.badData, place: "", problem: "not a text file", remedy: "a CSV file is needed")
        }
        var table = try DelimitedLines(bytes)
        let columns: ProfileColumns
        if table.firstLineIsNumeric {
            guard table.fields.count == 2 else {
                throw ProtocolError(
                    .badData, place: "line \(table.line)", problem: "\(table.fields.count) columns without a header",
                    remedy: "two columns (time in s and the quantity), or a header such as 'Time [s],Current [A]'")
            }
            columns = .headerless(quantity ?? .current)
        } else {
            columns = try ProfileColumns(header: table.fields, line: table.line, wanted: quantity)
            _ = table.advance()
        }
        return try profile(&table, columns)
    }

    private static func profile(_ table: inout DelimitedLines, _ columns: ProfileColumns) throws -> DriveCycle {
        var times: [Double] = []
        var values: [Double] = []
        var charges: [Double] = []
        while !table.isAtEnd {
            let line = table.line
            let time = try table.number(columns.time)
            if let last = times.last, time <= last {
                throw ProtocolError(
                    .badData, place: "line \(line)",
                    problem: time == last ? "time \(time) s appears twice" : "time falls from \(last) to \(time) s",
                    remedy: "times must rise from line to line")
            }
            times.append(time)
            if let charge = columns.charge {
                charges.append(try table.number(charge))
            } else {
                values.append(try table.number(columns.value))
            }
            guard times.count <= mostSamples else {
                throw ProtocolError(
                    .badData, place: "line \(line)", problem: "more than \(mostSamples) samples",
                    remedy: "split the file")
            }
            _ = table.advance()
        }
        guard times.count >= 2 else {
            throw ProtocolError(
                .badData, place: "", problem: "\(times.count) samples",
                remedy: "a profile has at least two lines of data")
        }
        let start = times[0]
        for index in times.indices { times[index] -= start }
        guard columns.charge != nil else {
            return DriveCycle(quantity: columns.quantity, times: times, values: values)
        }
        for index in 1..<times.count {
            let coulombs = (charges[index] - charges[index - 1]) * 3600
            values.append(coulombs / (times[index] - times[index - 1]))
        }
        values.append(values[values.count - 1])
        return DriveCycle(quantity: .current, times: times, values: values, interpolation: .hold)
    }
}

/// A column and the factor to its SI unit (A·h for a charge).
struct ProfileColumn: Equatable {
    var index: Int
    var factor: Double
    var name: String
}

/// Which columns of a log drive a step.
struct ProfileColumns {
    var time: ProfileColumn
    var value: ProfileColumn
    var quantity: DriveCycle.Quantity
    /// Only beside a current.
    var charge: ProfileColumn?

    static func headerless(_ quantity: DriveCycle.Quantity) -> ProfileColumns {
        ProfileColumns(
            time: ProfileColumn(index: 0, factor: 1, name: "time"),
            value: ProfileColumn(index: 1, factor: 1, name: "\(quantity)"), quantity: quantity)
    }

    private init(time: ProfileColumn, value: ProfileColumn, quantity: DriveCycle.Quantity) {
        self.time = time
        self.value = value
        self.quantity = quantity
    }

    /// Throws `ProtocolError` where the header lacks what is needed, or has it twice.
    init(header: [String], line: Int, wanted: DriveCycle.Quantity?) throws {
        func column(_ bases: Set<String>, _ factors: [String: Double]) throws -> ProfileColumn? {
            var found: ProfileColumn?
            for (index, name) in header.enumerated() {
                let (base, unit) = Self.split(name)
                guard bases.contains(base), let factor = factors[unit] else { continue }
                if let found {
                    throw ProtocolError(
                        .badData, place: "line \(line)",
                        problem: "columns \(quoted(found.name)) and \(quoted(name)) alike",
                        remedy: "keep one of them")
                }
                found = ProfileColumn(index: index, factor: factor, name: name)
            }
            return found
        }
        func lacks(_ what: String, _ example: String) -> ProtocolError {
            ProtocolError(
                .badData, place: "line \(line)",
                problem: "no column of \(what) among \(quoted(header.joined(separator: ", ")))",
                remedy: "a header such as '\(example)' is right")
        }
        guard let time = try column(Self.timeNames, Self.timeUnits) else { throw lacks("time", "Time [s],Current [A]") }
        self.time = time
        let current = try column(Self.currentNames, ["": 1, "a": 1, "ampere": 1, "amp": 1, "amps": 1, "ma": 1e-3])
        let power = try column(Self.powerNames, ["": 1, "w": 1, "watt": 1, "mw": 1e-3, "kw": 1e3])
        let voltage = try column(Self.voltageNames, ["": 1, "v": 1, "volt": 1, "mv": 1e-3])
        switch wanted {
        case .current?:
            guard let current else { throw lacks("current", "Time [s],Current [A]") }
            (value, quantity) = (current, .current)
        case .power?:
            guard let power else { throw lacks("power", "Time [s],Power [W]") }
            (value, quantity) = (power, .power)
        case .voltage?:
            guard let voltage else { throw lacks("voltage", "Time [s],Voltage [V]") }
            (value, quantity) = (voltage, .voltage)
        case nil:
            if let current {
                (value, quantity) = (current, .current)
            } else if let power {
                (value, quantity) = (power, .power)
            } else if let voltage {
                (value, quantity) = (voltage, .voltage)
            } else {
                throw lacks("current, power or voltage", "Time [s],Current [A]")
            }
        }
        if quantity == .current {
            charge = try column(["net capacity"], ["ah": 1, "a.h": 1, "mah": 1e-3])
        }
    }

    private static let timeNames: Set<String> = ["time", "t", "test time", "elapsed time", "total time"]
    private static let timeUnits: [String: Double] = [
        "": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1, "ms": 1e-3, "min": 60, "minute": 60, "h": 3600, "hr": 3600,
        "hour": 3600, "hours": 3600,
    ]
    private static let currentNames: Set<String> = ["current", "i", "cell current"]
    private static let powerNames: Set<String> = ["power", "p", "cell power"]
    private static let voltageNames: Set<String> = [
        "voltage", "u", "v", "e", "ecell", "cell voltage", "terminal voltage",
    ]

    /// `Current [A]`, `I(A)`, `Current / A`, `current_ampere` as name and unit, in lower case.
    static func split(_ header: String) -> (base: String, unit: String) {
        var text = Substring(header.lowercased())
        var unit = ""
        if let open = text.lastIndex(where: { $0 == "[" || $0 == "(" || $0 == "/" }) {
            unit = String(text[text.index(after: open)...].filter { $0 != "]" && $0 != ")" && $0 != " " })
            text = text[..<open]
        }
        var words = text.split { $0 == " " || $0 == "_" }.map(String.init)
        if unit.isEmpty, words.count > 1, machineUnits.contains(words[words.count - 1]) { unit = words.removeLast() }
        return (words.joined(separator: " "), unit)
    }

    private static let machineUnits: Set<String> = [
        "second", "s", "hour", "h", "min", "ampere", "a", "ma", "watt", "w", "mw", "volt", "v", "mv", "ah", "mah",
    ]
}

/// The lines of a delimited text, one after the other.
struct DelimitedLines {
    private let bytes: [UInt8]
    private var start = 0
    private var end = 0
    private var delimiter = UInt8(ascii: ",")
    /// Starts of the current line's fields, and one past its end.
    private var starts: [Int] = []
    /// Number of the current line, from 1.
    private(set) var line = 0
    private(set) var isAtEnd = false

    /// Stands at the first line that is neither blank nor a comment. Throws `ProtocolError` where there is none.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { end = 3 }
        guard nextLine() else {
            throw ProtocolError(
                .badData, place: "", problem: "an empty file",
                remedy: "lines of time and current, power or voltage are right")
        }
        let counts = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")].map { mark in
            (mark, bytes[start..<end].count { $0 == mark })
        }
        delimiter = counts.first { $0.1 > 0 }?.0 ?? UInt8(ascii: ",")
        splitLine()
    }

    /// Goes to the next line; false at the end.
    mutating func advance() -> Bool {
        guard nextLine() else {
            isAtEnd = true
            return false
        }
        splitLine()
        return true
    }

    /// The current line's fields without blanks and quotes.
    var fields: [String] { (0..<starts.count - 1).map { String(decoding: field($0), as: UTF8.self) } }

    /// Whether every field is a number, or means to be one (NaN).
    var firstLineIsNumeric: Bool { fields.allSatisfy { Double($0.replacing(",", with: ".")) != nil } }

    /// The number of a column in SI units. Throws `ProtocolError`.
    func number(_ column: ProfileColumn) throws -> Double {
        guard column.index < starts.count - 1 else {
            throw ProtocolError(
                .badData, place: "line \(line)", problem: "\(starts.count - 1) columns",
                remedy: "column \(column.index + 1) (\(column.name)) is needed in every line")
        }
        var text = String(decoding: field(column.index), as: UTF8.self)
        if delimiter != UInt8(ascii: ","), text.utf8.contains(UInt8(ascii: ",")) {
            text = text.replacing(",", with: ".")
        }
        guard let value = Double(text) else {
            throw ProtocolError(
                .badData, place: "line \(line)",
                problem: "\(quoted(text)) in column \(quoted(column.name)) is no number",
                remedy: "every sample needs one")
        }
        let scaled = value * column.factor
        guard scaled.isFinite else {
            throw ProtocolError(
                .badData, place: "line \(line)", problem: "\(quoted(text)) in column \(quoted(column.name))",
                remedy: "every sample needs a finite number")
        }
        return scaled
    }

    private mutating func nextLine() -> Bool {
        while true {
            start = end
            guard start < bytes.count else { return false }
            line += 1
            end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            let content = bytes[start..<end].drop { $0 == 0x20 }
            guard let first = content.first, first != UInt8(ascii: "#"), first != 0x0A, first != 0x0D else { continue }
            return true
        }
    }

    private mutating func splitLine() {
        starts.removeAll(keepingCapacity: true)
        starts.append(start)
        var last = end
        while last > start, bytes[last - 1] == 0x0A || bytes[last - 1] == 0x0D { last -= 1 }
        for index in start..<last where bytes[index] == delimiter { starts.append(index + 1) }
        starts.append(last + 1)
    }

    private func field(_ index: Int) -> ArraySlice<UInt8> {
        var slice = bytes[starts[index]..<(starts[index + 1] - 1)]
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == UInt8(ascii: "\"") || byte == 0x09 }
        while let first = slice.first, isBlank(first) { slice.removeFirst() }
        while let last = slice.last, isBlank(last) { slice.removeLast() }
        return slice
    }
}
