public import CyclingData
internal import CZlib
internal import Learning

/// What is known of one cell: capacities of its whole cycles, and what its records show of single cycles.
public struct CellHistory: Sendable {
    /// File or folder.
    public var name: String
    /// Numbers of whole cycles, ascending.
    public var cycles: [Double] = []
    /// Discharge capacity of each, Ah.
    public var capacities: [Double] = []
    /// 16 charge statistics of each whole cycle; empty where they were not asked for.
    public var statistics: [[Double]] = []
    /// Discharge capacity at `grid`, by cycle number, of the cycles that `curveCycles` names; Ah.
    public var curves: [Int: [Double]] = [:]
    /// The last charge's samples.
    public var lastCharge: NASACell.Charge?
    /// Highest cycle number, whole or not.
    public var lastCycle = 0.0
    /// What was repaired or assumed.
    public var remarks: [String] = []

    /// Voltages of Severson's curves: 1000, from 3.6 V down to 2.0 V.
    public static let grid = (0..<1000).map { 3.6 - 1.6 * Double($0) / 999 }
    /// Cycles whose curves are kept.
    public static let curveCycles = [10, 100]

    /// From capacities alone.
    public init(name: String, cycles: [Double], capacities: [Double]) {
        self.name = name
        let kept = cycles.indices.filter { capacities[$0].isFinite && capacities[$0] > 0 && cycles[$0].isFinite }
        self.cycles = kept.map { cycles[$0] }
        self.capacities = kept.map { capacities[$0] }
        lastCycle = self.cycles.last ?? 0
    }

    /// Reads one cell: what a cycler wrote, a per-cycle table (`cycle, discharge_capacity_Ah` and others like it, in A·h or mA·h),
    /// or a table of discharge curves (`voltage_V, Qd_cycle2_Ah, …`).
    ///
    /// - Parameters:
    ///   - name: as reports tell it.
    ///   - options: how files are read.
    ///   - paths: its files.
    ///   - last: cycles beyond this are not looked at.
    ///   - wantsStatistics: compute charge statistics of every cycle.
    /// - Throws: `ImportError` or `LifetimeError`.
    public init(
        name: String, paths: [String], options: ImportOptions = ImportOptions(), last: Double = .infinity,
        wantsStatistics: Bool = false
    ) throws {
        if paths.count == 1, let path = paths.first, options.format == nil, !InputFile.isStream(path) {
            if let history = try Self.table(path, name: name, last: last) {
                self = history
                try check()
                return
            }
        }
        self.name = name
        // Others of one row a cycle, whatever their headings, units and separators.
        if paths.count == 1, let measured = try CycleTableFile.read(path: paths[0], options: options) {
            take(measured.filter { Double($0.cycle) <= last })
            try check()
            return
        }
        let reader = try CyclingReader(paths: paths, options: options)
        var curves: [Int: [Double]] = [:]
        var statistics: [Int: [Double]] = [:]
        var charge: NASACell.Charge?
        var builder = CycleBuilder { cycle, rows in
            guard Double(cycle.cycle) <= last else { return }
            if Self.curveCycles.contains(cycle.cycle), cycle.minimumVoltage < 2.06, cycle.maximumVoltage < 3.75,
                let curve = CapacityCurve(rows, direction: -1)
            {
                curves[cycle.cycle] = curve.capacity(at: Self.grid)
            }
            if wantsStatistics { statistics[cycle.cycle] = ChargeStatistics(rows)?.values }
            if cycle.chargeCapacityIntegrated > 0 {
                let used = rows.time.indices.filter { rows.current[$0] > 0 }
                charge = NASACell.Charge(
                    times: used.map { rows.time[$0] }, voltages: used.map { rows.voltage[$0] },
                    currents: used.map { rows.current[$0] },
                    temperatures: used.map { $0 < rows.temperature.count ? rows.temperature[$0] : .nan })
            }
        }
        while let records = try reader.next() { try builder.take(records) }
        let whole = take(try builder.finish().filter { Double($0.cycle) <= last })
        if wantsStatistics {
            let none = ChargeStatistics.names.map { _ in Double.nan }
            self.statistics = whole.map { statistics[$0.cycle] ?? none }
        }
        self.curves = curves
        lastCharge = charge
        remarks = reader.remarks
        try check()
    }

    /// Takes the capacities of cycles of one kind, which are returned.
    @discardableResult
    private mutating func take(_ measured: [MeasuredCycle]) -> [MeasuredCycle] {
        // A reference test's capacity is of another rate: only the kind that occurs most is one trajectory.
        let ageing = measured.filter { $0.kind == .ageing && $0.dischargeCapacity > 0 }
        let reference = measured.filter { $0.kind == .reference && $0.dischargeCapacity > 0 }
        let whole =
            ageing.isEmpty ? (reference.isEmpty ? measured.filter { $0.dischargeCapacity > 0 } : reference) : ageing
        cycles = whole.map { Double($0.cycle) }
        capacities = whole.map(\.dischargeCapacity)
        lastCycle = measured.map { Double($0.cycle) }.max() ?? 0
        return whole
    }

    private func check() throws {
        guard !cycles.isEmpty || lastCharge != nil else {
            throw LifetimeError(
                place: name, problem: "no whole discharge and no charge", remedy: "give records of at least one cycle")
        }
    }

    /// The names of a table's columns, from its first line; empty where it is no text.
    private static func header(_ path: String) -> [String] {
        guard let file = gzopen(path, "rb") else { return [] }
        defer { gzclose(file) }
        let most = 1 << 15
        let line = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            count = max(Int(gzread(file, buffer.baseAddress, UInt32(most))), 0)
        }
        let first = line.prefix { $0 != UInt8(ascii: "\n") }
        guard !first.contains(0) else { return [] }
        return String(decoding: first, as: UTF8.self).split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    }

    /// A table of one row a cycle, or of curves; nil where the file is neither.
    private static func table(_ path: String, name: String, last: Double) throws -> CellHistory? {
        let names = header(path)
        if names.first == "voltage_V", names.dropFirst().first?.hasPrefix("Qd_cycle") == true {
            return try curveTable(path, name: name, last: last)
        }
        guard let cycle = ["cycle", "row_cycle", "discharge_cycle"].first(where: names.contains),
            let capacity = ["discharge_capacity_Ah", "capacity_Ah", "capacity"].first(where: names.contains),
            !names.contains(where: { $0.hasPrefix("test_time") || $0 == "time_s" || $0.hasPrefix("voltage_volt") })
        else { return nil }
        let table = try NumberTable(path: path)
        let cycles = try table.column(cycle, of: path)
        var values = try table.column(capacity, of: path)
        // A cycle cut short says nothing of the cell's capacity.
        for index in values.indices {
            let near = values[max(index - 10, 0)..<min(index + 11, values.count)].filter { $0.isFinite && $0 > 0 }
            if !(values[index] >= 0.5 * Statistics.median(Array(near))) { values[index] = .nan }
        }
        let seen = cycles.indices.filter { cycles[$0] <= last }
        var history = CellHistory(name: name, cycles: seen.map { cycles[$0] }, capacities: seen.map { values[$0] })
        let columns = ChargeFeatureSet.statistics.compactMap { table[$0] }
        if columns.count == ChargeFeatureSet.statistics.count {
            history.statistics = seen.filter { values[$0].isFinite && values[$0] > 0 }.map { row in
                columns.map { $0[row] }
            }
        }
        return history
    }

    /// Severson's curves: one column a cycle, one row a voltage.
    private static func curveTable(_ path: String, name: String, last: Double) throws -> CellHistory {
        let table = try NumberTable(path: path)
        var cycles: [Double] = []
        var capacities: [Double] = []
        var curves: [Int: [Double]] = [:]
        let voltages = table.columns.first ?? []
        for (column, heading) in table.names.enumerated().dropFirst() {
            let digits = heading.drop { !$0.isNumber }.prefix { $0.isNumber }
            guard let cycle = Double(digits), cycle <= last else { continue }
            let values = table.columns[column]
            cycles.append(cycle)
            capacities.append(values.max() ?? .nan)
            if curveCycles.contains(Int(cycle)),
                let curve = CapacityCurve(voltage: voltages, capacity: values, direction: -1)
            {
                curves[Int(cycle)] = curve.capacity(at: grid)
            }
        }
        var history = CellHistory(name: name, cycles: cycles, capacities: capacities)
        history.curves = curves
        return history
    }

    /// Capacities of cycles 2 to 100 as Severson's features take them; nil where fewer than 60 of them are known.
    public var first100: [Double]? {
        var out = [Double](repeating: .nan, count: 99)
        for (cycle, capacity) in zip(cycles, capacities) where cycle >= 2 && cycle <= 100 && cycle == cycle.rounded() {
            out[Int(cycle) - 2] = capacity
        }
        guard out.count(where: \.isFinite) >= 60 else { return nil }
        return out
    }

    /// ΔQ(V) of cycle 100 less cycle 10; nil where either curve is missing.
    public var difference: [Double]? {
        guard let early = curves[10], let late = curves[100] else { return nil }
        return zip(late, early).map { $0 - $1 }
    }

    /// Capacity of a fresh cell: the largest median of five cycles among the first tenth, at least the first ten.
    public var initialCapacity: Double {
        let first = Array(capacities.prefix(max(10, capacities.count / 10)))
        guard first.count >= 5 else { return first.max() ?? .nan }
        return (0...(first.count - 5)).map { Statistics.median(Array(first[$0..<($0 + 5)])) }.max() ?? .nan
    }
}
