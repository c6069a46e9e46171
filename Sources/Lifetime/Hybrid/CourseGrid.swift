internal import Learning

/// Courses of loss over the logarithm of the cycle, where stretching a life in time is a shift.
enum CourseGrid {
    /// Logarithm of the first cycle.
    static let first = Natural.logarithm(0.5)
    /// Step of the logarithm.
    static let step = 0.05
    /// From half a cycle to 3e5 cycles.
    static let count = 267

    /// Loss (1 − state of health) of a life at the grid's cycles.
    ///
    /// - Parameter goesOn: beyond its end it goes on with the slope of its last fifth, to half the capacity; else it stays.
    static func losses(_ life: Trajectory, goesOn: Bool) -> [Double] {
        guard let last = life.cycles.last, let end = life.capacities.last else {
            return [Double](repeating: 0, count: count)
        }
        let part = max(life.cycles.count / 5, 2)
        let line = Line.fit(Array(life.cycles.suffix(part)), Array(life.capacities.suffix(part)))
        let slope = goesOn ? min(line.slope, 0) : 0
        return (0..<count).map { place in
            let cycle = Natural.exponential(first + step * Double(place))
            let value =
                cycle > last
                ? end + slope * (cycle - last) : Line.interpolate(life.cycles, life.capacities, at: cycle)
            return 1 - max(value, min(end, 0.5))
        }
    }

    /// Where on the grid, in steps, a cycle lies.
    static func place(_ cycle: Double) -> Double { (Natural.logarithm(max(cycle, 0.5)) - first) / step }

    /// The loss at a place on the grid, held at its ends.
    static func value(_ losses: [Double], at place: Double) -> Double {
        guard place > 0 else { return losses[0] }
        let low = Int(place)
        guard low < count - 1 else { return losses[count - 1] }
        let part = place - Double(low)
        return losses[low] * (1 - part) + losses[low + 1] * part
    }
}
