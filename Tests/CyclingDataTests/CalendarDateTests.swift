@testable import CyclingData
import Foundation
import Testing

/// Dates against Foundation's.
@Suite struct CalendarDateTests {
    @Test func everyDay() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for day in stride(from: 0, to: 84_000, by: 17) {
            let date = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
            let (year, month, number) = (date.year ?? 0, date.month ?? 0, date.day ?? 0)
            let time = CalendarDate.unixTime(year: year, month: month, day: number, seconds: 61)
            #expect(time == Double(day) * 86_400 + 61)
            let text = CalendarDate.text(days: Double(day + 25_569) + 61 / 86_400.0)
            #expect(text == String(format: "%d-%02d-%02d 00:01:01", year, month, number))
        }
        #expect(CalendarDate.text(days: 3) == nil && CalendarDate.text(days: .nan) == nil)
    }
}
