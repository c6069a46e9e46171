public import ArgumentParser
public import Electrochemistry

// The words of --model, --thermal, --linear-solver and --half-cell.
extension ModelKind: ExpressibleByArgument {}
extension ThermalModel: ExpressibleByArgument {}
extension LinearSolverKind: ExpressibleByArgument {}
extension SimulationOptions.WorkingElectrode: ExpressibleByArgument {}
