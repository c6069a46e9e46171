/// An interval from errors that were made on left-out groups (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random
/// World, 2005; cross-conformal, by group).
///
/// Errors are divided by the width the sample would be given before they are ranked (Papadopoulos et al., ECML 2002), so
/// that the interval is wider where the models disagree and where the sample is new. Every group has the same weight however
/// many samples it has: the score is the quantile of the groups' distributions put together, one more group that lies at
/// infinity among them (Dunn, Wasserman and Ramdas, JASA 118, 2023). With one sample a group this is the ⌈(n + 1) level⌉-th
/// smallest. With fewer than 9 groups a 90 % interval is infinite: `isWarranted` is then false.
public struct ConformalInterval: Sendable, Equatable, Codable {
    /// Level, e.g. 0.9.
    public let level: Double
    /// Groups it was calibrated on.
    public let groups: Int
    /// Half width of the interval by width of the shape.
    public let factor: Double
    /// Whether there are groups enough for the level to hold. Where not, `factor` is half as much again as the largest ratio
    /// seen, which nothing warrants.
    public let isWarranted: Bool
    /// How the width of a sample follows from what is known of it.
    public let shape: Shape

    /// How the width of a sample follows from what is known of it.
    public struct Shape: Sendable, Equatable, Codable {
        /// Constant part, in the unit of the errors.
        public var constant: Double
        /// Multiplies the model's own deviation.
        public var deviation: Double
        /// Relative widening by unit of novelty above 1.
        public var novelty: Double

        /// Memberwise.
        public init(constant: Double, deviation: Double, novelty: Double) {
            self.constant = constant
            self.deviation = deviation
            self.novelty = novelty
        }

        /// Width before calibration.
        public func width(deviation own: Double, novelty measured: Double) -> Double {
            let usual = (constant * constant + deviation * deviation * own * own).squareRoot()
            return usual * (1 + novelty * max(measured - 1, 0))
        }
    }

    /// Calibrates on left-out samples.
    ///
    /// - Parameters:
    ///   - deviations: what the model gives as its own uncertainty, a row each.
    ///   - novelties: distance of each row to those trained on.
    ///   - level: part of the truths that the interval holds.
    ///   - errors: prediction less truth, of samples whose group the model did not see.
    ///   - groups: the group of each.
    ///   - isConstant: one width for all, to compare with.
    public init(
        errors: [Double], deviations: [Double], novelties: [Double], groups: [Int], level: Double = 0.9,
        isConstant: Bool = false
    ) {
        self.level = level
        let typical = max(Statistics.rootMeanSquare(errors), 1e-300)
        let seen = max(Statistics.rootMeanSquare(deviations), 1e-300)
        // Of a few shapes the one whose intervals score best on the calibration groups themselves; a constant width is among
        // them, and wins where nothing foretells an error.
        var best: (score: Double, shape: Shape, factor: Double, isWarranted: Bool)?
        for share in isConstant ? [0] : [0.0, 0.5, 0.8, 1] {
            for widening in isConstant ? [0] : [0.25, 1.0] {
                let shape = Shape(
                    constant: typical * (1 - share).squareRoot(), deviation: typical / seen * share.squareRoot(),
                    novelty: widening)
                let widths = errors.indices.map {
                    max(shape.width(deviation: deviations[$0], novelty: novelties[$0]), 1e-12 * typical)
                }
                let ratios = errors.indices.map { abs(errors[$0]) / widths[$0] }
                let (factor, isWarranted) = Self.quantile(ratios, groups, level)
                let winkler = Statistics.mean(
                    errors.indices.map {
                        2 * factor * widths[$0] + 2 / (1 - level) * max(abs(errors[$0]) - factor * widths[$0], 0)
                    })
                // A less even shape must earn its place.
                if winkler < (best.map { $0.score * 0.98 } ?? .infinity) {
                    best = (winkler, shape, factor, isWarranted)
                }
            }
        }
        self.groups = Set(groups).count
        shape = best?.shape ?? Shape(constant: typical, deviation: 0, novelty: 0)
        factor = best?.factor ?? 0
        isWarranted = best?.isWarranted ?? false
    }

    /// The quantile of groups of equal weight and one at infinity.
    private static func quantile(_ ratios: [Double], _ groups: [Int], _ level: Double) -> (Double, Bool) {
        var counts: [Int: Int] = [:]
        for group in groups { counts[group, default: 0] += 1 }
        let order = ratios.indices.sorted { ratios[$0] < ratios[$1] }
        let wanted = level * Double(counts.count + 1) - 1e-9
        var mass = 0.0
        for index in order {
            mass += 1 / Double(counts[groups[index]] ?? 1)
            if mass >= wanted { return (ratios[index], true) }
        }
        return ((ratios.max() ?? 0) * 1.5, false)
    }

    /// Half the width of the interval of one sample, in the unit of the errors.
    public func halfWidth(deviation: Double, novelty: Double) -> Double {
        factor * shape.width(deviation: deviation, novelty: novelty)
    }

    /// Whether its numbers are possible, which a file must prove before use.
    public var isSound: Bool {
        level > 0 && level < 1 && factor >= 0 && factor.isFinite && shape.constant >= 0 && shape.deviation >= 0
            && shape.novelty >= 0
    }
}
