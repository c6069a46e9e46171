/// A cycler's counters of charge and energy, carried on where they reset, so that they run from the start of the test.
struct Counters {
    /// What counts in one direction.
    fileprivate enum Kind {
        /// Counts one direction only.
        case direct
        /// Counts both: the current tells which.
        case throughput
        /// Rises on charge and falls on discharge.
        case net
    }

    /// The counters that a piece has.
    struct Columns {
        fileprivate var kind: Kind = .direct
        fileprivate var charge: [Double] = []
        fileprivate var discharge: [Double] = []
        fileprivate var both: [Double] = []
        fileprivate var energyKind: Kind = .direct
        fileprivate var chargeEnergy: [Double] = []
        fileprivate var dischargeEnergy: [Double] = []
        fileprivate var bothEnergy: [Double] = []

        private static let direct: [(BDFColumn, BDFColumn)] = [
            (.chargingCapacityAh, .dischargingCapacityAh),
            (.scheduleChargingCapacityAh, .scheduleDischargingCapacityAh),
            (.cycleChargingCapacityAh, .cycleDischargingCapacityAh),
            (.stepChargingCapacityAh, .stepDischargingCapacityAh),
        ]
        private static let directEnergy: [(BDFColumn, BDFColumn)] = [
            (.chargingEnergyWh, .dischargingEnergyWh), (.scheduleChargingEnergyWh, .scheduleDischargingEnergyWh),
            (.cycleChargingEnergyWh, .cycleDischargingEnergyWh), (.stepChargingEnergyWh, .stepDischargingEnergyWh),
        ]

        init(_ table: CyclerTable, _ arranged: ([Double]) -> [Double]) {
            func values(_ column: BDFColumn) -> [Double]? {
                guard let values = table[column], values.contains(where: \.isFinite) else { return nil }
                return arranged(values)
            }
            for (up, down) in Self.direct where charge.isEmpty && discharge.isEmpty {
                guard let a = values(up), let b = values(down) else { continue }
                (charge, discharge) = (a, b)
            }
            for (up, down) in Self.directEnergy where chargeEnergy.isEmpty && dischargeEnergy.isEmpty {
                guard let a = values(up), let b = values(down) else { continue }
                (chargeEnergy, dischargeEnergy) = (a, b)
            }
            if charge.isEmpty {
                let others: [(BDFColumn, Kind)] = [
                    (.stepCumulativeCapacityAh, .throughput), (.cycleCumulativeCapacityAh, .throughput),
                    (.cumulativeCapacityAh, .throughput), (.netCapacityAh, .net), (.stepNetCapacityAh, .net),
                    (.cycleNetCapacityAh, .net),
                ]
                for (column, kind) in others where both.isEmpty {
                    if let found = values(column) { (both, self.kind) = (found, kind) }
                }
            }
            if chargeEnergy.isEmpty {
                let others: [(BDFColumn, Kind)] = [
                    (.stepCumulativeEnergyWh, .throughput), (.cycleCumulativeEnergyWh, .throughput),
                    (.cumulativeEnergyWh, .throughput), (.netEnergyWh, .net), (.stepNetEnergyWh, .net),
                    (.cycleNetEnergyWh, .net),
                ]
                for (column, kind) in others where bothEnergy.isEmpty {
                    if let found = values(column) { (bothEnergy, energyKind) = (found, kind) }
                }
            }
            // A counter of both directions may be written with the current's sign.
            if kind == .throughput, both.contains(where: { $0 < 0 }) { kind = .net }
            if energyKind == .throughput, bothEnergy.contains(where: { $0 < 0 }) { energyKind = .net }
        }

        mutating func scale(by factor: Double) {
            charge = charge.map { $0 * factor }
            discharge = discharge.map { $0 * factor }
            both = both.map { $0 * factor }
        }

        /// Charge moved in both directions; nil where nothing is counted.
        func throughput() -> Double? {
            func total(_ values: [Double], net: Bool) -> Double {
                var sum = 0.0
                var last = Double.nan
                for value in values where value.isFinite {
                    if last.isFinite {
                        let change = value - last
                        sum += change >= 0 ? change : net ? -change : 0
                    }
                    last = value
                }
                return sum
            }
            if !charge.isEmpty { return total(charge, net: false) + total(discharge, net: false) }
            return both.isEmpty ? nil : total(both, net: kind == .net)
        }
    }

    private var capacity = Pair()
    private var energy = Pair()

    /// Carries the counters on into the records.
    mutating func unroll(_ found: Columns, into records: inout CyclingRecords) {
        (records.chargeCounter, records.dischargeCounter) = capacity.unroll(
            found.charge, found.discharge, found.both, isNet: found.kind == .net, records)
        (records.chargeEnergyCounter, records.dischargeEnergyCounter) = energy.unroll(
            found.chargeEnergy, found.dischargeEnergy, found.bothEnergy, isNet: found.energyKind == .net, records)
    }

    /// Both directions of one quantity.
    private struct Pair {
        private var charge = Track()
        private var discharge = Track()
        private var lastBoth = Double.nan
        private var totals = (up: 0.0, down: 0.0)
        private var lastStep: Int32 = 0

        mutating func unroll(
            _ up: [Double], _ down: [Double], _ both: [Double], isNet: Bool, _ records: CyclingRecords
        ) -> ([Double], [Double]) {
            if !up.isEmpty { return (charge.unroll(up), discharge.unroll(down)) }
            guard !both.isEmpty else { return ([], []) }
            let isNet = isNet && !Self.risesOnDischarge(both, records)
            var rising: [Double] = []
            var falling: [Double] = []
            rising.reserveCapacity(both.count)
            falling.reserveCapacity(both.count)
            for index in both.indices {
                let value = both[index]
                if value.isFinite {
                    let isNewStep = records.step[index] != lastStep
                    // What a counter holds on a step's first row was moved in that step where it was reset.
                    var change = lastBoth.isFinite ? value - lastBoth : 0
                    if isNewStep, value.magnitude < lastBoth.magnitude, value.magnitude < 0.5 * change.magnitude {
                        change = value
                    }
                    if !isNet, change < 0 { change = value }
                    lastBoth = value
                    lastStep = records.step[index]
                    if isNet {
                        if change > 0 { totals.up += change } else { totals.down -= change }
                    } else if records.current[index] > 0 {
                        totals.up += change
                    } else if records.current[index] < 0 {
                        totals.down += change
                    }
                }
                rising.append(totals.up)
                falling.append(totals.down)
            }
            return (rising, falling)
        }

        /// Whether what is called net counts discharges upwards all the same, as more rows show than not.
        private static func risesOnDischarge(_ both: [Double], _ records: CyclingRecords) -> Bool {
            var up = 0
            var down = 0
            for index in both.indices.dropFirst()
            where records.current[index] < 0 && records.step[index] == records.step[index - 1] {
                if both[index] > both[index - 1] { up += 1 }
                if both[index] < both[index - 1] { down += 1 }
            }
            return up > down
        }
    }

    /// One counter.
    private struct Track {
        private var last = Double.nan
        private var base = 0.0

        /// The last value where none falls or is missing, so that they stay as they are; nil where one does.
        private func rising(_ values: [Double]) -> Double? {
            var before = last.isFinite ? last : 0
            for value in values {
                // Written so that no comparison with a missing value holds.
                guard value >= before, value < .infinity, value.sign == .plus else { return nil }
                before = value
            }
            return values.isEmpty ? nil : before
        }

        mutating func unroll(_ values: [Double]) -> [Double] {
            if base == 0, let end = rising(values) {
                last = end
                return values
            }
            var result = values
            for index in values.indices {
                let value = values[index]
                guard value.isFinite else {
                    result[index] = base + (last.isFinite ? last : 0)
                    continue
                }
                // It never falls but to begin anew; a hair's fall is rounding.
                if last.isFinite, value < last {
                    if value < last - max(1e-6 * last, 1e-12) { base += last } else { base += last - value }
                }
                last = value
                result[index] = base + value
            }
            return result
        }
    }
}
