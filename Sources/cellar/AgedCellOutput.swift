import Cells
import CyclingData
import Electrochemistry

/// The file of `--aged-cell`.
enum AgedCellOutput {
    /// Throws `CommandError` where a run leaves no aged cell.
    static func check(_ path: String?, _ options: SimulationOptions) throws {
        guard path != nil else { return }
        guard options.ageing != nil else {
            throw CommandError.usage("--aged-cell: nothing ages; '--ageing NAME' is needed with it")
        }
        guard options.halfCell == nil else {
            throw CommandError.usage("--aged-cell: a half-cell does not age; leave --half-cell out")
        }
    }

    /// Into an output that was opened before the run. Throws `CommandError`, `OutputError`.
    static func write(_ simulation: Simulation, _ file: CellFile, by set: AgeingSet?, to output: OutputFile) throws {
        guard let state = simulation.agedState else {
            throw CommandError.usage("--aged-cell: nothing ages; '--ageing NAME' is needed with it")
        }
        do {
            output.append(try file.aged(state, by: set).json())
        } catch let error as BPXError {
            throw CommandError(
                .computationFailed, "--aged-cell: the cell at the run's end cannot be told in BPX: \(error)")
        }
        try output.synchronize()
        try output.finish()
    }
}
