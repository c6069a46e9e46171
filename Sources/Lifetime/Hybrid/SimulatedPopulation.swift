internal import Learning

/// Lives that were simulated with uncertain parameters: what a hybrid model knows before it has seen a real cell.
///
/// It is read from a sweep's folder (`runs.csv` and `runs/NNNNNN.csv`, per-cycle tables of `cellar simulate --summary`; beside
/// them, where the sweep kept time series, `runs/NNNNNN.bdf.csv`), thinned out, and carried in one small file.
public struct SimulatedPopulation: Sendable, Equatable, Codable {
    /// As `ModelDocument` names it.
    public static let kind = "population"

    /// One simulated life.
    public struct Life: Sendable, Equatable, Codable {
        /// Values of the sweep's parameters, in the order of `SimulatedPopulation.parameters`.
        public var parameters: [Double]
        /// Cycles, ascending, thinned out.
        public var cycles: [Double]
        /// Capacity over that of the first cycles, at each.
        public var soh: [Double]
        /// What took the capacity by the end of the record: shares that sum to 1, in the order of `mechanisms`.
        public var shares: [Double]
        /// Early features, see `EarlyLifeFeatures`; empty where the record is too short or there are no curves.
        public var early: [Double]

        /// From a course; it is thinned out.
        ///
        /// - Parameters:
        ///   - parameters: what the life was simulated with.
        ///   - early: features of the first cycles.
        ///   - trajectory: state of health over cycles.
        ///   - shares: in the order of `mechanisms`.
        public init(parameters: [Double], trajectory: Trajectory, shares: [Double], early: [Double] = []) {
            let chosen = SimulatedPopulation.thin(trajectory.cycles, trajectory.capacities)
            self.parameters = parameters
            cycles = chosen.map { trajectory.cycles[$0] }
            soh = chosen.map { trajectory.capacities[$0] }
            self.shares = shares
            self.early = early
        }

        /// The course as a trajectory.
        public var trajectory: Trajectory { Trajectory(cycles: cycles, capacities: soh) }
    }

    /// Causes of lost capacity that are told apart.
    public static let mechanisms = [
        "SEI growth", "lithium plating", "loss of negative active material", "loss of positive active material",
    ]

    /// Name of the folder, e.g. `lfp`.
    public var name: String
    /// Names of the parameters that vary, as the sweep's table heads them.
    public var parameters: [String]
    /// In the order of the runs.
    public var lives: [Life]

    /// Memberwise.
    public init(name: String, parameters: [String], lives: [Life]) {
        self.name = name
        self.parameters = parameters
        self.lives = lives
    }

    /// Points of a life that are kept.
    static let points = 48

    /// Reads a sweep's folder. Runs that failed, ended within 20 cycles or lost less than a tenth say nothing of a life and
    /// are left out.
    ///
    /// - Parameter folder: of a finished sweep.
    /// - Parameter report: told what was left out, one sentence.
    /// - Throws: `LifetimeError` where the folder is no sweep's or holds no life.
    public init(sweep folder: String, report: (String) -> Void = { _ in }) throws {
        let path = "\(folder)/runs.csv"
        guard NumberTable.names(inFolder: folder).contains("runs.csv") else {
            throw LifetimeError(
                kind: .notFound, place: path, problem: "no such file",
                remedy: "name the folder of a sweep, with runs.csv and runs/000000.csv")
        }
        let table = try NumberTable(path: path)
        let files = Set(NumberTable.names(inFolder: "\(folder)/runs"))
        // The first columns count runs and points; from "status" on stands what came of them; words are no parameters.
        let used = table.names.indices.dropFirst().prefix { table.names[$0] != "status" }.filter { column in
            table.names[column] != "point" && table.columns[column].allSatisfy(\.isFinite)
        }
        let columns = used.map { table.columns[$0] }
        var lives: [Life] = []
        var short = 0
        for row in 0..<table.count {
            let run = table.labels[row].filter { $0.isNumber }
            let number = String(repeating: "0", count: max(6 - run.count, 0)) + run
            guard files.contains("\(number).csv"),
                let life = try Self.life("\(folder)/runs/\(number)", files, number, columns.map { $0[row] })
            else {
                short += 1
                continue
            }
            lives.append(life)
        }
        if short > 0 { report("\(folder): \(short) of \(table.count) runs left out: they lost less than a tenth") }
        guard !lives.isEmpty else {
            throw LifetimeError(
                place: folder, problem: "no simulated life",
                remedy: "runs that lose a tenth of their capacity in at least 20 cycles are needed")
        }
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        parameters = used.map { table.names[$0] }
        self.lives = lives
    }

    private static func life(
        _ stem: String, _ files: Set<String>, _ number: String, _ parameters: [Double]
    ) throws -> Life? {
        let table = try NumberTable(path: "\(stem).csv")
        let cycles = try table.column("cycle", of: "\(stem).csv")
        let capacities = try table.column("discharge_capacity_Ah", of: "\(stem).csv")
        let kept = cycles.indices.dropFirst().filter { capacities[$0].isFinite && capacities[$0] > 0 }
        guard kept.count >= 20, let last = kept.last else { return nil }
        let first = Statistics.median(kept.prefix(3).map { capacities[$0] })
        // Where partial cycles lie between reference tests, the state of health is that of the tests.
        let health = table["soh"].flatMap { column in kept.allSatisfy { column[$0].isFinite } ? column : nil }
        let measured = health ?? capacities
        let fresh = Statistics.median(kept.prefix(3).map { measured[$0] })
        let soh = kept.map { measured[$0] / fresh }
        guard first > 0, fresh > 0, (soh.min() ?? 1) < 0.9 else { return nil }
        func value(_ name: String) -> Double { table[name].map { $0[last] } ?? 0 }
        let material = value("loss_of_active_material_negative")
        let positive = value("loss_of_active_material_positive")
        let losses = [value("sei_capacity_Ah") / first, value("plated_capacity_Ah") / first, material, positive].map {
            $0.isFinite ? max($0, 0) : 0
        }
        let sum = max(losses.reduce(0, +), 1e-12)
        var early: [Double] = []
        let folder = stem.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let series =
            files.contains("\(number).bdf.csv")
            ? "\(stem).bdf.csv"
            : NumberTable.names(inFolder: "\(folder)/bdf").first { $0.hasPrefix(number) }.map { "\(folder)/bdf/\($0)" }
        if let series {
            let history = try CellHistory(name: number, paths: [series])
            let start = files.contains("\(number).first.csv") ? "\(stem).first.csv" : "\(stem).csv"
            let begin = try NumberTable(path: start)
            early = EarlyLifeFeatures.row(
                cycles: try begin.column("cycle", of: start),
                capacities: try begin.column("discharge_capacity_Ah", of: start), difference: history.difference)
        }
        func short(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
        return Life(
            parameters: parameters, trajectory: Trajectory(cycles: kept.map { cycles[$0] }, capacities: soh.map(short)),
            shares: losses.map { short($0 / sum) }, early: early.contains(where: \.isNaN) ? [] : early.map(short))
    }

    /// Places of about `points` rows, spread evenly over the logarithm of the cycle and over the state of health, so that
    /// knees keep their shape.
    static func thin(_ cycles: [Double], _ soh: [Double]) -> [Int] {
        guard cycles.count > points, let first = cycles.first, let last = cycles.last else {
            return Array(cycles.indices)
        }
        let length = Natural.logarithm(last / max(first, 1))
        let depth = max((soh.first ?? 1) - (soh.last ?? 0), 1e-6)
        var out: [Int] = [0]
        var measured = 0.0
        let step = 2 / Double(points - 2)
        for place in 1..<cycles.count {
            measured += Natural.logarithm(cycles[place] / max(cycles[place - 1], 1)) / length
            measured += abs(soh[place] - soh[place - 1]) / depth
            if measured >= step {
                out.append(place)
                measured = 0
            }
        }
        if out.last != cycles.count - 1 { out.append(cycles.count - 1) }
        return out
    }

    /// The bytes of a file. Throws `LearningError`.
    public func encoded() throws -> [UInt8] { try ModelDocument.encode(self, kind: Self.kind) }

    /// Reads a file's bytes. Throws `LearningError` where it is damaged or its parts do not fit.
    public init(bytes: [UInt8]) throws {
        self = try ModelDocument.decode(SimulatedPopulation.self, kind: Self.kind, from: bytes)
        guard isSound else {
            throw LearningError(
                kind: .file, problem: "the population's parts do not fit together", remedy: "make it again")
        }
    }

    /// Whether its numbers are possible, which a file must prove before use.
    var isSound: Bool {
        !lives.isEmpty
            && lives.allSatisfy { life in
                life.cycles.count >= 2 && life.cycles.count == life.soh.count
                    && life.parameters.count == parameters.count && life.shares.count == Self.mechanisms.count
                    && (life.early.isEmpty || life.early.count == EarlyLifeFeatures.names.count)
                    && life.cycles.allSatisfy { $0.isFinite && $0 > 0 } && life.soh.allSatisfy(\.isFinite)
                    && zip(life.cycles, life.cycles.dropFirst()).allSatisfy { $0 < $1 }
            }
    }

    /// Several as one; parameters that not all of them vary are not numbers where they are missing.
    public static func merged(_ all: [SimulatedPopulation], name: String) -> SimulatedPopulation {
        var names: [String] = []
        for population in all { names += population.parameters.filter { !names.contains($0) } }
        let lives = all.flatMap { population in
            population.lives.map { life in
                var life = life
                life.parameters = names.map { name in
                    population.parameters.firstIndex(of: name).map { life.parameters[$0] } ?? 0
                }
                return life
            }
        }
        return SimulatedPopulation(name: name, parameters: names, lives: lives)
    }
}
