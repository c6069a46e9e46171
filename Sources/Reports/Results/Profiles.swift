/// Values across the cell or a particle at some times of a run's first step, as `simulate --variables` writes them: a column
/// for each place, which its name tells (`electrolyte_concentration_mol_m3@5.33um`, `negative_stoichiometry@5.33um@r=0.198`).
struct Profiles: Sendable {
    /// One variable along one line.
    struct Profile: Sendable {
        /// With its unit at the end, as in the table.
        var name: String
        /// In a particle, from its centre at 0 to its surface at 1; else across the cell, µm from the negative collector.
        var isRadial: Bool
        /// Where across the cell the particle sits; empty where this is told by nothing.
        var place: String
        /// By time, s since the step began.
        var lines: [(time: Double, points: [Point])]
    }

    var all: [Profile] = []

    private static let times = 6

    /// Of a time series' text; none where no column tells a place.
    init(text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init),
            header.contains(where: { $0.contains("@") }), let timeColumn = header.firstIndex(of: "test_time_second"),
            let stepColumn = header.firstIndex(of: "step_count")
        else { return }
        func fields(_ line: Substring) -> [Substring] { line.split(separator: ",", omittingEmptySubsequences: false) }
        var rows: [[Substring]] = []
        for line in lines.dropFirst() {
            let row = fields(line)
            guard row.count == header.count else { break }
            if let first = rows.first, first[stepColumn] != row[stepColumn] { break }
            rows.append(row)
        }
        let shown = Thinning.evenly(rows, to: Self.times)
        guard shown.count > 1, let start = shown.first.flatMap({ Double($0[timeColumn]) }) else { return }
        // Columns of one variable, and of particles at one place, belong together.
        var order: [String] = []
        var groups: [String: [(column: Int, at: Double)]] = [:]
        for (column, title) in header.enumerated() {
            let parts = title.split(separator: "@").map(String.init)
            guard parts.count > 1, let last = parts.last else { continue }
            let isRadial = last.hasPrefix("r=")
            guard let at = Double(isRadial ? last.dropFirst(2) : last.dropLast(2)) else { continue }
            let key = parts[0] + (isRadial ? "@r" : "") + (isRadial && parts.count > 2 ? "@\(parts[1])" : "")
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((column, at))
        }
        for key in order {
            let parts = key.split(separator: "@").map(String.init)
            let isRadial = parts.count > 1
            // Of the particles the outermost two: beside the collector and beside the separator.
            if parts.count > 2 {
                let same = order.filter { $0.hasPrefix("\(parts[0])@r@") }
                guard key == same.first || key == same.last else { continue }
            }
            let columns = groups[key] ?? []
            guard columns.count > 1 else { continue }
            let lines = shown.map { row -> (time: Double, points: [Point]) in
                var points: [Point] = []
                for (index, column) in columns.enumerated() {
                    // Between the electrodes there is no solid.
                    if !isRadial, index > 1 {
                        let step = column.at - columns[index - 1].at
                        if step > 1.6 * max(columns[index - 1].at - columns[index - 2].at, 1e-9), step > 15 {
                            points.append(Point((column.at + columns[index - 1].at) / 2, .nan))
                        }
                    }
                    points.append(Point(column.at, Double(row[column.column]) ?? .nan))
                }
                return ((Double(row[timeColumn]) ?? start) - start, points)
            }
            all.append(
                Profile(
                    name: parts[0], isRadial: isRadial,
                    place: parts.count > 2 ? parts[2].replacing("um", with: " µm") : "", lines: lines))
        }
    }

    /// One figure for each profile.
    var figures: [Figure] {
        all.prefix(12).map { profile in
            let (quantity, unit) = ColumnName.parted(profile.name)
            let count = Double(max(profile.lines.count - 1, 1))
            return Figure(
                "profile-\(profile.name)\(profile.isRadial ? "-r" : "")\(profile.place.isEmpty ? "" : "-\(profile.place)")",
                profile.isRadial
                    ? "\(quantity.capitalisedFirst) in a particle" : "\(quantity.capitalisedFirst) across the cell",
                caption: "Through the first step, from early to late"
                    + (profile.place.isEmpty ? "." : "; the particle at \(profile.place) from the negative collector."),
                x: profile.isRadial
                    ? Axis("Radius over that of the particle", "–", domain: 0...1)
                    : Axis("Distance from the negative collector", "µm"),
                panels: [
                    Panel(
                        Axis(quantity.capitalisedFirst, unit),
                        profile.lines.enumerated().map { index, line in
                            Series(
                                Self.time(line.time), .sequence(Double(index) / count), .line, line.points)
                        })
                ])
        }
    }

    private static func time(_ seconds: Double) -> String {
        seconds >= 600 || seconds == 0
            ? Numbers.quantity(seconds / 60, "min") : Numbers.quantity(seconds, "s")
    }
}
