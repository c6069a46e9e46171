/// PyProBE's own tables: capacity is net since the start, an event counts steps.
enum PyProBEText: TextFormat {
    static let name = "pyprobe"
    static let title = "PyProBE .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has(text: "Event") && head.has(text: "Time [s]") && head.has(text: "Voltage [V]")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.text {
        case "Event": ColumnMeaning(.stepCount, heading)
        case "Capacity [Ah]": ColumnMeaning(.netCapacityAh, heading)
        default: nil
        }
    }
}
