internal import Learning

/// A sequence model: how much a cell loses over the next step, from what it lost over the last ones, by a ridge regression on
/// windows of all lives, and from there step by step. A step is a twentieth of what is known, so that a window looks the same
/// at any age.
enum TrajectoryAutoregression {
    /// Steps the known part is cut into.
    static let steps = 20
    /// Steps a window looks back at.
    static let back = 4
    /// Steps forecast at most; beyond, the last drop goes on.
    static let furthest = 400

    /// Losses of the last step, of the last four and of all on average, and how much is lost: fractions of the first level.
    private static func window(_ levels: [Double], _ place: Int) -> [Double] {
        let start = levels[0]
        let depth = 1 - levels[place] / start
        return [
            (levels[place - 1] - levels[place]) / start,
            (levels[place - back] - levels[place]) / (Double(back) * start),
            depth / Double(place), depth,
        ]
    }

    private static func levels(_ course: (Double) -> Double, from first: Double, to last: Double, step: Double)
        -> [Double]
    {
        stride(from: first, through: last + 1e-6 * step, by: step).map(course)
    }

    /// Capacities at the cycles asked; nil where there is nothing to learn from.
    ///
    /// - Parameters:
    ///   - known: the cell up to its origin, smoothed.
    ///   - donors: smoothed lives, each with the cycle at which it ends.
    static func forecast(
        _ known: Trajectory, donors: [(course: (Double) -> Double, last: Double)], at cycles: [Double]
    ) -> [Double]? {
        guard let first = known.cycles.first, let origin = known.cycles.last, origin > first, !donors.isEmpty else {
            return nil
        }
        let step = (origin - first) / Double(steps)
        var own = levels(
            { Line.interpolate(known.cycles, known.capacities, at: $0) }, from: first, to: origin, step: step)
        guard own.count > back, own[0] > 0 else { return nil }
        var rows: [[Double]] = []
        var drops: [Double] = []
        var groups: [Int] = []
        let lives = donors.map { levels($0.course, from: first, to: $0.last, step: step) } + [own]
        for (group, life) in lives.enumerated() where life.count > back + 1 && life[0] > 0 {
            for place in back..<life.count - 1 {
                rows.append(window(life, place))
                drops.append((life[place] - life[place + 1]) / life[0])
                groups.append(group)
            }
        }
        guard rows.count >= 3 * steps, let most = drops.max(), let least = drops.min() else { return nil }
        let model = try? ModelFamily.ridge.fit(Matrix(rows, columns: 4), drops, groups: groups, seed: 1)
        guard let model else { return nil }
        let end = cycles.last ?? origin
        var places = own.indices.map { first + Double($0) * step }
        while (places.last ?? end) < end, own.count < furthest + steps {
            let row = Matrix([window(own, own.count - 1)], columns: 4)
            let drop = min(max(model.predict(row)[0].mean, least), most)
            own.append(own[own.count - 1] - drop * own[0])
            places.append((places.last ?? origin) + step)
        }
        // The last level is a smoothed one, as the whole course is.
        let slope = (own[own.count - 1] - own[own.count - 2]) / step
        let (lastPlace, lastLevel) = (places[places.count - 1], own[own.count - 1])
        return cycles.map {
            $0 > lastPlace ? lastLevel + slope * ($0 - lastPlace) : Line.interpolate(places, own, at: $0)
        }
    }
}
