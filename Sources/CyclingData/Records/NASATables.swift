/// NASA's battery set keeps a cell's charges, discharges and impedances in tables of their own; `test_id` tells their order.
enum NASATables {
    /// One table of a cell's charges and discharges, in the order of the operations; nil where the files are not such tables.
    ///
    /// A table of operations among the files gives each operation's date, and with it the pauses between them. Throws
    /// `ImportError`.
    static func joined(_ paths: [String], _ options: ImportOptions) throws -> CyclerTable? {
        var parts: [CyclerTable] = []
        var starts: [Int: Double] = [:]
        for path in paths {
            guard !InputFile.isStream(path) else { return nil }
            let source = try ByteSource(path: path)
            guard try CyclingReader.container(source, options) == nil else { return nil }
            let isOperations = try source.peek(512).starts(with: Array("test_id,type,".utf8))
            if isOperations {
                starts.merge(try self.starts(source)) { first, _ in first }
                continue
            }
            let reader = try TextReader(source, format: options.format, map: options.map, keepsAll: false)
            if reader.format == NASAImpedanceText.self { continue }
            guard reader.format == NASAText.self else { return nil }
            while let piece = try reader.next() { parts.append(piece) }
        }
        guard let first = parts.first else { return nil }
        let names = first.columns.map(\.name)
        guard names.contains(BDFColumn.stepCount.rawValue), names.contains(BDFColumn.testTimeSecond.rawValue) else {
            return nil
        }
        var columns: [String: [Double]] = [:]
        for part in parts {
            for name in names {
                guard let values = part.columns.first(where: { $0.name == name })?.values else { return nil }
                columns[name, default: []] += values
            }
        }
        let test = columns[BDFColumn.stepCount.rawValue] ?? []
        let order = test.indices.sorted { (test[$0], $0) < (test[$1], $1) }
        var table = CyclerTable(format: NASAText.name, columns: [])
        for name in names {
            let values = columns[name] ?? []
            table.columns.append(CyclerTable.Column(name: name, values: order.map { values[$0] }))
        }
        if !starts.isEmpty, let time = table[.testTimeSecond], let test = table[.stepCount] {
            let unix = zip(test, time).map { test, time in (Int(exactly: test).flatMap { starts[$0] } ?? .nan) + time }
            table.columns.append(CyclerTable.Column(name: BDFColumn.unixTimeSecond.rawValue, values: unix))
        }
        return table
    }

    /// Dates of a table of operations, by their number.
    private static func starts(_ source: ByteSource) throws -> [Int: Double] {
        let text = String(decoding: try source.rest(most: 64 << 20), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        guard let heading = lines.first else { return [:] }
        let names = TextLayout.split(String(heading), 0x2C)
        guard let id = names.firstIndex(of: "test_id"), let start = names.firstIndex(of: "start_time") else {
            return [:]
        }
        var starts: [Int: Double] = [:]
        for line in lines.dropFirst() {
            let cells = TextLayout.split(String(line), 0x2C)
            guard cells.count > max(id, start), let number = Int(cells[id]) else { continue }
            let bytes = Array(cells[start].utf8)
            starts[number] = bytes.withUnsafeBufferPointer { DateText.unixTime($0, order: .monthFirst) }
        }
        return starts
    }
}
