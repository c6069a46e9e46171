#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is read: small files whole, and whether a file can be read more than once.
public enum InputFile {
    /// Whether what stands under this name can be read only once: standard input (`-`), a pipe, a device.
    public static func isStream(_ path: String) -> Bool {
        if path == "-" { return true }
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    }

    /// Whether there is a file of this name.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// The bytes of a file as text, invalid UTF-8 repaired; nil where there is no such file. Throws `OutputError` where it is
    /// there and cannot be read.
    public static func text(path: String) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw OutputError(path: path, problem: "cannot be read", remedy: "check its permissions")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let chunk = 1 << 16
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: chunk) { buffer, filled in
                count = read(descriptor, buffer.baseAddress!, chunk)
                filled = max(count, 0)
            }
            guard count >= 0 else {
                throw OutputError(path: path, problem: "cannot be read", remedy: "name a file")
            }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        }
    }
}
