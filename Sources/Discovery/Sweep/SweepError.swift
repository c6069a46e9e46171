/// Why a sweep cannot start or go on.
public struct SweepError: Error, CustomStringConvertible, Sendable {
    /// Whose fault it is; decides the exit code.
    public enum Kind: Sendable {
        /// The command line asks for what cannot be.
        case usage
        /// A file or a folder holds something else.
        case data
        /// A file that is not there.
        case notFound
        /// Runs failed, or Slurm did.
        case computation
    }

    /// Whose fault it is.
    public var kind: Kind
    /// `PLACE: what is wrong; what would be right`.
    public var description: String

    /// Memberwise.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
