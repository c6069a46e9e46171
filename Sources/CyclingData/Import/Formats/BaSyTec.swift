/// BaSyTec: a preamble and heading behind `~`; counters of the cycle; commands as step types.
enum BaSyTecText: TextFormat {
    static let name = "basytec"
    static let title = "BaSyTec .txt"
    static func recognises(_ head: TextHead) -> Bool { head.says("basytec") || head.has("time", "ahstep", "dataset") }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "ahcyccharge": ColumnMeaning(.cycleChargingCapacityAh, heading)
        case "ahcycdischarge": ColumnMeaning(.cycleDischargingCapacityAh, heading)
        case "whcyccharge": ColumnMeaning(.cycleChargingEnergyWh, heading)
        case "whcycdischarge": ColumnMeaning(.cycleDischargingEnergyWh, heading)
        case "dataset": ColumnMeaning(.recordIndex, heading)
        case "ah": ColumnMeaning(.netCapacityAh, heading)
        case "wh": ColumnMeaning(.netEnergyWh, heading)
        // Charge within a step carries the sign of its current.
        case "ahstep": ColumnMeaning(.stepNetCapacityAh, heading)
        case "whstep": ColumnMeaning(.stepNetEnergyWh, heading)
        case "count", "state", "level": .unknown
        default: nil
        }
    }
}
