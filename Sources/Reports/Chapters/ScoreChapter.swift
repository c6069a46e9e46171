/// Materials of `cellar score`.
enum ScoreChapter {
    private static let most = 40

    static func make(_ scores: [ResultDocument]) throws -> Page.Chapter {
        let sorted = try scores.map { ($0, try $0.needed("score")) }.sorted { $0.1 > $1.1 }.map(\.0)
        let shown = Array(sorted.prefix(most))
        func name(_ own: ResultDocument) -> String { own.text("formula") ?? "?" }
        var blocks: [Page.Block] = []
        if scores.count == 1, let own = scores.first { blocks.append(.facts(facts(own))) }
        var figures: [Figure] = []
        if scores.count > 1 { figures.append(ranking(shown, name)) }
        figures.append(elements(shown, name))
        figures.append(indicators(Array(sorted.prefix(5)), name))
        if scores.count > 1 { figures.append(cobalt(shown, name)) }
        blocks.append(.figures(figures.filter(\.tellsSomething)))
        if scores.count > 1, shown.allSatisfy({ $0.number("cobalt_mass_fraction") == 0 }) {
            blocks.append(.paragraph("None of them holds cobalt."))
        }
        if scores.count > 1 { blocks.append(.table(table(sorted, name))) }
        for own in sorted.prefix(6) {
            blocks.append(.table(indicatorTable(own, name(own), isFolded: scores.count > 1)))
        }
        blocks.append(
            .table(
                Page.Table(
                    "What law says of it", header: ["material", "rule"],
                    rows: sorted.prefix(20).flatMap { own in own.texts("flags").map { [name(own), $0] } },
                    isFolded: scores.count > 1)))
        return Page.Chapter(
            scores.count == 1 ? "Sustainability of \(name(scores[0]))" : "Sustainability of \(scores.count) materials",
            question: "Scores run from 0 to 100, higher is better; ranges are those of the sources.",
            answer: answer(sorted, name), blocks: blocks,
            citations: unique(
                sorted.prefix(6).flatMap { own in
                    own.list("indicators").flatMap { ($0.text("source") ?? "").split(separator: ";").map(\.trimmed) }
                }))
    }

    private static func answer(_ sorted: [ResultDocument], _ name: (ResultDocument) -> String) -> String {
        func score(_ own: ResultDocument) -> String {
            "\(own.short("score", 2)) (\(own.range("score_low", "score_high", 2)))"
        }
        func cobalt(_ own: ResultDocument) -> String {
            guard let grams = own.number("cobalt_g_per_kWh"), grams > 0 else { return "no cobalt" }
            return "\(Numbers.quantity(grams, "g")) of cobalt per kWh stored"
        }
        guard let best = sorted.first, let worst = sorted.last else { return "" }
        if sorted.count == 1 { return "\(name(best)) scores \(score(best)) of 100, with \(cobalt(best))." }
        return
            "\(name(best)) scores best of \(sorted.count), \(score(best)) with \(cobalt(best)); \(name(worst)) scores "
            + "\(score(worst)) with \(cobalt(worst))."
    }

    private static func facts(_ own: ResultDocument) -> [Page.Fact] {
        [
            Page.Fact(
                "Score", "\(Numbers.short(own.number("score") ?? .nan, 2)) of 100",
                own.range("score_low", "score_high", 2)
            ),
            Page.Fact("Cobalt", Numbers.percent(own.number("cobalt_mass_fraction") ?? .nan), "of the mass"),
            Page.Fact("Cobalt per kWh stored", own.number("cobalt_g_per_kWh").map { Numbers.quantity($0, "g") } ?? "–"),
            Page.Fact(
                "Scarcest element", own.text("limiting_element") ?? "–",
                own.number("crustal_abundance_ppm").map { "\(Numbers.quantity($0, "mg/kg")) of the crust" } ?? ""),
        ]
    }

    private static func ranking(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        Figure(
            "scores", "Overall score", caption: "Higher is better; whiskers are the range of the sources.",
            x: Axis("Score", "of 100", includes: [0, 100]),
            panels: [
                Panel(
                    .categories(shown.map(name)),
                    [
                        Series(
                            "", .series(2), .bars,
                            shown.enumerated().map {
                                Point(
                                    $1.number("score") ?? .nan, Double($0), low: $1.number("score_low"),
                                    high: $1.number("score_high"))
                            })
                    ])
            ])
    }

    private static func cobalt(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        let told = shown.filter { $0.number("cobalt_g_per_kWh") != nil }
        return Figure(
            "cobalt", "Cobalt per energy", caption: "Of the electrode material, per kWh that it stores.",
            x: Axis("Cobalt", "g/kWh", includes: [0]),
            panels: [
                Panel(
                    .categories(told.map(name)),
                    [
                        Series(
                            "", .series(0), .bars,
                            told.enumerated().map { Point($1.number("cobalt_g_per_kWh") ?? .nan, Double($0)) })
                    ])
            ])
    }

    private static func elements(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        var order: [String] = []
        var weights: [String: Double] = [:]
        for own in shown {
            let fractions = own.at("mass_fractions")
            for element in fractions?.keys ?? [] {
                if weights[element] == nil { order.append(element) }
                weights[element, default: 0] += fractions?.number(element) ?? 0
            }
        }
        // As many as there are colours; those of which there is least go together.
        let main = Array(order.sorted { weights[$0] ?? 0 > weights[$1] ?? 0 }.prefix(order.count > 7 ? 6 : 7))
        let parts = main + (order.count > 7 ? ["others"] : [])
        let series = parts.enumerated().map { index, element in
            Series(
                element, .series(index), .bars,
                shown.enumerated().compactMap { row, own in
                    guard let fractions = own.at("mass_fractions") else { return nil }
                    func share(_ part: String) -> Double {
                        part == "others"
                            ? fractions.keys.filter { !main.contains($0) }.reduce(0) {
                                $0 + (fractions.number($1) ?? 0)
                            }
                            : fractions.number(part) ?? 0
                    }
                    let start = parts[..<index].reduce(0) { $0 + share($1) }
                    guard share(element) > 0 else { return nil }
                    return Point(
                        100 * (start + share(element)), Double(row), start: 100 * start,
                        note: "\(name(own))\n\(element): \(Numbers.percent(share(element))) of the mass")
                })
        }
        return Figure(
            "elements", "What it is made of",
            caption: "Mass fractions from the formula and the standard atomic weights.",
            x: Axis("Share of the mass", "%", domain: 0...100), panels: [Panel(.categories(shown.map(name)), series)])
    }

    private static func indicators(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        let keys = unique(shown.flatMap { $0.list("indicators").compactMap { $0.text("name") } })
        let series = shown.enumerated().map { index, own in
            let all = own.list("indicators")
            return Series(
                name(own), .series(index), .points,
                keys.enumerated().compactMap { row, key in
                    guard let indicator = all.first(where: { $0.text("name") == key }),
                        let score = indicator.number("score")
                    else { return nil }
                    let value =
                        indicator.number("value").map { "\n\(Numbers.quantity($0, indicator.text("unit") ?? ""))" }
                        ?? ""
                    return Point(
                        score, Double(row), low: indicator.number("score_low"), high: indicator.number("score_high"),
                        note:
                            "\(name(own))\n\(words(key)): score \(Numbers.short(score, 2))\(value)\n"
                            + "\(indicator.text("source") ?? ""), \(Int(indicator.number("year") ?? 0))"
                    )
                })
        }
        return Figure(
            "indicators", "Scores of the indicators", caption: "Point at one for its value, source and year.",
            x: Axis("Score", "of 100", includes: [0, 100]), panels: [Panel(.categories(keys.map { words($0) }), series)]
        )
    }

    private static func table(_ sorted: [ResultDocument], _ name: (ResultDocument) -> String) -> Page.Table {
        Page.Table(
            sorted.count > 100 ? "The best 100 of \(sorted.count)" : "The materials",
            header: [
                "material", "score", "range", "rank", "cobalt, % of mass", "cobalt, g/kWh", "scarcest element",
                "in the crust, mg/kg",
            ],
            rows: sorted.prefix(100).map { own in
                [
                    name(own), Numbers.short(own.number("score") ?? .nan, 3),
                    own.range("score_low", "score_high"),
                    own.number("rank").map { Numbers.whole($0) } ?? "",
                    Numbers.short(100 * (own.number("cobalt_mass_fraction") ?? .nan)),
                    own.number("cobalt_g_per_kWh").map { Numbers.short($0) } ?? "–",
                    own.text("limiting_element") ?? "–",
                    own.number("crustal_abundance_ppm").map { Numbers.short($0) } ?? "–",
                ]
            })
    }

    private static func indicatorTable(_ own: ResultDocument, _ name: String, isFolded: Bool) -> Page.Table {
        Page.Table(
            "Indicators of \(name), with sources",
            header: ["indicator", "value", "range", "unit", "score", "covered, %", "source", "year"],
            rows: own.list("indicators").map { indicator in
                let low = indicator.number("low"), high = indicator.number("high")
                return [
                    words(indicator.text("name") ?? "", keepsUnit: true),
                    indicator.number("value").map { Numbers.short($0) } ?? "unknown",
                    low == high ? "" : "\(Numbers.short(low ?? .nan)) to \(Numbers.short(high ?? .nan))",
                    Numbers.unit(indicator.text("unit") ?? ""),
                    indicator.number("score").map { Numbers.short($0, 2) } ?? "–",
                    Numbers.short(100 * (indicator.number("coverage") ?? .nan)),
                    indicator.text("source") ?? "", indicator.number("year").map { "\(Int($0))" } ?? "",
                ]
            }, isFolded: isFolded)
    }
}
