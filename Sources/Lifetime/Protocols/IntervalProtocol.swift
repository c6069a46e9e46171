internal import Learning

/// Whether 90 % intervals hold for cells that were not trained on: pooled over 20 splits by cell (four deals of five folds),
/// on every set of at least 20 cells, beside an interval of one width for all that was calibrated on the same errors.
public enum IntervalProtocol {
    /// Cells a set must have.
    static let fewest = 20

    /// Samples of one set.
    private struct Samples: Sendable {
        var name: String
        var unit: String
        var features: [String]
        var x: Matrix
        var y: [Double]
        var groups: [Int]
        var family: ModelFamily
        var mostPerGroup: Int
    }

    /// Runs on the cells of both folders together, each once.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        var all: [Samples] = []
        if let samples = try severson([train, test]) { all.append(samples) }
        for set in ChargeFeatureSet.allCases {
            var cells = try ChargeFeatureCell.load(set, folder: train)
            let known = Set(cells.map(\.name))
            cells += try ChargeFeatureCell.load(set, folder: test).filter { !known.contains($0.name) }
            guard cells.count >= fewest else { continue }
            if set == .hust { all.append(lives(cells)) }
            all.append(health(set, cells))
        }
        for samples in all { outcome.lines.append(try measure(samples, options)) }
        return outcome
    }

    private static func severson(_ folders: [String]) throws -> Samples? {
        var cells: [String: SeversonCell] = [:]
        for folder in folders {
            for set in SeversonCell.sets(folder: folder) {
                for cell in try SeversonCell.load(folder: folder, set: set) { cells[cell.name] = cell }
            }
        }
        guard cells.count >= fewest else { return nil }
        let ordered = cells.keys.sorted().compactMap { cells[$0] }
        let process = GaussianProcessOptions(kernel: .squaredExponential)
        return Samples(
            name: "interval_severson_life", unit: "cycles", features: SeversonProtocol.names,
            x: SeversonProtocol.features(ordered), y: ordered.map(\.life), groups: Array(ordered.indices),
            family: .logarithm(
                .average([
                    .features(SeversonFeatures.dischargeAndMean, .gaussianProcess(process)),
                    .features(Array(SeversonFeatures.names.indices), .ridge),
                ])), mostPerGroup: 1)
    }

    private static func lives(_ cells: [ChargeFeatureCell]) -> Samples {
        let process = GaussianProcessOptions(kernel: .squaredExponential)
        return Samples(
            name: "interval_hust_life", unit: "cycles", features: EarlyCycleFeatures.names,
            x: Matrix(
                cells.map { EarlyCycleFeatures.row(statistics: $0.statistics, capacities: $0.capacities) },
                columns: EarlyCycleFeatures.names.count), y: cells.map { Double($0.count) },
            groups: Array(cells.indices), family: .logarithm(.average([.ridge, .gaussianProcess(process)])),
            mostPerGroup: 1)
    }

    private static func health(
        _ set: ChargeFeatureSet, _ cells: [ChargeFeatureCell]
    ) -> Samples {
        let rows = StateOfHealthProtocol.rows(cells, Array(cells.indices), .oneCharge)
        let kept = RowChoice.even(
            rows.y.indices.filter { rows.y[$0].isFinite && rows.y[$0] > 0 }, groups: rows.groups, mostPerGroup: 60)
        return Samples(
            name: "interval_soh_\(set.rawValue)", unit: "Ah", features: ChargeStatisticsFeatures.singleNames,
            x: rows.x.selecting(rows: kept), y: kept.map { rows.y[$0] }, groups: kept.map { rows.groups[$0] },
            family: .logarithm(
                .average([0, 1, 4, 5].map { StateOfHealthProtocol.candidates(.oneCharge, isReduced: true)[$0].family })),
            mostPerGroup: 60)
    }

    private static func measure(_ samples: Samples, _ options: BenchmarkOptions) throws -> BenchmarkLine {
        let splits = Folds.repeated(
            groups: samples.groups, count: 5, repeats: options.isQuick ? 1 : 4, seed: options.seed &+ 900)
        let folds = Array(splits.joined())
        struct Part: Sendable {
            var low: [Double] = []
            var high: [Double] = []
            var constantLow: [Double] = []
            var constantHigh: [Double] = []
            var truth: [Double] = []
        }
        let parts = try Parallel.map(folds.count) { number -> Part in
            let fold = folds[number]
            let model = try CalibratedModel(
                features: samples.features, x: samples.x.selecting(rows: fold.training),
                y: fold.training.map { samples.y[$0] }, groups: fold.training.map { samples.groups[$0] },
                family: samples.family, isRelative: true,
                calibration: Calibration(folds: samples.mostPerGroup == 1 ? 8 : 4, mostPerGroup: samples.mostPerGroup),
                seed: options.seed)
            var part = Part()
            for (prediction, row) in zip(model.predict(samples.x.selecting(rows: fold.test)), fold.test) {
                let constant = model.constantRange(prediction.value)
                part.low.append(prediction.low)
                part.high.append(prediction.high)
                part.constantLow.append(constant.low)
                part.constantHigh.append(constant.high)
                part.truth.append(samples.y[row])
            }
            return part
        }
        let truth = parts.flatMap(\.truth)
        let (low, high) = (parts.flatMap(\.low), parts.flatMap(\.high))
        let (constantLow, constantHigh) = (parts.flatMap(\.constantLow), parts.flatMap(\.constantHigh))
        let coverage = Scores.coverage(low: low, high: high, truth: truth)
        var line = BenchmarkLine(
            name: samples.name, metric: "coverage of the 90 % interval, %", value: 100 * coverage,
            baselines: [
                .init(
                    name: "one relative width for all",
                    value: 100 * Scores.coverage(low: constantLow, high: constantHigh, truth: truth))
            ], n: truth.count,
            note: "\(folds.count) splits by cell, 85 to 95 to reach; widths in \(samples.unit): "
                + "\(ModelCard.short(Statistics.mean(zip(high, low).map { $0 - $1 }))), one for all "
                + "\(ModelCard.short(Statistics.mean(zip(constantHigh, constantLow).map { $0 - $1 })))")
        line.coverage = coverage
        line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
        line.winkler = Scores.winkler(low: low, high: high, truth: truth)
        line.constantWinkler = Scores.winkler(low: constantLow, high: constantHigh, truth: truth)
        return line
    }
}
