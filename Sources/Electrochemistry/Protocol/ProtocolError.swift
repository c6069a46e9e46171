/// Why a protocol cannot be used: a step, a protocol file or a logged profile.
///
/// Printing it gives one line: `PLACE: what is wrong; what would be right`.
public struct ProtocolError: Error, Equatable, CustomStringConvertible, Sendable {
    /// Why the protocol cannot be used; decides the command's exit code.
    public enum Kind: Sendable {
        /// A step that cannot be understood (exit code 64, or 65 inside a file).
        case step
        /// A file that is there but holds no usable protocol or profile (exit code 65).
        case badData
        /// A file that is not there (exit code 66).
        case notFound
    }

    /// Why the protocol cannot be used.
    public var kind: Kind
    /// Where: the step in quotes, or a file with the line; may be empty.
    public var place: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(_ kind: Kind, place: String, problem: String, remedy: String) {
        self.kind = kind
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// `PLACE: what is wrong; what would be right`, without line breaks.
    public var description: String {
        let text = remedy.isEmpty ? problem : "\(problem); \(remedy)"
        return place.isEmpty ? text : "\(place): \(text)"
    }

    /// The same mistake seen from a file: it becomes bad data, with the file's place in front.
    func inside(file: String, line: Int?) -> ProtocolError {
        var error = self
        if error.kind == .step { error.kind = .badData }
        let outer = line.map { "\(printable(file)): line \($0)" } ?? printable(file)
        error.place = place.isEmpty ? outer : "\(outer): \(place)"
        return error
    }
}

/// Text of the user's as it may stand in an error line: in quotes, control characters replaced, shortened.
func quoted(_ text: some StringProtocol, limit: Int = 80) -> String { "'\(printable(text, limit: limit))'" }

/// Text of the user's without control characters, shortened.
func printable(_ text: some StringProtocol, limit: Int = 300) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
    }
    return result + (text.unicodeScalars.count > limit ? "…" : "")
}
