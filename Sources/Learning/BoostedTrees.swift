internal import CXGBoost

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How trees are boosted, or grown as a random forest, by XGBoost.
public struct BoostedTreesOptions: Sendable, Equatable, Codable {
    /// Rounds of boosting; trees of a forest.
    public var trees = 300
    /// Step of a round, in (0, 1].
    public var learningRate = 0.05
    /// Levels below the root.
    public var depth = 6
    /// Fraction of the rows seen by a tree, in (0, 1].
    public var rowFraction = 0.7
    /// Fraction of the features asked at a node, in (0, 1].
    public var featureFraction = 0.5
    /// Least weight of a leaf.
    public var minimumLeaf = 3.0
    /// L2 penalty on leaf values.
    public var penalty = 1.0
    /// Exact splits; a histogram of 256 bins otherwise.
    public var isExact = false
    /// What is made small; nil for squares, as in files of older models.
    public var loss: Loss?
    /// Features along which predictions only rise (1) or only fall (-1), by place; nil for none.
    public var monotone: [Int: Int]?

    /// What boosting makes small.
    public enum Loss: String, Sendable, Equatable, Codable {
        /// Squares of the errors: leaves are means.
        case squared
        /// Squares of errors that are small, far-off ones by their size alone: δ² (√(1 + (e/δ)²) − 1) with δ three tenths
        /// of the targets' deviation (Charbonnier et al., IEEE Trans. Image Process. 6 (1997) 298).
        case pseudoHuber
    }

    /// Memberwise, with defaults.
    public init(
        trees: Int = 300, learningRate: Double = 0.05, depth: Int = 6, rowFraction: Double = 0.7,
        featureFraction: Double = 0.5, minimumLeaf: Double = 3, penalty: Double = 1, isExact: Bool = false,
        loss: Loss? = nil, monotone: [Int: Int]? = nil
    ) {
        self.trees = trees
        self.learningRate = learningRate
        self.depth = depth
        self.rowFraction = rowFraction
        self.featureFraction = featureFraction
        self.minimumLeaf = minimumLeaf
        self.penalty = penalty
        self.isExact = isExact
        self.loss = loss
        self.monotone = monotone
    }
}

/// Gradient-boosted trees and random forests (Chen and Guestrin, KDD 2016) grown by XGBoost on one thread, and taken out of
/// it, so that a model file needs no XGBoost to be read.
enum BoostedTrees {
    static func fit(
        _ x: Matrix, _ y: [Double], weights: [Double]?, options: BoostedTreesOptions, seed: UInt64
    ) throws -> TreeEnsemble {
        try fit(x, y, weights: weights, options: options, seed: seed, forest: false)
    }

    static func fitForest(
        _ x: Matrix, _ y: [Double], weights: [Double]?, options: BoostedTreesOptions, seed: UInt64
    ) throws -> TreeEnsemble {
        try fit(x, y, weights: weights, options: options, seed: seed, forest: true)
    }

    private static func fit(
        _ x: Matrix, _ y: [Double], weights: [Double]?, options: BoostedTreesOptions, seed: UInt64, forest: Bool
    ) throws -> TreeEnsemble {
        let isRobust = options.loss == .pseudoHuber && !forest
        let base = isRobust ? Statistics.median(y) : Statistics.mean(y)
        let scale = max(Statistics.deviation(y), 1e-300)
        // Targets of unit size: penalties and single precision then mean the same whatever the unit.
        let targets = y.map { Float(($0 - base) / scale) }
        let booster = try Booster(x, targets, weights)
        var parameters = [
            ("objective", isRobust ? "reg:pseudohubererror" : "reg:squarederror"), ("base_score", "0"),
            ("nthread", "1"),
            ("verbosity", "0"),
            ("seed", "\(seed & 0x7FFF_FFFF)"), ("max_depth", "\(options.depth)"),
            ("subsample", "\(options.rowFraction)"), ("colsample_bynode", "\(options.featureFraction)"),
            ("min_child_weight", "\(options.minimumLeaf)"), ("lambda", "\(options.penalty)"),
            ("tree_method", options.isExact ? "exact" : "hist"),
        ]
        if isRobust { parameters.append(("huber_slope", "0.3")) }
        if let monotone = options.monotone, !monotone.isEmpty {
            let signs = (0..<x.columns).map { "\(min(max(monotone[$0] ?? 0, -1), 1))" }
            parameters.append(("monotone_constraints", "(\(signs.joined(separator: ",")))"))
        }
        if forest {
            parameters += [("eta", "1"), ("num_parallel_tree", "\(options.trees)")]
        } else {
            parameters.append(("eta", "\(options.learningRate)"))
        }
        for (name, value) in parameters { try booster.set(name, value) }
        for round in 0..<(forest ? 1 : options.trees) { try booster.update(round) }
        var ensemble = try booster.trees(features: x.columns)
        // A forest's leaves are already divided by its trees.
        ensemble.factor = scale
        ensemble.base = base
        return ensemble
    }

    /// A booster and its training rows, freed with it.
    private final class Booster {
        private var data: DMatrixHandle?
        private var handle: BoosterHandle?

        init(_ x: Matrix, _ y: [Float], _ weights: [Double]?) throws {
            let values = x.values.map { $0.isFinite ? Float($0) : .nan }
            try Self.check(
                XGDMatrixCreateFromMat(values, bst_ulong(x.rows), bst_ulong(x.columns), .nan, &data))
            try Self.check(XGDMatrixSetFloatInfo(data, "label", y, bst_ulong(y.count)))
            if let weights {
                let mean = max(Statistics.mean(weights), 1e-300)
                try Self.check(
                    XGDMatrixSetFloatInfo(data, "weight", weights.map { Float($0 / mean) }, bst_ulong(weights.count)))
            }
            try Self.check(XGBoosterCreate([data], 1, &handle))
        }

        deinit {
            if let handle { XGBoosterFree(handle) }
            if let data { XGDMatrixFree(data) }
        }

        func set(_ name: String, _ value: String) throws { try Self.check(XGBoosterSetParam(handle, name, value)) }

        func update(_ round: Int) throws { try Self.check(XGBoosterUpdateOneIter(handle, Int32(round), data)) }

        private static func check(_ code: Int32) throws {
            guard code != 0 else { return }
            let message = XGBGetLastError().map { String(cString: $0) } ?? "code \(code)"
            let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
            throw LearningError(
                kind: .computation, problem: "XGBoost: \(line)", remedy: "choose another family of models")
        }

        func trees(features: Int) throws -> TreeEnsemble {
            var length: bst_ulong = 0
            var bytes: UnsafePointer<CChar>?
            try Self.check(XGBoosterSaveModelToBuffer(handle, "{\"format\": \"json\"}", &length, &bytes))
            guard let bytes else {
                throw LearningError(kind: .computation, problem: "XGBoost gave no model", remedy: "try again")
            }
            let file = try JSONDecoder().decode(File.self, from: Data(bytes: bytes, count: Int(length)))
            var ensemble = TreeEnsemble(featureCount: features)
            for tree in file.learner.gradient_booster.model.trees { ensemble.append(tree) }
            return ensemble
        }
    }

    /// The parts of XGBoost's JSON that hold its trees.
    private struct File: Decodable {
        struct Learner: Decodable { var gradient_booster: Gradient }
        struct Gradient: Decodable { var model: Model }
        struct Model: Decodable { var trees: [Tree] }
        var learner: Learner
    }

    fileprivate struct Tree: Decodable {
        var left_children: [Int32]
        var right_children: [Int32]
        var split_indices: [Int32]
        /// A leaf's value where there are no children.
        var split_conditions: [Float]
        var default_left: [Flag]
    }

    /// Written as a number or as a boolean, by version.
    fileprivate struct Flag: Decodable {
        var isSet: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                isSet = flag
            } else {
                isSet = try container.decode(Int.self) != 0
            }
        }
    }
}

extension TreeEnsemble {
    fileprivate mutating func append(_ tree: BoostedTrees.Tree) {
        var open: [(from: Int, to: Int)] = [(0, addLeaf())]
        roots.append(Int32(open[0].to))
        while let (from, to) = open.popLast() {
            values[to] = tree.split_conditions[from]
            guard tree.left_children[from] >= 0 else { continue }
            features[to] = tree.split_indices[from]
            missingGoesLeft[to] = tree.default_left[from].isSet
            let left = addLeaf()
            let right = addLeaf()
            children[to] = Int32(left)
            open.append((Int(tree.right_children[from]), right))
            open.append((Int(tree.left_children[from]), left))
        }
    }

    private mutating func addLeaf() -> Int {
        features.append(-1)
        values.append(0)
        children.append(0)
        missingGoesLeft.append(true)
        return features.count - 1
    }
}
