/// A column's heading, taken apart.
struct Heading: Sendable, Equatable {
    /// As it stands in the file, without blanks around.
    var text: String
    /// Letters and digits of what comes before the unit, in lower case: `testtime` of `Test_Time (s)`.
    var name: String
    /// The unit; nil where none is told, or an unknown one (see `hasUnknownUnit`).
    var unit: Unit?
    /// Whether something stands where a unit would, and is none: `mAh/g`.
    var hasUnknownUnit = false
    /// The text of the unit.
    var unitText = ""

    init(_ raw: some StringProtocol) {
        var text = String(raw)
        while let first = text.unicodeScalars.first,
            first.properties.isWhitespace || first == "\u{FEFF}" || first == "~"
        {
            text.unicodeScalars.removeFirst()
        }
        while let last = text.unicodeScalars.last, last.properties.isWhitespace { text.unicodeScalars.removeLast() }
        self.text = text
        name = Self.normal(text)
        if let mark = text.lastIndex(of: "/"), split(text, before: mark, unit: text[text.index(after: mark)...]) {
            return
        }
        for (open, close) in [("(", ")"), ("[", "]"), ("（", "）")] as [(Character, Character)] {
            guard text.last == close, let mark = text.lastIndex(of: open) else { continue }
            let inner = text[text.index(after: mark)...].dropLast()
            if split(text, before: mark, unit: inner) { return }
            if inner.contains(":") || inner.contains("Hours in") {
                name = Self.normal(text[..<mark])
                return
            }
            // `Phase(Z)`, `Re(Z)` are names; `(mAh/g)`, `(%)` are units.
            hasUnknownUnit = inner.contains("/") || inner.contains("%")
            if !hasUnknownUnit, !inner.isEmpty, inner.count > 3 || mark > text.startIndex, inner.count > 2 {
                unitText = String(inner)
            }
            return
        }
        if let mark = text.lastIndex(of: "_"), mark > text.startIndex {
            let last = text[text.index(after: mark)...]
            if last != "1", split(text, before: mark, unit: last) { return }
        }
        // `Current mA`.
        if let mark = text.lastIndex(of: " "), let unit = Unit(text[text.index(after: mark)...]),
            unit.quantity != .number,
            text[text.index(after: mark)...].count > 1
        {
            _ = split(text, before: mark, unit: text[text.index(after: mark)...])
        }
    }

    private mutating func split(
        _ text: String, before mark: String.Index, unit unitText: some StringProtocol
    ) -> Bool {
        guard let unit = Unit(unitText) else { return false }
        name = Self.normal(text[..<mark])
        guard !name.isEmpty else {
            name = Self.normal(text)
            return false
        }
        self.unit = unit
        self.unitText = String(unitText).trimmed
        return true
    }

    /// Letters and digits, in lower case.
    static func normal(_ text: some StringProtocol) -> String {
        String(text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
    }
}

extension StringProtocol {
    /// Without blanks around.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

/// What a column of a text file is for.
struct ColumnMeaning: Sendable, Equatable {
    /// A BDF column; nil for one that is kept under its own heading.
    var column: BDFColumn?
    /// BDF's value = the file's · scale + offset.
    var scale = 1.0
    var offset = 0.0
    /// Whether the heading tells the unit.
    var hasUnit = false
    /// Where two headings claim one column, the lower rank has it.
    var rank = 0

    /// A column under its own heading.
    static let unknown = ColumnMeaning()

    init() {}

    /// The meaning of a heading that stands for a column: its unit is taken, unless it measures something else, which nil
    /// tells. `scale` comes on top, −1 for a sign.
    init?(_ column: BDFColumn, _ heading: Heading, scale: Double = 1, rank: Int = 0) {
        self.column = column
        self.rank = rank
        self.scale = scale
        guard !heading.hasUnknownUnit else { return nil }
        guard var unit = heading.unit else { return }
        if column.quantity == .charge, unit.quantity == .temperature,
            let coulomb = Unit(heading.unitText, asCharge: true)
        {
            unit = coulomb
        }
        guard unit.quantity == column.quantity || column.quantity == .number && unit.quantity == .number else {
            return nil
        }
        self.scale *= unit.scale
        offset = unit.offset * scale
        hasUnit = true
    }
}
