import ArgumentParser
import Cells
import CyclingData
import Electrochemistry
import Identification
import Reports

/// `cellar fit`.
struct FitCommand: ParsableCommand {
    /// Ready-made lists of parameters.
    enum Preset: String, ExpressibleByArgument, CaseIterable { case windows, kinetics, ageing }

    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Parameters of a cell from cycling data, with 95 % ranges.",
        usage: """
            cellar fit CELL DATA... [--preset windows|kinetics] [--parameters PATH=LO:HI[:log]...] [--out CELL.json]
            cellar fit CELL TABLE.csv --preset ageing --ageing NAME --protocol STEP... [--out CELL.json]
            cellar fit CELL DATA... --modes [--out TABLE.csv]
            """,
        discussion: """
            The measured current drives the model, and the difference of voltage, weighted by time, is made least between \
            the bounds. Every file is an experiment of its own that begins at rest, or else at a state of charge that is \
            fitted; all count alike. With data that have a temperature the model runs at it.

              cellar fit my-cell.json C20.csv C2.csv 1C.csv --thermal lumped --test 2C.csv --out fitted.json
              cellar fit lg-m50-okane2022 cycles.csv --preset ageing --ageing okane2022 \\
                  --protocol "Discharge at 1C until 2.5 V" "Charge at C/3 until 4.2 V" "Hold at 4.2 V until C/50"

            Presets: 'windows' fits both electrodes' capacities and the lithium to the slowest experiment, then to all; \
            'kinetics' (the default) goes on with diffusivities, reaction constants, the electrolyte's transport and a \
            resistance in series, which are expected near the file's values as far as the data do not tell otherwise; \
            'ageing' fits the rates of an ageing set to capacities and resistances over cycles. --parameters adds values \
            of the cell file (of a function: a factor on it), "Negative electrode capacity", "Positive electrode capacity" \
            and "Lithium inventory" (A.h), expected anywhere between their bounds; without --preset it replaces the preset.

            The 95 % ranges take residuals as they are, correlated in time; they hold if the model is right. Parameters \
            that the data do not fix are named. ^C ends a fit with the best so far, which is written.
            """)

    @Argument(help: "A shipped cell's name (see 'cellar cells') or a BPX file.") var cell: String
    @OptionGroup var input: ImportArguments
    @Option(
        name: .customLong("parameters"), parsing: .upToNextOption,
        help: ArgumentHelp("What is fitted, and its bounds; may be repeated.", valueName: "path=lo:hi[:log]"))
    var ranges: [String] = []
    @Option(help: ArgumentHelp("windows, kinetics or ageing.", valueName: "preset")) var preset: Preset?
    @Option(help: ArgumentHelp("dfn, spme or spm (default: what the cell file is written for).", valueName: "model"))
    var model: ModelKind?
    @Option(help: ArgumentHelp("isothermal, or lumped, which fits the cooling too.", valueName: "thermal"))
    var thermal: ThermalModel = .isothermal
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Around the cell, oC, where the data have none; the file's by default.", valueName: "celsius"))
    var temperature: Double?
    @Option(help: ArgumentHelp("fast, standard, fine, or points n/s/p/r.", valueName: "mesh"))
    var mesh: String = "standard"
    @Option(
        help: ArgumentHelp(
            "Correct either electrode's potential by so many bell curves over its window.", valueName: "n"))
    var correctPotentials: Int = 0
    @Option(
        help: ArgumentHelp("Let either diffusivity change with stoichiometry, by so many bell curves.", valueName: "n"))
    var shapeDiffusivities: Int = 0
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A parameter of 'kinetics' that stays as the file has it, e.g. Electrolyte; may be repeated.",
            valueName: "name"))
    var hold: [String] = []
    @Flag(help: "Fit the state of charge at every start, also where the data begin at rest.") var fitStart = false
    @Option(help: ArgumentHelp("Starts of the last descent; the best end counts.", valueName: "n")) var starts: Int = 1
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Data that are not fitted: the errors on them, before and after.", valueName: "file"))
    var test: [String] = []
    @Option(
        help: ArgumentHelp(
            "Ageing set whose rates are fitted: a name in the cell file, or a file.", valueName: "name|file"))
    var ageing: String?
    @Option(
        name: .customLong("protocol"), parsing: .upToNextOption,
        help: ArgumentHelp("With --ageing: the steps of every cycle.", valueName: "step"))
    var steps: [String] = []
    @Flag(help: "Degradation modes over life from discharges slower than eight hours, instead of parameters.")
    var modes = false
    @Flag(help: "Ranges by likelihood profile, too; takes longer.") var profile = false
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The fitted cell, BPX; with --modes the table. - is standard output.", valueName: "file"))
    var out: String?
    @Option(help: ArgumentHelp("Measured and modelled, point by point.", valueName: "file.csv")) var residuals: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        try checkOptions()
        try page.check()
        let importing = try input.options(keepsAllColumns: false)
        let groups = try input.cells()
        var file = try CellLoader.file(cell)
        if modes {
            return try FitModes.run(CellLoader.cell(file, named: cell), groups, importing, out: out, json: json)
        }
        if let ageing, !file.ageingSets.contains(ageing) {
            try file.put(CellLoader.ageing(ageing, file, named: cell))
        }
        let base = try named { try FitCell(file: file) }
        let options = try simulationOptions(base.cell)
        let setting = try preset == .ageing ? fade(base, groups, importing) : courses(base, groups, importing, options)
        var fit = CellFit(
            cell: base, parameters: setting.plan.parameters, experiments: setting.fitted, options: options)
        let output = try out.map { try OutputFile(path: $0) }
        defer { output?.abandon(keeping: false) }
        let line = StatusLine()
        fit.progress = { line.show($0) }
        Interrupt.watch()
        fit.shouldStop = { Interrupt.wasReceived }
        defer { line.clear() }
        let result = try named { try fit.run(setting.plan.stages, profile: profile) }
        line.clear()
        try checkChemistry(result)
        var report = FitReport(cell: base.cell, options: options, result: result, remarks: setting.remarks)
        if !setting.unseen.isEmpty {
            var check = CellFit(
                cell: base, parameters: setting.plan.parameters, experiments: setting.unseen, options: options)
            check.shouldStop = { false }
            let before = try check.predicted(setting.plan.parameters.map(\.start)).map(check.errors(of:))
            let after = try check.predicted(result.values).map(check.errors(of:))
            report.unseen = setting.unseen.indices.map { (setting.unseen[$0], before?[$0], after?[$0]) }
        }
        if let output {
            output.append(try named { try base.fitted(result, data: setting.fitted.map(\.name)) }.json())
            try output.synchronize()
            try output.finish()
        }
        if let residuals { try FitReport.write(setting.fitted, result, to: residuals) }
        if !json { for remark in setting.remarks { Terminal.complain("warning: \(remark)") } }
        if json {
            try Terminal.print(report.json.document)
        } else if ![out, residuals].contains("-") {
            try Terminal.print(report.text)
        }
        if page.report != nil {
            let courses = FitReport.courses(setting.fitted, result)
            try page.write(
                cell, report.json, with: courses.isEmpty ? [] : [LoadedResult(fit: cell, courses)])
        }
        if Interrupt.wasReceived {
            let kept = [out, residuals].compactMap(\.self).joined(separator: ", ")
            throw Interruption(
                message: "interrupted; the best so far is \(kept.isEmpty ? "shown" : "in \(kept)")",
                exitCode: Interrupt.exitCode)
        }
    }

    /// What is fitted to what.
    private struct Setting {
        var plan: FitPlan
        var fitted: [any Observation]
        var unseen: [any Observation] = []
        var remarks: [String]
    }

    private func courses(
        _ base: FitCell, _ groups: [(name: String, files: [String])], _ importing: ImportOptions,
        _ options: SimulationOptions
    ) throws -> Setting {
        var remarks: [String] = []
        func read(_ files: [String], _ name: String) throws -> Experiment {
            let found = try named {
                try Experiment.read(files, name: name, options: importing, nominalCapacity: base.cell.nominalCapacity)
            }
            remarks += found.remarks.map { "\(name): \($0)" }
            try named { try found.experiment.check(against: base.cell) }
            return found.experiment
        }
        let experiments = try groups.map { try read($0.files, $0.name) }
        let unseen = try test.map { try read([$0], $0) }
        let own = try ranges.map { try parameter($0, base) }
        var parts = FitPlan.Options()
        let isFree = preset == nil && !own.isEmpty
        parts.hasWindows = !isFree
        parts.hasKinetics = !isFree && preset != .windows
        parts.bells = correctPotentials
        parts.shapes = shapeDiffusivities
        parts.held = hold
        parts.hasCooling = thermal == .lumped && parts.hasKinetics
        parts.fitsStart = fitStart
        parts.hasElectrolyte = options.model != .spm
        parts.starts = starts
        let plan = try named { try FitPlan(base, experiments, own: own, parts) }
        return Setting(plan: plan, fitted: experiments, unseen: unseen, remarks: remarks)
    }

    private func fade(
        _ base: FitCell, _ groups: [(name: String, files: [String])], _ importing: ImportOptions
    ) throws -> Setting {
        guard let ageing else {
            throw CommandError.usage("--preset ageing: by which set? --ageing NAME is needed with it")
        }
        let cycle = try CyclingProtocol.Cycle(
            steps: steps.map { text in
                do { return try StepParser.parse(text) } catch let error as ProtocolError where error.kind == .step {
                    throw CommandError.usage("--protocol: \(error)")
                }
            })
        guard !steps.isEmpty else {
            throw CommandError.usage("--preset ageing: cycled how? --protocol STEP... is needed with it")
        }
        // A set from a file goes under the name that it has there.
        let set = base.file.ageingSets.contains(ageing) ? ageing : base.file.ageingSets.last ?? ageing
        var remarks: [String] = []
        let experiments = try groups.map { group in
            var table =
                try group.files.count == 1
                ? CycleTableFile.read(path: group.files[0], options: importing) : nil
            if table == nil {
                let reader = try CyclingReader(paths: group.files, options: importing)
                var builder = CycleBuilder()
                while let records = try reader.next() { try builder.take(records) }
                table = try builder.finish()
                remarks += reader.remarks.map { "\(group.name): \($0)" }
            }
            return try named { try FadeExperiment(table ?? [], name: group.name, cycle: cycle, ageing: set) }
        }
        var parameters = try named { try base.ageingParameters(set) }
        for range in ranges {
            let own = try parameter(range, base)
            parameters.removeAll { $0.name == own.name }
            parameters.append(own)
        }
        let stage = FitStage(
            name: "ageing", parameters: Array(parameters.indices), experiments: Array(experiments.indices),
            starts: starts)
        return Setting(
            plan: FitPlan(parameters: parameters, stages: [stage]), fitted: experiments, remarks: remarks)
    }

    /// `PATH=LO:HI[:log]`. Throws `CommandError`.
    private func parameter(_ text: String, _ base: FitCell) throws -> FitParameter {
        func bad(_ problem: String) -> CommandError {
            CommandError.usage(
                "--parameters '\(text)': \(problem); \"Negative electrode > Diffusivity [m2.s-1]=1e-15:1e-13:log\" is right"
            )
        }
        guard let mark = text.lastIndex(of: "=") else { throw bad("no =") }
        let bounds = text[text.index(after: mark)...].split(separator: ":", omittingEmptySubsequences: false)
            .map(\.trimmingBlanks)
        guard bounds.count == 2 || bounds.count == 3 && bounds[2] == "log" else { throw bad("not LO:HI or LO:HI:log") }
        guard let low = Double(bounds[0]), let high = Double(bounds[1]), low.isFinite, high.isFinite else {
            throw bad("bounds that are no numbers")
        }
        do {
            return try base.parameter(
                text[..<mark].trimmingBlanks, low: low, high: high, isLogarithmic: bounds.count == 3)
        } catch let error as BPXError {
            throw CommandError.usage("--parameters: \(error)")
        } catch let error as FitError {
            throw CommandError.usage("--parameters: \(error)")
        }
    }

    private func simulationOptions(_ cell: Cell) throws -> SimulationOptions {
        var options = SimulationOptions()
        options.model = model ?? (cell.shape == .spm ? .spm : cell.shape == .spme ? .spme : .dfn)
        options.mesh = try MeshOption.mesh(mesh)
        options.thermal = thermal
        options.temperature = try temperature.map(StartOptions.kelvin)
        return options
    }

    /// Throws `CommandError`.
    private func checkOptions() throws {
        for (option, count) in [
            ("--correct-potentials", correctPotentials), ("--shape-diffusivities", shapeDiffusivities),
        ] where !(0...40).contains(count) || count == 1 {
            throw CommandError.usage("\(option) \(count): out of range; 2 to 40 are right, or 0")
        }
        guard (1...1000).contains(starts) else {
            throw CommandError.usage("--starts \(starts): out of range; 1 to 1000 are right")
        }
        if json, out == "-" || residuals == "-" {
            throw CommandError.usage("--json writes to standard output already; name a file")
        }
        for (option, path) in [("--out", out), ("--residuals", residuals)] where path == "" {
            throw CommandError.usage("\(option) '': an empty file name; name a file, or -")
        }
        if let out, let residuals, OutputFile.resolved(out) == OutputFile.resolved(residuals) {
            throw CommandError.usage("--residuals \(residuals): --out writes there already; name another file")
        }
        for (option, path) in [("--out", out), ("--residuals", residuals), ("--report", page.report)] {
            guard let path, path != "-", !path.hasPrefix("/dev/") else { continue }
            let taken = ([cell] + input.files + test).first {
                !ShippedCells.names.contains($0) && OutputFile.resolved($0) == OutputFile.resolved(path)
            }
            if taken != nil {
                throw CommandError.usage("\(option) \(path): it is read as input; name another file")
            }
        }
        if preset != .ageing, ageing != nil || !steps.isEmpty {
            throw CommandError.usage("--ageing and --protocol: they go with --preset ageing; add it, or leave them out")
        }
        if modes, page.report != nil {
            throw CommandError.usage("--report: not of --modes; 'cellar report' shows the table that --out writes")
        }
        if modes, residuals != nil || preset != nil || !ranges.isEmpty || !test.isEmpty {
            throw CommandError.usage(
                "--modes: fits electrodes alone; leave presets, parameters, tests and residuals out")
        }
    }

    /// A cell that cannot be brought near its data is another one. Throws `CommandError`.
    private func checkChemistry(_ result: FitResult) throws {
        guard preset != .ageing, !result.isInterrupted else { return }
        for experiment in result.experiments where experiment.after > 0.05 {
            throw CommandError(
                .badData,
                "\(experiment.name): even fitted, \(cell) differs by \(Int((experiment.after * 1000).rounded())) mV from it; "
                    + "data of this cell's chemistry, or other bounds, are needed")
        }
    }

    /// Errors of the fit with the cell's name in front, where no file is named.
    private func named<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as FitError {
            let code: FailureCode =
                error.kind == .usage ? .wrongCommandLine : error.kind == .data ? .badData : .computationFailed
            throw CommandError(code, "\(error)")
        } catch let error as BPXError {
            throw CommandError(error.kind == .notFound ? .noSuchFile : .badData, "\(cell): \(error)")
        }
    }
}

/// One line on a terminal that is written over.
final class StatusLine: Sendable {
    func show(_ text: String) {
        guard Terminal.isInteractive else { return }
        Terminal.draw("\r\u{1B}[K\(text.prefix(max(Terminal.width - 1, 10)))")
    }

    func clear() { if Terminal.isInteractive { Terminal.draw("\r\u{1B}[K") } }
}
