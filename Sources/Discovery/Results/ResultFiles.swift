internal import CyclingData
package import Electrochemistry

/// A sink that writes a file.
package protocol FileSink: ResultSink {
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
package struct CycleSelection: Sendable {
    /// These and their multiples, the first and the last cycle.
    package var every: Int?
    /// Those with a step of one of these tags.
    package var tags: [String] = []

    /// Memberwise; without either, all cycles.
    package init(every: Int? = nil, tags: [String] = []) {
        self.every = every
        self.tags = tags
    }

    func contains(_ start: CycleStart) -> Bool {
        if !tags.isEmpty, start.tags.contains(where: tags.contains) { return true }
        guard let every else { return every == nil && tags.isEmpty }
        return start.cycle == 1 || start.cycle == start.cycles || start.cycle.isMultiple(of: every)
    }
}

/// The time series.
package final class TimeSeriesSink: FileSink {
    package let path: String
    package var start: Int?
    package var length: Int { writer?.length ?? 0 }
    private let selection: CycleSelection
    private var writer: BDFWriter?
    private var isShown = true
    /// Of a cycle that is not shown, lest it turn out to be the last.
    private var pending: [Sample] = []

    /// A file of this name, or `-`; nothing is opened before the run begins.
    package init(path: String, selection: CycleSelection = CycleSelection()) {
        self.path = path
        self.selection = selection
    }

    package func begin(variableColumns: [String]) throws {
        writer = try BDFWriter(path: path, extraColumns: variableColumns, continuingAt: start)
    }

    package var wantsSamples: Bool { isShown || selection.every != nil }

    package func beginCycle(_ start: CycleStart) throws {
        isShown = selection.contains(start)
        pending.removeAll(keepingCapacity: true)
    }

    package func sample(_ sample: Sample) throws {
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

    package func endStep(_ summary: StepSummary) throws {}
    /// What a long run has so far can be read after every cycle.
    package func endCycle(_ summary: CycleSummary) throws { try writer?.flush() }
    package func end(_ summary: RunSummary) throws { try writePending() }
    package func synchronize() throws { try writer?.synchronize() }
    package func finish() throws { try writer?.finish() }

    package func abandon() -> String? {
        try? writePending()
        return writer?.abandon()
    }
}

/// The per-cycle table.
package final class CycleTableSink: FileSink {
    package let path: String
    package var start: Int?
    package var length: Int { table?.length ?? 0 }
    private var table: CSVWriter?

    private let jumps: Bool

    /// A file of this name, or `-`; `jumps`: of a run that may skip cycles.
    package init(path: String, jumps: Bool) {
        self.path = path
        self.jumps = jumps
    }

    package func begin(variableColumns: [String]) throws {
        table = try CSVWriter(path: path, columns: CycleTable.columns(jumps: jumps), continuingAt: start)
    }

    package var wantsSamples: Bool { false }
    package func sample(_ sample: Sample) throws {}
    package func endStep(_ summary: StepSummary) throws {}

    package func endCycle(_ summary: CycleSummary) throws {
        guard let table else { return }
        table.add(summary.cycle)
        for value in CycleTable.values(summary, jumps: jumps) { table.add(value, digits: 12) }
        try table.endRow()
        try table.flush()
    }

    package func end(_ summary: RunSummary) throws {}
    package func synchronize() throws { try table?.synchronize() }
    package func finish() throws { try table?.finish() }
    package func abandon() -> String? { table?.abandon() }
}

/// Columns of the per-cycle table.
package enum CycleTable {
    /// `jumps`: with those of a run that may skip cycles.
    package static func columns(jumps: Bool) -> [String] { own + BookColumns.names + (jumps ? jumpColumns : []) }

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
    package static func values(_ summary: CycleSummary, jumps: Bool) -> [Double?] {
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
}

/// A row of the per-cycle table.
package struct CycleRow: Sendable {
    /// From 1.
    package var cycle: Int
    /// Everything after the cycle's number, as in `CycleTable.columns`.
    package var values: [Double?]

    /// Memberwise.
    package init(cycle: Int, values: [Double?]) {
        self.cycle = cycle
        self.values = values
    }
}

/// The per-step table.
package final class StepTableSink: FileSink {
    package static let columns = [
        "cycle", "step", "step_type", "step_text", "tags", "start_time_second", "duration_second", "start_voltage_volt",
        "end_voltage_volt", "start_current_ampere", "end_current_ampere", "charge_Ah", "energy_Wh",
        "end_temperature_celsius", "maximum_temperature_celsius", "resistance_ohm", "minimum_anode_potential_volt",
        "end_reason",
    ]

    package let path: String
    package var start: Int?
    package var length: Int { table?.length ?? 0 }
    private var table: CSVWriter?

    /// A file of this name, or `-`.
    package init(path: String) { self.path = path }

    package func begin(variableColumns: [String]) throws {
        table = try CSVWriter(path: path, columns: Self.columns, continuingAt: start)
    }
    package var wantsSamples: Bool { false }
    package func sample(_ sample: Sample) throws {}

    package func endStep(_ summary: StepSummary) throws {
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

    package func endCycle(_ summary: CycleSummary) throws { try table?.flush() }
    package func end(_ summary: RunSummary) throws {}
    package func synchronize() throws { try table?.synchronize() }
    package func finish() throws { try table?.finish() }
    package func abandon() -> String? { table?.abandon() }
}
