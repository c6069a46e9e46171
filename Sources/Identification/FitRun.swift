/// One descent of a fit: which parameters move, on which experiments.
public struct FitStage: Sendable, Equatable {
    /// For people.
    public var name: String
    /// Places among the parameters.
    public var parameters: [Int]
    /// Places among the experiments.
    public var experiments: [Int]
    /// Starts, the first where the stage before ended; the best end counts.
    public var starts: Int

    /// Memberwise.
    public init(name: String, parameters: [Int], experiments: [Int], starts: Int = 1) {
        self.name = name
        self.parameters = parameters
        self.experiments = experiments
        self.starts = starts
    }
}

extension CellFit {
    /// Runs the stages one after another, then the ranges of the last one's parameters.
    ///
    /// A fit that is stopped gives the best so far, without ranges. Throws `FitError`, `SimulationError`.
    public func run(_ stages: [FitStage], ranges: Bool = true, profile: Bool = false) throws -> FitResult {
        let first = parameters.map(\.start)
        let before = try predicted(first).map(errors(of:))
        var values = first
        for (index, parameter) in parameters.enumerated() {
            guard case .startingCharge(let experiment) = parameter.target, experiments.indices.contains(experiment)
            else {
                continue
            }
            values[index] = try likelyStart(index, experiment, values)
        }
        var iterations = 0
        var isConverged = false
        var fit = self
        for stage in stages where !shouldStop() {
            // Where something is expected of the parameters, its weight follows from the noise, which is known afterwards.
            let expects = stage.parameters.contains { parameters[$0].expected != nil }
            for round in 0..<(expects ? 4 : 1) where !shouldStop() {
                let found = try fit.descend(
                    from: values, free: stage.parameters, used: stage.experiments, what: stage.name,
                    starts: round == 0 ? stage.starts : 1)
                values = found.values
                iterations += found.iterations
                isConverged = found.isConverged
                guard expects, let noise = try fit.noise(values, stage) else { break }
                let change = noise / fit.noise
                fit.noise = noise
                if (change - 1).magnitude < 0.05 { break }
            }
        }
        var confidence: ConfidenceRanges?
        let free = stages.last?.parameters ?? []
        if ranges, !shouldStop(), let last = stages.last { confidence = try fit.ranges(values, last) }
        var profiles: [Int: ClosedRange<Double>] = [:]
        if profile, let confidence, let last = stages.last { profiles = try fit.profiles(values, last, confidence) }
        // What was computed is told, even if nothing may be any more.
        var finishing = self
        finishing.shouldStop = { false }
        guard let predicted = try finishing.predicted(values) else {
            throw FitError(.computation, "the model cannot be computed at the fit's end", "other bounds are needed")
        }
        let after = errors(of: predicted)
        let used = stages.last?.experiments ?? []
        return FitResult(
            estimates: estimates(values, confidence, free).enumerated().map { index, estimate in
                var estimate = estimate
                estimate.profile = profiles[index]
                return estimate
            },
            experiments: experiments.indices.map { index in
                FitResult.Fitted(
                    name: experiments[index].name, unit: experiments[index].unit.name,
                    factor: experiments[index].unit.factor, before: before?[index], after: after[index],
                    correlation: used.firstIndex(of: index).flatMap { confidence?.correlations[$0] })
            },
            eigenvalues: confidence?.eigenvalues ?? [], covariance: covariance(confidence, free),
            openDirections: openDirections(confidence, free),
            predicted: predicted, iterations: iterations, isConverged: isConverged && !shouldStop(),
            isInterrupted: shouldStop())
    }

    /// The state of charge, of twenty and the parameter's own start, from which the model meets an experiment best. A voltage
    /// under current tells it badly, and a cell that is empty long before its data end is no place to begin a descent.
    private func likelyStart(_ index: Int, _ experiment: Int, _ values: [Double]) throws -> Double {
        let parameter = parameters[index]
        let places = [parameter.place(of: parameter.start)] + (1...20).map { Double($0) / 20 }
        let costs = try residuals(places.map { [$0] }, from: values, free: [index], [experiment])
            .map { $0.map(LeastSquares.cost) ?? .infinity }
        guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best].isFinite else {
            return values[index]
        }
        return parameter.value(at: places[best])
    }

    /// σ √(τ/n) over the experiments of a stage, their mean; nil where the model cannot be computed.
    private func noise(_ values: [Double], _ stage: FitStage) throws -> Double? {
        guard let predicted = try predicted(values) else { return nil }
        let squares = stage.experiments.map { index in
            let own = experiments[index]
            let differences = zip(predicted[index], own.measured).map { $0 - $1 }
            let square = zip(differences, own.weights).reduce(0) { $0 + $1.1 * $1.0 * $1.0 }
            let tau = ConfidenceRanges.integratedAutocorrelation(differences)
            return square * min(tau / Double(differences.count), 1)
        }
        let mean = squares.reduce(0, +) / Double(max(squares.count, 1))
        return mean > 0 ? mean.squareRoot() : nil
    }

    private func ranges(_ values: [Double], _ stage: FitStage) throws -> ConfidenceRanges? {
        let free = stage.parameters
        let places = free.map { parameters[$0].place(of: values[$0]) }
        progress("confidence ranges")
        func residuals(_ trials: [[Double]]) throws -> [[Double]?] {
            try self.residuals(trials, from: values, free: free, stage.experiments)
        }
        guard let present = try residuals([places])[0],
            let jacobian = try LeastSquares.jacobian(places, present, isCentral: true, residuals),
            var found = ConfidenceRanges(
                jacobian: jacobian, residuals: present,
                weights: stage.experiments.map { experiments[$0].weights }, noise: noise)
        else { return nil }
        try found.bend(at: places, jacobian: jacobian, present: present, residuals)
        return found
    }

    private func estimates(_ values: [Double], _ confidence: ConfidenceRanges?, _ free: [Int]) -> [FitResult.Estimate] {
        parameters.indices.map { index in
            let parameter = parameters[index]
            let place = parameter.place(of: values[index])
            let isAtBound = place < 1e-3 || place > 1 - 1e-3
            guard let confidence, let k = free.firstIndex(of: index) else {
                return FitResult.Estimate(
                    parameter: parameter, value: values[index], isIdentified: false, isAtBound: isAtBound)
            }
            let (below, above) = confidence.reach(k)
            return FitResult.Estimate(
                parameter: parameter, value: values[index], low: parameter.value(at: place - below),
                high: parameter.value(at: place + above),
                isIdentified: confidence.halfWidth(k) < 0.25 && !isAtBound, isAtBound: isAtBound)
        }
    }

    /// Of all parameters' places, see `FitResult.covariance`.
    private func covariance(_ confidence: ConfidenceRanges?, _ free: [Int]) -> [Double] {
        guard let confidence else { return [] }
        let scale = confidence.quantile / 1.96
        var all = [Double](repeating: 0, count: parameters.count * parameters.count)
        for (a, row) in free.enumerated() {
            for (b, column) in free.enumerated() {
                all[row * parameters.count + column] = scale * scale * confidence.covariance[a * free.count + b]
            }
        }
        return all
    }

    /// Directions along which a standard deviation is more than an eighth of the bounds.
    private func openDirections(_ confidence: ConfidenceRanges?, _ free: [Int]) -> [FitResult.OpenDirection] {
        guard let confidence else { return [] }
        let n = free.count
        return confidence.eigenvalues.indices.compactMap { k in
            let deviation = 1 / confidence.eigenvalues[k].squareRoot()
            guard deviation > 0.125 else { return nil }
            let parts = (0..<n).map { (name: parameters[free[$0]].name, share: confidence.directions[k * n + $0]) }
                .filter { $0.share.magnitude > 0.3 }.sorted { $0.share.magnitude > $1.share.magnitude }
            return FitResult.OpenDirection(deviation: deviation, parts: parts)
        }
    }
}
