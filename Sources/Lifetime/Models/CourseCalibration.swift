internal import Learning

/// Conformal intervals about the course of a forecast: every life is forecast from the others, and the errors over what was
/// still to come are calibrated by cell (see `ConformalInterval`), so that the courses of cells, not single points of one
/// long life, are what the level speaks of.
enum CourseCalibration {
    /// Lives left out at most, evenly chosen.
    static let most = 40
    /// Points of a future at most, evenly chosen.
    static let points = 50

    /// - Parameters:
    ///   - lives: whole lives, states of health; at least two.
    ///   - choice: how they are forecast.
    ///   - origins: fractions of each life up to which it is known.
    ///   - end: the cycle up to which errors of a life count.
    static func interval(
        lives: [Trajectory], choice: ForecastModel, origins: [Double], end: (Trajectory) -> Double
    ) -> ConformalInterval {
        var errors: [Double] = []
        var deviations: [Double] = []
        var groups: [Int] = []
        let count = min(most, lives.count)
        for index in (0..<count).map({ $0 * lives.count / count }) {
            let life = lives[index]
            let last = end(life)
            let others = lives.indices.filter { $0 != index }.map { lives[$0] }
            for fraction in origins {
                let past = life.upTo(fraction * last)
                let future = life.cycles.indices.dropFirst(past.cycles.count).filter { life.cycles[$0] <= last }
                guard past.cycles.count >= 5, !future.isEmpty else { continue }
                let taken = min(points, future.count)
                let places = (0..<taken).map { future[$0 * future.count / taken] }
                let forecast = choice.forecast(past, donors: others, at: places.map { life.cycles[$0] })
                for (row, place) in places.enumerated() {
                    let error = forecast.trajectory.capacities[row] - life.capacities[place]
                    guard error.isFinite, forecast.halfWidths[row].isFinite else { continue }
                    errors.append(error)
                    deviations.append(forecast.halfWidths[row])
                    groups.append(index)
                }
            }
        }
        let novelties = errors.map { _ in 1.0 }
        return ConformalInterval(errors: errors, deviations: deviations, novelties: novelties, groups: groups)
    }

    /// Half widths of the calibrated interval at the cycles of a forecast.
    static func halfWidths(_ forecast: Forecast, _ interval: ConformalInterval) -> [Double] {
        forecast.halfWidths.map { interval.halfWidth(deviation: $0.isFinite ? $0 : 0, novelty: 1) }
    }
}
