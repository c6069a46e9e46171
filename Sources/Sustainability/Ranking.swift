import Materials

/// How materials compare, and how far that depends on weights and on uncertain data.
public struct Ranking: Sendable {
    /// A material's place.
    public struct Place: Sendable, Hashable {
        /// By overall score, 1 for the best; equal scores share a place.
        public var rank: Int
        /// The 5th percentile of its rank under varied weights and data.
        public var rankLow: Int
        /// The 95th percentile.
        public var rankHigh: Int
        /// Whether no other material is at least as good in every indicator that counts and better in one.
        public var isParetoOptimal: Bool
    }

    /// Places, in the order of the materials.
    public let places: [Place]
    /// How many draws of weights and data the ranges come from.
    public let draws: Int

    /// Ranks materials that were scored by `scorer`.
    ///
    /// In every draw each weight is multiplied by a factor between 1/2 and 2, uniform in its logarithm, and each
    /// element's datum is
    /// drawn between its bounds, once for all materials: what is unknown of lithium is the same in all of them. The
    /// draws are the same
    /// in every run. More than 2000 materials get fewer than 200 draws, more than 20 000 their rank alone as its
    /// range, and no Pareto
    /// front is computed for more than 20 000.
    public init(_ materials: [MaterialScore], scorer: Scorer, seed: UInt64 = 1) {
        let count = materials.count
        var low = [Int](repeating: 0, count: count)
        var high = low
        let base = Self.ranks(materials.map(\.score))
        draws = count > 20_000 ? 0 : max(20, min(500, 400_000 / max(count, 1)))
        if draws == 0 {
            (low, high) = (base, base)
        } else {
            var random = RandomNumbers(seed)
            var all = [[Int]](repeating: [], count: count)
            for _ in 0..<draws {
                let scores = Self.draw(materials, scorer, &random)
                for (index, rank) in Self.ranks(scores).enumerated() { all[index].append(rank) }
            }
            for index in 0..<count {
                let sorted = all[index].sorted()
                low[index] = min(sorted[draws / 20], base[index])
                high[index] = max(sorted[draws - 1 - draws / 20], base[index])
            }
        }
        let front = count > 20_000 ? [Bool](repeating: false, count: count) : Self.front(materials, scorer.weights)
        places = (0..<count).map {
            Place(rank: base[$0], rankLow: low[$0], rankHigh: high[$0], isParetoOptimal: front[$0])
        }
    }

    private static func ranks(_ scores: [Double]) -> [Int] {
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var ranks = [Int](repeating: 0, count: scores.count)
        for (place, index) in order.enumerated() {
            let isEqual = place > 0 && scores[order[place - 1]] == scores[index]
            ranks[index] = isEqual ? ranks[order[place - 1]] : place + 1
        }
        return ranks
    }

    /// Overall scores with one draw of weights and data.
    private static func draw(_ materials: [MaterialScore], _ scorer: Scorer, _ random: inout RandomNumbers) -> [Double]
    {
        let kinds = IndicatorKind.allCases
        var weights = scorer.weights.values
        for index in weights.indices { weights[index] *= ((2 * random.unit() - 1) * 2.0.logarithm).exponential }
        let sum = weights.reduce(0, +)
        // How far each element's datum lies between its bounds, by indicator and element.
        let fractions = kinds.map { _ in (0..<119).map { _ in random.unit() } }
        return materials.map { material in
            var score = 0.0
            for (index, kind) in kinds.enumerated() {
                let value = material.indicators[index]
                guard value.high > value.low else {
                    score += weights[index] * (value.score ?? 50)
                    continue
                }
                // The material's place between its bounds follows the elements that make its range wide.
                var (place, width) = (0.0, 0.0)
                let data = scorer.quantities[index]
                for (element, mass) in zip(material.formula.composition.elements, material.massFractions) {
                    let number = Int(element.number)
                    let own = mass * (data.high[number] - data.low[number])
                    place += own * fractions[index][number]
                    width += own
                }
                let fraction = width > 0 ? place / width : fractions[index][0]
                score += weights[index] * kind.score(value.low + fraction * (value.high - value.low))
            }
            return score / sum
        }
    }

    private static func front(_ materials: [MaterialScore], _ weights: ScoreWeights) -> [Bool] {
        let counted = weights.values.indices.filter { weights.values[$0] > 0 }
        let scores = materials.map { material in counted.map { material.indicators[$0].score ?? 0 } }
        // A material can be dominated only by one of a higher sum.
        let sums = scores.map { $0.reduce(0, +) }
        let order = scores.indices.sorted { sums[$0] > sums[$1] }
        var isOptimal = [Bool](repeating: false, count: materials.count)
        var front: [Int] = []
        for index in order {
            let own = scores[index]
            let isDominated = front.contains { other in
                var isBetter = false
                for (a, b) in zip(scores[other], own) {
                    if a < b { return false }
                    if a > b { isBetter = true }
                }
                return isBetter
            }
            guard !isDominated else { continue }
            front.append(index)
            isOptimal[index] = true
        }
        return isOptimal
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers on every machine.
struct RandomNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Uniform in [0, 1).
    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) * 0x1p-53
    }
}
