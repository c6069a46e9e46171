internal import Learning

/// Life of fast-charged LFP cells from their first 100 cycles: trained on Severson's training cells, tested on every other
/// set of the test folder.
public enum SeversonProtocol {
    /// Life is predicted as a logarithm.
    static let names =
        SeversonFeatures.names + (0..<SeversonFeatures.curvePoints).map { "ΔQ at voltage \($0)" }

    /// Families compared on the training cells.
    static var candidates: [(name: String, family: ModelFamily)] {
        let all = Array(SeversonFeatures.names.indices)
        let curve = (0..<SeversonFeatures.curvePoints).map { SeversonFeatures.names.count + $0 }
        let process = GaussianProcessOptions(kernel: .squaredExponential)
        return [
            ("variance model", .features(SeversonFeatures.variance, .ridge)),
            ("discharge model", .features(SeversonFeatures.discharge, .elasticNet)),
            ("full model", .features(all, .elasticNet)),
            ("ridge", .features(all, .ridge)),
            ("Gaussian process, ΔQ", .features(SeversonFeatures.differences, .gaussianProcess(process))),
            (
                "Gaussian process, discharge",
                .features(SeversonFeatures.dischargeAndMean, .gaussianProcess(process))
            ),
            ("Gaussian process, all", .features(all, .gaussianProcess(process))),
            ("PLS, ΔQ(V)", .features(curve, .partialLeastSquares(most: 9))),
            ("elastic net, ΔQ(V)", .features(curve, .elasticNet)),
        ]
    }

    /// Features of cells, whose lives are not looked at.
    static func features(_ cells: [SeversonCell]) -> Matrix {
        Matrix(
            cells.map { SeversonFeatures.row(capacities: $0.capacities, difference: $0.difference) },
            columns: names.count)
    }

    /// Selects and trains on cells.
    static func train(_ cells: [SeversonCell], options: BenchmarkOptions) throws -> (CalibratedModel, ModelSelection) {
        let x = features(cells)
        let lives = cells.map(\.life)
        let groups = Array(cells.indices)
        let selection = try ModelSelection(
            candidates, x: x, y: lives, groups: groups, isLogarithmic: true, repeats: options.isQuick ? 1 : 3,
            seed: options.seed)
        let model = try CalibratedModel(
            features: names, x: x, y: lives, groups: groups, family: selection.chosen, isRelative: true,
            calibration: Calibration(folds: 8), seed: options.seed)
        return (model, selection)
    }

    /// Runs the protocol; nothing where either folder has no such cells.
    public static func run(train: String, test: String, options: BenchmarkOptions) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let sets = SeversonCell.sets(folder: train)
        guard sets.contains("train") else { return outcome }
        let known = try SeversonCell.load(folder: train, set: "train")
        guard known.count >= 10 else { return outcome }
        var tested: [(set: String, cells: [SeversonCell])] = []
        for set in SeversonCell.sets(folder: test) {
            var cells = try SeversonCell.load(folder: test, set: set)
            if set == "train" {
                let names = Set(known.map(\.name))
                cells = cells.filter { !names.contains($0.name) }
            }
            if !cells.isEmpty { tested.append((set, cells)) }
        }
        guard !tested.isEmpty else { return outcome }
        let (model, selection) = try Self.train(known, options: options)
        outcome.models.append(("severson", model))
        let variance = try ModelFamily.logarithm(candidates[0].family).fit(
            features(known), known.map(\.life), groups: Array(known.indices), seed: options.seed)
        for (set, cells) in tested {
            let x = features(cells)
            let predicted = model.predict(x)
            let simple = variance.predict(x).map(\.mean)
            for (cell, prediction) in zip(cells, predicted) {
                outcome.predictions.append(
                    BenchmarkPrediction(
                        name: "severson_\(set)", cell: cell.name, cycle: 0, value: prediction.value,
                        low: prediction.low, high: prediction.high))
            }
            func line(_ name: String, _ chosen: [Int], _ target: Double?, _ published: String, _ known: Double?)
                -> BenchmarkLine
            {
                let truth = chosen.map { cells[$0].life }
                var line = BenchmarkLine(
                    name: name, metric: "RMSE, cycles",
                    value: Scores.rootMeanSquareError(chosen.map { predicted[$0].value }, truth),
                    baselines: [
                        .init(
                            name: "variance model",
                            value: Scores.rootMeanSquareError(chosen.map { simple[$0] }, truth))
                    ], published: published, target: target, n: chosen.count,
                    note: "cross-validation on training cells chose \(selection.table[0].name) "
                        + "(RMSE \(Int(selection.error.rounded())))")
                if let known { line.baselines.insert(.init(name: "best single, Python", value: known), at: 0) }
                let low = chosen.map { predicted[$0].low }
                let high = chosen.map { predicted[$0].high }
                line.coverage = Scores.coverage(low: low, high: high, truth: truth)
                line.width = Statistics.mean(zip(high, low).map { $0 - $1 })
                line.winkler = Scores.winkler(low: low, high: high, truth: truth)
                return line
            }
            let all = Array(cells.indices)
            if set == "test1" {
                // Severson's own outlier; the tag stands in the protocol, no other cell is left out.
                let usual = all.filter { cells[$0].name != "test1/cell22" }
                outcome.lines.append(line("severson_test1_without_outlier", usual, 75, "BatteryML 90", nil))
                outcome.lines.append(line("severson_test1_all", all, 120, "Severson 138 (variance)", nil))
            } else {
                let target: Double? = set == "train" ? nil : 160
                outcome.lines.append(line("severson_\(set)", all, target, "BatteryML 149, Severson 196", nil))
            }
        }
        return outcome
    }
}
