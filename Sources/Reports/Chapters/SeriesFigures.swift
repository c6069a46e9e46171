internal import CyclingData

/// Voltage, current and temperature, over time and over capacity, of one or more time series.
struct SeriesFigures {
    let series: [TimeSeries]

    private func name(_ own: TimeSeries) -> String { ShortName.of(own.name, among: series.map(\.name)) }

    /// What is drawn as one line each: a whole short test, a cycle of a long one, or the first cycle of each of several.
    private var lines: [(name: String, ink: Ink, rows: [TimeSeries.Row])] {
        if series.count > 1 {
            return series.enumerated().map { index, own in
                (name(own), .series(index), own.shown(1).first?.rows ?? [])
            }
        }
        guard let own = series.first else { return [] }
        if own.seen <= 3 { return [("", .series(0), own.shown(3).flatMap(\.rows))] }
        let cycles = own.shown(6)
        return cycles.enumerated().map { index, cycle in
            ("cycle \(cycle.number)", .sequence(Double(index) / Double(max(cycles.count - 1, 1))), cycle.rows)
        }
    }

    /// Those that the data can feed.
    var all: [Figure] {
        ([course, capacity, derivative].compactMap(\.self) + series.flatMap { $0.profiles?.figures ?? [] }).filter {
            !$0.isEmpty
        }
    }

    private var course: Figure? {
        let lines = lines.filter { $0.rows.count > 1 }
        guard let longest = lines.compactMap({ line in line.rows.last.map { $0.time - line.rows[0].time } }).max()
        else {
            return nil
        }
        let (unit, factor) = Numbers.timeUnit(longest)
        func panel(_ quantity: String, _ unit: String, _ value: KeyPath<TimeSeries.Row, Double>) -> Panel? {
            let all = lines.map { line in
                let start = line.rows[0].time
                return Series(
                    line.name, line.ink, .line,
                    line.rows.map { Point(($0.time - start) / factor, $0[keyPath: value]) })
            }
            guard all.contains(where: { $0.points.contains { $0.y.isFinite } }) else { return nil }
            return Panel(Axis(quantity, unit), all)
        }
        var panels = [panel("Voltage", "V", \.voltage), panel("Current", "A", \.current)].compactMap(\.self)
        let temperatures = lines.flatMap(\.rows).map(\.temperature).filter(\.isFinite)
        if let low = temperatures.min(), let high = temperatures.max(), high - low > 0.05,
            let own = panel("Temperature", "°C", \.temperature)
        {
            panels.append(own)
        }
        return Figure(
            "course", "Voltage and current over time",
            caption: series.count > 1
                ? "The first cycle of each. Current is positive on charge."
                : lines.count > 1
                    ? "Cycles from early to late, each from its start. Current is positive on charge."
                    : "Current is positive on charge.",
            x: Axis("Time", unit), panels: panels, isWide: true)
    }

    private var stretches: [(name: String, ink: Ink, voltage: [Double], capacity: [Double])] {
        let isCharge = !series.contains { own in
            own.shown(6).contains { $0.stretch(isCharge: false).capacity.count > 8 }
        }
        var all: [(name: String, ink: Ink, voltage: [Double], capacity: [Double])] = []
        if series.count > 1 {
            for (index, own) in series.enumerated() {
                let stretch = own.shown(1).first?.stretch(isCharge: isCharge)
                all.append((name(own), .series(index), stretch?.voltage ?? [], stretch?.capacity ?? []))
            }
        } else if let own = series.first {
            let cycles = own.shown(6)
            for (index, cycle) in cycles.enumerated() {
                let stretch = cycle.stretch(isCharge: isCharge)
                let place = cycles.count > 1 ? Double(index) / Double(cycles.count - 1) : 0
                all.append(
                    (
                        cycles.count > 1 ? "cycle \(cycle.number)" : "",
                        cycles.count > 1 ? .sequence(place) : .series(0), stretch.voltage, stretch.capacity
                    ))
            }
        }
        return all.filter { $0.capacity.count > 8 }
    }

    private var capacity: Figure? {
        let stretches = stretches
        guard !stretches.isEmpty else { return nil }
        return Figure(
            "voltage-over-capacity", "Voltage over capacity",
            caption: "The longest discharge of each cycle, or charge where none is discharged.",
            x: Axis("Capacity passed", "Ah", includes: [0]),
            panels: [
                Panel(
                    Axis("Voltage", "V"),
                    stretches.map { stretch in
                        Series(
                            stretch.name, stretch.ink, .line,
                            zip(stretch.capacity, stretch.voltage).map { Point($0, $1) })
                    })
            ])
    }

    private var derivative: Figure? {
        let lines = stretches.compactMap { stretch -> Series? in
            guard let low = stretch.voltage.min(), let high = stretch.voltage.max(), high - low > 0.1,
                let first = stretch.voltage.first, let last = stretch.voltage.last,
                let curve = CapacityCurve(
                    voltage: stretch.voltage, capacity: stretch.capacity, direction: last > first ? 1 : -1)
            else { return nil }
            let grid = CapacityCurve.grid(from: last > first ? low : high, to: last > first ? high : low, count: 400)
            let slope = curve.incrementalCapacity(on: grid)
            return Series(
                stretch.name, stretch.ink, .line,
                zip(grid, slope).filter { $0.1.isFinite }.map { Point($0, $1.magnitude) }.sorted { $0.x < $1.x })
        }
        guard !lines.isEmpty else { return nil }
        return Figure(
            "incremental-capacity", "Incremental capacity",
            caption: "Slope of capacity over voltage of the same discharges, smoothed; its peaks move as a cell ages.",
            x: Axis("Voltage", "V"), panels: [Panel(Axis("|dQ/dV|", "Ah/V", includes: [0]), lines)])
    }
}
