internal import Learning

/// Life (the number of rows) of HUST's cells from their first 100 cycles.
public enum EarlyLifeProtocol {
    /// A cell as the model sees it: no more than `EarlyCycleFeatures.rows` rows are kept.
    struct Cell {
        var name: String
        var features: [Double]
        /// Rows of the file, the label.
        var life: Double

        init(_ cell: ChargeFeatureCell) {
            name = cell.name
            life = Double(cell.count)
            features = EarlyCycleFeatures.row(statistics: cell.statistics, capacities: cell.capacities)
        }
    }

    /// Families compared on the training cells.
    static var candidates: [(name: String, family: ModelFamily)] {
        let process = GaussianProcessOptions(kernel: .squaredExponential)
        let capacity = Array(34..<EarlyCycleFeatures.names.count) + [16, 33]
        return [
            ("ridge", .ridge), ("elastic net", .elasticNet), ("PLS", .partialLeastSquares(most: 8)),
            ("Gaussian process", .gaussianProcess(process)),
            ("ridge, capacity alone", .features(capacity.sorted(), .ridge)),
            ("extra trees", .extraTrees(ExtraTreesOptions(trees: 150))),
        ]
    }

    /// Selects and trains on cells.
    static func train(_ cells: [Cell], options: BenchmarkOptions) throws -> (CalibratedModel, ModelSelection) {
        let x = Matrix(cells.map(\.features), columns: EarlyCycleFeatures.names.count)
        let lives = cells.map(\.life)
        let groups = Array(cells.indices)
        let selection = try ModelSelection(
            candidates, x: x, y: lives, groups: groups, isLogarithmic: true, repeats: options.isQuick ? 1 : 2,
            seed: options.seed)
        let model = try CalibratedModel(
            features: EarlyCycleFeatures.names, x: x, y: lives, groups: groups, family: selection.chosen,
            isRelative: true, calibration: Calibration(folds: 8), seed: options.seed)
        return (model, selection)
    }

    /// Runs the protocol; nothing where there are too few cells.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let known = try ChargeFeatureCell.load(.hust, folder: train).map(Cell.init)
        let tested = try ChargeFeatureCell.load(.hust, folder: test).map(Cell.init)
        let splits = CellSplit.splits(
            train: known.map(\.name), test: tested.map(\.name), folds: 5, repeats: 3, seed: options.seed)
        guard !splits.isEmpty, known.count >= 10 else { return outcome }
        outcome.note(splits, of: "hust_life", tested.map(\.name))
        var ours: [Double] = []
        var ridge: [Double] = []
        var truth: [Double] = []
        var low: [Double] = []
        var high: [Double] = []
        var squared: [Double] = []
        for (number, split) in splits.enumerated() {
            let cells = split.train.map { known[$0] }
            let (model, selection) = try Self.train(cells, options: options)
            let x = Matrix(split.test.map { tested[$0].features }, columns: EarlyCycleFeatures.names.count)
            let predicted = model.predict(x)
            let simple = try ModelFamily.ridge.fit(
                Matrix(cells.map(\.features), columns: EarlyCycleFeatures.names.count), cells.map(\.life),
                groups: Array(cells.indices), seed: options.seed
            ).predict(x)
            if number == 0 { outcome.models.append(("early_life", model)) }
            _ = selection
            for (place, index) in split.test.enumerated() {
                let prediction = predicted[place]
                ours.append(prediction.value)
                ridge.append(simple[place].mean)
                truth.append(tested[index].life)
                low.append(prediction.low)
                high.append(prediction.high)
                outcome.predictions.append(
                    BenchmarkPrediction(
                        name: "hust_life", cell: tested[index].name, cycle: 0, value: prediction.value,
                        low: prediction.low, high: prediction.high))
            }
        }
        squared = zip(ours, truth).map { ($0 - $1) * ($0 - $1) }
        var line = BenchmarkLine(
            name: "hust_life", metric: "RMSE, cycles", value: Statistics.mean(squared).squareRoot(),
            baselines: [.init(name: "ridge, same features", value: Scores.rootMeanSquareError(ridge, truth))],
            published: "BatteryML 322 (another split)", target: 215, n: truth.count)
        line.coverage = Scores.coverage(low: low, high: high, truth: truth)
        line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
        line.winkler = Scores.winkler(low: low, high: high, truth: truth)
        outcome.lines = [line]
        return outcome
    }
}
