internal import Dispatch
internal import Synchronization

/// Work on all cores whose result does not depend on how it was shared out.
public enum Parallel {
    /// Of the work that this thread has asked for.
    @TaskLocal private static var watcher: (@Sendable (_ done: Int, _ total: Int) -> Void)?

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
        try $watcher.withValue(watcher, operation: body)
    }

    /// The results of `body` for 0..<count, in order. Throws the first error by index.
    public static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> T) throws -> [T] {
        // Values of a task stay with its thread: the items' own threads have none.
        let watcher = watcher
        let results = Mutex<[Int: Result<T, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = $watcher.withValue(nil) { Result { try body(index) } }
            results.withLock {
                $0[index] = result
                watcher?($0.count, count)
            }
        }
        let all = results.withLock { $0 }
        return try (0..<count).compactMap { try all[$0]?.get() }
    }
}
