/// Cells of `cellar cells`, one or side by side.
enum CellsChapter {
    static func make(_ cells: [ResultDocument]) throws -> Page.Chapter {
        for cell in cells { _ = try cell.needed("nominal_capacity_Ah") }
        let names = cells.map { $0.text("name") ?? "?" }
        var blocks: [Page.Block] = []
        if cells.count > 1 {
            blocks.append(
                .figures(
                    [openCircuit(cells, names), potentials(cells, names), capacities(cells, names)].filter {
                        !$0.isEmpty
                    }))
            blocks.append(.table(overview(cells, names)))
            let parameters = parameters(cells, names)
            blocks.append(.table(parameters))
        } else if let cell = cells.first {
            blocks.append(.facts(facts(cell)))
            blocks.append(.figures([openCircuit(cells, names), potentials(cells, names)].filter { !$0.isEmpty }))
            blocks.append(.table(parameters(cells, names)))
        }
        return Page.Chapter(
            cells.count == 1 ? names[0] : "Cells compared",
            question: cells.map { $0.text("description") ?? $0.text("title") ?? "" }.filter { !$0.isEmpty }.prefix(4)
                .joined(separator: " "),
            answer: answer(cells, names), blocks: blocks,
            warnings: cells.enumerated().flatMap { index, cell in
                cell.texts("assumed").map { "\(names[index]): assumed: \($0)" }
                    + cell.texts("notes").map { "\(names[index]): \($0)" }
            },
            citations: unique(cells.flatMap { $0.texts("sources") }))
    }

    private static func answer(_ cells: [ResultDocument], _ names: [String]) -> String {
        zip(cells, names).prefix(3).map { cell, name in
            "\(name) holds \(Numbers.quantity(cell.number("nominal_capacity_Ah") ?? .nan, "Ah")) between "
                + "\(cell.short("lower_cut_off_V")) and \(cell.quantity("upper_cut_off_V", "V"))"
        }.joined(separator: "; ") + (cells.count > 3 ? "; and \(cells.count - 3) more." : ".")
    }

    private static func facts(_ cell: ResultDocument) -> [Page.Fact] {
        [
            Page.Fact("Nominal capacity", Numbers.quantity(cell.number("nominal_capacity_Ah") ?? .nan, "Ah")),
            Page.Fact(
                "Voltage",
                "\(cell.short("lower_cut_off_V")) to \(cell.quantity("upper_cut_off_V", "V"))"
            ),
            Page.Fact("Written for", cell.text("model") ?? "?", cell.text("bpx_version").map { "BPX \($0)" } ?? ""),
            Page.Fact("Ageing sets", "\(cell.texts("ageing").count)"),
            Page.Fact("Assumed values", "\(cell.texts("assumed").count)"),
        ]
    }

    /// Of the electrodes' materials, over the stoichiometry.
    private static func potentials(_ cells: [ResultDocument], _ names: [String]) -> Figure {
        func panel(_ electrode: String) -> Panel {
            let series = cells.enumerated().flatMap { index, cell in
                let own = cell.list("open_circuit_potentials").filter { $0.text("electrode") == electrode }
                return own.enumerated().map { place, material -> Series in
                    let parts = [cells.count > 1 ? names[index] : "", material.text("material") ?? ""]
                    return Series(
                        parts.filter { !$0.isEmpty }.joined(separator: ", "),
                        // Materials of one cell are told apart by colour, of several by their lines.
                        .series(cells.count > 1 ? index : place), place == 0 ? .line : .dashedLine, material.curve)
                }
            }
            return Panel(Axis("\(electrode), open circuit", "V"), series.filter { $0.points.count > 1 })
        }
        let panels = ["Positive electrode", "Negative electrode"].map(panel).filter { !$0.series.isEmpty }
        return Figure(
            "open-circuit", "Open-circuit potentials",
            caption: "Against the ion's metal, between the stoichiometries of an empty and a full cell.",
            x: Axis("Stoichiometry", "–"), panels: panels)
    }

    /// The cell's own voltage at rest, where the document tells it.
    private static func openCircuit(_ cells: [ResultDocument], _ names: [String]) -> Figure {
        Figure(
            "open-circuit-voltage", "Open-circuit voltage", caption: "At rest, at the cell file's temperature.",
            x: Axis("State of charge", "%"),
            panels: [
                Panel(
                    Axis("Open-circuit voltage", "V"),
                    cells.enumerated().map { index, cell in
                        Series(
                            cells.count > 1 ? names[index] : "", .series(index), .line,
                            cell.curve("open_circuit_voltage").map { Point(100 * $0.x, $0.y) })
                    }.filter { $0.points.count > 1 })
            ])
    }

    private static func capacities(_ cells: [ResultDocument], _ names: [String]) -> Figure {
        Figure(
            "capacities", "Nominal capacity", x: Axis("Nominal capacity", "Ah", includes: [0]),
            panels: [
                Panel(
                    .categories(names),
                    [
                        Series(
                            "", .series(0), .bars,
                            cells.enumerated().map { Point($1.number("nominal_capacity_Ah") ?? .nan, Double($0)) })
                    ])
            ])
    }

    private static func overview(_ cells: [ResultDocument], _ names: [String]) -> Page.Table {
        Page.Table(
            "At a glance",
            header: [
                "cell", "what it is", "nominal, Ah", "cut-offs, V", "temperature, °C", "model", "ageing sets",
                "assumed values",
            ],
            rows: zip(cells, names).map { cell, name in
                let ends = [cell.number("lower_cut_off_V"), cell.number("upper_cut_off_V")].map {
                    Numbers.short($0 ?? .nan)
                }
                return [
                    name, cell.text("title") ?? "", Numbers.short(cell.number("nominal_capacity_Ah") ?? .nan),
                    ends.joined(separator: " to "), Numbers.short(cell.number("temperature_celsius") ?? .nan),
                    cell.text("model") ?? "", "\(cell.texts("ageing").count)", "\(cell.texts("assumed").count)",
                ]
            })
    }

    private static func parameters(_ cells: [ResultDocument], _ names: [String]) -> Page.Table {
        let sections = unique(cells.flatMap { $0.at("parameters")?.keys ?? [] })
        var rows: [[String]] = []
        for section in sections {
            let objects = cells.map { $0.at("parameters")?.at(section) }
            for key in unique(objects.flatMap { $0?.keys ?? [] }) {
                rows.append([section, key] + objects.map { $0.map { text($0, key) } ?? "" })
            }
        }
        return Page.Table("Parameters", header: ["part", "parameter"] + names, rows: rows, isFolded: cells.count > 1)
    }

    private static func text(_ object: ResultDocument, _ key: String) -> String {
        if let number = object.number(key) { return Numbers.short(number, 4) }
        if let text = object.text(key) { return text.count > 60 ? "\(text.prefix(59))…" : text }
        let points = object.curve(key).count
        if points > 0 { return "table of \(points) points" }
        return ""
    }
}
