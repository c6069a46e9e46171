/// What a cell is read as.
enum CellKind: UInt8 {
    case skip, number, time, date, text
}

/// Where the cells of one column go.
struct CellPlan {
    var kind: CellKind
    /// Index among the numbers, or among the texts.
    var slot: Int
    var scale = 1.0
    var offset = 0.0
}

/// Reads lines of cells into columns. It allocates nothing for a cell but the words it has not just seen.
final class TextScanner {
    /// Rows at which `scan` stops.
    let rows: Int
    /// Rows for which there is room.
    private let room: Int
    private let plan: [CellPlan]
    private let layout: TextLayout
    private let number: NumberText
    private let dateOrder: DateText.Order
    private let numberCount: Int
    private let textCount: Int
    private let encoding: TextEncoding
    private(set) var values: [UnsafeMutablePointer<Double>] = []
    private(set) var texts: [[String]]
    private var lastText: [(bytes: [UInt8], text: String)]
    private(set) var count = 0

    /// Cells of numbers that hold words, per column of the plan.
    private(set) var wordCells: [Int]
    /// Columns of such cells in the present line.
    private var lineWords: [Int] = []
    /// Lines without any number, left out.
    private(set) var skippedLines = 0
    /// Lines, those before the table not counted.
    private(set) var lines = 0
    /// Cells of the last line.
    private(set) var lastCells = 0

    // Stacked records.
    private var stackCycle = Double.nan
    private var stackStep = Double.nan
    private var stackType = ""
    /// Slots of cycle, step and type that stacked lines fill.
    var stackSlots: (cycle: Int, step: Int, type: Int)?

    init(
        plan: [CellPlan], numbers: Int, texts: Int, rows: Int, room: Int, layout: TextLayout, encoding: TextEncoding,
        dateOrder: DateText.Order
    ) {
        self.plan = plan
        self.rows = rows
        self.room = max(rows, room)
        self.layout = layout
        self.encoding = encoding
        self.dateOrder = dateOrder
        number = NumberText(decimalMark: layout.decimalMark)
        numberCount = numbers
        textCount = texts
        values = (0..<numbers).map { _ in .allocate(capacity: max(rows, room)) }
        self.texts = Array(repeating: [], count: texts)
        lastText = Array(repeating: ([], ""), count: texts)
        wordCells = Array(repeating: 0, count: plan.count)
    }

    deinit { for column in values { column.deallocate() } }

    /// The numbers and the words of the first `rows` rows; what follows these is kept for the next time.
    func take(_ rows: Int) -> (numbers: [[Double]], texts: [[String]]) {
        let left = count - rows
        let numbers = values.map { column in
            defer { if left > 0 { column.update(from: column + rows, count: left) } }
            return Array(UnsafeBufferPointer(start: column, count: rows))
        }
        let words = left > 0 ? texts.map { Array($0.prefix(rows)) } : texts
        texts = left > 0 ? texts.map { Array($0.suffix(left)) } : Array(repeating: [], count: textCount)
        count = left
        return (numbers, words)
    }

    /// Appends the rows that another scanner of the same plan read from the lines that follow this one's, and empties it.
    /// There must be room for them.
    func append(_ other: TextScanner) {
        precondition(count + other.count <= room)
        for (column, addition) in zip(values, other.values) {
            (column + count).update(from: addition, count: other.count)
        }
        for slot in texts.indices { texts[slot] += other.texts[slot] }
        for column in wordCells.indices { wordCells[column] += other.wordCells[column] }
        count += other.count
        skippedLines += other.skippedLines
        lines += other.lines
        if other.count > 0 { lastCells = other.lastCells }
        other.clear()
    }

    /// Forgets what was read.
    func clear() {
        (count, skippedLines, lines) = (0, 0, 0)
        texts = Array(repeating: [], count: textCount)
        wordCells = Array(repeating: 0, count: plan.count)
    }

    /// The last place, up to `most` rows, before which every row of the clock in `slot` is earlier than every one after it,
    /// over `window` rows on either side: rows that are displaced or double are then never parted from their places. `most`
    /// itself where there is no such place within a few thousand rows.
    func border(_ slot: Int, most: Int, window: Int) -> Int {
        let time = values[slot]
        for place in stride(from: most, to: max(window, most - 4096), by: -1) {
            var before = -Double.infinity
            var isOrdered = true
            for row in place - window..<place where !(time[row] < before) {
                // Not a number: such a row is dropped.
                before = time[row].isNaN ? before : time[row]
            }
            for row in place..<min(place + window, count) where time[row] <= before { isOrdered = false }
            if isOrdered { return place }
        }
        return most
    }

    /// Reads whole lines from `start` to `end`, which follows a line's end, until the columns are full; returns where it
    /// stopped.
    func scan(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        plan.withUnsafeBufferPointer { plan in
            values.withUnsafeBufferPointer { values in
                while p < end, count < rows {
                    if layout.stackDepth > 0 {
                        if let next = stacked(p) {
                            p = next
                            continue
                        }
                    }
                    p = line(p, plan, values)
                }
            }
        }
        return p
    }

    @inline(__always)
    private func line(
        _ start: UnsafePointer<UInt8>, _ plan: UnsafeBufferPointer<CellPlan>,
        _ values: UnsafeBufferPointer<UnsafeMutablePointer<Double>>
    ) -> UnsafePointer<UInt8> {
        let separator = layout.separator
        let blanks = separator == 0x20
        let row = count
        var p = start
        lines += 1
        if layout.quotesAreNoise, p[0] == 0x22 { p += 1 }
        if blanks { while p[0] == 0x20 || p[0] == 0x09 { p += 1 } }
        if p[0] == 0x0A || p[0] == 0x0D && p[1] == 0x0A { return p + (p[0] == 0x0A ? 1 : 2) }
        var column = 0
        var found = 0
        while true {
            if column < plan.count {
                let cell = plan[column]
                switch cell.kind {
                case .number, .time:
                    var value = Double.nan
                    let q = number.parse(p, into: &value)
                    let after = q[0]
                    if q > p, after == separator || after == 0x0A || after == 0x0D {
                        p = q
                        values[cell.slot][row] = value * cell.scale + cell.offset
                        found += 1
                    } else {
                        let isFound = oddCell(&p, cell, column, &value)
                        values[cell.slot][row] = value
                        if isFound { found += 1 }
                    }
                case .skip: skipCell(&p)
                case .date, .text:
                    let content = cellContent(&p)
                    if cell.kind == .date {
                        let value = DateText.unixTime(content, order: dateOrder)
                        values[cell.slot][row] = value ?? .nan
                        if value != nil { found += 1 } else if !content.isEmpty { lineWords.append(column) }
                    } else {
                        keep(content, cell.slot)
                    }
                }
            } else {
                skipCell(&p)
            }
            column += 1
            if blanks {
                while p[0] == 0x20 || p[0] == 0x09 { p += 1 }
                if p[0] != 0x0A, p[0] != 0x0D { continue }
            } else if p[0] == separator {
                p += 1
                continue
            }
            while p[0] != 0x0A { p += 1 }
            p += 1
            break
        }
        guard found > 0 else {
            for slot in 0..<textCount where texts[slot].count > row { texts[slot].removeLast() }
            skippedLines += 1
            lineWords.removeAll(keepingCapacity: true)
            return p
        }
        if !lineWords.isEmpty {
            for column in lineWords { wordCells[column] += 1 }
            lineWords.removeAll(keepingCapacity: true)
        }
        lastCells = column
        if column < plan.count { fill(plan, from: column, values) }
        if let stackSlots {
            values[stackSlots.cycle][row] = stackCycle
            values[stackSlots.step][row] = stackStep
            if texts[stackSlots.type].count == row { texts[stackSlots.type].append(stackType) }
        }
        count += 1
        return p
    }

    /// A line that ends early: what is missing is empty.
    private func fill(
        _ plan: UnsafeBufferPointer<CellPlan>, from column: Int,
        _ values: UnsafeBufferPointer<UnsafeMutablePointer<Double>>
    ) {
        for cell in plan[column...] {
            switch cell.kind {
            case .skip: break
            case .text: texts[cell.slot].append("")
            default: values[cell.slot][count] = .nan
            }
        }
    }

    /// Takes a line of a cycle or of a step among stacked records; nil for a record.
    private func stacked(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var p = start
        var depth = 0
        while depth < layout.stackDepth {
            while p[0] == 0x20 || p[0] == 0x22 { p += 1 }
            guard p[0] == layout.separator else { break }
            p += 1
            depth += 1
        }
        guard depth < layout.stackDepth else { return nil }
        lines += 1
        var value = Double.nan
        while p[0] == 0x20 || p[0] == 0x22 { p += 1 }
        let q = number.parse(p, into: &value)
        if q > p {
            if depth == 0 {
                stackCycle = value
            } else {
                stackStep = value
                p = q
                while p[0] == 0x22 { p += 1 }
                if p[0] == layout.separator {
                    p += 1
                    stackType = encoding.decode(cellContent(&p))
                }
            }
        }
        while p[0] != 0x0A { p += 1 }
        return p + 1
    }

    /// To the cell's end: a separator outside quotes, or a line's end.
    @inline(__always)
    private func skipCell(_ p: inout UnsafePointer<UInt8>) {
        if p[0] == 0x22, !layout.quotesAreNoise {
            _ = cellContent(&p)
            return
        }
        while p[0] != layout.separator, p[0] != 0x0A { p += 1 }
    }

    /// What stands in the cell, without quotes and blanks around.
    private func cellContent(_ p: inout UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let separator = layout.separator
        while p[0] == 0x20 || p[0] == 0x09 && separator != 0x09 || p[0] == 0x22 && layout.quotesAreNoise { p += 1 }
        var start = p
        var end: UnsafePointer<UInt8>
        if p[0] == 0x22 {
            p += 1
            start = p
            while p[0] != 0x0A, p[0] != 0x22 || p[1] == 0x22 { p += p[0] == 0x22 ? 2 : 1 }
            end = p
            while p[0] != separator, p[0] != 0x0A { p += 1 }
        } else {
            while p[0] != separator, p[0] != 0x0A { p += 1 }
            end = p
        }
        while start < end, start[0] == 0x20 || start[0] == 0x09 { start += 1 }
        while end > start, (end - 1)[0] <= 0x20 || (end - 1)[0] == 0x22 && layout.quotesAreNoise { end -= 1 }
        return UnsafeBufferPointer(start: start, count: end - start)
    }

    /// A cell that is no plain number: blanks or quotes around one, nothing, words, a duration, a date. Whether a number came
    /// of it.
    @inline(never)
    private func oddCell(_ p: inout UnsafePointer<UInt8>, _ plan: CellPlan, _ column: Int, _ value: inout Double)
        -> Bool
    {
        let cell = cellContent(&p)
        value = .nan
        guard let base = cell.baseAddress, cell.count > 0 else { return false }
        // Copied, so that a line's end follows whatever the cell's own end is.
        let result: (value: Double, isNumber: Bool) = withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: cell.count + 1
        ) {
            copy in
            guard let start = copy.baseAddress else { return (.nan, false) }
            start.update(from: base, count: cell.count)
            start[cell.count] = 0x0A
            var value = Double.nan
            let end = number.parse(start, into: &value)
            if end == start + cell.count { return (value * plan.scale + plan.offset, true) }
            if let seconds = plan.kind == .time ? DateText.duration(cell) : nil { return (seconds, true) }
            if let seconds = plan.kind == .time ? DateText.unixTime(cell, order: dateOrder) : nil {
                return (seconds, true)
            }
            if let other = otherMark(cell) { return (other * plan.scale + plan.offset, true) }
            return (.nan, false)
        }
        value = result.value
        if !result.isNumber, !Self.meansNothing(cell) { lineWords.append(column) }
        return result.isNumber && !value.isNaN
    }

    /// A number with the other decimal mark, or with marks between thousands.
    private func otherMark(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        guard cell.count < 64,
            cell.allSatisfy({ $0 &- 0x30 < 10 || [0x2B, 0x2C, 0x2D, 0x2E, 0x45, 0x65].contains($0) })
        else { return nil }
        let other = layout.decimalMark == 0x2E ? UInt8(ascii: ",") : UInt8(ascii: ".")
        let others = cell.count { $0 == other }
        let marks = cell.count { $0 == layout.decimalMark }
        let isDecimal = others == 1 && marks == 0
        let text = cell.compactMap { byte -> UInt8? in
            byte == other ? (isDecimal ? 0x2E : nil) : byte == layout.decimalMark ? 0x2E : byte
        }
        return Double(String(decoding: text, as: UTF8.self))
    }

    /// Words that stand for no value.
    private static func meansNothing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard cell.count <= 6 else { return false }
        let word = String(decoding: cell, as: UTF8.self).lowercased()
        return ["nan", "n/a", "na", "null", "none", "-", "--", "nil", "xxx", "inf", "-inf"].contains(word)
    }

    private func keep(_ cell: UnsafeBufferPointer<UInt8>, _ slot: Int) {
        if lastText[slot].bytes.count == cell.count, lastText[slot].bytes.elementsEqual(cell) {
            texts[slot].append(lastText[slot].text)
            return
        }
        let text = encoding.decode(cell.prefix(256))
        lastText[slot] = (Array(cell), text)
        texts[slot].append(text)
    }
}
