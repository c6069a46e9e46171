internal import Learning

/// Which way of going on with a trajectory serves cells of a kind, decided on whole lives of other cells alone: each is
/// forecast from the rest.
public enum ForecastSelection {
    /// From so many lives on all models with donors, and a power law of the cell alone, are compared. Fewer can decide no
    /// more than one thing: whether a cell's difference from its donors fades or stays.
    static let enough = 10
    /// Lives forecast, and donors each is forecast from, at most; evenly chosen.
    static let most = 15

    /// A model's mean root mean square error over the cells forecast, in the unit of the capacities.
    public typealias Score = (model: ForecastModel, error: Double)

    /// The model with the least mean error over the cells; `donors` where there are fewer than two to decide on.
    ///
    /// - Parameters:
    ///   - lives: whole lives.
    ///   - origin: up to where each is known, given the life.
    public static func choose(lives: [Trajectory], origin: (Trajectory) -> Double) -> ForecastModel {
        compare(lives: lives, origin: origin).first?.model ?? .donors
    }

    /// All models compared, best first; nothing where there are fewer than two lives.
    public static func compare(lives: [Trajectory], origin: (Trajectory) -> Double) -> [Score] {
        guard lives.count >= 2 else { return [] }
        let models: [ForecastModel] =
            lives.count < enough
            ? [.donors, .donorShift]
            : [.donors, .donorShift, .donorStretch, .gaussianProcess, .autoregression, .powerLaw]
        let tried = even(Array(lives.indices))
        var sums = [Double](repeating: 0, count: models.count)
        for index in tried {
            let others = even(lives.indices.filter { $0 != index }).map { lives[$0] }
            let past = lives[index].upTo(origin(lives[index]))
            let future = Array(lives[index].cycles.dropFirst(past.cycles.count))
            let truth = Array(lives[index].capacities.dropFirst(past.cycles.count))
            for (place, model) in models.enumerated() {
                let forecast = model.forecast(past, donors: others, at: future).trajectory.capacities
                sums[place] += future.isEmpty ? 0 : Scores.rootMeanSquareError(forecast, truth)
            }
        }
        return zip(models, sums).map { ($0, $1 / Double(max(tried.count, 1))) }
            .sorted { ($0.error.isNaN ? .infinity : $0.error) < ($1.error.isNaN ? .infinity : $1.error) }
    }

    private static func even(_ indices: [Int]) -> [Int] {
        guard indices.count > most else { return indices }
        return (0..<most).map { indices[$0 * indices.count / most] }
    }
}
