import ArgumentParser
import Cells
import CyclingData
import Electrochemistry
import Identification
import Lifetime

/// Options of `cellar predict` that ask an identified cell.
struct WhatIfArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A fitted cell (of 'cellar fit --preset ageing --out'): it is simulated on from its present age.",
            valueName: "cell.json"))
    var cell: String?
    @Option(help: ArgumentHelp("With --cell: its ageing set, where it has several.", valueName: "name"))
    var ageing: String?
    @Option(
        name: .customLong("protocol"), parsing: .upToNextOption,
        help: ArgumentHelp("With --cell: the steps of every cycle so far.", valueName: "step"))
    var steps: [String] = []
    @Option(
        help: ArgumentHelp(
            "With --cell: another way of cycling from now on: temperature=15 (oC), or protocol=STEP; STEP; ..., or both "
                + "joined by '&'. May be repeated.",
            valueName: "change"))
    var whatIf: [String] = []
    @Option(help: ArgumentHelp("With --cell: around the cell so far, oC; the file's by default.", valueName: "celsius"))
    var temperature: Double?
    @Option(help: ArgumentHelp("With --cell: draws from what the fit leaves open.", valueName: "n")) var draws = 20
    @Option(help: ArgumentHelp("With --cell: cycles to look ahead at most.", valueName: "n")) var horizon = 3000
    @Option(help: ArgumentHelp("With --cell: fast, standard, fine, or points n/s/p/r.", valueName: "mesh"))
    var mesh = "fast"
    @Option(help: ArgumentHelp("With --cell: dfn, spme or spm (default: the file's).", valueName: "model"))
    var cellModel: ModelKind?

    /// Throws `CommandError` for options that do not go together.
    func check() throws {
        guard cell == nil else {
            guard !steps.isEmpty else {
                throw CommandError.usage("--cell: cycled how? --protocol STEP... is needed with it")
            }
            guard (0...10_000).contains(draws) else { throw CommandError.usage("--draws \(draws): 0 to 10000") }
            guard (10...100_000).contains(horizon) else {
                throw CommandError.usage("--horizon \(horizon): 10 to 100000")
            }
            return
        }
        for (option, isGiven) in [
            ("--what-if", !whatIf.isEmpty), ("--protocol", !steps.isEmpty), ("--ageing", ageing != nil),
            ("--temperature", temperature != nil), ("--cell-model", cellModel != nil),
        ] where isGiven {
            throw CommandError.usage(
                "\(option): of which cell? --cell FITTED.json is needed with it, as 'cellar fit --preset ageing' writes it"
            )
        }
    }

    private func parsed(_ steps: [String], _ option: String) throws -> [Step] {
        try steps.map { text in
            do { return try StepParser.parse(text) } catch let error as ProtocolError where error.kind == .step {
                throw CommandError.usage("\(option): \(error)")
            }
        }
    }

    /// The present way of cycling, then the others. Throws `CommandError`.
    func scenarios() throws -> [CellForecast.Scenario] {
        let base = CellForecast.Scenario(name: "as so far", steps: try parsed(steps, "--protocol"))
        return [base]
            + (try whatIf.map { text in
                var scenario = base
                scenario.name = text
                for part in text.split(separator: "&", omittingEmptySubsequences: false) {
                    guard let mark = part.firstIndex(of: "=") else { throw bad(text, "no NAME=VALUE") }
                    let value = CellLoader.trimmed(part[part.index(after: mark)...])
                    switch CellLoader.trimmed(part[..<mark]) {
                    case "temperature":
                        guard let celsius = Double(value), celsius.isFinite else {
                            throw bad(text, "'\(value)' is no temperature")
                        }
                        scenario.temperature = try StartOptions.kelvin(celsius: celsius)
                    case "protocol":
                        let steps = value.split(separator: ";").map(CellLoader.trimmed).filter { !$0.isEmpty }
                        guard !steps.isEmpty else { throw bad(text, "no steps") }
                        scenario.steps = try parsed(steps, "--what-if")
                    case let name: throw bad(text, "'\(name)' cannot be changed")
                    }
                }
                return scenario
            })
    }

    private func bad(_ text: String, _ problem: String) -> CommandError {
        CommandError.usage(
            "--what-if '\(text)': \(problem); temperature=15 or \"protocol=Discharge at C/2 until 3 V; Charge at C/3 until "
                + "4.1 V\" is right")
    }
}

/// `cellar predict --cell`: one cell's future by simulation.
struct WhatIfForecast {
    var arguments: WhatIfArguments
    var endOfLife: Double
    var nominalCapacity: Double?

    /// Reads the fitted cell and looks ahead. Throws `CommandError`.
    func run(_ history: CellHistory) throws -> (result: CellForecast.Result, remarks: [String]) {
        guard let path = arguments.cell else { throw CommandError.usage("--cell: none given") }
        let scenarios = try arguments.scenarios()
        let file = try CellLoader.file(path)
        do {
            let cell = try FitCell(file: file)
            let sets = file.ageingSets
            let fitted = file.fitRecord?.parameters.first.flatMap { parameter in
                sets.first { parameter.name.hasPrefix("\($0) > ") || parameter.name.contains(" > \($0) > ") }
            }
            guard let set = arguments.ageing ?? fitted ?? (sets.count == 1 ? sets.first : nil), sets.contains(set)
            else {
                throw CommandError.usage(
                    sets.isEmpty
                        ? "--cell \(path): it has no ageing set; 'cellar fit --preset ageing --out' writes one"
                        : "--ageing \(arguments.ageing ?? ""): which set of \(path)? One of \(sets.joined(separator: ", "))"
                )
            }
            var options = SimulationOptions()
            options.model =
                arguments.cellModel ?? (cell.cell.shape == .spm ? .spm : cell.cell.shape == .spme ? .spme : .dfn)
            options.mesh = try MeshOption.mesh(arguments.mesh)
            options.temperature = try arguments.temperature.map(StartOptions.kelvin)
            options.relativeTolerance = 1e-3
            var forecast = CellForecast(cell: cell, ageing: set, options: options)
            forecast.draws = arguments.draws
            forecast.endOfLife = endOfLife
            forecast.horizon = arguments.horizon
            Interrupt.watch()
            forecast.shouldStop = { Interrupt.wasReceived }
            var remarks: [String] = []
            if forecast.fit == nil {
                remarks.append(
                    "\(path) does not tell how far its rates may be off: no interval; 'cellar fit --preset ageing --out' "
                        + "writes a cell that does")
            }
            let nominal = nominalCapacity ?? history.initialCapacity
            guard nominal > 0, nominal.isFinite else {
                throw CommandError(
                    .badData, "\(history.name): no capacity to compare with; give --nominal-capacity in Ah")
            }
            let bar = CountingBar(total: arguments.draws + 1, what: "draws")
            defer { bar.clear() }
            let result = try forecast.run(
                CellForecast.History(cycles: history.cycles, capacities: history.capacities, nominal: nominal),
                scenarios
            ) { done, _ in bar.update(done) }
            if result.error > 0.02 {
                remarks.append(
                    "the fitted cell misses the capacities so far by \(ScoreReport.short(100 * result.error, 2)) % "
                        + "(root mean square): what it says of the future is no better")
            }
            if result.failed > 0 { remarks.append("\(result.failed) draws could not be simulated") }
            return (result, remarks)
        } catch let error as FitError {
            let code: FailureCode =
                error.kind == .usage ? .wrongCommandLine : error.kind == .data ? .badData : .computationFailed
            throw CommandError(code, "\(error)")
        } catch let error as BPXError {
            throw CommandError(error.kind == .notFound ? .noSuchFile : .badData, "\(path): \(error)")
        }
    }

    private static func whole(_ value: Double, _ horizon: Int) -> String {
        value >= Double(horizon) ? "> \(horizon)" : "\(Int(value.rounded()))"
    }

    /// For people.
    func text(_ result: CellForecast.Result) -> String {
        let horizon = arguments.horizon
        func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + "\(Int(value.rounded()))" }
        let rows = result.outcomes.enumerated().map { index, outcome in
            let range =
                "\(Self.whole(outcome.remaining.low, horizon)) to \(Self.whole(outcome.remaining.high, horizon))"
            let isOpen = outcome.isBeyond || result.outcomes[0].isBeyond
            return [
                outcome.name, Self.whole(outcome.remaining.value, horizon), result.draws > 0 ? range : "-",
                index == 0 ? "" : (isOpen ? "at least " : "") + signed(outcome.difference.value),
                index == 0 || result.draws == 0
                    ? "" : "\(signed(outcome.difference.low)) to \(signed(outcome.difference.high))",
            ]
        }
        return
            "SOH \(ScoreReport.short(100 * result.stateOfHealth, 3)) %; the fitted cell meets the capacities so far to "
            + "\(ScoreReport.short(100 * result.error, 2)) %\n"
            + TextTable.lay(
                rows,
                header: [
                    "from now on", "cycles to \(ScoreReport.short(100 * endOfLife, 3)) %", "90 %", "difference", "90 %",
                ])
            + "\nintervals hold what the fit leaves open, not what the model lacks"
    }

    /// What `--json` has of it.
    func json(_ result: CellForecast.Result, of file: String, _ warnings: [String]) -> JSON {
        func cycles(_ own: CellForecast.Cycles) -> JSON {
            .object([("value", .number(own.value)), ("low", .number(own.low)), ("high", .number(own.high))])
        }
        return .made([
            ("file", .text(file)), ("soh", .number(result.stateOfHealth)), ("history_rms", .number(result.error)),
            ("draws", .whole(result.draws)), ("failed", .whole(result.failed)),
            ("horizon", .whole(arguments.horizon)),
            (
                "scenarios",
                .list(
                    result.outcomes.map { outcome in
                        .object([
                            ("name", .text(outcome.name)), ("rul_cycles", cycles(outcome.remaining)),
                            ("difference", cycles(outcome.difference)), ("beyond_horizon", .number(outcome.beyond)),
                        ])
                    })
            ), ("warnings", .texts(warnings)),
        ])
    }
}
