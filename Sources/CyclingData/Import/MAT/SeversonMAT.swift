/// Severson's files (Severson et al., Nature Energy 4, 383, 2019): a structure `batch` of cells, each with `cycles` of the
/// columns t, I, V, T, Qc and Qd.
///
/// Names of the fields: BatteryML (Microsoft, MIT, `batteryml/preprocess/preprocess_MATR.py`).
enum SeversonMAT {
    /// What the authors derived, which is no record.
    static let derived = ["Qdlin", "Tdlin", "discharge_dQdV", "Vdlin"]

    /// A cell's nominal capacity, A·h (Severson 2019: A123 APR18650M1A).
    private static let nominalCapacity = 1.1

    /// The records of one cell. Throws `ImportError`.
    static func table(_ batch: [String: MatValue], cell: Int, path: String) throws -> CyclerTable {
        let count = Int(exactly: batch["cells"]?.numbers.first ?? 1) ?? 1
        guard let columns = batch["cycles"]?.structures.first else {
            throw ImportError(
                path: path, problem: "there is no cell \(cell) among \(count)",
                remedy: "name one from 0 to \(count - 1)")
        }
        func field(_ name: String) -> [[Double]] { (columns[name]?.cells ?? []).map(\.numbers) }
        let (time, current, voltage) = (field("t"), field("I"), field("V"))
        let (temperature, charge, discharge) = (field("T"), field("Qc"), field("Qd"))
        let summary = batch["summary"]?.structures.first?["cycle"]?.numbers ?? []
        let cycles = min(time.count, current.count, voltage.count)
        var (t, i, v, degrees, qc, qd, number): ([Double], [Double], [Double], [Double], [Double], [Double], [Double]) =
            ([], [], [], [], [], [], [])
        var left = 0
        for cycle in 0..<cycles {
            let rows = min(time[cycle].count, current[cycle].count, voltage[cycle].count)
            // A cycle that was not recorded is a pair of zeros.
            guard rows > 2 else {
                left += 1
                continue
            }
            func take(_ values: [[Double]]) -> [Double] {
                cycle < values.count && values[cycle].count >= rows
                    ? Array(values[cycle].prefix(rows)) : [Double](repeating: .nan, count: rows)
            }
            t += take(time)
            i += take(current)
            v += take(voltage)
            degrees += take(temperature)
            qc += take(charge)
            qd += take(discharge)
            number += [Double](repeating: cycle < summary.count ? summary[cycle] : Double(cycle + 1), count: rows)
        }
        guard !v.isEmpty else {
            throw ImportError(
                path: path, place: "cell \(cell)", problem: "there are no records", remedy: "name another cell")
        }
        var remarks: [String] = []
        if count > 1 { remarks.append("\(count) cells are in this file: this is number \(cell) (FILE#\(cell))") }
        if left > 0 { remarks.append("\(left) cycles without records are left out") }
        let (timeUnit, currentUnit) = units(time: t, current: i, discharge: qd, cycle: number, &remarks)
        let stepTime = t.map { $0 * timeUnit }
        let numbers: [(BDFColumn, [Double])] = [
            (.testTimeSecond, Neware.testTime(stepTime: stepTime, step: number)),
            (.voltageVolt, v), (.currentAmpere, i.map { $0 * currentUnit }), (.cycleCount, number),
            (.surfaceTemperatureCelsius, degrees), (.cycleChargingCapacityAh, qc), (.cycleDischargingCapacityAh, qd),
        ]
        var metadata: [(key: String, value: String)] = [("cell", "\(cell)"), ("layout", "severson")]
        for (theirs, ours) in [("barcode", "barcode"), ("policy_readable", "schedule"), ("channel_id", "channel")] {
            if let text = batch[theirs]?.text { metadata.append((ours, text.trimmed)) }
        }
        if let life = batch["cycle_life"]?.numbers.first, life.isFinite { metadata.append(("cycle_life", "\(life)")) }
        return CyclerTable(
            format: MATFile.name, columns: numbers.map { .init(name: $0.0.rawValue, values: $0.1) }, metadata: metadata,
            remarks: remarks)
    }

    /// Seconds of a unit of time, and ampere of one of current, by which the integral of the discharge is the file's own Qd:
    /// the files do not say whether minutes or seconds, ampere or multiples of the nominal capacity's are meant.
    private static func units(
        time: [Double], current: [Double], discharge: [Double], cycle: [Double], _ remarks: inout [String]
    ) -> (time: Double, current: Double) {
        var integral = 0.0
        var counted = 0.0
        for row in time.indices.dropFirst() where cycle[row] == cycle[row - 1] {
            let interval = time[row] - time[row - 1]
            let mean = (current[row] + current[row - 1]) / 2
            let counter = discharge[row] - discharge[row - 1]
            guard interval > 0, mean < 0, counter > 0, counter < nominalCapacity else { continue }
            integral -= mean * interval
            counted += counter
        }
        // A·s of the counter to units of the file: 1 for s and A, 60 for minutes, 1.1 times as much for C rates.
        let ratio = integral > 0 ? counted * 3600 / integral : .nan
        let candidates = [(1.0, 1.0), (60, 1), (3600, 1), (1, nominalCapacity), (60, nominalCapacity)]
        func deviation(_ unit: (Double, Double)) -> Double { (ratio / (unit.0 * unit.1) - 1).magnitude }
        guard let best = candidates.min(by: { deviation($0) < deviation($1) }), deviation(best) < 0.04 else {
            remarks.append(
                "no unit of time makes the current's integral the file's own capacity: minutes and ampere assumed")
            return (60, 1)
        }
        let (seconds, amperes) = best
        remarks.append(
            "time in \(seconds == 60 ? "minutes" : seconds == 1 ? "seconds" : "hours"), current in "
                + "\(amperes == 1 ? "ampere" : "multiples of 1.1 A"), as its integral and the file's own capacity tell")
        return best
    }
}
