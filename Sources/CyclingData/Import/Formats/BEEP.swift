/// BEEP's structured tables.
enum BEEPText: TextFormat {
    static let name = "beep"
    static let title = "BEEP .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has(text: "test_time") && head.has(text: "cycle_index") && head.has(text: "current")
            && head.has(text: "voltage")
    }
}
