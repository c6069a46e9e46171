public import Sustainability

/// The life of a candidate's cell over samples of what is not known of it.
public struct LifeEstimate: Sendable, Hashable {
    /// Cycles to the end-of-life capacity: median, 5 % and 95 % quantile.
    public var cycles: CandidateAgeing.Interval
    /// W·h delivered until then: the same quantiles.
    public var deliveredEnergy: CandidateAgeing.Interval
    /// Share of the loss that is the candidate's, 0…1: the same quantiles; nil where no loss was simulated.
    public var candidateShare: CandidateAgeing.Interval?
    /// The mechanism that limits most of the samples; nil where nothing was lost.
    public var limiting: LifeAttribution.Mechanism?
    /// Share of the samples that it limits.
    public var limitingShare: Double
    /// Samples that were simulated.
    public var samples: Int
    /// Samples that could not be.
    public var failed: Int
    /// Share of the samples whose life lies beyond the simulated cycles.
    public var extrapolated: Double
    /// Share of all cycles that were passed over by jumps.
    public var skipped: Double
    /// Largest sum of a sample's jump errors, a share of the capacity.
    public var jumpError: Double
    /// For people: what limits the life, whose doing it is, and what of it is extrapolated.
    public var statement: String

    /// From samples; nil where all have failed.
    public init?(_ all: [LifeSample], failed: Int) {
        guard !all.isEmpty else { return nil }
        cycles = Self.interval(all.map(\.cycles))
        deliveredEnergy = Self.interval(all.map(\.deliveredEnergy))
        let attributions = all.compactMap(\.attribution)
        let candidateShare = Self.interval(attributions.isEmpty ? [0] : attributions.map(\.candidateShare))
        self.candidateShare = candidateShare
        var counts: [LifeAttribution.Mechanism: Int] = [:]
        for own in attributions { if let limiting = own.limiting { counts[limiting, default: 0] += 1 } }
        let most = LifeAttribution.Mechanism.allCases.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) }
        let found = most.flatMap { counts[$0] == nil ? nil : $0 }
        let share = found.map { Double(counts[$0] ?? 0) / Double(all.count) } ?? 0
        limiting = found
        limitingShare = share
        samples = all.count
        self.failed = failed
        extrapolated = Double(all.filter(\.isExtrapolated).count) / Double(all.count)
        let passed = all.reduce(0) { $0 + $1.cyclesSkipped }
        skipped = Double(passed) / Double(max(all.reduce(0) { $0 + $1.cyclesSimulated }, 1))
        jumpError = all.map(\.jumpError).max() ?? 0
        func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
        var words = [found.map { "limited by \($0.rawValue) in \(percent(share)) of the samples" } ?? "no loss"]
        if found != nil {
            words.append(
                candidateShare.high < LifeAttribution.least
                    ? "all of the loss is the counter electrode's"
                    : "\(percent(candidateShare.value)) (\(percent(candidateShare.low)) to \(percent(candidateShare.high))) of "
                        + "the loss is the candidate's")
        }
        if extrapolated > 0 { words.append("\(percent(extrapolated)) of the lives are extrapolated") }
        if failed > 0 { words.append("\(failed) samples could not be simulated") }
        statement = words.joined(separator: "; ")
    }

    /// Of lives that were not simulated: nothing is known of what limits them.
    init(
        cycles: CandidateAgeing.Interval, deliveredEnergy: CandidateAgeing.Interval, samples: Int, failed: Int,
        statement: String
    ) {
        self.cycles = cycles
        self.deliveredEnergy = deliveredEnergy
        self.samples = samples
        self.failed = failed
        self.statement = statement
        (candidateShare, limiting, limitingShare, extrapolated, skipped, jumpError) = (nil, nil, 0, 0, 0, 0)
    }

    /// Median and 90 % range, linear between order statistics.
    static func interval(_ values: [Double]) -> CandidateAgeing.Interval {
        let sorted = values.sorted()
        func quantile(_ q: Double) -> Double {
            let place = q * Double(sorted.count - 1)
            let low = Int(place), high = min(low + 1, sorted.count - 1)
            return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
        }
        return CandidateAgeing.Interval(value: quantile(0.5), low: quantile(0.05), high: quantile(0.95))
    }
}
