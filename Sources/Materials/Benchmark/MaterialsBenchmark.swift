internal import Learning

/// A line of the benchmark: a figure, what it is compared with, and how well its intervals hold.
public struct MaterialsBenchmarkLine: Sendable {
    /// The protocol, such as `voltage_framework`.
    public var name: String
    /// What the figure is, with its unit.
    public var metric: String
    /// The figure.
    public var value: Double
    /// The figures of plain models on the same rows.
    public var baselines: [(name: String, value: Double)]
    /// What is to be reached; nil where nothing was asked for.
    public var target: Double?
    /// Share of the truths in the 90 % intervals.
    public var coverage: Double?
    /// Mean width of the intervals.
    public var width: Double?
    /// Share of the rows that the model itself takes to be within its domain.
    public var inDomain: Double?
    /// Rows scored.
    public var n: Int
    /// What was left out.
    public var note: String
}

/// A prediction of the benchmark, and the fold it was made in.
public struct MaterialsBenchmarkPrediction: Sendable {
    /// The protocol.
    public var name: String
    /// The row.
    public var row: String
    /// The fold.
    public var fold: Int
    /// Truth, prediction, and its interval.
    public var truth: Double
    /// See `truth`.
    public var value: Double
    /// See `truth`.
    public var low: Double
    /// See `truth`.
    public var high: Double
}

/// The protocols by which predictors of materials' properties are judged: trained on one folder, scored on another.
///
/// Where both folders hold the same rows, rows are left out in turns; otherwise rows of the test folder that the
/// training folder does not
/// hold are scored. No row that is trained on shares a composition with a row that is scored, nor its group, whatever
/// file it comes from.
public enum MaterialsBenchmark {
    /// Names of all protocols.
    public static var names: [String] { PropertyProtocol.all.map(\.name) }

    /// Whether a folder holds a table that a protocol reads.
    public static func holdsData(_ folder: String) -> Bool {
        [
            "doped_nmc_capacity.csv", "obelix_train.csv", "obelix_test.csv", "mp_insertion_electrodes_2024.csv",
            "calisol23_liquid_electrolyte_conductivity.csv",
            "polymer_electrolyte_conductivity.csv",
        ].contains { name in ((try? DataFile.table(folder, name)) ?? nil) != nil }
    }

    /// Runs protocols on folders laid out as the public data sets; those whose files are not there are left out.
    ///
    /// - Parameters:
    ///   - train: folder that is trained on.
    ///   - test: folder that is scored.
    ///   - only: names of protocols, all where empty.
    ///   - seed: fixes folds and models.
    ///   - progress: told the protocol, and how many of how many splits of its rows are done.
    ///   - report: receives each line as it is ready.
    /// - Throws: ``MaterialError`` where a file is damaged.
    public static func run(
        train: String, test: String, only: [String] = [], seed: UInt64 = 1,
        progress: (String, Int, Int) -> Void = { _, _, _ in }, report: (MaterialsBenchmarkLine) throws -> Void
    ) throws -> [MaterialsBenchmarkPrediction] {
        var all: [MaterialsBenchmarkPrediction] = []
        let store = try DataStore(train: train, test: test)
        for own in PropertyProtocol.all where only.isEmpty || only.contains(own.name) {
            guard let (trained, scored) = try store.sets(own.source) else { continue }
            guard let (line, predictions) = try run(own, trained, scored, seed, progress) else { continue }
            try report(line)
            all += predictions
        }
        return all
    }

    static func run(
        _ own: PropertyProtocol, _ train: SampleSet, _ test: SampleSet, _ seed: UInt64,
        _ progress: (String, Int, Int) -> Void = { _, _, _ in }
    ) throws -> (MaterialsBenchmarkLine, [MaterialsBenchmarkPrediction])? {
        let splits = Splits.make(train, test, grouping: own.grouping, folds: own.folds, seed: seed)
            .filter { $0.training.count >= 20 }
        guard !splits.isEmpty else { return nil }
        let trainer = PropertyTrainer(own, seed: seed)
        var rows: [(row: Int, fold: Int, estimate: Estimate, novelty: Double)] = []
        var baseline: [Double] = []
        var median: [Double] = []
        for (fold, split) in splits.enumerated() {
            progress(own.name, fold, splits.count)
            let model = try trainer.fit(train, split.training, split.extra)
            let features = Matrix(split.test.map { test.rows[$0].features }, columns: test.names.count)
            let novelties = model.novelty.measure(features.selecting(columns: own.noveltyColumns(test.names)))
            for (place, estimate) in model.predict(features).enumerated() {
                rows.append((split.test[place], fold, estimate, novelties[place]))
            }
            let targets = split.training.map { train.rows[$0].target }
            let plain = try PropertyTrainer.plain(own, train, split.training, seed: seed)
            baseline += plain.predict(features).map { own.bounded($0.mean) }
            median += [Double](repeating: Statistics.median(targets), count: split.test.count)
        }
        // Each fold's intervals come from errors of the other folds (CV+: Barber et al., Ann. Stat. 49 (2021) 486);
        // with one split from
        // errors on left-out groups of the training rows.
        let inner = splits.count == 1 ? try trainer.leftOut(train, splits[0].training, splits[0].extra) : []
        var predictions: [MaterialsBenchmarkPrediction] = []
        let truths = rows.map { test.rows[$0.row].target }
        for (fold, _) in splits.enumerated() {
            let calibration: [LeftOutError]
            if splits.count == 1 {
                calibration = inner
            } else {
                calibration = rows.indices.filter { rows[$0].fold != fold }.map { index in
                    LeftOutError(
                        error: rows[index].estimate.mean - truths[index], deviation: rows[index].estimate.deviation,
                        novelty: rows[index].novelty, group: test.rows[rows[index].row].groups[own.grouping] ?? "")
                }
            }
            let interval = LeftOutError.interval(calibration)
            for index in rows.indices where rows[index].fold == fold {
                let row = rows[index]
                let half = interval.halfWidth(deviation: row.estimate.deviation, novelty: row.novelty)
                predictions.append(
                    MaterialsBenchmarkPrediction(
                        name: own.name, row: test.rows[row.row].id, fold: fold, truth: truths[index],
                        value: row.estimate.mean, low: own.bounded(row.estimate.mean - half),
                        high: row.estimate.mean + half))
            }
        }
        let (values, truth) = (predictions.map(\.value), predictions.map(\.truth))
        let (low, high) = (predictions.map(\.low), predictions.map(\.high))
        func figure(_ values: [Double], _ truth: [Double]) -> Double {
            own.isRootMeanSquare ? Scores.rootMeanSquareError(values, truth) : Scores.meanAbsoluteError(values, truth)
        }
        let line = MaterialsBenchmarkLine(
            name: own.name, metric: own.metric, value: figure(values, truth),
            baselines: [("XGBoost", figure(baseline, truths)), ("median", figure(median, truths))],
            target: own.target ?? own.gain.map { (1 - $0) * figure(baseline, truths) },
            coverage: Scores.coverage(low: low, high: high, truth: truth),
            width: Statistics.mean(zip(low, high).map { $1 - $0 }),
            inDomain: Statistics.mean(rows.map { $0.novelty <= Novelty.limit ? 1 : 0 }), n: truth.count,
            note: Array(Set(train.notes + test.notes)).sorted().joined(separator: "; "))
        return (line, predictions)
    }
}
