internal import Learning

/// A model of few real cells and a simulated population, as a file keeps it.
public struct HybridModel: Sendable, Codable {
    /// As `ModelDocument` names it.
    public static let kind = "hybrid-lifetime"

    /// What is to be known.
    public var card: ModelCard
    /// Chemistry of the real cells, in lower case; empty where unknown.
    public var chemistry: String
    /// State of health at which a life ends.
    public var endOfLife: Double
    /// Simulated lives.
    public var population: SimulatedPopulation
    /// Real lives, thinned out.
    public var lives: [[TrajectoryModel.DonorPoint]]
    /// Cycle up to which lives were known when they were forecast from each other.
    public var origin: Double
    /// Life from early features; nil where the population has none or no real cell shows them.
    public var life: HybridLife?

    /// Trains on a population and real lives, of which there may be none.
    ///
    /// - Parameters:
    ///   - population: the simulated lives.
    ///   - options: name, end of life, seed and card.
    ///   - cells: cycled far enough to lose half of what an end of life loses; others are told and left out.
    ///   - report: told what is left out and why.
    /// - Throws: `LifetimeError`.
    public init(
        population: SimulatedPopulation, cells: [CellHistory], options: LifetimeTraining.Options,
        report: (String) -> Void
    ) throws {
        guard population.lives.count >= 20 else {
            throw LifetimeError(
                place: population.name, problem: "\(population.lives.count) simulated lives",
                remedy: "20 are the least; simulate more, or add one that comes along (--hybrid nmc)")
        }
        var kept: [Trajectory] = []
        var features: [[Double]] = []
        var ends: [Double] = []
        // The variance of ΔQ tells most, and the same of simulated and real cells; without curves the fade stands for it.
        let curves = cells.allSatisfy { $0.difference != nil } && !cells.isEmpty
        let line = try? SimulatedLifeLine(
            population, columns: curves ? [0] : [2], endOfLife: options.endOfLife)
        for cell in cells {
            let nominal = options.nominal ?? cell.initialCapacity
            let life = Trajectory(cycles: cell.cycles, capacities: cell.capacities.map { $0 / nominal })
                .smoothed(half: max((cell.cycles.last ?? 0) / 200, 2))
            let lowest = life.capacities.min() ?? 1
            guard nominal > 0, life.cycles.count >= 20, lowest < 1 - 0.5 * (1 - options.endOfLife) else {
                report(
                    "\(cell.name): left out, it is at \(ModelCard.short(lowest)) after \(Int(life.cycles.last ?? 0)) cycles; half the "
                        + "way to \(options.endOfLife) is the least")
                continue
            }
            kept.append(life)
            let row = EarlyLifeFeatures.row(
                cycles: cell.cycles, capacities: cell.capacities, difference: cell.difference)
            if let line, let end = life.crossing(options.endOfLife),
                line.columns.allSatisfy({ row.count > $0 && row[$0].isFinite })
            {
                features.append(row)
                ends.append(end)
            }
        }
        origin = max(0.2 * Statistics.median(kept.compactMap { $0.cycles.last }), 10)
        if kept.isEmpty { origin = 10 }
        lives = kept.map { life in
            SimulatedPopulation.thin(life.cycles, life.capacities).map {
                .init(cycle: life.cycles[$0], soh: (life.capacities[$0] * 1e5).rounded() / 1e5)
            }
        }
        if let line, !features.isEmpty { life = HybridLife(line: line, features: features, lives: ends) }
        self.population = population
        chemistry = options.chemistry.lowercased()
        endOfLife = options.endOfLife
        let gap = DomainGap(
            simulated: population.lives.compactMap { DomainGap.features($0.trajectory, floor: options.endOfLife) },
            real: kept.compactMap { DomainGap.features($0, floor: options.endOfLife) })
        var scores = ["\(population.lives.count) simulated lives of \(population.name)"]
        if let gap {
            scores.append(
                "domain gap: simulated and real lives are told apart with an area under the curve of "
                    + "\(ModelCard.short(gap.area)) (0.5: not at all); energy coefficient \(ModelCard.short(gap.energy))"
            )
        }
        card = ModelCard(
            name: options.name,
            purpose: "Remaining life and the course of the capacity, from a simulated population and "
                + "\(kept.count) real cells.",
            data: options.source, licence: options.licence, cells: kept.count,
            split: "real cells left out in turns weigh the ways to forecast", comparison: [], unit: "%", scores: scores,
            interval: kept.count >= 9
                ? "conformal by cell, \(kept.count) cells"
                : "from the simulated population: \(kept.count) real cells warrant no 90 %",
            mustNotUse: [
                "for cells of another chemistry or protocol than the real cells and the population",
                "as a safety function",
            ], seed: options.seed)
    }

    /// The bytes of a file. Throws `LearningError`.
    public func encoded() throws -> [UInt8] { try ModelDocument.encode(self, kind: Self.kind) }

    /// Reads a file's bytes. Throws `LearningError` where it is damaged, of another version, or its parts do not fit.
    public init(bytes: [UInt8]) throws {
        self = try ModelDocument.decode(HybridModel.self, kind: Self.kind, from: bytes)
        guard population.isSound, endOfLife > 0, endOfLife < 1, origin > 0,
            lives.allSatisfy({ life in
                life.count >= 2 && zip(life, life.dropFirst()).allSatisfy { $0.cycle < $1.cycle }
                    && life.allSatisfy { $0.cycle.isFinite && $0.soh.isFinite }
            })
        else {
            throw LearningError(
                kind: .file, problem: "the model file's parts do not fit together", remedy: "train it again")
        }
    }

    /// Reads a file; nil where it is a model of another kind. Throws `LifetimeError` or `LearningError`.
    public static func load(path: String) throws -> HybridModel? {
        let bytes = try NumberTable.bytes(path: path)
        guard ModelDocument.kind(of: bytes) == kind else { return nil }
        return try HybridModel(bytes: bytes)
    }
}
