import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// What wears in the cell as a whole: corroding contacts, electrodes that dry out; and films averaged over an electrode.
@Suite struct WearTests {
    private static var everything: AgeingSet {
        var set = AgeingSets.coupled
        set.dryOut = DryOutParameters()
        set.corrosion = CorrosionParameters(rate: 2e-6)
        return set
    }

    private func aged(
        _ set: AgeingSet, _ steps: [String], model: ModelKind = .dfn, cycles: Int = 1, rtol: Double = 1e-6,
        thermal: ThermalModel = .isothermal, temperature: Double? = nil, solver: LinearSolverKind = .structured
    ) throws -> Recorder {
        var o = options(model, mesh: .fast, rtol: rtol, atol: rtol * 1e-2, thermal: thermal)
        o.ageing = set
        o.temperature = temperature
        o.linearSolver = solver
        return try simulate(shipped("lg-m50-okane2022"), steps.map { try StepParser.parse($0) }, o, cycles: cycles)
    }

    // MARK: - Corroding contacts

    /// R - R₀ = k √t, with the Arrhenius factor in k²; and the cell feels it: the 10 s resistance rises by as much.
    @Test(arguments: ModelKind.allCases) func contactsCorrodeWithTheRootOfTime(_ model: ModelKind) throws {
        var set = AgeingSet(name: "test", summary: "")
        set.corrosion = CorrosionParameters(rate: 2e-6)
        set.corrosion!.activationEnergy = 40000
        let rest = "Rest for 1000 hours"
        let steps = [rest, "Discharge at 1C for 20 s"]
        let r = try aged(set, steps, model: model)
        let growth = r.cycles[0].ageing!.contactResistanceGrowth
        #expect(abs(growth / (2e-6 * (3.6e6 + 20).squareRoot()) - 1) < 1e-6)
        set.corrosion!.rate = 0
        let rise = try r.steps[1].resistance! - aged(set, steps, model: model).steps[1].resistance!
        #expect(abs(rise / growth - 1) < 1e-3, "\(rise) against \(growth)")
        set.corrosion!.rate = 2e-6
        let hot = try aged(set, [rest], model: model, temperature: 318.15).cycles[0].ageing!.contactResistanceGrowth
        let factor = exp(40000 / Constants.gas * (1 / 298.15 - 1 / 318.15)).squareRoot()
        #expect(abs(hot / (2e-6 * 3.6e6.squareRoot()) / factor - 1) < 1e-6)
    }

    // MARK: - Dry-out

    /// w = 1 + reserve - V_EC n z⁻¹ / pores: the SEI's lithium says how much solvent has gone.
    @Test(arguments: ModelKind.allCases) func areaFollowsTheSolvent(_ model: ModelKind) throws {
        let cell = try shipped("lg-m50-okane2022")
        func pores(_ e: Electrode) -> Double { e.porosity! * e.thickness }
        let all = pores(cell.negative!) + cell.separator!.porosity * cell.separator!.thickness + pores(cell.positive!)
        for reserve in [0.0, 0.01, 10] {
            var set = AgeingSets.sei(.solventDiffusion(diffusivity: 2.5e-20, concentration: 2636), lithiumPerMole: 2)
            set.dryOut = DryOutParameters()
            set.dryOut!.reserve = reserve
            let a = try aged(set, ["Rest for 10000 hours"], model: model).cycles[0].ageing!
            let area = cell.electrodeArea * Double(cell.electrodePairs)
            let consumed = 2 * 6.667e-5 * a.seiCapacity * 3600 / Constants.faraday / 2 / (all * area)
            #expect(consumed > 0.012, "too little to test with")
            #expect(abs(a.wetFraction - min(1, 1 + reserve - consumed)) < 1e-12)
            let lost = 1 - a.wetFraction
            #expect(abs(a.lossOfActiveMaterialNegative - lost) < 1e-12)
            #expect(abs(a.lossOfActiveMaterialPositive - lost) < 1e-12)
        }
    }

    /// Lithium of the dry part leaves the particles and stands in the books; salt stays.
    @Test(arguments: ModelKind.allCases) func whatFallsDryIsBooked(_ model: ModelKind) throws {
        var set = Self.everything
        set.sei!.law = .solventDiffusion(diffusivity: 2.5e-19, concentration: 2636)
        var o = options(model, mesh: .fast)
        o.ageing = set
        o.variables = ["lithium_in_particles_mol_m2", "lithium_in_electrolyte_mol_m2"]
        let cell = try shipped("lg-m50-okane2022")
        let r = try simulate(
            cell,
            ["Rest for 3000 hours", "Discharge at C/2 until 2.5 V", "Charge at C/2 until 4.2 V"].map {
                try StepParser.parse($0)
            }, o, cycles: 4)
        let particles = r.scalar("lithium_in_particles_mol_m2"), salt = r.scalar("lithium_in_electrolyte_mol_m2")
        let last = r.cycles.last!.ageing!
        #expect(last.wetFraction < 0.98 && last.capacityInDryPart > 0.02)
        let open =
            particles[0] - r.cycles.last!.ageing!.lithiumLost / (cell.electrodeArea * Double(cell.electrodePairs))
        // The last step's rows come before what it lets fall dry.
        let left = particles[0] * (1 - r.cycles.last!.lossOfLithiumInventory!)
        #expect(abs(open / left - 1) < 1e-12)
        if model != .spm { #expect(abs(salt.last! / salt[0] - 1) < 1e-12) }
    }

    /// A cell of which a part is wet behaves as that part does at the same current density.
    @Test(arguments: ModelKind.allCases, ThermalModel.allCases)
    func wetPartIsACellOfItsOwn(_ model: ModelKind, _ thermal: ThermalModel) throws {
        func voltage(_ w: Double) throws -> (Double, Double) {
            var o = options(model, mesh: .fast, rtol: 1e-7, atol: 1e-9, thermal: thermal)
            o.ageing = Self.everything
            let e = try engine(shipped("lg-m50-okane2022"), o)
            let model = e.model, session = e.session
            model.setRest(session.y, temperature: model.ambient)
            session.y[model.dryOut!.position] = w
            model.control = Control(kind: .current, value: w)
            try session.restart(at: 0, initialStep: 1e-3)
            while session.time < 60 { #expect(session.step(stop: 60).rawValue >= 0) }
            return (session.y[model.tail.voltage], model.temperature(session.y) - model.ambient)
        }
        let whole = try voltage(1), part = try voltage(0.7)
        // Contacts alone meet 30 % less current; heat is that of the part over the whole's heat capacity.
        let k = 2e-6 * 60.0.squareRoot() * 5
        if thermal == .isothermal {
            #expect(abs(part.0 - whole.0 - 0.3 * k) < 1e-5, "\(part) against \(whole)")
        } else {
            #expect(abs(part.1 / whole.1 / 0.7 - 1) < 0.01, "\(part) against \(whole)")
        }
    }

    /// A cell that dries out ends, and says so.
    @Test func driedOutCellsEnd() throws {
        var set = AgeingSets.sei(.solventDiffusion(diffusivity: 2.5e-16, concentration: 2636))
        set.dryOut = DryOutParameters()
        let r = try aged(set, ["Rest for 1000 hours"], model: .spm, cycles: 100, rtol: 1e-4)
        #expect(r.summary!.endOfLife?.contains("electrolyte dried out") == true, "\(r.summary!.endReason)")
        #expect(r.cycles.count < 100)
    }

    // MARK: - Averaged films

    /// An averaged film lowers the voltage by R L̄ times the electrode's mean current density: no more, no less.
    @Test func averagedFilmsSeeTheMeanCurrent() throws {
        func voltage(_ film: SEIParameters.Film) throws -> Double {
            var o = options(.dfn, mesh: .fast, rtol: 1e-8, atol: 1e-10)
            var set = AgeingSets.sei(.solventDiffusion(diffusivity: 1e-40, concentration: 1))
            set.sei!.film = film
            set.sei!.initialThickness = 5e-8
            o.ageing = set
            let r = try simulate(shipped("lg-m50-okane2022"), "Discharge at 1C for 600 s", options: o)
            return r.samples.last!.voltage
        }
        let cell = try shipped("lg-m50-okane2022")
        let surface =
            cell.negative!.materials[0].surfaceAreaPerVolume * cell.negative!.thickness * cell.electrodeArea
            * Double(cell.electrodePairs)
        let drop = 2e5 * 5e-8 * cell.nominalCapacity / surface
        let seen = try voltage(.none) - voltage(.average)
        #expect(abs(seen - drop) < 1e-7, "\(seen) V against \(drop)")
        // Where the current meets its own film it goes where it flows best: less than the mean's drop is not possible
        // in a film that is the same everywhere, but the way it spreads moves.
        #expect(abs(try voltage(.distributed) - voltage(.average)) > 1e-5)
    }

    // MARK: - Solver

    /// The emitted matrix times the structured solution gives the right-hand side back, half of the cell dry.
    @Test(arguments: ModelKind.allCases, ThermalModel.allCases)
    func structuredSolveInvertsTheJacobian(_ kind: ModelKind, _ thermal: ThermalModel) throws {
        var o = options(kind, mesh: Mesh(negative: 7, separator: 4, positive: 6, shells: 5), thermal: thermal)
        o.ageing = Self.everything
        let e = try engine(shipped("lg-m50-okane2022"), o)
        try e.advance(Control(kind: .power, value: -3.5), steps: 60)
        let model = e.model, n = model.size, y = e.session.y
        y[model.dryOut!.position] = 0.5
        for cj in [1e-3, 0.1, 30] {
            var random = Reproducible()
            let b = (0..<n).map { _ in random.next() }
            var x = b
            model.factorise(0, y, cj: cj)
            model.solve(&x)
            var product = [Double](repeating: 0, count: n), size = b.map { abs($0) }
            model.factorise(0, y, cj: cj)
            model.emitJacobian(0, y, cj: cj) { row, column, value in
                product[row] += value * x[column]
                size[row] += abs(value * x[column])
            }
            let worst = (0..<n).map { abs(product[$0] - b[$0]) / size[$0] }.max()!
            #expect(worst < 1e-8, "cj \(cj): \(worst)")
        }
    }

    /// Both solvers tell the same story of an averaged film, dry-out and corrosion.
    @Test(arguments: ModelKind.allCases) func solversAgree(_ model: ModelKind) throws {
        var set = Self.everything
        set.sei!.film = .average
        let steps = ["Discharge at 1C", "Charge at C/2", "Hold at 4.2 V until C/20"]
        let a = try aged(set, steps, model: model).cycles[0]
        let b = try aged(set, steps, model: model, solver: .klu).cycles[0]
        #expect(abs(a.dischargeCapacity / b.dischargeCapacity - 1) < 2e-6)
        #expect(abs(a.ageing!.lithiumLost / b.ageing!.lithiumLost - 1) < 1e-4)
        #expect(abs(a.ageing!.wetFraction - b.ageing!.wetFraction) < 1e-8)
    }
}
