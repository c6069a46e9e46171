public import Cells
public import Electrochemistry

/// To what a cell has lost its capacity, and which electrode brought it about.
///
/// Lithium and both active materials make the capacity together: what each loss has cost is its Shapley value (Shapley 1953),
/// its mean over all orders in which the losses may be reckoned, of the charge between the voltage limits at rest. Lost
/// lithium is split by cause in proportion. What the capacity at rate has lost beyond that is resistance.
public struct LifeAttribution: Sendable, Hashable {
    /// A way of losing capacity.
    public enum Mechanism: String, CaseIterable, Sendable {
        /// SEI on the particles.
        case interphase = "SEI growth"
        /// SEI on the faces of cracks.
        case crackInterphase = "SEI on cracks"
        /// Metal that was plated and is not stripped.
        case plating = "lithium plating"
        /// Lithium that products of the oxidation take from the negative electrode.
        case oxidation = "electrolyte oxidation"
        /// Negative active material, by stress.
        case negativeStress = "loss of negative active material by stress"
        /// Positive active material, by stress.
        case positiveStress = "loss of positive active material by stress"
        /// Positive active material, by dissolution.
        case dissolution = "dissolution of the positive active material"
        /// Capacity that is there and not reached under current.
        case resistance = "resistance"
    }

    /// Less of the loss than this counts as none of it.
    public static let least = 0.01

    /// Shares of the lost capacity, 0…1, adding up to 1 where anything was lost; in the order of `Mechanism.allCases`.
    public var shares: [Double]
    /// The largest of them; nil where nothing was lost.
    public var limiting: Mechanism?
    /// Share of the loss that the candidate's electrode brought about, 0…1. What resistance has cost counts with the SEI at
    /// the negative electrode; without SEI it is shared like the lost material.
    public var candidateShare: Double
    /// One sentence for people.
    public var statement: String

    /// Share of one mechanism.
    public func share(of mechanism: Mechanism) -> Double {
        zip(Mechanism.allCases, shares).first { $0.0 == mechanism }?.1 ?? 0
    }

    /// From the books of an aged run's last cycle; nil where nothing ages. `stressShare`: of each electrode's lost material,
    /// what stress took.
    public init?(
        cell: Cell, ageing: AgeingSet, last: CycleSummary, candidate role: CandidateAgeing.Role,
        stressShare: (negative: Double, positive: Double)
    ) {
        guard let state = last.ageing else { return nil }
        let losses = Losses(cell, state)
        let values = losses.shapley()
        let total = max(1 - (last.soh ?? 1), 0)
        let atRest = values.map { max($0, 0) }
        let sum = atRest.reduce(0, +)
        var parts = [Mechanism: Double]()
        let causes: [(cause: Mechanism, amount: Double)] = [
            (.interphase, max(state.seiCapacity, 0)), (.crackInterphase, max(state.crackSEICapacity, 0)),
            (.plating, max(state.platedCapacity, 0)),
            (.oxidation, max(state.crosstalkCapacity - state.oxidisedCapacity, 0)),
        ]
        let lithium: Double = causes.reduce(0) { $0 + $1.amount }
        for (cause, amount) in causes where lithium > 0 { parts[cause] = atRest[0] * amount / lithium }
        parts[.negativeStress] = atRest[1]
        parts[.positiveStress] = atRest[2] * stressShare.positive
        parts[.dissolution] = atRest[2] * (1 - stressShare.positive)
        parts[.resistance] = max(total - sum, 0)
        let all = parts.values.reduce(0, +)
        shares = Mechanism.allCases.map { all > 1e-9 ? (parts[$0] ?? 0) / all : 0 }
        limiting = all > 1e-9 ? Mechanism.allCases.max { (parts[$0] ?? 0) < (parts[$1] ?? 0) } : nil

        let lost = (negative: state.lossOfActiveMaterialNegative, positive: state.lossOfActiveMaterialPositive)
        let ofPositive =
            ageing.sei != nil || lost.negative + lost.positive <= 0
            ? 0 : max(lost.positive, 0) / (max(lost.negative, 0) + max(lost.positive, 0))
        var positive = 0.0
        for (mechanism, share) in zip(Mechanism.allCases, shares) {
            switch mechanism {
            case .oxidation, .positiveStress, .dissolution: positive += share
            case .resistance: positive += share * ofPositive
            case .interphase, .crackInterphase, .plating, .negativeStress: break
            }
        }
        candidateShare = all > 1e-9 ? (role == .positive ? positive : 1 - positive) : 0
        let percent = Int((100 * candidateShare).rounded())
        switch limiting {
        case nil: statement = "nothing is lost"
        case let limiting? where candidateShare < Self.least:
            statement = "limited by \(limiting.rawValue); all of the loss is the counter electrode's"
        case let limiting? where candidateShare > 1 - Self.least:
            statement = "limited by \(limiting.rawValue); all of the loss is the candidate's"
        case let limiting?: statement = "limited by \(limiting.rawValue); \(percent) % of the loss is the candidate's"
        }
    }

    /// Capacities at rest with some of the losses.
    private struct Losses {
        private let cell: Cell
        private let state: AgeingState
        private let fresh: Double
        /// Lithium in lost material of the negative and of the positive electrode, A·h.
        private let inLost: (negative: Double, positive: Double)

        init(_ cell: Cell, _ state: AgeingState) {
            self.cell = cell.refreshed
            self.state = state
            // The books have one figure for both electrodes: split by what the lost material held in the middle of its window.
            var held = (negative: 0.0, positive: 0.0)
            let windows = self.cell.electrodeWindows
            if let electrode = self.cell.negative, let window = windows.negative {
                held.negative =
                    max(state.lossOfActiveMaterialNegative, 0) * self.cell.capacity(of: electrode)
                    * 0.5 * (window.charged + window.discharged)
            }
            if let electrode = self.cell.positive, let window = windows.positive {
                held.positive =
                    max(state.lossOfActiveMaterialPositive, 0) * self.cell.capacity(of: electrode)
                    * 0.5 * (window.charged + window.discharged)
            }
            let sum = held.negative + held.positive
            let scale = sum > 0 ? state.capacityInLostMaterial / sum : 0
            inLost = (held.negative * scale, held.positive * scale)
            fresh = Self.capacity(self.cell) ?? 0
        }

        /// What lithium, negative and positive material have cost, of the fresh capacity.
        func shapley() -> [Double] {
            guard fresh > 0 else { return [0, 0, 0] }
            let lost = (0..<8).map { loss($0) }
            // Weights of coalitions of 0, 1 and 2 others among three.
            let weights = [1.0 / 3, 1.0 / 6, 1.0 / 3]
            return (0..<3).map { player in
                let bit = 1 << player
                var value = 0.0
                for others in 0..<8 where others & bit == 0 {
                    value += weights[others.nonzeroBitCount] * (lost[others | bit] - lost[others])
                }
                return value
            }
        }

        /// Loss with the losses whose bits are set: 1 lithium, 2 negative, 4 positive.
        private func loss(_ members: Int) -> Double {
            var lithium = cell.lithiumInventory
            if members & 1 != 0 {
                lithium -=
                    state.seiCapacity + state.crackSEICapacity + state.platedCapacity + state.crosstalkCapacity
                    - state.oxidisedCapacity
            }
            if members & 2 != 0 { lithium -= inLost.negative }
            if members & 4 != 0 { lithium -= inLost.positive }
            func losses(_ electrode: Electrode?, _ own: Double, _ bit: Int) -> [Double] {
                (electrode?.materials ?? []).map { _ in members & bit != 0 ? max(own, 0) : 0 }
            }
            let aged = try? cell.degraded(
                toLithium: lithium, negative: losses(cell.negative, state.lossOfActiveMaterialNegative, 2),
                positive: losses(cell.positive, state.lossOfActiveMaterialPositive, 4))
            // Out of reach of the voltage limits: nothing is left.
            return 1 - (aged.flatMap { Self.capacity($0) } ?? 0) / fresh
        }

        private static func capacity(_ cell: Cell) -> Double? {
            guard let electrode = cell.negative, let window = cell.electrodeWindows.negative else { return nil }
            return cell.capacity(of: electrode) * (window.charged - window.discharged)
        }
    }
}
