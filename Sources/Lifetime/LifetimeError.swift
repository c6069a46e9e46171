/// Why lifetime data or a lifetime model cannot be used: `PLACE: PROBLEM; REMEDY`.
public struct LifetimeError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of failure.
    public enum Kind: Sendable, Equatable {
        /// Data that are wrong, or too few.
        case data
        /// A file or folder that is not there.
        case notFound
        /// A computation that did not succeed.
        case computation
    }

    /// What kind of failure.
    public var kind: Kind
    /// File, folder or cell.
    public var place: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(kind: Kind = .data, place: String, problem: String, remedy: String) {
        self.kind = kind
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// One line.
    public var description: String { "\(place): \(problem); \(remedy)" }
}
