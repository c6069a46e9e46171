public import Learning

/// Remaining life from capacities alone: how other cells of the kind went on from where this one is, or, for a cell unlike
/// them, its own trend.
public struct TrajectoryModel: Sendable, Codable {
    /// State of health over cycles of cells whose lives are known, thinned out.
    public var donors: [[DonorPoint]]
    /// State of health at which a life ends.
    public var endOfLife: Double
    /// How a cell goes on among the donors.
    public var choice: ForecastModel
    /// What the choice was made of, best first: mean root mean square error, state of health, on the second halves of lives
    /// left out. It goes into the card, not into the file.
    public var comparison: [ForecastSelection.Score] = []
    /// From the errors of remaining lives (differences of logarithms) of each donor, forecast from the others.
    public var interval: ConformalInterval
    /// From the errors of the same forecasts over the rest of each life, state of health.
    public var courseInterval: ConformalInterval
    /// Root mean square difference of donors from each other's course: the unit of novelty.
    public var scale: Double
    /// Root mean square of the same errors.
    public var error: Double

    private enum CodingKeys: String, CodingKey {
        case donors, endOfLife, choice, interval, courseInterval, scale, error
    }

    /// A point of a life.
    public struct DonorPoint: Sendable, Codable {
        /// Cycle.
        public var cycle: Double
        /// State of health.
        public var soh: Double
    }

    /// Fractions of a life at which donors are forecast.
    static let origins = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9]

    /// Of lives that reach their end. Throws `LearningError` for fewer than two.
    public init(lives: [Trajectory], endOfLife: Double) throws {
        let whole = lives.filter { $0.smoothed(half: 5).firstBelow(endOfLife) != nil }
        guard whole.count >= 2 else {
            throw LearningError(
                problem: "\(whole.count) cells reach \(endOfLife) of their capacity",
                remedy: "2 are the least for donors")
        }
        func end(_ life: Trajectory) -> Double { life.smoothed(half: 5).firstBelow(endOfLife) ?? .infinity }
        let scores = ForecastSelection.compare(lives: whole) { 0.5 * end($0) }
        choice = scores.first?.model ?? .donors
        comparison = scores
        self.endOfLife = endOfLife
        donors = whole.map { life in
            let smooth = life.smoothed(half: max((life.cycles.last ?? 0) / 100, 1))
            let step = max(smooth.cycles.count / 150, 1)
            return stride(from: 0, to: smooth.cycles.count, by: step).map {
                DonorPoint(
                    cycle: smooth.cycles[$0], soh: (smooth.capacities[$0] * 1e5).rounded() / 1e5)
            }
        }
        var errors: [Double] = []
        var groups: [Int] = []
        var differences: [Double] = []
        for (index, life) in whole.enumerated() {
            let others = whole.indices.filter { $0 != index }.map { whole[$0] }
            let last = end(life)
            for fraction in Self.origins {
                let origin = fraction * last
                let known = life.upTo(origin)
                guard known.cycles.count >= 5 else { continue }
                let (remaining, off) = Self.remaining(known, donors: others, endOfLife: endOfLife, choice: choice)
                differences.append(off)
                guard let remaining else { continue }
                errors.append(Natural.logarithm(max(remaining, 1) / max(last - origin, 1)))
                groups.append(index)
            }
        }
        scale = max(Statistics.quantile(differences, 0.9), 1e-4)
        error = Statistics.rootMeanSquare(errors)
        let flat = errors.map { _ in 1.0 }
        interval = ConformalInterval(errors: errors, deviations: flat, novelties: flat, groups: groups)
        courseInterval = CourseCalibration.interval(lives: whole, choice: choice, origins: Self.origins, end: end)
    }

    /// Cycles to the end of life, nil where it is not found within 20 times what is known; and how far the known part lies
    /// from the nearest donor.
    static func remaining(
        _ known: Trajectory, donors: [Trajectory], endOfLife: Double, choice: ForecastModel
    ) -> (cycles: Double?, difference: Double) {
        guard let origin = known.cycles.last, let first = known.cycles.first else { return (nil, .infinity) }
        var nearest = Double.infinity
        for donor in donors {
            var sum = 0.0
            for (cycle, soh) in zip(known.cycles, known.capacities) {
                let off = soh - Line.interpolate(donor.cycles, donor.capacities, at: cycle)
                sum += off * off
            }
            nearest = min(nearest, (sum / Double(known.cycles.count)).squareRoot())
        }
        let furthest = max(donors.compactMap { $0.cycles.last }.max() ?? 0, origin) * 2 + 20 * (origin - first)
        let step = max((furthest - origin) / 4000, 1)
        let ahead = stride(from: origin + step, through: furthest, by: step).map { $0 }
        let course = choice.forecast(known, donors: donors, at: ahead).trajectory
        return (course.firstBelow(endOfLife).map { $0 - origin }, nearest)
    }

    private var lives: [Trajectory] {
        donors.map { life in Trajectory(cycles: life.map(\.cycle), capacities: life.map(\.soh)) }
    }

    /// State of health at cycles beyond those known, and half its 90 % interval at each, which holds cell by cell.
    public func course(_ known: Trajectory, at cycles: [Double]) -> Forecast {
        var forecast = choice.forecast(known, donors: lives, at: cycles)
        forecast.halfWidths = CourseCalibration.halfWidths(forecast, courseInterval)
        return forecast
    }

    /// Remaining cycles of a cell with an interval; nil where nothing foretells an end.
    public func predict(_ known: Trajectory) -> Prediction? {
        let (cycles, difference) = Self.remaining(known, donors: lives, endOfLife: endOfLife, choice: choice)
        guard let cycles else { return nil }
        let novelty = difference / scale
        let factor = Natural.exponential(min(interval.halfWidth(deviation: 1, novelty: max(novelty, 1)), 20))
        return Prediction(
            value: cycles, low: cycles / factor, high: cycles * factor, novelty: novelty,
            isInDomain: novelty <= Novelty.limit)
    }

    /// Whether this model, read from a file, can be used.
    public var isSound: Bool {
        donors.count >= 2
            && donors.allSatisfy { life in
                life.count >= 2 && life.allSatisfy { $0.cycle.isFinite && $0.soh.isFinite }
                    && zip(life, life.dropFirst()).allSatisfy { $0.cycle < $1.cycle }
            } && endOfLife > 0 && scale > 0 && interval.isSound && courseInterval.isSound
    }
}
