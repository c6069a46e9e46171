/// PEC's test reports: a preamble of keys and values, times as durations, counters of the step.
enum PECText: TextFormat {
    static let name = "pec"
    static let title = "PEC .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.says("TestRegime") || head.headings.contains { $0.text.hasPrefix("Load On Time") }
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        switch heading.name {
        case "test", "cell", "cellid", "loadontime", "positionstarttime": .unknown
        default: nil
        }
    }
}
