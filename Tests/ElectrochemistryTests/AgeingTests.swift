import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// The example sets the tests share.
enum AgeingSets {
    static func sei(_ law: SEILaw, lithiumPerMole: Double = 1, activation: Double = 38000) -> AgeingSet {
        var set = AgeingSet(name: "test", summary: "")
        var sei = SEIParameters(law: law, molarVolume: 9.585e-5, initialThickness: 5e-9)
        sei.resistivity = 2e5
        sei.lithiumPerMole = lithiumPerMole
        sei.activationEnergy = activation
        set.sei = sei
        return set
    }
    static let solventDiffusion = SEILaw.solventDiffusion(diffusivity: 2.5e-22, concentration: 2636)
    static let reaction = SEILaw.reaction(exchangeCurrent: 1.5e-7, potential: 0.4)
    static let ecReaction = SEILaw.ecReaction(
        rateConstant: 1e-12, diffusivity: 2e-18, concentration: 4541, potential: 0.4)

    /// O'Kane et al. 2022.
    static var coupled: AgeingSet {
        var set = sei(solventDiffusion)
        set.sei!.initialCrackThickness = 5e-13
        set.narrowsPores = true
        var plating = PlatingParameters(kind: .partiallyReversible, rateConstant: 1e-9)
        plating.decayConstant = 1e-6
        set.plating = plating
        var n = ParticleMechanics(poissonRatio: 0.3, youngModulus: 15e9, molarVolume: 3.1e-6)
        n.drivesDiffusion = true
        set.negative.mechanics = n
        set.negative.cracks = CrackParameters(
            initialLength: 2e-8, width: 1.5e-8, density: 3.18e15, exponent: 2.2, rate: 3.9e-20)
        set.negative.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 60e6)
        var p = ParticleMechanics(poissonRatio: 0.2, youngModulus: 375e9, molarVolume: 1.25e-5)
        p.drivesDiffusion = true
        set.positive.mechanics = p
        set.positive.stressLoss = StressLossParameters(rate: 2.7778e-7, exponent: 2, criticalStress: 375e6)
        return set
    }
}

@Suite(.enabled(if: Datasets.available, "CELLAR_DATASETS is not set")) struct DegradationReferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var cell: String
        var set: AgeingSet
        var tolerance: Double
        var rtol = 1e-5
        var testDescription: String { file }
    }
    static let cases = [
        Case(
            file: "DFN_Chen2020_SEI-solvent-diffusion_0.3C_N20", cell: "lg-m50-chen2020",
            set: AgeingSets.sei(AgeingSets.solventDiffusion, lithiumPerMole: 2, activation: 0), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-solvent-diffusion_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.solventDiffusion), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-reaction_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.reaction), tolerance: 0.01),
        Case(
            file: "DFN_OKane2022_SEI-ec-reaction_0.3C_N20", cell: "lg-m50-okane2022",
            set: AgeingSets.sei(AgeingSets.ecReaction), tolerance: 0.02),
        Case(
            file: "DFN_OKane2022_coupled_0.3C_N20", cell: "lg-m50-okane2022", set: AgeingSets.coupled, tolerance: 0.02,
            rtol: 1e-6),
    ]

    @Test(arguments: cases) func perCycleTable(_ c: Case) throws {
        let table = try CSVTable(path: Datasets.path("reference/degradation/\(c.file).csv"))
        var o = options(rtol: c.rtol, atol: 1e-6)
        o.ageing = c.set
        let started = Date()
        let r = try simulate(
            shipped(c.cell), "Discharge at 1C until 2.5 V", "Charge at 0.3C until 4.2 V", "Hold at 4.2 V until C/100",
            options: o, cycles: 20)
        print(c.file, "ms a cycle", Date().timeIntervalSince(started) * 1000 / 20)
        for k in [0, 1, 19] {
            let cycle = r.cycles[k], a = cycle.ageing!
            func show(_ name: String, _ value: Double, _ key: String, _ scale: Double = 1) {
                let expected = table[key][k] * scale
                print(
                    "  \(k + 1) \(name): \(value) against \(expected): \(String(format: "%.4f", 100 * (value / expected - 1))) %"
                )
            }
            show("capacity", cycle.dischargeCapacity, "discharge_capacity_Ah")
            show("LLI", cycle.lossOfLithiumInventory!, "Loss of lithium inventory [%]", 0.01)
            show("SEI Ah", a.seiCapacity, "Loss of capacity to negative SEI [A.h]")
            show("SEI m", a.seiThickness, "X-averaged negative total SEI thickness [m]")
            show("lost mol", a.lithiumLost, "Total lithium lost [mol]")
            if c.file.contains("coupled") {
                show("crack Ah", a.crackSEICapacity, "Loss of capacity to negative SEI on cracks [A.h]")
                show("crack m", a.crackSEIThickness, "X-averaged negative total SEI on cracks thickness [m]")
                show("plated Ah", a.platedCapacity, "Loss of capacity to negative lithium plating [A.h]")
                show("length", a.crackLength, "X-averaged negative particle crack length [m]")
                show(
                    "LAM n", a.lossOfActiveMaterialNegative, "Loss of active material in negative electrode [%]", 0.01)
                show(
                    "LAM p", a.lossOfActiveMaterialPositive, "Loss of active material in positive electrode [%]", 0.01)
                show("porosity", a.porosityNegative, "X-averaged negative electrode porosity")
            }
        }
    }
}
