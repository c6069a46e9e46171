/// Predictions beside what was measured, as `cellar bench materials --predictions` writes them.
enum ParityChapter {
    /// Points of a plot at most; of more, every so-manieth is drawn, and all are counted.
    private static let most = 1500

    static func make(_ tables: [ResultTable]) -> Page.Chapter {
        var figures: [Figure] = []
        var rows: [[String]] = []
        for table in tables {
            let protocols = table.texts("protocol") ?? []
            let columns = ["truth", "value", "low", "high"].map { table.numbers($0) ?? [] }
            for name in unique(protocols) {
                let points = protocols.indices.filter { protocols[$0] == name }.map { row in
                    Point(
                        columns[0][row], columns[1][row], low: columns[2][row].isFinite ? columns[2][row] : nil,
                        high: columns[3][row].isFinite ? columns[3][row] : nil)
                }.filter { $0.x.isFinite && $0.y.isFinite }
                guard !points.isEmpty else { continue }
                let error = points.reduce(0) { $0 + abs($1.y - $1.x) } / Double(points.count)
                let within = points.filter { ($0.low ?? .infinity) <= $0.x && $0.x <= ($0.high ?? -.infinity) }.count
                rows.append([
                    name, Numbers.whole(Double(points.count)), Numbers.short(error),
                    Numbers.short(100 * Double(within) / Double(points.count)),
                ])
                figures.append(figure(name, points))
            }
        }
        return Page.Chapter(
            "Predicted and measured", question: tables.map(\.name).joined(separator: ", "),
            answer: rows.prefix(3).map {
                "\($0[0]): off by \($0[2]) in the mean, \($0[3])\u{00A0}% within the 90 % interval."
            }
            .joined(separator: " "),
            blocks: [
                .figures(figures),
                .table(
                    Page.Table(
                        "The protocols",
                        header: ["protocol", "n", "mean absolute error", "within the 90 % interval, %"],
                        rows: rows)),
            ])
    }

    private static func figure(_ name: String, _ points: [Point]) -> Figure {
        // Intervals of many points would hide them.
        let shown = Thinning.evenly(points, to: most).map { point -> Point in
            guard points.count > 60 else { return point }
            let range = "\(Numbers.short(point.low ?? .nan)) to \(Numbers.short(point.high ?? .nan))"
            return Point(
                point.x, point.y,
                note: "measured \(Numbers.short(point.x))\npredicted \(Numbers.short(point.y))\n90 %: \(range)")
        }
        return Figure(
            "parity-\(name)", name,
            caption: points.count > most
                ? "\(most) of \(Numbers.whole(Double(points.count))) predictions; on the dashed line they equal what was measured."
                : "On the dashed line predictions equal what was measured.",
            x: Axis("Measured", "unit of the property"),
            panels: [
                Panel(
                    Axis("Predicted", "unit of the property"), [Series("", .series(0), .points, shown)],
                    showsParity: true)
            ])
    }
}
