import Foundation
import Testing

@testable import Learning

@Suite struct KernelRidgeTests {
    /// A wave over two features, with one target in eight far off to the same side.
    private static func wave(outliers: Bool) -> (x: Matrix, y: [Double]) {
        var random = RandomSource(seed: 9)
        var rows: [[Double]] = []
        var y: [Double] = []
        for index in 0..<160 {
            let row = [random.unit() * 4 - 2, random.unit() * 4 - 2]
            rows.append(row)
            y.append(value(row) + (outliers && index % 8 == 0 ? 30 : 0))
        }
        return (Matrix(rows, columns: 2), y)
    }

    private static func value(_ point: [Double]) -> Double { 3 * sin(point[0]) + point[1] }

    /// Mean error on a grid within the training rows.
    private static func error(_ model: FittedModel) -> Double {
        let steps: [Double] = [-1.4, -0.7, 0, 0.7, 1.4]
        var points: [[Double]] = []
        for a in steps { points += steps.map { [a, $0] } }
        let estimates = model.predict(Matrix(points, columns: 2))
        return Statistics.mean(zip(points, estimates).map { abs($1.mean - value($0)) })
    }

    @Test func followsASmoothFunctionAndIsNotPulled() throws {
        let family = ModelFamily.kernelRidge(KernelRidgeOptions(length: 0.7, penalty: 0.01))
        for outliers in [false, true] {
            let (x, y) = Self.wave(outliers: outliers)
            let model = try family.fit(x, y, groups: Array(y.indices), seed: 1)
            #expect(Self.error(model) < 0.1, "with far-off targets: \(outliers)")
        }
        // Least squares with the same kernel are pulled by as much as one in eight of 30 is.
        let (x, y) = Self.wave(outliers: true)
        let process = ModelFamily.gaussianProcess(GaussianProcessOptions())
        #expect(Self.error(try process.fit(x, y, groups: Array(y.indices), seed: 1)) > 1)
    }

    @Test func aModelOutOfAFileIsTheSame() throws {
        let (x, y) = Self.wave(outliers: true)
        let model = try ModelFamily.kernelRidge(KernelRidgeOptions()).fit(x, y, groups: Array(y.indices), seed: 1)
        let read = try JSONDecoder().decode(FittedModel.self, from: JSONEncoder().encode(model))
        #expect(read.predict(x) == model.predict(x))
        #expect(read.isSound(columns: 2) && !read.isSound(columns: 3))
    }

    @Test func rowsOfMoreWeightAreMetCloser() throws {
        let x = Matrix([[0], [0], [1], [1]], columns: 1)
        let y = [0.0, 1, 5, 5]
        func first(_ weights: [Double]) throws -> Double {
            let model = try KernelRidge(x, y, options: KernelRidgeOptions(penalty: 0.5), weights: weights)
            return try #require(model.predict(Matrix([[0]], columns: 1)).first)
        }
        #expect(try first([1, 9, 1, 1]) > first([9, 1, 1, 1]) + 0.3)
    }
}
