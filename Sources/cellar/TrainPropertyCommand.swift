import ArgumentParser
import CyclingData
import Materials

/// `cellar train property`.
struct TrainPropertyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "property",
        abstract: "Trains a property of materials on a table, and writes a model file with its card.",
        usage:
            "cellar train property TABLE.csv --target COLUMN --out MODEL.json [--families FAMILY...] [--report FILE.html]",
        discussion: """
            The table has the columns formula_charge, formula_discharge and working_ion, or formula; and the target, one number a row. \
            Families are compared by cross-validation with frameworks (or chemical systems) left out; intervals are calibrated on the \
            left-out errors. Rows flagged in a column outlier_flag are left out.

            Example: voltages of one's own
              cellar train property mine.csv --target average_voltage_V --out mine.json
            """)

    @Argument(help: "The table (.csv).") var table: String?
    @Option(help: ArgumentHelp("Column to be predicted.", valueName: "column")) var target: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Further tables of the same columns; they count half and are never scored.", valueName: "table"))
    var further: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Families to compare: ridge, boosted, extra-trees, gaussian-process; the first two by default.",
            valueName: "family"))
    var families: [String] = []
    @Option(help: ArgumentHelp("The model file; further parts are put beside it.", valueName: "file")) var out: String
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "Train the models that come with Cellar, on this folder of data sets; --out is then a folder.",
            valueName: "dir"))
    var shipped: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("With --shipped: these models only; all by default.", valueName: "name"))
    var only: [String] = []
    @OptionGroup var page: ReportOption
    @Flag(help: "Print the card as one JSON document on standard output.") var json = false

    func run() throws {
        if let shipped { return try trainShipped(shipped) }
        guard let table, let target else {
            throw CommandError.usage(
                "\(table == nil ? "TABLE" : "--target"): missing; 'cellar train property TABLE.csv --target COLUMN --out MODEL.json'"
            )
        }
        let chosen = try families.map { name in
            guard let family = PropertyTraining.Family(rawValue: name) else {
                let all = PropertyTraining.Family.allCases.map(\.rawValue)
                throw CommandError.usage(
                    "--families \(name): no such family; \(Spelling.nearest(to: name, among: all).map { "nearest: \($0)" } ?? "there are " + all.joined(separator: ", "))"
                )
            }
            return family
        }
        try OutputPlaces([("--out", out), ("--report", page.report)], json: json).check("the table", [table])
        try page.check(of: "--out", out)
        let training = try PropertyTraining(table: table, target: target, further: further)
        let compared: [PropertyTraining.Family] = chosen.isEmpty ? [.ridge, .boosted] : chosen
        let bar = CountingBar(total: PropertyTraining.stages(families: compared.count), what: "stages")
        var stage = 0
        let model = try training.train(families: compared, seed: seed) { step in
            if Terminal.isInteractive { Terminal.complain(step) }
            bar.update(stage)
            stage += 1
        }
        bar.clear()
        try write(model, to: out)
        if json {
            try Terminal.print(Self.document(model.target, model.card).document)
        } else {
            try Terminal.print(ModelCardText.lines(model.target, model.card).joined(separator: "\n"))
        }
        try page.write(of: [out])
    }

    private func trainShipped(_ folder: String) throws {
        guard table == nil, target == nil, further.isEmpty, families.isEmpty, !json else {
            throw CommandError.usage("--shipped: with --out FOLDER and --only alone; --out Data/models is right")
        }
        for name in only where !ShippedMaterialModels.names.contains(name) {
            throw CommandError.usage(
                "--only \(name): no such model; there are \(ShippedMaterialModels.names.joined(separator: ", "))")
        }
        guard MaterialsBenchmark.holdsData(folder) else {
            throw CommandError(.noSuchFile, "\(folder): no data set of materials; a folder like data/materials")
        }
        try page.check()
        var paths: [String] = []
        try ShippedMaterialModels.train(folder: folder, only: only, seed: seed) { step in
            if Terminal.isInteractive { Terminal.complain(step) }
        } finished: { name, model in
            paths.append("\(out)/\(name).json")
            try write(model, to: "\(out)/\(name).json")
            try Terminal.print(ModelCardText.lines(name, model.card).joined(separator: "\n"))
        }
        try page.write(of: paths)
    }

    private func write(_ model: PropertyModel, to path: String) throws {
        for (path, bytes) in try model.files(path: path) {
            try OutputFile.save(String(decoding: bytes, as: UTF8.self), to: path)
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let name = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
        try ModelLinkedData.write(ModelDescription(model, name: name), besides: path)
    }

    private static func document(_ target: String, _ card: ModelCard) -> JSON {
        func list(_ scores: [ModelCard.Score]) -> JSON { .object(scores.map { ($0.name, .number($0.value)) }) }
        return .object([
            ("target", .text(target)), ("data", .texts(card.data)), ("rows", .whole(card.rows)),
            ("notes", .texts(card.notes)),
            ("grouping", .text(card.grouping)), ("families", list(card.families)), ("errors", list(card.errors)),
            ("learning_curve", list(card.learningCurve)), ("coverage", .number(card.coverage)),
        ])
    }
}
