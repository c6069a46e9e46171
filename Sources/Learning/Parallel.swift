internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Work on all cores whose result does not depend on how it was shared out.
public enum Parallel {
    private typealias Watcher = @Sendable (_ done: Int, _ total: Int) -> Void
    /// By the thread whose work is watched: items' own threads have none. Values of a task are of no use here, since the
    /// threads that share out items belong to no task.
    private static let watchers = Mutex<[UInt: Watcher]>([:])
    /// This thread's number.
    private static var thread: UInt { withUnsafeBytes(of: pthread_self()) { $0.load(as: UInt.self) } }

    /// Runs `body` and tells `watcher` of its parts.
    ///
    /// - Parameters:
    ///   - watcher: told how many items of how many are done, from any thread and never twice at a time, while `map` works on
    ///     them; of what an item itself shares out nothing is told.
    ///   - body: calls `map` somewhere below.
    /// - Returns: what `body` does.
    public static func watched<Result>(
        by watcher: @escaping @Sendable (_ done: Int, _ total: Int) -> Void, _ body: () throws -> Result
    ) rethrows -> Result {
        let thread = thread
        let outer = watchers.withLock { $0.updateValue(watcher, forKey: thread) }
        defer { watchers.withLock { $0[thread] = outer } }
        return try body()
    }

    /// The results of `body` for 0..<count, in order. Throws the first error by index.
    public static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> T) throws -> [T] {
        // Taken away meanwhile: this thread works on items too, and what they share out is not told.
        let thread = thread
        let watcher = watchers.withLock { $0.removeValue(forKey: thread) }
        defer { watchers.withLock { $0[thread] = watcher } }
        let results = Mutex<[Int: Result<T, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result { try body(index) }
            results.withLock {
                $0[index] = result
                watcher?($0.count, count)
            }
        }
        let all = results.withLock { $0 }
        return try (0..<count).compactMap { try all[$0]?.get() }
    }
}
