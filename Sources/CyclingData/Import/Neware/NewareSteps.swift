/// What is alike in Neware's binary formats: codes of steps, units of a current range, and counters told from changes.
///
/// Facts of the layout: fastnda 1.3.1 (Empa, `fastnda/dicts.py`, `fastnda/utils.py`) and NewareNDA 2026.6 (SES AI,
/// `NewareNDA/dicts.py`), which found them by comparison with the vendor's own exports.
enum Neware {
    /// Words of a step's code, as Neware's own tables write them.
    static let stepTypes: [Int: String] = [
        1: "CC Chg", 2: "CC DChg", 3: "CV Chg", 4: "Rest", 5: "Cycle", 6: "End", 7: "CCCV Chg", 8: "CP DChg",
        9: "CP Chg", 10: "CR DChg", 11: "CR Chg", 12: "IR", 13: "Pause", 16: "Pulse", 17: "SIM", 18: "PCCCV Chg",
        19: "CV DChg", 20: "CCCV DChg", 21: "Control", 22: "OCV", 23: "SubStep", 24: "Follow", 25: "Ramp",
        26: "CPCV DChg", 27: "CPCV Chg", 28: "CRCV DChg", 29: "CRCV Chg", 30: "Cyclic Voltammetry",
    ]

    private static let charging: Set<Int> = [1, 3, 7, 9, 11, 18, 27, 29]
    private static let discharging: Set<Int> = [2, 8, 10, 19, 20, 26, 28]

    /// Counts to a mA of a current that was recorded in `range`, and to a mA·s and mW·s of the counters beside it.
    static func countsPerMilliampere(in range: Int32) -> Double {
        let size = range.magnitude
        if range == 0 || range < -2_000_000_000 { return 1e1 }
        if range < 0 {
            switch size {
            case ..<10: return 1e5
            case ..<100: return 1e4
            case ..<1000: return 1e3
            case ..<1_000_000: return 1e2
            case ..<10_000_000: return 1e8
            case ..<100_000_000: return 1e7
            default: return 1e6
            }
        }
        switch size {
        case ..<10: return 1e4
        case ..<100: return 1e3
        case ..<1000: return 1e2
        default: return 1e1
        }
    }

    /// Whether a step of this code charges; by the current's sign where the code does not tell.
    static func charges(code: Double, current: Double) -> Bool {
        guard let code = Int(exactly: code) else { return current > 0 }
        return charging.contains(code) || (!discharging.contains(code) && current > 0)
    }

    /// Words of a column of codes.
    static func words(_ codes: [Double]) -> [String] {
        codes.map { code in
            guard let number = Int(exactly: code) else { return "" }
            return stepTypes[number] ?? "\(number)"
        }
    }

    /// Counts, from 1, how often any of the columns has changed.
    static func changes(_ columns: [[Double]]) -> [Double] {
        guard let count = columns.map(\.count).min(), count > 0 else { return [] }
        var result = [Double](repeating: 1, count: count)
        for row in 1..<max(count, 1) {
            result[row] = result[row - 1] + (columns.contains { $0[row] != $0[row - 1] } ? 1 : 0)
        }
        return result
    }

    /// Time of the test from the time within steps: each step begins at the longest time of the one before, s.
    static func testTime(stepTime: [Double], step: [Double]) -> [Double] {
        var result = stepTime
        var begin = 0.0
        var longest = 0.0
        for row in result.indices {
            if row > 0, step[row] != step[row - 1] {
                begin += longest
                longest = 0
            }
            if stepTime[row] > longest { longest = stepTime[row] }
            result[row] = begin + stepTime[row]
        }
        return result
    }

    /// Seconds since 1970 of a calendar date, taken as UTC; not a number where it is none.
    static func unixTime(
        year: Double, month: Double, day: Double, hour: Double, minute: Double, second: Double
    ) -> Double {
        guard (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return .nan }
        return CalendarDate.unixTime(
            year: Int(year), month: Int(month), day: Int(day),
            seconds: hour * 3600 + minute * 60 + second)
    }
}
