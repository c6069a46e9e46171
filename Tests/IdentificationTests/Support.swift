import Cells
import CyclingData
import Electrochemistry
import Foundation
import Learning

@testable import Identification

/// Keeps the rows of a run as a cycler would write them.
final class RowSink: ResultSink {
    var rows = CycleRows()
    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {
        rows.time.append(sample.time)
        rows.voltage.append(sample.voltage)
        rows.current.append(sample.current)
        rows.mode.append(.unknown)
        rows.step.append(Int32(sample.step))
    }
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {}
    func end(_ summary: RunSummary) throws {}
}

/// What a cell gives under steps, as rows.
func measured(
    _ cell: Cell, _ steps: [String], charge: Double, options: SimulationOptions
) throws -> CycleRows {
    var options = options
    options.initialState = .stateOfCharge(charge)
    // A cell makes no errors of integration: 0.1 mV of them would weigh as much as 500 points with 2 mV of noise.
    options.relativeTolerance = 1e-7
    options.absoluteTolerance = 1e-9
    let sink = RowSink()
    _ = try Simulation(cell: cell, options: options).run(
        CyclingProtocol(cycles: [.init(steps: try steps.map { try StepParser.parse($0) })]), into: [sink])
    return sink.rows
}

extension RandomSource {
    /// Normally distributed (Box and Muller 1958).
    mutating func normal() -> Double {
        (-2 * log(max(unit(), 1e-300))).squareRoot() * cos(2 * Double.pi * unit())
    }
}

extension CycleRows {
    /// With white noise on the voltage, V.
    func noisy(_ deviation: Double, _ random: inout RandomSource) -> CycleRows {
        var copy = self
        for k in copy.voltage.indices { copy.voltage[k] += deviation * random.normal() }
        return copy
    }
}

func chen() throws -> FitCell { try FitCell(file: ShippedCells.load("lg-m50-chen2020")) }

func fast(_ model: ModelKind = .dfn) -> SimulationOptions {
    var options = SimulationOptions()
    options.model = model
    options.mesh = .fast
    return options
}
