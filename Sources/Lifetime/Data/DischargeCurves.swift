internal import CyclingData

/// A discharge of a cell, and which one.
struct DischargeCurve: Sendable {
    /// Cycle number.
    var cycle: Double
    /// Capacity against voltage.
    var curve: CapacityCurve
}

extension DischargeCurve {
    /// Rows of a table that belong to one discharge or cycle.
    private static func curve(
        _ rows: Range<Int>, times: [Double], voltages: [Double], currents: [Double]
    ) -> CapacityCurve? {
        var records = CycleRows()
        let kept = rows.filter { times[$0].isFinite && voltages[$0].isFinite && currents[$0].isFinite }
        records.time = kept.map { times[$0] }
        records.voltage = kept.map { voltages[$0] }
        records.current = kept.map { currents[$0] }
        records.mode = kept.map { _ in .unknown }
        records.step = kept.map { _ in 0 }
        return CapacityCurve(records, direction: -1)
    }

    /// Stretches of a column within which neighbours are alike.
    private static func stretches(_ count: Int, _ isSame: (Int, Int) -> Bool) -> [Range<Int>] {
        guard count > 0 else { return [] }
        var out: [Range<Int>] = []
        var start = 0
        for row in 1...count where row == count || !isSame(row - 1, row) {
            out.append(start..<row)
            start = row
        }
        return out
    }

    /// NASA's discharges of a cell; none where its table is not there. Throws `LifetimeError`.
    static func nasa(folder: String, name: String) throws -> [DischargeCurve] {
        let root = "\(folder)/nasa_pcoe/\(name)"
        guard let operations = try NASACell.table(root, "operations"),
            let table = try NASACell.table(root, "discharge")
        else { return [] }
        let cycles = Dictionary(
            zip(try operations.column("test_id", of: root), try operations.column("discharge_cycle", of: root)),
            uniquingKeysWith: { first, _ in first })
        let owners = try table.column("test_id", of: root)
        let (times, voltages) = (try table.column("time_s", of: root), try table.column("voltage_V", of: root))
        let currents = try table.column("current_A", of: root)
        return stretches(table.count) { owners[$0] == owners[$1] }.compactMap { rows in
            guard let cycle = cycles[owners[rows.lowerBound]], cycle.isFinite,
                let curve = curve(rows, times: times, voltages: voltages, currents: currents)
            else { return nil }
            return DischargeCurve(cycle: cycle, curve: curve)
        }
    }

    /// Discharges of one of CALCE's CS2 cells; none where its records are not there. Throws `LifetimeError`.
    ///
    /// Records are told by file and cycle within it, the per-cycle table in the same order; a cycle of the records that is
    /// not in the table is passed over by its charge, which in the records has up to 0.01 A·h from before the discharge.
    static func calce(folder: String, name: String) throws -> [DischargeCurve] {
        let root = "\(folder)/calce_cs2"
        let names = NumberTable.names(inFolder: root)
        guard let file = names.first(where: { $0.hasPrefix("\(name)_records.csv") }),
            let list = names.first(where: { $0.hasPrefix("\(name)_cycles.csv") })
        else { return [] }
        let table = try NumberTable(path: "\(root)/\(file)")
        let index = try table.column("Cycle_Index", of: file)
        let charges = try table.column("Discharge_Capacity(Ah)", of: file)
        let (times, voltages) = (try table.column("Test_Time(s)", of: file), try table.column("Voltage(V)", of: file))
        let currents = try table.column("Current(A)", of: file)
        let runs = stretches(table.count) { index[$0] == index[$1] && table.labels[$0] == table.labels[$1] }
        let cycles = try NumberTable(path: "\(root)/\(list)")
        let numbers = try cycles.column("cycle", of: list)
        let capacities = try cycles.column("discharge_capacity_Ah", of: list)
        var out: [DischargeCurve] = []
        var next = 0
        for (number, capacity) in zip(numbers, capacities) {
            // A few cycles may be passed over; a row that matches none has no curve.
            guard
                let run = (next..<min(next + 4, runs.count)).first(where: {
                    let moved = charges[runs[$0].upperBound - 1] - charges[runs[$0].lowerBound]
                    return (moved - capacity).magnitude < 0.015
                })
            else { continue }
            next = run + 1
            if let curve = curve(runs[run], times: times, voltages: voltages, currents: currents) {
                out.append(DischargeCurve(cycle: number, curve: curve))
            }
        }
        return out
    }

    /// Discharges of one of Severson's cells at these cycles, `train/cell1`; none where its table is not there. Throws
    /// `LifetimeError`.
    static func severson(folder: String, name: String, cycles: [Int]) throws -> [DischargeCurve] {
        let root = "\(folder)/severson_lfp_qv/\(name)_qv100"
        let parent = root.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let stem = root.split(separator: "/").last.map(String.init) ?? root
        guard let file = NumberTable.names(inFolder: parent).first(where: { $0.hasPrefix("\(stem).csv") }) else {
            return []
        }
        let table = try NumberTable(path: "\(parent)/\(file)")
        let voltages = try table.column("voltage_V", of: file)
        return cycles.compactMap { cycle in
            guard let charges = table["Qd_cycle\(cycle)_Ah"], let total = charges.last, total.isFinite else {
                return nil
            }
            // Above the discharge's first voltage nothing moves, below its last one neither.
            let moving = charges.indices.dropFirst().filter { charges[$0] - charges[$0 - 1] > 1e-5 * total }
            return CapacityCurve(
                voltage: moving.map { voltages[$0] }, capacity: moving.map { charges[$0] }, direction: -1
            ).map { DischargeCurve(cycle: Double(cycle), curve: $0) }
        }
    }
}
