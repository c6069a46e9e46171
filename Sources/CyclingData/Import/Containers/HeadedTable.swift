/// Makes a table of columns whose headings are those of a brand's text export.
///
/// What a brand's binary file holds then gets the same names and units as its text does.
enum HeadedTable {
    /// The table; of several columns that claim one meaning, that of the lowest rank has it, as in `TextReader`.
    static func table(
        format: String, columns: [(heading: String, values: [Double])], meanings: any TextFormat.Type,
        metadata: [(key: String, value: String)], remarks: [String]
    ) -> CyclerTable {
        let headings = columns.map { Heading($0.heading) }
        let head = TextHead(preamble: [], headings: headings, separator: UInt8(ascii: "\t"))
        var found = headings.map { heading in
            meanings.meaning(of: heading, in: head) ?? HeadingNames.meaning(of: heading) ?? .unknown
        }
        var best: [BDFColumn: Int] = [:]
        for index in found.indices {
            guard let column = found[index].column else { continue }
            guard let other = best[column] else {
                best[column] = index
                continue
            }
            let loser = found[index].rank < found[other].rank ? other : index
            best[column] = loser == other ? index : other
            found[loser] = .unknown
        }
        var taken = Set<String>()
        let named = columns.indices.map { index in
            let meaning = found[index]
            var name = meaning.column?.rawValue ?? columns[index].heading
            var copy = 2
            while !taken.insert(name).inserted {
                name = "\(columns[index].heading) (\(copy))"
                copy += 1
            }
            let scale = DecimalScale(meaning.scale)
            let values = columns[index].values
            return CyclerTable.Column(
                name: name,
                values: meaning.scale == 1 && meaning.offset == 0
                    ? values : values.map { scale.apply($0) + meaning.offset })
        }
        var table = CyclerTable(format: format, columns: named, metadata: metadata, remarks: remarks)
        // `<I>/mA` is EC-Lab's mean.
        table.isCurrentMean = best[.currentAmpere].map { columns[$0].heading.hasPrefix("<") } ?? false
        return table
    }
}
