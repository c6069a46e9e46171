import Cells
import Discovery
import Electrochemistry

/// What `cellar sweep` makes of its options.
extension SweepCommand {
    /// The recipe's, with what the command line says over it. Throws `CommandError`, `SweepError`.
    func specification() throws -> SweepSpecification {
        if small, recipe == nil { throw CommandError.usage("--small: of what? --recipe NAME is needed with it") }
        var s = SweepSpecification()
        if let recipe {
            let read = try SweepRecipe(recipe)
            s = read.specification
            if small { s.samples = read.small }
        }
        // Their ranges are checked as for one simulation.
        let options = try shared.simulationOptions(shape: .dfn, mesh: "fast", tolerance: s.relativeTolerance)
        if !cells.isEmpty { s.cells = cells }
        guard Set(s.cells).count == s.cells.count else {
            throw CommandError.usage("CELL: a cell is named twice; name each once")
        }
        if !shared.changes.isEmpty { s.changes += shared.changes }
        if let ageing = shared.ageing { s.ageing = ageing == "none" ? nil : ageing }
        if !shared.steps.isEmpty || shared.protocolFile != nil {
            try shared.checkProtocol()
            s.steps = shared.steps
            s.protocolFile = shared.protocolFile
            s.vary.removeAll { $0.hasPrefix("protocol=") }
        }
        if shared.cycles != nil { s.cycles = try shared.repetitions() }
        for text in vary {
            let name = try SweepFactor(text).name
            s.vary.removeAll { (try? SweepFactor($0).name) == name }
            s.vary.append(text)
        }
        s.spread += spread
        s.samples = samples ?? s.samples
        s.cellsPerPoint = cellsPerPoint ?? s.cellsPerPoint
        s.design = design ?? s.design
        s.seed = seed ?? s.seed
        if let noise { s.noise = try MeasurementNoise(noise) }
        if let model = shared.model {
            guard let kind = model.kind else {
                throw CommandError.usage(
                    "--model ecm: a sweep solves electrochemical models; dfn, spme or spm is right")
            }
            s.model = kind.rawValue
        }
        s.thermal = shared.thermal?.rawValue ?? s.thermal
        s.temperature = shared.temperature ?? s.temperature
        if shared.soc != nil || shared.restVoltage != nil {
            (s.stateOfCharge, s.restVoltage) = (shared.soc, shared.restVoltage)
        }
        s.untilCapacity = options.untilCapacity ?? s.untilCapacity
        if shared.mesh != nil {
            s.mesh = [options.mesh.negative, options.mesh.separator, options.mesh.positive, options.mesh.shells]
        }
        s.relativeTolerance = options.relativeTolerance
        s.absoluteTolerance = shared.atol ?? s.absoluteTolerance
        s.linearSolver = shared.linearSolver?.rawValue ?? s.linearSolver
        s.jumpTolerance = options.jumps?.tolerance ?? s.jumpTolerance
        s.ignoresHysteresis = shared.ignoreHysteresis || s.ignoresHysteresis
        s.seriesEvery = bdfEvery ?? s.seriesEvery
        if let every = s.seriesEvery, every < 1 {
            throw CommandError.usage("--bdf-every \(every): out of range; a whole number above 0 is right, e.g. 100")
        }
        if s.jumpTolerance != nil, s.seriesEvery != nil {
            throw CommandError.usage("--bdf-every: with --jump its cycles may be skipped; leave one of them out")
        }
        return s
    }
}
