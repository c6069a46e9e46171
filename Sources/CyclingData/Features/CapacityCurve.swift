/// Capacity against voltage of one charge or discharge, on a common grid, with its derivatives.
///
/// Rows are taken in time; a row whose voltage does not go on in the curve's direction is left out, so that capacity is a
/// function of voltage. Between rows it runs straight; beyond the curve's ends it is that of the end.
public struct CapacityCurve: Sendable {
    /// V, in the direction of the curve: falling on discharge.
    public let voltage: [Double]
    /// Charge moved since the curve's start, A·h; rises.
    public let capacity: [Double]
    /// 1 for a charge, −1 for a discharge.
    public let direction: Double

    /// The main discharge (−1) or charge (1) of a cycle; nil where it has fewer than three rows.
    public init?(_ rows: CycleRows, direction: Double) {
        guard let stretch = rows.mainStretch(direction), stretch.count >= 3 else { return nil }
        var voltage: [Double] = []
        var capacity: [Double] = []
        var charge = 0.0
        var extreme = -Double.infinity
        for index in stretch {
            if index > stretch.lowerBound {
                charge +=
                    0.5 * (rows.current[index] + rows.current[index - 1]).magnitude
                    * (rows.time[index] - rows.time[index - 1]) / 3600
            }
            let level = direction * rows.voltage[index]
            guard level > extreme else { continue }
            extreme = level
            voltage.append(rows.voltage[index])
            capacity.append(charge)
        }
        self.init(voltage: voltage, capacity: capacity, direction: direction)
    }

    /// A curve of points in its direction; nil for fewer than two.
    public init?(voltage: [Double], capacity: [Double], direction: Double) {
        guard voltage.count >= 2, voltage.count == capacity.count else { return nil }
        self.voltage = voltage
        self.capacity = capacity
        self.direction = direction
    }

    /// Capacity at each voltage of a grid, A·h. The grid runs in any direction.
    public func capacity(at grid: [Double]) -> [Double] {
        grid.map { level in
            let target = direction * level
            var (low, high) = (0, voltage.count - 1)
            if target <= direction * voltage[low] { return capacity[low] }
            if target >= direction * voltage[high] { return capacity[high] }
            while high - low > 1 {
                let middle = (low + high) / 2
                if direction * voltage[middle] <= target { low = middle } else { high = middle }
            }
            let part = (level - voltage[low]) / (voltage[high] - voltage[low])
            return capacity[low] + part * (capacity[high] - capacity[low])
        }
    }

    /// Voltages evenly from one to another, both included.
    public static func grid(from first: Double, to last: Double, count: Int) -> [Double] {
        guard count > 1 else { return [first] }
        return (0..<count).map { first + (last - first) * Double($0) / Double(count - 1) }
    }

    /// dQ/dV, A·h/V, at each voltage of an even grid; positive in either direction.
    ///
    /// The capacity on the grid is fitted by a parabola over `window` points around each (Savitzky and Golay 1964, Analytical
    /// Chemistry 36, 1627), whose slope in the middle it is; at the grid's ends the window shrinks to what is there on both
    /// sides, at the last point to a difference.
    public func incrementalCapacity(on grid: [Double], window: Int = 21) -> [Double] {
        guard grid.count > 1 else { return [] }
        let step = (grid[grid.count - 1] - grid[0]) / Double(grid.count - 1)
        return Self.slope(capacity(at: grid), step: step, window: window).map { direction * $0 }
    }

    /// dV/dQ, V/(A·h), at `count` capacities evenly over the curve, with those capacities; smoothed as
    /// `incrementalCapacity`.
    public func differentialVoltage(count: Int = 500, window: Int = 21) -> (capacity: [Double], slope: [Double]) {
        let total = capacity[capacity.count - 1]
        guard total > 0, count > 1 else { return ([], []) }
        let grid = Self.grid(from: 0, to: total, count: count)
        var index = 0
        let voltages = grid.map { charge -> Double in
            while index + 2 < capacity.count, capacity[index + 1] < charge { index += 1 }
            let width = capacity[index + 1] - capacity[index]
            let part = width > 0 ? min(max((charge - capacity[index]) / width, 0), 1) : 0
            return voltage[index] + part * (voltage[index + 1] - voltage[index])
        }
        return (grid, Self.slope(voltages, step: grid[1] - grid[0], window: window))
    }

    /// Slopes of parabolas fitted around each point of an evenly spaced sequence: Σ k·y(k) / (h·Σ k²) over k = −m … m.
    static func slope(_ values: [Double], step: Double, window: Int) -> [Double] {
        let last = values.count - 1
        guard last > 0, step != 0 else { return values.map { _ in 0 } }
        return values.indices.map { index in
            let half = min(max(window / 2, 1), index, last - index)
            guard half > 0 else {
                let (a, b) = index == 0 ? (0, 1) : (last - 1, last)
                return (values[b] - values[a]) / step
            }
            var sum = 0.0
            var weight = 0.0
            for k in 1...half {
                sum += Double(k) * (values[index + k] - values[index - k])
                weight += 2 * Double(k * k)
            }
            return sum / (weight * step)
        }
    }
}

/// The change of the discharge capacity at a voltage between two cycles, ΔQ(V), and its statistics (Severson et al. 2019,
/// Nature Energy 4, 383).
public struct CapacityDifference: Sendable {
    /// V.
    public let grid: [Double]
    /// Later less earlier cycle, A·h.
    public let values: [Double]

    /// Of the curves of an early and a late cycle on a common grid.
    public init(early: CapacityCurve, late: CapacityCurve, grid: [Double]) {
        self.init(early: early.capacity(at: grid), late: late.capacity(at: grid), grid: grid)
    }

    /// Of capacities that are on the grid already.
    public init(early: [Double], late: [Double], grid: [Double]) {
        self.grid = grid
        values = zip(late, early).map { $0 - $1 }
    }

    /// Mean, variance, skewness and kurtosis over the grid; nil for an empty one.
    public var moments: Moments? { Moments(values) }
    /// Least value, A·h.
    public var minimum: Double { values.min() ?? .nan }
    /// At the grid's lowest voltage, A·h.
    public var atLowestVoltage: Double {
        guard let index = grid.indices.min(by: { grid[$0] < grid[$1] }), index < values.count else { return .nan }
        return values[index]
    }
}
