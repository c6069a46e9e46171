import Cells
import CyclingData
import Electrochemistry
import Foundation
import Learning
import Testing

@testable import Identification

/// Parameters that data were made with are found again, and as well as is claimed.
struct RecoveryTests {
    static let isLong = ProcessInfo.processInfo.environment["CELLAR_LONG"] != nil
    static let cases = isLong ? 100 : 20

    /// Windows, solid diffusivities, a reaction constant and a resistance, drawn anew in every case; white noise of 2 mV
    /// on a slow and a fast discharge with a rest. Each true value lies in its 95 % range in at least 90 of 100 cases;
    /// fewer than 16 of 20 would be found by chance in 3 of 1000 tests.
    @Test func trueValuesLieInTheirRanges() throws {
        let cell = try chen()
        var random = RandomSource(seed: 11)
        let first = try parameters(cell)
        var hits = [Int](repeating: 0, count: first.count + 2)
        var names: [String] = []
        var width = [Double](repeating: 0, count: first.count + 2)
        for _ in 0..<Self.cases {
            // Not every balance reaches the cut-offs: those that do not are drawn again.
            var truth = first.map { $0.value(at: 0.3 + 0.4 * random.unit()) }
            while (try? cell.tried(first, truth)) == nil {
                truth = first.map { $0.value(at: 0.3 + 0.4 * random.unit()) }
            }
            let starts = [0.9 + 0.06 * random.unit(), 0.9 + 0.06 * random.unit()]
            let made = try cell.tried(first, truth).cell
            let experiments = try zip(["slow", "fast"], starts).map { name, start in
                let rows = try measured(
                    made,
                    name == "slow"
                        ? ["Discharge at C/10 for 8 hours (3 minute period)"]
                        : [
                            "Discharge at 1C for 20 minutes (10 second period)",
                            "Rest for 20 minutes (10 second period)",
                            "Discharge at 1C for 20 minutes (10 second period)",
                            "Rest for 20 minutes (10 second period)",
                        ], charge: start, options: fast(.spme))
                return try Experiment(
                    rows.noisy(2e-3, &random), name: name, nominalCapacity: made.nominalCapacity, points: 250)
            }
            let all = first + experiments.enumerated().map { cell.startingParameter($1, index: $0) }
            let fit = CellFit(cell: cell, parameters: all, experiments: experiments, options: fast(.spme))
            let found = try fit.run([
                FitStage(name: "slow", parameters: [0, 1, 2, first.count], experiments: [0]),
                FitStage(name: "all", parameters: Array(all.indices), experiments: [0, 1]),
            ])
            for (k, (estimate, value)) in zip(found.estimates, truth + starts).enumerated() {
                let low = try #require(estimate.low), high = try #require(estimate.high)
                if low <= value, value <= high { hits[k] += 1 }
                width[k] +=
                    (estimate.parameter.place(of: high) - estimate.parameter.place(of: low)) / Double(Self.cases)
            }
            names = found.estimates.map(\.parameter.name)
        }
        for (k, name) in names.enumerated() {
            print(
                "recovery: \(name): \(hits[k]) of \(Self.cases) true values in their 95 % range, mean width \(width[k]) of the bounds"
            )
            #expect(hits[k] >= (Self.isLong ? 90 : 16), "\(name)")
            // A range that is always right tells nothing: it must be narrower than the bounds.
            if k < 3 { #expect(width[k] < 0.5) }
        }
    }

    private func parameters(_ cell: FitCell) throws -> [FitParameter] {
        try cell.windowParameters() + [
            cell.parameter(
                "Negative electrode > Diffusivity [m2.s-1]", low: 1e-14, high: 1e-13, isLogarithmic: true),
            cell.parameter(
                "Positive electrode > Diffusivity [m2.s-1] ", low: 1e-15, high: 1e-14, isLogarithmic: true),
            cell.parameter(
                "Positive electrode > Reaction rate constant [mol.m-2.s-1]", low: 3e-6, high: 1e-4, isLogarithmic: true),
            cell.parameter("Contact resistance [ohm]", low: 0, high: 0.03, isLogarithmic: false),
        ]
    }

    /// What no data can tell apart is named: two resistances in series.
    @Test func whatDataLeaveOpenIsNamed() throws {
        let cell = try chen()
        let parameters = [
            try cell.parameter("Negative electrode > Conductivity [S.m-1]", low: 150, high: 300, isLogarithmic: true),
            try cell.parameter("Contact resistance [ohm]", low: 0, high: 0.03, isLogarithmic: false),
        ]
        var random = RandomSource(seed: 3)
        let made = try cell.tried(parameters, [215, 0.01]).cell
        let rows = try measured(
            made, ["Rest for 10 minutes", "Discharge at 1C for 30 minutes (10 second period)"], charge: 0.9,
            options: fast(.spme))
        let experiment = try Experiment(
            rows.noisy(1e-3, &random), name: "1C", nominalCapacity: made.nominalCapacity)
        let start = FitParameter(
            name: "start", target: .startingCharge(0), low: 0.8, high: 1, isLogarithmic: false, start: 0.9)
        let found = try CellFit(
            cell: cell, parameters: parameters + [start], experiments: [experiment], options: fast(.spme)
        ).run([FitStage(name: "all", parameters: [0, 1, 2], experiments: [0])])
        #expect(!found.estimates[0].isIdentified)
        #expect(found.estimates[1].isIdentified && found.estimates[2].isIdentified)
        #expect(found.openDirections.contains { $0.parts.first?.name.contains("Conductivity") == true })
        #expect(try #require(found.condition) > 100)
    }

    /// A profile of a nearly linear parameter agrees with the range from the Jacobian.
    @Test func profilesAgreeWithRanges() throws {
        let cell = try chen()
        let parameters = [
            try cell.parameter("Contact resistance [ohm]", low: 0, high: 0.03, isLogarithmic: false),
            try cell.parameter(
                "Negative electrode > Diffusivity [m2.s-1]", low: 1e-14, high: 1e-13, isLogarithmic: true),
        ]
        var random = RandomSource(seed: 5)
        let made = try cell.tried(parameters, [0.012, 4e-14]).cell
        let rows = try measured(
            made, ["Rest for 10 minutes", "Discharge at 1C for 30 minutes (10 second period)"], charge: 0.9,
            options: fast(.spme))
        let experiment = try Experiment(
            rows.noisy(2e-3, &random), name: "1C", nominalCapacity: made.nominalCapacity)
        let start = FitParameter(
            name: "start", target: .startingCharge(0), low: 0.8, high: 1, isLogarithmic: false, start: 0.9)
        let found = try CellFit(
            cell: cell, parameters: parameters + [start], experiments: [experiment], options: fast(.spme)
        ).run([FitStage(name: "all", parameters: [0, 1, 2], experiments: [0])], profile: true)
        let estimate = found.estimates[0]
        let low = try #require(estimate.low), high = try #require(estimate.high)
        let profile = try #require(estimate.profile)
        #expect((profile.lowerBound - low).magnitude < 0.1 * (high - low))
        #expect((profile.upperBound - high).magnitude < 0.1 * (high - low))
    }
}
