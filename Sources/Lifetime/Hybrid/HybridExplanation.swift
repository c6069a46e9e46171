internal import Learning

/// Why a hybrid forecast is as it is, from the simulated lives that describe the cell.
public struct HybridExplanation: Sendable, Equatable {
    /// Causes of the capacity lost by the end and their shares, most first; shares sum to 1.
    public var shares: [(mechanism: String, share: Double)]
    /// What would change the remaining life, and by how many cycles.
    public var sensitivities: [(change: String, cycles: Double)]
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
            (name, zip(population.lives, own).reduce(0) { $0 + $1.1 * $1.0.shares[index] })
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
            let factor = Natural.exponential(min(max(slopes[index] * change.step, -3), 3))
            sensitivities.append((change.words, remaining * (factor - 1)))
        }
    }

    /// d ln(life) / d parameter, by weighted least squares with a small ridge.
    private static func slopes(_ population: SimulatedPopulation, _ weights: [Double], _ end: Double) -> [Double] {
        let used = population.lives.indices.compactMap { index in
            population.lives[index].trajectory.crossing(end).map { (index, Natural.logarithm(max($0, 1))) }
        }
        let width = population.parameters.count
        guard used.count > width + 5 else { return [Double](repeating: 0, count: width) }
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
        return zip(SmallSystem.solve(gram, right), scale.deviations).map { $0 / $1 }
    }
}
