/// Dates of the Gregorian calendar.
enum CalendarDate {
    /// Seconds since 1970-01-01 of `seconds` after midnight, in the same time zone. Months 1…12.
    ///
    /// Days are counted in years that begin in March, so that a leap day is a year's last.
    static func unixTime(year: Int, month: Int, day: Int, seconds: Double) -> Double {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let days =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * monthFromMarch + 2) / 5 + day - 1
        // 719468 days from March of year 0 to 1970.
        return Double(days - 719_468) * 86_400 + seconds
    }

    /// `2010-08-17 14:30:27` of a spreadsheet's or a database's date: days since 1899-12-30; nil where it is none of the years
    /// 1970 to 2200.
    static func text(days: Double) -> String? {
        // 25569 days to 1970, 84006 more to 2200.
        guard days >= 25_569, days < 25_569 + 84_006 else { return nil }
        let seconds = Int((days * 86_400).rounded()) - 25_569 * 86_400
        let (year, month, day) = date(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(padded(month))-\(padded(day)) "
            + "\(padded(time / 3600)):\(padded(time / 60 % 60)):\(padded(time % 60))"
    }

    /// Year, month and day, in years that begin in March.
    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}
