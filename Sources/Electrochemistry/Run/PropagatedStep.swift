internal import Cells

extension Simulation.Engine {
    /// The integrator of the salt alone, where a step in closed form has used it.
    var saltSession: IDASession? {
        (model as? SingleParticleModel).flatMap { $0.usedConstantCurrentPath?.integrator }
    }
}

// Steps of single-particle models at constant current: what `Run.execute(_:shouldStop:)` does for any model, over a
// voltage that is known in closed form. The panels below are those of the energy's quadrature, and where events are
// looked for.
extension Run {
    typealias Vector = SIMD4<Double>
    /// Nodes and weights of Radau's rule on (0, 1], exact to degree 6; the panel's end is a node.
    private static let nodes = Vector(0.08858795951270404, 0.4094668644407346, 0.7876594617608471, 1)
    private static let weights = Vector(
        0.22046221117676795, 0.3881934688431727, 0.32884431998005903, 0.0625)
    /// The cubic rule over the start, first, third and last node: its difference from Radau's is an upper bound.
    private static let coarseStart = -0.3986883024162923
    private static let coarse = Vector(0.8494080147761472, 0, 0.5864523632442185, -0.03717207560407351)
    /// Of the difference between both rules over the integral; Radau's own error is far smaller.
    private static let quadratureTolerance = 1e-5

    /// How to run a step without the full integrator; nil where it has to.
    func constantCurrentPath(_ plan: StepPlan) -> ConstantCurrentPath? {
        switch plan.step.control {
        case .current, .cRate, .rest: break
        default: return nil
        }
        guard ConstantCurrentPath.isEnabled, let model = engine.model as? SingleParticleModel else { return nil }
        return model.constantCurrentPath
    }

    func propagate(
        _ step: Step, _ plan: StepPlan, _ path: ConstantCurrentPath, shouldStop: () -> Bool
    ) throws -> String {
        let model = engine.model, tail = model.tail, y = engine.session.y
        let start = time
        let startCharge = y[tail.charge]
        let before = previousEnd
        let control = plan.control(segment: 0, startingAt: start)
        let u = control.value
        model.control = control
        try path.begin(y, current: u)
        let first = path.voltage(Vector(repeating: 0))
        let v0 = first.voltage[0]
        let hasAnode = model.anodePotential(y) != nil
        let temperature = model.temperature(y)
        var events = plan.events(voltage: v0, current: u)
        let type = plan.type(current: u)
        if let met = events.first(where: { $0.distance(voltage: v0, current: u, charge: 0) <= 0 }) {
            let why = plan.skipReason(met, voltage: v0, current: u * nominal)
            warn(step, why)
            if !samplers.isEmpty {
                path.write(0, into: y)
                try emit(y, time: time, type: type)
            }
            try sinking {
                let summary = StepSummary(
                    cycle: cycleNumber, step: stepNumber, text: step.text, stepType: type, startTime: time, duration: 0,
                    startVoltage: v0, endVoltage: v0, startCurrent: -u * nominal, endCurrent: -u * nominal, charge: 0,
                    energy: 0, endTemperature: temperature, maximumTemperature: temperature, resistance: nil,
                    minimumAnodePotential: hasAnode ? first.negative[0] : nil, endReason: "skipped: \(why)",
                    tags: step.tags)
                for sink in sinks { try sink.endStep(summary) }
            }
            return "skipped: \(why)"
        }

        var limit = plan.duration ?? plan.longest
        let period = step.period ?? simulation.options.period ?? min(plan.expectedDuration / 200, 60)
        var outputs = 1
        var reason: String?
        var resistance: Double?
        let hasPulse = ((-u * nominal) - before.current).magnitude > 0.005 * nominal
        // Where the panel starts, s from the step's start.
        var a = 0.0
        var voltage = v0
        var energy = 0.0
        var lowestAnode = first.negative[0]
        // The transient after a change of current is steep: the first panel resolves it. No panel takes more than a
        // fiftieth of the capacity, so that no event passes unseen.
        var width = min(1e-3, 0.25 * limit)
        let widest = u == 0 ? Double.infinity : 72 / u.magnitude
        @inline(__always) func charge(_ t: Double) -> Double { u * t / 3600 }
        func place(_ t: Double, into state: UnsafeMutablePointer<Double>) {
            path.write(t, into: state)
            state[tail.charge] = startCharge + charge(t)
        }
        func fail() -> SimulationError {
            SimulationError(
                .computation,
                "step \(stepNumber) (\(step.text)) at t = \(rounded(start + a)) s: "
                    + (model.diagnosis(y) ?? "the voltage is not finite"))
        }

        if !samplers.isEmpty {
            place(0, into: y)
            try emit(y, time: start, type: type)
        }
        while a < limit {
            if shouldStop() { throw SimulationError(.cancelled, "interrupted") }
            if a >= path.end {
                do {
                    try path.extend(limit: limit)
                } catch let error as SimulationError {
                    throw SimulationError(
                        error.kind,
                        "step \(stepNumber) (\(step.text)) at t = \(rounded(start + a)) s: \(error.description)")
                }
            }
            let rest = min(path.end, limit) - a
            let wanted = min(width, widest)
            // Equal panels up to the end rather than a sliver last.
            let count = rest <= wanted ? 1.0 : rest < 3 * wanted ? (rest / wanted).rounded(.up) : 0
            let h = count == 0 ? wanted : rest / count
            let b = count == 1 ? min(path.end, limit) : a + h
            var t: Vector = a + h * Self.nodes
            t[3] = b
            let now = path.voltage(t)
            let fine = (Self.weights * now.voltage).sum()
            let difference = (Self.coarseStart * voltage + (Self.coarse * now.voltage).sum() - fine).magnitude
            let tolerance = Self.quadratureTolerance * fine.magnitude
            if !(difference <= tolerance), h > 1e-6 * max(1, a) {
                width = 0.4 * h
                continue
            }
            guard fine.isFinite else { throw fail() }

            // The first node past an event, and where between it and the node before the event lies.
            var fired: (event: Event, time: Double)?
            for event in events {
                var t0 = a, d0 = event.distance(voltage: voltage, current: u, charge: charge(a))
                for k in 0..<4 {
                    let d = event.distance(voltage: now.voltage[k], current: u, charge: charge(t[k]))
                    if d <= 0 {
                        let found = crossing(
                            t0, max(d0, 1e-300), t[k], d, tolerance: 1e-9 * max(1, start + t[k])
                        ) { t in
                            event.distance(
                                voltage: path.voltage(Vector(repeating: t)).voltage[0], current: u, charge: charge(t))
                        }
                        if fired.map({ found < $0.time }) ?? true { fired = (event, found) }
                        break
                    }
                    (t0, d0) = (t[k], d)
                }
            }
            if let fired {
                // The rest of the way is walked again up to the event.
                limit = fired.time
                reason = fired.event.name
                events = []
                continue
            }
            while !samplers.isEmpty {
                if outputs & 1023 == 0, shouldStop() { throw SimulationError(.cancelled, "interrupted") }
                // Four rows at a time.
                var times = Vector()
                var rows = 0
                while rows < 4 {
                    let absolute = start + Double(outputs + rows) * period
                    guard absolute < start + b - 1e-9 * max(1, start + b) else { break }
                    times[rows] = absolute - start
                    rows += 1
                }
                if rows == 0 { break }
                for k in rows..<4 { times[k] = times[rows - 1] }
                if variables.isEmpty {
                    let v = path.voltage(times).voltage
                    for k in 0..<rows {
                        try push(
                            start + Double(outputs + k) * period, voltage: v[k], current: u,
                            charge: startCharge + charge(times[k]), temperature: temperature, type: type, values: [])
                    }
                } else {
                    for k in 0..<rows {
                        place(times[k], into: y)
                        try emit(y, time: start + Double(outputs + k) * period, type: type)
                    }
                }
                outputs += rows
            }
            if resistance == nil, hasPulse, b >= 10 {
                let v = path.voltage(Vector(repeating: 10)).voltage[0]
                resistance = (v - before.voltage) / (-u * nominal - before.current)
            }
            energy += h * fine
            lowestAnode = min(lowestAnode, now.negative.min())
            voltage = now.voltage[3]
            a = b
            propagated.steps += 1
            width = h * min(2.5, max(0.5, 0.85 * sqrtOfRoot(tolerance / max(difference, 1e-300))))
        }
        if reason == nil {
            reason = plan.duration == nil ? plan.overdue : "duration"
            if plan.duration == nil { warn(step, plan.overdue) }
        }
        place(limit, into: y)
        time = start + limit
        propagated.evaluations += path.evaluations
        account(charge: y[tail.charge] - startCharge, energy: u * energy / 3600)
        try emit(y, time: time, type: type)
        previousEnd = (y[tail.voltage], -u * nominal)
        if let caution = model.caution(y) { warn(step, caution) }
        if cycleResistance == nil { cycleResistance = resistance }
        let summary = StepSummary(
            cycle: cycleNumber, step: stepNumber, text: step.text, stepType: type, startTime: start,
            duration: time - start, startVoltage: v0, endVoltage: y[tail.voltage], startCurrent: -u * nominal,
            endCurrent: -u * nominal, charge: -(y[tail.charge] - startCharge) * nominal,
            energy: -u * energy / 3600 * nominal, endTemperature: temperature,
            maximumTemperature: temperature, resistance: resistance,
            minimumAnodePotential: hasAnode ? lowestAnode : nil, endReason: reason!, tags: step.tags)
        note(step, charge: y[tail.charge] - startCharge, reason: reason!)
        try sinking { for sink in sinks { try sink.endStep(summary) } }
        return reason!
    }
}

/// x^(1/4).
private func sqrtOfRoot(_ x: Double) -> Double { x.squareRoot().squareRoot() }
