/// PyBaMM's solutions saved as CSV: a discharge is positive.
enum PyBaMMText: TextFormat {
    static let name = "pybamm"
    static let title = "PyBaMM .csv"
    static let isPositiveOnDischarge = true
    static func recognises(_ head: TextHead) -> Bool {
        head.has(text: "Terminal voltage [V]") || head.has(text: "Battery voltage [V]")
            || head.has(text: "Discharge capacity [A.h]") && head.has(text: "Current [A]")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.text {
        // Discharged less charged since the start.
        case "Discharge capacity [A.h]": ColumnMeaning(.netCapacityAh, heading, scale: -1)
        case "Discharge energy [W.h]": ColumnMeaning(.netEnergyWh, heading, scale: -1)
        case "Throughput capacity [A.h]": ColumnMeaning(.cumulativeCapacityAh, heading)
        default: nil
        }
    }
}
