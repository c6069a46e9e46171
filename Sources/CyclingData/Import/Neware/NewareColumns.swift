/// Columns that Neware's binary records hold, gathered under their meaning and made a table in the end.
///
/// Units as stored in memory: s, V, A, A·h, W·h.
struct NewareColumns {
    var index: [Double] = []
    var cycle: [Double] = []
    /// Number of the step in the schedule.
    var stepIndex: [Double] = []
    /// Counter of the steps gone through.
    var step: [Double] = []
    /// Code of the step.
    var stepType: [Double] = []
    var stepTime: [Double] = []
    var testTime: [Double] = []
    var unixTime: [Double] = []
    var voltage: [Double] = []
    var current: [Double] = []
    var chargeCapacity: [Double] = []
    var dischargeCapacity: [Double] = []
    var chargeEnergy: [Double] = []
    var dischargeEnergy: [Double] = []
    /// Further columns, under a BDF name or their own.
    var extras: [(name: String, values: [Double])] = []

    var count: Int { voltage.count }

    /// Puts the rows in the order of their index and drops those that are there twice; returns what was done.
    mutating func sortByIndex() -> [String] {
        guard index.count == count, zip(index, index.dropFirst()).contains(where: { !($0 < $1) }) else { return [] }
        let index = index
        var order = index.indices.sorted { index[$0] != index[$1] ? index[$0] < index[$1] : $0 < $1 }
        let before = order.count
        var kept: [Int] = []
        kept.reserveCapacity(before)
        for row in order where kept.last.map({ index[$0] != index[row] }) ?? true { kept.append(row) }
        order = kept
        rearrange(by: order)
        let dropped = before - order.count
        return ["records were not in the order of their number"]
            + (dropped > 0 ? ["\(dropped) records with a number that was there before were dropped"] : [])
    }

    private mutating func rearrange(by order: [Int]) {
        let rows = count
        func take(_ column: [Double]) -> [Double] { column.count == rows ? order.map { column[$0] } : column }
        for path: WritableKeyPath<Self, [Double]> in [
            \.index, \.cycle, \.stepIndex, \.step, \.stepType, \.stepTime, \.testTime, \.unixTime, \.current,
            \.chargeCapacity, \.dischargeCapacity, \.chargeEnergy, \.dischargeEnergy,
        ] {
            self[keyPath: path] = take(self[keyPath: path])
        }
        extras = extras.map { ($0.name, take($0.values)) }
        // Last: its length is the number of rows.
        voltage = take(voltage)
    }

    /// Derives counters and times that this version of the format does not hold.
    mutating func complete(startTime: Double?) {
        if step.isEmpty, !stepIndex.isEmpty { step = Neware.changes([stepIndex]) }
        if testTime.isEmpty, stepTime.count == count, step.count == count {
            testTime = Neware.testTime(stepTime: stepTime, step: step)
        }
        if stepTime.isEmpty, testTime.count == count, step.count == count {
            stepTime = testTime
            var begin = 0.0
            for row in stepTime.indices {
                if row > 0, step[row] != step[row - 1] { begin = testTime[row - 1] }
                stepTime[row] = testTime[row] - begin
            }
        }
        if unixTime.isEmpty, let startTime { unixTime = testTime.map { startTime + $0 } }
    }

    /// The columns that were filled.
    func table(format: String, metadata: [(key: String, value: String)], remarks: [String]) -> CyclerTable {
        let numbers: [(BDFColumn, [Double])] = [
            (.recordIndex, index), (.testTimeSecond, testTime), (.unixTimeSecond, unixTime),
            (.stepTimeSecond, stepTime), (.voltageVolt, voltage), (.currentAmpere, current), (.cycleCount, cycle),
            (.stepCount, step), (.stepId, stepIndex), (.stepChargingCapacityAh, chargeCapacity),
            (.stepDischargingCapacityAh, dischargeCapacity), (.stepChargingEnergyWh, chargeEnergy),
            (.stepDischargingEnergyWh, dischargeEnergy),
        ]
        var columns = numbers.filter { $0.1.count == count }.map {
            CyclerTable.Column(name: $0.0.rawValue, values: $0.1)
        }
        if stepType.count == count {
            columns.append(.init(name: BDFColumn.stepType.rawValue, texts: Neware.words(stepType)))
        }
        columns += extras.filter { $0.values.count == count }.map { .init(name: $0.name, values: $0.values) }
        return CyclerTable(format: format, columns: columns, metadata: metadata, remarks: remarks)
    }
}
