// Units of voltage, current and charge where headings do not tell them, or tell them wrongly.

extension Repair {
    mutating func scaleVoltage(_ voltage: inout [Double]) {
        if voltageScale == nil {
            let sample = Self.sample(voltage).map(\.magnitude).sorted()
            let median = sample.isEmpty ? 0 : sample[sample.count / 2]
            let greatest = sample.last ?? 0
            if median > 300, greatest > 1000, greatest < 2e4 {
                voltageScale = 1e-3
                told.append("a voltage of \(Self.text(median)) V in the middle: taken as millivolts")
            } else if median > 3e5, greatest < 2e7 {
                voltageScale = 1e-6
                told.append("a voltage of \(Self.text(median)) V in the middle: taken as microvolts")
            } else if unitsAreTold.voltage, median > 1.0e-3, median < 6e-3, greatest < 10e-3, (sample.first ?? 0) > 5e-4
            {
                voltageScale = 1e3
                told.append("a voltage of \(Self.text(1000 * median)) mV in the middle: taken as volts")
            } else {
                voltageScale = 1
            }
        }
        guard let voltageScale, voltageScale != 1 else { return }
        for index in voltage.indices { voltage[index] *= voltageScale }
    }

    /// Compares the integral of the current with the cycler's counter of charge: a factor of 1000 or 3600 between them is a
    /// unit that a heading told wrongly or not at all.
    mutating func scaleCurrent(_ records: inout CyclingRecords, _ found: Counters.Columns) {
        if currentScale == nil {
            guard let counted = found.throughput() else {
                currentScale = 1
                return
            }
            var integral = 0.0
            for index in records.time.indices.dropFirst() {
                let interval = records.time[index] - records.time[index - 1]
                integral += 0.5 * (records.current[index].magnitude + records.current[index - 1].magnitude) * interval
            }
            integral /= 3600
            guard integral > 0, counted > 0 else { return }
            let ratio = integral / counted
            currentScale = 1
            for (factor, unit) in [(1000, "milliamperes"), (1e6, "microamperes")] as [(Double, String)]
            where (ratio / factor - 1).magnitude < 0.05 {
                if unitsAreTold.current {
                    counterScale = factor
                    told.append(
                        "the integral of the current is \(Int(factor)) times the counted charge: its unit corrected")
                } else {
                    currentScale = 1 / factor
                    told.append(
                        "the integral of the current is \(Int(factor)) times the counted charge: taken as \(unit)")
                }
            }
            if (ratio * 1000 - 1).magnitude < 0.05 {
                counterScale = 1e-3
                told.append("the counted charge is 1000 times the integral of the current: taken as milliampere hours")
            } else if (ratio * 3600 - 1).magnitude < 0.05 {
                counterScale = 1 / 3600.0
                told.append("the counted charge is 3600 times the integral of the current: taken as ampere seconds")
            }
        }
        guard let currentScale, currentScale != 1 else { return }
        for index in records.current.indices { records.current[index] *= currentScale }
    }

    static func sample(_ values: [Double]) -> [Double] {
        let stride = max(1, values.count / 2000)
        return Swift.stride(from: 0, to: values.count, by: stride).map { values[$0] }.filter(\.isFinite)
    }

    static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
