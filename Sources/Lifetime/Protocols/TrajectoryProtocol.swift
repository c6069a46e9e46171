internal import Learning

/// Capacities alone: forecasts from half of life among other cells of the kind, and from a cell's own trend.
public enum TrajectoryProtocol {
    /// Fractions of life from which the own trend is asked.
    static let origins = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9]
    /// Donors at most, evenly chosen among the training cells.
    static let mostDonors = 20
    /// Points of a life at most.
    static let mostPoints = 300

    /// A cell's state of health over cycles, relative to the median of its first five.
    struct Life: Sendable {
        var name: String
        var trajectory: Trajectory
        /// State of health at which its life is taken to end: 0.8, or a little above where its file ends before.
        var end: Double
        /// Cycle of that.
        var last: Double
    }

    static func lives(_ set: ChargeFeatureSet, _ folder: String) throws -> [Life] {
        try ChargeFeatureCell.load(set, folder: folder).compactMap { cell in
            let start = Statistics.median(Array(cell.capacities.prefix(5)))
            guard start > 0, cell.count >= 20 else { return nil }
            return life(
                cell.name,
                Trajectory(
                    cycles: cell.capacities.indices.map { Double($0 + 1) },
                    capacities: cell.capacities.map { $0 / start }))
        }
    }

    /// RWTH's cells: capacities every five cycles.
    static func rwth(_ folder: String) throws -> [Life] {
        let root = "\(folder)/rwth_nmc_trajectories"
        return try NumberTable.names(inFolder: root).filter { $0.hasSuffix(".csv") }.flatMap { file -> [Life] in
            let path = "\(root)/\(file)"
            let table = try NumberTable(path: path)
            let cycles = try table.column("cycle_assumed_5_per_step", of: path)
            let capacities = try table.column("capacity_Ah", of: path)
            // A cell's rows stand together; each begins at cycle 0.
            let starts = cycles.indices.filter { cycles[$0] == 0 } + [cycles.count]
            return zip(starts, starts.dropFirst()).enumerated().compactMap { number, ends in
                let rows = ends.0..<ends.1
                guard rows.count >= 20, capacities[rows.lowerBound] > 0 else { return nil }
                return life(
                    "\(file)/\(number)",
                    Trajectory(
                        cycles: rows.map { cycles[$0] + 1 },
                        capacities: rows.map { capacities[$0] / capacities[rows.lowerBound] }))
            }
        }
    }

    private static func life(_ name: String, _ trajectory: Trajectory) -> Life? {
        let smooth = trajectory.smoothed(half: 5)
        let end = max(0.8, (smooth.capacities.last ?? 1) + 0.005)
        guard let last = smooth.firstBelow(end) else { return nil }
        return Life(name: name, trajectory: trajectory, end: end, last: last)
    }

    private static func thinned(_ life: Trajectory) -> Trajectory {
        let count = life.cycles.count
        guard count > mostPoints else { return life }
        let places = (0..<mostPoints).map { $0 * (count - 1) / (mostPoints - 1) }
        return Trajectory(cycles: places.map { life.cycles[$0] }, capacities: places.map { life.capacities[$0] })
    }

    /// Forecasts of the second half of life of left-out cells, by every model and by the one chosen on training cells.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        for set in ChargeFeatureSet.allCases {
            let known = try lives(set, train)
            let tested = try lives(set, test)
            let splits = CellSplit.splits(
                train: known.map(\.name), test: tested.map(\.name), folds: 5, repeats: 1, seed: options.seed)
            guard !splits.isEmpty, known.count >= ForecastSelection.enough else { continue }
            let name = "trajectory_" + set.rawValue
            outcome.note(splits, of: name, tested.map(\.name))
            let parts = try Parallel.map(splits.count) { number in
                part(known, tested, splits[number], name)
            }
            let predictions = parts.flatMap(\.predictions)
            let truth = parts.flatMap(\.truth)
            let errors = parts.flatMap(\.errors)
            guard !errors.isEmpty else { continue }
            var line = BenchmarkLine(
                name: name, metric: "RMSE of SOH, second half of life",
                value: Statistics.mean(parts.flatMap(\.ours)),
                baselines: ForecastModel.allCases.enumerated().map { index, model in
                    .init(name: model.rawValue, value: Statistics.mean(errors.map { $0[index] }))
                }, n: errors.count,
                note: "cells; chosen on training cells: " + parts.map(\.chosen).joined(separator: ", ")
                    + "; interval from training cells left out")
            let (low, high) = (predictions.map(\.low), predictions.map(\.high))
            line.coverage = Scores.coverage(low: low, high: high, truth: truth)
            line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
            line.winkler = Scores.winkler(low: low, high: high, truth: truth)
            outcome.lines.append(line)
            outcome.predictions += predictions
        }
        return outcome
    }

    private struct Part: Sendable {
        var chosen: String
        /// Of each cell, by every model.
        var errors: [[Double]] = []
        /// Of each cell, by the model chosen.
        var ours: [Double] = []
        var predictions: [BenchmarkPrediction] = []
        var truth: [Double] = []
    }

    private static func part(
        _ known: [Life], _ tested: [Life], _ split: (train: [Int], test: [Int]), _ name: String
    ) -> Part {
        let all = split.train.map { thinned(known[$0].trajectory) }
        let chosen = ForecastSelection.choose(lives: all) { 0.5 * ($0.cycles.last ?? 0) }
        let count = min(mostDonors, all.count)
        let donors = (0..<count).map { all[$0 * all.count / count] }
        let interval = CourseCalibration.interval(lives: donors, choice: chosen, origins: [0.5]) { $0.cycles.last ?? 0 }
        var out = Part(chosen: chosen.rawValue)
        for index in split.test {
            let life = thinned(tested[index].trajectory)
            let past = life.upTo(0.5 * (life.cycles.last ?? 0))
            let future = Array(life.cycles.dropFirst(past.cycles.count))
            let truth = Array(life.capacities.dropFirst(past.cycles.count))
            guard past.cycles.count >= 5, !future.isEmpty else { continue }
            let forecasts = ForecastModel.allCases.map { $0.forecast(past, donors: donors, at: future) }
            let errors = forecasts.map { Scores.rootMeanSquareError($0.trajectory.capacities, truth) }
            out.errors.append(errors)
            guard let place = ForecastModel.allCases.firstIndex(of: chosen) else { continue }
            out.ours.append(errors[place])
            out.truth += truth
            let halves = CourseCalibration.halfWidths(forecasts[place], interval)
            for row in future.indices {
                let value = forecasts[place].trajectory.capacities[row]
                let half = halves[row]
                out.predictions.append(
                    BenchmarkPrediction(
                        name: name, cell: tested[index].name, cycle: future[row], value: value, low: value - half,
                        high: value + half))
            }
        }
        return out
    }

    /// Remaining life from the cell's own trend: nothing is trained, so the training folder is not asked for. The line's note
    /// has the quantiles that `OwnTrend`'s factors are taken from.
    public static func ownTrend(test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        var sets = try ChargeFeatureSet.allCases.map { (name: $0.rawValue, lives: try lives($0, test)) }
        sets.append((name: "rwth", lives: try rwth(test)))
        var all: [(line: BenchmarkLine, ratios: [Double])] = []
        for (name, lives) in sets where !lives.isEmpty {
            let found = try Parallel.map(lives.count) { index in
                origins.compactMap { fraction -> (ratio: Double, error: Double, isCovered: Bool, width: Double)? in
                    let life = lives[index]
                    let known = life.trajectory.upTo(fraction * life.last)
                    guard known.cycles.count >= 5, let origin = known.cycles.last,
                        let trend = OwnTrend.trend(known, endOfLife: life.end),
                        let own = OwnTrend.remaining(known, endOfLife: life.end)
                    else { return nil }
                    let truth = life.last - origin
                    return (
                        Natural.logarithm(truth / trend), Natural.logarithm(own.value / truth),
                        own.low <= truth && truth <= own.high, (own.high - own.low) / truth
                    )
                }
            }.flatMap { $0 }
            guard !found.isEmpty else { continue }
            let ratios = found.map(\.ratio)
            func factor(_ level: Double) -> String {
                ModelCard.short(Natural.exponential(Statistics.quantile(ratios, level)))
            }
            var line = BenchmarkLine(
                name: "own_trend_" + name, metric: "RMSE of ln(remaining cycles)",
                value: Statistics.rootMeanSquare(found.map(\.error)),
                baselines: [.init(name: "trend as it is", value: Statistics.rootMeanSquare(ratios))], n: found.count,
                note:
                    "remaining life over the trend's: 5 % \(factor(0.05)), median \(factor(0.5)), 95 % \(factor(0.95)); "
                    + "width is relative to the truth")
            line.coverage = Double(found.count { $0.isCovered }) / Double(found.count)
            line.width = Statistics.mean(found.map(\.width))
            all.append((line, ratios))
        }
        for index in all.indices where all.count > 1 {
            // Factors of the other sets, the way `OwnTrend.range` is made of all.
            let others = all.indices.filter { $0 != index }.map { all[$0].ratios }
            let low = others.map { Statistics.quantile($0, 0.05) }.min() ?? 0
            let high = others.map { Statistics.quantile($0, 0.95) }.max() ?? 0
            let own = all[index].ratios
            let covered = Double(own.count { $0 >= low && $0 <= high }) / Double(own.count)
            all[index].line.note += "; with the factors of the other sets it covers \(ModelCard.short(100 * covered)) %"
        }
        outcome.lines = all.map(\.line)
        return outcome
    }
}
