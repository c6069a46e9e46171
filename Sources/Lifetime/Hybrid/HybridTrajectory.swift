public import Learning

/// How a cell's capacity goes on, from a simulated population and a few real lives: courses of both, stretched in time and in
/// depth, are weighed by what is seen of the cell (importance sampling); several such posteriors, and courses of real
/// donors alone, are blended by how well each forecasts the real lives from each other.
///
/// With no real life it is the population alone, with many the real lives decide.
public struct HybridTrajectory: Sendable {
    /// A way to forecast that the blend may hold.
    public enum Expert: String, CaseIterable, Sendable, Codable {
        /// Real lives, hardly stretched.
        case tight
        /// Real lives, stretched a little.
        case middle
        /// Real lives, stretched freely.
        case wide
        /// Real lives, stretched freely, and simulated ones.
        case simulated
        /// `ForecastModel.donorShift`.
        case donorShift
        /// `ForecastModel.donorStretch`.
        case donorStretch

        /// Weight before any life is forecast from others.
        var prior: Double {
            switch self {
            case .tight: 0.2
            case .middle, .wide: 1
            case .simulated: 1.5
            case .donorShift: 0.3
            case .donorStretch: 0.2
            }
        }

        /// Standard deviations of the logarithms of time and depth, and the scatter about a course, a fraction.
        var stretch: (time: Double, depth: Double, scatter: Double)? {
            switch self {
            case .tight: (0.05, 0, 0.004)
            case .middle: (0.2, 0.12, 0.006)
            case .wide, .simulated: (0.5, 0.3, 0.006)
            case .donorShift, .donorStretch: nil
            }
        }
    }

    /// Part of the posterior of `Expert.simulated` that is simulated before the cell is seen.
    static let simulatedShare = 0.5
    /// How sharply left-out errors weigh the experts: a life counts as so many independent values.
    static let sharpness = 2.0
    /// Lives that are left out in turns at most.
    static let mostLeftOut = 12
    /// Error of a life's forecast that is not told from none, a fraction.
    static let leastError = 0.003

    /// Real lives, state of health over cycles.
    public let lives: [Trajectory]
    /// Lowest state of health that the real lives were taken to; nil without any.
    public let floor: Double?
    /// Weights of the blend; sum 1.
    public let weights: [Expert: Double]
    /// Of forecasts of left-out lives; of the population where there are fewer than nine lives.
    public let interval: ConformalInterval?

    let grids: [[Double]]
    let courses: SimulatedCourses?
    let fits: [[Double]]

    /// What is foretold at each cycle asked.
    public struct Course: Sendable {
        /// State of health.
        public var soh: [Double]
        /// Standard deviation before calibration.
        public var deviation: [Double]
    }

    /// Trains on whole lives, state of health over cycles; they may be missing, or the population.
    ///
    /// - Parameter lives: real courses, complete.
    /// - Parameter population: simulated lives, nil for none.
    /// - Parameter origin: cycle up to which lives are known when they are forecast from each other.
    public init(lives: [Trajectory], population: SimulatedPopulation?, origin: Double) {
        self.init(lives: lives, courses: population.map { SimulatedCourses($0) }, origin: origin)
    }

    /// Trains on whole lives.
    ///
    /// - Parameters:
    ///   - lives: state of health over cycles; may be empty where there is a population.
    ///   - origin: cycle up to which lives are known when they are forecast from each other.
    ///   - experts: that the blend may hold.
    ///   - fits: `SimulatedCourses.fit` of each life, where they are known already.
    init(
        lives: [Trajectory], courses: SimulatedCourses?, origin: Double,
        experts: [Expert] = Expert.allCases, fits: [[Double]]? = nil, calibrates: Bool = true
    ) {
        self.lives = lives
        self.courses = courses
        floor = lives.compactMap { $0.capacities.min() }.min()
        let grids = lives.map { CourseGrid.losses($0, goesOn: true) }
        self.grids = grids
        let fits = fits ?? lives.map { courses?.fit($0) ?? [] }
        self.fits = fits
        guard !lives.isEmpty else {
            weights = [.simulated: 1]
            interval = nil
            return
        }
        let usable = experts.filter { $0 != .simulated || courses != nil }
        let tested = lives.count >= 2 ? Array(lives.indices.prefix(Self.mostLeftOut)) : []
        let all = Array(lives.indices)
        var squares = [Expert: [Double]]()
        var left: [(truth: [Double], courses: [Expert: Course])] = []
        for index in tested {
            let known = lives[index].upTo(origin)
            guard known.cycles.count >= 5, lives[index].cycles.count > known.cycles.count + 5 else { continue }
            let ahead = Self.few(Array(lives[index].cycles.dropFirst(known.cycles.count)))
            let truth = ahead.map { Line.interpolate(lives[index].cycles, lives[index].capacities, at: $0) }
            let others = all.filter { $0 != index }
            let least = others.compactMap { lives[$0].capacities.min() }.min()
            var own: [Expert: Course] = [:]
            for expert in usable {
                let course = Self.course(
                    expert, known, ahead, floor: least, lives: others.map { lives[$0] },
                    grids: others.map { grids[$0] }, courses: courses, fits: others.map { fits[$0] })
                own[expert] = course
                squares[expert, default: []].append(
                    Statistics.mean(zip(course.soh, truth).map { ($0 - $1) * ($0 - $1) }))
            }
            left.append((truth, own))
        }
        let logs = usable.map { expert -> Double in
            let own = squares[expert] ?? []
            let error = own.isEmpty ? 1 : Statistics.mean(own) + Self.leastError * Self.leastError
            return Natural.logarithm(expert.prior) - 0.5 * Self.sharpness * Double(own.count) * Natural.logarithm(error)
        }
        let most = logs.max() ?? 0
        let masses = logs.map { Natural.exponential($0 - most) }
        let sum = masses.reduce(0, +)
        let blend = Dictionary(uniqueKeysWithValues: zip(usable, masses.map { $0 / sum }))
        weights = blend
        guard calibrates, left.count >= 9 else {
            interval = nil
            return
        }
        var errors: [Double] = []
        var deviations: [Double] = []
        var groups: [Int] = []
        for (group, item) in left.enumerated() {
            let course = Self.blended(item.courses, blend)
            for place in item.truth.indices {
                errors.append(course.soh[place] - item.truth[place])
                deviations.append(course.deviation[place])
                groups.append(group)
            }
        }
        interval = ConformalInterval(
            errors: errors, deviations: deviations, novelties: errors.map { _ in 1 }, groups: groups)
    }

    /// The course of a cell that is known up to its last cycle, at cycles beyond it, ascending.
    ///
    /// - Parameter known: what is seen of the cell.
    /// - Parameter cycles: at which the course is asked for.
    /// - Parameter survives: the cell is taken to be still on test at each cycle asked, see `CourseParticles.course`; false for
    ///   the course whatever becomes of it.
    /// - Parameter lowest: stands for `floor` where there are no lives.
    public func course(
        _ known: Trajectory, at cycles: [Double], survives: Bool = true, lowest: Double? = nil
    ) -> Course {
        var own: [Expert: Course] = [:]
        for (expert, weight) in weights where weight > 0.005 {
            own[expert] = Self.course(
                expert, known, cycles, floor: survives ? floor ?? lowest : nil, lives: lives, grids: grids,
                courses: courses,
                fits: fits)
        }
        return Self.blended(own, weights)
    }

    /// At most 60 of them, evenly.
    private static func few(_ cycles: [Double]) -> [Double] {
        let step = max(cycles.count / 60, 1)
        return stride(from: 0, to: cycles.count, by: step).map { cycles[$0] }
    }

    /// The particles of an expert.
    static func particles(
        _ expert: Expert, grids: [[Double]], courses: SimulatedCourses?, fits: [[Double]]
    ) -> CourseParticles? {
        guard let stretch = expert.stretch else { return nil }
        var particles = CourseParticles()
        let simulated = expert != .simulated || courses == nil ? 0 : grids.isEmpty ? 1 : simulatedShare
        if !grids.isEmpty {
            particles.add(
                grids, deviation: stretch.time, depthDeviation: stretch.depth, share: 1 - simulated)
        }
        if simulated > 0 { courses?.add(to: &particles, fits: fits, share: simulated) }
        return particles
    }

    static func course(
        _ expert: Expert, _ known: Trajectory, _ cycles: [Double], floor: Double?, lives: [Trajectory],
        grids: [[Double]], courses: SimulatedCourses?, fits: [[Double]]
    ) -> Course {
        if let particles = particles(expert, grids: grids, courses: courses, fits: fits) {
            var likelihood = CourseParticles.Likelihood()
            likelihood.scatter = expert.stretch?.scatter ?? likelihood.scatter
            let posterior = particles.posterior(CourseParticles.Seen(known), likelihood)
            let (mean, deviation) = particles.course(posterior, at: cycles, floor: floor)
            return Course(soh: mean, deviation: deviation.map { ($0 * $0 + 0.004 * 0.004).squareRoot() })
        }
        let model: ForecastModel = expert == .donorShift ? .donorShift : .donorStretch
        let values = model.forecast(known, donors: lives, at: cycles).trajectory.capacities
        return Course(
            soh: values.map { max($0.isFinite ? $0 : floor ?? 0, floor ?? 0) }, deviation: values.map { _ in .nan })
    }

    /// The blend's mean and deviation: the experts' own, and how far they are apart.
    private static func blended(_ courses: [Expert: Course], _ weights: [Expert: Double]) -> Course {
        let used = courses.keys.sorted { $0.rawValue < $1.rawValue }
        let sum = used.reduce(0) { $0 + (weights[$1] ?? 0) }
        guard let count = used.first.flatMap({ courses[$0]?.soh.count }), sum > 0 else {
            return Course(soh: [], deviation: [])
        }
        var out = Course(soh: [], deviation: [])
        for place in 0..<count {
            var mean = 0.0
            var second = 0.0
            var inside = 0.0
            var told = 0.0
            for expert in used {
                guard let course = courses[expert] else { continue }
                let share = (weights[expert] ?? 0) / sum
                mean += share * course.soh[place]
                second += share * course.soh[place] * course.soh[place]
                if course.deviation[place].isFinite {
                    inside += share * course.deviation[place] * course.deviation[place]
                    told += share
                }
            }
            let own = told > 0 ? inside / told : 0
            out.soh.append(mean)
            out.deviation.append((max(second - mean * mean, 0) + max(own, 0.003 * 0.003)).squareRoot())
        }
        return out
    }
}
