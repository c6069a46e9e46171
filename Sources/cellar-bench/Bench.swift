import Cells
import Electrochemistry

final class Dump: ResultSink {
    func begin(variableColumns: [String]) throws { print("time_s,voltage_V,capacity_Ah,temperature_K") }
    func sample(_ s: Sample) throws { print("\(s.time),\(s.voltage),\(-s.netCapacity),\(s.temperature)") }
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {}
    func end(_ summary: RunSummary) throws {}
}

@main
struct Bench {
    static func main() throws {
        let args = CommandLine.arguments
        let file = try CellFile.load(path: args[1])
        let cell = try file.cell()
        var rate = 1.0
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
                options.mesh = Mesh(negative: m[0], separator: m[1], positive: m[2], shells: m[3], grading: m.count > 4 ? Double(m[4]) / 100 : 2.3)
            default: break
            }
        }
        let dump = args.contains("dump")
        if let c = args.first(where: { $0.hasPrefix("crate=") }) { rate = Double(c.dropFirst(6))! }
        if dump {
            options.period = 3600 / rate / 1000
            let s = try Simulation(cell: cell, options: options)
            let step = Step(control: .cRate(-rate), text: "Discharge")
            _ = try s.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [Dump()])
            return
        }
        let s = try Simulation(cell: cell, options: options)
        let step = Step(control: .cRate(-1), text: "Discharge at 1C")
        var best = Double.infinity
        var r: RunSummary!
        for _ in 0..<(args.contains("long") ? 1000 : 20) {
            r = try s.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [])
            best = min(best, r.solveSeconds)
        }
        print(r.dischargeCapacity, r.dischargeEnergy, r.endReason, best * 1e3, "ms", r.steps / 20, r.residualEvaluations / 20, r.jacobianEvaluations / 20, r.newtonIterations / 20, r.warnings)
    }
}
