public import Cells
public import CyclingData

/// Degradation modes over a life, from its slow discharges: loss of lithium inventory and of either electrode's active
/// material (Dubarry, Truchot and Liaw 2012; Birkl et al. 2017), by `HalfCellFit`.
public struct ModeTracking {
    /// What one reference discharge tells.
    public struct Row: Sendable {
        /// Cycle index.
        public var cycle: Int
        /// s since the start of the test.
        public var time: Double
        /// Discharged in the cycle, A·h.
        public var dischargeCapacity: Double
        /// Electrodes and lithium.
        public var fit: HalfCellFit.Result
        /// Against the first reference discharge, fractions.
        public var losses: HalfCellFit.Losses
        /// 10 s after a step of current, Ω; nil where the cycle has none.
        public var resistance: Double?
    }

    /// Slower counts as a reference discharge: the discharge takes this many hours or more.
    public static let referenceHours = 8.0

    private let fit: HalfCellFit
    private var found: [(cycle: MeasuredCycle, fit: HalfCellFit.Result)] = []
    /// Slow discharges that the cell's potentials do not fit within 50 mV.
    public private(set) var unfitted: [Int] = []

    /// Throws `FitError` for a cell with an electrode of several materials, or without one.
    public init(cell: Cell) throws {
        guard let negative = cell.negative?.materials, let positive = cell.positive?.materials, negative.count == 1,
            positive.count == 1, let anode = negative.first?.openCircuitPotential,
            let cathode = positive.first?.openCircuitPotential
        else {
            throw FitError(
                .data, "\(cell.name): an electrode of several materials or none", "a cell with one in each is needed")
        }
        fit = HalfCellFit(negative: { anode($0) }, positive: { cathode($0) })
    }

    /// Takes a finished cycle.
    public mutating func take(_ cycle: MeasuredCycle, _ rows: CycleRows) {
        guard cycle.dischargeCapacity > 0,
            cycle.meanDischargeCurrent < cycle.dischargeCapacity / Self.referenceHours,
            let curve = CapacityCurve(rows, direction: -1)
        else { return }
        guard let result = fit.fit(curve) else {
            unfitted.append(cycle.cycle)
            return
        }
        found.append((cycle, result))
    }

    /// One row for each reference discharge, in their order.
    public var rows: [Row] {
        guard let fresh = found.first?.fit else { return [] }
        return found.map {
            Row(
                cycle: $0.cycle.cycle, time: $0.cycle.startTime, dischargeCapacity: $0.cycle.dischargeCapacity,
                fit: $0.fit, losses: $0.fit.losses(since: fresh),
                resistance: $0.cycle.resistance.isFinite ? $0.cycle.resistance : nil)
        }
    }
}
