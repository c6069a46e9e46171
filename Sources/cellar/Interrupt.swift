import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// ^C and SIGTERM: the first asks the run to stop, the second kills.
enum Interrupt {
    private static let received = Atomic<Int32>(0)

    /// From now on the first signal only sets a flag.
    static func watch() {
        // Touched here so that the handler finds it initialised.
        received.store(0, ordering: .relaxed)
        // A parent may have passed them on blocked.
        var watched = sigset_t()
        sigemptyset(&watched)
        sigaddset(&watched, SIGINT)
        sigaddset(&watched, SIGTERM)
        sigprocmask(SIG_UNBLOCK, &watched, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interrupt.received.store(number, ordering: .relaxed)
                _ = signal(number, SIG_DFL)
            }
        }
    }

    /// Whether a signal came.
    static var wasReceived: Bool { received.load(ordering: .relaxed) != 0 }

    /// 128 and the signal's number: 130 for ^C.
    static var exitCode: Int32 { 128 + received.load(ordering: .relaxed) }
}
