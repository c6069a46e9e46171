import CyclingData
import Foundation
import Testing

@testable import Lifetime

struct IdentifiedCourseTests {
    private static let negative: @Sendable (Double) -> Double = { x in
        0.1 + 0.6 * exp(-30 * x) - 0.03 * tanh((x - 0.5) / 0.05) - 0.02 * tanh((x - 0.2) / 0.04) - 0.05 * x
    }
    private static let positive: @Sendable (Double) -> Double = { y in
        4.4 - 0.9 * y - 0.08 * tanh((y - 0.55) / 0.08) - 0.3 * exp(30 * (y - 1))
    }
    private static let fit = HalfCellFit(negative: negative, positive: positive)

    /// A discharge of a cell from 4.2 V to 2.8 V that has lost so much of its 5.6 A·h of lithium, from cells of these electrodes.
    private static func discharge(_ lost: Double) -> CapacityCurve? {
        let (cn, cp, lithium) = (5.5, 5.8, 5.6 - lost)
        var (low, high) = (max(0.0, lithium - cp), min(cn, lithium))
        for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            (low, high) =
                positive((lithium - middle) / cp) - negative(middle / cn) < 4.2 ? (middle, high) : (low, middle)
        }
        var voltage: [Double] = [], charge: [Double] = []
        for index in 0..<1500 {
            let q = Double(index) * 0.004
            let v = positive((lithium - low + q) / cp) - negative((low - q) / cn) - 0.02
            guard low > q, v > 2.8 else { break }
            voltage.append(v)
            charge.append(q)
        }
        return CapacityCurve(voltage: voltage, capacity: charge, direction: -1)
    }

    /// Lithium lost with the root of cycles: forty cycles foretell the four-hundredth.
    @Test func lossesGoOnByTheirLaw() throws {
        func lost(_ cycle: Double) -> Double { 0.03 * cycle.squareRoot() }
        let seen = try stride(from: 1.0, through: 41, by: 4).map {
            DischargeCurve(cycle: $0, curve: try #require(Self.discharge(lost($0))))
        }
        let course = try #require(IdentifiedCourse(Self.fit, seen))
        func capacity(_ cycle: Double) throws -> Double {
            try #require(Self.discharge(lost(cycle))?.capacity.last)
        }
        let truth = try capacity(400) / capacity(41)
        let found = course.ratio(400, over: 41)
        #expect(truth < 0.93 && abs(found - truth) < 0.01, "\(found), \(truth)")
        // Where the state of health falls below what it is at cycle 400.
        let end = course.end(origin: 41, level: 1, limit: found, most: 1e4)
        #expect(abs(end - 400) < 1)
        #expect(IdentifiedCourse(Self.fit, Array(seen.prefix(3))) == nil)
    }

    /// Cells that lose twice what their curves foretell move the gain towards 2, and one that says nothing leaves it.
    @Test func residualIsLearnt() throws {
        let seen = try stride(from: 1.0, through: 41, by: 4).map {
            DischargeCurve(cycle: $0, curve: try #require(Self.discharge(0.03 * $0.squareRoot())))
        }
        let course = try #require(IdentifiedCourse(Self.fit, seen))
        let cycles = (1...400).map(Double.init)
        let twice = Trajectory(
            cycles: cycles, capacities: cycles.map { $0 <= 41 ? 1 : 1 - 2 * (1 - course.ratio($0, over: 41)) })
        #expect(abs(IdentifiedCourse.gain([(course, twice)], origin: 41) - 2) < 0.15)
        #expect(IdentifiedCourse.gain([], origin: 41) == 1)
    }

    /// Both parts of a law are found again, and none is negative.
    @Test func lawOfALoss() {
        let cycles = (1...100).map(Double.init)
        let both = FadeLaw(cycles, losses: cycles.map { 0.5 + 0.01 * $0.squareRoot() + 0.001 * $0 })
        #expect(abs(both.root - 0.01) < 1e-9 && abs(both.line - 0.001) < 1e-9)
        #expect(abs(both.loss(from: 100, to: 400) - 0.4) < 1e-6)
        #expect(abs(both.end(loss: 0.2, least: 1e-6) - 100) < 1e-6)
        let gains = FadeLaw(cycles, losses: cycles.map { -0.001 * $0 })
        #expect(gains.root == 0 && gains.line == 0)
    }

    /// Tables of discharges are read by cycle; an empty one, or one that is missing, has none.
    @Test func dischargesAreReadByCycle() throws {
        let folder = NSTemporaryDirectory() + "cellar-discharges-\(UUID().uuidString)"
        let root = folder + "/nasa_pcoe"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(name)"))
        }
        let heading = "test_id,time_s,voltage_V,current_A,temperature_degC\n"
        try write(
            "test_id,type,discharge_cycle,capacity_Ah\n0,charge,,\n1,discharge,1,1\n3,discharge,2,1\n",
            "A_operations.csv")
        #expect(try DischargeCurve.nasa(folder: folder, name: "A").isEmpty)
        try write(heading, "A_discharge.csv")
        #expect(try DischargeCurve.nasa(folder: folder, name: "A").isEmpty)
        let rows = [1, 3].flatMap { test in
            (0...10).map { "\(test),\(360 * $0),\(4.1 - 0.1 * Double($0)),-1,24\n" }
        }
        try write(heading + rows.joined(), "A_discharge.csv")
        let curves = try DischargeCurve.nasa(folder: folder, name: "A")
        #expect(curves.map(\.cycle) == [1, 2])
        for discharge in curves { #expect(abs((discharge.curve.capacity.last ?? 0) - 1) < 1e-9) }
    }

    /// Every cell of a small set is tested by all others, and by none of its own.
    @Test func eachCellIsLeftOut() throws {
        let data = try MadeUpData(noise: false)
        defer { data.remove() }
        let rounds = try LearningCurveSet.leaveOneOut("calce", train: data.train, test: data.train)
        #expect(rounds.count == 2)
        for round in rounds { #expect(Set(round.pool.map(\.name)).isDisjoint(with: round.test.map(\.name))) }
        #expect(Set(rounds.flatMap { $0.test.map(\.name) }).count == 2)
        // Cells that the training folder does not hold are tested together.
        let apart = try LearningCurveSet.leaveOneOut("calce", train: data.train, test: data.test)
        #expect(apart.count == 1 && apart[0].pool.count == 2 && apart[0].test.count == 2)
        // What is known of a cell does not depend on what came later.
        let noisy = try MadeUpData(noise: true)
        defer { noisy.remove() }
        let other = try LearningCurveSet.leaveOneOut("calce", train: noisy.train, test: noisy.test)
        #expect(apart[0].seen <= 298)
        for (one, another) in zip(apart[0].test, other[0].test) { #expect(one.known == another.known) }
    }
}
