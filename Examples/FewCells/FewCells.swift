import Cells
import Electrochemistry
import Learning
import Lifetime

/// Few cells: a simulated population and two "real" lives forecast a third cell from its first fifth, beside the population
/// alone and the two lives alone.
///
/// `few-cells [LIVES]`; 40 by default. The "real" cells have noise and a transport of lithium ions that the population lacks,
/// so that it is a little wrong about them.
@main
struct FewCells {
    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 40
        var random = RandomSource(seed: 3)
        let cell = try ShippedCells.load("nmc532-mohtat2020").cell()
        var lives: [SimulatedPopulation.Life] = []
        for _ in 0..<count {
            let rates = Rates(random: &random)
            let life = try age(cell, rates, .spm)
            guard life.trajectory.cycles.count > 20 else { continue }
            lives.append(
                .init(parameters: rates.values, trajectory: life.trajectory, shares: life.shares))
        }
        let population = SimulatedPopulation(name: "few-cells", parameters: Rates.names, lives: lives)
        print("population: \(lives.count) lives")
        // Three cells of one make, whose rates differ.
        var real: [Trajectory] = []
        for _ in 0..<3 {
            var rates = Rates(sei: 1e-20, loss: 6e-7, temperature: 305)
            rates.sei *= 1 + 0.6 * (random.unit() - 0.5)
            rates.loss *= 1 + 1.2 * (random.unit() - 0.5)
            let life = try age(cell, rates, .spme).trajectory
            real.append(
                Trajectory(
                    cycles: life.cycles, capacities: life.capacities.map { $0 + 0.002 * (random.unit() - 0.5) }))
        }
        let tested = real[2]
        let origin = 0.2 * (tested.cycles.last ?? 0)
        let known = tested.upTo(origin)
        let ahead = Array(tested.cycles.dropFirst(known.cycles.count))
        let truth = Array(tested.capacities.dropFirst(known.cycles.count))
        print("third cell: known to cycle \(Int(origin)), forecast to cycle \(Int(ahead.last ?? 0))")
        for (name, donors, simulated) in [
            ("physics alone", [Trajectory](), SimulatedPopulation?.some(population)),
            ("one cell alone", [real[0]], nil),
            ("hybrid, one cell", [real[0]], population), ("two cells alone", Array(real.prefix(2)), nil),
            ("hybrid, two cells", Array(real.prefix(2)), population),
        ] {
            let model = HybridTrajectory(lives: donors, population: simulated, origin: origin)
            let course = model.course(known, at: ahead, survives: false)
            let error = 100 * Scores.rootMeanSquareError(course.soh, truth)
            print("\(name): root mean square error \((error * 100).rounded() / 100) % of the capacity")
        }
    }

    /// One life to 80 %, jumping over cycles that are alike.
    static func age(_ cell: Cell, _ rates: Rates, _ model: ModelKind) throws -> Life {
        let steps = try ["Discharge at 1C until 2.8 V", "Charge at 1C until 4.2 V", "Hold at 4.2 V until C/20"].map {
            try StepParser.parse($0)
        }
        var options = SimulationOptions()
        options.model = model
        options.mesh = .fast
        options.relativeTolerance = 1e-3
        options.temperature = rates.temperature
        options.ageing = rates.ageing
        options.untilCapacity = 0.8
        options.jumps = CycleJumps()
        let life = Life()
        _ = try Simulation(cell: cell, options: options).run(
            CyclingProtocol(cycles: Array(repeating: .init(steps: steps), count: 1500)), into: [life])
        return life
    }
}

/// What differs from life to life.
struct Rates {
    static let names = ["SEI_solvent_diffusivity", "LAM_negative_rate", "temperature_K"]
    /// m²/s.
    var sei: Double
    /// 1/s.
    var loss: Double
    /// K.
    var temperature: Double

    init(sei: Double, loss: Double, temperature: Double) {
        (self.sei, self.loss, self.temperature) = (sei, loss, temperature)
    }

    /// Drawn over a decade and more.
    init(random: inout RandomSource) {
        func spread(_ low: Double, _ doublings: Double) -> Double {
            var value = low
            var left = doublings * random.unit()
            while left >= 1 {
                value *= 2
                left -= 1
            }
            return value * (1 + left)
        }
        self.init(sei: spread(1e-21, 5), loss: spread(2e-8, 6), temperature: 293 + 25 * random.unit())
    }

    var values: [Double] { [sei, loss, temperature] }

    var ageing: AgeingSet {
        var set = AgeingSet(name: "few-cells", summary: "Made-up rates.")
        var film = SEIParameters(
            law: .solventDiffusion(diffusivity: sei, concentration: 2636), molarVolume: 9.585e-5, initialThickness: 5e-9
        )
        film.activationEnergy = 38000
        set.sei = film
        set.negative.mechanics = ParticleMechanics(poissonRatio: 0.3, youngModulus: 1.5e10, molarVolume: 3.1e-6)
        set.negative.stressLoss = StressLossParameters(rate: loss, exponent: 2, criticalStress: 6e7)
        return set
    }
}

/// Keeps a life's state of health, and what it was lost to at the end.
final class Life: ResultSink {
    var trajectory = Trajectory(cycles: [], capacities: [])
    var shares = [1.0, 0, 0, 0]
    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {
        guard summary.cycle > 1, let soh = summary.soh else { return }
        trajectory.cycles.append(Double(summary.cycle))
        trajectory.capacities.append(soh)
        guard let ageing = summary.ageing else { return }
        let sum = max(ageing.seiCapacity + ageing.capacityInLostMaterial, 1e-12)
        shares = [ageing.seiCapacity / sum, 0, ageing.capacityInLostMaterial / sum, 0]
    }
    func end(_ summary: RunSummary) throws {}
}
