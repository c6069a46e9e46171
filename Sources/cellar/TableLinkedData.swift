import CyclingData

/// A table of the Battery Data Format as a table of the web (CSVW, https://www.w3.org/TR/tabular-data-model/): which column is
/// which term of the format's ontology.
enum TableLinkedData {
    private static let ontology = "https://w3id.org/battery-data-alliance/ontology/battery-data-format#"
    /// BattINFO's BatteryTimeSeriesDataSet.
    private static let dataSet =
        "https://w3id.org/emmo/domain/battery#battery_d9b99b14_44e8_473b_af8f_2a160429df69"

    /// Keys that make a description of a table one of CSVW; `columns` are the headings, `path` the file beside it.
    static func entries(columns: [String], path: String) -> [(key: String, value: JSON)] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let described = columns.map { heading -> JSON in
            var entries: [(key: String, value: JSON)] = [("titles", .text(heading))]
            if let column = BDFColumn(rawValue: heading) {
                entries.append(("propertyUrl", .text(ontology + heading)))
                entries.append(("datatype", .text(column == .stepType || column == .stepId ? "string" : "double")))
            }
            return .object(entries)
        }
        return [
            ("@context", .text("http://www.w3.org/ns/csvw")),
            ("@type", .text("Table")),
            ("dc:type", .object([("@id", .text(dataSet))])),
            ("url", .text(name)),
            ("tableSchema", .object([("columns", .list(described))])),
        ]
    }
}
