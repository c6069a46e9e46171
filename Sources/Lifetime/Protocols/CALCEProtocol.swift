internal import Learning

/// CALCE's CS2 cells from cycles 300, 400 and 500 to 50 cycles beyond the end of life.
public enum CALCEProtocol {
    /// End of life, Ah.
    static let endOfLife = 0.77
    /// Forecast origins, cycles.
    static let origins = [300.0, 400, 500]

    struct Cell: Sendable {
        var name: String
        var trajectory: Trajectory
    }

    static func load(_ folder: String) throws -> [Cell] {
        let root = "\(folder)/calce_cs2"
        return try NumberTable.names(inFolder: root).compactMap { file in
            let endings = ["_cycles.csv", "_cycles.csv.gz"]
            guard let ending = endings.first(where: { file.hasSuffix($0) }) else { return nil }
            let path = "\(root)/\(file)"
            let table = try NumberTable(path: path)
            return Cell(
                name: String(file.dropLast(ending.count)),
                trajectory: kept(
                    cycles: try table.column("cycle", of: path),
                    currents: try table.column("discharge_current_A", of: path),
                    capacities: try table.column("discharge_capacity_Ah", of: path),
                    lowest: try table.column("min_discharge_V", of: path)))
        }
    }

    /// Whole discharges at about 1C: above 1 A, down to 2.75 V, within 0.06 Ah of the median of 41 cycles about them.
    static func kept(cycles: [Double], currents: [Double], capacities: [Double], lowest: [Double]) -> Trajectory {
        let whole = cycles.indices.filter {
            abs(currents[$0]) > 1 && lowest[$0] < 2.75 && capacities[$0].isFinite
        }
        let out = whole.indices.filter { place in
            let window = whole[max(place - 20, 0)...min(place + 20, whole.count - 1)].map { capacities[$0] }
            return abs(capacities[whole[place]] - Statistics.median(window)) < 0.06
        }
        return Trajectory(
            cycles: out.map { cycles[whole[$0]] }, capacities: out.map { capacities[whole[$0]] })
    }

    /// What is kept of the cycles up to an origin, by those cycles alone: later ones do not decide what is kept.
    static func past(_ folder: String, _ cell: String, origin: Double) throws -> Trajectory {
        let root = "\(folder)/calce_cs2"
        let names = NumberTable.names(inFolder: root)
        let file = names.first { $0 == "\(cell)_cycles.csv" } ?? "\(cell)_cycles.csv.gz"
        let table = try NumberTable(path: "\(root)/\(file)")
        let cycles = try table.column("cycle", of: file)
        let count = cycles.prefix { $0 <= origin }.count
        func first(_ name: String) throws -> [Double] { Array(try table.column(name, of: file).prefix(count)) }
        return kept(
            cycles: Array(cycles.prefix(count)), currents: try first("discharge_current_A"),
            capacities: try first("discharge_capacity_Ah"), lowest: try first("min_discharge_V"))
    }

    /// Runs the protocol; nothing where no cell can be trained on.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let known = try load(train)
        let tested = try load(test)
        let splits = CellSplit.splits(
            train: known.map(\.name), test: tested.map(\.name), folds: 1000, repeats: 1, seed: options.seed)
        guard !splits.isEmpty else { return outcome }
        outcome.note(splits, of: "calce", tested.map(\.name))
        let targets = [300: (0.050, 0.15), 400: (0.050, 0.28), 500: (0.050, 0.38)]
        for origin in origins {
            var errors: [ForecastModel: [Double]] = [:]
            var ours: [Double] = []
            var ourRemaining: [Double] = []
            var choices: [String] = []
            var remaining: [ForecastModel: [Double]] = [:]
            var covered = 0.0
            var width = 0.0
            var count = 0
            for split in splits {
                let donors = split.train.map { known[$0].trajectory }
                let chosen = ForecastSelection.choose(
                    lives: donors.map { life in life.upTo((life.firstBelow(endOfLife) ?? .infinity) + 50) }
                ) { _ in origin }
                choices.append(chosen.rawValue)
                for index in split.test {
                    let cell = tested[index]
                    let past = try past(test, cell.name, origin: origin)
                    // Far enough for any end of life to be found. What is written down must not depend on later cycles.
                    let ahead = stride(from: origin + 1, through: origin * 4, by: 1).map { $0 }
                    let written = chosen.forecast(past, donors: donors, at: ahead)
                    for place in ahead.indices.prefix(Int(origin)) {
                        let value = written.trajectory.capacities[place]
                        outcome.predictions.append(
                            BenchmarkPrediction(
                                name: "calce_\(Int(origin))", cell: cell.name, cycle: ahead[place], value: value,
                                low: value - written.halfWidths[place], high: value + written.halfWidths[place]))
                    }
                    guard let end = cell.trajectory.firstBelow(endOfLife), end > origin else { continue }
                    let scored = cell.trajectory.cycles.indices.filter {
                        cell.trajectory.cycles[$0] > origin && cell.trajectory.cycles[$0] <= end + 50
                    }
                    let future = scored.map { cell.trajectory.cycles[$0] }
                    let truth = scored.map { cell.trajectory.capacities[$0] }
                    for model in ForecastModel.allCases {
                        let forecast = model.forecast(past, donors: donors, at: future)
                        errors[model, default: []].append(
                            Scores.rootMeanSquareError(forecast.trajectory.capacities, truth))
                        let course = model.forecast(past, donors: donors, at: ahead).trajectory
                        let found = course.firstBelow(endOfLife) ?? origin * 4
                        remaining[model, default: []].append(abs(found - end) / (end - origin))
                        guard model == chosen else { continue }
                        ours.append(errors[model]?.last ?? .nan)
                        ourRemaining.append(remaining[model]?.last ?? .nan)
                        for place in truth.indices {
                            let value = forecast.trajectory.capacities[place]
                            let half = forecast.halfWidths[place]
                            covered += abs(truth[place] - value) <= half ? 1 : 0
                            width += 2 * half
                            count += 1
                        }
                    }
                }
            }
            guard count > 0 else { continue }
            let target = targets[Int(origin)]
            let others = ForecastModel.allCases
            var line = BenchmarkLine(
                name: "calce_\(Int(origin))", metric: "RMSE, Ah", value: Statistics.mean(ours),
                baselines: others.map { .init(name: $0.rawValue, value: Statistics.mean(errors[$0] ?? [])) },
                target: target?.0, n: count,
                note:
                    "chosen on training cells: \(choices.joined(separator: ", ")); interval from the donors, not warranted"
            )
            line.coverage = covered / Double(count)
            line.width = width / Double(count)
            outcome.lines.append(line)
            outcome.lines.append(
                BenchmarkLine(
                    name: "calce_\(Int(origin))_rul", metric: "relative error of RUL",
                    value: Statistics.mean(ourRemaining),
                    baselines: others.map { .init(name: $0.rawValue, value: Statistics.mean(remaining[$0] ?? [])) },
                    target: target?.1, n: ourRemaining.count))
        }
        return outcome
    }
}
