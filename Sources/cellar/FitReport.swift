import Cells
import CyclingData
import Electrochemistry
import Identification

/// What a fit tells people, and programs.
struct FitReport {
    let cell: Cell
    let options: SimulationOptions
    let result: FitResult
    let remarks: [String]
    /// Data that were not fitted, with the errors before and after in their own unit.
    var unseen: [(data: any Observation, before: Double?, after: Double?)] = []

    init(cell: Cell, options: SimulationOptions, result: FitResult, remarks: [String]) {
        self.cell = cell
        self.options = options
        self.result = result
        self.remarks = remarks
    }

    /// For people.
    var text: String {
        let hasProfile = result.estimates.contains { $0.profile != nil }
        var header = ["parameter", "cell file", "fitted", "95 % range"]
        if hasProfile { header.append("by profile") }
        var lines = TextTable.lay(
            result.estimates.map { e in
                var row = [
                    e.parameter.name, Self.short(e.parameter.start), Self.short(e.value),
                    e.low.flatMap { low in e.high.map { "\(Self.short(low)) to \(Self.short($0))" } } ?? "",
                ]
                if hasProfile {
                    row.append(e.profile.map { "\(Self.short($0.lowerBound)) to \(Self.short($0.upperBound))" } ?? "")
                }
                return row + [Self.remark(e)]
            }, header: header + [""])
        let errors =
            result.experiments.map {
                [$0.name, Self.error($0.before, $0.factor), Self.error($0.after, $0.factor), "fitted"]
            }
            + unseen.map {
                [
                    $0.data.name, Self.error($0.before, $0.data.unit.factor), Self.error($0.after, $0.data.unit.factor),
                    "not seen",
                ]
            }
        let unit = result.experiments.first?.unit ?? "mV"
        lines += "\n\n" + TextTable.lay(errors, header: ["RMS error, \(unit)", "before", "after", ""])
        if let condition = result.condition {
            lines += "\n\ncondition of the information matrix: \(Self.short(condition))"
        }
        let open = result.openDirections.filter { !$0.parts.isEmpty }
        if !open.isEmpty {
            lines += "\nthe data leave open:"
            for direction in open {
                lines +=
                    "\n  "
                    + direction.parts.map { "\(Self.short(($0.share * 100).rounded() / 100)) x \($0.name)" }
                    .joined(separator: " + ")
            }
        }
        if !result.isConverged, !result.isInterrupted {
            lines += "\nnot at its end yet after \(result.iterations) iterations"
        }
        return lines
    }

    private static func remark(_ estimate: FitResult.Estimate) -> String {
        if estimate.isAtBound { return "at its bound" }
        if estimate.low == nil { return "no range" }
        return estimate.isIdentified ? "" : "the data do not fix it"
    }

    private static func error(_ value: Double?, _ factor: Double) -> String {
        value.map { short(($0 * factor * 100).rounded() / 100) } ?? "none"
    }

    /// To five digits.
    private static func short(_ value: Double) -> String { FitCell.rounded(value) }

    /// For programs.
    var json: JSON {
        .made([
            (key: "cell", value: .text(cell.name)), (key: "model", value: .text(options.model.rawValue)),
            (key: "thermal", value: .text(options.thermal.rawValue)),
            (
                key: "parameters",
                value: .list(
                    result.estimates.map { e in
                        .object([
                            (key: "name", value: .text(e.parameter.name)), (key: "value", value: .number(e.value)),
                            (key: "low", value: .optional(e.low)), (key: "high", value: .optional(e.high)),
                            (key: "profile_low", value: .optional(e.profile?.lowerBound)),
                            (key: "profile_high", value: .optional(e.profile?.upperBound)),
                            (key: "start", value: .number(e.parameter.start)),
                            (key: "lower_bound", value: .number(e.parameter.low)),
                            (key: "upper_bound", value: .number(e.parameter.high)),
                            (key: "identified", value: .boolean(e.isIdentified)),
                            (key: "at_bound", value: .boolean(e.isAtBound)),
                        ])
                    })
            ),
            (
                key: "experiments",
                value: .list(
                    result.experiments.map { e in
                        .object([
                            (key: "file", value: .text(e.name)), (key: "unit", value: .text(e.unit)),
                            (key: "before", value: .optional(e.before.map { $0 * e.factor })),
                            (key: "after", value: .number(e.after * e.factor)),
                            (key: "correlation_points", value: .optional(e.correlation)),
                        ])
                    })
            ),
            (
                key: "tests",
                value: .list(
                    unseen.map { t in
                        .object([
                            (key: "file", value: .text(t.data.name)), (key: "unit", value: .text(t.data.unit.name)),
                            (key: "before", value: .optional(t.before.map { $0 * t.data.unit.factor })),
                            (key: "after", value: .optional(t.after.map { $0 * t.data.unit.factor })),
                        ])
                    })
            ),
            (key: "condition_number", value: .optional(result.condition)),
            (key: "eigenvalues", value: .list(result.eigenvalues.map(JSON.number))),
            (
                key: "open_directions",
                value: .list(
                    result.openDirections.map { direction in
                        .object([
                            (key: "deviation", value: .number(direction.deviation)),
                            (
                                key: "parts",
                                value: .object(direction.parts.map { (key: $0.name, value: .number($0.share)) })
                            ),
                        ])
                    })
            ),
            (key: "iterations", value: .whole(result.iterations)),
            (key: "converged", value: .boolean(result.isConverged)),
            (key: "interrupted", value: .boolean(result.isInterrupted)),
            (key: "warnings", value: .texts(remarks)),
        ])
    }

    /// The table of measured and modelled voltages as text; empty where none was fitted.
    static func courses(_ experiments: [any Observation], _ result: FitResult) -> String {
        var text = ""
        for (observation, predicted) in zip(experiments, result.predicted) {
            guard let experiment = observation as? Experiment else { continue }
            let name = ScoreReport.quoted(experiment.name)
            for (index, value) in predicted.enumerated() {
                text += "\(name),\(experiment.points[index].time),\(experiment.measured[index]),\(value)\n"
            }
        }
        return text.isEmpty ? "" : "file,test_time_second,voltage_volt,model_voltage_volt\n" + text
    }

    /// The table of measured and modelled, ready for a picture. Throws `OutputError`.
    static func write(_ experiments: [any Observation], _ result: FitResult, to path: String) throws {
        let isCourse = experiments.contains { $0 is Experiment }
        let columns =
            isCourse
            ? ["file", "test_time_second", "current_ampere", "voltage_volt", "model_voltage_volt", "difference_volt"]
            : ["file", "cycle", "quantity", "measured", "model", "difference"]
        let table = try CSVWriter(path: path, columns: columns)
        do {
            for (experiment, predicted) in zip(experiments, result.predicted) {
                for (index, value) in predicted.enumerated() {
                    table.add(experiment.name)
                    if let course = experiment as? Experiment {
                        table.add(seconds: course.points[index].time)
                        table.add(course.points[index].current)
                    } else if let fade = experiment as? FadeExperiment {
                        table.add(fade.place(index).cycle)
                        table.add(fade.place(index).quantity)
                    }
                    table.add(experiment.measured[index])
                    table.add(value)
                    table.add(value - experiment.measured[index])
                    try table.endRow()
                }
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }
}
