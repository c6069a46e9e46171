/// What the user says of files that are read.
public struct ImportOptions: Sendable {
    /// The format's name; nil tells it from the content.
    public var format: String?
    /// Columns by the file's own headings.
    public var map: [String: BDFColumn]
    /// Whether columns that are not needed for a per-cycle table are read too.
    public var keepsAllColumns: Bool
    /// Told the share of a cell's files that was read, 0 to 1, as their records are taken; not of pipes.
    public var progress: (@Sendable (Double) -> Void)?

    /// Memberwise, without anybody to be told of progress.
    public init(format: String? = nil, map: [String: BDFColumn] = [:], keepsAllColumns: Bool = false) {
        self.format = format
        self.map = map
        self.keepsAllColumns = keepsAllColumns
    }
}

/// Reads what a cycler wrote, whatever its brand, as records with one convention; piece by piece, so that memory does not
/// grow with the length of a text file. Several files may be one cell.
///
/// ```swift
/// let reader = try CyclingReader(paths: ["cell.csv"])
/// while let records = try reader.next() { … }
/// ```
public final class CyclingReader {
    /// The files, in the order in which they are read.
    public let paths: [String]
    /// The format of the file that is being read.
    public private(set) var format = ""
    /// What the files say beside their records.
    public private(set) var metadata: [(key: String, value: String)] = []
    /// What was repaired or assumed, one sentence each.
    public var remarks: [String] { fileRemarks + repair.remarks }

    private let options: ImportOptions
    /// What files of metadata among the paths say.
    private let besides: [(key: String, value: String)]
    private var repair: Repair
    private var nextPath = 0
    private var text: ReadAhead?
    private var fileRemarks: [String] = []
    private var rows = 0

    /// Opens the files, which are one cell; the first at once. Throws `ImportError`.
    ///
    /// Several are put in the order of the dates in them where all have dates, else of their names.
    public init(paths: [String], options: ImportOptions = ImportOptions()) throws {
        self.options = options
        let (paths, besides) = try Self.parted(paths)
        self.besides = besides
        if paths.count > 1, let table = try NASATables.joined(paths, options) {
            self.paths = paths
            repair = Repair(path: paths[0])
            repair.beginFile()
            repair.setUnits(
                voltageIsTold: true, currentIsTold: true, currentIsMean: table.isCurrentMean)
            nextPath = paths.count
            pending = table
            format = table.format
            return
        }
        let ordered = try Self.inOrder(paths, options)
        self.paths = ordered
        guard let first = ordered.first else {
            throw ImportError(path: "FILE", problem: "no file given", remedy: "name one", isMissing: true)
        }
        repair = Repair(path: first)
        pending = try open(first)
        nextPath = 1
    }

    /// The files of records, and what files of metadata beside them say. Throws `ImportError` where there are only these.
    private static func parted(_ paths: [String]) throws -> ([String], [(key: String, value: String)]) {
        let isMetadata = try paths.map { try ArbinMetadata.isMetadata($0) }
        let records = zip(paths, isMetadata).filter { !$0.1 }.map(\.0)
        let others = zip(paths, isMetadata).filter(\.1).map(\.0)
        guard let other = others.first else { return (paths, []) }
        guard !records.isEmpty else { throw ArbinMetadata.refusal(other) }
        return (records, try others.flatMap { try ArbinMetadata.read($0) })
    }

    /// A table that a container gave, or nothing for text.
    private var pending: CyclerTable?

    /// The next records; nil at the end. Throws `ImportError`.
    public func next() throws -> CyclingRecords? {
        while true {
            if let table = pending {
                pending = nil
                let records = try repair.take(table)
                rows += records.count
                if records.count > 0 { return records }
                continue
            }
            if let text {
                if let table = try text.next() {
                    if let share = text.shareRead {
                        options.progress?((Double(nextPath - 1) + share) / Double(paths.count))
                    }
                    let records = try repair.take(table)
                    rows += records.count
                    if records.count > 0 { return records }
                    continue
                }
                fileRemarks += text.remarks
                self.text = nil
            }
            guard nextPath < paths.count else {
                guard rows > 0 else {
                    throw ImportError(
                        path: paths[paths.count - 1], problem: "holds no record with time, voltage and current",
                        remedy: "export the test with its records")
                }
                return nil
            }
            let path = paths[nextPath]
            nextPath += 1
            pending = try open(path)
        }
    }

    /// Begins a file.
    private func open(_ path: String) throws -> CyclerTable? {
        let source = try ByteSource(path: path)
        repair.beginFile()
        if let container = try Self.container(source, options) {
            let table = try Containers.read(container, source)
            begin(table.format, table.metadata, table.remarks)
            repair.setUnits(
                voltageIsTold: true, currentIsTold: true, currentIsMean: table.isCurrentMean)
            return table
        }
        let reader = try TextReader(
            source, format: options.format, map: options.map, keepsAll: options.keepsAllColumns)
        try reader.requireRecords(path)
        begin(reader.format.name, reader.metadata, [])
        repair.beginFile(isPositiveOnDischarge: reader.format.isPositiveOnDischarge)
        func isTold(_ column: BDFColumn) -> Bool {
            reader.columns.contains { $0.meaning.column == column && $0.meaning.hasUnit }
        }
        let isMean = zip(reader.layout.headings, reader.meanings).contains {
            $0.1.column == .currentAmpere && $0.0.text.hasPrefix("<")
        }
        repair.setUnits(
            voltageIsTold: isTold(.voltageVolt), currentIsTold: isTold(.currentAmpere), currentIsMean: isMean)
        text = ReadAhead(reader)
        return nil
    }

    private func begin(_ name: String, _ metadata: [(key: String, value: String)], _ remarks: [String]) {
        if format.isEmpty { self.metadata = metadata + besides }
        format = name
        fileRemarks += remarks
    }

    /// The container a file is, by its content or the user's word; nil for text. Throws `ImportError`.
    static func container(_ source: ByteSource, _ options: ImportOptions) throws -> (any CyclerFormat.Type)? {
        if let format = options.format {
            if let named = CyclerFormats.container(named: format) { return named }
            guard TextFormats.named(format) == nil else { return nil }
            throw ImportError(
                path: source.path, problem: "--format \(format): no such format",
                remedy: "one of \(CyclerFormats.names.joined(separator: ", "))")
        }
        return CyclerFormats.container(try source.peek(CyclerFormats.headSize))
    }

    /// Files in the order of their first dates, where all have one; else of their names, numbers in them by value.
    private static func inOrder(_ paths: [String], _ options: ImportOptions) throws -> [String] {
        // What can be read only once is taken in the order in which it was named.
        guard paths.count > 1, !paths.contains(where: InputFile.isStream) else { return paths }
        var instants: [Double?] = []
        for path in paths {
            let source = try ByteSource(path: path)
            let table: CyclerTable?
            if let container = try container(source, options) {
                table = try Containers.read(container, source)
            } else {
                table = try TextReader(source, format: options.format, map: options.map, keepsAll: false).next()
            }
            instants.append(table?[.unixTimeSecond]?.first { $0.isFinite })
        }
        let known = instants.compactMap(\.self)
        let order: [Int]
        if known.count == paths.count {
            order = paths.indices.sorted { (known[$0], $0) < (known[$1], $1) }
        } else {
            order = paths.indices.sorted { NaturalOrder.isBefore(paths[$0], paths[$1]) }
        }
        return order.map { paths[$0] }
    }
}

/// Names in the order a person gives them: `a2` before `a10`.
enum NaturalOrder {
    /// Whether `a` comes before `b`.
    static func isBefore(_ a: String, _ b: String) -> Bool {
        let (x, y) = (Array(a.utf8), Array(b.utf8))
        var (i, j) = (0, 0)
        while i < x.count, j < y.count {
            if x[i] &- 0x30 < 10, y[j] &- 0x30 < 10 {
                let (m, n) = (digits(x, &i), digits(y, &j))
                if m.count != n.count { return m.count < n.count }
                if m != n { return m.lexicographicallyPrecedes(n) }
                continue
            }
            if x[i] != y[j] { return x[i] < y[j] }
            i += 1
            j += 1
        }
        return x.count - i < y.count - j
    }

    /// The digits from here on, without zeros before them.
    private static func digits(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
        while index < text.count, text[index] == 0x30 { index += 1 }
        let start = index
        while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
        return text[start..<index]
    }
}

extension TextReader {
    /// Throws `ImportError` where the heading names no voltage or no current.
    func requireRecords(_ path: String) throws {
        let found = Set(columns.compactMap(\.meaning.column))
        guard !CycleTableFile.isPerCycle(found) else {
            throw ImportError(
                path: path, place: "line \(layout.headingLine)", problem: "a table of cycles, not of records",
                remedy:
                    "time, voltage and current are needed here; 'cellar summarize' and 'cellar predict' read it as it is"
            )
        }
        for (column, what) in [(BDFColumn.voltageVolt, "voltage"), (.currentAmpere, "current")]
        where !found.contains(column) {
            throw ImportError(
                path: path, place: "line \(layout.headingLine)", problem: "no column of \(what)",
                remedy: "name it with --map \"Their column=\(column.rawValue)\"")
        }
        if found.isDisjoint(with: [.testTimeSecond, .unixTimeSecond, .stepTimeSecond]) {
            throw ImportError(
                path: path, place: "line \(layout.headingLine)", problem: "no column of time",
                remedy: "name it with --map \"Their column=test_time_second\"")
        }
    }
}
