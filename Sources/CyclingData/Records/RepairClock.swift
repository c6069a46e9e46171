// Clocks: which one a file has, in which unit, and rows in its order.

extension Repair {
    /// The test's time as the file has it, else from dates, else from the time of its steps.
    mutating func clock(_ table: CyclerTable, _ unix: [Double]) throws -> [Double] {
        clockIsOfSteps = false
        if let time = table[.testTimeSecond], time.contains(where: \.isFinite) { return time }
        if let first = unix.first(where: \.isFinite) {
            if lastTime == nil {
                told.append("no test time: counted from the dates")
                netStart = first
            }
            let start = netStart ?? first
            return unix.map { $0 - start }
        }
        guard let stepTime = table[.stepTimeSecond], stepTime.contains(where: \.isFinite) else {
            throw lacking("time", .testTimeSecond)
        }
        if lastTime == nil { told.append("no test time: the times of the steps counted on") }
        clockIsOfSteps = true
        return stepTime
    }

    /// Tells the unit of a time without one from the dates beside it.
    mutating func scaleTime(_ time: inout [Double], _ unix: [Double], _ table: CyclerTable) {
        if timeScale == nil, unix.count == time.count, let ratio = Self.ratio(time, unix) {
            let candidates: [(Double, String)] = [
                (60, "minutes"), (3600, "hours"), (1e-3, "milliseconds"), (86_400, "days"),
            ]
            timeScale = 1
            for (scale, name) in candidates where (ratio / scale - 1).magnitude < 0.02 {
                timeScale = scale
                told.append("the dates show that the test time is in \(name)")
            }
        }
        guard let timeScale, timeScale != 1 else { return }
        for index in time.indices { time[index] *= timeScale }
    }

    /// Seconds of the dates per unit of the time, over the longest stretch without a pause; nil where they do not tell.
    static func ratio(_ time: [Double], _ unix: [Double]) -> Double? {
        let count = min(time.count, 20_000)
        guard count > 2 else { return nil }
        var ratios: [Double] = []
        // Spans long against the second to which dates are rounded.
        var start = 0
        for index in 1..<count {
            let elapsed = unix[index] - unix[start]
            guard elapsed.isFinite, time[index] > time[start], elapsed >= 0 else {
                start = index
                continue
            }
            if elapsed >= 120 {
                ratios.append(elapsed / (time[index] - time[start]))
                start = index
            }
        }
        guard ratios.count >= 1 else { return nil }
        ratios.sort()
        return ratios[ratios.count / 2]
    }

    /// Puts time in order. Returns the rows that stay and their order; nil where all stay as they are.
    mutating func arrange(
        _ time: inout [Double], _ voltage: [Double], _ current: [Double], _ table: CyclerTable
    ) -> [Int]? {
        let steps = table[.stepId] ?? table[.stepCount] ?? []
        var isClean = !isNewFile
        var sum = 0.0
        for index in time.indices { sum += time[index] + voltage[index] + current[index] }
        if !sum.isFinite { isClean = false }
        if isClean, let lastTime {
            var previous = lastTime - timeOffset
            for value in time {
                if value <= previous { isClean = false }
                previous = value
            }
        }
        if isClean {
            restartRows = []
            if let end = time.indices.last {
                lastRow = (voltage[end], current[end], steps.isEmpty ? 0 : steps[end], .unknown)
            }
            if timeOffset != 0 { for index in time.indices { time[index] += timeOffset } }
            return nil
        }
        var order = time.indices.filter {
            time[$0].isFinite && voltage[$0].isFinite && current[$0].isFinite && voltage[$0].magnitude < 1e7
                && current[$0].magnitude < 1e9
        }
        count(.incomplete, time.count - order.count)
        order = sorted(order, time, voltage, current, table)
        // Duplicates and restarts, row by row.
        let unix = table[.unixTimeSecond] ?? []
        var kept: [Int] = []
        restartRows = []
        kept.reserveCapacity(order.count)
        var arranged: [Double] = []
        arranged.reserveCapacity(order.count)
        var previous = lastTime
        var interval = lastInterval
        var previousUnix = lastUnix
        var row = lastRow
        if isNewFile, lastTime == nil { timeOffset = 0 }
        for (place, index) in order.enumerated() {
            var value = time[index] + timeOffset
            let step = steps.isEmpty ? 0 : steps[index]
            if let before = previous {
                let isStart = place == 0 && isNewFile
                if value < before, clockIsOfSteps, !isStart {
                    timeOffset = before
                    value = before + max(time[index], 0)
                } else if value < before || isStart {
                    restartRows.append(kept.count)
                    // How long the pause was, the dates may tell.
                    let pause = unix.isEmpty ? Double.nan : unix[index] - previousUnix
                    let gap = pause.isFinite && pause >= 0 && pause < 3.2e8 ? pause : max(interval, 0)
                    if isStart, value > before, !pause.isFinite, time[index] > before {
                        // The next file's clock runs on by itself.
                        timeOffset = 0
                        value = time[index]
                    } else {
                        if !isStart {
                            count(time[index] <= max(60, 0.05 * (before - timeOffset)) ? .restart : .backward, 1)
                        }
                        timeOffset = before + gap - time[index]
                        value = before + gap
                    }
                } else if value == before, let row {
                    // Rows that differ within one tick of the clock are no duplicates.
                    if row.voltage == voltage[index], row.current == current[index], row.step == step {
                        count(.duplicate, 1)
                        continue
                    }
                    // A step may begin at the very time at which the last one ended.
                    if row.step == step { count(.tick, 1) }
                }
                if value > before { interval = value - before }
            }
            if !unix.isEmpty, unix[index].isFinite { previousUnix = unix[index] }
            row = (voltage[index], current[index], step, .unknown)
            kept.append(index)
            arranged.append(value)
            previous = value
        }
        lastRow = row
        let isUntouched = kept.count == time.count && kept.enumerated().allSatisfy { $0.offset == $0.element }
        time = arranged
        return isUntouched ? nil : kept
    }

    /// Rows in the order in which they were recorded, where the file has them in another.
    ///
    /// Where the clock falls and is back beyond where it was within 64 rows, or falls onto rows that are there already, rows
    /// are displaced or double; else it was set back, and what follows is a stretch of its own. Within a stretch the record's
    /// number orders rows where every row has one of its own, else the time.
    mutating func sorted(
        _ rows: [Int], _ time: [Double], _ voltage: [Double], _ current: [Double], _ table: CyclerTable
    ) -> [Int] {
        guard rows.count > 1, !clockIsOfSteps else { return rows }
        let record = table[.recordIndex] ?? []
        var falls: [Int] = []
        var recordFalls: [Int] = []
        for place in 1..<rows.count {
            let (row, before) = (rows[place], rows[place - 1])
            if time[row] < time[before] { falls.append(place) }
            if !record.isEmpty, !(record[row] >= record[before]) { recordFalls.append(place) }
        }
        guard !falls.isEmpty || !recordFalls.isEmpty else { return rows }
        let isShuffled = falls.count * 20 > rows.count
        var begins: [Int] = [0]
        for fall in falls where !isShuffled {
            let before = time[rows[fall - 1]]
            let soon = min(rows.count, fall + 64)
            // A clock and a count that both begin anew are another test's.
            let isAnew = !record.isEmpty && record[rows[fall]] <= 1
            let isBack =
                rows[fall..<soon].contains { time[$0] >= before }
                || isRepeated(rows[fall], rows[begins[begins.count - 1]..<fall], time, voltage, current)
            if isAnew || !isBack { begins.append(fall) }
        }
        begins.append(rows.count)
        var order = rows
        var moved = 0
        for (begin, end) in zip(begins, begins.dropFirst()) {
            let range = begin..<end
            let inTime = zip(range.dropLast(), range.dropFirst()).allSatisfy { time[rows[$0]] <= time[rows[$1]] }
            var part: [Int]
            if !record.isEmpty, Set(range.map { record[rows[$0]] }).count == range.count {
                // Every record has its number: these tell the order, whatever the clock does.
                if zip(range.dropLast(), range.dropFirst()).allSatisfy({ record[rows[$0]] < record[rows[$1]] }) {
                    continue
                }
                part = rows[range].sorted { (record[$0], $0) < (record[$1], $1) }
            } else {
                if inTime { continue }
                part = rows[range].sorted { (time[$0], $0) < (time[$1], $1) }
            }
            moved += zip(part, rows[range]).count { $0 != $1 }
            order.replaceSubrange(range, with: part)
        }
        count(.unordered, moved)
        return order
    }

    /// Whether a row stands among earlier ones already: exports that overlap.
    func isRepeated(
        _ row: Int, _ earlier: ArraySlice<Int>, _ time: [Double], _ voltage: [Double], _ current: [Double]
    ) -> Bool {
        earlier.contains { time[$0] == time[row] && voltage[$0] == voltage[row] && current[$0] == current[row] }
    }
}
