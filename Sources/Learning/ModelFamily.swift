/// What kind of model is to be trained, with everything but the data.
public indirect enum ModelFamily: Sendable, Equatable, Codable {
    /// The mean of the targets: the least any model must beat.
    case mean
    /// Ridge regression; the penalty by grouped cross-validation.
    case ridge
    /// Linear regression by Huber's loss, for few features and targets that scatter far.
    case robust
    /// Elastic net; mix and penalty by grouped cross-validation.
    case elasticNet
    /// Partial least squares; the number of components, up to `most`, by grouped cross-validation.
    case partialLeastSquares(most: Int)
    /// Gaussian process; hyperparameters by marginal likelihood.
    case gaussianProcess(GaussianProcessOptions)
    /// Kernel ridge regression by Huber's loss, for small tables.
    case kernelRidge(KernelRidgeOptions)
    /// Gradient-boosted trees of XGBoost.
    case boostedTrees(BoostedTreesOptions)
    /// Random forest of XGBoost.
    case randomForest(BoostedTreesOptions)
    /// Extremely randomised trees.
    case extraTrees(ExtraTreesOptions)
    /// The same family on some of the features.
    case features([Int], ModelFamily)
    /// The same family for the logarithm of a positive target.
    case logarithm(ModelFamily)
    /// The same family for the target plus a feature, which is taken away from its predictions: a target that was made relative
    /// to something known is learnt as it was. Rows must have the feature.
    case plusFeature(Int, ModelFamily)
    /// The same family for the target times a feature above 0, by which its predictions are divided: what a feature is known to
    /// divide is not learnt.
    case timesFeature(Int, ModelFamily)
    /// The mean of so many of the family, each on standardised features turned by a random rotation of its own, which lets
    /// trees split along any direction (Blaser and Fryzlewicz, Journal of Machine Learning Research 17, 2016).
    case rotated(Int, ModelFamily)
    /// The mean of several.
    case average([ModelFamily])

    /// In words, for tables and cards.
    public var name: String {
        switch self {
        case .mean: "mean"
        case .ridge: "ridge"
        case .robust: "robust regression"
        case .elasticNet: "elastic net"
        case .partialLeastSquares: "PLS"
        case .gaussianProcess: "Gaussian process"
        case .kernelRidge: "kernel ridge"
        case .boostedTrees: "XGBoost"
        case .randomForest: "random forest"
        case .extraTrees: "extra trees"
        case .features(_, let family): family.name
        case .logarithm(let family): "log " + family.name
        case .plusFeature(_, let family), .timesFeature(_, let family): family.name
        case .rotated(_, let family): "rotated " + family.name
        case .average(let families): "mean of " + families.map(\.name).joined(separator: ", ")
        }
    }

    /// Trains on these samples alone: preparation, penalties and hyperparameters see nothing else.
    ///
    /// - Parameters:
    ///   - x: one row a sample; a gap is not a number.
    ///   - y: one target a row, finite; positive for `logarithm`.
    ///   - groups: the group (cell) of each row, which inner cross-validation keeps together.
    ///   - weights: of each row, for trees; equal by default.
    ///   - seed: fixes everything random.
    /// - Throws: `LearningError` where there are fewer than three rows, or targets are not finite.
    public func fit(
        _ x: Matrix, _ y: [Double], groups: [Int], weights: [Double]? = nil, seed: UInt64
    ) throws -> FittedModel {
        guard x.rows >= 3, y.count == x.rows, groups.count == x.rows else {
            throw LearningError(problem: "\(x.rows) samples", remedy: "3 are the least a model can be trained on")
        }
        guard y.allSatisfy(\.isFinite) else {
            throw LearningError(problem: "a target is not a number", remedy: "leave its sample out")
        }
        // Small sets repeat their inner splits, whose luck would decide otherwise.
        let repeats = x.rows <= 200 ? 4 : 1
        switch self {
        case .mean: return .constant(Statistics.mean(y), deviation: Statistics.deviation(y))
        case .ridge: return .linear(LinearModels.ridge(x, y, groups: groups, repeats: repeats, seed: seed))
        case .robust: return .linear(RobustRegression.fit(x, y, weights: weights))
        case .elasticNet: return .linear(LinearModels.elasticNet(x, y, groups: groups, repeats: repeats, seed: seed))
        case .partialLeastSquares(let most):
            return .linear(
                LinearModels.partialLeastSquares(x, y, groups: groups, most: most, repeats: repeats, seed: seed))
        case .gaussianProcess(let options):
            return .gaussianProcess(try GaussianProcess(x, y, groups: groups, options: options, seed: seed))
        case .kernelRidge(let options): return .kernelRidge(try KernelRidge(x, y, options: options, weights: weights))
        case .boostedTrees(let options):
            return .trees(try BoostedTrees.fit(x, y, weights: weights, options: options, seed: seed))
        case .randomForest(let options):
            return .trees(try BoostedTrees.fitForest(x, y, weights: weights, options: options, seed: seed))
        case .extraTrees(let options):
            return .trees(ExtraTrees.fit(x, y, weights: weights, options: options, seed: seed))
        case .features(let chosen, let family):
            guard chosen.allSatisfy({ $0 >= 0 && $0 < x.columns }), !chosen.isEmpty else {
                throw LearningError(problem: "a feature that is not there", remedy: "0 to \(x.columns - 1)")
            }
            let model = try family.fit(
                x.selecting(columns: chosen), y, groups: groups, weights: weights, seed: seed)
            return .features(chosen, model)
        case .logarithm(let family):
            guard y.allSatisfy({ $0 > 0 }) else {
                throw LearningError(problem: "a target is not positive", remedy: "train without the logarithm")
            }
            return .logarithm(
                try family.fit(x, y.map { Learning.logarithm($0) }, groups: groups, weights: weights, seed: seed))
        case .plusFeature(let feature, let family):
            guard feature >= 0, feature < x.columns else {
                throw LearningError(problem: "a feature that is not there", remedy: "0 to \(x.columns - 1)")
            }
            let sums = zip(y, x.column(feature)).map { $0 + $1 }
            return .plusFeature(
                feature, try family.fit(x, sums, groups: groups, weights: weights, seed: seed))
        case .timesFeature(let feature, let family):
            guard feature >= 0, feature < x.columns, x.column(feature).allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw LearningError(
                    problem: "a feature that is not there or not above 0", remedy: "0 to \(x.columns - 1)")
            }
            let products = zip(y, x.column(feature)).map { $0 * $1 }
            return .timesFeature(
                feature, try family.fit(x, products, groups: groups, weights: weights, seed: seed))
        case .rotated(let count, let family):
            guard count > 0 else {
                throw LearningError(problem: "a mean of no rotations", remedy: "1 or more")
            }
            let standardisation = Standardisation(x)
            let z = standardisation.apply(x)
            return .average(
                try (0..<count).map { index in
                    let own = seed &+ 101 &* UInt64(index + 1)
                    let rotation = Rotation.random(x.columns, seed: own)
                    let model = try family.fit(
                        Rotation.apply(rotation, to: z), y, groups: groups, weights: weights, seed: own)
                    return .rotated(standardisation, rotation, model)
                })
        case .average(let families):
            guard !families.isEmpty else {
                throw LearningError(problem: "a mean of no models", remedy: "name one or more")
            }
            return .average(
                try families.enumerated().map { index, family in
                    try family.fit(x, y, groups: groups, weights: weights, seed: seed &+ UInt64(index))
                })
        }
    }
}

/// A number a model predicts: a normal distribution about its mean, where the model tells a width at all.
public struct Estimate: Sendable, Equatable, Codable {
    /// Expected value, in the target's unit.
    public var mean: Double
    /// Standard deviation as the model sees it, before calibration; 0 where it sees none.
    public var deviation: Double

    /// Memberwise.
    public init(mean: Double, deviation: Double) {
        self.mean = mean
        self.deviation = deviation
    }
}

/// A trained model: features in, an estimate out.
public indirect enum FittedModel: Sendable, Equatable, Codable {
    /// The same for all.
    case constant(Double, deviation: Double)
    /// Ridge, elastic net, partial least squares.
    case linear(LinearModel)
    /// A Gaussian process.
    case gaussianProcess(GaussianProcess)
    /// A kernel ridge regression.
    case kernelRidge(KernelRidge)
    /// Trees of any kind.
    case trees(TreeEnsemble)
    /// A model of some of the features.
    case features([Int], FittedModel)
    /// A model of the target's logarithm.
    case logarithm(FittedModel)
    /// A model of the target plus a feature.
    case plusFeature(Int, FittedModel)
    /// A model of the target times a feature.
    case timesFeature(Int, FittedModel)
    /// A model of standardised features times an orthogonal matrix.
    case rotated(Standardisation, Matrix, FittedModel)
    /// The mean of several models.
    case average([FittedModel])

    /// One estimate a row.
    public func predict(_ x: Matrix) -> [Estimate] {
        switch self {
        case .constant(let mean, let deviation):
            return [Estimate](repeating: Estimate(mean: mean, deviation: deviation), count: x.rows)
        case .linear(let model):
            return model.predict(x).map { Estimate(mean: $0, deviation: model.residual) }
        case .gaussianProcess(let model):
            return model.predict(x).map { Estimate(mean: $0.mean, deviation: $0.deviation) }
        case .kernelRidge(let model):
            return model.predict(x).map { Estimate(mean: $0, deviation: model.residual) }
        case .trees(let model):
            return model.predict(x).map { Estimate(mean: $0, deviation: 0) }
        case .features(let chosen, let model):
            return model.predict(x.selecting(columns: chosen))
        case .logarithm(let model):
            return model.predict(x).map {
                let mean = exponential(min($0.mean, 700))
                return Estimate(mean: mean, deviation: mean * $0.deviation)
            }
        case .plusFeature(let feature, let model):
            return zip(model.predict(x), x.column(feature)).map {
                Estimate(mean: $0.mean - $1, deviation: $0.deviation)
            }
        case .timesFeature(let feature, let model):
            return zip(model.predict(x), x.column(feature)).map {
                Estimate(mean: $0.mean / $1, deviation: $0.deviation / $1)
            }
        case .rotated(let standardisation, let rotation, let model):
            return model.predict(Rotation.apply(rotation, to: standardisation.apply(x)))
        case .average(let models):
            var out = [Estimate](repeating: Estimate(mean: 0, deviation: 0), count: x.rows)
            let all = models.map { $0.predict(x) }
            let share = 1 / Double(models.count)
            for index in out.indices {
                let mean = all.reduce(0) { $0 + $1[index].mean } * share
                // Within the models, and between them.
                let within = all.reduce(0) { $0 + $1[index].deviation * $1[index].deviation } * share
                let between = all.reduce(0) { $0 + ($1[index].mean - mean) * ($1[index].mean - mean) } * share
                out[index] = Estimate(mean: mean, deviation: (within + between).squareRoot())
            }
            return out
        }
    }

    /// Whether this model, read from a file, can be applied to rows of `columns` features without going out of bounds.
    public func isSound(columns: Int) -> Bool {
        func holds(_ s: Standardisation) -> Bool {
            [s.medians, s.means, s.deviations, s.lowest, s.highest].allSatisfy {
                $0.count == columns && $0.allSatisfy(\.isFinite)
            } && s.deviations.allSatisfy { $0 > 0 } && zip(s.lowest, s.highest).allSatisfy { $0 <= $1 }
        }
        switch self {
        case .constant(let mean, let deviation): return mean.isFinite && deviation.isFinite
        case .linear(let model): return holds(model.standardisation) && model.coefficients.count == columns
        case .gaussianProcess(let model): return holds(model.standardisation) && model.isSound(columns: columns)
        case .kernelRidge(let model): return holds(model.standardisation) && model.isSound(columns: columns)
        case .trees(let model): return model.isSound && model.featureCount == columns
        case .features(let chosen, let model):
            return !chosen.isEmpty && chosen.allSatisfy { $0 >= 0 && $0 < columns }
                && model.isSound(columns: chosen.count)
        case .logarithm(let model): return model.isSound(columns: columns)
        case .plusFeature(let feature, let model), .timesFeature(let feature, let model):
            return feature >= 0 && feature < columns && model.isSound(columns: columns)
        case .rotated(let standardisation, let rotation, let model):
            return holds(standardisation) && rotation.rows == columns && rotation.columns == columns
                && rotation.values.count == columns * columns && model.isSound(columns: columns)
        case .average(let models): return !models.isEmpty && models.allSatisfy { $0.isSound(columns: columns) }
        }
    }
}
