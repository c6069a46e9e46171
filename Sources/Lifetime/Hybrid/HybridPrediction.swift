internal import Learning

/// Forecasts of cells with one hybrid model, made ready once.
public struct HybridPredictor: Sendable {
    let model: HybridModel
    let trajectory: HybridTrajectory
    let factor: Double

    /// Prepares a model.
    public init(_ model: HybridModel) {
        self.model = model
        let lives = model.lives.map { life in
            Trajectory(cycles: life.map(\.cycle), capacities: life.map(\.soh))
        }
        trajectory = HybridTrajectory(
            lives: lives, courses: SimulatedCourses(model.population), origin: model.origin)
        factor = trajectory.interval == nil ? SimulatedCalibration.factor(model.population) : 1.645
    }

    /// State of health, remaining life and their reasons.
    ///
    /// - Parameter options: nominal capacity, end of life and chemistry.
    /// - Parameter cell: what is known of it; nothing later is used.
    /// - Throws: `LifetimeError` for fewer than three whole cycles, or a nominal capacity that cannot be the cell's.
    public func predict(
        _ cell: CellHistory, options: LifetimePrediction.Options
    ) throws -> (prediction: LifetimePrediction, explanation: HybridExplanation) {
        guard cell.cycles.count >= 3, let origin = cell.cycles.last else {
            throw LifetimeError(
                place: cell.name, problem: "\(cell.cycles.count) whole cycles",
                remedy: "3 are the least for a forecast with a hybrid model")
        }
        let nominal = try LifetimePrediction.nominal(of: cell, options)
        let end = options.endOfLife ?? model.endOfLife
        let known = Trajectory(cycles: cell.cycles, capacities: cell.capacities.map { $0 / nominal })
        let now = LifetimePrediction.level(known)
        var warnings = cell.remarks
        let expert: HybridTrajectory.Expert = .simulated
        guard
            let particles = HybridTrajectory.particles(
                expert, grids: trajectory.grids, courses: trajectory.courses, fits: trajectory.fits)
        else {
            throw LifetimeError(place: cell.name, problem: "no simulated lives", remedy: "train the model again")
        }
        let posterior = particles.posterior(CourseParticles.Seen(known), .init())
        var ends: [(cycle: Double, weight: Double)] = []
        var weights = [Double](repeating: 0, count: model.population.lives.count)
        let early = model.life.flatMap { early -> (mean: Double, deviation: Double)? in
            let row = EarlyLifeFeatures.row(
                cycles: cell.cycles, capacities: cell.capacities, difference: cell.difference)
            guard early.line.columns.allSatisfy({ row.count > $0 && row[$0].isFinite }) else { return nil }
            return early.value(row)
        }
        for (index, particle) in posterior.kept.enumerated() {
            let cycle = particles.end(particle, level: posterior.levels[index], limit: end, after: origin)
            var weight = posterior.weights[index]
            if let early {
                let off = (Decimal.logarithm(cycle) - early.mean) / early.deviation
                weight *= Natural.exponential(-0.5 * off * off)
            }
            ends.append((cycle, weight))
            let simulated = particles.source[particle] - trajectory.grids.count
            if simulated >= 0 { weights[simulated] += weight }
        }
        let (low, middle, high) = Self.quantiles(ends)
        let isOver = now.value <= end
        let remaining = isOver ? 0 : max(middle - origin, 0)
        let wide = max(factor / 1.645, 1)
        let least = max(middle - origin, 1) / max(low - origin, 1)
        let most = max(high - origin, 1) / max(middle - origin, 1)
        func raised(_ ratio: Double) -> Double {
            Natural.exponential(wide * Natural.logarithm(max(ratio, 1)))
        }
        warnings.append(
            "remaining life from \(model.population.lives.count) simulated and \(model.lives.count) real lives of "
                + model.card.name)
        if trajectory.interval == nil {
            warnings.append("interval from the simulated population: fewer than 9 real cells to calibrate it")
        }
        let scatter = particles.nearest(CourseParticles.Seen(known))
        let isKnown = scatter < 0.02
        if !isKnown {
            warnings.append(
                "unlike any life of \(model.card.name), simulated or real: \(ModelCard.short(100 * scatter)) % off the nearest"
            )
        }
        if isOver { warnings.append("end of life was reached") }
        let prediction = LifetimePrediction(
            hybrid: model.card.name, cyclesSeen: cell.lastCycle, nominalCapacity: nominal, now: now, end: end,
            remaining: (remaining, isOver ? 0 : remaining / raised(least), isOver ? 0 : remaining * raised(most)),
            origin: origin, isInDomain: isKnown, warnings: warnings,
            trace: trace(known, now: now, remaining: remaining, end: end)
        )
        let explanation = HybridExplanation(
            model.population, weights: weights, endOfLife: end, remaining: isOver ? nil : middle)
        return (prediction, explanation)
    }

    private func trace(
        _ known: Trajectory, now: (value: Double, half: Double), remaining: Double, end: Double
    ) -> [LifetimePrediction.TracePoint] {
        var out = zip(known.cycles, known.capacities).map {
            LifetimePrediction.TracePoint(
                cycle: $0, soh: $1, low: $1 - now.half, high: $1 + now.half, isObserved: true)
        }
        guard let origin = known.cycles.last, remaining >= 1 else { return out }
        let ahead = (1...50).map { (origin + remaining * Double($0) / 50).rounded() }
        // The mean of many courses passes the end before their median end: its cycles are stretched, so that both agree.
        let long = (1...100).map { origin + remaining * Double($0) / 50 }
        let mean = trajectory.course(known, at: long, survives: false)
        let crossing = zip(long, mean.soh).first { $0.1 < end }?.0
        let share = crossing.map { ($0 - origin) / remaining } ?? 1
        let course = trajectory.course(known, at: ahead.map { origin + ($0 - origin) * share }, survives: false)
        for (index, cycle) in ahead.enumerated() {
            let half =
                trajectory.interval?.halfWidth(deviation: course.deviation[index], novelty: 1)
                ?? factor * course.deviation[index]
            out.append(
                LifetimePrediction.TracePoint(
                    cycle: cycle, soh: course.soh[index], low: max(course.soh[index] - half, 0),
                    high: course.soh[index] + half, isObserved: false))
        }
        return out
    }

    /// Weighted 5, 50 and 95 %.
    private static func quantiles(_ ends: [(cycle: Double, weight: Double)]) -> (Double, Double, Double) {
        let sorted = ends.sorted { $0.cycle < $1.cycle }
        let sum = sorted.reduce(0) { $0 + $1.weight }
        func at(_ level: Double) -> Double {
            var mass = 0.0
            for item in sorted {
                mass += item.weight
                if mass >= level * sum { return item.cycle }
            }
            return sorted.last?.cycle ?? .nan
        }
        return (at(0.05), at(0.5), at(0.95))
    }
}

extension CourseParticles {
    /// Cycle at which a particle's course falls below a limit, at least `after`; the grid's end where it does not.
    func end(_ particle: Int, level: Double, limit: Double, after: Double) -> Double {
        let wanted = (1 + level - limit) / depth[particle]
        let curve = curves[source[particle]]
        guard let place = curve.firstIndex(where: { $0 > wanted }) else {
            return Natural.exponential(CourseGrid.first + CourseGrid.step * Double(CourseGrid.count - 1))
        }
        var exact = Double(place)
        if place > 0, curve[place] > curve[place - 1] {
            exact -= (curve[place] - wanted) / (curve[place] - curve[place - 1])
        }
        return max(Natural.exponential(CourseGrid.first + CourseGrid.step * (exact + shift[particle])), after)
    }

    /// Root mean square difference of what is seen from the nearest course, its level fitted, a fraction.
    func nearest(_ seen: Seen) -> Double {
        var best = Double.infinity
        let count = Double(max(seen.places.count, 1))
        for particle in source.indices {
            let curve = curves[source[particle]]
            var sum = 0.0
            var squares = 0.0
            for (index, place) in seen.places.enumerated() {
                let off =
                    seen.values[index] - 1
                    + depth[particle] * CourseGrid.value(curve, at: place - shift[particle])
                sum += off
                squares += off * off
            }
            best = min(best, squares / count - (sum / count) * (sum / count))
        }
        return max(best, 0).squareRoot()
    }
}

extension LifetimePrediction {
    /// Of a hybrid model.
    init(
        hybrid name: String, cyclesSeen: Double, nominalCapacity: Double, now: (value: Double, half: Double),
        end: Double,
        remaining: (value: Double, low: Double, high: Double), origin: Double, isInDomain: Bool, warnings: [String],
        trace: [TracePoint]
    ) {
        self.cyclesSeen = cyclesSeen
        self.nominalCapacity = nominalCapacity
        soh = now.value
        sohLow = max(now.value - now.half, 0)
        sohHigh = now.value + now.half
        endOfLifeSOH = end
        endOfLifeCycle = origin + remaining.value
        self.remaining = remaining
        self.isInDomain = isInDomain
        model = name
        self.warnings = warnings
        self.trace = trace
    }
}
