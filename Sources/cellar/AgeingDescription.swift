import Cells

/// An ageing set told in words or JSON.
struct AgeingDescription {
    let ageing: AgeingSet

    /// Three lines of a list: the name, the sentence, what acts.
    var brief: [String] {
        [ageing.name, "  " + ageing.summary, "  acts: " + ageing.mechanisms.joined(separator: ", ")]
    }

    /// Everything about the set.
    var text: String {
        var lines = ["\(ageing.name): \(ageing.summary)", ""]
        lines.append(TextTable.lay([["values", origin], ["acts", ageing.mechanisms.joined(separator: ", ")]]))
        for part in parts {
            lines += ["", part.name]
            lines.append(
                TextTable.lay(
                    part.entries.map { entry in
                        let (name, unit) = Self.split(entry.key)
                        let value = Self.words(entry.value.number ?? 0)
                        return unit.isEmpty ? ["  " + name, value] : ["  " + name, value, unit]
                    }))
        }
        return lines.joined(separator: "\n")
    }

    /// What a cell's description has of the set.
    var entries: [(key: String, value: JSON)] {
        [
            (key: "name", value: .text(ageing.name)),
            (key: "description", value: .text(ageing.summary)),
            (key: "values", value: .text(ageing.origin.rawValue)),
            (key: "mechanisms", value: .texts(ageing.mechanisms)),
        ]
    }

    /// Everything about the set; the parameters as they stand in a file.
    var json: JSON {
        .object(
            entries + [
                (
                    key: "parameters",
                    value: .object(
                        parts.map { part in
                            (key: part.name, value: .object(part.entries.map { (key: $0.key, value: JSON($0.value)) }))
                        })
                )
            ])
    }

    private var origin: String {
        switch ageing.origin {
        case .example: "example"
        case .fitted: "fitted"
        case .untold: "not told whether example or fitted"
        }
    }

    private var parts: [(name: String, entries: [FileObject.Entry])] {
        ageing.fileObject.entries.compactMap { entry in entry.value.object.map { (entry.key, $0.entries) } }
    }

    /// The shortest text of a number, with a power of ten where it is large.
    private static func words(_ value: Double) -> String {
        if value == value.rounded(), value.magnitude < 1e6 { return "\(Int(value))" }
        guard value.magnitude >= 1e6 else { return "\(value)" }
        var mantissa = value
        var power = 0
        while mantissa.magnitude >= 10 {
            mantissa /= 10
            power += 1
        }
        mantissa = (mantissa * 1e12).rounded() / 1e12
        let text = mantissa == mantissa.rounded() ? "\(Int(mantissa))e\(power)" : "\(mantissa)e\(power)"
        return Double(text) == value ? text : "\(value)"
    }

    /// A key without its unit, and the unit.
    private static func split(_ key: String) -> (name: String, unit: String) {
        guard key.hasSuffix("]"), let bracket = key.lastIndex(of: "[") else { return (key, "") }
        return (String(key[..<bracket].dropLast()), String(key[key.index(after: bracket)...].dropLast()))
    }
}
