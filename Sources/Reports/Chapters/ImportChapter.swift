/// What `cellar import` read of cyclers' files.
enum ImportChapter {
    static func make(_ files: [ResultDocument], series: [TimeSeries]) throws -> Page.Chapter {
        for file in files { _ = try file.needed("records") }
        let names = files.map { $0.text("file") ?? $0.place }
        func name(_ index: Int) -> String { ShortName.of(names[index], among: names) }
        let tables = files.indices.map { CycleColumns(name: names[$0], rows: files[$0].list("summary")) }
        var blocks: [Page.Block] = []
        if files.count == 1, let file = files.first { blocks.append(.facts(facts(file, tables[0]))) }
        let shown = tables.filter { $0.count > 1 }
        var figures = shown.isEmpty ? [] : capacities(shown)
        if files.count == 1, !series.isEmpty { figures += SeriesFigures(series: series).all }
        blocks.append(.figures(figures.filter { !$0.isEmpty }))
        if files.count > 1 { blocks.append(.table(table(files, tables, name))) }
        for (index, file) in files.enumerated() {
            let of = files.count > 1 ? "\(name(index)): " : ""
            if let metadata = file.at("metadata") {
                blocks.append(
                    .table(
                        Page.Table(
                            "\(of)What the file says of its test", header: ["", ""],
                            rows: metadata.keys.map { [$0, metadata.text($0) ?? metadata.short($0)] },
                            isFolded: files.count > 1)))
            }
            blocks.append(
                .table(
                    Page.Table(
                        "\(of)Columns written", header: ["column"],
                        rows: file.texts("columns").map { [$0] }, isFolded: true)))
            if files.count == 1, tables[0].count > 1 {
                blocks.append(.table(LifeChapter.rows(tables[0], among: tables)))
            }
        }
        return Page.Chapter(
            files.count == 1 ? "Import of \(name(0))" : "Import of \(files.count) cells",
            question: files.count == 1 ? "What \(names[0]) holds, and what was made of it." : "What the files hold.",
            answer: answer(files, tables, name), blocks: blocks,
            warnings: unique(
                files.indices.flatMap { index in
                    files[index].texts("warnings").map { files.count > 1 ? "\(name(index)): \($0)" : $0 }
                }),
            commands: unique(files.compactMap { $0.text("command") }))
    }

    private static func answer(_ files: [ResultDocument], _ tables: [CycleColumns], _ name: (Int) -> String) -> String {
        let repairs = files.reduce(0) { $0 + $1.texts("warnings").count }
        let told =
            repairs == 0 ? "nothing was repaired" : repairs == 1 ? "one remark below" : "\(repairs) remarks below"
        if files.count > 1 {
            let records = files.reduce(0) { $0 + ($1.number("records") ?? 0) }
            let formats = unique(files.map { $0.text("format") ?? "?" }).joined(separator: ", ")
            return "\(files.count) cells were read (\(formats)): \(Numbers.whole(records)) records; \(told)."
        }
        var text = "\(name(0)) is of \(files[0].text("format") ?? "an unknown cycler"): "
        text += "\(Numbers.whole(files[0].number("records") ?? .nan)) records"
        let table = tables[0]
        if table.count > 0 { text += ", \(Numbers.whole(Double(table.count))) cycle\(table.count == 1 ? "" : "s")" }
        if table.count > 1, let ends = ends(table) {
            text +=
                "; \(Numbers.quantity(ends.first, "Ah")) \(isCharged(table) ? "charged" : "discharged") in the first "
                + "whole cycle, \(Numbers.quantity(ends.last, "Ah")) in the last"
        }
        return text + "; \(told)."
    }

    /// Whether next to nothing was discharged: a formation or a charge by itself.
    private static func isCharged(_ table: CycleColumns) -> Bool {
        func most(_ column: String) -> Double { table.points(column).map(\.y).max() ?? 0 }
        return most("discharge_capacity_Ah") < 0.01 * most("charge_capacity_Ah")
    }

    private static func capacity(_ table: CycleColumns) -> [Point] {
        table.points(isCharged(table) ? "charge_capacity_Ah" : "discharge_capacity_Ah")
    }

    /// Capacities of the first and the last whole cycle.
    private static func ends(_ table: CycleColumns) -> (first: Double, last: Double)? {
        let whole = capacity(table).filter { $0.y > 0 }
        let largest = whole.map(\.y).max() ?? 0
        // What moves less than half of the most is a part of a cycle.
        let kept = whole.filter { $0.y > 0.5 * largest }
        guard let first = kept.first, let last = kept.last else { return nil }
        return (first.y, last.y)
    }

    private static func facts(_ file: ResultDocument, _ table: CycleColumns) -> [Page.Fact] {
        let facts = [
            Page.Fact("Cycler", file.text("format") ?? "–"),
            Page.Fact("Records", Numbers.whole(file.number("records") ?? .nan)),
        ]
        return facts + quality(table)
    }

    /// How complete the records are.
    private static func quality(_ table: CycleColumns) -> [Page.Fact] {
        guard table.count > 0, let first = table.cycles.first, let last = table.cycles.last else { return [] }
        let missing = max(Int(last - first) + 1 - table.count, 0)
        var facts = [
            Page.Fact(
                "Cycles", Numbers.whole(Double(table.count)),
                missing == 0 ? "none missing between the first and the last" : "\(missing) missing in between")
        ]
        if let start = table["start_time_s"]?.first, let end = table.last("start_time_s"),
            let duration = table.last("duration_s")
        {
            facts.append(Page.Fact("Duration", Numbers.duration(end + duration - start)))
        }
        if let differing = table["capacities_differ"]?.filter(\.isFinite), !differing.isEmpty {
            let count = differing.count { $0 > 0 }
            facts.append(
                Page.Fact(
                    "Capacity checked", count == 0 ? "agrees" : "\(count) of \(differing.count) cycles differ",
                    "the cycler's own count against the integral of its current"))
        }
        return facts
    }

    private static func capacities(_ tables: [CycleColumns]) -> [Figure] {
        func series(_ points: (CycleColumns) -> [Point]) -> [Series] {
            tables.prefix(12).enumerated().map { index, table in
                Series(
                    tables.count > 1 ? ShortName.of(table.name, among: tables.map(\.name)) : "", .series(index), .line,
                    points(table))
            }.filter { $0.points.count > 1 }
        }
        let quantity = tables.allSatisfy(isCharged) ? "Charge capacity" : "Discharge capacity"
        return [
            Figure(
                "capacity-per-cycle", "Capacity of each cycle",
                caption: tables.count > 12 ? "Of the first 12 of \(tables.count) cells." : "", x: .cycles,
                panels: [Panel(Axis(quantity, "Ah"), series(capacity))]),
            Figure(
                "coulombic-efficiency", "Coulombic efficiency",
                caption: "Charge out over charge in; cycles outside 80 to 120 % are left out.", x: .cycles,
                panels: [
                    Panel(
                        Axis("Coulombic efficiency", "%"),
                        series { $0.points("coulombic_efficiency", 100).filter { (80...120).contains($0.y) } })
                ]),
        ]
    }

    private static func table(
        _ files: [ResultDocument], _ tables: [CycleColumns], _ name: (Int) -> String
    ) -> Page.Table {
        Page.Table(
            "The cells",
            header: ["file", "cycler", "records", "cycles", "first, Ah", "last, Ah", "capacities differ", "remarks"],
            rows: files.indices.map { index in
                let ends = ends(tables[index])
                let differing = tables[index]["capacities_differ"]?.count { $0 > 0 }
                return [
                    name(index), files[index].text("format") ?? "",
                    Numbers.whole(files[index].number("records") ?? .nan),
                    tables[index].count > 0 ? Numbers.whole(Double(tables[index].count)) : "–",
                    ends.map { Numbers.short($0.first, 4) } ?? "–", ends.map { Numbers.short($0.last, 4) } ?? "–",
                    differing.map { "\($0)" } ?? "–", "\(files[index].texts("warnings").count)",
                ]
            })
    }
}
