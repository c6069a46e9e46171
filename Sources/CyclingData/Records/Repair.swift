/// Makes records of what a reader found: puts rows in order, drops what is double, carries clocks and counters over restarts,
/// tells units and signs that headings do not tell or tell wrongly. What it did is in `remarks`.
///
/// Pieces of a file, or of several that are one cell, are taken one after another; memory does not grow with their number.
public struct Repair {
    /// What was repaired or assumed, one sentence each.
    public var remarks: [String] { told + counted.compactMap { Self.sentence($0.what, $0.count) } }

    private let path: String
    private var told: [String] = []
    private var counted: [(what: Event, count: Int)] = Event.allCases.map { ($0, 0) }

    // Decisions about the present file, nil until there is evidence.
    private var isPositiveOnDischarge = false
    private var signIsDecided = false
    private var currentIsUnsigned: Bool?
    private var timeScale: Double?
    private var voltageScale: Double?
    private var currentScale: Double?
    private var counterScale = 1.0
    private var derivesCycles: Bool?
    private var unitsAreTold = (voltage: false, current: false)

    // Where the last piece ended.
    private var lastTime: Double?
    private var lastInterval = 0.0
    private var timeOffset = 0.0
    private var lastUnix = Double.nan
    private var lastRecord = -Double.infinity
    private var lastRow: (voltage: Double, current: Double, step: Double, mode: StepMode)?
    private var isNewFile = true
    private var cycles = CycleCounter()
    private var stepKey: (id: Double, count: Double, mode: StepMode, cycle: Int32, time: Double) = (
        .nan, .nan, .unknown, -1, 0
    )
    private var stepNumber: Int32 = 0
    private var counters = Counters()
    private var greatestCurrent = 0.0
    private var netStart: Double?
    private var currentIsMean = false
    /// Whether the clock is that of the steps, which begins anew with each.
    private var clockIsOfSteps = false
    /// Rows of the present piece at which the clock began anew.
    private var restartRows: [Int] = []

    /// Repairs of the file `path`, whose name errors carry.
    public init(path: String) { self.path = path }

    /// A further file of the same cell begins.
    public mutating func beginFile(isPositiveOnDischarge: Bool = false) {
        self.isPositiveOnDischarge = isPositiveOnDischarge
        signIsDecided = false
        currentIsUnsigned = nil
        timeScale = nil
        voltageScale = nil
        currentScale = nil
        counterScale = 1
        derivesCycles = nil
        isNewFile = true
        lastRecord = -.infinity
    }

    /// What headings say of units: a column without one may be in any.
    mutating func setUnits(voltageIsTold: Bool, currentIsTold: Bool, currentIsMean: Bool = false) {
        unitsAreTold = (voltageIsTold, currentIsTold)
        self.currentIsMean = currentIsMean
    }

    /// The events that are counted rather than told one by one.
    private enum Event: CaseIterable {
        case incomplete, duplicate, tick, unordered, restart, cycleRestart, backward
    }

    private static func sentence(_ what: Event, _ count: Int) -> String? {
        guard count > 0 else { return nil }
        func rows(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
        return switch what {
        case .incomplete: rows("row", "rows") + " without time, voltage or current dropped"
        case .duplicate: rows("duplicate timestamp", "duplicate timestamps") + " dropped"
        case .tick: rows("row has", "rows have") + " the time of the row before and other values: kept"
        case .unordered: rows("row", "rows") + " put in order of time"
        case .restart: rows("restart", "restarts") + " of the clock: time counted on"
        case .cycleRestart: rows("restart", "restarts") + " of the cycle number: counted on"
        case .backward: rows("backward step", "backward steps") + " of the clock closed"
        }
    }

    private mutating func count(_ what: Event, _ number: Int) {
        for index in counted.indices where counted[index].what == what { counted[index].count += number }
    }

    /// Repairs the next piece. Throws `ImportError` where time, voltage or current are lacking.
    public mutating func take(_ table: CyclerTable) throws -> CyclingRecords {
        let rows = table.count
        guard rows > 0 else { return CyclingRecords() }
        guard let rawVoltage = table[.voltageVolt], rawVoltage.count == rows else {
            throw lacking("voltage", .voltageVolt)
        }
        guard let rawCurrent = table[.currentAmpere], rawCurrent.count == rows else {
            throw lacking("current", .currentAmpere)
        }
        let unix = table[.unixTimeSecond] ?? []
        var time = try clock(table, unix)
        scaleTime(&time, unix, table)
        let order = arrange(&time, rawVoltage, rawCurrent, table)
        func arranged(_ values: [Double]) -> [Double] {
            guard let order else { return values }
            return values.isEmpty ? [] : order.map { values[$0] }
        }
        var records = CyclingRecords()
        records.time = time
        records.voltage = arranged(rawVoltage)
        records.current = arranged(rawCurrent)
        records.unixTime = arranged(unix)
        guard !time.isEmpty else { return records }
        records.stepTime = arranged(table[.stepTimeSecond] ?? [])
        let words = words(table, order)
        scaleVoltage(&records.voltage)
        records.mode = words
        let stepIds = arranged(table[.stepId] ?? [])
        let stepCounts = arranged(table[.stepCount] ?? [])
        var found = Counters.Columns(table, arranged)
        scaleCurrent(&records, found)
        sign(&records, stepIds.isEmpty ? stepCounts : stepIds)
        if counterScale != 1 { found.scale(by: counterScale) }
        for index in 0..<records.count where records.mode[index] != .rest {
            greatestCurrent = max(greatestCurrent, records.current[index].magnitude)
        }
        let still = restCurrent
        // Cycles before steps: a new cycle begins a step.
        let given = arranged(table[.cycleCount] ?? [])
        if derivesCycles == nil { decideCycles(given, records, still) }
        let before = cycles.restarts
        records.cycle =
            derivesCycles == false
            ? cycles.count(given, restarts: restartRows)
            : cycles.derive(records, still: still)
        count(.cycleRestart, cycles.restarts - before)
        number(&records, stepIds, stepCounts)
        refine(&records, still: still)
        counters.unroll(found, into: &records)
        records.currentIsMean = currentIsMean
        records.temperature = temperature(table, arranged)
        records.extras = extras(table, order)
        lastTime = time[time.count - 1]
        if time.count > 1 { lastInterval = time[time.count - 1] - time[time.count - 2] }
        if let last = records.unixTime.last, last.isFinite { lastUnix = last }
        isNewFile = false
        return records
    }

    /// Below this a current is noise about rest, A.
    private var restCurrent: Double { 0.003 * greatestCurrent }

    private func lacking(_ what: String, _ column: BDFColumn) -> ImportError {
        ImportError(
            path: path, problem: "no column of \(what)",
            remedy: "name it with --map \"Their column=\(column.rawValue)\"")
    }

    // MARK: Clock

    /// The test's time as the file has it, else from dates, else from the time of its steps.
    private mutating func clock(_ table: CyclerTable, _ unix: [Double]) throws -> [Double] {
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
    private mutating func scaleTime(_ time: inout [Double], _ unix: [Double], _ table: CyclerTable) {
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
    private static func ratio(_ time: [Double], _ unix: [Double]) -> Double? {
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
    private mutating func arrange(
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
                    count(.tick, 1)
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
    private mutating func sorted(
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
    private func isRepeated(
        _ row: Int, _ earlier: ArraySlice<Int>, _ time: [Double], _ voltage: [Double], _ current: [Double]
    ) -> Bool {
        earlier.contains { time[$0] == time[row] && voltage[$0] == voltage[row] && current[$0] == current[row] }
    }

    // MARK: Units

    private mutating func scaleVoltage(_ voltage: inout [Double]) {
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
    private mutating func scaleCurrent(_ records: inout CyclingRecords, _ found: Counters.Columns) {
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

    private static func sample(_ values: [Double]) -> [Double] {
        let stride = max(1, values.count / 2000)
        return Swift.stride(from: 0, to: values.count, by: stride).map { values[$0] }.filter(\.isFinite)
    }

    private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    // MARK: Sign

    /// Turns or gives the current its sign.
    private mutating func sign(_ records: inout CyclingRecords, _ steps: [Double]) {
        let count = records.count
        var greatest = 0.0
        var least = 0.0
        for value in records.current {
            greatest = max(greatest, value)
            least = min(least, value)
        }
        let span = max(greatest, -least)
        guard span > 0 else { return }
        let noise = 0.003 * max(span, greatestCurrent)
        // Words: how often they and the sign agree.
        var agree = 0
        var differ = 0
        for index in 0..<count where records.current[index].magnitude > noise {
            let direction = StepWords.direction(records.mode[index])
            if direction != 0 { if direction * records.current[index] > 0 { agree += 1 } else { differ += 1 } }
        }
        if currentIsUnsigned != false, least >= -noise || greatest <= noise {
            // One sign only: either there was only one direction, or none is told.
            let isMixed = agree * 50 > agree + differ && differ * 50 > agree + differ
            if isMixed || agree + differ == 0 && slopesAreMixed(records, steps, noise) {
                if currentIsUnsigned != true {
                    told.append(
                        "the current has no sign: told from \(isMixed ? "the step type" : "the slope of the voltage")")
                }
                currentIsUnsigned = true
                giveSign(&records, steps, noise, useWords: isMixed)
                signIsDecided = true
                isPositiveOnDischarge = false
                return
            }
            if currentIsUnsigned == true {
                giveSign(&records, steps, noise, useWords: agree + differ > 0)
                return
            }
        } else if currentIsUnsigned == true {
            giveSign(&records, steps, noise, useWords: agree + differ > 0)
            return
        } else {
            currentIsUnsigned = false
        }
        if !signIsDecided {
            let (rise, weight) = slope(records, steps, noise)
            if agree + differ > 20, agree * 4 < differ || differ * 4 < agree {
                let isWrong = differ > agree
                if isWrong { told.append("the step types show a current positive on discharge: its sign turned") }
                isPositiveOnDischarge = isWrong
                signIsDecided = true
            } else if weight > 0.02, rise.magnitude > 0.3 * weight {
                let isWrong = rise < 0
                if isWrong { told.append("the voltage falls while the current is positive: its sign turned") }
                isPositiveOnDischarge = isWrong
                signIsDecided = true
            } else if isPositiveOnDischarge {
                told.append("this format's current is positive on discharge: its sign turned")
                signIsDecided = true
            }
        }
        if isPositiveOnDischarge { for index in 0..<count { records.current[index] = 0 - records.current[index] } }
    }

    /// Stretches of one sign and one step; `body` has their rows.
    private func stretches(
        _ records: CyclingRecords, _ steps: [Double], _ noise: Double, _ body: (Range<Int>) -> Void
    ) {
        let count = records.count
        var start = 0
        func kind(_ index: Int) -> Int { records.current[index] > noise ? 1 : records.current[index] < -noise ? -1 : 0 }
        var present = kind(0)
        for index in 1...count {
            if index < count, kind(index) == present, steps.isEmpty || steps[index] == steps[index - 1] {
                // Without steps, a jump of the voltage against a steady current is a new direction.
                if !steps.isEmpty || (records.voltage[index] - records.voltage[index - 1]).magnitude < 0.05 { continue }
                if (records.current[index].magnitude - records.current[index - 1].magnitude).magnitude > noise {
                    continue
                }
            }
            if present != 0, index - start > 2 { body(start..<index) }
            if index < count {
                start = index
                present = kind(index)
            }
        }
    }

    /// The rise of the voltage under positive current less that under negative, and the total of its changes, V.
    private func slope(_ records: CyclingRecords, _ steps: [Double], _ noise: Double) -> (Double, Double) {
        var rise = 0.0
        var weight = 0.0
        stretches(records, steps, noise) { rows in
            // From the second row on: the first may still be the rest's.
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            rise += records.current[rows.lowerBound + 1] > 0 ? change : -change
            weight += change.magnitude
        }
        return (rise, weight)
    }

    private func slopesAreMixed(_ records: CyclingRecords, _ steps: [Double], _ noise: Double) -> Bool {
        var up = 0.0
        var down = 0.0
        stretches(records, steps, noise) { rows in
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            if change > 0 { up += change } else { down -= change }
        }
        return min(up, down) > 0.2 * (up + down)
    }

    private func giveSign(_ records: inout CyclingRecords, _ steps: [Double], _ noise: Double, useWords: Bool) {
        if useWords {
            for index in 0..<records.count {
                let direction = StepWords.direction(records.mode[index])
                if direction != 0 { records.current[index] = direction * records.current[index].magnitude }
            }
            return
        }
        var falling: [Range<Int>] = []
        var rising: [Range<Int>] = []
        stretches(records, steps, noise) { rows in
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            if change < 0 { falling.append(rows) } else { rising.append(rows) }
        }
        for rows in falling { for index in rows { records.current[index] = -records.current[index].magnitude } }
        for rows in rising { for index in rows { records.current[index] = records.current[index].magnitude } }
    }

    // MARK: Cycles, steps, modes

    private mutating func decideCycles(_ given: [Double], _ records: CyclingRecords, _ still: Double) {
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
    private func words(_ table: CyclerTable, _ order: [Int]?) -> [StepMode] {
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
    private mutating func number(_ records: inout CyclingRecords, _ ids: [Double], _ counts: [Double]) {
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
    private func refine(_ records: inout CyclingRecords, still: Double) {
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
    private func hold(_ records: inout CyclingRecords, _ rows: Range<Int>) {
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

    // MARK: The rest

    private func temperature(_ table: CyclerTable, _ arranged: ([Double]) -> [Double]) -> [Double] {
        let columns: [BDFColumn] = [.surfaceTemperatureCelsius, .temperatureT1Celsius, .ambientTemperatureCelsius]
        for column in columns { if let values = table[column] { return arranged(values) } }
        return []
    }

    /// Columns that have no place of their own in records.
    private func extras(_ table: CyclerTable, _ order: [Int]?) -> [CyclerTable.Column] {
        let own: Set<String> = Set(
            [
                BDFColumn.testTimeSecond, .voltageVolt, .currentAmpere, .cycleCount, .stepCount, .unixTimeSecond,
                .stepTimeSecond, .chargingCapacityAh, .dischargingCapacityAh, .chargingEnergyWh, .dischargingEnergyWh,
            ].map(\.rawValue))
        return table.columns.compactMap { column in
            guard !own.contains(column.name) else { return nil }
            guard let order else { return column }
            var copy = column
            if column.texts.isEmpty {
                copy.values = order.map { column.values[$0] }
            } else {
                copy.texts = order.map { column.texts[$0] }
            }
            return copy
        }
    }
}
