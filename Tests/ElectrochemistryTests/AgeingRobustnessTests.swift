import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Runs over a Latin hypercube of all ageing parameters, extremes included: each ends with a result, or with an end of life
/// that names what is at its bound. `CELLAR_LONG=1` makes it 200 runs of 300 cycles, a quarter of them at rtol 1e-6 on the
/// standard mesh and a few on the fine one.
@Suite struct AgeingRobustnessTests {
    static let isLong = ProcessInfo.processInfo.environment["CELLAR_LONG"] == "1"

    /// A point of the hypercube. Bounds span what the literature reports for graphite and NMC cells, and a decade or so
    /// beyond; laws, films and kinds of plating are drawn, too.
    static func sample(_ unit: () -> Double) -> AgeingSet {
        func log(_ low: Double, _ high: Double) -> Double { low * pow(high / low, unit()) }
        func within(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }
        func one<T>(of list: [T]) -> T { list[min(Int(unit() * Double(list.count)), list.count - 1)] }

        var set = AgeingSets.coupled
        let rate = unit()
        func fast(_ low: Double, _ high: Double) -> Double { low * pow(high / low, rate) }
        let potential = within(0.1, 0.8)
        set.sei!.law = one(of: [
            .solventDiffusion(diffusivity: fast(1e-23, 1e-19), concentration: 2636),
            .reaction(exchangeCurrent: fast(1e-10, 1e-6), potential: 0.5 * potential),
            .electronMigration(conductivity: fast(1e-16, 1e-12), potential: potential),
            .interstitialDiffusion(diffusivity: fast(1e-21, 1e-17), concentration: 15),
            .ecReaction(
                rateConstant: fast(1e-14, 1e-11), diffusivity: fast(2e-20, 2e-17), concentration: 4541,
                potential: potential),
            .tunnelling(exchangeCurrent: fast(1e-5, 1e-2), decay: 1e9),
            .transition(
                exchangeCurrent: fast(1e-7, 1e-3), diffusivity: fast(1e-20, 1e-16), concentration: 15,
                tunnelling: 2e-9, conductivity: fast(1e-10, 1e-6)),
        ])
        set.sei!.film = one(of: SEIParameters.Film.allCases)
        set.sei!.transferCoefficient = within(0.2, 0.8)
        set.sei!.lithiumPerMole = within(1, 2)
        set.sei!.molarVolume = log(3e-5, 2e-4)
        set.sei!.initialThickness = log(1e-9, 2e-8)
        set.sei!.initialCrackThickness = log(1e-14, 1e-9)
        set.sei!.resistivity = log(1e4, 2e6)
        set.sei!.activationEnergy = within(0, 80e3)
        set.bruggemanExponent = within(1, 2.5)
        set.plating!.kind = one(of: PlatingParameters.Kind.allCases)
        set.plating!.rateConstant = log(1e-13, 1e-8)
        set.plating!.transferCoefficient = within(0.3, 0.7)
        set.plating!.decayConstant = log(1e-8, 1e-3)
        set.plating!.initialConcentration = log(1e-6, 10)
        set.plating!.activationEnergy = within(0, 80e3)
        for negative in [true, false] {
            var e = negative ? set.negative : set.positive
            e.mechanics!.poissonRatio = within(0.1, 0.4)
            e.mechanics!.youngModulus = log(5e9, 4e11)
            e.mechanics!.molarVolume = log(5e-7, 1.5e-5)
            e.mechanics!.referenceConcentration = within(0, 1e4)
            e.stressLoss!.rate = log(1e-9, 1e-5)
            e.stressLoss!.exponent = within(1, 3)
            e.stressLoss!.criticalStress = log(2e7, 5e8)
            e.stressLoss!.activationEnergy = within(0, 80e3)
            e.cracks = CrackParameters(
                initialLength: log(1e-9, 1e-7), width: log(5e-9, 5e-8), density: log(1e14, 1e16),
                exponent: within(2, 2.6), rate: log(3.9e-22, 3.9e-18))
            e.cracks!.stressFactor = within(0.5, 2)
            e.cracks!.activationEnergy = within(0, 80e3)
            var d = DissolutionParameters()
            d.rate = log(1e-12, 1e-7)
            d.exchangeCurrent = log(1e-9, 1e-4)
            d.potential = within(3.5, 4.4)
            d.transferCoefficient = within(0.3, 0.7)
            d.activationEnergy = within(0, 80e3)
            if negative {
                e.reactionLoss = log(1e-8, 1e-3)
                set.negative = e
            } else {
                e.dissolution = d
                set.positive = e
            }
        }
        set.corrosion = CorrosionParameters(rate: log(1e-9, 1e-5))
        set.corrosion!.activationEnergy = within(0, 80e3)
        set.dryOut = DryOutParameters()
        set.dryOut!.solventPerMole = within(0, 2)
        set.dryOut!.solventMolarVolume = log(3e-5, 2e-4)
        set.dryOut!.reserve = within(0, 0.2)
        return set
    }

    @Test func everyRunEndsWell() throws {
        let runs = Self.isLong ? 200 : 40, cycles = Self.isLong ? 300 : 30
        var random = Reproducible()
        var columns: [[Double]] = []
        var dimensions = 0
        _ = Self.sample {
            dimensions += 1
            return 0.5
        }
        for _ in 0..<dimensions {
            var order = (0..<runs).map { ($0, random.next()) }
            order.sort { $0.1 < $1.1 }
            columns.append(order.map { (Double($0.0) + 0.5 * (1 + random.next())) / Double(runs) })
        }
        let cell = try shipped("lg-m50-okane2022")
        var complete = 0, ended: [String: Int] = [:], failed: [String] = []
        for run in 0..<runs {
            let close = Self.isLong && run % 4 == 0
            let mesh: Mesh = Self.isLong && run % 40 == 0 ? .fine : close ? .standard : .fast
            var o = options(
                .dfn, mesh: mesh, rtol: close ? 1e-6 : run % 2 == 0 ? 1e-3 : 1e-4, atol: close ? 1e-8 : 1e-6)
            var coordinates = columns.makeIterator()
            o.ageing = Self.sample { coordinates.next()?[run] ?? 0.5 }
            // Arrhenius factors act, too.
            o.temperature = [273.15, 298.15, 318.15][run % 3]
            do {
                let r = try simulate(
                    cell,
                    ["Discharge at 1C until 2.5 V", "Charge at 0.5C until 4.2 V", "Hold at 4.2 V until C/50"].map {
                        try StepParser.parse($0)
                    }, o, cycles: cycles)
                if let end = r.summary!.endOfLife {
                    ended[end.split(separator: " ").prefix(4).joined(separator: " "), default: 0] += 1
                    #expect(end != "no voltage gives the current that is asked for", "run \(run)")
                } else {
                    complete += 1
                }
                for c in r.cycles {
                    let a = c.ageing!
                    #expect(c.dischargeCapacity.isFinite && a.lithiumLost.isFinite, "run \(run)")
                    #expect(c.dischargeCapacity < 1.02 * r.cycles[0].dischargeCapacity + 0.01, "run \(run)")
                }
                if let last = r.cycles.last, let lost = last.lossOfLithiumInventory, lost > 1e-3 {
                    let first = r.cycles[0]
                    let inventory = first.ageing!.lithiumLost / first.lossOfLithiumInventory!
                    let open = last.ageing!.lithiumLost / inventory - lost
                    #expect(abs(open) < 1e-11, "run \(run): \(open)")
                }
            } catch {
                failed.append("run \(run) (rtol \(o.relativeTolerance), \(o.ageing!.sei!.law)): \(error)")
            }
        }
        print(
            "hypercube of \(dimensions) parameters, \(runs) runs of \(cycles) cycles: \(complete) complete, ended \(ended), failed \(failed)"
        )
        #expect(Double(failed.count) <= 0.02 * Double(runs), "\(failed)")
    }
}
