internal import CyclingData
internal import Learning

/// Cells of the learning curves of trajectories: state of health over cycles, and up to where tested cells are known.
struct LearningCurveSet: Sendable {
    /// A cell.
    struct Cell: Sendable {
        var name: String
        /// Over the median of its first five capacities; spikes taken out by a running median of five.
        var life: Trajectory
        /// What is known of a tested cell where that takes more than to end its life early; nil else.
        var known: Trajectory?
        /// What its discharges up to there foretell; nil where there are no curves.
        var identified: IdentifiedCourse?
    }

    /// As the benchmark's lines name it.
    let name: String
    /// Cells that may be trained on.
    private(set) var pool: [Cell]
    /// Cells that are tested and never trained on.
    private(set) var test: [Cell]
    /// Cycle up to which tested cells are known.
    let seen: Double

    /// Names, in the order they are run.
    static let names = ["xjtu", "tju_nca", "tju_ncm", "tju_ncm_nca", "rwth"]
    /// Sets of so few cells that each is left out in its turn.
    static let fewest = ["nasa", "calce"]
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
        self.init(name, pool: pool, test: tested)
        guard self.pool.count >= 3, !self.test.isEmpty else { return nil }
    }

    private init(_ name: String, pool: [Cell], test: [Cell]) {
        let lengths = pool.compactMap { $0.life.cycles.last }
        let seen = max((Self.known * Statistics.median(lengths) / 10).rounded(), 1) * 10
        func lasts(_ cell: Cell) -> Bool { (cell.life.cycles.last ?? 0) >= Self.least * seen }
        self.name = name
        self.seen = seen
        self.pool = pool.filter(lasts)
        self.test = test.filter(lasts)
    }

    /// Each cell of a set in its turn tested by all others, with what discharge curves foretell where there are any; where the
    /// test folder holds cells that the training folder does not, these, together. Empty where none is left to train on.
    static func leaveOneOut(_ name: String, train: String, test: String) throws -> [LearningCurveSet] {
        let (known, tested) = (try load(name, folder: train), try load(name, folder: test))
        let names = Set(known.map(\.name))
        let unseen = tested.filter { !names.contains($0.name) }
        let rounds = unseen.isEmpty ? tested.map { [$0] } : [unseen]
        let curves = try Curves(name, cells: known.map { ($0.name, train) } + unseen.map { ($0.name, test) })
        return try rounds.compactMap { round in
            let left = Set(round.map(\.name))
            let pool = known.filter { !left.contains($0.name) }
            guard !pool.isEmpty else { return nil }
            var set = LearningCurveSet(name, pool: pool, test: round)
            guard !set.pool.isEmpty, !set.test.isEmpty else { return nil }
            for index in set.pool.indices { set.pool[index].identified = curves.course(set.pool[index].name, set.seen) }
            for index in set.test.indices {
                set.test[index].identified = curves.course(set.test[index].name, set.seen)
                if name == "calce" {
                    // Which cycles are kept must not depend on later ones.
                    let past = try CALCEProtocol.past(
                        unseen.isEmpty ? train : test, set.test[index].name, origin: set.seen)
                    set.test[index].known = made("", past.cycles, past.capacities)?.life
                }
            }
            return set
        }
    }

    /// Discharge curves of a set's cells, and whose potentials describe them.
    private struct Curves {
        var fit: HalfCellFit?
        var byCell: [String: [DischargeCurve]] = [:]

        init(_ set: String, cells: [(name: String, folder: String)]) throws {
            for (name, folder) in cells {
                byCell[name] =
                    set == "nasa"
                    ? try DischargeCurve.nasa(folder: folder, name: name)
                    : try DischargeCurve.calce(folder: folder, name: name)
            }
            let all = byCell
            guard let first = cells.compactMap({ all[$0.name]?.first }).first else { return }
            // NASA's cells are of a layered oxide that nothing of their documents names.
            let names = set == "nasa" ? ["enertech-ai2020", "nca-kim2011", "nmc532-mohtat2020"] : ["enertech-ai2020"]
            fit = try HalfCellFit.best(of: names, first.curve)?.fit
        }

        func course(_ name: String, _ seen: Double) -> IdentifiedCourse? {
            guard let fit, let curves = byCell[name] else { return nil }
            return IdentifiedCourse(fit, curves.filter { $0.cycle <= seen })
        }
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
        switch name {
        case "rwth": return try rwth(folder)
        case "nasa":
            return try NASACell.names(folder: folder).compactMap { name in
                let course = try NASACell.capacities(folder: folder, name: name)
                return made(name, course.cycles, course.capacities)
            }
        case "calce":
            return try CALCEProtocol.load(folder).compactMap {
                made($0.name, $0.trajectory.cycles, $0.trajectory.capacities)
            }
        default: break
        }
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

    /// Every choice of fewer cells than `count` once, as far as the draws of each size meet them, then all.
    static func each(of count: Int, options: BenchmarkOptions) -> [(size: Int, cells: [[Int]])] {
        all(of: count, options: options).map { size, draws in
            var met: Set<[Int]> = []
            return (size, draws.map { $0.sorted() }.filter { met.insert($0).inserted })
        }
    }
}
