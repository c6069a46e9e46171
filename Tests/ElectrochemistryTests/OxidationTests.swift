import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Electrolyte that is oxidised at the positive electrode, and what its products do at the negative one.
@Suite struct OxidationTests {
    private static func set(_ current: Double = 1e-4, crosstalk: Double = 1, activation: Double = 0) -> AgeingSet {
        var set = AgeingSet(name: "test", summary: "")
        var oxidation = OxidationParameters(exchangeCurrent: current)
        oxidation.crosstalk = crosstalk
        oxidation.activationEnergy = activation
        set.oxidation = oxidation
        return set
    }

    private func run(
        _ set: AgeingSet, _ steps: [String], model: ModelKind, rtol: Double = 1e-4, temperature: Double? = nil,
        cycles: Int = 1, thermal: ThermalModel = .isothermal, solver: LinearSolverKind = .structured,
        variables: [String] = []
    ) throws -> Recorder {
        var o = options(model, mesh: .fast, rtol: rtol, atol: rtol * 1e-2, thermal: thermal, variables: variables)
        o.ageing = set
        o.temperature = temperature
        o.linearSolver = solver
        return try simulate(shipped("lg-m50-okane2022"), steps.map { try StepParser.parse($0) }, o, cycles: cycles)
    }

    /// At rest, and slowly, the positive electrode's potential hardly moves: Q = a L A i₀ exp(α F (φ - U) / (R T)) t.
    @Test(arguments: ModelKind.allCases) func ratesFollowTafelAtRest(_ model: ModelKind) throws {
        let cell = try shipped("lg-m50-okane2022")
        let positive = try #require(cell.positive)
        let y = try #require(cell.stoichiometries(stateOfCharge: 1).positive.first)
        let phi = positive.materials[0].openCircuitPotential(y)
        let surface =
            positive.materials[0].surfaceAreaPerVolume * positive.thickness * cell.electrodeArea
            * Double(cell.electrodePairs)
        let eta = Constants.faraday / (Constants.gas * cell.referenceTemperature) * (phi - 4.2)
        let expected = surface * 1e-6 * exp(0.5 * eta) * 10
        let r = try run(Self.set(1e-6), ["Rest for 10 hours"], model: model, rtol: 1e-6)
        let found = try #require(r.cycles[0].ageing).oxidisedCapacity
        #expect(abs(found / expected - 1) < 2e-3, "\(found) against \(expected)")
        // A hotter cell is faster by Arrhenius' factor and slower by the potential over temperature.
        let hot = try run(
            Self.set(1e-6, activation: 40_000), ["Rest for 10 hours"], model: model, rtol: 1e-6, temperature: 318.15)
        let slope = 0.5 * Constants.faraday / Constants.gas * (phi - 4.2) * (1 / 318.15 - 1 / cell.referenceTemperature)
        let factor = exp(40_000 / Constants.gas * (1 / cell.referenceTemperature - 1 / 318.15) + slope)
        let ratio = try #require(hot.cycles[0].ageing).oxidisedCapacity / found
        #expect(abs(ratio / factor - 1) < 1e-2, "\(ratio) against \(factor)")
    }

    /// Lithium in particles, salt and books: what entered the positive electrode less what left the negative one, to round-off,
    /// whatever the tolerance.
    @Test(arguments: ModelKind.allCases, [0.0, 1, 1.2]) func lithiumIsBooked(_ model: ModelKind, _ crosstalk: Double)
        throws
    {
        let names = ["lithium_in_particles_mol_m2", "lithium_in_electrolyte_mol_m2"]
        var all = Self.set(2e-3, crosstalk: crosstalk)
        all.sei = AgeingSets.sei(AgeingSets.reaction).sei
        let r = try run(
            all,
            [
                "Discharge at 1C until 2.5 V", "Charge at C/2 until 4.2 V", "Hold at 4.2 V until C/20",
                "Rest for 10 hours",
            ],
            model: model, cycles: 3, variables: names)
        let cell = try shipped("lg-m50-okane2022")
        let area = cell.electrodeArea * Double(cell.electrodePairs)
        let particles = r.scalar(names[0]), salt = r.scalar(names[1])
        let books = try #require(r.cycles.last?.ageing)
        #expect(books.oxidisedCapacity > 0.01, "too little to test with: \(books.oxidisedCapacity) A.h")
        #expect(abs(books.crosstalkCapacity - crosstalk * books.oxidisedCapacity) < 1e-12)
        let left = particles[0] * (1 - (try #require(r.cycles.last?.lossOfLithiumInventory)))
        #expect(abs((particles[0] - books.lithiumLost / area) / left - 1) < 1e-12)
        let sum = books.seiCapacity + books.crosstalkCapacity - books.oxidisedCapacity
        #expect(abs(books.lithiumLost * Constants.faraday / 3600 - sum) < 1e-12)
        if model != .spm { #expect(abs((try #require(salt.last)) / salt[0] - 1) < 1e-12) }
    }

    /// With as many electrons taken as given both electrodes are discharged alike; without any the positive one slips, and
    /// the cell gains what it had lost.
    @Test func crosstalkDecidesWhetherElectrodesSlip() throws {
        let steps = [
            "Rest for 500 hours", "Discharge at C/5 until 2.5 V", "Charge at C/5 until 4.2 V",
            "Hold at 4.2 V until C/50",
        ]
        let slipping = try run(Self.set(1e-5, crosstalk: 0), steps, model: .spm)
        let shuttle = try run(Self.set(1e-5, crosstalk: 1), steps, model: .spm)
        let binding = try run(Self.set(1e-5, crosstalk: 1.5), steps, model: .spm)
        func slippage(_ r: Recorder) throws -> Double { try #require(r.cycles[0].books).electrodeSlippage }
        let oxidised = try #require(slipping.cycles[0].ageing).oxidisedCapacity
        #expect(oxidised > 1e-3)
        #expect(abs(try slippage(slipping) + oxidised) < 1e-9)
        #expect(abs(try slippage(shuttle)) < 1e-9)
        #expect(try slippage(binding) > 0)
        // Self-discharge: a cell at rest has less to give; what is charged afterwards is all there again.
        let quiet = try run(Self.set(1e-12), steps, model: .spm).cycles[0].dischargeCapacity
        #expect(shuttle.cycles[0].dischargeCapacity < quiet - 0.5 * oxidised)
        #expect(abs(try #require(shuttle.cycles[0].lossOfLithiumInventory)) < 1e-12)
        #expect(try #require(binding.cycles[0].lossOfLithiumInventory) > 0)
    }

    /// Both linear solvers, with and without temperature, go the same way.
    @Test(arguments: [ModelKind.dfn, .spme], ThermalModel.allCases)
    func solversAgree(_ model: ModelKind, _ thermal: ThermalModel) throws {
        let steps = ["Discharge at 1C until 2.5 V", "Charge at C/2 until 4.2 V", "Hold at 4.2 V until C/20"]
        let cells = try [LinearSolverKind.structured, .klu].map { solver in
            try run(Self.set(2e-3, activation: 4e4), steps, model: model, rtol: 1e-7, thermal: thermal, solver: solver)
        }
        let (a, b) = try (#require(cells[0].cycles[0].ageing), #require(cells[1].cycles[0].ageing))
        #expect(abs(a.oxidisedCapacity / b.oxidisedCapacity - 1) < 1e-4)
        #expect(abs(cells[0].cycles[0].chargeCapacity / cells[1].cycles[0].chargeCapacity - 1) < 1e-4)
    }

    /// A set survives its file.
    @Test func setsAreWrittenAndRead() throws {
        let set = Self.set(3e-5, crosstalk: 1.1, activation: 3e4)
        let read = try AgeingSet(name: "test", object: set.fileObject)
        #expect(read == set)
        #expect(read.mechanisms == ["electrolyte oxidation (positive)"])
    }

    /// Jumps keep the books.
    @Test func jumpsKeepTheBooks() throws {
        var o = options(.spme, mesh: .fast)
        o.ageing = Self.set(1e-4, crosstalk: 1.2)
        o.jumps = CycleJumps(tolerance: 1e-3)
        let steps = ["Discharge at 1C until 2.5 V", "Charge at C/2 until 4.2 V", "Hold at 4.2 V until C/20"]
        let r = try simulate(shipped("lg-m50-okane2022"), steps.map { try StepParser.parse($0) }, o, cycles: 100)
        let last = try #require(r.cycles.last), books = try #require(last.ageing)
        #expect(r.cycles.contains { $0.skippedCycles > 0 })
        let perMole = Constants.faraday / 3600
        let fresh = try shipped("lg-m50-okane2022").lithiumInventory
        let loss = try #require(last.lossOfLithiumInventory)
        #expect(
            abs(books.lithiumLost * perMole / fresh - loss) < 1e-9, "\(books.lithiumLost * perMole / fresh) \(loss)")
    }
}
