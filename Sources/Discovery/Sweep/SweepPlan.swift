internal import Cells
internal import Electrochemistry
internal import Learning

/// A sweep with everything it reads, checked: each run's values, cell, options and protocol.
public struct SweepPlan: Sendable {
    /// What was asked for.
    public let specification: SweepSpecification
    /// What varies by design.
    public let factors: [SweepFactor]
    /// Points of the design times cells at each.
    public let runs: Int
    /// Names of the varied columns: `cell`, the factors, the spreads.
    public let columns: [String]
    /// Checksums of what was read.
    let inputs: [String: String]
    private let spreads: [SweepSpread]
    private let design: DesignPoints
    private let targets: [Target]
    private let files: SweepFiles
    private let baseOptions: SimulationOptions

    /// What a factor sets.
    private enum Target: Sendable { case cell, ageing, protocolFile, temperature, stateOfCharge, variable, paths }

    /// Reads and checks. Throws `SweepError`, `BPXError` or `ProtocolError`.
    public init(_ specification: SweepSpecification) throws {
        self.specification = specification
        let factors = try specification.vary.map { try SweepFactor($0) }
        self.factors = factors
        spreads = try specification.spread.map { try SweepSpread($0) }
        guard specification.samples >= 1, specification.samples <= DesignPoints.mostPoints else {
            throw SweepError(
                .usage, "--samples \(specification.samples): out of range; 1 to \(DesignPoints.mostPoints) are right")
        }
        guard (1...10_000).contains(specification.cellsPerPoint) else {
            throw SweepError(
                .usage, "--cells-per-point \(specification.cellsPerPoint): out of range; 1 to 10000 are right")
        }
        guard specification.cellsPerPoint == 1 || !spreads.isEmpty || !specification.noise.isNone else {
            throw SweepError(
                .usage, "--cells-per-point: they would all be alike; give a --spread or --noise by which they differ")
        }
        files = try SweepFiles(
            specification, ageing: Self.names("ageing", factors), protocols: Self.names("protocol", factors),
            variables: factors.flatMap(\.paths))
        baseOptions = try Self.options(specification)
        let variables = files.variables
        targets = factors.map { factor in
            switch factor.paths {
            case ["ageing"]: .ageing
            case ["protocol"]: .protocolFile
            case ["temperature"]: .temperature
            case ["soc"]: .stateOfCharge
            case let paths where paths.count == 1 && variables.contains(paths[0]): .variable
            default: .paths
            }
        }
        columns = ["cell"] + factors.map(\.name) + spreads.map(\.name)
        for (index, name) in columns.enumerated() {
            guard !columns[..<index].contains(name), !SweepTable.names.contains(name) else {
                throw SweepError(
                    .usage, "--vary '\(name)': there is a column of this name already; \"NAME := PATH=…\" gives another"
                )
            }
        }
        for factor in factors where factor.multiplies && factor.paths.count == 1 {
            let keywords = ["temperature", "soc", "ageing", "protocol"]
            guard !keywords.contains(factor.paths[0]), !variables.contains(factor.paths[0]) else {
                throw SweepError(
                    .usage, "--vary '\(factor.name)': * multiplies values of the cell file; give the values themselves")
            }
        }
        let counts: [Int?] = specification.cells.count > 1 ? [specification.cells.count] : []
        design = try DesignPoints(
            specification.design, levels: counts + factors.map(\.levelCount), samples: specification.samples,
            seed: specification.seed)
        let (runs, overflows) = design.count.multipliedReportingOverflow(by: specification.cellsPerPoint)
        guard !overflows, runs <= DesignPoints.mostPoints else {
            throw SweepError(.usage, "--samples: more than \(DesignPoints.mostPoints) runs; fewer are right")
        }
        self.runs = runs
        inputs = try files.checksums(Self.middle(factors))
        try check()
    }

    /// The names that a factor chooses from; nil where there is no such factor.
    private static func names(_ keyword: String, _ factors: [SweepFactor]) throws -> [String]? {
        guard let factor = factors.first(where: { $0.paths == [keyword] }) else { return nil }
        guard case .list(let values) = factor.levels else {
            throw SweepError(.usage, "--vary \(keyword): names are needed, as in \"\(keyword)=A,B\"")
        }
        return values.map(\.text)
    }

    /// The design's point of a run, from 1.
    func point(of run: Int) -> Int { (run - 1) / specification.cellsPerPoint + 1 }

    /// What a run is given, in the order of `columns`; runs count from 1.
    public func values(of run: Int) -> [SweepValue] {
        var coordinates = design.point(point(of: run) - 1)[...]
        var cell = specification.cells.first ?? ""
        if specification.cells.count > 1, let first = coordinates.popFirst() {
            cell =
                specification.cells[min(Int(first * Double(specification.cells.count)), specification.cells.count - 1)]
        }
        let drawn = zip(factors, coordinates).map { $0.value(at: $1) }
        var source = random(run, 1)
        let spread = spreads.map { spread in
            SweepValue.number(nineDigits(1 + spread.deviation * min(max(source.normal(), -3), 3)))
        }
        return [.text(cell)] + drawn + spread
    }

    /// A source of random numbers for a run; `stream` keeps uses apart.
    func random(_ run: Int, _ stream: UInt64) -> RandomSource {
        RandomSource(seed: specification.seed &+ 0x5EED).branch(UInt64(run), stream)
    }

    /// Cell, options and protocol of a run.
    ///
    /// Throws `BPXError`, `SimulationError` or `ProtocolError` where these values together make no cell.
    func configuration(_ values: [SweepValue]) throws -> (Cell, SimulationOptions, CyclingProtocol) {
        let cell = values[0].text
        var options = baseOptions
        var ageing = specification.ageing
        var filled: [String: String] = [:]
        var protocolName = files.onlyProtocol
        for (index, target) in targets.enumerated() {
            let value = values[index + 1]
            switch target {
            case .ageing: ageing = value.text == "none" ? nil : value.text
            case .protocolFile: protocolName = value.text
            case .temperature: options.temperature = value.number.map { $0 + 273.15 }
            case .stateOfCharge: options.initialState = value.number.map { .stateOfCharge($0) } ?? .asInFile
            case .variable: filled[factors[index].paths[0]] = value.text
            case .cell, .paths: break
            }
        }
        var (file, set) = try files.base(cell: cell, ageing: ageing)
        for (index, target) in targets.enumerated() {
            guard case .paths = target else { continue }
            try apply(factors[index], values[index + 1], to: &file, set)
        }
        for (index, spread) in spreads.enumerated() {
            guard let factor = values[1 + factors.count + index].number else { continue }
            for path in spread.paths {
                guard let path = try files.path(path, in: file, set) else { continue }
                try file.scale(path: path, by: factor)
            }
        }
        var resolved = try file.cell()
        if resolved.hasHysteresis {
            guard specification.ignoresHysteresis else {
                throw SimulationError(
                    .data,
                    "\(cell): open-circuit potentials with hysteresis; --ignore-hysteresis takes the single curve")
            }
            resolved = resolved.ignoringHysteresis
        }
        if specification.model == nil {
            options.model = resolved.shape == .spm ? .spm : resolved.shape == .spme ? .spme : .dfn
        }
        if let set { options.ageing = try file.ageingSet(named: set) }
        return (resolved, options, try files.plan(protocolName, filled))
    }

    private func apply(_ factor: SweepFactor, _ value: SweepValue, to file: inout CellFile, _ set: String?) throws {
        for path in factor.paths {
            guard let path = try files.path(path, in: file, set) else { continue }
            if factor.multiplies, let number = value.number {
                try file.scale(path: path, by: number)
            } else {
                try file.set(path: path, value: value.text)
            }
        }
    }

    /// Each factor in the middle of its range.
    private static func middle(_ factors: [SweepFactor]) -> [String: String] {
        Dictionary(factors.map { ($0.paths[0], $0.value(at: 0.5).text) }, uniquingKeysWith: { first, _ in first })
    }

    /// Every path leads somewhere, for every cell and set, at both ends; and in the middle a model can be made.
    private func check() throws {
        for cell in specification.cells {
            for ageing in files.ageingNames {
                let (base, set) = try files.base(cell: cell, ageing: ageing)
                for (factor, target) in zip(factors, targets) {
                    guard case .paths = target else { continue }
                    for value in factor.ends {
                        var file = base
                        do {
                            try apply(factor, value, to: &file, set)
                        } catch let error as BPXError {
                            throw SweepError(.usage, "--vary '\(factor.name)': \(cell): \(error)")
                        }
                    }
                }
                for spread in spreads {
                    for path in spread.paths {
                        var file = base
                        do {
                            guard let path = try files.path(path, in: file, set) else { continue }
                            try file.scale(path: path, by: 1 + 3 * spread.deviation)
                            try file.scale(path: path, by: 1 - 3 * spread.deviation)
                        } catch let error as BPXError {
                            throw SweepError(.usage, "--spread '\(spread.name)': \(cell): \(error)")
                        }
                    }
                }
                var values = [SweepValue.text(cell)]
                for (factor, target) in zip(factors, targets) {
                    if case .ageing = target {
                        values.append(.text(ageing ?? "none"))
                    } else {
                        values.append(factor.value(at: 0.5))
                    }
                }
                values += spreads.map { _ in .number(1) }
                let (resolved, options, _) = try configuration(values)
                _ = try Simulation(cell: resolved, options: options)
            }
        }
        for (factor, target) in zip(factors, targets) {
            switch target {
            case .temperature:
                for end in factor.ends where end.number.map({ (-100...200).contains($0) }) != true {
                    throw SweepError(
                        .usage, "--vary temperature: \(end.text) is out of range; -100 to 200 oC are right, e.g. 10:45")
                }
            case .stateOfCharge:
                for end in factor.ends where end.number.map({ (0...1).contains($0) }) != true {
                    throw SweepError(.usage, "--vary soc: \(end.text) is out of range; fractions from 0 to 1 are right")
                }
            default: break
            }
        }
    }

    private static func options(_ s: SweepSpecification) throws -> SimulationOptions {
        var options = SimulationOptions()
        if let model = s.model {
            guard let kind = ModelKind(rawValue: model) else {
                throw SweepError(.usage, "--model \(model): unknown; dfn, spme or spm is right")
            }
            options.model = kind
        }
        guard let thermal = ThermalModel(rawValue: s.thermal) else {
            throw SweepError(.usage, "--thermal \(s.thermal): unknown; isothermal or lumped is right")
        }
        guard let solver = LinearSolverKind(rawValue: s.linearSolver) else {
            throw SweepError(.usage, "--linear-solver \(s.linearSolver): unknown; structured or klu is right")
        }
        guard s.mesh.count == 4 else { throw SweepError(.usage, "--mesh: four numbers of points are needed") }
        options.thermal = thermal
        options.linearSolver = solver
        options.mesh = Mesh(negative: s.mesh[0], separator: s.mesh[1], positive: s.mesh[2], shells: s.mesh[3])
        options.relativeTolerance = s.relativeTolerance
        options.absoluteTolerance = s.absoluteTolerance
        options.untilCapacity = s.untilCapacity
        options.temperature = s.temperature.map { $0 + 273.15 }
        options.jumps = s.jumpTolerance.map { CycleJumps(tolerance: $0) }
        if let soc = s.stateOfCharge { options.initialState = .stateOfCharge(soc) }
        if let voltage = s.restVoltage { options.initialState = .restVoltage(voltage) }
        return options
    }
}

extension SweepFactor {
    /// The lowest and the highest value, or all of a list.
    var ends: [SweepValue] {
        switch levels {
        case .list(let values): values
        case .range: [value(at: 0), value(at: 1)]
        }
    }
}
