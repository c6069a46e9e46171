/// Neware's BTSDA: one table, or the older stacked records in which a cycle's line and a step's line stand before theirs.
/// `Time` counts within a step, as capacities and energies do.
enum NewareText: TextFormat {
    static let name = "neware-csv"
    static let title = "Neware .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has("datapoint", "cycleindex", "steptype")
            && (head.has("chgcap") || head.has("totaltime") || head.has("time"))
            || head.has("recordid", "voltage") || head.has("cycleid", "stepid")
            || head.headings.contains { ["循环号", "工步号", "循环序号", "工步序号", "记录序号", "数据序号"].contains($0.name) }
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "time", "时间": ColumnMeaning(.stepTimeSecond, heading)
        case "chgcap", "chargecapacity", "充电容量": ColumnMeaning(.stepChargingCapacityAh, heading)
        case "dchgcap", "dischargecapacity", "放电容量": ColumnMeaning(.stepDischargingCapacityAh, heading)
        case "chgenergy", "充电能量": ColumnMeaning(.stepChargingEnergyWh, heading)
        case "dchgenergy", "放电能量": ColumnMeaning(.stepDischargingEnergyWh, heading)
        case "contactresistance", "lgd": .unknown
        default: nil
        }
    }
}
