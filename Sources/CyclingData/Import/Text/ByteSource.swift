#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The bytes of a file or of standard input (`-`), piece by piece, unpacked where they are packed by gzip.
///
/// What was looked at with `peek` is read again by `read`.
final class ByteSource {
    /// The file as the user named it.
    let path: String
    /// Whether this is a file that can be opened once more, and is not packed.
    var isPlainFile: Bool { isRegular && gzip == nil }
    /// Bytes of the file as it lies there, packed or not; nil where that is not known, as of pipes.
    private(set) var size: Int?
    /// Bytes of the file that were read.
    var bytesRead: Int { taken + (packed?.taken ?? 0) }
    private var taken = 0
    private var packed: Packed?
    private let descriptor: Int32
    private var isRegular = false
    private var gzip: GzipReader?
    /// Bytes looked at and not yet read.
    private var held: [UInt8] = []
    private var position = 0

    /// Opens the file. Throws `ImportError`; `isMissing` is set where there is none.
    init(path: String) throws {
        self.path = path
        if path == "-" {
            descriptor = STDIN_FILENO
        } else {
            descriptor = Self.openFile(path)
            guard descriptor >= 0 else {
                let isMissing = errno == ENOENT || errno == ENOTDIR
                throw ImportError(
                    path: path.isEmpty ? "''" : path, problem: isMissing ? "no such file" : "cannot be read",
                    remedy: isMissing ? "check its name" : "check its permissions", isMissing: isMissing)
            }
            var status = stat()
            if fstat(descriptor, &status) == 0 {
                if status.st_mode & S_IFMT == S_IFDIR {
                    close(descriptor)
                    throw ImportError(path: path, problem: "this is a folder", remedy: "name a file")
                }
                isRegular = status.st_mode & S_IFMT == S_IFREG
                if isRegular { size = Int(status.st_size) }
            }
        }
        let magic = try peek(3)
        guard GzipReader.recognises(magic) else { return }
        let packed = Packed(descriptor: descriptor, path: path, held: held)
        self.packed = packed
        held = []
        gzip = try GzipReader(path: path) { try packed.read(into: $0) }
    }

    /// Opens a file; where there is none, that before a `#` and a number, which is a cell's in a file of several (`MATFile`).
    private static func openFile(_ path: String) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor < 0, errno == ENOENT, let mark = path.lastIndex(of: "#"),
            Int(path[path.index(after: mark)...]) != nil
        else { return descriptor }
        return open(String(path[..<mark]), O_RDONLY | O_CLOEXEC)
    }

    /// Bytes that are in memory already: a sheet of a workbook, what a program wrote. `path` is what errors name.
    init(bytes: [UInt8], path: String) {
        self.path = path
        descriptor = -1
        held = bytes
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

    /// The next bytes, up to `count`, which stay to be read. Throws `ImportError`.
    func peek(_ count: Int) throws -> [UInt8] {
        if position > 0 {
            held.removeFirst(position)
            position = 0
        }
        while held.count < count {
            let before = held.count
            var failure: (any Error)?
            held += [UInt8](unsafeUninitializedCapacity: count - before) { buffer, filled in
                do { filled = try next(UnsafeMutableRawBufferPointer(buffer)) } catch { failure = error }
            }
            if let failure { throw failure }
            if held.count == before { break }
        }
        return Array(held.prefix(count))
    }

    /// Fills the buffer's beginning; returns how many bytes, 0 at the end. Throws `ImportError`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard position == held.count else {
            let count = min(buffer.count, held.count - position)
            held.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[position..<position + count])) }
            position += count
            if position == held.count {
                held = []
                position = 0
            }
            return count
        }
        return try next(buffer)
    }

    /// All that is left, for formats that are read whole. Throws `ImportError` beyond `most` bytes.
    func rest(most: Int) throws -> [UInt8] {
        var bytes = try peek(held.count - position)
        (held, position) = ([], 0)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = try next(chunk)
            if count == 0 { return bytes }
            guard bytes.count + count <= most else {
                throw ImportError(
                    path: path, problem: "larger than \(most >> 20) MiB, which is read whole in this format",
                    remedy: "export it as text")
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
    }

    private func next(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let gzip { return try gzip.read(into: buffer) }
        if descriptor < 0 { return 0 }
        let count = try Self.read(descriptor, path, into: buffer)
        taken += count
        return count
    }

    private static func read(
        _ descriptor: Int32, _ path: String, into buffer: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        while true {
            let count = systemRead(descriptor, base, buffer.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            throw ImportError(path: path, problem: "cannot be read", remedy: "name a file that can")
        }
    }

    private static func systemRead(_ descriptor: Int32, _ base: UnsafeMutableRawPointer, _ count: Int) -> Int {
        #if canImport(Darwin)
            Darwin.read(descriptor, base, count)
        #elseif canImport(Glibc)
            Glibc.read(descriptor, base, count)
        #else
            Musl.read(descriptor, base, count)
        #endif
    }

    /// A packed file's bytes, those first that were looked at.
    private final class Packed {
        let descriptor: Int32
        let path: String
        var held: [UInt8]
        /// Bytes read beyond those.
        var taken = 0

        init(descriptor: Int32, path: String, held: [UInt8]) {
            self.descriptor = descriptor
            self.path = path
            self.held = held
        }

        func read(into room: UnsafeMutableRawBufferPointer) throws -> Int {
            guard held.isEmpty else {
                let count = min(room.count, held.count)
                held.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[..<count])) }
                held.removeFirst(count)
                return count
            }
            let count = try ByteSource.read(descriptor, path, into: room)
            taken += count
            return count
        }
    }
}
