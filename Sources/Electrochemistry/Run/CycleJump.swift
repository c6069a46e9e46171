#if canImport(Glibc)
    import Glibc
#endif

/// How a run may skip cycles.
///
/// Adaptive extrapolation between cycles, in the manner of Sulzer, Mohtat, Pannala, Siegel and Stefanopoulou,
/// J. Electrochem. Soc. 168 (2021) 120531: from the end of one cycle to the end of the next like it what ages moves
/// slowly, and its change over one cycle is its rate of change in the number of cycles.
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

    /// Change of `Run.slowState` over the last cycle; nil where the last cycle was of another kind.
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
    /// Where what ages stands, the charge that has passed and the voltage.
    private var slowUnknowns: [Range<Int>] {
        guard let model = engine.model as? any AgeingModel else { return [] }
        return model.populations.compactMap { $0.population.ageing?.slow } + model.wearPositions
            + [model.tail.charge, model.tail.voltage].map { $0..<($0 + 1) }
    }

    /// What ages, and the time last.
    var slowState: [Double] { slowUnknowns.flatMap { range in range.map { engine.session.y[$0] } } + [time] }

    private var wholeState: [Double] {
        UnsafeBufferPointer(start: engine.session.y, count: engine.model.size).map { $0 }
    }

    private func set(_ state: (y: [Double], time: Double)) {
        engine.session.y.update(from: state.y, count: state.y.count)
        time = state.time
    }

    /// Moves what ages, and the time, by `change`.
    ///
    /// The particles follow: where active material is lost they keep their stoichiometries, and then they give the lithium
    /// that films, metal and lost material have taken, so that all lithium is what it was, to round-off. How much of it
    /// each electrode gives follows from the voltage, which moves as it did over the last cycle: not at all, in cycles
    /// that a voltage ends.
    private func move(by change: [Double]) {
        guard let model = engine.model as? any AgeingModel, let before = model.ageingState(engine.session.y) else {
            return
        }
        let y = engine.session.y
        let perMole = Constants.faraday / 3600
        let total = model.inventory(y) + before.lithiumLost * perMole
        let fractions = model.populations.map { entry in
            entry.population.ageing?.fraction.map { first in (0..<entry.population.points).map { y[first + $0] } }
        }
        var k = 0
        for range in slowUnknowns {
            for i in range {
                y[i] += change[k]
                k += 1
            }
        }
        time += change[k]
        for (entry, old) in zip(model.populations, fractions) {
            let population = entry.population
            guard let old, let first = population.ageing?.fraction else { continue }
            for x in 0..<population.points {
                population.scale(y, by: y[first + x] / old[x], points: x..<(x + 1))
            }
        }
        guard let after = model.ageingState(y) else { return }
        let rest = total - after.lithiumLost * perMole
        let plain = wholeState
        func scale(_ negative: Double, _ positive: Double) {
            y.update(from: plain, count: plain.count)
            for (population, isNegative) in model.populations {
                population.scale(y, by: isNegative ? negative : positive, points: 0..<population.points)
            }
        }
        let both = model.inventory(y)
        scale(2, 1)
        let negative = model.inventory(y) - both, positive = both - negative
        let alike = rest / both
        /// The voltage where the negative electrode is scaled by this much, the positive one by what is left.
        func voltage(_ factor: Double) -> Double? {
            scale(factor, (rest - factor * negative) / positive)
            model.control = Control(kind: .current, value: plain[model.tail.current])
            guard (try? engine.session.solveAlgebraic(time, y)) != nil else { return nil }
            return y[model.tail.voltage]
        }
        let target = plain[model.tail.voltage]
        // Secants from both electrodes alike and the negative one alone.
        var (a, b) = (alike, (rest - positive) / negative)
        if let va = voltage(a), let vb = voltage(b) {
            var (da, db) = (va - target, vb - target)
            for _ in 0..<6 where db.magnitude > 1e-8 && da != db {
                let next = b - db * (b - a) / (db - da)
                guard (next - 1).magnitude < 0.1, let v = voltage(next) else { break }
                (a, da, b, db) = (b, db, next, v - target)
            }
            if db.magnitude < 1e-5 { return }
        }
        scale(alike, alike)
    }

    /// What the error of a jump is measured by: fractions, each a share of the capacity or of the active material.
    private var books: [Double] {
        guard let a = engine.model.ageingState(engine.session.y) else { return [] }
        return [
            a.lossOfActiveMaterialNegative, a.lossOfActiveMaterialPositive, a.porosityLoss, a.seiCapacity / nominal,
            a.crackSEICapacity / nominal, a.platedCapacity / nominal, a.deadCapacity / nominal,
            a.capacityInLostMaterial / nominal, a.contactResistanceGrowth * nominal,
            a.oxidisedCapacity / nominal, a.crosstalkCapacity / nominal,
        ]
    }

    /// Skips `length` cycles from `index` on and simulates the two after them; false where that was given up, and
    /// nothing has changed but the length of the next try.
    ///
    /// What ages moves by its rates of change in the number of cycles, summed over the skipped ones: by the line through
    /// the last two rates, which are a jump apart (by the last one alone before the first jump). What moves fast stays, but
    /// for the lithium it has lost, and settles in the first cycle after the jump. The change over the second one is a new
    /// rate, and the line through it and the last one corrects what ages. The correction is the estimate of the error
    /// (Milne's device): what those two cycles tell was simulated without it.
    func jump(
        _ length: Int, from index: Int, tolerance: Double, jumping: inout CycleJumping, stepsInCycle: Int,
        simulate: (Int) throws -> Void
    ) throws -> Bool {
        guard let rate = jumping.rate, rate.count == slowState.count else { return false }
        let origin = (place: place, state: (y: wholeState, time: time))
        let waiting = WaitingSink(wantsSamples: sinks.contains(where: \.wantsSamples))
        let receivers = sinks
        func giveUp(_ factor: Double) -> Bool {
            sinks = receivers
            place = origin.place
            set(origin.state)
            jumping.shorten(length, by: factor)
            return false
        }

        let m = Double(length)
        // The sums of the rates of the skipped cycles: on the line through the last two rates, or of the last one alone.
        let sum = m * (m + 1) / 2
        var predicted = rate.map { m * $0 }
        if let earlier = jumping.earlier, earlier.count == rate.count {
            let slope = sum / Double(jumping.earlierDistance)
            for k in predicted.indices { predicted[k] += slope * (rate[k] - earlier[k]) }
        }
        move(by: predicted)
        guard engine.model.bound(engine.session.y) == nil else { return giveUp(0.5) }
        stepNumber += length * stepsInCycle
        sinks = [waiting]
        let first: (y: [Double], time: Double), newRate: [Double]
        do {
            try simulate(index + length)
            guard endOfLife == nil else { return giveUp(0.5) }
            first = (wholeState, time)
            let before = slowState
            try simulate(index + length + 1)
            guard endOfLife == nil else { return giveUp(0.5) }
            newRate = zip(slowState, before).map { $0 - $1 }
        } catch let error as SimulationError where error.kind == .computation {
            return giveUp(0.3)
        }
        sinks = receivers

        let plain = books
        let correction = rate.indices.map { k in
            m * rate[k] + sum / (m + 2) * (newRate[k] - rate[k]) - predicted[k]
        }
        let current = engine.session.y[engine.model.tail.current]
        move(by: correction)
        let error = zip(books, plain).map { ($0 - $1).magnitude }.max() ?? 0
        let order = jumping.earlier == nil ? 0.5 : 1.0 / 3
        let growth = error > 0 ? 0.9 * pow(tolerance / error, order) : 3
        guard error <= tolerance, engine.model.bound(engine.session.y) == nil else {
            return giveUp(min(0.7, max(0.2, growth)))
        }
        // Potentials under the current that flows: where there are none the state has been pulled too far.
        engine.model.control = Control(kind: .current, value: current)
        guard (try? engine.session.solveAlgebraic(time, engine.session.y)) != nil else { return giveUp(0.5) }
        previousEnd.voltage = engine.session.y[engine.model.tail.voltage]

        (jumping.earlier, jumping.earlierDistance) = (rate, length + CycleJumping.after)
        jumping.rate = newRate
        jumping.summary.jumps += 1
        jumping.summary.skippedCycles += length
        jumping.summary.estimatedError += error
        jumping.next = max(CycleJumping.shortest, min(Int(m * min(growth, 3)), 1_000_000))
        let end = (y: wholeState, time: time)
        var isFirst = true
        try sinking {
            try waiting.pass(to: receivers) { summary in
                if isFirst {
                    set(first)
                    move(by: correction)
                } else {
                    set(end)
                }
                describe(in: &summary)
                summary.skippedCycles = isFirst ? length : 0
                summary.jumpError = isFirst ? error : nil
                isFirst = false
            }
        }
        set(end)
        return true
    }
}
