internal import Learning

/// A Gaussian process over cycles about a course of its own scale:
///
/// ```
/// Q(k) = a + b h(k) + g(k) + noise,   g ~ Matérn 3/2 of amplitude s and length ℓ
/// ```
/// `h` is how the donors faded on average, or, without donors, a power law of the cycle number. `a` and `b` are
/// normal beforehand (explicit basis functions: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006,
/// section 2.7). A Matérn process over one dimension is the state of a linear stochastic equation, so that a Kalman filter
/// gives the exact posterior and likelihood in a time linear in the cycles (Hartikainen and Särkkä, IEEE MLSP 2010).
struct TrajectoryProcess {
    /// Known cycles looked at, evenly spaced; more say nothing new about a course that is slow.
    static let mostPoints = 150
    /// Donors whose own likelihood is added to that of the cell.
    static let mostPooled = 5

    /// Amplitude, length and noise of a course.
    private struct Hyperparameters {
        var amplitude: Double
        var length: Double
        var noise: Double
    }

    /// What is known of one cell: places, values, the basis at each, and priors of `a` and `b`.
    private struct Series {
        var cycles: [Double]
        var values: [Double]
        var basis: [Double]
        var level: (mean: Double, deviation: Double)
        var rate: (mean: Double, deviation: Double)
    }

    /// a, b, g and its slope.
    private struct State {
        var mean: [Double]
        var covariance: [Double]
    }

    /// Mean and half the 90 % interval of the capacity at cycles beyond the known ones.
    ///
    /// - Parameters:
    ///   - known: at least two cycles.
    ///   - donors: smoothed lives, `course` of each beyond its end included; may be empty.
    static func forecast(
        _ known: Trajectory, donors: [(Double) -> Double], at cycles: [Double]
    ) -> (values: [Double], halves: [Double]) {
        let first = known.cycles.first ?? 0
        let memory = max((known.cycles.last ?? 0) - first, 1)
        let level = Statistics.median(Array(known.capacities.prefix(5)))
        let thin = thinned(known)
        var best: (likelihood: Double, own: Series, course: (Double) -> Double, h: Hyperparameters, state: State)?
        let shapes: [Double?] = donors.isEmpty ? [0.5, 0.75, 1, 1.25, 1.5, 2] : [nil]
        for shape in shapes {
            let course: (Double) -> Double =
                if let shape {
                    { -Natural.exponential(shape * Natural.logarithm(max($0, 1) / memory)) }
                } else { fade(donors, from: first) }
            let own = series(thin, course, hasDonors: shape == nil, level: level)
            var all = [own]
            if donors.count > 1 {
                for index in donors.indices.prefix(mostPooled) {
                    var others = donors
                    let donor = others.remove(at: index)
                    let seen = Trajectory(cycles: thin.cycles, capacities: thin.cycles.map(donor))
                    all.append(
                        series(seen, fade(others, from: first), hasDonors: true, level: seen.capacities.first ?? level))
                }
            }
            for h in grid(thin, level: level, memory: memory) {
                // Donors are smoothed: they tell of the course, the cell alone of the noise.
                var quiet = h
                quiet.noise = 1e-3 * level
                let filtered = filter(own, h)
                let sum = all.dropFirst().reduce(filtered.likelihood) { $0 + filter($1, quiet).likelihood }
                if sum > best?.likelihood ?? -.infinity { best = (sum, own, course, h, filtered.state) }
            }
        }
        guard let best else { return (cycles.map { _ in .nan }, cycles.map { _ in .nan }) }
        let origin = thin.cycles.last ?? 0
        var values: [Double] = []
        var halves: [Double] = []
        for cycle in cycles {
            let ahead = advance(best.state, by: max(cycle - origin, 0), best.h)
            let row = [1, best.course(cycle), 1, 0]
            let (mean, variance) = observe(ahead, row)
            values.append(mean)
            halves.append(1.645 * (max(variance, 0) + best.h.noise * best.h.noise).squareRoot())
        }
        return (values, halves)
    }

    /// How courses fell since a cycle, on average.
    private static func fade(_ courses: [(Double) -> Double], from first: Double) -> (Double) -> Double {
        let share = 1 / Double(max(courses.count, 1))
        let start = courses.reduce(0) { $0 + $1(first) } * share
        return { cycle in courses.reduce(0) { $0 + $1(cycle) } * share - start }
    }

    private static func thinned(_ known: Trajectory) -> Trajectory {
        let count = known.cycles.count
        guard count > mostPoints else { return known }
        let places = (0..<mostPoints).map { $0 * (count - 1) / (mostPoints - 1) }
        return Trajectory(cycles: places.map { known.cycles[$0] }, capacities: places.map { known.capacities[$0] })
    }

    private static func series(
        _ known: Trajectory, _ course: (Double) -> Double, hasDonors: Bool, level: Double
    ) -> Series {
        // Cells of one kind differ by a few per cent in capacity and by `rateSpread` in their rate; without others of the
        // kind nothing is known of the rate but that half the capacity is much.
        Series(
            cycles: known.cycles, values: known.capacities, basis: known.cycles.map(course),
            level: (level, 0.05 * level),
            rate: hasDonors ? (1, ForecastModel.rateSpread) : (0, 0.5 * level))
    }

    private static func grid(_ known: Trajectory, level: Double, memory: Double) -> [Hyperparameters] {
        // Second differences, of which a slow course has hardly any part.
        let q = known.capacities
        let bends = q.indices.dropFirst().dropLast().map { abs(q[$0 - 1] - 2 * q[$0] + q[$0 + 1]) }
        let scatter = max(1.4826 * Statistics.median(bends) / 6.0.squareRoot(), 1e-4 * level)
        return [0.001, 0.003, 0.01, 0.03].flatMap { amplitude in
            [0.1, 0.3, 1].flatMap { length in
                [1.0, 2.5].map {
                    Hyperparameters(amplitude: amplitude * level, length: length * memory, noise: scatter * $0)
                }
            }
        }
    }

    private static func filter(_ series: Series, _ h: Hyperparameters) -> (likelihood: Double, state: State) {
        let decay = 3.0.squareRoot() / h.length
        var state = State(
            mean: [series.level.mean, series.rate.mean, 0, 0], covariance: [Double](repeating: 0, count: 16))
        state.covariance[0] = series.level.deviation * series.level.deviation
        state.covariance[5] = series.rate.deviation * series.rate.deviation
        state.covariance[10] = h.amplitude * h.amplitude
        state.covariance[15] = decay * decay * h.amplitude * h.amplitude
        var likelihood = 0.0
        var place = series.cycles.first ?? 0
        for index in series.cycles.indices where series.values[index].isFinite {
            state = advance(state, by: series.cycles[index] - place, h)
            place = series.cycles[index]
            let row = [1, series.basis[index], 1, 0]
            let (mean, variance) = observe(state, row)
            let total = variance + h.noise * h.noise
            let off = series.values[index] - mean
            likelihood -= 0.5 * (off * off / total + Natural.logarithm(total))
            let gains = (0..<4).map { i in
                (0..<4).reduce(0) { $0 + state.covariance[4 * i + $1] * row[$1] } / total
            }
            for i in 0..<4 {
                state.mean[i] += gains[i] * off
                for j in 0..<4 { state.covariance[4 * i + j] -= gains[i] * gains[j] * total }
            }
        }
        return (likelihood, state)
    }

    private static func observe(_ state: State, _ row: [Double]) -> (mean: Double, variance: Double) {
        var mean = 0.0
        var variance = 0.0
        for i in 0..<4 {
            mean += row[i] * state.mean[i]
            for j in 0..<4 { variance += row[i] * row[j] * state.covariance[4 * i + j] }
        }
        return (mean, variance)
    }

    /// `a` and `b` stay; g goes on as its equation says, and forgets.
    private static func advance(_ state: State, by span: Double, _ h: Hyperparameters) -> State {
        guard span > 0 else { return state }
        let decay = 3.0.squareRoot() / h.length
        let e = Natural.exponential(-decay * span)
        let step = [e * (1 + decay * span), e * span, -e * decay * decay * span, e * (1 - decay * span)]
        var out = state
        out.mean[2] = step[0] * state.mean[2] + step[1] * state.mean[3]
        out.mean[3] = step[2] * state.mean[2] + step[3] * state.mean[3]
        // Transition of the whole state.
        var a = [Double](repeating: 0, count: 16)
        (a[0], a[5], a[10], a[11], a[14], a[15]) = (1, 1, step[0], step[1], step[2], step[3])
        out.covariance = sandwich(a, state.covariance)
        // What is new makes up for what is forgotten: the process is stationary.
        var stationary = [Double](repeating: 0, count: 16)
        stationary[10] = h.amplitude * h.amplitude
        stationary[15] = decay * decay * h.amplitude * h.amplitude
        let left = sandwich(a, stationary)
        for index in 0..<16 { out.covariance[index] += stationary[index] - left[index] }
        return out
    }

    /// A P Aᵀ.
    private static func sandwich(_ a: [Double], _ p: [Double]) -> [Double] {
        var half = [Double](repeating: 0, count: 16)
        var out = half
        for i in 0..<4 {
            for j in 0..<4 { half[4 * i + j] = (0..<4).reduce(0) { $0 + a[4 * i + $1] * p[4 * $1 + j] } }
        }
        for i in 0..<4 {
            for j in 0..<4 { out[4 * i + j] = (0..<4).reduce(0) { $0 + half[4 * i + $1] * a[4 * j + $1] } }
        }
        return out
    }
}
