/// BioLogic's EC-Lab and BT-Lab: `.mpt` with its preamble or without, and `.txt`; impedance too.
enum BioLogicText: TextFormat {
    static let name = "biologic-mpt"
    static let title = "BioLogic EC-Lab, BT-Lab .mpt, .txt"
    static func recognises(_ head: TextHead) -> Bool {
        head.says("EC-Lab ASCII") || head.says("BT-Lab ASCII")
            || head.has(text: "time/s")
                && (head.has(text: "Ewe/V") || head.has(text: "Ecell/V") || head.has(text: "Ns"))
            || head.has(text: "freq/Hz") && head.has(text: "Re(Z)/Ohm")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.text {
        // The cell's own voltage, where the counter electrode is measured too.
        case "Ecell/V": ColumnMeaning(.voltageVolt, heading, rank: 0)
        case "Ewe-Ece/V", "<Ewe-Ece>/V": ColumnMeaning(.voltageVolt, heading, rank: 1)
        case "Ewe/V": ColumnMeaning(.voltageVolt, heading, rank: 2)
        case "<Ewe>/V", "<Ewe/V>": ColumnMeaning(.voltageVolt, heading, rank: 3)
        case "I/mA": ColumnMeaning(.currentAmpere, heading, rank: 0)
        case "<I>/mA": ColumnMeaning(.currentAmpere, heading, rank: 1)
        case "control/mA": ColumnMeaning(.currentAmpere, heading, rank: 2)
        case "mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "I Range", "half cycle", "x":
            .unknown
        case "step time/s": ColumnMeaning(.stepTimeSecond, heading)
        case "Q charge/mA.h": ColumnMeaning(.cycleChargingCapacityAh, heading)
        case "Q discharge/mA.h": ColumnMeaning(.cycleDischargingCapacityAh, heading)
        case "Energy charge/W.h", "Energy we charge/W.h": ColumnMeaning(.cycleChargingEnergyWh, heading)
        case "Energy discharge/W.h", "Energy we discharge/W.h": ColumnMeaning(.cycleDischargingEnergyWh, heading)
        case "Capacity/mA.h": .unknown
        case "cycle number": ColumnMeaning(.cycleCount, heading)
        default: nil
        }
    }
}
