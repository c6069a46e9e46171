internal import Learning

/// An error on a row whose group the model had not seen, and what was known of it beforehand.
struct LeftOutError: Sendable {
    var error: Double
    var deviation: Double
    var novelty: Double
    var group: String

    /// Intervals at 90 % from such errors.
    static func interval(_ errors: [LeftOutError]) -> ConformalInterval {
        var numbers: [String: Int] = [:]
        let groups = errors.map { error -> Int in
            if let number = numbers[error.group] { return number }
            numbers[error.group] = numbers.count
            return numbers.count - 1
        }
        return ConformalInterval(
            errors: errors.map(\.error), deviations: errors.map(\.deviation), novelties: errors.map(\.novelty),
            groups: groups)
    }
}

/// A trained property: the model, and how far a row lies from what it was trained on.
struct TrainedProperty: Sendable {
    var model: FittedModel
    var novelty: Novelty
    var own: PropertyProtocol

    /// One estimate a row, within the bounds that the property has.
    func predict(_ features: Matrix) -> [Estimate] {
        model.predict(features).map { Estimate(mean: own.bounded($0.mean), deviation: $0.deviation) }
    }
}

/// Trains a property's model on rows of a set.
struct PropertyTrainer {
    private let own: PropertyProtocol
    private let seed: UInt64

    init(_ own: PropertyProtocol, seed: UInt64) {
        self.own = own
        self.seed = seed
    }

    /// Trains on these rows alone.
    func fit(_ set: SampleSet, _ rows: [Int], _ extra: [Int]) throws -> TrainedProperty {
        let samples = rows.map { set.rows[$0] } + extra.map { set.extra[$0] }
        let x = Matrix(samples.map(\.features), columns: set.names.count)
        let y = samples.map(\.target)
        let groups = Self.numbers(samples.map { $0.groups[own.grouping] ?? $0.id })
        let weights = samples.map(\.weight)
        let model = try own.family(set.names).fit(x, y, groups: groups, weights: weights, seed: seed)
        let columns = own.noveltyColumns(set.names)
        return TrainedProperty(
            model: model, novelty: Novelty(x.selecting(columns: columns), groups: groups, seed: seed), own: own)
    }

    /// XGBoost on plain descriptors, without rows of other files.
    static func plain(_ own: PropertyProtocol, _ set: SampleSet, _ rows: [Int], seed: UInt64) throws -> FittedModel {
        let samples = rows.map { set.rows[$0] }
        return try ModelFamily.features(own.plainColumns(set.names), .boostedTrees(BoostedTreesOptions())).fit(
            Matrix(samples.map(\.features), columns: set.names.count), samples.map(\.target),
            groups: numbers(samples.map { $0.groups[own.grouping] ?? $0.id }), seed: seed)
    }

    /// Errors on rows of these whose groups were left out in turns.
    func leftOut(_ set: SampleSet, _ rows: [Int], _ extra: [Int]) throws -> [LeftOutError] {
        let part = SampleSet(names: set.names, rows: rows.map { set.rows[$0] }, extra: extra.map { set.extra[$0] })
        var errors: [LeftOutError] = []
        for split in Splits.make(part, part, grouping: own.grouping, folds: 5, seed: seed &+ 17)
        where split.training.count >= 10 {
            let model = try fit(part, split.training, split.extra)
            let features = Matrix(split.test.map { part.rows[$0].features }, columns: part.names.count)
            let novelties = model.novelty.measure(features.selecting(columns: own.noveltyColumns(part.names)))
            for (place, estimate) in model.predict(features).enumerated() {
                let row = part.rows[split.test[place]]
                errors.append(
                    LeftOutError(
                        error: estimate.mean - row.target, deviation: estimate.deviation, novelty: novelties[place],
                        group: row.groups[own.grouping] ?? row.id))
            }
        }
        return errors
    }

    private static func numbers(_ names: [String]) -> [Int] {
        var numbers: [String: Int] = [:]
        return names.map { name in
            if let number = numbers[name] { return number }
            numbers[name] = numbers.count
            return numbers.count - 1
        }
    }
}
