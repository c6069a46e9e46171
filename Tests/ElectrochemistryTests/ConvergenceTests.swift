import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// LG M50 at 1C against its own finest meshes and tolerances.
@Suite struct ConvergenceTests {
    private func run(_ mesh: Mesh, rtol: Double, atol: Double, period: Double = 30) throws -> Recorder {
        try simulate(
            shipped("lg-m50-chen2020"), "Discharge at 1C",
            options: options(mesh: mesh, rtol: rtol, atol: atol, period: period))
    }

    private func order(_ runs: [Recorder], _ finest: Recorder, _ what: String) -> [Double] {
        // The first minute's boundary layers are not resolved on the coarsest meshes.
        let errors = runs.map { difference($0, finest, after: 60).rms }
        let orders = zip(errors, errors.dropFirst()).map { log2($0 / $1) }
        print("convergence in \(what): \(errors.map(milli)) mV, orders \(orders.map { String(format: "%.2f", $0) })")
        return orders
    }

    @Test func orderInX() throws {
        func mesh(_ n: Int) -> Mesh { Mesh(negative: n, separator: n, positive: n, shells: 8) }
        let finest = try run(mesh(192), rtol: 1e-8, atol: 1e-10)
        let runs = try [6, 12, 24, 48].map { try run(mesh($0), rtol: 1e-8, atol: 1e-10) }
        for o in order(runs, finest, "x") { #expect(o > 1.8) }
    }

    @Test func orderInR() throws {
        func mesh(_ n: Int) -> Mesh { Mesh(negative: 8, separator: 4, positive: 8, shells: n) }
        let finest = try run(mesh(256), rtol: 1e-8, atol: 1e-10)
        let runs = try [8, 16, 32, 64].map { try run(mesh($0), rtol: 1e-8, atol: 1e-10) }
        for o in order(runs, finest, "r") { #expect(o > 1.8) }
    }

    /// Errors fall about as the tolerance: a factor of 1e5 in it buys at least 1e4 overall, and each decade at least 3.
    @Test func orderInTolerance() throws {
        let finest = try run(.standard, rtol: 1e-9, atol: 1e-11)
        let tolerances = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7]
        let errors = try tolerances.map {
            difference(try run(.standard, rtol: $0, atol: $0 * 1e-2), finest, after: 0).rms
        }
        print("convergence in tolerance, from 1e-2: \(errors.map(milli)) mV")
        for (a, b) in zip(errors, errors.dropFirst()) { #expect(a > 2 * b) }
        #expect(errors.first! / errors.last! > 1e4)
    }

    @Test func namedMeshesMeetTheirPromise() throws {
        let finest = try run(
            Mesh(negative: 120, separator: 60, positive: 120, shells: 120), rtol: 1e-7, atol: 1e-9, period: 5)
        for (name, mesh, rtol, atol, rms, worst) in [
            ("standard", Mesh.standard, 1e-4, 1e-6, 0.7e-3, 2e-3), ("fast", Mesh.fast, 1e-3, 1e-5, 2e-3, 5e-3),
            ("fast, atol 1e-6", Mesh.fast, 1e-3, 1e-6, 2e-3, 5e-3),
        ] {
            let r = try run(mesh, rtol: rtol, atol: atol, period: 5)
            let d = difference(r, finest, after: 1)
            print("mesh \(name), rtol \(rtol): RMS \(milli(d.rms)) mV, worst \(milli(d.worst)) mV at \(d.when) s")
            #expect(d.rms <= rms)
            #expect(d.worst <= worst)
        }
    }
}
