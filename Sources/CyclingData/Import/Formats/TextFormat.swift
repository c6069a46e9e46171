/// A brand's text export. One file a brand beside this one; `TextFormats.all` lists them.
///
/// Layout (encoding, separator, heading, preamble) is found without knowing the brand; a format says what tells its files
/// and what its headings mean beyond the common names.
protocol TextFormat: Sendable {
    /// As `--format` takes it, e.g. `arbin-csv`.
    static var name: String { get }
    /// For people.
    static var title: String { get }
    /// Whether a file that begins so is one of these.
    static func recognises(_ head: TextHead) -> Bool
    /// The meaning of a heading where it is the brand's own; nil leaves it to the common names.
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning?
    /// Whether the brand writes a discharge's current as positive; measured evidence overrides it.
    static var isPositiveOnDischarge: Bool { get }
}

extension TextFormat {
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? { nil }
    static var isPositiveOnDischarge: Bool { false }
}

/// What tells a text format: the lines before the heading, and the heading.
struct TextHead: Sendable {
    /// Before the heading.
    var preamble: [String]
    /// The columns'.
    var headings: [Heading]
    /// Between cells.
    var separator: UInt8

    /// Whether a line of the preamble contains the text, upper and lower case alike.
    func says(_ text: String) -> Bool {
        let text = text.lowercased()
        return preamble.contains { $0.lowercased().contains(text) }
    }

    /// Whether there are headings of all these names (see `Heading.name`).
    func has(_ names: String...) -> Bool {
        names.allSatisfy { name in headings.contains { $0.name == name } }
    }

    /// Whether there is a heading that reads exactly so.
    func has(text: String) -> Bool { headings.contains { $0.text == text } }
}

/// The text formats, in the order in which they are tried.
enum TextFormats {
    static let all: [any TextFormat.Type] = [
        BioLogicText.self, BaSyTecText.self, PECText.self, NovonixText.self, NASAImpedanceText.self, NASAText.self,
        LandtText.self, NewareText.self, MaccorText.self, DigatronText.self, BatteryArchiveText.self, BEEPText.self,
        ArbinText.self, PyBaMMText.self, PyProBEText.self, BDFText.self, CSVText.self,
    ]

    /// The one that `--format` names.
    static func named(_ name: String) -> (any TextFormat.Type)? {
        let name = name.lowercased()
        return all.first { $0.name == name }
    }
}

/// Any table whose headings are known names, or are told with `--map`.
enum CSVText: TextFormat {
    static let name = "csv"
    static let title = "other tables"
    static func recognises(_ head: TextHead) -> Bool { true }
}
