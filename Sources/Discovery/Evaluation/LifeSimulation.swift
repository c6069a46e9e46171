public import Cells
public import Electrochemistry

/// Ages one cell by cycling and reads off how long it lives: cycles to an end-of-life capacity, energy delivered until then, and
/// to what the capacity went.
///
/// Cycles whose effect can be extrapolated within `jumpTolerance` by the run's own estimate are skipped
/// (`CycleJumps` of Electrochemistry) and counted. A life beyond the simulated cycles is extrapolated along the fade of their
/// last half, and marked.
public struct LifeSimulation: Sendable {
    /// Which equations are solved.
    public var model: ModelKind = .spme
    /// Mesh.
    public var mesh: Mesh = .fast
    /// Cycles at most, simulated or skipped.
    public var cycles = 500
    /// Of the discharge, in 1/h.
    public var dischargeRate = 1.0
    /// Of the charge, in 1/h.
    public var chargeRate = 0.5
    /// At which the hold at the upper cut-off ends, in 1/h.
    public var holdRate = 0.05
    /// Capacity over the fresh cell's at which life ends.
    public var endOfLife = 0.8
    /// Estimated error allowed in one jump; nil: every cycle is simulated.
    public var jumpTolerance: Double? = 2e-4
    /// K; nil: the cell's own.
    public var temperature: Double?

    /// A life is not extrapolated beyond this many cycles.
    public static let longest = 20_000.0

    /// With defaults.
    public init() {}

    /// What the cycles are, for people.
    public var test: String {
        "discharge at \(Self.shown(dischargeRate))C, charge at \(Self.shown(chargeRate))C and hold to "
            + "\(Self.shown(holdRate))C, model \(model.rawValue)"
    }

    private static func shown(_ rate: Double) -> String { rate == rate.rounded() ? "\(Int(rate))" : "\(rate)" }

    /// The life of one cell.
    ///
    /// Throws `SimulationError`: the cell lacks what the model needs, or not even the first cycles can be simulated.
    public func run(_ cell: Cell, ageing: AgeingSet, candidate role: CandidateAgeing.Role) throws -> LifeSample {
        let sink = LifeSink()
        let summary = try simulate(cell, ageing, cycles: cycles, into: sink)
        guard let first = sink.cycles.first, let last = sink.cycles.last, first.dischargeEnergy > 0 else {
            throw SimulationError(.computation, "\(cell.name): no full discharge in the first cycles")
        }
        var sample = LifeSample(
            cycles: 0, isExtrapolated: false, stateOfHealth: last.soh ?? 1, cyclesSimulated: last.cycle,
            cyclesSkipped: summary?.jumps?.skippedCycles ?? 0, jumpError: summary?.jumps?.estimatedError ?? 0,
            endOfLife: summary?.endOfLife, firstEnergy: first.dischargeEnergy, deliveredEnergy: 0, attribution: nil)
        let points: [(cycle: Double, soh: Double)] = sink.cycles.compactMap { own in
            own.soh.map { (cycle: Double(own.cycle), soh: $0) }
        }
        (sample.cycles, sample.isExtrapolated) = life(points)
        // A bound that was met (pores closed, material gone) ends the cell whatever its capacity.
        if summary == nil || summary?.endOfLife != nil, sample.isExtrapolated {
            (sample.cycles, sample.isExtrapolated) = (Double(last.cycle), false)
        }
        sample.deliveredEnergy = energy(sink.cycles, until: sample.cycles)
        let share = try stressShare(cell, ageing)
        sample.attribution = LifeAttribution(
            cell: cell, ageing: ageing, last: last, candidate: role, stressShare: share)
        return sample
    }

    /// Nil where the run broke off after some cycles: what has been simulated counts.
    private func simulate(_ cell: Cell, _ ageing: AgeingSet, cycles: Int, into sink: LifeSink) throws -> RunSummary? {
        var options = SimulationOptions()
        options.model = model
        options.mesh = mesh
        options.ageing = ageing.isEmpty ? nil : ageing
        options.initialState = .stateOfCharge(1)
        options.temperature = temperature
        options.untilCapacity = endOfLife
        if let jumpTolerance, options.ageing != nil { options.jumps = CycleJumps(tolerance: jumpTolerance) }
        let steps = [
            "Discharge at \(dischargeRate)C until \(cell.lowerCutOff) V",
            "Charge at \(chargeRate)C until \(cell.upperCutOff) V",
            "Hold at \(cell.upperCutOff) V until \(holdRate)C",
        ]
        let cycle = CyclingProtocol.Cycle(steps: try steps.map { try StepParser.parse($0) })
        let simulation = try Simulation(cell: cell, options: options)
        do {
            return try simulation.run(
                CyclingProtocol(cycles: Array(repeating: cycle, count: cycles)), into: [sink])
        } catch let error as SimulationError where error.kind == .computation && sink.cycles.count > 10 {
            return nil
        }
    }

    /// Cycle at which the state of health meets the end of life, and whether it lies beyond the points.
    func life(_ points: [(cycle: Double, soh: Double)]) -> (cycles: Double, isExtrapolated: Bool) {
        guard let last = points.last else { return (0, false) }
        if let place = points.indices.first(where: { points[$0].soh <= endOfLife }) {
            let after = points[place]
            guard place > 0 else { return (after.cycle, false) }
            let before = points[place - 1]
            let part = (before.soh - endOfLife) / max(before.soh - after.soh, 1e-12)
            return (before.cycle + part * (after.cycle - before.cycle), false)
        }
        let middle = points.last { $0.cycle <= last.cycle / 2 } ?? points[0]
        let rate = (middle.soh - last.soh) / max(last.cycle - middle.cycle, 1)
        guard rate > 0 else { return (Self.longest, true) }
        return (min(last.cycle + (last.soh - endOfLife) / rate, Self.longest), true)
    }

    /// W·h delivered until a cycle: trapezes over the cycles that were simulated, and a straight line to the end-of-life
    /// share of the first energy beyond them.
    func energy(_ cycles: [CycleSummary], until end: Double) -> Double {
        guard let first = cycles.first, let last = cycles.last else { return 0 }
        var sum = first.dischargeEnergy * min(end, 1)
        for (a, b) in zip(cycles, cycles.dropFirst()) {
            let (from, to) = (Double(a.cycle), min(Double(b.cycle), end))
            guard to > from else { break }
            let share = (to - from) / Double(b.cycle - a.cycle)
            let reached = a.dischargeEnergy + share * (b.dischargeEnergy - a.dischargeEnergy)
            sum += 0.5 * (a.dischargeEnergy + reached) * (to - from)
        }
        let beyond = end - Double(last.cycle)
        if beyond > 0 {
            sum += 0.5 * (last.dischargeEnergy + min(endOfLife * first.dischargeEnergy, last.dischargeEnergy)) * beyond
        }
        return sum
    }

    /// Of each electrode's lost material, what stress took: from two short runs with one of the mechanisms each. 1 where
    /// stress alone acts, 0 where dissolution alone does.
    private func stressShare(_ cell: Cell, _ set: AgeingSet) throws -> (negative: Double, positive: Double) {
        guard set.positive.dissolution != nil, set.positive.stressLoss != nil else {
            return (1, set.positive.stressLoss != nil ? 1 : 0)
        }
        func loss(_ change: (inout AgeingSet) -> Void) throws -> Double {
            var own = set
            change(&own)
            let sink = LifeSink()
            var short = self
            short.jumpTolerance = nil
            _ = try short.simulate(cell, own, cycles: 2, into: sink)
            return sink.cycles.last?.ageing?.lossOfActiveMaterialPositive ?? 0
        }
        let stress = try loss { $0.positive.dissolution = nil }
        let dissolution = try loss { $0.positive.stressLoss = nil }
        return (1, stress + dissolution > 0 ? stress / (stress + dissolution) : 0.5)
    }
}

/// The life of one sampled cell.
public struct LifeSample: Sendable, Hashable {
    /// Cycles to the end-of-life capacity.
    public var cycles: Double
    /// Whether they lie beyond the simulated ones.
    public var isExtrapolated: Bool
    /// Capacity over the fresh cell's in the last cycle.
    public var stateOfHealth: Double
    /// Cycles that the run came to, the skipped ones included.
    public var cyclesSimulated: Int
    /// Of these, passed over by jumps.
    public var cyclesSkipped: Int
    /// Sum of the jumps' own estimates of their errors, a share of the capacity.
    public var jumpError: Double
    /// The bound that ended the cell before; nil where none did.
    public var endOfLife: String?
    /// W·h of the first discharge.
    public var firstEnergy: Double
    /// W·h delivered until the end of life.
    public var deliveredEnergy: Double
    /// To what the capacity went; nil where nothing ages.
    public var attribution: LifeAttribution?
}

/// Keeps what a life needs of each cycle.
private final class LifeSink: ResultSink {
    var cycles: [CycleSummary] = []
    var wantsSamples: Bool { false }

    func begin(variableColumns: [String]) {}
    func sample(_ sample: Sample) {}
    func endStep(_ summary: StepSummary) {}
    func endCycle(_ summary: CycleSummary) { cycles.append(summary) }
    func end(_ summary: RunSummary) {}
}
