internal import Learning

/// NASA's cells: state of health (capacity / 2 Ah) from the preceding charge, and from the preceding spectrum, of a cell left
/// out; and a forecast of the second half of a life.
public enum NASAProtocol {
    /// Nominal capacity, Ah.
    static let nominal = 2.0

    /// What a model sees of a cell, and its labels apart.
    struct Cell: Sendable {
        var name: String
        var charge: [[Double]]
        var spectrum: [[Double]]
        var capacities: [Double]

        init(folder: String, name: String) throws {
            let cell = try NASACell(folder: folder, name: name)
            self.name = name
            charge = cell.discharges.map { ChargeCurveFeatures.row($0.charges) }
            spectrum = cell.discharges.map { ImpedanceFeatures.row($0.spectrum) }
            capacities = cell.discharges.map(\.capacity)
        }
    }

    private static func load(_ folder: String) throws -> [Cell] {
        let names = NASACell.names(folder: folder)
        return try Parallel.map(names.count) { try Cell(folder: folder, name: names[$0]) }
    }

    static var candidates: [(name: String, family: ModelFamily)] {
        [
            ("ridge", .ridge), ("Gaussian process", .gaussianProcess(GaussianProcessOptions())),
            ("extra trees", .extraTrees(ExtraTreesOptions(trees: 200, minimumLeaf: 3))),
            ("charge alone", .features([0], .gaussianProcess(GaussianProcessOptions()))),
            ("random forest", .randomForest(BoostedTreesOptions(trees: 200, depth: 8))),
        ]
    }

    /// Runs the protocol; nothing where fewer than two cells can be trained on.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let known = try load(train)
        let tested = try load(test)
        let splits = CellSplit.splits(
            train: known.map(\.name), test: tested.map(\.name), folds: 1000, repeats: 1, seed: options.seed)
        outcome.note(splits, of: "nasa", tested.map(\.name))
        guard !splits.isEmpty, known.count >= 2 else { return outcome }
        outcome.lines.append(
            try stateOfHealth(
                "nasa_soh", known, tested, splits, options, &outcome, names: ChargeCurveFeatures.names,
                candidates: candidates, target: 0.028
            ) { $0.charge })
        if known.contains(where: { $0.spectrum.contains { $0[0].isFinite } }) {
            outcome.lines.append(
                try stateOfHealth(
                    "nasa_soh_impedance", known, tested, splits, options, &outcome, names: ImpedanceFeatures.names,
                    candidates: Array(candidates.prefix(3)), target: nil
                ) { $0.spectrum })
        }
        outcome.lines.append(forecast(known, tested, splits, &outcome))
        return outcome
    }

    private static func stateOfHealth(
        _ name: String, _ known: [Cell], _ tested: [Cell], _ splits: [(train: [Int], test: [Int])],
        _ options: BenchmarkOptions, _ outcome: inout BenchmarkOutcome, names: [String],
        candidates: [(name: String, family: ModelFamily)], target: Double?, _ features: (Cell) -> [[Double]]
    ) throws -> BenchmarkLine {
        var errors: [Double] = []
        var simple: [Double] = []
        var covered = 0.0
        var width = 0.0
        var choices: [String] = []
        for (number, split) in splits.enumerated() {
            var rows: [[Double]] = []
            var y: [Double] = []
            var groups: [Int] = []
            for index in split.train {
                // A charge or spectrum that was not measured teaches nothing.
                for (row, capacity) in zip(features(known[index]), known[index].capacities)
                where row[0].isFinite && capacity > 0 {
                    rows.append(row)
                    y.append(capacity / nominal)
                    groups.append(index)
                }
            }
            let x = Matrix(rows, columns: names.count)
            let selection = try ModelSelection(
                candidates, x: x, y: y, groups: groups, isLogarithmic: false, most: 3, folds: 5, repeats: 1,
                seed: options.seed)
            let model = try CalibratedModel(
                features: names, x: x, y: y, groups: groups, family: selection.chosen, isRelative: false,
                calibration: Calibration(mostPerGroup: 1000), seed: options.seed)
            let ridge = try ModelFamily.ridge.fit(x, y, groups: groups, seed: options.seed)
            choices.append(selection.table[0].name)
            if number == 0 { outcome.models.append((name, model)) }
            for index in split.test {
                let cell = tested[index]
                let kept = features(cell).indices.filter { features(cell)[$0][0].isFinite }
                let inputs = Matrix(kept.map { features(cell)[$0] }, columns: names.count)
                let predicted = model.predict(inputs)
                let other = ridge.predict(inputs)
                for (place, row) in kept.enumerated() {
                    let truth = cell.capacities[row] / nominal
                    let prediction = predicted[place]
                    outcome.predictions.append(
                        BenchmarkPrediction(
                            name: name, cell: cell.name, cycle: Double(row + 1), value: prediction.value,
                            low: prediction.low, high: prediction.high))
                    guard truth > 0 else { continue }
                    errors.append(prediction.value - truth)
                    simple.append(other[place].mean - truth)
                    covered += truth >= prediction.low && truth <= prediction.high ? 1 : 0
                    width += prediction.high - prediction.low
                }
            }
        }
        var line = BenchmarkLine(
            name: name, metric: "RMSE of SOH", value: Statistics.rootMeanSquare(errors),
            baselines: [.init(name: "ridge, same features", value: Statistics.rootMeanSquare(simple))],
            published: "no common protocol", target: target, n: errors.count,
            note: "too few cells to warrant the interval; chosen: \(choices.joined(separator: " | "))")
        line.coverage = covered / Double(max(errors.count, 1))
        line.width = width / Double(max(errors.count, 1))
        return line
    }

    /// The mean over cells of the RMSE over the second half of each.
    private static func forecast(
        _ known: [Cell], _ tested: [Cell], _ splits: [(train: [Int], test: [Int])], _ outcome: inout BenchmarkOutcome
    ) -> BenchmarkLine {
        func trajectory(_ cell: Cell) -> Trajectory {
            let kept = cell.capacities.indices.filter { cell.capacities[$0] > 0 }
            return Trajectory(cycles: kept.map { Double($0 + 1) }, capacities: kept.map { cell.capacities[$0] })
        }
        var errors: [ForecastModel: [Double]] = [:]
        var ours: [Double] = []
        var choices: [String] = []
        var covered = 0.0
        var width = 0.0
        var count = 0
        for split in splits {
            let donors = split.train.map { trajectory(known[$0]) }
            let chosen = ForecastSelection.choose(lives: donors) { Double($0.cycles.count / 2) }
            choices.append(chosen.rawValue)
            for index in split.test {
                let whole = trajectory(tested[index])
                let origin = Double(tested[index].capacities.count / 2)
                let past = whole.upTo(origin)
                let truth = Array(whole.capacities.dropFirst(past.cycles.count))
                let future = Array(whole.cycles.dropFirst(past.cycles.count))
                // What is written down must not depend on which later cycles there are.
                let ahead = (1...max(Int(origin), 1)).map { origin + Double($0) }
                let written = chosen.forecast(past, donors: donors, at: ahead)
                for place in ahead.indices {
                    let value = written.trajectory.capacities[place]
                    outcome.predictions.append(
                        BenchmarkPrediction(
                            name: "nasa_forecast", cell: tested[index].name, cycle: ahead[place], value: value,
                            low: value - written.halfWidths[place], high: value + written.halfWidths[place]))
                }
                for model in ForecastModel.allCases {
                    let forecast = model.forecast(past, donors: donors, at: future)
                    errors[model, default: []].append(
                        Scores.rootMeanSquareError(forecast.trajectory.capacities, truth))
                    guard model == chosen else { continue }
                    ours.append(errors[model]?.last ?? .nan)
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
        var line = BenchmarkLine(
            name: "nasa_forecast", metric: "RMSE, Ah", value: Statistics.mean(ours),
            baselines: ForecastModel.allCases.map {
                .init(name: $0.rawValue, value: Statistics.mean(errors[$0] ?? []))
            }, published: "", target: 0.050, n: count,
            note:
                "chosen on training cells: \(choices.joined(separator: ", ")); interval from the donors, not warranted")
        line.coverage = covered / Double(max(count, 1))
        line.width = width / Double(max(count, 1))
        return line
    }
}
