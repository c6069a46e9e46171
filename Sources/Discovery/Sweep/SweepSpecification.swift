/// Everything that decides the results of a sweep; it stands in `manifest.json`.
public struct SweepSpecification: Codable, Sendable, Equatable {
    /// Shipped cells or BPX files; several are a factor of the design.
    public var cells: [String] = []
    /// `PATH=VALUE`, as `cellar simulate --set`.
    public var changes: [String] = []
    /// Factors as they are written; see `SweepFactor`.
    public var vary: [String] = []
    /// Spreads as they are written; see `SweepSpread`.
    public var spread: [String] = []
    /// Points, or with a grid levels of each range.
    public var samples = 100
    /// Cells simulated at each point, which differ by their spread and noise.
    public var cellsPerPoint = 1
    /// How the points are laid out.
    public var design = SweepDesign.sobol
    /// Fixes everything random.
    public var seed: UInt64 = 1
    /// Of the measurement.
    public var noise = MeasurementNoise()

    /// The name of an ageing set or its file; nil: nothing ages.
    public var ageing: String?
    /// Steps of a cycle; or `protocolFile`, or a factor `protocol`.
    public var steps: [String] = []
    /// A protocol file.
    public var protocolFile: String?
    /// How often the protocol runs.
    public var cycles = 1
    /// State of health at which a run ends, 0…1.
    public var untilCapacity: Double?
    /// dfn, spme or spm; nil: what the cell file is written for.
    public var model: String?
    /// isothermal or lumped.
    public var thermal = "isothermal"
    /// Initial and ambient, °C.
    public var temperature: Double?
    /// Initial state of charge.
    public var stateOfCharge: Double?
    /// Initial open-circuit voltage, V.
    public var restVoltage: Double?
    /// Points n, s, p and shells r.
    public var mesh = [8, 4, 8, 8]
    /// Relative tolerance.
    public var relativeTolerance = 1e-3
    /// Absolute tolerance.
    public var absoluteTolerance = 1e-6
    /// structured or klu.
    public var linearSolver = "structured"
    /// Error allowed in a jump; nil: every cycle is simulated.
    public var jumpTolerance: Double?
    /// Cells with hysteresis by their single curve.
    public var ignoresHysteresis = false
    /// Time series of cycles n, 2 n, …, the first and the last; nil: none.
    public var seriesEvery: Int?
    /// A shipped recipe's name or its file: from its folder relative paths start.
    public var recipe: String?

    /// With defaults.
    public init() {}

    /// What a person calls a part of the specification, for telling two apart.
    static let words: [(String, @Sendable (SweepSpecification) -> String)] = [
        ("CELL", { $0.cells.joined(separator: " ") }), ("--recipe", { shown($0.recipe) }),
        ("--set", { $0.changes.joined(separator: ", ") }), ("--vary", { $0.vary.joined(separator: ", ") }),
        ("--spread", { $0.spread.joined(separator: ", ") }), ("--samples", { "\($0.samples)" }),
        ("--cells-per-point", { "\($0.cellsPerPoint)" }), ("--design", { $0.design.rawValue }),
        ("--seed", { "\($0.seed)" }),
        (
            "--noise",
            {
                "\($0.noise.capacity) \($0.noise.gain) \($0.noise.resistance) \($0.noise.voltage) "
                    + "\($0.noise.temperature)"
            }
        ),
        ("--ageing", { $0.ageing ?? "none" }), ("--protocol", { $0.steps.joined(separator: ", ") }),
        ("--protocol-file", { shown($0.protocolFile) }), ("--cycles", { "\($0.cycles)" }),
        ("--until-capacity", { shown($0.untilCapacity.map { 100 * $0 }) }), ("--model", { shown($0.model) }),
        ("--thermal", { $0.thermal }), ("--temperature", { shown($0.temperature) }),
        ("--soc", { shown($0.stateOfCharge) }), ("--rest-voltage", { shown($0.restVoltage) }),
        ("--mesh", { $0.mesh.map(String.init).joined(separator: "/") }), ("--rtol", { "\($0.relativeTolerance)" }),
        ("--atol", { "\($0.absoluteTolerance)" }), ("--linear-solver", { $0.linearSolver }),
        ("--jump-tolerance", { shown($0.jumpTolerance) }), ("--ignore-hysteresis", { "\($0.ignoresHysteresis)" }),
        ("--bdf-every", { shown($0.seriesEvery) }),
    ]

    private static func shown<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
}
