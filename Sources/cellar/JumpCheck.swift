import Discovery
import Electrochemistry

/// A run with jumps beside the same run without, at the last cycle that both simulated.
struct JumpCheck {
    /// What is compared: columns of the per-cycle table, of those that both runs have.
    private static let compared = [
        "discharge_capacity_Ah", "discharge_energy_Wh", "resistance_ohm", "loss_of_lithium_inventory",
        "loss_of_active_material_negative", "loss_of_active_material_positive", "sei_capacity_Ah",
        "crack_sei_capacity_Ah", "plated_capacity_Ah", "lithium_lost_mol", "soh",
    ]

    private var cycle: Int
    private let cycles: (jumped: Int, full: Int)
    private let seconds: (jumped: Double, full: Double)
    private var values: [(name: String, jumped: Double, full: Double)] = []

    init(jumped: RunSummary, _ rows: [CycleRow], full: RunSummary, _ fullRows: [CycleRow]) {
        cycles = (jumped.cycles, full.cycles)
        seconds = (jumped.solveSeconds, full.solveSeconds)
        // The full run's rows are its cycles, from 1 on.
        let common = rows.last { $0.cycle <= fullRows.count }
        cycle = common?.cycle ?? 0
        guard let common, fullRows.indices.contains(common.cycle - 1) else { return }
        let names = CycleTable.columns(jumps: false).dropFirst()
        for (index, name) in names.enumerated() where Self.compared.contains(name) {
            guard let a = common.values[index], let b = fullRows[common.cycle - 1].values[index] else { continue }
            values.append((name, a, b))
        }
    }

    var json: JSON {
        .object([
            (key: "cycle", value: .whole(cycle)),
            (key: "full_cycles", value: .whole(cycles.full)),
            (key: "full_solve_seconds", value: .number(seconds.full)),
            (
                key: "differences",
                value: .object(values.map { (key: $0.name, value: .number($0.jumped - $0.full)) })
            ),
            (key: "full", value: .object(values.map { (key: $0.name, value: .number($0.full)) })),
        ])
    }

    var text: String {
        let rows = values.map {
            [$0.name, RunReport.short($0.jumped), RunReport.short($0.full), RunReport.short($0.jumped - $0.full)]
        }
        return "check against the full run, at cycle \(cycle)\n"
            + TextTable.lay(rows, header: ["", "jumped", "full", "difference"])
            + "\ncycles  \(cycles.jumped) with jumps, \(cycles.full) in full; solved in "
            + "\(RunReport.short(seconds.jumped)) s and \(RunReport.short(seconds.full)) s"
    }
}
