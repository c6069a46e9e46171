internal import Learning

/// Remaining life from a cell's own trend, for a cell no model knows: the mean, in logarithms, of a straight line through its
/// last half and an exponential and a power law through all of it, times `quickening`.
///
/// Fades quicken, which no trend foretells. How much was measured with the protocol `own_trend` on 1830 forecasts of the
/// cells of five data sets of five chemistries and formats, from 20 to 90 % of their lives: the factors below multiply what
/// the trends say. Errors depend on the kind of cell far more than on the cell, and five kinds warrant no level: with the
/// factors of the other four sets the interval covered 90, 99, 100, 100 and, for the cells whose fade slows down (NCA and NCM
/// of TJU), 34 % of the fifth.
public enum OwnTrend {
    /// Median of the remaining life over what the trends say, all sets having the same weight.
    public static let quickening = 0.41
    /// The sets' lowest 5 % quantile and their highest 95 % quantile of the same.
    public static let range = (low: 0.116, high: 2.2)

    /// Remaining cycles; nil where the capacity does not fall.
    public static func remaining(_ known: Trajectory, endOfLife: Double) -> (value: Double, low: Double, high: Double)?
    {
        trend(known, endOfLife: endOfLife).map { ($0 * quickening, $0 * range.low, $0 * range.high) }
    }

    /// Remaining cycles as the trends alone say; nil where the capacity does not fall.
    static func trend(_ known: Trajectory, endOfLife: Double) -> Double? {
        guard known.cycles.count >= 3, let origin = known.cycles.last, let first = known.cycles.first else {
            return nil
        }
        let half = known.cycles.count / 2
        let recent = Trajectory(
            cycles: Array(known.cycles.suffix(known.cycles.count - half)),
            capacities: Array(known.capacities.suffix(known.cycles.count - half)))
        let furthest = origin + 50 * max(origin - first, 10)
        let step = max((furthest - origin) / 5000, 1)
        let ahead = stride(from: origin + step, through: furthest, by: step).map { $0 }
        var found: [Double] = []
        for (model, part) in [(ForecastModel.linear, recent), (.exponential, known), (.powerLaw, known)] {
            let course = model.forecast(part, donors: [], at: ahead).trajectory
            if let end = course.firstBelow(endOfLife) { found.append(end - origin) }
        }
        guard !found.isEmpty else { return nil }
        return Natural.exponential(found.reduce(0) { $0 + Natural.logarithm($1) } / Double(found.count))
    }
}
