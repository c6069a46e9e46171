// Cycles, steps and how each drives the cell.

extension Repair {
    mutating func decideCycles(_ given: [Double], _ records: CyclingRecords, _ still: Double) {
        guard given.contains(where: \.isFinite) else {
            if still > 0 {
                derivesCycles = true
                told.append("no cycle numbers: counted from the alternation of charge and discharge")
            }
            return
        }
        let first = given.first(where: \.isFinite)
        let isConstant = given.allSatisfy { !$0.isFinite || $0 == first }
        if isConstant {
            var probe = CycleCounter()
            let derived = probe.derive(records, still: still)
            if let last = derived.last, last > 3 {
                derivesCycles = true
                told.append("the cycle number never changes: counted from the alternation of charge and discharge")
                return
            }
        }
        derivesCycles = false
    }

    /// What the file says of each row's mode.
    func words(_ table: CyclerTable, _ order: [Int]?) -> [StepMode] {
        let rows = order?.count ?? table.count
        let name = BDFColumn.stepType.rawValue
        guard let texts = table.columns.first(where: { $0.name == name && !$0.texts.isEmpty })?.texts else {
            return Array(repeating: .unknown, count: rows)
        }
        var known: [String: StepMode] = [:]
        var modes: [StepMode] = []
        modes.reserveCapacity(rows)
        var last = ""
        var mode = StepMode.unknown
        for row in 0..<rows {
            let text = texts[order?[row] ?? row]
            if text != last || row == 0 {
                last = text
                if let found = known[text] {
                    mode = found
                } else {
                    mode = StepWords.mode(text) ?? .unknown
                    if known.count < 1000 { known[text] = mode }
                }
            }
            modes.append(mode)
        }
        return modes
    }

    /// Numbers the steps: by the file's own counter or index, its words, its step times, and the direction of the current
    /// where it has none of these.
    mutating func number(_ records: inout CyclingRecords, _ ids: [Double], _ counts: [Double]) {
        let still = restCurrent
        let count = records.count
        let hasSteps =
            !ids.isEmpty && ids.contains(where: \.isFinite) || !counts.isEmpty && counts.contains(where: \.isFinite)
        let hasWords = records.mode.contains { $0 != .unknown }
        records.step = [Int32](repeating: 0, count: count)
        var key = stepKey
        var number = stepNumber
        for index in 0..<count {
            let id = ids.isEmpty ? .nan : ids[index]
            let tally = counts.isEmpty ? .nan : counts[index]
            let time = records.stepTime.isEmpty ? 0 : records.stepTime[index]
            var mode = records.mode[index]
            if mode == .unknown, !hasSteps, !hasWords {
                mode =
                    records.current[index] > still ? .ccCharge : records.current[index] < -still ? .ccDischarge : .rest
            }
            var isNew = number == 0 || time < key.time
            if hasSteps {
                isNew = isNew || id != key.id && (id.isFinite || key.id.isFinite)
                isNew = isNew || tally != key.count && (tally.isFinite || key.count.isFinite)
                isNew = isNew || records.cycle[index] != key.cycle
            } else {
                isNew = isNew || mode != key.mode
            }
            if isNew { number += 1 }
            key = (id, tally, mode, records.cycle[index], time)
            records.step[index] = number
        }
        stepKey = key
        stepNumber = number
    }

    /// Gives every row the mode its current and voltage show: a direction, rest, and a hold where the voltage stands still
    /// while the current falls.
    func refine(_ records: inout CyclingRecords, still: Double) {
        let count = records.count
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, records.step[end] == records.step[start] { end += 1 }
            // What the step is called, where a row has no word of its own.
            let word = records.mode[start..<end].first { $0 != .rest && $0 != .unknown } ?? .unknown
            if word == .impedance || word == .drive {
                start = end
                continue
            }
            for index in start..<end {
                let current = records.current[index]
                let own = records.mode[index]
                // A rest that draws a twentieth of the greatest current is none.
                let limit = own == .rest ? max(still, 0.05 * greatestCurrent) : still
                if current.magnitude > limit {
                    let kind = own == .rest || own == .unknown ? word : own
                    records.mode[index] = StepWords.turned(kind, isCharge: current > 0)
                } else if StepWords.direction(own) == 0 || current == 0 {
                    records.mode[index] = .rest
                }
            }
            hold(&records, start..<end)
            start = end
        }
    }

    /// Marks the part of a charge or discharge in which the voltage is held.
    func hold(_ records: inout CyclingRecords, _ rows: Range<Int>) {
        guard rows.count >= 4, records.mode[rows.lowerBound] != .cpCharge, records.mode[rows.lowerBound] != .cpDischarge
        else { return }
        // A step may end in a rest of its own.
        guard let last = rows.last(where: { records.mode[$0] != .rest && records.current[$0] != 0 }) else { return }
        let isCharge = records.current[last] > 0
        let end = records.voltage[last]
        let tolerance = max(0.002, 0.0006 * end.magnitude)
        var first = last
        while first > rows.lowerBound, (records.voltage[first - 1] - end).magnitude <= tolerance,
            (records.current[first - 1] > 0) == isCharge
        {
            first -= 1
        }
        guard last - first >= 3 else { return }
        // A hold: the current falls by a twentieth or more.
        guard records.current[last].magnitude < 0.95 * records.current[first].magnitude else { return }
        // It begins where the current leaves its plateau.
        let plateau = records.current[first].magnitude
        var begin = first
        while begin < last, records.current[begin].magnitude >= 0.998 * plateau { begin += 1 }
        for index in begin...last { records.mode[index] = isCharge ? .cvCharge : .cvDischarge }
        // A hold that goes on below what else would be noise.
        var tail = last + 1
        while tail < rows.upperBound, (records.voltage[tail] - end).magnitude <= tolerance,
            records.current[tail] != 0, (records.current[tail] > 0) == isCharge,
            records.current[tail].magnitude <= 1.05 * records.current[tail - 1].magnitude
        {
            records.mode[tail] = isCharge ? .cvCharge : .cvDischarge
            tail += 1
        }
    }
}
