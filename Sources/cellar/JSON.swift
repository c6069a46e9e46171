import Cells

/// A JSON document to be printed.
enum JSON {
    case null
    case boolean(Bool)
    case whole(Int)
    /// Printed as null where it is not finite.
    case number(Double)
    case text(String)
    case list([JSON])
    /// Keys in the order given.
    case object([(key: String, value: JSON)])

    /// A number, or null.
    static func optional(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }

    /// A list of texts.
    static func texts(_ values: [String]) -> JSON { .list(values.map(JSON.text)) }

    /// The document with two blanks per level; objects inside lists stay on one line each.
    var document: String {
        var out = ""
        write(into: &out, level: 0, inline: false)
        return out
    }

    private func write(into out: inout String, level: Int, inline: Bool) {
        switch self {
        case .null: out += "null"
        case .boolean(let value): out += value ? "true" : "false"
        case .whole(let value): out += "\(value)"
        case .number(let value): out += Self.text(value)
        case .text(let value): JSONText.quote(value, into: &out)
        case .list(let items):
            Self.write(items.map { (nil, $0) }, "[", "]", into: &out, level: level, inline: inline, itemsInline: true)
        case .object(let entries):
            Self.write(
                entries.map { ($0.key, $0.value) }, "{", "}", into: &out, level: level, inline: inline,
                itemsInline: false)
        }
    }

    private static func write(
        _ items: [(key: String?, value: JSON)], _ open: String, _ close: String, into out: inout String, level: Int,
        inline: Bool, itemsInline: Bool
    ) {
        out += open
        let isShort = inline || items.isEmpty
        for (index, item) in items.enumerated() {
            if index > 0 { out += isShort ? ", " : "," }
            if !isShort { newLine(level + 1, into: &out) }
            if let key = item.key {
                JSONText.quote(key, into: &out)
                out += ": "
            }
            item.value.write(into: &out, level: level + 1, inline: inline || itemsInline)
        }
        if !isShort { newLine(level, into: &out) }
        out += close
    }

    private static func newLine(_ level: Int, into out: inout String) {
        out += "\n" + String(repeating: "  ", count: level)
    }

    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), value.magnitude < 1e15 { return "\(Int(value))" }
        return value.description
    }
}
