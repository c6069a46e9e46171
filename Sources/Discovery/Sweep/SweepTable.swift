internal import Electrochemistry

/// `runs.csv`: one row for each run.
enum SweepTable {
    /// Before the varied columns.
    static let before = ["run", "point"]
    /// Behind them.
    static let behind = [
        "status", "end_reason", "cycles", "life_80_cycles", "initial_capacity_Ah", "final_capacity_Ah", "final_soh",
        "initial_resistance_ohm", "final_resistance_ohm", "loss_of_lithium_inventory",
        "loss_of_active_material_negative", "loss_of_active_material_positive", "throughput_Ah", "duration_day",
        "solver_steps", "message",
    ]
    static var names: [String] { before + behind }

    static func header(_ columns: [String]) -> String {
        (before + columns + behind).map(field).joined(separator: ",")
    }

    static func row(
        run: Int, point: Int, values: [SweepValue], tally: SweepTally, summary: RunSummary?, problem: String?
    ) -> String {
        let last = tally.last
        let numbers: [Double?] = [
            tally.life.map(Double.init), tally.firstCapacity, tally.lastCapacity, last?.soh, tally.firstResistance,
            tally.lastResistance, last?.lossOfLithiumInventory, last?.ageing?.lossOfActiveMaterialNegative,
            last?.ageing?.lossOfActiveMaterialPositive, tally.throughput, tally.time / 86400,
        ]
        let end = summary.map { $0.endOfLife.map { "end of life: \($0)" } ?? $0.endReason } ?? ""
        let fields =
            ["\(run)", "\(point)"] + values.map { field($0.text) }
            + [problem == nil ? "done" : "failed", field(end), "\(tally.cycles)"]
            + numbers.map { $0.map { $0.isFinite ? SweepValue.number($0).text : "" } ?? "" }
            + [summary.map { "\($0.steps)" } ?? "", field(problem ?? "")]
        return fields.joined(separator: ",")
    }

    /// The fields of a row.
    static func fields(_ row: String) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var characters = row[...]
        while let character = characters.popFirst() {
            switch (character, isQuoted) {
            case ("\"", true) where characters.first == "\"":
                field.append(character)
                characters = characters.dropFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(field)
                field = ""
            default: field.append(character)
            }
        }
        return fields + [field]
    }

    /// A field of a row by its column's name, one of those behind the varied columns.
    static func value(_ name: String, of fields: [String]) -> String? {
        guard let place = behind.firstIndex(of: name), fields.count >= behind.count else { return nil }
        return fields[fields.count - behind.count + place]
    }

    /// In quotes where it needs them, on one line.
    static func field(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let needsQuotes = line.contains(",") || line.contains("\"")
        return needsQuotes ? "\"" + line.replacing("\"", with: "\"\"") + "\"" : line
    }
}

/// What `runs.csv` tells of a run's course, free of the measurement's noise.
final class SweepTally: ResultSink {
    private(set) var last: CycleSummary?
    private(set) var cycles = 0
    /// The first cycle whose state of health lies below 0.8, on the straight line between the two full discharges around it:
    /// reference tests, and cycles with a jump between them, lie apart.
    private(set) var life: Int?
    private(set) var firstCapacity: Double?
    private(set) var lastCapacity: Double?
    private(set) var firstResistance: Double?
    private(set) var lastResistance: Double?
    /// Discharged, A·h, cycles passed over included.
    private(set) var throughput = 0.0
    /// Simulated, s.
    private(set) var time = 0.0
    /// The last full discharge: its cycle and state of health.
    private var health: (cycle: Int, soh: Double)?

    func begin(variableColumns: [String]) throws {}
    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws { time = summary.startTime + summary.duration }

    func endCycle(_ summary: CycleSummary) throws {
        last = summary
        cycles = summary.cycle
        throughput += summary.dischargeCapacity * Double(1 + summary.skippedCycles)
        if let soh = summary.soh {
            // It changes with a full discharge alone; the cycle in which it does has its capacity.
            if soh != health?.soh {
                if firstCapacity == nil { firstCapacity = summary.dischargeCapacity }
                lastCapacity = summary.dischargeCapacity
                if soh < 0.8, life == nil {
                    let before = health ?? (summary.cycle, soh)
                    let part = before.soh > soh ? (before.soh - 0.8) / (before.soh - soh) : 1
                    let crossing = Double(before.cycle) + max(part, 0) * Double(summary.cycle - before.cycle)
                    life = min(Int(crossing.rounded(.down)) + 1, summary.cycle)
                }
                health = (summary.cycle, soh)
            }
        }
        if let resistance = summary.resistance {
            if firstResistance == nil { firstResistance = resistance }
            lastResistance = resistance
        }
    }

    func end(_ summary: RunSummary) throws {}
}
