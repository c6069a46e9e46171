internal import Learning

/// How far simulated lives are from real ones, by what is compared of each.
public struct DomainGap: Sendable, Equatable {
    /// Area under the curve of a classifier, simulated against real, by distance to nearest neighbours, each life left out:
    /// 0.5 where they cannot be told apart, 1 where they always can.
    public let area: Double
    /// Energy distance over its largest possible value (Székely and Rizzo, J. Stat. Plan. Inference 143, 2013): 0 for equal
    /// distributions, 1 for far ones.
    public let energy: Double

    /// Of rows of features; those of both together are standardised. Nil for fewer than three of either.
    public init?(simulated: [[Double]], real: [[Double]]) {
        guard simulated.count >= 3, real.count >= 3, let width = real.first?.count, width > 0 else { return nil }
        let all = Matrix(simulated + real, columns: width)
        let scaled = Standardisation(all).apply(all)
        let count = all.rows
        func distance(_ a: Int, _ b: Int) -> Double {
            var sum = 0.0
            for column in 0..<width {
                let off = scaled[a, column] - scaled[b, column]
                sum += off * off
            }
            return sum.squareRoot()
        }
        let isReal = (0..<count).map { $0 >= simulated.count }
        var sums = (both: 0.0, simulated: 0.0, real: 0.0)
        var scores: [Double] = []
        for a in 0..<count {
            var near: [(distance: Double, isReal: Bool)] = []
            for b in 0..<count where b != a {
                let off = distance(a, b)
                near.append((off, isReal[b]))
                switch (isReal[a], isReal[b]) {
                case (false, false): sums.simulated += off
                case (true, true): sums.real += off
                default: sums.both += off / 2
                }
            }
            func nearest(_ real: Bool) -> Double {
                let own = near.filter { $0.isReal == real }.map(\.distance).sorted().prefix(3)
                return Statistics.mean(Array(own))
            }
            scores.append(Natural.logarithm(max(nearest(false), 1e-12) / max(nearest(true), 1e-12)))
        }
        let (m, n) = (Double(simulated.count), Double(real.count))
        let between = 2 * sums.both / (m * n)
        let within = sums.simulated / (m * m) + sums.real / (n * n)
        energy = between > 0 ? max(between - within, 0) / between : 0
        var wins = 0.0
        for a in 0..<count where isReal[a] {
            for b in 0..<count where !isReal[b] {
                wins += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0
            }
        }
        area = wins / (m * n)
    }

    /// What is compared of a course: the logarithm of its length to where it ends or to a loss, and its shape on the way.
    ///
    /// - Parameter floor: state of health to which a life is looked at.
    static func features(_ life: Trajectory, floor: Double) -> [Double]? {
        guard let last = life.cycles.last, let lowest = life.capacities.last else { return nil }
        let level = max(floor, lowest)
        let end = life.crossing(level) ?? last
        guard end > 5 else { return nil }
        let first = life.capacities.first ?? 1
        let depth = max(first - level, 1e-3)
        let shape = [0.25, 0.5, 0.75].map { part in
            (first - Line.interpolate(life.cycles, life.capacities, at: part * end)) / depth
        }
        return [Decimal.logarithm(end)] + shape
    }
}
