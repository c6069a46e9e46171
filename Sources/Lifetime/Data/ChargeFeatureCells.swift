public import Learning

/// The sets of charge statistics: one file a cell, one row a cycle.
public enum ChargeFeatureSet: String, CaseIterable, Sendable {
    /// NCM523, six charging and discharging protocols.
    case xjtu
    /// LFP, fast charging (Severson's batches).
    case mit
    /// LFP, 77 discharging protocols.
    case hust
    /// NCA, NCM and their blend.
    case tju

    /// Folder below the data set.
    public var folder: String {
        switch self {
        case .xjtu: "xjtu_ncm_features"
        case .mit: "mit_lfp_features"
        case .hust: "hust_lfp_features"
        case .tju: "tju_features"
        }
    }

    /// Names of the 16 statistics (Wang et al., Nature Communications 15, 2024): of the voltage over the constant-current
    /// charge's last 0.2 V, and of the current over the constant-voltage charge from 0.5 A to 0.1 A.
    public static let statistics = [
        "voltage_mean", "voltage_std", "voltage_kurtosis", "voltage_skewness", "CC_Q", "CC_charge_time",
        "voltage_slope",
        "voltage_entropy", "current_mean", "current_std", "current_kurtosis", "current_skewness", "CV_Q",
        "CV_charge_time", "current_slope", "current_entropy",
    ]
}

/// Charge statistics and capacities of one cell.
public struct ChargeFeatureCell: Sendable {
    /// Path of the file below the set's folder, without ending: the same cell has the same name in every copy.
    public var name: String
    /// One row a cycle, 16 statistics.
    public var statistics: Matrix
    /// Discharge capacity of each cycle, Ah.
    public var capacities: [Double]
    /// Rows of the file, which may be more than were read where `most` was given.
    public var count: Int { capacities.count }

    /// All cells of a set, by name.
    ///
    /// - Parameters:
    ///   - set: which data set.
    ///   - folder: laid out as the data set `cycling`.
    ///   - most: rows read of each cell at most.
    /// - Throws: `LifetimeError` where a file cannot be read or a column is missing.
    public static func load(
        _ set: ChargeFeatureSet, folder: String, most: Int = .max
    ) throws -> [ChargeFeatureCell] {
        let root = "\(folder)/\(set.folder)"
        let files = Self.files(root, below: "")
        return try Parallel.map(files.count) { try read("\(root)/\(files[$0])", name: files[$0], most: most) }
    }

    private static func files(_ root: String, below: String) -> [String] {
        NumberTable.names(inFolder: "\(root)/\(below)").flatMap { name -> [String] in
            let path = below.isEmpty ? name : "\(below)/\(name)"
            if name.hasSuffix(".csv") || name.hasSuffix(".csv.gz") { return [path] }
            return name.contains(".") ? [] : files(root, below: path)
        }
    }

    /// One file. Throws `LifetimeError`.
    public static func read(_ path: String, name: String, most: Int = .max) throws -> ChargeFeatureCell {
        let table = try NumberTable(path: path, most: most)
        let columns = try ChargeFeatureSet.statistics.map { try table.column($0, of: path) }
        let capacities = try table.column("capacity", of: path)
        var values: [Double] = []
        values.reserveCapacity(table.count * columns.count)
        for row in 0..<table.count {
            for column in columns { values.append(column[row]) }
        }
        var name = name
        for ending in [".gz", ".csv"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        return ChargeFeatureCell(
            name: name, statistics: Matrix(columns: columns.count, values: values), capacities: capacities)
    }
}
