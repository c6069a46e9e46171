/// Folders of `cellar sweep`.
enum SweepChapter {
    static func make(_ sweeps: [(table: ResultTable, manifest: ResultDocument?)]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        var answers: [String] = []
        var warnings: [String] = []
        for (table, _) in sweeps {
            let status = table.texts("status") ?? []
            let done = status.indices.filter { status[$0] == "done" }
            guard !done.isEmpty else {
                throw ReportError(
                    place: table.name, problem: "no run of this sweep ended well", remedy: "its messages say why")
            }
            let outcome = outcome(table, done)
            let influences = influences(table, done, outcome.values)
            answers.append(
                "\(ShortName.of(table.name)): " + endings(table, status) + "; " + spread(outcome, done)
                    + strongest(influences, of: outcome.axis) + ".")
            blocks.append(
                .figures(
                    sensitivities(table, done, outcome, influences) + [modes(table, done)].filter { !$0.isEmpty }))
            blocks.append(.table(runs(table)))
            let messages = unique((table.texts("message") ?? []).filter { !$0.isEmpty })
            warnings += messages.prefix(10)
        }
        return Page.Chapter(
            "Sweep", question: sweeps.map { question($0.table, $0.manifest) }.joined(separator: " "),
            answer: answers.joined(separator: " "), blocks: blocks, warnings: warnings)
    }

    private static func question(_ table: ResultTable, _ manifest: ResultDocument?) -> String {
        let sweep = manifest?.at("sweep")
        var text = "\(ShortName.of(table.name)): \(table.rows.count) runs"
        if let design = sweep?.text("design") { text += ", design \(design)" }
        if let cells = sweep?.texts("cells"), !cells.isEmpty { text += ", of \(cells.joined(separator: ", "))" }
        return text + ". Varied: "
            + factors(table).filter { $0 != "cell" || (sweep?.texts("cells").count ?? 2) > 1 }.map { parted($0).0 }
            .joined(separator: ", ") + "."
    }

    /// Columns between the run's number and its outcome.
    private static func factors(_ table: ResultTable) -> [String] {
        guard let end = table.header.firstIndex(of: "status") else { return [] }
        return Array(table.header[..<end].dropFirst(2))
    }

    /// What is told of every run: a life where most have one, else the state of health at the end.
    private static func outcome(_ table: ResultTable, _ done: [Int]) -> (axis: Axis, values: [Double]) {
        let lives = table.numbers("life_80_cycles") ?? []
        if done.count(where: { lives[$0].isFinite }) * 2 > done.count { return (Axis("Life to 80 %", "cycles"), lives) }
        let health = table.numbers("final_soh") ?? []
        if done.contains(where: { health[$0].isFinite }) {
            return (Axis("State of health at the end", "%"), health.map { 100 * $0 })
        }
        return (Axis("Capacity at the end", "Ah"), table.numbers("final_capacity_Ah") ?? [])
    }

    /// How many runs ended how.
    private static func endings(_ table: ResultTable, _ status: [String]) -> String {
        let reasons = table.texts("end_reason") ?? []
        // What follows a colon tells a run from others that ended as it did.
        let words = status.indices.map { row -> String in
            guard status[row] == "done", row < reasons.count, !reasons[row].isEmpty else { return status[row] }
            return reasons[row].split(separator: ":").first.map(String.init) ?? reasons[row]
        }
        let kinds = unique(words).map { own in (words: own, count: words.count { $0 == own }) }
            .sorted { $0.count > $1.count }
        let told = kinds.prefix(3).map { "\($0.count) ended with \u{201C}\($0.words)\u{201D}" }
        let rest = kinds.dropFirst(3).reduce(0) { $0 + $1.count }
        return "of \(status.count) runs " + (told + (rest > 0 ? ["\(rest) otherwise"] : [])).joined(separator: ", ")
    }

    /// Median and ends of what is told of every run.
    private static func spread(_ outcome: (axis: Axis, values: [Double]), _ done: [Int]) -> String {
        let sorted = done.map { outcome.values[$0] }.filter(\.isFinite).sorted()
        guard let low = sorted.first, let high = sorted.last else { return "no outcome is told" }
        let middle = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        func text(_ value: Double) -> String {
            outcome.axis.unit == "cycles" ? Numbers.whole(value) : Numbers.short(value)
        }
        return
            "\(outcome.axis.quantity.lowercasedFirst) is \(text(middle))\u{00A0}\(outcome.axis.unit) in the median of "
            + "\(sorted.count), between \(text(low)) and \(text(high))"
    }

    /// A varied value, in the runs' order, and its rank correlation with what became of them.
    private typealias Influence = (name: String, values: [Double], rank: Double, runs: Int)

    /// The strongest first.
    private static func influences(_ table: ResultTable, _ done: [Int], _ outcome: [Double]) -> [Influence] {
        factors(table).compactMap { name -> Influence? in
            guard let values = table.numbers(name) else { return nil }
            let used = done.map { values[$0] }.filter(\.isFinite)
            guard let low = used.min(), let high = used.max(), low < high else { return nil }
            let rows = done.filter { values[$0].isFinite && outcome[$0].isFinite }
            return (name, values, rank(rows.map { values[$0] }, rows.map { outcome[$0] }), rows.count)
        }.sorted { ($0.rank.isFinite ? abs($0.rank) : 0) > ($1.rank.isFinite ? abs($1.rank) : 0) }
    }

    /// What matters most, where that can be told: of values that do not matter the rank correlation has the variance
    /// 1 / (n − 1) (Kendall, Rank Correlation Methods, 1948), and three deviations are no chance, even of a dozen values.
    private static func strongest(_ influences: [Influence], of axis: Axis) -> String {
        guard let first = influences.first else { return "" }
        let runs = first.runs
        let name = parted(first.name).quantity
        guard first.rank.isFinite, abs(first.rank) * Double(max(runs - 1, 1)).squareRoot() > 3 else {
            let what = influences.count == 1 ? "whether \(name) matters" : "which varied value matters most"
            return "; \(what) cannot be told from \(runs) runs"
        }
        return
            "; most depends on \(name): \(axis.quantity.lowercasedFirst) \(first.rank > 0 ? "rises" : "falls") with it "
            + "(rank correlation \(Numbers.short(first.rank, 2)))"
    }

    private static func sensitivities(
        _ table: ResultTable, _ done: [Int], _ outcome: (axis: Axis, values: [Double]), _ ranked: [Influence]
    ) -> [Figure] {
        guard !ranked.isEmpty else { return [] }
        let shown = ranked.filter(\.rank.isFinite).prefix(16)
        var figures = [
            Figure(
                "sensitivities", "What matters",
                caption:
                    "Rank correlation (Spearman) of each varied value with \(outcome.axis.quantity.lowercased()), over \(ranked[0].runs) runs"
                    + (ranked[0].runs < 20 ? "; few runs tell little." : "."),
                x: Axis("Rank correlation", "–", domain: -1...1),
                panels: [
                    Panel(
                        .categories(shown.map { parted($0.name).0 }),
                        [Series("", .series(0), .bars, shown.enumerated().map { Point($1.rank, Double($0)) })])
                ])
        ]
        for factor in ranked.prefix(3) {
            let rows = done.filter { factor.values[$0].isFinite && outcome.values[$0].isFinite }
            let values = rows.map { factor.values[$0] }
            let isWide = (values.min() ?? 0) > 0 && (values.max() ?? 0) > 30 * (values.min() ?? 0)
            let (quantity, unit) = Self.parted(factor.name)
            figures.append(
                Figure(
                    "sweep-\(factor.name)", "\(outcome.axis.quantity) over \(quantity)",
                    x: Axis(quantity.capitalisedFirst, unit, scale: isWide ? .logarithmic : .linear),
                    panels: [
                        Panel(
                            outcome.axis,
                            [
                                Series(
                                    "", .series(1), .points,
                                    rows.map {
                                        Point(
                                            factor.values[$0], outcome.values[$0],
                                            note:
                                                note(
                                                    table, $0, (quantity, unit, factor.values[$0]),
                                                    (outcome.axis, outcome.values[$0]))
                                        )
                                    })
                            ])
                    ]))
        }
        return figures
    }

    /// What a run's point tells.
    private static func note(
        _ table: ResultTable, _ row: Int, _ factor: (quantity: String, unit: String, value: Double),
        _ outcome: (axis: Axis, value: Double)
    ) -> String {
        "run \(table.texts("run")?[row] ?? "")\n"
            + "\(factor.quantity): \(Numbers.quantity(factor.value, factor.unit == "–" ? "" : factor.unit))\n"
            + "\(outcome.axis.quantity): \(Numbers.quantity(outcome.value, outcome.axis.unit))"
    }

    /// A varied column's name as quantity and unit.
    private static func parted(_ column: String) -> (quantity: String, unit: String) {
        if column == "temperature" { return ("temperature", "°C") }
        if column.hasSuffix("_rate") { return (column.replaced, "C") }
        return ColumnName.parted(column)
    }

    private static func modes(_ table: ResultTable, _ done: [Int]) -> Figure {
        let modes = [
            ("lithium inventory", "loss_of_lithium_inventory"),
            ("negative material", "loss_of_active_material_negative"),
            ("positive material", "loss_of_active_material_positive"),
        ]
        let health = table.numbers("final_soh") ?? []
        return Figure(
            "modes", "Degradation modes at the end", caption: "One point for each run and mode.",
            x: Axis("State of health at the end", "%"),
            panels: [
                Panel(
                    Axis("Lost of its initial value", "%", includes: [0]),
                    modes.enumerated().map { index, mode in
                        let values = table.numbers(mode.1) ?? []
                        return Series(
                            mode.0, .series(index), .points,
                            done.filter { $0 < values.count && values[$0].isFinite && health[$0].isFinite }.map {
                                Point(100 * health[$0], 100 * values[$0])
                            })
                    }.filter { !$0.points.isEmpty })
            ])
    }

    /// Spearman's rank correlation; ties get their mean rank. Not a number where one side does not vary.
    static func rank(_ x: [Double], _ y: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            let order = values.indices.sorted { values[$0] < values[$1] }
            var ranks = [Double](repeating: 0, count: values.count)
            var start = 0
            while start < order.count {
                var end = start
                while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
                for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
                start = end + 1
            }
            return ranks
        }
        let (a, b) = (ranks(x), ranks(y))
        guard a.count > 2 else { return .nan }
        let mean = Double(a.count - 1) / 2
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (p, q) in zip(a, b) {
            ab += (p - mean) * (q - mean)
            aa += (p - mean) * (p - mean)
            bb += (q - mean) * (q - mean)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : .nan
    }

    private static func runs(_ table: ResultTable) -> Page.Table {
        let columns = ["run"] + factors(table) + ["status", "cycles", "life_80_cycles", "final_soh", "end_reason"]
        let places = columns.compactMap { table.header.firstIndex(of: $0) }
        return Page.Table(
            table.rows.count > 100 ? "Runs: the first 100 of \(table.rows.count)" : "Runs",
            header: places.map { table.header[$0].replaced },
            rows: table.rows.prefix(100).map { row in
                places.map { place in
                    let field = place < row.count ? row[place] : ""
                    return Double(field).map { Numbers.short($0, 4) } ?? field
                }
            }, isFolded: true)
    }
}
