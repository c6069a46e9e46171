/// Candidates that `cellar screen` or `cellar design` ranked.
enum ScreeningChapter {
    static func make(_ candidates: [ResultDocument]) throws -> Page.Chapter {
        let sorted = try candidates.map { ($0, try energy($0)) }.sorted { $0.1 > $1.1 }.map(\.0)
        let front = front(sorted)
        func name(_ own: ResultDocument) -> String { own.text("formula") ?? own.text("discharged") ?? "?" }
        guard let best = sorted.first else {
            throw ReportError(place: "candidates", problem: "an empty result", remedy: "loosen the constraints")
        }
        var answer =
            "\(name(best)) promises most energy of \(sorted.count), \(Numbers.quantity(try energy(best), "Wh/kg")) of material"
        if let low = best.number("average_voltage_V_low"), let high = best.number("average_voltage_V_high"),
            let capacity = best.number("capacity_grav_mAh_g")
        {
            answer += " (\(Numbers.short(low * capacity)) to \(Numbers.short(high * capacity)))"
        }
        let clean = sorted.first { ($0.number("cobalt_mass_fraction") ?? 0) == 0 }
        if let clean, name(clean) != name(best) {
            answer += "; without cobalt \(name(clean)), \(Numbers.quantity(try energy(clean), "Wh/kg"))"
        }
        let shown = Array(sorted.prefix(400))
        let next = suggested(sorted)
        if !next.isEmpty { answer += "; to be measured next: \(next.prefix(5).map(name).joined(separator: ", "))" }
        let holdsCobalt = sorted.contains { ($0.number("cobalt_g_per_kWh") ?? 0) > 0 }
        return Page.Chapter(
            "\(sorted.count) candidates", question: "Predicted, scored and ranked; intervals are 90 %.",
            answer: answer + ".",
            blocks: [
                .figures(
                    [tradeOff(shown, front, name), cobalt(shown, name), voltages(Array(sorted.prefix(25)), name)]
                        .filter(
                            \.tellsSomething)),
                .paragraph(holdsCobalt ? "" : "None of them holds cobalt."),
                .table(suggestions(next, name)),
                .table(table(sorted, front, name)),
            ],
            warnings: strangers(sorted))
    }

    /// Those to be measured next, the first first.
    private static func suggested(_ all: [ResultDocument]) -> [ResultDocument] {
        all.filter { $0.number("suggestion") != nil }.sorted {
            ($0.number("suggestion") ?? 0) < ($1.number("suggestion") ?? 0)
        }
    }

    private static func suggestions(_ next: [ResultDocument], _ name: (ResultDocument) -> String) -> Page.Table {
        Page.Table(
            "To be measured next: most to be expected of, each unlike those before it",
            header: [
                "candidate", "voltage, V", "90 %", "Wh/kg", "score", "expected improvement", "in domain",
                "nearest known",
            ],
            rows: next.map { own in
                [
                    name(own), own.short("average_voltage_V"),
                    own.range("average_voltage_V_low", "average_voltage_V_high"),
                    Numbers.short((try? energy(own)) ?? .nan), own.short("score"), own.short("expected_improvement"),
                    isStrange(own) ? "no" : "yes", own.text("nearest_known") ?? "",
                ]
            })
    }

    private static func isStrange(_ own: ResultDocument) -> Bool {
        own.flag("in_domain") == false || own.number("in_domain") == 0
    }

    private static func energy(_ own: ResultDocument) throws -> Double {
        if let told = own.number("specific_energy_Wh_kg") { return told }
        return try own.needed("average_voltage_V") * own.needed("capacity_grav_mAh_g")
    }

    private static func strangers(_ all: [ResultDocument]) -> [String] {
        let count = all.count(where: isStrange)
        return count == 0
            ? []
            : [
                "\(count) of \(all.count) candidates lie outside what the models were trained on; "
                    + "their intervals may be too narrow."
            ]
    }

    /// Those that no other beats in both energy and score.
    private static func front(_ sorted: [ResultDocument]) -> Set<Int> {
        var best = -Double.infinity
        var front: Set<Int> = []
        for (index, own) in sorted.enumerated() {
            let score = own.number("score") ?? -1
            if score > best {
                front.insert(index)
                best = score
            }
        }
        return front
    }

    private static func note(_ own: ResultDocument, _ name: String) -> String {
        var text =
            "\(name)\n\(Numbers.quantity((try? energy(own)) ?? .nan, "Wh/kg")), score \(own.short("score", 2))"
        if let voltage = own.number("average_voltage_V") { text += "\n\(Numbers.quantity(voltage, "V"))" }
        if let cobalt = own.number("cobalt_g_per_kWh"), cobalt > 0 {
            text += ", \(Numbers.quantity(cobalt, "g"))/kWh cobalt"
        }
        return text
    }

    private static func tradeOff(_ shown: [ResultDocument], _ front: Set<Int>, _ name: (ResultDocument) -> String)
        -> Figure
    {
        func isNext(_ own: ResultDocument) -> Bool { own.number("suggestion") != nil }
        func points(_ isShown: (Int, ResultDocument) -> Bool) -> [Point] {
            shown.enumerated().filter { isShown($0.offset, $0.element) }.map {
                Point(
                    (try? energy($0.element)) ?? .nan, $0.element.number("score") ?? .nan,
                    note: note($0.element, name($0.element)))
            }
        }
        return Figure(
            "energy-score", "Energy and sustainability",
            caption: "On the front no other candidate is better in both. Point at one for its name.",
            x: Axis("Specific energy of the material", "Wh/kg"),
            panels: [
                Panel(
                    Axis("Score", "of 100"),
                    [
                        Series("others", .series(5), .points, points { !front.contains($0) && !isNext($1) }),
                        Series("front", .series(1), .points, points { index, _ in front.contains(index) }),
                        Series("to be measured next", .series(2), .points, points { isNext($1) }),
                    ].filter { !$0.points.isEmpty })
            ])
    }

    private static func cobalt(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        Figure(
            "energy-cobalt", "Energy and cobalt", x: Axis("Specific energy of the material", "Wh/kg"),
            panels: [
                Panel(
                    Axis("Cobalt", "g/kWh", includes: [0]),
                    [
                        Series(
                            "", .series(0), .points,
                            shown.compactMap { own in
                                own.number("cobalt_g_per_kWh").map {
                                    Point((try? energy(own)) ?? .nan, $0, note: note(own, name(own)))
                                }
                            })
                    ])
            ])
    }

    private static func voltages(_ shown: [ResultDocument], _ name: (ResultDocument) -> String) -> Figure {
        Figure(
            "voltages", "Average voltage", caption: "With 90 % intervals; by specific energy.",
            x: Axis("Average voltage", "V"),
            panels: [
                Panel(
                    .categories(shown.map(name)),
                    [
                        Series(
                            "", .series(0), .points,
                            shown.enumerated().map {
                                Point(
                                    $1.number("average_voltage_V") ?? .nan, Double($0),
                                    low: $1.number("average_voltage_V_low"),
                                    high: $1.number("average_voltage_V_high"))
                            })
                    ])
            ])
    }

    private static func table(_ sorted: [ResultDocument], _ front: Set<Int>, _ name: (ResultDocument) -> String)
        -> Page.Table
    {
        Page.Table(
            sorted.count > 100
                ? "The first 100 of \(sorted.count), by specific energy" : "The candidates, by specific energy",
            header: [
                "material", "voltage, V", "90 %", "mAh/g", "Wh/kg", "score", "cobalt, g/kWh", "on the front",
                "in domain", "nearest known",
            ],
            rows: sorted.prefix(100).enumerated().map { index, own in
                func short(_ key: String) -> String { own.number(key).map { Numbers.short($0) } ?? "–" }
                return [
                    name(own), short("average_voltage_V"),
                    "\(short("average_voltage_V_low")) to \(short("average_voltage_V_high"))",
                    short("capacity_grav_mAh_g"), Numbers.short((try? energy(own)) ?? .nan), short("score"),
                    short("cobalt_g_per_kWh"),
                    front.contains(index) ? "yes" : "", isStrange(own) ? "no" : "yes", own.text("nearest_known") ?? "",
                ]
            })
    }
}
