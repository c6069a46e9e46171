internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// Seconds of a monotonic clock.
func monotonicSeconds() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC, &t)
    return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}

/// One execution of a protocol: walks through its steps, finds their ends, and feeds the sinks.
final class Run {
    let simulation: Simulation
    var engine: Simulation.Engine
    /// While a jump is tried they wait.
    var sinks: [any ResultSink]
    /// Those that take the current cycle's rows.
    private(set) var samplers: [any ResultSink] = []
    let cell: Cell
    let nominal: Double

    var time = 0.0
    var stepNumber = 0
    var cycleNumber = 0
    var warnings = RunWarnings()
    private var outsideSolver = 0.0
    private var initialLithium = 0.0
    private var bookkeeping: Bookkeeping?
    private var earlier = EarlierLosses()
    private var discharges = FullDischarges()
    /// At the run's own temperature, where the books are reckoned; an isothermal run has others for its steps.
    private let baseEngine: Simulation.Engine
    /// Of the last cycle done, A·h and W·h, and why its last step ended.
    private var lastCycle = LastCycle()
    private var forecast = FadeForecast()
    /// Whether the protocol names its reference tests: then those alone count.
    private var hasReferenceTests = false
    /// Why the cell is at its end; nil while it is not.
    private(set) var endOfLife: String?
    private var jumping = CycleJumping()
    /// Around the cell, K: of the step, or else of the run.
    private var around = 0.0
    private var base: Double {
        simulation.options.temperature
            ?? (simulation.options.thermal == .lumped ? cell.ambientTemperature : cell.initialTemperature)
    }
    /// Of the steps in closed form.
    var propagated = (steps: 0, evaluations: 0)
    var variables: [OutputVariable] = []
    var previousEnd: (voltage: Double, current: Double) = (0, 0)
    private var counted: [ObjectIdentifier: Simulation.Engine] = [:]

    // Split by direction within the current cycle, multiples of nominal capacity; V times that.
    private var delivered = (charge: 0.0, energy: 0.0)
    private var taken = (charge: 0.0, energy: 0.0)
    var cycleResistance: Double?

    init(simulation: Simulation, engine: Simulation.Engine, sinks: [any ResultSink]) {
        self.simulation = simulation
        self.engine = engine
        baseEngine = engine
        self.sinks = sinks
        cell = simulation.cell
        nominal = simulation.cell.nominalCapacity
        variables = simulation.options.variables.map { name in engine.outputs.first { $0.name == name }! }
    }

    /// Of all electrode pairs, m².
    private var cellArea: Double { cell.electrodeArea * Double(cell.electrodePairs) }

    /// Everything about a run between two cycles but the state and its time; setting it undoes what came after.
    struct Place {
        fileprivate var engine: Simulation.Engine
        fileprivate var around: Double
        fileprivate var stepNumber: Int
        fileprivate var cycleNumber: Int
        fileprivate var warnings: RunWarnings
        fileprivate var discharges: FullDischarges
        fileprivate var previousEnd: (voltage: Double, current: Double)
        fileprivate var forecast: FadeForecast
    }

    var place: Place {
        get {
            Place(
                engine: engine, around: around, stepNumber: stepNumber, cycleNumber: cycleNumber, warnings: warnings,
                discharges: discharges, previousEnd: previousEnd, forecast: forecast)
        }
        set {
            engine = newValue.engine
            around = newValue.around
            if simulation.options.thermal == .lumped { engine.model.ambient = around }
            stepNumber = newValue.stepNumber
            cycleNumber = newValue.cycleNumber
            warnings = newValue.warnings
            discharges = newValue.discharges
            previousEnd = newValue.previousEnd
            forecast = newValue.forecast
            endOfLife = nil
        }
    }

    /// Tells what happened in the current step.
    func warn(_ step: Step, at time: Double? = nil, _ reason: String) {
        warnings.add(step: stepNumber, step.text, at: time, reason)
    }

    /// Sets the run to where a checkpoint was made.
    private func resume(from point: RunCheckpoint, engineAt: (Double) throws -> Simulation.Engine) throws {
        if simulation.options.thermal == .isothermal, point.temperature != base {
            try use(engineAt(point.temperature))
        }
        guard point.state.count == engine.model.size else {
            throw SimulationError(.data, "a checkpoint of another model or mesh; give the options it was made with")
        }
        if simulation.options.thermal == .lumped { engine.model.ambient = point.temperature }
        around = point.temperature
        for (i, value) in point.state.enumerated() { engine.session.y[i] = value }
        time = point.time
        stepNumber = point.step
        initialLithium = point.initialLithium
        previousEnd = (point.previousVoltage, point.previousCurrent)
        discharges = point.discharges
        lastCycle = point.lastCycle
        warnings = point.warnings
        jumping = point.jumping
        if let soh {
            forecast.add(cycle: 0, soh: 1)
            forecast.add(cycle: point.cycle, soh: soh)
        }
    }

    private func checkpoint(_ fingerprint: String) -> RunCheckpoint {
        var point = RunCheckpoint(fingerprint: fingerprint, cycle: cycleNumber)
        point.step = stepNumber
        point.time = time
        point.temperature = around
        point.state = (0..<engine.model.size).map { engine.session.y[$0] }
        point.initialLithium = initialLithium
        (point.previousVoltage, point.previousCurrent) = previousEnd
        point.discharges = discharges
        point.lastCycle = lastCycle
        point.warnings = warnings
        point.jumping = jumping
        return point
    }

    /// Goes on with another engine from the same state.
    private func use(_ next: Simulation.Engine) {
        guard next !== engine else { return }
        next.session.y.update(from: engine.session.y, count: next.model.size)
        engine = next
        counted[ObjectIdentifier(next)] = next
        variables = simulation.options.variables.map { n in next.outputs.first { $0.name == n }! }
    }

    func execute(
        _ plan: CyclingProtocol, from start: RunCheckpoint?, fingerprint: String, shouldStop: () -> Bool,
        progress: (RunProgress) -> Void, checkpoint: ((RunCheckpoint) throws -> Void)?,
        engineAt: (Double) throws -> Simulation.Engine
    ) throws -> RunSummary {
        let begun = monotonicSeconds()
        let options = simulation.options
        let model = engine.model, session = engine.session
        counted[ObjectIdentifier(engine)] = engine
        model.control = Control(kind: .current, value: 0)
        model.ambient = options.temperature ?? cell.ambientTemperature
        let startTemperature = options.temperature ?? cell.initialTemperature
        model.setRest(session.y, temperature: startTemperature)
        initialLithium = simulation.freshLithium ?? model.lithium(session.y).particles
        let perArea = cellArea * Constants.faraday / 3600
        bookkeeping = Bookkeeping(engine, fresh: session.y, lithium: initialLithium * perArea, temperature: base)
        simulation.placeAged(model, session.y, temperature: startTemperature)
        if let aged = simulation.agedStart, let own = model.ageingState(session.y) {
            earlier = EarlierLosses(
                aged, own: own, lithium: model.lithium(session.y).particles * perArea, fresh: initialLithium * perArea,
                windowCapacity: cell.windowCapacity)
            if let first = aged.firstDischarge {
                discharges.inherited = first / nominal
                discharges.last = (first / nominal, (aged.lastDischarge ?? first) / nominal)
            }
        }
        try session.solveAlgebraic(0, session.y)
        previousEnd = (session.y[model.tail.voltage], 0)
        around = base
        try sinking {
            let columns = variables.flatMap { v in v.columns.map { v.name + $0 } }
            for sink in sinks { try sink.begin(variableColumns: columns) }
        }
        // A cell at full charge counts as charged to its upper limit.
        if simulation.startsFull { discharges.since = (0, cell.upperCutOff) }
        hasReferenceTests = plan.cycles.contains { $0.steps.contains(where: \.isReferenceTest) }
        if let start { try resume(from: start, engineAt: engineAt) }
        var reason = lastCycle.reason
        var done = start?.cycle ?? 0
        /// One cycle of the plan, its end told to the sinks.
        func simulate(_ index: Int) throws {
            let cycle = plan.cycles[index]
            cycleNumber = index + 1
            delivered = (0, 0)
            taken = (0, 0)
            cycleResistance = nil
            try sinking {
                let start = CycleStart(cycle: cycleNumber, cycles: plan.cycles.count, tags: cycle.tags)
                for sink in sinks { try sink.beginCycle(start) }
                samplers = sinks.filter(\.wantsSamples)
            }
            for (position, step) in cycle.steps.enumerated() {
                stepNumber += 1
                sinking {
                    progress(
                        RunProgress(
                            cycle: cycleNumber, cycles: plan.cycles.count, step: position + 1,
                            stepsInCycle: cycle.steps.count, time: time, soh: soh,
                            expectedCycles: expectedCycles(of: plan.cycles.count)))
                }
                let temperature = step.temperature ?? base
                if temperature != around {
                    around = temperature
                    if options.thermal == .lumped {
                        engine.model.ambient = temperature
                    } else {
                        try use(engineAt(temperature))
                    }
                }
                if endOfLife != nil { break }
                do {
                    reason = try execute(step, shouldStop: shouldStop)
                } catch let error as SimulationError where error.kind == .computation {
                    var ended = engine.model.exhaustion(engine.session.y)
                    if case .power(let w) = step.control, error.description.hasPrefix("no consistent") {
                        // What it could never do is no end of life.
                        ended =
                            ended == nil || cycleNumber == 1
                            ? nil
                            : "the cell can no longer \(w < 0 ? "give" : "take") \(rounded(w.magnitude)) W"
                    }
                    if let bound = ended {
                        // An aged cell that can no longer do what is asked has reached its end, not the solver.
                        endOfLife = bound
                        reason = "end of life: " + bound
                        time = engine.session.time
                        warn(step, at: time, reason)
                        break
                    }
                    if error.description.hasPrefix("step ") { throw error }
                    if case .power(let w) = step.control, error.description.hasPrefix("no consistent") {
                        throw SimulationError(
                            .computation,
                            "step \(stepNumber) (\(step.text)): the cell cannot \(w < 0 ? "give" : "take") "
                                + "\(rounded(w.magnitude)) W in this state")
                    }
                    throw SimulationError(
                        .computation,
                        "step \(stepNumber) (\(step.text)) at t = \(rounded(time)) s: \(error.description)")
                }
            }
            let summary = cycleSummary()
            if let soh = summary.soh { forecast.add(cycle: cycleNumber, soh: soh) }
            lastCycle = LastCycle(
                capacity: summary.dischargeCapacity, energy: summary.dischargeEnergy, reason: reason)
            try sinking { for sink in sinks { try sink.endCycle(summary) } }
            if endOfLife == nil, let least = options.untilCapacity, let soh = summary.soh, soh <= least {
                let end =
                    "capacity \(rounded(100 * soh)) % of the first"
                    + (engine.model.nearBound(engine.session.y).map { "; " + $0 } ?? "")
                (endOfLife, reason) = (end, end)
            }
        }
        while done < plan.cycles.count {
            let before = soh
            let capacityLeft = options.untilCapacity.flatMap { least in before.map { $0 - least } }
            if let jumps = options.jumps,
                let length = jumping.length(plan, from: done, capacityLeft: capacityLeft)
            {
                let steps = plan.cycles[done].steps.count
                guard
                    try jump(
                        length, from: done, tolerance: jumps.tolerance, jumping: &jumping, stepsInCycle: steps,
                        simulate: simulate)
                else { continue }
                done += length + CycleJumping.after
                if let before, let soh { jumping.fade = (before - soh) / Double(length + CycleJumping.after) }
            } else {
                let state = options.jumps == nil ? [] : slowState
                try simulate(done)
                done += 1
                if endOfLife != nil { break }
                if options.jumps != nil {
                    jumping.note(
                        state, slowState, isAlike: done > 1 && plan.cycles[done - 1] == plan.cycles[done - 2])
                    if let before, let soh { jumping.fade = before - soh }
                }
            }
            if let checkpoint { try sinking { try checkpoint(self.checkpoint(fingerprint)) } }
        }
        let sessions = counted.values.flatMap { [$0.session] + ($0.saltSession.map { [$0] } ?? []) }
        for session in sessions { session.collectStatistics() }
        let result = RunSummary(
            cycles: done, endReason: reason, endOfLife: endOfLife, dischargeCapacity: lastCycle.capacity,
            dischargeEnergy: lastCycle.energy,
            solveSeconds: monotonicSeconds() - begun - outsideSolver,
            steps: sessions.reduce(propagated.steps) { $0 + $1.steps },
            residualEvaluations: sessions.reduce(propagated.evaluations) { $0 + $1.residualEvaluations },
            jacobianEvaluations: sessions.reduce(0) { $0 + $1.jacobianEvaluations },
            newtonIterations: sessions.reduce(0) { $0 + $1.newtonIterations },
            errorTestFailures: sessions.reduce(0) { $0 + $1.errorTestFailures },
            convergenceFailures: sessions.reduce(0) { $0 + $1.convergenceFailures },
            citations: citations(), warnings: warnings.sentences, jumps: options.jumps == nil ? nil : jumping.summary)
        for sink in sinks { try sink.end(result) }
        return result
    }

    private var soh: Double? { discharges.last.map { StateOfHealth.ratio(first: $0.first, last: $0.last) } }

    /// Of a protocol of so many cycles: how many will run.
    private func expectedCycles(of count: Int) -> Double {
        guard let least = simulation.options.untilCapacity, let end = forecast.cycle(at: least) else {
            return Double(count)
        }
        return min(Double(count), max(end, Double(cycleNumber)))
    }

    /// Counts full discharges, once `previousEnd` is the step's. `charge` is positive on discharge.
    func note(_ step: Step, charge: Double, reason: String) {
        var isHold = false
        if case .voltage = step.control { isHold = true }
        discharges.note(
            charge: charge, voltage: previousEnd.voltage,
            endsAtVoltage: reason.hasPrefix("voltage") || reason.hasSuffix("cut-off"), isHold: isHold,
            counts: !hasReferenceTests || step.isReferenceTest, step: step.text, temperature: around)
    }

    /// Runs `body` with the solver's clock stopped.
    func sinking(_ body: () throws -> Void) rethrows {
        let start = monotonicSeconds()
        defer { outsideSolver += monotonicSeconds() - start }
        try body()
    }

    // MARK: - One step

    private func execute(_ step: Step, shouldStop: () -> Bool) throws -> String {
        let plan = try StepPlan(step, cell: cell)
        for warning in plan.warnings { warnings.add(warning) }
        if let path = constantCurrentPath(plan) { return try propagate(step, plan, path, shouldStop: shouldStop) }
        let model = engine.model, session = engine.session, tail = model.tail
        let start = time
        let startCharge = session.y[tail.charge]
        let before = previousEnd

        model.control = plan.control(segment: 0, startingAt: start)
        session.tightening = 1
        try session.begin(at: start)
        let v0 = session.y[tail.voltage], u0 = session.y[tail.current]
        let events = plan.events(voltage: v0, current: u0)
        let type = plan.type(current: u0)
        if let met = events.first(where: { $0.distance(voltage: v0, current: u0, charge: 0) <= 0 }) {
            let why = plan.skipReason(met, voltage: v0, current: u0 * nominal)
            warn(step, why)
            try emit(session.y, time: time, type: type)
            try sinking {
                let summary = StepSummary(
                    cycle: cycleNumber, step: stepNumber, text: step.text, stepType: type, startTime: time, duration: 0,
                    startVoltage: v0, endVoltage: v0, startCurrent: -u0 * nominal, endCurrent: -u0 * nominal, charge: 0,
                    energy: 0, endTemperature: model.temperature(session.y),
                    maximumTemperature: model.temperature(session.y), resistance: nil,
                    minimumAnodePotential: model.anodePotential(session.y), endReason: "skipped: \(why)",
                    tags: step.tags)
                for sink in sinks { try sink.endStep(summary) }
            }
            return "skipped: \(why)"
        }

        let limit = plan.duration ?? plan.longest
        let period = step.period ?? simulation.options.period ?? min(plan.expectedDuration / 200, 60)
        var nextOutput = start + period
        var outputs = 1
        var segment = 0
        var reason: String?
        var maximumTemperature = model.temperature(session.y)
        var lowestAnode = model.anodePotential(session.y)
        var previous = (time: start, voltage: v0, current: u0, charge: startCharge)
        var energy = 0.0
        var resistance: Double?
        let tenSeconds = start + 10
        let currentStep = (-u0 * nominal) - before.current
        let hasPulse = currentStep.magnitude > 0.005 * nominal
        try emitStart(plan, segment: 0, start: start, time: start, type: type)
        var failures = 0

        while reason == nil {
            if shouldStop() { throw SimulationError(.cancelled, "interrupted") }
            let segmentEnd = min(plan.end(ofSegment: segment) ?? limit, limit)
            let stop = start + segmentEnd
            let code = session.step(stop: stop)
            if code.rawValue < 0 {
                failures += 1
                if failures <= 4 {
                    // Fresh history and a tiny step often pass where the old polynomial does not; or else closer steps.
                    var first = 1e-4
                    if code == .errorTestFailures {
                        // A jump steeper than any step tried.
                        for _ in 0..<failures { first *= 1e-2 }
                    } else if failures > 1 {
                        session.tightening = max(0.1 * session.tightening, 1e-3)
                    }
                    try session.restart(at: session.time, initialStep: first)
                    continue
                }
                throw SimulationError(
                    .computation,
                    "step \(stepNumber) (\(step.text)) at t = \(rounded(session.time)) s: "
                        + (model.diagnosis(session.y) ?? "the solver cannot continue (\(session.lastMessage))"))
            }
            var now = session.time
            let y = session.y
            var fired: Event?
            for event in events {
                let d = event.distance(
                    voltage: y[tail.voltage], current: y[tail.current], charge: y[tail.charge] - startCharge)
                let d0 = event.distance(
                    voltage: previous.voltage, current: previous.current, charge: previous.charge - startCharge)
                if d > 0 {
                    // The integrator's potentials lag behind consistent ones within its tolerance, and more where they
                    // are steep: where another step like this one would pass the end, it is checked on the latter, or
                    // the end would be found past only at the next step's end.
                    if event.quantity == .voltage, d < max(Self.nearVoltage, d0 - d), fired == nil,
                        let voltage = consistentVoltage(at: now),
                        event.distance(voltage: voltage, current: y[tail.current], charge: 0) <= 0
                    {
                        fired = event
                    }
                    continue
                }
                let t = crossing(previous.time, max(d0, 1e-300), now, d, tolerance: 1e-9 * max(1, now)) { t in
                    let p = session.probe(at: t)
                    return event.distance(voltage: p[1], current: p[0], charge: p[2] - startCharge)
                }
                if t < now || fired == nil {
                    now = t
                    fired = event
                }
            }
            if let fired {
                let crossed = now
                do {
                    if let t = try settle(on: fired, near: crossed, after: previous.time, startCharge: startCharge) {
                        now = t
                        reason = fired.name
                    } else {
                        now = session.time
                    }
                } catch {
                    // Where the electrolyte runs out no consistent potentials may be found: the interpolated state,
                    // which meets the event as it stands, is the end.
                    session.moveBack(to: crossed)
                    now = crossed
                    reason = fired.name
                }
            }
            while !samplers.isEmpty, nextOutput < now - 1e-9 * max(1, now) {
                if outputs & 1023 == 0, shouldStop() { throw SimulationError(.cancelled, "interrupted") }
                try sample(at: nextOutput, type: type)
                outputs += 1
                nextOutput = start + Double(outputs) * period
            }
            if resistance == nil, hasPulse, now >= tenSeconds {
                let p = session.probe(at: tenSeconds)
                resistance = (p[1] - before.voltage) / (-p[0] * nominal - before.current)
            }
            let drawn = energyDrawn(from: previous.time, to: now)
            energy += drawn
            account(charge: y[tail.charge] - previous.charge, energy: drawn)
            previous = (now, y[tail.voltage], y[tail.current], y[tail.charge])
            if model.tail.temperature != nil { maximumTemperature = max(maximumTemperature, model.temperature(y)) }
            // It falls on charge alone; elsewhere it is lowest at the step's start.
            if y[tail.current] < 0, let a = model.anodePotential(y), let l = lowestAnode { lowestAnode = min(a, l) }
            if simulation.options.ageing != nil, let bound = model.bound(y) {
                endOfLife = bound
                reason = "end of life: " + bound
            }
            if reason == nil, now >= stop - 1e-9 * max(1, stop) {
                if segmentEnd >= limit || plan.isLast(segment) {
                    reason = plan.duration == nil && plan.segments == 1 ? plan.overdue : "duration"
                    if plan.duration == nil, plan.segments == 1 {
                        warn(step, plan.overdue)
                    }
                } else {
                    segment += 1
                    try emitStart(plan, segment: segment, start: start, time: now, type: type)
                    if plan.breaks(atStartOf: segment) {
                        time = now
                        try session.begin(at: now)
                        previous.voltage = session.y[tail.voltage]
                        previous.current = session.y[tail.current]
                        if let met = events.first(where: {
                            $0.distance(
                                voltage: previous.voltage, current: previous.current,
                                charge: previous.charge - startCharge) <= 0
                        }) {
                            reason = met.name
                        }
                    }
                }
            }
        }
        time = session.time
        let y = session.y
        model.fallDry(y)
        (model as? any AgeingModel)?.settleCrosstalk(y)
        if endOfLife == nil, simulation.options.ageing != nil, let bound = model.bound(y) {
            endOfLife = bound
            reason = "end of life: " + bound
        }
        if reason == "duration", plan.isLast(segment), let logged = plan.loggedCurrent(atStartOf: segment + 1) {
            model.control = Control(kind: .current, value: logged)
            try session.solveAlgebraic(time, y)
        }
        try emit(y, time: time, type: type)
        previousEnd = (y[tail.voltage], -y[tail.current] * nominal)
        if let caution = model.caution(y) { warn(step, caution) }
        if cycleResistance == nil { cycleResistance = resistance }
        let summary = StepSummary(
            cycle: cycleNumber, step: stepNumber, text: step.text, stepType: type, startTime: start,
            duration: time - start, startVoltage: v0, endVoltage: y[tail.voltage], startCurrent: -u0 * nominal,
            endCurrent: -y[tail.current] * nominal, charge: -(y[tail.charge] - startCharge) * nominal,
            energy: -energy * nominal, endTemperature: model.temperature(y),
            maximumTemperature: maximumTemperature, resistance: resistance, minimumAnodePotential: lowestAnode,
            endReason: reason!, tags: step.tags)
        note(step, charge: y[tail.charge] - startCharge, reason: reason!)
        try sinking { for sink in sinks { try sink.endStep(summary) } }
        return reason!
    }

    /// The row at a segment's start, at the current that a log states there; then the segment's own control.
    private func emitStart(_ plan: StepPlan, segment: Int, start: Double, time: Double, type: String) throws {
        let model = engine.model, session = engine.session
        let control = plan.control(segment: segment, startingAt: start)
        if let logged = plan.loggedCurrent(atStartOf: segment) {
            if !samplers.isEmpty {
                // Shown and taken back: the run is the same whether or not somebody looks.
                let kept = UnsafeBufferPointer(start: session.y, count: model.size).map { $0 }
                model.control = Control(kind: .current, value: logged)
                try session.solveAlgebraic(time, session.y)
                try emit(session.y, time: time, type: type)
                session.y.update(from: kept, count: kept.count)
            }
            model.control = control
        } else if segment == 0 || !plan.isStair {
            model.control = control
            try emit(session.y, time: time, type: type)
        } else {
            model.control = control
        }
    }

    /// V.
    private static let nearVoltage = 2e-3

    /// Voltage of the consistent state at a time inside the last internal step; nil where there is none.
    private func consistentVoltage(at t: Double) -> Double? {
        let session = engine.session
        let y = session.interpolated(at: t)
        guard (try? session.solveAlgebraic(t, y)) != nil else { return nil }
        return y[engine.model.tail.voltage]
    }

    /// Moves the state to where its own consistent voltage and current meet the event, and returns that time.
    ///
    /// Interpolated potentials lag where the voltage bends within one internal step: the interpolated crossing is only a
    /// first guess. Illinois again, on consistent states inside the last internal step.
    private func settle(
        on event: Event, near guess: Double, after start: Double, startCharge: Double
    ) throws -> Double? {
        let session = engine.session, tail = engine.model.tail
        func distance(_ t: Double) throws -> Double {
            session.moveBack(to: t)
            try session.solveAlgebraic(t, session.y)
            return event.distance(
                voltage: session.y[tail.voltage], current: session.y[tail.current],
                charge: session.y[tail.charge] - startCharge)
        }
        let end = session.time
        let enough = 1e-8
        var x = guess
        var d = try distance(x)
        guard d.magnitude > enough else { return x }
        var low = (t: start, d: 0.0), high = (t: end, d: 0.0)
        if d > 0 {
            low = (x, d)
            high.d = try distance(end)
            // Met only within the error of the last iteration: not yet.
            guard high.d < 0 else {
                session.moveBack(to: end)
                return nil
            }
        } else {
            high = (x, d)
            low.d = try distance(start)
            guard low.d > 0 else { return start }
        }
        var side = 0
        for _ in 0..<60 {
            x = (low.d * high.t - high.d * low.t) / (low.d - high.d)
            if !(x > low.t && x < high.t) { x = 0.5 * (low.t + high.t) }
            d = try distance(x)
            if d.magnitude <= enough || high.t - low.t <= 1e-12 * max(1, high.t) { break }
            if d > 0 {
                low = (x, d)
                if side == 1 { high.d *= 0.5 }
                side = 1
            } else {
                high = (x, d)
                if side == -1 { low.d *= 0.5 }
                side = -1
            }
        }
        return x
    }

    /// ∫ V I dt within the last internal step, over the nominal capacity: Gauss' two points on what the rows show.
    private func energyDrawn(from a: Double, to b: Double) -> Double {
        let h = 0.5 * (b - a)
        guard h > 0 else { return 0 }
        func power(_ t: Double) -> Double {
            let p = engine.session.probe(at: t)
            let (voltage, current) = engine.model.control.imposed(t, voltage: p[1], current: p[0])
            return voltage * current
        }
        let middle = 0.5 * (a + b), reach = h * 0.5773502691896258
        return h * (power(middle - reach) + power(middle + reach)) / 3600
    }

    func account(charge: Double, energy: Double) {
        if charge >= 0 {
            delivered.charge += charge
            delivered.energy += energy
        } else {
            taken.charge -= charge
            taken.energy -= energy
        }
    }

    /// A row inside the last internal step.
    private func sample(at t: Double, type: String) throws {
        if variables.isEmpty {
            let p = engine.session.probe(at: t)
            let (voltage, current) = engine.model.control.imposed(t, voltage: p[1], current: p[0])
            let reference = cell.referenceTemperature
            let temperature =
                engine.model.tail.temperature == nil
                ? engine.model.temperature(engine.session.y) : reference * (1 + p[3])
            try push(
                t, voltage: voltage, current: current, charge: p[2], temperature: temperature, type: type, values: [])
        } else {
            let y = engine.session.interpolated(at: t)
            let tail = engine.model.tail
            (y[tail.voltage], y[tail.current]) = engine.model.control.imposed(
                t, voltage: y[tail.voltage], current: y[tail.current])
            try emit(y, time: t, type: type)
        }
    }

    func emit(_ y: UnsafeMutablePointer<Double>, time: Double, type: String) throws {
        guard !samplers.isEmpty else { return }
        let tail = engine.model.tail
        var values: [Double] = []
        for v in variables { v.values(y, &values) }
        try push(
            time, voltage: y[tail.voltage], current: y[tail.current], charge: y[tail.charge],
            temperature: engine.model.temperature(y), type: type, values: values)
    }

    func push(
        _ time: Double, voltage: Double, current: Double, charge: Double, temperature: Double, type: String,
        values: [Double]
    ) throws {
        let row = Sample(
            time: time, voltage: voltage, current: current == 0 ? 0 : -current * nominal, cycle: cycleNumber,
            step: stepNumber, stepType: type, netCapacity: charge == 0 ? 0 : -charge * nominal,
            temperature: temperature, variables: values)
        try sinking { for sink in samplers { try sink.sample(row) } }
    }

    /// Sets what a cycle's summary tells of the state to the present one.
    func describe(in summary: inout CycleSummary) {
        let lithium = engine.model.lithium(engine.session.y).particles
        summary.lossOfLithiumInventory = simulation.options.halfCell == nil ? 1 - lithium / initialLithium : nil
        summary.ageing = engine.model.ageingState(engine.session.y).map(earlier.added)
        summary.books = bookkeeping?.books(baseEngine, engine.session.y)
    }

    private func cycleSummary() -> CycleSummary {
        let discharge = delivered.charge * nominal, charge = taken.charge * nominal
        let lithium = engine.model.lithium(engine.session.y).particles
        return CycleSummary(
            cycle: cycleNumber, dischargeCapacity: discharge, chargeCapacity: charge,
            dischargeEnergy: delivered.energy * nominal, chargeEnergy: taken.energy * nominal,
            coulombicEfficiency: charge > 0 ? discharge / charge : nil, resistance: cycleResistance,
            lossOfLithiumInventory: simulation.options.halfCell == nil ? 1 - lithium / initialLithium : nil,
            soh: soh, ageing: engine.model.ageingState(engine.session.y).map(earlier.added),
            books: bookkeeping?.books(baseEngine, engine.session.y))
    }

    /// What has aged, since the cell was fresh; nil where nothing ages.
    func agedState(cycles: Int) -> AgedState? {
        guard let model = engine.model as? any AgeingModel, let own = model.ageingState(engine.session.y) else {
            return nil
        }
        let books = earlier.added(to: own)
        var state = model.agedState(engine.session.y)
        state.time = (simulation.agedStart?.time ?? 0) + time
        state.cycles = (simulation.agedStart?.cycles ?? 0) + cycles
        state.freshLithium = initialLithium * cellArea
        state.firstDischarge = discharges.last.map { $0.first * nominal }
        state.lastDischarge = discharges.last.map { $0.last * nominal }
        state.seiCapacity = books.seiCapacity
        state.crackSEICapacity = books.crackSEICapacity
        state.platedCapacity = books.platedCapacity
        state.oxidisedCapacity = books.oxidisedCapacity
        state.crosstalkCapacity = books.crosstalkCapacity
        state.deadCapacity = books.deadCapacity
        state.capacityInLostMaterial = books.capacityInLostMaterial
        if let fresh = cell.negative?.porosity, let efficiency = cell.negative?.transportEfficiency,
            let set = simulation.options.ageing, set.narrowsPores
        {
            let profile = model.porosity(engine.session.y)
            state.porosity = profile
            state.transportEfficiency = efficiency * pow(profile.mean / fresh, set.bruggemanExponent)
        }
        return state
    }

    private func citations() -> [String] {
        modelCitations(of: cell, model: simulation.options.model)
            + ["Hindmarsh et al., SUNDIALS, ACM Trans. Math. Softw. 31 (2005) 363"]
    }
}

/// What a run's summary tells of its last cycle.
struct LastCycle: Sendable, Equatable {
    /// Discharged, A·h.
    var capacity = 0.0
    /// Discharged, W·h.
    var energy = 0.0
    /// Why its last step ended.
    var reason = "protocol complete"
}

/// Papers behind a cell's numbers and a model's equations.
func modelCitations(of cell: Cell, model: ModelKind) -> [String] {
    // Sources of what no run uses yet are left to `cellar cells`.
    var list = cell.references.filter { !$0.hasPrefix("SEI:") && !$0.hasPrefix("Numbers:") }
    // The header's paper comes again, by name, among the sources.
    if let first = list.first, list.dropFirst().contains(where: { $0.contains(first) }) { list.removeFirst() }
    switch model {
    case .dfn: list.append("Doyle, Fuller, Newman, J. Electrochem. Soc. 140 (1993) 1526")
    case .spme, .spm: list.append("Marquis, Sulzer, Timms, Please, Chapman, J. Electrochem. Soc. 166 (2019) A3693")
    }
    return list
}
