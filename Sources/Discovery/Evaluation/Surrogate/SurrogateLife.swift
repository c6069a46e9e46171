internal import Cells
internal import Electrochemistry
internal import Learning
internal import Materials

/// A candidate's life as a ``LifeSurrogate`` has it.
public struct SurrogateLife: Sendable {
    /// Over the sampled cells and the surrogate's own error.
    public var estimate: LifeEstimate
    /// What was assumed of ageing.
    public var priors: [AgeingPrior]
    /// Share of the sampled cells that are unlike those the surrogate was trained on.
    public var outside: Double
    /// Beside full simulations of some of the cells; nil where none was asked for.
    public var check: Check?

    /// Answers beside simulated lives.
    public struct Check: Sendable, Hashable {
        /// Cells compared.
        public var cells: Int
        /// Root mean square difference of the natural logarithms of lives.
        public var error: Double
        /// Median of answers over median of simulated lives.
        public var medianRatio: Double
        /// Share of simulated lives within the 90 % intervals.
        public var coverage: Double
    }
}

extension CandidateEvaluation {
    /// The life of sampled cells as the surrogate has it: median and 90 % range over what is not known of the cells and over
    /// the surrogate's error, taken as normal with its 90 % interval.
    ///
    /// - Parameters:
    ///   - surrogate: what is asked.
    ///   - count: cells drawn over properties and ageing parameters together (Latin hypercube).
    ///   - checks: of these cells simulated in full beside.
    ///   - seed: fixes the draws.
    ///   - progress: told how many are simulated.
    ///
    /// Throws `MaterialError` where no cell can be made, or more than ``LifeSurrogate/mostOutside`` of them are unlike what
    /// the surrogate was trained on.
    public func life(
        _ surrogate: LifeSurrogate, samples count: Int = 500, checks: Int = 0, seed: UInt64,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> SurrogateLife {
        let simulation = LifeSimulation()
        let properties = ElectrodeProperty.allCases.count
        let points = LatinHypercube.quantiles(
            count: count, dimensions: properties + designer.ageingDimension, seed: seed &+ 2)
        @Sendable func sample(_ index: Int) throws -> AgeingSample {
            try designer.sample(
                design, Array(points[index][..<properties]), Array(points[index][properties...]),
                name: candidate.formula.text)
        }
        let made = try Parallel.map(count) { index -> (row: [Double], energy: Double)? in
            guard let sample = try? sample(index),
                let features = SurrogateFeatures(sample.cell, ageing: sample.ageing, test: simulation)
            else { return nil }
            return (features.row, sample.restEnergy)
        }
        let kept = made.indices.filter { made[$0] != nil }
        let cells = kept.compactMap { made[$0] }
        guard !cells.isEmpty else {
            throw MaterialError(
                .computation, place: candidate.formula.text, problem: "no sampled cell could be made",
                remedy: "name another coating (--thickness)")
        }
        let answers = surrogate.answers(cells.map(\.row))
        let outside = Double(answers.filter { !$0.isInDomain }.count) / Double(answers.count)
        guard outside <= LifeSurrogate.mostOutside else {
            throw MaterialError(
                .computation, place: candidate.formula.text,
                problem: "\(Int((100 * outside).rounded())) % of its sampled cells are unlike those that the surrogate "
                    + "of lives was trained on", remedy: "--life simulate cycles them")
        }
        // Nine equally likely places of each answer's own distribution.
        let deviates = (0..<9).map { LatinHypercube.normalQuantile((Double($0) + 0.5) / 9) }
        var lives: [Double] = []
        var energies: [Double] = []
        for (answer, cell) in zip(answers, cells) {
            let scale = (naturalLogarithm(answer.high) - naturalLogarithm(answer.low)) / (2 * 1.645)
            for deviate in deviates {
                let life = min(answer.cycles * exponential(scale * deviate), LifeSimulation.longest)
                lives.append(life)
                energies.append(life * answer.energyShare * cell.energy)
            }
        }
        var words = [
            "by the surrogate, which is off by a factor of \(Self.shown(exponential(surrogate.card.error))) "
                + "(root mean square) on materials it was not trained on"
        ]
        if outside > 0 {
            words.append(
                "\(Int((100 * outside).rounded(.up))) % of the cells are unlike those it was trained on, and are given "
                    + "more room")
        }
        if kept.count < count { words.append("\(count - kept.count) sampled cells could not be made") }
        let estimate = LifeEstimate(
            cycles: LifeEstimate.interval(lives), deliveredEnergy: LifeEstimate.interval(energies), samples: kept.count,
            failed: count - kept.count, statement: words.joined(separator: "; "))
        var found = SurrogateLife(
            estimate: estimate, priors: designer.ageing(central.cell, central.values).priors, outside: outside)
        if checks > 0 {
            var pairs: [(answer: LifeSurrogate.Answer, life: Double)] = []
            let batch = 8
            let tried = Array(kept.prefix(checks))
            for first in stride(from: 0, to: tried.count, by: batch) {
                let part = Array(first..<min(first + batch, tried.count))
                let simulated = try Parallel.map(part.count) { place -> Double? in
                    guard let sample = try? sample(tried[part[place]]) else { return nil }
                    return try? simulation.run(
                        sample.cell, ageing: sample.ageing, candidate: designer.ageingRole
                    ).cycles
                }
                for (place, life) in zip(part, simulated) {
                    if let life, life >= 1 { pairs.append((answers[place], life)) }
                }
                progress(first + part.count, tried.count)
            }
            found.check = pairs.isEmpty ? nil : SurrogateLife.Check(pairs)
        }
        return found
    }

    private static func shown(_ factor: Double) -> String { "\((factor * 100).rounded() / 100)" }
}

extension SurrogateLife.Check {
    init(_ pairs: [(answer: LifeSurrogate.Answer, life: Double)]) {
        let errors = pairs.map { naturalLogarithm($0.answer.cycles / $0.life) }
        cells = pairs.count
        error = Statistics.rootMeanSquare(errors)
        medianRatio = Statistics.median(pairs.map(\.answer.cycles)) / Statistics.median(pairs.map(\.life))
        coverage = Scores.coverage(
            low: pairs.map(\.answer.low), high: pairs.map(\.answer.high), truth: pairs.map(\.life))
    }
}
