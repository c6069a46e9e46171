import CyclingData
import Electrochemistry

/// A sink that writes a file.
protocol FileSink: ResultSink {
    /// The file as the user named it.
    var path: String { get }
    /// Where the file goes on, bytes; nil: from its beginning.
    var start: Int? { get set }
    /// Bytes so far.
    var length: Int { get }
    /// Waits until what is written so far is on the disk. Throws `OutputError`.
    func synchronize() throws
    /// Completes the file. Throws `OutputError`.
    func finish() throws
    /// Ends without a result; returns the partial file that stays readable, nil where nothing was written.
    func abandon() -> String?
}

/// Which cycles the time series shows in full.
struct CycleSelection {
    /// These and their multiples, the first and the last cycle.
    var every: Int?
    /// Those with a step of one of these tags.
    var tags: [String] = []

    func contains(_ start: CycleStart) -> Bool {
        if !tags.isEmpty, start.tags.contains(where: tags.contains) { return true }
        guard let every else { return every == nil && tags.isEmpty }
        return start.cycle == 1 || start.cycle == start.cycles || start.cycle.isMultiple(of: every)
    }
}

/// The time series.
final class TimeSeriesSink: FileSink {
    let path: String
    var start: Int?
    var length: Int { writer?.length ?? 0 }
    private let selection: CycleSelection
    private var writer: BDFWriter?
    private var isShown = true
    /// Of a cycle that is not shown, lest it turn out to be the last.
    private var pending: [Sample] = []

    init(path: String, selection: CycleSelection = CycleSelection()) {
        self.path = path
        self.selection = selection
    }

    func begin(variableColumns: [String]) throws {
        writer = try BDFWriter(path: path, extraColumns: variableColumns, continuingAt: start)
    }

    var wantsSamples: Bool { isShown || selection.every != nil }

    func beginCycle(_ start: CycleStart) throws {
        isShown = selection.contains(start)
        pending.removeAll(keepingCapacity: true)
    }

    func sample(_ sample: Sample) throws {
        if isShown {
            try write(sample)
        } else if selection.every != nil {
            pending.append(sample)
        }
    }

    /// The last cycle, where the run ended before the protocol's last.
    private func writePending() throws {
        for sample in pending { try write(sample) }
        pending = []
    }

    private func write(_ sample: Sample) throws {
        try writer?.append(
            BDFRecord(
                testTime: sample.time, voltage: sample.voltage, current: sample.current, cycle: sample.cycle,
                step: sample.step, stepType: sample.stepType, netCapacity: sample.netCapacity,
                surfaceTemperature: sample.temperature - 273.15, extras: sample.variables))
    }

    func endStep(_ summary: StepSummary) throws {}
    /// What a long run has so far can be read after every cycle.
    func endCycle(_ summary: CycleSummary) throws { try writer?.flush() }
    func end(_ summary: RunSummary) throws { try writePending() }
    func synchronize() throws { try writer?.synchronize() }
    func finish() throws { try writer?.finish() }

    func abandon() -> String? {
        try? writePending()
        return writer?.abandon()
    }
}

/// The per-cycle table.
final class CycleTableSink: FileSink {
    let path: String
    var start: Int?
    var length: Int { table?.length ?? 0 }
    private var table: CSVWriter?

    private let jumps: Bool

    init(path: String, jumps: Bool) {
        self.path = path
        self.jumps = jumps
    }

    func begin(variableColumns: [String]) throws {
        table = try CSVWriter(path: path, columns: CycleTable.columns(jumps: jumps), continuingAt: start)
    }

    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}

    func endCycle(_ summary: CycleSummary) throws {
        guard let table else { return }
        table.add(summary.cycle)
        for value in CycleTable.values(summary, jumps: jumps) { table.add(value, digits: 12) }
        try table.endRow()
        try table.flush()
    }

    func end(_ summary: RunSummary) throws {}
    func synchronize() throws { try table?.synchronize() }
    func finish() throws { try table?.finish() }
    func abandon() -> String? { table?.abandon() }
}

/// Columns of the per-cycle table.
enum CycleTable {
    /// `jumps`: with those of a run that may skip cycles.
    static func columns(jumps: Bool) -> [String] { own + BookColumns.names + (jumps ? jumpColumns : []) }

    private static let jumpColumns = ["skipped_cycles", "jump_error"]

    private static let own = [
        "cycle", "discharge_capacity_Ah", "charge_capacity_Ah", "discharge_energy_Wh", "charge_energy_Wh",
        "coulombic_efficiency", "resistance_ohm", "loss_of_lithium_inventory", "loss_of_active_material_negative",
        "loss_of_active_material_positive", "sei_thickness_m", "sei_capacity_Ah", "crack_sei_capacity_Ah",
        "plated_capacity_Ah", "lithium_lost_mol", "porosity_negative", "soh", "loss_of_cyclable_lithium",
        "dead_lithium_capacity_Ah", "capacity_in_lost_material_Ah", "crack_length_m", "wet_fraction",
        "capacity_in_dry_part_Ah", "contact_resistance_growth_ohm",
    ]

    /// Everything after the cycle's number.
    static func values(_ summary: CycleSummary, jumps: Bool) -> [Double?] {
        let a = summary.ageing
        let own: [Double?] = [
            summary.dischargeCapacity, summary.chargeCapacity, summary.dischargeEnergy, summary.chargeEnergy,
            summary.coulombicEfficiency, summary.resistance, summary.lossOfLithiumInventory,
            a?.lossOfActiveMaterialNegative, a?.lossOfActiveMaterialPositive, a?.seiThickness, a?.seiCapacity,
            a?.crackSEICapacity, a?.platedCapacity, a?.lithiumLost, a?.porosityNegative, summary.soh,
            a?.lossOfCyclableLithium, a?.deadCapacity, a?.capacityInLostMaterial, a?.crackLength,
            a?.wetFraction, a?.capacityInDryPart, a?.contactResistanceGrowth,
        ]
        return own + BookColumns.values(summary)
            + (jumps ? [Double(summary.skippedCycles), summary.jumpError] : [])
    }

    /// A row as an object.
    static func json(_ row: CycleRow, jumps: Bool) -> JSON {
        let columns = columns(jumps: jumps)
        let numbers = zip(columns.dropFirst(), row.values).map { (key: $0, value: JSON.optional($1)) }
        return .object([(key: columns[0], value: .whole(row.cycle))] + numbers)
    }
}

/// A row of the per-cycle table.
struct CycleRow {
    var cycle: Int
    /// Everything after the cycle's number, as in `CycleTable.columns`.
    var values: [Double?]
}

/// The per-step table.
final class StepTableSink: FileSink {
    static let columns = [
        "cycle", "step", "step_type", "step_text", "tags", "start_time_second", "duration_second", "start_voltage_volt",
        "end_voltage_volt", "start_current_ampere", "end_current_ampere", "charge_Ah", "energy_Wh",
        "end_temperature_celsius", "maximum_temperature_celsius", "resistance_ohm", "minimum_anode_potential_volt",
        "end_reason",
    ]

    let path: String
    var start: Int?
    var length: Int { table?.length ?? 0 }
    private var table: CSVWriter?

    init(path: String) { self.path = path }

    func begin(variableColumns: [String]) throws {
        table = try CSVWriter(path: path, columns: Self.columns, continuingAt: start)
    }
    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}

    func endStep(_ summary: StepSummary) throws {
        guard let table else { return }
        table.add(summary.cycle)
        table.add(summary.step)
        table.add(summary.stepType)
        table.add(summary.text)
        table.add(summary.tags.joined(separator: " "))
        table.add(seconds: summary.startTime)
        table.add(seconds: summary.duration)
        table.add(summary.startVoltage)
        table.add(summary.endVoltage)
        table.add(summary.startCurrent)
        table.add(summary.endCurrent)
        table.add(summary.charge, digits: 12)
        table.add(summary.energy, digits: 12)
        table.add(summary.endTemperature - 273.15)
        table.add(summary.maximumTemperature - 273.15)
        table.add(summary.resistance)
        table.add(summary.minimumAnodePotential)
        table.add(summary.endReason)
        try table.endRow()
    }

    func endCycle(_ summary: CycleSummary) throws { try table?.flush() }
    func end(_ summary: RunSummary) throws {}
    func synchronize() throws { try table?.synchronize() }
    func finish() throws { try table?.finish() }
    func abandon() -> String? { table?.abandon() }
}

/// Keeps the per-cycle rows where `--json` asks for them, the last one, and the last step's words for people.
final class Collector: ResultSink {
    private let keepsAll: Bool
    private let jumps: Bool
    /// With those from before a resumption, which its user puts there.
    var cycles: [CycleRow] = []
    private(set) var lastStep: StepSummary?
    private(set) var lastCycle: CycleSummary?

    func begin(variableColumns: [String]) throws {}
    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws { lastStep = summary }
    init(keepsAll: Bool, jumps: Bool) {
        self.keepsAll = keepsAll
        self.jumps = jumps
    }

    func endCycle(_ summary: CycleSummary) throws {
        lastCycle = summary
        if !keepsAll { cycles.removeAll(keepingCapacity: true) }
        cycles.append(CycleRow(cycle: summary.cycle, values: CycleTable.values(summary, jumps: jumps)))
    }
    func end(_ summary: RunSummary) throws {}
}
