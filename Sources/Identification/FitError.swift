/// Why a fit cannot be made.
public struct FitError: Error, Equatable, CustomStringConvertible, Sendable {
    /// Whose fault it is; decides the exit code.
    public enum Kind: Sendable, Equatable {
        /// The options ask for what cannot be.
        case usage
        /// The data, or the cell, do not serve.
        case data
        /// The computation failed.
        case computation
    }
    /// Whose fault it is.
    public var kind: Kind
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(_ kind: Kind, _ problem: String, _ remedy: String) {
        self.kind = kind
        self.problem = problem
        self.remedy = remedy
    }

    /// `what is wrong; what would be right`.
    public var description: String { "\(problem); \(remedy)" }
}
