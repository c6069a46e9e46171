internal import Dispatch
internal import Synchronization

/// Work in parts on all cores, whose result does not depend on how it was shared out.
public enum Parts {
    /// The results of `body` for 0..<count, in order.
    public static func map<T: Sendable>(_ count: Int, _ body: @Sendable (Int) -> T) -> [T] {
        let results = Mutex<[Int: T]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = body(index)
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        return (0..<count).compactMap { all[$0] }
    }

    /// The results of `body` for each of many, by parts of `size`, in order.
    public static func map<S: Sendable, T: Sendable>(
        _ items: [S], size: Int = 1000, _ body: @Sendable (S) -> T
    ) -> [T] {
        map((items.count + size - 1) / size) { index in
            items[index * size..<min((index + 1) * size, items.count)].map(body)
        }.flatMap { $0 }
    }
}
