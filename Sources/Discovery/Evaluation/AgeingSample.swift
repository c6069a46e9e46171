internal import Cells
internal import Electrochemistry
internal import Materials
internal import Sustainability

/// A cell and how it ages, drawn from what is not known of either.
struct AgeingSample: Sendable {
    var cell: Cell
    var ageing: AgeingSet
    /// W·h of the fresh cell at rest from full to empty.
    var restEnergy: Double
}

extension CellDesigner {
    /// Where the candidate is, as ageing names it.
    var ageingRole: CandidateAgeing.Role { candidate.role == .positive ? .positive : .negative }

    /// Coordinates of a point at which ``ageing(_:)`` can be asked for a set.
    var ageingDimension: Int {
        // The ranges depend on a sample, their number on the classes alone.
        let values = candidate.central
        guard let designed = try? cell(values, design: CellDesign()),
            let cell = try? resolved(designed, values: values, name: candidate.formula.text)
        else { return 0 }
        return ageing(cell, values).dimension
    }

    /// The cell and the ageing set at quantiles 0…1 of the candidate's properties and of the ageing's priors.
    /// Throws `MaterialError`.
    func sample(
        _ design: CellDesign, _ properties: [Double], _ ageingPoint: [Double], name: String
    ) throws -> AgeingSample {
        let values = candidate.values(atDeviates: properties.map(LatinHypercube.normalQuantile))
        let designed = try cell(values, design: design)
        let cell = try resolved(designed, values: values, name: name)
        return AgeingSample(
            cell: cell, ageing: ageingSet(cell, values, at: ageingPoint), restEnergy: designed.restEnergy)
    }

    /// The ageing set of a sampled cell at a point of its priors.
    func ageingSet(_ cell: Cell, _ values: ElectrodeValues, at point: [Double]) -> AgeingSet {
        Self.perVolume(ageing(cell, values).set(at: point), of: cell)
    }

    /// Radius in m of the particles that the currents of ``AgeingPriors`` hold for.
    private static let priorRadius = 5e-6

    /// Dissolution and oxidation per volume of material as in particles of 5 µm: what is measured is what electrodes lose,
    /// and nanometre particles of a hundred times the surface do not lose a hundred times as much (they are coated, and
    /// agglomerates within the electrode).
    static func perVolume(_ set: AgeingSet, of cell: Cell) -> AgeingSet {
        var set = set
        let radius = (cell.positive?.materials ?? []).map(\.particleRadius).min() ?? priorRadius
        let share = min(radius / priorRadius, 1)
        set.positive.dissolution?.exchangeCurrent *= share
        set.oxidation?.exchangeCurrent *= share
        return set
    }

    /// The ageing of a sampled cell: its own swing and volume change, the class's ranges.
    func ageing(_ cell: Cell, _ values: ElectrodeValues) -> CandidateAgeing {
        let windows = [cell.negative, cell.positive].map { electrode in
            (electrode?.materials ?? []).map {
                $0.maximumConcentration * ($0.maximumStoichiometry - $0.minimumStoichiometry)
            }
            .max() ?? 1
        }
        let (negativeSwing, positiveSwing) = (windows[0], windows[1])
        let isPositive = candidate.role == .positive
        let ion = candidate.reaction.ion
        let shift = ion == .sodium ? 0.33 : 0
        // The change over the whole reaction, by the share of it that the cell uses.
        func used(_ change: Double, _ swing: Double, _ most: Double) -> Double { change * min(swing / most, 1) }
        let most = candidate.maximumConcentration(density: values[.density])
        let own = CandidateAgeing.Material(
            candidate.structure.ageingClass, potential: values[.averageVoltage] + shift,
            volumeChange: .exactly(
                used(values[.volumeChange], isPositive ? positiveSwing : negativeSwing, most)),
            swing: isPositive ? positiveSwing : negativeSwing, ion: ion)
        let other: CandidateAgeing.Material
        switch counter {
        case .shipped(let shipped):
            let kind: ElectrodeClass = shipped == .hardCarbon ? .hardCarbon : .graphite
            // Graphite swells by 10 % from C6 to LiC6 (Dahn 1991), hard carbon by little.
            let change = shipped == .hardCarbon ? 0.02 : 0.10
            other = .init(
                kind, potential: 0.12 + shift,
                volumeChange: .init(value: change, low: 0.8 * change, high: 1.2 * change),
                swing: negativeSwing, ion: ion)
        case .material(let material):
            let change = material[.volumeChange]
            other = .init(
                material.structure.ageingClass, potential: material[.averageVoltage].value + shift,
                volumeChange: .init(value: change.value, low: change.low, high: change.high),
                swing: isPositive ? negativeSwing : positiveSwing, ion: ion)
        }
        return CandidateAgeing(candidate: own, role: ageingRole, counter: other)
    }
}

extension HostStructure {
    /// As ageing knows it.
    var ageingClass: ElectrodeClass {
        switch self {
        case .layeredOxide: .layeredOxide
        case .spinel: .spinel
        case .olivine, .nasicon, .fluorophosphate, .polyanion: .polyanion
        case .prussianBlue: .prussianBlue
        case .titanate: .titanate
        case .graphite: .graphite
        case .alloy: .alloy
        case .chalcogenide, .oxide, .other: .other
        }
    }
}
