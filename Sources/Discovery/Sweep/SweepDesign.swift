internal import Learning

/// How the points of a sweep are laid out.
public enum SweepDesign: String, Sendable, CaseIterable, Codable {
    /// Sobol's sequence, shifted by the seed.
    case sobol
    /// Latin hypercube: McKay, Beckman and Conover, Technometrics 21 (1979) 239.
    case lhs
    /// Every combination of levels.
    case grid
}

/// The points of a design in the unit cube.
struct DesignPoints: Sendable {
    /// Larger designs are refused.
    static let mostPoints = 10_000_000
    let count: Int
    private let layout: Layout

    private enum Layout: Sendable {
        case sobol(SobolSequence)
        /// For each coordinate a permutation of the strata.
        case latin([[Int]], RandomSource)
        /// Levels of each coordinate; whether they go from end to end.
        case grid([(count: Int, isRange: Bool)])
        case single
    }

    /// `levels`: for each factor its number of levels, nil for a range.
    ///
    /// With a grid `samples` is the number of levels of each range, otherwise that of points. Throws `SweepError`.
    init(_ design: SweepDesign, levels: [Int?], samples: Int, seed: UInt64) throws {
        switch design {
        case _ where levels.isEmpty:
            layout = .single
            count = 1
        case .sobol:
            guard levels.count <= SobolSequence.mostDimensions else {
                throw SweepError(
                    .usage,
                    "--design sobol: \(levels.count) factors, and at most \(SobolSequence.mostDimensions) are possible; "
                        + "--design lhs has no limit")
            }
            layout = .sobol(SobolSequence(dimensions: levels.count, seed: seed))
            count = samples
        case .lhs:
            var source = RandomSource(seed: seed)
            layout = .latin(levels.map { _ in source.permutation(samples) }, RandomSource(seed: source.next()))
            count = samples
        case .grid:
            let sizes = levels.map { (count: $0 ?? samples, isRange: $0 == nil) }
            var product = 1
            for size in sizes {
                let (next, overflows) = product.multipliedReportingOverflow(by: size.count)
                guard !overflows, next <= Self.mostPoints else {
                    throw SweepError(
                        .usage,
                        "--design grid: more than \(Self.mostPoints) points; fewer --samples (levels of each range), or "
                            + "--design sobol")
                }
                product = next
            }
            layout = .grid(sizes)
            count = product
        }
    }

    /// A point's coordinates in [0, 1], from index 0.
    func point(_ index: Int) -> [Double] {
        switch layout {
        case .single: return []
        case .sobol(let sequence): return sequence.point(index)
        case .latin(let permutations, let source):
            return permutations.enumerated().map { coordinate, permutation in
                var own = source.branch(UInt64(index), UInt64(coordinate))
                return (Double(permutation[index]) + own.unit()) / Double(permutation.count)
            }
        case .grid(let sizes):
            // The last factor runs fastest.
            var rest = index
            var coordinates: [Double] = []
            for size in sizes.reversed() {
                let level = rest % size.count
                rest /= size.count
                let middle = (Double(level) + 0.5) / Double(size.count)
                let isSpread = size.isRange && size.count > 1
                coordinates.append(isSpread ? Double(level) / Double(size.count - 1) : middle)
            }
            return coordinates.reversed()
        }
    }
}

extension RandomSource {
    /// A source of its own for each pair of numbers.
    func branch(_ first: UInt64, _ second: UInt64) -> RandomSource {
        var copy = self
        var outer = RandomSource(seed: copy.next() ^ (first &* 0x9E37_79B9_7F4A_7C15))
        return RandomSource(seed: outer.next() ^ (second &* 0xD1B5_4A32_D192_ED03))
    }

    /// Normally distributed with mean 0 and standard deviation 1: Marsaglia's polar method, SIAM Rev. 6 (1964) 260.
    mutating func normal() -> Double {
        while true {
            let u = 2 * unit() - 1, v = 2 * unit() - 1
            let s = u * u + v * v
            if s > 0, s < 1 { return u * (-2 * naturalLogarithm(s) / s).squareRoot() }
        }
    }
}
