/// NASA's battery set (Prognostics Center of Excellence): a structure `cycle` of operations (charge, discharge, impedance).
///
/// Fields and units: the README of the data set (B. Saha, K. Goebel, "Battery Data Set", NASA Ames).
enum NASAMAT {
    /// The records of charges and discharges. Throws `ImportError` where there are none.
    static func table(_ operations: [[String: MatValue]], cell: String, path: String) throws -> CyclerTable {
        var unixTime: [Double] = []
        var stepTime: [Double] = []
        var voltage: [Double] = []
        var current: [Double] = []
        var temperature: [Double] = []
        var ambient: [Double] = []
        var step: [Double] = []
        var cycle: [Double] = []
        var types: [String] = []
        var spectra = 0
        var cycles = 0
        var previous = ""
        for (number, operation) in operations.enumerated() {
            let type = (operation["type"]?.text ?? "").trimmed
            guard let data = operation["data"]?.structures.first else { continue }
            if type == "impedance" { spectra += 1 }
            guard let time = data["Time"]?.numbers, let volts = data["Voltage_measured"]?.numbers,
                let amperes = data["Current_measured"]?.numbers, !time.isEmpty
            else { continue }
            let rows = min(time.count, volts.count, amperes.count)
            // A cycle is a charge and the discharges after it.
            if cycles == 0 || type == "charge" && previous == "discharge" { cycles += 1 }
            previous = type
            let degrees = data["Temperature_measured"]?.numbers ?? []
            let start = startTime(operation["time"]?.numbers ?? [])
            let around = operation["ambient_temperature"]?.numbers.first ?? .nan
            for row in 0..<rows {
                unixTime.append(start + time[row])
                stepTime.append(time[row])
                voltage.append(volts[row])
                current.append(amperes[row])
                temperature.append(row < degrees.count ? degrees[row] : .nan)
                ambient.append(around)
                step.append(Double(number + 1))
                cycle.append(Double(cycles))
                types.append(type)
            }
        }
        guard !voltage.isEmpty else {
            throw ImportError(path: path, place: cell, problem: "there are no records", remedy: "name another file")
        }
        var remarks: [String] = []
        if spectra > 0 {
            remarks.append("\(spectra) impedance spectra, which carry no frequencies, are not among the records")
        }
        let testTime: [Double]
        if let first = unixTime.first, unixTime.allSatisfy(\.isFinite) {
            testTime = unixTime.map { $0 - first + (stepTime.first ?? 0) }
        } else {
            testTime = Neware.testTime(stepTime: stepTime, step: step)
            remarks.append("operations without a date: each begins where the one before ends")
        }
        let numbers: [(BDFColumn, [Double])] = [
            (.testTimeSecond, testTime), (.unixTimeSecond, unixTime), (.stepTimeSecond, stepTime),
            (.voltageVolt, voltage), (.currentAmpere, current), (.cycleCount, cycle), (.stepCount, step),
            (.surfaceTemperatureCelsius, temperature), (.ambientTemperatureCelsius, ambient),
        ]
        let columns = numbers.map { CyclerTable.Column(name: $0.0.rawValue, values: $0.1) }
        return CyclerTable(
            format: MATFile.name, columns: columns + [.init(name: BDFColumn.stepType.rawValue, texts: types)],
            metadata: [("cell", cell), ("layout", "nasa")], remarks: remarks)
    }

    /// MATLAB's vector of year, month, day, hour, minute and second, taken as UTC.
    private static func startTime(_ vector: [Double]) -> Double {
        guard vector.count >= 6 else { return .nan }
        return Neware.unixTime(
            year: vector[0], month: vector[1], day: vector[2], hour: vector[3], minute: vector[4], second: vector[5])
    }
}
