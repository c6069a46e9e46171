#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reading cell files, without Foundation.
enum CellFileReader {
    /// Larger files hold no cell.
    static let largestFile = 64 << 20

    /// The bytes of a file. Throws `BPXError`: `notFound`, or `badData` for folders and files beyond 64 MB.
    static func bytes(ofFile path: String) throws -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw BPXError(kind: .notFound, problem: "no such file", remedy: "check the path")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw BPXError(problem: "this is a folder", remedy: "name a cell file (.json, .yml or .yaml)")
        }
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw BPXError(kind: .notFound, problem: "the file cannot be opened", remedy: "check its permissions")
        }
        defer { close(descriptor) }
        guard status.st_size <= largestFile else { throw tooLarge }
        return try bytes(from: descriptor, expected: Int(status.st_size))
    }

    /// The bytes of standard input. Throws `BPXError`.
    static func standardInput() throws -> [UInt8] { try bytes(from: STDIN_FILENO, expected: 0) }

    private static var tooLarge: BPXError {
        BPXError(problem: "the file is larger than \(largestFile >> 20) MB", remedy: "a cell file is a few kilobytes")
    }

    private static func bytes(from descriptor: Int32, expected: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected + 1)
        // A pipe tells no size: read until the end, within the same limit.
        let chunk = 1 << 16
        while true {
            let wanted = Swift.max(chunk, bytes.capacity - bytes.count)
            var got = 0
            let block = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                got = read(descriptor, buffer.baseAddress!, wanted)
                count = Swift.max(got, 0)
            }
            guard got >= 0 else { throw BPXError(problem: "the file cannot be read", remedy: "check the disk") }
            if got == 0 { return bytes }
            if bytes.isEmpty { bytes = block } else { bytes += block }
            guard bytes.count <= largestFile else { throw tooLarge }
        }
    }

    /// A JSON or YAML file read into a tree, and the file's name without its ending (.yml and .yaml tell YAML).
    ///
    /// - Parameter holding: what an empty file is told; by default what the readers say.
    ///
    /// Throws `BPXError`.
    static func document(ofFile path: String, holding: String? = nil) throws -> (root: FileValue, stem: String) {
        let bytes = try bytes(ofFile: path)
        if let holding, bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
            throw BPXError(problem: "empty file", remedy: holding)
        }
        let fileName = path.split(separator: "/").last.map(String.init) ?? path
        let stem = fileName.lastIndex(of: ".").map { String(fileName[..<$0]) } ?? fileName
        let isYAML = [".yml", ".yaml"].contains { fileName.lowercased().hasSuffix($0) }
        return (try document(bytes, isYAML: isYAML), stem)
    }

    /// The document in `bytes`.
    static func document(_ bytes: [UInt8], isYAML: Bool) throws -> FileValue {
        guard isYAML else { return try JSONParser.parse(bytes) }
        guard bytes.count <= YAMLReader.largestText else {
            throw BPXError(
                problem: "the YAML file is larger than \(YAMLReader.largestText >> 20) MB",
                remedy: "a cell file is a few kilobytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BPXError(problem: "the file is not UTF-8", remedy: "save it as UTF-8")
        }
        return try YAMLReader.parse(text)
    }

    /// Whether a file or folder lies at `path`.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a folder lies at `path`.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path of the only cell file in a folder, such as `cellar evaluate --out` leaves one beside other documents. Throws
    /// `BPXError` where there is none or more than one.
    static func cell(inFolder folder: String) throws -> String {
        let stem = folder.hasSuffix("/") ? folder : folder + "/"
        // Folders of thousands of documents hold something else.
        let names = names(inFolder: folder).filter { $0.lowercased().hasSuffix(".json") }.prefix(100)
        let found = names.filter { (try? document(ofFile: stem + $0).root)?["Header"]?["BPX"] != nil }
        guard let only = found.first else {
            throw BPXError(problem: "a folder without a cell file (.json)", remedy: "name a BPX file")
        }
        guard found.count == 1 else {
            let shown = found.prefix(5).map { "'\(oneLine(stem + $0))'" }.joined(separator: ", ")
            throw BPXError(
                problem: "a folder with \(found.count) cell files",
                remedy: "name one of them: \(shown)\(found.count > 5 ? ", …" : "")")
        }
        return stem + only
    }

    /// Names in a folder, sorted; empty where there is no such folder.
    static func names(inFolder path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let length = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: length) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where the running program lies, links resolved.
    static func executablePath() -> String? {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The folder that holds `path`.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
