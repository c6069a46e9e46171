internal import Learning

/// Training of lifetime models on one's own cells.
public enum LifetimeTraining {
    /// Cells that reach their end of life which a life model needs; below 9 a 90 % interval by cell is infinite.
    public static let fewest = 10
    /// What errors of too few cells name as their place: whoever knows where the cells came from can say so.
    public static let cellsPlace = "cells"

    /// What training is told.
    public struct Options: Sendable {
        /// Name of the model, for its card.
        public var name = "lifetime"
        /// Fixes everything random.
        public var seed: UInt64 = 1
        /// Fraction of the nominal capacity at which a life ends.
        public var endOfLife = 0.8
        /// Nominal capacity, Ah; each cell's own initial capacity where nil.
        public var nominal: Double?
        /// For the card, and to match cells by.
        public var chemistry = ""
        /// For the card.
        public var licence = "as of the data it was trained on"
        /// For the card.
        public var source: [String] = []

        /// With defaults.
        public init() {}
    }

    /// Families compared.
    static var candidates: [(name: String, family: ModelFamily)] {
        let process = GaussianProcessOptions(kernel: .squaredExponential)
        return [
            ("ridge", .ridge), ("elastic net", .elasticNet), ("PLS", .partialLeastSquares(most: 8)),
            ("Gaussian process", .gaussianProcess(process)),
            ("extra trees", .extraTrees(ExtraTreesOptions(trees: 100))),
            (
                "XGBoost",
                .boostedTrees(BoostedTreesOptions(trees: 150, depth: 3, minimumLeaf: 2, isExact: true))
            ),
            (
                "random forest",
                .randomForest(BoostedTreesOptions(trees: 100, depth: 6, minimumLeaf: 2, isExact: true))
            ),
        ]
    }

    /// Trains on whole lives.
    ///
    /// - Parameters:
    ///   - options: name, end of life, seed and card.
    ///   - cells: with charge statistics where the data have them.
    ///   - report: told what is left out and why, one sentence each.
    /// - Throws: `LifetimeError` with the reason where there are too few cells.
    public static func train(
        _ cells: [CellHistory], options: Options, report: (String) -> Void
    ) throws -> LifetimeModel {
        guard cells.count >= fewest else {
            throw LifetimeError(
                place: cellsPlace, problem: "\(cells.count) cells",
                remedy:
                    "\(fewest) that reach their end of life are the least: below 9 a 90 % interval by cell is infinite")
        }
        var lives: [(cell: CellHistory, life: Double, trajectory: Trajectory)] = []
        for cell in cells {
            let nominal = options.nominal ?? cell.initialCapacity
            let trajectory = Trajectory(cycles: cell.cycles, capacities: cell.capacities.map { $0 / nominal })
            guard nominal > 0, let end = trajectory.smoothed(half: 2).firstBelow(options.endOfLife) else {
                report(
                    "\(cell.name): left out, it does not reach \(options.endOfLife) of \(ModelCard.short(nominal)) Ah")
                continue
            }
            lives.append((cell, end, trajectory))
        }
        guard lives.count >= fewest else {
            throw LifetimeError(
                place: cellsPlace, problem: "\(lives.count) of \(cells.count) cells reach their end of life",
                remedy: "\(fewest) are the least; set --end-of-life or --nominal-capacity where theirs is another")
        }
        var best: (selection: ModelSelection, model: CalibratedModel, kind: EarlyCycleFeatures.Kind)?
        for kind in [EarlyCycleFeatures.Kind.statistics, .capacity] {
            let rows = lives.compactMap { life in
                life.life > Double(EarlyCycleFeatures.rows)
                    ? EarlyCycleFeatures.row(of: life.cell, kind: kind).map { ($0, life.life) } : nil
            }
            guard rows.count >= fewest else { continue }
            let names = kind == .statistics ? EarlyCycleFeatures.names : EarlyCycleFeatures.capacityNames
            let x = Matrix(rows.map(\.0), columns: names.count)
            let y = rows.map(\.1)
            let groups = Array(rows.indices)
            let selection = try ModelSelection(
                candidates, x: x, y: y, groups: groups, isLogarithmic: true, seed: options.seed)
            guard selection.error < best?.selection.error ?? .infinity else { continue }
            let model = try CalibratedModel(
                features: names, x: x, y: y, groups: groups, family: selection.chosen, isRelative: true,
                calibration: Calibration(folds: 8), seed: options.seed)
            best = (selection, model, kind)
        }
        let trajectory = try TrajectoryModel(lives: lives.map(\.trajectory), endOfLife: options.endOfLife)
        if best == nil {
            report(
                "fewer than \(fewest) cells have 60 of their first 100 cycles: remaining life from trajectories alone")
        }
        let interval = best?.model.interval
        let card = ModelCard(
            name: options.name,
            purpose:
                "Cycles to \(options.endOfLife) of the nominal capacity, from the first \(EarlyCycleFeatures.rows) "
                + "cycles (\(best?.kind == .statistics ? "charge statistics and capacities" : "capacities")) or from any "
                + "part of the capacity's course.",
            data: options.source, licence: options.licence, cells: lives.count,
            split: "5 folds by cell, dealt 3 times; everything fitted inside the fold",
            comparison: best?.selection.table ?? [], unit: "cycles",
            scores: [
                "trajectories: root mean square error of ln(remaining cycles) \(ModelCard.short(trajectory.error))",
                "trajectories compared on cells left out, root mean square error of the state of health over the second "
                    + "half of life: "
                    + trajectory.comparison.map { "\($0.model.rawValue) \(ModelCard.short($0.error))" }
                    .joined(separator: ", "),
            ],
            interval: interval.map {
                "conformal by cell, \($0.groups) cells" + ($0.isWarranted ? "" : ": too few to warrant 90 %")
            } ?? "from trajectories",
            mustNotUse: [
                "for cells of another chemistry, format or protocol than those trained on: in_domain is false there",
                "as a safety function",
            ], seed: options.seed)
        var model = LifetimeModel(card: card, chemistry: options.chemistry.lowercased(), endOfLife: options.endOfLife)
        model.lifeFromCycles = best?.model
        model.trajectory = trajectory
        return model
    }

    /// Trains the models that come with Cellar, on open data alone.
    ///
    /// - Parameter seed: fixes everything random.
    /// - Parameter folder: laid out as the data set `cycling`.
    /// - Throws: `LifetimeError` where the data are not there.
    public static func shipped(folder: String, seed: UInt64) throws -> [LifetimeModel] {
        let sets = SeversonCell.sets(folder: folder)
        let names = NASACell.names(folder: folder)
        guard sets.contains("train"), names.count >= 2 else {
            throw LifetimeError(
                kind: .notFound, place: folder, problem: "no severson_lfp_qv/train or no nasa_pcoe",
                remedy: "name the folder of the data set cycling")
        }
        return [try severson(folder, sets, seed), try nasa(folder, names, seed)]
    }

    private static func severson(_ folder: String, _ sets: [String], _ seed: UInt64) throws -> LifetimeModel {
        let cells = try SeversonCell.load(folder: folder, set: "train")
        let (trained, selection) = try SeversonProtocol.train(cells, options: BenchmarkOptions(seed: seed))
        var scores: [String] = []
        for set in sets where set != "train" {
            let tested = try SeversonCell.load(folder: folder, set: set)
            let predicted = trained.predict(SeversonProtocol.features(tested))
            let truth = tested.map(\.life)
            let error = Scores.rootMeanSquareError(predicted.map(\.value), truth)
            let coverage = Scores.coverage(low: predicted.map(\.low), high: predicted.map(\.high), truth: truth)
            let outside = predicted.count { !$0.isInDomain }
            scores.append(
                "\(set): RMSE \(ModelCard.short(error)) cycles on \(tested.count) cells not trained on, \(outside) of them out "
                    + "of domain; the 90 % interval covers \(ModelCard.short(100 * coverage)) %")
        }
        let card = ModelCard(
            name: "severson-lfp",
            purpose: "Cycles to 0.88 Ah of LFP/graphite cells of 1.1 Ah under fast charge and 4C discharge, from the "
                + "discharge curves of cycles 10 and 100 and the capacities of cycles 2 to 100.",
            data: [
                "Severson et al., Nature Energy 4 (2019) 383, training cells, as republished by Attia et al. "
                    + "(revisit-severson-et-al)"
            ], licence: "data CC BY 4.0; model CC BY 4.0", cells: cells.count,
            split: "trained on the paper's training cells; compared by 5 folds by cell, dealt 3 times",
            comparison: selection.table, unit: "cycles", scores: scores,
            interval:
                "conformal by cell, \(trained.interval.groups) cells, wider where models disagree or the cell is new",
            mustNotUse: [
                "for chemistries other than LFP/graphite, other formats, or temperatures far from 30 °C",
                "for cells that were not cycled at a constant protocol over their first 100 cycles",
                "for lives beyond 300 to 2200 cycles, the range trained on", "as a safety function",
            ], seed: seed)
        var model = LifetimeModel(card: card, chemistry: "lfp", endOfLife: 0.8)
        model.lifeFromCurves = trained
        return model
    }

    private static func nasa(_ folder: String, _ names: [String], _ seed: UInt64) throws -> LifetimeModel {
        let cells = try Parallel.map(names.count) { try NASAProtocol.Cell(folder: folder, name: names[$0]) }
        var rows: [[Double]] = []
        var y: [Double] = []
        var groups: [Int] = []
        for (index, cell) in cells.enumerated() {
            for (row, capacity) in zip(cell.charge, cell.capacities) where row[0].isFinite {
                rows.append(row)
                y.append(capacity / NASAProtocol.nominal)
                groups.append(index)
            }
        }
        let columns = ChargeCurveFeatures.names
        let x = Matrix(rows, columns: columns.count)
        // One small process: the file stays below a megabyte.
        let small = GaussianProcessOptions(maximumRows: 250)
        let selection = try ModelSelection(
            [
                ("ridge", .ridge), ("Gaussian process", .gaussianProcess(small)),
                ("Gaussian process, charge alone", .features([0], .gaussianProcess(small))),
            ], x: x, y: y, groups: groups, isLogarithmic: false, most: 1, folds: 5, repeats: 1, seed: seed)
        let health = try CalibratedModel(
            features: columns, x: x, y: y, groups: groups, family: selection.chosen, isRelative: false,
            calibration: Calibration(mostPerGroup: 1000), seed: seed)
        let lives = cells.map { cell in
            Trajectory(
                cycles: cell.capacities.indices.map { Double($0 + 1) },
                capacities: cell.capacities.map { $0 / NASAProtocol.nominal })
        }
        // B0007 never reaches 1.4 Ah; 0.75 is reached by all.
        let endOfLife = 0.75
        let trajectory = try TrajectoryModel(lives: lives, endOfLife: endOfLife)
        let card = ModelCard(
            name: "nasa-18650",
            purpose:
                "State of health of 18650 cells of 2 Ah from one charge at 1.5 A to 4.2 V, and remaining life from "
                + "their capacities.",
            data: [
                "Saha and Goebel, Battery Data Set, NASA Ames Prognostics Data Repository (2007): \(names.joined(separator: ", "))"
            ],
            licence: "data public domain; model CC BY 4.0", cells: cells.count, split: "one cell left out at a time",
            comparison: selection.table, unit: "fraction of 2 Ah", scores: [],
            interval:
                "half as wide again as the largest error on a cell left out: \(cells.count) cells warrant no 90 %",
            mustNotUse: [
                "for other formats, chemistries, or charges other than 1.5 A to 4.2 V", "away from about 24 °C",
                "as a safety function",
            ], seed: seed)
        var model = LifetimeModel(card: card, chemistry: "nca", endOfLife: endOfLife)
        model.healthFromCharge = health
        model.trajectory = trajectory
        return model
    }
}
