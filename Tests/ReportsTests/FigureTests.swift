import Testing

@testable import Reports

@Suite struct FigureTests {
    private static let hostile = "</script><img src=x onerror=alert(1)>\"'];alert(1)//"

    private static func figure(_ name: String = "cell") -> Figure {
        Figure(
            "course", name, caption: name, x: Axis(name, "h"),
            panels: [
                Panel(
                    Axis("Voltage", "V"),
                    [
                        Series(name, .series(0), .line, [Point(0, 4), Point(1, 3)]),
                        Series("other \(name)", .series(1), .points, [Point(0.5, 3.5, low: 3, high: 4)]),
                    ], references: [Reference(3.2, name)])
            ])
    }

    @Test func namesStayDataInSpecifications() {
        let json = Self.figure(Self.hostile).vega().json
        #expect(!json.contains("<") && !json.contains(">"))
        // Expressions are what Vega runs: nothing of the name is in one.
        func check(_ value: VegaValue) {
            for item in value.items { check(item) }
            guard case .object(let entries) = value else { return }
            for entry in entries {
                if ["signal", "expr", "update", "test", "events"].contains(entry.key), let text = entry.value.string {
                    #expect(!text.contains("alert"), "\(entry.key)")
                }
                check(entry.value)
            }
        }
        for key in ["data", "signals", "scales", "legends", "marks"] {
            check(Self.figure(Self.hostile).vega()[key] ?? .null)
        }
    }

    @Test func colourVariablesBecomeThemeColours() {
        for theme in Ink.Theme.allCases {
            let json = Self.figure().vega(theme).json
            #expect(!json.contains("var(--"))
            #expect(json.contains(Ink.series(0).hex(theme)))
        }
        #expect(Self.figure().vega().json.contains("var(--series-0)"))
    }

    @Test func everyAxisOfNumbersHasAUnit() {
        #expect(Axis("Voltage", "V").title == "Voltage (V)")
        #expect(Axis.cycles.title == "Cycle number")
        let json = Self.figure("Time").vega().json
        #expect(json.contains("Time (h)") && json.contains("Voltage (V)"))
    }

    @Test func axesHoldWhatTheyShow() {
        let figure = Figure(
            "bars", "Bars", x: Axis("Mass", "g", includes: [0]),
            panels: [
                Panel(
                    .categories(["a", "b"]),
                    [Series("", .series(0), .bars, [Point(10, 0, low: 4, high: 30), Point(5, 1)])])
            ])
        let domain = figure.vega()["scales"]?.items.first?["domain"]?.items ?? []
        guard case .number(let low) = domain.first, case .number(let high) = domain.last else {
            Issue.record("no domain")
            return
        }
        #expect(low == 0 && high >= 30)
    }

    @Test func oneValueStillMakesAnAxis() {
        let figure = Figure(
            "one", "One", x: Axis("Time", "s"),
            panels: [Panel(Axis("Voltage", "V"), [Series("", .series(0), .line, [Point(1, 0), Point(1, 0)])])])
        let scale = figure.vega()["scales"]?.items.first
        #expect(scale?["domain"]?.items.first != scale?["domain"]?.items.last)
    }

    @Test func thinningKeepsEndsAndPeaks() {
        var points = (0..<100_000).map { Point(Double($0), Double($0 % 7)) }
        points[41_234].y = 1000
        points[71_234].y = -1000
        let thin = Thinning.thin(points, to: 600)
        #expect(thin.count <= 600)
        #expect(thin.first == points.first && thin.last == points.last)
        #expect(thin.contains { $0.y == 1000 } && thin.contains { $0.y == -1000 })
        #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x < $1.x })
        #expect(Thinning.thin(Array(points.prefix(600)), to: 600).count == 600)
    }

    @Test func thinningKeepsGaps() {
        var points = (0..<10_000).map { Point(Double($0), 1) }
        points[5000].y = .nan
        #expect(Thinning.thin(points, to: 100).contains { !$0.y.isFinite })
    }

    @Test(arguments: [
        (0.0, "0"), (1234.0, "1230"), (12345.0, "12\u{202F}300"), (0.012345, "0.0123"), (-3.0, "−3"), (9.999, "10"),
        (1.5e-9, "1.5\u{00A0}×\u{00A0}10⁻⁹"), (Double.nan, "–"), (4.1, "4.1"),
    ])
    func numbersAreShort(value: Double, text: String) { #expect(Numbers.short(value) == text) }
}
