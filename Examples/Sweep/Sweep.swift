import Cells
import Electrochemistry

/// A hundred discharges over the diffusivity of the negative particles, on two threads.
///
/// A `Simulation` belongs to one task; cells and protocols are values and may be shared.
@main
struct Sweep {
    static func main() async throws {
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        let discharge = try StepParser.parse("Discharge at 1C until 2.5 V")
        let plan = CyclingProtocol(cycles: [.init(steps: [discharge])])
        // From half of the file's 3.3e-14 m2/s to twice it.
        let runs = 100
        let diffusivities = (0..<runs).map { 3.3e-14 * (0.5 + 1.5 * Double($0) / Double(runs - 1)) }
        let threads = 2

        let clock = ContinuousClock()
        let begun = clock.now
        let capacities = try await withThrowingTaskGroup(of: [(Int, Double)].self) { group in
            for thread in 0..<threads {
                group.addTask {
                    try stride(from: thread, to: runs, by: threads).map { index in
                        var varied = cell
                        varied.negative?.materials[0].diffusivity = StateFunction(diffusivities[index])
                        let simulation = try Simulation(cell: varied)
                        return (index, try simulation.run(plan).dischargeCapacity)
                    }
                }
            }
            var found = [Double](repeating: 0, count: runs)
            for try await part in group {
                for (index, capacity) in part { found[index] = capacity }
            }
            return found
        }
        let elapsed = clock.now - begun

        print("diffusivity (m2/s)  capacity at 1C (A.h)")
        for index in stride(from: 0, to: runs, by: 11) {
            print("\(Float(diffusivities[index]))\t    \(Float(capacities[index]))")
        }
        print("\(runs) runs on \(threads) threads: \(elapsed)")
    }
}
