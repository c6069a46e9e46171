#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A function string as a postfix program that works on blocks of points.
///
/// Constants are folded while the program is built, and an operand that is constant becomes part of its instruction.
struct PostfixProgram: Sendable {
    enum Unary { case negate, exp, tanh, cosh, sinh, log, log10, sqrt, abs, sin, cos, atan }
    enum Binary { case add, subtract, multiply, divide, minimum, maximum }

    enum Instruction {
        case constant(Double)
        case x
        case temperature
        case unary(Unary)
        case binary(Binary)
        /// top ** second
        case power
        /// v + c, v * c, v / c, c - v, c / v, v ** n, v ** c, c ** v
        case addConstant(Double)
        case multiplyConstant(Double)
        case divideConstant(Double)
        case subtractFrom(Double)
        case divideInto(Double)
        case integerPower(Int)
        case powerConstant(Double)
        case constantPower(Double)
    }

    private(set) var code: [Instruction] = []
    /// Function names beyond BPX's own, in order of first use.
    private(set) var extensions: [String] = []

    var count: Int { code.count }

    // MARK: building

    mutating func emitConstant(_ value: Double) { code.append(.constant(value)) }
    mutating func emitX() { code.append(.x) }

    mutating func emitTemperature() {
        note("T(x)")
        code.append(.temperature)
    }

    mutating func note(_ function: ExpressionFunction) { note(function.rawValue) }

    private mutating func note(_ name: String) {
        if !extensions.contains(name) { extensions.append(name) }
    }

    mutating func emitUnary(_ operation: Unary) {
        if case .constant(let a)? = code.last {
            code[code.count - 1] = .constant(fold(operation, a))
        } else {
            code.append(.unary(operation))
        }
    }

    /// Joins the operands `code[left..<right]` and `code[right...]`.
    mutating func emitBinary(_ operation: Binary, left: Int, right: Int) {
        switch (soleConstant(left..<right), soleConstant(right..<code.count)) {
        case (let a?, let b?):
            code.removeLast(2)
            code.append(.constant(fold(operation, a, b)))
        case (nil, let b?) where operation != .minimum && operation != .maximum:
            code.removeLast()
            switch operation {
            case .add: code.append(.addConstant(b))
            case .subtract: code.append(.addConstant(-b))
            case .multiply: code.append(.multiplyConstant(b))
            default: code.append(.divideConstant(b))
            }
        case (let a?, nil) where operation != .minimum && operation != .maximum:
            code.remove(at: left)
            switch operation {
            case .add: code.append(.addConstant(a))
            case .subtract: code.append(.subtractFrom(a))
            case .multiply: code.append(.multiplyConstant(a))
            default: code.append(.divideInto(a))
            }
        default:
            code.append(.binary(operation))
        }
    }

    /// Raises `code[left..<right]` to the power `code[right...]`.
    mutating func emitPower(left: Int, right: Int) {
        switch (soleConstant(left..<right), soleConstant(right..<code.count)) {
        case (let a?, let b?):
            code.removeLast(2)
            code.append(.constant(pow(a, b)))
        case (nil, let exponent?):
            code.removeLast()
            if exponent == 0 {
                code.removeLast(code.count - left)
                code.append(.constant(1))
            } else if exponent == 0.5 {
                code.append(.unary(.sqrt))
            } else if exponent == exponent.rounded(), Swift.abs(exponent) <= 64 {
                if exponent != 1 { code.append(.integerPower(Int(exponent))) }
            } else {
                code.append(.powerConstant(exponent))
            }
        case (let base?, nil):
            code.remove(at: left)
            code.append(.constantPower(base))
        case (nil, nil):
            code.append(.power)
        }
    }

    private func soleConstant(_ range: Range<Int>) -> Double? {
        guard range.count == 1, case .constant(let value) = code[range.lowerBound] else { return nil }
        return value
    }

    // MARK: properties

    /// The value of a program that is one constant.
    var constant: Double? { soleConstant(0..<code.count) }

    var usesX: Bool { code.contains { if case .x = $0 { true } else { false } } }
    var usesTemperature: Bool { code.contains { if case .temperature = $0 { true } else { false } } }

    /// How many operands lie on the stack at most.
    var stackDepth: Int {
        var depth = 0
        var deepest = 0
        for instruction in code {
            switch instruction {
            case .constant, .x, .temperature:
                depth += 1
                deepest = Swift.max(deepest, depth)
            case .binary, .power: depth -= 1
            default: break
            }
        }
        return deepest
    }
}

/// `operation` of a constant.
private func fold(_ operation: PostfixProgram.Unary, _ a: Double) -> Double {
    switch operation {
    case .negate: -a
    case .exp: exp(a)
    case .tanh: tanh(a)
    case .cosh: cosh(a)
    case .sinh: sinh(a)
    case .log: log(a)
    case .log10: log10(a)
    case .sqrt: a.squareRoot()
    case .abs: a.magnitude
    case .sin: sin(a)
    case .cos: cos(a)
    case .atan: atan(a)
    }
}

/// `operation` of two constants.
private func fold(_ operation: PostfixProgram.Binary, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .minimum: b < a ? b : a
    case .maximum: b > a ? b : a
    }
}
