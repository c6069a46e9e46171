/// When a run that ends at a capacity will end, judged by the fade so far: for a progress bar, not for a prognosis.
///
/// The slope over the later half of the cycles so far carries on. Of any number of cycles at most `most` points are kept.
struct FadeForecast {
    private static let most = 128
    private var points: [(cycle: Double, soh: Double)] = []
    private var stride = 1
    private var last: (cycle: Double, soh: Double)?

    /// A cycle's state of health.
    mutating func add(cycle: Int, soh: Double) {
        last = (Double(cycle), soh)
        guard cycle.isMultiple(of: stride) else { return }
        points.append((Double(cycle), soh))
        guard points.count == Self.most else { return }
        stride *= 2
        points.removeAll { !Int($0.cycle).isMultiple(of: stride) }
    }

    /// The cycle at which `target` will be met; nil while nothing fades.
    func cycle(at target: Double) -> Double? {
        guard let last, last.soh > target else { return last?.cycle }
        guard let first = points.first else { return nil }
        // The latest point at or before the middle.
        let middle = 0.5 * (first.cycle + last.cycle)
        let start = points.last { $0.cycle <= middle } ?? first
        let fade = start.soh - last.soh
        guard fade > 0 else { return nil }
        return last.cycle + (last.soh - target) * (last.cycle - start.cycle) / fade
    }
}
