/// Binary files and archives that can be read, in the order in which they are tried.
public enum Containers {
    /// One each.
    public static let formats: [any CyclerFormat.Type] = [
        XLSX.self, NewareNDAX.self, NewareNDA.self, BioLogicMPR.self, ArbinRES.self, MATFile.self, ZippedFile.self,
    ]

    /// Bytes beyond which a file that is read whole is refused.
    static let most = 2 << 30

    /// Reads what `source` holds in a format; MATLAB's files, which may be larger than the memory, where they lie. Throws
    /// `ImportError`.
    static func read(_ format: any CyclerFormat.Type, _ source: ByteSource) throws -> CyclerTable {
        if format == MATFile.self, source.isPlainFile { return try MATFile.read(file: source.path) }
        return try format.read(try source.rest(most: most), path: source.path)
    }
}
