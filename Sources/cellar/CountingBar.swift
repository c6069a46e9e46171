import Learning
import Synchronization

/// A bar over a known number of items on standard error; silent where that is no terminal, and in the first moments.
final class CountingBar {
    private let total: Int
    private let what: String
    private let start: Double
    private var nextDrawing: Double
    private var isShown = false

    /// - Parameters:
    ///   - total: items in all.
    ///   - what: they are.
    ///   - start: when the first of them was begun, s of `Terminal.now`.
    init(total: Int, what: String, from start: Double = Terminal.now) {
        self.total = max(total, 1)
        self.what = what
        self.start = start
        nextDrawing = start + 0.3
    }

    /// So many are done. A single one has no progress to be shown.
    func update(_ done: Int) {
        guard total > 1 else { return }
        draw(Double(done) / Double(total), " \(done)/\(total) \(what)")
    }

    /// Such a share of the only item is done.
    func update(share: Double) { draw(min(max(share, 0), 1), " \(what)") }

    private func draw(_ fraction: Double, _ words: String) {
        guard Terminal.isInteractive else { return }
        let now = Terminal.now
        guard now >= nextDrawing else { return }
        nextDrawing = now + 0.1
        isShown = true
        let size = max(min(Terminal.width - 50, 30), 0)
        let filled = Int((fraction * Double(size)).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: size - filled)
        let coloured = Terminal.usesColour ? "\u{1B}[36m\(bar)\u{1B}[0m" : bar
        var words = " \(Int(fraction * 100)) %" + words
        if fraction > 0.02 { words += ", \(Int(((now - start) * (1 - fraction) / fraction).rounded())) s left" }
        Terminal.draw("\r\u{1B}[K\(coloured)\(words.prefix(max(Terminal.width - size - 1, 0)))")
    }

    /// Takes the bar away.
    func clear() {
        if isShown { Terminal.draw("\r\u{1B}[K") }
        isShown = false
    }
}

/// A bar over one cell's files while they are read.
final class ReadingBar: Sendable {
    private struct State: @unchecked Sendable {
        // One thread at a time has it, by the lock.
        let bar = CountingBar(total: 1, what: "read")
    }
    private let state = Mutex(State())

    func update(_ share: Double) { state.withLock { $0.bar.update(share: share) } }

    /// Takes the bar away.
    func clear() { state.withLock { $0.bar.clear() } }
}

/// A bar over the parts of work that is shared out over the cores somewhere below: each part in turn, with the time that it
/// takes still.
enum PartBar {
    private struct State: @unchecked Sendable {
        // One thread at a time has it, by the lock.
        var bar: CountingBar?
        var part = 0
        /// When the part was begun, as near as is known.
        var begun = Terminal.now
    }

    /// Runs `body` while a bar shows how far its current part is.
    static func watch<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
        guard Terminal.isInteractive else { return try body() }
        let state = Mutex(State())
        defer { state.withLock { $0.bar?.clear() } }
        return try Parallel.watched(
            by: { done, total in
                state.withLock {
                    if done == 1 {
                        $0.part += 1
                        $0.bar?.clear()
                        $0.bar = CountingBar(total: total, what: "\(what), part \($0.part)", from: $0.begun)
                    }
                    $0.bar?.update(done)
                    if done == total {
                        $0.bar?.clear()
                        $0.begun = Terminal.now
                    }
                }
            }, body)
    }
}
