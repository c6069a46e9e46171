/// A zip archive with one file of another format inside, as cyclers' exports are often passed on.
public enum ZippedFile: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "zip"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool { ZipArchive.recognises(head) }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        let archive = try ZipArchive(bytes, path: path)
        // Folders, and what macOS adds.
        let files = archive.entries.filter { !$0.name.hasSuffix("/") && !$0.name.hasPrefix("__MACOSX/") }
        guard files.count == 1, let file = files.first else {
            throw ImportError(
                path: path, problem: "the archive has \(files.count) files", remedy: "unpack it, and name one of them")
        }
        let content = try archive.read(file)
        let inner = "\(path): \(file.name)"
        let head = Array(content.prefix(1 << 16))
        guard !ZipArchive.recognises(head) || XLSX.recognises(head) || NewareNDAX.recognises(head) else {
            throw ImportError(path: inner, problem: "is an archive in an archive", remedy: "unpack it")
        }
        guard let format = Containers.formats.first(where: { $0 != ZippedFile.self && $0.recognises(head) }) else {
            return try TableText.read(content, path: inner)
        }
        return try format.read(content, path: inner)
    }
}
