import ArgumentParser
import CyclingData
import Materials

/// `cellar bench materials`.
struct BenchMaterialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "materials",
        abstract: "Properties of materials: trained on one folder, scored on another.",
        usage: "cellar bench materials --train DIR --test DIR [--only NAME...] [--predictions FILE] [--json]",
        discussion: """
            Both folders are laid out alike, as the public data sets are. Rows of the test folder that the training folder does not \
            hold are scored; where it holds no others, rows are left out in turns. No row that is trained on shares a composition \
            with a row that is scored, nor its framework, chemical system, source or family where the protocol says so. Protocols \
            whose data are in neither folder are left out.

            Example: rows left out in turns, where both folders are the same
              cellar bench materials --train materials --test materials --json
            """)

    @Option(help: ArgumentHelp("Folder that is trained on.", valueName: "dir")) var train: String
    @Option(help: ArgumentHelp("Folder that is scored.", valueName: "dir")) var test: String
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Run these protocols only; all by default.", valueName: "name")) var only: [String] = []
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Write every prediction, with its fold, to a CSV file.", valueName: "file"))
    var predictions: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        try page.check()
        for name in only where !MaterialsBenchmark.names.contains(name) {
            let near = Spelling.nearest(to: name, among: MaterialsBenchmark.names).map { "nearest: \($0)" }
            throw CommandError.usage(
                "--only \(name): no such protocol; \(near ?? "there are " + MaterialsBenchmark.names.joined(separator: ", "))"
            )
        }
        for folder in [train, test] where !MaterialsBenchmark.holdsData(folder) {
            throw CommandError(
                .noSuchFile, "\(folder): no data set of the benchmark; a folder like data/materials")
        }
        var lines: [MaterialsBenchmarkLine] = []
        var bar: CountingBar?
        defer { bar?.clear() }
        let all = try MaterialsBenchmark.run(train: train, test: test, only: only, seed: seed) { name, done, splits in
            if done == 0 { bar = CountingBar(total: splits, what: "splits of \(name)") }
            bar?.update(done)
        } report: { line in
            bar?.clear()
            lines.append(line)
            if !json { try Terminal.print(Self.text(line)) }
        }
        guard !lines.isEmpty else {
            throw CommandError(
                .badData, "\(test): no protocol has its tables there; such as mp_insertion_electrodes_2024.csv")
        }
        if let predictions { try write(all, to: predictions) }
        let document = JSON.object(lines.map { ($0.name, Self.document($0)) })
        if json { try Terminal.print(document.document) }
        try page.write("bench materials", document)
    }

    private func write(_ all: [MaterialsBenchmarkPrediction], to path: String) throws {
        let table = try CSVWriter(path: path, columns: ["protocol", "row", "fold", "truth", "value", "low", "high"])
        for prediction in all {
            table.add(prediction.name)
            table.add(prediction.row)
            table.add(prediction.fold)
            for number in [prediction.truth, prediction.value, prediction.low, prediction.high] {
                table.add(number, digits: 10)
            }
            try table.endRow()
        }
        try table.finish()
    }

    private static func document(_ line: MaterialsBenchmarkLine) -> JSON {
        .object([
            ("metric", .text(line.metric)), ("value", .number(line.value)), ("coverage", .optional(line.coverage)),
            ("width", .optional(line.width)), ("n", .whole(line.n)), ("target", .optional(line.target)),
            ("baselines", .object(line.baselines.map { ($0.name, .number($0.value)) })),
            ("in_domain", .optional(line.inDomain)),
            ("note", .text(line.note)),
        ])
    }

    private static func text(_ line: MaterialsBenchmarkLine) -> String {
        var parts = ["\(line.name): \(line.metric): \(ScoreReport.short(line.value, 4))"]
        if let target = line.target { parts.append("to reach \(ScoreReport.short(target, 4))") }
        parts.append(line.baselines.map { "\($0.name) \(ScoreReport.short($0.value, 4))" }.joined(separator: ", "))
        if let coverage = line.coverage, let width = line.width {
            parts.append(
                "90 % intervals cover \(ScoreReport.short(100 * coverage, 3)) %, width \(ScoreReport.short(width))")
        }
        parts.append("n \(line.n)")
        return parts.joined(separator: "; ")
    }
}
