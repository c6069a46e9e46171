/// Text in columns.
enum TextTable {
    private static let gap = 2
    /// Columns up to this width are not broken.
    private static let unbroken = 18

    /// Rows with the columns padded to the same width, the header underlined by nothing but its capitals.
    ///
    /// On a terminal that is narrower than the table, words go on in further lines of their column; columns that still do not
    /// fit stand in a further table below, beside the first column again.
    static func lay(
        _ rows: [[String]], header: [String] = [], width: Int? = Terminal.outputWidth
    ) -> String {
        let all = header.isEmpty ? rows : [header.map { $0.uppercased() }] + rows
        let columns = all.map(\.count).max() ?? 0
        let full = all.map { $0 + [String](repeating: "", count: columns - $0.count) }
        guard let width, widths(full).reduce(-gap, { $0 + $1 + gap }) > width else { return lines(all, widths(full)) }
        return parts(full, width: width).joined(separator: "\n\n")
    }

    private static func widths(_ rows: [[String]]) -> [Int] {
        (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    }

    private static func lines(_ rows: [[String]], _ widths: [Int]) -> String {
        rows.map { row in
            row.enumerated().map { index, text in
                index == row.count - 1 ? text : text + String(repeating: " ", count: widths[index] - text.count + gap)
            }.joined()
        }.joined(separator: "\n")
    }

    /// Tables of so many columns as fit; each column is at least as wide as its longest word.
    private static func parts(_ rows: [[String]], width: Int) -> [String] {
        let natural = widths(rows)
        let least = natural.indices.map { column in
            let word = rows.flatMap { $0[column].split(separator: " ") }.map(\.count).max() ?? 0
            // Figures with their units and ranges stay in one piece.
            return max(word, min(natural[column], unbroken))
        }
        var groups: [[Int]] = []
        var used = 0
        for column in natural.indices {
            if let last = groups.last, !last.isEmpty, used + gap + least[column] <= width {
                groups[groups.count - 1].append(column)
                used += gap + least[column]
            } else {
                groups.append(column == 0 ? [0] : [0, column])
                used = column == 0 ? least[0] : least[0] + gap + least[column]
            }
        }
        return groups.map { group in
            var room = width - group.reduce(-gap) { $0 + least[$1] + gap }
            let wide = group.map { column in
                let more = min(natural[column] - least[column], max(room, 0))
                room -= more
                return least[column] + more
            }
            let wrapped = rows.flatMap { row -> [[String]] in
                let cells = zip(group, wide).map { wrap(row[$0], $1) }
                return (0..<(cells.map(\.count).max() ?? 1)).map { line in
                    cells.map { line < $0.count ? $0[line] : "" }
                }
            }
            return lines(wrapped, widths(wrapped)).split(separator: "\n", omittingEmptySubsequences: false)
                .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
        }
    }

    /// A text in lines of at most so many characters, where its words allow it.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        // What is set in at the start stays so.
        let indent = String(text.prefix { $0 == " " })
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count > indent.count, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
            }
            line += (line.count > indent.count ? " " : "") + word
        }
        return lines + [line]
    }
}
