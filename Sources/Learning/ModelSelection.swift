/// Families compared by cross-validation on groups, with everything fitted inside the folds.
public struct ModelSelection: Sendable, Equatable, Codable {
    /// One family's score.
    public struct Line: Sendable, Equatable, Codable {
        /// In words.
        public var name: String
        /// Root mean square error on left-out groups, in the target's unit.
        public var error: Double
    }

    /// All candidates, best first.
    public let table: [Line]
    /// The best candidate, a mean of several among them.
    public let chosen: ModelFamily
    /// Which candidates it is the mean of, by index; one may stand twice. The mean of the targets is the last index.
    public let members: [Int]
    /// Its error on left-out groups, which flatters it a little: it is the least of many.
    public let error: Double

    /// Compares families and the means of the best two to `most` of them.
    ///
    /// - Parameters:
    ///   - x: one row a sample.
    ///   - y: one target a row.
    ///   - groups: of each row, kept together.
    ///   - most: families in a mean at most.
    ///   - folds: of the cross-validation.
    ///   - repeats: of the folds, in other orders.
    ///   - seed: fixes everything random.
    ///   - candidates: families by name; the mean of the targets is always compared too.
    ///   - isLogarithmic: models are averaged in, and trained on, the logarithm of the target; errors are of the target
    ///     itself.
    ///   - isAbsolute: mean absolute errors are compared rather than root mean squares.
    /// - Throws: `LearningError` where no candidate can be trained.
    public init(
        _ candidates: [(name: String, family: ModelFamily)], x: Matrix, y: [Double], groups: [Int],
        isLogarithmic: Bool, isAbsolute: Bool = false, most: Int = 4, folds: Int = 5, repeats: Int = 3, seed: UInt64
    ) throws {
        let all = candidates + [(name: "mean", family: ModelFamily.mean)]
        let targets = isLogarithmic ? y.map { logarithm(max($0, 1e-300)) } : y
        let deals = Folds.repeated(groups: groups, count: folds, repeats: repeats, seed: seed &+ 31)
        let jobs = all.indices.flatMap { index in deals.indices.map { (index, $0) } }
        let left = try Parallel.map(jobs.count) { job -> [Double]? in
            let (index, deal) = jobs[job]
            var out = [Double](repeating: 0, count: y.count)
            for fold in deals[deal] where fold.training.count >= 3 {
                let model = try? all[index].family.fit(
                    x.selecting(rows: fold.training), fold.training.map { targets[$0] },
                    groups: fold.training.map { groups[$0] }, seed: seed)
                guard let model else { return nil }
                let predicted = model.predict(x.selecting(rows: fold.test))
                for (place, row) in fold.test.enumerated() { out[row] = predicted[place].mean }
            }
            return out
        }
        /// Left-out predictions of each family, all deals one after another.
        var predictions: [Int: [Double]] = [:]
        for index in all.indices {
            let own = deals.indices.map { left[index * deals.count + $0] }
            let whole = own.compactMap { $0 }
            if whole.count == deals.count { predictions[index] = Array(whole.joined()) }
        }
        func error(_ values: [Double]) -> Double {
            let errors = values.indices.map { place in
                let truth = y[place % y.count]
                return (isLogarithmic ? exponential(min(values[place], 700)) : values[place]) - truth
            }
            return isAbsolute ? Statistics.mean(errors.map { abs($0) }) : Statistics.rootMeanSquare(errors)
        }
        let ranked = predictions.keys.map { (index: $0, error: error(predictions[$0] ?? [])) }
            .sorted { $0.error == $1.error ? $0.index < $1.index : $0.error < $1.error }
        guard let first = ranked.first else {
            throw LearningError(problem: "no family of models can be trained", remedy: "give more samples")
        }
        var lines = ranked.map { Line(name: all[$0.index].name, error: $0.error) }
        var best: (error: Double, family: ModelFamily) = (first.error, all[first.index].family)
        // A mean may hold a family twice, which weighs it (Caruana et al., ICML 2004).
        var members = [first.index]
        var kept = members
        var sum = predictions[first.index] ?? []
        while members.count < most {
            var next: (error: Double, index: Int, sum: [Double])?
            for (index, _) in ranked {
                guard let own = predictions[index] else { continue }
                let candidate = zip(sum, own).map { $0 + $1 }
                let share = 1 / Double(members.count + 1)
                let value = error(candidate.map { $0 * share })
                if value < next?.error ?? .infinity { next = (value, index, candidate) }
            }
            guard let next else { break }
            members.append(next.index)
            sum = next.sum
            lines.append(
                Line(name: "mean of " + members.map { all[$0].name }.joined(separator: ", "), error: next.error))
            if next.error < best.error {
                best = (next.error, .average(members.map { all[$0].family }))
                kept = members
            }
        }
        table = lines.sorted { $0.error < $1.error }
        chosen = isLogarithmic ? .logarithm(best.family) : best.family
        self.error = best.error
        self.members = kept
    }
}
