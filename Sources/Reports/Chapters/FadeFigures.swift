/// How a cell's life goes: figures and words of a per-cycle table.
struct FadeFigures {
    let tables: [CycleColumns]

    /// Where lithium goes, by columns of the per-cycle table. Together they are all lithium lost from the particles: what is
    /// plated includes what is dead.
    private static let causes: [(name: String, column: String, minus: String?)] = [
        ("SEI", "sei_capacity_Ah", nil), ("SEI in cracks", "crack_sei_capacity_Ah", nil),
        ("plated lithium", "plated_capacity_Ah", "dead_lithium_capacity_Ah"),
        ("dead lithium", "dead_lithium_capacity_Ah", nil),
        ("in lost active material", "capacity_in_lost_material_Ah", nil),
    ]

    /// Lithium lost to each cause over a table's cycles, A·h; those that take part only.
    static func losses(_ table: CycleColumns) -> [(name: String, values: [Double])] {
        causes.compactMap { cause in
            guard var values = table[cause.column], values.count == table.count else { return nil }
            if let minus = cause.minus, let other = table[minus] { values = zip(values, other).map { max($0 - $1, 0) } }
            values = values.map { $0.isFinite ? $0 : 0 }
            return values.max() ?? 0 > 1e-9 ? (cause.name, values) : nil
        }
    }

    /// The largest cause at a table's end with its share; nil where nothing is told.
    static func largest(_ table: CycleColumns) -> (name: String, share: Double)? {
        let all = losses(table).map { ($0.name, $0.values.last ?? 0) }
        let sum = all.reduce(0) { $0 + $1.1 }
        guard sum > 0, let most = all.max(by: { $0.1 < $1.1 }) else { return nil }
        return (most.0, most.1 / sum)
    }

    /// The cycle at which health first stays below a level, between rows by a straight line; nil where it does not.
    static func crossing(_ health: [Point], _ level: Double) -> Double? {
        guard let index = health.firstIndex(where: { $0.y < level }), index > 0 else { return nil }
        let (a, b) = (health[index - 1], health[index])
        return a.x + (b.x - a.x) * (a.y - level) / (a.y - b.y)
    }

    private func name(_ table: CycleColumns) -> String {
        tables.count > 1 ? ShortName.of(table.name, among: tables.map(\.name)) : ""
    }

    private func lines(_ title: String, _ column: String, _ scale: Double = 1) -> [Series] {
        tables.enumerated().compactMap { index, table in
            let points = table.points(column, scale)
            guard points.count > 1 else { return nil }
            return Series(tables.count > 1 ? name(table) : title, .series(index), .line, points)
        }
    }

    /// Those that the tables can feed.
    var all: [Figure] {
        [health, causes, modes, resistance, efficiency].compactMap(\.self).filter { !$0.isEmpty }
    }

    private var health: Figure? {
        let series = tables.enumerated().compactMap { index, table -> Series? in
            let points = table.health
            return points.count > 1 ? Series(name(table), .series(index), .line, points) : nil
        }
        guard !series.isEmpty else { return nil }
        let lowest = series.flatMap(\.points).map(\.y).min() ?? 100
        return Figure(
            "state-of-health", "Capacity over life",
            caption: "Discharge capacity, in percent of that of the first full discharge or reference test.",
            x: .cycles,
            panels: [
                Panel(
                    Axis("State of health", "%", includes: [100]), series,
                    references: lowest < 90 ? [Reference(80, "80 %, the usual end of life")] : [])
            ])
    }

    private var causes: Figure? {
        guard tables.count == 1, let table = tables.first else { return nil }
        let all = Self.losses(table)
        guard !all.isEmpty, table.count > 1 else { return nil }
        var below = [Double](repeating: 0, count: table.count)
        var series: [Series] = []
        for (index, cause) in all.enumerated() {
            let above = zip(below, cause.values).map { $0 + $1 }
            series.append(
                Series(
                    cause.name, .series(index), .area,
                    table.cycles.indices.map { Point(table.cycles[$0], above[$0], low: below[$0], high: above[$0]) }))
            below = above
        }
        return Figure(
            "causes-of-fade", "Where the lithium went",
            caption: "Lithium lost from the particles of both electrodes, by what holds it now.", x: .cycles,
            panels: [Panel(Axis("Lithium lost", "Ah", includes: [0]), series)])
    }

    private var modes: Figure? {
        if tables.count > 1 {
            let series = lines("", "loss_of_lithium_inventory", 100)
            guard series.count > 1 else { return nil }
            return Figure(
                "lithium-inventory", "Loss of lithium inventory", x: .cycles,
                panels: [Panel(Axis("Loss of lithium inventory", "%", includes: [0]), series)])
        }
        guard let table = tables.first else { return nil }
        let modes = [
            ("lithium inventory", "loss_of_lithium_inventory"),
            ("negative active material", "loss_of_active_material_negative"),
            ("positive active material", "loss_of_active_material_positive"),
        ]
        let series = modes.enumerated().map { Series($1.0, .series($0), .line, table.points($1.1, 100)) }
            .filter { $0.points.count > 1 && ($0.points.map(\.y.magnitude).max() ?? 0) > 1e-6 }
        guard !series.isEmpty else { return nil }
        return Figure(
            "degradation-modes", "Degradation modes",
            caption: "Of lithium in the particles, and of the volume of active material.", x: .cycles,
            panels: [Panel(Axis("Lost of its initial value", "%", includes: [0]), series)])
    }

    private var resistance: Figure? {
        let series = lines("10 s after a step of current", "resistance_ohm", 1000)
        guard !series.isEmpty else { return nil }
        return Figure(
            "resistance", "Resistance",
            caption: "Voltage change over current change 10 s after the first step of current of each cycle.",
            x: .cycles,
            panels: [
                Panel(
                    Axis("Resistance", "mΩ"),
                    series.map {
                        var own = $0; own.points = Self.steady($0.points); return own
                    })
            ])
    }

    /// Without the first cycle, whose step begins from rest elsewhere than those of the others.
    private static func steady(_ points: [Point]) -> [Point] {
        guard points.count > 3, points[0].y < points[1].y * 0.5 || points[0].y > points[1].y * 2 else { return points }
        return Array(points.dropFirst())
    }

    private var efficiency: Figure? {
        var series: [Series] = []
        for (index, table) in tables.enumerated() {
            guard let discharged = table["discharge_energy_Wh"], let charged = table["charge_energy_Wh"],
                discharged.count == table.count, charged.count == table.count
            else { continue }
            let points = table.cycles.indices.map { Point(table.cycles[$0], 100 * discharged[$0] / charged[$0]) }
                .filter { $0.y.isFinite && $0.y > 50 && $0.y < 110 }
            if points.count > 1 { series.append(Series(name(table), .series(index), .line, points)) }
        }
        guard !series.isEmpty else { return nil }
        return Figure(
            "energy-efficiency", "Energy efficiency", caption: "Energy discharged over energy charged in the cycle.",
            x: .cycles, panels: [Panel(Axis("Energy efficiency", "%"), series)])
    }
}

/// Names short enough for a legend.
enum ShortName {
    /// The file's name without folders and usual endings, where this still tells it from the others.
    static func of(_ name: String, among all: [String]) -> String {
        func short(_ name: String) -> String {
            var file = name.split(separator: "/").last.map(String.init) ?? name
            for ending in [".gz", ".csv", ".json", ".bdf", ".evaluation"]
            where file.hasSuffix(ending) && file.count > ending.count {
                file.removeLast(ending.count)
            }
            return file
        }
        let own = short(name)
        return all.count { short($0) == own } > 1 ? name : own
    }

    static func of(_ name: String) -> String { of(name, among: []) }
}
