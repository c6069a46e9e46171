/// A fitted cell's future, as it is cycled and as it might be, of `cellar predict --cell`.
enum WhatIfChapter {
    static func make(_ forecasts: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        var answers: [String] = []
        var warnings: [String] = []
        for (name, document) in forecasts {
            let scenarios = document.list("scenarios")
            guard let base = scenarios.first, let first = base.interval("rul_cycles") else {
                throw ReportError(place: name, problem: "no ways of cycling in it", remedy: "make the forecast again")
            }
            let horizon = try document.needed("horizon")
            let health = Numbers.percent(try document.needed("soh"))
            var answer =
                "\(document.text("file").map { ShortName.of($0) } ?? "The cell") is at \(health) and has "
                + "\(cycles(first, horizon)) cycles left as it was cycled so far"
            for own in scenarios.dropFirst() {
                guard let change = own.interval("difference") else { continue }
                answer += "; \(own.text("name") ?? "?"): \(difference(change, own, base))"
            }
            answers.append(answer + ".")
            blocks.append(.figures([lives(scenarios, horizon), differences(scenarios)].filter { !$0.isEmpty }))
            blocks.append(.table(table(scenarios, horizon)))
            blocks.append(
                .paragraph(
                    "The fitted cell meets the capacities measured so far to "
                        + "\(Numbers.percent(document.number("history_rms") ?? .nan, 2)) (root mean square). "
                        + intervals(document)))
            warnings += document.texts("warnings")
            if let failed = document.number("failed"), failed > 0 {
                warnings.append("\(Numbers.whole(failed)) draws could not be simulated.")
            }
        }
        return Page.Chapter(
            "What if", question: "Cycles left as the cell was cycled so far, and as it might be from now on.",
            answer: answers.joined(separator: " "), blocks: blocks, warnings: unique(warnings),
            commands: forecasts.compactMap { $0.document.text("command") })
    }

    private static func intervals(_ document: ResultDocument) -> String {
        guard let draws = document.number("draws"), draws > 0 else {
            return "Nothing was drawn from what the fit leaves open: there are no intervals."
        }
        return "Intervals hold what the fit leaves open (\(Numbers.whole(draws)) draws), not what the model lacks."
    }

    /// Beyond the horizon nothing was simulated.
    private static func cycles(_ value: Double, _ horizon: Double) -> String {
        value >= horizon ? "more than \(Numbers.whole(horizon))" : Numbers.whole(value)
    }

    private static func cycles(_ own: Interval, _ horizon: Double) -> String {
        cycles(own.value, horizon)
            + (own.isExact ? "" : " (\(cycles(own.low, horizon)) to \(cycles(own.high, horizon)), 90 %)")
    }

    private static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Numbers.whole(value) }

    private static func difference(_ change: Interval, _ own: ResultDocument, _ base: ResultDocument) -> String {
        let open = [own, base].count { ($0.number("beyond_horizon") ?? 0) > 0.5 }
        if open == 2 { return "no difference in the cycles looked ahead" }
        let isOpen = open == 1
        return (isOpen ? "at least " : "") + "\(signed(change.value)) cycles"
            + (change.isExact ? "" : " (\(signed(change.low)) to \(signed(change.high)))")
    }

    private static func figure(
        _ scenarios: [ResultDocument], _ key: String, _ name: String, _ title: String, _ axis: Axis
    )
        -> Figure
    {
        let shown = scenarios.compactMap { own in own.interval(key).map { (own.text("name") ?? "?", $0) } }
        return Figure(
            name, title, caption: shown.allSatisfy(\.1.isExact) ? "" : "With 90 % intervals.", x: axis,
            panels: [
                Panel(
                    .categories(shown.map(\.0)),
                    [
                        Series(
                            "", .series(0), .points,
                            shown.enumerated().map { Point($1.1.value, Double($0), low: $1.1.low, high: $1.1.high) })
                    ])
            ])
    }

    private static func lives(_ scenarios: [ResultDocument], _ horizon: Double) -> Figure {
        var figure = figure(
            scenarios, "rul_cycles", "cycles-left", "Cycles left", Axis("Cycles left", Axis.count, includes: [0]))
        if figure.panels[0].series[0].points.contains(where: { $0.high ?? $0.x >= horizon }) {
            figure.panels[0].references = [Reference(horizon, ofX: true, "looked ahead")]
        }
        return figure
    }

    private static func differences(_ scenarios: [ResultDocument]) -> Figure {
        figure(
            Array(scenarios.dropFirst()), "difference", "cycles-gained", "Cycles gained or lost",
            Axis("Change of the cycles left", "cycles", includes: [0]))
    }

    private static func table(_ scenarios: [ResultDocument], _ horizon: Double) -> Page.Table {
        Page.Table(
            "In numbers", header: ["from now on", "cycles left", "90 %", "difference", "90 %"],
            rows: scenarios.enumerated().map { index, own in
                let left = own.interval("rul_cycles"), change = own.interval("difference")
                return [
                    own.text("name") ?? "?", left.map { cycles($0.value, horizon) } ?? "–",
                    left.map { $0.isExact ? "" : "\(cycles($0.low, horizon)) to \(cycles($0.high, horizon))" } ?? "",
                    index == 0 ? "" : change.map { signed($0.value) } ?? "–",
                    index == 0 ? "" : change.map { $0.isExact ? "" : "\(signed($0.low)) to \(signed($0.high))" } ?? "",
                ]
            })
    }
}
