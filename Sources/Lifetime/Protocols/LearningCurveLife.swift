internal import CyclingData
internal import Learning

/// Learning curves of lives from the first 100 cycles, with few lives to learn from.
enum LearningCurveLife {
    /// One cell.
    struct Cell: Sendable {
        var name: String
        /// `EarlyLifeFeatures`.
        var early: [Double]
        /// The shipped configuration's features.
        var row: [Double]
        /// Cycles.
        var life: Double
        /// log10 of life by the mechanisms' laws, see `LifeApproaches`.
        var law: Double
        /// log10 of life by what discharge curves tell of the electrodes; not a number where they tell nothing.
        var identified = Double.nan
    }

    /// A set.
    struct Cells {
        var name: String
        var pool: [Cell]
        var test: [Cell]
        /// Of `EarlyLifeFeatures`, for the simulated line.
        var columns: [Int]
        /// The one feature of a straight line through few cells.
        var single: Int
        /// The shipped configuration.
        var candidates: [(name: String, family: ModelFamily)]
    }

    /// What one draw gave, one value a tested cell.
    struct Draw: Sendable {
        var hybrid: [Double]
        var low: [Double]
        var high: [Double]
        var data: [Double]
        var mean: [Double]
        var line: [Double]
        var shipped: [Double]
        var isConformal: Bool
        /// Of `LifeApproaches`, in the order of `approaches`.
        var others: [[Double]] = []
        /// Of `LifeApproaches.byIdentified`; empty where curves of a cell tell nothing.
        var identified: [Double] = []
        /// Of the data alone, the hybrid and `others`, what makes the least error on training cells left out; the hybrid for
        /// fewer than three.
        var chosen: [Double] = []
    }

    /// Names of what is compared beside the hybrid.
    private static let approaches = [
        "own laws, residual learnt", "process with simulated mean", "trees with simulated lives",
    ]

    static func severson(train: String, test: String) throws -> Cells? {
        guard SeversonCell.sets(folder: train).contains("train"), SeversonCell.sets(folder: test).contains("test1")
        else { return nil }
        func cells(_ folder: String, _ set: String) throws -> [Cell] {
            let loaded = try SeversonCell.load(folder: folder, set: set)
            return try Parallel.map(loaded.count) { index in
                let cell = loaded[index]
                return Cell(
                    name: cell.name,
                    early: EarlyLifeFeatures.row(
                        cycles: cell.capacities.indices.map { Double($0 + 2) }, capacities: cell.capacities,
                        difference: cell.difference),
                    row: SeversonFeatures.row(capacities: cell.capacities, difference: cell.difference),
                    life: cell.life,
                    law: LifeApproaches.law(
                        cycles: cell.capacities.indices.map { Double($0 + 2) }, capacities: cell.capacities),
                    identified: try identified(cell, folder: folder))
            }
        }
        return Cells(
            name: "severson", pool: try cells(train, "train"),
            // Severson's own outlier.
            test: try cells(test, "test1").filter { $0.name != "test1/cell22" }, columns: [0], single: 0,
            candidates: SeversonProtocol.candidates)
    }

    /// log10 of the life that the discharges of a few of Severson's first hundred cycles foretell, to 0.88 Ah.
    private static func identified(_ cell: SeversonCell, folder: String) throws -> Double {
        let curves = try DischargeCurve.severson(
            folder: folder, name: cell.name, cycles: [10, 25, 40, 55, 70, 85, 100])
        guard let first = curves.first, let fit = try HalfCellFit.best(of: ["a123-prada2013"], first.curve)?.fit,
            let course = IdentifiedCourse(fit, curves)
        else { return .nan }
        let level = Statistics.median(Array(cell.capacities.suffix(5)))
        return Decimal.logarithm(course.end(origin: 100, level: level, limit: 0.88, most: 1e4))
    }

    static func hust(train: String, test: String) throws -> Cells? {
        func cells(_ folder: String) throws -> [Cell] {
            try ChargeFeatureCell.load(.hust, folder: folder).map { cell in
                let count = min(cell.count, 100)
                return Cell(
                    name: cell.name,
                    early: EarlyLifeFeatures.row(
                        cycles: (0..<count).map { Double($0 + 1) }, capacities: Array(cell.capacities.prefix(count)),
                        difference: nil),
                    row: EarlyLifeProtocol.Cell(cell).features, life: Double(cell.count),
                    law: LifeApproaches.law(
                        cycles: (0..<count).map { Double($0 + 1) }, capacities: Array(cell.capacities.prefix(count))))
            }
        }
        let (pool, tested) = LearningCurveSet.split(try cells(train), try cells(test), name: \.name)
        guard pool.count >= 3, !tested.isEmpty else { return nil }
        return Cells(
            name: "hust", pool: pool, test: tested, columns: [2], single: 2, candidates: EarlyLifeProtocol.candidates)
    }

    static func run(
        _ set: Cells, population: SimulatedPopulation, options: BenchmarkOptions
    ) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        let line = try SimulatedLifeLine(population, columns: set.columns, endOfLife: 0.8)
        let approaches = try LifeApproaches(population, line: line, seed: options.seed)
        let truth = set.test.map(\.life)
        let physics = HybridLife(line: line, features: [], lives: [])
        if let gap = DomainGap(
            simulated: population.lives.filter { !$0.early.isEmpty }.map { life in set.columns.map { life.early[$0] } },
            real: set.pool.map { cell in set.columns.map { cell.early[$0] } })
        {
            let bias = Statistics.mean(
                set.pool.map { Natural.logarithm(physics.life($0.early).value / $0.life) })
            outcome.lines.append(
                BenchmarkLine(
                    name: "curve_\(set.name)_gap", metric: "area under the curve, simulated against real features",
                    value: gap.area,
                    baselines: [
                        .init(name: "energy coefficient", value: gap.energy),
                        .init(name: "mean of simulated over true life", value: Natural.exponential(bias)),
                    ], n: set.pool.count, note: "training cells; 0.5 and 0 where they cannot be told apart"))
        }
        let alone = Scores.rootMeanSquareError(set.test.map { physics.life($0.early).value }, truth)
        for (size, draws) in LearningCurveDraws.all(of: set.pool.count, options: options) {
            var results: [Draw] = []
            for (number, chosen) in draws.enumerated() {
                results.append(
                    try draw(set, chosen.map { set.pool[$0] }, line, approaches, seed: options.seed &+ UInt64(number)))
            }
            func mean(_ part: (Draw) -> [Double]) -> Double {
                Statistics.mean(results.map { Scores.rootMeanSquareError(part($0), truth) })
            }
            let rivals = [("mean life", mean(\.mean)), ("a line", mean(\.line)), ("shipped", mean(\.shipped))]
            let best = rivals.filter { $0.1.isFinite }.min { $0.1 < $1.1 }
            var out = BenchmarkLine(
                name: "curve_\(set.name)_\(size == set.pool.count ? "all" : "\(size)")", metric: "RMSE, cycles",
                value: mean(\.hybrid),
                baselines: [
                    .init(name: "data alone", value: mean(\.data)), .init(name: "physics alone", value: alone),
                    .init(name: "best of data in hindsight: \(best?.0 ?? "")", value: best?.1 ?? .nan),
                ]
                    + Self.approaches.enumerated().map { index, name in
                        .init(name: name, value: mean { $0.others[index] })
                    }
                    + identified(results, truth) + [.init(name: "chosen by leaving out", value: mean(\.chosen))],
                n: results.count * truth.count,
                note: "\(size) of \(set.pool.count) training cells, \(draws.count) draws; interval "
                    + (results.first?.isConformal == true
                        ? "conformal by cell" : "of the simulated population's prior"))
            out.coverage = Statistics.mean(
                results.map { Scores.coverage(low: $0.low, high: $0.high, truth: truth) })
            out.width = Statistics.mean(zip(results.flatMap(\.high), results.flatMap(\.low)).map { $0 - $1 })
            outcome.lines.append(out)
            if let first = results.first {
                outcome.predictions += set.test.indices.map { index in
                    BenchmarkPrediction(
                        name: out.name, cell: set.test[index].name, cycle: 0, value: first.hybrid[index],
                        low: first.low[index], high: first.high[index])
                }
            }
        }
        return outcome
    }

    /// What curves alone foretell, over the draws whose cells all have them; none where none has.
    private static func identified(_ results: [Draw], _ truth: [Double]) -> [BenchmarkLine.Baseline] {
        let errors = results.map(\.identified).filter { !$0.isEmpty }.map { Scores.rootMeanSquareError($0, truth) }
        return errors.isEmpty
            ? [] : [.init(name: "curves identified, own laws, residual learnt", value: Statistics.mean(errors))]
    }

    private static func draw(
        _ set: Cells, _ cells: [Cell], _ line: SimulatedLifeLine, _ approaches: LifeApproaches, seed: UInt64
    ) throws -> Draw {
        let lives = cells.map(\.life)
        let hybrid = HybridLife(line: line, features: cells.map(\.early), lives: lives)
        let count = set.test.count
        // What each way makes of every training cell from the others.
        var left: [(mean: Double, line: Double, hybrid: Double)] = []
        for index in cells.indices where cells.count >= 2 {
            let others = cells.indices.filter { $0 != index }.map { cells[$0] }
            left.append(
                (
                    Statistics.mean(others.map(\.life)), Self.line(others, cells[index], set.single),
                    HybridLife(line: line, features: others.map(\.early), lives: others.map(\.life))
                        .life(cells[index].early).value
                ))
        }
        func error(_ part: ((mean: Double, line: Double, hybrid: Double)) -> Double) -> Double {
            left.isEmpty ? .infinity : Scores.rootMeanSquareError(left.map(part), lives)
        }
        var out = Draw(
            hybrid: [], low: [], high: [], data: [], mean: set.test.map { _ in Statistics.mean(lives) },
            line: set.test.map { Self.line(cells, $0, set.single) },
            shipped: [Double](repeating: .nan, count: count), isConformal: false)
        var choices = [(error(\.mean), out.mean)]
        // A line through two cells leaves nothing to judge it by.
        if cells.count >= 3 { choices.append((error(\.line), out.line)) }
        var shippedError = Double.infinity
        if cells.count >= 5 {
            let x = Matrix(cells.map(\.row), columns: cells[0].row.count)
            let groups = Array(cells.indices)
            let selection = try ModelSelection(
                set.candidates, x: x, y: lives, groups: groups, isLogarithmic: true, repeats: 1, seed: seed)
            let model = try selection.chosen.fit(x, lives, groups: groups, seed: seed)
            out.shipped = model.predict(Matrix(set.test.map(\.row), columns: x.columns)).map(\.mean)
            shippedError = selection.error
            choices.append((selection.error, out.shipped))
        }
        let dataError = choices.map(\.0).min() ?? .infinity
        out.data = choices.min { $0.0 < $1.0 }?.1 ?? out.mean
        let foretold = set.test.map { hybrid.life($0.early) }
        // With cells enough for cross-validation the shipped configuration, or what data alone choose, joins in by its error.
        let own = error(\.hybrid)
        let share = cells.count >= 5 ? HybridBlend.share(own: own, other: min(shippedError, dataError)) : 0
        for (index, forecast) in foretold.enumerated() {
            let value = HybridBlend.mean(forecast.value, out.data[index], share: share)
            out.hybrid.append(value)
            out.low.append(value * forecast.low / forecast.value)
            out.high.append(value * forecast.high / forecast.value)
        }
        @Sendable func all(_ cells: [Cell], _ asked: [Cell]) throws -> [[Double]] {
            [
                approaches.byLaw(cells, asked), approaches.byProcess(cells, asked),
                try approaches.byTrees(cells, asked, seed: seed),
            ]
        }
        out.others = try all(cells, set.test)
        if (cells + set.test).allSatisfy(\.identified.isFinite) {
            out.identified = approaches.byIdentified(cells, set.test)
        }
        out.chosen = out.hybrid
        if cells.count >= 3 {
            let alone = try Parallel.map(cells.count) { index in
                try all(cells.indices.filter { $0 != index }.map { cells[$0] }, [cells[index]]).map { $0[0] }
            }
            var rivals = [(error(\.hybrid), out.hybrid), (dataError, out.data)]
            for (index, values) in out.others.enumerated() {
                rivals.append((Scores.rootMeanSquareError(alone.map { $0[index] }, lives), values))
            }
            out.chosen = rivals.min { $0.0 < $1.0 }?.1 ?? out.hybrid
        }
        guard cells.count >= 9 else { return out }
        out.isConformal = true
        let errors = zip(left, lives).map { Natural.logarithm($0.0.hybrid / $0.1) }
        let interval = ConformalInterval(
            errors: errors, deviations: errors.map { _ in 1 }, novelties: errors.map { _ in 1 },
            groups: Array(errors.indices), isConstant: true)
        let factor = Natural.exponential(min(interval.halfWidth(deviation: 1, novelty: 1), 20))
        out.low = out.hybrid.map { $0 / factor }
        out.high = out.hybrid.map { $0 * factor }
        return out
    }

    /// A straight line of log life by one feature through these cells, held within twice their range; their mean for fewer
    /// than two.
    private static func line(_ cells: [Cell], _ cell: Cell, _ feature: Int) -> Double {
        guard cells.count >= 2 else { return Statistics.mean(cells.map(\.life)) }
        let y = cells.map { Natural.logarithm($0.life) }
        let fit = Line.fit(cells.map { $0.early[feature] }, y)
        let value = fit.intercept + fit.slope * cell.early[feature]
        let (least, most) = (y.min() ?? 0, y.max() ?? 0)
        return Natural.exponential(min(max(value, least - 0.7), most + 0.7))
    }
}

/// How two forecasts of a life are put together by their errors on cells left out.
enum HybridBlend {
    /// Weight of the other: fourth powers of the errors, so that it stays small unless the other is clearly better.
    static func share(own: Double, other: Double) -> Double {
        guard other.isFinite, own.isFinite, own > 0 else { return 0 }
        let ratio = own / max(other, 1e-300)
        let power = ratio * ratio * ratio * ratio
        return power / (1 + power)
    }

    /// Mean of logarithms.
    static func mean(_ own: Double, _ other: Double, share: Double) -> Double {
        guard share > 0, other > 0 else { return own }
        return Natural.exponential((1 - share) * Natural.logarithm(own) + share * Natural.logarithm(other))
    }
}
