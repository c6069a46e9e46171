/// Counts cycles over pieces of a test, never back: with the file's own numbers, or from the alternation of charge and
/// discharge.
struct CycleCounter {
    /// How often the file's numbers began anew.
    private(set) var restarts = 0
    private var offset: Int32 = 0
    private var last: Int32?

    // Derivation.
    private var present: Int32 = 1
    private var firstDirection = 0
    private var direction = 0
    private var hasReturned = false
    private var greatestHalf = 0.0
    private var lastTime: Double?

    /// The file's numbers, carried on where they fall or where a further file begins.
    mutating func count(_ given: [Double], isNewFile: Bool) -> [Int32] {
        var cycles = [Int32](repeating: 0, count: given.count)
        var previous = last
        for index in given.indices {
            let value = given[index]
            guard value.isFinite, value.magnitude < 1e8 else {
                cycles[index] = previous ?? 1
                continue
            }
            var cycle = Int32(value.rounded(.down)) &+ offset
            if let before = previous, cycle < before {
                offset = before + 1 - Int32(value.rounded(.down))
                cycle = before + 1
                restarts += 1
            }
            cycles[index] = cycle
            previous = cycle
        }
        last = previous
        return cycles
    }

    /// A cycle begins with the direction in which the test began. A half that moves less than a twentieth of the greatest
    /// so far is a pulse and no half.
    mutating func derive(_ current: [Double], _ time: [Double], still: Double) -> [Int32] {
        var cycles = [Int32](repeating: present, count: current.count)
        var start = 0
        func way(_ index: Int) -> Int { current[index] > still ? 1 : current[index] < -still ? -1 : 0 }
        while start < current.count {
            let way = way(start)
            var end = start + 1
            var charge = 0.0
            while end < current.count, self.way(current[end], still) == way {
                charge += current[end].magnitude * max(0, time[end] - time[end - 1])
                end += 1
            }
            // A stretch cut by the piece's end has shown what it has shown: it counts as one.
            if way != 0, charge > 0.05 * greatestHalf || end == current.count && charge > 0 {
                greatestHalf = max(greatestHalf, charge)
                if firstDirection == 0 { firstDirection = way }
                if way != direction {
                    if way == firstDirection, hasReturned {
                        present += 1
                        hasReturned = false
                    }
                    if way == -firstDirection { hasReturned = true }
                    direction = way
                }
            }
            for index in start..<end { cycles[index] = present }
            start = end
        }
        last = present
        return cycles
    }

    private func way(_ current: Double, _ still: Double) -> Int { current > still ? 1 : current < -still ? -1 : 0 }
}
