internal import Cells

/// A JSON value of a Vega specification; written as literals.
///
/// Numbers are rounded to seven significant digits when written: more than a pixel can show.
public indirect enum VegaValue: Sendable, Equatable {
    /// JSON's null.
    case null
    /// True or false.
    case boolean(Bool)
    /// Written as null where it is not finite.
    case number(Double)
    /// A string.
    case text(String)
    /// An array.
    case list([VegaValue])
    /// Keys in the order given.
    case object([Entry])

    /// One key with its value.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public var key: String
        /// Its value.
        public var value: VegaValue
    }

    /// The value of a key, where this is an object that has it.
    public subscript(key: String) -> VegaValue? {
        guard case .object(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The values, where this is a list.
    public var items: [VegaValue] { if case .list(let items) = self { items } else { [] } }

    /// The text, where this is one.
    public var string: String? { if case .text(let text) = self { text } else { nil } }

    /// The object with one more key.
    func with(_ key: String, _ value: VegaValue?) -> VegaValue {
        guard case .object(let entries) = self, let value else { return self }
        return .object(entries + [Entry(key: key, value: value)])
    }

    /// As one line of JSON that may stand in a script element of a page: `<`, `>` and `&` are escaped, and the line
    /// separators that JavaScript once took for line ends.
    public var json: String {
        var out = ""
        write(into: &out)
        return out
    }

    private func write(into out: inout String) {
        switch self {
        case .null: out += "null"
        case .boolean(let value): out += value ? "true" : "false"
        case .number(let value): out += Numbers.plain(value)
        case .text(let value): Self.quote(value, into: &out)
        case .list(let items):
            out += "["
            for (index, item) in items.enumerated() {
                if index > 0 { out += "," }
                item.write(into: &out)
            }
            out += "]"
        case .object(let entries):
            out += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { out += "," }
                Self.quote(entry.key, into: &out)
                out += ":"
                entry.value.write(into: &out)
            }
            out += "}"
        }
    }

    /// Nothing in it can end the element of a page in which it stands.
    private static func quote(_ text: String, into out: inout String) {
        JSONText.quote(text, into: &out) { "<>&\u{2028}\u{2029}".unicodeScalars.contains($0) }
    }
}

extension VegaValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A list.
    public init(arrayLiteral elements: VegaValue...) { self = .list(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (String, VegaValue)...) {
        self = .object(elements.map { Entry(key: $0.0, value: $0.1) })
    }
}
