internal import Learning

/// Cells of the learning curves of trajectories: state of health over cycles, and up to where tested cells are known.
struct LearningCurveSet: Sendable {
    /// A cell.
    struct Cell: Sendable {
        var name: String
        /// Over the median of its first five capacities; spikes taken out by a running median of five.
        var life: Trajectory
    }

    /// As the benchmark's lines name it.
    let name: String
    /// Cells that may be trained on.
    let pool: [Cell]
    /// Cells that are tested and never trained on.
    let test: [Cell]
    /// Cycle up to which tested cells are known.
    let seen: Double

    /// Names, in the order they are run.
    static let names = ["xjtu", "tju_nca", "tju_ncm", "tju_ncm_nca", "rwth"]
    /// Part of the median training life that is known of a tested cell.
    static let known = 0.2
    /// A cell must last so many times what is known of it, to be tested or trained on.
    static let least = 1.25

    /// Nil where a folder has no such cells, or fewer than three can be trained on.
    ///
    /// Where the test folder holds cells that the training folder does not, those are tested. Where it holds none, every
    /// third cell by name is tested and the others may be trained on.
    init?(_ name: String, train: String, test: String) throws {
        let (pool, tested) = Self.split(
            try Self.load(name, folder: train), try Self.load(name, folder: test), name: \.name)
        let lengths = pool.compactMap { $0.life.cycles.last }
        let seen = max((Self.known * Statistics.median(lengths) / 10).rounded(), 1) * 10
        func lasts(_ cell: Cell) -> Bool { (cell.life.cycles.last ?? 0) >= Self.least * seen }
        self.name = name
        self.seen = seen
        self.pool = pool.filter(lasts)
        self.test = tested.filter(lasts)
        guard self.pool.count >= 3, !self.test.isEmpty else { return nil }
    }

    /// Cells to train on and to test.
    static func split<Cell>(
        _ train: [Cell], _ test: [Cell], name: (Cell) -> String
    ) -> (pool: [Cell], test: [Cell]) {
        let known = Set(train.map(name))
        let unseen = test.filter { !known.contains(name($0)) }
        if !unseen.isEmpty { return (train, unseen) }
        let tested = Set(test.indices.filter { $0 % 3 == 1 }.map { name(test[$0]) })
        return (train.filter { !tested.contains(name($0)) }, test.filter { tested.contains(name($0)) })
    }

    private static func load(_ name: String, folder: String) throws -> [Cell] {
        if name == "rwth" { return try rwth(folder) }
        let prefixes = ["tju_nca": "Dataset_1", "tju_ncm": "Dataset_2", "tju_ncm_nca": "Dataset_3"]
        let cells = try ChargeFeatureCell.load(name == "xjtu" ? .xjtu : .tju, folder: folder)
        return cells.filter { $0.name.hasPrefix(prefixes[name] ?? "") }.compactMap { cell in
            made(cell.name, cell.capacities.indices.map { Double($0 + 1) }, cell.capacities)
        }
    }

    /// RWTH's tables: cells one below the other, a capacity every five cycles.
    private static func rwth(_ folder: String) throws -> [Cell] {
        let root = "\(folder)/rwth_nmc_trajectories"
        var out: [Cell] = []
        for file in NumberTable.names(inFolder: root) where file.hasSuffix(".csv") {
            let table = try NumberTable(path: "\(root)/\(file)")
            let cycles = try table.column("cycle_assumed_5_per_step", of: file)
            let capacities = try table.column("capacity_Ah", of: file)
            var start = 0
            while start < table.count {
                var end = start
                while end < table.count, table.labels[end] == table.labels[start] { end += 1 }
                if let cell = made(
                    table.labels[start], cycles[start..<end].map { $0 + 1 }, Array(capacities[start..<end]))
                {
                    out.append(cell)
                }
                start = max(end, start + 1)
            }
        }
        return out
    }

    private static func made(_ name: String, _ cycles: [Double], _ capacities: [Double]) -> Cell? {
        let kept = cycles.indices.filter { capacities[$0].isFinite && capacities[$0] > 0 }
        guard kept.count >= 20 else { return nil }
        let smooth = kept.indices.map { place in
            Statistics.median(kept[max(place - 2, 0)...min(place + 2, kept.count - 1)].map { capacities[$0] })
        }
        let first = Statistics.median(kept.prefix(5).map { capacities[$0] })
        return Cell(
            name: name, life: Trajectory(cycles: kept.map { cycles[$0] }, capacities: smooth.map { $0 / first }))
    }
}

/// Which cells are drawn for a learning curve.
enum LearningCurveDraws {
    /// Numbers of training cells.
    static let sizes = [1, 2, 3, 5, 10, 20]

    /// Draws of each size below `count`, then all once. The same seed gives the same draws.
    static func all(of count: Int, options: BenchmarkOptions) -> [(size: Int, cells: [[Int]])] {
        let repeats = options.isQuick ? 4 : 20
        var random = RandomSource(seed: options.seed &+ 4242)
        var out: [(size: Int, cells: [[Int]])] = []
        for size in sizes where size < count {
            out.append((size, (0..<repeats).map { _ in Array(random.permutation(count).prefix(size)) }))
        }
        return out + [(count, [Array(0..<count)])]
    }
}
