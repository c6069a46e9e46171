internal import Learning

/// What the first 100 cycles show in a way that simulated and real cells share: relative to the cell's own capacity, as decimal
/// logarithms, in which ageing at a steady pace means straight lines of slope −1/2 (variance) and −1.
///
/// The variance and the minimum of ΔQ(V) between cycles 100 and 10 are those of Severson et al. 2019.
public enum EarlyLifeFeatures {
    /// Names, in the order of `row`.
    public static let names = [
        "log variance of ΔQ/Q", "log minimum of ΔQ/Q", "log fade a cycle, cycles 11 to 100",
    ]
    /// Least fade a cycle that is told from none, a fraction: noise of a cycler over 90 cycles.
    static let leastFade = 2e-6

    /// One cell's features; empty where its first cycles are not there, not numbers where curves are not.
    ///
    /// - Parameters:
    ///   - cycles: its first ones; later than 100 are not looked at.
    ///   - capacities: at these cycles.
    ///   - difference: ΔQ(V) of cycle 100 less cycle 10, Ah, over an even grid of voltages; nil where there are no curves.
    public static func row(cycles: [Double], capacities: [Double], difference: [Double]?) -> [Double] {
        let used = cycles.indices.filter { cycles[$0] <= 100 && capacities[$0].isFinite && capacities[$0] > 0 }
        guard used.count >= 60 else { return [] }
        let usual = Statistics.median(used.map { capacities[$0] })
        let kept = used.filter { abs(capacities[$0] / usual - 1) < 0.3 }
        let first = Statistics.median(kept.prefix(5).map { capacities[$0] })
        let settled = kept.filter { cycles[$0] > 10 }
        let slope = Line.fit(settled.map { cycles[$0] }, settled.map { capacities[$0] / first }).slope
        let fade = Decimal.logarithm(max(-slope, leastFade))
        guard let difference else { return [.nan, .nan, fade] }
        let relative = difference.map { $0.isFinite ? $0 / first : 0 }
        let mean = Statistics.mean(relative)
        let variance = Statistics.mean(relative.map { ($0 - mean) * ($0 - mean) })
        return [
            Decimal.logarithm(max(variance, 1e-12)), Decimal.logarithm(max(abs(relative.min() ?? 0), 1e-6)), fade,
        ]
    }
}
