internal import Learning

/// Why a hybrid forecast is as it is, from the simulated lives that describe the cell.
public struct HybridExplanation: Sendable, Equatable {
    /// Causes of the capacity lost by the end and their shares, most first; shares sum to 1. Between `low` and `high` lie 90 %
    /// of the simulated lives, by their weights.
    public var shares: [(mechanism: String, share: Double, low: Double, high: Double)]
    /// What would change the remaining life, and by how many cycles; between `low` and `high` with 90 %, as far as the
    /// scatter of the simulated lives about the slope tells.
    public var sensitivities: [(change: String, cycles: Double, low: Double, high: Double)]
    /// Simulated lives that the forecast counts, effectively (1 / Σ w²).
    public var neighbours: Double

    /// Equal where all parts are.
    public static func == (a: HybridExplanation, b: HybridExplanation) -> Bool {
        a.neighbours == b.neighbours && a.shares.elementsEqual(b.shares) { $0 == $1 }
            && a.sensitivities.elementsEqual(b.sensitivities) { $0 == $1 }
    }

    /// Changes of protocol that are told: name of the sweep's parameter, step, in words.
    static let changes: [(parameter: String, step: Double, words: String)] = [
        ("temperature", -10, "10 °C cooler"), ("temperature", 10, "10 °C warmer"),
        ("charge_rate", -0.5, "charged 0.5C slower"), ("discharge_rate", -0.5, "discharged 0.5C slower"),
    ]

    /// From weights of the population's lives.
    ///
    /// A change's effect is the slope of the logarithm of life by the parameter in the population, all parameters together by
    /// least squares, lives like the cell counting more; it is told for parameters that the sweep varied.
    ///
    /// - Parameters:
    ///   - weights: one a life, not all zero.
    ///   - remaining: cycles to the end of life as they are foretold.
    init(_ population: SimulatedPopulation, weights: [Double], endOfLife: Double, remaining: Double?) {
        let sum = max(weights.reduce(0, +), 1e-300)
        let own = weights.map { $0 / sum }
        neighbours = 1 / max(own.reduce(0) { $0 + $1 * $1 }, 1e-300)
        shares = SimulatedPopulation.mechanisms.enumerated().map { index, name in
            let all = population.lives.map { $0.shares[index] }
            let share = zip(all, own).reduce(0) { $0 + $1.0 * $1.1 }
            return (name, share, Self.quantile(all, own, 0.05), Self.quantile(all, own, 0.95))
        }.sorted { $0.share > $1.share }
        sensitivities = []
        guard let remaining, remaining > 0 else { return }
        let slopes = Self.slopes(population, own, endOfLife)
        for change in Self.changes {
            guard
                let index = population.parameters.firstIndex(where: {
                    $0.lowercased().hasPrefix(change.parameter)
                })
            else { continue }
            func cycles(_ slope: Double) -> Double {
                remaining * (Natural.exponential(min(max(slope * change.step, -3), 3)) - 1)
            }
            let (slope, deviation) = slopes[index]
            let ends = [cycles(slope - 1.645 * deviation), cycles(slope + 1.645 * deviation)].sorted()
            sensitivities.append((change.words, cycles(slope), ends[0], ends[1]))
        }
    }

    /// The value below which lies this share of the weights, which sum to 1.
    private static func quantile(_ values: [Double], _ weights: [Double], _ level: Double) -> Double {
        var below = 0.0
        let order = values.indices.sorted { values[$0] < values[$1] }
        for index in order {
            below += weights[index]
            if below >= level { return values[index] }
        }
        return order.last.map { values[$0] } ?? 0
    }

    /// d ln(life) / d parameter with its standard deviation, by weighted least squares with a small ridge. Rows count as many
    /// as their weights are effectively worth, 1 / Σ w² (Kish, Survey Sampling, 1965).
    private static func slopes(
        _ population: SimulatedPopulation, _ weights: [Double], _ end: Double
    ) -> [(value: Double, deviation: Double)] {
        let used = population.lives.indices.compactMap { index in
            population.lives[index].trajectory.crossing(end).map { (index, Natural.logarithm(max($0, 1))) }
        }
        let width = population.parameters.count
        guard used.count > width + 5 else { return [(Double, Double)](repeating: (0, 0), count: width) }
        // Parameters that span decades act by their logarithm.
        let isLogarithmic = (0..<width).map { column -> Bool in
            let values = population.lives.map { $0.parameters[column] }
            return (values.min() ?? 0) > 0 && (values.max() ?? 0) > 30 * (values.min() ?? 1)
        }
        let rows = used.map { index, _ in
            (0..<width).map { column -> Double in
                let value = population.lives[index].parameters[column]
                return isLogarithmic[column] ? Natural.logarithm(value) : value
            }
        }
        let matrix = Matrix(rows, columns: width)
        let scale = Standardisation(matrix)
        let x = scale.apply(matrix)
        // Half the weight is the neighbours', half the whole population's: few neighbours alone tell no slope.
        let mass = used.map { 0.5 * weights[$0.0] + 0.5 / Double(used.count) }
        let total = mass.reduce(0, +)
        let means = (0..<width).map { c in mass.indices.reduce(0) { $0 + mass[$1] * x[$1, c] } / total }
        let mean = zip(mass, used).reduce(0) { $0 + $1.0 * $1.1.1 } / total
        var gram = [Double](repeating: 0, count: width * width)
        var right = [Double](repeating: 0, count: width)
        for row in used.indices {
            for a in 0..<width {
                let left = mass[row] * (x[row, a] - means[a])
                right[a] += left * (used[row].1 - mean)
                for b in 0..<width { gram[a * width + b] += left * (x[row, b] - means[b]) }
            }
        }
        for a in 0..<width { gram[a * width + a] += 0.01 * total }
        let slopes = SmallSystem.solve(gram, right)
        let residuals = used.indices.map { row in
            used[row].1 - mean - (0..<width).reduce(0) { $0 + slopes[$1] * (x[row, $1] - means[$1]) }
        }
        let count = total * total / mass.reduce(0) { $0 + $1 * $1 }
        let variance = zip(mass, residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / max(count - Double(width) - 1, 1)
        return (0..<width).map { column in
            let unit = (0..<width).map { $0 == column ? 1.0 : 0 }
            let own = SmallSystem.solve(gram, unit)[column]
            return (slopes[column] / scale.deviations[column], (variance * own).squareRoot() / scale.deviations[column])
        }
    }
}
