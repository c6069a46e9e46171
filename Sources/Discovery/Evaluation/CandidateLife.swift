internal import Cells
internal import Electrochemistry
internal import Learning
internal import Materials
internal import Sustainability

extension CandidateEvaluation {
    /// The life of the sampled cells, each with an ageing set of its own from the class priors, on all cores.
    ///
    /// - Parameters:
    ///   - test: what is cycled.
    ///   - seed: of the points at which the priors are taken.
    ///   - progress: told how many are done; called from one thread.
    ///
    /// Nil where no sample could be cycled.
    public func life(
        _ test: LifeSimulation, seed: UInt64, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> (estimate: LifeEstimate?, priors: [AgeingPrior]) {
        let ageing = try ageing(central)
        let cells = samples.isEmpty ? [central] : samples
        // A sample's volume change comes with its cell: the candidate's own coordinate stays at its middle.
        let points = LatinHypercube.quantiles(count: cells.count, dimensions: ageing.dimension, seed: seed &+ 1)
        var lives: [LifeSample] = []
        var failed = 0
        let batch = 8
        for first in stride(from: 0, to: cells.count, by: batch) {
            let part = Array(first..<min(first + batch, cells.count))
            let results = try Parallel.map(part.count) { index in
                Result {
                    let sampled = cells[part[index]]
                    let own = try self.ageing(sampled)
                    let set = Self.perVolume(own.set(at: points[part[index]]), of: sampled.cell)
                    return try test.run(sampled.cell, ageing: set, candidate: Self.role(candidate.role))
                }
            }
            for result in results {
                switch result {
                case .success(let life): lives.append(life)
                case .failure: failed += 1
                }
            }
            progress(first + part.count, cells.count)
        }
        return (LifeEstimate(lives, failed: failed), ageing.priors)
    }

    private static func role(_ role: ElectrodeRole) -> CandidateAgeing.Role {
        role == .positive ? .positive : .negative
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
    private func ageing(_ sampled: SampledCell) throws -> CandidateAgeing {
        let cell = sampled.cell
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
        let most = candidate.maximumConcentration(density: sampled.values[.density])
        let own = CandidateAgeing.Material(
            candidate.structure.ageingClass, potential: sampled.values[.averageVoltage] + shift,
            volumeChange: .exactly(
                used(sampled.values[.volumeChange], isPositive ? positiveSwing : negativeSwing, most)),
            swing: isPositive ? positiveSwing : negativeSwing, ion: ion)
        let other: CandidateAgeing.Material
        switch designer.counter {
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
        return CandidateAgeing(candidate: own, role: Self.role(candidate.role), counter: other)
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
