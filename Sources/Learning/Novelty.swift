/// How far a sample lies from what a model was trained on, measured on the training samples themselves.
///
/// The mean distance to the `neighbours` nearest training samples of other groups, in standardised features, divided by the
/// same of the training samples (of one group alone: to its other samples): 1 is as far as the 95 % quantile of them. A sample above `limit` is out of domain.
public struct Novelty: Sendable, Equatable, Codable {
    /// Neighbours looked at.
    public static let neighbours = 3
    /// Beyond this a sample is out of domain.
    public static let limit = 1.5
    /// Training samples kept; a random choice of more.
    static let most = 400

    private let standardisation: Standardisation
    private let points: Matrix
    private let scale: Double

    /// Measures training rows.
    public init(_ x: Matrix, groups: [Int], seed: UInt64) {
        // No value is held back: a broken statistic is what novelty is to see.
        standardisation = Standardisation(x, reach: 1e6)
        let z = standardisation.apply(x)
        var random = RandomSource(seed: seed)
        let kept = random.permutation(x.rows).prefix(Self.most).sorted()
        points = z.selecting(rows: kept)
        let own = kept.map { groups[$0] }
        var distances: [Double] = []
        let isOneGroup = Set(own).count < 2
        for index in 0..<points.rows {
            let others = (0..<points.rows).filter { isOneGroup ? $0 != index : own[$0] != own[index] }
            if let distance = Self.distance(points.row(index), points, others) { distances.append(distance) }
        }
        scale = max(Statistics.quantile(distances, 0.95), 1e-12)
    }

    /// One number a row: at most about 1 for samples like the training ones.
    public func measure(_ x: Matrix) -> [Double] {
        let z = standardisation.apply(x)
        guard points.rows > 0, points.columns > 0 else { return [Double](repeating: 0, count: z.rows) }
        let norms = (0..<points.rows).map { Self.square(points.row($0)) }
        var out: [Double] = []
        out.reserveCapacity(z.rows)
        for start in stride(from: 0, to: z.rows, by: 256) {
            let block = z.selecting(rows: Array(start..<min(start + 256, z.rows)))
            let products = LinearAlgebra.products(block, points)
            for index in 0..<block.rows {
                let own = Self.square(block.row(index))
                var nearest = (Double.infinity, Double.infinity, Double.infinity)
                products.withUnsafeBufferPointer { products in
                    for place in 0..<norms.count {
                        let distance = norms[place] - 2 * products[index * norms.count + place]
                        guard distance < nearest.2 else { continue }
                        if distance < nearest.0 {
                            nearest = (distance, nearest.0, nearest.1)
                        } else if distance < nearest.1 {
                            nearest = (nearest.0, distance, nearest.1)
                        } else {
                            nearest.2 = distance
                        }
                    }
                }
                let distances = [nearest.0, nearest.1, nearest.2].filter(\.isFinite).map {
                    max($0 + own, 0).squareRoot()
                }
                out.append(Statistics.mean(distances) / scale)
            }
        }
        return out
    }

    private static func square(_ row: ArraySlice<Double>) -> Double { row.reduce(0) { $0 + $1 * $1 } }

    private static func distance(_ row: ArraySlice<Double>, _ points: Matrix, _ among: [Int]) -> Double? {
        guard !among.isEmpty else { return nil }
        var nearest: [Double] = []
        for index in among {
            var sum = 0.0
            for (a, b) in zip(row, points.row(index)) { sum += (a - b) * (a - b) }
            if nearest.count < neighbours {
                nearest.append(sum)
                nearest.sort()
            } else if sum < nearest[neighbours - 1] {
                nearest[neighbours - 1] = sum
                nearest.sort()
            }
        }
        return Statistics.mean(nearest.map { $0.squareRoot() })
    }

    /// Whether its parts fit together, which a file must prove before use.
    public func isSound(columns: Int) -> Bool {
        points.columns == columns && points.rows > 0 && points.values.count == points.rows * columns
            && standardisation.means.count == columns && standardisation.deviations.count == columns
            && standardisation.medians.count == columns && standardisation.lowest.count == columns
            && standardisation.highest.count == columns && scale > 0
    }
}
