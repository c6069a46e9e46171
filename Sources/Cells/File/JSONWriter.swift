/// Writes a `FileValue` as JSON: four spaces per level, lists of numbers on few lines, shortest exact numbers.
struct JSONWriter {
    private static let lineLength = 120
    private var text = ""

    static func write(_ value: FileValue) -> String {
        var writer = JSONWriter()
        writer.append(value, level: 0)
        writer.text += "\n"
        return writer.text
    }

    /// The shortest decimal that reads back as the same double; whole numbers without a point.
    static func shortest(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e15 { return String(Int64(number)) }
        return number.description
    }

    private mutating func append(_ value: FileValue, level: Int) {
        switch value.content {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .number(let value): text += Self.shortest(value)
        case .text(let value): append(value)
        case .numbers(let values): append(values, level: level)
        case .list(let values): append(values, level: level)
        case .object(let object): append(object, level: level)
        }
    }

    private mutating func append(_ object: FileObject, level: Int) {
        guard !object.entries.isEmpty else { return text += "{}" }
        text += "{"
        for (index, entry) in object.entries.enumerated() {
            newLine(level + 1)
            append(entry.key)
            text += ": "
            append(entry.value, level: level + 1)
            if index < object.entries.count - 1 { text += "," }
        }
        newLine(level)
        text += "}"
    }

    private mutating func append(_ values: [FileValue], level: Int) {
        guard !values.isEmpty else { return text += "[]" }
        text += "["
        for (index, value) in values.enumerated() {
            newLine(level + 1)
            append(value, level: level + 1)
            if index < values.count - 1 { text += "," }
        }
        newLine(level)
        text += "]"
    }

    private mutating func append(_ numbers: [Double], level: Int) {
        text += "["
        let room = Self.lineLength - 4 * (level + 1)
        var used = Int.max
        if numbers.count <= 8 { used = 0 }
        for (index, number) in numbers.enumerated() {
            let item = Self.shortest(number) + (index < numbers.count - 1 ? "," : "")
            if used > room - item.utf8.count {
                newLine(level + 1)
                used = 0
            } else if used > 0 {
                text += " "
            }
            text += item
            used += item.utf8.count + 1
        }
        if numbers.count > 8 { newLine(level) }
        text += "]"
    }

    private mutating func newLine(_ level: Int) { text += "\n" + String(repeating: "    ", count: level) }

    private mutating func append(_ string: String) { JSONText.quote(string, into: &text) }
}
