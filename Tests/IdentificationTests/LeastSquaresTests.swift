import Learning
import Testing

@testable import Identification

struct LeastSquaresTests {
    /// Rosenbrock 1960, its valley laid into the unit square: the minimum is 0 at (1, 1) of -2…2.
    @Test func rosenbrock() throws {
        var solver = LeastSquares()
        solver.iterations = 200
        solver.tolerance = 1e-12
        let found = try solver.minimise(from: [0.2, 0.75]) { trials in
            trials.map { place in
                let (x, y) = (4 * place[0] - 2, 4 * place[1] - 2)
                return [10 * (y - x * x), 1 - x]
            }
        }
        #expect((found.places[0] - 0.75).magnitude < 1e-3 && (found.places[1] - 0.75).magnitude < 1e-3)
    }

    /// A minimum outside the bounds: what is held at its bound leaves the other where that is best. The residuals
    /// (x + y - 0.5, x + 0.5) have their minimum at x = -0.5; with x = 0, y = 0.5 remains.
    @Test func minimumAtABound() throws {
        let found = try LeastSquares().minimise(from: [0.6, 0.1]) { trials in
            trials.map { [$0[0] + $0[1] - 0.5, $0[0] + 0.5] }
        }
        #expect(found.places[0] == 0)
        #expect((found.places[1] - 0.5).magnitude < 1e-6)
    }

    /// Where a trial has no model, the descent goes on without it.
    @Test func gapsAreAvoided() throws {
        let found = try LeastSquares().minimise(from: [0.1]) { trials in
            trials.map { $0[0] > 0.8 ? nil : [$0[0] - 0.7, 0.1] }
        }
        #expect((found.places[0] - 0.7).magnitude < 1e-4)
        #expect(throws: FitError.self) { try LeastSquares().minimise(from: [0.9]) { $0.map { _ in nil } } }
    }

    /// Where steps lead to where there is no model (x > 0.5), the descent goes along that edge instead of ending there: from
    /// y = 0.2 the best x lies beyond it, at the minimum (0.3, 0.8) within.
    @Test func edgesOfTheModelAreFollowed() throws {
        let found = try LeastSquares().minimise(from: [0.45, 0.2]) { trials in
            trials.map { place in
                let (x, y) = (place[0], place[1])
                let off = y - 0.8
                return x > 0.5 ? nil : [10 * (x - 0.3 + 0.8 * off), off + off * off * off * 20]
            }
        }
        #expect(found.isConverged)
        #expect((found.places[0] - 0.3).magnitude < 1e-3 && (found.places[1] - 0.8).magnitude < 1e-3)
    }

    /// A minimum beyond the edge of the model is not reached, and it is not said to be.
    @Test func endsAtAnEdgeAreNotConverged() throws {
        let found = try LeastSquares().minimise(from: [0.1]) { trials in
            trials.map { $0[0] > 0.5 ? nil : [$0[0] - 0.7, 0.1] }
        }
        #expect(!found.isConverged)
        #expect(found.places[0] > 0.45)
    }

    /// Of a straight line through white noise the covariance is known: σ² (XᵀX)⁻¹.
    @Test func covarianceOfALine() throws {
        var random = RandomSource(seed: 2)
        let n = 4000
        let x = (0..<n).map { Double($0) / Double(n) - 0.5 }
        let residuals = x.map { _ in 0.01 * random.normal() / Double(n).squareRoot() }
        let root = 1 / Double(n).squareRoot()
        let jacobian = [x.map { _ in root }, x.map { $0 * root }]
        let found = try #require(
            ConfidenceRanges(
                jacobian: jacobian, residuals: residuals, weights: [x.map { _ in 1 / Double(n) }], noise: 0))
        let slope = 0.01 / (Double(n) / 12).squareRoot(), level = 0.01 / Double(n).squareRoot()
        #expect((found.halfWidth(0) / (1.96 * level) - 1).magnitude < 0.1)
        #expect((found.halfWidth(1) / (1.96 * slope) - 1).magnitude < 0.1)
        #expect((found.eigenvalues[1] / found.eigenvalues[0] / 12 - 1).magnitude < 0.05)
    }

    /// A model that bends: δ + κδ² beside a level. Where the sum of squares has risen by what noise explains, δ + κδ² is ± half
    /// the linear range, so that the range has the roots (±1 ∓ √(1 ± 4κh)) / 2κ; where the level mends the bend, there is none.
    @Test(arguments: [true, false])
    func rangesBendAsTheModelDoes(_ isMended: Bool) throws {
        var random = RandomSource(seed: 2)
        let n = 4000
        let root = 1 / Double(n).squareRoot()
        let x = (0..<n).map { Double($0) / Double(n) - 0.5 }
        let jacobian = [x.map { _ in root }, x.map { $0 * root }]
        // Noise that both columns leave as it is.
        var noise = x.map { _ in 0.01 * random.normal() * root }
        for column in jacobian {
            let share = zip(column, noise).reduce(0) { $0 + $1.0 * $1.1 } / column.reduce(0) { $0 + $1 * $1 }
            for k in noise.indices { noise[k] -= share * column[k] }
        }
        var ranges = try #require(
            ConfidenceRanges(
                jacobian: jacobian, residuals: noise, weights: [x.map { _ in 1 / Double(n) }], noise: 0))
        let half = ranges.halfWidth(1)
        let bend = 0.2 / half
        try ranges.bend(at: [0.5, 0.5], jacobian: jacobian, present: noise) { trials in
            trials.map { place in
                let (level, slope) = (place[0] - 0.5, place[1] - 0.5)
                let bent = bend * slope * slope
                return noise.indices.map {
                    noise[$0] + root * (level + x[$0] * slope + bent * (isMended ? 0.3 : x[$0]))
                }
            }
        }
        let (below, above) = ranges.reach(1)
        #expect((above / half - (isMended ? 1 : (1.8.squareRoot() - 1) / 0.4)).magnitude < 0.03)
        #expect((below / half - (isMended ? 1 : (1 - 0.2.squareRoot()) / 0.4)).magnitude < 0.03)
    }

    /// A first-order autoregression has (1 + ρ) / (1 - ρ), white noise 1.
    @Test(arguments: [0.0, 0.5, 0.9])
    func autocorrelation(_ rho: Double) {
        var random = RandomSource(seed: 9)
        var value = 0.0
        let values = (0..<20000).map { _ in
            value = rho * value + (1 - rho * rho).squareRoot() * random.normal()
            return value
        }
        let tau = ConfidenceRanges.integratedAutocorrelation(values)
        #expect((tau / ((1 + rho) / (1 - rho)) - 1).magnitude < 0.2)
    }
}
