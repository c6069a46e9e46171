import Cells

/// Files read whole.
enum TextFile {
    /// The bytes of a file of at most 64 MB. Throws `MaterialError`.
    static func bytes(_ path: String) throws -> [UInt8] {
        do {
            return try PackageFile.bytes(path: path)
        } catch let error as BPXError {
            throw MaterialError(
                error.kind == .notFound ? .notFound : .table, place: path, problem: error.problem, remedy: error.remedy)
        }
    }
}
