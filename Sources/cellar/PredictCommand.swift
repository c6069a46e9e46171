import ArgumentParser
import CyclingData
import Learning
import Lifetime
import Reports

/// `cellar predict`.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "State of health now and cycles to the end of life, with 90 % intervals.",
        usage: "cellar predict FILE... [--nominal-capacity AH] [--model FILE] [--soh-trace FILE.csv] [--json]",
        discussion: """
            The model is chosen by what the data offer: discharge curves of cycles 10 and 100, the first 100 cycles, the \
            capacity's course among other lives, its own trend, or one charge; which one and why is told. Per-cycle tables \
            (cycle, discharge_capacity_Ah) are read as well as what a cycler wrote.

            Example: a cell of 5 A.h as it was at cycle 120, its course to a file
              cellar predict cell.csv --nominal-capacity 5 --as-of 120 --soh-trace soh.csv

            With --cell a fitted cell is simulated on instead, as it was cycled and as --what-if says:
              cellar predict life.csv --cell fitted.json --protocol "Discharge at 1C" "Charge at C/2" \\
                  --what-if temperature=15 --what-if "protocol=Discharge at 1C; Charge at C/2 until 4.1 V"
            """)

    @OptionGroup var input: ImportArguments
    @Option(help: ArgumentHelp("Nominal capacity; that of the first cycles by default.", valueName: "Ah"))
    var nominalCapacity: Double?
    @Option(help: ArgumentHelp("State of health at which a life ends (default: 0.8).", valueName: "fraction"))
    var endOfLife: Double?
    @Option(help: "Chemistry, e.g. LFP: models of others are not used.") var chemistry: String?
    @Option(help: ArgumentHelp("Look at cycles up to this one only.", valueName: "cycle")) var asOf: Double?
    @Option(
        help: ArgumentHelp(
            "A model that 'cellar train lifetime' wrote, or one by its name, instead of those that come along.",
            valueName: "file"))
    var model: String?
    @Option(help: ArgumentHelp("State of health over cycles, seen and foretold.", valueName: "file.csv"))
    var sohTrace: String?
    @OptionGroup(title: "What if") var whatIf: WhatIfArguments
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    /// No cell holds so much more than its nominal capacity.
    private static let mostHealth = 1.3

    func run() throws {
        let reading = ReadingBar()
        defer { reading.clear() }
        let importing = try input.options(keepsAllColumns: false, bar: reading)
        let cells = try input.cells()
        if let endOfLife, !(endOfLife > 0 && endOfLife < 1) {
            throw CommandError.usage("--end-of-life \(endOfLife): out of 0 to 1; 0.8 is usual")
        }
        if let nominalCapacity, !(nominalCapacity > 0) {
            throw CommandError.usage(
                "--nominal-capacity \(nominalCapacity): not positive; the cell's capacity in Ah is right")
        }
        if let asOf, !(asOf >= 1) { throw CommandError.usage("--as-of \(asOf): below 1; a cycle's number is right") }
        try whatIf.check()
        if whatIf.cell != nil { return try runWhatIf(cells, importing) }
        if sohTrace != nil, cells.count > 1 {
            throw CommandError.usage("--soh-trace: one file for \(cells.count) cells; predict them one at a time")
        }
        let places = try OutputPlaces([("--soh-trace", sohTrace), ("--report", page.report)], json: json)
        try places.check("a test", cells.flatMap(\.files))
        if let model { try places.check("the model", [model]) }
        let model = try self.model.map { try ModelsCommand.path(of: $0) }
        var models: [LifetimeModel] = []
        var hybrid: HybridPredictor?
        if let model {
            do {
                hybrid = try HybridModel.load(path: model).map { HybridPredictor($0) }
            } catch let error as LearningError {
                throw CommandError(.badData, "\(model): \(error)")
            }
        }
        if let model, hybrid == nil {
            do { models = [try LifetimeModel.load(path: model)] } catch let error as LearningError {
                throw CommandError(.badData, "\(model): \(error)")
            }
        } else if hybrid == nil {
            models = LifetimePrediction.shippedModels { Terminal.complain($0) }
        }
        tellChemistry(models)
        var options = LifetimePrediction.Options()
        options.nominalCapacity = nominalCapacity
        options.endOfLife = endOfLife
        options.chemistry = chemistry
        var run = FileRun(total: cells.count)
        var reports: [JSON] = []
        var rows: [[String]] = []
        var explanations: [String] = []
        var traces: [LoadedResult] = []
        let bar = CountingBar(total: cells.count, what: "cells")
        defer { bar.clear() }
        for (index, cell) in cells.enumerated() {
            bar.update(index)
            try run.attempt(cell.name) {
                let history = try CellHistory(
                    name: cell.name, paths: cell.files, options: importing, last: asOf ?? .infinity)
                let explained = try hybrid?.predict(history, options: options)
                var prediction =
                    try explained?.prediction ?? LifetimePrediction(history, models: models, options: options)
                if prediction.soh > Self.mostHealth {
                    prediction.warnings.append(
                        "a state of health of \(Int((100 * prediction.soh).rounded())) %: is the nominal capacity "
                            + "(\(RunReport.short(prediction.nominalCapacity)) Ah) that of this cell?")
                }
                if let sohTrace { try Self.write(prediction.trace, to: sohTrace) }
                if page.report != nil, traces.count < 8 {
                    traces.append(try LoadedResult(trace: cell.name, Self.table(prediction.trace)))
                }
                reports.append(Self.json(cell.name, prediction, explained?.explanation))
                rows.append(Self.row(cell.name, prediction))
                if !json, let explained {
                    explanations.append("\(cell.name): \(HybridInput.text(explained.explanation))")
                }
                if !json { for warning in prediction.warnings { Terminal.complain("\(cell.name): \(warning)") } }
            }
        }
        bar.clear()
        reading.clear()
        if json {
            try Terminal.print(JSON.list(reports).document)
        } else if !rows.isEmpty, sohTrace != "-" {
            let header = ["file", "cycles", "SOH", "90 %", "RUL", "90 %", "in domain", "model"]
            try Terminal.print(TextTable.lay(rows, header: header))
            for line in explanations { try Terminal.print(line) }
        }
        if !reports.isEmpty { try page.write("predictions", .list(reports), with: traces) }
        try run.finish()
    }

    /// Tells where `--chemistry` leaves no model.
    private func tellChemistry(_ models: [LifetimeModel]) {
        let known = Array(Set(models.map(\.chemistry).filter { !$0.isEmpty })).sorted()
        guard let chemistry, !known.isEmpty, !known.contains(where: { chemistry.lowercased().contains($0) }),
            models.allSatisfy({ !$0.chemistry.isEmpty })
        else { return }
        Terminal.complain(
            "--chemistry \(chemistry): no model of it; \(CommandWords.instead(of: chemistry, among: known))")
    }

    /// The course as `--soh-trace` writes it.
    private static func table(_ trace: [LifetimePrediction.TracePoint]) -> String {
        "cycle,soh,soh_low,soh_high,observed\n"
            + trace.map { "\($0.cycle),\($0.soh),\($0.low),\($0.high),\($0.isObserved ? 1 : 0)" }.joined(
                separator: "\n")
    }

    /// By simulation of a fitted cell instead of a model of lives.
    private func runWhatIf(_ cells: [(name: String, files: [String])], _ importing: ImportOptions) throws {
        for (option, isGiven) in [
            ("--model", model != nil), ("--soh-trace", sohTrace != nil), ("--chemistry", chemistry != nil),
        ] where isGiven {
            throw CommandError.usage(
                "\(option): not with --cell, whose simulation tells the future; leave one of them out")
        }
        guard cells.count == 1, let cell = cells.first else {
            throw CommandError.usage("--cell: one fitted cell for \(cells.count) cells; predict them one at a time")
        }
        try OutputPlaces([("--report", page.report)], json: json).check(
            "a test or the cell", cell.files + [whatIf.cell].compactMap(\.self))
        try page.check()
        let history = try CellHistory(
            name: cell.name, paths: cell.files, options: importing, last: asOf ?? .infinity)
        let forecast = WhatIfForecast(
            arguments: whatIf, endOfLife: endOfLife ?? 0.8, nominalCapacity: nominalCapacity)
        let (result, remarks) = try forecast.run(history)
        for remark in remarks { Terminal.complain("warning: \(remark)") }
        let document = forecast.json(result, of: cell.name, remarks)
        try Terminal.print(json ? document.document : forecast.text(result))
        try page.write(cell.name, document)
    }

    private static func json(
        _ name: String, _ prediction: LifetimePrediction, _ explanation: HybridExplanation?
    ) -> JSON {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        let cell = file.split(separator: ".").first.map(String.init) ?? file
        let remaining = prediction.remaining.map { WholeCycles($0) }
        var entries: [(key: String, value: JSON)] = [
            (key: "file", value: .text(name)), (key: "cell", value: .text(cell)),
            (key: "cycles_seen", value: .number(prediction.cyclesSeen)),
            (key: "nominal_capacity_Ah", value: .number(prediction.nominalCapacity)),
            (key: "soh", value: .number(prediction.soh)), (key: "soh_low", value: .number(prediction.sohLow)),
            (key: "soh_high", value: .number(prediction.sohHigh)),
            (key: "end_of_life_soh", value: .number(prediction.endOfLifeSOH)),
            (key: "end_of_life_cycle", value: .optional(prediction.endOfLifeCycle?.rounded())),
            (key: "rul_cycles", value: .optional(remaining?.value)), (key: "rul_low", value: .optional(remaining?.low)),
            (key: "rul_high", value: .optional(remaining?.high)),
            (key: "in_domain", value: .boolean(prediction.isInDomain)), (key: "model", value: .text(prediction.model)),
            (key: "warnings", value: .texts(prediction.warnings)),
        ]
        if let explanation { entries.append((key: "explanation", value: HybridInput.json(explanation))) }
        return .object(entries)
    }

    private static func row(_ name: String, _ prediction: LifetimePrediction) -> [String] {
        func percent(_ value: Double) -> String { "\((1000 * value).rounded() / 10) %" }
        func whole(_ value: Double) -> String { value.isFinite && abs(value) < 1e15 ? "\(Int(value.rounded()))" : "-" }
        let remaining = prediction.remaining.map { WholeCycles($0) }
        return [
            name, whole(prediction.cyclesSeen), percent(prediction.soh),
            "\(percent(prediction.sohLow)) to \(percent(prediction.sohHigh))", remaining.map { whole($0.value) } ?? "-",
            remaining.map { "\(whole($0.low)) to \(whole($0.high))" } ?? "-", prediction.isInDomain ? "yes" : "no",
            prediction.model,
        ]
    }

    private static func write(_ trace: [LifetimePrediction.TracePoint], to path: String) throws {
        let table = try CSVWriter(path: path, columns: ["cycle", "soh", "soh_low", "soh_high", "observed"])
        do {
            for point in trace {
                for value in [point.cycle, point.soh, point.low, point.high] { table.add(value) }
                table.add(point.isObserved ? 1 : 0)
                try table.endRow()
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }
}
