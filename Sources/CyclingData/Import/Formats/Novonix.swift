/// Novonix' high-precision chargers: a preamble in sections, every line of the table in quotes, times in hours.
enum NovonixText: TextFormat {
    static let name = "novonix"
    static let title = "Novonix .csv"
    static func recognises(_ head: TextHead) -> Bool { head.says("novonix") }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        // A number; the modes behind it are the protocol's.
        case "steptype": .unknown
        case "circuittemperature": ColumnMeaning(.temperatureT2Celsius, heading)
        case "capacity": ColumnMeaning(.netCapacityAh, heading)
        case "energy": ColumnMeaning(.netEnergyWh, heading)
        default: nil
        }
    }
}
