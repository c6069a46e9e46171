import Cells
public import Electrochemistry
import Learning

/// What an identified cell will do, as it is cycled or cycled otherwise: simulated on from its present age with the rates of
/// its fit, and these drawn from the fit's covariance.
///
/// The history is simulated first, as it was; capacities count relative to a level that the last tenth of it fixes. Where
/// cycles change, two of the old ones after every fifty tell the capacity, so that a lower temperature or another window is
/// not taken for fade. Intervals hold what the fit leaves open, not what the model lacks.
public struct CellForecast: Sendable {
    /// A way of cycling.
    public struct Scenario: Sendable, Equatable {
        /// As shown.
        public var name: String
        /// Steps of every cycle.
        public var steps: [Step]
        /// Around the cell, K; nil: the run's.
        public var temperature: Double?

        /// Memberwise.
        public init(name: String, steps: [Step], temperature: Double? = nil) {
            self.name = name
            self.steps = steps
            self.temperature = temperature
        }

        /// One cycle, at the temperature unless a step has its own.
        func cycle(tags: [String] = []) -> CyclingProtocol.Cycle {
            CyclingProtocol.Cycle(
                steps: steps.map { step in
                    var step = step
                    step.temperature = step.temperature ?? temperature
                    step.tags += tags
                    return step
                })
        }
    }

    /// What is known of the cell's life so far.
    public struct History: Sendable {
        /// Cycle numbers, ascending.
        public var cycles: [Double]
        /// Capacities, A·h.
        public var capacities: [Double]
        /// A·h at which the state of health is 1.
        public var nominal: Double

        /// Memberwise.
        public init(cycles: [Double], capacities: [Double], nominal: Double) {
            self.cycles = cycles
            self.capacities = capacities
            self.nominal = nominal
        }
    }

    /// Cycles with their 90 % range.
    public struct Cycles: Sendable, Equatable {
        /// With the fitted values.
        public var value: Double
        /// 5 % quantile of the draws.
        public var low: Double
        /// 95 % quantile of the draws.
        public var high: Double
    }

    /// What a scenario comes to.
    public struct Outcome: Sendable {
        /// The scenario's.
        public var name: String
        /// Cycles left until the end of life; those beyond the horizon count as it.
        public var remaining: Cycles
        /// Of the same draw, less those of the first scenario.
        public var difference: Cycles
        /// Share of the draws whose life reaches beyond the horizon.
        public var beyond: Double
        /// Whether the run with the fitted values does.
        public var isBeyond: Bool
    }

    /// All scenarios.
    public struct Result: Sendable {
        /// In the order of the scenarios.
        public var outcomes: [Outcome]
        /// State of health at the last cycle of the history.
        public var stateOfHealth: Double
        /// Root mean square of simulated less measured capacities over the nominal one.
        public var error: Double
        /// Draws that were simulated, and that could not be.
        public var draws: Int
        /// Draws that could not be simulated.
        public var failed: Int
    }

    /// The identified cell.
    public let cell: FitCell
    /// What its file knows of the fit; nil: rates are taken as they are.
    public let fit: FittedRates?
    /// Name of the ageing set in the file.
    public let ageing: String
    /// Model, mesh, temperature.
    public var options: SimulationOptions
    /// Draws beside the fitted values; none where nothing is known of their ranges.
    public var draws = 20
    /// Of the draws.
    public var seed: UInt64 = 1
    /// State of health at which a life ends.
    public var endOfLife = 0.8
    /// Cycles looked ahead at most.
    public var horizon = 3000
    /// Asked often.
    public var shouldStop: @Sendable () -> Bool = { false }

    /// Cycles between two looks at the capacity.
    static let referenceEvery = 50

    /// For a cell of a file that `fit` has written, or of any other.
    public init(cell: FitCell, ageing: String, options: SimulationOptions) {
        self.cell = cell
        self.ageing = ageing
        fit = FittedRates(cell)
        self.options = options
    }

    /// Simulates history and scenarios, draws on all cores; the first scenario is the history's own way of cycling.
    ///
    /// Throws `FitError` where the fitted values cannot be simulated, `SimulationError` where a step cannot be.
    public func run(_ history: History, _ scenarios: [Scenario], progress: (Int, Int) -> Void = { _, _ in }) throws
        -> Result
    {
        guard let base = scenarios.first, let last = history.cycles.last, last >= 1 else {
            throw FitError(.data, "no cycles", "a history of at least one is needed")
        }
        let values = fit?.draws(draws, seed: seed) ?? []
        var found: [Drawn?] = []
        let batch = 4
        for first in stride(from: 0, through: values.count, by: batch) {
            let part = Array(first..<min(first + batch, values.count + 1))
            found += try Parallel.map(part.count) { place -> Drawn? in
                let index = part[place]
                let tried = try cell.tried(fit?.parameters ?? [], index == 0 ? fit?.values ?? [] : values[index - 1])
                do {
                    return try drawn(tried, history, base, scenarios)
                } catch let error as SimulationError where error.kind == .computation && index > 0 {
                    return nil
                }
            }
            progress(min(first + batch, values.count + 1), values.count + 1)
        }
        guard let own = found.first ?? nil else {
            throw FitError(.computation, "the fitted cell cannot be simulated", "another mesh or model may be")
        }
        let kept = found.compactMap(\.self)
        let outcomes = scenarios.indices.map { index in
            func range(_ part: (Drawn) -> Double) -> Cycles {
                let all = kept.map(part)
                let value = part(own)
                return Cycles(
                    value: value, low: min(Statistics.quantile(all, 0.05), value),
                    high: max(Statistics.quantile(all, 0.95), value))
            }
            return Outcome(
                name: scenarios[index].name, remaining: range { $0.remaining[index] },
                difference: range { $0.remaining[index] - $0.remaining[0] },
                beyond: Double(kept.filter { $0.remaining[index] >= Double(horizon) }.count) / Double(kept.count),
                isBeyond: own.remaining[index] >= Double(horizon))
        }
        return Result(
            outcomes: outcomes, stateOfHealth: own.stateOfHealth, error: own.error, draws: kept.count - 1,
            failed: found.count - kept.count)
    }

    /// What one draw comes to.
    private struct Drawn: Sendable {
        /// Cycles left, by scenario.
        var remaining: [Double]
        var stateOfHealth: Double
        var error: Double
    }

    private func drawn(
        _ tried: TriedCell, _ history: History, _ base: Scenario, _ scenarios: [Scenario]
    ) throws -> Drawn {
        var options = options
        options.ageing = try tried.file.ageingSet(named: ageing)
        options.initialState = .stateOfCharge(1)
        options.jumps = CycleJumps(tolerance: 2e-4)
        options.untilCapacity = nil
        let simulation = try Simulation(cell: tried.cell, options: options)
        let past = Int(history.cycles.last ?? 1)
        let lived = Array(repeating: base.cycle(), count: past)
        let sink = CapacitySink(stopsBelow: nil) { _ in true }
        var present: RunCheckpoint?
        _ = try simulation.run(CyclingProtocol(cycles: lived), into: [sink], shouldStop: shouldStop) {
            _ in
        } checkpoint: {
            if $0.cycle == past { present = $0 }
        }
        guard let present else { throw SimulationError(.computation, "the cell does not last as long as its history") }
        let simulated = history.cycles.map { sink.capacity(at: $0) }
        // The level that the last tenth has, at least three cycles of it.
        let used = simulated.indices.suffix(max(simulated.count / 10, min(3, simulated.count)))
        let level =
            used.reduce(0) { $0 + history.capacities[$1] } / max(used.reduce(0) { $0 + simulated[$1] }, 1e-12)
        let errors = simulated.indices.map { (level * simulated[$0] - history.capacities[$0]) / history.nominal }
        let now = level * (sink.capacities.last?.capacity ?? 0) / history.nominal
        let limit = endOfLife * history.nominal / level
        let remaining = try scenarios.map { scenario -> Double in
            guard now > endOfLife else { return 0 }
            let isBase = scenario.steps == base.steps && scenario.temperature == base.temperature
            let look = Array(repeating: base.cycle(tags: ["RPT"]), count: 2)
            let ahead =
                isBase
                ? Array(repeating: base.cycle(), count: horizon)
                : (0..<max(horizon / Self.referenceEvery, 1)).flatMap { _ in
                    Array(repeating: scenario.cycle(), count: Self.referenceEvery - 2) + look
                }
            // The second of two old cycles starts from where an old charge ends.
            let next = CapacitySink(stopsBelow: limit) { cycle in
                isBase || (cycle - past) % Self.referenceEvery == 0
            }
            next.capacities = [(Double(past), (sink.capacities.last?.capacity ?? 0))]
            do {
                _ = try simulation.run(
                    CyclingProtocol(cycles: lived + ahead), into: [next], from: present,
                    shouldStop: { next.isDone || shouldStop() })
            } catch let error as SimulationError where error.kind == .cancelled && next.isDone {
            } catch let error as SimulationError where error.kind == .computation && next.capacities.count > 2 {
                // Broke off: it does not last longer.
                return min(next.crossing(limit) ?? (next.capacities.last?.cycle ?? 0), Double(past + horizon))
                    - Double(past)
            }
            return min((next.crossing(limit) ?? .infinity) - Double(past), Double(horizon))
        }
        return Drawn(
            remaining: remaining, stateOfHealth: now, error: Statistics.rootMeanSquare(errors))
    }
}

/// Capacities of chosen cycles.
private final class CapacitySink: ResultSink {
    var capacities: [(cycle: Double, capacity: Double)] = []
    private(set) var isDone = false
    private let limit: Double?
    private let isWanted: (Int) -> Bool
    var wantsSamples: Bool { false }

    init(stopsBelow limit: Double?, isWanted: @escaping (Int) -> Bool) {
        self.limit = limit
        self.isWanted = isWanted
    }

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {
        guard isWanted(summary.cycle) else { return }
        capacities.append((Double(summary.cycle), summary.dischargeCapacity))
        if let limit, summary.dischargeCapacity < limit { isDone = true }
    }
    func end(_ summary: RunSummary) throws {}

    /// On the line between two cycles.
    func capacity(at cycle: Double) -> Double {
        guard let place = capacities.firstIndex(where: { $0.cycle >= cycle }), place > 0 else {
            return (capacities.first { $0.cycle >= cycle } ?? capacities.last)?.capacity ?? 0
        }
        let (a, b) = (capacities[place - 1], capacities[place])
        return a.capacity + (cycle - a.cycle) / (b.cycle - a.cycle) * (b.capacity - a.capacity)
    }

    /// The cycle at which the line falls below a capacity; nil where it does not.
    func crossing(_ limit: Double) -> Double? {
        guard let place = capacities.firstIndex(where: { $0.capacity < limit }) else { return nil }
        guard place > 0 else { return capacities[place].cycle }
        let (a, b) = (capacities[place - 1], capacities[place])
        return a.cycle + (a.capacity - limit) / (a.capacity - b.capacity) * (b.cycle - a.cycle)
    }
}
