/// Per-cycle tables: what a life was like.
enum LifeChapter {
    static func make(_ tables: [CycleColumns], citations: [String] = [], warnings: [String] = []) throws -> Page.Chapter
    {
        for table in tables where table.count == 0 {
            throw ReportError(
                place: table.name, problem: "a table without cycles",
                remedy: "name the table of a run that got somewhere")
        }
        let names = tables.map(\.name)
        let answers = tables.compactMap { table -> String? in
            guard let health = table.health.last else { return nil }
            let name = ShortName.of(table.name, among: names)
            return "\(name): " + sentence(table, health)
        }
        var blocks: [Page.Block] = []
        if tables.count == 1, let table = tables.first { blocks.append(.facts(facts(table))) }
        blocks.append(.figures(FadeFigures(tables: tables).all))
        if tables.count > 1 {
            blocks.append(
                .table(
                    Page.Table(
                        "The cells",
                        header: ["table", "cycles", "first, Ah", "last, Ah", "state of health, %", "80 % at cycle"],
                        rows: tables.map { table in
                            let capacities = table.points("discharge_capacity_Ah")
                            return [
                                ShortName.of(table.name, among: names), Numbers.whole(table.cycles.last ?? .nan),
                                Numbers.short(capacities.first?.y ?? .nan, 4),
                                Numbers.short(capacities.last?.y ?? .nan, 4),
                                Numbers.short(table.health.last?.y ?? .nan),
                                FadeFigures.crossing(table.health, 80).map(Numbers.whole) ?? "not reached",
                            ]
                        })))
        }
        for table in tables { blocks.append(.table(rows(table, among: tables))) }
        return Page.Chapter(
            tables.count == 1 ? "Life of \(ShortName.of(names[0]))" : "Lives compared",
            question: "Per-cycle " + (tables.count == 1 ? "table" : "tables") + ": " + names.joined(separator: ", "),
            answer: answers.joined(separator: " "), blocks: blocks, warnings: warnings, citations: citations)
    }

    /// What is left, and what took the rest.
    static func sentence(_ table: CycleColumns, _ health: Point) -> String {
        var text: String
        if let life = FadeFigures.crossing(table.health, 80) {
            text = "80 % of the first capacity is reached after \(Numbers.whole(life)) cycles"
        } else {
            text =
                "\(Numbers.percent(health.y / 100)) of the first capacity is left after \(Numbers.whole(health.x)) cycles"
        }
        if let largest = FadeFigures.largest(table) {
            text += "; most of the lithium lost went into \(largest.name) (\(Numbers.percent(largest.share, 0)))"
        }
        return text + "."
    }

    private static func facts(_ table: CycleColumns) -> [Page.Fact] {
        var facts = [Page.Fact("Cycles", Numbers.whole(table.cycles.last ?? .nan))]
        if let health = table.health.last {
            facts.append(Page.Fact("State of health", Numbers.percent(health.y / 100)))
        }
        let capacities = table.points("discharge_capacity_Ah")
        if let first = capacities.first, let last = capacities.last {
            facts.append(
                Page.Fact(
                    "Capacity now", Numbers.quantity(last.y, "Ah", 4), "\(Numbers.quantity(first.y, "Ah", 4)) at first")
            )
        }
        if let largest = FadeFigures.largest(table) {
            facts.append(
                Page.Fact(
                    "Most lithium lost to", largest.name, "\(Numbers.percent(largest.share, 0)) of all lithium lost"))
        }
        for (column, title) in [
            ("loss_of_lithium_inventory", "Lithium inventory lost"),
            ("loss_of_active_material_negative", "Negative material lost"),
            ("loss_of_active_material_positive", "Positive material lost"),
        ] {
            if let value = table.last(column) { facts.append(Page.Fact(title, Numbers.percent(value, 2))) }
        }
        return facts
    }

    /// Twenty rows of a table, evenly spread.
    static func rows(_ table: CycleColumns, among tables: [CycleColumns]) -> Page.Table {
        let columns: [(column: String, title: String, scale: Double)] = [
            ("discharge_capacity_Ah", "discharged, Ah", 1), ("discharge_energy_Wh", "energy, Wh", 1),
            ("coulombic_efficiency", "coulombic efficiency, %", 100), ("soh", "state of health, %", 100),
            ("resistance_ohm", "resistance, mΩ", 1000), ("loss_of_lithium_inventory", "lithium inventory lost, %", 100),
            ("loss_of_active_material_negative", "negative material lost, %", 100),
            ("loss_of_active_material_positive", "positive material lost, %", 100),
        ]
        let present = columns.filter { table[$0.column]?.count == table.count }
        let places = Thinning.evenly(Array(0..<table.count), to: 20)
        let name = tables.count > 1 ? " of \(ShortName.of(table.name, among: tables.map(\.name)))" : ""
        return Page.Table(
            table.count > 20 ? "Cycles\(name): 20 of \(table.count)" : "Cycles\(name)",
            header: ["cycle"] + present.map(\.title),
            rows: places.map { place in
                [Numbers.whole(table.cycles[place])]
                    + present.map { Numbers.short((table[$0.column]?[place] ?? .nan) * $0.scale, 4) }
            }, isFolded: true)
    }
}
