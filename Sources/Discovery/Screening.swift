public import Materials
public import Sustainability

/// A candidate of a screening: a formula, or both ends of a reaction.
public struct Candidate: Sendable {
    /// Its formula, or the discharged one, as written.
    public var formula: Formula
    /// The reaction.
    public var reaction: InsertionReaction
    /// What is to be said of how the formula was read; nil for nothing.
    public var remark: String?

    /// From one formula: ions leave or enter as redox allows. Throws `MaterialError`.
    public init(formula: String, ion: Element?, known: KnownMaterials) throws {
        self.formula = try Formula(formula)
        reaction = try InsertionReaction(formula: self.formula, ion: ion, known: known)
        if known.material(of: reaction) == nil {
            remark = IonRange(self.formula.composition, ion: reaction.ion)?.remark
        }
    }

    /// From a reaction that is known already.
    public init(formula: Formula, reaction: InsertionReaction) {
        self.formula = formula
        self.reaction = reaction
    }

    /// From both ends. Throws `MaterialError`.
    public init(charged: String, discharged: String, ion: String) throws {
        guard let element = Element(symbol: ion) else {
            throw MaterialError(
                .formula, place: discharged, problem: "unknown ion '\(ion)'",
                remedy: "such as Li, Na, K, Mg, Ca, Zn, Al")
        }
        formula = try Formula(discharged)
        let charged = try Formula(charged)
        do {
            reaction = try InsertionReaction(
                charged: charged.composition, discharged: formula.composition, ion: element)
        } catch var error as MaterialError {
            error.place = "\(charged.text) → \(formula.text)"
            throw error
        }
    }
}

/// What is predicted of a candidate.
public struct Screened: Sendable {
    /// The candidate.
    public var candidate: Candidate
    /// V against the ion's metal.
    public var voltage: Prediction
    /// Name and source of the measurement where the voltage is no prediction.
    public var voltageSource: String?
    /// Largest change of volume as a fraction, without its sign.
    public var volumeChange: Prediction
    /// Name and source of the measurement where the change of volume is no prediction.
    public var volumeChangeSource: String?
    /// mAh/g of the discharged electrode, exact.
    public var capacity: Double
    /// g/cm³ of the discharged electrode.
    public var density: Prediction
    /// Name and source of the measurement where the density is no prediction.
    public var densitySource: String?
    /// eV/atom above the hull, charged.
    public var hullCharged: Prediction
    /// eV/atom above the hull, discharged.
    public var hullDischarged: Prediction
    /// The nearest listed material.
    public var nearestKnown: String
    /// Sustainability of the discharged material.
    public var score: MaterialScore
    /// What is to be said of how the formula was taken; nil for nothing.
    public var remark: String?

    /// Wh per kg of discharged electrode.
    public var specificEnergy: Double { voltage.value * capacity }
    /// Grams of cobalt per kWh of material; nil where it stores no energy.
    public var cobaltPerKWh: Double? {
        guard score.cobaltMassFraction > 0 else { return 0 }
        return specificEnergy > 0 ? 1e6 * score.cobaltMassFraction / specificEnergy : nil
    }
    /// Whether all predictions lie within what their models were trained on.
    public var isInDomain: Bool { voltage.isInDomain && volumeChange.isInDomain && density.isInDomain }
}

/// Predicts and scores candidates with the shipped models.
public struct Screening: Sendable {
    /// Materials that were measured.
    public let known: KnownMaterials
    /// Scores materials.
    public let scorer: Scorer
    private let tables: ElectrodeTables
    private let descriptors: ReactionDescriptors
    private let table: ElementTable
    let voltage: PropertyModel
    private let volume: PropertyModel
    private let density: PropertyModel
    private let hullCharged: PropertyModel
    private let hullDischarged: PropertyModel

    /// With the shipped models. Throws `MaterialError` where one is not found.
    public init(weights: ScoreWeights = .standard) throws {
        known = try .shipped()
        tables = try .shipped()
        table = try .shipped()
        scorer = Scorer(table: table, weights: weights)
        descriptors = try ReactionDescriptors(table)
        voltage = try .shipped("voltage")
        volume = try .shipped("volume-change")
        density = try .shipped("density")
        hullCharged = try .shipped("hull-charged")
        hullDischarged = try .shipped("hull-discharged")
    }

    /// Predictions for candidates, in their order.
    ///
    /// - Parameters:
    ///   - candidates: what is screened.
    ///   - predictOnly: passes measured voltages, densities and changes of volume over.
    ///   - progress: told how many are done.
    public func screen(
        _ candidates: [Candidate], predictOnly: Bool = false, progress: (Int) -> Void = { _ in }
    ) -> [Screened] {
        // Some parts on each core at a time, then word of how far it is.
        let part = 512
        let atOnce = part * 16
        var out: [Screened] = []
        out.reserveCapacity(candidates.count)
        for start in stride(from: 0, to: candidates.count, by: atOnce) {
            let all = Array(candidates[start..<min(start + atOnce, candidates.count)])
            let count = (all.count + part - 1) / part
            out += Parts.map(count) { index in
                predictions(Array(all[index * part..<min((index + 1) * part, all.count)]), predictOnly)
            }.joined()
            progress(min(start + atOnce, candidates.count))
        }
        return out
    }

    private func predictions(_ part: [Candidate], _ predictOnly: Bool) -> [Screened] {
        let rows = part.map { descriptors.describe($0.reaction) }
        let (volts, volumes, densities) = (voltage.predict(rows), volume.predict(rows), density.predict(rows))
        let (charged, discharged) = (hullCharged.predict(rows), hullDischarged.predict(rows))
        return part.enumerated().map { place, candidate in
            let reaction = candidate.reaction
            let listed = known.material(of: reaction)
            var own = Screened(
                candidate: candidate, voltage: volts[place], volumeChange: volumes[place],
                capacity: reaction.gravimetricCapacity(table), density: densities[place], hullCharged: charged[place],
                hullDischarged: discharged[place], nearestKnown: known.nearest(to: reaction)?.formula ?? "",
                score: scorer.score(candidate.formula), remark: candidate.remark)
            if !predictOnly { measured(&own, listed) }
            let role =
                listed.map { $0.isPositive ? .positive : .negative } ?? ElectrodeRole(averageVoltage: own.voltage.value)
            if role == .positive, let partner = reaction.partner(of: candidate.formula) {
                own.score = scorer.score(partner)
                own.remark = own.remark ?? InsertionReaction.remark(partner: partner)
            }
            return own
        }
    }

    /// Puts what was measured in the place of predictions.
    private func measured(_ own: inout Screened, _ listed: KnownMaterials.Material?) {
        if let listed, let voltage = listed.voltage {
            own.voltage = Prediction(
                value: voltage, low: voltage - KnownMaterials.voltageTolerance,
                high: voltage + KnownMaterials.voltageTolerance, isInDomain: true)
            own.voltageSource = "known: \(listed.source)"
        }
        guard let electrode = tables.material(of: own.candidate.reaction) else { return }
        own.volumeChange = Prediction(electrode.measuredVolumeChange)
        own.volumeChangeSource = "known: \(electrode.source)"
        if let density = electrode.measuredDensityDischarged(table) {
            own.density = Prediction(density, scaledBy: 1e-3)
            own.densitySource = "known: \(electrode.source)"
        }
    }

    /// Descriptors by which candidates are grouped and told apart: means of elemental properties and fractions of
    /// elements.
    public func groupingDescriptors(_ candidates: [Candidate]) -> [[Double]] {
        let columns = ReactionDescriptors.names.indices.filter {
            let name = ReactionDescriptors.names[$0]
            return name.hasPrefix("host mean") || name.hasPrefix("host fraction") || name == "ion Number"
        }
        let rows = candidates.map { candidate in
            let all = descriptors.describe(candidate.reaction)
            return columns.map { all[$0].isFinite ? all[$0] : 0 }
        }
        return Self.standardised(rows)
    }

    /// Shifted and scaled to mean 0 and standard deviation 1, constant columns to 0.
    static func standardised(_ rows: [[Double]]) -> [[Double]] {
        guard let first = rows.first else { return [] }
        let count = Double(rows.count)
        var means = [Double](repeating: 0, count: first.count)
        for row in rows { for (index, value) in row.enumerated() { means[index] += value / count } }
        var spreads = [Double](repeating: 0, count: first.count)
        for row in rows {
            for (index, value) in row.enumerated() {
                spreads[index] += (value - means[index]) * (value - means[index]) / count
            }
        }
        return rows.map { row in
            row.indices.map { spreads[$0] > 1e-18 ? (row[$0] - means[$0]) / spreads[$0].squareRoot() : 0 }
        }
    }
}

extension Prediction {
    /// What was measured, in place of what is predicted.
    fileprivate init(_ measured: UncertainQuantity, scaledBy factor: Double = 1) {
        self.init(
            value: measured.value * factor, low: measured.low * factor, high: measured.high * factor, isInDomain: true)
    }
}
