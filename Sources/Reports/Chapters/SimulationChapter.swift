/// Runs of `cellar simulate`, with the time series they wrote.
enum SimulationChapter {
    static func make(_ runs: [(name: String, document: ResultDocument)], series: [TimeSeries]) throws -> Page.Chapter {
        let tables = try runs.map { run in
            _ = try run.document.needed("discharge_capacity_Ah")
            return CycleColumns(name: run.name, rows: run.document.list("summary"))
        }
        var blocks: [Page.Block] = []
        var answers: [String] = []
        if runs.count == 1, let run = runs.first, let table = tables.first {
            let document = run.document
            blocks.append(.facts(try facts(document, table)))
            answers.append(try answer(document, table))
        } else {
            answers.append(comparison(runs, tables))
        }
        if !series.isEmpty {
            let figures = SeriesFigures(series: series).all
            blocks.append(.figures(Array(figures.prefix(1))))
            if figures.count > 1 { blocks.append(.figures(Array(figures.dropFirst()))) }
        }
        let circuits = runs.compactMap { CircuitFigures($0.document) }
        if !circuits.isEmpty { blocks.append(.figures(circuits.flatMap(\.figures))) }
        if tables.contains(where: { $0.count > 1 }) { blocks.append(.figures(FadeFigures(tables: tables).all)) }
        if runs.count > 1 { blocks.append(.table(table(runs))) }
        for table in tables where table.count > 1 { blocks.append(.table(LifeChapter.rows(table, among: tables))) }
        blocks.append(.table(settings(runs)))
        let definition = runs.compactMap { $0.document.text("soh_definition") }.first
        if let definition, tables.contains(where: { $0.count > 1 }) { blocks.append(.paragraph(definition)) }
        let cells = unique(runs.compactMap { $0.document.text("cell") })
        return Page.Chapter(
            runs.count == 1 ? "Simulation of \(cells.joined())" : "Simulations compared",
            question: runs.map { question($0.name, $0.document) }.joined(separator: " "),
            answer: answers.joined(separator: " "),
            blocks: blocks, warnings: unique(runs.flatMap { $0.document.texts("warnings") }),
            citations: unique(runs.flatMap { $0.document.texts("citations") }),
            commands: runs.compactMap { $0.document.text("command") })
    }

    private static func question(_ run: String, _ document: ResultDocument) -> String {
        let name = document.text("model") ?? ""
        let model = name == "ecm" ? "equivalent circuit" : "\(name.uppercased()) model"
        let cycles = document.number("cycles").map { $0 == 1 ? "one cycle" : "\(Numbers.whole($0)) cycles" } ?? ""
        return "\(ShortName.of(run)): \(cycles) of \(document.text("cell") ?? "a cell") by the \(model), "
            + "mesh \(document.text("mesh") ?? "?"), \(document.text("thermal") ?? "isothermal"); ended: "
            + "\(document.text("end_reason") ?? "?")."
    }

    private static func answer(_ document: ResultDocument, _ table: CycleColumns) throws -> String {
        let cell = document.text("cell") ?? "the cell"
        let capacity = Numbers.quantity(try document.needed("discharge_capacity_Ah"), "Ah")
        let energy = Numbers.quantity(document.number("discharge_energy_Wh") ?? .nan, "Wh")
        guard table.count > 1, let health = table.health.last else {
            return "\(cell) gives \(capacity) and \(energy) in this discharge."
        }
        return "\(cell): " + LifeChapter.sentence(table, health) + " The last cycle gave \(capacity) and \(energy)."
    }

    private static func comparison(_ runs: [(name: String, document: ResultDocument)], _ tables: [CycleColumns])
        -> String
    {
        let names = runs.map(\.name)
        let all = zip(runs, tables).map { run, table -> String in
            let name = ShortName.of(run.name, among: names)
            if table.count > 1, let health = table.health.last {
                return "\(name) keeps \(Numbers.percent(health.y / 100)) after \(Numbers.whole(health.x)) cycles"
            }
            return "\(name) gives \(Numbers.quantity(run.document.number("discharge_capacity_Ah") ?? .nan, "Ah"))"
        }
        return all.joined(separator: "; ") + "."
    }

    private static func facts(_ document: ResultDocument, _ table: CycleColumns) throws -> [Page.Fact] {
        let many = (document.number("cycles") ?? 1) > 1
        var facts = [
            Page.Fact(
                "Discharged", Numbers.quantity(try document.needed("discharge_capacity_Ah"), "Ah", 4),
                many ? "in the last cycle" : ""),
            Page.Fact("Energy", Numbers.quantity(document.number("discharge_energy_Wh") ?? .nan, "Wh", 4)),
        ]
        if many, let health = table.health.last {
            facts.append(
                Page.Fact("State of health", Numbers.percent(health.y / 100), "after \(Numbers.whole(health.x)) cycles")
            )
        }
        if let resistance = table.last("resistance_ohm") {
            facts.append(
                Page.Fact("Resistance", Numbers.quantity(1000 * resistance, "mΩ"), "10 s after a step of current"))
        }
        if let largest = FadeFigures.largest(table), many {
            facts.append(
                Page.Fact(
                    "Most lithium lost to", largest.name, "\(Numbers.percent(largest.share, 0)) of all lithium lost"))
        }
        if let circuit = CircuitFigures(document) { facts += circuit.facts }
        if let seconds = document.number("solve_seconds") {
            facts.append(
                Page.Fact(
                    "Solved in", Numbers.quantity(seconds, "s"),
                    "\(Numbers.whole(document.number("steps") ?? .nan)) steps"))
        }
        return facts
    }

    private static func table(_ runs: [(name: String, document: ResultDocument)]) -> Page.Table {
        Page.Table(
            "The runs",
            header: ["run", "cell", "cycles", "discharged, Ah", "energy, Wh", "ended", "solved in, s"],
            rows: runs.map { run in
                [
                    ShortName.of(run.name, among: runs.map(\.name)), run.document.text("cell") ?? "",
                    Numbers.whole(run.document.number("cycles") ?? .nan),
                    Numbers.short(run.document.number("discharge_capacity_Ah") ?? .nan, 4),
                    Numbers.short(run.document.number("discharge_energy_Wh") ?? .nan, 4),
                    run.document.text("end_reason") ?? "", Numbers.short(run.document.number("solve_seconds") ?? .nan),
                ]
            })
    }

    private static func settings(_ runs: [(name: String, document: ResultDocument)]) -> Page.Table {
        let keys: [(key: String, title: String)] = [
            ("model", "model"), ("mesh", "mesh, points in negative/separator/positive/particle"),
            ("thermal", "thermal model"),
            ("linear_solver", "linear solver"), ("rtol", "relative tolerance"), ("atol", "absolute tolerance"),
            ("steps", "steps"), ("residual_evaluations", "evaluations of the residual"),
            ("jacobian_evaluations", "evaluations of the Jacobian"), ("newton_iterations", "Newton iterations"),
            ("error_test_failures", "failed error tests"), ("convergence_failures", "failures to converge"),
            ("jumps", "jumps over cycles"), ("skipped_cycles", "cycles jumped over"),
            ("estimated_jump_error", "estimated error of the jumps, fraction of the capacity"),
        ]
        return Page.Table(
            "How it was solved", header: ["setting"] + runs.map { ShortName.of($0.name, among: runs.map(\.name)) },
            rows: keys.compactMap { key, title in
                let values = runs.map { run in
                    run.document.text(key) ?? run.document.number(key).map { Numbers.short($0) } ?? ""
                }
                return values.allSatisfy(\.isEmpty) ? nil : [title] + values
            }, isFolded: true)
    }
}

/// In order, each once.
func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
}
