/// A bar over a known number of items on standard error; silent where that is no terminal, and in the first moments.
final class CountingBar {
    private let total: Int
    private let what: String
    private let start = Terminal.now
    private var nextDrawing: Double
    private var isShown = false

    init(total: Int, what: String) {
        self.total = max(total, 1)
        self.what = what
        nextDrawing = start + 0.3
    }

    /// So many are done. A single one has no progress to be shown.
    func update(_ done: Int) {
        guard Terminal.isInteractive, total > 1 else { return }
        let now = Terminal.now
        guard now >= nextDrawing else { return }
        nextDrawing = now + 0.1
        isShown = true
        let fraction = Double(done) / Double(total)
        let size = max(min(Terminal.width - 50, 30), 0)
        let filled = Int((fraction * Double(size)).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: size - filled)
        let coloured = Terminal.usesColour ? "\u{1B}[36m\(bar)\u{1B}[0m" : bar
        var words = " \(Int(fraction * 100)) % \(done)/\(total) \(what)"
        if fraction > 0.02 { words += ", \(Int(((now - start) * (1 - fraction) / fraction).rounded())) s left" }
        Terminal.draw("\r\u{1B}[K\(coloured)\(words)")
    }

    /// Takes the bar away.
    func clear() {
        if isShown { Terminal.draw("\r\u{1B}[K") }
        isShown = false
    }
}
