import Cells

/// A table of comma-separated values, read whole: a header and rows of text.
///
/// Where the header is separated by semicolons or tabs instead, as spreadsheets write them in countries of the decimal comma,
/// so are the rows, and numbers may have that comma. UTF-8, UTF-16 with its mark, and what is neither as Latin-1.
public struct CommaTable: Sendable {
    /// A row.
    public struct Row: Sendable {
        /// Line of the file it begins on, from 1.
        public let line: Int
        /// Its fields, as many as the header has where the row is not short or long.
        public let fields: [String]
    }

    /// The file, as named by the user.
    public let path: String
    /// Without its folders, as notes in model cards have it.
    var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// Names of the columns.
    public let header: [String]
    /// The rows below the header; blank lines are left out.
    public let rows: [Row]
    private let places: [String: Int]
    /// Whether a number's comma is the decimal one.
    private let hasDecimalComma: Bool

    /// Reads a file of at most 64 MB. Throws ``MaterialError``: `notFound`, or `table` where it is no text or has no
    /// header.
    public init(path: String) throws {
        let bytes: [UInt8]
        do {
            bytes = try PackageFile.bytes(path: path)
        } catch let error as BPXError {
            throw MaterialError(
                error.kind == .notFound ? .notFound : .table, place: path, problem: error.problem,
                remedy: "name a table (.csv)")
        }
        try self.init(bytes, path: path)
    }

    /// What stands between the fields of a table.
    private struct Separator {
        var byte: UInt8
        /// Where the header begins: below a first line `sep=;`, with which some programs tell theirs.
        var start: Int

        init(_ bytes: [UInt8]) {
            (byte, start) = (0x2C, bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
            let line = bytes[start...].prefix { $0 != 0x0A && $0 != 0x0D }
            if line.count == 5, line.starts(with: Array("sep=".utf8)), let told = line.last {
                byte = told
                start += 5
                while start < bytes.count, bytes[start] == 0x0A || bytes[start] == 0x0D { start += 1 }
                return
            }
            var isQuoted = false
            let bare = line.filter { byte in
                if byte == 0x22 { isQuoted.toggle() }
                return !isQuoted
            }
            func count(_ separator: UInt8) -> Int { bare.count { $0 == separator } }
            for other in [UInt8(0x3B), 0x09] where count(other) > count(byte) { byte = other }
        }
    }

    /// Bytes of UTF-8, whichever encoding a table is in.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let (low, high) = bytes[0] == 0xFF ? (0, 1) : (1, 0)
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
                UInt16(bytes[$0 + low]) | UInt16(bytes[$0 + high]) << 8
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return bytes }
        return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }

    /// Reads a table from its text. Quoted fields may hold separators, doubled quotes and line breaks; a byte-order mark
    /// is passed over.
    public init(_ file: [UInt8], path: String) throws {
        self.path = path
        let bytes = Self.decoded(file)
        let separator = Separator(bytes)
        hasDecimalComma = separator.byte != 0x2C
        var rows: [Row] = []
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var line = 1
        var firstLine = 1
        var index = separator.start

        func endField() {
            var slice = field[...]
            if !wasQuoted {
                while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
                while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
            }
            fields.append(String(decoding: slice, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            wasQuoted = false
        }
        func endRow() {
            endField()
            if fields.count > 1 || fields.first?.isEmpty == false { rows.append(Row(line: firstLine, fields: fields)) }
            fields.removeAll(keepingCapacity: true)
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte == 0x0A { line += 1 }
                if byte != 0x22 {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == 0x22 {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case 0x22 where field.isEmpty:
                isQuoted = true
                wasQuoted = true
            case separator.byte: endField()
            case 0x0D where index < bytes.count && bytes[index] == 0x0A: break
            case 0x0A, 0x0D:
                endRow()
                line += 1
                firstLine = line
            default: field.append(byte)
            }
        }
        guard !isQuoted else {
            throw MaterialError(
                .table, place: "\(path): line \(firstLine)", problem: "a quote is not closed", remedy: "close it")
        }
        if !field.isEmpty || !fields.isEmpty || wasQuoted { endRow() }
        guard let first = rows.first else {
            throw MaterialError(.table, place: path, problem: "empty table", remedy: "a header and at least one row")
        }
        header = first.fields
        self.rows = Array(rows.dropFirst())
        var places: [String: Int] = [:]
        for (place, name) in header.enumerated() where !name.isEmpty {
            guard places[name] == nil else {
                throw MaterialError(
                    .table, place: "\(path): line \(first.line)",
                    problem: "two columns named '\(MaterialError.quoted(name))'", remedy: "name each once")
            }
            places[name] = place
        }
        self.places = places
    }

    /// The place of a column, in whatever case it is written; nil where the table has none of that name.
    public func place(of column: String) -> Int? {
        places[column] ?? header.firstIndex { $0.lowercased() == column.lowercased() }
    }

    /// The place of a column that must be there. Throws ``MaterialError``.
    public func place(required column: String) throws -> Int {
        if let place = place(of: column) { return place }
        let near = nearest(to: column, among: header).map { "; nearest: \($0)" } ?? ""
        throw MaterialError(
            .table, place: path, problem: "no column '\(column)'\(near)",
            remedy: "its header must name it, which has "
                + header.prefix(6).map { "'\(MaterialError.quoted($0, limit: 40))'" }.joined(separator: ", ")
                + (header.count > 6 ? ", …" : ""))
    }

    /// A number in a column: nil where the field is empty or the row short. Throws ``MaterialError`` where it is no
    /// number.
    public func number(_ row: Row, _ place: Int) throws -> Double? {
        guard place < row.fields.count, !row.fields[place].isEmpty else { return nil }
        let text = hasDecimalComma ? row.fields[place].replacing(",", with: ".") : row.fields[place]
        if let value = Double(text), value.isFinite { return value }
        throw MaterialError(
            .table, place: "\(path): line \(row.line)",
            problem: "'\(MaterialError.quoted(row.fields[place]))' is no number (\(header[place]))",
            remedy: "write a number, or leave it empty where unknown")
    }
}
