/// A table, interpolated and extrapolated linearly.
struct LinearTable: Sendable {
    /// Ascending.
    private let x: [Double]
    private let y: [Double]
    /// `guide[b]` is the segment that holds the lower end of the b-th of equally wide buckets over the table.
    private let guide: [Int32]
    private let bucketsPerX: Double

    /// `x` ascending or descending. Throws `ExpressionError`.
    init(x: [Double], y: [Double]) throws {
        guard x.count == y.count else { throw ExpressionError.unequalLengths(x: x.count, y: y.count) }
        guard x.count >= 2 else { throw ExpressionError.tooFewPoints(x.count) }
        if let index = x.firstIndex(where: { !$0.isFinite }) {
            throw ExpressionError.notFinite(column: "x", index: index)
        }
        if let index = y.firstIndex(where: { !$0.isFinite }) {
            throw ExpressionError.notFinite(column: "y", index: index)
        }
        let rises = x[1] > x[0]
        for index in 1..<x.count where rises ? x[index] <= x[index - 1] : x[index] >= x[index - 1] {
            throw ExpressionError.unsorted(index: index)
        }
        self.x = rises ? x : x.reversed()
        self.y = rises ? y : y.reversed()

        let buckets = Swift.min(2 * x.count, 65_536)
        let low = self.x[0]
        let width = self.x[x.count - 1] - low
        bucketsPerX = Double(buckets) / width
        var guide = [Int32]()
        guide.reserveCapacity(buckets + 1)
        var segment = 0
        for bucket in 0...buckets {
            let start = low + width * (Double(bucket) / Double(buckets))
            while segment < x.count - 2, self.x[segment + 1] <= start { segment += 1 }
            guide.append(Int32(segment))
        }
        self.guide = guide
    }

    /// Fills `value`, and `dx` where given, for `count` points; below `floor`, x counts as `floor`.
    func evaluate(
        _ points: UnsafePointer<Double>, count: Int, floor: Double, value: UnsafeMutablePointer<Double>,
        dx: UnsafeMutablePointer<Double>?
    ) {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                guide.withUnsafeBufferPointer { guide in
                    for i in 0..<count {
                        let point = points[i] < floor ? floor : points[i]
                        let k = Self.segment(of: point, x, guide, bucketsPerX)
                        let slope = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
                        value[i] = y[k] + (point - x[k]) * slope
                        dx?[i] = points[i] < floor ? 0 : slope
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func segment(
        of point: Double, _ x: UnsafeBufferPointer<Double>, _ guide: UnsafeBufferPointer<Int32>, _ bucketsPerX: Double
    ) -> Int {
        guard point > x[0] else { return 0 }
        guard point < x[x.count - 1] else { return x.count - 2 }
        let bucket = Swift.min(Int((point - x[0]) * bucketsPerX), guide.count - 2)
        // Rounding may put a point one bucket off: look from the segment before to the segment after.
        var low = Swift.max(Int(guide[bucket]) - 1, 0)
        var high = Swift.min(Int(guide[bucket + 1]) + 1, x.count - 2)
        while low < high {
            let middle = (low + high + 1) / 2
            if x[middle] <= point { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
