/// Reading dates, times of day and durations from bytes.
enum DateText {
    /// In which order a date's numbers stand where they do not tell.
    enum Order: Sendable {
        case monthFirst, dayFirst
    }

    /// What stands in a cell, without blanks around.
    typealias Cell = UnsafeBufferPointer<UInt8>

    /// Seconds of a duration: `h:mm:ss.fff`, `mm:ss` counted as hours and minutes, days before (`0d 00:01:00`, `1 02:03:04`,
    /// `1-02:03:04`); nil for anything else.
    static func duration(_ cell: Cell) -> Double? {
        var parts: [Double] = []
        var days = 0.0
        var index = 0
        var isNegative = false
        if index < cell.count, cell[index] == 0x2D {
            isNegative = true
            index += 1
        }
        while index < cell.count {
            guard let number = unsigned(cell, &index) else { return nil }
            guard index < cell.count else {
                parts.append(number)
                break
            }
            switch cell[index] {
            case UInt8(ascii: ":"): parts.append(number)
            case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: " "), UInt8(ascii: "-"):
                guard parts.isEmpty, days == 0 else { return nil }
                days = number
                while index + 1 < cell.count, cell[index + 1] == 0x20 || cell[index + 1] == 0x2C { index += 1 }
            default: return nil
            }
            index += 1
        }
        guard parts.count == 2 || parts.count == 3, parts.dropFirst().allSatisfy({ $0 < 61 }) else { return nil }
        let seconds = days * 86_400 + parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
        return isNegative ? -seconds : seconds
    }

    /// Seconds since 1970-01-01T00:00:00 as the clock showed them, or UTC where the text carries a zone; nil for what is no
    /// date. Numbers alone are Unix times (s, ms), or Excel's days.
    static func unixTime(_ cell: Cell, order: Order) -> Double? {
        var index = 0
        while index < cell.count, cell[index] <= 0x20 { index += 1 }
        let start = index
        guard let first = unsigned(cell, &index) else { return nil }
        if index == cell.count { return number(first) }
        let mark = cell[index]
        guard mark == 0x2D || mark == 0x2F || mark == 0x2E else { return nil }
        // `19.06.2023` reads as 19.06 first.
        if mark == 0x2E || cell[start..<index].contains(0x2E) {
            index = start
            return dotted(cell, &index)
        }
        index += 1
        let isNamed = index < cell.count && cell[index] | 0x20 >= 0x61 && cell[index] | 0x20 <= 0x7A
        let second: Double
        if isNamed {
            guard let month = month(cell, &index) else { return nil }
            second = Double(month)
        } else {
            guard let number = whole(cell, &index) else { return nil }
            second = Double(number)
        }
        guard index < cell.count, cell[index] == mark else { return nil }
        index += 1
        let third = index
        guard let last = whole(cell, &index) else { return nil }
        let (year, monthNumber, day): (Int, Int, Int)
        if first > 31 {
            (year, monthNumber, day) = (Int(min(first, 1e5)), Int(second), last)
        } else {
            let full = index - third <= 2 ? (last < 70 ? 2000 : 1900) + last : last
            if isNamed || order == .dayFirst && second <= 12 || first > 12 {
                (year, monthNumber, day) = (full, Int(second), Int(first))
            } else {
                (year, monthNumber, day) = (full, Int(first), Int(second))
            }
        }
        return seconds(year, monthNumber, day, cell, index)
    }

    /// Whether day and month of a date can be told apart, and their order; nil where they cannot.
    static func order(_ cell: Cell) -> Order? {
        var index = 0
        while index < cell.count, cell[index] <= 0x20 { index += 1 }
        guard let first = whole(cell, &index), index < cell.count, cell[index] == 0x2F || cell[index] == 0x2D else {
            return nil
        }
        index += 1
        guard let second = whole(cell, &index), first <= 31 else { return nil }
        return first > 12 ? .dayFirst : second > 12 ? .monthFirst : nil
    }

    private static func dotted(_ cell: Cell, _ index: inout Int) -> Double? {
        guard let day = whole(cell, &index), index < cell.count, cell[index] == 0x2E else { return nil }
        index += 1
        guard let month = whole(cell, &index), index < cell.count, cell[index] == 0x2E else { return nil }
        index += 1
        let start = index
        guard let last = whole(cell, &index) else { return nil }
        if day > 31 { return seconds(day, month, last, cell, index) }
        return seconds(index - start <= 2 ? 2000 + last : last, month, day, cell, index)
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ cell: Cell, _ index: Int) -> Double? {
        guard (1..<10_000).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        guard let clock = clock(cell, index) else { return nil }
        return Double(days(year, month, day)) * 86_400 + clock
    }

    /// Days since 1970-01-01 of a Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The time of day after a date, with AM, PM or a zone; 0 where there is none, nil where it is no time.
    private static func clock(_ cell: Cell, _ start: Int) -> Double? {
        var index = start
        while index < cell.count, cell[index] == 0x20 || cell[index] | 0x20 == 0x74 || cell[index] == 0x2C {
            index += 1
        }
        guard index < cell.count else { return 0 }
        guard let hour = whole(cell, &index), hour <= 24, index < cell.count, cell[index] == 0x3A else { return nil }
        index += 1
        guard let minute = whole(cell, &index), minute < 60 else { return nil }
        var second = 0.0
        if index < cell.count, cell[index] == 0x3A {
            index += 1
            guard let number = unsigned(cell, &index), number < 62 else { return nil }
            second = number
            // `12:00:00:123`: a fraction after a colon.
            if index < cell.count, cell[index] == 0x3A || cell[index] == 0x2C {
                index += 1
                let begin = index
                guard let fraction = whole(cell, &index) else { return nil }
                var divisor = 1.0
                for _ in 0..<index - begin { divisor *= 10 }
                second += Double(fraction) / divisor
            }
        }
        var hours = Double(hour)
        while index < cell.count, cell[index] == 0x20 { index += 1 }
        if index + 1 < cell.count, cell[index + 1] | 0x20 == 0x6D {
            if cell[index] | 0x20 == 0x70, hour < 12 { hours += 12 }
            if cell[index] | 0x20 == 0x61, hour == 12 { hours = 0 }
        } else if index < cell.count, cell[index] == 0x2B || cell[index] == 0x2D {
            let sign = cell[index] == 0x2B ? -1.0 : 1
            index += 1
            let begin = index
            guard var zone = whole(cell, &index) else { return nil }
            var minutes = 0
            if index - begin == 4 { (zone, minutes) = (zone / 100, zone % 100) }
            if index < cell.count, cell[index] == 0x3A {
                index += 1
                minutes = whole(cell, &index) ?? 0
            }
            return hours * 3600 + Double(minute) * 60 + second + sign * (Double(zone) * 3600 + Double(minutes) * 60)
        }
        return hours * 3600 + Double(minute) * 60 + second
    }

    private static func number(_ value: Double) -> Double? {
        switch value {
        case 1e11..<1e14: value / 1000
        case 1e8..<1e11: value
        // Days since 1899-12-30; 20000 is in 1954 and 80000 in 2119.
        case 20_000..<80_000: (value - 25_569) * 86_400
        default: nil
        }
    }

    private static func month(_ cell: Cell, _ index: inout Int) -> Int? {
        guard index + 3 <= cell.count else { return nil }
        let name = String(decoding: cell[index..<index + 3], as: UTF8.self).lowercased()
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let german = ["jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"]
        guard let month = names.firstIndex(of: name) ?? german.firstIndex(of: name) else { return nil }
        while index < cell.count, cell[index] >= 0x41 { index += 1 }
        return month + 1
    }

    private static func whole(_ cell: Cell, _ index: inout Int) -> Int? {
        let start = index
        var value = 0
        while index < cell.count, index - start < 9, cell[index] &- 0x30 < 10 {
            value = value * 10 + Int(cell[index] &- 0x30)
            index += 1
        }
        return index > start ? value : nil
    }

    /// A number without sign or exponent, its mark a point or a comma before at least one digit.
    private static func unsigned(_ cell: Cell, _ index: inout Int) -> Double? {
        let start = index
        var value = 0.0
        while index < cell.count, cell[index] &- 0x30 < 10 {
            value = value * 10 + Double(cell[index] &- 0x30)
            index += 1
        }
        guard index > start else { return nil }
        if index + 1 < cell.count, cell[index] == 0x2E || cell[index] == 0x2C, cell[index + 1] &- 0x30 < 10 {
            index += 1
            var digits = 0.0
            var divisor = 1.0
            while index < cell.count, cell[index] &- 0x30 < 10 {
                if divisor < 1e15 {
                    digits = digits * 10 + Double(cell[index] &- 0x30)
                    divisor *= 10
                }
                index += 1
            }
            value += digits / divisor
        }
        return value
    }
}
