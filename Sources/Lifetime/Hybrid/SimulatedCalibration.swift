internal import Learning

/// Intervals where fewer than nine real cells can calibrate them: from simulated cells that play the real ones.
enum SimulatedCalibration {
    /// Half width of a 90 % interval, in standard deviations of a course.
    ///
    /// A simulated life and three that are most like it, each at a pace of its own (log-normal, 0.2), are the real cells; the
    /// fourth is forecast from a fifth of its life. The same random numbers every time.
    static func factor(_ population: SimulatedPopulation) -> Double {
        let courses = SimulatedCourses(population)
        var random = RandomSource(seed: 17)
        func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }
        func paced(_ index: Int) -> Trajectory {
            let life = population.lives[index].trajectory
            let pace = Natural.exponential(0.2 * normal())
            let limit = life.crossing(0.8) ?? (life.cycles.last ?? 1)
            let last = limit * pace
            let cycles = (0..<120).map { 1 + (last - 1) * Double($0) / 119 }
            return Trajectory(
                cycles: cycles,
                capacities: cycles.map {
                    Line.interpolate(life.cycles, life.capacities, at: $0 / pace) + 0.001 * normal()
                })
        }
        var ratios: [Double] = []
        let step = max(population.lives.count / 24, 1)
        for index in stride(from: 0, to: population.lives.count, by: step) {
            // Likeness: the shape down to a loss of a fifth, whatever the pace.
            func shape(_ other: Int) -> [Double] {
                let life = population.lives[other].trajectory
                let end = life.crossing(0.8) ?? (life.cycles.last ?? 1)
                return [0.2, 0.4, 0.6, 0.8].map { Line.interpolate(life.cycles, life.capacities, at: $0 * end) }
            }
            let own = shape(index)
            var others: [(index: Int, distance: Double)] = []
            for other in population.lives.indices where other != index {
                var distance = 0.0
                for (a, b) in zip(own, shape(other)) { distance += (a - b) * (a - b) }
                others.append((other, distance))
            }
            others.sort { $0.distance == $1.distance ? $0.index < $1.index : $0.distance < $1.distance }
            let lives = others.prefix(3).map { paced($0.index) }
            let truth = paced(index)
            let origin = 0.2 * (truth.cycles.last ?? 1)
            let hybrid = HybridTrajectory(lives: lives, courses: courses, origin: origin, calibrates: false)
            let known = truth.upTo(origin)
            let ahead = Array(truth.cycles.dropFirst(known.cycles.count))
            let course = hybrid.course(known, at: ahead)
            for place in ahead.indices {
                let value = truth.capacities[known.cycles.count + place]
                ratios.append(abs(course.soh[place] - value) / course.deviation[place])
            }
        }
        return max(Statistics.quantile(ratios, 0.9), 1.645)
    }
}
