import ArgumentParser
import Cells
import CyclingData
import Discovery

/// `cellar sweep`.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Many simulations over parameters, protocols, temperatures and cells.",
        usage: """
            cellar sweep CELL... --vary "PATH=LO:HI[:log]" --samples N --protocol STEP... --out DIR
            cellar sweep --recipe lfp|nmc|lco [--small] --out DIR
            cellar sweep ... --slurm [--partition NAME] [--detach]        cellar sweep --collect DIR
            """,
        discussion: """
            What may be varied, each with --vary:
              "Negative electrode > Thickness [m]=8e-5:9e-5"     a value of the cell file, as with --set
              "Negative electrode > Diffusivity [m2.s-1]=*0.5:2:log"   * multiplies what is there, functions too
              "A; B=*0.9:1.1"                                    several paths that move together
              "ageing > SEI > SEI solvent diffusivity [m2.s-1]=1e-22:1e-20:log"   of the ageing set that acts
              "ageing=okane2022,none"     "protocol=a.yaml,b.yaml"     "temperature=10:45"     "soc=0.2,0.5,1"
              "rate=0.5:2"                                       {rate} in a step: "Discharge at {rate}C until 2.5 V"
            Ranges take ':log' and ':whole'; "NAME := PATH=…" names the column. Several cells are a factor too. With \
            --design grid every range has --samples levels.

            DIR gets manifest.json, runs.csv (a row for each run: its values, why it ended, life to 80 %, capacities), \
            runs/NNNNNN.csv (per-cycle tables) and with --bdf-every bdf/NNNNNN.bdf.csv. They are the same however many \
            workers or machines there were; times.csv alone tells seconds. A sweep that was stopped goes on when the same \
            command is given again. A run that fails is a row that says why.

            Example: a hundred LG M50 cells that age at different rates and temperatures
              cellar sweep lg-m50-okane2022 --ageing sei-solvent-diffusion --cycles 500 --samples 100 \\
                --vary "d_sei := ageing > SEI > SEI solvent diffusivity [m2.s-1]=1e-22:1e-20:log" \\
                --vary "temperature=10:40" --vary "rate=0.3:1" --spread "Negative electrode > Thickness [m]=0.01" \\
                --protocol "Discharge at 1C until 2.5 V" "Charge at {rate}C until 4.2 V" \\
                "Hold at 4.2 V until C/20" --out cells
            """)

    @Argument(help: "Shipped cells' names (see 'cellar cells') or BPX files.") var cells: [String] = []
    @Option(name: .shortAndLong, help: ArgumentHelp("The sweep's folder.", valueName: "dir")) var out: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("What varies, and its range or list; may be repeated.", valueName: "path=range"))
    var vary: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Points; with a grid the levels of each range (default: 100).", valueName: "n"))
    var samples: Int?
    @Option(help: ArgumentHelp("sobol (the default), lhs or grid.", valueName: "design")) var design: SweepDesign?
    @Option(parsing: .unconditional, help: ArgumentHelp("Fixes everything random (default: 1).", valueName: "n"))
    var seed: UInt64?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "By what cells of a kind differ: a relative standard deviation; may be repeated.", valueName: "path=sd"))
    var spread: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Cells at each point, that differ by spread and noise (default: 1).", valueName: "n"))
    var cellsPerPoint: Int?
    @Option(
        help: ArgumentHelp(
            "Of the measurement: capacity, gain, resistance (relative), voltage (V), temperature (K).",
            valueName: "kind=sd,…"))
    var noise: String?
    @Option(help: ArgumentHelp("A sweep written down: a shipped one's name, or a file.", valueName: "name|file"))
    var recipe: String?
    @Flag(help: "With --recipe: its quick trial.") var small = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Also time series, of cycles n, 2 n, 3 n, …, the first and the last.", valueName: "n"))
    var bdfEvery: Int?

    @OptionGroup(title: "The runs") var shared: RunOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("Runs at the same time (default: all cores).", valueName: "n"))
    var workers: Int?
    @Flag(help: "Print what each run would be given as a table, and run nothing.") var list = false
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    @OptionGroup(title: "Slurm") var cluster: SlurmArguments
    @Option(help: ArgumentHelp("Gather a sweep that Slurm runs; waits for it.", valueName: "dir")) var collect: String?
    @Option(parsing: .upToNextOption, help: ArgumentHelp(visibility: .hidden)) var task: [String] = []

    func run() throws {
        if !task.isEmpty { return try runTask() }
        if let workers, !(1...4096).contains(workers) {
            throw CommandError.usage("--workers \(workers): out of range; 1 to 4096 are right")
        }
        if let collect { return try gather(collect) }
        let slurm = try cluster.options(workers: workers)
        let plan = try SweepPlan(specification())
        if list { return try printRuns(plan) }
        guard let out, !out.isEmpty else {
            throw CommandError.usage("--out: no folder given; --out DIR is right")
        }
        try page.check()
        let folder = try SweepFolder.open(out, plan: plan, version: Cellar.versionNumber)
        Interrupt.watch()
        let began = Terminal.now
        if cluster.slurm {
            let array = Self.array(folder)
            let number =
                try array.isUnderWay() == true ? try array.jobNumber() : try array.submit(slurm)
            if cluster.detach {
                let job = number.map { "job \($0)" } ?? "nothing is missing"
                return try Terminal.print("\(out): \(job); 'cellar sweep --collect \(out)' gathers")
            }
            return try wait(for: array, folder, out, runs: plan.runs, began: began)
        }
        let workers = workers ?? Processors.count
        let missing = try folder.missing()
        let bar = CountingBar(total: plan.runs, what: "runs")
        do {
            try SweepRunner.run(
                plan, in: folder, runs: missing, workers: workers, shouldStop: { Interrupt.wasReceived },
                progress: { bar.update(plan.runs - missing.count + $0) })
        } catch {
            bar.clear()
            let left = (try? folder.missing().count) ?? plan.runs
            var failure = Failure(error)
            failure.append("; \(plan.runs - left) of \(plan.runs) runs are kept, and the same command goes on")
            throw failure
        }
        bar.clear()
        let state = try folder.gather()
        if state.done < state.runs, Interrupt.wasReceived { throw interruption(out, state) }
        try report(state, out, seconds: Terminal.now - began, new: missing.count, workers: workers)
    }

    private func printRuns(_ plan: SweepPlan) throws {
        let table = try CSVWriter(path: "-", columns: ["run"] + plan.columns)
        for run in 1...plan.runs {
            table.add(run)
            for value in plan.values(of: run) { table.add(value.text) }
            try table.endRow()
        }
        try table.finish()
    }

    // MARK: - Slurm

    private static func array(_ folder: SweepFolder) -> SlurmSweep {
        SlurmSweep(folder: folder, command: [ProgramPath.own, "sweep", "--task"])
    }

    /// A task of the job array. Throws what `SweepRunner` throws.
    private func runTask() throws {
        guard task.count == 2, let index = Int(task[1]), index >= 0 else {
            throw CommandError.usage("--task: a folder and an index are needed; Slurm gives them")
        }
        let (folder, specification) = try SweepFolder.existing(task[0])
        let plan = try SweepPlan(specification)
        try folder.check(plan, version: Cellar.versionNumber)
        let (runs, workers) = try Self.array(folder).runs(ofTask: index)
        Interrupt.watch()
        try SweepRunner.run(
            plan, in: folder, runs: runs, workers: workers, holdsFolder: false,
            shouldStop: { Interrupt.wasReceived })
        if Interrupt.wasReceived { throw Interruption(message: "interrupted", exitCode: Interrupt.exitCode) }
    }

    private func gather(_ path: String) throws {
        let (folder, specification) = try SweepFolder.existing(path)
        let array = Self.array(folder)
        Interrupt.watch()
        let began = Terminal.now
        if try array.jobNumber() != nil {
            let plan = try SweepPlan(specification)
            try folder.check(plan, version: Cellar.versionNumber)
            return try wait(for: array, folder, path, runs: plan.runs, began: began)
        }
        let state = try folder.gather()
        try report(state, path, seconds: nil, new: 0, workers: nil)
        if state.done < state.runs {
            throw CommandError(
                .computationFailed,
                "\(path): \(state.runs - state.done) of \(state.runs) runs are missing; the sweep's command goes on with "
                    + "them")
        }
    }

    private func wait(
        for array: SlurmSweep, _ folder: SweepFolder, _ path: String, runs: Int, began: Double
    ) throws {
        let bar = CountingBar(total: runs, what: "runs")
        do {
            try array.wait(shouldStop: { Interrupt.wasReceived }, progress: { bar.update($0) })
        } catch {
            bar.clear()
            _ = try? folder.gather()
            throw error
        }
        bar.clear()
        if Interrupt.wasReceived {
            let job = try array.jobNumber() ?? ""
            throw Interruption(
                message: "interrupted; job \(job) goes on, and 'cellar sweep --collect \(path)' gathers",
                exitCode: Interrupt.exitCode)
        }
        try report(try folder.gather(), path, seconds: Terminal.now - began, new: runs, workers: nil)
    }
}
