extension CellFit {
    /// 95 % ranges by likelihood profile: how far a parameter can go, all others following, until the sum of squares has
    /// risen by what noise explains (Venzon and Moolgavkar 1988, Appl. Stat. 37, 87). Empty where the fit is stopped.
    ///
    /// The rise is a square near the optimum, so its root is searched along a line: four descents a side at most.
    func profiles(
        _ values: [Double], _ stage: FitStage, _ confidence: ConfidenceRanges
    ) throws -> [Int: ClosedRange<Double>] {
        var found: [Int: ClosedRange<Double>] = [:]
        var fit = self
        fit.iterations = 6
        let best = try descendedCost(values, stage)
        for (k, index) in stage.parameters.enumerated() {
            let place = parameters[index].place(of: values[index])
            var ends: [Double] = []
            for side in [-1.0, 1] {
                guard !shouldStop() else { return found }
                let room = side < 0 ? place : 1 - place
                var distance = min(max(confidence.halfWidth(k), 1e-4), room)
                var end = room
                for _ in 0..<4 where room > 0 {
                    var moved = values
                    moved[index] = parameters[index].value(at: place + side * distance)
                    let others = stage.parameters.filter { $0 != index }
                    let cost =
                        others.isEmpty
                        ? try fit.descendedCost(moved, stage)
                        : try fit.descend(
                            from: moved, free: others, used: stage.experiments,
                            what: "profile of \(parameters[index].name)"
                        ).cost
                    let rise = max((cost - best) / confidence.rise(k), 1e-6).squareRoot()
                    end = distance
                    if (rise - 1).magnitude < 0.03 || (rise < 1 && distance >= room) { break }
                    distance = min(distance / min(max(rise, 0.3), 3), room)
                    end = distance
                }
                ends.append(parameters[index].value(at: place + side * end))
            }
            if let low = ends.first, let high = ends.last, low <= high { found[index] = low...high }
        }
        return found
    }

    /// The sum of squares of a stage's residuals with these values; infinite where there is no such model.
    private func descendedCost(_ values: [Double], _ stage: FitStage) throws -> Double {
        try residuals([[]], from: values, free: [], stage.experiments)[0].map(LeastSquares.cost) ?? .infinity
    }
}
