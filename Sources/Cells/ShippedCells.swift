#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The cells that come with Cellar: the JSON files of its `Cells` folder.
public enum ShippedCells {
    /// The folder, or nil where none is found.
    ///
    /// Looked for in this order: `$CELLAR_HOME/Cells`; `Cells` beside or above the running program; `share/cellar/Cells`
    /// beside the program's folder; `Cells` above this source file.
    public static let folder: String? = findFolder(sourceFile: #filePath)

    /// Names of all shipped cells, sorted.
    public static var names: [String] {
        guard let folder else { return [] }
        return CellFileReader.names(inFolder: folder).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }

    /// A shipped cell by its name. Throws `BPXError`, of kind `notFound` for an unknown name.
    public static func load(_ name: String) throws -> CellFile {
        let names = names
        guard let folder, names.contains(name) else {
            throw BPXError(
                kind: .notFound, problem: "no shipped cell '\(oneLine(name))'",
                remedy: remedy(for: name))
        }
        return try CellFile.load(path: "\(folder)/\(name).json")
    }

    /// What to write instead of an unknown name.
    fileprivate static func remedy(for name: String) -> String {
        let names = names
        if names.isEmpty {
            return "no folder of shipped cells is found either: set CELLAR_HOME to the one that holds Cells"
        }
        if let close = nearest(to: name, among: names) { return "nearest: \(close)" }
        return "shipped cells: \(names.joined(separator: ", "))"
    }

    private static func findFolder(sourceFile: String) -> String? {
        if let home = getenv("CELLAR_HOME") {
            let folder = String(cString: home) + "/Cells"
            if holdsCells(folder) { return folder }
        }
        if let executable = CellFileReader.executablePath() {
            if let folder = above(executable) { return folder }
            let shared = CellFileReader.parent(of: CellFileReader.parent(of: executable)) + "/share/cellar/Cells"
            if holdsCells(shared) { return shared }
        }
        return above(sourceFile)
    }

    private static func above(_ file: String) -> String? {
        var folder = file
        while folder != "/", folder.contains("/") {
            folder = CellFileReader.parent(of: folder)
            let candidate = (folder == "/" ? "" : folder) + "/Cells"
            if holdsCells(candidate) { return candidate }
        }
        return nil
    }

    private static func holdsCells(_ folder: String) -> Bool {
        CellFileReader.names(inFolder: folder).contains { $0.hasSuffix(".json") }
    }
}

extension CellFile {
    /// The shipped cell of that name, or the file at that path, or the only cell file in the folder there.
    ///
    /// A name with a slash or a file ending is a path; `-` is standard input, JSON where it begins with a brace and YAML
    /// otherwise. Throws `BPXError`, of kind `notFound` where there is neither.
    public static func resolve(_ nameOrPath: String) throws -> CellFile {
        if nameOrPath == "-" { return try fromStandardInput() }
        let names = ShippedCells.names
        if names.contains(nameOrPath) { return try ShippedCells.load(nameOrPath) }
        if CellFileReader.isFolder(nameOrPath) { return try load(path: CellFileReader.cell(inFolder: nameOrPath)) }
        if CellFileReader.exists(nameOrPath) { return try load(path: nameOrPath) }
        throw BPXError(
            kind: .notFound, problem: "no such file or shipped cell", remedy: ShippedCells.remedy(for: nameOrPath))
    }
}
