/// One cell of NASA's battery data set (Saha and Goebel, NASA Ames Prognostics Data Repository, 2007): its discharges in
/// order, and what was measured before each.
public struct NASACell: Sendable {
    /// One discharge.
    public struct Discharge: Sendable {
        /// Capacity, Ah; not a number where it was not measured.
        public var capacity: Double
        /// Charges since the discharge before, in order.
        public var charges: [Charge]
        /// The spectrum measured last before it, since the discharge before; nil where none was.
        public var spectrum: [(real: Double, imaginary: Double)]?
    }

    /// One charge, sample by sample.
    public struct Charge: Sendable {
        /// s.
        public var times: [Double]
        /// V.
        public var voltages: [Double]
        /// A, positive on charge.
        public var currents: [Double]
        /// °C.
        public var temperatures: [Double]
    }

    /// `B0005`.
    public var name: String
    /// In order.
    public var discharges: [Discharge]

    /// Names of the cells whose charges are there.
    public static func names(folder: String) -> [String] {
        NumberTable.names(inFolder: "\(folder)/nasa_pcoe").compactMap { name in
            ["_charge.csv.gz", "_charge.csv"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
        }
    }

    /// Capacities of a cell's discharges, Ah, without what else was measured. Throws `LifetimeError`.
    static func capacities(folder: String, name: String) throws -> Trajectory {
        let root = "\(folder)/nasa_pcoe/\(name)"
        guard let operations = try table(root, "operations") else { return Trajectory(cycles: [], capacities: []) }
        let cycles = try operations.column("discharge_cycle", of: root)
        let capacities = try operations.column("capacity_Ah", of: root)
        let kept = cycles.indices.filter { cycles[$0].isFinite && capacities[$0].isFinite }
        return Trajectory(cycles: kept.map { cycles[$0] }, capacities: kept.map { capacities[$0] })
    }

    /// A table of a cell; nil where it is not there.
    static func table(_ root: String, _ kind: String) throws -> NumberTable? {
        let folder = root.split(separator: "/").dropLast().joined(separator: "/")
        let names = NumberTable.names(inFolder: (root.hasPrefix("/") ? "/" : "") + folder)
        let stem = root.split(separator: "/").last.map(String.init) ?? root
        for ending in [".csv.gz", ".csv"] where names.contains("\(stem)_\(kind)\(ending)") {
            return try NumberTable(path: "\(root)_\(kind)\(ending)")
        }
        return nil
    }

    /// Reads one cell. Throws `LifetimeError`.
    public init(folder: String, name: String) throws {
        let root = "\(folder)/nasa_pcoe/\(name)"
        guard let operations = try Self.table(root, "operations"), let charging = try Self.table(root, "charge") else {
            throw LifetimeError(
                kind: .notFound, place: root, problem: "no operations or no charges",
                remedy: "\(name)_operations.csv and \(name)_charge.csv are needed")
        }
        func column(_ name: String, _ table: NumberTable) throws -> [Double] { try table.column(name, of: root) }
        let tests = try column("test_id", operations)
        let capacities = try column("capacity_Ah", operations)
        let numbers = try column("discharge_cycle", operations)
        var charges: [Double: Charge] = [:]
        let (owners, times) = (try column("test_id", charging), try column("time_s", charging))
        let (voltages, currents) = (try column("voltage_V", charging), try column("current_A", charging))
        let temperatures = try column("temperature_degC", charging)
        var start = 0
        while start < owners.count {
            var end = start
            while end < owners.count, owners[end] == owners[start] { end += 1 }
            charges[owners[start]] = Charge(
                times: Array(times[start..<end]), voltages: Array(voltages[start..<end]),
                currents: Array(currents[start..<end]), temperatures: Array(temperatures[start..<end]))
            start = max(end, start + 1)
        }
        var spectra: [Double: [(real: Double, imaginary: Double)]] = [:]
        if let impedance = try Self.table(root, "impedance") {
            let owners = try column("test_id", impedance)
            let real = try column("Rectified_Impedance_re", impedance)
            let imaginary = try column("Rectified_Impedance_im", impedance)
            for row in owners.indices { spectra[owners[row], default: []].append((real[row], imaginary[row])) }
        }
        self.name = name
        discharges = []
        var waiting: [Charge] = []
        var spectrum: [(real: Double, imaginary: Double)]?
        for row in tests.indices {
            if let charge = charges[tests[row]] { waiting.append(charge) }
            if let measured = spectra[tests[row]] { spectrum = measured }
            guard numbers[row].isFinite else { continue }
            discharges.append(Discharge(capacity: capacities[row], charges: waiting, spectrum: spectrum))
            waiting = []
            spectrum = nil
        }
    }
}
