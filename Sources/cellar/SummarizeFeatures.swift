import Cells
import CyclingData

/// Features of the cycles of one cell, gathered while its records pass.
struct CycleFeatures {
    /// What is wanted.
    struct Wanted {
        /// The file of charge statistics; nil for none.
        var chargeStatistics: String?
        /// The file of curves; nil for none.
        var curves: String?
        /// Cycles whose curves are written; empty for the two of `difference`.
        var curveCycles: [Int] = []
        /// The cycles whose discharge curves are compared.
        var difference = (early: 10, late: 100)
        /// The electrodes' potentials; nil where no modes are told.
        var fit: HalfCellFit?

        /// Voltages of a curve.
        static let points = 1000

        func wantsCurve(_ cycle: Int) -> Bool {
            cycle == difference.early || cycle == difference.late || curves != nil && curveCycles.contains(cycle)
        }
    }

    private let wanted: Wanted
    private var statistics: [(cycle: Int, values: [Double])] = []
    private var discharges: [Int: CapacityCurve] = [:]
    private var charges: [Int: CapacityCurve] = [:]
    private var states: [(cycle: Int, result: HalfCellFit.Result)] = []

    init(_ wanted: Wanted) { self.wanted = wanted }

    /// Takes a finished cycle.
    mutating func take(_ cycle: MeasuredCycle, _ rows: CycleRows) {
        if wanted.chargeStatistics != nil, let found = ChargeStatistics(rows) {
            statistics.append((cycle.cycle, found.values))
        }
        if wanted.wantsCurve(cycle.cycle) {
            discharges[cycle.cycle] = CapacityCurve(rows, direction: -1)
            charges[cycle.cycle] = CapacityCurve(rows, direction: 1)
        }
        // Slower than eight hours: near to equilibrium.
        if let fit = wanted.fit, cycle.dischargeCapacity > 0, cycle.meanDischargeCurrent < cycle.dischargeCapacity / 8,
            let curve = CapacityCurve(rows, direction: -1), let result = fit.fit(curve)
        {
            states.append((cycle.cycle, result))
        }
    }

    /// Degradation modes by cycle, against the first slow discharge.
    var losses: [Int: HalfCellFit.Losses] {
        guard let fresh = states.first?.result else { return [:] }
        return Dictionary(states.map { ($0.cycle, $0.result.losses(since: fresh)) }) { first, _ in first }
    }

    /// The change of the discharge curve between the compared cycles; nil where either is lacking.
    var difference: CapacityDifference? {
        guard let early = discharges[wanted.difference.early], let late = discharges[wanted.difference.late] else {
            return nil
        }
        let (high, low) = Self.range([early, late])
        return CapacityDifference(
            early: early, late: late, grid: CapacityCurve.grid(from: high, to: low, count: Wanted.points))
    }

    private static func range(_ curves: [CapacityCurve]) -> (high: Double, low: Double) {
        let all = curves.flatMap { [$0.voltage.first, $0.voltage.last].compactMap(\.self) }
        return (all.max() ?? 0, all.min() ?? 0)
    }

    /// Writes the tables that were asked for. Throws `OutputError`.
    func write() throws {
        if let path = wanted.chargeStatistics {
            try Self.table(path, ["cycle"] + ChargeStatistics.names, statistics.map { [Double($0.cycle)] + $0.values })
        }
        guard let path = wanted.curves else { return }
        let (high, low) = Self.range(Array(discharges.values) + Array(charges.values))
        let grid = CapacityCurve.grid(from: high, to: low, count: Wanted.points)
        var rows: [[Double]] = []
        for (direction, curves) in [(-1.0, discharges), (1.0, charges)] {
            for cycle in curves.keys.sorted() {
                guard let curve = curves[cycle] else { continue }
                let capacity = curve.capacity(at: grid)
                let slope = curve.incrementalCapacity(on: grid)
                // dV/dQ at a voltage is what dQ/dV is one over.
                for index in grid.indices {
                    rows.append([
                        Double(cycle), direction, grid[index], capacity[index], slope[index],
                        slope[index] > 0 ? 1 / slope[index] : .nan,
                    ])
                }
            }
        }
        try Self.table(
            path,
            [
                "cycle", "direction", "voltage_V", "capacity_Ah", "incremental_capacity_Ah_V",
                "differential_voltage_V_Ah",
            ], rows)
    }

    private static func table(_ path: String, _ columns: [String], _ rows: [[Double]]) throws {
        let table = try CSVWriter(path: path, columns: columns)
        do {
            for row in rows {
                for value in row { table.add(value.isFinite ? value : nil) }
                try table.endRow()
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }

    /// The fit of a cell file's potentials. Throws `CommandError` for cells that it does not serve.
    static func fit(_ name: String) throws -> HalfCellFit {
        let cell = try CellLoader.cell(name, changes: [], ignoreHysteresis: true).cell
        guard let negative = cell.negative?.materials, let positive = cell.positive?.materials, negative.count == 1,
            positive.count == 1
        else {
            throw CommandError.usage(
                "--cell \(name): an electrode of several materials or none; a cell with one in each is right")
        }
        let (anode, cathode) = (negative[0].openCircuitPotential, positive[0].openCircuitPotential)
        return HalfCellFit(negative: { anode($0) }, positive: { cathode($0) })
    }
}
