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
public enum ThermalModel: String, Sendable, CaseIterable { case isothermal, lumped }

/// How Newton's linear systems are solved.
public enum LinearSolverKind: String, Sendable, CaseIterable { case structured, klu }

/// Points per domain and shells per particle.
public struct Mesh: Sendable, Equatable {
    public var negative: Int
    public var separator: Int
    public var positive: Int
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
    public var model: ModelKind = .dfn
    public var mesh: Mesh = .standard
    public var thermal: ThermalModel = .isothermal
    public var relativeTolerance: Double = 1e-4
    public var absoluteTolerance: Double = 1e-6
    public var linearSolver: LinearSolverKind = .structured
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
    public enum WorkingElectrode: String, Sendable, CaseIterable { case negative, positive }
    /// Defaults.
    public init() {}
}

/// One output row.
public struct Sample: Sendable {
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
    public var cycle: Int
    public var step: Int
    public var text: String
    public var stepType: String
    /// s.
    public var startTime: Double
    public var duration: Double
    /// V at the step's first and last instant.
    public var startVoltage: Double
    public var endVoltage: Double
    /// A, positive on charge.
    public var startCurrent: Double
    public var endCurrent: Double
    /// A·h and W·h, positive on charge.
    public var charge: Double
    public var energy: Double
    /// K.
    public var endTemperature: Double
    public var maximumTemperature: Double
    /// Voltage change over current change 10 s after the step of current at its start, Ω; nil where there was none.
    public var resistance: Double?
    /// Lowest anode potential against lithium at the separator, V; nil without an anode.
    public var minimumAnodePotential: Double?
    /// Why it ended: `duration`, `voltage 2.5 V`, `lower cut-off`, `skipped: …`.
    public var endReason: String
    public var tags: [String]
}

/// What a cycle did.
public struct CycleSummary: Sendable {
    public var cycle: Int
    /// A·h, W·h; magnitudes.
    public var dischargeCapacity: Double
    public var chargeCapacity: Double
    public var dischargeEnergy: Double
    public var chargeEnergy: Double
    /// Discharge over charge capacity of the cycle; nil without a charge.
    public var coulombicEfficiency: Double?
    /// Ω.
    public var resistance: Double?
    /// 1 - lithium in all particles / initial.
    public var lossOfLithiumInventory: Double
    /// Discharge capacity over that of the first full discharge.
    public var soh: Double?
}

/// What the whole run did.
public struct RunSummary: Sendable {
    public var cycles: Int
    public var endReason: String
    public var dischargeCapacity: Double
    public var dischargeEnergy: Double
    public var solveSeconds: Double
    public var steps: Int
    public var residualEvaluations: Int
    public var jacobianEvaluations: Int
    public var newtonIterations: Int
    public var errorTestFailures: Int
    public var convergenceFailures: Int
    /// Papers and programs behind the result.
    public var citations: [String]
    public var warnings: [String]
}

/// Receives a run as it is computed.
public protocol ResultSink: AnyObject {
    /// Called once, with the names of the extra variables' columns.
    func begin(variableColumns: [String]) throws
    /// A row of the time series.
    func sample(_ sample: Sample) throws
    /// The end of a step.
    func endStep(_ summary: StepSummary) throws
    /// The end of a cycle.
    func endCycle(_ summary: CycleSummary) throws
    /// The run's end; not called when it throws.
    func end(_ summary: RunSummary) throws
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
    public var kind: Kind
    public var description: String
    /// Memberwise.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
