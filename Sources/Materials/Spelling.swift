import Cells

/// Help with words that were misspelt.
public enum Spelling {
    /// The candidate that a word most resembles, nil where none does.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        Cells.nearest(to: word, among: candidates)
    }
}
