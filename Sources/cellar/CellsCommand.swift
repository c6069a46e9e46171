import ArgumentParser
import Cells
import CyclingData

/// `cellar cells`.
struct CellsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cells",
        abstract: "Lists the shipped cells, describes one, or compares some.",
        usage: """
            cellar cells [CELL] [--ageing SET] [--bpx FILE] [--plain-bpx FILE] [--json-ld FILE] [--json] [--report FILE.html]
            cellar cells compare CELL CELL... [--json] [--report FILE.html]
            """,
        discussion: """
            Example: a shipped cell as a file to be changed
              cellar cells lg-m50-chen2020 --bpx my-cell.json

            Example: where cells differ, side by side
              cellar cells compare lg-m50-chen2020 lg-m50-okane2022 --report cells.html
            """)

    @Argument(
        help: ArgumentHelp(
            "A shipped cell's name or a BPX file, - for standard input; all shipped cells by default; compare and two or more.",
            valueName: "cell"))
    var cells: [String] = []
    @Option(
        help: ArgumentHelp(
            "Write the cell as BPX without the User-defined extension; - is standard output.", valueName: "file"))
    var plainBpx: String?
    @Option(help: ArgumentHelp("Write the cell as BPX with everything in it; - is standard output.", valueName: "file"))
    var bpx: String?
    @Option(
        help: ArgumentHelp(
            "Describe the cell as JSON-LD with BattINFO's terms; - is standard output.", valueName: "file"))
    var jsonLd: String?
    @Option(
        help: ArgumentHelp(
            "Print one ageing set with all its parameters: one of the cell's, or a file.", valueName: "set"))
    var ageing: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    func run() throws {
        if cells.first == "compare" { return try compare(Array(cells.dropFirst())) }
        guard cells.count < 2 else {
            if CommandWords.instead(of: cells[0], among: ["compare"]).hasPrefix("nearest") {
                throw CommandError.usage("\(cells[0]): no such word; nearest: compare")
            }
            throw CommandError.usage(
                "\(cells.count) cells: one is described at a time; 'cellar cells compare \(cells.joined(separator: " "))' "
                    + "shows where they differ")
        }
        guard let cell = cells.first else {
            for (option, path) in outputs where path != nil {
                throw CommandError.usage(
                    "\(option): no cell given; 'cellar cells lg-m50-chen2020 \(option) cell.json' is right")
            }
            guard ageing == nil else {
                throw CommandError.usage(
                    "--ageing: no cell given; 'cellar cells lg-m50-okane2022 --ageing okane2022' is right")
            }
            return try list()
        }
        for (option, path) in outputs where ageing != nil && path != nil {
            throw CommandError.usage("--ageing and \(option): one prints a set, one writes the cell; give one of them")
        }
        try OutputPlaces(outputs + [("--report", page.report)], json: json).check(
            cell: cell, shipped: ShippedCells.names)
        let file = try CellLoader.file(cell)
        if let ageing {
            let description = AgeingDescription(ageing: try CellLoader.ageing(ageing, file, named: cell))
            return try Terminal.print(json ? description.json.document : description.text)
        }
        let resolved = try CellLoader.cell(file, named: cell)
        let description = try CellDescription(file: file, cell: resolved)
        if let bpx { try OutputFile.save(file.json(), to: bpx) }
        if let plainBpx { try OutputFile.save(file.plainBPX().json(), to: plainBpx) }
        if let jsonLd { try OutputFile.save(CellLinkedData(cell: resolved).document.document + "\n", to: jsonLd) }
        try page.write(cell, description.json(full: true))
        if outputs.contains(where: { $0.path != nil }), !json { return }
        try Terminal.print(json ? description.json(full: true).document : description.text)
    }

    private func compare(_ cells: [String]) throws {
        for (option, isGiven) in outputs.map({ ($0.option, $0.path != nil) }) + [("--ageing", ageing != nil)]
        where isGiven {
            throw CommandError.usage("\(option): not with compare, which writes no cell; leave it out")
        }
        guard cells.count > 1 else {
            throw CommandError.usage(
                "compare: \(cells.count) given, two are needed; "
                    + "'cellar cells compare lg-m50-chen2020 lg-m50-okane2022' is right")
        }
        let places = try OutputPlaces([("--report", page.report)], json: json)
        for cell in cells { try places.check(cell: cell, shipped: ShippedCells.names) }
        let all = try cells.map { name in
            let file = try CellLoader.file(name)
            return try CellDescription(file: file, cell: CellLoader.cell(file, named: name))
        }
        let document = JSON.list(all.map { $0.json(full: true) })
        try Terminal.print(json ? document.document : CellDescription.differences(all))
        try page.write("cells", document)
    }

    private func list() throws {
        let names = ShippedCells.names
        guard !names.isEmpty else {
            throw CommandError(
                .noSuchFile,
                "Cells: the folder of shipped cells is not found; set CELLAR_HOME to the folder that holds it")
        }
        let all = try names.map { name in
            let file = try CellLoader.file(name)
            return try CellDescription(file: file, cell: try CellLoader.cell(file, named: name))
        }
        try page.write("cells", .list(all.map { $0.json(full: false) }))
        if json { return try Terminal.print(JSON.list(all.map { $0.json(full: false) }).document) }
        let header = ["cell", "capacity", "cut-offs", "temp.", "ageing", "assumed", "chemistry"]
        try Terminal.print(TextTable.lay(all.map(\.row), header: header))
        try Terminal.print("\n'cellar cells CELL' describes one: sources, parameters, what is assumed, ageing sets.")
    }

    private var outputs: [(option: String, path: String?)] {
        [("--bpx", bpx), ("--plain-bpx", plainBpx), ("--json-ld", jsonLd)]
    }
}
