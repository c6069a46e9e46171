/// What a run did otherwise than asked: the first of each kind in full, and how often it came again.
///
/// In a life of a thousand cycles the same happens in step after step, with other numbers.
struct RunWarnings: Equatable {
    private struct Entry: Equatable {
        var kind: String
        /// The first of the kind.
        var text: String
        var count: Int
        /// The step it was last met in; 0 where it is of no step.
        var last: Int
    }

    private static let most = 100
    private var entries: [Entry] = []

    /// One that is of no step: the same text is not told twice.
    mutating func add(_ text: String) {
        guard entries.count < Self.most, !entries.contains(where: { $0.kind == text }) else { return }
        entries.append(Entry(kind: text, text: text, count: 1, last: 0))
    }

    /// One of a step: of the same kind are those of equal steps whose reasons differ by numbers alone.
    ///
    /// - Parameters:
    ///   - number: the step's, from 1.
    ///   - step: its text.
    ///   - time: s, where it matters.
    ///   - reason: what happened.
    mutating func add(step number: Int, _ step: String, at time: Double? = nil, _ reason: String) {
        let kind = step + ": " + reason.filter { !$0.isNumber && !".-+e".contains($0) }
        if let place = entries.firstIndex(where: { $0.kind == kind }) {
            entries[place].count += 1
            entries[place].last = number
        } else if entries.count < Self.most {
            let moment = time.map { " at t = \(rounded($0)) s" } ?? ""
            let text = "step \(number) (\(step))\(moment): \(reason)"
            entries.append(Entry(kind: kind, text: text, count: 1, last: number))
        }
    }

    /// One sentence a kind.
    var sentences: [String] {
        entries.map {
            $0.count == 1 ? $0.text : "\($0.text) (\($0.count) times like this, the last in step \($0.last))"
        }
    }

    // MARK: - In a checkpoint

    /// As lines without line breaks, for `init(lines:)`.
    var lines: [String] {
        entries.map { entry in
            let words = [entry.kind, entry.text].map {
                $0.replacing("\n", with: " ").replacing("\t", with: " ")
            }
            return "\(entry.count) \(entry.last)\t\(words[0])\t\(words[1])"
        }
    }

    init() {}

    /// Nil where a line is none of `lines`.
    init?(lines: [String]) {
        for line in lines {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            let numbers = parts[0].split(separator: " ").compactMap { Int($0) }
            guard parts.count == 3, numbers.count == 2 else { return nil }
            entries.append(Entry(kind: String(parts[1]), text: String(parts[2]), count: numbers[0], last: numbers[1]))
        }
    }
}
