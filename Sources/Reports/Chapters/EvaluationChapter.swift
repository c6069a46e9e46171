/// Candidates that `cellar evaluate` made a cell of.
enum EvaluationChapter {
    static func make(_ evaluations: [ResultDocument]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        let answers = try evaluations.map(answer)
        if evaluations.count == 1, let own = evaluations.first { blocks.append(.facts(try facts(own))) }
        for own in evaluations {
            let formula = evaluations.count > 1 ? " (\(own.text("formula") ?? "?"))" : ""
            blocks.append(.paragraph("How sure\(formula): \(Confidence(own).sentences)"))
        }
        var figures: [Figure] = []
        if evaluations.count > 1 { figures += fronts(evaluations) + comparison(evaluations) }
        figures += rates(evaluations)
        for own in evaluations.prefix(4) {
            figures += carbon(own, of: evaluations.count > 1) + masses(own, of: evaluations.count > 1)
        }
        blocks.append(.figures(figures.filter(\.tellsSomething)))
        if figures.contains(where: { $0.name == "energy-cobalt" && !$0.tellsSomething }) {
            blocks.append(.paragraph("None of these cells holds cobalt."))
        }
        if evaluations.count > 1 { blocks.append(.table(try table(evaluations))) }
        for own in evaluations { blocks += tables(own, of: evaluations.count > 1) }
        let names = evaluations.map { $0.text("formula") ?? "a candidate" }
        return Page.Chapter(
            evaluations.count == 1 ? "\(names[0]) as a cell" : "Candidates compared", question: question(evaluations),
            answer: answers.joined(separator: " "), blocks: blocks,
            warnings: unique(evaluations.flatMap(warnings)),
            citations: unique(evaluations.flatMap(sources)), commands: evaluations.compactMap { $0.text("command") })
    }

    private static func warnings(_ own: ResultDocument) -> [String] {
        var all = own.texts("remarks")
        all += own.at("samples")?.texts("failures") ?? []
        all += own.at("sustainability")?.texts("flags") ?? []
        return all + strangers(own) + Confidence(own).warnings
    }

    private static func question(_ evaluations: [ResultDocument]) -> String {
        evaluations.map { own in
            var text =
                "\(own.text("formula") ?? "?") as the \(own.text("role") ?? "") electrode of a cell against "
                + "\(own.text("counter") ?? "?"): designed, then discharged by the "
            text += (own.at("samples")?.text("model") ?? "dfn").replacing("dfn", with: "pseudo-2D model")
            if let run = own.at("samples")?.number("run"), run > 0 {
                text += "; intervals of \(Numbers.whole(run)) sampled cells"
            }
            if let test = own.at("life")?.text("test"), !test.isEmpty { text += "; life by \(test)" }
            return text + "."
        }.joined(separator: " ")
    }

    private static func answer(_ own: ResultDocument) throws -> String {
        let performance = try own.neededObject("cell_performance")
        let formula = try own.neededText("formula")
        guard let energy = performance.interval("specific_energy_Wh_kg") else {
            throw ReportError(
                place: "\(own.place): cell_performance: specific_energy_Wh_kg",
                problem: "missing, as in results of another version", remedy: "evaluate the candidate again")
        }
        let sure = Confidence(own)
        let interval = sure.samples > 0 ? "90 % interval of \(sure.samples) sampled cells" : "90 % interval"
        var text = "A cell of \(formula) holds \(energy.text())"
        if !energy.isExact { text += " (\(interval): \(energy.range()))" }
        if let life = own.at("life"), let cycles = life.number("cycles_to_80_percent") {
            text += " and lasts \(Numbers.whole(rounded(cycles))) cycles to 80 %"
            if let low = life.number("low"), let high = life.number("high") {
                text += " (\(Numbers.whole(rounded(low))) to \(Numbers.whole(rounded(high))))"
            }
            if let limiting = life.text("limiting") { text += ", limited by \(limiting)" }
            if let remark = sure.ofLife { text += "; this life is \(remark)" }
        }
        if let cobalt = own.at("sustainability")?.at("per_kWh_of_cell")?.interval("cobalt") {
            text += cobalt.value == 0 ? "; it needs no cobalt" : "; it needs \(cobalt.text()) of cobalt"
        }
        return text + "."
    }

    /// To three digits: a life is not known to the cycle.
    private static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value >= 1000 else { return value }
        let scale = power(10, logarithm(value).rounded(.down) - 2)
        return (value / scale).rounded() * scale
    }

    private static func facts(_ own: ResultDocument) throws -> [Page.Fact] {
        let performance = try own.neededObject("cell_performance")
        func fact(_ title: String, _ interval: Interval?, digits: Int = 3) -> Page.Fact? {
            interval.map { Page.Fact(title, $0.text(digits), $0.isExact ? "" : "\($0.range(digits)) (90 % interval)") }
        }
        var facts = [
            fact("Specific energy", performance.interval("specific_energy_Wh_kg")),
            fact("Energy density", performance.interval("energy_density_Wh_L")),
        ]
        if let life = own.at("life"), let cycles = life.number("cycles_to_80_percent") {
            facts.append(
                Page.Fact(
                    "Cycles to 80 %", Numbers.whole(rounded(cycles)),
                    "\(Numbers.whole(rounded(life.number("low") ?? .nan))) to \(Numbers.whole(rounded(life.number("high") ?? .nan))) (90 % interval)"
                ))
            if let limiting = life.text("limiting") {
                facts.append(
                    Page.Fact(
                        "Limited by", limiting,
                        "in \(Numbers.percent(life.number("limiting_share") ?? .nan, 0)) of the sampled cells"))
            }
        } else {
            facts.append(Page.Fact("Cycles to 80 %", "not asked for", "--life simulate tells"))
        }
        if let own = own.at("sustainability") {
            let cell = own.at("per_kWh_of_cell")
            facts.append(fact("Cobalt", cell?.interval("cobalt")))
            facts.append(fact("Carbon footprint", cell?.interval("carbon_footprint")))
            if let score = own.number("score"), let low = own.number("score_low"), let high = own.number("score_high") {
                facts.append(
                    Page.Fact(
                        "Sustainability score", "\(Numbers.short(score, 2)) of 100",
                        "\(Numbers.short(low, 2)) to \(Numbers.short(high, 2))"))
            }
        }
        let sure = Confidence(own)
        facts.append(Page.Fact("How sure", sure.short, sure.note))
        return facts.compactMap(\.self)
    }

    private static func strangers(_ own: ResultDocument) -> [String] {
        guard let properties = own.at("properties") else { return [] }
        return properties.keys.filter { properties.at($0)?.flag("in_domain") == false }.map {
            "\(own.text("formula") ?? ""): \(words($0)): outside what its model was trained on"
        }
    }

    private static func sources(_ own: ResultDocument) -> [String] {
        let properties = own.at("properties")
        let known = (properties?.keys ?? []).compactMap { key -> String? in
            let property = properties?.at(key)
            return property?.text("source") == "known" ? property?.text("reference") : nil
        }
        let cell = own.at("sustainability")?.at("per_kWh_of_cell")
        return known
            + (cell?.keys ?? []).flatMap { key in
                (cell?.at(key)?.text("source") ?? "").split(separator: ";").map(\.trimmed)
            }
    }

    // MARK: - Figures

    private static func rates(_ evaluations: [ResultDocument]) -> [Figure] {
        let steps: [(key: String, rate: Double)] = [
            ("capacity_C5_fraction", 0.2), ("capacity_C2_fraction", 0.5), ("capacity_1C_fraction", 1),
            ("capacity_2C_fraction", 2),
        ]
        let series = evaluations.enumerated().map { index, own in
            Series(
                evaluations.count > 1 ? own.text("formula") ?? "" : "", .series(index), .joinedPoints,
                steps.compactMap { step in
                    own.at("cell_performance")?.interval(step.key).map {
                        Point(step.rate, 100 * $0.value, low: 100 * $0.low, high: 100 * $0.high)
                    }
                })
        }
        return [
            Figure(
                "rate-capability", "What is left at a fast discharge",
                caption: "Capacity at a rate over that at C/20, with 90 % intervals of the sampled cells.",
                x: Axis("Rate", "C", includes: [0]), panels: [Panel(Axis("Capacity", "%", includes: [100]), series)])
        ]
    }

    private static func carbon(_ own: ResultDocument, of several: Bool) -> [Figure] {
        guard let cell = own.at("sustainability")?.at("per_kWh_of_cell") else { return [] }
        let parts = [
            ("all of the cell", "carbon_footprint"), ("its materials", "carbon_footprint_materials"),
            ("its making", "carbon_footprint_manufacturing"),
        ].compactMap { title, key in cell.interval(key).map { (title, $0) } }
        guard !parts.isEmpty else { return [] }
        let covered = cell.at("carbon_footprint")?.number("coverage")
        return [
            Figure(
                "carbon-footprint", "Carbon footprint\(several ? " of \(own.text("formula") ?? "")" : "")",
                caption: covered.map {
                    "Sources cover \(Numbers.percent($0, 0)) of the mass; the interval holds what is missing."
                } ?? "",
                x: Axis("Carbon footprint", parts[0].1.unit, includes: [0]),
                panels: [
                    Panel(
                        .categories(parts.map(\.0)),
                        [
                            Series(
                                "", .series(2), .bars,
                                parts.enumerated().map { Point($1.1.value, Double($0), low: $1.1.low, high: $1.1.high) }
                            )
                        ])
                ])
        ]
    }

    private static func masses(_ own: ResultDocument, of several: Bool) -> [Figure] {
        let parts = own.list("parts").compactMap { part in
            part.number("mass_kg").map { (part.text("component") ?? "", part.text("material") ?? "", 1000 * $0) }
        }.sorted { $0.2 > $1.2 }
        guard !parts.isEmpty else { return [] }
        return [
            Figure(
                "masses", "What the cell weighs\(several ? ": \(own.text("formula") ?? "")" : "")",
                x: Axis("Mass", "g", includes: [0]),
                panels: [
                    Panel(
                        .categories(parts.map(\.0)),
                        [
                            Series(
                                "", .series(0), .bars,
                                parts.enumerated().map { index, part in
                                    Point(
                                        part.2, Double(index),
                                        note: "\(part.0)\n\(part.1)\n\(Numbers.quantity(part.2, "g"))")
                                })
                        ])
                ])
        ]
    }

    /// Energy against life and against cobalt, where the results tell of them.
    private static func fronts(_ evaluations: [ResultDocument]) -> [Figure] {
        func figure(
            _ name: String, _ title: String, _ axis: Axis, isMoreBetter: Bool, _ value: (ResultDocument) -> Interval?
        ) -> Figure {
            let series = evaluations.enumerated().map { index, own -> Series in
                let formula = own.text("formula") ?? ""
                guard let energy = own.at("cell_performance")?.interval("specific_energy_Wh_kg"), let other = value(own)
                else {
                    return Series(formula, .series(index), .points, [])
                }
                let note =
                    "\(formula)\n\(energy.text()) (\(energy.range()))\n"
                    + "\(Numbers.quantity(other.value, axis.unit == Axis.count ? "cycles" : axis.unit)) (\(other.range()))"
                return Series(
                    formula, .series(index), .points,
                    [Point(energy.value, other.value, low: other.low, high: other.high, note: note)])
            }
            let front = front(of: series.flatMap(\.points), isMoreBetter: isMoreBetter)
            let line = front.count > 1 && series.count > 2 ? [Series("front", .muted, .dashedLine, front)] : []
            return Figure(
                name, title,
                caption: "With 90 % intervals." + (line.isEmpty ? "" : " On the front none is beaten in both."),
                x: Axis("Specific energy", "Wh/kg"),
                panels: [Panel(axis, line + series.filter { !$0.points.isEmpty })])
        }
        return [
            figure(
                "energy-life", "Energy and life", Axis("Cycles to 80 %", Axis.count, scale: .logarithmic),
                isMoreBetter: true
            ) { own in
                guard let life = own.at("life"), let cycles = life.number("cycles_to_80_percent") else { return nil }
                return Interval(
                    value: cycles, low: life.number("low") ?? cycles, high: life.number("high") ?? cycles,
                    unit: "cycles")
            },
            figure(
                "energy-carbon", "Energy and carbon", Axis("Carbon footprint", "kg CO₂e/kWh", includes: [0]),
                isMoreBetter: false
            ) {
                $0.at("sustainability")?.at("per_kWh_of_cell")?.interval("carbon_footprint")
            },
            figure("energy-cobalt", "Energy and cobalt", Axis("Cobalt", "g/kWh", includes: [0]), isMoreBetter: false) {
                $0.at("sustainability")?.at("per_kWh_of_cell")?.interval("cobalt")
            },
        ].filter { !$0.isEmpty }
    }

    /// Points that no other beats in both, by rising energy.
    static func front(of points: [Point], isMoreBetter: Bool) -> [Point] {
        var front: [Point] = []
        for point in points.sorted(by: { $0.x > $1.x }) {
            guard let last = front.last else {
                front.append(point)
                continue
            }
            if isMoreBetter ? point.y > last.y : point.y < last.y { front.append(point) }
        }
        return front.reversed()
    }

    private static func comparison(_ evaluations: [ResultDocument]) -> [Figure] {
        let names = evaluations.map { $0.text("formula") ?? "" }
        let points = evaluations.enumerated().compactMap { index, own in
            own.at("cell_performance")?.interval("specific_energy_Wh_kg").map {
                Point($0.value, Double(index), low: $0.low, high: $0.high)
            }
        }
        return [
            Figure(
                "specific-energies", "Specific energy", caption: "With 90 % intervals.",
                x: Axis("Specific energy", "Wh/kg", includes: [0]),
                panels: [Panel(.categories(names), [Series("", .series(0), .bars, points)])])
        ]
    }

    // MARK: - Tables

    private static func table(_ evaluations: [ResultDocument]) throws -> Page.Table {
        Page.Table(
            "The candidates",
            header: [
                "candidate", "against", "Wh/kg", "90 %", "Wh/L", "cycles", "90 %", "limited by", "Co, g/kWh",
                "CO₂e, kg/kWh",
            ],
            rows: try evaluations.map { own in
                let performance = try own.neededObject("cell_performance")
                let energy = performance.interval("specific_energy_Wh_kg")
                let life = own.at("life")
                let cell = own.at("sustainability")?.at("per_kWh_of_cell")
                func whole(_ key: String) -> String { life?.number(key).map { Numbers.whole(rounded($0)) } ?? "–" }
                return [
                    own.text("formula") ?? "", own.text("counter") ?? "", energy.map { Numbers.short($0.value) } ?? "–",
                    energy?.range() ?? "",
                    performance.interval("energy_density_Wh_L").map { Numbers.short($0.value) } ?? "–",
                    whole("cycles_to_80_percent"), life == nil ? "" : "\(whole("low")) to \(whole("high"))",
                    life?.text("limiting") ?? "", cell?.interval("cobalt").map { Numbers.short($0.value) } ?? "–",
                    cell?.interval("carbon_footprint").map { Numbers.short($0.value) } ?? "–",
                ]
            })
    }

    private static func tables(_ own: ResultDocument, of several: Bool) -> [Page.Block] {
        let of = several ? " of \(own.text("formula") ?? "")" : ""
        var blocks: [Page.Block] = []
        func rows(_ key: String, _ columns: (Interval?, ResultDocument) -> [String]) -> [[String]] {
            guard let object = own.at(key) else { return [] }
            return object.keys.compactMap { name in
                object.at(name).map { [words(name)] + columns(object.interval(name), $0) }
            }
        }
        if let statement = own.at("life")?.text("statement") { blocks.append(.paragraph("Life: \(statement).")) }
        blocks.append(
            .table(
                Page.Table(
                    "The cell\(of)", header: ["figure", "value", "90 %", "unit"],
                    rows: rows("cell_performance") { interval, _ in
                        [
                            interval.map { Numbers.short($0.value) } ?? "–", interval?.range() ?? "",
                            interval?.unit ?? "",
                        ]
                    })))
        blocks.append(
            .table(
                Page.Table(
                    "Properties of the material\(of), with sources",
                    header: ["property", "value", "90 %", "unit", "kind", "source"],
                    rows: rows("properties") { interval, property in
                        [
                            interval.map { Numbers.short($0.value) } ?? "–", interval?.range() ?? "",
                            interval?.unit ?? "",
                            (property.text("source") ?? "")
                                + (property.flag("in_domain") == false ? ", outside the model's domain" : ""),
                            property.text("reference") ?? "",
                        ]
                    }, isFolded: several)))
        if let design = own.at("design") {
            blocks.append(
                .table(
                    Page.Table(
                        "Design of the cell\(of)", header: ["quantity", "value"],
                        rows: design.keys.map {
                            [words($0, keepsUnit: true), design.number($0).map { Numbers.short($0) } ?? "–"]
                        }, isFolded: true)))
        }
        if let priors = own.at("life")?.list("priors"), !priors.isEmpty {
            blocks.append(
                .table(
                    Page.Table(
                        "Ageing parameters\(of): ranges sampled from, not fitted",
                        header: ["parameter", "from", "to", "unit", "source"],
                        rows: priors.map {
                            [
                                $0.text("name") ?? "", Numbers.short($0.number("low") ?? .nan),
                                Numbers.short($0.number("high") ?? .nan),
                                $0.text("unit") ?? "", $0.text("source") ?? "",
                            ]
                        }, isFolded: true)))
        }
        if let table = footprint(own, of) { blocks.append(.table(table)) }
        return blocks
    }

    /// One row for each indicator: of the cell as it is made, and spread over what it delivers.
    private static func footprint(_ own: ResultDocument, _ of: String) -> Page.Table? {
        guard let cell = own.at("sustainability")?.at("per_kWh_of_cell") else { return nil }
        let delivered = own.at("sustainability")?.at("per_kWh_delivered")
        var header = ["indicator", "of the cell", "range", "unit"]
        if delivered != nil { header += ["per kWh delivered", "range"] }
        header += ["covered, %", "source", "year"]
        let part = "carbon_footprint_"
        let rows = cell.keys.compactMap { name -> [String]? in
            guard let indicator = cell.at(name) else { return nil }
            let interval = cell.interval(name)
            let title =
                name.hasPrefix(part)
                ? "\u{2003}of it \(words(String(name.dropFirst(part.count))))" : words(name, keepsUnit: true)
            var row = [title, interval.map { Numbers.short($0.value) } ?? "–", interval?.range() ?? ""]
            row.append(interval?.unit ?? "")
            if let delivered {
                let over = delivered.interval(name)
                // What is no amount per energy is the same whatever is delivered.
                if let over, over.unit != interval?.unit {
                    row += [Numbers.short(over.value), over.range()]
                } else {
                    row += ["", ""]
                }
            }
            row += [Numbers.short(100 * (indicator.number("coverage") ?? .nan)), indicator.text("source") ?? ""]
            row.append(indicator.number("year").map { "\(Int($0))" } ?? "")
            return row
        }
        return Page.Table("Footprint\(of)", header: header, rows: rows, isFolded: true)
    }
}

/// A key of a document in words; without the unit that ends it, where there is one and it is told elsewhere.
func words(_ key: String, keepsUnit: Bool = false) -> String {
    switch key {
    case "max_delta_volume_frac": return "largest volume change, fraction"
    case "capacity_C5_fraction", "capacity_C2_fraction", "capacity_1C_fraction", "capacity_2C_fraction":
        let rate = key.dropFirst(9).dropLast(9)
        return "capacity at \(rate.hasPrefix("C") ? "C/\(rate.dropFirst())" : String(rate)), fraction of that at C/20"
    default: break
    }
    return keepsUnit ? key.replaced : ColumnName.parted(key).quantity
}
