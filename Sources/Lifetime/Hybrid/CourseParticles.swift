internal import Learning

/// Courses a cell's loss may take, each a known course stretched in time and in depth, with its prior weight.
struct CourseParticles {
    /// Losses on `CourseGrid`.
    var curves: [[Double]] = []
    /// Index of the course of each particle.
    var source: [Int] = []
    /// Stretch in time, steps of the grid: positive lives longer.
    var shift: [Double] = []
    /// Stretch in depth.
    var depth: [Double] = []
    /// Natural logarithm of the prior weight.
    var weight: [Double] = []

    /// What is seen of a cell, thinned to a few medians so that neighbours, whose errors are alike, do not count twice.
    struct Seen {
        /// Places on the grid.
        var places: [Double]
        /// State of health at each.
        var values: [Double]

        /// Medians over ten equal spans of cycles; empty spans are left out.
        init(_ known: Trajectory) {
            places = []
            values = []
            guard let first = known.cycles.first, let last = known.cycles.last else { return }
            let spans = 10
            var index = 0
            for span in 1...spans {
                let end = first + (last - first) * Double(span) / Double(spans)
                var cycles: [Double] = []
                var inside: [Double] = []
                while index < known.cycles.count, known.cycles[index] <= end || span == spans {
                    cycles.append(known.cycles[index])
                    inside.append(known.capacities[index])
                    index += 1
                }
                guard !inside.isEmpty else { continue }
                places.append(CourseGrid.place(Statistics.mean(cycles)))
                values.append(Statistics.median(inside))
            }
        }
    }

    /// How what is seen is weighed.
    struct Likelihood {
        /// Standard deviation of a cell's level (its initial capacity as measured), a fraction.
        var level = 0.02
        /// Standard deviation of a median about its course, model error included, a fraction.
        var scatter = 0.006
        /// Medians that count as independent.
        var independent = 5.0
        /// Share of the difference at the end of what is seen that stays.
        var anchor = 0.5
    }

    /// A course after what is seen.
    struct Posterior {
        /// Particles that count, by index.
        var kept: [Int]
        /// Their weights; sum 1.
        var weights: [Double]
        /// What is added to the state of health of each.
        var levels: [Double]
        /// Logarithm of the evidence: the mean likelihood of what is seen.
        var evidence: Double
    }

    /// Adds every course, stretched by a normal distribution of the logarithm of time and one of the logarithm of depth.
    ///
    /// - Parameters:
    ///   - deviation: of the logarithm of time.
    ///   - depthDeviation: of the logarithm of depth; 0 for none.
    ///   - share: weight of all of them together.
    mutating func add(_ courses: [[Double]], deviation: Double, depthDeviation: Double, share: Double) {
        let places = deviation < 0.3 ? 15 : 31
        let depths = depthDeviation > 0 ? Self.depths : [0]
        var own: [Double] = []
        for course in courses {
            curves.append(course)
            for place in 0..<places {
                let z = -2.5 + 5 * Double(place) / Double(places - 1)
                for d in depths {
                    source.append(curves.count - 1)
                    shift.append(z * deviation / CourseGrid.step)
                    depth.append(Natural.exponential(d * depthDeviation))
                    own.append(-0.5 * (z * z + d * d))
                }
            }
        }
        normalise(own, share)
    }

    /// Abscissae of the logarithm of depth, in standard deviations.
    static let depths = [-1.6, -0.8, 0, 0.8, 1.6]

    /// Appends logarithms of weights, which then sum to `share`.
    mutating func normalise(_ own: [Double], _ share: Double) {
        let most = own.max() ?? 0
        let sum = own.reduce(0) { $0 + Natural.exponential($1 - most) }
        let constant = Natural.logarithm(max(share, 1e-12)) - Natural.logarithm(max(sum, 1e-300)) - most
        weight += own.map { $0 + constant }
    }

    /// Weighs the particles by what is seen (importance sampling from the prior).
    func posterior(_ seen: Seen, _ likelihood: Likelihood) -> Posterior {
        let count = Double(max(seen.places.count, 1))
        let variance = likelihood.scatter * likelihood.scatter
        let shrink =
            likelihood.level * likelihood.level
            / (likelihood.level * likelihood.level + variance / likelihood.independent)
        var logs = [Double](repeating: 0, count: source.count)
        var levels = logs
        let number = seen.places.count
        // What is seen through each course and stretch, before it is stretched in depth, once for all depths.
        var losses = [Double](repeating: 0, count: number)
        var before = (source: -1, shift: Double.nan)
        for particle in source.indices {
            if source[particle] != before.source || shift[particle] != before.shift {
                before = (source[particle], shift[particle])
                let curve = curves[before.source]
                for index in 0..<number {
                    losses[index] = CourseGrid.value(curve, at: seen.places[index] - before.shift)
                }
            }
            let stretch = depth[particle]
            var sum = 0.0
            var squares = 0.0
            var last = 0.0
            for index in 0..<number {
                let off = seen.values[index] - 1 + stretch * losses[index]
                sum += off
                squares += off * off
                if index >= number - 3 { last += off / Double(min(3, number)) }
            }
            let mean = sum / count
            let level = mean * shrink
            let scatter = squares / count - 2 * level * mean + level * level
            logs[particle] =
                weight[particle] - 0.5 * likelihood.independent * scatter / variance
                - 0.5 * level * level / (likelihood.level * likelihood.level)
            levels[particle] = level + likelihood.anchor * (last - level)
        }
        let most = logs.max() ?? 0
        var kept: [Int] = []
        var weights: [Double] = []
        for particle in logs.indices where logs[particle] > most - 9 {
            kept.append(particle)
            weights.append(Natural.exponential(logs[particle] - most))
        }
        let sum = weights.reduce(0, +)
        let evidence = most + Natural.logarithm(max(sum, 1e-300))
        weights = weights.map { $0 / sum }
        if kept.count > Self.most { (kept, weights) = Self.resampled(kept, weights) }
        return Posterior(kept: kept, weights: weights, levels: kept.map { levels[$0] }, evidence: evidence)
    }

    /// Particles that a course is made of at most.
    static let most = 1200

    /// At most `most` of them by systematic resampling (Kitagawa, J. Comput. Graph. Stat. 5, 1996), without chance.
    private static func resampled(_ kept: [Int], _ weights: [Double]) -> (kept: [Int], weights: [Double]) {
        var out: [Int] = []
        var shares: [Double] = []
        let share = 1 / Double(most)
        var mass = 0.0
        var next = 0.5 * share
        for (particle, weight) in zip(kept, weights) {
            mass += weight
            var count = 0
            while next < mass {
                count += 1
                next += share
            }
            guard count > 0 else { continue }
            out.append(particle)
            shares.append(Double(count) * share)
        }
        let sum = shares.reduce(0, +)
        return (out, shares.map { $0 / sum })
    }

    /// Mean and standard deviation of the state of health at cycles that ascend.
    ///
    /// A cell that is still cycled has not reached the end of its test: courses that have, count the less the further they
    /// are below `floor` (the lowest state of health that tests of the kind are taken to); nil for every course.
    func course(_ posterior: Posterior, at cycles: [Double], floor: Double?) -> (mean: [Double], deviation: [Double]) {
        guard let begin = cycles.first, let end = cycles.last else { return ([], []) }
        // At the grid's own places, which do not depend on what was asked, and between them by lines.
        let from = max(Int(CourseGrid.place(begin)), 0)
        let to = min(Int(CourseGrid.place(end)) + 1, CourseGrid.count - 1)
        var means: [Double] = []
        var deviations: [Double] = []
        for place in from...max(to, from) {
            var sum = 1e-12
            var first = 0.0
            var second = 0.0
            for (index, particle) in posterior.kept.enumerated() {
                let loss =
                    depth[particle]
                    * CourseGrid.value(curves[source[particle]], at: Double(place) - shift[particle])
                var value = 1 - loss + posterior.levels[index]
                var mass = posterior.weights[index]
                if let floor {
                    mass /= 1 + Natural.exponential(min((floor - value) / 0.01, 50))
                    value = max(value, floor)
                }
                sum += mass
                first += mass * value
                second += mass * value * value
            }
            let mean = first / sum
            // Where hardly a course is left above the floor, the forecast is the floor.
            let left = min(sum / 1e-6, 1)
            let lowest = floor ?? mean
            means.append(min(mean * left + lowest * (1 - left), means.last ?? .infinity))
            deviations.append(max(second / sum - mean * mean, 0).squareRoot())
        }
        func read(_ values: [Double], _ cycle: Double) -> Double {
            let place = CourseGrid.place(cycle) - Double(from)
            let low = min(max(Int(place), 0), values.count - 1)
            let high = min(low + 1, values.count - 1)
            let part = min(max(place - Double(low), 0), 1)
            return values[low] * (1 - part) + values[high] * part
        }
        return (cycles.map { read(means, $0) }, cycles.map { read(deviations, $0) })
    }
}
