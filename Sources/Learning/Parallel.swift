internal import Dispatch
internal import Synchronization

/// Work on all cores whose result does not depend on how it was shared out.
public enum Parallel {
    /// The results of `body` for 0..<count, in order. Throws the first error by index.
    public static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> T) throws -> [T] {
        let results = Mutex<[Int: Result<T, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result { try body(index) }
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        return try (0..<count).compactMap { try all[$0]?.get() }
    }
}
