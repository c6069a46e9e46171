/// Counts cycles over pieces of a test, never back: with the file's own numbers, or from the alternation of charge and
/// discharge.
struct CycleCounter {
    /// How often the file's numbers began anew.
    private(set) var restarts = 0
    private var offset: Int32 = 0
    private var last: Int32?

    private var firstNumber: Double?

    // Derivation.
    private var present: Int32 = 1
    private var firstDirection = 0
    private var direction = 0
    private var hasReturned = false
    private var greatestHalf = 0.0
    private var lowest = Double.infinity
    private var highest = -Double.infinity
    private var endVoltage = Double.nan

    /// The file's numbers, carried on where they fall, and where both the clock and the number begin anew (`restarts`: the
    /// rows at which the clock does).
    mutating func count(_ given: [Double], restarts rows: [Int]) -> [Int32] {
        var cycles = [Int32](repeating: 0, count: given.count)
        var previous = last
        // Rows before the first number belong to its cycle.
        let first = given.first { $0.isFinite && $0.magnitude < Self.mostCycles }.map { Int32($0.rounded(.down)) }
        var restart = rows.makeIterator()
        var nextRestart = restart.next()
        for index in given.indices {
            let isRestart = index == nextRestart
            if isRestart { nextRestart = restart.next() }
            let value = given[index]
            guard value.isFinite, value.magnitude < Self.mostCycles else {
                cycles[index] = previous ?? first ?? 1
                continue
            }
            let number = Int32(value.rounded(.down))
            if firstNumber == nil { firstNumber = value }
            var cycle = number &+ offset
            if let before = previous, before < Int32.max / 2,
                cycle < before || isRestart && cycle == before && value == firstNumber
            {
                offset = before + 1 - number
                cycle = before + 1
                restarts += 1
            }
            cycle = max(cycle, previous ?? cycle)
            cycles[index] = cycle
            previous = cycle
        }
        last = previous
        return cycles
    }

    /// Numbers beyond are none of cycles.
    private static let mostCycles = 1e6

    /// A cycle begins with the direction in which the test began. A half that moves less than a twentieth of the greatest
    /// so far is a pulse and no half. Where a half begins in the same direction as the last and the voltage is back by much
    /// of its span (0.7 for a discharge, after which a cell recovers, 0.4 for a charge), the other half was not recorded, and
    /// a cycle begins too.
    mutating func derive(_ records: CyclingRecords, still: Double) -> [Int32] {
        let (current, time, voltage) = (records.current, records.time, records.voltage)
        var cycles = [Int32](repeating: present, count: current.count)
        // A few readings beyond the cell's range are no part of its span.
        let sample = stride(from: 0, to: voltage.count, by: max(1, voltage.count / 4000)).map { voltage[$0] }.sorted()
        if !sample.isEmpty {
            lowest = min(lowest, sample[sample.count / 500])
            highest = max(highest, sample[sample.count - 1 - sample.count / 500])
        }
        var stretches: [(rows: Range<Int>, way: Int, charge: Double)] = []
        var start = 0
        while start < current.count {
            let way = way(current[start], still)
            var end = start + 1
            var charge = 0.0
            while end < current.count, self.way(current[end], still) == way,
                way == 0 || Double(-way) * (voltage[end] - voltage[end - 1]) <= 0.4 * (highest - lowest)
            {
                charge += current[end].magnitude * max(0, time[end] - time[end - 1])
                end += 1
            }
            if way != 0 { greatestHalf = max(greatestHalf, charge) }
            stretches.append((start..<end, way, charge))
            start = end
        }
        for (rows, way, charge) in stretches {
            let (start, end) = (rows.lowerBound, rows.upperBound)
            // A stretch cut by the piece's end has shown what it has shown: it counts as one.
            if way != 0, charge > 0.05 * greatestHalf || end == current.count && charge > 0 {
                if firstDirection == 0 { firstDirection = way }
                let back = way > 0 ? 0.4 : 0.7
                let isAgain =
                    way == direction && Double(-way) * (voltage[start] - endVoltage) > back * (highest - lowest)
                if way != direction || isAgain {
                    if way == firstDirection && hasReturned || isAgain {
                        present += 1
                        hasReturned = false
                    }
                    if way == -firstDirection { hasReturned = true }
                    direction = way
                }
                endVoltage = voltage[end - 1]
            }
            for index in start..<end { cycles[index] = present }
        }
        last = present
        return cycles
    }

    private func way(_ current: Double, _ still: Double) -> Int { current > still ? 1 : current < -still ? -1 : 0 }
}
