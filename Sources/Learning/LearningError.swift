/// Why a model cannot be trained, read or applied: `PROBLEM; REMEDY`.
public struct LearningError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of failure.
    public enum Kind: Sendable, Equatable {
        /// Too little data, or data that do not fit the model.
        case data
        /// A model file that is damaged, of another version, or no model file.
        case file
        /// A computation that did not succeed.
        case computation
    }

    /// What kind of failure.
    public var kind: Kind
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Memberwise.
    public init(kind: Kind = .data, problem: String, remedy: String) {
        self.kind = kind
        self.problem = problem
        self.remedy = remedy
    }

    /// One line.
    public var description: String { "\(problem); \(remedy)" }
}
