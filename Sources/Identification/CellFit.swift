public import Electrochemistry
import Learning

/// Parameters of a cell by least squares on what was measured.
///
/// The sum of squares is that of the differences (of voltage, weighted by time, within an experiment), each experiment
/// counting alike whatever its length and sampling.
public struct CellFit: Sendable {
    /// The cell, and what may change in it.
    public let cell: FitCell
    /// What may change.
    public let parameters: [FitParameter]
    /// The data.
    public let experiments: [any Observation]
    /// Model, mesh, temperature.
    public var options: SimulationOptions
    /// Further starts, spread over the bounds; the best end counts.
    public var starts = 1
    /// Iterations of one descent.
    public var iterations = 40
    /// Standard error of an experiment's mean difference, in its unit, beside which expectations count: σ √(τ/n) of its
    /// residuals, from a descent before.
    var noise = 1e-3
    /// Asked often; a fit that is stopped returns the best so far.
    public var shouldStop: @Sendable () -> Bool = { false }
    /// Told about every iteration: words for people.
    public var progress: @Sendable (String) -> Void = { _ in }

    /// Tolerances of the integrator are tightened to 1e-6, so that differences tell derivatives.
    public init(
        cell: FitCell, parameters: [FitParameter], experiments: [any Observation], options: SimulationOptions
    ) {
        self.cell = cell
        self.parameters = parameters
        self.experiments = experiments
        self.options = options
        self.options.relativeTolerance = min(options.relativeTolerance, 1e-6)
        self.options.absoluteTolerance = min(options.absoluteTolerance, 1e-8)
    }

    /// What the model says of each experiment's points with these values; nil where it cannot be computed.
    /// Throws `SimulationError` where the options do not go with the cell.
    public func predicted(_ values: [Double]) throws -> [[Double]]? {
        try simulated([values], Array(experiments.indices))[0]
    }

    /// Root mean squares, weighted, of the difference of a model's numbers from each experiment's.
    public func errors(of predicted: [[Double]]) -> [Double] {
        zip(predicted, experiments).map { values, experiment in
            zip(zip(values, experiment.measured), experiment.weights).reduce(0) {
                $0 + $1.1 * ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1)
            }.squareRoot()
        }
    }

    /// Where a descent ended.
    struct Descent {
        var values: [Double]
        var cost: Double
        var iterations: Int
        var isConverged: Bool
    }

    /// Least squares over the parameters `free`, all others held, on the experiments `used`.
    /// Throws `FitError`, `SimulationError`.
    func descend(from values: [Double], free: [Int], used: [Int], what: String, starts: Int = 1) throws -> Descent {
        var solver = LeastSquares()
        solver.iterations = iterations
        solver.shouldStop = shouldStop
        solver.progress = { iteration, cost in
            let unit = experiments[used[0]].unit
            let rms = (cost / Double(used.count)).squareRoot() * unit.factor
            progress("\(what): iteration \(iteration), \((rms * 100).rounded() / 100) \(unit.name)")
        }
        var best: LeastSquares.Result?
        var random = RandomSource(seed: 6)
        var firstError: FitError?
        for start in 0..<max(starts, 1) where !(start > 0 && shouldStop()) {
            let places = free.map { index in
                let own = parameters[index].place(of: values[index])
                return start == 0 ? own : min(max(own + 0.8 * (random.unit() - 0.5), 0.02), 0.98)
            }
            do {
                let found = try solver.minimise(from: places) { try residuals($0, from: values, free: free, used) }
                if found.cost < best?.cost ?? .infinity { best = found }
            } catch let error as FitError {
                firstError = firstError ?? error
            }
        }
        guard let best else { throw firstError ?? FitError(.computation, "no fit", "other bounds are needed") }
        return Descent(
            values: self.values(best.places, from: values, free: free), cost: best.cost, iterations: best.iterations,
            isConverged: best.isConverged)
    }

    /// All values, those of `free` at their places.
    func values(_ places: [Double], from values: [Double], free: [Int]) -> [Double] {
        var all = values
        for (place, index) in zip(places, free) { all[index] = parameters[index].value(at: place) }
        return all
    }

    /// √weight × difference at all points, then the departures from what is expected of the parameters.
    func residuals(
        _ trials: [[Double]], from values: [Double], free: [Int], _ used: [Int]
    ) throws -> [[Double]?] {
        let trials = trials.map { self.values($0, from: values, free: free) }
        return zip(try simulated(trials, used), trials).map { voltages, values in
            voltages.map { all in
                var found: [Double] = []
                for (voltages, index) in zip(all, used) {
                    let (measured, weights) = (experiments[index].measured, experiments[index].weights)
                    for (k, v) in voltages.enumerated() { found.append(weights[k].squareRoot() * (v - measured[k])) }
                }
                return found + expectations(values)
            }
        }
    }

    /// What is known of the parameters beforehand counts like data: a departure by a standard deviation as much as
    /// `noise` of root mean square.
    private func expectations(_ values: [Double]) -> [Double] {
        zip(parameters, values).compactMap { $0.departure(of: $1).map { noise * $0 } }
    }

    /// What the model says for several sets of values, on all cores; the result does not depend on how the work was shared out.
    private func simulated(_ trials: [[Double]], _ used: [Int]) throws -> [[[Double]]?] {
        let cells = try Parallel.map(trials.count) { trial in try? cell.tried(parameters, trials[trial]) }
        let runs = try Parallel.map(trials.count * used.count) { task -> [Double]? in
            let (trial, index) = (task / used.count, used[task % used.count])
            guard let tried = cells[trial] else { return nil }
            let charge = zip(parameters, trials[trial]).first { parameter, _ in
                parameter.target == .startingCharge(index)
            }?.1
            do {
                return try experiments[index].predicted(
                    tried, charge: charge, options: options, shouldStop: shouldStop)
            } catch let error as SimulationError where error.kind == .computation || error.kind == .cancelled {
                return nil
            }
        }
        return trials.indices.map { trial in
            let own = runs[trial * used.count..<(trial + 1) * used.count]
            let found = own.compactMap(\.self)
            return found.count == used.count ? found : nil
        }
    }
}
