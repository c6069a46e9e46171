/// A value that a factor takes.
public enum SweepValue: Sendable, Equatable {
    /// A number.
    case number(Double)
    /// A name or a path.
    case text(String)

    /// As it stands in a table: a number in its shortest form that reads back the same.
    public var text: String {
        switch self {
        case .text(let text): return text
        case .number(let number):
            if number == number.rounded(), number.magnitude < 1e15 { return "\(Int(number))" }
            return number.description
        }
    }

    /// The number, where it is one.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }
}

/// One thing that a sweep varies.
///
/// Written `PATH=LO:HI`, `PATH=LO:HI:log` (even in the logarithm), `PATH=LO:HI:whole` (whole numbers) or `PATH=a,b,c`. With `*`
/// before the range (`PATH=*0.8:1.25:log`) the value in the cell file is multiplied. Several paths joined by `;` move
/// together, and `NAME := PATH=…` gives the column another name than the path.
public struct SweepFactor: Sendable {
    /// What a factor runs over.
    public enum Levels: Sendable, Equatable {
        /// All between two ends, evenly or evenly in the logarithm.
        case range(low: Double, high: Double, isLogarithmic: Bool, isWhole: Bool)
        /// These and no others.
        case list([SweepValue])
    }

    /// The column in `runs.csv`.
    public let name: String
    /// What is set: paths of the cell file or the ageing set, a variable of the protocol, or `temperature`, `soc`, `ageing`,
    /// `protocol`.
    public let paths: [String]
    /// Whether what is there is multiplied.
    public let multiplies: Bool
    /// What it runs over.
    public let levels: Levels

    /// Reads a factor as it is written. Throws `SweepError`.
    public init(_ text: String) throws {
        let example = "\"Negative electrode > Thickness [m]=8e-5:9e-5\", \"rate=0.5:2\" or \"ageing=A,B\" is right"
        func wrong(_ problem: String, _ remedy: String? = nil) -> SweepError {
            SweepError(.usage, "--vary '\(text)': \(problem); \(remedy ?? example)")
        }
        let (name, paths, value) = try Self.parts(text, option: "--vary", example: example)
        self.name = name
        self.paths = paths
        let multiplies = value.hasPrefix("*")
        self.multiplies = multiplies
        let range = trimmed(value.drop { $0 == "*" })
        let pieces = range.split(separator: ":", omittingEmptySubsequences: false).map(trimmed)
        guard pieces.count >= 2, Double(pieces[0]) != nil else {
            let items = range.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            guard !items.contains("") else { throw wrong("an empty value") }
            levels = .list(
                try items.map { item in
                    guard let number = Double(item) else {
                        if multiplies { throw wrong("'\(item)' is no number, and * multiplies") }
                        return .text(item)
                    }
                    guard number.isFinite else { throw wrong("'\(item)' is not finite") }
                    return .number(number)
                })
            return
        }
        guard let low = Double(pieces[0]), let high = Double(pieces[1]), low.isFinite, high.isFinite else {
            throw wrong("bounds that are no numbers")
        }
        let words = pieces.dropFirst(2)
        for word in words where word != "log" && word != "whole" {
            throw wrong("'\(word)' is not known behind a range", "'log' and 'whole' are")
        }
        guard low <= high else { throw wrong("the bounds are reversed", "\(pieces[1]):\(pieces[0]) is right") }
        guard low < high else { throw wrong("both bounds are \(pieces[0])", "a range has a lower and an upper one") }
        let isLogarithmic = words.contains("log")
        guard !isLogarithmic || low > 0 else { throw wrong("a logarithm of \(pieces[0])", "bounds above 0 are right") }
        levels = .range(low: low, high: high, isLogarithmic: isLogarithmic, isWhole: words.contains("whole"))
    }

    /// `NAME := PATH; PATH=VALUE` in its parts.
    static func parts(
        _ text: String, option: String, example: String
    ) throws -> (name: String, paths: [String], value: String) {
        var name: String?
        var rest = text[...]
        if let mark = text.firstRange(of: ":=") {
            name = trimmed(text[..<mark.lowerBound])
            rest = text[mark.upperBound...]
        }
        guard let mark = rest.firstIndex(of: "="), mark != rest.startIndex else {
            throw SweepError(.usage, "\(option) '\(text)': no PATH=…; \(example)")
        }
        let paths = rest[..<mark].split(separator: ";").map(trimmed).filter { !$0.isEmpty }
        guard !paths.isEmpty else { throw SweepError(.usage, "\(option) '\(text)': no path; \(example)") }
        return (name ?? paths.joined(separator: "; "), paths, trimmed(rest[rest.index(after: mark)...]))
    }

    /// Levels of a list; nil for a range.
    var levelCount: Int? { if case .list(let values) = levels { values.count } else { nil } }

    /// The value at a coordinate in [0, 1]; numbers of a range have nine significant digits.
    public func value(at coordinate: Double) -> SweepValue {
        switch levels {
        case .list(let values): return values[min(Int(coordinate * Double(values.count)), values.count - 1)]
        case .range(let low, let high, let isLogarithmic, let isWhole):
            if isWhole {
                // As often as each other.
                let count = high.rounded(.down) - low.rounded(.up) + 1
                return .number(low.rounded(.up) + min((coordinate * count).rounded(.down), max(count - 1, 0)))
            }
            guard isLogarithmic else { return .number(nineDigits(low + coordinate * (high - low))) }
            let from = naturalLogarithm(low), to = naturalLogarithm(high)
            return .number(min(max(nineDigits(exponential(from + coordinate * (to - from))), low), high))
        }
    }
}

/// A property in which cells of one kind differ: `PATH=SD`, with the relative standard deviation.
///
/// The value in the file is multiplied by 1 + SD z, z normally distributed and cut at three standard deviations.
public struct SweepSpread: Sendable {
    /// The column in `runs.csv`.
    public let name: String
    /// Paths of the cell file or the ageing set.
    public let paths: [String]
    /// Relative.
    public let deviation: Double

    /// Reads a spread as it is written. Throws `SweepError`.
    public init(_ text: String) throws {
        let example = "\"Negative electrode > Thickness [m]=0.01\" is right, 1 % of the value"
        let (name, paths, value) = try SweepFactor.parts(text, option: "--spread", example: example)
        guard let deviation = Double(value), deviation > 0, deviation <= 0.3 else {
            throw SweepError(
                .usage, "--spread '\(text)': a relative standard deviation is above 0 and at most 0.3; \(example)")
        }
        (self.name, self.paths, self.deviation) = (name, paths, deviation)
    }
}

/// Without blanks at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}

/// The nearest number with nine significant decimal digits.
func nineDigits(_ x: Double) -> Double {
    guard x != 0, x.isFinite else { return x }
    let exponent = decimalExponent(x)
    let mantissa = (x * powerOfTen(8 - exponent)).rounded()
    guard mantissa.isFinite, mantissa.magnitude < 1e12 else { return x }
    return Double("\(Int(mantissa))e\(exponent - 8)") ?? x
}
