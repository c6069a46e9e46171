public import Cells

/// Which equations are solved.
public enum ModelKind: String, Sendable, CaseIterable {
    /// Doyle-Fuller-Newman, pseudo-2D.
    case dfn
    /// Single particle with electrolyte, composite form of Marquis et al. 2019.
    case spme
    /// Single particle.
    case spm
}

/// Temperature model.
public enum ThermalModel: String, Sendable, CaseIterable {
    /// That of the surroundings.
    case isothermal
    /// One temperature of the whole cell, from its heat and its cooling.
    case lumped
}

/// How Newton's linear systems are solved.
public enum LinearSolverKind: String, Sendable, CaseIterable {
    /// Particles eliminated into their x-points, a block-tridiagonal sweep over x.
    case structured
    /// SuiteSparse KLU on the whole sparse matrix, a cross-check.
    case klu
}

/// Points per domain and shells per particle.
public struct Mesh: Sendable, Equatable {
    /// Points across the negative electrode.
    public var negative: Int
    /// Points across the separator.
    public var separator: Int
    /// Points across the positive electrode.
    public var positive: Int
    /// Shells of each particle.
    public var shells: Int
    /// Exponent p of the shell grading r/R = 1 - (1 - ξ)^p; 1 is uniform.
    public var grading: Double
    /// Memberwise.
    public init(negative: Int, separator: Int, positive: Int, shells: Int, grading: Double = 2.3) {
        self.negative = negative
        self.separator = separator
        self.positive = positive
        self.shells = shells
        self.grading = grading
    }
    /// Within 5 mV of a converged mesh at 1C.
    public static let fast = Mesh(negative: 8, separator: 4, positive: 8, shells: 8)
    /// Within 1 mV RMS.
    public static let standard = Mesh(negative: 20, separator: 20, positive: 20, shells: 20)
    /// Within 0.3 mV RMS.
    public static let fine = Mesh(negative: 60, separator: 30, positive: 60, shells: 60)
}

/// Where a simulation starts.
public enum InitialState: Sendable, Equatable {
    /// The file's own initial state of charge.
    case asInFile
    /// 0…1 of the stoichiometry window.
    case stateOfCharge(Double)
    /// The state whose open-circuit voltage this is, V.
    case restVoltage(Double)
}

/// Everything about a simulation but the cell and the protocol.
public struct SimulationOptions: Sendable {
    /// Which equations are solved.
    public var model: ModelKind = .dfn
    /// Points and shells.
    public var mesh: Mesh = .standard
    /// How the cell ages; nil: not at all.
    public var ageing: AgeingSet?
    /// State of health at which a run ends, 0…1; nil: the protocol's end alone.
    public var untilCapacity: Double?
    /// Whether and how cycles may be skipped; nil: every cycle is simulated.
    public var jumps: CycleJumps?
    /// Whether the temperature is an unknown.
    public var thermal: ThermalModel = .isothermal
    /// Relative tolerance of every time step.
    public var relativeTolerance: Double = 1e-4
    /// Absolute tolerance, of unknowns that are scaled to about 1.
    public var absoluteTolerance: Double = 1e-6
    /// How the linear systems are solved; both ways agree to the tolerance.
    public var linearSolver: LinearSolverKind = .structured
    /// Where the run starts.
    public var initialState: InitialState = .asInFile
    /// Initial and ambient temperature, K; nil takes the file's.
    public var temperature: Double? = nil
    /// Output period, s; nil for 1/200 of the step, at most 60 s.
    public var period: Double? = nil
    /// Names of further outputs, from `Simulation.availableVariables`.
    public var variables: [String] = []
    /// One electrode against lithium metal.
    public var halfCell: WorkingElectrode? = nil
    /// The electrode kept in a half-cell.
    public enum WorkingElectrode: String, Sendable, CaseIterable {
        /// The negative electrode.
        case negative
        /// The positive electrode.
        case positive
    }
    /// Defaults.
    public init() {}
}

/// One output row.
public struct Sample: Sendable, Equatable {
    /// s since the start of the run.
    public var time: Double
    /// V.
    public var voltage: Double
    /// A, positive on charge.
    public var current: Double
    /// From 1.
    public var cycle: Int
    /// From 1, never reset.
    public var step: Int
    /// As BDF's `step_type`, e.g. `cc_discharge`.
    public var stepType: String
    /// Charge passed since the start, A·h, positive on charge.
    public var netCapacity: Double
    /// K.
    public var temperature: Double
    /// Values of the requested variables, flattened; columns as given to `begin`.
    public var variables: [Double]
}

/// What a step did.
public struct StepSummary: Sendable {
    /// From 1.
    public var cycle: Int
    /// From 1, never reset.
    public var step: Int
    /// The step as the user wrote it.
    public var text: String
    /// As BDF's `step_type`, e.g. `cc_discharge`.
    public var stepType: String
    /// s.
    public var startTime: Double
    /// s.
    public var duration: Double
    /// V at the step's first instant.
    public var startVoltage: Double
    /// V at the step's last instant.
    public var endVoltage: Double
    /// A at the step's first instant, positive on charge.
    public var startCurrent: Double
    /// A at the step's last instant, positive on charge.
    public var endCurrent: Double
    /// A·h, positive on charge.
    public var charge: Double
    /// W·h, positive on charge.
    public var energy: Double
    /// At the step's end, K.
    public var endTemperature: Double
    /// Highest during the step, K.
    public var maximumTemperature: Double
    /// Voltage change over current change 10 s after the step of current at its start, Ω; nil where there was none.
    public var resistance: Double?
    /// Lowest anode potential against lithium at the separator, V; nil without an anode.
    public var minimumAnodePotential: Double?
    /// Why it ended: `duration`, `voltage 2.5 V`, `lower cut-off`, `skipped: …`.
    public var endReason: String
    /// Tags that the step was given in its protocol.
    public var tags: [String]
}

/// What is known of a cycle before it runs.
public struct CycleStart: Sendable {
    /// From 1.
    public var cycle: Int
    /// The protocol's cycles.
    public var cycles: Int
    /// Tags that its steps were given in the protocol, each once.
    public var tags: [String]
}

/// What a cycle did.
public struct CycleSummary: Sendable {
    /// From 1.
    public var cycle: Int
    /// A·h; a magnitude.
    public var dischargeCapacity: Double
    /// A·h; a magnitude.
    public var chargeCapacity: Double
    /// W·h; a magnitude.
    public var dischargeEnergy: Double
    /// W·h; a magnitude.
    public var chargeEnergy: Double
    /// Discharge over charge capacity of the cycle; nil without a charge.
    public var coulombicEfficiency: Double?
    /// Ω.
    public var resistance: Double?
    /// 1 - lithium in all particles / initial; nil in a half-cell, whose lithium comes from outside.
    public var lossOfLithiumInventory: Double?
    /// State of health, see `StateOfHealth.definition`. Nil before the first full discharge.
    public var soh: Double?
    /// At the end of the cycle; nil without ageing.
    public var ageing: AgeingState?
    /// Cycles before this one that a jump passed over.
    public var skippedCycles = 0
    /// Of that jump: the estimate of its error, as `CycleJumps.tolerance`; nil without one.
    public var jumpError: Double?
    /// At the end of the cycle; nil without ageing, and where the voltage limits are out of reach.
    public var books: DegradationBooks?
}

/// What the whole run did.
public struct RunSummary: Sendable {
    /// Cycles run.
    public var cycles: Int
    /// Why the last step ended.
    public var endReason: String
    /// The bound that ended the cell's life, and where; nil where the protocol ended first.
    public var endOfLife: String?
    /// Discharged in the last cycle, A·h.
    public var dischargeCapacity: Double
    /// Discharged in the last cycle, W·h.
    public var dischargeEnergy: Double
    /// Wall time from the first Newton iteration to the last accepted step, sinks excluded, s.
    public var solveSeconds: Double
    /// The integrator's accepted steps.
    public var steps: Int
    /// Evaluations of the residual.
    public var residualEvaluations: Int
    /// Evaluations and factorisations of the Jacobian.
    public var jacobianEvaluations: Int
    /// Newton's iterations.
    public var newtonIterations: Int
    /// Steps rejected for their error.
    public var errorTestFailures: Int
    /// Steps where Newton's iteration did not converge.
    public var convergenceFailures: Int
    /// Papers and programs behind the result.
    public var citations: [String]
    /// What was done otherwise than asked, one sentence each.
    public var warnings: [String]
    /// What was skipped; nil in a run that may not jump.
    public var jumps: JumpSummary?
}

/// Receives a run as it is computed.
public protocol ResultSink: AnyObject {
    /// Called once, with the names of the extra variables' columns.
    func begin(variableColumns: [String]) throws
    /// The start of a cycle.
    func beginCycle(_ start: CycleStart) throws
    /// Whether the current cycle's rows are wanted; asked after `beginCycle`. Rows that nobody wants cost nothing.
    var wantsSamples: Bool { get }
    /// A row of the time series.
    func sample(_ sample: Sample) throws
    /// The end of a step.
    func endStep(_ summary: StepSummary) throws
    /// The end of a cycle.
    func endCycle(_ summary: CycleSummary) throws
    /// The run's end; not called when it throws.
    func end(_ summary: RunSummary) throws
}

extension ResultSink {
    /// True.
    public var wantsSamples: Bool { true }
    /// Does nothing.
    public func beginCycle(_ start: CycleStart) throws {}
}

/// Why a simulation cannot start or go on.
public struct SimulationError: Error, CustomStringConvertible, Sendable {
    /// Whose fault it is; decides the exit code.
    public enum Kind: Sendable {
        /// The options or the protocol ask for what cannot be.
        case usage
        /// The cell file lacks what the model needs, or contradicts it.
        case data
        /// The computation failed; the description says physically why where that is known.
        case computation
        /// The caller asked to stop.
        case cancelled
    }
    /// Whose fault it is.
    public var kind: Kind
    /// What is wrong, and why where that is known.
    public var description: String
    /// Memberwise.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
