import CyclingData

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard output and standard error.
enum Terminal {
    /// Whether messages for people may be shown on standard error.
    static let isInteractive = isatty(STDERR_FILENO) == 1
    /// Whether they may be coloured (https://no-color.org).
    static let usesColour: Bool = {
        guard isInteractive, !isDumb else { return false }
        guard let off = getenv("NO_COLOR") else { return true }
        return off[0] == 0
    }()

    /// Whether it knows no control sequences.
    private static let isDumb: Bool = getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true

    /// A line on standard output. Throws `OutputError`.
    static func print(_ text: String) throws {
        let output = try OutputFile(path: "-")
        output.append(text + "\n")
        try output.finish()
    }

    /// A line of the command's on standard error.
    static func complain(_ text: String) {
        // A bar that stands there gives way.
        write((isInteractive && !isDumb ? "\r\u{1B}[K" : "") + "cellar: " + text + "\n")
    }

    /// Text on standard error as it is, for terminals.
    static func draw(_ text: String) { write(text) }

    static func exit(_ code: Int32) -> Never {
        #if canImport(Darwin)
            Darwin.exit(code)
        #elseif canImport(Glibc)
            Glibc.exit(code)
        #else
            Musl.exit(code)
        #endif
    }

    /// Seconds of a clock that never jumps.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Columns of the terminal, 80 where unknown.
    static var width: Int { columns(STDERR_FILENO) ?? 80 }

    /// Columns of the terminal that standard output is; nil where it is none, and lines are as long as they are.
    static var outputWidth: Int? { isatty(STDOUT_FILENO) == 1 ? columns(STDOUT_FILENO) : nil }

    private static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// On standard error; where that cannot be written there is nobody to tell.
    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = systemWrite(STDERR_FILENO, bytes.baseAddress! + done, bytes.count - done)
                if count < 0, errno != EINTR { return }
                done += max(count, 0)
            }
        }
    }

    private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
        #if canImport(Darwin)
            Darwin.write(descriptor, bytes, count)
        #elseif canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #else
            Musl.write(descriptor, bytes, count)
        #endif
    }
}
