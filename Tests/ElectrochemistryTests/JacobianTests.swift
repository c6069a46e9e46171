import Cells
import Testing

@testable import Electrochemistry

/// The structured solve and the Jacobian behind it, in the middle of a run.
@Suite struct JacobianTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var cell: String
        var model: ModelKind
        var thermal: ThermalModel
        var half = false
        var testDescription: String { "\(cell) \(model) \(thermal)\(half ? " half-cell" : "")" }
    }

    static let cases: [Case] = {
        var list: [Case] = []
        let cells = [
            "lg-m50-chen2020", "lg-m50-composite", "kokam-marquis2019", "naion-chayambuka2022", "enertech-ai2020",
        ]
        for cell in cells {
            for model in ModelKind.allCases {
                for thermal in ThermalModel.allCases {
                    list.append(Case(cell: cell, model: model, thermal: thermal))
                }
            }
        }
        for model in ModelKind.allCases {
            for thermal in ThermalModel.allCases {
                list.append(Case(cell: "lg-m50-chen2020", model: model, thermal: thermal, half: true))
            }
        }
        return list
    }()

    static let controls = [
        Control(kind: .current, value: 1), Control(kind: .power, value: 3.5), Control(kind: .resistance, value: 3.5),
    ]

    private func engineInMotion(_ c: Case, mesh: Mesh, _ control: Control) throws -> Simulation.Engine {
        let e = try engine(
            shipped(c.cell), options(c.model, mesh: mesh, thermal: c.thermal), halfCell: c.half)
        try e.advance(control, steps: 60)
        return e
    }

    private func entries(_ model: CellModel, _ y: UnsafePointer<Double>, _ cj: Double) -> [Int: Double] {
        var list: [Int: Double] = [:]
        model.factorise(0, y, cj: cj)
        model.emitJacobian(0, y, cj: cj) { row, column, value in list[row * model.size + column, default: 0] += value }
        return list
    }

    /// The emitted matrix times the structured solution gives the right-hand side back.
    @Test(arguments: cases) func structuredSolveInvertsTheJacobian(_ c: Case) throws {
        for control in Self.controls {
            let e = try engineInMotion(c, mesh: Mesh(negative: 7, separator: 4, positive: 6, shells: 5), control)
            let model = e.model, n = model.size
            for cj in [1e-3, 0.1, 30] {
                let jacobian = entries(model, e.session.y, cj)
                var random = Reproducible()
                let b = (0..<n).map { _ in random.next() }
                var x = b
                model.factorise(0, e.session.y, cj: cj)
                model.solve(&x)
                var product = [Double](repeating: 0, count: n), size = b.map { abs($0) }
                for (key, value) in jacobian {
                    product[key / n] += value * x[key % n]
                    size[key / n] += abs(value * x[key % n])
                }
                let worst = (0..<n).map { abs(product[$0] - b[$0]) / size[$0] }.max()!
                // Backward error in each row: rounding, grown by elimination without pivoting (1e-10 at cj = 1e-3).
                #expect(worst < 1e-9, "\(control.kind), cj \(cj): \(worst)")
            }
        }
    }

    /// The emitted matrix is the derivative of the residual.
    @Test(arguments: cases) func jacobianIsTheDerivative(_ c: Case) throws {
        let e = try engineInMotion(c, mesh: Mesh(negative: 4, separator: 3, positive: 4, shells: 4), Self.controls[1])
        let model = e.model, n = model.size, cj = 0.05
        let y = e.session.y
        let jacobian = entries(model, y, cj)
        var rows = [Double](repeating: 0, count: n)
        for (key, value) in jacobian { rows[key / n] = max(rows[key / n], abs(value)) }
        var state = (0..<n).map { y[$0] }, rates = (0..<n).map { e.session.rates[$0] }
        var up = state, down = state
        var worst = (error: 0.0, row: 0, column: 0, value: 0.0, finite: 0.0)
        for k in 0..<n {
            let y0 = state[k], r0 = rates[k], h = 1e-6 * max(abs(y0), 0.1)
            state[k] = y0 + h
            rates[k] = r0 + cj * h
            model.residual(0, state, rates, &up)
            state[k] = y0 - h
            rates[k] = r0 - cj * h
            model.residual(0, state, rates, &down)
            state[k] = y0
            rates[k] = r0
            for i in 0..<n {
                let finite = (up[i] - down[i]) / (2 * h)
                let value = jacobian[i * n + k] ?? 0
                let error = abs(value - finite) / max(abs(finite), abs(value), 1e-3 * rows[i])
                if error > worst.error { worst = (error, i, k, value, finite) }
            }
        }
        // 1e-5: h of 1e-6 leaves 1e-10/1e-6 of rounding against entries 1000 times smaller than their row's largest.
        let found: Comment =
            "row \(worst.row), column \(worst.column) of \(n): \(worst.value) against \(worst.finite)"
        #expect(worst.error < 1e-5, found)
    }

    /// Over a whole cycle with a hold, the structured solve and KLU give the same voltages at the same times.
    ///
    /// Measured: at rtol 1e-6 within 20 µV, most within 1 µV. Where rounding leaves both the same internal steps they agree
    /// to 1e-11 V; where it does not, what is left is the error of two step sequences, which falls with the tolerance (at
    /// 1e-8 within 0.5 µV): the linear solves themselves do not differ.
    @Test(arguments: ShippedCells.names, ModelKind.allCases)
    func solversAgreeOverACycle(_ name: String, _ model: ModelKind) throws {
        let cell = try shipped(name)
        for (rtol, bound) in [(1e-6, 40e-6), (1e-7, 10e-6)] {
            func run(_ solver: LinearSolverKind) throws -> Recorder {
                var o = options(model, rtol: rtol, atol: 1e-2 * rtol, period: 30)
                o.linearSolver = solver
                return try simulate(
                    cell, "Discharge at 1C for 40 minutes", "Rest for 10 minutes", "Charge at C/2 for 30 minutes",
                    "Hold at \(cell.upperCutOff) V for 20 minutes", options: o)
            }
            let a = try run(.structured), b = try run(.klu)
            var worst = 0.0, flow = 0.0, when = 0.0
            #expect(a.steps.map(\.endReason) == b.steps.map(\.endReason))
            #expect(a.samples.count == b.samples.count)
            for (p, q) in zip(a.samples, b.samples) {
                if abs(p.voltage - q.voltage) > worst { (worst, when) = (abs(p.voltage - q.voltage), p.time) }
                flow = max(flow, abs(p.current - q.current) / cell.nominalCapacity)
            }
            print(
                "solvers \(rtol) \(name) \(model): \(scientific(worst)) V at \(when) s, \(scientific(flow)) C; "
                    + "\(a.steps.map(\.endReason))")
            #expect(worst < bound)
        }
    }

    /// A whole run with KLU meets the same cut-off.
    @Test(arguments: ShippedCells.names) func solversAgree(_ name: String) throws {
        let cell = try shipped(name)
        for model in name == "lg-m50-chen2020" ? ModelKind.allCases : [.dfn] {
            for thermal in name == "lg-m50-chen2020" ? ThermalModel.allCases : [.isothermal] {
                var o = options(model, rtol: 1e-6, atol: 1e-8, thermal: thermal)
                let structured = try simulate(cell, "Discharge at 1C", options: o).summary!.dischargeCapacity
                o.linearSolver = .klu
                let klu = try simulate(cell, "Discharge at 1C", options: o).summary!.dischargeCapacity
                #expect(abs(structured / klu - 1) < 1e-5, "\(model) \(thermal): \(structured) against \(klu)")
            }
        }
    }
}
