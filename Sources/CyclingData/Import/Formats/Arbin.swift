/// Arbin's MITS Pro as text (also BEEP's samples and CALCE's records, which keep its headings). Counters run until the
/// schedule resets them; a step's index is the schedule's.
enum ArbinText: TextFormat {
    static let name = "arbin-csv"
    static let title = "Arbin .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has("datapoint", "testtime") && head.has("stepindex", "cycleindex")
    }
}
