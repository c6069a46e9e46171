import Materials

/// A property model's card as text.
enum ModelCardText {
    /// The model's name and rows, notes, families compared, errors, learning curve and coverage.
    static func lines(_ name: String, _ card: ModelCard) -> [String] {
        let scores = [("families", card.families), ("errors", card.errors), ("learning curve", card.learningCurve)]
        return ["\(name): \(card.rows) rows of \(card.data.joined(separator: ", "))"] + card.notes.map { "  \($0)" }
            + scores.map { title, scores in
                "  \(title): " + scores.map { "\($0.name) \(ScoreReport.short($0.value, 4))" }.joined(separator: "; ")
            } + ["  90 % intervals cover \(ScoreReport.short(100 * card.coverage)) % of left-out rows"]
    }
}
