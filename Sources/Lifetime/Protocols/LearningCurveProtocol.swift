internal import Learning

/// Error against the number of real training cells, for data alone, physics alone and both: lives of Severson's and HUST's
/// cells from their first 100 cycles, trajectories of XJTU's, TJU's (by chemistry) and RWTH's, and of NASA's and CALCE's,
/// each left out in turn.
public enum LearningCurveProtocol {
    /// Populations that come with Cellar, by set: lives of LFP cells, courses of cells with layered oxides.
    static func population(_ names: [String]) throws -> SimulatedPopulation {
        let all = try names.map { name in
            guard let population = try SimulatedPopulation.shipped(name) else {
                throw LifetimeError(
                    kind: .notFound, place: "Data/populations/\(name).json", problem: "no simulated population",
                    remedy: "make it with 'make populations', or set CELLAR_HOME")
            }
            return population
        }
        return SimulatedPopulation.merged(all, name: names.joined(separator: "+"))
    }

    /// Runs what the folders have data for.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let sets = [
            try LearningCurveLife.severson(train: train, test: test),
            try LearningCurveLife.hust(train: train, test: test),
        ].compactMap { $0 }
        if !sets.isEmpty {
            let population = try population(["lfp"])
            for set in sets {
                outcome.lines += try LearningCurveLife.run(set, population: population, options: options).lines
            }
        }
        let trajectories =
            try LearningCurveSet.names.compactMap { try LearningCurveSet($0, train: train, test: test).map { [$0] } }
            + LearningCurveSet.fewest.map { try LearningCurveSet.leaveOneOut($0, train: train, test: test) }
            .filter { !$0.isEmpty }
        if !trajectories.isEmpty {
            let population = try population(["nmc", "nca"])
            for set in trajectories {
                outcome.lines += try LearningCurveTrajectory.run(set, population: population, options: options).lines
            }
        }
        return outcome
    }
}
