/// A function string or table that cannot be used.
///
/// Printing it gives one line: what is wrong, a semicolon, what would be right.
public enum ExpressionError: Error, Equatable, CustomStringConvertible {
    /// Nothing but blanks.
    case empty
    /// More characters than a function string may have.
    case tooLong(characters: Int, limit: Int)
    /// Parentheses, signs or powers nested more deeply than `limit`.
    case tooDeep(limit: Int)
    /// A name that is neither the variable nor a function; `nearest` is the known name closest to it.
    case unknownName(String, nearest: String?)
    /// A character that no function string contains; `column` counts from 1.
    case unexpectedCharacter(Character, column: Int)
    /// Text that does not continue the expression; `column` counts from 1.
    case unexpected(found: String, expected: String, column: Int)
    /// A function called with the wrong number of arguments.
    case wrongArgumentCount(function: String, expected: Int, found: Int)
    /// A number too large for a double.
    case numberOutOfRange(String)
    /// A table whose `x` and `y` differ in length.
    case unequalLengths(x: Int, y: Int)
    /// A table of fewer than two points.
    case tooFewPoints(Int)
    /// A table whose `x` neither rises nor falls throughout; `index` counts from 0.
    case unsorted(index: Int)
    /// A table entry that is not a finite number; `index` counts from 0.
    case notFinite(column: String, index: Int)

    /// One line: what is wrong; what would be right.
    public var description: String {
        switch self {
        case .empty:
            "empty function string; a number or an expression in x is needed"
        case .tooLong(let characters, let limit):
            "function string of \(characters) characters; at most \(limit) are read"
        case .tooDeep(let limit):
            "function string nested too deeply; at most \(limit) levels are read"
        case .unknownName(let name, let nearest):
            if let nearest {
                "unknown name '\(name)'; did you mean '\(nearest)'?"
            } else {
                "unknown name '\(name)'; known are x, T(x) and \(ExpressionFunction.bpxNames)"
            }
        case .unexpectedCharacter(let character, let column):
            "unexpected character \(printable(character)) at column \(column); "
                + "numbers, x, functions, + - * / ** and parentheses are allowed"
        case .unexpected(let found, let expected, let column):
            "found \(found) at column \(column); expected \(expected)"
        case .wrongArgumentCount(let function, let expected, let found):
            "'\(function)' has \(found) argument\(found == 1 ? "" : "s"); it takes \(expected)"
        case .numberOutOfRange(let text):
            "number \(text.prefix(40)) is too large; the largest double is 1.8e308"
        case .unequalLengths(let x, let y):
            "table with \(x) values of x and \(y) of y; both need the same length"
        case .tooFewPoints(let count):
            "table of \(count) point\(count == 1 ? "" : "s"); at least 2 are needed"
        case .unsorted(let index):
            "table unsorted at x[\(index)]; x has to rise or fall throughout, without repetition"
        case .notFinite(let column, let index):
            "\(column)[\(index)] is not finite; every entry has to be a finite number"
        }
    }
}

/// A character as it may be shown in an error line: control characters by their code.
private func printable(_ character: Character) -> String {
    let scalars = character.unicodeScalars
    if scalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F }) { return "'\(character)'" }
    return scalars.prefix(2).map { "U+" + String($0.value, radix: 16, uppercase: true) }.joined(separator: " ")
}
