internal import Learning

/// A simulated population as a prior of courses: how likely each simulated life, stretched in time, is for cells of a kind.
struct SimulatedCourses: Sendable {
    /// Losses on `CourseGrid`, one a life.
    let curves: [[Double]]
    /// Stretches in time that are weighed, natural logarithms.
    static let shifts = (0..<80).map { -4 + 0.1 * Double($0) }
    /// Standard deviation of the logarithm of time before any cell is known: rates of ageing are uncertain by a factor of two,
    /// beside what the population varies.
    static let uncertainty = 0.8
    /// Of cells of a kind among each other.
    static let spread = 0.5
    /// Of a whole life about a simulated one, a fraction: what the mechanisms do not describe.
    static let discrepancy = 0.01
    /// Cells that the population counts as.
    static let worth = 1.0

    init(_ population: SimulatedPopulation) {
        curves = population.lives.map { CourseGrid.losses($0.trajectory, goesOn: false) }
    }

    /// How well each simulated life at each stretch describes a whole real one: weights that sum to 1, shift by shift,
    /// already spread by `spread`.
    func fit(_ life: Trajectory) -> [Double] {
        guard let first = life.cycles.first, let last = life.cycles.last, !curves.isEmpty else { return [] }
        let places = (0..<25).map { first + 1 + (last - first - 1) * Double($0) / 24 }
        let smooth = life.smoothed(half: (last - first) / 50)
        let truth = places.map { 1 - Line.interpolate(smooth.cycles, smooth.capacities, at: $0) }
        let grid = places.map { CourseGrid.place($0) }
        var out = [Double](repeating: 0, count: Self.shifts.count * curves.count)
        for (row, shift) in Self.shifts.enumerated() {
            for (column, curve) in curves.enumerated() {
                var sum = 0.0
                var squares = 0.0
                for (index, place) in grid.enumerated() {
                    let off = CourseGrid.value(curve, at: place - shift / CourseGrid.step) - truth[index]
                    sum += off
                    squares += off * off
                }
                let mean = sum / 25
                let level = min(max(mean, -0.03), 0.03)
                let variance = squares / 25 - 2 * level * mean + level * level
                out[row * curves.count + column] = Natural.exponential(
                    -0.5 * variance / (Self.discrepancy * Self.discrepancy))
            }
        }
        let sum = max(out.reduce(0, +), 1e-300)
        return blurred(out.map { $0 / sum })
    }

    /// Spread over neighbouring stretches.
    private func blurred(_ weights: [Double]) -> [Double] {
        let kernel = (-15...15).map { step -> Double in
            let z = Double(step) * 0.1 / Self.spread
            return Natural.exponential(-0.5 * z * z)
        }
        let sum = kernel.reduce(0, +)
        let width = curves.count
        var out = [Double](repeating: 0, count: weights.count)
        for row in Self.shifts.indices {
            for (index, factor) in kernel.enumerated() {
                let other = row + index - 15
                guard Self.shifts.indices.contains(other) else { continue }
                for column in 0..<width { out[row * width + column] += factor / sum * weights[other * width + column] }
            }
        }
        return out
    }

    /// Adds the population's courses to a set of particles, moved by real cells where there are any.
    ///
    /// - Parameters:
    ///   - fits: `fit` of each real cell.
    ///   - share: weight of all of them together.
    func add(to particles: inout CourseParticles, fits: [[Double]], share: Double) {
        let width = curves.count
        guard width > 0 else { return }
        let prior = Self.shifts.map { Natural.exponential(-0.5 * ($0 / Self.uncertainty) * ($0 / Self.uncertainty)) }
        let sum = prior.reduce(0, +) * Double(width)
        let cells = Double(fits.count)
        var weights = [Double](repeating: 0, count: Self.shifts.count * width)
        for row in Self.shifts.indices {
            for column in 0..<width {
                let place = row * width + column
                let seen = fits.reduce(0) { $0 + $1[place] }
                weights[place] = (seen + Self.worth * prior[row] / sum) / (cells + Self.worth)
            }
        }
        let most = weights.max() ?? 1
        let start = particles.curves.count
        particles.curves += curves
        var own: [Double] = []
        for row in Self.shifts.indices {
            for column in 0..<width where weights[row * width + column] > 0.02 * most {
                for d in CourseParticles.depths {
                    particles.source.append(start + column)
                    particles.shift.append(Self.shifts[row] / CourseGrid.step)
                    particles.depth.append(Natural.exponential(0.3 * d))
                    own.append(Natural.logarithm(weights[row * width + column]) - 0.5 * d * d)
                }
            }
        }
        particles.normalise(own, share)
    }
}
