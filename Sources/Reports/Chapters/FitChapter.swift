/// Parameters that `cellar fit` found.
enum FitChapter {
    static func make(_ fits: [(name: String, document: ResultDocument)], tables: [ResultTable]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        var answers: [String] = []
        for (index, fit) in fits.enumerated() {
            let parameters = fit.document.list("parameters")
            let experiments = fit.document.list("experiments")
            for parameter in parameters { _ = try parameter.needed("value") }
            answers.append(answer(fit.document, parameters, experiments))
            let own = index < tables.count ? [tables[index]] : []
            blocks.append(.figures(own.flatMap(courses) + [ranges(parameters)].filter { !$0.isEmpty }))
            blocks.append(.table(table(parameters)))
            blocks.append(.table(errors(experiments, fit.document.list("tests"))))
        }
        let cells = unique(fits.compactMap { $0.document.text("cell") })
        return Page.Chapter(
            "Parameters of \(cells.joined(separator: ", "))",
            question: "Fitted to "
                + fits.flatMap { $0.document.list("experiments") }.compactMap { $0.text("file") }.joined(
                    separator: ", "),
            answer: answers.joined(separator: " "), blocks: blocks,
            warnings: unique(fits.flatMap { $0.document.texts("warnings") })
                + fits.filter { $0.document.flag("converged") == false }.map { "\($0.name): not at its end yet" })
    }

    static func make(_ tables: [ResultTable]) -> Page.Chapter {
        Page.Chapter(
            "Measured and modelled", question: tables.map(\.name).joined(separator: ", "), answer: "",
            blocks: [.figures(tables.flatMap(courses))])
    }

    private static func answer(_ own: ResultDocument, _ parameters: [ResultDocument], _ experiments: [ResultDocument])
        -> String
    {
        let fixed = parameters.count { $0.flag("identified") == true && $0.flag("at_bound") != true }
        let after = experiments.compactMap { $0.number("after") }.max() ?? .nan
        let before = experiments.compactMap { $0.number("before") }.max() ?? .nan
        let unit = experiments.first?.text("unit") ?? ""
        var text =
            "The data fix \(fixed) of \(parameters.count) parameters; the model is off by \(Numbers.quantity(after, unit)) (RMS)"
        if before.isFinite { text += " instead of \(Numbers.quantity(before, unit))" }
        return text + "."
    }

    private static func ranges(_ parameters: [ResultDocument]) -> Figure {
        let shown = parameters.filter { $0.number("low") != nil && ($0.number("start") ?? 0) != 0 }
        let names = shown.map { ($0.text("name") ?? "").split(separator: ">").last.map { String($0).trimmed } ?? "" }
        return Figure(
            "parameters", "Fitted parameters", caption: "Relative to the cell file, with 95 % ranges.",
            x: Axis("Fitted value over that of the cell file", "ratio", includes: [1]),
            panels: [
                Panel(
                    .categories(names),
                    [
                        Series(
                            "", .series(0), .points,
                            shown.enumerated().map { row, own in
                                let start = own.number("start") ?? 1
                                let ends = [(own.number("low") ?? 0) / start, (own.number("high") ?? 0) / start]
                                    .sorted()
                                return Point(
                                    (own.number("value") ?? .nan) / start, Double(row), low: ends[0], high: ends[1])
                            })
                    ], references: [Reference(1, ofX: true, "cell file")])
            ])
    }

    private static func courses(_ table: ResultTable) -> [Figure] {
        guard let files = table.texts("file"), let time = table.numbers("test_time_second"),
            let measured = table.numbers("voltage_volt"), let model = table.numbers("model_voltage_volt")
        else { return [] }
        return unique(files).prefix(6).map { file in
            let rows = files.indices.filter { files[$0] == file }
            let long = (rows.map { time[$0] }.max() ?? 0) > 3 * 3600
            let factor = long ? 3600.0 : 60.0
            return Figure(
                "fit", "Measured and modelled: \(ShortName.of(file))", x: Axis("Time", long ? "h" : "min"),
                panels: [
                    Panel(
                        Axis("Voltage", "V"),
                        [
                            Series("measured", .series(0), .line, rows.map { Point(time[$0] / factor, measured[$0]) }),
                            Series("model", .series(1), .dashedLine, rows.map { Point(time[$0] / factor, model[$0]) }),
                        ]),
                    Panel(
                        Axis("Model − measured", "mV", includes: [0]),
                        [
                            Series(
                                "difference", .series(2), .line,
                                rows.map { Point(time[$0] / factor, 1000 * (model[$0] - measured[$0])) },
                                isListed: false)
                        ]),
                ])
        }
    }

    private static func table(_ parameters: [ResultDocument]) -> Page.Table {
        Page.Table(
            "Parameters", header: ["parameter", "cell file", "fitted", "95 % range", ""],
            rows: parameters.map { own in
                func short(_ key: String) -> String { own.number(key).map { Numbers.short($0, 4) } ?? "" }
                let remark =
                    own.flag("at_bound") == true
                    ? "at its bound" : own.flag("identified") == false ? "the data do not fix it" : ""
                return [
                    own.text("name") ?? "", short("start"), short("value"),
                    own.number("low") == nil ? "none" : "\(short("low")) to \(short("high"))", remark,
                ]
            })
    }

    private static func errors(_ experiments: [ResultDocument], _ tests: [ResultDocument]) -> Page.Table {
        Page.Table(
            "RMS errors", header: ["data", "before", "after", "unit", ""],
            rows: experiments.map { ($0, "fitted") }.map(row) + tests.map { ($0, "not seen") }.map(row))
    }

    private static func row(_ own: ResultDocument, _ kind: String) -> [String] {
        [
            own.text("file") ?? "", own.number("before").map { Numbers.short($0) } ?? "–",
            own.number("after").map { Numbers.short($0) } ?? "–", own.text("unit") ?? "", kind,
        ]
    }
}
