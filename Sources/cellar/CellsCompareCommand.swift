import ArgumentParser
import Cells
import CyclingData

/// `cellar cells compare`.
struct CellsCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Shows where cells differ, side by side.",
        usage: "cellar cells compare CELL CELL... [--report FILE.html] [--json]",
        discussion: "Example: cellar cells compare lg-m50-chen2020 lg-m50-okane2022 --report cells.html")

    @Argument(help: "Shipped cells' names or BPX files; two at least.") var cells: [String] = []
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    func run() throws {
        guard cells.count > 1 else {
            throw CommandError.usage(
                "CELL: \(cells.count) given, two are needed; "
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
}
