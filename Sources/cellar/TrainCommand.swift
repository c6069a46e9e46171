import ArgumentParser
import CyclingData
import Learning
import Lifetime

/// `cellar train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model on your own data and writes it with its card.",
        subcommands: [TrainLifetimeCommand.self, TrainPropertyCommand.self, TrainSurrogateCommand.self])
}

/// `cellar train lifetime`.
struct TrainLifetimeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifetime",
        abstract: "Remaining life, from cells that were cycled to their end.",
        usage: "cellar train lifetime DIR... --out MODEL.json [--compare] [--hybrid SWEEP] [--report FILE.html]",
        discussion: """
            Every file of a folder is a cell, and every folder in it (one cell in many files): what a cycler wrote, or a \
            per-cycle table. Families of models are compared by cross-validation by cell; the best, or a mean of the best, \
            is trained on all cells. Beside MODEL.json stand its card, MODEL.md, and its metadata, MODEL.jsonld. The same data and seed give the same bytes.

            With --hybrid a simulated population is the prior, and a few cells are enough, or none.

            Example: from a few cells and the simulated lives of NMC cells
              cellar train lifetime my-cells --hybrid nmc --out mine.json
            """)

    @Argument(help: ArgumentHelp("Folders of cells.", valueName: "dir")) var folders: [String] = []
    @Option(help: ArgumentHelp("The model; its card goes beside it.", valueName: "model.json")) var out: String?
    @Flag(help: "Print the families compared, with their errors on cells left out.") var compare = false
    @Flag(help: "Print the card as one JSON document on standard output.") var json = false
    @Option(help: ArgumentHelp("State of health at which a life ends.", valueName: "fraction")) var endOfLife = 0.8
    @Option(help: ArgumentHelp("Nominal capacity; each cell's own at its start by default.", valueName: "Ah"))
    var nominalCapacity: Double?
    @Option(help: "Chemistry of the cells, for the card and to match cells by.") var chemistry: String?
    @Option(help: "Licence of the data, for the card.") var licence: String?
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "A sweep's folder, a population file, or the name of a population that comes along (lfp, nmc, nca): train on it "
                + "together with the cells. May be given more than once.",
            valueName: "sweep"))
    var hybrid: [String] = []
    @Option(
        help: ArgumentHelp(
            "Write the lives of this sweep, thinned out, as a population file to --out; nothing is trained.",
            valueName: "sweep"))
    var population: String?
    @Option(
        help: ArgumentHelp(
            "Train the models that come with Cellar, on this folder of data sets; --out is then a folder.",
            valueName: "dir"))
    var shipped: String?
    @OptionGroup var page: ReportOption

    func run() throws {
        if let shipped {
            guard folders.isEmpty, let out else {
                throw CommandError.usage(
                    "--shipped: with --out FOLDER and no other folders; --out Data/models is right")
            }
            try page.check()
            var paths: [String] = []
            let models = try PartBar.watch("training") { try LifetimeTraining.shipped(folder: shipped, seed: seed) }
            for model in models {
                paths.append("\(out)/\(model.card.name).json")
                try write(model, to: paths[paths.count - 1])
            }
            return try page.write(of: paths)
        }
        if let population {
            guard folders.isEmpty, hybrid.isEmpty, page.report == nil, let out else {
                throw CommandError.usage("--population: with --out FILE.json and nothing else")
            }
            let lives = try SimulatedPopulation(sweep: population) { Terminal.complain($0) }
            return try LifetimeOutput.write(lives.encoded(), to: out)
        }
        guard !folders.isEmpty || !hybrid.isEmpty else {
            throw CommandError.usage("DIR: no folder given; name one with a file for each cell")
        }
        guard out != nil || compare else {
            throw CommandError.usage(
                "--out: no model asked for; give --out MODEL.json, or --compare for the table alone")
        }
        guard endOfLife > 0, endOfLife < 1 else {
            throw CommandError.usage("--end-of-life \(endOfLife): out of 0 to 1; 0.8 is usual")
        }
        if let nominalCapacity, !(nominalCapacity > 0) {
            throw CommandError.usage(
                "--nominal-capacity \(nominalCapacity): not positive; the cell's capacity in Ah is right")
        }
        let places = try OutputPlaces([("--out", out), ("--report", page.report)], json: json)
        try page.check(of: "--out", out)
        let cells = try readCells(places)
        let options = trainingOptions
        if !hybrid.isEmpty { return try trainHybrid(cells, options) }
        let model: LifetimeModel
        do {
            model = try PartBar.watch("training") {
                try LifetimeTraining.train(cells, options: options) { Terminal.complain($0) }
            }
        } catch var error as LifetimeError where error.place == LifetimeTraining.cellsPlace {
            // Which cells: those of the folders that were given.
            error.place = folders.joined(separator: ", ")
            throw error
        }
        if json {
            try Terminal.print(Self.document(model.card).document)
        } else if compare {
            for line in model.card.comparison {
                try Terminal.print("\(Int(line.error.rounded())) cycles RMSE  \(line.name)")
            }
        }
        if let out {
            try write(model, to: out)
            try page.write(of: [out])
        }
    }

    private var trainingOptions: LifetimeTraining.Options {
        var options = LifetimeTraining.Options()
        options.name = out.map { Self.stem($0) } ?? "lifetime"
        options.seed = seed
        options.endOfLife = endOfLife
        options.nominal = nominalCapacity
        options.chemistry = chemistry ?? ""
        options.licence = licence ?? options.licence
        // Names alone: where a folder stands on a disk is nobody's business.
        options.source = (hybrid + folders).map { Self.stem($0) }
        return options
    }

    private func trainHybrid(_ cells: [CellHistory], _ options: LifetimeTraining.Options) throws {
        guard let out else { throw CommandError.usage("--hybrid: no --out; give --out MODEL.json") }
        let populations = try hybrid.map { try HybridInput.population($0) }
        let population =
            populations.count == 1
            ? populations[0]
            : SimulatedPopulation.merged(populations, name: populations.map(\.name).joined(separator: "+"))
        let model = try HybridModel(population: population, cells: cells, options: options) {
            Terminal.complain($0)
        }
        guard folders.isEmpty || model.card.cells > 0 else {
            throw allLeftOut("give cells that were cycled further")
        }
        try LifetimeOutput.write(model.encoded(), to: out)
        try write(model.card, besides: out)
        if json { try Terminal.print(Self.document(model.card).document) }
        try page.write(of: [out])
    }

    /// The cells of all folders; what cannot be read is told and left out. Throws where a folder is missing or nothing of it
    /// can be read.
    private func readCells(_ places: OutputPlaces) throws -> [CellHistory] {
        var cells: [CellHistory] = []
        for folder in folders {
            guard let entries = try LifetimeFolder.cells(in: folder) else {
                guard !InputFile.exists(folder) else {
                    throw CommandError.usage("\(folder): a file; name the folder that holds a file for each cell")
                }
                throw CommandError(.noSuchFile, "\(folder): no such folder; name one with a file for each cell")
            }
            try places.check("a test", entries.flatMap(\.files))
            let bar = CountingBar(total: entries.count, what: "cells read")
            defer { bar.clear() }
            for (index, (name, files)) in entries.enumerated() {
                bar.update(index)
                do {
                    cells.append(try CellHistory(name: name, paths: files, wantsStatistics: true))
                } catch let error as LifetimeError {
                    Terminal.complain("left out: \(error)")
                } catch let error as ImportError {
                    Terminal.complain("left out: \(error)")
                }
            }
        }
        guard folders.isEmpty || !cells.isEmpty else { throw allLeftOut("a file for each cell is right") }
        return cells
    }

    private func allLeftOut(_ remedy: String) -> CommandError {
        CommandError(
            .badData,
            "\(folders.joined(separator: ", ")): every cell was left out, no model was written; \(remedy)")
    }

    private func write(_ model: LifetimeModel, to path: String) throws {
        try LifetimeOutput.write(model.encoded(), to: path)
        try write(model.card, besides: path)
    }

    private static func document(_ card: ModelCard) -> JSON {
        let comparison = card.comparison.map {
            JSON.object([(key: "family", value: .text($0.name)), (key: "rmse", value: .number($0.error))])
        }
        return .object([
            (key: "name", value: .text(card.name)), (key: "purpose", value: .text(card.purpose)),
            (key: "data", value: .texts(card.data)), (key: "licence", value: .text(card.licence)),
            (key: "cells", value: .whole(card.cells)), (key: "split", value: .text(card.split)),
            (key: "comparison", value: .list(comparison)), (key: "comparison_unit", value: .text(card.unit)),
            (key: "scores", value: .texts(card.scores)), (key: "interval", value: .text(card.interval)),
            (key: "must_not_use", value: .texts(card.mustNotUse)), (key: "seed", value: .number(Double(card.seed))),
        ])
    }

    /// The card for people and the one for programs.
    private func write(_ card: ModelCard, besides path: String) throws {
        let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        try LifetimeOutput.write(Array(card.markdown.utf8), to: stem + ".md")
        try ModelLinkedData.write(ModelDescription(card), besides: path)
    }

    private static func stem(_ path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix(".json") { name.removeLast(5) }
        return name
    }
}

/// Cells of a folder.
enum LifetimeFolder {
    /// One cell a file, one cell a folder within; nil where there is no such folder. Throws `ImportError`.
    static func cells(in folder: String) throws -> [(name: String, files: [String])]? {
        guard InputFolder.isFolder(folder) else { return nil }
        return try LifetimeBenchmark.entries(folder).map { name in
            let path = "\(folder)/\(name)"
            return (path, InputFolder.isFolder(path) ? try InputFolder.files(in: path) ?? [] : [path])
        }
    }
}
