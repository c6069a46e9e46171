/// Cards of trained models.
enum ModelChapter {
    static func make(_ models: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        var answers: [String] = []
        var warnings: [String] = []
        var data: [String] = []
        for model in models {
            let kind = try model.document.neededText("kind")
            let card = try model.document.neededObject("content").neededObject("card")
            let name = card.text("name") ?? ShortName.of(model.name)
            answers.append(answer(name, kind, card))
            blocks.append(.table(facts(name, kind, card)))
            let families = named(card, "comparison", "error") + named(card, "families", "value")
            let unit = card.text("unit") ?? ""
            blocks.append(
                .figures(
                    [self.families(families, unit, name), learning(named(card, "learningCurve", "value"), unit, name)]
                        .filter { !$0.isEmpty }))
            warnings +=
                card.texts("mustNotUse").map { "\(name): not to be used \($0)" }
                + card.texts("notes").map { "\(name): \($0)" }
            data += card.texts("data")
        }
        return Page.Chapter(
            models.count == 1 ? "Model card" : "Model cards", question: models.map(\.name).joined(separator: ", "),
            answer: answers.joined(separator: " "), blocks: blocks, warnings: warnings, citations: unique(data))
    }

    private static func named(_ card: ResultDocument, _ list: String, _ value: String) -> [(
        name: String, value: Double
    )] {
        card.list(list).compactMap { own in
            guard let name = own.text("name"), let number = own.number(value) else { return nil }
            return (name, number)
        }
    }

    private static func answer(_ name: String, _ kind: String, _ card: ResultDocument) -> String {
        var text = card.text("purpose").map { "\(name): \($0)" } ?? "\(name): a model of kind \(kind)."
        if let score = card.texts("scores").first { text += " \(score)." }
        if let error = named(card, "errors", "value").first { text += " \(error.name): \(Numbers.short(error.value))." }
        if let coverage = card.number("coverage") { text += " Its 90 % interval covers \(Numbers.percent(coverage))." }
        return text
    }

    private static func facts(_ name: String, _ kind: String, _ card: ResultDocument) -> Page.Table {
        let keys: [(key: String, title: String)] = [
            ("cells", "cells trained on"), ("rows", "rows trained on"), ("unit", "unit"), ("split", "how it was split"),
            ("grouping", "left out together"), ("interval", "interval"), ("seed", "seed"), ("licence", "licence"),
        ]
        var rows = [["kind", kind]]
        for (key, title) in keys {
            if let value = card.text(key) ?? card.number(key).map(Numbers.whole) { rows.append([title, value]) }
        }
        rows += card.texts("data").map { ["data", $0] } + card.texts("scores").map { ["score", $0] }
        rows += named(card, "errors", "value").map { [$0.name, Numbers.short($0.value)] }
        return Page.Table("Card of \(name)", header: ["", ""], rows: rows)
    }

    private static func families(_ all: [(name: String, value: Double)], _ unit: String, _ name: String) -> Figure {
        Figure(
            "families", "Families compared on what was left out: \(name)", caption: "Less is better.",
            x: Axis("Error", unit.isEmpty ? "in the unit of the target" : unit, includes: [0]),
            panels: [
                Panel(
                    .categories(all.map(\.name)),
                    [Series("", .series(0), .bars, all.enumerated().map { Point($1.value, Double($0)) })])
            ], isWide: all.contains { $0.name.count > 30 })
    }

    private static func learning(_ all: [(name: String, value: Double)], _ unit: String, _ name: String) -> Figure {
        Figure(
            "learning-curve", "Learning curve: \(name)",
            caption: "Error on what was left out, by how much was trained on.",
            x: Axis("Error", unit.isEmpty ? "in the unit of the target" : unit, includes: [0]),
            panels: [
                Panel(
                    .categories(all.map(\.name)),
                    [Series("", .series(2), .bars, all.enumerated().map { Point($1.value, Double($0)) })])
            ])
    }
}
