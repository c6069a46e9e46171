import Cells
import Electrochemistry

/// A knee: an LG M50 whose pores narrow until plating runs away, cycled to 80 % of its capacity, with what took the
/// lithium on either side of the knee.
///
/// `knee [UNTIL]`; until 80 % by default. The set `okane2022-knee` is O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909,
/// with three values changed; as published the cell is near 97 % after a thousand cycles charged at 0.3C.
@main
struct Knee {
    static func main() throws {
        let until = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 80
        let file = try ShippedCells.load("lg-m50-okane2022")
        let steps = try ["Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V", "Hold at 4.2 V until C/100"].map {
            try StepParser.parse($0)
        }
        var options = SimulationOptions()
        options.mesh = .fast
        options.relativeTolerance = 1e-3
        options.ageing = try file.ageingSet(named: "okane2022-knee")
        options.untilCapacity = until / 100
        let table = Table()
        let summary = try Simulation(cell: file.cell(), options: options).run(
            CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 2000)), into: [table])
        let knee = kneePoint(table.cycles.compactMap(\.soh))
        print("end: \(summary.endReason), after \(summary.cycles) cycles; knee at cycle \(knee + 1)")
        print("cycle,soh,SEI Ah,SEI on cracks Ah,plated Ah,porosity,lowest anode potential V")
        let last = table.cycles.count - 1
        for k in Array(stride(from: 0, to: last, by: max(1, last / 12))) + [last] { print(table.row(k)) }
        print("mAh per cycle to      before   after the knee")
        for (name, value) in Table.causes {
            func rate(_ a: Int, _ b: Int) -> Float {
                let taken = [a, b].map { table.cycles[$0].ageing.map(value) ?? 0 }
                return Float(1000 * (taken[1] - taken[0]) / Double(max(b - a, 1)))
            }
            print("\(name)\(rate(knee / 2, knee))\t\(rate(knee, last))")
        }
    }

    /// The point farthest below the chord from the middle of life to its end (Satopää et al., ICDCSW 2011, 166); the fast
    /// first fade of growing SEI is not a knee.
    static func kneePoint(_ soh: [Double]) -> Int {
        let a = soh.count / 4, b = soh.count - 1
        guard b > a else { return b }
        func above(_ k: Int) -> Double { soh[k] - soh[a] - (soh[b] - soh[a]) * Double(k - a) / Double(b - a) }
        return (a...b).max { above($0) < above($1) } ?? b
    }
}

/// Keeps the per-cycle rows, and each cycle's lowest anode potential.
final class Table: ResultSink {
    static let causes: [(String, @Sendable (AgeingState) -> Double)] = [
        ("SEI                   ", { $0.seiCapacity }), ("SEI on cracks         ", { $0.crackSEICapacity }),
        ("plating               ", { $0.platedCapacity }), ("lost active material  ", { $0.capacityInLostMaterial }),
    ]
    var cycles: [CycleSummary] = []
    var lowest: [Double] = []
    private var anode = Double.infinity

    func row(_ k: Int) -> String {
        guard let a = cycles[k].ageing else { return "" }
        let numbers = [a.seiCapacity, a.crackSEICapacity, a.platedCapacity, a.porosityNegative, lowest[k]]
        return "\(cycles[k].cycle),\(cycles[k].soh.map { "\(Float($0))" } ?? ""),"
            + numbers.map { "\(Float($0))" }.joined(separator: ",")
    }

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws { anode = min(anode, summary.minimumAnodePotential ?? anode) }
    func endCycle(_ summary: CycleSummary) throws {
        cycles.append(summary)
        lowest.append(anode)
        anode = .infinity
    }
    func end(_ summary: RunSummary) throws {}
}
