import Cells
import Discovery
import Electrochemistry

/// A finished run, for programs and for people.
struct RunReport {
    let cell: Cell
    let options: SimulationOptions
    let result: RunSummary
    let cycles: [CycleRow]
    let lastStep: StepSummary?
    let lastCycle: CycleSummary?
    var check: JumpCheck?
    /// Where an equivalent circuit ran instead of the model.
    var circuit: EquivalentCircuit?
    var comparison: CircuitComparison?

    private var mesh: String {
        let mesh = options.mesh
        return "\(mesh.negative)/\(mesh.separator)/\(mesh.positive)/\(mesh.shells)"
    }

    /// The keys of the contract first.
    var json: JSON {
        var jumps: [(key: String, value: JSON)] = []
        if let summary = result.jumps {
            jumps = [
                (key: "jumps", value: .whole(summary.jumps)),
                (key: "skipped_cycles", value: .whole(summary.skippedCycles)),
                (key: "estimated_jump_error", value: .number(summary.estimatedError)),
            ]
        }
        if let check { jumps.append((key: "jump_check", value: check.json)) }
        return .object(contract + jumps + circuitJSON + ReportOutput.provenance)
    }

    private var contract: [(key: String, value: JSON)] {
        [
            (key: "cell", value: .text(cell.name)),
            (key: "model", value: .text(circuit == nil ? options.model.rawValue : ModelName.ecm.rawValue)),
            (key: "mesh", value: .text(mesh)),
            (key: "cycles", value: .whole(result.cycles)),
            (key: "end_reason", value: .text(result.endReason)),
            (key: "discharge_capacity_Ah", value: .number(result.dischargeCapacity)),
            (key: "discharge_energy_Wh", value: .number(result.dischargeEnergy)),
            (key: "solve_seconds", value: .number(result.solveSeconds)),
            (key: "steps", value: .whole(result.steps)),
            (key: "residual_evaluations", value: .whole(result.residualEvaluations)),
            (key: "jacobian_evaluations", value: .whole(result.jacobianEvaluations)),
            (key: "citations", value: .texts(result.citations)),
            (key: "summary", value: .list(cycles.map { CycleTable.json($0, jumps: options.jumps != nil) })),
            (key: "thermal", value: .text(options.thermal.rawValue)),
            (key: "linear_solver", value: .text(options.linearSolver.rawValue)),
            (key: "rtol", value: .number(options.relativeTolerance)),
            (key: "atol", value: .number(options.absoluteTolerance)),
            (key: "newton_iterations", value: .whole(result.newtonIterations)),
            (key: "error_test_failures", value: .whole(result.errorTestFailures)),
            (key: "convergence_failures", value: .whole(result.convergenceFailures)),
            (key: "warnings", value: .texts(result.warnings)),
            (key: "soh_definition", value: .text(StateOfHealth.definition)),
        ]
    }

    /// A short summary.
    var text: String {
        var model = options.model == .spme ? "SPMe" : options.model.rawValue.uppercased()
        if options.thermal == .lumped { model += ", lumped thermal" }
        if circuit != nil { model = "equivalent circuit of the " + model }
        var rows = [
            ["cell", "\(cell.name): \(cell.title)"],
            ["model", "\(model), mesh \(mesh)"],
            ["cycles", "\(result.cycles)"],
            [
                "discharged",
                "\(Self.short(result.dischargeCapacity)) A.h, \(Self.short(result.dischargeEnergy)) W.h"
                    + (result.cycles > 1 ? " in the last cycle" : ""),
            ],
        ]
        if let lastStep {
            rows.append([
                "last step", "\(lastStep.text): \(lastStep.endReason) at \(Self.short(lastStep.endVoltage)) V",
            ])
        }
        rows.append(["end", result.endReason])
        if let circuitText { rows.append(["circuit", circuitText]) }
        if let comparisonText { rows.append(["compared", comparisonText]) }
        rows += AgeingReport.rows(lastCycle)
        if let jumps = result.jumps {
            rows.append([
                "jumps",
                "\(jumps.jumps) over \(jumps.skippedCycles) cycles, estimated error "
                    + "\(Self.short(100 * jumps.estimatedError)) % of the capacity",
            ])
        }
        rows.append([
            "solved in",
            "\(Self.short(result.solveSeconds * 1000)) ms (\(result.steps) steps, \(result.residualEvaluations) residuals, "
                + "\(result.jacobianEvaluations) Jacobians)",
        ])
        var lines = TextTable.lay(rows) + AgeingReport.definitions(lastCycle)
        if !result.citations.isEmpty {
            lines += "\nplease cite\n" + result.citations.map { "  " + $0 }.joined(separator: "\n")
        }
        return lines
    }

    /// Five significant digits.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var scale = 1.0
        while value.magnitude * scale < 1e4, scale < 1e30 { scale *= 10 }
        while value.magnitude * scale >= 1e5, scale > 1e-9 { scale /= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
