import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// Aged cells go out as files, come back, and go on ageing.
@Suite struct AgedCellTests {
    static let cycle = ["Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/100", "Rest for 4 hours"]

    private func run(_ cell: Cell, _ set: AgeingSet?, _ options: SimulationOptions, cycles: Int) throws -> (
        cycles: [CycleSummary], state: AgedState?
    ) {
        var o = options
        o.ageing = set
        let simulation = try Simulation(cell: cell, options: o)
        let recorder = Recorder()
        let steps = try Self.cycle.map { try StepParser.parse($0) }
        _ = try simulation.run(
            CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: cycles)), into: [recorder])
        return (recorder.cycles, simulation.agedState)
    }

    /// N cycles, a file, M cycles: as N + M cycles. The file keeps no profiles over the particles' radius, so that a rest
    /// of some hours in front of it matters: after it, capacity agrees to 1e-6 and lithium lost to 1e-5.
    @Test(arguments: ["lg-m50-okane2022", "lg-m50-composite"], ModelKind.allCases)
    func goesOnFromAFile(_ name: String, _ model: ModelKind) throws {
        var set = AgeingSets.coupled
        if name == "lg-m50-composite" { set.negative.mechanics?.drivesDiffusion = false }
        let o = options(model, mesh: .fast, rtol: 1e-6, atol: 1e-8)
        let file = try ShippedCells.load(name)
        let whole = try run(file.cell(), set, o, cycles: 4)
        let half = try run(file.cell(), set, o, cycles: 2)
        let aged = try file.aged(try #require(half.state), by: set)
        let again = try CellFile(text: aged.json(), format: .json)
        #expect(try again.ageingSet(named: set.name) == set)
        let rest = try run(again.cell(), set, o, cycles: 2)
        for (a, b) in zip(whole.cycles.dropFirst(2), rest.cycles) {
            let (p, q) = (a.ageing!, b.ageing!)
            func near(_ x: Double, _ y: Double, _ tolerance: Double, _ what: String) {
                #expect(abs(y / x - 1) < tolerance, "cycle \(a.cycle), \(what): \(y / x - 1)")
            }
            near(a.dischargeCapacity, b.dischargeCapacity, 1e-6, "capacity")
            near(a.soh!, b.soh!, 1e-6, "SOH")
            near(p.lithiumLost, q.lithiumLost, 1e-5, "lithium")
            near(a.lossOfLithiumInventory!, b.lossOfLithiumInventory!, 1e-5, "inventory")
            near(p.seiThickness, q.seiThickness, 1e-5, "SEI")
            near(p.crackSEICapacity, q.crackSEICapacity, 1e-5, "SEI on cracks")
            near(p.platedCapacity, q.platedCapacity, 1e-4, "plated")
            near(p.deadCapacity, q.deadCapacity, 1e-4, "dead")
            near(p.crackLength, q.crackLength, 1e-7, "cracks")
            near(p.lossOfActiveMaterialNegative, q.lossOfActiveMaterialNegative, 1e-4, "material, negative")
            near(p.lossOfActiveMaterialPositive, q.lossOfActiveMaterialPositive, 1e-4, "material, positive")
            near(p.porosityNegative, q.porosityNegative, 1e-7, "porosity")
            near(a.books!.equilibriumCapacity, b.books!.equilibriumCapacity, 1e-7, "equilibrium capacity")
            near(a.books!.polarisationResistance!, b.books!.polarisationResistance!, 1e-7, "resistance")
            #expect(abs(q.earlierCapacity) < 1e-9)
        }
        #expect(rest.state?.cycles == 4)
    }

    /// A strong film, a dry part and corroded contacts.
    private static var worn: AgeingSet {
        var set = AgeingSets.sei(.solventDiffusion(diffusivity: 2.5e-20, concentration: 2636), lithiumPerMole: 2)
        set.sei!.resistivity = 2e4
        set.dryOut = DryOutParameters()
        set.corrosion = CorrosionParameters(rate: 3e-6)
        return set
    }

    private func state(after steps: [String], _ set: AgeingSet, _ options: SimulationOptions) throws -> (
        cycle: CycleSummary, state: AgedState
    ) {
        var o = options
        o.ageing = set
        let simulation = try Simulation(cell: shipped("lg-m50-okane2022"), options: o)
        let recorder = Recorder()
        _ = try simulation.run(
            CyclingProtocol(cycles: [.init(steps: steps.map { try StepParser.parse($0) })]), into: [recorder])
        return (recorder.cycles[0], try #require(simulation.agedState))
    }

    /// Dry parts and corroded contacts go out and come back, too.
    @Test(arguments: ModelKind.allCases) func wornCellsGoOn(_ model: ModelKind) throws {
        let o = options(model, mesh: .fast, rtol: 1e-6, atol: 1e-8)
        let first = ["Rest for 8000 hours"], second = ["Discharge at C/2", "Charge at C/2", "Rest for 200 hours"]
        let whole = try state(after: first + second, Self.worn, o)
        let half = try state(after: first, Self.worn, o)
        let file = try ShippedCells.load("lg-m50-okane2022")
        let cell = try CellFile(text: file.aged(half.state, by: Self.worn).json(), format: .json).cell()
        var again = o
        again.ageing = Self.worn
        let rest = try simulate(cell, second.map { try StepParser.parse($0) }, again).cycles[0]
        let (a, b) = (whole.cycle.ageing!, rest.ageing!)
        #expect(a.wetFraction < 0.995 && a.contactResistanceGrowth > 0.01)
        #expect(abs(b.wetFraction / a.wetFraction - 1) < 1e-7)
        #expect(abs(b.contactResistanceGrowth / a.contactResistanceGrowth - 1) < 1e-6)
        #expect(abs(b.seiCapacity / a.seiCapacity - 1) < 1e-5)
        #expect(abs(b.capacityInDryPart / a.capacityInDryPart - 1) < 1e-4)
        #expect(abs(b.lithiumLost / a.lithiumLost - 1) < 1e-5)
        #expect(abs(rest.chargeCapacity / whole.cycle.chargeCapacity - 1) < 1e-5)
        #expect(abs(rest.books!.equilibriumCapacity / whole.cycle.books!.equilibriumCapacity - 1) < 1e-5)
        #expect(abs(b.earlierCapacity) < 1e-9)
    }

    /// Without ageing the cell stays at its age: films, pores, dry part and contacts act as they do where ageing has stopped.
    @Test(arguments: ModelKind.allCases) func cellsAreHeldAtTheirAge(_ model: ModelKind) throws {
        let o = options(model, mesh: .fast, rtol: 1e-5, atol: 1e-7)
        let half = try state(after: ["Rest for 8000 hours"], Self.worn, o)
        let cell = try ShippedCells.load("lg-m50-okane2022").aged(half.state, by: Self.worn).cell()
        var stopped = o
        stopped.ageing = Self.worn
        stopped.ageing!.sei!.law = .solventDiffusion(diffusivity: 1e-40, concentration: 1)
        let discharge = "Discharge at 1C until 2.5 V"
        let held = try simulate(cell, discharge, options: o).cycles[0]
        let frozen = try simulate(cell, discharge, options: stopped).cycles[0]
        let fresh = try simulate(shipped("lg-m50-okane2022"), discharge, options: o).cycles[0]
        #expect(held.dischargeCapacity < 0.99 * fresh.dischargeCapacity)
        print("held, \(model): \(held.dischargeCapacity / frozen.dischargeCapacity - 1)")
        #expect(abs(held.dischargeCapacity / frozen.dischargeCapacity - 1) < 1e-3)
        #expect(abs(held.dischargeEnergy / frozen.dischargeEnergy - 1) < 1e-3)
    }

    /// The polarisation resistance is what the impedance shows at 1 Hz, between double layers and diffusion.
    @Test(arguments: [ModelKind.dfn, .spme]) func resistanceIsThatOfTheSpectrum(_ model: ModelKind) throws {
        var o = options(model)
        let half = try state(after: ["Rest for 8000 hours"], Self.worn, o)
        let books = try #require(half.cycle.books)
        let cell = try ShippedCells.load("lg-m50-okane2022").aged(half.state, by: Self.worn).cell()
        o.initialState = .stateOfCharge(0.5)
        let spectrum = try Simulation(cell: cell, options: o).impedance(frequencies: [1])
        let resistance = try #require(books.polarisationResistance)
        #expect(try #require(books.resistanceRise) > 0.2)
        #expect(abs(resistance / spectrum.points[0].real - 1) < 0.02, "\(resistance), \(spectrum.points[0].real) Ω")
    }

    /// Without Cellar's extension a reader of BPX gets the aged cell's windows and capacity.
    @Test func plainReadersGetTheCapacity() throws {
        var set = AgeingSets.coupled
        set.negative.stressLoss!.rate *= 300
        set.positive.stressLoss!.rate *= 300
        let file = try ShippedCells.load("lg-m50-okane2022")
        let half = try run(file.cell(), set, options(.spm, mesh: .fast), cycles: 3)
        let books = try #require(half.cycles.last?.books)
        #expect(half.cycles.last!.ageing!.lossOfActiveMaterialNegative > 1e-3)
        let aged = try file.aged(try #require(half.state), by: set)
        for cell in try [aged.cell(), aged.plainBPX().cell()] {
            #expect(abs(cell.windowCapacity / books.equilibriumCapacity - 1) < 1e-8)
            #expect(abs(cell.negative!.materials[0].maximumStoichiometry - books.negativeWindow.charged) < 1e-8)
            #expect(
                abs(cell.lossOfLithiumInventory / half.cycles.last!.lossOfLithiumInventory! - 1) < 1e-7)
        }
    }

    /// Another mesh and another model go on from the same lithium and the same losses.
    @Test func anotherMeshGoesOn() throws {
        let set = AgeingSets.coupled
        let file = try ShippedCells.load("lg-m50-okane2022")
        let half = try run(file.cell(), set, options(.dfn, mesh: .fast), cycles: 2)
        let cell = try file.aged(try #require(half.state), by: set).cell()
        let before = half.cycles.last!.ageing!
        for o in [options(.dfn, mesh: .standard), options(.spme, mesh: .fast), options(.spm, mesh: .fast)] {
            var o = o
            o.ageing = set
            let r = try simulate(cell, "Rest for 1 second", options: o)
            let now = r.cycles[0].ageing!
            #expect(abs(now.earlierCapacity) < 1e-9, "\(o.model)")
            #expect(abs(now.lithiumLost / before.lithiumLost - 1) < 1e-4)
            #expect(abs(now.seiThickness / before.seiThickness - 1) < 1e-4)
            #expect(abs(now.lossOfActiveMaterialNegative / before.lossOfActiveMaterialNegative - 1) < 1e-4)
        }
    }

    // MARK: - State > Degradation alone

    private func degraded() throws -> (fresh: Cell, aged: Cell) {
        var file = try ShippedCells.load("lg-m50-okane2022")
        let fresh = try file.cell()
        try file.set(path: "Degradation > LLI", value: "0.1")
        try file.set(path: "Degradation > LAM: Negative electrode", value: "0.2")
        try file.set(path: "Degradation > LAM: Positive electrode", value: "0.05")
        return (fresh, try file.cell())
    }

    /// Ageing that does nothing leaves a degraded cell what it is without ageing: losses of material and lithium act alike.
    @Test(arguments: ModelKind.allCases) func degradedCellsAreTheSameWithAgeing(_ model: ModelKind) throws {
        let (_, cell) = try degraded()
        var set = AgeingSets.sei(.solventDiffusion(diffusivity: 1e-40, concentration: 1))
        set.sei!.resistivity = 0
        let o = options(model, mesh: .fast, rtol: 1e-7, atol: 1e-9)
        let without = try run(cell, nil, o, cycles: 1).cycles[0]
        let with = try run(cell, set, o, cycles: 1).cycles[0]
        #expect(abs(with.dischargeCapacity / without.dischargeCapacity - 1) < 1e-6)
        #expect(abs(with.dischargeEnergy / without.dischargeEnergy - 1) < 1e-6)
        let a = with.ageing!
        #expect(abs(a.lossOfActiveMaterialNegative - 0.2) < 1e-12 && abs(a.lossOfActiveMaterialPositive - 0.05) < 1e-12)
        for loss in [with.lossOfLithiumInventory!, without.lossOfLithiumInventory!] { #expect(abs(loss - 0.1) < 1e-9) }
        #expect(abs(a.earlierCapacity - 0.1 * cell.refreshed.lithiumInventory) < 1e-8)
        #expect(a.seiCapacity < 1e-12)
        let b = with.books!
        #expect(abs(b.equilibriumCapacity / cell.windowCapacity - 1) < 1e-9)
        #expect(abs(b.negativeWindow.charged - cell.negative!.materials[0].maximumStoichiometry) < 1e-9)
        #expect(b.resistanceRise! > 0.01)
    }

    /// From a degraded state ageing goes on: a film grows on the surface that is left, dissolution takes of what is left,
    /// and the new losses add up with the old ones.
    @Test func ageingGoesOnFromADegradedState() throws {
        let (_, cell) = try degraded()
        var set = AgeingSets.sei(AgeingSets.solventDiffusion, lithiumPerMole: 2)
        var dissolution = DissolutionParameters()
        dissolution.rate = 1e-7
        set.positive.dissolution = dissolution
        var o = options(.spm, mesh: .fast, rtol: 1e-7, atol: 1e-9)
        o.ageing = set
        o.initialState = .stateOfCharge(0.5)
        let r = try simulate(cell, "Rest for 1000 hours", options: o).cycles[0]
        let a = r.ageing!
        let seconds = 3.6e6
        // The film of the fresh surface lies on four fifths of it.
        let start = 5e-9 / 0.8
        let expected = (start * start + 2 * 9.585e-5 / 2 * 2.5e-22 * 2636 * seconds).squareRoot()
        #expect(abs(a.seiThickness / expected - 1) < 1e-5)
        let negative = cell.negative!
        let surface = negative.materials[0].surfaceAreaPerVolume * negative.thickness * cell.electrodeArea
        let film = 2 * surface * (expected - start) / 9.585e-5 * Constants.faraday / 3600
        #expect(abs(a.seiCapacity / film - 1) < 1e-4)
        #expect(abs((1 - a.lossOfActiveMaterialPositive) / (0.95 * exp(-0.36)) - 1) < 1e-5)
        #expect(abs(a.lossOfActiveMaterialNegative - 0.2) < 1e-12)
        let lost = (a.seiCapacity + a.capacityInLostMaterial + a.earlierCapacity) * 3600 / Constants.faraday
        #expect(abs(a.lithiumLost / lost - 1) < 1e-12)
        let inventory = cell.refreshed.lithiumInventory * 3600 / Constants.faraday
        #expect(abs(r.lossOfLithiumInventory! / (lost / inventory) - 1) < 1e-9)
    }

    // MARK: - Mistakes

    @Test func setsThatCannotCarryTheStateAreRefused() throws {
        let file = try ShippedCells.load("lg-m50-okane2022")
        let half = try run(file.cell(), AgeingSets.coupled, options(.spm, mesh: .fast), cycles: 1)
        let cell = try file.aged(try #require(half.state), by: AgeingSets.coupled).cell()
        var o = options(.spm, mesh: .fast)
        o.ageing = AgeingSets.sei(AgeingSets.solventDiffusion)
        do {
            _ = try Simulation(cell: cell, options: o)
            Issue.record("accepted")
        } catch let error as SimulationError {
            #expect(error.kind == .data && error.description.contains("SEI on cracks"), "\(error)")
        }
        // Without ageing the cell stays at its age.
        o.ageing = nil
        #expect(try simulate(cell, "Discharge at 1C", options: o).cycles[0].dischargeCapacity > 4)
    }
}
