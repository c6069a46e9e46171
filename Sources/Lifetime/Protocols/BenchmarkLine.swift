public import Learning

/// One line of the lifetime benchmark.
public struct BenchmarkLine: Sendable, Equatable, Codable {
    /// Name of the protocol, e.g. `severson_all`.
    public var name: String
    /// What is measured, with unit.
    public var metric: String
    /// Ours.
    public var value: Double
    /// Simple models on the same split, best known first.
    public var baselines: [Baseline]
    /// Best published, in words; empty for none.
    public var published: String
    /// Figure to reach; not a number where there is none.
    public var target: Double?
    /// Fraction of truths within the 90 % interval.
    public var coverage: Double?
    /// Mean width of the interval, in the unit of `metric`'s quantity.
    public var width: Double?
    /// Mean interval score; see `Scores.winkler`.
    public var winkler: Double?
    /// The same of an interval of one width for all, calibrated the same way.
    public var constantWinkler: Double?
    /// Truths predicted.
    public var n: Int
    /// What else is to be known: which model, whether intervals are warranted.
    public var note: String

    /// A simple model's score.
    public struct Baseline: Sendable, Equatable, Codable {
        /// In words.
        public var name: String
        /// In the line's metric.
        public var value: Double
    }

    /// Memberwise, with defaults.
    public init(
        name: String, metric: String, value: Double, baselines: [Baseline] = [], published: String = "",
        target: Double? = nil, n: Int, note: String = ""
    ) {
        self.name = name
        self.metric = metric
        self.value = value
        self.baselines = baselines
        self.published = published
        self.target = target
        self.n = n
        self.note = note
    }
}

/// What was predicted for one truth.
public struct BenchmarkPrediction: Sendable, Equatable, Codable {
    /// Name of the protocol.
    public var name: String
    /// Cell.
    public var cell: String
    /// Cycle, or 0 for a life.
    public var cycle: Double
    /// Ours, with the 90 % interval.
    public var value: Double
    /// Lower end.
    public var low: Double
    /// Upper end.
    public var high: Double
}

/// What running one protocol gave.
public struct BenchmarkOutcome: Sendable {
    /// Scores.
    public var lines: [BenchmarkLine] = []
    /// Predictions, in the order of cells and cycles.
    public var predictions: [BenchmarkPrediction] = []
    /// Trained models by name, for whoever wants to look at them; only those of the first split.
    public var models: [(name: String, model: CalibratedModel)] = []
    /// Which cells were tested together, so that others can measure on the same splits.
    public var splits: [(name: String, number: Int, cell: String)] = []

    mutating func note(_ splits: [(train: [Int], test: [Int])], of name: String, _ cells: [String]) {
        for (number, split) in splits.enumerated() {
            self.splits += split.test.map { (name, number, cells[$0]) }
        }
    }
}

/// Which cells are trained on and which are tested.
public enum CellSplit {
    /// Splits of test cells such that no tested cell is trained on.
    ///
    /// Where the test folder holds cells that the training folder does not, those are tested, once, with a model of all
    /// training cells. Where it holds none, both folders are the same data: then cross-validation by cell.
    public static func splits(
        train: [String], test: [String], folds: Int, repeats: Int, seed: UInt64
    ) -> [(train: [Int], test: [Int])] {
        let known = Set(train)
        let unseen = test.indices.filter { !known.contains(test[$0]) }
        if !unseen.isEmpty { return train.isEmpty ? [] : [(Array(train.indices), unseen)] }
        return Folds.repeated(groups: Array(test.indices), count: folds, repeats: repeats, seed: seed).joined().map {
            fold in
            let tested = Set(fold.test.map { test[$0] })
            return (train.indices.filter { !tested.contains(train[$0]) }, fold.test)
        }
    }
}

/// Choices that hold for the whole benchmark.
public struct BenchmarkOptions: Sendable {
    /// Fixes everything random.
    public var seed: UInt64
    /// Fewer trees and splits, for a quick look.
    public var isQuick: Bool

    /// Memberwise, with defaults.
    public init(seed: UInt64 = 1, isQuick: Bool = false) {
        self.seed = seed
        self.isQuick = isQuick
    }
}
