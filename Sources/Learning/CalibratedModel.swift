/// A prediction with its interval.
public struct Prediction: Sendable, Equatable, Codable {
    /// Expected value, in the target's unit.
    public var value: Double
    /// Lower end of the interval.
    public var low: Double
    /// Upper end of the interval.
    public var high: Double
    /// Distance from the training samples; see `Novelty`.
    public var novelty: Double
    /// Whether the sample is like the training ones.
    public var isInDomain: Bool

    /// Memberwise.
    public init(value: Double, low: Double, high: Double, novelty: Double, isInDomain: Bool) {
        self.value = value
        self.low = low
        self.high = high
        self.novelty = novelty
        self.isInDomain = isInDomain
    }
}

/// How a model's interval is calibrated.
public struct Calibration: Sendable, Equatable, Codable {
    /// Folds by group whose left-out errors calibrate.
    public var folds = 5
    /// Deals of the folds; the errors of all are used.
    public var repeats = 1
    /// Family trained inside the folds where the model itself is too costly; nil for the same.
    public var family: ModelFamily?
    /// Samples of one group that are used at most, evenly spaced.
    public var mostPerGroup = 100
    /// Samples trained on inside the folds at most.
    public var mostRows = Int.max
    /// Level of the interval.
    public var level = 0.9

    /// Memberwise, with defaults.
    public init(
        folds: Int = 5, repeats: Int = 1, family: ModelFamily? = nil, mostPerGroup: Int = 100, mostRows: Int = .max
    ) {
        self.folds = folds
        self.repeats = repeats
        self.family = family
        self.mostPerGroup = mostPerGroup
        self.mostRows = mostRows
    }
}

/// A trained model with a conformal interval and a measure of novelty: features in, a distribution out.
public struct CalibratedModel: Sendable, Equatable, Codable {
    /// Names of the features, in order.
    public let features: [String]
    /// What was trained.
    public let family: ModelFamily
    /// The model of all training samples.
    public let model: FittedModel
    /// From errors on left-out groups.
    public let interval: ConformalInterval
    /// Of one width for all, calibrated on the same errors, to compare with.
    public let constantInterval: ConformalInterval
    /// From the training samples.
    public let novelty: Novelty
    /// Whether errors are relative (differences of logarithms), so that intervals are factors.
    public let isRelative: Bool

    /// Trains and calibrates, on these samples alone.
    ///
    /// - Parameters:
    ///   - features: names of the columns of `x`.
    ///   - family: what is trained.
    ///   - isRelative: whether errors grow with the target.
    ///   - calibration: folds and level of the interval.
    ///   - seed: fixes everything random.
    ///   - x: one row a sample, as many columns as `features`.
    ///   - y: targets; positive where `isRelative`.
    ///   - groups: the group (cell) of each.
    /// - Throws: `LearningError`.
    public init(
        features: [String], x: Matrix, y: [Double], groups: [Int], family: ModelFamily, isRelative: Bool,
        calibration: Calibration = Calibration(), seed: UInt64
    ) throws {
        guard features.count == x.columns else {
            throw LearningError(problem: "\(x.columns) features", remedy: "\(features.count) have a name")
        }
        self.features = features
        self.family = family
        self.isRelative = isRelative
        model = try family.fit(x, y, groups: groups, seed: seed)
        novelty = Novelty(x, groups: groups, seed: seed)
        let left = try Self.leftOut(
            x: x, y: y, groups: groups, family: calibration.family ?? family, isRelative: isRelative,
            calibration: calibration, seed: seed)
        interval = ConformalInterval(
            errors: left.errors, deviations: left.deviations, novelties: left.novelties, groups: left.groups,
            level: calibration.level)
        constantInterval = ConformalInterval(
            errors: left.errors, deviations: left.deviations, novelties: left.novelties, groups: left.groups,
            level: calibration.level, isConstant: true)
    }

    private static func leftOut(
        x: Matrix, y: [Double], groups: [Int], family: ModelFamily, isRelative: Bool, calibration: Calibration,
        seed: UInt64
    ) throws -> (errors: [Double], deviations: [Double], novelties: [Double], groups: [Int]) {
        let deals = Folds.repeated(
            groups: groups, count: calibration.folds, repeats: calibration.repeats, seed: seed &+ 77)
        var errors: [Double] = []
        var deviations: [Double] = []
        var novelties: [Double] = []
        var owners: [Int] = []
        for fold in deals.joined() where fold.training.count >= 3 {
            let training = RowChoice.random(fold.training, most: calibration.mostRows, seed: seed &+ 5)
            let inside = x.selecting(rows: training)
            let own = training.map { groups[$0] }
            let model = try family.fit(inside, training.map { y[$0] }, groups: own, seed: seed)
            let novelty = Novelty(inside, groups: own, seed: seed)
            let test = RowChoice.even(fold.test, groups: groups, mostPerGroup: calibration.mostPerGroup)
            let left = x.selecting(rows: test)
            let estimates = model.predict(left)
            let measured = novelty.measure(left)
            for (index, row) in test.enumerated() {
                let estimate = estimates[index]
                errors.append(
                    isRelative ? logarithm(max(estimate.mean, 1e-300) / y[row]) : estimate.mean - y[row])
                deviations.append(
                    isRelative ? estimate.deviation / max(estimate.mean, 1e-300) : estimate.deviation)
                novelties.append(measured[index])
                owners.append(groups[row])
            }
        }
        return (errors, deviations, novelties, owners)
    }

    /// One prediction a row.
    public func predict(_ x: Matrix) -> [Prediction] {
        let measured = novelty.measure(x)
        return zip(model.predict(x), measured).map { estimate, novelty in
            let deviation = isRelative ? estimate.deviation / max(estimate.mean, 1e-300) : estimate.deviation
            let half = interval.halfWidth(deviation: deviation, novelty: novelty)
            let factor = exponential(min(half, 300))
            return Prediction(
                value: estimate.mean, low: isRelative ? estimate.mean / factor : estimate.mean - half,
                high: isRelative ? estimate.mean * factor : estimate.mean + half, novelty: novelty,
                isInDomain: novelty <= Novelty.limit)
        }
    }

    /// The interval of one width for all about a value.
    public func constantRange(_ value: Double) -> (low: Double, high: Double) {
        let half = constantInterval.halfWidth(deviation: 0, novelty: 0)
        let factor = exponential(min(half, 300))
        return isRelative ? (value / factor, value * factor) : (value - half, value + half)
    }

    /// Whether this model, read from a file, can be applied without going out of bounds.
    public var isSound: Bool {
        !features.isEmpty && model.isSound(columns: features.count) && novelty.isSound(columns: features.count)
            && interval.isSound && constantInterval.isSound
    }
}

/// Which samples of many are used.
public enum RowChoice {
    /// At most `most`, at random, in ascending order.
    public static func random(_ rows: [Int], most: Int, seed: UInt64) -> [Int] {
        guard rows.count > most else { return rows }
        var random = RandomSource(seed: seed)
        return random.permutation(rows.count).prefix(most).map { rows[$0] }.sorted()
    }

    /// At most `mostPerGroup` of each group, evenly spaced in the order given.
    public static func even(_ rows: [Int], groups: [Int], mostPerGroup: Int) -> [Int] {
        var counts: [Int: Int] = [:]
        for row in rows { counts[groups[row], default: 0] += 1 }
        var seen: [Int: Int] = [:]
        return rows.filter { row in
            let group = groups[row]
            let count = counts[group] ?? 1
            let index = seen[group, default: 0]
            seen[group] = index + 1
            guard count > mostPerGroup else { return true }
            // The k-th of `most` even places falls on this row.
            return index * mostPerGroup / count != (index - 1) * mostPerGroup / count || index == 0
        }
    }
}
