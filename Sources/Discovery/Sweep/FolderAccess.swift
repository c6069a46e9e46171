internal import CyclingData

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Folders and what is in them.
enum FolderAccess {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Bytes of a file; nil where there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Makes a folder, where there is none. Throws `OutputError`.
    static func make(_ path: String) throws {
        guard mkdir(path, 0o777) != 0, !(errno == EEXIST && isFolder(path)) else { return }
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        throw OutputError(
            path: path, problem: "this folder cannot be made (\(reason))", remedy: "name one that can be written")
    }

    /// Names in a folder; empty where there is none.
    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file, or a folder with all that is in it; silent where there is none.
    static func remove(_ path: String) {
        if isFolder(path) {
            for name in names(path) { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Waits until what was written is on the disk.
    static func synchronize() { sync() }

    /// Sleeps for so many seconds.
    static func pause(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

    /// Where a file lies, links followed.
    static func absolute(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// A file's text; nil where there is none. Throws `OutputError`.
    static func text(_ path: String) throws -> String? { try InputFile.text(path: path) }

    /// Writes a file that gets its name when it is complete. Throws `OutputError`.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try OutputFile.save(String(decoding: bytes, as: UTF8.self), to: path)
    }
}
