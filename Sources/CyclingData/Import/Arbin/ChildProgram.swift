#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs another program and gathers what it writes.
///
/// It gets 2 minutes of processor time and 4 GiB of memory, so that a file it was not made for takes no more.
package enum ChildProgram {
    /// How it ended.
    package enum Ending: Equatable {
        case success
        /// There is no program of this name on the path.
        case missing
        /// It wrote more than was allowed, and was stopped.
        case tooLong
        /// Its exit status, or the signal that ended it, negative.
        case failure(Int32)
    }

    /// Runs `arguments`, whose first is the program's name; returns up to `most` bytes of its standard output.
    ///
    /// `isLimited`: whether time and memory are bounded; a scheduler would pass the bounds on to its jobs.
    package static func run(
        _ arguments: [String], most: Int, isLimited: Bool = true
    ) -> (output: [UInt8], ending: Ending) {
        var pipeEnds: [Int32] = [-1, -1]
        guard pipe(&pipeEnds) == 0 else { return ([], .failure(errno)) }
        let (reading, writing) = (pipeEnds[0], pipeEnds[1])
        // Other children that start meanwhile must not hold the ends open.
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        defer { close(reading) }

        // The shell sets the limits and then becomes the program; a limit that a system lacks is left out.
        let limits = isLimited ? "ulimit -t 120 2>/dev/null; ulimit -v 4194304 2>/dev/null; " : ""
        let script = limits + "exec \"$@\""
        let words = ["/bin/sh", "-c", script, "sh"] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }

        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var child = pid_t()
        let status = posix_spawn(&child, "/bin/sh", &actions, nil, &pointers, environ)
        close(writing)
        guard status == 0 else { return ([], .failure(status)) }

        var output: [UInt8] = []
        var isTooLong = false
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = read(reading, room.baseAddress, room.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            guard output.count + count <= most else {
                isTooLong = true
                kill(child, SIGKILL)
                break
            }
            output.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
        var result: Int32 = 0
        while waitpid(child, &result, 0) < 0, errno == EINTR {}
        if isTooLong { return (output, .tooLong) }
        let signal = result & 0x7F
        if signal != 0 { return (output, .failure(-signal)) }
        switch (result >> 8) & 0xFF {
        case 0: return (output, .success)
        case 127: return (output, .missing)
        case let code: return (output, .failure(code))
        }
    }
}

/// A file of its own in the system's folder for temporary ones, that is gone with this object.
final class TemporaryFile {
    let path: String

    /// Writes the bytes; nil where that fails.
    init?(_ bytes: [UInt8]) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/cellar-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        var position = 0
        while position < bytes.count {
            let written = bytes.withUnsafeBytes { raw in
                write(descriptor, raw.baseAddress.map { $0 + position }, bytes.count - position)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                close(descriptor)
                unlink(path)
                return nil
            }
            position += written
        }
        close(descriptor)
    }

    deinit { unlink(path) }
}
