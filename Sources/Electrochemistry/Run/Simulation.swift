public import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// A cell, its model and its solver, ready to run protocols.
///
/// ```swift
/// let simulation = try Simulation(cell: ShippedCells.load("lg-m50-chen2020").cell())
/// let summary = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [sink])
/// ```
/// Not shared between threads; runs on several threads take one `Simulation` each (`copy()` shares what is constant).
public final class Simulation {
    /// The cell, with windows and initial state as simulated.
    public let cell: Cell
    /// What was asked for.
    public let options: SimulationOptions
    private var engines: [Double: Engine] = [:]
    /// Holds the state in which the last run ended; nil before any.
    private(set) var stateEngine: Engine?
    /// Whether the run starts at full charge.
    let startsFull: Bool
    private let startStoichiometries: (negative: [Double], positive: [Double])
    /// Whether the run starts from the lithium that an aged cell's file tells.
    private let isAsInFile: Bool
    /// In the particles of the cell when it was fresh, mol per m² of electrode pair; nil: as at the run's start.
    let freshLithium: Double?
    /// Where a cell goes on ageing from; nil: it is fresh, or does not age.
    let agedStart: AgedState?
    /// What the last run has left of the cell; nil before any, and where nothing ages.
    public private(set) var agedState: AgedState?

    /// Prepares a simulation. Throws `SimulationError`: parameters the model needs are missing, or the options ask for
    /// what cannot be.
    public init(cell: Cell, options: SimulationOptions = SimulationOptions()) throws {
        var cell = cell
        var options = options
        try options.validate()
        if options.halfCell == nil, cell.negative == nil || cell.positive == nil {
            let missing = cell.negative == nil ? "Negative electrode" : "Positive electrode"
            throw SimulationError(
                .data,
                "\(cell.name): \(missing): missing; a whole cell needs both (one alone runs with --half-cell)")
        }
        let goesOnAgeing = options.ageing != nil && options.halfCell == nil && cell.isDegraded
        let freshInventory = cell.agedState?.freshLithium ?? cell.refreshed.lithiumInventory * 3600 / Constants.faraday
        if !goesOnAgeing { cell = cell.heldAtItsAge }
        // What lies at rest at a voltage: the cell, or the working electrode alone against metal at 0 V.
        var resting = cell
        switch options.halfCell {
        case nil: break
        case .positive:
            guard cell.positive != nil else {
                throw SimulationError(.usage, "--half-cell positive: the cell file has no positive electrode")
            }
            resting.negative = nil
        case .negative:
            guard cell.negative != nil else {
                throw SimulationError(.usage, "--half-cell negative: the cell file has no negative electrode")
            }
            resting.positive = nil
        }
        let ends = [0.0, 1.0].map { resting.openCircuitVoltage(stateOfCharge: $0) }
        let soc: Double
        switch options.initialState {
        case .asInFile: soc = cell.initialStateOfCharge
        case .stateOfCharge(let value): soc = value
        case .restVoltage(let voltage):
            guard let found = resting.stateOfCharge(atRestVoltage: voltage) else {
                let whose =
                    options.halfCell.map { "the \($0) electrode's potentials" } ?? "the cell's open-circuit window"
                throw SimulationError(
                    .usage,
                    "rest voltage \(rounded(voltage)) V: outside \(whose) of \(rounded(ends.min()!)) to "
                        + "\(rounded(ends.max()!)) V")
            }
            soc = found
        }
        var start = cell.stoichiometries(stateOfCharge: soc)
        isAsInFile = options.initialState == .asInFile && cell.agedStoichiometries != nil
        if isAsInFile, let aged = cell.agedStoichiometries { start = aged }
        startsFull = options.halfCell == .negative ? soc <= 0.02 : soc >= 0.98
        if options.halfCell == .negative {
            // The working electrode takes the positive place: it is lithiated on discharge.
            cell.positive = cell.negative
            start.positive = start.negative
        }
        if options.halfCell != nil {
            cell.negative = nil
            start.negative = []
            // Its own cut-offs: the potentials at the ends of its window, all materials at rest, and a margin.
            cell.upperCutOff = ends.max()! + 0.05
            cell.lowerCutOff = ends.min()! - (options.halfCell == .negative ? 0.05 : 0.2)
        }
        if goesOnAgeing, let set = options.ageing {
            // The model is the fresh cell's; its state is the aged one's.
            let state = cell.agedState ?? AgedState(lossesOf: cell)
            agedStart = state
            options.ageing = try set.carrying(state)
        } else {
            agedStart = nil
        }
        freshLithium =
            cell.isDegraded && options.halfCell == nil
            ? freshInventory / (cell.electrodeArea * Double(cell.electrodePairs)) : nil
        if goesOnAgeing { cell = cell.refreshed }
        self.cell = cell
        self.options = options
        startStoichiometries = start
        let known = try engine(at: options.temperature ?? cell.initialTemperature).outputs.map(\.name)
        for name in options.variables where !known.contains(name) {
            throw SimulationError(
                .usage,
                "--variables \(name): unknown for this model; "
                    + (nearest(to: name, among: known).map { "nearest: \($0)" }
                        ?? "known: \(known.joined(separator: ", "))"))
        }
    }

    /// Names and units that `SimulationOptions.variables` may ask for.
    public var availableVariables: [(name: String, unit: String)] {
        (engines.values.first?.outputs ?? []).map { ($0.name, $0.unit) }
    }

    /// Model and integrator at one temperature of the functions; an isothermal run has one for each ambient temperature.
    final class Engine {
        let model: CellModel
        let session: IDASession
        /// Made when asked for: their column names cost more than a short run.
        private(set) lazy var outputs = model.outputs()
        init(parameters: ModelParameters) throws {
            let o = parameters.options
            switch o.model {
            case .dfn: model = try PorousElectrodeModel(parameters)
            case .spme: model = try SingleParticleModel(parameters, withElectrolyte: true)
            case .spm: model = try SingleParticleModel(parameters, withElectrolyte: false)
            }
            let t = model.tail
            session = try IDASession(
                model: model, relativeTolerance: o.relativeTolerance, absoluteTolerance: o.absoluteTolerance,
                linearSolver: o.linearSolver,
                probed: [t.current, t.voltage, t.charge] + (t.temperature.map { [$0] } ?? []))
        }
    }

    func engine(at temperature: Double) throws -> Engine {
        let key = options.thermal == .lumped ? 0 : temperature
        if let engine = engines[key] { return engine }
        var options = options
        options.temperature = options.thermal == .lumped ? options.temperature : temperature
        let parameters = try ModelParameters(
            cell: cell, options: options, initialStoichiometries: startStoichiometries)
        let engine = try Engine(parameters: parameters)
        engines[key] = engine
        return engine
    }

    /// Runs a protocol from the initial state, pushing rows to the sinks as they are computed.
    ///
    /// `shouldStop` is polled at every internal step; when it turns true the run throws a `SimulationError` of kind
    /// `.cancelled`. Other errors: `.computation` with its physical reason where there is one, and whatever a sink throws.
    ///
    /// `checkpoint` receives the run's state after every cycle; a run started `from` one of them, with the same cell,
    /// options and protocol, goes on to the same numbers, bit for bit. `fingerprint` goes into the checkpoints.
    public func run(
        _ protocol: CyclingProtocol, into sinks: [any ResultSink] = [], from start: RunCheckpoint? = nil,
        fingerprint: String = "", shouldStop: () -> Bool = { false }, progress: (RunProgress) -> Void = { _ in },
        checkpoint: ((RunCheckpoint) throws -> Void)? = nil
    ) throws -> RunSummary {
        // What is refused is refused before anything runs.
        for cycle in `protocol`.cycles {
            for step in cycle.steps { try StepPlan.check(step, cell: cell, period: options.period) }
        }
        let engine = try engine(at: options.temperature ?? cell.initialTemperature)
        let run = Run(simulation: self, engine: engine, sinks: sinks)
        stateEngine = nil
        let summary = try run.execute(
            `protocol`, from: start, fingerprint: fingerprint, shouldStop: shouldStop, progress: progress,
            checkpoint: checkpoint, engineAt: engine(at:))
        stateEngine = run.engine
        agedState = run.agedState(cycles: summary.cycles)
        return summary
    }

    /// Brings a model's fresh state at rest to the cell's age.
    func placeAged(_ model: CellModel, _ y: UnsafeMutablePointer<Double>, temperature: Double) {
        guard let agedStart, let model = model as? any AgeingModel else { return }
        model.place(agedStart, isAsInFile ? nil : startStoichiometries, y, temperature: temperature)
    }
}

/// How far a run is.
public struct RunProgress: Sendable {
    /// From 1.
    public var cycle: Int
    /// The protocol's cycles.
    public var cycles: Int
    /// Position in the cycle, from 1.
    public var step: Int
    /// The cycle's steps.
    public var stepsInCycle: Int
    /// Simulated, s.
    public var time: Double
    /// State of health after the last cycle; nil before the first full discharge.
    public var soh: Double?
    /// After how many cycles the run will end: the protocol's, or fewer where it ends at a capacity and the fade so far
    /// carries on. For a progress bar, not for a prognosis.
    public var expectedCycles: Double
}

extension SimulationOptions {
    func validate() throws {
        func bad(_ text: String) -> SimulationError { SimulationError(.usage, text) }
        for (name, value) in [("rtol", relativeTolerance), ("atol", absoluteTolerance)]
        where !(value > 0 && value <= 0.1) {
            throw bad("--\(name) \(value): a tolerance lies between 0 and 0.1")
        }
        for (name, value) in [
            ("negative", mesh.negative), ("separator", mesh.separator), ("positive", mesh.positive),
            ("shells", mesh.shells),
        ] where !(2...2000).contains(value) {
            throw bad("--mesh: \(value) \(name) points: 2 to 2000 are possible")
        }
        guard mesh.grading >= 1, mesh.grading <= 5 else { throw bad("mesh grading \(mesh.grading): 1 to 5") }
        if let temperature, !(temperature > 150 && temperature < 500) {
            throw bad("temperature \(temperature) K: between 150 and 500 K")
        }
        if let period, !(period > 0 && period.isFinite) { throw bad("--period \(period): a positive time, s") }
        if ageing != nil, halfCell != nil {
            throw bad("--ageing: against lithium metal nothing ages; leave --ageing or --half-cell out")
        }
        if let jumps {
            guard jumps.tolerance > 0, jumps.tolerance <= 0.1 else {
                throw bad("jump tolerance \(jumps.tolerance): above 0 and at most 0.1")
            }
            guard let ageing else {
                throw bad("--jump: without --ageing no cycle differs from the next; name a set, or leave it out")
            }
            guard ageing.dryOut == nil else {
                throw bad("--jump: not with an ageing set that dries out; its lithium would not add up over a jump")
            }
        }
        if case .stateOfCharge(let s) = initialState, !(s >= 0 && s <= 1) { throw bad("--soc \(s): between 0 and 1") }
    }
}
