/// Where a capacity falls below its end of life, and where its fall quickens.
public enum CapacityFade {
    /// The cycle at which capacity reaches `fraction` of `nominal` for good, between cycles by a straight line; nil where it
    /// does not.
    ///
    /// A median over five cycles keeps single readings from ending a life; the crossing counts where the next ones, up to
    /// three, stay below.
    public static func endOfLife(
        cycles: [Double], capacities: [Double], nominal: Double, fraction: Double = 0.8
    ) -> Double? {
        let count = min(cycles.count, capacities.count)
        let smooth = medians(Array(capacities.prefix(count)), width: 5)
        let threshold = fraction * nominal
        for index in 0..<count where smooth[index] < threshold {
            guard (index..<min(count, index + 3)).allSatisfy({ smooth[$0] < threshold }) else { continue }
            guard index > 0 else { return cycles[0] }
            let (above, below) = (smooth[index - 1], smooth[index])
            let part = above > below ? (above - threshold) / (above - below) : 1
            return cycles[index - 1] + min(max(part, 0), 1) * (cycles[index] - cycles[index - 1])
        }
        return nil
    }

    /// Where a fade quickens.
    public struct Knee: Sendable {
        /// The cycle at which the lines before and after meet.
        public var cycle: Double
        /// Slopes of capacity before and after, A·h per cycle.
        public var slopes: (before: Double, after: Double)
    }

    /// The knee of a fade: the meeting point of two straight lines that fit the capacities best (the sharp limit of Bacon and
    /// Watts 1971, as Fermín-Cueto et al. 2020, Energy and AI 1, 100006, apply it); nil where the second does not fall at
    /// least twice as fast as the first, or where two lines fit no better than one by a half.
    public static func knee(cycles: [Double], capacities: [Double]) -> Knee? {
        let count = min(cycles.count, capacities.count)
        guard count >= 20 else { return nil }
        let x = Array(cycles.prefix(count))
        let y = medians(Array(capacities.prefix(count)), width: 5)
        let (start, end) = (x[0], x[count - 1])
        guard end > start else { return nil }
        guard let line = hinge(x, y, at: .infinity) else { return nil }
        var best: (error: Double, knee: Knee)?
        // Not within a twentieth of either end, where a line would hang on a few cycles.
        let candidates = 200
        for number in 0...candidates {
            let at = start + (0.05 + 0.9 * Double(number) / Double(candidates)) * (end - start)
            guard let fit = hinge(x, y, at: at) else { continue }
            if best.map({ fit.error < $0.error }) ?? true {
                best = (fit.error, Knee(cycle: at, slopes: (fit.slope, fit.slope + fit.change)))
            }
        }
        guard let best, best.error < 0.5 * line.error else { return nil }
        let slopes = best.knee.slopes
        guard slopes.after < 0, slopes.after < 2 * min(slopes.before, 0) else { return nil }
        return best.knee
    }

    /// Least squares of a + b·x + c·max(0, x − at); c = 0 for an infinite `at`.
    private static func hinge(
        _ x: [Double], _ y: [Double], at: Double
    ) -> (error: Double, slope: Double, change: Double)? {
        let middle = x[x.count / 2]
        let scale = max((x[x.count - 1] - x[0]).magnitude, 1e-12)
        var matrix = [[Double]](repeating: [0, 0, 0, 0], count: 3)
        let size = at.isFinite ? 3 : 2
        func row(_ value: Double) -> [Double] {
            [1, (value - middle) / scale, at.isFinite ? max(0, value - at) / scale : 0]
        }
        for (value, target) in zip(x, y) {
            let terms = row(value)
            for i in 0..<size {
                for j in 0..<size { matrix[i][j] += terms[i] * terms[j] }
                matrix[i][3] += terms[i] * target
            }
        }
        guard let solution = LeastSquares.solve(matrix.prefix(size).map { Array($0.prefix(size)) + [$0[3]] }) else {
            return nil
        }
        var error = 0.0
        for (value, target) in zip(x, y) {
            let terms = row(value)
            let difference = target - (0..<size).reduce(0) { $0 + solution[$1] * terms[$1] }
            error += difference * difference
        }
        return (error, solution[1] / scale, size == 3 ? solution[2] / scale : 0)
    }

    /// Medians over a window around each value.
    static func medians(_ values: [Double], width: Int) -> [Double] {
        values.indices.map { index in
            let half = min(width / 2, index, values.count - 1 - index)
            let window = values[(index - half)...(index + half)].filter(\.isFinite).sorted()
            return window.isEmpty ? .nan : window[window.count / 2]
        }
    }
}

/// Small systems of linear equations.
enum LeastSquares {
    /// Solves rows of coefficients with their right side last, by elimination with pivoting; nil where they are singular.
    static func solve(_ rows: [[Double]]) -> [Double]? {
        var matrix = rows
        let size = rows.count
        for column in 0..<size {
            guard let pivot = (column..<size).max(by: { matrix[$0][column].magnitude < matrix[$1][column].magnitude }),
                matrix[pivot][column].magnitude > 1e-14
            else { return nil }
            matrix.swapAt(column, pivot)
            for row in (column + 1)..<size {
                let factor = matrix[row][column] / matrix[column][column]
                for index in column...size { matrix[row][index] -= factor * matrix[column][index] }
            }
        }
        var solution = [Double](repeating: 0, count: size)
        for row in stride(from: size - 1, through: 0, by: -1) {
            var value = matrix[row][size]
            for column in (row + 1)..<size { value -= matrix[row][column] * solution[column] }
            solution[row] = value / matrix[row][row]
        }
        return solution.allSatisfy(\.isFinite) ? solution : nil
    }
}
