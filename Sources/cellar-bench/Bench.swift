import Cells
import Electrochemistry

@main
struct Bench {
    static func main() throws {
        let args = CommandLine.arguments
        let file = try CellFile.load(path: args[1])
        let cell = try file.cell()
        var options = SimulationOptions()
        for a in args.dropFirst(2) {
            let p = a.split(separator: "=").map(String.init)
            switch p[0] {
            case "model": options.model = ModelKind(rawValue: p[1])!
            case "rtol": options.relativeTolerance = Double(p[1])!
            case "atol": options.absoluteTolerance = Double(p[1])!
            case "ls": options.linearSolver = LinearSolverKind(rawValue: p[1])!
            case "thermal": options.thermal = ThermalModel(rawValue: p[1])!
            case "mesh":
                let m = p[1].split(separator: "/").map { Int($0)! }
                options.mesh = Mesh(negative: m[0], separator: m[1], positive: m[2], shells: m[3])
            default: break
            }
        }
        let s = try Simulation(cell: cell, options: options)
        let step = Step(control: .cRate(-1), text: "Discharge at 1C")
        var best = Double.infinity
        var r: RunSummary!
        for _ in 0..<20 {
            r = try s.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [])
            best = min(best, r.solveSeconds)
        }
        print(r.dischargeCapacity, r.dischargeEnergy, r.endReason, best * 1e3, "ms", r.steps / 20, r.residualEvaluations / 20, r.jacobianEvaluations / 20, r.newtonIterations / 20, r.warnings)
    }
}
