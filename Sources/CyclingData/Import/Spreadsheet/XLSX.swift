/// Workbooks (`.xlsx`) of Arbin, Neware and others: every sheet is looked at as a table of text would be.
public enum XLSX: CyclerFormat {
    /// As `--format` takes it.
    public static let name = "xlsx"

    /// By content.
    public static func recognises(_ head: [UInt8]) -> Bool {
        ZipArchive.recognises(head)
            && ZipArchive.names(in: head).contains { $0 == "[Content_Types].xml" || $0.hasPrefix("xl/") }
    }

    /// Throws `ImportError`.
    public static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable {
        let workbook = try Workbook(bytes, path: path)
        var tables: [(sheet: String, table: CyclerTable)] = []
        var metadata: [(key: String, value: String)] = []
        var others: [String] = []
        for sheet in workbook.sheets {
            let text = try workbook.text(of: sheet)
            let table = try? TableText.read(text, path: "\(path): sheet '\(sheet.name)'", format: name)
            if let table, table[.voltageVolt] != nil, table[.currentAmpere] != nil, table.count > 0 {
                tables.append((sheet.name, table))
            } else {
                others.append(sheet.name)
                if text.count < 1 << 16 { metadata += description(text) }
            }
        }
        // Records fill several sheets where a sheet's rows do not suffice; tables of cycles or steps are smaller.
        guard let largest = tables.max(by: { $0.table.count < $1.table.count })?.table else {
            throw ImportError(
                path: path, problem: "no sheet has columns of voltage and current (\(others.joined(separator: ", ")))",
                remedy: "export the records of the test, with headings")
        }
        let parts = tables.filter { $0.table.columns.map(\.name) == largest.columns.map(\.name) }
        var result = CyclerTable(
            format: name,
            columns: largest.columns.map { column in
                column.texts.isEmpty ? .init(name: column.name, values: []) : .init(name: column.name, texts: [])
            })
        for (_, table) in parts {
            if result.columns.allSatisfy({ $0.count == 0 }) {
                result.columns = table.columns
            } else {
                result.append(table)
            }
            result.remarks += table.remarks.filter { !result.remarks.contains($0) }
        }
        result.metadata = [("sheet", parts.map(\.sheet).joined(separator: ", "))] + largest.metadata + metadata
        if workbook.countsFrom1904, result[.unixTimeSecond] != nil {
            result.remarks.append(
                "the workbook counts dates from 1904: dates stored as numbers are 1462 days too early")
        }
        return result
    }

    /// What a small sheet says of the test: a line of headings over a line of values, or a heading beside its value.
    private static func description(_ text: [UInt8]) -> [(key: String, value: String)] {
        let lines = String(decoding: text.dropFirst(3), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).trimmed }
        }
        let wanted = [
            "start_datetime": "start_time", "schedule_file_name": "schedule", "creator": "creator",
            "comments": "comments", "channel": "channel", "item_id": "item", "barcode": "barcode",
            "start time": "start_time", "starttime": "start_time", "test name": "test_name", "remarks": "remarks",
            "p/n": "part_number", "builder": "creator", "active material": "active_material", "step name": "schedule",
        ]
        func key(_ cell: String) -> String? {
            wanted[cell.lowercased().split(separator: ":").first.map { String($0).trimmed } ?? ""]
        }
        var result: [(key: String, value: String)] = []
        for (number, line) in lines.enumerated() {
            let keys = line.map(key)
            // Two keys side by side are headings, over their values.
            let isHeading = zip(keys, keys.dropFirst()).contains { $0 != nil && $1 != nil } && number + 1 < lines.count
            for (column, found) in keys.enumerated() {
                guard let found, !result.contains(where: { $0.key == found }) else { continue }
                let below = isHeading && column < lines[number + 1].count ? lines[number + 1][column] : ""
                let value = isHeading ? below : line[(column + 1)...].first { !$0.isEmpty } ?? ""
                let date = found == "start_time" ? Double(value).flatMap { CalendarDate.text(days: $0) } : nil
                if !value.isEmpty { result.append((found, date ?? value)) }
            }
        }
        return result
    }
}
