/// Regression trees whose values are added up: boosted trees, random forests, extremely randomised trees.
///
/// Flat storage; a tree's root is its first node. A row goes left where its feature is below the threshold, and the way
/// `missingGoesLeft` says where the feature is not a number.
public struct TreeEnsemble: Sendable, Equatable, Codable {
    /// Index of each tree's first node.
    public internal(set) var roots: [Int32] = []
    /// Feature asked at a node; -1 at a leaf.
    public internal(set) var features: [Int32] = []
    /// Threshold at a node; a leaf's value.
    public internal(set) var values: [Float] = []
    /// Left child; the right one follows it.
    public internal(set) var children: [Int32] = []
    /// Whether a missing value goes left.
    public internal(set) var missingGoesLeft: [Bool] = []
    /// What the sum of leaves is multiplied with: 1 for boosting, 1 / trees for a forest.
    public internal(set) var factor: Double = 1
    /// Added to it.
    public internal(set) var base: Double = 0
    /// Features a row must have.
    public let featureCount: Int

    init(featureCount: Int) { self.featureCount = featureCount }

    /// Whether nodes, children and features are within bounds and every path ends, which a file must prove before use.
    public var isSound: Bool {
        let count = features.count
        guard featureCount > 0, values.count == count, children.count == count, missingGoesLeft.count == count,
            factor.isFinite, base.isFinite, !roots.isEmpty, roots.allSatisfy({ $0 >= 0 && $0 < count })
        else { return false }
        // Children follow their parent, so every path ends.
        for node in 0..<count {
            guard values[node].isFinite, features[node] >= -1, features[node] < featureCount else { return false }
            if features[node] >= 0 {
                guard children[node] > node, children[node] < count - 1 else { return false }
            }
        }
        return true
    }

    /// The value of one row.
    public func predict(_ row: some RandomAccessCollection<Double>) -> Double {
        let row = row.map { Float($0) }
        return predict(row)
    }

    func predict(_ row: [Float]) -> Double {
        var sum = 0.0
        for root in roots { sum += Double(leaf(root, row)) }
        return base + factor * sum
    }

    @inline(__always)
    private func leaf(_ root: Int32, _ row: [Float]) -> Float {
        var node = Int(root)
        while features[node] >= 0 {
            let value = row[Int(features[node])]
            let left = value.isNaN ? missingGoesLeft[node] : value < values[node]
            node = Int(children[node]) + (left ? 0 : 1)
        }
        return values[node]
    }

    /// All rows; nodes are visited tree by tree, which keeps a tree in the cache.
    public func predict(_ x: Matrix) -> [Double] {
        let p = x.columns
        let rows = x.values.map { Float($0) }
        var sums = [Double](repeating: 0, count: x.rows)
        features.withUnsafeBufferPointer { features in
            values.withUnsafeBufferPointer { values in
                children.withUnsafeBufferPointer { children in
                    rows.withUnsafeBufferPointer { rows in
                        for root in roots {
                            for index in 0..<x.rows {
                                var node = Int(root)
                                while features[node] >= 0 {
                                    let value = rows[index * p + Int(features[node])]
                                    let left = value.isNaN ? missingGoesLeft[node] : value < values[node]
                                    node = Int(children[node]) + (left ? 0 : 1)
                                }
                                sums[index] += Double(values[node])
                            }
                        }
                    }
                }
            }
        }
        return sums.map { base + factor * $0 }
    }
}
