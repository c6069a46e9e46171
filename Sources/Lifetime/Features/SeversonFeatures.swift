internal import Learning

/// Summaries of the first 100 cycles of Severson et al. 2019 (their supplementary table 1): statistics of ΔQ(V) between
/// cycles 100 and 10 as decimal logarithms of magnitudes, and of the capacity curve.
public enum SeversonFeatures {
    /// Names, in the order of `row`.
    public static let names = [
        "log variance of ΔQ", "log minimum of ΔQ", "log mean of ΔQ", "log skewness of ΔQ", "log kurtosis of ΔQ",
        "log ΔQ at 2 V", "capacity of cycle 2", "largest rise of capacity", "capacity of cycle 100",
        "slope of capacity, cycles 91 to 100", "slope of capacity, cycles 11 to 100",
    ]
    /// The variance model's.
    public static let variance = [0]
    /// The discharge model's.
    public static let discharge = [0, 1, 3, 4, 6, 7]
    /// Of ΔQ alone.
    public static let differences = [0, 1, 2, 3]
    /// Discharge and mean.
    public static let dischargeAndMean = [0, 1, 2, 3, 4, 6, 7]
    /// ΔQ is also taken as it is, at this many voltages.
    public static let curvePoints = 50

    /// One cell's features: `names`, then ΔQ at `curvePoints` voltages, evenly spaced.
    public static func row(capacities: [Double], difference: [Double]) -> [Double] {
        let difference = difference.map { $0.isFinite ? $0 : 0 }
        let mean = Statistics.mean(difference)
        let centred = difference.map { $0 - mean }
        let second = Statistics.mean(centred.map { $0 * $0 })
        let third = Statistics.mean(centred.map { $0 * $0 * $0 })
        let fourth = Statistics.mean(centred.map { $0 * $0 * $0 * $0 })
        let deviation = max(second, 1e-300).squareRoot()
        // Spikes (31 Ah in a 1.1 Ah cell) are the cycler's, not the cell's.
        let usual = Statistics.median(capacities.filter(\.isFinite))
        let capacities = capacities.map { $0.isFinite && abs($0 / usual - 1) < 0.3 ? $0 : usual }
        let cycles = capacities.indices.map { Double($0 + 2) }
        let first = capacities.first ?? 0
        let last = capacities.last ?? 0
        func logged(_ value: Double) -> Double { Decimal.logarithm(max(abs(value), 1e-12)) }
        let summary = [
            logged(second), logged(difference.min() ?? 0), logged(mean),
            logged(third / (deviation * deviation * deviation)), logged(fourth / max(second * second, 1e-300)),
            logged(max(abs(difference.last ?? 0), 1e-5)), first, (capacities.max() ?? first) - first, last,
            Line.fit(Array(cycles.suffix(10)), Array(capacities.suffix(10))).slope,
            Line.fit(Array(cycles.dropFirst(9)), Array(capacities.dropFirst(9))).slope,
        ]
        let curve = (0..<curvePoints).map { index -> Double in
            difference.isEmpty ? 0 : difference[index * difference.count / curvePoints]
        }
        return summary + curve
    }
}
