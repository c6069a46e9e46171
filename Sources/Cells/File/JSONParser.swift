/// Reads strict JSON (RFC 8259) into a `FileValue`, keeping the order of keys and the line of every value.
///
/// Refused with one clear line: duplicate keys, NaN and infinities, more than 64 levels, bytes that are not UTF-8.
struct JSONParser {
    static let deepest = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var line = 1
    private var depth = 0

    /// Throws `BPXError`.
    static func parse(_ text: [UInt8]) throws -> FileValue {
        try text.withUnsafeBufferPointer { bytes in
            var parser = JSONParser(bytes: bytes)
            return try parser.document()
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func document() throws -> FileValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipBlanks()
        guard position < bytes.count else {
            throw BPXError(
                problem: "empty file", remedy: "a BPX file is a JSON object with Header and Parameterisation")
        }
        let value = try self.value()
        skipBlanks()
        guard position == bytes.count else {
            throw error("text after the end of the document", "one JSON object is expected")
        }
        return value
    }

    private mutating func value() throws -> FileValue {
        skipBlanks()
        guard position < bytes.count else { throw truncated() }
        let start = line
        switch bytes[position] {
        case UInt8(ascii: "{"): return FileValue(.object(try object()), line: start)
        case UInt8(ascii: "["): return FileValue(try list(), line: start)
        case UInt8(ascii: "\""): return FileValue(.text(try string()), line: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return FileValue(.number(try number()), line: start)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return FileValue(try word(), line: start)
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws -> FileObject {
        try enter()
        defer { depth -= 1 }
        position += 1
        var object = FileObject()
        // Few keys are compared one by one; a set serves objects of many.
        var seen = Set<String>()
        skipBlanks()
        if take("}") { return object }
        while true {
            skipBlanks()
            guard position < bytes.count else { throw truncated() }
            guard bytes[position] == UInt8(ascii: "\"") else {
                throw bytes[position] == UInt8(ascii: "}")
                    ? error("comma before '}'", "remove the comma") : unexpected("a key in double quotes")
            }
            let keyLine = line
            let key = try string()
            if object.entries.count == 16 { seen = Set(object.keys) }
            if object.entries.count >= 16 ? !seen.insert(key).inserted : object[key] != nil {
                throw BPXError(
                    line: keyLine, problem: "key '\(oneLine(key))' appears twice in one object",
                    remedy: "each key may appear once")
            }
            skipBlanks()
            guard take(":") else { throw unexpected("':' after the key '\(oneLine(key))'") }
            object.append(key, try value())
            skipBlanks()
            if take("}") { return object }
            guard take(",") else { throw unexpected("',' or '}'") }
        }
    }

    private mutating func list() throws -> FileValue.Content {
        try enter()
        defer { depth -= 1 }
        position += 1
        var numbers: [Double] = []
        var values: [FileValue] = []
        skipBlanks()
        if take("]") { return .list([]) }
        while true {
            let value = try self.value()
            if values.isEmpty, let number = value.number {
                numbers.append(number)
            } else {
                if values.isEmpty { values = numbers.map { FileValue(.number($0), line: value.line) } }
                values.append(value)
            }
            skipBlanks()
            if take("]") { return values.isEmpty ? .numbers(numbers) : .list(values) }
            guard take(",") else { throw unexpected("',' or ']'") }
            skipBlanks()
            if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
                throw error("comma before ']'", "remove the comma")
            }
        }
    }

    private mutating func string() throws -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
            bytes[position] >= 0x20
        {
            position += 1
        }
        guard position < bytes.count else { throw truncated() }
        if bytes[position] == UInt8(ascii: "\"") {
            let text = try decoded(bytes[start..<position])
            position += 1
            return text
        }
        var buffer = Array(bytes[start..<position])
        while true {
            guard position < bytes.count else { throw truncated() }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try decoded(buffer[...])
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0..<0x20:
                throw error(
                    byte == 0x0A ? "line break inside a text" : "control character inside a text",
                    "close the text with '\"' or write \\n, \\t or \\u00XX")
            default: buffer.append(byte)
            }
        }
    }

    private func decoded(_ text: some Collection<UInt8>) throws -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw error("text that is not UTF-8", "save the file as UTF-8")
        }
        return string
    }

    private mutating func escape(into buffer: inout [UInt8]) throws {
        guard position < bytes.count else { throw truncated() }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a \\u pair", "write both halves") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a \\u pair", "write both halves") }
            buffer.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw error("unknown escape in a text", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX is expected")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard position + 4 <= bytes.count else { throw truncated() }
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("\\u without four hexadecimal digits", "write \\u00e9, for example")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func number() throws -> Double {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if startsWord() { throw refusedWord(from: start) }
        let whole = position
        guard skipDigits() > 0 else { throw unexpected("a digit") }
        if bytes[whole] == UInt8(ascii: "0"), position > whole + 1 {
            throw error("number with leading zero", "write it without")
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw unexpected("a digit after the decimal point") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard skipDigits() > 0 else { throw unexpected("a digit in the exponent") }
        }
        let digits = bytes[start..<position]
        guard let value = parseDouble(digits) else { throw unexpected("a number") }
        guard value.isFinite else {
            throw error(
                "number \(oneLine(String(decoding: digits, as: UTF8.self))) is too large", "the largest is 1.8e308")
        }
        return value
    }

    private mutating func word() throws -> FileValue.Content {
        let start = position
        while startsWord() { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default:
            position = start
            throw refusedWord(from: start)
        }
    }

    private func startsWord() -> Bool {
        guard position < bytes.count else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position] | 0x20)
    }

    private mutating func refusedWord(from start: Int) -> BPXError {
        while startsWord() { position += 1 }
        let word = oneLine(String(decoding: bytes[start..<position], as: UTF8.self))
        switch word.lowercased() {
        case "nan", "-nan", "inf", "-inf", "infinity", "-infinity":
            return error("\(word) is no number", "a finite number is needed")
        default:
            return error("unknown word '\(word)'", "texts stand in double quotes; true, false and null are known")
        }
    }

    // MARK: characters

    private mutating func enter() throws {
        depth += 1
        guard depth <= Self.deepest else {
            throw error("nested more than \(Self.deepest) levels deep", "a BPX file needs fewer than ten")
        }
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x0A:
                line += 1
                position += 1
            case 0x20, 0x09, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func error(_ problem: String, _ remedy: String) -> BPXError {
        BPXError(line: line, problem: problem, remedy: remedy)
    }

    private func truncated() -> BPXError {
        error("the file ends in the middle of the JSON document", "it may have been cut off")
    }

    private func unexpected(_ expected: String) -> BPXError {
        guard position < bytes.count else { return truncated() }
        let byte = bytes[position]
        guard byte >= 0x20, byte < 0x7F else {
            return error("unexpected byte 0x\(String(byte, radix: 16)): not a JSON file", "\(expected) was expected")
        }
        return error("unexpected '\(Character(Unicode.Scalar(byte)))'", "\(expected) was expected")
    }
}
