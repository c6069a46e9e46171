import ArgumentParser
import Cells
import CyclingData
import Discovery
import Learning
import Materials
import Sustainability

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `cellar evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "From a formula to a cell: its energy, rate capability, life and footprint.",
        usage:
            "cellar evaluate FORMULA [--counter NAME] [--samples N] [--life simulate|surrogate] [--out DIR] [--json]",
        discussion: """
            Example: cellar evaluate LiMn0.6Fe0.4PO4 --counter graphite --out lmfp

            The material's properties are known, predicted or assumed of its class, each with a 90 % range; a cell is \
            designed from them, written as a BPX file and discharged from C/20 to 2C by the pseudo-2D model. Ranges of the \
            cell's figures come from sampled cells that vary the properties of both electrodes within their ranges; of a \
            measured counter electrode little is uncertain. Where none is named, a positive electrode meets graphite \
            (sodium: hard carbon), a negative one NMC811 (sodium: NVP). With --life simulate the samples are cycled too, with \
            ageing parameters from class priors; --life surrogate asks a model of such simulated lives instead, and says how \
            far it is off. Insertion \
            and alloy electrodes of lithium and sodium; conversion and organic ones are refused.
            """)

    @Argument(help: "A formula (LiFePO4) or a name (NMC811).") var formula: String
    @Option(help: ArgumentHelp("The ion that moves; that in the formula by default.", valueName: "symbol"))
    var ion: String?
    @Option(help: ArgumentHelp("positive or negative; by use or by voltage where not told.", valueName: "side"))
    var role: String?
    @Option(
        help: ArgumentHelp(
            "graphite, silicon-graphite, hard carbon, or another electrode's formula or name.", valueName: "name"))
    var counter: String?
    @Option(
        help: ArgumentHelp(
            "Ions per formula unit between which it is used, such as 0.3:1; as its class is by default.",
            valueName: "low:high"))
    var x: String?
    @Option(help: ArgumentHelp("Sampled cells.", valueName: "n")) var samples = 50
    @Option(help: ArgumentHelp("Of the samples.", valueName: "n")) var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "simulate: the samples are cycled; surrogate: a model of simulated lives is asked; none.", valueName: "how")
    )
    var life = "none"
    @Option(
        help: ArgumentHelp(
            "With --life surrogate: a model that 'cellar train surrogate' wrote, instead of the one that comes along.",
            valueName: "model.json"))
    var surrogate: String?
    @Option(
        help: ArgumentHelp(
            "With --life surrogate: simulate so many of the cells too, and print the difference.", valueName: "n"))
    var checkLives = 0
    @Option(help: ArgumentHelp("Cycles at most; a life beyond them is extrapolated, and marked.", valueName: "n"))
    var cycles = 500
    @Option(
        help: ArgumentHelp(
            "Carbon of the electricity that the cell is made with; the world's by default.", valueName: "g CO2/kWh"))
    var grid = CellFootprintModel.worldGrid
    @Option(help: ArgumentHelp("Coating of the candidate, one side; chosen by default.", valueName: "um"))
    var thickness: Double?
    @Option(help: ArgumentHelp("Its pores; chosen by default.", valueName: "fraction")) var porosity: Double?
    @Option(help: ArgumentHelp("Areal capacity of the negative over that of the positive.", valueName: "ratio"))
    var npRatio = 1.1
    @Option(help: ArgumentHelp("What the design is made for: specific-energy or energy-density.", valueName: "name"))
    var optimise = "specific-energy"
    @Option(help: ArgumentHelp("Capacity that the design keeps at 1C.", valueName: "fraction")) var rateFraction = 0.8
    @Option(
        help: ArgumentHelp(
            "A solid electrolyte of this conductivity instead of the liquid, else a sulfide.",
            valueName: "mS/cm"))
    var solidConductivity: Double?
    @Option(
        help: ArgumentHelp(
            "A solid lithium electrolyte instead of the liquid, with its known or predicted conductivity.",
            valueName: "formula"))
    var electrolyte: String?
    @Flag(help: "Pass measured values of the candidate and the electrolyte over.") var predictOnly = false
    @Option(help: ArgumentHelp("Folder for the cell file and the samples.", valueName: "dir")) var out: String?
    @Option(help: ArgumentHelp("Write what a battery passport can tell (EU 2023/1542).", valueName: "file"))
    var passport: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        let options = try checked()
        _ = try OutputPlaces([("--passport", passport), ("--report", page.report)], json: json)
        try page.check()
        let surrogate = try life == "surrogate" ? readSurrogate() : nil
        let evaluator = try CandidateEvaluator()
        let bar = CountingBar(total: samples, what: "cells")
        let evaluation = try evaluator.evaluate(formula, options) { done, _ in bar.update(done) }
        bar.clear()
        guard samples == 0 || !evaluation.samples.isEmpty else {
            throw CommandError(
                .computationFailed,
                "\(formula): none of \(samples) sampled cells ran (\(evaluation.failures.first ?? "")); "
                    + "a thinner coating (--thickness) may")
        }
        var report = EvaluateReport(evaluation: evaluation)
        report.flags = try Scorer().flags(evaluation.screened.score)
        var test = LifeSimulation()
        test.cycles = cycles
        if life == "simulate" {
            let lifeBar = CountingBar(total: max(evaluation.samples.count, 1), what: "lives")
            let lives = try evaluation.life(test, seed: seed) { done, _ in lifeBar.update(done) }
            lifeBar.clear()
            guard let estimate = lives.estimate else {
                throw CommandError(
                    .computationFailed,
                    "\(formula): no sampled cell could be cycled; a thinner coating may (--thickness)")
            }
            (report.life, report.priors, report.test) = (estimate, lives.priors, test)
        }
        if let surrogate {
            let lifeBar = CountingBar(total: max(checkLives, 1), what: "lives")
            let lives = try evaluation.life(surrogate, checks: checkLives, seed: seed) { done, _ in
                lifeBar.update(done)
            }
            lifeBar.clear()
            (report.life, report.priors, report.test) = (lives.estimate, lives.priors, test)
            report.surrogate = (lives, surrogate.card)
        }
        let model = try CellFootprintModel()
        let bill = evaluation.bill(life: report.life)
        report.footprint = try model.footprint(bill, grid: grid)
        if let out { report.cellPath = try write(report, to: out) }
        if let passport, let footprint = report.footprint {
            let document = try evaluation.passport(bill: bill, footprint: footprint, life: report.life, test: test)
                .json(scorer: Scorer(), compounds: model.compounds)
            try OutputFile.save(document, to: passport)
        }
        try Terminal.print(json ? report.json.document : report.text)
        try page.write(formula, report.json)
    }

    private func checked() throws -> EvaluationOptions {
        var options = EvaluationOptions()
        if let ion {
            guard let element = Element(symbol: ion), element.ionCharge != nil else {
                throw CommandError.usage("--ion \(ion): no mobile ion; Li and Na have cells")
            }
            options.ion = element
        }
        if let role {
            guard let own = ElectrodeRole(rawValue: role) else {
                throw CommandError.usage("--role \(role): no such side; positive or negative")
            }
            options.role = own
        }
        if let x {
            let ends = x.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], low.isFinite, high.isFinite, low < high else {
                throw CommandError.usage("--x \(x): no range; write the lower and the higher content, such as 0.3:1")
            }
            options.range = low...high
        }
        guard (0...10_000).contains(samples) else { throw CommandError.usage("--samples \(samples): 0 to 10000") }
        guard (10...100_000).contains(cycles) else { throw CommandError.usage("--cycles \(cycles): 10 to 100000") }
        guard grid >= 0, grid <= 3000 else { throw CommandError.usage("--grid \(grid): 0 to 3000 g CO2/kWh") }
        switch life {
        case "none", "simulate":
            guard surrogate == nil, checkLives == 0 else {
                throw CommandError.usage(
                    "\(surrogate == nil ? "--check-lives" : "--surrogate"): it goes with --life surrogate; add it")
            }
        case "surrogate":
            guard solidConductivity == nil else {
                throw CommandError.usage(
                    "--life surrogate: it knows cells with a liquid electrolyte alone; --life simulate cycles others")
            }
            guard cycles == LifeSimulation().cycles else {
                throw CommandError.usage(
                    "--cycles \(cycles): the surrogate's lives were simulated for \(LifeSimulation().cycles); leave it out, "
                        + "or --life simulate")
            }
            guard (0...10_000).contains(checkLives) else {
                throw CommandError.usage("--check-lives \(checkLives): 0 to 10000")
            }
        default: throw CommandError.usage("--life \(life): simulate, surrogate or none")
        }
        guard let objective = DesignSearch.Objective(rawValue: optimise) else {
            throw CommandError.usage("--optimise \(optimise): specific-energy or energy-density")
        }
        guard (0.01...1).contains(rateFraction) else {
            throw CommandError.usage("--rate-fraction \(rateFraction): 0.01 to 1")
        }
        if let solidConductivity, !(solidConductivity > 0 && solidConductivity <= 1000) {
            throw CommandError.usage("--solid-conductivity \(solidConductivity): above 0 and at most 1000 mS/cm")
        }
        if electrolyte != nil, solidConductivity != nil {
            throw CommandError.usage("--electrolyte with --solid-conductivity: one of both says how well it conducts")
        }
        options.solidElectrolyte = electrolyte
        options.search = DesignSearch(objective: objective, rateFraction: rateFraction)
        options.counter = counter
        options.samples = samples
        options.seed = seed
        options.thickness = thickness.map { $0 * 1e-6 }
        options.porosity = porosity
        options.negativeToPositive = npRatio
        options.solidConductivity = solidConductivity.map { $0 / 10 }
        options.predictOnly = predictOnly
        return options
    }

    /// The surrogate that was named, or the one that comes along. Throws `CommandError`.
    private func readSurrogate() throws -> LifeSurrogate {
        let found: LifeSurrogate?
        do {
            found = try surrogate.map { try LifeSurrogate.load(path: $0) } ?? LifeSurrogate.shipped()
        } catch let error as LearningError {
            throw CommandError(.badData, "\(surrogate ?? "the surrogate that comes along"): \(error)")
        } catch let error as BPXError {
            throw CommandError(error.kind == .notFound ? .noSuchFile : .badData, "\(surrogate ?? ""): \(error)")
        }
        guard let found else {
            throw CommandError(
                .noSuchFile,
                "--life surrogate: Data/models/candidate-life.json is not found; set CELLAR_HOME, or train one with "
                    + "'cellar train surrogate'")
        }
        guard found.serves(LifeSimulation()) else {
            throw CommandError(
                .badData,
                "\(surrogate ?? "the surrogate that comes along"): trained on another test (\(found.test.words)); "
                    + "train it again with 'cellar train surrogate'")
        }
        return found
    }

    /// Writes cell file, document and samples; returns the cell file's path.
    private func write(_ report: EvaluateReport, to folder: String) throws -> String {
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw OutputError(
                path: folder, problem: "cannot be made a folder (\(String(cString: strerror(errno))))",
                remedy: "name another")
        }
        let stem = report.fileStem
        let path = "\(folder)/\(stem).json"
        try OutputFile.save(report.evaluation.file.json(), to: path)
        var told = report
        told.cellPath = path
        try OutputFile.save(told.json.document + "\n", to: "\(folder)/\(stem).evaluation.json")
        try OutputFile.save(report.samplesTable, to: "\(folder)/\(stem).samples.csv")
        return path
    }
}
