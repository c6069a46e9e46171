/// Doped layered oxides and their capacities: `doped_nmc_capacity.csv`. Its data have no licence: no model of them is
/// shipped.
enum DopedOxideData {
    /// Rows of a capacity column, `IC` or `EC`; nil where the folder has no such table. Throws ``MaterialError``.
    static func read(_ folder: String, _ target: String) throws -> SampleSet? {
        guard let table = try DataFile.table(folder, "doped_nmc_capacity.csv") else { return nil }
        let used = table.header.filter { $0 != "IC" && $0 != "EC" }
        let places = try used.map { try table.place(required: $0) }
        let value = try table.place(required: target)
        var rows: [Sample] = []
        for row in table.rows {
            guard let capacity = try table.number(row, value) else { continue }
            let known = try places.map { try table.number(row, $0) ?? .nan }
            func number(_ name: String) -> Double { used.firstIndex(of: name).map { known[$0] } ?? .nan }
            // The rate acts by its logarithm, the window by its width, lithium by what the metals leave.
            let metals = number("Ni") + number("Co") + number("Mn") + number("M")
            let own = [
                Numbers.logarithm(max(number("CD"), 1e-3)), number("V_max") - number("V_min"), number("Li") / metals,
                number("Ni") / metals, number("LC_c") / number("LC_a"), number("M") / metals,
            ]
            let id = known.map { "\($0)" }.joined(separator: " ")
            // A row's composition with its test conditions: the same oxide at another rate is another row, in the
            // same group.
            let composition = ["Li", "Ni", "Co", "Mn", "M", "Mr_dopant"].map { "\(number($0))" }.joined(separator: " ")
            rows.append(
                Sample(
                    id: id, features: known + own, target: capacity, compositions: [composition],
                    groups: ["random": composition]))
        }
        let names = ["log rate", "window", "lithium per metal", "nickel share", "axes", "dopant share"].map {
            "own \($0)"
        }
        return SampleSet(names: used + names, rows: rows)
    }
}
