internal import Learning
internal import Materials
internal import Sustainability

/// A composition that a search found, with what is surely so of it as far as models tell.
public struct DesignedMaterial: Sendable {
    /// Predictions and score.
    public var screened: Screened
    /// Wh per kg of discharged electrode, one deviation below the prediction.
    public var specificEnergyBound: Double
    /// Score at the lower end of its range.
    public var scoreBound: Double
    /// eV/atom above the hull of the less stable end, one deviation above the prediction.
    public var hullBound: Double

    /// Bounds of a candidate. Where a model knows nothing like it, a deviation counts twice.
    init(_ screened: Screened) {
        self.screened = screened
        func deviations(_ prediction: Materials.Prediction) -> Double { prediction.isInDomain ? 1 : 2 }
        func below(_ prediction: Materials.Prediction) -> Double {
            prediction.value - deviations(prediction) * (prediction.value - prediction.low) / 1.645
        }
        func above(_ prediction: Materials.Prediction) -> Double {
            prediction.value + deviations(prediction) * (prediction.high - prediction.value) / 1.645
        }
        specificEnergyBound = below(screened.voltage) * screened.capacity
        scoreBound = screened.score.scoreLow
        hullBound = max(above(screened.hullCharged), above(screened.hullDischarged))
    }

    /// All the larger the better.
    fileprivate var aims: [Double] { [specificEnergyBound, scoreBound, -hullBound] }
}

/// Searches a space of compositions for those that no other one beats: more energy, better score, nearer to stability, each
/// by its cautious bound.
///
/// A genetic search that sorts by fronts and by how lonely a point is on its front (NSGA-II: Deb et al., IEEE Trans. Evol.
/// Comput. 6 (2002) 182). Compositions whose charges do not balance, or from which no ion leaves by redox, are no candidates.
public struct CompositionSearch: Sendable {
    /// Compositions that are bred from.
    public var population = 64
    /// Rounds.
    public var generations = 20
    /// Fixes everything random.
    public var seed: UInt64 = 1
    /// What a composition must keep to.
    public var constraints = ScreeningConstraints()

    /// Defaults.
    public init() {}

    /// What a search found.
    public struct Found: Sendable {
        /// Those that none beats, the most energy first.
        public var front: [DesignedMaterial]
        /// Compositions predicted.
        public var evaluated: Int
        /// Compositions that are no candidates.
        public var refused: Int
        /// Compositions that do not keep to the constraints.
        public var excluded: Int
    }

    /// Searches, generation by generation.
    ///
    /// - Parameters:
    ///   - space: the compositions among which is searched.
    ///   - screening: predicts and scores them.
    ///   - progress: told how many of how many rounds are done.
    public func run(
        _ space: CompositionSpace, _ screening: Screening, progress: (Int, Int) -> Void = { _, _ in }
    ) -> Found {
        var source = RandomSource(seed: seed)
        var seen: Set<String> = []
        var pool: [(point: CompositionSpace.Point, material: DesignedMaterial)] = []
        var front: [DesignedMaterial] = []
        var found = Found(front: [], evaluated: 0, refused: 0, excluded: 0)
        for generation in 0...generations {
            var points: [CompositionSpace.Point] = generation == 0 ? space.ends : []
            while points.count < population {
                points.append(
                    pool.count < 2
                        ? space.random(&source)
                        : space.child(parent(pool, &source), parent(pool, &source), &source))
            }
            var candidates: [Candidate] = []
            var fresh: [CompositionSpace.Point] = []
            for point in points {
                let text = space.formula(point)
                guard seen.insert(text).inserted else { continue }
                guard let candidate = try? Candidate(formula: text, ion: space.ion, known: screening.known) else {
                    found.refused += 1
                    continue
                }
                candidates.append(candidate)
                fresh.append(point)
            }
            for (point, result) in zip(fresh, screening.screen(candidates, predictOnly: true)) {
                found.evaluated += 1
                guard constraints.meets(result) else {
                    found.excluded += 1
                    continue
                }
                let material = DesignedMaterial(result)
                pool.append((point, material))
                front.append(material)
            }
            front = Self.fronts(front.map(\.aims)).first.map { best in best.map { front[$0] } } ?? []
            pool = best(pool)
            progress(generation, generations)
        }
        found.front = front.sorted { $0.specificEnergyBound > $1.specificEnergyBound }
        return found
    }

    private typealias Pool = [(point: CompositionSpace.Point, material: DesignedMaterial)]

    /// The better of two drawn at random: pools are sorted.
    private func parent(_ pool: Pool, _ source: inout RandomSource) -> CompositionSpace.Point {
        let drawn = (0..<2).map { _ in Int(Double(pool.count) * source.unit()) }
        return pool[min(drawn[0], drawn[1])].point
    }

    /// As many as the population has, front by front, on each the loneliest first.
    private func best(_ pool: Pool) -> Pool {
        let aims = pool.map(\.material.aims)
        var order: [Int] = []
        for front in Self.fronts(aims) {
            let lonely = Self.crowding(front.map { aims[$0] })
            order += zip(front, lonely).sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.map(\.0)
            if order.count >= population { break }
        }
        return order.prefix(population).map { pool[$0] }
    }

    /// Places by front: what none beats, what only those beat, and so on.
    static func fronts(_ aims: [[Double]]) -> [[Int]] {
        func beats(_ a: [Double], _ b: [Double]) -> Bool { a != b && zip(a, b).allSatisfy { $0 >= $1 } }
        var open = Array(aims.indices)
        var fronts: [[Int]] = []
        while !open.isEmpty {
            let front = open.filter { own in !open.contains { beats(aims[$0], aims[own]) } }
            guard !front.isEmpty else { break }
            fronts.append(front)
            let taken = Set(front)
            open.removeAll { taken.contains($0) }
        }
        return fronts
    }

    /// How far apart a point's neighbours along each aim are; the ends are infinitely lonely.
    static func crowding(_ aims: [[Double]]) -> [Double] {
        var out = [Double](repeating: 0, count: aims.count)
        for aim in 0..<(aims.first?.count ?? 0) {
            let order = aims.indices.sorted { aims[$0][aim] < aims[$1][aim] }
            guard let first = order.first, let last = order.last else { continue }
            let width = aims[last][aim] - aims[first][aim]
            (out[first], out[last]) = (.infinity, .infinity)
            guard width > 0, order.count > 2 else { continue }
            for place in 1..<(order.count - 1) {
                out[order[place]] += (aims[order[place + 1]][aim] - aims[order[place - 1]][aim]) / width
            }
        }
        return out
    }
}
