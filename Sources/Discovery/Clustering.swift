/// Hierarchical clustering after Ward (J. Am. Stat. Assoc. 58 (1963) 236), by chains of nearest neighbours (Murtagh,
/// Comput. J. 26 (1983)
/// 354): n² distances in memory, n² steps.
public struct Clustering: Sendable {
    /// Rows that may be clustered: their distances take 4 n² bytes.
    public static let mostRows = 8000

    /// A merger: two clusters, rows 0…n-1 and mergers n…, at a height.
    struct Merger: Sendable {
        var first: Int
        var second: Int
        var height: Double
    }

    let mergers: [Merger]
    private let count: Int

    /// Clusters rows of equal length; nil where there are more than `mostRows`.
    public init?(_ rows: [[Double]]) {
        guard rows.count <= Self.mostRows else { return nil }
        count = rows.count
        let n = rows.count
        guard n > 1 else {
            mergers = []
            return
        }
        // Ward's distance of two clusters is the growth of the sum of squares when they are merged.
        var distances = [Float](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<i {
                var sum = 0.0
                for (a, b) in zip(rows[i], rows[j]) { sum += (a - b) * (a - b) }
                distances[i * n + j] = Float(sum / 2)
                distances[j * n + i] = Float(sum / 2)
            }
        }
        var sizes = [Double](repeating: 1, count: n)
        var isAlive = [Bool](repeating: true, count: n)
        var raw: [Merger] = []
        var chain: [Int] = []
        while raw.count < n - 1 {
            if chain.isEmpty, let start = isAlive.firstIndex(of: true) { chain.append(start) }
            while true {
                let top = chain[chain.count - 1]
                // The predecessor wins ties, so that the chain ends.
                var best = chain.count > 1 ? chain[chain.count - 2] : -1
                var least = best >= 0 ? distances[top * n + best] : .infinity
                for other in 0..<n where isAlive[other] && other != top && distances[top * n + other] < least {
                    least = distances[top * n + other]
                    best = other
                }
                if chain.count > 1, best == chain[chain.count - 2] {
                    chain.removeLast(2)
                    raw.append(Merger(first: best, second: top, height: Double(least)))
                    let (a, b) = (sizes[best], sizes[top])
                    for other in 0..<n where isAlive[other] && other != best && other != top {
                        let c = sizes[other]
                        let (da, db) = (Double(distances[best * n + other]), Double(distances[top * n + other]))
                        // Lance and Williams's formula.
                        let merged = ((a + c) * da + (b + c) * db - c * Double(least)) / (a + b + c)
                        distances[best * n + other] = Float(merged)
                        distances[other * n + best] = Float(merged)
                    }
                    isAlive[top] = false
                    sizes[best] += b
                    break
                }
                chain.append(best)
            }
        }
        mergers = raw.sorted { $0.height < $1.height }
    }

    /// The cluster of each row when the tree is cut into `clusters` parts, numbered from 1 in the order of their
    /// first rows.
    public func labels(clusters: Int) -> [Int] {
        var parent = Array(0..<count)
        func root(_ start: Int) -> Int {
            var index = start
            while parent[index] != index {
                parent[index] = parent[parent[index]]
                index = parent[index]
            }
            return index
        }
        for merger in mergers.prefix(max(count - max(clusters, 1), 0)) {
            let (a, b) = (root(merger.first), root(merger.second))
            parent[max(a, b)] = min(a, b)
        }
        var numbers: [Int: Int] = [:]
        return (0..<count).map { index in
            let own = root(index)
            if let number = numbers[own] { return number }
            numbers[own] = numbers.count + 1
            return numbers.count
        }
    }
}
