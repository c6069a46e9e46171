/// A mistake in a formula, a table or a reaction.
///
/// Printing it gives one line: `PLACE: what is wrong; what would be right`.
public struct MaterialError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong; decides the command's exit code.
    public enum Kind: Sendable {
        /// Text that is no formula, or a formula of something that cannot be (exit code 65).
        case formula
        /// A table that cannot be used (exit code 65).
        case table
        /// A file that is not there (exit code 66).
        case notFound
        /// Options that cannot be (exit code 64).
        case usage
        /// A computation that did not succeed (exit code 70).
        case computation
    }

    /// What went wrong.
    public var kind: Kind
    /// The formula as written, or the file and line; empty where there is none.
    public var place: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(_ kind: Kind, place: String = "", problem: String, remedy: String) {
        self.kind = kind
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// `PLACE: what is wrong; what would be right`, without line breaks.
    public var description: String {
        let text = remedy.isEmpty ? problem : "\(problem); \(remedy)"
        return place.isEmpty ? text : "\(Self.quoted(place, limit: 120)): \(text)"
    }

    /// Text of the user's as it may stand in an error line: control characters replaced, shortened.
    static func quoted(_ text: some StringProtocol, limit: Int = 40) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            result.unicodeScalars.append(
                scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0x2028
                    || scalar.value == 0x2029 ? "\u{FFFD}" : scalar)
            count += 1
        }
        return result
    }
}
