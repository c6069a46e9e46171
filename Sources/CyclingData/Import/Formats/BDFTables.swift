/// The Battery Data Format: machine names, labels, and names that earlier versions and its users write.
enum BDFText: TextFormat {
    static let name = "bdf"
    static let title = "BDF .csv"
    static func recognises(_ head: TextHead) -> Bool {
        let exact = head.headings.count { BDFColumn(header: $0.text) != nil }
        let labels = head.headings.count { $0.text.contains(" / ") && $0.unit != nil }
        return exact >= 3 || labels >= 3
    }
    static func meaning(of heading: Heading, in head: TextHead) -> ColumnMeaning? {
        // Where the file keeps to the standard, other headings are its own and mean what they say to it alone.
        let isExact = BDFColumn.required.allSatisfy { column in
            head.headings.contains { BDFColumn(header: $0.text) == column }
        }
        if BDFColumn(header: heading.text) != nil { return nil }
        return switch heading.name {
        case "stepindex": ColumnMeaning(.stepId, heading)
        case "chargecapacity": ColumnMeaning(.scheduleChargingCapacityAh, heading)
        case "dischargecapacity": ColumnMeaning(.scheduleDischargingCapacityAh, heading)
        default: isExact ? .unknown : nil
        }
    }
}
