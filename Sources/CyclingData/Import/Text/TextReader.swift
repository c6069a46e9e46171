internal import Dispatch

/// Reads a text export piece by piece: memory does not grow with the file.
final class TextReader {
    /// Rows of a piece, but where the clock is out of order there.
    static let pieceRows = 1 << 17
    /// Rows by which one may be displaced, as `Repair` takes it.
    private static let window = 64
    /// A line longer than this is no line of a table.
    private static let longestLine = 1 << 22
    /// Rows that the second thread reads at once.
    private static let helperRows = 1 << 15
    private static let headSize = 1 << 18
    private static let blockSize = 1 << 20

    let format: any TextFormat.Type
    let metadata: [(key: String, value: String)]
    let encoding: TextEncoding
    let layout: TextLayout
    /// What was assumed about the file.
    private(set) var remarks: [String] = []
    /// The columns that are read, in the file's order.
    let columns: [(name: String, meaning: ColumnMeaning, isText: Bool)]

    /// The meanings of all headings.
    let meanings: [ColumnMeaning]

    private let source: ByteSource
    /// The share of the file that was read; nil of pipes.
    var shareRead: Double? { source.size.map { Double(source.bytesRead) / Double(max($0, 1)) } }
    private let scanner: TextScanner
    /// Reads the second half of a block on another thread; nil where the file is short.
    private let helper: TextScanner?
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var transcoder: UTF16Transcoder?
    private var turnsReturns = false
    private var tabsAreBlanks = false
    private var ragged = false
    /// Where the scanner keeps the clock; nil where there is none but the steps'.
    private let clock: Int?
    /// Whether there may be rows after the last piece.
    private(set) var hasMore = true

    /// Looks at a file's beginning and plans the reading.
    ///
    /// - Parameters:
    ///   - format: the format's name where the user told it.
    ///   - map: columns of headings, lower case, that the user told.
    ///   - keepsAll: whether columns without a meaning are read too.
    ///
    /// Throws `ImportError`.
    init(_ source: ByteSource, format: String? = nil, map: [String: BDFColumn] = [:], keepsAll: Bool) throws {
        let path = source.path
        self.source = source
        capacity = Self.blockSize
        buffer = .allocate(capacity: capacity + 16)
        let (encoding, mark) = TextEncoding.detect(try source.peek(Self.headSize))
        self.encoding = encoding
        do {
            if mark > 0 { _ = try source.read(into: .init(start: buffer, count: mark)) }
            if encoding == .utf16Little || encoding == .utf16Big {
                transcoder = UTF16Transcoder(isLittle: encoding == .utf16Little)
            }
            var state = Fill(buffer: buffer, capacity: capacity)
            while state.end < Self.headSize, try state.read(source, &transcoder) {}
            end = state.end
            isAtEnd = state.isAtEnd
            let head = UnsafeBufferPointer(start: buffer, count: end)
            guard end > 0 else {
                throw ImportError(path: path, problem: "the file is empty", remedy: "export the test again")
            }
            if head.prefix(1 << 16).contains(0) {
                throw ImportError(
                    path: path, problem: "not text, and none of the binary formats that are read",
                    remedy: "export the test as text")
            }
            if head.contains(0x0D), !head.contains(0x0A) { turnsReturns = true }
            if turnsReturns { for index in 0..<end where buffer[index] == 0x0D { buffer[index] = 0x0A } }
            if isAtEnd, end > 0, buffer[end - 1] != 0x0A {
                buffer[end] = 0x0A
                end += 1
                ragged = true
            }
            guard let lastLine = UnsafeBufferPointer(start: buffer, count: end).lastIndex(of: 0x0A) else {
                throw ImportError(
                    path: path, place: "line 1", problem: "longer than \(Self.headSize >> 10) KiB",
                    remedy: "a table has lines")
            }
            let layout = try TextLayout.find(
                UnsafeBufferPointer(start: buffer, count: lastLine + 1), encoding: encoding, extra: Set(map.keys),
                samples: keepsAll ? 4000 : 200, path: path)
            self.layout = layout
            let textHead = TextHead(preamble: layout.preamble, headings: layout.headings, separator: layout.separator)
            if let format {
                guard let named = TextFormats.named(format) else {
                    throw ImportError(
                        path: path, problem: "--format \(format): no such format",
                        remedy: "one of \(CyclerFormats.names.joined(separator: ", "))")
                }
                self.format = named
            } else {
                self.format = TextFormats.all.first { $0.recognises(textHead) } ?? CSVText.self
            }
            metadata = layout.metadata
            let plan = Self.plan(
                layout, format: self.format, head: textHead, map: map, keepsAll: keepsAll, remarks: &remarks)
            columns = plan.columns
            meanings = plan.meanings
            func scanner(_ rows: Int, _ room: Int) -> TextScanner {
                TextScanner(
                    plan: plan.cells, numbers: plan.numbers, texts: plan.texts, rows: rows, room: room, layout: layout,
                    encoding: encoding == .utf16Little || encoding == .utf16Big ? .utf8 : encoding,
                    dateOrder: plan.dateOrder)
            }
            let rows = Self.pieceRows + Self.window
            self.scanner = scanner(rows, rows + Self.helperRows)
            // Stacked records follow from the lines above them; a short file is read before a thread is there.
            let isLong = layout.stackDepth == 0 && !isAtEnd
            helper = isLong ? scanner(Self.helperRows, Self.helperRows) : nil
            self.scanner.stackSlots = plan.stackSlots
            let clocks = [BDFColumn.testTimeSecond, .unixTimeSecond].lazy.compactMap { clock in
                plan.meanings.indices.first { plan.meanings[$0].column == clock && plan.cells[$0].kind != .skip }
            }
            clock = clocks.first.map { plan.cells[$0].slot }
            start = layout.dataStart
            if layout.separator == 0x20 {
                tabsAreBlanks = true
                for index in start..<end where buffer[index] == 0x09 { buffer[index] = 0x20 }
            }
        } catch {
            buffer.deallocate()
            throw error
        }
    }

    deinit { buffer.deallocate() }

    /// The next rows; nil at the end. Throws `ImportError`.
    func next() throws -> CyclerTable? {
        while scanner.count < scanner.rows {
            // Whole lines only.
            var stop = end
            while stop > start, buffer[stop - 1] != 0x0A { stop -= 1 }
            if stop > start {
                start += scan(buffer + start, buffer + stop) - UnsafePointer(buffer + start)
                if scanner.count == scanner.rows { break }
            }
            if isAtEnd {
                if start < end {
                    buffer[end] = 0x0A
                    end += 1
                    ragged = true
                    continue
                }
                break
            }
            try refill()
        }
        guard scanner.count > 0 else {
            finishRemarks()
            return nil
        }
        hasMore = scanner.count > Self.pieceRows
        var rows = min(scanner.count, Self.pieceRows)
        if hasMore, let clock { rows = scanner.border(clock, most: rows, window: Self.window) }
        let (numbers, texts) = scanner.take(rows)
        var number = numbers.makeIterator()
        var text = texts.makeIterator()
        var table = CyclerTable(format: format.name, columns: [], metadata: metadata)
        for column in columns {
            if column.isText {
                table.columns.append(CyclerTable.Column(name: column.name, texts: text.next() ?? []))
            } else {
                table.columns.append(CyclerTable.Column(name: column.name, values: number.next() ?? []))
            }
        }
        return table
    }

    /// Reads whole lines as the scanner does, the second half of them on another thread where the piece has room for all.
    private func scan(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var middle = start + (end - start) / 2
        while middle < end, (middle - 1)[0] != 0x0A { middle += 1 }
        guard let helper, end - start >= 1 << 17, middle < end, scanner.rows - scanner.count > Self.helperRows else {
            return scanner.scan(start, end)
        }
        // Each half has a scanner and lines of its own.
        nonisolated(unsafe) let halves = [(scanner, start, middle), (helper, middle, end)]
        var stops = [start, middle]
        stops.withUnsafeMutableBufferPointer { stops in
            nonisolated(unsafe) let stops = stops
            DispatchQueue.concurrentPerform(iterations: 2) { half in
                let (scanner, start, end) = halves[half]
                stops[half] = scanner.scan(start, end)
            }
        }
        // Short lines: the piece was full before the middle.
        guard stops[0] == middle else {
            helper.clear()
            return stops[0]
        }
        scanner.append(helper)
        return stops[1] == end ? end : scanner.scan(stops[1], end)
    }

    private func refill() throws {
        let left = end - start
        if start > 0 {
            if left > 0 { buffer.update(from: buffer + start, count: left) }
            start = 0
            end = left
        }
        if end > capacity / 2 {
            guard capacity < 2 * Self.longestLine else {
                throw ImportError(
                    path: source.path, place: "line \(layout.headingLine + scanner.lines + 1)",
                    problem: "longer than \(Self.longestLine >> 20) MiB", remedy: "a table has lines")
            }
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity + 16)
            larger.update(from: buffer, count: end)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        }
        var state = Fill(buffer: buffer, capacity: capacity, end: end)
        let before = end
        _ = try state.read(source, &transcoder)
        end = state.end
        isAtEnd = state.isAtEnd
        if turnsReturns { for index in before..<end where buffer[index] == 0x0D { buffer[index] = 0x0A } }
        if tabsAreBlanks { for index in before..<end where buffer[index] == 0x09 { buffer[index] = 0x20 } }
    }

    private func finishRemarks() {
        for (index, words) in scanner.wordCells.enumerated() where words > 0 && index < layout.headings.count {
            remarks.append(
                "\(words) cell\(words == 1 ? "" : "s") of '\(layout.headings[index].text)' held words instead of numbers: "
                    + "taken as missing")
        }
        if scanner.skippedLines > 0 {
            let count = scanner.skippedLines
            remarks.append("\(count) line\(count == 1 ? "" : "s") without any number left out")
        }
        if ragged, scanner.lastCells < layout.headings.count - 1, scanner.lines > 1 {
            remarks.append("the last line is cut short")
        }
    }

    /// Reading into the buffer.
    private struct Fill {
        let buffer: UnsafeMutablePointer<UInt8>
        let capacity: Int
        var end = 0
        var isAtEnd = false

        /// Reads once; whether there was anything.
        mutating func read(_ source: ByteSource, _ transcoder: inout UTF16Transcoder?) throws -> Bool {
            let count: Int
            if transcoder != nil {
                count = try transcoder?.read(source, buffer + end, capacity - end) ?? 0
            } else {
                count = try source.read(into: .init(start: buffer + end, count: capacity - end))
            }
            end += count
            if count == 0 { isAtEnd = true }
            return count > 0
        }
    }
}

/// Turns UTF-16 into UTF-8 while it is read.
struct UTF16Transcoder {
    let isLittle: Bool
    private var held: [UInt8] = []

    init(isLittle: Bool) { self.isLittle = isLittle }

    /// Fills `room` with UTF-8; returns how many bytes, 0 at the end. Throws `ImportError`.
    mutating func read(_ source: ByteSource, _ room: UnsafeMutablePointer<UInt8>, _ capacity: Int) throws -> Int {
        // Two bytes give three at the most.
        let most = min(capacity / 3, 1 << 18) * 2
        guard most >= 2 else { return 0 }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: most, alignment: 2)
        defer { chunk.deallocate() }
        while true {
            for (index, byte) in held.enumerated() { chunk[index] = byte }
            let space = UnsafeMutableRawBufferPointer(rebasing: chunk[held.count...])
            let count = try source.read(into: space)
            let total = held.count + count
            if count == 0 { return 0 }
            var units: [UInt16] = []
            units.reserveCapacity(total / 2)
            for index in 0..<total / 2 {
                let (a, b) = (UInt16(chunk[2 * index]), UInt16(chunk[2 * index + 1]))
                units.append(isLittle ? a | b << 8 : a << 8 | b)
            }
            held = total % 2 == 1 ? [chunk[total - 1]] : []
            // A pair cut by the chunk's end waits for its other half.
            if let last = units.last, UTF16.isLeadSurrogate(last), total > 2 {
                units.removeLast()
                let odd = held
                held = [chunk[2 * units.count], chunk[2 * units.count + 1]] + odd
            }
            var written = 0
            for byte in String(decoding: units, as: UTF16.self).utf8 {
                room[written] = byte
                written += 1
            }
            if written > 0 { return written }
        }
    }
}
