/// Digatron's Battery Manager, by its documentation; no file of one has been read yet.
enum DigatronText: TextFormat {
    static let name = "digatron"
    static let title = "Digatron .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.says("digatron") || head.has("progtime", "steptime") || head.has("ahcha", "ahdch")
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "ahaccu": ColumnMeaning(.netCapacityAh, heading)
        case "whaccu": ColumnMeaning(.netEnergyWh, heading)
        case "cyclelevel", "procedure": .unknown
        default: nil
        }
    }
}
