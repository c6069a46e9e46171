/// A table of impedances without current and voltage: spectra that were exported alone.
public struct ImpedanceTable {
    /// The format's name.
    public let format: String
    private let reader: TextReader

    /// Opens a file; nil where it is no such table. Throws `ImportError`.
    public init?(path: String, options: ImportOptions) throws {
        guard !InputFile.isStream(path) else { return nil }
        let source = try ByteSource(path: path)
        guard try CyclingReader.container(source, options) == nil else { return nil }
        let reader = try TextReader(source, format: options.format, map: options.map, keepsAll: options.keepsAllColumns)
        let found = Set(reader.columns.compactMap(\.meaning.column))
        guard found.isSuperset(of: [.realImpedanceOhm, .imaginaryImpedanceOhm]),
            !found.contains(.currentAmpere) || !found.contains(.voltageVolt)
        else { return nil }
        self.reader = reader
        format = reader.format.name
    }

    /// Writes it under BDF's names; returns the rows. Throws `ImportError` or `OutputError`.
    public func write(to path: String) throws -> Int {
        let table = try CSVWriter(path: path, columns: reader.columns.map(\.name))
        do {
            while let piece = try reader.next() {
                for row in 0..<piece.count {
                    for column in piece.columns {
                        if column.texts.isEmpty {
                            table.add(exact: column.values[row])
                        } else {
                            table.add(column.texts[row])
                        }
                    }
                    try table.endRow()
                }
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
        return table.rows
    }
}
