/// Reads a function string and emits its postfix program.
///
/// ```
/// sum     := product (('+' | '-') product)*
/// product := signed (('*' | '/') signed)*
/// signed  := ('+' | '-')* power
/// power   := atom ['**' signed]
/// atom    := number | 'x' | 'T' '(' 'x' ')' | name '(' sum (',' sum)* ')' | '(' sum ')'
/// ```
/// This is Python's precedence: `-x**2` is `-(x**2)`, `2**-1` is a half, `2**3**2` is 512.
struct ExpressionParser {
    static let longest = 65_536
    static let deepest = 150

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var program = PostfixProgram()

    /// Throws `ExpressionError`.
    static func compile(_ text: String) throws -> PostfixProgram {
        let bytes = Array(text.utf8)
        guard bytes.count <= longest else { throw ExpressionError.tooLong(characters: bytes.count, limit: longest) }
        var parser = ExpressionParser(bytes: bytes)
        parser.skipBlanks()
        guard parser.position < bytes.count else { throw ExpressionError.empty }
        try parser.sum()
        guard parser.position == bytes.count else { throw parser.unexpected("an operator") }
        return parser.program
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // MARK: grammar

    private mutating func sum() throws {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw ExpressionError.tooDeep(limit: Self.deepest) }
        let start = program.count
        try product()
        while true {
            if take("+") {
                let middle = program.count
                try product()
                program.emitBinary(.add, left: start, right: middle)
            } else if take("-") {
                let middle = program.count
                try product()
                program.emitBinary(.subtract, left: start, right: middle)
            } else {
                return
            }
        }
    }

    private mutating func product() throws {
        let start = program.count
        try signed()
        while true {
            if peek("*"), !peekPower {
                position += 1
                skipBlanks()
                let middle = program.count
                try signed()
                program.emitBinary(.multiply, left: start, right: middle)
            } else if take("/") {
                let middle = program.count
                try signed()
                program.emitBinary(.divide, left: start, right: middle)
            } else {
                return
            }
        }
    }

    private mutating func signed() throws {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw ExpressionError.tooDeep(limit: Self.deepest) }
        var negative = false
        while true {
            if take("-") { negative.toggle() } else if !take("+") { break }
        }
        let start = program.count
        try atom()
        if peekPower {
            position += 2
            skipBlanks()
            let middle = program.count
            try signed()
            program.emitPower(left: start, right: middle)
        }
        if negative { program.emitUnary(.negate) }
    }

    private mutating func atom() throws {
        guard position < bytes.count else { throw unexpected("a number, x, a function or '('") }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "("):
            _ = take("(")
            try sum()
            try close()
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            try name()
        default:
            throw unexpected("a number, x, a function or '('")
        }
    }

    private mutating func number() throws {
        let start = position
        var digits = skipDigits()
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            digits += skipDigits()
        }
        guard digits > 0 else {
            position = start
            throw unexpected("a number")
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            let mark = position
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            if skipDigits() == 0 { position = mark }
        }
        guard let value = parseDouble(bytes[start..<position]) else { throw unexpected("a number") }
        guard value.isFinite else {
            throw ExpressionError.numberOutOfRange(String(decoding: bytes[start..<position], as: UTF8.self))
        }
        skipBlanks()
        program.emitConstant(value)
    }

    private mutating func name() throws {
        let start = position
        while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        skipBlanks()
        let isCall = peek("(")
        if name == "x" {
            guard !isCall else { throw unexpected("an operator; x is a variable, not a function", at: position) }
            return program.emitX()
        }
        if name == "T" { return try temperature(at: start) }
        guard let function = ExpressionFunction(rawValue: name) else {
            let known = ["x", "T"] + ExpressionFunction.allCases.map(\.rawValue)
            throw ExpressionError.unknownName(String(name.prefix(60)), nearest: nearest(to: name, among: known))
        }
        guard isCall else { throw unexpected("'(' after \(name)") }
        try call(function)
    }

    /// `T(x)`, Cellar's extension: the temperature in kelvin.
    private mutating func temperature(at start: Int) throws {
        let expected = "T(x), the temperature in kelvin"
        guard take("("), position < bytes.count, bytes[position] == UInt8(ascii: "x") else {
            throw unexpected(expected, at: start)
        }
        position += 1
        skipBlanks()
        guard take(")") else { throw unexpected(expected, at: start) }
        program.emitTemperature()
    }

    private mutating func call(_ function: ExpressionFunction) throws {
        _ = take("(")
        var arguments = 0
        let start = program.count
        var middle = start
        if !peek(")") {
            repeat {
                middle = program.count
                try sum()
                arguments += 1
            } while take(",")
        }
        try close()
        guard arguments == function.argumentCount else {
            throw ExpressionError.wrongArgumentCount(
                function: function.rawValue, expected: function.argumentCount, found: arguments)
        }
        if !function.isBPX { program.note(function) }
        switch function {
        case .min: program.emitBinary(.minimum, left: start, right: middle)
        case .max: program.emitBinary(.maximum, left: start, right: middle)
        case .exp: program.emitUnary(.exp)
        case .tanh: program.emitUnary(.tanh)
        case .cosh: program.emitUnary(.cosh)
        case .sinh: program.emitUnary(.sinh)
        case .log: program.emitUnary(.log)
        case .log10: program.emitUnary(.log10)
        case .sqrt: program.emitUnary(.sqrt)
        case .abs: program.emitUnary(.abs)
        case .sin: program.emitUnary(.sin)
        case .cos: program.emitUnary(.cos)
        case .atan, .arctan: program.emitUnary(.atan)
        }
    }

    // MARK: characters

    private var peekPower: Bool {
        position + 1 < bytes.count && bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "*")
    }

    private func peek(_ character: Unicode.Scalar) -> Bool {
        position < bytes.count && bytes[position] == UInt8(ascii: character)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek(character) else { return false }
        position += 1
        skipBlanks()
        return true
    }

    private mutating func close() throws {
        guard take(")") else { throw unexpected("')'") }
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) {
            position += 1
        }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func unexpected(_ expected: String, at place: Int? = nil) -> ExpressionError {
        let place = place ?? position
        guard place < bytes.count else {
            return .unexpected(found: "the end", expected: expected, column: place + 1)
        }
        let rest = String(decoding: bytes[place..<min(place + 16, bytes.count)], as: UTF8.self)
        let first = rest.first ?? " "
        let known = "+-*/(),."
        if !known.contains(first), !first.isASCII || !(first.isLetter || first.isNumber || first == "_") {
            return .unexpectedCharacter(first, column: place + 1)
        }
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return .unexpected(
            found: "'\(word.isEmpty ? String(first) : String(word))'", expected: expected, column: place + 1)
    }
}
