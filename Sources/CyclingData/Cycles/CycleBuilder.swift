/// Makes the per-cycle table from records, piece by piece: capacities and energies by integration and from the cycler's
/// counters, times, resistance, rest voltages, temperatures.
///
/// Between two rows of a step the current is taken to run straight (trapezoid). Where a step begins, the time its row says
/// it has run is taken at its own current, the rest at the last row's; without such a time its own current alone, and the
/// bound tells that the step may have begun at any time since. A current that is a mean since the row before is taken so.
public struct CycleBuilder {
    /// Rows of finished cycles so far.
    public private(set) var cycles: [MeasuredCycle] = []
    /// Whether the rows of a cycle are kept until its end, for resistance, rest voltages and whoever asks.
    private let onCycle: ((MeasuredCycle, CycleRows) throws -> Void)?
    private var rows = CycleRows()
    private var present: MeasuredCycle?
    private var last: Row?
    private var resolution = 0.0
    private var counterResolution = 0.0
    private var resolutionRows = 0
    private var restTime = 0.0
    private var counterStart = (charge: 0.0, discharge: 0.0, chargeEnergy: 0.0, dischargeEnergy: 0.0)
    private var counterLast = (
        charge: Double.nan, discharge: Double.nan, chargeEnergy: Double.nan, dischargeEnergy: Double.nan
    )
    private var temperatureIntegral = 0.0
    private var temperatureTime = 0.0

    private struct Row {
        var time: Double
        var voltage: Double
        var current: Double
        var step: Int32
        var interval: Double
    }

    /// `onCycle` is called with every finished cycle and its rows.
    public init(onCycle: ((MeasuredCycle, CycleRows) throws -> Void)? = nil) { self.onCycle = onCycle }

    /// Takes the next records. Throws what `onCycle` throws.
    public mutating func take(_ records: CyclingRecords) throws {
        guard records.count > 0 else { return }
        if resolutionRows < 20_000 {
            resolution = max(resolution, Self.resolution(records.current))
            counterResolution = max(
                counterResolution, Self.resolution(records.dischargeCounter), Self.resolution(records.chargeCounter))
            resolutionRows += records.count
        }
        var start = 0
        while start < records.count {
            var end = start + 1
            while end < records.count, records.cycle[end] == records.cycle[start] { end += 1 }
            let cycle = Int(records.cycle[start])
            if present?.cycle != cycle {
                try close()
                open(cycle, records, start)
            }
            integrate(records, start..<end)
            rows.append(records, start..<end)
            start = end
        }
    }

    /// Ends the last cycle and classifies all. Throws what `onCycle` throws.
    public mutating func finish() throws -> [MeasuredCycle] {
        try close()
        MeasuredCycles.classify(&cycles)
        return cycles
    }

    /// Whether cycles are not in the record that ran between the last row and this one: their numbers are passed over, and the
    /// pause is at least half as long as they would have taken at the last one's pace.
    private func isAfterGap(_ cycle: Int, _ time: Double) -> Bool {
        guard let last, let before = cycles.last, cycle > before.cycle + 1 else { return false }
        return time - last.time >= 0.5 * before.duration * Double(cycle - before.cycle - 1)
    }

    private mutating func open(_ cycle: Int, _ records: CyclingRecords, _ start: Int) {
        if isAfterGap(cycle, records.time[start]) { last = nil }
        var summary = MeasuredCycle(cycle: cycle)
        summary.startTime = last?.time ?? records.time[start]
        present = summary
        rows.clear(cycle: cycle)
        counterStart = (
            counterLast.charge.isFinite ? counterLast.charge : 0,
            counterLast.discharge.isFinite ? counterLast.discharge : 0,
            counterLast.chargeEnergy.isFinite ? counterLast.chargeEnergy : 0,
            counterLast.dischargeEnergy.isFinite ? counterLast.dischargeEnergy : 0
        )
        temperatureIntegral = 0
        temperatureTime = 0
        restTime = 0
        // What was counted before the first row, or in cycles that are missing, is no part of the record.
        if last == nil {
            func first(_ values: [Double]) -> Double {
                values.isEmpty || !values[start].isFinite ? 0 : values[start]
            }
            counterStart = (
                first(records.chargeCounter), first(records.dischargeCounter), first(records.chargeEnergyCounter),
                first(records.dischargeEnergyCounter)
            )
        }
    }

    /// Adds the rows of one cycle.
    private mutating func integrate(_ records: CyclingRecords, _ range: Range<Int>) {
        guard var summary = present else { return }
        var charge = 0.0
        var discharge = 0.0
        var chargeEnergy = 0.0
        var dischargeEnergy = 0.0
        var chargeBound = 0.0
        var dischargeBound = 0.0
        var low = summary.minimumVoltage.isFinite ? summary.minimumVoltage : .infinity
        var high = summary.maximumVoltage.isFinite ? summary.maximumVoltage : -.infinity
        var row = last
        let hasStepTime = !records.stepTime.isEmpty
        let hasTemperature = !records.temperature.isEmpty
        records.time.withUnsafeBufferPointer { time in
            records.voltage.withUnsafeBufferPointer { voltage in
                records.current.withUnsafeBufferPointer { current in
                    for index in range {
                        let (t, v, i) = (time[index], voltage[index], current[index])
                        low = min(low, v)
                        high = max(high, v)
                        let step = records.step[index]
                        guard let before = row else {
                            row = Row(time: t, voltage: v, current: i, step: step, interval: 0)
                            continue
                        }
                        let interval = t - before.time
                        var own = interval
                        var isHeld = false
                        if step != before.step {
                            isHeld = true
                            let told = hasStepTime ? records.stepTime[index] : .nan
                            let next = index + 1 < records.count ? time[index + 1] - t : interval
                            own = told.isFinite && told >= 0 ? min(told, interval) : min(interval, max(next, 1))
                            // The last row of a step is its end, unless rows are far apart.
                            let left = min(interval - own, before.interval)
                            if left > 0 {
                                let moved = before.current * left
                                if moved > 0 {
                                    charge += moved
                                    chargeEnergy += moved * before.voltage
                                    chargeBound += moved
                                } else {
                                    discharge -= moved
                                    dischargeEnergy -= moved * before.voltage
                                    dischargeBound -= moved
                                }
                            }
                        }
                        if records.currentIsMean { isHeld = true }
                        if i == 0 { restTime += own }
                        let first = isHeld ? i : before.current
                        let firstVoltage = isHeld ? v : before.voltage
                        if first >= 0 && i >= 0 || first <= 0 && i <= 0 {
                            let moved = 0.5 * (first + i) * own
                            let energy = 0.5 * (first * firstVoltage + i * v) * own
                            let isUnsure = step != before.step && !(hasStepTime && records.stepTime[index].isFinite)
                            let bound =
                                isUnsure
                                ? max(i.magnitude, before.current.magnitude) * own
                                : records.currentIsMean ? 0 : 0.5 * (i - before.current).magnitude * own
                            if moved > 0 {
                                charge += moved
                                chargeEnergy += energy
                                chargeBound += bound
                                summary.chargeTime += own
                                if records.mode[index] == .cvCharge {
                                    summary.cvChargeTime += own
                                    summary.cvChargeCapacity += moved / 3600
                                }
                            } else if moved < 0 {
                                discharge -= moved
                                dischargeEnergy -= energy
                                dischargeBound += bound
                                summary.dischargeTime += own
                            }
                        } else {
                            for (current, voltage) in [(first, firstVoltage), (i, v)] {
                                let moved = 0.5 * current * own
                                if moved > 0 {
                                    charge += moved
                                    chargeEnergy += moved * voltage
                                    chargeBound += moved
                                } else {
                                    discharge -= moved
                                    dischargeEnergy -= moved * voltage
                                    dischargeBound -= moved
                                }
                            }
                        }
                        if hasTemperature, records.temperature[index].isFinite, interval > 0 {
                            temperatureIntegral += records.temperature[index] * interval
                            temperatureTime += interval
                        }
                        row = Row(time: t, voltage: v, current: i, step: step, interval: interval)
                    }
                }
            }
        }
        if hasTemperature {
            for index in range where records.temperature[index].isFinite {
                let value = records.temperature[index]
                if !(summary.minimumTemperature <= value) { summary.minimumTemperature = value }
                if !(summary.maximumTemperature >= value) { summary.maximumTemperature = value }
            }
        }
        last = row
        summary.minimumVoltage = low
        summary.maximumVoltage = high
        summary.records += range.count
        summary.chargeCapacityIntegrated += charge / 3600
        summary.dischargeCapacityIntegrated += discharge / 3600
        summary.chargeEnergyIntegrated += chargeEnergy / 3600
        summary.dischargeEnergyIntegrated += dischargeEnergy / 3600
        summary.chargeCapacityBound += chargeBound / 3600
        summary.dischargeCapacityBound += dischargeBound / 3600
        summary.duration = records.time[range.upperBound - 1] - summary.startTime
        let end = range.upperBound - 1
        if !records.chargeCounter.isEmpty { counterLast.charge = records.chargeCounter[end] }
        if !records.dischargeCounter.isEmpty { counterLast.discharge = records.dischargeCounter[end] }
        if !records.chargeEnergyCounter.isEmpty { counterLast.chargeEnergy = records.chargeEnergyCounter[end] }
        if !records.dischargeEnergyCounter.isEmpty { counterLast.dischargeEnergy = records.dischargeEnergyCounter[end] }
        present = summary
    }

    private mutating func close() throws {
        guard var summary = present else { return }
        present = nil
        summary.chargeCapacityCounter = counterLast.charge - counterStart.charge
        summary.dischargeCapacityCounter = counterLast.discharge - counterStart.discharge
        summary.chargeEnergyCounter = counterLast.chargeEnergy - counterStart.chargeEnergy
        summary.dischargeEnergyCounter = counterLast.dischargeEnergy - counterStart.dischargeEnergy
        // A current logged as nothing may be half a step, either way.
        summary.chargeCapacityBound += 0.5 * resolution * (summary.chargeTime + restTime) / 3600 + counterResolution
        summary.dischargeCapacityBound +=
            0.5 * resolution * (summary.dischargeTime + restTime) / 3600 + counterResolution
        if temperatureTime > 0 { summary.meanTemperature = temperatureIntegral / temperatureTime }
        summary.resistance = StepResistance.first(rows) ?? .nan
        (summary.restVoltageAfterCharge, summary.restVoltageAfterDischarge) = Self.restVoltages(rows)
        cycles.append(summary)
        try onCycle?(summary, rows)
    }

    /// The voltage at the end of the last rest after a charge, and after a discharge.
    private static func restVoltages(_ rows: CycleRows) -> (Double, Double) {
        var afterCharge = Double.nan
        var afterDischarge = Double.nan
        var direction = 0.0
        var begin = 0.0
        for index in rows.time.indices {
            if rows.mode[index] != .rest {
                if rows.current[index] != 0 { direction = rows.current[index] > 0 ? 1 : -1 }
                begin = rows.time[index]
                continue
            }
            // At least a minute, for the voltage to have left the current's.
            guard rows.time[index] - begin >= 60 else { continue }
            if direction > 0 { afterCharge = rows.voltage[index] }
            if direction < 0 { afterDischarge = rows.voltage[index] }
        }
        return (afterCharge, afterDischarge)
    }

    /// The step in which a current is logged: the greatest power of ten that every value is a multiple of, A; 0 where there
    /// is none above a billionth.
    static func resolution(_ current: [Double]) -> Double {
        let stride = max(1, current.count / 5000)
        let sample = Swift.stride(from: 0, to: current.count, by: stride).map { current[$0] }.filter { $0 != 0 }
        guard !sample.isEmpty else { return 0 }
        var step = 1.0
        for _ in 0..<9 {
            step /= 10
            let isMultiple = sample.allSatisfy { value in
                let count = value / step
                return (count - count.rounded()).magnitude < 1e-6 * max(1, count.magnitude * 1e-3)
            }
            if isMultiple { return step }
        }
        return 0
    }
}
