internal import CKernels
internal import Cells
import Synchronization

/// A function of one variable on a uniform grid, piecewise cubic with continuous slope.
///
/// A function string costs a pass over its program; the table costs one look-up, whatever the string. The grid is refined
/// until the error between grid points, measured against the function itself, is below `tolerance`.
final class TabulatedFunction: @unchecked Sendable {
    let origin: Double
    let inverseStep: Double
    let intervals: Int
    /// Largest deviation found between grid points.
    let error: Double
    let constant: Double?
    private let storage: UnsafeMutablePointer<Double>

    deinit { storage.deallocate() }

    // MARK: - Sharing

    private struct Key: Equatable {
        var source: StateFunction.Source
        var temperature: Double
        var range: ClosedRange<Double>
        var tolerance: Double
        var relative: Bool
        var heldBelow: Double?
        var scale: Double
    }

    /// The tables made last. Runs of one cell, of a sweep say, share them: making them costs as much as a short run.
    private static let recent = Mutex<[(key: Key, table: TabulatedFunction)]>([])
    private static let capacity = 64
    /// Cells at each end that may hold a pole.
    private static let ends = 12

    /// A table made before, or a new one.
    static func shared(
        _ function: StateFunction, temperature: Double, range: ClosedRange<Double>, tolerance: Double,
        relative: Bool = false, heldBelow: Double? = nil, scale: Double = 1
    ) -> TabulatedFunction {
        let key = Key(
            source: function.source, temperature: function.dependsOnTemperature ? temperature : 0, range: range,
            tolerance: tolerance, relative: relative, heldBelow: heldBelow, scale: scale)
        if let found = recent.withLock({ $0.last { $0.key == key }?.table }) { return found }
        let table = TabulatedFunction(
            function, temperature: temperature, range: range, tolerance: tolerance, relative: relative,
            heldBelow: heldBelow, scale: scale)
        guard table.constant == nil else { return table }
        recent.withLock {
            if $0.count >= capacity { $0.removeFirst() }
            $0.append((key, table))
        }
        return table
    }

    /// Tabulates `function` at a temperature (K) over `range`. With `heldBelow`, arguments below it take its value.
    private init(
        _ function: StateFunction, temperature: Double, range: ClosedRange<Double>, tolerance: Double,
        relative: Bool = false, heldBelow: Double? = nil, scale: Double = 1
    ) {
        origin = range.lowerBound / scale
        if let c = function.constant {
            constant = c
            intervals = 1
            inverseStep = scale / (range.upperBound - range.lowerBound)
            error = 0
            storage = .allocate(capacity: 4)
            storage[0] = c
            for k in 1..<4 { storage[k] = 0 }
            return
        }
        constant = nil
        let width = range.upperBound - range.lowerBound
        func sample(_ points: Int, offset: Double, step: Double) -> (value: [Double], slope: [Double]) {
            var x = (0..<points).map { range.lowerBound + (Double($0) + offset) * step }
            var held: [Int] = []
            if let floor = heldBelow {
                for i in x.indices where x[i] < floor {
                    x[i] = floor
                    held.append(i)
                }
            }
            var value = [Double](repeating: 0, count: points)
            var slope = value
            x.withUnsafeBufferPointer { x in
                function.evaluate(
                    x.baseAddress!, count: points, temperature: temperature, value: &value, dx: &slope)
            }
            for i in held { slope[i] = 0 }
            return (value, slope)
        }
        // A measured table has corners: the slope there is the harmonic mean of both sides, which never overshoots.
        let isTable: Bool
        if case .table = function.source { isTable = true } else { isTable = false }
        var n = 512
        while true {
            let step = width / Double(n)
            var nodes = sample(n + 1, offset: 0, step: step)
            let middle = sample(n, offset: 0.5, step: step)
            if isTable { nodes.slope = Self.monotoneSlopes(nodes.value, step: step) }
            let table = UnsafeMutablePointer<Double>.allocate(capacity: 4 * n)
            var worst = 0.0, worstAtEnds = 0.0
            for k in 0..<n {
                let f0 = nodes.value[k], f1 = nodes.value[k + 1]
                let d0 = nodes.slope[k] * step, d1 = nodes.slope[k + 1] * step
                table[4 * k] = f0
                table[4 * k + 1] = d0
                table[4 * k + 2] = 3 * (f1 - f0) - 2 * d0 - d1
                table[4 * k + 3] = 2 * (f0 - f1) + d0 + d1
                let guess = 0.5 * (f0 + f1) + 0.125 * (d0 - d1)
                let deviation = (guess - middle.value[k]).magnitude / (relative ? middle.value[k].magnitude : 1)
                if k >= Self.ends, k < n - Self.ends {
                    worst = max(worst, deviation)
                } else {
                    worstAtEnds = max(worstAtEnds, deviation)
                }
            }
            // A logarithm's pole keeps its error in the outermost cells however small they are; anything else, an
            // exponential of an emptying particle say, is resolved there as well.
            if worst <= tolerance && (worstAtEnds <= tolerance || n >= 8192) || n >= 16384 {
                intervals = n
                inverseStep = scale / step
                error = worst
                storage = table
                return
            }
            table.deallocate()
            n *= 2
        }
    }

    /// Slopes that keep the interpolant between its nodes: Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300,
    /// for equal steps.
    private static func monotoneSlopes(_ value: [Double], step: Double) -> [Double] {
        var slope = [Double](repeating: 0, count: value.count)
        for k in value.indices {
            let before = k > 0 ? (value[k] - value[k - 1]) / step : (value[1] - value[0]) / step
            let after = k < value.count - 1 ? (value[k + 1] - value[k]) / step : before
            slope[k] = before * after > 0 ? 2 * before * after / (before + after) : 0
        }
        return slope
    }

    @inline(__always)
    func evaluate(_ count: Int, _ x: UnsafePointer<Double>, _ value: UnsafeMutablePointer<Double>) {
        if let constant {
            for i in 0..<count { value[i] = constant }
        } else {
            ck_table(count, x, origin, inverseStep, intervals, storage, value)
        }
    }

    @inline(__always)
    func evaluate(
        _ count: Int, _ x: UnsafePointer<Double>, _ value: UnsafeMutablePointer<Double>,
        _ slope: UnsafeMutablePointer<Double>
    ) {
        if let constant {
            for i in 0..<count {
                value[i] = constant
                slope[i] = 0
            }
        } else {
            ck_table_derivative(count, x, origin, inverseStep, intervals, storage, value, slope)
        }
    }
}
