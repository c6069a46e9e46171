/// Cards of trained models.
enum ModelChapter {
    static func make(_ models: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        let cards = try models.map { try TrainedModel(name: $0.name, document: $0.document) }
        var blocks: [Page.Block] = []
        for card in cards {
            if cards.count == 1 { blocks.append(.facts(card.facts)) }
            blocks.append(.figures([families(card), learning(card)].filter { !$0.isEmpty }))
            blocks.append(.table(table(card)))
            blocks.append(
                .table(
                    Page.Table(
                        "\(card.name): lives simulated of", header: ["pair of electrodes"],
                        rows: card.card.texts("materials").map { [$0] }, isFolded: true)))
        }
        let isOne = cards.count == 1
        return Page.Chapter(
            isOne ? "Model \(cards[0].name)" : "Models", question: models.map(\.name).joined(separator: ", "),
            answer: cards.map(\.answer).joined(separator: " "), blocks: blocks,
            warnings: cards.flatMap { own in
                own.card.texts("mustNotUse").map { "\(own.name): not to be used \($0)." }
                    + own.card.texts("notes").map { "\(own.name): \($0)." }
            },
            // Names of files are no works.
            citations: unique(cards.flatMap { $0.card.texts("data") }.filter { $0.contains(" ") }))
    }

    private static func families(_ own: TrainedModel) -> Figure {
        Figure(
            "families", "Families compared: \(own.name)", caption: "\(own.measure.capitalisedFirst). Less is better.",
            x: own.axis,
            panels: [
                Panel(
                    .categories(own.families.map(\.name)),
                    [
                        Series(
                            "", .series(0), .bars, own.families.enumerated().map { Point($1.value, Double($0)) })
                    ])
            ], isWide: own.families.contains { $0.name.count > 30 })
    }

    private static func learning(_ own: TrainedModel) -> Figure {
        Figure(
            "learning-curve", "Learning curve: \(own.name)",
            caption: "\(own.measure.capitalisedFirst), by how much of the data was trained on.",
            x: Axis("Data trained on", "% of the groups", includes: [0]),
            panels: [
                Panel(own.axis, [Series("", .series(2), .joinedPoints, own.learning)])
            ])
    }

    private static func table(_ own: TrainedModel) -> Page.Table {
        let keys: [(key: String, title: String)] = [
            ("purpose", "purpose"), ("cells", "cells trained on"), ("rows", "rows trained on"),
            ("lives", "simulated lives trained on"), ("failed", "lives that could not be simulated"),
            ("split", "how it was tested"), ("grouping", "left out together"), ("interval", "90 % interval"),
            ("seed", "seed"), ("licence", "licence"),
        ]
        var rows = [["kind", own.kind]]
        if let target = own.target { rows.append(["predicts", target]) }
        for (key, title) in keys {
            if let value = own.card.text(key) ?? own.card.number(key).map(Numbers.whole) {
                rows.append([title, value])
            }
        }
        rows += own.card.texts("data").map { ["data", $0] } + own.card.texts("scores").map { ["score", $0] }
        rows += own.errors.map { [$0.name, Numbers.quantity($0.value, own.unit == "–" ? "" : own.unit)] }
        if let coverage = own.coverage { rows.append(["90 % intervals cover", Numbers.percent(coverage)]) }
        return Page.Table("Card of \(own.name)", header: ["", ""], rows: rows)
    }
}

/// What a model's file says of itself, whichever kind it is.
private struct TrainedModel {
    let name: String
    let kind: String
    /// What a property model predicts, as its table names it.
    let target: String?
    let card: ResultDocument

    init(name: String, document: ResultDocument) throws {
        kind = try document.neededText("kind")
        let content = try document.neededObject("content")
        card = try content.neededObject("card")
        target = content.text("target")
        self.name = card.text("name") ?? ShortName.of(name)
    }

    typealias Score = (name: String, value: Double)

    private func scores(_ list: String, _ value: String) -> [Score] {
        card.list(list).compactMap { own in
            guard let name = own.text("name"), let number = own.number(value) else { return nil }
            return (name, number)
        }
    }

    /// Compared on what was left out, best first.
    var families: [Score] { scores("comparison", "error") + scores("families", isProperty ? "value" : "error") }
    var errors: [Score] { scores("errors", "value") }
    var coverage: Double? { card.number("coverage") }

    /// Share of the groups trained on, %, and the error.
    var learning: [Point] {
        scores("learningCurve", "value").compactMap { own in
            let share = Double(own.name.prefix { $0.isNumber }) ?? (own.name.hasPrefix("all") ? 100 : nil)
            return share.map { Point($0, own.value, note: "\(own.name): \(Numbers.quantity(own.value, unit))") }
        }
    }

    private var isProperty: Bool { kind == "property" }
    private var isSurrogate: Bool { kind == "candidate life" }

    /// Of errors.
    var axis: Axis { Axis(isSurrogate ? "Error of the logarithm of life" : "Error", unit, includes: [0]) }

    /// Of errors; a dash for a logarithm.
    var unit: String {
        isProperty ? ColumnName.parted(target ?? "").unit : isSurrogate ? "–" : card.text("unit") ?? ""
    }

    /// What an error is.
    var measure: String {
        if isProperty { return "mean absolute error with each \(card.text("grouping") ?? "group") left out in turn" }
        if isSurrogate {
            return "root mean square error of the natural logarithm of life with each material left out in turn"
        }
        return "root mean square error on cells left out"
    }

    /// Of the model as it was chosen.
    private var error: Double? {
        card.number("error") ?? families.first?.value ?? errors.first { $0.name.contains("left out") }?.value
    }

    /// Of saying the same of everything.
    private var blindError: Double? {
        card.number("meanError") ?? errors.first { $0.name.contains("median") }?.value
            ?? families.first { $0.name == "mean" }?.value
    }

    private func quantity(_ error: Double) -> String {
        isSurrogate
            ? "a factor of \(Numbers.short(exponential(error)))" : Numbers.quantity(error, unit == "–" ? "" : unit)
    }

    var answer: String {
        var text = "\(name): "
        switch (card.text("purpose"), target) {
        case (let purpose?, _): text += purpose
        case (_, let target?): text += "predicts the \(ColumnName.parted(target).quantity)."
        default: text += isSurrogate ? "tells the cycles to 80 % of candidates' cells." : "a model of kind \(kind)."
        }
        if let error {
            text += " Of what was left out it is off by \(quantity(error))"
            if let blindError, blindError != error { text += ", the same answer for all by \(quantity(blindError))" }
            text += "."
        }
        if let score = card.texts("scores").first { text += " \(score.capitalisedFirst)." }
        if let coverage { text += " Its 90 % intervals cover \(Numbers.percent(coverage)) of it." }
        return text
    }

    var facts: [Page.Fact] {
        var facts: [Page.Fact] = []
        for (key, unit) in [("cells", "cells"), ("rows", "rows"), ("lives", "simulated lives")] {
            guard let count = card.number(key) else { continue }
            let pairs = card.texts("materials").count
            facts.append(
                Page.Fact(
                    "Trained on", "\(Numbers.whole(count)) \(unit)",
                    pairs > 0 ? "of \(pairs) pairs of electrodes" : card.text("split") ?? ""))
        }
        if let best = families.first { facts.append(Page.Fact("Best family", best.name, "of \(families.count)")) }
        if let error { facts.append(Page.Fact("Error", quantity(error), measure)) }
        if let blindError {
            facts.append(Page.Fact("Without a model", quantity(blindError), "the same answer for all"))
        }
        if let coverage { facts.append(Page.Fact("90 % intervals cover", Numbers.percent(coverage), "90 % is right")) }
        return facts
    }
}
