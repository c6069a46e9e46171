import ArgumentParser
import Cells
import CyclingData
import Discovery
import Electrochemistry
import Reports

/// `cellar simulate`.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulates a cell under a protocol.",
        usage: """
            cellar simulate CELL --protocol STEP... [--out FILE.bdf.csv] [--summary FILE.csv] [--json] ...
            cellar simulate CELL --protocol-file FILE.yaml [--out FILE.bdf.csv] ...
            """,
        discussion: """
            Steps, as PyBaMM writes them:
              "Discharge at 1C until 2.5 V"     1C, C/2, 5 A, 500 mA, 2 W or 10 Ohm; also Charge
              "Charge at C/2 for 10 minutes"    or "for 2 A.h"; without an end: to the cell's cut-off
              "Hold at 4.2 V until C/50"        or 50 mA, or 1 W, or "for 1 hour"; several joined by "or"
              "Rest for 1 hour (1 minute period)"
              "Discharge at 1C at 45 oC"        the temperature around the cell during the step
              "Drive profile.csv in W"          a log over time; CSV or BDF, positive on charge
            All steps of the command line make one cycle. A step's "until" beyond the cell's cut-off stops at the \
            cut-off, with a warning; a drive may pass them by 50 mV, a hold by 0.1 V with a warning; a step whose end is met before it begins is skipped, \
            and its end reason says so. Refused: more than 50 years, rates below 1e-5C without a duration, and periods \
            that would give more than 1e8 rows.

            --model ecm follows the protocol by an equivalent circuit (open-circuit voltage, a resistance and pairs of a resistor \
            and a capacitor, over SOC and temperature), identified from the model's impedance: for long profiles. --compare runs \
            the model beside it.

            --jump moves what ages by its change per cycle, over as many cycles as the estimated error of a jump allows, and \
            simulates two cycles after each; the lithium that is lost is taken from the particles. The table tells of the \
            simulated cycles, with how many a jump passed over before and its estimated error. --check runs every cycle \
            afterwards and prints the difference.

            Half-cells: a discharge lithiates the working electrode and lowers its voltage, the negative one's too. \
            --soc is that of the whole cell: at 1 the negative electrode is full of lithium and the positive one at its \
            emptiest. --rest-voltage is the electrode's own potential, 1C the whole cell's. The cut-offs are the \
            electrode's potentials at SOC 0 and 1, widened by 0.05 V above and by 0.05 V (negative) or 0.2 V (positive) \
            below.

            Example: a discharge and a charge, as time series and as a row
              cellar simulate lg-m50-chen2020 --protocol "Discharge at 1C until 2.5 V" "Charge at C/2 until 4.2 V" \\
                "Hold at 4.2 V until C/50" --out cycle.bdf.csv --summary cycle.csv
            """)

    @Argument(help: "A shipped cell's name (see 'cellar cells') or a BPX file; - is standard input.")
    var cell: String?

    @OptionGroup var shared: RunOptions
    @Option(
        help: ArgumentHelp(
            "negative or positive: that electrode against metal; a discharge lithiates it.", valueName: "electrode"))
    var halfCell: SimulationOptions.WorkingElectrode?
    @Option(help: ArgumentHelp("With --model ecm: pairs of a resistor and a capacitor (default: 2).", valueName: "n"))
    var pairs: Int?
    @Flag(help: "With --model ecm: run the model that the circuit is of, too, and print the difference.")
    var compare = false
    @Flag(help: "After a run with --jump run every cycle, and print the difference.")
    var check = false
    @Option(
        help: ArgumentHelp(
            "Where the run's state is kept after every cycle, for --resume; else no such file may be there.",
            valueName: "file"))
    var checkpoint: String?
    @Option(
        help: ArgumentHelp(
            "The cell as it is at the run's end, BPX; 'cellar simulate' goes on from it.", valueName: "file.json"))
    var agedCell: String?
    @Flag(help: "Go on from the --checkpoint file; from the beginning where there is none.")
    var resume = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Output period, s; by default 1/200 of the step, at most 60.", valueName: "seconds"))
    var period: Double?
    @Option(help: ArgumentHelp("Further outputs, separated by commas.", valueName: "a,b,c"))
    var variables: String?
    @Flag(help: "List what --variables knows for this cell and model.")
    var listVariables = false
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Time series, BDF; - is standard output.", valueName: "file.bdf.csv"))
    var out: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of the time series write cycles n, 2 n, 3 n, …, the first and the last alone.", valueName: "n"))
    var outEvery: Int?
    @Option(
        help: ArgumentHelp(
            "Of the time series write cycles with a step of this tag alone; may be repeated, and adds to --out-every.",
            valueName: "tag"))
    var outTagged: [String] = []
    @Option(help: ArgumentHelp("Per-cycle table.", valueName: "file.csv"))
    var summary: String?
    @Option(help: ArgumentHelp("Per-step table.", valueName: "file.csv"))
    var stepsSummary: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    func run() throws {
        // A mistake in the options is told before a file is read; the model's default depends on the file.
        _ = try simulationOptions(shape: .dfn)
        try checkCircuit()
        try checkOutputs()
        let (cell, file, remarks) = try loadCell()
        var options = try simulationOptions(shape: cell.shape)
        if let ageing = shared.ageingName {
            options.ageing = try CellLoader.ageing(ageing, file, named: self.cell ?? "")
        }
        if listVariables { return try list(Simulation(cell: cell, options: options).availableVariables) }
        let plan = try shared.cyclingProtocol()
        try checkTags(plan)
        try checkInputs(plan, file)
        if shared.model == .ecm { return try runCircuit(cell, options, plan, remarks) }
        try AgedCellOutput.check(agedCell, options)
        let simulation = try Simulation(cell: cell, options: options)

        let journal = checkpoint.map { CycleJournal(checkpoint: $0, jumps: shared.jump) }
        let files = fileSinks() + (journal.map { [$0] } ?? [])
        let collector = Collector(keepsAll: json || check || page.report != nil, jumps: shared.jump)
        let course = page.report.map { _ in CourseSink(name: self.cell ?? cell.name) }
        let keeper = try checkpoint.map {
            try CheckpointFile(
                path: $0,
                fingerprint: RunCheckpoint.fingerprint(
                    of: [
                        file.json(), "\(options)", "\(files.map(\.path))",
                        "\(String(describing: outEvery)) \(outTagged)",
                    ],
                    plan: plan),
                resumes: resume)
        }
        let start = resume ? try keeper?.read() : nil
        if let start {
            guard start.outputLengths.count == files.count else {
                throw CommandError(
                    .badData, "\(checkpoint ?? ""): made with other outputs; give those it was made with")
            }
            for (index, length) in start.outputLengths.enumerated() { files[index].start = length }
            if let journal, json || check || page.report != nil {
                collector.cycles = try journal.read(length: journal.start ?? 0)
            }
        }
        // Opened before anything is computed; removed again unless it is finished.
        let aged = try agedCell.map { try OutputFile(path: $0) }
        defer { aged?.abandon(keeping: false) }
        try page.check()
        let result = try finishing(files, remarks) { progress in
            try simulation.run(
                plan, into: files + [collector] + (course.map { [$0] } ?? []), from: start,
                fingerprint: keeper?.fingerprint ?? "",
                shouldStop: { Interrupt.wasReceived }, progress: progress,
                checkpoint: keeper.map { keeper in
                    {
                        try keeper.write($0, files: files)
                        journal?.isNeeded = true
                    }
                })
        }
        try collector.check()
        // Told after the report: that has been computed, whatever becomes of this.
        var unwritten: (any Error)?
        do {
            if let aged { try AgedCellOutput.write(simulation, file, by: options.ageing, to: aged) }
        } catch {
            unwritten = error
        }
        var report = RunReport(
            cell: simulation.cell, options: options, result: result, cycles: collector.cycles,
            lastStep: collector.lastStep, lastCycle: collector.lastCycle)
        if check { report.check = try compare(result, collector.cycles, cell, options, plan) }
        tell(result.warnings.dropFirst(remarks.count))
        if json {
            try Terminal.print(report.json.document)
        } else if out == nil, ![summary, stepsSummary, agedCell].contains("-") {
            try Terminal.print(report.text)
        }
        if !json, let check = report.check, ![out, summary, stepsSummary, agedCell].contains("-") {
            try Terminal.print(check.text)
        }
        if let course { try page.write(course.series.name, report.json, with: [LoadedResult(series: course.series)]) }
        if let unwritten { throw unwritten }
    }

    /// The same run in full, beside the one that jumped.
    private func compare(
        _ jumped: RunSummary, _ rows: [CycleRow], _ cell: Cell, _ options: SimulationOptions, _ plan: CyclingProtocol
    ) throws -> JumpCheck {
        var options = options
        options.jumps = nil
        let full = Collector(keepsAll: true, jumps: false)
        let bar = ProgressBar()
        defer { bar.clear() }
        do {
            let result = try Simulation(cell: cell, options: options).run(
                plan, into: [full], shouldStop: { Interrupt.wasReceived }, progress: bar.update)
            return JumpCheck(jumped: jumped, rows, full: result, full.cycles)
        } catch {
            throw ending(error, kept: [])
        }
    }

    private func list(_ variables: [(name: String, unit: String)]) throws {
        if json {
            let items = variables.map {
                JSON.object([(key: "name", value: .text($0.name)), (key: "unit", value: .text($0.unit))])
            }
            return try Terminal.print(JSON.list(items).document)
        }
        try Terminal.print(TextTable.lay(variables.map { [$0.name, $0.unit] }, header: ["variable", "unit"]))
    }

    /// A run whose rows go to files: they get their names at its end, or keep what was written where it fails.
    func finishing(
        _ files: [any FileSink], _ remarks: [String], _ run: ((RunProgress) -> Void) throws -> RunSummary
    ) throws -> RunSummary {
        // First, since they may be why a run fails.
        tell(remarks)
        let bar = ProgressBar()
        Interrupt.watch()
        do {
            var result = try run(bar.update)
            bar.clear()
            for file in files { try file.synchronize() }
            for file in files { try file.finish() }
            result.warnings = remarks + result.warnings
            return result
        } catch {
            bar.clear()
            let kept = files.compactMap { $0.abandon() }
            throw ending(error, kept: kept)
        }
    }

    /// What the run did otherwise than asked, where it is not in a document.
    func tell(_ warnings: some Sequence<String>) {
        if !json { for warning in warnings { Terminal.complain("warning: \(warning)") } }
    }

    func fileSinks() -> [any FileSink] {
        var sinks: [any FileSink] = []
        if let out {
            sinks.append(TimeSeriesSink(path: out, selection: CycleSelection(every: outEvery, tags: outTagged)))
        }
        if let summary { sinks.append(CycleTableSink(path: summary, jumps: shared.jump)) }
        if let stepsSummary { sinks.append(StepTableSink(path: stepsSummary)) }
        return sinks
    }

    /// The error as it is shown, with what stays readable of a run that did not end well.
    func ending(_ error: any Error, kept: [String]) -> any Error {
        let readable = kept.isEmpty ? "" : "; results so far: \(kept.joined(separator: ", "))"
        if Interrupt.wasReceived {
            return Interruption(message: "interrupted\(readable)", exitCode: Interrupt.exitCode)
        }
        guard !kept.isEmpty else { return error }
        var failure = Failure(error)
        failure.append(readable)
        return failure
    }
}

/// A run that a signal ended.
struct Interruption: Error {
    var message: String
    var exitCode: Int32
}
