import ArgumentParser
import CyclingData
import Learning
import Lifetime

/// `cellar bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Runs the protocols of a benchmark on folders of data.",
        subcommands: [BenchLifetimeCommand.self, BenchMaterialsCommand.self])
}

/// `cellar bench lifetime`.
struct BenchLifetimeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifetime",
        abstract: "State of health and remaining life: trained on one folder, scored on another.",
        usage: "cellar bench lifetime --train DIR --test DIR [--only NAME...] [--predictions FILE] [--json]",
        discussion: """
            Both folders are laid out alike, one folder a data set. Cells of the test folder that the training folder does \
            not hold are predicted with models of all training cells; where it holds no others, cells are left out in \
            turns. Protocols whose data are in neither folder are left out.

            Example: cells left out in turns, where both folders are the same
              cellar bench lifetime --train cycling --test cycling --json
            """)

    @Option(help: ArgumentHelp("Folder of the cells that are trained on.", valueName: "dir")) var train: String
    @Option(help: ArgumentHelp("Folder of the cells that are scored.", valueName: "dir")) var test: String
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Run these protocols only; all by default.", valueName: "name")) var only: [String] = []
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @Flag(help: "Fewer trees and splits, for a quick look.") var quick = false
    @Option(help: ArgumentHelp("Write every prediction to a CSV file.", valueName: "file")) var predictions: String?
    @Option(help: ArgumentHelp("Write the models of each protocol's first split.", valueName: "dir")) var models:
        String?
    @Option(
        help: ArgumentHelp(
            "Write which cells were tested together, so that others can be measured on the same splits.",
            valueName: "file")) var splits: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        try page.check()
        let runs = LifetimeBenchmark.protocols
        for name in only where !runs.contains(where: { $0.name == name }) {
            throw CommandError.usage(
                "--only: no protocol '\(name)'; \(CommandWords.instead(of: name, among: runs.map(\.name)))")
        }
        for folder in [train, test] where !LifetimeBenchmark.holdsData(folder) {
            throw CommandError(
                .noSuchFile,
                "\(folder): no data set of the benchmark; a folder like data/cycling, with severson_lfp_qv and others")
        }
        let options = BenchmarkOptions(seed: seed, isQuick: quick)
        var lines: [BenchmarkLine] = []
        var all: [BenchmarkPrediction] = []
        var tested: [(name: String, number: Int, cell: String)] = []
        let chosen = runs.filter { only.isEmpty || only.contains($0.name) }
        for (index, run) in chosen.enumerated() {
            let outcome = try PartBar.watch("\(run.name) (protocol \(index + 1) of \(chosen.count))") {
                try run.body(train, test, options)
            }
            lines += outcome.lines
            all += outcome.predictions
            tested += outcome.splits
            if let models {
                for (name, model) in outcome.models {
                    try LifetimeOutput.write(
                        ModelDocument.encode(model, kind: "lifetime"), to: "\(models)/\(name).json")
                }
            }
            if !json {
                for line in outcome.lines { try Terminal.print(LifetimeOutput.text(line)) }
            }
        }
        guard !lines.isEmpty else {
            throw CommandError(
                .badData, "\(test): no protocol has cells enough; at least 10 to train on and one to test")
        }
        if let splits { try LifetimeOutput.write(tested, to: splits) }
        if let predictions { try LifetimeOutput.write(all, to: predictions) }
        let document = JSON.object(lines.map { ($0.name, LifetimeOutput.json($0)) })
        if json { try Terminal.print(document.document) }
        try page.write("bench lifetime", document)
    }
}

/// How results of the lifetime benchmark are written.
enum LifetimeOutput {
    static func json(_ line: BenchmarkLine) -> JSON {
        .object([
            ("metric", .text(line.metric)), ("value", .number(line.value)), ("coverage", .optional(line.coverage)),
            ("width", .optional(line.width)), ("winkler", .optional(line.winkler)),
            ("constant_width_winkler", .optional(line.constantWinkler)), ("n", .whole(line.n)),
            ("target", .optional(line.target)), ("published", .text(line.published)),
            ("baselines", .object(line.baselines.map { ($0.name, .number($0.value)) })), ("note", .text(line.note)),
        ])
    }

    /// One line of a table for people.
    static func text(_ line: BenchmarkLine) -> String {
        func short(_ value: Double) -> String {
            let digits = abs(value) >= 20 ? 0 : abs(value) >= 2 ? 2 : 4
            var scale = 1.0
            for _ in 0..<digits { scale *= 10 }
            let rounded = (value * scale).rounded() / scale
            return digits == 0 && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
        }
        var parts = ["\(line.name): \(line.metric): \(short(line.value))"]
        if let target = line.target { parts.append("to reach \(short(target))") }
        if !line.baselines.isEmpty {
            parts.append("baselines " + line.baselines.map { "\($0.name) \(short($0.value))" }.joined(separator: ", "))
        }
        if !line.published.isEmpty { parts.append("published \(line.published)") }
        if let coverage = line.coverage, let width = line.width {
            var text = "90 % interval covers \((coverage * 1000).rounded() / 10) %, width \(short(width))"
            if let winkler = line.winkler { text += ", Winkler \(short(winkler))" }
            if let constant = line.constantWinkler { text += " (one width for all: \(short(constant)))" }
            parts.append(text)
        }
        parts.append("n \(line.n)")
        if !line.note.isEmpty { parts.append(line.note) }
        return parts.joined(separator: "; ")
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try OutputFile.save(String(decoding: bytes, as: UTF8.self), to: path)
    }

    static func write(_ splits: [(name: String, number: Int, cell: String)], to path: String) throws {
        let table = try CSVWriter(path: path, columns: ["protocol", "split", "cell"])
        for split in splits {
            table.add(split.name)
            table.add(split.number)
            table.add(split.cell)
            try table.endRow()
        }
        try table.finish()
    }

    static func write(_ predictions: [BenchmarkPrediction], to path: String) throws {
        let table = try CSVWriter(path: path, columns: ["protocol", "cell", "cycle", "value", "low", "high"])
        for prediction in predictions {
            table.add(prediction.name)
            table.add(prediction.cell)
            for number in [prediction.cycle, prediction.value, prediction.low, prediction.high] {
                table.add(number, digits: 15)
            }
            try table.endRow()
        }
        try table.finish()
    }
}
