import Cells
import Electrochemistry

/// A model driven by an experiment's current.
struct ExperimentRun {
    /// How far the model may pass the cut-offs of the cell, V: a voltage that falls early is followed down, so that the
    /// fit feels by how much it does.
    static let margin = 0.4
    /// Beyond an early end the voltage counts as falling (on discharge) by this much per share of the experiment's time.
    static let steepness = 10.0

    /// Voltages at the experiment's points, V. Throws `SimulationError`, `FitError`; a run that ends early because the cell
    /// is empty or full goes on in thought, see `steepness`.
    static func voltages(
        _ experiment: Experiment, cell: Cell, charge: Double?, options: SimulationOptions, shouldStop: () -> Bool
    ) throws -> [Double] {
        var options = options
        var cell = cell
        options.initialState = try start(experiment, cell, charge)
        if let own = options.thermal == .lumped ? experiment.firstTemperature : experiment.temperature {
            options.temperature = own
        }
        cell.lowerCutOff -= margin
        cell.upperCutOff += margin
        let sink = VoltageSink(steps: experiment.steps.count)
        let simulation = try Simulation(cell: cell, options: options)
        do {
            _ = try simulation.run(
                CyclingProtocol(cycles: [.init(steps: experiment.steps)]), into: [sink], shouldStop: shouldStop)
        } catch is VoltageSink.EarlyEnd {
        } catch let error as SimulationError where error.kind == .computation {
            guard sink.count > 0 else { throw error }
        }
        return sink.values(at: experiment)
    }

    private static func start(_ experiment: Experiment, _ cell: Cell, _ charge: Double?) throws -> InitialState {
        if let charge { return .stateOfCharge(charge) }
        let voltage = experiment.restVoltage ?? experiment.firstVoltage
        // A rest a little beyond the cut-offs is full, or empty.
        if voltage >= cell.openCircuitVoltage(stateOfCharge: 1) { return .stateOfCharge(1) }
        if voltage <= cell.openCircuitVoltage(stateOfCharge: 0) { return .stateOfCharge(0) }
        return .restVoltage(voltage)
    }
}

/// Keeps the voltages of a run by step.
private final class VoltageSink: ResultSink {
    struct EarlyEnd: Error {}

    private var rows: [[(time: Double, voltage: Double)]]
    private(set) var count = 0

    init(steps: Int) { rows = Array(repeating: [], count: steps) }

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {
        guard rows.indices.contains(sample.step - 1) else { return }
        rows[sample.step - 1].append((sample.time, sample.voltage))
        count += 1
    }
    func endStep(_ summary: StepSummary) throws { if summary.endReason != "duration" { throw EarlyEnd() } }
    func endCycle(_ summary: CycleSummary) throws {}
    func end(_ summary: RunSummary) throws {}

    /// The voltages at an experiment's points.
    func values(at experiment: Experiment) -> [Double] {
        let lastStep = rows.lastIndex { !$0.isEmpty } ?? 0
        let last = rows[lastStep].last ?? (0, experiment.firstVoltage)
        var sign = 1.0
        var row = 0, step = -1
        return experiment.points.map { point in
            let own = rows[point.step]
            if point.step != step { (row, step) = (0, point.step) }
            guard let final = own.last, point.time <= final.time + 1e-6 * max(1, final.time) else {
                sign = point.current > 0 ? 1 : -1
                let late = (point.time - last.time) / experiment.duration
                return last.voltage + sign * ExperimentRun.steepness * max(late, 0)
            }
            while row + 1 < own.count, own[row + 1].time < point.time - 1e-9 * max(1, point.time) { row += 1 }
            guard row + 1 < own.count else { return own[row].voltage }
            let width = own[row + 1].time - own[row].time
            let part = width > 0 ? min(max((point.time - own[row].time) / width, 0), 1) : 1
            return own[row].voltage + part * (own[row + 1].voltage - own[row].voltage)
        }
    }
}
