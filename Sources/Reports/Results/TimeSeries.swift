package import CyclingData

/// Cycles of a time series: the first, the last, and others spread evenly between them, so that memory does not grow with
/// the length of a run.
package struct TimeSeries: Sendable {
    /// A row.
    package struct Row: Sendable {
        /// s since the start of the test.
        package var time: Double
        /// V.
        package var voltage: Double
        /// A, positive on charge.
        package var current: Double
        /// °C; not a number where it was not measured.
        package var temperature: Double

        package init(time: Double, voltage: Double, current: Double, temperature: Double) {
            (self.time, self.voltage, self.current, self.temperature) = (time, voltage, current, temperature)
        }
    }

    /// One cycle.
    struct Cycle: Sendable {
        var number: Int
        var rows: [Row] = []
    }

    /// What the page calls it.
    package var name: String
    /// Those kept, in order; the last is always the newest.
    private(set) var cycles: [Cycle] = []
    /// Values across the cell, where the file has them.
    var profiles: Profiles?
    /// Cycles seen.
    private(set) var seen = 0
    private var stride = 1
    private static let most = 24

    package init(name: String) { self.name = name }

    /// Adds a row. Rows of a cycle come together.
    package mutating func add(_ row: Row, cycle: Int) {
        if cycles.last?.number != cycle { begin(cycle) }
        cycles[cycles.count - 1].rows.append(row)
    }

    private mutating func begin(_ number: Int) {
        // The one before stays where it lies on the stride.
        if seen > 1, !(seen - 1).isMultiple(of: stride) { cycles.removeLast() }
        if cycles.count >= Self.most {
            stride *= 2
            cycles = cycles.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        }
        cycles.append(Cycle(number: number))
        seen += 1
    }

    /// Reads what any cycler wrote. Throws `ImportError`.
    init(name: String, paths: [String]) throws {
        self.init(name: name)
        let reader = try CyclingReader(paths: paths)
        while let records = try reader.next() { add(records) }
    }

    /// Adds what a cycler recorded.
    package mutating func add(_ records: CyclingRecords) {
        for index in 0..<records.count {
            add(
                Row(
                    time: records.time[index], voltage: records.voltage[index], current: records.current[index],
                    temperature: index < records.temperature.count ? records.temperature[index] : .nan),
                cycle: Int(records.cycle[index]))
        }
    }

    /// At most so many of the kept cycles: the first, the last, and others evenly between.
    func shown(_ most: Int) -> [Cycle] { Thinning.evenly(cycles.filter { $0.rows.count > 1 }, to: most) }
}

extension TimeSeries.Cycle {
    /// The longest stretch of one sign of current, with the charge passed since its start, A·h.
    func stretch(isCharge: Bool) -> (voltage: [Double], capacity: [Double]) {
        var best: Range<Int> = 0..<0
        var bestCharge = 0.0
        var start: Int?
        var charge = 0.0
        func close(_ end: Int) {
            if let start, charge > bestCharge { (best, bestCharge) = (start..<end, charge) }
        }
        for (index, row) in rows.enumerated() {
            let isIn = isCharge ? row.current > 0 : row.current < 0
            guard isIn else {
                close(index)
                start = nil
                continue
            }
            if start == nil {
                (start, charge) = (index, 0)
            } else {
                charge += row.current.magnitude * (row.time - rows[index - 1].time) / 3600
            }
        }
        close(rows.count)
        var voltage: [Double] = [], capacity: [Double] = []
        var sum = 0.0
        for index in best {
            if index > best.lowerBound {
                let mean = (rows[index].current.magnitude + rows[index - 1].current.magnitude) / 2
                sum += mean * (rows[index].time - rows[index - 1].time) / 3600
            }
            voltage.append(rows[index].voltage)
            capacity.append(sum)
        }
        return (voltage, capacity)
    }
}
