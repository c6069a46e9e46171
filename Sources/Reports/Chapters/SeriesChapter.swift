/// Time series of cyclers or of `cellar simulate` by themselves.
enum SeriesChapter {
    static func make(_ series: [TimeSeries]) throws -> Page.Chapter {
        let names = series.map(\.name)
        for own in series where own.shown(1).isEmpty {
            throw ReportError(
                place: own.name, problem: "fewer than two rows in every cycle", remedy: "name a longer test")
        }
        let figures = SeriesFigures(series: series).all
        let rows = series.map { own -> [String] in
            let cycles = own.shown(24)
            let all = cycles.flatMap(\.rows)
            let capacities = cycles.map { $0.stretch(isCharge: false).capacity.last ?? 0 }
            let temperatures = all.map(\.temperature).filter(\.isFinite)
            return [
                ShortName.of(own.name, among: names), Numbers.whole(Double(own.seen)),
                Numbers.short(((all.last?.time ?? 0) - (all.first?.time ?? 0)) / 3600),
                Numbers.range(all.map(\.voltage).min(), all.map(\.voltage).max(), 4),
                Numbers.short(capacities.first ?? .nan, 4), Numbers.short(capacities.last ?? .nan, 4),
                temperatures.isEmpty
                    ? "–"
                    : "\(Numbers.short(temperatures.min() ?? .nan)) to \(Numbers.short(temperatures.max() ?? .nan))",
            ]
        }
        let answer = zip(series, rows).map { own, row in
            own.seen > 1
                ? "\(row[0]): \(row[1]) cycles in \(row[2]) h; \(row[4]) Ah discharged in the first, \(row[5]) Ah in the last."
                : "\(row[0]): one cycle of \(row[2]) h, \(row[4]) Ah discharged."
        }.joined(separator: " ")
        return Page.Chapter(
            series.count == 1 ? "Cycling data of \(ShortName.of(names[0]))" : "Cycling data compared",
            question: "Time series: " + names.joined(separator: ", "), answer: answer,
            blocks: [
                .figures(figures),
                .table(
                    Page.Table(
                        "The tests",
                        header: [
                            "test", "cycles", "duration, h", "voltage, V", "first discharge, Ah", "last discharge, Ah",
                            "temperature, °C",
                        ],
                        rows: rows)),
            ])
    }
}

/// Courses of health that `cellar predict` wrote, without their predictions.
enum TraceChapter {
    static func make(_ traces: [ResultTable]) -> Page.Chapter {
        Page.Chapter(
            "State of health", question: "Seen and foretold: " + traces.map(\.name).joined(separator: ", "), answer: "",
            blocks: [.figures(traces.map { PredictionChapter.forecast($0, nil) })])
    }
}
