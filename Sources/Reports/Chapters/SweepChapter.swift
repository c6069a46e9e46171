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
            let lives = table.numbers("life_80_cycles") ?? []
            let reached = done.map { lives[$0] }.filter(\.isFinite).sorted()
            var answer = "\(ShortName.of(table.name)): \(done.count) of \(status.count) runs ended well"
            if let low = reached.first, let high = reached.last {
                answer +=
                    "; \(reached.count) reached 80 %, after \(Numbers.whole(low)) to \(Numbers.whole(high)) cycles"
            }
            answers.append(answer + ".")
            let outcome = outcome(table, done)
            blocks.append(.figures(sensitivities(table, done, outcome) + [modes(table, done)].filter { !$0.isEmpty }))
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

    private static func sensitivities(_ table: ResultTable, _ done: [Int], _ outcome: (axis: Axis, values: [Double]))
        -> [Figure]
    {
        let numeric = factors(table).compactMap { name -> (name: String, values: [Double])? in
            guard let values = table.numbers(name) else { return nil }
            let used = done.map { values[$0] }.filter(\.isFinite)
            guard let low = used.min(), let high = used.max(), low < high else { return nil }
            return (name, values)
        }
        let ranked = numeric.map { factor -> (name: String, values: [Double], rank: Double) in
            let rows = done.filter { factor.values[$0].isFinite && outcome.values[$0].isFinite }
            return (factor.name, factor.values, rank(rows.map { factor.values[$0] }, rows.map { outcome.values[$0] }))
        }.sorted { abs($0.rank) > abs($1.rank) }
        guard !ranked.isEmpty else { return [] }
        let shown = ranked.filter(\.rank.isFinite).prefix(16)
        var figures = [
            Figure(
                "sensitivities", "What matters",
                caption:
                    "Rank correlation (Spearman) of each varied value with \(outcome.axis.quantity.lowercased()), over \(done.count) runs"
                    + (done.count < 20 ? "; few runs tell little." : "."),
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

    /// A column's name as quantity and unit, by the ending that carries it.
    private static func parted(_ column: String) -> (String, String) {
        for (ending, unit) in [
            ("_m2_s", "m²/s"), ("_ohm_m", "Ω m"), ("_m_s", "m/s"), ("_1_s", "1/s"), ("_ohm", "Ω"), ("_V", "V"),
            ("_A", "A"),
            ("_K", "K"), ("_m", "m"),
        ] where column.hasSuffix(ending) {
            return (String(column.dropLast(ending.count)).replaced, unit)
        }
        if column == "temperature" { return ("temperature", "°C") }
        if column.hasSuffix("_rate") { return (column.replaced, "C") }
        // BPX keys carry their unit in brackets.
        if let open = column.lastIndex(of: "["), column.hasSuffix("]") {
            return (column[..<open].trimmed, String(column[column.index(after: open)...].dropLast()))
        }
        return (column.replaced, "–")
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

extension String {
    /// Blanks for underscores.
    var replaced: String { replacing("_", with: " ") }
    /// With a capital letter first.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
