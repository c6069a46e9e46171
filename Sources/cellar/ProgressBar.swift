import Electrochemistry

/// A bar with the time left on standard error; silent where that is no terminal, and in the first moments of a run.
final class ProgressBar {
    private static let silence = 0.3
    private static let interval = 0.1
    private let start = Terminal.now
    private var nextDrawing: Double
    private var isShown = false
    /// Where a resumed run begins.
    private var firstFraction: Double?

    init() { nextDrawing = start + Self.silence }

    func update(_ progress: RunProgress) {
        guard Terminal.isInteractive else { return }
        if firstFraction == nil, progress.step == 1 {
            firstFraction = Double(progress.cycle - 1) / Double(max(progress.cycles, 1))
        }
        let now = Terminal.now
        guard now >= nextDrawing else { return }
        nextDrawing = now + Self.interval
        isShown = true
        let all = Double(max(progress.cycles, 1) * max(progress.stepsInCycle, 1))
        let done = Double((progress.cycle - 1) * max(progress.stepsInCycle, 1) + progress.step - 1)
        let fraction = min(max(done / all, 0), 1)
        let first = firstFraction ?? 0
        var words = " cycle \(progress.cycle)/\(progress.cycles), step \(progress.step)/\(progress.stepsInCycle)"
        words += ", \(Self.text(progress.time)) simulated"
        if fraction > first + 0.01 {
            words += ", \(Self.text((now - start) * (1 - fraction) / (fraction - first))) left"
        }
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
