internal import Cells
internal import Electrochemistry
internal import Learning
public import Materials

/// Trains a ``LifeSurrogate``: cells of known electrode materials, each in many samples of what is not known of it, are
/// cycled by ``LifeSimulation``, and a model learns their lives.
///
/// Properties, ageing parameters and the coating are drawn together (Latin hypercube), as `--life simulate` draws them but
/// for the coating, which goes from half of the designed one to a fifth more, so that other designs are no news.
public struct LifeSurrogateTraining: Sendable {
    /// A material and the electrode against it.
    public struct Pair: Sendable, Hashable {
        /// Formula or name of the candidate.
        public var candidate: String
        /// The ion, where the name alone does not tell.
        public var ion: Element?
        /// Its counter electrode; nil: the usual one.
        public var counter: String?

        /// Memberwise.
        public init(_ candidate: String, ion: Element? = nil, counter: String? = nil) {
            self.candidate = candidate
            self.ion = ion
            self.counter = counter
        }
    }

    /// What the lives are simulated by.
    public var simulation = LifeSimulation()
    /// Sampled cells of each pair.
    public var samples = 10
    /// Fixes everything random.
    public var seed: UInt64 = 1

    /// With defaults.
    public init() {}

    /// Every listed insertion material and alloy against its usual counter electrode, and some against others.
    public static func usual() throws -> [Pair] {
        // Electrolytes and counter electrodes are known for lithium and sodium alone. A formula with fractions goes by its name.
        var texts: [String] = []
        for material in try KnownMaterials.shipped().materials
        where [.lithium, .sodium].contains(material.reaction.ion) {
            let text = material.formula.contains("/") ? material.name : material.formula
            if !texts.contains(text) { texts.append(text) }
        }
        let known = texts.map { Pair($0) }
        let others = [
            ("NMC811", "silicon-graphite"), ("NMC622", "silicon-graphite"), ("LFP", "silicon-graphite"), ("LMO", "LTO"),
            ("NMC532", "LTO"), ("LFP", "LTO"), ("LTO", "LMO"), ("graphite", "LFP"), ("graphite", "LNMO"),
            ("graphite", "NMC532"),
        ]
        return known + others.map { Pair($0.0, counter: $0.1) }
    }

    /// One simulated life as the model sees it.
    private struct Row {
        var features: [Double]
        /// Natural logarithm of cycles, and of delivered energy over cycles and energy at rest.
        var life, energy: Double
    }

    /// Simulates the lives, on all cores, and trains.
    ///
    /// - Parameters:
    ///   - pairs: those that cannot be made a cell of are told to `leftOut` and count as left out.
    ///   - evaluator: makes their cells.
    ///   - progress: told how many pairs are simulated.
    ///   - leftOut: told which pairs make no cell, and why.
    ///
    /// Throws `MaterialError` where nothing is left to train on, `LearningError`.
    public func train(
        _ pairs: [Pair], evaluator: CandidateEvaluator, progress: (Int) -> Void = { _ in },
        leftOut: (String) -> Void = { _ in }
    ) throws -> LifeSurrogate {
        var rows: [Row] = []
        var groups: [Int] = []
        var names: [String] = []
        var failed = 0
        var places: [String: Int] = [:]
        for (index, pair) in pairs.enumerated() {
            do {
                let found = try lives(pair, evaluator, seed: seed &+ UInt64(index))
                failed += samples - found.rows.count
                // A material is one group whatever stands against it.
                let group = places[found.candidate, default: places.count]
                places[found.candidate] = group
                rows += found.rows
                groups += found.rows.map { _ in group }
                names.append(found.name)
            } catch let error as MaterialError {
                leftOut("\(error)")
            } catch let error as SimulationError {
                leftOut("\(pair.candidate): \(error)")
            }
            progress(index + 1)
        }
        guard places.count >= 10, rows.count >= 50 else {
            throw MaterialError(
                .usage, place: "training", problem: "\(rows.count) lives of \(places.count) materials",
                remedy: "50 lives of 10 materials are the least")
        }
        return try Self.fit(
            rows, groups: groups, names: names, failed: failed, test: .init(simulation), seed: seed)
    }

    /// Lives of one pair's sampled cells.
    private func lives(
        _ pair: Pair, _ evaluator: CandidateEvaluator, seed: UInt64
    ) throws -> (rows: [Row], candidate: String, name: String) {
        let candidate = try evaluator.candidate(pair.candidate, ion: pair.ion, role: nil).candidate
        let designer = try evaluator.designer(of: candidate, counter: pair.counter)
        let design = try DesignSearch().best(designer, from: CellDesign(), thickness: nil, porosity: nil).design
        let properties = ElectrodeProperty.allCases.count
        let points = LatinHypercube.quantiles(
            count: samples, dimensions: properties + designer.ageingDimension + 1, seed: seed)
        let results = try Parallel.map(samples) { index -> Row? in
            let point = points[index]
            var own = design
            own.thickness *= 0.5 + 0.7 * point[properties + designer.ageingDimension]
            guard
                let sample = try? designer.sample(
                    own, Array(point[..<properties]), Array(point[properties...]), name: candidate.formula.text),
                let features = SurrogateFeatures(sample.cell, ageing: sample.ageing, test: simulation),
                let life = try? simulation.run(sample.cell, ageing: sample.ageing, candidate: designer.ageingRole),
                life.cycles >= 1, life.deliveredEnergy > 0
            else { return nil }
            return Row(
                features: features.row, life: naturalLogarithm(life.cycles),
                energy: naturalLogarithm(life.deliveredEnergy / (life.cycles * sample.restEnergy)))
        }
        return (
            results.compactMap(\.self), candidate.formula.text, "\(candidate.formula.text) | \(designer.counter.name)"
        )
    }

    /// Families that are compared.
    private static let families: [(name: String, family: ModelFamily)] = [
        ("ridge", .ridge),
        ("Gaussian process", .gaussianProcess(GaussianProcessOptions(hasOwnLengths: true))),
        ("XGBoost", .boostedTrees(BoostedTreesOptions())),
    ]

    private static func fit(
        _ rows: [Row], groups: [Int], names: [String], failed: Int, test: LifeSurrogate.Test, seed: UInt64
    ) throws -> LifeSurrogate {
        let x = Matrix(rows.map(\.features), columns: SurrogateFeatures.names.count)
        let lives = rows.map(\.life)
        let selection = try ModelSelection(
            families, x: x, y: lives, groups: groups, isLogarithmic: false, most: 2, repeats: 1, seed: seed)
        func calibrated(_ chosen: [Int]) throws -> CalibratedModel {
            try CalibratedModel(
                features: SurrogateFeatures.names, x: x.selecting(rows: chosen), y: chosen.map { lives[$0] },
                groups: chosen.map { groups[$0] }, family: selection.chosen, isRelative: false, seed: seed)
        }
        // Intervals are judged on materials that neither the model nor its calibration has seen.
        var (squares, meanSquares, covered) = (0.0, 0.0, 0)
        var medians: [Double] = []
        for fold in Folds.byGroup(groups, count: 5, seed: seed &+ 99) {
            let model = try calibrated(fold.training)
            let mean = fold.training.reduce(0) { $0 + lives[$1] } / Double(fold.training.count)
            let said = model.predict(x.selecting(rows: fold.test))
            var own: [Int: [(Double, Double)]] = [:]
            for (row, prediction) in zip(fold.test, said) {
                let truth = lives[row]
                squares += (prediction.value - truth) * (prediction.value - truth)
                meanSquares += (mean - truth) * (mean - truth)
                if prediction.low <= truth, truth <= prediction.high { covered += 1 }
                own[groups[row], default: []].append((prediction.value, truth))
            }
            for (_, pairs) in own.sorted(by: { $0.key < $1.key }) {
                medians.append(Statistics.median(pairs.map(\.0)) - Statistics.median(pairs.map(\.1)))
            }
        }
        let count = Double(rows.count)
        let card = LifeSurrogate.Card(
            materials: names, lives: rows.count, failed: failed, families: selection.table,
            error: (squares / count).squareRoot(), meanError: (meanSquares / count).squareRoot(),
            coverage: Double(covered) / count, medianError: Statistics.rootMeanSquare(medians))
        return LifeSurrogate(
            card: card, test: test, life: try calibrated(Array(rows.indices)),
            energy: try ModelFamily.ridge.fit(x, rows.map(\.energy), groups: groups, seed: seed))
    }
}
