/// States of health and remaining lives of `cellar predict`, with the courses it wrote.
enum PredictionChapter {
    static func make(_ predictions: [ResultDocument], traces: [ResultTable]) throws -> Page.Chapter {
        let names = predictions.map { $0.text("file") ?? $0.place }
        func name(_ index: Int) -> String { ShortName.of(names[index], among: names) }
        var answers: [String] = []
        for (index, own) in predictions.prefix(4).enumerated() { answers.append(try sentence(own, name(index))) }
        if predictions.count > 4 { answers.append("… and \(predictions.count - 4) more below.") }
        var blocks: [Page.Block] = []
        if predictions.count == 1, let own = predictions.first { blocks.append(.facts(try facts(own))) }
        var figures = traces.enumerated().map { index, trace in
            forecast(trace, index < predictions.count ? predictions[index] : nil)
        }
        if predictions.count > 1 { figures.append(lives(predictions, name)) }
        for (index, own) in predictions.enumerated().prefix(6) {
            figures += explanation(own, predictions.count > 1 ? name(index) : "")
        }
        blocks.append(.figures(figures.filter { !$0.isEmpty }))
        blocks.append(.table(table(predictions, name)))
        let warnings = unique(
            predictions.enumerated().flatMap { index, own in
                own.texts("warnings").map { predictions.count > 1 ? "\(name(index)): \($0)" : $0 }
            })
        return Page.Chapter(
            predictions.count == 1 ? "Remaining life of \(name(0))" : "Remaining lives",
            question:
                "State of health now, and cycles to the end of life, of \(predictions.count == 1 ? names[0] : "\(predictions.count) cells").",
            answer: answers.joined(separator: " "), blocks: blocks, warnings: warnings)
    }

    private static func sentence(_ own: ResultDocument, _ name: String) throws -> String {
        let health = try own.needed("soh")
        var text = "\(name) is at \(Numbers.percent(health))"
        if let low = own.number("soh_low"), let high = own.number("soh_high") {
            text += " (\(Numbers.percent(low)) to \(Numbers.percent(high)))"
        }
        text += " after \(Numbers.whole(own.number("cycles_seen") ?? .nan)) cycles"
        let end = Numbers.percent(own.number("end_of_life_soh") ?? 0.8, 0)
        guard let rul = own.number("rul_cycles") else { return text + "; when it reaches \(end) cannot be told." }
        text += " and has \(Numbers.whole(rul)) left until \(end)"
        if let low = own.number("rul_low"), let high = own.number("rul_high") {
            text += ", between \(Numbers.whole(low)) and \(Numbers.whole(high)) with 90 % confidence"
        }
        if let (mechanism, share, range) = mostOfFade(own) {
            text +=
                "; most of its fade is \(mechanism) (\(Numbers.percent(share, 0))\(range)) in simulated lives like it"
        }
        if own.flag("in_domain") == false { text += "; the model was not trained on cells like it" }
        return text + "."
    }

    /// The largest cause that the explanation names, its share and in words its range.
    private static func mostOfFade(_ own: ResultDocument) -> (mechanism: String, share: Double, range: String)? {
        guard let mechanisms = own.at("explanation")?.at("mechanisms") else { return nil }
        let shares = mechanisms.keys.compactMap { key in mechanisms.number(key).map { (key, $0) } }
        guard let most = shares.max(by: { $0.1 < $1.1 }) else { return nil }
        let ends = own.at("explanation")?.at("mechanism_ranges")?.at(most.0)
        guard let low = ends?.number("low"), let high = ends?.number("high") else { return (most.0, most.1, "") }
        return (most.0, most.1, ", \(Numbers.percent(low, 0)) to \(Numbers.percent(high, 0))")
    }

    private static func facts(_ own: ResultDocument) throws -> [Page.Fact] {
        func range(_ low: Double?, _ high: Double?, _ format: (Double) -> String) -> String {
            guard let low, let high else { return "" }
            return "\(format(low)) to \(format(high)) (90 % interval)"
        }
        return [
            Page.Fact(
                "State of health", Numbers.percent(try own.needed("soh")),
                range(own.number("soh_low"), own.number("soh_high")) { Numbers.percent($0) }),
            Page.Fact(
                "Cycles left", own.number("rul_cycles").map(Numbers.whole) ?? "not told",
                range(own.number("rul_low"), own.number("rul_high"), Numbers.whole)),
            Page.Fact(
                "End of life", own.number("end_of_life_cycle").map { "cycle \(Numbers.whole($0))" } ?? "not told",
                "at \(Numbers.percent(own.number("end_of_life_soh") ?? 0.8, 0)) of \(own.quantity("nominal_capacity_Ah", "Ah", 4))"
            ),
            Page.Fact(
                "How sure",
                own.flag("in_domain") == false ? "outside what the model knows" : "within what the model knows",
                (own.text("model").map { "by \($0)" } ?? "")
                    + (own.texts("warnings").isEmpty ? "" : "; what to mind stands below")),
        ]
    }

    static func forecast(_ trace: ResultTable, _ own: ResultDocument?) -> Figure {
        let cycles = trace.numbers("cycle") ?? []
        let health = trace.numbers("soh") ?? [], low = trace.numbers("soh_low") ?? [],
            high = trace.numbers("soh_high") ?? []
        let isSeen = (trace.numbers("observed") ?? []).map { $0 > 0 }
        var seen: [Point] = [], foretold: [Point] = []
        for index in cycles.indices {
            let point = Point(cycles[index], 100 * health[index], low: 100 * low[index], high: 100 * high[index])
            if isSeen[index] { seen.append(point) } else { foretold.append(point) }
        }
        if let last = seen.last { foretold.insert(last, at: 0) }
        let end = 100 * (own?.number("end_of_life_soh") ?? 0.8)
        var references = [Reference(end, "end of life, \(Numbers.short(end)) %")]
        if let last = seen.last { references.append(Reference(last.x, ofX: true, "today")) }
        return Figure(
            "forecast", "State of health, seen and foretold",
            caption: "The band is the 90 % interval.", x: .cycles,
            panels: [
                Panel(
                    Axis("State of health", "%", includes: [100]),
                    [
                        Series(
                            "90 % interval", .series(0), .band, (seen + foretold).filter { $0.low?.isFinite == true },
                            isListed: false),
                        Series("measured", .series(0), .line, seen),
                        Series("forecast", .series(1), .dashedLine, foretold),
                    ], references: references, height: 300)
            ], isWide: true)
    }

    private static func lives(_ predictions: [ResultDocument], _ name: (Int) -> String) -> Figure {
        let shown = predictions.enumerated().filter { $0.element.number("rul_cycles") != nil }.prefix(40)
        let names = shown.map { name($0.offset) }
        let points = shown.enumerated().map { row, own in
            Point(
                own.element.number("rul_cycles") ?? .nan, Double(row), low: own.element.number("rul_low"),
                high: own.element.number("rul_high"))
        }
        return Figure(
            "remaining-lives", "Cycles left", caption: "With 90 % intervals.",
            x: Axis("Cycles left", Axis.count, includes: [0]),
            panels: [Panel(.categories(names), [Series("", .series(0), .points, points)])])
    }

    private static func explanation(_ own: ResultDocument, _ name: String) -> [Figure] {
        guard let explanation = own.at("explanation") else { return [] }
        let of = name.isEmpty ? "" : " of \(name)"
        var figures: [Figure] = []
        if let mechanisms = explanation.at("mechanisms") {
            let ranges = explanation.at("mechanism_ranges")
            let all = mechanisms.keys.map { ($0, mechanisms.number($0) ?? 0, ranges?.at($0)) }.sorted { $0.1 > $1.1 }
            figures.append(
                Figure(
                    "mechanisms", "Why it ages\(of)",
                    caption: "Shares in the simulated lives that go as this one goes"
                        + (ranges == nil ? "." : "; whiskers hold 90 % of them."),
                    x: Axis("Share of the fade", "%", includes: [0]),
                    panels: [
                        Panel(
                            .categories(all.map(\.0)),
                            [
                                Series(
                                    "", .series(0), .bars,
                                    all.enumerated().map { row, own in
                                        Point(
                                            100 * own.1, Double(row), low: own.2?.number("low").map { 100 * $0 },
                                            high: own.2?.number("high").map { 100 * $0 })
                                    })
                            ])
                    ]))
        }
        let changes = explanation.list("sensitivities").compactMap { change -> (String, ResultDocument)? in
            guard let text = change.text("change"), change.number("cycles") != nil else { return nil }
            return (text, change)
        }
        if !changes.isEmpty {
            figures.append(
                Figure(
                    "sensitivities", "What would change its life\(of)",
                    caption:
                        "Cycles gained or lost in the simulated lives, with 90 % intervals of the slope among them.",
                    x: Axis("Change of the life", "cycles", includes: [0]),
                    panels: [
                        Panel(
                            .categories(changes.map(\.0)),
                            [
                                Series(
                                    "", .series(1), .bars,
                                    changes.enumerated().map { row, own in
                                        Point(
                                            own.1.number("cycles") ?? .nan, Double(row), low: own.1.number("low"),
                                            high: own.1.number("high"))
                                    })
                            ])
                    ]))
        }
        return figures
    }

    private static func table(_ predictions: [ResultDocument], _ name: (Int) -> String) -> Page.Table {
        Page.Table(
            "The forecast in numbers",
            header: ["cell", "cycles seen", "state of health, %", "90 %", "cycles left", "90 %", "in domain", "model"],
            rows: predictions.enumerated().map { index, own in
                func percent(_ key: String) -> String { Numbers.short(100 * (own.number(key) ?? .nan)) }
                func whole(_ key: String) -> String { own.number(key).map(Numbers.whole) ?? "–" }
                return [
                    name(index), whole("cycles_seen"), percent("soh"),
                    "\(percent("soh_low")) to \(percent("soh_high"))",
                    whole("rul_cycles"),
                    own.number("rul_low") == nil ? "" : "\(whole("rul_low")) to \(whole("rul_high"))",
                    own.flag("in_domain") == false ? "no" : "yes", own.text("model") ?? "",
                ]
            })
    }
}
