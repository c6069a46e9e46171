import Electrochemistry

/// A bar with the time left on standard error; silent where that is no terminal, and in the first moments of a run.
final class ProgressBar {
    private static let silence = 0.3
    private static let interval = 0.1
    private let start = Terminal.now
    private var nextDrawing: Double
    private var isShown = false
    /// Cycles done where a resumed run begins.
    private var firstCycles: Double?

    init() { nextDrawing = start + Self.silence }

    func update(_ progress: RunProgress) {
        guard Terminal.isInteractive else { return }
        let steps = Double(max(progress.stepsInCycle, 1))
        let done = Double(progress.cycle - 1) + Double(progress.step - 1) / steps
        if firstCycles == nil { firstCycles = done }
        let now = Terminal.now
        guard now >= nextDrawing else { return }
        nextDrawing = now + Self.interval
        isShown = true
        let all = max(progress.expectedCycles, 1)
        let fraction = min(max(done / all, 0), 1)
        let run = done - (firstCycles ?? 0)
        var words = " cycle \(progress.cycle)/\(progress.cycles), step \(progress.step)/\(progress.stepsInCycle)"
        if let soh = progress.soh { words += ", \(Double(Int(soh * 1000)) / 10) % capacity" }
        words += ", \(Self.text(progress.time)) simulated"
        if run > 0.01 * all { words += ", \(Self.text((now - start) * (all - done) / run)) left" }
        let room = max(Terminal.width - words.count - 10, 0)
        let size = min(room, 30)
        let filled = Int((fraction * Double(size)).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: size - filled)
        let coloured = Terminal.usesColour ? "\u{1B}[36m\(bar)\u{1B}[0m" : bar
        let percent = "\(Int(fraction * 100))"
        let padding = String(repeating: " ", count: max(3 - percent.count, 0))
        Terminal.draw("\r\u{1B}[K\(coloured) \(padding)\(percent) %\(words.prefix(max(Terminal.width - size - 8, 0)))")
    }

    /// Takes the bar away.
    func clear() {
        if isShown { Terminal.draw("\r\u{1B}[K") }
        isShown = false
    }

    /// A time in its natural unit.
    private static func text(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds.rounded())) s"
        case ..<7200: "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
        default: seconds.isFinite ? "\(Int(min(seconds / 86_400, 1e9).rounded())) d" : "?"
        }
    }
}
