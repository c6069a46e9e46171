import ArgumentParser
import Cells
import CyclingData
import Electrochemistry

/// Options of every command that runs a protocol on a cell.
struct RunOptions: ParsableArguments {
    @Option(
        name: .customLong("protocol"), parsing: .upToNextOption,
        help: ArgumentHelp("Steps; may be repeated and appends.", valueName: "step"))
    var steps: [String] = []
    @Option(help: ArgumentHelp("YAML or JSON file of steps, repeats and tagged reference tests.", valueName: "file"))
    var protocolFile: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("How often the protocol runs (default: 1).", valueName: "n"))
    var cycles: Int?

    @Option(
        help: ArgumentHelp(
            "dfn, spme, spm (default: what the cell file is written for), or ecm: an equivalent circuit of that model.",
            valueName: "model"))
    var model: ModelName?
    @Option(help: ArgumentHelp("isothermal (the default) or lumped.", valueName: "thermal"))
    var thermal: ThermalModel?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Initial and ambient temperature, oC; the file's by default.", valueName: "celsius"))
    var temperature: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Initial state of charge, 0 to 1; the file's by default.", valueName: "fraction"))
    var soc: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Start at the state of this open-circuit voltage.", valueName: "volt"))
    var restVoltage: Double?
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Change a value of the cell file, e.g. \"Negative electrode > Thickness [m]=9e-5\"; may be repeated.",
            valueName: "path=value"))
    var changes: [String] = []
    @Flag(help: "Simulate a cell with hysteresis in its open-circuit potentials by the single curve OCP.")
    var ignoreHysteresis = false

    @Option(
        help: ArgumentHelp(
            "How the cell ages: none (the default), the name of a set of its file (see 'cellar cells CELL'), or a file.",
            valueName: "none|name|file"))
    var ageing: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End once a full discharge gives less than this of the first.", valueName: "percent"))
    var untilCapacity: Double?
    @Flag(
        help: ArgumentHelp(
            "Skip cycles by extrapolation, as many as the estimated error allows; needs --ageing. Off unless asked for."
        ))
    var jump = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Error allowed in one jump, a fraction of the capacity (default: 1e-4).", valueName: "number"))
    var jumpTolerance: Double?

    @Option(
        help: ArgumentHelp(
            "fast, standard, fine, or points n/s/p/r (default: standard; of a sweep: fast).", valueName: "mesh"))
    var mesh: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Relative tolerance (default: 1e-4; of a sweep: 1e-3).", valueName: "number"))
    var rtol: Double?
    @Option(parsing: .unconditional, help: ArgumentHelp("Absolute tolerance (default: 1e-6).", valueName: "number"))
    var atol: Double?
    @Option(help: ArgumentHelp("structured (the default) or klu.", valueName: "solver"))
    var linearSolver: LinearSolverKind?

    /// The ageing set's name or file; nil: the cell does not age.
    var ageingName: String? { ageing == "none" ? nil : ageing }

    /// Throws `CommandError` for a value out of its range.
    ///
    /// - Parameters:
    ///   - shape: what the cell file is written for; it decides the model where none is named.
    ///   - mesh: where none is named.
    ///   - tolerance: where none is named.
    func simulationOptions(
        shape: Cell.Shape, mesh defaultMesh: String = "standard", tolerance: Double = 1e-4
    ) throws -> SimulationOptions {
        var options = SimulationOptions()
        options.model = model?.kind ?? shape.defaultModel
        options.thermal = thermal ?? .isothermal
        options.linearSolver = linearSolver ?? .structured
        options.mesh = try MeshOption.mesh(mesh ?? defaultMesh)
        options.relativeTolerance = rtol ?? tolerance
        options.absoluteTolerance = atol ?? options.absoluteTolerance
        for (name, value) in [("rtol", options.relativeTolerance), ("atol", options.absoluteTolerance)]
        where !(value > 0 && value <= 0.1) {
            throw CommandError.usage("--\(name) \(value): out of range; above 0 and at most 0.1 is right, e.g. 1e-4")
        }
        options.temperature = try temperature.map(StartOptions.kelvin)
        if let untilCapacity {
            guard untilCapacity > 0, untilCapacity <= 100 else {
                throw CommandError.usage(
                    "--until-capacity \(untilCapacity): out of range; above 0 and at most 100 percent is right, e.g. 80"
                )
            }
            guard untilCapacity > 1 else {
                throw CommandError.usage(
                    "--until-capacity \(untilCapacity): per cent are meant; "
                        + "\(RunReport.short(100 * untilCapacity)) is right where this is a fraction")
            }
            options.untilCapacity = untilCapacity / 100
        }
        if jump {
            let tolerance = jumpTolerance ?? CycleJumps().tolerance
            guard tolerance > 0, tolerance <= 0.1 else {
                throw CommandError.usage(
                    "--jump-tolerance \(tolerance): out of range; above 0 and at most 0.1 is right, e.g. 1e-4")
            }
            options.jumps = CycleJumps(tolerance: tolerance)
        } else if jumpTolerance != nil {
            throw CommandError.usage("--jump-tolerance: of what? --jump is needed with it")
        }
        options.initialState = try StartOptions.state(soc: soc, restVoltage: restVoltage)
        return options
    }

    /// How often the protocol runs. Throws `CommandError`.
    func repetitions() throws -> Int {
        let cycles = cycles ?? 1
        guard cycles >= 1, cycles <= ProtocolFile.mostCycles else {
            throw CommandError.usage("--cycles \(cycles): out of range; 1 to \(ProtocolFile.mostCycles) are right")
        }
        return cycles
    }

    /// Throws `CommandError` where there is no protocol, or two.
    func checkProtocol() throws {
        switch (steps.isEmpty, protocolFile) {
        case (true, nil):
            throw CommandError.usage(
                "--protocol: no protocol given; --protocol \"Discharge at 1C until 2.5 V\" is right")
        case (false, .some):
            throw CommandError.usage("--protocol and --protocol-file: both give steps; give one of them")
        default: return
        }
    }

    /// Throws `CommandError` or `ProtocolError`.
    func cyclingProtocol() throws -> CyclingProtocol {
        let times = try repetitions()
        try checkProtocol()
        if let protocolFile { return try ProtocolFile.read(path: protocolFile, times: times) }
        let parsed = try steps.map { text in
            do {
                return try StepParser.parse(text)
            } catch let error as ProtocolError where error.kind == .step {
                throw CommandError.usage("--protocol: \(error)")
            }
        }
        return try ProtocolFile.cycles(of: parsed, times: times)
    }
}

extension Cell.Shape {
    /// The model that a file of this shape is simulated with unless another is named.
    var defaultModel: ModelKind { self == .spm ? .spm : self == .spme ? .spme : .dfn }
}
