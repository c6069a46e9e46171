import Cells
import CyclingData
import Identification

/// `cellar fit --modes`.
enum FitModes {
    private static let columns = [
        "cycle", "test_time_second", "discharge_capacity_Ah", "loss_of_lithium_inventory",
        "loss_of_active_material_negative", "loss_of_active_material_positive", "negative_capacity_Ah",
        "positive_capacity_Ah", "lithium_Ah", "resistance_ohm", "fit_residual_V",
    ]

    static func run(
        _ cell: Cell, _ groups: [(name: String, files: [String])], _ importing: ImportOptions, out: String?, json: Bool
    ) throws {
        guard groups.count == 1, let group = groups.first else {
            throw CommandError.usage(
                "--modes: \(groups.count) cells; one at a time, or --join where all files are one cell")
        }
        var tracking: ModeTracking
        do { tracking = try ModeTracking(cell: cell) } catch let error as FitError {
            throw CommandError(.badData, "\(error)")
        }
        let reader = try CyclingReader(paths: group.files, options: importing)
        var builder = CycleBuilder { tracking.take($0, $1) }
        while let records = try reader.next() { try builder.take(records) }
        let cycles = try builder.finish()
        let rows = tracking.rows
        guard !rows.isEmpty else {
            let problem =
                tracking.unfitted.isEmpty
                ? "no discharge of its \(cycles.count) cycle\(cycles.count == 1 ? "" : "s") takes eight hours or more"
                : "its slow discharges lie more than 50 mV off every balance of \(cell.name)'s electrodes"
            throw CommandError(.badData, "\(group.name): \(problem); slow discharges of this cell are needed")
        }
        var remarks = reader.remarks
        if !tracking.unfitted.isEmpty {
            remarks.append(
                "left out, more than 50 mV off: cycle \(tracking.unfitted.map(String.init).joined(separator: ", "))")
        }
        func values(_ row: ModeTracking.Row) -> [Double?] {
            [
                Double(row.cycle), row.time, row.dischargeCapacity, row.losses.lithiumInventory,
                row.losses.negativeMaterial, row.losses.positiveMaterial, row.fit.negativeCapacity,
                row.fit.positiveCapacity, row.fit.lithium, row.resistance, row.fit.residual,
            ]
        }
        if out != nil || !json {
            let table = try CSVWriter(path: out ?? "-", columns: columns)
            do {
                for row in rows {
                    for value in values(row) { table.add(value) }
                    try table.endRow()
                }
                try table.finish()
            } catch {
                table.abandon()
                throw error
            }
        }
        if json {
            try Terminal.print(
                JSON.object([
                    (key: "file", value: .text(group.name)), (key: "cell", value: .text(cell.name)),
                    (key: "warnings", value: .texts(remarks)),
                    (
                        key: "modes",
                        value: .list(
                            rows.map { row in
                                .object(zip(columns, values(row)).map { (key: $0, value: .optional($1)) })
                            })
                    ),
                ]).document)
        } else {
            for remark in remarks { Terminal.complain("\(group.name): \(remark)") }
        }
    }
}
