internal import Learning

/// Capacity of an unseen cell from the statistics of one charge; rows of a cell are predicted each by itself: "from one
/// charge" is taken at its word, so neither earlier nor later charges of the cell are looked at, but for its first ten cycles
/// where they are known.
public enum StateOfHealthProtocol {
    /// What is known beside the charge.
    public enum Knowledge: String, Sendable {
        /// Nothing.
        case oneCharge
        /// Statistics and capacities of the cell's first ten cycles, which are not scored.
        case knownStart
    }

    /// Families among which the training cells of a split choose, a mean of them for the most part; `isReduced`: the same
    /// with fewer trees and points, for choosing and calibrating.
    static func candidates(_ knowledge: Knowledge, isReduced: Bool) -> [(name: String, family: ModelFamily)] {
        // The statistics as they are; with the start known, their changes too.
        let own = Array(ChargeFeatureSet.statistics.indices)
        let changes = own.map { $0 + ChargeStatisticsFeatures.singleNames.count }
        let raw = knowledge == .oneCharge ? own : own + changes
        // Distances grow with the root of the number of features.
        let stretch = knowledge == .oneCharge ? 1 : 1.5
        let trees = isReduced ? 30 : 80
        let turns = isReduced ? 4 : 8
        let smoothPoints = isReduced ? 700 : 2400
        let roughPoints = isReduced ? 1500 : 5000
        let small = ExtraTreesOptions(trees: 10, minimumLeaf: 2, featureFraction: 0.7)
        let boosted = BoostedTreesOptions(
            trees: isReduced ? 100 : 250, learningRate: isReduced ? 0.1 : 0.05, depth: 6, rowFraction: 0.6,
            featureFraction: 0.4, minimumLeaf: 8, penalty: 4)
        let turned = BoostedTreesOptions(
            trees: isReduced ? 80 : 160, learningRate: isReduced ? 0.12 : 0.07, depth: 5, rowFraction: 0.6,
            featureFraction: 0.4, minimumLeaf: 8, penalty: 4)
        func process(_ length: Double, _ noise: Double, _ points: Int, ofCells: Double? = nil) -> ModelFamily {
            .gaussianProcess(
                GaussianProcessOptions(
                    kernel: .matern32, maximumRows: points, length: length * stretch, noise: noise,
                    groupVariance: ofCells))
        }
        let all: [(name: String, family: ModelFamily)] = [
            ("extra trees", .features(raw, .extraTrees(ExtraTreesOptions(trees: trees)))),
            ("rotated extra trees", .rotated(turns, .extraTrees(small))),
            ("XGBoost", .boostedTrees(boosted)),
            ("rotated XGBoost", .rotated(isReduced ? 2 : 3, .boostedTrees(turned))),
            ("Gaussian process, smooth", .features(raw, process(6, 0.1, smoothPoints))),
            ("Gaussian process, rough", process(3.5, 0.05, roughPoints)),
            ("Gaussian process with cells' own parts", process(6, 0.002, smoothPoints, ofCells: 0.02)),
        ]
        guard knowledge == .knownStart else { return all }
        // Capacity itself, rather than what is left of it: where charges tell it well, its scatter at the start does harm.
        let start = ChargeStatisticsFeatures.startCapacity
        return all + [
            (
                "extra trees of capacity",
                .plusFeature(start, .features(own, .extraTrees(ExtraTreesOptions(trees: trees))))
            ),
            (
                "extra trees of capacity and change",
                .plusFeature(start, .features(raw + [start], .extraTrees(ExtraTreesOptions(trees: trees))))
            ),
            ("XGBoost of capacity", .plusFeature(start, .boostedTrees(boosted))),
        ]
    }

    /// Chooses by cross-validation on training cells alone.
    static func choose(
        _ x: Matrix, _ y: [Double], _ groups: [Int], _ knowledge: Knowledge, options: BenchmarkOptions
    ) throws -> (full: ModelFamily, reduced: ModelFamily, names: String) {
        let kept = RowChoice.random(Array(0..<x.rows), most: reducedRows, seed: options.seed &+ 3)
        let reduced = candidates(knowledge, isReduced: true)
        // Errors of the logarithm are relative ones, which the protocol's measure is made of.
        // The fewer the cells, the more one deal of them decides by luck.
        let repeats = options.isQuick ? 1 : min(max(120 / max(Set(groups).count, 1), 1), 4)
        let selection = try ModelSelection(
            reduced, x: x.selecting(rows: kept), y: kept.map { Natural.logarithm(y[$0]) },
            groups: kept.map { groups[$0] }, isLogarithmic: false, isAbsolute: true, most: 5, folds: 4,
            repeats: repeats, seed: options.seed)
        let members = selection.members.filter { $0 < reduced.count }
        guard !members.isEmpty else { return (.logarithm(.mean), .logarithm(.mean), "mean") }
        let full = candidates(knowledge, isReduced: false)
        return (
            .logarithm(.average(members.map { full[$0].family })),
            .logarithm(.average(members.map { reduced[$0].family })),
            members.map { reduced[$0].name }.joined(separator: ", ")
        )
    }

    /// Rows on which is chosen and calibrated at most.
    static let reducedRows = 5000
    /// Rows trained on at most.
    static let mostRows = 36_000

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
        /// Names of the families averaged.
        var chosen: String
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
        let chosen = try choose(x, y, groups, knowledge, options: options)
        let model = try CalibratedModel(
            features: names, x: x, y: y, groups: groups, family: options.isQuick ? chosen.reduced : chosen.full,
            isRelative: true,
            calibration: Calibration(folds: 4, family: chosen.reduced, mostPerGroup: 40, mostRows: reducedRows),
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
            chosen: chosen.names,
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
            ], n: scored.count,
            note: "chosen on training cells: means of " + parts.map(\.chosen).joined(separator: " | "))
        line.coverage = Scores.coverage(low: low, high: high, truth: known)
        line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
        line.winkler = Scores.winkler(low: low, high: high, truth: known)
        return line
    }
}
