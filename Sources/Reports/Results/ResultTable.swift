internal import Materials

/// A table of comma-separated values that a command wrote, by its columns.
struct ResultTable: Sendable {
    let name: String
    let header: [String]
    /// Fields by row.
    let rows: [[String]]

    /// Throws ``ReportError``.
    init(name: String, text: String) throws {
        do {
            let table = try CommaTable(Array(text.utf8), path: name)
            (self.name, header, rows) = (name, table.header, table.rows.map(\.fields))
        } catch let error as MaterialError {
            throw ReportError(place: error.place, problem: error.problem, remedy: error.remedy)
        }
    }

    func has(_ columns: String...) -> Bool { columns.allSatisfy(header.contains) }

    /// A column's words; nil where there is none.
    func texts(_ column: String) -> [String]? {
        header.firstIndex(of: column).map { place in rows.map { place < $0.count ? $0[place] : "" } }
    }

    /// A column's numbers, not a number where a field holds none; nil where there is no such column.
    func numbers(_ column: String) -> [Double]? {
        texts(column)?.map { Double($0) ?? .nan }
    }

    /// Columns that hold a number.
    var numbers: [String: [Double]] {
        var all: [String: [Double]] = [:]
        for column in header {
            let values = numbers(column) ?? []
            if values.contains(where: \.isFinite) { all[column] = values }
        }
        return all
    }
}
