import Cells
import Electrochemistry

/// Each electrode of a cell against lithium metal: what a three-electrode measurement would show.
@main
struct HalfCell {
    /// Keeps the time series: a sink receives rows as they are computed.
    final class Series: ResultSink {
        private(set) var samples: [Sample] = []
        func begin(variableColumns: [String]) throws {}
        func sample(_ sample: Sample) throws { samples.append(sample) }
        func endStep(_ summary: StepSummary) throws {}
        func endCycle(_ summary: CycleSummary) throws {}
        func end(_ summary: RunSummary) throws {}
    }

    static func main() throws {
        let cell = try ShippedCells.load("lg-m50-chen2020").cell()
        for electrode in SimulationOptions.WorkingElectrode.allCases {
            var options = SimulationOptions()
            options.halfCell = electrode
            // A negative electrode starts delithiated, at its highest potential; a positive one likewise, when full.
            options.initialState = .stateOfCharge(electrode == .negative ? 0 : 1)
            let simulation = try Simulation(cell: cell, options: options)
            let series = Series()
            let discharge = try StepParser.parse("Discharge at C/5")
            let result = try simulation.run(CyclingProtocol(cycles: [.init(steps: [discharge])]), into: [series])
            print("\(electrode.rawValue) electrode against lithium, C/5, to the \(result.endReason)")
            print("  capacity (A.h)  potential (V)")
            for fraction in stride(from: 0.0, through: 1, by: 0.125) {
                let wanted = fraction * result.dischargeCapacity
                guard let row = series.samples.first(where: { -$0.netCapacity >= wanted - 1e-9 }) else { continue }
                print("  \(rounded(row.netCapacity.magnitude))\t  \(rounded(row.voltage))")
            }
        }
    }

    /// Three decimals.
    static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
