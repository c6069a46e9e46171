extension ConfidenceRanges {
    /// How far a range may reach beyond half its width, or stay short of it: what two runs tell holds not much farther.
    static let bendLimits = 0.5...2.0

    /// Bends the ranges as a likelihood profile would, to second order, by two runs of each parameter.
    ///
    /// A profile goes along a parameter, the others following, until the sum of squares has risen by ``rise(_:)`` (Venzon and
    /// Moolgavkar 1988, Appl. Stat. 37, 87). In a linear model it is half a range's width away on either side. Residuals that
    /// bend along the way, r₀ + Jδ + q (δ/h)² with q from a run at the end of the linear range, h away, let the others follow
    /// once more, by what they can mend of q: the curvature of Bates and Watts 1980 (J. R. Stat. Soc. B 42, 1), by parameter.
    ///
    /// - Parameters:
    ///   - places: of the optimum.
    ///   - jacobian: there, a column for each place.
    ///   - present: residuals there.
    ///   - residuals: of several places; a side without a model stays as it is.
    mutating func bend(
        at places: [Double], jacobian: [[Double]], present: [Double], _ residuals: LeastSquares.Residuals
    ) throws {
        let n = places.count
        var trials: [[Double]] = [], sides: [(index: Int, sign: Double, share: Double)] = []
        for k in 0..<n {
            let direction = (0..<n).map { inverse[$0 * n + k] / inverse[k * n + k] }
            for sign in [-1.0, 1] {
                // As much of the way as lies between the bounds of all.
                let step = direction.map { sign * halfWidth(k) * $0 }
                let share = zip(places, step).reduce(1.0) { share, pair in
                    let (place, step) = pair
                    let room = step > 0 ? 1 - place : place
                    return step.magnitude > 1e-12 ? min(share, max(room, 0) / step.magnitude) : share
                }
                guard share > 0.25 else { continue }
                trials.append(zip(places, step).map { $0 + share * $1 })
                sides.append((k, sign, share))
            }
        }
        bends = places.map { _ in (1, 1) }
        guard !trials.isEmpty else { return }
        for ((k, sign, share), trial) in zip(sides, try zip(residuals(trials), trials)) {
            guard let values = trial.0 else { continue }
            var bent = zip(values, present).map { $0 - $1 }
            for (column, (to, from)) in zip(jacobian, zip(trial.1, places)) {
                for row in bent.indices { bent[row] -= (to - from) * column[row] }
            }
            let factor = factor(k, sign, bent.map { $0 / (share * share) }, jacobian, present)
            if sign < 0 { bends[k].below = factor } else { bends[k].above = factor }
        }
    }

    /// The root of the profile's rise, in half widths.
    private func factor(
        _ k: Int, _ sign: Double, _ bent: [Double], _ jacobian: [[Double]], _ present: [Double]
    ) -> Double {
        let n = jacobian.count
        let others = (0..<n).filter { $0 != k }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        // (JᵀJ)⁻¹ of the others, from that of all.
        func shared(_ a: Int, _ b: Int) -> Double {
            inverse[a * n + b] - inverse[a * n + k] * inverse[k * n + b] / inverse[k * n + k]
        }
        let pulls = others.map { dot(jacobian[$0], bent) }
        let mended = others.map { a in zip(others, pulls).reduce(0) { $0 + shared(a, $1.0) * $1.1 } }
        func left(_ other: [Double]) -> Double {
            dot(other, bent) - zip(others, mended).reduce(0) { $0 + dot(jacobian[$1.0], other) * $1.1 }
        }
        let (square, cube, fourth) = (2 * left(present), 2 * sign * halfWidth(k) * left(jacobian[k]), left(bent))
        let limit = rise(k)
        var reached = 0.0
        while reached < Self.bendLimits.upperBound {
            let s = reached + 0.01
            if s * s * (limit + square + s * cube + s * s * fourth) >= limit { break }
            reached = s
        }
        return min(max(reached, Self.bendLimits.lowerBound), Self.bendLimits.upperBound)
    }
}
