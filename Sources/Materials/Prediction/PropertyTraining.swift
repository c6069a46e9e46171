internal import Learning

/// Trains a model of a property on tables of the user's.
public struct PropertyTraining: Sendable {
    /// Families to choose from.
    public enum Family: String, CaseIterable, Sendable {
        /// Ridge regression.
        case ridge
        /// Two gradient-boosted ensembles, averaged.
        case boosted
        /// Extremely randomised trees; their files are large.
        case extraTrees = "extra-trees"
        /// Gaussian process; its files are large.
        case gaussianProcess = "gaussian-process"

        /// The members that are averaged.
        var members: [ModelFamily] {
            switch self {
            case .ridge: [.ridge]
            case .boosted:
                // Small enough that each member's file stays below 1 MB.
                [
                    .boostedTrees(
                        BoostedTreesOptions(
                            trees: 350, learningRate: 0.06, depth: 6, rowFraction: 0.8, featureFraction: 0.3)),
                    .boostedTrees(
                        BoostedTreesOptions(
                            trees: 350, learningRate: 0.06, depth: 6, rowFraction: 0.7, featureFraction: 0.15)),
                ]
            case .extraTrees: [.extraTrees(ExtraTreesOptions(trees: 100, minimumLeaf: 2, featureFraction: 0.4))]
            case .gaussianProcess: [.gaussianProcess(GaussianProcessOptions(maximumRows: 800))]
            }
        }
    }

    /// Rows: descriptors, targets, and what they have in common with others.
    private let set: SampleSet
    private let subject: PropertyModel.Subject
    private let target: String
    private let data: [String]
    /// What is kept together when rows are left out.
    private let grouping: String

    /// Rows that can be trained on.
    public var rowCount: Int { self.set.rows.count }
    /// What was left out.
    public var notes: [String] { self.set.notes }

    /// Reads tables: with `formula_charge, formula_discharge, working_ion`, or with `formula`, and the target's column.
    ///
    /// Rows flagged by `outlier_flag` are left out; rows without the target, or whose formulas cannot be read, are
    /// left out and counted.
    /// Further tables of the same columns count half. Throws ``MaterialError``.
    public init(table path: String, target: String, further: [String] = []) throws {
        let table = try CommaTable(path: path)
        subject = table.place(of: "formula_charge") != nil ? .reaction : .composition
        grouping = subject == .reaction ? "framework" : "chemical system"
        self.target = target
        data = ([path] + further).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        var set = try Self.read(table, target, subject)
        for other in further { set.extra += try Self.read(CommaTable(path: other), target, subject, weight: 0.5).rows }
        guard set.rows.count >= 30 else {
            throw MaterialError(
                .table, place: path, problem: "\(set.rows.count) usable rows",
                remedy: "30 are the least a model is trained on")
        }
        self.set = set
    }

    /// From rows that are read already.
    init(_ set: SampleSet, subject: PropertyModel.Subject, target: String, data: [String], grouping: String) {
        self.set = set
        self.subject = subject
        self.target = target
        self.data = data
        self.grouping = grouping
    }

    private static func read(
        _ table: CommaTable, _ target: String, _ subject: PropertyModel.Subject, weight: Double = 1
    ) throws -> SampleSet {
        let value = try table.place(required: target)
        let flag = table.place(of: "outlier_flag")
        let columns =
            try subject == .reaction
            ? ["formula_charge", "formula_discharge", "working_ion"].map { try table.place(required: $0) }
            : [try table.place(of: "formula") ?? table.place(required: "composition")]
        let reactions = try ReactionDescriptors()
        let compositions = try CompositionDescriptors()
        var set = SampleSet(
            names: subject == .reaction ? ReactionDescriptors.names : CompositionDescriptors.names, rows: [])
        var (flagged, unread) = (0, 0)
        for row in table.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place] : "" }
            if let flag, text(flag) == "1" {
                flagged += 1
                continue
            }
            guard let number = try? table.number(row, value), let first = try? Formula(text(columns[0])).composition
            else {
                unread += 1
                continue
            }
            if subject == .composition {
                set.rows.append(
                    Sample(
                        id: "\(row.line)", features: compositions.describe(first), target: number,
                        compositions: [first.reduced],
                        groups: ["random": first.reduced, "chemical system": first.chemicalSystem], weight: weight))
                continue
            }
            guard let second = try? Formula(text(columns[1])).composition, let ion = Element(symbol: text(columns[2])),
                let reaction = try? InsertionReaction(charged: first, discharged: second, ion: ion)
            else {
                unread += 1
                continue
            }
            let host = reaction.host
            set.rows.append(
                Sample(
                    id: "\(row.line)", features: reactions.describe(reaction), target: number,
                    compositions: [first.reduced, second.reduced],
                    groups: [
                        "random": "\(ion)|\(first.reduced)|\(second.reduced)", "framework": host.reduced,
                        "chemical system": host.chemicalSystem,
                    ], weight: weight))
        }
        if flagged > 0 { set.notes.append("\(flagged) rows flagged as outliers left out") }
        if unread > 0 { set.notes.append("\(unread) rows without a usable formula or target left out") }
        return set
    }

    /// Compares families by cross-validation with groups left out, trains the best one on all rows, and calibrates
    /// its intervals on
    /// the left-out errors.
    ///
    /// - Parameters:
    ///   - families: those to compare; the first of equals is taken.
    ///   - seed: fixes everything random.
    ///   - progress: told what is being done.
    public func train(
        families: [Family] = [.ridge, .boosted], seed: UInt64 = 1, progress: (String) -> Void = { _ in }
    ) throws -> PropertyModel {
        do {
            return try trained(families.map { Member(name: $0.rawValue, members: $0.members) }, seed, progress)
        } catch let error as LearningError {
            throw MaterialError(.computation, place: target, problem: error.problem, remedy: error.remedy)
        }
    }

    /// How often `progress` is told what is being done, of so many families.
    public static func stages(families: Int) -> Int { families + 4 }

    /// A family to compare: models that are averaged, each in a file of its own.
    struct Member {
        var name: String
        var members: [ModelFamily]
    }

    func trained(_ families: [Member], _ seed: UInt64, _ progress: (String) -> Void) throws -> PropertyModel {
        var scores: [(family: Member, rows: [LeftOut], error: Double)] = []
        for family in families {
            progress("\(family.name): cross-validation by \(grouping)")
            let rows = try leftOut(family, grouping, seed)
            scores.append((family, rows, Statistics.mean(rows.map { abs($0.error.error) })))
        }
        guard let best = scores.min(by: { $0.error < $1.error }) else {
            throw MaterialError(.usage, place: target, problem: "no family to train", remedy: "name one")
        }
        progress("\(best.family.name): rows left out at random")
        let hasOthers = set.rows.contains { $0.groups["random"] != nil }
        let random = try hasOthers ? leftOut(best.family, "random", seed) : []
        var curve: [ModelCard.Score] = []
        for share in [0.25, 0.5] {
            progress("\(best.family.name): learning curve at \(Int(100 * share)) %")
            let rows = try leftOut(best.family, grouping, seed, share: share)
            curve.append(
                .init(
                    name: "\(Int(100 * share)) % of the groups",
                    value: Statistics.mean(rows.map { abs($0.error.error) })))
        }
        curve.append(.init(name: "all groups", value: best.error))
        let targets = set.rows.map(\.target)
        let median = Statistics.median(targets)
        progress("\(best.family.name): training on all rows")
        let columns = noveltyColumns
        let samples = set.rows + set.extra
        let x = Matrix(samples.map(\.features), columns: set.names.count)
        let groups = numbers(samples.map { $0.groups[grouping] ?? $0.id })
        let models = try best.family.members.enumerated().map { index, member in
            try member.fit(
                x, samples.map(\.target), groups: groups, weights: samples.map(\.weight), seed: seed &+ UInt64(index))
        }
        let interval = LeftOutError.interval(best.rows.map(\.error))
        let covered = best.rows.map { row -> Double in
            abs(row.error.error) <= interval.halfWidth(deviation: row.error.deviation, novelty: row.error.novelty)
                ? 1 : 0
        }
        let card = ModelCard(
            data: data, rows: samples.count, notes: set.notes,
            families: scores.sorted { $0.error < $1.error }.map { .init(name: $0.family.name, value: $0.error) },
            learningCurve: curve,
            errors: (random.isEmpty
                ? []
                : [
                    .init(
                        name: "mean absolute error, rows left out",
                        value: Statistics.mean(random.map { abs($0.error.error) }))
                ]) + [
                    .init(name: "mean absolute error, \(grouping) left out", value: best.error),
                    .init(
                        name: "mean absolute error of the median",
                        value: Statistics.mean(targets.map { abs($0 - median) })),
                ], grouping: grouping, coverage: Statistics.mean(covered))
        let content = PropertyModel.Content(
            target: target, subject: subject, isPositive: targets.allSatisfy { $0 >= 0 }, descriptors: set.names.count,
            noveltyColumns: columns, novelty: Novelty(x.selecting(columns: columns), groups: groups, seed: seed),
            interval: interval, card: card, parts: models.count, model: models[0])
        return PropertyModel(content, models)
    }

    private struct LeftOut {
        var error: LeftOutError
    }

    private var noveltyColumns: [Int] {
        self.set.names.indices.filter { index in
            let name = set.names[index]
            switch subject {
            case .reaction:
                return name.hasPrefix("host mean") || name == "ion Number" || name == "anion electronegativity"
            case .composition: return name.hasPrefix("mean ")
            case .liquidElectrolyte: return !name.hasPrefix("own ")
            case .polymerElectrolyte: return name.hasPrefix("own ")
            }
        }
    }

    /// Errors on left-out rows; with `share`, of models trained on that share of the groups.
    private func leftOut(_ family: Member, _ grouping: String, _ seed: UInt64, share: Double = 1) throws -> [LeftOut] {
        let columns = noveltyColumns
        var all: [LeftOut] = []
        for split in Splits.make(set, set, grouping: grouping, folds: 5, seed: seed) where split.training.count >= 10 {
            var samples = split.training.map { set.rows[$0] } + split.extra.map { set.extra[$0] }
            if share < 1 {
                // A group is kept by its name alone, so that rows of one group stay together.
                samples = samples.filter { sample in
                    let name = sample.groups[grouping] ?? sample.id
                    let hash = name.utf8.reduce(UInt64(seed)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                    return Double((hash >> 20) % 1000) < 1000 * share
                }
            }
            guard samples.count >= 10 else { continue }
            let x = Matrix(samples.map(\.features), columns: set.names.count)
            let groups = numbers(samples.map { $0.groups[grouping] ?? $0.id })
            let test = Matrix(split.test.map { set.rows[$0].features }, columns: set.names.count)
            let predictions = try family.members.enumerated().map { index, member in
                try member.fit(
                    x, samples.map(\.target), groups: groups, weights: samples.map(\.weight),
                    seed: seed &+ UInt64(index)
                ).predict(test)
            }
            let novelties = Novelty(x.selecting(columns: columns), groups: groups, seed: seed)
                .measure(test.selecting(columns: columns))
            for (place, index) in split.test.enumerated() {
                let estimates = predictions.map { $0[place] }
                let mean = estimates.reduce(0) { $0 + $1.mean } / Double(estimates.count)
                let spread = estimates.reduce(0) {
                    $0 + ($1.mean - mean) * ($1.mean - mean) + $1.deviation * $1.deviation
                }
                all.append(
                    LeftOut(
                        error: LeftOutError(
                            error: mean - set.rows[index].target,
                            deviation: (spread / Double(estimates.count)).squareRoot(), novelty: novelties[place],
                            group: set.rows[index].groups[grouping] ?? set.rows[index].id)))
            }
        }
        return all
    }

    private func numbers(_ names: [String]) -> [Int] {
        var numbers: [String: Int] = [:]
        return names.map { name in
            if let number = numbers[name] { return number }
            numbers[name] = numbers.count
            return numbers.count - 1
        }
    }
}
