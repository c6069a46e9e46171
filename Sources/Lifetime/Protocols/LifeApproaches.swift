internal import Learning

/// Other ways to learn lives from few real cells and simulated ones, beside ``HybridLife``: compared in the learning curves,
/// every choice from training cells alone.
struct LifeApproaches: Sendable {
    /// The population's line.
    let line: SimulatedLifeLine
    /// Simulated lives: features of `line` and log10 of life.
    private let features: Matrix
    private let lives: [Double]
    private let process: FittedModel

    /// Throws `LearningError` where the population is too small.
    init(_ population: SimulatedPopulation, line: SimulatedLifeLine, seed: UInt64) throws {
        self.line = line
        var rows: [[Double]] = []
        var lives: [Double] = []
        for life in population.lives where !life.early.isEmpty {
            let row = line.held(life.early)
            guard row.allSatisfy(\.isFinite), let end = life.trajectory.crossing(0.8), end > 100, end < 5000 else {
                continue
            }
            rows.append(row)
            lives.append(Decimal.logarithm(end))
        }
        features = Matrix(rows, columns: line.columns.count)
        self.lives = lives
        process = try ModelFamily.gaussianProcess(GaussianProcessOptions()).fit(
            features, lives, groups: Array(lives.indices), seed: seed)
    }

    /// (a) Each cell's own first hundred cycles carried on by its mechanisms' laws, a part with the root of cycles (a growing
    /// film) and a part with cycles (lost material); level and gain of what that misses learnt from the real cells.
    func byLaw(_ cells: [LearningCurveLife.Cell], _ asked: [LearningCurveLife.Cell]) -> [Double] {
        byLaw(cells, asked) { $0.law }
    }

    /// (a) once more, the laws those of what is identified from discharge curves; not numbers for cells without.
    func byIdentified(_ cells: [LearningCurveLife.Cell], _ asked: [LearningCurveLife.Cell]) -> [Double] {
        byLaw(cells.filter(\.identified.isFinite), asked) { $0.identified }
    }

    private func byLaw(
        _ cells: [LearningCurveLife.Cell], _ asked: [LearningCurveLife.Cell], _ law: (LearningCurveLife.Cell) -> Double
    ) -> [Double] {
        let fit = BayesianLine(cells.map(law), cells.map { Decimal.logarithm($0.life) }, gain: (0.5, 0.5))
        return asked.map { Decimal.power(fit.value(law($0))) }
    }

    /// (b) A Gaussian process whose mean is the simulated lives' own process, and which departs from it by a constant and by
    /// a course of half the features' spread (Kennedy and O'Hagan, J. R. Stat. Soc. B 63 (2001) 425).
    func byProcess(_ cells: [LearningCurveLife.Cell], _ asked: [LearningCurveLife.Cell]) -> [Double] {
        func rows(_ cells: [LearningCurveLife.Cell]) -> [[Double]] { cells.map { line.held($0.early) } }
        let (known, wanted) = (rows(cells), rows(asked))
        func mean(_ rows: [[Double]]) -> [Double] {
            process.predict(Matrix(rows, columns: features.columns)).map(\.mean)
        }
        let spreads = (0..<features.columns).map { column in
            max(Statistics.deviation((0..<features.rows).map { features[$0, column] }), 1e-9)
        }
        func covariance(_ a: [Double], _ b: [Double]) -> Double {
            var square = 0.0
            for (column, spread) in spreads.enumerated() {
                let off = (a[column] - b[column]) / (0.5 * spread)
                square += off * off
            }
            return 0.3 * 0.3 + 0.15 * 0.15 * Natural.exponential(-0.5 * square)
        }
        let n = known.count
        var matrix = [Double](repeating: 0, count: n * n)
        for a in 0..<n {
            for b in 0..<n { matrix[a * n + b] = covariance(known[a], known[b]) + (a == b ? 0.09 * 0.09 : 0) }
        }
        let missed = zip(cells, mean(known)).map { Decimal.logarithm($0.life) - $1 }
        let weights = SmallSystem.solve(matrix, missed)
        return zip(wanted, mean(wanted)).map { row, mean in
            Decimal.power(mean + zip(known, weights).reduce(0) { $0 + $1.1 * covariance(row, $1.0) })
        }
    }

    /// (c) Boosted trees on real and simulated lives together, the simulated line's value a feature, simulated lives brought
    /// to the real ones' level and weighted by how near they are to them.
    func byTrees(
        _ cells: [LearningCurveLife.Cell], _ asked: [LearningCurveLife.Cell], seed: UInt64
    ) throws -> [Double] {
        let known = cells.map { line.held($0.early) }
        func row(_ features: [Double]) -> [Double] { features + [line.value(held: features)] }
        let level = Statistics.mean(
            zip(cells, known).map { Decimal.logarithm($0.life) - line.value(held: $1) })
        var rows: [[Double]] = [], targets: [Double] = [], weights: [Double] = []
        let spreads = (0..<features.columns).map { column in
            max(Statistics.deviation((0..<features.rows).map { features[$0, column] }), 1e-9)
        }
        for index in 0..<features.rows {
            let own = Array(features.row(index))
            let nearest =
                known.map { other in
                    zip(zip(own, other), spreads).reduce(0) { sum, pair in
                        let off = (pair.0.0 - pair.0.1) / pair.1
                        return sum + off * off
                    }
                }.min() ?? 0
            rows.append(row(own))
            targets.append(lives[index] + level)
            weights.append(0.2 * Natural.exponential(-0.5 * nearest))
        }
        for (cell, features) in zip(cells, known) {
            rows.append(row(features))
            targets.append(Decimal.logarithm(cell.life))
            weights.append(5)
        }
        let options = BoostedTreesOptions(trees: 100, learningRate: 0.1, depth: 3, featureFraction: 1, minimumLeaf: 1)
        let model = try ModelFamily.boostedTrees(options).fit(
            Matrix(rows, columns: features.columns + 1), targets, groups: Array(rows.indices), weights: weights,
            seed: seed)
        let wanted = Matrix(asked.map { row(line.held($0.early)) }, columns: features.columns + 1)
        return model.predict(wanted).map { Decimal.power($0.mean) }
    }

    /// log10 of the life that a cell's first hundred cycles come to by the laws: loss = a √n + b n, neither negative.
    static func law(cycles: [Double], capacities: [Double]) -> Double {
        let used = cycles.indices.filter { cycles[$0] > 10 && cycles[$0] <= 100 && capacities[$0] > 0 }
        guard used.count >= 30 else { return 3 }
        let first = Statistics.median(used.prefix(5).map { capacities[$0] })
        let fade = FadeLaw(used.map { cycles[$0] }, losses: used.map { 1 - capacities[$0] / first })
        let end = fade.end(loss: 0.2, least: EarlyLifeFeatures.leastFade)
        return min(max(Decimal.logarithm(end), 2), 4)
    }
}

/// y = a + g (x - mean x), with a free and g about its prior: Bayesian linear regression (Gelman et al., Bayesian Data
/// Analysis, 3rd ed. 2013, chapter 14) with a scatter of 0.09.
private struct BayesianLine {
    private let center: Double
    private let level: Double
    private let gain: Double

    init(_ x: [Double], _ y: [Double], gain prior: (mean: Double, deviation: Double)) {
        center = Statistics.mean(x)
        level = Statistics.mean(y)
        let noise = 0.09 * 0.09
        var (xx, xy) = (0.0, 0.0)
        for (x, y) in zip(x, y) {
            xx += (x - center) * (x - center)
            xy += (x - center) * (y - level)
        }
        let precision = noise / (prior.deviation * prior.deviation)
        gain = (xy + precision * prior.mean) / (xx + precision)
    }

    func value(_ x: Double) -> Double { level + gain * (x - center) }
}
