/// Reading tables that other readers have turned into text.
enum TableText {
    /// All rows of a table in text, as `TextReader` finds it, under the name of the format that it comes from (nil: that of the
    /// text itself). Throws `ImportError`.
    static func read(_ text: [UInt8], path: String, format: String? = nil) throws -> CyclerTable {
        let reader = try TextReader(ByteSource(bytes: text, path: path), keepsAll: true)
        var table: CyclerTable?
        while let piece = try reader.next() {
            guard var whole = table else {
                table = piece
                continue
            }
            // The old table's columns are let go, so that they grow in place.
            table = nil
            whole.append(piece)
            table = whole
        }
        var result = table ?? CyclerTable(format: reader.format.name, columns: [])
        if let format {
            result.format = format
            result.metadata.append(("layout", reader.format.name))
        }
        result.remarks += reader.remarks
        return result
    }
}

extension CyclerTable {
    /// Appends the rows of a table with the same columns; columns that one of the two lacks are empty there.
    mutating func append(_ other: CyclerTable) {
        let rows = count
        let more = other.count
        for index in columns.indices {
            let addition = other.columns.first { $0.name == columns[index].name }
            if columns[index].texts.isEmpty, rows > 0 || addition?.texts.isEmpty != false {
                columns[index].values += addition.map { $0.texts.isEmpty ? $0.values : [] } ?? []
                columns[index].values += [Double](repeating: .nan, count: rows + more - columns[index].values.count)
            } else {
                columns[index].texts += addition?.texts ?? []
                columns[index].texts += [String](repeating: "", count: rows + more - columns[index].texts.count)
            }
        }
        for column in other.columns where !columns.contains(where: { $0.name == column.name }) {
            columns.append(
                column.texts.isEmpty
                    ? Column(name: column.name, values: [Double](repeating: .nan, count: rows) + column.values)
                    : Column(name: column.name, texts: [String](repeating: "", count: rows) + column.texts))
        }
    }
}
