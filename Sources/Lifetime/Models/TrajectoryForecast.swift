/// Capacity over cycles (or any measure that falls with use), up to where it is known.
public struct Trajectory: Sendable, Equatable {
    /// Cycle numbers, ascending.
    public var cycles: [Double]
    /// Capacity at each, Ah.
    public var capacities: [Double]

    /// Memberwise; both of one length.
    public init(cycles: [Double], capacities: [Double]) {
        self.cycles = cycles
        self.capacities = capacities
    }

    /// What is known up to a cycle.
    public func upTo(_ cycle: Double) -> Trajectory {
        let count = cycles.prefix { $0 <= cycle }.count
        return Trajectory(cycles: Array(cycles.prefix(count)), capacities: Array(capacities.prefix(count)))
    }

    /// Running median over `half` cycles on either side.
    public func smoothed(half: Double) -> Trajectory {
        var out: [Double] = []
        var low = 0
        var high = 0
        for cycle in cycles {
            while cycles[low] < cycle - half { low += 1 }
            while high < cycles.count, cycles[high] <= cycle + half { high += 1 }
            let window = capacities[low..<high].sorted()
            let middle = window.count / 2
            out.append(
                window.count.isMultiple(of: 2) ? 0.5 * (window[middle - 1] + window[middle]) : window[middle])
        }
        return Trajectory(cycles: cycles, capacities: out)
    }

    /// The first cycle whose capacity is below a limit; nil where none is.
    public func firstBelow(_ limit: Double) -> Double? {
        zip(cycles, capacities).first { $0.1 < limit }?.0
    }
}

/// A forecast of a trajectory.
public struct Forecast: Sendable, Equatable {
    /// Capacity at each cycle asked.
    public var trajectory: Trajectory
    /// Half the width of the 90 % interval at each.
    public var halfWidths: [Double]
}

/// Ways to go on with a trajectory.
public enum ForecastModel: String, CaseIterable, Sendable, Codable {
    /// The last level, held.
    case persistence
    /// A straight line through everything known.
    case linear
    /// An exponential through everything known.
    case exponential
    /// A power law of the cycle number, `a − b k^c`.
    case powerLaw
    /// As other cells of the kind went on, and back to their course; see `donorDeviation`.
    case donors
    /// As other cells of the kind went on, a constant difference apart.
    case donorShift
    /// A donor's course with its cycle axis stretched to fit what is known.
    case donorStretch
    /// A Gaussian process about the donors' course, or about a power law without donors; see `TrajectoryProcess`.
    case gaussianProcess
    /// Step by step from the last losses, as the donors went on; see `TrajectoryAutoregression`.
    case autoregression

    /// Forecasts the cycles asked, which lie beyond those known.
    ///
    /// - Parameters:
    ///   - known: at least two cycles.
    ///   - donors: whole lives of other cells of the kind; an exponential stands in for the donor models where there are none.
    ///   - cycles: ascending.
    public func forecast(_ known: Trajectory, donors: [Trajectory], at cycles: [Double]) -> Forecast {
        guard let origin = known.cycles.last, known.cycles.count >= 2 else {
            let level = known.capacities.last ?? .nan
            return Forecast(
                trajectory: Trajectory(cycles: cycles, capacities: cycles.map { _ in level }),
                halfWidths: cycles.map { _ in .nan })
        }
        let values: [Double]
        var spread: ((Double) -> Double)?
        switch self {
        case .persistence:
            let level = known.capacities.last ?? .nan
            values = cycles.map { _ in level }
        case .linear:
            let line = Line.fit(known.cycles, known.capacities)
            values = cycles.map { line.intercept + line.slope * $0 }
        case .exponential: values = Self.exponentialFit(known, at: cycles)
        case .powerLaw: values = Self.powerLawFit(known, at: cycles)
        case .donors, .donorShift:
            guard !donors.isEmpty else { return Self.exponential.forecast(known, donors: [], at: cycles) }
            (values, spread) = Self.donorDeviation(known, origin, donors, cycles, fades: self == .donors)
        case .donorStretch:
            guard !donors.isEmpty else { return Self.exponential.forecast(known, donors: [], at: cycles) }
            values = Self.stretched(known, origin, donors, cycles)
        case .gaussianProcess:
            let half = max(origin - (known.cycles.first ?? 0), 1) / 15
            let courses = donors.map { donor -> (Double) -> Double in
                let smooth = donor.smoothed(half: half)
                return { Self.value(smooth, at: $0) }
            }
            let found = TrajectoryProcess.forecast(known, donors: courses, at: cycles)
            return Forecast(
                trajectory: Trajectory(cycles: cycles, capacities: found.values), halfWidths: found.halves)
        case .autoregression:
            let half = max(origin - (known.cycles.first ?? 0), 1) / 15
            // A running median leans over at its ends, from which the next step would be told.
            func inside(_ life: Trajectory) -> Trajectory {
                let (from, to) = ((life.cycles.first ?? 0) + half, (life.cycles.last ?? 0) - half)
                let kept = life.cycles.indices.filter { life.cycles[$0] >= from && life.cycles[$0] <= to }
                let smooth = life.smoothed(half: half)
                guard kept.count >= 5 else { return smooth }
                return Trajectory(
                    cycles: kept.map { smooth.cycles[$0] }, capacities: kept.map { smooth.capacities[$0] })
            }
            let smooth = donors.map(inside)
            let found = TrajectoryAutoregression.forecast(
                inside(known),
                donors: smooth.map { donor in ({ Self.value(donor, at: $0) }, donor.cycles.last ?? 0) }, at: cycles)
            guard let found else { return Self.donorShift.forecast(known, donors: donors, at: cycles) }
            values = found
        }
        let line = Line.fit(known.cycles, known.capacities)
        let noise =
            (zip(known.cycles, known.capacities).reduce(0.0) {
                let off = $1.1 - line.intercept - line.slope * $1.0
                return $0 + off * off
            } / Double(known.cycles.count)).squareRoot()
        // Without donors: the scatter about a line, growing as a random walk that doubles it over what is known.
        let span = max(origin - (known.cycles.first ?? 0), 1)
        let halves = cycles.map { cycle in
            spread?(cycle) ?? 1.645 * noise * (1 + 3 * max(cycle - origin, 0) / span).squareRoot()
        }
        return Forecast(trajectory: Trajectory(cycles: cycles, capacities: values), halfWidths: halves)
    }

    /// Relative standard deviation of the rate at which cells of one kind fade under one protocol, assumed where there are too
    /// few to measure it: 48 equal cells aged alike reached 80 % within about ± 20 % of their mean life (Baumhöfer et al.,
    /// Journal of Power Sources 247, 2014).
    static let rateSpread = 0.2

    /// A cell goes on as its donors did on average, and what sets it apart from them fades:
    ///
    /// ```
    /// Q(k) = D(k) + (Q − D)(o) exp(−(k − o) / o)
    /// ```
    /// the mean of an Ornstein-Uhlenbeck process about the donors' course D that was seen up to the origin o and whose memory
    /// is as long as what was seen: nothing warrants that a difference persists longer than it was watched. The difference is
    /// the median over the last eighth of what is known.
    private static func donorDeviation(
        _ known: Trajectory, _ origin: Double, _ donors: [Trajectory], _ cycles: [Double], fades: Bool
    ) -> ([Double], ((Double) -> Double)?) {
        let memory = max(origin - (known.cycles.first ?? 0), 1)
        let window = max(known.cycles.count / 8, min(10, known.cycles.count))
        let smooth = donors.map { $0.smoothed(half: memory / 15) }
        var sums = [Double](repeating: 0, count: cycles.count)
        var squares = sums
        for donor in smooth {
            let differences = zip(known.cycles, known.capacities).suffix(window).map { $1 - value(donor, at: $0) }
            let offset = median(differences)
            for (index, cycle) in cycles.enumerated() {
                let fade = fades ? Natural.exponential(-(cycle - origin) / memory) : 1
                let own = value(donor, at: cycle) + offset * fade
                sums[index] += own
                squares[index] += own * own
            }
        }
        let count = Double(smooth.count)
        let values = sums.map { $0 / count }
        // Stationary spread of the difference: what was seen of it, and the donors' own spread.
        var off = 0.0
        var samples = 0.0
        for donor in smooth {
            for (cycle, capacity) in zip(known.cycles, known.capacities) {
                let difference = capacity - value(donor, at: cycle)
                off += difference * difference
                samples += 1
            }
        }
        let stationary = (off / max(samples, 1)).squareRoot()
        let course = { (cycle: Double) in smooth.reduce(0) { $0 + value($1, at: cycle) } / count }
        let level = course(origin)
        return (
            values,
            { cycle in
                let fade = Natural.exponential(-2 * max(cycle - origin, 0) / memory)
                let drop = rateSpread * (level - course(cycle))
                return 1.645 * (stationary * stationary * (1.1 - fade) + drop * drop).squareRoot()
            }
        )
    }

    /// A trajectory at a cycle; beyond its end it goes on with the slope of its last fifth.
    private static func value(_ donor: Trajectory, at cycle: Double) -> Double {
        guard let last = donor.cycles.last, cycle > last, donor.cycles.count >= 10 else {
            return Line.interpolate(donor.cycles, donor.capacities, at: cycle)
        }
        let count = donor.cycles.count / 5
        let line = Line.fit(Array(donor.cycles.suffix(count)), Array(donor.capacities.suffix(count)))
        return (donor.capacities.last ?? .nan) + min(line.slope, 0) * (cycle - last)
    }

    /// The stretch whose donor course follows the known one best, its level fitted.
    private static func stretched(
        _ known: Trajectory, _ origin: Double, _ donors: [Trajectory], _ cycles: [Double]
    ) -> [Double] {
        let memory = max(origin - (known.cycles.first ?? 0), 1)
        var sums = [Double](repeating: 0, count: cycles.count)
        for donor in donors.map({ $0.smoothed(half: memory / 15) }) {
            var best: (error: Double, stretch: Double, level: Double)?
            for step in -20...20 {
                let stretch = Natural.exponential(Double(step) * 0.025)
                let differences = zip(known.cycles, known.capacities).map { $1 - value(donor, at: $0 * stretch) }
                let level = median(differences)
                let error =
                    differences.reduce(0) { $0 + ($1 - level) * ($1 - level) } / Double(differences.count)
                if error < best?.error ?? .infinity { best = (error, stretch, level) }
            }
            guard let best else { continue }
            for (index, cycle) in cycles.enumerated() {
                sums[index] += value(donor, at: cycle * best.stretch) + best.level
            }
        }
        return sums.map { $0 / Double(donors.count) }
    }

    /// `a exp(−b k)` by least squares of the logarithm, which a capacity far from zero hardly bends.
    private static func exponentialFit(_ known: Trajectory, at cycles: [Double]) -> [Double] {
        let line = Line.fit(known.cycles, known.capacities.map { Natural.logarithm(max($0, 1e-9)) })
        return cycles.map { Natural.exponential(min(line.intercept + line.slope * $0, 50)) }
    }

    /// `a − b k^c`, c the best of a grid from 0.3 to 3.
    private static func powerLawFit(_ known: Trajectory, at cycles: [Double]) -> [Double] {
        var best: (error: Double, exponent: Double, line: (slope: Double, intercept: Double))?
        for step in 0...27 {
            let exponent = 0.3 + 0.1 * Double(step)
            let powers = known.cycles.map { Natural.exponential(exponent * Natural.logarithm(max($0, 1))) }
            let line = Line.fit(powers, known.capacities)
            let error = zip(powers, known.capacities).reduce(0.0) {
                let off = $1.1 - line.intercept - line.slope * $1.0
                return $0 + off * off
            }
            if error < best?.error ?? .infinity { best = (error, exponent, line) }
        }
        guard let best else { return cycles.map { _ in .nan } }
        return cycles.map {
            best.line.intercept + best.line.slope * Natural.exponential(best.exponent * Natural.logarithm(max($0, 1)))
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? 0.5 * (sorted[middle - 1] + sorted[middle]) : sorted[middle]
    }
}
