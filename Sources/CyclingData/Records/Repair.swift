/// Makes records of what a reader found: puts rows in order, drops what is double, carries clocks and counters over restarts,
/// tells units and signs that headings do not tell or tell wrongly. What it did is in `remarks`.
///
/// Pieces of a file, or of several that are one cell, are taken one after another; memory does not grow with their number.
public struct Repair {
    /// What was repaired or assumed, one sentence each.
    public var remarks: [String] { told + counted.compactMap { Self.sentence($0.what, $0.count) } }

    let path: String
    var told: [String] = []
    var counted: [(what: Event, count: Int)] = Event.allCases.map { ($0, 0) }

    // Decisions about the present file, nil until there is evidence.
    var isPositiveOnDischarge = false
    var signIsDecided = false
    var currentIsUnsigned: Bool?
    var timeScale: Double?
    var voltageScale: Double?
    var currentScale: Double?
    var counterScale = 1.0
    var derivesCycles: Bool?
    var unitsAreTold = (voltage: false, current: false)

    // Where the last piece ended.
    var lastTime: Double?
    var lastInterval = 0.0
    var timeOffset = 0.0
    var lastUnix = Double.nan
    var lastRecord = -Double.infinity
    var lastRow: (voltage: Double, current: Double, step: Double, mode: StepMode)?
    var isNewFile = true
    var cycles = CycleCounter()
    var stepKey: (id: Double, count: Double, mode: StepMode, cycle: Int32, time: Double) = (
        .nan, .nan, .unknown, -1, 0
    )
    var stepNumber: Int32 = 0
    var counters = Counters()
    var greatestCurrent = 0.0
    var netStart: Double?
    var currentIsMean = false
    /// Whether the clock is that of the steps, which begins anew with each.
    var clockIsOfSteps = false
    /// Rows of the present piece at which the clock began anew.
    var restartRows: [Int] = []

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
    enum Event: CaseIterable {
        case incomplete, duplicate, tick, unordered, restart, cycleRestart, backward
    }

    static func sentence(_ what: Event, _ count: Int) -> String? {
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

    mutating func count(_ what: Event, _ number: Int) {
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
    var restCurrent: Double { 0.003 * greatestCurrent }

    func lacking(_ what: String, _ column: BDFColumn) -> ImportError {
        ImportError(
            path: path, problem: "no column of \(what)",
            remedy: "name it with --map \"Their column=\(column.rawValue)\"")
    }
}
