import Testing

@testable import Learning

@Suite struct RobustRegressionTests {
    @Test func farOffTargetsDoNotPull() throws {
        var random = RandomSource(seed: 4)
        var rows: [[Double]] = []
        var y: [Double] = []
        for index in 0..<400 {
            let row = [random.unit() * 4 - 2, random.unit() * 4 - 2, random.unit()]
            rows.append(row)
            // One in eight is far off, always to the same side.
            let noise = 0.2 * (random.unit() - 0.5)
            let line = 2 + 3 * row[0] - row[1]
            y.append(index % 8 == 0 ? line + noise + 40 : line + noise)
        }
        let x = Matrix(rows, columns: 3)
        let groups = Array(0..<400)
        func predict(_ family: ModelFamily) throws -> Double {
            let model = try family.fit(x, y, groups: groups, seed: 1)
            return try #require(model.predict(Matrix([[1, 1, 0.5]], columns: 3)).first).mean
        }
        #expect(abs(try predict(.robust) - 4) < 0.2)
        #expect(abs(try predict(.ridge) - 4) > 2)
    }

    @Test func farOffTargetsPullTreesLess() throws {
        let rows = (0..<300).map { [Double($0 % 3)] }
        // Within each of three groups a quarter is far above: the mean is 25 off.
        let y = (0..<300).map { index -> Double in
            let middle = Double(index % 3)
            return (index / 3) % 4 == 0 ? middle + 100 : middle
        }
        let x = Matrix([[0], [1], [2]], columns: 1)
        func off(_ loss: BoostedTreesOptions.Loss?) throws -> [Double] {
            let family = ModelFamily.boostedTrees(
                BoostedTreesOptions(
                    trees: 200, learningRate: 0.2, depth: 2, rowFraction: 1, featureFraction: 1, loss: loss))
            let model = try family.fit(Matrix(rows, columns: 1), y, groups: Array(0..<300), seed: 1)
            return model.predict(x).enumerated().map { abs($1.mean - Double($0)) }
        }
        #expect(try off(.pseudoHuber).allSatisfy { $0 < 8 })
        #expect(try off(nil).allSatisfy { $0 > 20 })
        #expect(try off(.squared) == off(nil))
    }
}
