/// Protocols of `cellar bench`.
enum BenchmarkChapter {
    static func make(_ documents: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        let lines = documents.flatMap { own in
            own.document.keys.compactMap { key in own.document.at(key).map { (key, $0) } }
        }
        for line in lines { _ = try line.1.needed("value") }
        let aimed = lines.compactMap { line in
            line.1.number("target").map { (line.1.number("value") ?? .infinity) <= $0 }
        }
        var answer = "\(lines.count) protocols"
        if !aimed.isEmpty { answer += "; \(aimed.count(where: \.self)) of \(aimed.count) reach what was aimed at" }
        let covered = lines.compactMap { $0.1.number("coverage") }
        if let low = covered.min(), let high = covered.max() {
            answer +=
                "; the 90 % intervals cover \(Numbers.percent(low, 0)) to \(Numbers.percent(high, 0)) of the tests"
        }
        return Page.Chapter(
            "Benchmark",
            question: "Trained on one folder, scored on another: \(documents.map(\.name).joined(separator: ", ")).",
            answer: answer + ".",
            blocks: [.figures([relative(lines), coverage(lines)].filter { !$0.isEmpty }), .table(table(lines))])
    }

    private static func relative(_ lines: [(String, ResultDocument)]) -> Figure {
        let shown = lines.filter { $0.1.number("target").map { $0 > 0 } ?? false }
        return Figure(
            "targets", "Error over what was aimed at", caption: "Below 1 is better than the aim.",
            x: Axis("Error over aim", "ratio", includes: [0, 1]),
            panels: [
                Panel(
                    .categories(shown.map(\.0)),
                    [
                        Series(
                            "", .series(0), .bars,
                            shown.enumerated().map { index, line in
                                let value = line.1.number("value") ?? .nan, target = line.1.number("target") ?? 1
                                return Point(
                                    value / target, Double(index),
                                    note:
                                        "\(line.0)\n\(line.1.text("metric") ?? ""): \(Numbers.short(value))\naim \(Numbers.short(target))"
                                )
                            })
                    ], references: [Reference(1, ofX: true, "aim")])
            ])
    }

    private static func coverage(_ lines: [(String, ResultDocument)]) -> Figure {
        let shown = lines.filter { $0.1.number("coverage") != nil }
        return Figure(
            "coverage", "What the 90 % intervals cover", x: Axis("Tests within the interval", "%", domain: 0...100),
            panels: [
                Panel(
                    .categories(shown.map(\.0)),
                    [
                        Series(
                            "", .series(2), .points,
                            shown.enumerated().map { Point(100 * ($1.1.number("coverage") ?? .nan), Double($0)) })
                    ], references: [Reference(90, ofX: true, "90 %")])
            ])
    }

    private static func table(_ lines: [(String, ResultDocument)]) -> Page.Table {
        Page.Table(
            "The protocols",
            header: ["protocol", "metric", "value", "aim", "published", "covered, %", "width", "n", "baselines"],
            rows: lines.map { name, own in
                func short(_ key: String, _ scale: Double = 1) -> String {
                    own.number(key).map { Numbers.short($0 * scale) } ?? ""
                }
                let baselines = own.at("baselines")
                return [
                    name, own.text("metric") ?? "", short("value"), short("target"), own.text("published") ?? "",
                    short("coverage", 100), short("width"), own.number("n").map(Numbers.whole) ?? "",
                    (baselines?.keys ?? []).map { "\($0) \(Numbers.short(baselines?.number($0) ?? .nan))" }.joined(
                        separator: ", "),
                ]
            })
    }
}
