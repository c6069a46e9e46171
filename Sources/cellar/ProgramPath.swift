#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where this program lies.
enum ProgramPath {
    /// Links resolved; the name it was called by where the system does not tell.
    static var own: String {
        guard let resolved = realpath("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "cellar" }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
