internal import Cells
internal import CyclingData

/// A per-cycle table by its columns, whoever wrote it.
struct CycleColumns: Sendable {
    /// What the page calls it.
    var name: String
    /// By the names of the per-cycle table.
    private var columns: [String: [Double]]

    /// Of a table file.
    init(name: String, columns: [String: [Double]]) { (self.name, self.columns) = (name, columns) }

    /// Of a document's rows.
    init(name: String, rows: [ResultDocument]) {
        var columns: [String: [Double]] = [:]
        let keys = rows.first?.keys ?? []
        for key in keys {
            let values = rows.map { $0.number(key) ?? .nan }
            if values.contains(where: \.isFinite) { columns[key] = values }
        }
        self.init(name: name, columns: columns)
    }

    /// Of what a cycler wrote.
    init(name: String, cycles: [MeasuredCycle]) {
        var columns: [String: [Double]] = [:]
        let rows = cycles.map(MeasuredCycles.values)
        for (index, column) in MeasuredCycles.columns.enumerated() {
            let values = rows.map { $0[index] ?? .nan }
            if values.contains(where: \.isFinite) { columns[column] = values }
        }
        columns["cycle"] = cycles.map { Double($0.cycle) }
        self.init(name: name, columns: columns)
    }

    subscript(_ column: String) -> [Double]? { columns[column] }
    var cycles: [Double] { columns["cycle"] ?? [] }
    var count: Int { cycles.count }

    /// The last finite value of a column.
    func last(_ column: String) -> Double? { columns[column]?.last(where: \.isFinite) }

    /// The course of a column; those of other sizes than the cycles' are left out.
    func points(_ column: String, _ scale: Double = 1) -> [Point] {
        guard let values = columns[column], values.count == count else { return [] }
        return zip(cycles, values).filter { $0.1.isFinite }.map { Point($0, $1 * scale) }
    }

    /// State of health in percent: as the table tells it, else the discharge capacity over that of the first cycle.
    var health: [Point] {
        let told = points("soh", 100)
        if !told.isEmpty { return told }
        let capacities = points("discharge_capacity_Ah")
        guard let first = capacities.first(where: { $0.y > 0 })?.y else { return [] }
        return capacities.map { Point($0.x, 100 * $0.y / first) }
    }
}
