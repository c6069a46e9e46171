import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Runs over a Latin hypercube of all ageing parameters, extremes included: each ends with a result, or with an end of life
/// that names what is at its bound. `CELLAR_LONG=1` makes it 200 runs of 300 cycles.
@Suite struct AgeingRobustnessTests {
    static let isLong = ProcessInfo.processInfo.environment["CELLAR_LONG"] == "1"

    /// Bounds span what the literature reports for graphite and NMC cells, and a decade or so beyond.
    static func sample(_ u: [Double]) -> AgeingSet {
        func log(_ k: Int, _ low: Double, _ high: Double) -> Double { low * pow(high / low, u[k]) }
        var set = AgeingSets.coupled
        set.sei!.law = .solventDiffusion(diffusivity: log(0, 1e-23, 1e-19), concentration: 2636)
        set.sei!.initialThickness = log(1, 1e-9, 2e-8)
        set.sei!.resistivity = log(2, 1e4, 2e6)
        set.sei!.lithiumPerMole = 1 + u[3]
        set.plating!.rateConstant = log(4, 1e-12, 1e-8)
        set.plating!.decayConstant = log(5, 1e-8, 1e-4)
        set.negative.cracks!.rate = log(6, 3.9e-22, 3.9e-18)
        set.negative.cracks!.exponent = 2 + 0.6 * u[7]
        set.negative.stressLoss!.rate = log(8, 1e-9, 1e-5)
        set.positive.stressLoss!.rate = log(9, 1e-9, 1e-5)
        set.negative.stressLoss!.criticalStress = log(10, 2e7, 2e8)
        set.positive.dissolution = {
            var d = DissolutionParameters()
            d.rate = log(11, 1e-11, 1e-7)
            return d
        }()
        return set
    }
    static let dimensions = 12

    @Test func everyRunEndsWell() throws {
        let runs = Self.isLong ? 200 : 16, cycles = Self.isLong ? 300 : 25
        var random = Reproducible()
        var columns: [[Double]] = []
        for _ in 0..<Self.dimensions {
            var order = (0..<runs).map { ($0, random.next()) }
            order.sort { $0.1 < $1.1 }
            columns.append(order.map { (Double($0.0) + 0.5 * (1 + random.next())) / Double(runs) })
        }
        let cell = try shipped("lg-m50-okane2022")
        var complete = 0, ended: [String: Int] = [:], failed: [String] = []
        for run in 0..<runs {
            var o = options(.dfn, mesh: .fast, rtol: run % 2 == 0 ? 1e-3 : 1e-4, atol: 1e-6)
            o.ageing = Self.sample(columns.map { $0[run] })
            do {
                let r = try simulate(
                    cell,
                    ["Discharge at 1C until 2.5 V", "Charge at 0.5C until 4.2 V", "Hold at 4.2 V until C/50"].map {
                        try StepParser.parse($0)
                    }, o, cycles: cycles)
                if let end = r.summary!.endOfLife {
                    ended[end.split(separator: " ").prefix(3).joined(separator: " "), default: 0] += 1
                } else {
                    complete += 1
                }
                for c in r.cycles {
                    #expect(c.dischargeCapacity.isFinite && c.ageing!.lithiumLost.isFinite, "run \(run)")
                }
            } catch {
                failed.append("run \(run): \(error)")
            }
        }
        print("hypercube of \(runs) runs of \(cycles) cycles: \(complete) complete, ended \(ended), failed \(failed)")
        #expect(Double(failed.count) <= 0.02 * Double(runs), "\(failed)")
    }
}
