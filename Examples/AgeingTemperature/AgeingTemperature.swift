import Cells
import Electrochemistry

/// O'Kane's cell with all of its coupled mechanisms at 10, 25 and 45 oC: what is lost, and to what.
///
/// `ageing-temperature [CYCLES]`; 50 by default.
@main
struct AgeingTemperature {
    static func main() throws {
        let cycles = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 50
        let file = try ShippedCells.load("lg-m50-okane2022")
        let steps = try ["Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/50"].map {
            try StepParser.parse($0)
        }
        let plan = CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: cycles))
        print(
            "temperature (oC), cycles, state of health, A.h in SEI, in SEI on cracks, plated, least anode potential (V)"
        )
        for celsius in [10.0, 25, 45] {
            var options = SimulationOptions()
            options.model = .spme
            options.mesh = .fast
            options.temperature = celsius + 273.15
            options.ageing = try file.ageingSet(named: "okane2022")
            let last = Last()
            let result = try Simulation(cell: file.cell(), options: options).run(plan, into: [last])
            guard let cycle = last.cycle, let ageing = cycle.ageing else { continue }
            let numbers = [
                cycle.soh ?? 1, ageing.seiCapacity, ageing.crackSEICapacity, ageing.platedCapacity, last.anodePotential,
            ].map { "\(Float($0))" }
            print("\(Int(celsius)), \(result.cycles), " + numbers.joined(separator: ", "))
            if let end = result.endOfLife { print("  end of life: \(end)") }
        }
    }
}

/// Keeps the last cycle's row, and the lowest potential of the anode: below zero, lithium plates.
final class Last: ResultSink {
    var cycle: CycleSummary?
    var anodePotential = Double.infinity
    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {
        if let value = summary.minimumAnodePotential { anodePotential = min(anodePotential, value) }
    }
    func endCycle(_ summary: CycleSummary) throws { cycle = summary }
    func end(_ summary: RunSummary) throws {}
}
