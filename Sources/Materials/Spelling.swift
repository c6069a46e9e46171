import Cells

/// Help with words that were misspelt.
public enum Spelling {
    /// The candidate that a word most resembles, nil where none does.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        if let near = Cells.nearest(to: word, among: candidates) { return near }
        // A word that one candidate alone begins with.
        let begun = word.count < 3 ? [] : candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
        return begun.count == 1 ? begun[0] : nil
    }
}
