/// Streams a table as comma separated values.
///
/// ```swift
/// let table = try CSVWriter(path: "cycles.csv", columns: ["cycle", "soh"])
/// table.add(1)
/// table.add(0.99)
/// try table.endRow()
/// try table.finish()
/// ```
/// The file gets its name on `finish`; see `OutputFile`.
public final class CSVWriter {
    /// Significant digits of a number where nothing else is said.
    public static let defaultDigits = 9

    private let file: OutputFile
    private let columns: Int
    private var column = 0
    /// Complete rows so far, the header not counted.
    public private(set) var rows = 0

    /// Bytes so far.
    public var length: Int { file.length }

    /// Opens the file and writes the header; with `continuingAt`, goes on where an earlier process was, without one.
    /// Throws `OutputError`.
    public init(path: String, columns: [String], continuingAt start: Int? = nil) throws {
        file = try OutputFile(path: path, continuingAt: start)
        self.columns = columns.count
        guard start == nil || path == "-" else {
            rows = 1
            return
        }
        for name in columns { add(name) }
        file.append(UInt8(ascii: "\n"))
        column = 0
    }

    /// The file as the user named it.
    public var path: String { file.path }

    /// Adds a number with `digits` significant digits (1…15); an empty field for nil.
    public func add(_ value: Double?, digits: Int = CSVWriter.defaultDigits) {
        separate()
        guard let value else { return }
        file.append(most: DecimalText.longest) { DecimalText.write(value, digits: digits, to: $0) }
    }

    /// Adds a number with as many digits as it takes to read the same double again; an empty field where it is none.
    public func add(exact value: Double) {
        separate()
        guard value.isFinite else { return }
        file.append(most: DecimalText.longest) { DecimalText.write(exact: value, to: $0) }
    }

    /// Adds a time to the microsecond, s.
    public func add(seconds: Double) {
        separate()
        file.append(most: DecimalText.longest) { DecimalText.write(seconds, decimals: 6, to: $0) }
    }

    /// Adds a whole number.
    public func add(_ value: Int) {
        separate()
        file.append(most: DecimalText.longest) { DecimalText.write(value, to: $0) }
    }

    /// Adds text, in quotes where it needs them.
    public func add(_ text: String) {
        separate()
        let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        file.append(needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text)
    }

    /// Ends the row. Throws `OutputError`.
    public func endRow() throws {
        assert(column == columns, "a row of \(column) fields under a header of \(columns)")
        file.append(UInt8(ascii: "\n"))
        column = 0
        rows += 1
        try file.endRow()
    }

    /// Writes what is buffered. Throws `OutputError`.
    public func flush() throws { try file.flush() }

    /// Writes what is buffered and waits until it is on the disk. Throws `OutputError`.
    public func synchronize() throws { try file.synchronize() }

    /// Completes the file and gives it its name. Throws `OutputError`.
    public func finish() throws { try file.finish() }

    /// Ends without a result: rows already written stay readable in the partial file, whose path is returned; without
    /// any, nothing is left behind.
    @discardableResult
    public func abandon() -> String? { file.abandon(keeping: rows > 0) }

    private func separate() {
        if column > 0 { file.append(UInt8(ascii: ",")) }
        column += 1
    }
}
