/// How extremely randomised trees are grown.
public struct ExtraTreesOptions: Sendable, Equatable, Codable {
    /// Trees.
    public var trees = 100
    /// Rows of the smallest leaf.
    public var minimumLeaf = 2
    /// Fraction of the features asked at each node, in (0, 1].
    public var featureFraction = 1.0

    /// Memberwise, with defaults.
    public init(trees: Int = 100, minimumLeaf: Int = 2, featureFraction: Double = 1) {
        self.trees = trees
        self.minimumLeaf = minimumLeaf
        self.featureFraction = featureFraction
    }
}

/// Extremely randomised trees: at each node every feature asked gets one threshold drawn uniformly within its range, and
/// the best of these splits is taken (Geurts, Ernst and Wehenkel, Machine Learning 63, 2006). All rows grow every tree.
enum ExtraTrees {
    static func fit(
        _ x: Matrix, _ y: [Double], weights: [Double]?, options: ExtraTreesOptions, seed: UInt64
    ) -> TreeEnsemble {
        var grower = Grower(x, y, weights, options, seed)
        for _ in 0..<options.trees { grower.grow() }
        grower.ensemble.factor = 1 / Double(options.trees)
        return grower.ensemble
    }

    private struct Grower {
        var ensemble: TreeEnsemble
        let columns: [[Float]]
        let y: [Double]
        let weights: [Double]
        let options: ExtraTreesOptions
        let asked: Int
        let base: Double
        var random: RandomSource

        init(
            _ x: Matrix, _ y: [Double], _ weights: [Double]?, _ options: ExtraTreesOptions, _ seed: UInt64
        ) {
            ensemble = TreeEnsemble(featureCount: x.columns)
            // Missing values are far left of everything.
            columns = (0..<x.columns).map { x.column($0).map { $0.isFinite ? Float($0) : -.greatestFiniteMagnitude } }
            self.weights = weights ?? [Double](repeating: 1, count: y.count)
            self.options = options
            asked = min(max(Int((options.featureFraction * Double(x.columns)).rounded()), 1), x.columns)
            // Leaves hold single-precision numbers: they are kept small by taking the mean away.
            base = Statistics.mean(y)
            let base = base
            self.y = y.map { $0 - base }
            ensemble.base = base
            random = RandomSource(seed: seed)
        }

        mutating func addNode() -> Int {
            ensemble.features.append(-1)
            ensemble.values.append(0)
            ensemble.children.append(0)
            ensemble.missingGoesLeft.append(true)
            return ensemble.features.count - 1
        }

        mutating func grow() {
            let root = addNode()
            ensemble.roots.append(Int32(root))
            var rows = (0..<Int32(y.count)).map { $0 }
            var open: [(node: Int, range: Range<Int>)] = [(root, 0..<rows.count)]
            var order = Array(0..<columns.count)
            while let (node, range) = open.popLast() {
                var total = 0.0
                var sum = 0.0
                var lowest = Double.infinity
                var highest = -Double.infinity
                for index in range {
                    let row = Int(rows[index])
                    total += weights[row]
                    sum += weights[row] * y[row]
                    lowest = min(lowest, y[row])
                    highest = max(highest, y[row])
                }
                ensemble.values[node] = Float(total > 0 ? sum / total : 0)
                guard range.count >= 2 * options.minimumLeaf, highest > lowest, total > 0 else { continue }
                var best: (score: Double, feature: Int, threshold: Float)?
                var tried = 0
                var at = 0
                // Constant features do not count as asked.
                while tried < asked, at < order.count {
                    order.swapAt(at, at + random.below(order.count - at))
                    let feature = order[at]
                    at += 1
                    let column = columns[feature]
                    var low = Float.greatestFiniteMagnitude
                    var high = -Float.greatestFiniteMagnitude
                    column.withUnsafeBufferPointer { column in
                        for index in range {
                            let value = column[Int(rows[index])]
                            low = min(low, value)
                            high = max(high, value)
                        }
                    }
                    guard high > low else { continue }
                    tried += 1
                    let drawn = Double(low) + random.unit() * (Double(high) - Double(low))
                    let threshold = max(Float(drawn), low.nextUp)
                    var count = 0
                    var weightLeft = 0.0
                    var sumLeft = 0.0
                    column.withUnsafeBufferPointer { column in
                        for index in range {
                            let row = Int(rows[index])
                            if column[row] < threshold {
                                count += 1
                                weightLeft += weights[row]
                                sumLeft += weights[row] * y[row]
                            }
                        }
                    }
                    let weightRight = total - weightLeft
                    guard count >= options.minimumLeaf, range.count - count >= options.minimumLeaf, weightLeft > 0,
                        weightRight > 0
                    else { continue }
                    let sumRight = sum - sumLeft
                    let score = sumLeft * sumLeft / weightLeft + sumRight * sumRight / weightRight
                    if score > best?.score ?? -.infinity { best = (score, feature, threshold) }
                }
                guard let best else { continue }
                // Left rows first, the order within a side kept.
                let column = columns[best.feature]
                let chosen = Array(rows[range])
                var place = range.lowerBound
                for row in chosen where column[Int(row)] < best.threshold {
                    rows[place] = row
                    place += 1
                }
                let middle = place
                for row in chosen where !(column[Int(row)] < best.threshold) {
                    rows[place] = row
                    place += 1
                }
                let left = addNode()
                let right = addNode()
                ensemble.features[node] = Int32(best.feature)
                ensemble.values[node] = best.threshold
                ensemble.children[node] = Int32(left)
                open.append((right, middle..<range.upperBound))
                open.append((left, range.lowerBound..<middle))
            }
        }
    }
}
