import Testing

@testable import Cells

@Suite struct OpenCircuitTests {
    @Test func windowsMeetCutOffs() throws {
        var cell = try Samples.file([]).cell()
        cell.upperCutOff = 4.2
        cell.lowerCutOff = 3.0
        let solved = try cell.windowsSolved()
        #expect(abs(solved.openCircuitVoltage(stateOfCharge: 1) - 4.2) < 1e-9)
        #expect(abs(solved.openCircuitVoltage(stateOfCharge: 0) - 3.0) < 1e-9)
        #expect(abs(solved.lithiumInventory / cell.lithiumInventory - 1) < 1e-12)
        let again = try solved.windowsSolved()
        #expect(
            abs(again.negative!.materials[0].maximumStoichiometry - solved.negative!.materials[0].maximumStoichiometry)
                < 1e-12)
    }

    @Test func lithiumIsTheSameAtEveryCharge() throws {
        let cell = try Samples.file([]).cell().windowsSolved()
        let x = cell.stoichiometries(stateOfCharge: 0.37)
        let n = cell.capacity(of: cell.negative!.materials[0], in: cell.negative!)
        let p = cell.capacity(of: cell.positive!.materials[0], in: cell.positive!)
        #expect(abs((n * x.negative[0] + p * x.positive[0]) / cell.lithiumInventory - 1) < 1e-12)
    }

    @Test func restVoltage() throws {
        let cell = try Samples.file([]).cell()
        for charge in [0.0, 0.1, 0.5, 0.93, 1] {
            let voltage = cell.openCircuitVoltage(stateOfCharge: charge)
            #expect(abs(try #require(cell.stateOfCharge(atRestVoltage: voltage)) - charge) < 1e-9)
        }
        #expect(cell.stateOfCharge(atRestVoltage: 4.3) == nil)
        #expect(cell.stateOfCharge(atRestVoltage: 2) == nil)
        #expect(cell.stateOfCharge(atRestVoltage: 4.1255) == 1)
    }

    @Test func unreachableCutOff() throws {
        var cell = try Samples.file([]).cell()
        cell.upperCutOff = 6
        #expect(throws: BPXError.self) { try cell.windowsSolved() }
    }

    /// Two halves of one material behave as the whole.
    @Test func blendOfEqualsIsTheWhole() throws {
        let whole = try Samples.file([
            ("Parameterisation > Negative electrode > Surface area per unit volume [m-1]", "470000")
        ]).cell().windowsSolved()
        let blend = try Samples.blended().cell().windowsSolved()
        #expect(abs(whole.lithiumInventory / blend.lithiumInventory - 1) < 1e-12)
        for charge in stride(from: 0.0, through: 1, by: 0.125) {
            let a = whole.stoichiometries(stateOfCharge: charge)
            let b = blend.stoichiometries(stateOfCharge: charge)
            #expect(abs(a.negative[0] - b.negative[0]) < 1e-9 && abs(a.negative[0] - b.negative[1]) < 1e-9)
            #expect(
                abs(whole.openCircuitVoltage(stateOfCharge: charge) - blend.openCircuitVoltage(stateOfCharge: charge))
                    < 1e-9)
        }
    }

    /// Different materials share one potential and all the lithium.
    @Test func blendIsInEquilibrium() throws {
        var file = try Samples.blended()
        try file.set(path: "Negative electrode > Particle > Silicon > OCP [V]", value: "0.9 - 0.85 * x")
        let cell = try file.cell()
        let negative = try #require(cell.negative)
        #expect(abs(cell.openCircuitVoltage(stateOfCharge: 1) - cell.upperCutOff) < 1e-9)
        for charge in [0.0, 0.01, 0.3, 0.77, 0.99, 1] {
            let state = cell.stoichiometries(stateOfCharge: charge)
            let potentials = zip(negative.materials, state.negative).map { $0.openCircuitPotential($1) }
            #expect(abs(potentials[0] - potentials[1]) < 1e-9, "\(charge): \(potentials)")
            var lithium = 0.0
            for (material, x) in zip(negative.materials, state.negative) {
                lithium += x * cell.capacity(of: material, in: negative)
            }
            lithium += state.positive[0] * cell.capacity(of: cell.positive!.materials[0], in: cell.positive!)
            #expect(abs(lithium / cell.lithiumInventory - 1) < 1e-10)
        }
        let voltage = cell.openCircuitVoltage(stateOfCharge: 0.42)
        #expect(abs(try #require(cell.stateOfCharge(atRestVoltage: voltage)) - 0.42) < 1e-8)
    }

    @Test func degradation() throws {
        let fresh = try Samples.file([]).cell()
        let aged = try Samples.file([
            (
                "State > Degradation",
                "{\"LLI\": 0.1, \"LAM: Negative electrode\": 0.05, \"LAM: Positive electrode\": 0.02}"
            )
        ]).cell()
        #expect(abs(aged.lithiumInventory / fresh.lithiumInventory - 0.9) < 1e-12)
        #expect(aged.negative?.materials[0].surfaceAreaPerVolume == 420000 * 0.95)
        #expect(aged.negative?.materials[0].lossOfActiveMaterial == 0.05)
        #expect(aged.positive?.materials[0].surfaceAreaPerVolume == 360000 * 0.98)
        #expect(aged.lossOfLithiumInventory == 0.1)
        #expect(abs(aged.openCircuitVoltage(stateOfCharge: 1) - 4.125) < 1e-9)
        #expect(abs(aged.openCircuitVoltage(stateOfCharge: 0) - 3.1142) < 1e-9)
        #expect(aged.windowCapacity < fresh.windowCapacity)
        let none = try Samples.file([
            ("State > Degradation", "{\"LLI\": 0, \"LAM: Negative electrode\": 0, \"LAM: Positive electrode\": 0}")
        ]).cell()
        #expect(none.negative?.materials[0].maximumStoichiometry == 0.85)
    }

    @Test func temperatureShiftsTheVoltage() throws {
        let cell = try Samples.file([
            ("Parameterisation > Positive electrode > Entropic change coefficient [V.K-1]", "-1e-4")
        ]).cell()
        let shift =
            cell.openCircuitVoltage(stateOfCharge: 0.5, temperature: 308.15)
            - cell.openCircuitVoltage(stateOfCharge: 0.5)
        #expect(abs(shift + 1e-3) < 1e-12)
    }
}
