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

    /// All rows, in blocks that stay in the cache, tree by tree.
    ///
    /// A leaf is its own child, so that all rows of a block go down as many levels as the tree has and no branch has to be
    /// foretold.
    public func predict(_ x: Matrix) -> [Double] {
        let p = x.columns
        let nodes = packed()
        let depths = roots.map { depth($0) }
        var sums = [Double](repeating: 0, count: x.rows)
        let width = 64
        var block = [Float](repeating: 0, count: width * p)
        var places = [Int32](repeating: 0, count: width)
        nodes.withUnsafeBufferPointer { nodes in
            for start in stride(from: 0, to: x.rows, by: width) {
                let count = min(width, x.rows - start)
                x.values.withUnsafeBufferPointer { values in
                    for index in 0..<count * p { block[index] = Float(values[start * p + index]) }
                }
                block.withUnsafeBufferPointer { block in
                    places.withUnsafeMutableBufferPointer { places in
                        for (root, depth) in zip(roots, depths) {
                            for index in 0..<count { places[index] = root }
                            for _ in 0..<depth {
                                for index in 0..<count {
                                    let node = nodes[Int(places[index])]
                                    let value = block[index * p + Int(node.feature)]
                                    let isLeft = value < node.threshold || (value.isNaN && node.missingGoesLeft)
                                    places[index] = isLeft ? node.left : node.right
                                }
                            }
                            for index in 0..<count { sums[start + index] += Double(nodes[Int(places[index])].value) }
                        }
                    }
                }
            }
        }
        return sums.map { base + factor * $0 }
    }

    private struct Node {
        var feature: Int32
        var threshold: Float
        var left: Int32
        var right: Int32
        var value: Float
        var missingGoesLeft: Bool
    }

    private func packed() -> [Node] {
        features.indices.map { node in
            let own = Int32(node)
            let isLeaf = features[node] < 0
            return Node(
                feature: max(features[node], 0), threshold: isLeaf ? .infinity : values[node],
                left: isLeaf ? own : children[node], right: isLeaf ? own : children[node] + 1, value: values[node],
                missingGoesLeft: missingGoesLeft[node])
        }
    }

    /// Levels below a root.
    private func depth(_ root: Int32) -> Int {
        var deepest = 0
        var open = [(node: Int(root), level: 0)]
        while let (node, level) = open.popLast() {
            deepest = max(deepest, level)
            guard features[node] >= 0 else { continue }
            open.append((Int(children[node]), level + 1))
            open.append((Int(children[node]) + 1, level + 1))
        }
        return deepest
    }
}
