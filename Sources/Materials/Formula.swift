/// A chemical formula as people write it, and what it holds.
public struct Formula: Hashable, Sendable {
    /// As written by the user, blanks at both ends removed.
    public let text: String
    /// The formula that was read: `text` itself, or what a name such as `NMC811` stands for.
    public let resolved: String
    /// Its elements and amounts.
    public let composition: Composition
    /// Net charge of the formula unit, in elementary charges; 0 unless one is written (`PF6-`, `[Fe(CN)6]^4-`).
    public let charge: Int

    /// Reads a formula or a material's name.
    ///
    /// Understood are decimal numbers and fractions (`Ni1/3`), nested brackets of three kinds, hydrates and mixtures
    /// (`CuSO4·5H2O`, `0.3Li2MnO3·0.7LiMnO2`), dopants after a colon (`LiCoO2:0.02Al`), vacancies (`□`, `Va`),
    /// amounts with
    /// variables that are given after the formula (`Li2-xMnO3 x=0.5`), charges (`PO4^3-`, `Fe2+`), subscript and
    /// superscript
    /// digits, and the names that ``MaterialNames`` lists.
    ///
    /// Throws ``MaterialError`` of kind `formula`: for unknown elements, with the nearest one; unbalanced brackets;
    /// amounts that are
    /// zero, negative or beyond 10⁶; brackets nested deeper than 32; texts beyond 1000 bytes; noble gases, elements
    /// beyond plutonium;
    /// `CO` where `Co` must be meant.
    public init(_ text: String) throws {
        var trimmed = Substring(text)
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        self.text = String(trimmed)
        guard trimmed.utf8.count <= FormulaParser.longestText else {
            throw MaterialError(
                .formula, place: self.text, problem: "longer than \(FormulaParser.longestText) bytes",
                remedy: "give one formula, such as LiFePO4")
        }
        if let comma = Self.decimalComma(self.text) {
            throw MaterialError(
                .formula, place: self.text, problem: "a decimal comma at '\(comma)'",
                remedy: "write a point, such as 0.5")
        }
        let named = try MaterialNames.formula(of: self.text)
        resolved = named ?? self.text
        var parser = FormulaParser(resolved)
        do {
            (composition, charge) = try parser.parse()
        } catch var error as MaterialError {
            error.place = self.text.isEmpty ? "''" : self.text
            throw error
        }
    }

    /// The first comma between two digits, with them; nil where there is none.
    private static func decimalComma(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        func isDigit(_ place: Int) -> Bool { bytes.indices.contains(place) && (0x30...0x39).contains(bytes[place]) }
        return bytes.indices.first { bytes[$0] == 0x2C && isDigit($0 - 1) && isDigit($0 + 1) }.map {
            String(decoding: bytes[$0 - 1...$0 + 1], as: UTF8.self)
        }
    }
}
