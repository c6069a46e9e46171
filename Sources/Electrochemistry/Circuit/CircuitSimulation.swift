public import Cells

/// Runs protocols by an ``EquivalentCircuit``: the same steps, ends, cut-offs and outputs as of a ``Simulation``, thousands of
/// times as fast as the pseudo-2D model on long profiles, and only as right as resistances and time constants can be.
///
/// Currents that are held are followed exactly; a voltage, a power or a load is met at the end of every internal step, between
/// which the current stays.
public final class CircuitSimulation {
    /// The cell whose circuit it is.
    public let cell: Cell
    /// The circuit.
    public let circuit: EquivalentCircuit
    /// Initial state, temperature and period count; what belongs to electrochemistry does not.
    public let options: SimulationOptions

    /// Longest internal step where the current is not held, s.
    static let longestStep = 5.0
    /// Largest change of the state of charge in an internal step.
    static let largestChange = 2e-3

    private var state: EquivalentCircuit.State
    private var elements: EquivalentCircuit.Elements
    private var time = 0.0
    private var charge = 0.0
    private var stepNumber = 0
    private var previousCurrent = 0.0
    private var internalSteps = 0

    /// Throws `SimulationError`: options that a circuit cannot follow, or a rest voltage out of the window.
    public init(cell: Cell, circuit: EquivalentCircuit, options: SimulationOptions = SimulationOptions()) throws {
        try options.validate()
        func refusal(_ text: String) -> SimulationError { SimulationError(.usage, "--model ecm: \(text)") }
        if options.ageing != nil { throw refusal("an equivalent circuit does not age; leave --ageing out") }
        if options.halfCell != nil { throw refusal("a half-cell has no circuit here; leave --half-cell out") }
        if options.thermal == .lumped { throw refusal("the temperature is that of the steps; leave --thermal out") }
        if let name = options.variables.first { throw refusal("--variables \(name): it has voltage and current alone") }
        self.cell = cell
        self.circuit = circuit
        self.options = options
        let start: Double
        switch options.initialState {
        case .asInFile: start = cell.initialStateOfCharge
        case .stateOfCharge(let value): start = value
        case .restVoltage(let voltage):
            guard let found = cell.stateOfCharge(atRestVoltage: voltage) else {
                throw SimulationError(
                    .usage, "rest voltage \(rounded(voltage)) V: outside the cell's open-circuit window")
            }
            start = found
        }
        state = EquivalentCircuit.State(stateOfCharge: start, pairs: circuit.pairs)
        elements = circuit.elements(at: options.temperature ?? cell.initialTemperature)
    }

    /// Temperatures at which a protocol needs elements, K.
    public static func temperatures(_ plan: CyclingProtocol, cell: Cell, options: SimulationOptions) -> [Double] {
        let own = options.temperature ?? cell.initialTemperature
        let base = options.temperature ?? cell.ambientTemperature
        return Set([own] + plan.cycles.flatMap(\.steps).map { $0.temperature ?? base }).sorted()
    }

    /// Runs a protocol from the initial state, pushing rows to the sinks as they are computed. Throws `SimulationError`: of kind
    /// `.cancelled` where `shouldStop`, `.computation` where the cell cannot give a power; and whatever a sink throws.
    public func run(
        _ plan: CyclingProtocol, into sinks: [any ResultSink] = [], shouldStop: () -> Bool = { false },
        progress: (RunProgress) -> Void = { _ in }
    ) throws -> RunSummary {
        for cycle in plan.cycles {
            for step in cycle.steps { try StepPlan.check(step, cell: cell, period: options.period) }
        }
        let begun = monotonicSeconds()
        var outside = 0.0
        var warnings: [String] = []
        var reason = ""
        var last = (charge: 0.0, energy: 0.0)
        var cycles = 0
        for sink in sinks { try sink.begin(variableColumns: []) }
        for (index, cycle) in plan.cycles.enumerated() {
            let start = CycleStart(cycle: index + 1, cycles: plan.cycles.count, tags: cycle.tags)
            for sink in sinks { try sink.beginCycle(start) }
            let samplers = sinks.filter(\.wantsSamples)
            var taken = (charge: 0.0, energy: 0.0), given = (charge: 0.0, energy: 0.0)
            var resistance: Double?
            for (position, step) in cycle.steps.enumerated() {
                stepNumber += 1
                progress(
                    RunProgress(
                        cycle: index + 1, cycles: plan.cycles.count, step: position + 1,
                        stepsInCycle: cycle.steps.count, time: time, soh: nil,
                        expectedCycles: Double(plan.cycles.count)))
                let outcome = try follow(
                    step, cycle: index + 1, into: samplers, shouldStop: shouldStop, warnings: &warnings,
                    outside: &outside)
                let told = monotonicSeconds()
                for sink in sinks { try sink.endStep(outcome.summary) }
                outside += monotonicSeconds() - told
                given.charge += outcome.given.charge
                given.energy += outcome.given.energy
                taken.charge += outcome.taken.charge
                taken.energy += outcome.taken.energy
                resistance = resistance ?? outcome.summary.resistance
                reason = outcome.summary.endReason
            }
            let summary = CycleSummary(
                cycle: index + 1, dischargeCapacity: given.charge, chargeCapacity: taken.charge,
                dischargeEnergy: given.energy, chargeEnergy: taken.energy,
                coulombicEfficiency: taken.charge > 0 ? given.charge / taken.charge : nil, resistance: resistance,
                lossOfLithiumInventory: nil, soh: nil, ageing: nil, books: nil)
            last = given
            cycles += 1
            for sink in sinks { try sink.endCycle(summary) }
        }
        let result = RunSummary(
            cycles: cycles, endReason: reason, endOfLife: nil, dischargeCapacity: last.charge,
            dischargeEnergy: last.energy, solveSeconds: monotonicSeconds() - begun - outside, steps: internalSteps,
            residualEvaluations: 0, jacobianEvaluations: 0, newtonIterations: 0, errorTestFailures: 0,
            convergenceFailures: 0, citations: citations, warnings: warnings, jumps: nil)
        for sink in sinks { try sink.end(result) }
        return result
    }

    /// Works behind the results: the cell's and the model's whose impedance the circuit follows, and the circuit's own.
    private var citations: [String] {
        modelCitations(of: cell, model: options.model) + impedanceWorks + [
            "Plett, Battery Management Systems, vol. 1, Artech House (2015)",
            "Hu, Li, Peng, J. Power Sources 198 (2012) 359",
        ]
    }

    // MARK: - One step

    private struct Outcome {
        var summary: StepSummary
        /// A·h and W·h, magnitudes.
        var given = (charge: 0.0, energy: 0.0)
        var taken = (charge: 0.0, energy: 0.0)
    }

    private func follow(
        _ step: Step, cycle: Int, into samplers: [any ResultSink], shouldStop: () -> Bool, warnings: inout [String],
        outside: inout Double
    ) throws -> Outcome {
        let nominal = cell.nominalCapacity
        let plan = try StepPlan(step, cell: cell)
        for warning in plan.warnings where !warnings.contains(warning) { warnings.append(warning) }
        let temperature = step.temperature ?? options.temperature ?? cell.ambientTemperature
        if temperature != elements.temperature { elements = circuit.elements(at: temperature) }
        let start = time
        let startCharge = charge
        var control = plan.control(segment: 0, startingAt: start)
        // What flows in the first instant.
        var current = try solved(control, seconds: 0, at: start, step)
        var voltage = circuit.voltage(state, current: current, elements)
        let first = (voltage: voltage, current: current)
        let events = plan.events(voltage: voltage, current: current / nominal)
        let type = plan.type(current: current / nominal)
        func emit(_ at: Double, _ voltage: Double, _ current: Double) throws {
            let told = monotonicSeconds()
            let row = Sample(
                time: at, voltage: voltage, current: -current, cycle: cycle, step: stepNumber, stepType: type,
                netCapacity: charge, temperature: temperature, variables: [])
            for sink in samplers { try sink.sample(row) }
            outside += monotonicSeconds() - told
        }
        var outcome = Outcome(
            summary: StepSummary(
                cycle: cycle, step: stepNumber, text: step.text, stepType: type, startTime: start, duration: 0,
                startVoltage: voltage, endVoltage: voltage, startCurrent: -current, endCurrent: -current, charge: 0,
                energy: 0, endTemperature: temperature, maximumTemperature: temperature, resistance: nil,
                minimumAnodePotential: nil, endReason: "", tags: step.tags))
        let logged = plan.loggedCurrent(atStartOf: 0).map { $0 * nominal }
        try emit(start, logged.map { circuit.voltage(state, current: $0, elements) } ?? voltage, logged ?? current)
        if let met = events.first(where: { $0.distance(voltage: voltage, current: current / nominal, charge: 0) <= 0 })
        {
            let why = plan.skipReason(met, voltage: voltage, current: current)
            warnings.append("step \(stepNumber) (\(step.text)): \(why)")
            outcome.summary.endReason = "skipped: \(why)"
            return outcome
        }
        let limit = plan.duration ?? plan.longest
        let period = step.period ?? options.period ?? min(plan.expectedDuration / 200, 60)
        // Counted, not summed: the last row of a long step falls where it should.
        var rows = 1
        var segment = 0
        var ended: String?
        let pulse = -current - previousCurrent
        let hasPulse = pulse.magnitude > 0.005 * nominal
        let before = lastVoltage ?? circuit.voltage(state, current: 0, elements)
        while ended == nil {
            if shouldStop() { throw SimulationError(.cancelled, "interrupted") }
            let segmentEnd = start + min(plan.end(ofSegment: segment) ?? limit, limit)
            var length = min(segmentEnd, start + Double(rows) * period) - time
            if control.kind != .current || control.slope != 0 { length = min(length, Self.longestStep) }
            let rate = current.magnitude / (3600 * circuit.capacity)
            if rate > 0 { length = min(length, Self.largestChange / rate) }
            if hasPulse, time < start + 10 { length = min(length, start + 10 - time) }
            length = max(length, 1e-9)
            /// Where the circuit is after so many seconds: the current that the control asks for meanwhile, and the state.
            func after(_ seconds: Double) throws -> (current: Double, voltage: Double, state: EquivalentCircuit.State) {
                let current = try solved(control, seconds: seconds, at: time, step)
                let next = circuit.advanced(state, current: current, seconds: seconds, elements)
                return (current, circuit.voltage(next, current: current, elements), next)
            }
            var next = try after(length)
            func distance(
                _ event: Event, _ place: (current: Double, voltage: Double, state: EquivalentCircuit.State),
                _ seconds: Double
            ) -> Double {
                event.distance(
                    voltage: place.voltage, current: place.current / nominal,
                    charge: (charge - startCharge) / -nominal + place.current * seconds / (3600 * nominal))
            }
            if let event = events.first(where: { distance($0, next, length) <= 0 }) {
                let atStart = event.distance(
                    voltage: voltage, current: current / nominal, charge: (charge - startCharge) / -nominal)
                var failure: (any Error)?
                let found = crossing(
                    0, max(atStart, 1e-12), length, min(distance(event, next, length), -1e-300), tolerance: 1e-6
                ) { seconds in
                    do { return distance(event, try after(seconds), seconds) } catch {
                        failure = error
                        return -1
                    }
                }
                if let failure { throw failure }
                length = found
                next = try after(length)
                ended = event.name
            }
            let moved = next.current * length / 3600
            let energy = 0.5 * (voltage + next.voltage) * moved
            if moved >= 0 {
                outcome.given.charge += moved
                outcome.given.energy += energy
            } else {
                outcome.taken.charge -= moved
                outcome.taken.energy -= energy
            }
            charge -= moved
            outcome.summary.energy -= energy
            time += length
            internalSteps += 1
            (current, voltage, state) = (next.current, next.voltage, next.state)
            if hasPulse, outcome.summary.resistance == nil, time >= start + 10 - 1e-9 {
                outcome.summary.resistance = abs((voltage - before) / (-current - previousCurrent))
            }
            if ended == nil, time >= start + limit - 1e-9 {
                if plan.duration == nil {
                    ended = plan.overdue
                    warnings.append("step \(stepNumber) (\(step.text)): \(plan.overdue)")
                } else {
                    ended = "duration"
                }
            }
            let isDue = time >= start + Double(rows) * period - 1e-9
            // A drive's rows are those of its log.
            if (isDue && plan.segments == 1) || ended != nil { try emit(time, voltage, current) }
            if isDue { rows = Int(((time - start) / period + 1e-9).rounded(.down)) + 1 }
            if ended == nil, time >= segmentEnd - 1e-9, !plan.isLast(segment) {
                segment += 1
                control = plan.control(segment: segment, startingAt: start)
                current = try solved(control, seconds: 0, at: time, step)
                voltage = circuit.voltage(state, current: current, elements)
                // The log's own rows are told, at the current that it has there.
                if let logged = plan.loggedCurrent(atStartOf: segment) {
                    let own = logged * nominal
                    try emit(time, circuit.voltage(state, current: own, elements), own)
                } else if !plan.isStair {
                    try emit(time, voltage, current)
                }
            }
        }
        previousCurrent = -current
        lastVoltage = voltage
        outcome.summary.duration = time - start
        outcome.summary.endVoltage = voltage
        outcome.summary.endCurrent = -current
        outcome.summary.charge = charge - startCharge
        outcome.summary.startVoltage = first.voltage
        outcome.summary.endReason = ended ?? ""
        return outcome
    }

    private var lastVoltage: Double?

    /// A, positive on discharge: what meets the control at the end of so many seconds from `time`; in the first instant for 0.
    private func solved(_ control: Control, seconds: Double, at time: Double, _ step: Step) throws -> Double {
        let nominal = cell.nominalCapacity
        let asked = control.value + control.slope * (time + seconds - control.start)
        if control.kind == .current {
            // A current on a slope is met in its mean.
            return nominal * (control.value + control.slope * (time + 0.5 * seconds - control.start))
        }
        func voltage(_ current: Double) -> Double {
            circuit.voltage(
                seconds > 0 ? circuit.advanced(state, current: current, seconds: seconds, elements) : state,
                current: current, elements)
        }
        func excess(_ current: Double) -> Double {
            switch control.kind {
            case .voltage: voltage(current) - asked
            case .power: asked * nominal - voltage(current) * current
            case .resistance: voltage(current) - current * asked / nominal
            case .current: 0
            }
        }
        // Newton's iteration with a numerical slope: these are nearly straight lines.
        var current = control.kind == .power ? asked * nominal / max(voltage(0), 0.1) : 0
        for _ in 0..<60 {
            let value = excess(current)
            let width = 1e-6 * nominal
            let slope = (excess(current + width) - value) / width
            guard slope != 0, slope.isFinite else { break }
            let change = -value / slope
            current += change
            if change.magnitude < 1e-9 * nominal { break }
        }
        let scale = control.kind == .power ? max((asked * nominal).magnitude, 1e-3) : 1
        guard current.isFinite, excess(current).magnitude < 1e-5 * scale else {
            throw SimulationError(
                .computation,
                "step \(stepNumber) (\(step.text)): the circuit cannot do what is asked in this state")
        }
        return current
    }
}
