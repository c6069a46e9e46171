import Cells
import Electrochemistry

/// Discharges a shipped cell at three rates, with the pseudo-2D model and with SPMe, and prints what it gave.
@main
struct DischargeRates {
    static func main() throws {
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        print("\(cell.title)\n")
        print("rate  model  capacity (A.h)  energy (W.h)  solved in (ms)")
        for rate in ["C/20", "1C", "2C"] {
            let step = try StepParser.parse("Discharge at \(rate) until 2.5 V")
            for model in [ModelKind.dfn, .spme] {
                var options = SimulationOptions()
                options.model = model
                let simulation = try Simulation(cell: cell, options: options)
                let result = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]))
                print(
                    padded(rate, 4), padded(model.rawValue, 5), padded(rounded(result.dischargeCapacity), 14),
                    padded(rounded(result.dischargeEnergy), 12), padded(rounded(1e3 * result.solveSeconds), 14),
                    separator: "  ")
            }
        }
    }

    /// Three decimals.
    static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
