public import Learning

/// What the first 100 rows of charge statistics and capacities show of a cell: the mean of each over cycles 11 to 100, its
/// slope by cycle there, and the shape of the capacity curve.
public enum EarlyCycleFeatures {
    /// Rows looked at.
    public static let rows = 100

    /// Names, in the order of `row`.
    public static var names: [String] {
        let columns = ChargeFeatureSet.statistics + ["capacity"]
        return columns.map { "mean of \($0)" } + columns.map { "slope of \($0)" } + [
            "capacity, cycles 2 to 6", "largest capacity", "capacity, last ten",
            "fade from cycles 2 to 6 to the last ten",
            "slope of capacity, cycles 6 to 30", "slope of capacity, cycles 31 to 60",
            "slope of capacity, cycles 61 to 100", "slope of capacity, cycles 6 to 100", "curvature of capacity",
        ]
    }

    /// Names of the features that capacities alone give.
    public static var capacityNames: [String] { Array(names.suffix(9)) + ["mean of capacity", "slope of capacity"] }

    /// Which data features need.
    public enum Kind: Sendable, Equatable {
        /// Charge statistics and capacities.
        case statistics
        /// Capacities.
        case capacity
    }

    /// The kind whose names these are; nil for none.
    static func kind(of features: [String]) -> Kind? {
        features == names ? .statistics : features == capacityNames ? .capacity : nil
    }

    /// The features of `kind` of a cell; nil where it has fewer than 60 of the first 100 cycles, or no statistics.
    public static func row(of cell: CellHistory, kind: Kind) -> [Double]? {
        let used = cell.cycles.indices.filter { cell.cycles[$0] <= Double(rows) }
        guard used.count >= 60 else { return nil }
        let capacities = used.map { cell.capacities[$0] }
        switch kind {
        case .capacity:
            let none = Matrix(rows: capacities.count, columns: ChargeFeatureSet.statistics.count, repeating: .nan)
            let all = row(statistics: none, capacities: capacities)
            return Array(all.suffix(9)) + [all[16], all[33]]
        case .statistics:
            guard cell.statistics.count == cell.cycles.count, !cell.statistics.isEmpty else { return nil }
            let statistics = used.map { cell.statistics[$0] }
            guard statistics.count(where: { $0[0].isFinite }) >= 60 else { return nil }
            return row(
                statistics: Matrix(statistics, columns: ChargeFeatureSet.statistics.count), capacities: capacities)
        }
    }

    /// One cell's features from its first `rows` rows; later ones are not looked at.
    public static func row(statistics: Matrix, capacities: [Double]) -> [Double] {
        let count = min(statistics.rows, capacities.count, rows)
        let capacity = Array(capacities.prefix(count))
        let cycles = (0..<count).map(Double.init)
        let start = min(10, max(count - 2, 0))
        let columns = (0..<statistics.columns).map { column in (0..<count).map { statistics[$0, column] } } + [capacity]
        var out: [Double] = []
        var slopes: [Double] = []
        for column in columns {
            let kept = (start..<count).filter { column[$0].isFinite }
            let values = kept.map { column[$0] }
            out.append(Statistics.mean(values))
            slopes.append(Line.fit(kept.map { cycles[$0] }, values).slope)
        }
        out += slopes
        func part(_ from: Int, _ to: Int) -> [Double] {
            let low = min(from, count)
            return Array(capacity[low..<min(max(to, low), count)])
        }
        func slope(_ from: Int, _ to: Int) -> Double {
            let values = part(from, to)
            return Line.fit(values.indices.map(Double.init), values).slope
        }
        let early = Statistics.mean(part(1, 6))
        let late = Statistics.mean(part(count - min(10, count), count))
        // The slope's change from one half to the other.
        let half = (5 + count) / 2
        let curvature = (slope(half, count) - slope(5, half)) / Double(max(count - half, 1))
        out += [
            early, capacity.max() ?? 0, late, early - late, slope(5, 30), slope(30, 60), slope(60, 100), slope(5, 100),
            curvature,
        ]
        return out
    }
}
