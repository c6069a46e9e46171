/// Conductivities of electrolytes, as `cellar conductivity` answered.
enum ConductivityChapter {
    static func make(_ answers: [ResultDocument]) throws -> Page.Chapter {
        let sorted = try answers.map { ($0, try $0.needed(value)) }.sorted { $0.1 > $1.1 }.map(\.0)
        guard let best = sorted.first else {
            throw ReportError(place: "conductivities", problem: "an empty result", remedy: "ask for an electrolyte")
        }
        let figure = figure(answers)
        let strange = answers.count { $0.flag("in_domain") == false }
        return Page.Chapter(
            "Conductivity of \(answers.count == 1 ? name(best) : "\(answers.count) electrolytes")",
            question: "How well lithium electrolytes conduct, with 90 % ranges.",
            answer: (answers.count == 1 ? "" : "Best: ") + "\(name(best)), \(best.quantity(value, "mS/cm")) "
                + "(\(best.range(low, high))), \(best.text("source") ?? "").",
            blocks: [.figures([figure].filter { !$0.isEmpty }), .table(table(answers))],
            warnings: strange == 0
                ? []
                : [
                    "\(strange) of \(answers.count) are unlike all that was measured: known to no better than their range."
                ])
    }

    private static let value = "conductivity_mS_cm"
    private static let low = "conductivity_mS_cm_low"
    private static let high = "conductivity_mS_cm_high"

    /// Electrolyte and salt, without what may vary.
    private static func substance(_ own: ResultDocument) -> String {
        ([own.text("electrolyte") ?? "?"] + [own.text("salt")].compactMap(\.self)).joined(separator: ", ")
    }

    private static func content(_ own: ResultDocument) -> String? {
        own.number("concentration_mol_L").map { Numbers.quantity($0, "mol/L") }
            ?? own.number("molality_mol_kg").map { Numbers.quantity($0, "mol/kg") }
    }

    private static func group(_ own: ResultDocument) -> String {
        [substance(own), content(own)].compactMap(\.self).joined(separator: ", ")
    }

    private static func name(_ own: ResultDocument) -> String {
        group(own) + (own.number("temperature_C").map { ", " + Numbers.quantity($0, "°C") } ?? "")
    }

    /// Over temperature where there are several, else side by side.
    private static func figure(_ answers: [ResultDocument]) -> Figure {
        func point(_ x: Double, _ y: Double, _ own: ResultDocument) -> Point {
            Point(
                x, y, low: own.number(low), high: own.number(high),
                note: "\(name(own))\n\(own.quantity(value, "mS/cm")) (\(own.range(low, high)))")
        }
        let caption = "Whiskers are 90 % ranges."
        let conductivity = Axis("Conductivity", "mS/cm", scale: .logarithmic)
        guard Set(answers.compactMap { $0.number("temperature_C") }).count > 1 else {
            return Figure(
                "conductivity", "Electrolytes side by side", caption: caption, x: conductivity,
                panels: [
                    Panel(
                        .categories(answers.map(name)),
                        [
                            Series(
                                "", .series(0), .points,
                                answers.enumerated().map { point($1.number(value) ?? .nan, Double($0), $1) },
                                isListed: false)
                        ])
                ])
        }
        let series = unique(answers.map(group)).enumerated().map { index, group in
            Series(
                group, .series(index), .joinedPoints,
                answers.filter { Self.group($0) == group }.map { own in
                    point(own.number("temperature_C") ?? .nan, own.number(value) ?? .nan, own)
                }.sorted { $0.x < $1.x })
        }
        return Figure(
            "conductivity", "Conductivity and temperature", caption: caption, x: Axis("Temperature", "°C"),
            panels: [Panel(conductivity, series)])
    }

    private static func table(_ answers: [ResultDocument]) -> Page.Table {
        Page.Table(
            "Answers", header: ["electrolyte", "mS/cm", "90 %", "source", "known to the model"],
            rows: answers.map { own in
                [
                    name(own), own.short(value), own.range(low, high), own.text("source") ?? "",
                    own.flag("in_domain") == false ? "no" : "yes",
                ]
            })
    }
}
