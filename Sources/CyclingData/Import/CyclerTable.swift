/// What a reader makes of one file before conventions are made one: its columns, under BDF machine names where their
/// meaning is known and under their own header where it is not, in BDF's units; the cycler's own signs, counters, order
/// and gaps are kept. `Repair` makes records of it.
public struct CyclerTable: Sendable, Equatable {
    /// One column.
    public struct Column: Sendable, Equatable {
        /// A BDF machine name (`BDFColumn.rawValue`), or the file's own header.
        public var name: String
        /// As many as the table has rows; not a number where a cell is empty.
        public var values: [Double]
        /// The cells' words, for columns that are no numbers (step types); empty otherwise.
        public var texts: [String]

        /// Numbers.
        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
            texts = []
        }

        /// Words.
        public init(name: String, texts: [String]) {
            self.name = name
            values = []
            self.texts = texts
        }

        /// Rows.
        public var count: Int { texts.isEmpty ? values.count : texts.count }
    }

    /// Reader's name, as `--format` takes it, e.g. `arbin-csv`.
    public var format: String
    /// In the file's order; all of one length.
    public var columns: [Column]
    /// What the file says of the test beside its records, in its order: cell name, channel, start, schedule.
    public var metadata: [(key: String, value: String)]
    /// What had to be repaired or assumed while reading, one sentence each.
    public var remarks: [String]
    /// Whether a record's current is the mean since the record before, rather than what it was at that time.
    public var isCurrentMean = false

    /// Memberwise.
    public init(
        format: String, columns: [Column], metadata: [(key: String, value: String)] = [], remarks: [String] = []
    ) {
        self.format = format
        self.columns = columns
        self.metadata = metadata
        self.remarks = remarks
    }

    /// Rows.
    public var count: Int { columns.first?.count ?? 0 }

    /// The numbers of a BDF column; nil where the file has none.
    public subscript(_ column: BDFColumn) -> [Double]? {
        columns.first { $0.name == column.rawValue && $0.texts.isEmpty }?.values
    }

    /// Alike in everything that was read.
    public static func == (a: CyclerTable, b: CyclerTable) -> Bool {
        a.format == b.format && a.columns == b.columns && a.remarks == b.remarks && a.isCurrentMean == b.isCurrentMean
            && a.metadata.elementsEqual(b.metadata) { $0.key == $1.key && $0.value == $1.value }
    }
}

/// A file format of one brand. One file a format in `Import`; `CyclerFormats.containers` lists them. Formats of text are
/// `TextFormat`s, read in pieces.
public protocol CyclerFormat: Sendable {
    /// As `--format` takes it, e.g. `neware-ndax`.
    static var name: String { get }
    /// Whether a file that begins with these bytes (up to 64 KiB, already unpacked from gzip) is one of these; by content
    /// alone.
    static func recognises(_ head: [UInt8]) -> Bool
    /// Reads a whole file, as long as it is. Throws `ImportError`.
    static func read(_ bytes: [UInt8], path: String) throws -> CyclerTable
}

/// Why a file is refused: `PATH: PLACE: PROBLEM; REMEDY`.
public struct ImportError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The file, as named by the user.
    public var path: String
    /// Line, sheet, byte or column; empty where the whole file is meant.
    public var place: String
    /// What is wrong.
    public var problem: String
    /// What would be right.
    public var remedy: String
    /// Whether there is no such file.
    public var isMissing: Bool

    /// Memberwise.
    public init(path: String, place: String = "", problem: String, remedy: String, isMissing: Bool = false) {
        self.path = path
        self.place = place
        self.problem = problem
        self.remedy = remedy
        self.isMissing = isMissing
    }

    /// One line.
    public var description: String { "\(path): \(place.isEmpty ? "" : place + ": ")\(problem); \(remedy)" }
}
