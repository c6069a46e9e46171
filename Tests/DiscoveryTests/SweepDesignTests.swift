import Learning
import Testing

@testable import Discovery

@Suite struct SweepDesignTests {
    /// The sequence as scipy 1.17 gives it unscrambled, which has Joe and Kuo's numbers too.
    @Test func sobolPointsAreThePublishedOnes() {
        let sequence = SobolSequence(dimensions: 40)
        let first: [[Double]] = [
            [0, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 0.25, 0.25, 0.25, 0.75], [0.25, 0.75, 0.75, 0.75, 0.25],
        ]
        for (index, point) in first.enumerated() { #expect(Array(sequence.point(index).prefix(5)) == point) }
        let later = sequence.point(37)
        #expect([0, 1, 5, 17, 39].map { later[$0] } == [0.921875, 0.640625, 0.296875, 0.421875, 0.078125])
    }

    /// Of 2^m points every interval of 2^-m holds one, in every coordinate, whatever the seed.
    @Test(arguments: [nil, 1, 77] as [UInt64?])
    func sobolPointsAreEvenInEveryCoordinate(seed: UInt64?) {
        let sequence = SobolSequence(dimensions: SobolSequence.mostDimensions, seed: seed)
        let points = (0..<256).map(sequence.point)
        for coordinate in 0..<SobolSequence.mostDimensions {
            #expect(Set(points.map { Int($0[coordinate] * 256) }).count == 256)
        }
        // And in the plane of the first two: boxes of any shape with an area of 1/256.
        for (a, b) in [(16, 16), (4, 64), (64, 4)] {
            #expect(Set(points.map { Int($0[0] * Double(a)) * b + Int($0[1] * Double(b)) }).count == 256)
        }
    }

    @Test func latinHypercubeHasOnePointInEachStratum() throws {
        let design = try DesignPoints(.lhs, levels: Array(repeating: nil, count: 45), samples: 60, seed: 3)
        let points = (0..<60).map(design.point)
        for coordinate in 0..<45 { #expect(Set(points.map { Int($0[coordinate] * 60) }).count == 60) }
        let again = try DesignPoints(.lhs, levels: Array(repeating: nil, count: 45), samples: 60, seed: 3)
        #expect(again.point(17) == points[17])
        let other = try DesignPoints(.lhs, levels: Array(repeating: nil, count: 45), samples: 60, seed: 4)
        #expect(other.point(17) != points[17])
    }

    @Test func gridHasEveryCombinationOnceWithItsEnds() throws {
        let factors = try ["a=1:3", "b=x,y"].map { try SweepFactor($0) }
        let design = try DesignPoints(.grid, levels: factors.map(\.levelCount), samples: 3, seed: 1)
        let rows = (0..<design.count).map { zip(factors, design.point($0)).map { $0.value(at: $1).text } }
        #expect(rows == [["1", "x"], ["1", "y"], ["2", "x"], ["2", "y"], ["3", "x"], ["3", "y"]])
    }

    @Test func moreFactorsThanSobolHasAreRefused() {
        #expect(throws: SweepError.self) {
            try DesignPoints(.sobol, levels: Array(repeating: nil, count: 41), samples: 4, seed: 1)
        }
    }

    @Test func factorsAreReadAsTheyAreWritten() throws {
        let one = try SweepFactor("d := A > x [m]; B > x [m] = *0.5:2:log")
        #expect(one.name == "d" && one.paths == ["A > x [m]", "B > x [m]"] && one.multiplies)
        #expect(one.value(at: 0.5) == .number(1))
        #expect(try SweepFactor("n=1:4:whole").value(at: 0.99) == .number(4))
        #expect(try SweepFactor("n=1:4:whole").value(at: 0.26) == .number(2))
        #expect(try SweepFactor("ageing=a,none").levels == .list([.text("a"), .text("none")]))
        // What stands in a table reads back as the value that was used.
        let tiny = try SweepFactor("d=1e-22:1e-20:log").value(at: 0.123456789)
        #expect(Double(tiny.text) == tiny.number && tiny.text.count <= 14)
    }

    @Test(arguments: ["a=2:1", "a=1:1", "a=0:1:log", "a=1:x", "a=1:2:lin", "a", "=1:2", "a=1,,2", "a=*x,y"])
    func mistakesInFactorsAreTold(text: String) {
        #expect(throws: SweepError.self) { try SweepFactor(text) }
    }

    /// Numbers drawn from neighbouring runs' sources are as good as independent.
    @Test func noiseHasItsMeanAndSpread() {
        func drawn() -> [Double] {
            (1...4000).map { run in
                var source = RandomSource(seed: 9).branch(UInt64(run), 2)
                return source.normal()
            }
        }
        let values = drawn()
        let mean = values.reduce(0, +) / 4000
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 3999
        #expect(abs(mean) < 0.06 && abs(variance - 1) < 0.09)
        #expect(drawn() == values)
    }
}
