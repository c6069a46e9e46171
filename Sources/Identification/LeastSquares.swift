import Learning

/// Least squares between bounds: Gauss and Newton's steps damped after Levenberg 1944 and Marquardt 1963 (SIAM J. Appl. Math.
/// 11, 431), in places of 0…1; a place at a bound that pulls outwards is held there (projected, as Kanzow, Yamashita and
/// Fukushima 2004 describe).
///
/// Own code, since what a confidence range needs is the Jacobian; NLopt's solvers see the sum of squares alone.
struct LeastSquares {
    /// Residuals of several places at once; nil where there is no such model.
    typealias Residuals = ([[Double]]) throws -> [[Double]?]

    struct Result {
        var places: [Double]
        var residuals: [Double]
        var cost: Double
        var iterations: Int
        var isConverged: Bool
    }

    /// A difference in place for derivatives: a tenth of a percent of the bounds' distance.
    static let difference = 1e-3

    var iterations = 40
    /// Relative change of the cost that counts as none.
    var tolerance = 1e-5
    var shouldStop: () -> Bool = { false }
    var progress: (_ iteration: Int, _ cost: Double) -> Void = { _, _ in }

    /// Throws what `residuals` throws, and `FitError` where the start has no model.
    func minimise(from start: [Double], _ residuals: Residuals) throws -> Result {
        var places = start.map { min(max($0, 0), 1) }
        guard var present = try residuals([places]).first?.map({ $0 }) else {
            throw FitError(
                .computation, "the model cannot be computed where the fit starts",
                "other bounds, or data of this cell, are needed")
        }
        var cost = Self.cost(present)
        var damping = 1e-3
        var isConverged = false
        var done = 0
        var small = 0
        while done < iterations, !shouldStop() {
            progress(done, cost)
            done += 1
            guard let jacobian = try Self.jacobian(places, present, residuals) else { break }
            let (normal, gradient) = Self.normal(jacobian, present)
            let free = places.indices.filter {
                !((places[$0] <= 0 && gradient[$0] >= 0) || (places[$0] >= 1 && gradient[$0] <= 0))
                    && normal[$0][$0] > 0
            }
            guard !free.isEmpty else {
                isConverged = true
                break
            }
            var search = try self.search(places, cost, normal, gradient, free, damping, residuals)
            if search.isBlocked, !shouldStop() {
                // A step into where there is no model is taken without the parameters that lead there.
                if let open = try Self.open(places, search.shortest, free, residuals) {
                    let other = try self.search(places, cost, normal, gradient, open, damping, residuals)
                    if other.found?.cost ?? .infinity < search.found?.cost ?? .infinity { search = other }
                }
            }
            guard let better = search.found else {
                isConverged = !shouldStop() && !search.isBlocked
                break
            }
            let change = (cost - better.cost) / max(cost, 1e-300)
            let moved = zip(better.places, places).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
            (places, present, cost) = (better.places, better.residuals, better.cost)
            damping = max(better.damping / 16, 1e-9)
            small = !search.isBlocked && (change < tolerance || moved < 1e-6) ? small + 1 : 0
            if small >= 2 {
                isConverged = true
                break
            }
        }
        progress(done, cost)
        return Result(
            places: places, residuals: present, cost: cost, iterations: done, isConverged: isConverged)
    }

    /// Half of what `minimise` makes least: the sum of squares.
    static func cost(_ residuals: [Double]) -> Double {
        let sum = residuals.reduce(0) { $0 + $1 * $1 }
        return sum.isFinite ? sum : .infinity
    }

    /// By differences, one column for each place; central where `isCentral`, and one-sided where only that side has a model.
    /// Nil where neither side of a place has one.
    static func jacobian(
        _ places: [Double], _ present: [Double], isCentral: Bool = false, _ residuals: Residuals
    ) throws -> [[Double]]? {
        func moved(_ k: Int, _ sign: Double) -> [Double] {
            var moved = places
            moved[k] += sign * difference
            return moved
        }
        // The first side lies between the bounds.
        let signs = places.map { $0 + difference <= 1 ? 1.0 : -1 }
        let first = try residuals(places.indices.map { moved($0, signs[$0]) })
        let wanted = places.indices.filter {
            (isCentral || first[$0] == nil) && (0...1).contains(places[$0] - signs[$0] * difference)
        }
        let second = wanted.isEmpty ? [] : try residuals(wanted.map { moved($0, -signs[$0]) })
        var columns: [[Double]] = []
        for k in places.indices {
            let other = wanted.firstIndex(of: k).flatMap { second[$0] }
            guard first[k] != nil || other != nil else { return nil }
            let width = difference * (first[k] != nil && other != nil ? 2 : 1)
            columns.append(zip(first[k] ?? present, other ?? present).map { signs[k] * ($0 - $1) / width })
        }
        return columns
    }

    /// What a search along the damped steps of one Jacobian came to.
    private struct Search {
        var found: (places: [Double], residuals: [Double], cost: Double, damping: Double)?
        /// Whether there was no model at a trial less damped than what was found.
        var isBlocked = false
        /// The most damped trial without a model.
        var shortest: [Double] = []
    }

    /// The first better place of ever more damped steps of the parameters `free`, two at once: there is more than one core.
    private func search(
        _ places: [Double], _ cost: Double, _ normal: [[Double]], _ gradient: [Double], _ free: [Int],
        _ first: Double, _ residuals: Residuals
    ) throws -> Search {
        var search = Search()
        var damping = first
        while search.found == nil, damping < 1e8, !shouldStop() {
            let dampings = [damping, damping * 8]
            let trials = dampings.map { Self.step(places, normal, gradient, free, damping: $0) }
            for (index, values) in try residuals(trials).enumerated() {
                guard let values else {
                    if search.found == nil { (search.isBlocked, search.shortest) = (true, trials[index]) }
                    continue
                }
                let reached = Self.cost(values)
                if reached < (search.found?.cost ?? cost) {
                    search.found = (trials[index], values, reached, dampings[index])
                }
            }
            damping *= 64
        }
        return search
    }

    /// Those of `free` that do not lead to where there is no model: a step into it is lengthened until one or more of its
    /// parameters, each alone, come to it; nil where none does, or all do.
    private static func open(
        _ places: [Double], _ step: [Double], _ free: [Int], _ residuals: Residuals
    ) throws -> [Int]? {
        for factor in [1.0, 4, 16, 64, 256] {
            let alone = free.map { index in
                var moved = places
                moved[index] = min(max(places[index] + factor * (step[index] - places[index]), 0), 1)
                return moved
            }
            let open = zip(free, try residuals(alone)).compactMap { $1 == nil ? nil : $0 }
            if open.count < free.count { return open.isEmpty ? nil : open }
        }
        return nil
    }

    static func normal(_ jacobian: [[Double]], _ residuals: [Double]) -> (matrix: [[Double]], gradient: [Double]) {
        let matrix = jacobian.map { a in jacobian.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
        return (matrix, jacobian.map { zip($0, residuals).reduce(0) { $0 + $1.0 * $1.1 } })
    }

    private static func step(
        _ places: [Double], _ normal: [[Double]], _ gradient: [Double], _ free: [Int], damping: Double
    ) -> [Double] {
        let n = free.count
        let scale = free.map { normal[$0][$0].squareRoot() }
        var matrix = [Double](repeating: 0, count: n * n)
        for a in 0..<n {
            for b in 0..<n { matrix[a * n + b] = normal[free[a]][free[b]] / (scale[a] * scale[b]) }
        }
        guard let eigen = LinearAlgebra.symmetricEigen(matrix, n) else { return places }
        var moved = places
        let side = (0..<n).map { gradient[free[$0]] / scale[$0] }
        for k in 0..<n {
            let vector = eigen.vectors[k * n..<(k + 1) * n].map { $0 }
            let part = zip(vector, side).reduce(0) { $0 + $1.0 * $1.1 } / (max(eigen.values[k], 0) + damping)
            for a in 0..<n { moved[free[a]] -= part * vector[a] / scale[a] }
        }
        // No farther than a third of the bounds at once.
        let longest = zip(moved, places).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
        let shortening = longest > 0.33 ? 0.33 / longest : 1
        return zip(moved, places).map { min(max($1 + shortening * ($0 - $1), 0), 1) }
    }
}
