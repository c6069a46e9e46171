import Cells
import Electrochemistry

/// Five laws of SEI growth on one cell and one protocol: a table with a column per law, the data of one figure.
///
/// `sei-laws [CYCLES]`; 100 by default.
@main
struct SEILaws {
    static let laws = [
        "sei-solvent-diffusion", "sei-reaction", "sei-electron-migration", "sei-interstitial-diffusion",
        "sei-ec-reaction",
    ]

    static func main() throws {
        let cycles = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
        let file = try ShippedCells.load("lg-m50-okane2022")
        let steps = try ["Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/50"].map {
            try StepParser.parse($0)
        }
        let plan = CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: cycles))
        var thickness: [[Double]] = []
        for law in laws {
            var options = SimulationOptions()
            options.model = .spme
            options.mesh = .fast
            options.ageing = try file.ageingSet(named: law)
            let table = Table()
            _ = try Simulation(cell: file.cell(), options: options).run(plan, into: [table])
            thickness.append(table.cycles.map { $0.ageing?.seiThickness ?? 0 })
        }
        print("SEI thickness, nm\ncycle," + laws.joined(separator: ","))
        for cycle in stride(from: 0, to: cycles, by: max(1, cycles / 10)) {
            print("\(cycle + 1)," + thickness.map { "\(Float($0[cycle] * 1e9))" }.joined(separator: ","))
        }
    }
}

/// Keeps the per-cycle rows.
final class Table: ResultSink {
    var cycles: [CycleSummary] = []
    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws { cycles.append(summary) }
    func end(_ summary: RunSummary) throws {}
}
