/// Maccor: `.txt`, `.csv` and exports numbered .001 onwards. The current of some versions has no sign; the state (`C`, `D`,
/// `R`) tells it. The capacity counts within a step.
enum MaccorText: TextFormat {
    static let name = "maccor"
    static let title = "Maccor .txt, .csv, .0NN"
    static func recognises(_ head: TextHead) -> Bool {
        head.says("maccor") || head.headings.contains { $0.text == "Rec#" || $0.text == "Cyc#" }
            || head.has("rec", "dpttime") || head.says("Date of Test:") && head.has("rec")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "es", "range": .unknown
        case "dcirohms", "dcir": ColumnMeaning(.dcInternalResistanceOhm, heading)
        default: nil
        }
    }
}
