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
        let ageing = designer.ageing(central.cell, central.values)
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
                    let set = designer.ageingSet(sampled.cell, sampled.values, at: points[part[index]])
                    return try test.run(sampled.cell, ageing: set, candidate: designer.ageingRole)
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
}
