public import ArgumentParser
public import Discovery
public import Electrochemistry

// The words of --model, --thermal, --linear-solver, --half-cell and --design.
extension ModelKind: ExpressibleByArgument {}
extension ThermalModel: ExpressibleByArgument {}
extension LinearSolverKind: ExpressibleByArgument {}
extension SimulationOptions.WorkingElectrode: ExpressibleByArgument {}
extension SweepDesign: ExpressibleByArgument {}
