import Testing

@testable import CyclingData

@Suite struct NumberTextTests {
    private func parse(_ text: String, mark: Character = ".") -> (value: Double, length: Int) {
        var value = Double.nan
        let bytes = Array(text.utf8) + [0x0A]
        let reader = NumberText(decimalMark: mark.asciiValue ?? 0x2E)
        let length = bytes.withUnsafeBufferPointer { bytes -> Int in
            guard let start = bytes.baseAddress else { return 0 }
            return reader.parse(start, into: &value) - start
        }
        return (value, length)
    }

    @Test func everyDoubleReadsBackExactly() {
        var state: UInt64 = 7
        for round in 0..<200_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Shortest texts of doubles and of floats, as exports of either have them.
            let value =
                round.isMultiple(of: 2)
                ? Double(bitPattern: state) : Double(Float(Double(Int64(bitPattern: state) >> 20) / 1e7))
            guard value.isFinite else { continue }
            let text = value.description
            let (back, length) = parse(text)
            #expect(back == value && length == text.utf8.count, "\(text) read as \(back)")
        }
    }

    @Test func longNumbersAreRoundedOnce() {
        // Beyond 2^53, at and beside midpoints between doubles.
        for text in [
            "9007199254740993", "9007199254740992.9999", "9007199254740993.0001", "0.500000000000000166533453694",
            "1.7976931348623157e308", "4.9e-324", "2.2250738585072011e-308", "123456789012345678901234567890",
            "0.000000000000000E+000", "2.816723801174285E+005", "1e400", "1e-400",
        ] { #expect(parse(text).value == Double(text), "\(text)") }
    }

    @Test func aNumberEndsWhereItEnds() {
        #expect(parse("3.7 V").length == 3)
        #expect(parse("3,7").length == 1)
        #expect(parse("3,75", mark: ",").value == 3.75)
        #expect(parse("1e").length == 1)
        #expect(parse("1e+x").length == 1)
        #expect(parse("-").length == 0)
        #expect(parse(".").length == 0)
        #expect(parse(".5").value == 0.5)
        #expect(parse("5.").value == 5)
        #expect(parse("x").length == 0)
        #expect(parse("+2").value == 2)
    }

    @Test(arguments: [
        ("01:02:03.5", 3723.5), ("144:01:18", 518_478), ("0d 00:01:00.00", 60), ("3d 18:47:22.59", 326_842.59),
        ("1-02:00:00", 93_600), ("-0:00:01", -1), ("00:24:28.500", 1468.5),
    ])
    func durations(_ text: String, _ seconds: Double) {
        let found = Array(text.utf8).withUnsafeBufferPointer { DateText.duration($0) }
        #expect(found.map { ($0 - seconds).magnitude < 1e-9 } == true, "\(text) is \(String(describing: found))")
    }

    @Test(
        arguments: [
            ("2022-04-11 10:58:50 AM", 1_649_674_730), ("04/30/2024 14:33:19", 1_714_487_599),
            ("23-Nov-23 3:56:11 PM", 1_700_754_971),
            ("19.06.2023 17:56:53", 1_687_197_413), ("2008-04-02T13:08:17.921", 1_207_141_697.921),
            ("2020-01-01T00:00:00Z", 1_577_836_800), ("2020-01-01T01:00:00+01:00", 1_577_836_800),
            ("1494377253.17", 1_494_377_253.17),
            // Days since 1899-12-30.
            ("40000.5", 1_246_881_600), ("12/31/2019 12:00:00 AM", 1_577_750_400),
        ] as [(String, Double)])
    func dates(_ text: String, _ unix: Double) {
        let found = Array(text.utf8).withUnsafeBufferPointer { DateText.unixTime($0, order: .monthFirst) }
        #expect(found.map { ($0 - unix).magnitude < 1e-3 } == true, "\(text) is \(String(describing: found))")
    }

    @Test(arguments: [
        "", "abc", "12/", "2020-13-01", "32.13.2020", "::", "1:2:3:4", "99999999999999999999", "1/2/3/4 5:6:7:8",
    ])
    func noDates(_ text: String) {
        Array(text.utf8).withUnsafeBufferPointer { cell in
            if text.contains(":") { #expect(DateText.duration(cell) == nil) }
            if !text.contains("1/2/3") { #expect(DateText.unixTime(cell, order: .monthFirst) == nil) }
        }
    }
}
