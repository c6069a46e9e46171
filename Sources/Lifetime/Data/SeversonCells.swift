/// One cell of Severson et al., Nature Energy 4 (2019): what its first 100 cycles show, and its life.
public struct SeversonCell: Sendable {
    /// `train/cell1`.
    public var name: String
    /// Discharge capacities of cycles 2 to 100, Ah.
    public var capacities: [Double]
    /// Discharge capacity at 1000 voltages from 3.6 V down to 2.0 V, of cycle 100 less that of cycle 10, Ah.
    public var difference: [Double]
    /// Cycles to 0.88 Ah.
    public var life: Double

    /// Names of the sets in a folder: `train`, `test1`, …
    public static func sets(folder: String) -> [String] {
        NumberTable.names(inFolder: "\(folder)/severson_lfp_qv").compactMap { name in
            name.hasSuffix("_cycle_lives.csv") ? String(name.dropLast("_cycle_lives.csv".count)) : nil
        }
    }

    /// One set. Throws `LifetimeError` where a file cannot be read or a cell is not in all of them.
    public static func load(folder: String, set: String) throws -> [SeversonCell] {
        let root = "\(folder)/severson_lfp_qv/\(set)"
        let lives = try NumberTable(path: "\(root)_cycle_lives.csv")
        let life = try lives.column("cycle_life", of: "\(root)_cycle_lives.csv")
        let capacities = try NumberTable(path: "\(root)_discharge_capacity_Ah_cycles2_100.csv")
        let differences = try NumberTable(path: "\(root)_deltaQ_100_minus_10_full1000.csv")
        func rows(_ table: NumberTable) -> [String: [Double]] {
            var out: [String: [Double]] = [:]
            for (row, label) in table.labels.enumerated() { out[label] = table.columns.dropFirst().map { $0[row] } }
            return out
        }
        let byCell = (rows(capacities), rows(differences))
        return try lives.labels.enumerated().map { row, label in
            guard let own = byCell.0[label], let difference = byCell.1[label] else {
                throw LifetimeError(
                    place: root, problem: "\(label) has a life and no capacities or ΔQ",
                    remedy: "all three tables must hold every cell")
            }
            return SeversonCell(name: "\(set)/\(label)", capacities: own, difference: difference, life: life[row])
        }
    }
}
