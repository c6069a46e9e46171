/// A circuit's run beside the electrochemical model's under the same protocol: how far apart their voltages are, and how much
/// faster the circuit was.
public struct CircuitComparison: Sendable {
    /// Root mean square of the difference of voltages over the time that both spent in the same steps, V.
    public var rootMeanSquare: Double
    /// Largest magnitude of the difference, V.
    public var largest: Double
    /// Charge of the discharges by the circuit over that by the model.
    public var dischargeRatio: Double
    /// s that each was solved in.
    public var seconds: (model: Double, circuit: Double)

    /// How many times as fast the circuit was.
    public var speed: Double { seconds.model / max(seconds.circuit, 1e-9) }

    /// Runs both. Steps are matched by their number, rows by the time since the step began. Throws `SimulationError`.
    public init(
        _ circuit: CircuitSimulation, _ simulation: Simulation, _ plan: CyclingProtocol,
        shouldStop: () -> Bool = { false }
    ) throws {
        let own = VoltageSink(), other = VoltageSink()
        let fast = try circuit.run(plan, into: [own], shouldStop: shouldStop)
        let full = try simulation.run(plan, into: [other], shouldStop: shouldStop)
        self.init(own, fast, other, full)
    }

    /// Of two runs whose rows were kept.
    init(_ circuit: VoltageSink, _ fast: RunSummary, _ model: VoltageSink, _ full: RunSummary) {
        var (square, time, largest) = (0.0, 0.0, 0.0)
        for (step, rows) in model.rows {
            guard let others = circuit.rows[step], let first = rows.first, let start = others.first, others.count > 1
            else { continue }
            var place = 0
            var previous: (time: Double, difference: Double)?
            for row in rows {
                let since = row.time - first.time
                guard since <= (others[others.count - 1].time - start.time) + 1e-9 else { break }
                while place + 2 < others.count, others[place + 1].time - start.time < since { place += 1 }
                let (a, b) = (others[place], others[place + 1])
                let share = b.time > a.time ? min(max((since - (a.time - start.time)) / (b.time - a.time), 0), 1) : 0
                let difference = a.voltage + share * (b.voltage - a.voltage) - row.voltage
                if let previous {
                    let width = since - previous.time
                    square += 0.5 * width * (difference * difference + previous.difference * previous.difference)
                    time += width
                }
                largest = max(largest, difference.magnitude)
                previous = (since, difference)
            }
        }
        rootMeanSquare = time > 0 ? (square / time).squareRoot() : 0
        self.largest = largest
        dischargeRatio = model.discharged > 0 ? circuit.discharged / model.discharged : 1
        seconds = (full.solveSeconds, fast.solveSeconds)
    }
}

/// Keeps voltages by step.
final class VoltageSink: ResultSink {
    private(set) var rows: [Int: [(time: Double, voltage: Double)]] = [:]
    /// A·h of all discharges.
    private(set) var discharged = 0.0

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws { rows[sample.step, default: []].append((sample.time, sample.voltage)) }
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws { discharged += summary.dischargeCapacity }
    func end(_ summary: RunSummary) throws {}
}
