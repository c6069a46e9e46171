public import Cells
public import Electrochemistry

/// Something measured that a model of the cell foretells: a ``Experiment``'s voltages, a ``FadeExperiment``'s capacities.
public protocol Observation: Sendable {
    /// As shown: the file's name.
    var name: String { get }
    /// What was measured, one number for each point.
    var measured: [Double] { get }
    /// What each point counts; all add up to 1.
    var weights: [Double] { get }
    /// What of `errors` is shown, with which factor: mV, or % of the nominal capacity.
    var unit: (name: String, factor: Double) { get }

    /// What the model says at each point. Throws `SimulationError`.
    ///
    /// - Parameters:
    ///   - options: model, mesh and tolerances.
    ///   - shouldStop: asked now and then; true ends the run.
    ///   - cell: with the values tried.
    ///   - charge: state of charge at the start, where that is a parameter.
    func predicted(
        _ cell: TriedCell, charge: Double?, options: SimulationOptions, shouldStop: () -> Bool
    ) throws -> [Double]
}

/// A cell with values that a fit tries.
public struct TriedCell: Sendable {
    /// As the models need it.
    public var cell: Cell
    /// The file that it comes from, for its ageing sets.
    public var file: CellFile
}
