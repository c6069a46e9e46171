/// The equivalent circuit that ran instead of a model, and how it compares with it.
struct CircuitFigures {
    private let circuits: [ResultDocument]
    private let comparison: ResultDocument?

    /// Nil where no circuit ran.
    init?(_ run: ResultDocument) {
        circuits = run.list("circuit")
        comparison = run.at("comparison")
        if circuits.isEmpty { return nil }
    }

    var figures: [Figure] {
        circuits.enumerated().flatMap { index, own -> [Figure] in
            let charge = own.numbers("soc").map { 100 * $0 }
            let of = circuits.count > 1 ? " at \(Self.celsius(own))" : ""
            let pairs = zip(own.lists("resistances_ohm"), own.numbers("time_constants_s")).enumerated().map {
                place, pair in
                Series(
                    "with \(Numbers.duration(pair.1))", .series(place + 1), .joinedPoints,
                    zip(charge, pair.0).map { Point($0, 1000 * $1) })
            }
            let series = Series(
                "in series", .series(0), .joinedPoints,
                zip(charge, own.numbers("series_resistance_ohm")).map { Point($0, 1000 * $1) })
            return [
                Figure(
                    "circuit-resistances", "Resistances of the circuit\(of)",
                    caption: "In series, and with a capacitor beside it, by the time constant of the two.",
                    x: Axis("State of charge", "%"),
                    panels: [Panel(Axis("Resistance", "mΩ", includes: [0]), [series] + pairs)])
            ]
        }
    }

    var facts: [Page.Fact] {
        let misfit = circuits.compactMap { $0.number("misfit") }.max()
        var facts = [
            misfit.map {
                Page.Fact("Circuit's impedance", "\(Numbers.percent($0)) off", "root mean square, of the model's own")
            }
        ].compactMap(\.self)
        if let comparison {
            let model = (comparison.text("model") ?? "model").uppercased()
            facts.append(
                Page.Fact(
                    "Beside \(model)", "\(Numbers.quantity(1000 * (comparison.number("rms_V") ?? .nan), "mV")) off",
                    "root mean square; \(Numbers.quantity(1000 * (comparison.number("largest_V") ?? .nan), "mV")) at most"
                ))
            if let slow = comparison.number("solve_seconds"), let fast = comparison.number("circuit_solve_seconds"),
                fast > 0
            {
                facts.append(Page.Fact("Faster", "\(Numbers.short(slow / fast, 2)) times", "than \(model)"))
            }
        }
        return facts
    }

    private static func celsius(_ own: ResultDocument) -> String {
        Numbers.quantity((own.number("temperature_K") ?? .nan) - 273.15, "°C")
    }
}
