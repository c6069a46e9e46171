/// A result that cannot be shown.
public struct ReportError: Error, Equatable, CustomStringConvertible, Sendable {
    /// Whose fault it is; decides the exit code.
    public enum Kind: Sendable {
        /// There is no such file.
        case notFound
        /// The file is no result, or one of another version.
        case data
        /// A program that draws is missing, or failed.
        case computation
    }

    /// Whose fault it is.
    public var kind: Kind
    /// File and, in it, key or line.
    public var place: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(_ kind: Kind = .data, place: String, problem: String, remedy: String) {
        (self.kind, self.place, self.problem, self.remedy) = (kind, place, problem, remedy)
    }

    /// `PLACE: what is wrong; what would be right`.
    public var description: String { "\(place): \(problem); \(remedy)" }
}
