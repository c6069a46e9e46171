/// How a text file's table is laid out, found from its beginning.
struct TextLayout: Sendable {
    var separator: UInt8
    var decimalMark = UInt8(ascii: ".")
    /// Whether quotes stand around whole lines, and mean nothing.
    var quotesAreNoise = false
    /// Where the first line of records begins, bytes from the beginning.
    var dataStart = 0
    /// The line of the heading, counted from 1.
    var headingLine = 0
    var headings: [Heading] = []
    var preamble: [String] = []
    /// The cells of the first lines of records.
    var sample: [[String]] = []
    /// Whether records are stacked below lines of their cycle and their step (older Neware exports); how many empty cells
    /// stand before a record.
    var stackDepth = 0

    /// What a file's preamble says, as keys and values.
    var metadata: [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        for line in preamble.prefix(400) {
            var text = line.trimmed
            while let first = text.first, first == "~" || first == "\"" || first == "#" { text.removeFirst() }
            let marks: [Character] = [":", separator == 0x20 ? ":" : Character(Unicode.Scalar(separator)), "\t", "="]
            guard let mark = text.firstIndex(where: { marks.contains($0) }) else { continue }
            let key = text[..<mark].trimmed
            let separators = CharacterList(separator)
            let value = separators.strip(String(text[text.index(after: mark)...]))
            if !key.isEmpty, key.count <= 60, !value.isEmpty { pairs.append((key, value)) }
            if pairs.count == 200 { break }
        }
        return pairs
    }

    /// Finds the table in a file's beginning (`head` ends with a line's end). Headings in `extra` count as known. Throws
    /// `ImportError` where there is none.
    static func find(
        _ head: UnsafeBufferPointer<UInt8>, encoding: TextEncoding, extra: Set<String>, samples: Int = 200,
        path: String
    ) throws -> TextLayout {
        let lines = Self.lines(head)
        var names: [String: Bool] = [:]
        func isKnown(_ cell: String) -> Bool {
            if let known = names[cell] { return known }
            let heading = Heading(cell)
            let known =
                extra.contains(heading.text.lowercased()) || HeadingNames.meaning(of: heading) != nil
                || NASAImpedanceText.meaning(of: heading, in: noHead)?.column != nil
            names[cell] = known
            return known
        }
        /// The line with most known names.
        func best(_ separators: [UInt8]) -> (score: Int, line: Int, separator: UInt8)? {
            var best: (score: Int, line: Int, separator: UInt8)?
            for (number, line) in lines.enumerated() {
                // Digits are common to all lines of records: what has few letters is none of a heading.
                guard head[line].count(where: { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x80 }) >= 2 else {
                    continue
                }
                var text: String?
                for separator in separators where head[line].contains(separator) {
                    let line = text ?? encoding.decode(head[line])
                    text = line
                    let cells = Self.splitQuoted(line, separator)
                    guard cells.count > 1, cells.count < 4096 else { continue }
                    let known = cells.count { isKnown($0) }
                    // Words of a preamble are names by accident, but not most of a line.
                    guard known >= 2, known * 5 >= cells.count || known >= 4 else { continue }
                    if best.map({ known > $0.score }) ?? true { best = (known, number, separator) }
                }
                if let best, best.score >= 4, number > best.line + 20 { break }
            }
            return best
        }
        // Blanks separate words of prose too: only where nothing else separates.
        let found = best([0x09, 0x3B, 0x2C, 0x7C]) ?? best([0x20])
        guard let found else { throw noTable(path, lines.count) }
        return try TextLayout(
            head, lines, found.line, found.separator, samples: samples, encoding: encoding, path: path)
    }

    private static let noHead = TextHead(preamble: [], headings: [], separator: 0)

    private static func noTable(_ path: String, _ lines: Int) -> ImportError {
        ImportError(
            path: path, place: lines > 0 ? "line 1" : "",
            problem: lines > 0 ? "no line names columns of time, voltage and current" : "the file is empty",
            remedy: lines > 0
                ? "name them with --map \"Their column=voltage_volt\"; a table of cycles has each one's number and discharge capacity"
                : "export the test again")
    }

    private init(
        _ head: UnsafeBufferPointer<UInt8>, _ lines: [Range<Int>], _ line: Int, _ separator: UInt8, samples: Int,
        encoding: TextEncoding, path: String
    ) throws {
        self.separator = separator
        headingLine = line + 1
        preamble = lines[..<line].map { encoding.decode(head[$0]) }
        var cells = Self.splitQuoted(encoding.decode(head[lines[line]]), separator)
        var next = line + 1
        // Stacked records: three headings, each indented one cell more than the last.
        if cells.prefix(2).allSatisfy(\.isEmpty), line >= 2 {
            stackDepth = cells.prefix { $0.isEmpty }.count
        } else if next + 1 < lines.count {
            let below = Self.split(encoding.decode(head[lines[next]]), separator)
            let second = Self.split(encoding.decode(head[lines[next + 1]]), separator)
            if below.first?.isEmpty == true, below.count > 1, !below[1].isEmpty, second.count > 2,
                second.prefix(2).allSatisfy(\.isEmpty), Heading(second[2]).name.count > 1,
                second[2].contains(where: \.isLetter)
            {
                preamble += [encoding.decode(head[lines[line]]), encoding.decode(head[lines[next]])]
                cells = second
                stackDepth = 2
                next += 2
                headingLine += 2
            }
        }
        headings = cells.map { Heading($0) }
        while let last = headings.last, last.text.isEmpty { headings.removeLast() }
        // A line of units below the heading.
        if next < lines.count, stackDepth == 0 {
            let below = Self.split(encoding.decode(head[lines[next]]), separator)
            let filled = below.filter { !$0.isEmpty }
            if filled.count >= 2, filled.allSatisfy({ Unit($0.trimmingBrackets) != nil && Double($0) == nil }) {
                for (index, text) in below.enumerated() where index < headings.count && headings[index].unit == nil {
                    headings[index].unit = Unit(text.trimmingBrackets)
                    headings[index].unitText = text.trimmingBrackets
                }
                next += 1
            }
        }
        dataStart = next < lines.count ? lines[next].lowerBound : head.count
        for index in next..<min(lines.count, next + samples) {
            let text = encoding.decode(head[lines[index]])
            if !text.trimmed.isEmpty { sample.append(Self.split(text, separator)) }
        }
        if separator == 0x2C, let first = sample.first, first.count == 1, first[0].contains(",") {
            quotesAreNoise = true
            sample = sample.map { $0.flatMap { Self.split($0, separator) } }
        }
        decimalMark = Self.decimalMark(sample, separator)
    }

    /// A comma, where more cells hold one between digits than a point does.
    private static func decimalMark(_ sample: [[String]], _ separator: UInt8) -> UInt8 {
        var commas = 0
        var points = 0
        for cell in sample.joined() {
            let bytes = Array(cell.utf8)
            guard bytes.allSatisfy({ $0 &- 0x30 < 10 || [0x2B, 0x2C, 0x2D, 0x2E, 0x45, 0x65].contains($0) }) else {
                continue
            }
            let found = bytes.count { $0 == 0x2C }
            if found == 1, !bytes.contains(0x2E) {
                // `1,234` in a table of points is a thousand.
                commas += 1
            } else if bytes.contains(0x2E) {
                points += 1
            }
        }
        return commas > points ? UInt8(ascii: ",") : UInt8(ascii: ".")
    }

    /// The lines of a text, without their ends; the last where it is complete.
    private static func lines(_ head: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for index in head.indices where head[index] == 0x0A {
            let end = index > start && head[index - 1] == 0x0D ? index - 1 : index
            lines.append(start..<end)
            start = index + 1
            if lines.count == 4000 { break }
        }
        return lines
    }

    /// The cells of a line, which may stand in quotes as a whole.
    private static func splitQuoted(_ line: String, _ separator: UInt8) -> [String] {
        let cells = split(line, separator)
        guard cells.count == 1, line.trimmed.hasPrefix("\"") else { return cells }
        return split(cells[0], separator)
    }

    /// The cells of a line, without quotes and blanks around.
    static func split(_ line: String, _ separator: UInt8) -> [String] {
        let mark = Unicode.Scalar(separator)
        var cells: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        func end(_ cell: String.UnicodeScalarView) -> String { String(cell).trimmed }
        for scalar in line.unicodeScalars {
            if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == mark, !isQuoted {
                if separator != 0x20 || !cell.isEmpty { cells.append(end(cell)) }
                cell.removeAll(keepingCapacity: true)
            } else {
                cell.append(scalar)
            }
        }
        if separator != 0x20 || !cell.isEmpty { cells.append(end(cell)) }
        return cells
    }

    /// Separators and quotes that surround a value.
    private struct CharacterList {
        let separator: UInt8
        init(_ separator: UInt8) { self.separator = separator }
        func strip(_ text: String) -> String {
            var text = text.trimmed
            func isMark(_ c: Character) -> Bool { c == "\"" || c.asciiValue == separator || c.isWhitespace }
            while let first = text.first, isMark(first) { text.removeFirst() }
            while let last = text.last, isMark(last) { text.removeLast() }
            return text
        }
    }
}

extension String {
    /// Without brackets around.
    fileprivate var trimmingBrackets: String {
        guard count > 2, let first, let last, (first == "[" && last == "]") || (first == "(" && last == ")") else {
            return self
        }
        return String(dropFirst().dropLast())
    }
}
