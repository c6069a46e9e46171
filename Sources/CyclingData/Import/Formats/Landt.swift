/// LANDT (Land): rows from a database with a step's name as in `charge CC`.
enum LandtText: TextFormat {
    static let name = "landt"
    static let title = "LANDT .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has("channelindex", "datetimeisostring") && head.has("stepname")
            || head.says("landt") || head.says("wuhan land")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "dischargecapacity": ColumnMeaning(.stepDischargingCapacityAh, heading)
        case "chargecapacity": ColumnMeaning(.stepChargingCapacityAh, heading)
        case "dischargeenergy": ColumnMeaning(.stepDischargingEnergyWh, heading)
        case "chargeenergy": ColumnMeaning(.stepChargingEnergyWh, heading)
        default: nil
        }
    }
}
