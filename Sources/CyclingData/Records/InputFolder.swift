#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Folders of files that are one cell.
public enum InputFolder {
    /// Whether there is a folder of this name.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The files in a folder, hidden ones and folders in it left out, in the order of their names; nil where this is no
    /// folder.
    public static func files(in path: String) throws -> [String]? {
        guard isFolder(path) else { return nil }
        guard let folder = opendir(path) else {
            throw ImportError(path: path, problem: "this folder cannot be read", remedy: "check its permissions")
        }
        defer { closedir(folder) }
        var files: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasPrefix(".") || name.lowercased().hasPrefix("readme") { continue }
            let file = path.hasSuffix("/") ? path + name : path + "/" + name
            if !isFolder(file) { files.append(file) }
        }
        return files.sorted { NaturalOrder.isBefore($0, $1) }
    }
}
