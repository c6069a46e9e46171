public import Materials

/// An indicator of one material.
public struct IndicatorValue: Sendable, Hashable {
    /// Which indicator.
    public var kind: IndicatorKind
    /// Best estimate, nil where nothing is known. Means are taken over the elements with data; in sums (carbon,
    /// energy, toxicity,
    /// price) an element without a datum adds the geometric middle of its bounds.
    public var value: Double?
    /// Lowest value that data and gaps allow.
    public var low: Double
    /// Highest value that data and gaps allow.
    public var high: Double
    /// 0…100, higher is better; nil where nothing is known.
    public var score: Double?
    /// Lowest score that data and gaps allow.
    public var scoreLow: Double
    /// Highest score that data and gaps allow.
    public var scoreHigh: Double
    /// Mass fraction of the material for which there are data, 0…1.
    public var coverage: Double
    /// Year of the oldest datum it was computed from.
    public var year: Int
}

/// Sustainability of a material.
public struct MaterialScore: Sendable {
    /// The formula.
    public var formula: Formula
    /// g/mol.
    public var molarMass: Double
    /// Mass fractions, in the order of the composition's elements.
    public var massFractions: [Double]
    /// Mass fraction of cobalt.
    public var cobaltMassFraction: Double
    /// The scarcest element, those from air and water left out; nil where the material is made of these alone.
    public var limitingElement: Element?
    /// Its abundance in the crust in mg/kg.
    public var crustalAbundance: Double?
    /// All indicators, in the order of `IndicatorKind.allCases`.
    public var indicators: [IndicatorValue]
    /// Weighted mean of the indicators' scores, those without data left out.
    public var score: Double
    /// Lowest overall score that data and gaps allow; an indicator without data counts 0.
    public var scoreLow: Double
    /// Highest overall score that data and gaps allow; an indicator without data counts 100.
    public var scoreHigh: Double
}

/// Scores materials by the shipped table of elements.
public struct Scorer: Sendable {
    /// The elements' data.
    public let table: ElementTable
    /// The weights of the overall score.
    public let weights: ScoreWeights
    let quantities: [ElementQuantities]
    private let isInput: [Bool]
    private let elementOnly: [Bool]
    private let graphite: (low: Double, high: Double, year: Int)?

    /// With the shipped table. Throws `MaterialError` where it is not found.
    public init(weights: ScoreWeights = .standard) throws { self.init(table: try .shipped(), weights: weights) }

    /// With a table of one's own.
    public init(table: ElementTable, weights: ScoreWeights = .standard) {
        self.table = table
        self.weights = weights
        quantities = IndicatorKind.allCases.map { ElementQuantities($0, table) }
        isInput = (table.values("process_input") ?? []).map { $0 == 1 }
        elementOnly = (table.values("critical_as_element_only") ?? []).map { $0 == 1 }
        if let low = table.value("gwp_graphite_low_kgCO2e_kg", .carbon),
            let high = table.value("gwp_graphite_high_kgCO2e_kg", .carbon)
        {
            graphite = (low, high, table.source("gwp_graphite_low_kgCO2e_kg")?.year ?? 0)
        } else {
            graphite = nil
        }
    }

    /// The score of a material.
    public func score(_ formula: Formula) -> MaterialScore {
        let composition = formula.composition
        let isElemental = Self.isElemental(composition)
        let masses = table.massFractions(composition)
        var indicators: [IndicatorValue] = []
        indicators.reserveCapacity(quantities.count)
        var limiting: Int?
        for (index, element) in composition.elements.enumerated() where !isInput[Int(element.number)] {
            if let best = limiting, abundance(composition.elements[best]) <= abundance(element) { continue }
            limiting = index
        }
        for (index, kind) in IndicatorKind.allCases.enumerated() {
            indicators.append(
                indicator(kind, quantities[index], composition, masses, limiting: limiting, isElemental: isElemental))
        }
        var (score, low, high, counted) = (0.0, 0.0, 0.0, 0.0)
        for (weight, indicator) in zip(weights.values, indicators) {
            guard let own = indicator.score else {
                high += weight * 100
                continue
            }
            score += weight * own
            counted += weight
            low += weight * indicator.scoreLow
            high += weight * indicator.scoreHigh
        }
        let element = limiting.map { composition.elements[$0] }
        return MaterialScore(
            formula: formula, molarMass: table.molarMass(composition), massFractions: masses,
            cobaltMassFraction: composition.elements.firstIndex(of: .cobalt).map { masses[$0] } ?? 0,
            limitingElement: element, crustalAbundance: element.flatMap { table.value("abundance_crust_mg_kg", $0) },
            indicators: indicators, score: counted > 0 ? score / counted : (low + high) / 2, scoreLow: low,
            scoreHigh: high)
    }

    /// Whether nothing in it is negative: an element or an alloy, bought as such.
    static func isElemental(_ composition: Composition) -> Bool {
        // H, N, O, F, S, Cl, Se, Br, I.
        !composition.elements.contains { [1, 7, 8, 9, 16, 17, 34, 35, 53].contains($0.number) }
            || composition.elements.count == 1
    }

    private func abundance(_ element: Element) -> Double { quantities[1].values[Int(element.number)] }

    private func indicator(
        _ kind: IndicatorKind, _ data: ElementQuantities, _ composition: Composition, _ masses: [Double],
        limiting: Int?,
        isElemental: Bool
    ) -> IndicatorValue {
        var (sum, low, high, known, total) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var year = Int.max
        for (index, element) in composition.elements.enumerated() {
            let number = Int(element.number)
            switch kind {
            case .scarcestElement where index != limiting: continue
            case .abundance where isInput[number], .recycling where isInput[number]: continue
            default: break
            }
            let mass = masses[index]
            total += mass
            var (value, least, most) = (data.values[number], data.low[number], data.high[number])
            var (isKnown, when) = (data.isKnown[number], data.years[number])
            // The form matters: graphite is no carbonate, silicon metal no silicate.
            if !isElemental, elementOnly[number], kind == .criticality { (value, least, most) = (0, 0, 0) }
            if kind == .carbon, element == .carbon, isElemental, let graphite {
                (value, least, most) = ((graphite.low * graphite.high).squareRoot(), graphite.low, graphite.high)
                (isKnown, when) = (true, graphite.year)
            }
            low += mass * least
            high += mass * most
            if isKnown {
                sum += mass * value
                known += mass
                year = min(year, when)
            }
        }
        guard total > 0 else {
            // Made of air and water alone: nothing is scarce, nothing to be recycled.
            let value: Double? = kind == .recycling ? nil : 1e5
            return IndicatorValue(
                kind: kind, value: value, low: value ?? 0, high: value ?? 1, score: value.map { kind.score($0) },
                scoreLow: value == nil ? 0 : 100, scoreHigh: 100, coverage: value == nil ? 0 : 1,
                year: table.source("process_input")?.year ?? 0)
        }
        let isSum = kind == .carbon || kind == .energy || kind == .price || kind == .toxicity
        var value: Double? = known > 0 ? sum / known : nil
        // Contributions of known elements are a sum; what is missing stands in the bounds, and in the middle as half
        // of them.
        if isSum, known > 0 {
            let skipsCarbon = kind == .carbon && isElemental && graphite != nil
            value = sum + gapMiddle(data, composition, masses, skipsCarbon: skipsCarbon)
        }
        (low, high) = (low / (isSum ? 1 : total), high / (isSum ? 1 : total))
        if kind == .scarcestElement || kind == .abundance {
            value = value.map(\.exponential)
            (low, high) = (low.exponential, high.exponential)
        }
        let scores = (kind.score(low), kind.score(high))
        return IndicatorValue(
            kind: kind, value: value, low: low, high: high, score: value.map { kind.score($0) },
            scoreLow: min(scores.0, scores.1), scoreHigh: max(scores.0, scores.1), coverage: known / total,
            year: year == .max ? 0 : year)
    }

    /// What the elements without data add in the middle of their bounds: the geometric middle, since such data spread
    /// by factors.
    private func gapMiddle(
        _ data: ElementQuantities, _ composition: Composition, _ masses: [Double], skipsCarbon: Bool
    ) -> Double {
        var sum = 0.0
        for (index, element) in composition.elements.enumerated() {
            let number = Int(element.number)
            guard !data.isKnown[number], !(skipsCarbon && element == .carbon) else { continue }
            let high = data.high[number]
            let low = max(data.low[number], high / 100)
            sum += masses[index] * (low * high).squareRoot()
        }
        return sum
    }
}
