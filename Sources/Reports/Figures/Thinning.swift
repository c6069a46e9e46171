/// Fewer points for a plot that looks the same.
public enum Thinning {
    /// A line's points, at most so many.
    ///
    /// The largest-triangle-three-buckets rule (Steinarsson, Downsampling Time Series for Visual Representation, MSc thesis,
    /// University of Iceland, 2013), with each bucket's lowest and highest point kept beside the one the rule chooses, so that
    /// no peak is lost: of `most` points a third are buckets.
    ///
    /// - Parameters:
    ///   - points: in order of x; those that are not numbers part the line and are kept.
    ///   - most: at least 8.
    public static func thin(_ points: [Point], to most: Int) -> [Point] {
        guard points.count > most, most >= 8 else { return points }
        let last = points.count - 1
        let buckets = (most - 2) / 3
        var kept = [0]
        var previous = points[0]
        for bucket in 0..<buckets {
            let range = place(bucket, buckets, last)..<place(bucket + 1, buckets, last)
            guard !range.isEmpty else { continue }
            let next =
                bucket + 1 < buckets
                ? place(bucket + 1, buckets, last)..<place(bucket + 2, buckets, last) : last..<last + 1
            let mean = Self.mean(points[next])
            var best = range.lowerBound, largest = -1.0
            var lowest = range.lowerBound, highest = range.lowerBound
            var gap: Int?
            for index in range {
                let point = points[index]
                guard point.y.isFinite else {
                    gap = index
                    continue
                }
                let area = abs(
                    (previous.x - mean.x) * (point.y - previous.y) - (previous.x - point.x) * (mean.y - previous.y))
                if area > largest { (best, largest) = (index, area) }
                if !(points[lowest].y <= point.y) { lowest = index }
                if !(points[highest].y >= point.y) { highest = index }
            }
            kept += Set([best, lowest, highest] + (gap.map { [$0] } ?? [])).sorted()
            if points[best].y.isFinite { previous = points[best] }
        }
        return (kept + [last]).map { points[$0] }
    }

    /// Every so-manieth point, the first and the last among them.
    public static func evenly<Element>(_ items: [Element], to most: Int) -> [Element] {
        guard items.count > most, most >= 2 else { return items }
        return (0..<most).map { items[$0 * (items.count - 1) / (most - 1)] }
    }

    private static func place(_ bucket: Int, _ buckets: Int, _ last: Int) -> Int { 1 + bucket * (last - 1) / buckets }

    private static func mean(_ points: ArraySlice<Point>) -> (x: Double, y: Double) {
        var (x, y, count) = (0.0, 0.0, 0.0)
        for point in points where point.y.isFinite { (x, y, count) = (x + point.x, y + point.y, count + 1) }
        return count > 0 ? (x / count, y / count) : (points.first?.x ?? 0, 0)
    }
}
