import Foundation
import Learning
import Testing

/// A problem with a known answer: y = 2 a − b + 0.5 sin(3 a), noise as asked.
func problem(rows: Int, noise: Double, seed: UInt64) -> (x: Matrix, y: [Double], groups: [Int]) {
    var random = RandomSource(seed: seed)
    var x = Matrix(rows: rows, columns: 4)
    var y: [Double] = []
    for row in 0..<rows {
        for column in 0..<4 { x[row, column] = 2 * random.unit() - 1 }
        let sum = (0..<12).reduce(-6.0) { total, _ in total + random.unit() }
        y.append(2 * x[row, 0] - x[row, 1] + noise * sum)
    }
    return (x, y, (0..<rows).map { $0 / 5 })
}

@Suite struct ModelTests {
    static let families: [(ModelFamily, Double)] = [
        (.ridge, 0.02), (.elasticNet, 0.02), (.partialLeastSquares(most: 4), 0.02),
        (.gaussianProcess(GaussianProcessOptions()), 0.03), (.extraTrees(ExtraTreesOptions()), 0.25),
        (.boostedTrees(BoostedTreesOptions()), 0.25), (.randomForest(BoostedTreesOptions(depth: 12)), 0.45),
        (.average([.ridge, .extraTrees(ExtraTreesOptions())]), 0.2),
    ]

    @Test(arguments: families) func recoversAFunctionOnNewRows(family: ModelFamily, most: Double) throws {
        let train = problem(rows: 300, noise: 0.01, seed: 1)
        let test = problem(rows: 100, noise: 0, seed: 2)
        let model = try family.fit(train.x, train.y, groups: train.groups, seed: 3)
        let error = Scores.rootMeanSquareError(model.predict(test.x).map(\.mean), test.y)
        #expect(error < most, "\(family.name): \(error)")
    }

    @Test(arguments: families) func isTheSameForTheSameSeed(family: ModelFamily, most: Double) throws {
        let train = problem(rows: 120, noise: 0.1, seed: 1)
        let first = try family.fit(train.x, train.y, groups: train.groups, seed: 3)
        let second = try family.fit(train.x, train.y, groups: train.groups, seed: 3)
        #expect(first == second)
        #expect(try ModelDocument.encode(first, kind: "test") == ModelDocument.encode(second, kind: "test"))
    }

    @Test(arguments: families) func surviveAFile(family: ModelFamily, most: Double) throws {
        let train = problem(rows: 120, noise: 0.1, seed: 1)
        let model = try family.fit(train.x, train.y, groups: train.groups, seed: 3)
        let bytes = try ModelDocument.encode(model, kind: "test")
        let read = try ModelDocument.decode(FittedModel.self, kind: "test", from: bytes)
        #expect(read.isSound(columns: 4))
        #expect(!read.isSound(columns: 3))
        #expect(read.predict(train.x) == model.predict(train.x))
    }

    @Test func groupsWithPartsOfTheirOwnAreNotTakenForTheCourseOfAll() throws {
        // y = a, but every group sits at a place of its own and is off by a constant: rows alone would follow the constants.
        var random = RandomSource(seed: 5)
        var x = Matrix(rows: 400, columns: 1)
        var y: [Double] = []
        var groups: [Int] = []
        for row in 0..<400 {
            let group = row / 40
            if row % 40 == 0 { random = RandomSource(seed: UInt64(group + 20)) }
            x[row, 0] = Double(group) / 10 + 0.3 * Double(row % 40) / 40
            y.append(x[row, 0] + (group.isMultiple(of: 2) ? 0.1 : -0.1) + 0.002 * random.unit())
            groups.append(group)
        }
        let places = (0..<50).map { Double($0) / 49 }
        func error(_ variance: Double?) throws -> Double {
            let options = GaussianProcessOptions(length: 2, noise: 0.002, groupVariance: variance)
            let model = try ModelFamily.gaussianProcess(options).fit(x, y, groups: groups, seed: 1)
            return Scores.rootMeanSquareError(
                model.predict(Matrix(places.map { [$0] }, columns: 1)).map(\.mean), places)
        }
        let (own, none) = (try error(0.1), try error(nil))
        #expect(own < 0.8 * none, "\(own), without \(none)")
    }

    @Test func missingAndAbsurdFeaturesGiveFiniteAnswers() throws {
        let train = problem(rows: 120, noise: 0.1, seed: 1)
        var odd = Matrix(rows: 3, columns: 4)
        odd[0, 0] = .nan
        odd[1, 1] = .infinity
        odd[2, 2] = -1e30
        for (family, _) in Self.families {
            let model = try family.fit(train.x, train.y, groups: train.groups, seed: 3)
            #expect(model.predict(odd).allSatisfy { $0.mean.isFinite && abs($0.mean) < 20 }, "\(family.name)")
        }
    }

    @Test func tooFewRowsAreRefused() {
        let x = Matrix(rows: 2, columns: 1)
        #expect(throws: LearningError.self) { try ModelFamily.ridge.fit(x, [1, 2], groups: [0, 1], seed: 0) }
    }
}

@Suite struct ModelDocumentTests {
    private func file() throws -> [UInt8] {
        let train = problem(rows: 60, noise: 0.1, seed: 1)
        let model = try ModelFamily.extraTrees(ExtraTreesOptions(trees: 3))
            .fit(train.x, train.y, groups: train.groups, seed: 3)
        return try ModelDocument.encode(model, kind: "test")
    }

    @Test func anyCutOrChangeIsRefused() throws {
        let bytes = try file()
        for length in stride(from: 0, to: bytes.count - 2, by: max(bytes.count / 40, 1)) {
            #expect(throws: LearningError.self) {
                try ModelDocument.decode(FittedModel.self, kind: "test", from: Array(bytes.prefix(length)))
            }
        }
        // A digit somewhere in the content.
        let text = String(decoding: bytes, as: UTF8.self)
        guard let place = text.range(of: "\"base\":") else { return #expect(Bool(false)) }
        let changed = text.replacingCharacters(in: place, with: "\"base\":1")
        #expect(throws: LearningError.self) {
            try ModelDocument.decode(FittedModel.self, kind: "test", from: Array(changed.utf8))
        }
    }

    @Test func anotherVersionOrKindIsRefusedByName() throws {
        let text = String(decoding: try file(), as: UTF8.self)
        let newer = text.replacingOccurrences(of: "\"version\":1", with: "\"version\":7")
        let error = #expect(throws: LearningError.self) {
            try ModelDocument.decode(FittedModel.self, kind: "test", from: Array(newer.utf8))
        }
        #expect(error?.description.contains("version 7") == true)
        #expect(throws: LearningError.self) {
            try ModelDocument.decode(FittedModel.self, kind: "property", from: Array(text.utf8))
        }
    }
}

@Suite struct FoldTests {
    @Test func noGroupStandsOnBothSidesAndEveryRowIsTestedOnce() {
        let groups = (0..<103).map { $0 % 17 }
        let folds = Folds.byGroup(groups, count: 5, seed: 4)
        #expect(folds.count == 5)
        #expect(folds.flatMap(\.test).sorted() == Array(0..<103))
        for fold in folds {
            #expect(Set(fold.training.map { groups[$0] }).isDisjoint(with: fold.test.map { groups[$0] }))
        }
    }
}

@Suite struct IntervalTests {
    @Test func coversNewGroupsAsOftenAsItSays() {
        // Each group has an error of its own; the interval must hold for groups not seen.
        var random = RandomSource(seed: 5)
        func normal() -> Double { (0..<12).reduce(-6.0) { total, _ in total + random.unit() } }
        var covered = 0
        var all = 0
        for _ in 0..<200 {
            var errors: [Double] = []
            var groups: [Int] = []
            for group in 0..<20 {
                let own = normal()
                for _ in 0..<10 {
                    errors.append(own + 0.3 * normal())
                    groups.append(group)
                }
            }
            let interval = ConformalInterval(
                errors: errors, deviations: errors.map { _ in 1 }, novelties: errors.map { _ in 1 }, groups: groups)
            #expect(interval.isWarranted)
            for _ in 0..<20 {
                let half = interval.halfWidth(deviation: 1, novelty: 1)
                covered += abs(normal() + 0.3 * normal()) <= half ? 1 : 0
                all += 1
            }
        }
        let coverage = Double(covered) / Double(all)
        #expect(coverage > 0.88 && coverage < 0.94, "\(coverage)")
    }

    @Test func fewerThanNineGroupsWarrantNothing() {
        func interval(_ count: Int) -> ConformalInterval {
            ConformalInterval(
                errors: (0..<count).map { Double($0 + 1) }, deviations: (0..<count).map { _ in 1 },
                novelties: (0..<count).map { _ in 1 }, groups: Array(0..<count))
        }
        #expect(!interval(8).isWarranted)
        #expect(interval(9).isWarranted)
    }

    @Test func whatIsFarFromTrainingIsNovel() {
        let train = problem(rows: 200, noise: 0, seed: 1)
        let novelty = Novelty(train.x, groups: train.groups, seed: 2)
        let test = problem(rows: 100, noise: 0, seed: 3)
        let usual = novelty.measure(test.x)
        #expect(usual.filter { $0 > Novelty.limit }.count <= 2)
        var far = test.x
        for row in 0..<far.rows { far[row, 2] = 6 }
        #expect(novelty.measure(far).allSatisfy { $0 > Novelty.limit })
    }

    /// A known divisor: what is left is a straight line, which ridge learns as it is.
    @Test func whatAFeatureDividesIsNotLearnt() throws {
        let train = problem(rows: 200, noise: 0, seed: 1)
        var x = Matrix(rows: 200, columns: 5)
        for row in 0..<200 {
            for column in 0..<4 { x[row, column] = train.x[row, column] }
            x[row, 4] = 0.5 + Double(row % 7)
        }
        let y = (0..<200).map { train.y[$0] / x[$0, 4] }
        let model = try ModelFamily.timesFeature(4, .ridge).fit(x, y, groups: train.groups, seed: 1)
        #expect(Scores.meanAbsoluteError(model.predict(x).map(\.mean), y) < 0.01)
        #expect(model.isSound(columns: 5) && !model.isSound(columns: 4))
        var broken = x
        broken[3, 4] = 0
        #expect(throws: LearningError.self) {
            try ModelFamily.timesFeature(4, .ridge).fit(broken, y, groups: train.groups, seed: 1)
        }
    }

    /// Noise makes free trees fall here and there; trees that may only rise never do.
    @Test func constrainedTreesOnlyRise() throws {
        var random = RandomSource(seed: 3)
        let rows = (0..<200).map { _ in [random.unit(), random.unit()] }
        let y = rows.map { $0[0] + 2 * random.unit() - $0[1] }
        func isRising(_ monotone: [Int: Int]?) throws -> Bool {
            let options = BoostedTreesOptions(trees: 100, depth: 4, minimumLeaf: 1, monotone: monotone)
            let model = try ModelFamily.boostedTrees(options).fit(
                Matrix(rows, columns: 2), y, groups: Array(0..<200), seed: 1)
            return [0.2, 0.5, 0.8].allSatisfy { other in
                let grid = (0...50).map { [Double($0) / 50, other] }
                let values = model.predict(Matrix(grid, columns: 2)).map(\.mean)
                return zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-6 }
            }
        }
        #expect(try isRising([0: 1]))
        #expect(try !isRising(nil))
    }
}
