import Cells

/// Facts about the elements, from `Data/elements.csv`, each column with its unit, source and year from
/// `Data/elements-sources.csv`.
///
/// A fact that is not known is nil, never zero.
public struct ElementTable: Sendable {
    /// Where a column comes from.
    public struct Source: Sendable, Hashable {
        /// The column.
        public var column: String
        /// Its unit, empty for flags and pure numbers.
        public var unit: String
        /// Work, authors and edition.
        public var source: String
        /// Year of the data, or of publication where that is all that is known.
        public var year: Int
        /// What the column holds.
        public var meaning: String
    }

    private let columns: [String: [Double?]]
    private let weights: [Double]
    /// Sources of all columns, in the file's order.
    public let sources: [Source]
    private let sourceByColumn: [String: Source]

    /// The shipped table. Throws ``MaterialError`` where the folder `Data` is not found or its tables are damaged.
    public static func shipped() throws -> ElementTable { try loaded.get() }

    private static let loaded = Result<ElementTable, any Error> {
        let folder = try DataFolder.path()
        return try ElementTable(
            CommaTable(path: folder + "/elements.csv"), sources: CommaTable(path: folder + "/elements-sources.csv"))
    }

    /// From tables of facts and of their sources. Throws ``MaterialError``.
    public init(_ table: CommaTable, sources: CommaTable) throws {
        let symbol = try table.place(required: "symbol")
        var columns: [String: [Double?]] = [:]
        for (place, name) in table.header.enumerated() where place != symbol {
            var values = [Double?](repeating: nil, count: 119)
            for row in table.rows {
                guard symbol < row.fields.count, let element = Element(symbol: row.fields[symbol]) else {
                    throw MaterialError(
                        .table, place: "\(table.path): line \(row.line)", problem: "no element's symbol",
                        remedy: "write one")
                }
                values[Int(element.number)] = try table.number(row, place)
            }
            columns[name] = values
        }
        let weights = columns["atomic_weight"] ?? []
        for number in 1...94 where number >= weights.count || weights[number] == nil {
            throw MaterialError(
                .table, place: table.path, problem: "no atomic weight for \(Element.symbols[number - 1])",
                remedy: "elements up to Pu need one")
        }
        self.columns = columns
        self.weights = weights.map { $0 ?? .nan }
        let (column, unit, source, year, meaning) = (
            try sources.place(required: "column"), try sources.place(required: "unit"),
            try sources.place(required: "source"), try sources.place(required: "year"),
            try sources.place(required: "meaning")
        )
        self.sources = try sources.rows.map { row in
            guard row.fields.count == sources.header.count, let when = Int(row.fields[year]) else {
                throw MaterialError(
                    .table, place: "\(sources.path): line \(row.line)", problem: "no year",
                    remedy: "one source and year per column")
            }
            return Source(
                column: row.fields[column], unit: row.fields[unit], source: row.fields[source], year: when,
                meaning: row.fields[meaning])
        }
        sourceByColumn = Dictionary(self.sources.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
        for name in table.header where name != "symbol" && sourceByColumn[name] == nil {
            throw MaterialError(
                .table, place: sources.path, problem: "no source for column '\(name)'", remedy: "one line per column")
        }
    }

    /// A fact, nil where unknown.
    public func value(_ column: String, _ element: Element) -> Double? { columns[column]?[Int(element.number)] }

    /// All values of a column by atomic number (0…118), nil where there is no such column.
    public func values(_ column: String) -> [Double?]? { columns[column] }

    /// Where a column comes from.
    public func source(_ column: String) -> Source? { sourceByColumn[column] }

    /// Standard atomic weight.
    @inline(__always)
    public func atomicWeight(_ element: Element) -> Double { weights[Int(element.number)] }

    /// Mass of a formula unit in g/mol.
    public func molarMass(_ composition: Composition) -> Double {
        var sum = 0.0
        for (element, amount) in zip(composition.elements, composition.amounts) {
            sum += atomicWeight(element) * amount
        }
        return sum
    }

    /// Mass fractions in the order of the composition's elements; they add up to 1.
    public func massFractions(_ composition: Composition) -> [Double] {
        let total = molarMass(composition)
        return zip(composition.elements, composition.amounts).map { atomicWeight($0) * $1 / total }
    }
}

/// The folder `Data`, beside the folder of shipped cells.
enum DataFolder {
    /// Throws `MaterialError` where it is not found.
    static func path() throws -> String {
        guard let cells = ShippedCells.folder, let slash = cells.lastIndex(of: "/") else {
            throw MaterialError(
                .notFound, place: "Data", problem: "the folder of shipped tables is not found",
                remedy: "set CELLAR_HOME to the folder that holds Data and Cells")
        }
        return cells[..<slash] + "/Data"
    }
}
