/// How a step drives the cell.
public enum StepMode: UInt8, Sendable, CaseIterable {
    /// Nothing tells.
    case unknown
    /// No current.
    case rest
    /// Charge at constant current.
    case ccCharge
    /// Discharge at constant current.
    case ccDischarge
    /// Charge at constant voltage.
    case cvCharge
    /// Discharge at constant voltage.
    case cvDischarge
    /// Charge at constant power.
    case cpCharge
    /// Discharge at constant power.
    case cpDischarge
    /// Discharge over a constant resistance.
    case crDischarge
    /// A profile over time.
    case drive
    /// A spectrum.
    case impedance

    /// As BDF's `step_type`.
    public var label: String {
        switch self {
        case .unknown: ""
        case .rest: "rest"
        case .ccCharge: "cc_charge"
        case .ccDischarge: "cc_discharge"
        case .cvCharge: "cv_charge"
        case .cvDischarge: "cv_discharge"
        case .cpCharge: "cp_charge"
        case .cpDischarge: "cp_discharge"
        case .crDischarge: "cr_discharge"
        case .drive: "drive"
        case .impedance: "impedance"
        }
    }
}

/// Records of one test with its conventions made one: time rises, current is positive on charge, cycles and steps count
/// without resetting, counters run from the start of the test. A piece of a file, or all of it.
public struct CyclingRecords: Sendable {
    /// Since the start of the test, s; never falls.
    public var time: [Double] = []
    /// V.
    public var voltage: [Double] = []
    /// A, positive on charge.
    public var current: [Double] = []
    /// Cycle index; never falls.
    public var cycle: [Int32] = []
    /// Step counter; never falls.
    public var step: [Int32] = []
    /// How the step drives the cell.
    public var mode: [StepMode] = []
    /// The cycler's own counters since the start of the test, A·h; empty where it has none.
    public var chargeCounter: [Double] = []
    /// As `chargeCounter`.
    public var dischargeCounter: [Double] = []
    /// The cycler's own counters since the start of the test, W·h; empty where it has none.
    public var chargeEnergyCounter: [Double] = []
    /// As `chargeEnergyCounter`.
    public var dischargeEnergyCounter: [Double] = []
    /// Of the cell, else of what is nearest, °C; empty where it was not measured.
    public var temperature: [Double] = []
    /// s; empty where there are no dates. Of the cycler's clock: its zone is unknown unless the file tells.
    public var unixTime: [Double] = []
    /// Since the step's start, s; empty where it was not recorded.
    public var stepTime: [Double] = []
    /// All other columns that were read, one value or word per record.
    public var extras: [CyclerTable.Column] = []

    /// Whether a row's current is the mean since the row before, and not the value at its time.
    public var currentIsMean = false

    /// None.
    public init() {}

    /// Records.
    public var count: Int { time.count }
}
