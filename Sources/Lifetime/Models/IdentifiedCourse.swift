internal import Cells
internal import CyclingData
internal import Learning

/// How a cell's capacity goes on by what its discharge curves say of its electrodes: lithium, active materials and the drop of
/// voltage under current, identified by `HalfCellFit`, each carried on by its mechanism's law, and put together again to a
/// capacity.
///
/// Discharges that are not slow have a drop that changes on the way, which the fit takes for a loss where it must: what is
/// identified are changes from discharge to discharge, not states.
struct IdentifiedCourse: Sendable {
    /// Discharges that are fitted at most.
    static let most = 12
    /// Of the last ones, whose median is where the course goes on from.
    static let last = 3
    /// What is known of the gain beforehand, mean and standard deviation, and how far a loss lies from the course, a fraction.
    static let gain = (mean: 1.0, deviation: 0.5, scatter: 0.01)

    private let fit: HalfCellFit
    private let laws: [FadeLaw]
    private let state: HalfCellFit.Result
    /// Cycle from which the laws count.
    private let start: Double
    /// Open-circuit voltage of the full cell, and cut-off, V.
    private let upper, lower: Double

    /// Nil where fewer than four discharges can be fitted.
    init?(_ fit: HalfCellFit, _ curves: [DischargeCurve]) {
        let step = max(Double(curves.count - 1) / Double(Self.most - 1), 1)
        let chosen = (0..<min(curves.count, Self.most)).map { curves[Int((Double($0) * step).rounded())] }
        var found: [(DischargeCurve, HalfCellFit.Result)] = []
        for discharge in chosen {
            if let state = fit.fit(discharge.curve, after: found.last?.1) { found.append((discharge, state)) }
        }
        guard found.count >= 4 else { return nil }
        let (cycles, states) = (found.map(\.0.cycle), found.map(\.1))
        func median(_ part: (HalfCellFit.Result) -> Double) -> Double {
            Statistics.median(states.suffix(Self.last).map(part))
        }
        var state = states[states.count - 1]
        state.negativeCapacity = median(\.negativeCapacity)
        state.positiveCapacity = median(\.positiveCapacity)
        state.drop = median(\.drop)
        state.set(lithium: median(\.lithium))
        self.fit = fit
        self.state = state
        laws = [
            states.map { -$0.lithium }, states.map { -$0.negativeCapacity }, states.map { -$0.positiveCapacity },
            states.map(\.drop),
        ].map { FadeLaw(cycles, losses: $0) }
        start = Statistics.median(Array(cycles.suffix(Self.last)))
        upper = Statistics.median(states.map { fit.startVoltage($0) })
        lower = Statistics.median(found.compactMap { $0.0.curve.voltage.last })
    }

    /// Capacity at a cycle over that at an earlier one.
    func ratio(_ cycle: Double, over earlier: Double) -> Double {
        let before = capacity(earlier)
        return before > 0 ? capacity(cycle) / before : 0
    }

    /// A·h.
    private func capacity(_ cycle: Double) -> Double {
        let losses = laws.map { $0.loss(from: start, to: cycle) }
        var state = state
        let lithium = max(state.lithium - losses[0], 0)
        state.negativeCapacity = max(state.negativeCapacity - losses[1], 1e-9)
        state.positiveCapacity = max(state.positiveCapacity - losses[2], 1e-9)
        state.set(lithium: lithium)
        return fit.capacity(state, from: upper, to: lower + state.drop + losses[3])
    }

    /// State of health to come, from its level at the last cycle known: losses times a gain.
    func course(_ known: Trajectory, at cycles: [Double], gain: Double = 1) -> [Double] {
        guard let origin = known.cycles.last else { return [] }
        let level = Statistics.median(Array(known.capacities.suffix(5)))
        return cycles.map { level * (1 + gain * (ratio($0, over: origin) - 1)) }
    }

    /// What the losses to come of other cells were over what their own curves foretold, its prior included: Bayesian linear
    /// regression through the origin (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, chapter 14), a life counting as
    /// one value.
    static func gain(_ lives: [(course: IdentifiedCourse, life: Trajectory)], origin: Double) -> Double {
        let weight = gain.scatter * gain.scatter / (gain.deviation * gain.deviation)
        var (square, product) = (weight, weight * gain.mean)
        for (course, life) in lives {
            let known = life.upTo(origin)
            let level = Statistics.median(Array(known.capacities.suffix(5)))
            let ahead = Array(life.cycles.dropFirst(known.cycles.count))
            guard !ahead.isEmpty else { continue }
            let foretold = course.course(known, at: ahead).map { level - $0 }
            let truth = life.capacities.dropFirst(known.cycles.count).map { level - $0 }
            let count = Double(ahead.count)
            square += foretold.reduce(0) { $0 + $1 * $1 } / count
            product += zip(foretold, truth).reduce(0) { $0 + $1.0 * $1.1 } / count
        }
        return max(product / square, 0)
    }

    /// Cycle after `origin` at which the state of health, `level` there, falls below a limit, at most `most`.
    func end(origin: Double, level: Double, limit: Double, most: Double) -> Double {
        var (low, high) = (origin, most)
        guard level * ratio(most, over: origin) < limit else { return most }
        for _ in 0..<40 {
            let middle = 0.5 * (low + high)
            (low, high) = level * ratio(middle, over: origin) < limit ? (low, middle) : (middle, high)
        }
        return high
    }
}

extension HalfCellFit.Result {
    /// The same electrodes with so much lithium, A·h.
    fileprivate mutating func set(lithium: Double) {
        negativeStart = (lithium - positiveStart * positiveCapacity) / negativeCapacity
    }
}

extension HalfCellFit {
    /// With the potentials of the shipped cell, of those named, that describes a discharge best; nil where none fits. Throws
    /// `BPXError`.
    static func best(of names: [String], _ curve: CapacityCurve) throws -> (name: String, fit: HalfCellFit)? {
        var best: (name: String, fit: HalfCellFit, residual: Double)?
        for name in names {
            let cell = try ShippedCells.load(name).cell()
            guard let anode = cell.negative?.materials.first?.openCircuitPotential,
                let cathode = cell.positive?.materials.first?.openCircuitPotential
            else { continue }
            let fit = HalfCellFit(negative: tabulated { anode($0) }, positive: tabulated { cathode($0) })
            if let found = fit.fit(curve), found.residual < best?.residual ?? .infinity {
                best = (name, fit, found.residual)
            }
        }
        return best.map { ($0.name, $0.fit) }
    }

    /// A function of a stoichiometry by its values at every thousandth and straight lines between, which a fit that asks a
    /// million times gets faster than an expression's.
    private static func tabulated(_ function: (Double) -> Double) -> @Sendable (Double) -> Double {
        let values = (0...1000).map { function(min(max(Double($0) / 1000, 1e-3), 1 - 1e-3)) }
        return { x in
            let place = min(max(x, 0), 1) * 1000
            let row = min(Int(place), 999)
            return values[row] + (place - Double(row)) * (values[row + 1] - values[row])
        }
    }
}
