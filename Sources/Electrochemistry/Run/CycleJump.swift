#if canImport(Glibc)
    import Glibc
#endif

/// How a run may skip cycles.
///
/// Adaptive extrapolation between cycles, in the manner of Sulzer, Mohtat, Pannala, Siegel and Stefanopoulou,
/// J. Electrochem. Soc. 168 (2021) 120531: from the end of one cycle to the end of the next like it the state moves
/// slowly, and the change over one cycle is its rate of change in the number of cycles.
public struct CycleJumps: Sendable, Equatable {
    /// Error allowed in one jump, by its own estimate: of the charge that each cause has cost and of the active material
    /// as fractions. In (0, 0.1].
    public var tolerance: Double
    /// `tolerance` is 1e-4 where nothing else is said.
    public init(tolerance: Double = 1e-4) { self.tolerance = tolerance }
}

/// What a run with jumps has skipped.
public struct JumpSummary: Sendable, Equatable {
    /// Jumps.
    public var jumps = 0
    /// Cycles that were not simulated.
    public var skippedCycles = 0
    /// Sum of the jumps' own estimates of their errors, as `CycleJumps.tolerance`.
    public var estimatedError = 0.0
}

/// Where the extrapolation of a run stands between two cycles.
struct CycleJumping: Equatable {
    /// Shorter jumps save nothing.
    static let shortest = 3
    /// Cycles of one kind before the first jump: the first brings its predecessor's state, the second what is left of it.
    static let settling = 3
    /// Cycles after a jump: one in which what moves fast settles, one for the new rate.
    static let after = 2

    /// Change of the state over the last cycle, that of the time last; nil where the last cycle was of another kind.
    var rate: [Double]?
    /// The rate before the last jump, and how many cycles before `rate` it was; nil where there was none.
    var earlier: [Double]?
    var earlierDistance = 0
    /// Cycles of the present kind, up to `settling`.
    var settled = 0
    /// Length of the next jump to try.
    var next = 4
    /// Cycles to simulate before it, where the last tries went wrong.
    var pause = 0
    /// Fade of the state of health over the last cycle.
    var fade = 0.0
    var summary = JumpSummary()

    /// How many of the cycles from `index` on may be skipped; nil for none.
    func length(_ plan: CyclingProtocol, from index: Int, capacityLeft: Double?) -> Int? {
        guard rate != nil, settled >= Self.settling, pause == 0, index > 0 else { return nil }
        var length = next
        // Approaches the end in ever shorter jumps, and meets it in a cycle that is simulated.
        if let capacityLeft, fade > 0 { length = min(length, Int(min(0.7 * capacityLeft / fade, 1e9))) }
        let kind = plan.cycles[index - 1]
        var alike = 0
        while alike < length + Self.after, index + alike < plan.cycles.count, plan.cycles[index + alike] == kind {
            alike += 1
        }
        length = min(length, alike - Self.after)
        return length >= Self.shortest ? length : nil
    }

    /// A cycle that was simulated between the two states, of the same kind as the last or not.
    mutating func note(_ before: [Double], _ after: [Double], isAlike: Bool) {
        settled = isAlike ? min(settled + 1, Self.settling) : 1
        rate = before.count == after.count ? zip(after, before).map { $0 - $1 } : nil
        earlier = nil
        pause = max(pause - 1, 0)
    }

    /// A jump that failed or was too long.
    mutating func shorten(_ length: Int, by factor: Double) {
        next = Int(Double(length) * factor)
        guard next < Self.shortest else { return }
        next = Self.shortest
        pause = 5
    }
}

/// Keeps what a jump's first cycles tell until the jump is found to be good.
final class WaitingSink: ResultSink {
    enum Event {
        case beginCycle(CycleStart)
        case sample(Sample)
        case endStep(StepSummary)
        case endCycle(CycleSummary)
    }
    var events: [Event] = []
    let wantsSamples: Bool

    init(wantsSamples: Bool) { self.wantsSamples = wantsSamples }

    func begin(variableColumns: [String]) throws {}
    func beginCycle(_ start: CycleStart) throws { events.append(.beginCycle(start)) }
    func sample(_ sample: Sample) throws { events.append(.sample(sample)) }
    func endStep(_ summary: StepSummary) throws { events.append(.endStep(summary)) }
    func endCycle(_ summary: CycleSummary) throws { events.append(.endCycle(summary)) }
    func end(_ summary: RunSummary) throws {}

    /// Passes everything on, the cycles' summaries as they are changed by `revise`.
    func pass(to sinks: [any ResultSink], revise: (inout CycleSummary) -> Void) throws {
        for event in events {
            switch event {
            case .beginCycle(let start): for sink in sinks { try sink.beginCycle(start) }
            case .sample(let sample): for sink in sinks where sink.wantsSamples { try sink.sample(sample) }
            case .endStep(let summary): for sink in sinks { try sink.endStep(summary) }
            case .endCycle(var summary):
                revise(&summary)
                for sink in sinks { try sink.endCycle(summary) }
            }
        }
    }
}

extension Run {
    /// The state with the time last.
    var stateAndTime: [Double] {
        UnsafeBufferPointer(start: engine.session.y, count: engine.model.size).map { $0 } + [time]
    }

    private func setStateAndTime(_ values: [Double]) {
        for i in 0..<engine.model.size { engine.session.y[i] = values[i] }
        time = values[engine.model.size]
    }

    /// What the error of a jump is measured by: fractions, each a share of the capacity or of the active material.
    private func books() -> [Double] {
        guard let a = engine.model.ageingState(engine.session.y) else { return [] }
        return [
            a.lossOfActiveMaterialNegative, a.lossOfActiveMaterialPositive, a.porosityLoss, a.seiCapacity / nominal,
            a.crackSEICapacity / nominal, a.platedCapacity / nominal, a.deadCapacity / nominal,
            a.capacityInLostMaterial / nominal, a.contactResistanceGrowth * nominal,
        ]
    }

    /// Skips `length` cycles from `index` on and simulates the two after them; false where that was given up, and
    /// nothing has changed but the length of the next try.
    ///
    /// The whole state moves by `length` times its change over the last cycle. All lithium is a linear form of the
    /// unknowns and the same before and after that cycle, so that it is the same after the jump, to round-off. The change
    /// over the second cycle after the jump then gives the curvature: the state is corrected by it, the rate taken linear
    /// from the middle of the one cycle to that of the other. What a parabola through these two rates and the one before
    /// the last jump would add is the estimate of the error that remains, and a fiftieth of the correction its least; the
    /// first jump, without a rate before, takes the whole correction for it.
    func jump(
        _ length: Int, from index: Int, tolerance: Double, jumping: inout CycleJumping, stepsInCycle: Int,
        simulate: (Int) throws -> Void
    ) throws -> Bool {
        guard let rate = jumping.rate else { return false }
        let origin = place
        let originState = stateAndTime
        guard originState.count == rate.count else { return false }
        let waiting = WaitingSink(wantsSamples: sinks.contains(where: \.wantsSamples))
        let receivers = sinks
        func giveUp(_ factor: Double) -> Bool {
            sinks = receivers
            place = origin
            setStateAndTime(originState)
            jumping.shorten(length, by: factor)
            return false
        }

        let m = Double(length)
        setStateAndTime(zip(originState, rate).map { $0 + m * $1 })
        guard engine.model.bound(engine.session.y) == nil else { return giveUp(0.5) }
        stepNumber += length * stepsInCycle
        sinks = [waiting]
        let first: [Double], second: [Double]
        do {
            try simulate(index + length)
            first = stateAndTime
            guard endOfLife == nil else { return giveUp(0.5) }
            try simulate(index + length + 1)
            second = stateAndTime
            guard endOfLife == nil else { return giveUp(0.5) }
        } catch let error as SimulationError where error.kind == .computation {
            return giveUp(0.3)
        }
        sinks = receivers
        guard first.count == rate.count, second.count == rate.count else { return giveUp(0.3) }

        let plain = books()
        let newRate = zip(second, first).map { $0 - $1 }
        let weight = m * (m + 1) / (2 * (m + 2))
        let correction = zip(newRate, rate).map { weight * ($0 - $1) }
        setStateAndTime(zip(second, correction).map { $0 + $1 })
        let corrected = books()
        func largest(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { ($0 - $1).magnitude }.max() ?? 0 }
        var error = largest(corrected, plain)
        if let earlier = jumping.earlier, earlier.count == rate.count {
            // Newton's divided differences; the skipped cycles run from 1/2 to m + 1/2 after the middle of the last one.
            let d = Double(jumping.earlierDistance), l = m + 2
            func integral(_ x: Double) -> Double { x * x * (x / 3 - l / 2) }
            let weight = (integral(m + 0.5) - integral(0.5)) / (l + d)
            let now = stateAndTime
            setStateAndTime(
                now.indices.map { i in
                    now[i] + weight * ((newRate[i] - rate[i]) / l - (rate[i] - earlier[i]) / d)
                })
            error = max(largest(books(), corrected), 0.02 * error)
            setStateAndTime(now)
        }
        let order = jumping.earlier == nil ? 0.5 : 1.0 / 3
        let growth = error > 0 ? 0.9 * pow(tolerance / error, order) : 3
        guard error <= tolerance, engine.model.bound(engine.session.y) == nil else {
            return giveUp(min(0.7, max(0.2, growth)))
        }
        // Consistent potentials under the current that flows; they tell a state that has been pulled too far.
        let tail = engine.model.tail, voltage = engine.session.y[tail.voltage]
        engine.model.control = Control(kind: .current, value: second[tail.current])
        engine.session.y[tail.current] = second[tail.current]
        guard (try? engine.session.solveAlgebraic(time, engine.session.y)) != nil,
            (engine.session.y[tail.voltage] - voltage).magnitude < 0.02
        else { return giveUp(0.5) }
        previousEnd.voltage = engine.session.y[tail.voltage]

        (jumping.earlier, jumping.earlierDistance) = (rate, length + CycleJumping.after)
        jumping.rate = newRate
        jumping.summary.jumps += 1
        jumping.summary.skippedCycles += length
        jumping.summary.estimatedError += error
        jumping.next = max(CycleJumping.shortest, min(Int(m * min(growth, 3)), 1_000_000))
        let final = stateAndTime
        var isFirst = true
        try sinking {
            try waiting.pass(to: receivers) { summary in
                setStateAndTime(isFirst ? zip(first, correction).map { $0 + $1 } : final)
                describe(in: &summary)
                summary.skippedCycles = isFirst ? length : 0
                summary.jumpError = isFirst ? error : nil
                isFirst = false
            }
        }
        setStateAndTime(final)
        return true
    }
}
