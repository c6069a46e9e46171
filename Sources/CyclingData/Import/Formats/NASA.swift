/// The tables of NASA's battery set (Prognostics Center of Excellence): operations of one kind, numbered, each with a clock
/// of its own.
enum NASAText: TextFormat {
    static let name = "nasa"
    static let title = "NASA PCoE tables"
    static func recognises(_ head: TextHead) -> Bool {
        head.has(text: "test_id") && head.has("voltage", "current") && head.has("time")
            || head.has(text: "Voltage_measured") && head.has(text: "Current_measured")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.text {
        case "test_id": ColumnMeaning(.stepCount, heading)
        case "Current_charge", "Voltage_charge", "Current_load", "Voltage_load": .unknown
        default: nil
        }
    }
}

/// NASA's impedance tables, which carry neither frequency nor time.
enum NASAImpedanceText: TextFormat {
    static let name = "nasa-impedance"
    static let title = "NASA PCoE impedance"
    static func recognises(_ head: TextHead) -> Bool {
        head.headings.contains { $0.text.lowercased() == "battery_impedance_re" }
            || head.headings.contains { $0.text.lowercased() == "rectified_impedance_re" }
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.text.lowercased() {
        case "test_id": ColumnMeaning(.stepCount, heading)
        case "point": ColumnMeaning(.stepRecordIndex, heading)
        case "battery_impedance_re": ColumnMeaning(.realImpedanceOhm, heading)
        case "battery_impedance_im": ColumnMeaning(.imaginaryImpedanceOhm, heading)
        default: .unknown
        }
    }
}
