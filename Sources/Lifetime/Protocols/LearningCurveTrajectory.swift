internal import Learning

/// Learning curves of trajectories: the rest of a cell's course from its first cycles, with few whole lives to learn from.
enum LearningCurveTrajectory {
    /// Rivals that use real lives alone and are shipped or simple; the choice among the first three is theirs, by leaving out
    /// each training cell in turn.
    static let rivals: [ForecastModel] = [.donors, .donorShift, .donorStretch, .persistence, .powerLaw]
    /// How many of them are chosen among.
    static let chosenAmong = 3

    /// What one draw gave: root mean square errors of each tested cell, in % of state of health.
    struct Draw: Sendable {
        var hybrid: [Double] = []
        var unsimulated: [Double] = []
        var physics: [Double] = []
        var data: [Double] = []
        var rivals: [[Double]] = []
        /// Of what the tested cells' own discharge curves foretell by the mechanisms' laws, where there are any, and of the same
        /// with the training cells' gain.
        var identified: [Double] = []
        var learnt: [Double] = []
        /// By cell: share of its rows within the interval.
        var covered: [Double] = []
        var widths: [Double] = []
        var isConformal = false
        /// At cycles that do not depend on how long a tested cell lasted.
        var predictions: [BenchmarkPrediction] = []
    }

    /// Cycles of written predictions, over the cycle up to which cells are known.
    static let written = [1.25, 1.5, 2, 3]

    /// A set, or the rounds of one whose cells are left out in turns; none gives no line.
    static func run(
        _ rounds: [LearningCurveSet], population: SimulatedPopulation, options: BenchmarkOptions
    ) throws -> BenchmarkOutcome {
        var outcome = BenchmarkOutcome()
        guard let first = rounds.first else { return outcome }
        let courses = SimulatedCourses(population)
        let factor = SimulatedCalibration.factor(population)
        if let line = gap(rounds, population) { outcome.lines.append(line) }
        var bySize: [(size: Int, results: [Draw], draws: Int)] = []
        for set in rounds {
            let fits = try Parallel.map(set.pool.count) { courses.fit(set.pool[$0].life) }
            let physics = HybridTrajectory(lives: [], courses: courses, origin: set.seen)
            let all =
                rounds.count > 1
                ? LearningCurveDraws.each(of: set.pool.count, options: options)
                : LearningCurveDraws.all(of: set.pool.count, options: options)
            for (place, (size, draws)) in all.enumerated() {
                let results = try Parallel.map(draws.count) { number in
                    Self.draw(set, draws[number], courses, fits, physics, factor)
                }
                if place < bySize.count, bySize[place].size == size {
                    bySize[place].results += results
                } else {
                    bySize.insert((size, results, draws.count), at: place)
                }
            }
        }
        for (size, results, draws) in bySize {
            let name = "curve_\(first.name)_\(size == first.pool.count ? "all" : "\(size)")"
            let known =
                rounds.count > 1
                ? "each of \(rounds.count) cells left out in turn"
                : "\(draws) draws; tested cells known to cycle \(Int(first.seen))"
            outcome.lines.append(
                line(name, results, note: "\(size) of \(first.pool.count) training cells, \(known); interval "))
            outcome.predictions += results.prefix(rounds.count > 1 ? results.count : 1).flatMap(\.predictions).map {
                var prediction = $0
                prediction.name = name
                return prediction
            }
        }
        return outcome
    }

    /// How far simulated lives are from those that may be trained on.
    private static func gap(_ rounds: [LearningCurveSet], _ population: SimulatedPopulation) -> BenchmarkLine? {
        var names: Set<String> = []
        let cells = rounds.flatMap(\.pool).filter { names.insert($0.name).inserted }
        let floor = cells.compactMap { $0.life.capacities.min() }.min() ?? 0.8
        guard let set = rounds.first,
            let gap = DomainGap(
                simulated: population.lives.compactMap { DomainGap.features($0.trajectory, floor: floor) },
                real: cells.compactMap { DomainGap.features($0.life, floor: floor) })
        else { return nil }
        return BenchmarkLine(
            name: "curve_\(set.name)_gap", metric: "area under the curve, simulated against real lives",
            value: gap.area, baselines: [.init(name: "energy coefficient", value: gap.energy)], n: cells.count,
            note: "training cells; 0.5 and 0 where they cannot be told apart")
    }

    /// What all draws of a size gave.
    private static func line(_ name: String, _ results: [Draw], note: String) -> BenchmarkLine {
        func mean(_ part: (Draw) -> [Double]) -> Double { Statistics.mean(results.flatMap(part)) }
        let single = rivals.indices.map { index in (rivals[index], mean { $0.rivals[index] }) }
        let best = single.min { $0.1 < $1.1 }
        let identified = results.flatMap(\.identified)
        var line = BenchmarkLine(
            name: name, metric: "RMSE of the state of health to come, %", value: mean(\.hybrid),
            baselines: [
                .init(name: "data alone", value: mean(\.data)),
                .init(name: "physics alone", value: mean(\.physics)),
                .init(name: "hybrid without simulation", value: mean(\.unsimulated)),
                .init(name: "best of data in hindsight: \(best?.0.rawValue ?? "")", value: best?.1 ?? .nan),
            ], n: results.reduce(0) { $0 + $1.hybrid.count },
            note: note
                + (results.first?.isConformal == true ? "conformal by cell" : "from the simulated population"))
        if !identified.isEmpty {
            let count = results.count { !$0.identified.isEmpty }
            line.baselines += [
                .init(
                    name: "curves identified, own laws, \(count) of \(results.count)",
                    value: Statistics.mean(identified)),
                .init(name: "the same, residual learnt", value: mean(\.learnt)),
                .init(name: "hybrid, of the same cells", value: mean { $0.identified.isEmpty ? [] : $0.hybrid }),
            ]
        }
        line.coverage = mean(\.covered)
        line.width = mean(\.widths)
        return line
    }

    private static func draw(
        _ set: LearningCurveSet, _ chosen: [Int], _ courses: SimulatedCourses, _ fits: [[Double]],
        _ physics: HybridTrajectory, _ factor: Double
    ) -> Draw {
        let lives = chosen.map { set.pool[$0].life }
        let own = chosen.map { fits[$0] }
        let hybrid = HybridTrajectory(lives: lives, courses: courses, origin: set.seen, fits: own)
        let plain = HybridTrajectory(lives: lives, courses: nil, origin: set.seen, calibrates: false)
        let gain = IdentifiedCourse.gain(
            chosen.compactMap { index in set.pool[index].identified.map { ($0, set.pool[index].life) } },
            origin: set.seen)
        let lowest = lives.compactMap { $0.capacities.min() }.min() ?? 0
        let choice = Self.choice(lives, origin: set.seen)
        var out = Draw()
        out.rivals = rivals.map { _ in [] }
        out.isConformal = hybrid.interval != nil
        for cell in set.test {
            let known = cell.known ?? cell.life.upTo(set.seen)
            let later = cell.life.cycles.indices.filter { cell.life.cycles[$0] > set.seen }
            let ahead = later.map { cell.life.cycles[$0] }
            let truth = later.map { cell.life.capacities[$0] }
            func error(_ soh: [Double]) -> Double { 100 * Scores.rootMeanSquareError(soh, truth) }
            let course = hybrid.course(known, at: ahead)
            out.hybrid.append(error(course.soh))
            out.unsimulated.append(error(plain.course(known, at: ahead).soh))
            out.physics.append(error(physics.course(known, at: ahead, lowest: hybrid.floor).soh))
            for (index, rival) in rivals.enumerated() {
                out.rivals[index].append(error(Self.rival(rival, known, lives, ahead)))
            }
            out.data.append(out.rivals[rivals.firstIndex(of: choice) ?? 0].last ?? .nan)
            let halves = course.deviation.map { deviation in
                hybrid.interval?.halfWidth(deviation: deviation, novelty: 1) ?? factor * deviation
            }
            if let identified = cell.identified {
                out.identified.append(error(identified.course(known, at: ahead).map { max($0, lowest) }))
                out.learnt.append(error(identified.course(known, at: ahead, gain: gain).map { max($0, lowest) }))
            }
            let asked = written.map { ($0 * set.seen).rounded() }
            let told = hybrid.course(known, at: asked)
            for (place, cycle) in asked.enumerated() {
                let half =
                    hybrid.interval?.halfWidth(deviation: told.deviation[place], novelty: 1)
                    ?? factor * told.deviation[place]
                out.predictions.append(
                    BenchmarkPrediction(
                        name: "", cell: cell.name, cycle: cycle, value: told.soh[place], low: told.soh[place] - half,
                        high: told.soh[place] + half))
            }
            let inside = truth.indices.count { abs(course.soh[$0] - truth[$0]) <= halves[$0] }
            out.covered.append(Double(inside) / Double(max(truth.count, 1)))
            out.widths.append(200 * Statistics.mean(halves))
        }
        return out
    }

    /// A rival's forecast; like all others it does not go below the lowest state of health of the training cells.
    private static func rival(
        _ model: ForecastModel, _ known: Trajectory, _ lives: [Trajectory], _ ahead: [Double]
    ) -> [Double] {
        let floor = lives.compactMap { $0.capacities.min() }.min() ?? 0
        return model.forecast(known, donors: lives, at: ahead).trajectory.capacities.map {
            max($0.isFinite ? $0 : floor, floor)
        }
    }

    /// The rival that forecasts the training cells best from each other; donor stretch where there is one cell.
    static func choice(_ lives: [Trajectory], origin: Double) -> ForecastModel {
        guard lives.count >= 2 else { return .donorStretch }
        var best: (error: Double, model: ForecastModel)?
        for model in rivals.prefix(chosenAmong) {
            var sum = 0.0
            for index in lives.indices.prefix(HybridTrajectory.mostLeftOut) {
                let others = lives.indices.filter { $0 != index }.map { lives[$0] }
                let known = lives[index].upTo(origin)
                let ahead = Array(lives[index].cycles.dropFirst(known.cycles.count))
                let truth = Array(lives[index].capacities.dropFirst(known.cycles.count))
                sum += Scores.rootMeanSquareError(rival(model, known, others, ahead), truth)
            }
            if sum < best?.error ?? .infinity { best = (sum, model) }
        }
        return best?.model ?? .donorStretch
    }
}
