import ArgumentParser
import CyclingData
import Discovery
import Materials
import Sustainability

/// `cellar screen`.
struct ScreenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: "Predicts, scores and ranks the candidates of a table.",
        usage: "cellar screen TABLE.csv --out FILE.csv [--max-cobalt F] [--suggest N] [--clusters K]",
        discussion: """
            The table has a column 'formula', or 'formula_charge', 'formula_discharge' and 'working_ion'. Rows come back in their order \
            with predictions at 90 % intervals; rows that cannot be read are told on standard error and left out, and the command \
            ends with code 65. Voltages, densities and changes of volume that were measured answer with the measurement, and say so \
            in 'voltage_source', 'density_source' and 'volume_change_source', unless --predict-only. With --suggest the \
            candidates to be measured next: by expected improvement of the objective over the best measured material of the ion, \
            each unlike those before it.

            Example: without cobalt, with five suggestions
              cellar screen candidates.csv --out screened.csv --max-cobalt 0 --suggest 5
            """)

    @Argument(help: "The table (.csv): commas, semicolons or tabs between its fields.") var table: String
    @Option(help: ArgumentHelp("The table with predictions; - is standard output.", valueName: "file")) var out: String?
    @Option(
        help: ArgumentHelp(
            "The ion of formulas without a column 'working_ion'; that in the formula by default.", valueName: "symbol"))
    var ion: String?
    @Option(help: ArgumentHelp("Leave out materials with a larger mass fraction of cobalt.", valueName: "kg/kg"))
    var maxCobalt: Double?
    @Option(help: ArgumentHelp("Leave out candidates below this voltage.", valueName: "V")) var minVoltage: Double?
    @Option(help: ArgumentHelp("Leave out candidates above this voltage.", valueName: "V")) var maxVoltage: Double?
    @Option(help: ArgumentHelp("Leave out candidates below this capacity.", valueName: "mAh/g")) var minCapacity:
        Double?
    @Option(help: ArgumentHelp("Leave out candidates whose volume changes more.", valueName: "fraction"))
    var maxVolumeChange: Double?
    @Option(help: ArgumentHelp("Leave out candidates with a lower overall score.", valueName: "0…100")) var minScore:
        Double?
    @Option(help: ArgumentHelp("Weights of the score, as in 'cellar score'.", valueName: "name=w,…")) var weights:
        String?
    @Flag(help: "Pass measured values over.") var predictOnly = false
    @Option(help: ArgumentHelp("Name candidates to be measured next.", valueName: "n")) var suggest: Int?
    @Option(help: ArgumentHelp("What is to be improved: specific-energy, voltage or score.", valueName: "name"))
    var objective = "specific-energy"
    @Option(help: ArgumentHelp("Group candidates by their descriptors, in a column 'cluster'.", valueName: "k"))
    var clusters: Int?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        try check()
        let input = try CommaTable(path: table)
        guard !input.rows.isEmpty else {
            throw CommandError(.badData, "\(table): a header and no rows; one candidate a row is right")
        }
        let screening = try Screening(
            weights: weights.map { try ScoreWeights($0.split(separator: ",").map { $0.trimmingBlanks }) } ?? .standard)
        let element = try ion.map { text -> Element in
            guard let element = Element(symbol: text), element.ionCharge != nil else {
                throw CommandError.usage("--ion \(text): no mobile ion; such as Li, Na, K, Mg, Ca, Zn, Al")
            }
            return element
        }
        var failures = 0
        var rows: [CommaTable.Row] = []
        var candidates: [Candidate] = []
        let read = try reader(input, screening.known, element)
        let readings = Parts.map(input.rows) { row in Result { try read(row) } }
        for (row, reading) in zip(input.rows, readings) {
            do {
                candidates.append(try reading.get())
                rows.append(row)
            } catch {
                failures += 1
                Terminal.complain("error: \(table): line \(row.line): \(error)")
            }
        }
        let bar = CountingBar(total: candidates.count, what: "candidates")
        var results = screening.screen(candidates, predictOnly: predictOnly) { bar.update($0) }
        bar.clear()
        tellRemarks(results, rows)
        let constraints = constraints
        let kept = results.indices.filter { constraints.meets(results[$0]) }
        if kept.count < results.count {
            Terminal.complain(
                "\(results.count - kept.count) of \(results.count) candidates left out by the constraints")
        }
        (rows, results) = (kept.map { rows[$0] }, kept.map { results[$0] })
        let report = ScreenReport(
            header: input.header, rows: rows, results: results, clusters: try clusterLabels(results, screening),
            suggestions: try suggestions(results, screening))
        if let out { try report.write(to: out) }
        if json {
            try Terminal.print(report.json.document)
        } else if out != "-" {
            try Terminal.print(report.text)
        }
        if !results.isEmpty { try page.write(table, report.json) }
        if failures > 0 { throw Failure.told(.badData) }
    }

    /// What is to be said of single rows: the first of them, all in the column 'remark'.
    private func tellRemarks(_ results: [Screened], _ rows: [CommaTable.Row]) {
        let told = zip(results, rows).filter { $0.0.remark != nil }
        for (result, row) in told.prefix(10) {
            Terminal.complain(
                "warning: \(table): line \(row.line): \(result.candidate.formula.text): \(result.remark ?? "")")
        }
        if told.count > 10 {
            Terminal.complain("warning: \(table): \(told.count - 10) more rows with remarks, in the column 'remark'")
        }
    }

    private func check() throws {
        try OutputPlaces([("--out", out), ("--report", page.report)], json: json).check("the table", [table])
        for (name, value, range) in [
            ("--max-cobalt", maxCobalt, 0.0...1.0), ("--min-voltage", minVoltage, -10...10),
            ("--max-voltage", maxVoltage, -10...10),
            ("--min-capacity", minCapacity, 0...1e5), ("--max-volume-change", maxVolumeChange, 0...100),
            ("--min-score", minScore, 0...100),
        ] {
            guard let value else { continue }
            guard range.contains(value) else {
                throw CommandError.usage("\(name) \(value): out of range; \(range.lowerBound) to \(range.upperBound)")
            }
        }
        if let suggest, !(1...10_000).contains(suggest) { throw CommandError.usage("--suggest \(suggest): 1 to 10000") }
        if let clusters, !(1...1000).contains(clusters) {
            throw CommandError.usage("--clusters \(clusters): 1 to 1000")
        }
        let objectives = ["specific-energy", "voltage", "score"]
        guard objectives.contains(objective) else {
            throw CommandError.usage(
                "--objective \(objective): no such objective; \(CommandWords.instead(of: objective, among: objectives))"
            )
        }
    }

    /// How a row becomes a candidate.
    private func reader(
        _ input: CommaTable, _ known: KnownMaterials, _ ion: Element?
    ) throws -> @Sendable (CommaTable.Row) throws -> Candidate {
        @Sendable func text(_ row: CommaTable.Row, _ place: Int) -> String {
            place < row.fields.count ? row.fields[place] : ""
        }
        if let charged = input.place(of: "formula_charge"), let discharged = input.place(of: "formula_discharge") {
            let ionPlace = try input.place(required: "working_ion")
            return {
                try Candidate(charged: text($0, charged), discharged: text($0, discharged), ion: text($0, ionPlace))
            }
        }
        let formula = try input.place(required: "formula")
        let ionPlace = input.place(of: "working_ion")
        return { row in
            var own = ion
            if let ionPlace, !text(row, ionPlace).isEmpty {
                own = Element(symbol: text(row, ionPlace))
                guard own != nil else {
                    throw MaterialError(
                        .formula, place: text(row, formula), problem: "unknown ion '\(text(row, ionPlace))'",
                        remedy: "such as Li, Na, K, Mg")
                }
            }
            return try Candidate(formula: text(row, formula), ion: own, known: known)
        }
    }

    private var constraints: ScreeningConstraints {
        var constraints = ScreeningConstraints()
        (constraints.maxCobalt, constraints.minScore) = (maxCobalt, minScore)
        (constraints.minVoltage, constraints.maxVoltage) = (minVoltage, maxVoltage)
        (constraints.minCapacity, constraints.maxVolumeChange) = (minCapacity, maxVolumeChange)
        return constraints
    }

    private func clusterLabels(_ results: [Screened], _ screening: Screening) throws -> [Int]? {
        guard let clusters, !results.isEmpty else { return nil }
        guard let clustering = Clustering(screening.groupingDescriptors(results.map(\.candidate))) else {
            throw CommandError(
                .badData,
                "\(table): \(results.count) candidates; --clusters takes up to \(Clustering.mostRows), constrain them first"
            )
        }
        return clustering.labels(clusters: clusters)
    }

    private func suggestions(_ results: [Screened], _ screening: Screening) throws -> [ScreenReport.Suggested] {
        guard let suggest else { return [] }
        // What is measured already need not be measured again.
        let open = results.indices.filter { results[$0].voltageSource == nil }
        if open.count < suggest {
            Terminal.complain("--suggest \(suggest): \(open.count) of the candidates have no measured voltage yet")
        }
        let gains = open.map { index -> Double in
            let result = results[index]
            func width(_ low: Double, _ high: Double) -> Double { (high - low) / 2 / 1.645 }
            let ion = result.candidate.reaction.ion
            let measured = screening.known.materials.filter {
                $0.reaction.ion == ion && $0.isPositive && $0.voltage != nil
            }
            switch objective {
            case "voltage":
                return Suggestion.expectedImprovement(
                    mean: result.voltage.value, deviation: width(result.voltage.low, result.voltage.high),
                    best: measured.compactMap(\.voltage).max() ?? 0)
            case "score":
                return Suggestion.expectedImprovement(
                    mean: result.score.score, deviation: width(result.score.scoreLow, result.score.scoreHigh),
                    best: measured.compactMap { try? screening.scorer.score(Formula($0.formula)).score }.max() ?? 0)
            default:
                return Suggestion.expectedImprovement(
                    mean: result.specificEnergy,
                    deviation: width(result.voltage.low, result.voltage.high) * result.capacity,
                    best: measured.map { ($0.voltage ?? 0) * $0.reaction.gravimetricCapacity(screening.scorer.table) }
                        .max() ?? 0)
            }
        }
        let rows = screening.groupingDescriptors(open.map { results[$0].candidate })
        return Suggestion.diverse(gains, rows, count: suggest).map {
            ScreenReport.Suggested(result: open[$0], gain: gains[$0])
        }
    }
}
