/// The direct-current resistance at a step of the current.
public enum StepResistance {
    /// One step of the current.
    public struct Step: Sendable {
        /// When, s.
        public var time: Double
        /// By how much, A.
        public var currentChange: Double
        /// Change of voltage over change of current after the delay, Ω.
        public var resistance: Double
    }

    /// All steps of the current in a cycle with their resistance after `delay` seconds, where the current lasts that long and
    /// a row is near enough: within 20 s after the delay.
    public static func all(_ rows: CycleRows, delay: Double = 10) -> [Step] {
        var greatest = 0.0
        for value in rows.current { greatest = max(greatest, value.magnitude) }
        guard greatest > 0 else { return [] }
        var steps: [Step] = []
        for index in rows.time.indices.dropFirst() {
            let change = rows.current[index] - rows.current[index - 1]
            guard change.magnitude > 0.2 * greatest, rows.mode[index] != .rest else { continue }
            // The pause before must not be a gap in the record.
            guard rows.time[index] - rows.time[index - 1] <= 120 else { continue }
            let due = rows.time[index - 1] + delay
            var later = index
            while later + 1 < rows.time.count, rows.time[later] < due { later += 1 }
            guard rows.time[later] >= due, rows.time[later] <= due + 20 else { continue }
            // The current stays what it is, within a twentieth, that long.
            let isSteady = (index...later).allSatisfy {
                (rows.current[$0] - rows.current[index]).magnitude < 0.05 * rows.current[index].magnitude
            }
            guard isSteady else { continue }
            var voltage = rows.voltage[later]
            if later > index, rows.time[later] > rows.time[later - 1] {
                let part = (due - rows.time[later - 1]) / (rows.time[later] - rows.time[later - 1])
                voltage = rows.voltage[later - 1] + part * (rows.voltage[later] - rows.voltage[later - 1])
            }
            let resistance = (voltage - rows.voltage[index - 1]) / change
            if resistance > 0 {
                steps.append(Step(time: rows.time[index - 1], currentChange: change, resistance: resistance))
            }
        }
        return steps
    }

    /// That of the first step into a discharge, else of the first step; nil where there is none.
    static func first(_ rows: CycleRows) -> Double? {
        let steps = all(rows)
        return (steps.first { $0.currentChange < 0 } ?? steps.first)?.resistance
    }
}
