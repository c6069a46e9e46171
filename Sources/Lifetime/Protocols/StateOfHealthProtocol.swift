internal import Learning

/// Capacity of an unseen cell from the statistics of one charge; rows of a cell are predicted each by itself.
public enum StateOfHealthProtocol {
    /// What is known beside the charge.
    public enum Knowledge: String, Sendable {
        /// Nothing.
        case oneCharge
        /// Statistics and capacities of the cell's first ten cycles, which are not scored.
        case knownStart
    }

    /// Families whose mean predicts. One for all data sets, not chosen by any score of theirs.
    static func family(_ options: BenchmarkOptions) -> ModelFamily {
        let factor = options.isQuick ? 4 : 1
        return .average([
            .extraTrees(ExtraTreesOptions(trees: 60 / factor, minimumLeaf: 2, featureFraction: 0.7)),
            .rotated(6 / factor + 1, .extraTrees(ExtraTreesOptions(trees: 12, minimumLeaf: 2, featureFraction: 0.7))),
            .boostedTrees(
                BoostedTreesOptions(
                    trees: 240 / factor, learningRate: 0.05 * Double(factor), depth: 5, rowFraction: 0.5,
                    featureFraction: 0.4, minimumLeaf: 10, penalty: 5)),
            .gaussianProcess(
                GaussianProcessOptions(
                    kernel: .matern32, hasOwnLengths: false, hasLinearPart: true, maximumRows: 2400 / (factor * factor))
            ),
        ])
    }

    /// Rows trained on at most.
    static let mostRows = 24_000

    /// Inputs and labels of cells, one row a cycle.
    struct Rows: Sendable {
        var x: Matrix
        var y: [Double]
        var groups: [Int]
        var cycles: [Double]
        /// What a prediction is multiplied with to give a capacity: the capacity at the start where it is known.
        var scales: [Double]
    }

    static func rows(_ cells: [ChargeFeatureCell], _ chosen: [Int], _ knowledge: Knowledge) -> Rows {
        let names = knowledge == .oneCharge ? ChargeStatisticsFeatures.singleNames : ChargeStatisticsFeatures.startNames
        var values: [Double] = []
        var out = Rows(x: Matrix(columns: names.count, values: []), y: [], groups: [], cycles: [], scales: [])
        for index in chosen {
            let cell = cells[index]
            let start = ChargeStatisticsFeatures.start(of: cell)
            let first = knowledge == .oneCharge ? 0 : ChargeStatisticsFeatures.known
            for row in first..<max(cell.count, first) {
                let own = cell.statistics.row(row)
                switch knowledge {
                case .oneCharge:
                    values += ChargeStatisticsFeatures.single(own)
                    out.scales.append(1)
                case .knownStart:
                    values += ChargeStatisticsFeatures.withStart(own, start: start.statistics, capacity: start.capacity)
                    out.scales.append(start.capacity)
                }
                out.y.append(cell.capacities[row])
                out.groups.append(index)
                out.cycles.append(Double(row + 1))
            }
        }
        out.x = Matrix(columns: names.count, values: values)
        return out
    }

    /// Runs the protocol on all four sets.
    public static func run(
        _ knowledge: Knowledge, train: String, test: String, options: BenchmarkOptions
    ) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let targets: [ChargeFeatureSet: (one: Double, start: Double?, published: String)] = [
            .xjtu: (1.15, 1.05, "PINN with look-ahead .85"), .mit: (0.18, 0.16, "PINN with look-ahead .65"),
            .hust: (1.85, 1.55, "PINN with look-ahead .78"), .tju: (0.75, nil, "PINN with look-ahead 1.21"),
        ]
        for set in ChargeFeatureSet.allCases {
            let known = try ChargeFeatureCell.load(set, folder: train)
            let tested = try ChargeFeatureCell.load(set, folder: test)
            let splits = CellSplit.splits(
                train: known.map(\.name), test: tested.map(\.name), folds: 5, repeats: 1, seed: options.seed)
            guard !splits.isEmpty, known.count >= 10 else { continue }
            let name = (knowledge == .oneCharge ? "soh_" : "soh_known_start_") + set.rawValue
            outcome.note(splits, of: name, tested.map(\.name))
            let parts = try Parallel.map(splits.count) { number in
                try part(name, known, tested, splits[number], knowledge, options)
            }
            var line = score(name, parts)
            let target = targets[set]
            line.target = knowledge == .oneCharge ? target?.one : target?.start
            line.published = target?.published ?? ""
            outcome.lines.append(line)
            outcome.predictions += parts.flatMap(\.predictions)
            if let first = parts.first { outcome.models.append((name, first.model)) }
        }
        return outcome
    }

    private struct Part: Sendable {
        var predictions: [BenchmarkPrediction]
        var truth: [Double]
        /// Extra trees.
        var trees: [Double]
        /// Ridge.
        var simple: [Double]
        var model: CalibratedModel
    }

    private static func part(
        _ name: String, _ known: [ChargeFeatureCell], _ tested: [ChargeFeatureCell],
        _ split: (train: [Int], test: [Int]), _ knowledge: Knowledge, _ options: BenchmarkOptions
    ) throws -> Part {
        let all = rows(known, split.train, knowledge)
        let kept = RowChoice.random(
            all.y.indices.filter { all.y[$0].isFinite && all.y[$0] > 0 }, most: options.isQuick ? 2000 : mostRows,
            seed: options.seed)
        let x = all.x.selecting(rows: kept)
        let y = kept.map { all.y[$0] / all.scales[$0] }
        let groups = kept.map { all.groups[$0] }
        let names = knowledge == .oneCharge ? ChargeStatisticsFeatures.singleNames : ChargeStatisticsFeatures.startNames
        let quick = BenchmarkOptions(seed: options.seed, isQuick: true)
        let model = try CalibratedModel(
            features: names, x: x, y: y, groups: groups, family: family(options), isRelative: true,
            calibration: Calibration(folds: 4, family: family(quick), mostPerGroup: 40, mostRows: 2000),
            seed: options.seed)
        // The strongest simple model on these statistics, as they are.
        let raw = Array(ChargeFeatureSet.statistics.indices)
        let trees = try ModelFamily.features(raw, .extraTrees(ExtraTreesOptions(trees: options.isQuick ? 20 : 60)))
            .fit(x, y, groups: groups, seed: options.seed)
        let simple = try ModelFamily.ridge.fit(x, y, groups: groups, seed: options.seed)
        let test = rows(tested, split.test, knowledge)
        let predicted = model.predict(test.x)
        let plain = simple.predict(test.x)
        return Part(
            predictions: predicted.indices.map { row in
                let scale = test.scales[row]
                return BenchmarkPrediction(
                    name: name, cell: tested[test.groups[row]].name, cycle: test.cycles[row],
                    value: predicted[row].value * scale, low: predicted[row].low * scale,
                    high: predicted[row].high * scale)
            }, truth: test.y,
            trees: zip(trees.predict(test.x), test.scales).map { $0.mean * $1 },
            simple: plain.indices.map { plain[$0].mean * test.scales[$0] }, model: model)
    }

    private static func score(_ name: String, _ parts: [Part]) -> BenchmarkLine {
        let predictions = parts.flatMap(\.predictions)
        let truth = parts.flatMap(\.truth)
        let scored = truth.indices.filter { truth[$0].isFinite && truth[$0] > 0 }
        let simple = parts.flatMap(\.simple)
        let trees = parts.flatMap(\.trees)
        let known = scored.map { truth[$0] }
        let low = scored.map { predictions[$0].low }
        let high = scored.map { predictions[$0].high }
        var line = BenchmarkLine(
            name: name, metric: "MAPE, %",
            value: Scores.meanAbsolutePercentageError(scored.map { predictions[$0].value }, known),
            baselines: [
                .init(
                    name: "extra trees",
                    value: Scores.meanAbsolutePercentageError(scored.map { trees[$0] }, known)),
                .init(name: "ridge", value: Scores.meanAbsolutePercentageError(scored.map { simple[$0] }, known)),
            ], n: scored.count, note: "mean of extra trees, rotated extra trees, XGBoost and Gaussian process")
        line.coverage = Scores.coverage(low: low, high: high, truth: known)
        line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
        line.winkler = Scores.winkler(low: low, high: high, truth: known)
        return line
    }
}
