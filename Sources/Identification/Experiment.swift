public import Cells
public import CyclingData
public import Electrochemistry

/// A measured course of current and voltage, as the steps that drive the model and the voltages it is compared with.
///
/// Stretches of nearly constant current become steps of their mean current, all other rows a drive that follows the log;
/// so the charge is the log's, and the integrator need not stop at every row. Voltages are compared at evenly spaced
/// times of constant stretches, and at every row of a drive; each counts as the time it stands for.
public struct Experiment: Observation {
    /// As shown: the file's name.
    public var name: String
    /// What drives the model.
    public let steps: [Step]
    /// The instants of comparison.
    public let points: [Point]
    /// Rest voltage at the beginning, V; nil where the data do not begin at rest.
    public let restVoltage: Double?
    /// V at the first row.
    public let firstVoltage: Double
    /// Time-weighted mean of the measured temperature, K; nil where it was not measured.
    public let temperature: Double?
    /// First measured temperature, K.
    public let firstTemperature: Double?
    /// s.
    public let duration: Double
    /// Largest current, A; a magnitude.
    public let largestCurrent: Double
    /// Charge passed up to the fullest and down to the emptiest state, A·h from the start, positive on charge.
    public let chargeRange: ClosedRange<Double>

    /// V.
    public var measured: [Double] { points.map(\.voltage) }
    /// By time.
    public var weights: [Double] { points.map(\.weight) }
    /// Millivolt.
    public var unit: (name: String, factor: Double) { ("mV", 1000) }

    /// As `Observation` says, V.
    public func predicted(
        _ tried: TriedCell, charge: Double?, options: SimulationOptions, shouldStop: () -> Bool
    ) throws -> [Double] {
        try ExperimentRun.voltages(self, cell: tried.cell, charge: charge, options: options, shouldStop: shouldStop)
    }

    /// A measured voltage, and where it stands.
    public struct Point: Sendable, Equatable {
        /// The step, from 0.
        public var step: Int
        /// s since the start.
        public var time: Double
        /// V.
        public var voltage: Double
        /// A, positive on charge.
        public var current: Double
        /// Share of the experiment's time; all add up to 1.
        public var weight: Double
    }

    /// Rows of a test, read already. Throws `FitError` where nothing can be fitted to them.
    ///
    /// - Parameters:
    ///   - rows: records of the test.
    ///   - name: as reports tell it.
    ///   - nominalCapacity: A·h; currents within 0.2 % of 1C of each other count as constant.
    ///   - count: instants of comparison in stretches of constant current.
    public init(_ rows: CycleRows, name: String, nominalCapacity: Double, points count: Int = 400) throws {
        self.name = name
        let (t, current, v) = (rows.time, rows.current, rows.voltage)
        let usable = t.indices.allSatisfy { t[$0].isFinite && current[$0].isFinite && v[$0].isFinite }
        guard t.count >= 10, usable, let start = t.first, let end = t.last, end > start, let v0 = v.first,
            let i0 = current.first
        else {
            throw FitError(
                .data, "\(name): \(t.count) record\(t.count == 1 ? "" : "s")",
                "ten or more with time, voltage and current are needed")
        }
        largestCurrent = current.reduce(0) { max($0, $1.magnitude) }
        guard largestCurrent > 1e-4 * nominalCapacity else {
            throw FitError(
                .data, "\(name): no current flows", "data with a charge or a discharge of the cell are needed")
        }
        duration = end - start
        firstVoltage = v0
        var charge = 0.0, least = 0.0, most = 0.0
        for k in 1..<t.count {
            charge += 0.5 * (current[k] + current[k - 1]) * (t[k] - t[k - 1]) / 3600
            least = min(least, charge)
            most = max(most, charge)
        }
        chargeRange = least...most
        restVoltage = i0.magnitude < 0.01 * nominalCapacity ? v0 : nil
        let kelvin = rows.temperature.map { $0 + 273.15 }
        firstTemperature = kelvin.first { $0.isFinite }
        temperature = Self.mean(kelvin, over: t)
        let stretches = Self.stretches(t, current, tolerance: 0.002 * nominalCapacity)
        var steps: [Step] = []
        var points: [Point] = []
        for stretch in stretches {
            let (first, last) = (stretch.rows.lowerBound, stretch.rows.upperBound - 1)
            let length = t[last] - t[first]
            guard length > 0 else { continue }
            let index = steps.count
            if let mean = stretch.current {
                let pieces = Self.pieces(last - first, wanted: Double(count) * length / (end - start))
                let control: Step.Control = mean.magnitude < 1e-5 * nominalCapacity ? .rest : .current(mean)
                steps.append(
                    Step(control: control, duration: length, period: length / Double(pieces), text: "row \(first + 1)"))
                var row = first
                for k in 0...pieces {
                    let time = t[first] + length * Double(k) / Double(pieces)
                    while row + 2 <= last, t[row + 1] < time { row += 1 }
                    let width = t[row + 1] - t[row]
                    let part = width > 0 ? min(max((time - t[row]) / width, 0), 1) : 1
                    points.append(
                        Point(
                            step: index, time: time - start, voltage: v[row] + part * (v[row + 1] - v[row]),
                            current: mean, weight: length / Double(pieces) * (k == 0 || k == pieces ? 0.5 : 1)))
                }
            } else {
                // Times within the drive begin at 0.
                var times: [Double] = [], values: [Double] = [], kept: [Int] = []
                for row in first...last where times.last.map({ t[row] - t[first] > $0 }) ?? true {
                    times.append(t[row] - t[first])
                    values.append(current[row])
                    kept.append(row)
                }
                guard times.count > 1 else { continue }
                steps.append(
                    Step(
                        control: .drive(DriveCycle(quantity: .current, times: times, values: values)), period: 1e9,
                        text: "row \(first + 1)"))
                for (k, row) in kept.enumerated() {
                    let before = k > 0 ? times[k] - times[k - 1] : 0
                    let after = k + 1 < times.count ? times[k + 1] - times[k] : 0
                    points.append(
                        Point(
                            step: index, time: t[row] - start, voltage: v[row], current: current[row],
                            weight: 0.5 * (before + after)))
                }
            }
        }
        let total = points.reduce(0) { $0 + $1.weight }
        self.steps = steps
        self.points = points.map {
            var point = $0
            point.weight /= total
            return point
        }
    }

    /// Reads all records of one cell. Throws `ImportError`, `FitError`.
    public static func read(
        _ paths: [String], name: String, options: ImportOptions = ImportOptions(), nominalCapacity: Double
    ) throws -> (experiment: Experiment, remarks: [String]) {
        let reader = try CyclingReader(paths: paths, options: options)
        var rows = CycleRows()
        while let records = try reader.next() { rows.append(all: records) }
        return (try Experiment(rows, name: name, nominalCapacity: nominalCapacity), reader.remarks)
    }

    /// How far voltages may lie beyond a cell's cut-offs, V, and charges beyond its nominal capacity.
    static let voltageMargin = 0.25, chargeMargin = 1.5

    /// Throws `FitError` where the data cannot be those of a cell.
    public func check(against cell: Cell) throws {
        func shown(_ value: Double) -> String { FitCell.rounded((value * 100).rounded() / 100) }
        let outside = points.reduce(0) {
            let isOutside =
                $1.voltage > cell.upperCutOff + Self.voltageMargin || $1.voltage < cell.lowerCutOff - Self.voltageMargin
            return $0 + (isOutside ? $1.weight : 0)
        }
        if outside > 0.02 {
            let least = measured.min() ?? 0, most = measured.max() ?? 0
            throw FitError(
                .data,
                "\(name): \(shown(least)) to \(shown(most)) V, where \(cell.name) works from \(shown(cell.lowerCutOff)) "
                    + "to \(shown(cell.upperCutOff)) V", "data of this cell are needed")
        }
        let passed = chargeRange.upperBound - chargeRange.lowerBound
        if passed > Self.chargeMargin * cell.nominalCapacity {
            throw FitError(
                .data,
                "\(name): \(shown(passed)) A.h from full to empty, where \(cell.name) has \(shown(cell.nominalCapacity)) A.h",
                "data of this cell are needed")
        }
    }

    private static func mean(_ values: [Double], over t: [Double]) -> Double? {
        guard values.count == t.count else { return nil }
        var sum = 0.0, time = 0.0
        for k in 1..<t.count where values[k].isFinite {
            sum += values[k] * (t[k] - t[k - 1])
            time += t[k] - t[k - 1]
        }
        return time > 0 ? sum / time : nil
    }

    /// How many pieces a stretch of so many intervals between rows is cut into: no more than there are, and such that points
    /// fall on rows where these are even; a voltage between two rows has less noise than one at a row, and shares it with
    /// its neighbour.
    private static func pieces(_ intervals: Int, wanted: Double) -> Int {
        let least = max(1, Int((Double(intervals) / max(wanted, 2)).rounded(.up)))
        let stride = (least...2 * least).first { intervals % $0 == 0 } ?? least
        return max(2, intervals / stride)
    }

    private struct Stretch {
        var rows: Range<Int>
        /// A; nil where it changes.
        var current: Double?
    }

    /// The rows cut into stretches of constant current and what lies between; neighbours share the row at their border.
    private static func stretches(_ t: [Double], _ current: [Double], tolerance: Double) -> [Stretch] {
        var constant: [Stretch] = []
        var first = 0
        while first < t.count - 1 {
            var last = first
            var low = current[first], high = current[first]
            while last + 1 < t.count {
                let next = current[last + 1]
                guard max(high, next) - min(low, next) <= 2 * tolerance else { break }
                low = min(low, next)
                high = max(high, next)
                last += 1
            }
            guard last - first >= 4, t[last] > t[first] else {
                first += 1
                continue
            }
            var charge = 0.0
            for k in first + 1...last { charge += 0.5 * (current[k] + current[k - 1]) * (t[k] - t[k - 1]) }
            constant.append(Stretch(rows: first..<last + 1, current: charge / (t[last] - t[first])))
            first = last
        }
        var all: [Stretch] = []
        var end = 0
        for stretch in constant {
            if stretch.rows.lowerBound > end { all.append(Stretch(rows: end..<stretch.rows.lowerBound + 1)) }
            all.append(stretch)
            end = stretch.rows.upperBound - 1
        }
        if end < t.count - 1 { all.append(Stretch(rows: end..<t.count)) }
        return all
    }
}

extension CycleRows {
    /// Adds all records.
    mutating func append(all records: CyclingRecords) {
        if !records.temperature.isEmpty {
            if temperature.count < time.count {
                temperature += Array(repeating: .nan, count: time.count - temperature.count)
            }
            temperature += records.temperature
        } else if !temperature.isEmpty {
            temperature += Array(repeating: .nan, count: records.count)
        }
        time += records.time
        voltage += records.voltage
        current += records.current
        mode += records.mode
        step += records.step
    }
}
