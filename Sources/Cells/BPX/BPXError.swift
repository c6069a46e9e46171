/// A mistake in a cell file, or a file that cannot be read.
///
/// Printing it gives one line: `PATH (line N): what is wrong; what would be right`.
public struct BPXError: Error, Equatable, CustomStringConvertible {
    /// Why the file cannot be used; decides the command's exit code.
    public enum Kind: Sendable {
        /// Neither a file nor a shipped cell of that name (exit code 66).
        case notFound
        /// The file is there but holds no usable cell (exit code 65).
        case badData
    }

    /// Why the file cannot be used.
    public var kind: Kind
    /// Keys from the top of the file down to the mistake; empty where it concerns the whole file.
    public var path: [String]
    /// Line of the mistake, from 1, where known.
    public var line: Int?
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(kind: Kind = .badData, path: [String] = [], line: Int? = nil, problem: String, remedy: String) {
        self.kind = kind
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy
    }

    /// `PATH (line N): what is wrong; what would be right`, without line breaks.
    public var description: String {
        var place = path.map { oneLine($0, limit: 120) }.joined(separator: " > ")
        if let line { place += place.isEmpty ? "line \(line)" : " (line \(line))" }
        let text = remedy.isEmpty ? problem : "\(problem); \(remedy)"
        return place.isEmpty ? text : "\(place): \(text)"
    }
}

/// Text from a file as it may stand in an error line: control characters replaced, shortened.
func oneLine(_ text: some StringProtocol, limit: Int = 60) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        result.unicodeScalars.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "\u{FFFD}" : scalar)
    }
    return text.unicodeScalars.count > limit ? result + "…" : result
}
