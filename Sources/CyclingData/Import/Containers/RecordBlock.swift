/// A number as it stands in a binary file, little-endian.
enum StoredNumber: Sendable {
    case uint8, uint16, uint32, uint64, int8, int16, int32, int64, float32, float64

    /// Bytes.
    var width: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }
}

/// A number's place in a record.
struct RecordField: Sendable {
    /// Bytes from the record's beginning.
    var offset: Int
    var number: StoredNumber

    init(_ offset: Int, _ number: StoredNumber) {
        self.offset = offset
        self.number = number
    }

    /// First byte after it.
    var end: Int { offset + number.width }
}

/// Records of one length in a file's bytes; their fields are read column by column.
struct RecordBlock {
    let bytes: [UInt8]
    /// Where the records begin; each has `length` bytes in `bytes`.
    private(set) var starts: [Int]
    let length: Int

    /// The records among `starts` that lie within `bytes`.
    init(bytes: [UInt8], starts: [Int], length: Int) {
        self.bytes = bytes
        self.length = max(length, 1)
        let last = bytes.count - self.length
        self.starts = starts.filter { $0 >= 0 && $0 <= last }
    }

    /// Records one after another from `begin` to before `end`, as far as they are whole.
    init(bytes: [UInt8], from begin: Int, to end: Int, length: Int) {
        let length = max(length, 1)
        let last = min(end, bytes.count) - length
        self.bytes = bytes
        self.length = length
        starts = begin >= 0 && begin <= last ? Array(stride(from: begin, through: last, by: length)) : []
    }

    var count: Int { starts.count }

    /// Those records whose byte at `offset` is one of `identifiers`.
    func filtered(by identifiers: [UInt8], at offset: Int) -> RecordBlock {
        guard offset < length else { return self }
        var result = self
        result.starts.removeAll { !identifiers.contains(bytes[$0 + offset]) }
        return result
    }

    /// Those records for which `keep` says so.
    func filtered(by keep: [Bool]) -> RecordBlock {
        var result = self
        result.starts = zip(starts, keep).compactMap { $1 ? $0 : nil }
        return result
    }

    /// The numbers of a field, `scale` times; not a number where the field ends after the record.
    func column(_ field: RecordField, scale: Double = 1) -> [Double] {
        guard field.offset >= 0, field.end <= length else { return [Double](repeating: .nan, count: count) }
        let factor = DecimalScale(scale)
        switch field.number {
        case .uint8: return load(UInt8.self, field.offset) { factor.apply(Double($0)) }
        case .uint16: return load(UInt16.self, field.offset) { factor.apply(Double($0)) }
        case .uint32: return load(UInt32.self, field.offset) { factor.apply(Double($0)) }
        case .uint64: return load(UInt64.self, field.offset) { factor.apply(Double($0)) }
        case .int8: return load(Int8.self, field.offset) { factor.apply(Double($0)) }
        case .int16: return load(Int16.self, field.offset) { factor.apply(Double($0)) }
        case .int32: return load(Int32.self, field.offset) { factor.apply(Double($0)) }
        case .int64: return load(Int64.self, field.offset) { factor.apply(Double($0)) }
        case .float32:
            return load(UInt32.self, field.offset) { factor.apply(DecimalScale.decimal(Float(bitPattern: $0))) }
        case .float64: return load(UInt64.self, field.offset) { factor.apply(Double(bitPattern: $0)) }
        }
    }

    @inline(__always)
    private func load<Word: FixedWidthInteger>(
        _ type: Word.Type, _ offset: Int, _ value: (Word) -> Double
    ) -> [Double] {
        bytes.withUnsafeBytes { raw in
            // Every start leaves `length` bytes, and the field ends within them.
            starts.map { value(Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0 + offset, as: Word.self))) }
        }
    }
}

extension [UInt8] {
    /// The unsigned number of `width` (1…8) bytes at `offset`, little-endian; nil where the bytes end before.
    func unsigned(at offset: Int, width: Int) -> UInt64? {
        guard offset >= 0, offset <= count - width else { return nil }
        return self[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// As `unsigned`, as an index or a length; nil too where it is beyond any file.
    func length(at offset: Int, width: Int = 4) -> Int? {
        unsigned(at: offset, width: width).flatMap { Int(exactly: $0) }.flatMap { $0 < 1 << 48 ? $0 : nil }
    }

    /// The text of a field that is filled up with zeros, in UTF-8 or GBK; other bytes are replaced.
    func text(at offset: Int, width: Int) -> String {
        guard offset >= 0, offset < count else { return "" }
        let field = self[offset..<Swift.min(offset + width, count)]
        let text = field.prefix { $0 != 0 }
        return (String(validating: text, as: UTF8.self) ?? TextEncoding.gbk.decode(text)).trimmed
    }

    /// Where `pattern` begins, at `start` or after; nil where it does not occur.
    func position(of pattern: [UInt8], from start: Int = 0) -> Int? {
        guard let first = pattern.first, start >= 0, start <= count - pattern.count else { return nil }
        return withUnsafeBufferPointer { bytes in
            for index in start...(bytes.count - pattern.count) where bytes[index] == first {
                if bytes[index..<index + pattern.count].elementsEqual(pattern) { return index }
            }
            return nil
        }
    }
}
