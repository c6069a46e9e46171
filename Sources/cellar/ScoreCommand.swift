import ArgumentParser
import CyclingData
import Discovery
import Materials
import Sustainability

/// `cellar score`.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores materials on cobalt, abundance, supply, carbon and more.",
        usage: "cellar score FORMULA… | TABLE.csv [--weights NAME=W…] [--json | --csv] [--sources]",
        discussion: """
            A formula is written as usual (LiFePO4, Li[Ni0.8Mn0.1Co0.1]O2, 'Li1-xCoO2 x=0.5') or by a name (NMC811, LFP); a \
            table has a column 'formula'. Scores run from 0 to 100, higher is better, each with the range that uncertain and \
            missing data allow. The overall score is a weighted mean: a rank changes with the weights wherever one material is \
            better in one indicator and another in the next. The range of a rank comes from weights varied by up to a factor of two \
            and data varied within their bounds; materials marked * are on the Pareto front, where no other one is at least as \
            good in everything: no weights put a material off the front first.

            Example: two oxides and a phosphate, carbon counted thrice
              cellar score LCO NMC811 LFP --weights carbon_footprint=3
            """)

    @Argument(help: "Formulas, names, or tables (.csv) with a column 'formula'.")
    var formulas: [String] = []
    @Option(
        help: ArgumentHelp(
            "Weights by indicator, such as carbon_footprint=3,price=0; with 'only,' first the others are 0.",
            valueName: "name=w,…"))
    var weights: String?
    @Option(help: ArgumentHelp("Leave out materials with a larger mass fraction of cobalt.", valueName: "kg/kg"))
    var maxCobalt: Double?
    @Flag(help: "Score the shipped table of 40 materials as well.")
    var known = false
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false
    @Flag(help: "Print a table of comma-separated values.")
    var csv = false
    @Option(help: ArgumentHelp("Write the comma-separated values to a file.", valueName: "file"))
    var out: String?
    @Flag(help: "Print where every number comes from.")
    var sources = false
    @Flag(help: "List the indicators: definition, unit, weight, source.")
    var indicators = false
    @Flag(help: "List what compounds cost the climate as they are bought: every figure with its source and year.")
    var compounds = false
    @Option(
        help: ArgumentHelp(
            "Write what can be known of one material's battery passport (EU 2023/1542, Annex XIII) as JSON.",
            valueName: "file"))
    var passport: String?

    func run() throws {
        let scorer = try Scorer(
            weights: weights.map { try ScoreWeights($0.split(separator: ",").map { $0.trimmingBlanks }) } ?? .standard)
        if indicators { return try listIndicators(scorer) }
        if compounds { return try listCompounds() }
        guard !formulas.isEmpty || known else {
            throw CommandError.usage("no formula; 'cellar score LiFePO4 NMC811' is right")
        }
        guard !(json && csv) else { throw CommandError.usage("--json and --csv: one of them") }
        if let maxCobalt, !(maxCobalt >= 0 && maxCobalt <= 1) {
            throw CommandError.usage("--max-cobalt \(maxCobalt): a mass fraction lies between 0 and 1")
        }
        try OutputPlaces([("--out", out), ("--report", page.report)]).check(
            "a table", FormulaInput.tables(formulas))
        var failures = 0
        var materials: [MaterialScore] = []
        let shipped = known ? try KnownMaterials.shipped().materials.map(\.formula) : []
        let entries = try FormulaInput.read(formulas) + FormulaInput.read(shipped)
        let scores = Parts.map(entries) { entry in entry.formula.map { scorer.score($0) } }
        for (entry, result) in zip(entries, scores) {
            do {
                let score = try result.get()
                if let maxCobalt, score.cobaltMassFraction > maxCobalt { continue }
                materials.append(score)
            } catch {
                failures += 1
                Terminal.complain("error: \(entry.place)\(error)")
            }
        }
        if let passport, failures == 0 { try write(passport, materials, scorer) }
        if !materials.isEmpty || failures == 0 { try show(materials, scorer) }
        if !materials.isEmpty, page.report != nil {
            try page.write("scores", ScoreReport(materials: materials, scorer: scorer).json)
        }
        if failures > 0 { throw Failure.told(.badData) }
    }

    private func show(_ materials: [MaterialScore], _ scorer: Scorer) throws {
        let report = try ScoreReport(materials: materials, scorer: scorer)
        if let out {
            try OutputFile.save(report.csv, to: out)
            if !json, !csv { return }
        }
        if json { return try Terminal.print(report.json.document) }
        if csv { return try Terminal.print(String(report.csv.dropLast())) }
        guard !materials.isEmpty else { return try Terminal.print("no material meets the constraints") }
        try Terminal.print(report.text(sources: sources))
    }

    private func write(_ path: String, _ materials: [MaterialScore], _ scorer: Scorer) throws {
        guard materials.count == 1, let material = materials.first else {
            throw CommandError.usage("--passport: \(materials.count) materials; a passport is of one")
        }
        let formula = material.formula
        let text = try BatteryPassport(material: formula.text, formula: formula.resolved).json(
            scorer: scorer, compounds: .shipped())
        try OutputFile.save(text, to: path)
    }

    private func listCompounds() throws {
        let rows = try CompoundTable.shipped().rows
        if json {
            let list = rows.map { row in
                JSON.object([
                    ("name", .text(row.name)), ("kind", .text(row.kind)), ("formula", .text(row.formula)),
                    ("low", .optional(row.low)), ("value", .optional(row.value)), ("high", .optional(row.high)),
                    ("unit", .text(row.unit)), ("source", .text(row.source)), ("year", .whole(row.year)),
                    ("note", .text(row.note)),
                ])
            }
            return try Terminal.print(JSON.list(list).document)
        }
        for row in rows {
            let figures = [row.low, row.value, row.high].compactMap { $0 }.map { ScoreReport.short($0, 4) }
            var seen: [String] = []
            for figure in figures where !seen.contains(figure) { seen.append(figure) }
            let note = row.note.isEmpty ? "" : "; \(row.note)"
            try Terminal.print("\(row.name) (\(row.kind)): \(seen.joined(separator: " … ")) \(row.unit)")
            try Terminal.print("    \(row.source) (\(row.year))\(note)")
        }
    }

    private func listIndicators(_ scorer: Scorer) throws {
        if json {
            let list = zip(IndicatorKind.allCases, scorer.weights.values).map { kind, weight in
                JSON.object([
                    ("name", .text(kind.rawValue)), ("unit", .text(kind.unit)), ("weight", .number(weight)),
                    ("definition", .text(kind.definition)), ("source", .text(scorer.source(kind))),
                ])
            }
            return try Terminal.print(JSON.list(list).document)
        }
        for (kind, weight) in zip(IndicatorKind.allCases, scorer.weights.values) {
            let unit = kind.unit.isEmpty ? "" : " [\(kind.unit)]"
            try Terminal.print("\(kind.rawValue)\(unit), weight \(ScoreReport.short(weight, 3))")
            try Terminal.print("    \(kind.definition)")
            try Terminal.print("    \(scorer.source(kind))")
        }
    }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// Formulas from the command line and from tables.
enum FormulaInput {
    /// One formula, read or refused.
    struct Entry: Sendable {
        /// `FILE: line N: ` where it stands in a table.
        var place: String
        var formula: Result<Formula, any Error>
    }

    private static func isTable(_ word: String) -> Bool {
        word.lowercased().hasSuffix(".csv") || word.lowercased().hasSuffix(".tsv")
    }

    /// Those words of the command line that name tables.
    static func tables(_ words: [String]) -> [String] { words.filter(isTable) }

    /// Words of the command line: tables by their ending, everything else a formula. Throws where a table cannot be read.
    static func read(_ words: [String]) throws -> [Entry] {
        var entries: [Entry] = []
        for word in words {
            guard isTable(word) else {
                entries.append(Entry(place: "", formula: Result { try Formula(word) }))
                continue
            }
            let table = try CommaTable(path: word)
            let place = try table.place(required: "formula")
            entries += Parts.map(table.rows) { row in
                let text = place < row.fields.count ? row.fields[place] : ""
                return Entry(place: "\(word): line \(row.line): ", formula: Result { try Formula(text) })
            }
        }
        return entries
    }
}
