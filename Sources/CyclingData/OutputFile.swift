#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An output that cannot be written.
public struct OutputError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The file, as named by the user.
    public var path: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String
    /// Whether this was a pipe whose reader has gone.
    public var isClosedPipe = false

    /// Memberwise.
    public init(path: String, problem: String, remedy: String) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    /// `FILE: what is wrong; what would be right`.
    public var description: String { "\(path): \(problem); \(remedy)" }
}

/// A file in the making: it gets its name when it is complete.
///
/// Bytes go through a buffer to `FILE.partial` beside the target; `finish` renames it, `abandon` leaves what is there
/// readable under the partial name. A lock on it keeps a second process, or a second output of this one, from writing the
/// same file; it ends with its process, however that ends. The path `-` is standard output. A target that is no regular
/// file (`/dev/null`, a pipe) is written directly and not locked.
public final class OutputFile {
    private static let bufferSize = 1 << 16

    /// The target as named by the user.
    public let path: String
    /// Where bytes go until `finish`; nil where they go to the target directly.
    public let partialPath: String?
    private let target: String
    private var descriptor: Int32
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = OutputFile.bufferSize + 4096
    private var count = 0

    /// Bytes so far, those in the buffer included.
    public private(set) var length = 0

    /// Opens the output. Throws `OutputError`.
    ///
    /// `continuingAt`: the length at which a file that an earlier process left, partial or complete, is cut and goes on.
    public init(path: String, continuingAt start: Int? = nil) throws {
        self.path = path
        var status = stat()
        let exists = path != "-" && stat(path, &status) == 0
        let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw OutputError(path: path, problem: "this is a folder", remedy: "name a file")
        }
        if path.isEmpty { throw OutputError(path: "''", problem: "an empty file name", remedy: "name a file, or - ") }
        // A link keeps its place: what it points to is written, whether it is there yet or not.
        target = isRegular ? Self.resolved(path) : path
        if path == "-" {
            partialPath = nil
            descriptor = STDOUT_FILENO
        } else {
            partialPath = isRegular ? target + ".partial" : nil
            if exists, isRegular, access(target, W_OK) != 0 { throw Self.failure(path) }
            if let start, let partialPath {
                guard exists || access(partialPath, F_OK) == 0 else {
                    throw OutputError(
                        path: path, problem: "no longer there, and the run would go on with it",
                        remedy: "remove the checkpoint to begin anew")
                }
                if access(partialPath, F_OK) != 0, exists, rename(target, partialPath) != 0 { throw Self.failure(path) }
                descriptor = try Self.locked(partialPath, O_WRONLY, path)
                guard lseek(descriptor, 0, SEEK_END) >= off_t(start) else {
                    close(descriptor)
                    throw OutputError(
                        path: path, problem: "shorter than the checkpoint says",
                        remedy: "remove the checkpoint to begin anew")
                }
                try Self.cut(descriptor, to: start, path)
                length = start
            } else if let partialPath {
                descriptor = try Self.locked(partialPath, O_WRONLY | O_CREAT, path)
                try Self.cut(descriptor, to: 0, path)
            } else {
                descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
                guard descriptor >= 0 else { throw Self.failure(path) }
            }
        }
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
        buffer.deallocate()
    }

    /// Room for `most` bytes: `fill` writes there and returns how many.
    @inline(__always)
    func append(most: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
        if count + most > capacity { grow(by: most) }
        let added = fill(buffer + count)
        count += added
        length += added
    }

    /// Appends one byte.
    @inline(__always)
    func append(_ byte: UInt8) {
        if count + 1 > capacity { grow(by: 1) }
        buffer[count] = byte
        count += 1
        length += 1
    }

    /// Appends text.
    public func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            if count + bytes.count > capacity { grow(by: bytes.count) }
            (buffer + count).update(from: bytes.baseAddress ?? UnsafePointer(buffer), count: bytes.count)
            count += bytes.count
            length += bytes.count
        }
    }

    /// The end of a row: writes where much has come together, so that the file always ends on a whole row.
    ///
    /// Throws `OutputError`.
    public func endRow() throws { if count >= Self.bufferSize { try flush() } }

    /// Writes what is buffered. Throws `OutputError`, a full disk for instance.
    public func flush() throws {
        var done = 0
        while done < count {
            let written = write(descriptor, buffer + done, count - done)
            if written < 0 {
                if errno == EINTR { continue }
                let error = Self.failure(path)
                // What did not go out is lost; a second attempt must not write it twice.
                count = 0
                throw error
            }
            done += written
        }
        count = 0
    }

    /// Writes what is buffered and waits until the file is on the disk. Throws `OutputError`.
    ///
    /// Nothing to wait for where the target is written directly.
    public func synchronize() throws {
        try flush()
        guard partialPath != nil, descriptor > STDERR_FILENO else { return }
        while fsync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            // A file system that cannot tell.
            case EINVAL, ENOTSUP: return
            default: throw Self.failure(path)
            }
        }
    }

    /// Writes a whole file, which gets its name when it is complete; nothing is left of one that cannot be. Throws
    /// `OutputError`.
    public static func save(_ text: String, to path: String) throws {
        let file = try OutputFile(path: path)
        file.append(text)
        do {
            try file.finish()
        } catch {
            file.abandon(keeping: false)
            throw error
        }
    }

    /// Writes the rest and gives the file its name. Throws `OutputError`.
    public func finish() throws {
        try flush()
        guard descriptor > STDERR_FILENO else { return }
        // Closing tells of bytes that a server did not take. The lock stays until the file has its name.
        let copy = dup(descriptor)
        let isWritten = copy < 0 || close(copy) == 0
        let error = isWritten ? nil : Self.failure(path)
        defer {
            close(descriptor)
            descriptor = -1
        }
        if let error { throw error }
        if let partialPath, rename(partialPath, target) != 0 { throw Self.failure(path) }
    }

    /// Ends without a result: keeps what was written, or removes it.
    ///
    /// - Parameter keeping: whether there is anything worth keeping.
    /// - Returns: the partial file that stays behind, nil where there is none.
    @discardableResult
    public func abandon(keeping: Bool) -> String? {
        guard descriptor > STDERR_FILENO || path == "-" else { return nil }
        if keeping { try? flush() }
        guard descriptor > STDERR_FILENO else { return nil }
        // Removed under the lock: afterwards the name may be another process's.
        if !keeping, let partialPath { unlink(partialPath) }
        close(descriptor)
        descriptor = -1
        return keeping ? partialPath : nil
    }

    /// Opens a partial file for this output alone. Throws `OutputError`, also where another one has it.
    private static func locked(_ partial: String, _ flags: Int32, _ path: String) throws -> Int32 {
        let taken = OutputError(
            path: path, problem: "another run writes this file", remedy: "wait for its end, or name another file")
        for _ in 0..<100 {
            let descriptor = open(partial, flags | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw failure(path) }
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                if errno == EINTR { continue }
                if errno == EWOULDBLOCK {
                    close(descriptor)
                    throw taken
                }
                // A file system without locks: written as it is.
                break
            }
            // Whoever had it may have given it its name, or removed it, since it was opened here.
            var opened = stat(), named = stat()
            if fstat(descriptor, &opened) == 0, stat(partial, &named) == 0, opened.st_ino == named.st_ino,
                opened.st_dev == named.st_dev
            {
                return descriptor
            }
            close(descriptor)
        }
        throw taken
    }

    /// Cuts an open file, and goes to its end. Closes it where that fails, and throws `OutputError`.
    private static func cut(_ descriptor: Int32, to length: Int, _ path: String) throws {
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(length) else {
            let error = failure(path)
            close(descriptor)
            throw error
        }
    }

    private func grow(by more: Int) {
        let larger = Swift.max(2 * capacity, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: buffer, count: count)
        buffer.deallocate()
        buffer = moved
        capacity = larger
    }

    /// Where a file of this name lies, its folder's links and its own followed; the file need not be there.
    public static func resolved(_ path: String) -> String {
        var path = path
        for _ in 0..<40 {
            if let real = realpath(path, nil) {
                defer { free(real) }
                return String(cString: real)
            }
            guard let next = destination(ofLink: path) else { break }
            path = next.hasPrefix("/") ? next : folder(of: path) + next
        }
        let folder = folder(of: path)
        guard let real = realpath(folder.isEmpty ? "." : folder, nil) else { return path }
        defer { free(real) }
        let place = String(cString: real)
        return (place == "/" ? "" : place) + "/" + path.dropFirst(folder.count)
    }

    /// With the slash; empty where there is none.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private static func destination(ofLink path: String) -> String? {
        let most = Int(PATH_MAX)
        let text = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            count = buffer.withMemoryRebound(to: CChar.self) { max(0, readlink(path, $0.baseAddress!, most)) }
        }
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }

    private static func failure(_ path: String) -> OutputError {
        let code = errno
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: "its folder must exist"
            case EACCES, EPERM, EROFS: "choose a folder you may write to"
            case ENOSPC, EDQUOT: "free some space"
            case EBADF where path == "-": "leave it open, or name a file"
            default: "choose another file"
            }
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        var error = OutputError(
            path: path == "-" ? "standard output" : path, problem: "cannot be written (\(reason))", remedy: remedy)
        error.isClosedPipe = code == EPIPE
        return error
    }
}
