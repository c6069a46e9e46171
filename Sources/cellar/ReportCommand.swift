import ArgumentParser
import CyclingData
import Reports

/// `cellar report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Figures and one self-contained page from any results.",
        usage: "cellar report RESULT... --out page.html [--figures DIR [--svg] [--png]]",
        discussion: """
            RESULT is what another command wrote or a cycler recorded, told by its content: time series (BDF or any cycler's \
            export), per-cycle tables, documents of --json, SOH traces, spectra, folders of 'sweep' and of 'evaluate --out', \
            compositions of 'design', model files. Several of one kind are compared; a time series beside the document of its run goes with it, as does \
            a trace with its prediction.

              cellar simulate lg-m50-okane2022 --protocol "Discharge at 1C" --out run.bdf.csv --json > run.json
              cellar report run.json run.bdf.csv --out run.html

            The page opens without a network and takes the reader's light or dark theme; drag across a plot to zoom, \
            double-click to go back, click a legend's entry to hide its series. Lines of more than \(Page.points) points are \
            thinned by the largest-triangle rule, which keeps every peak. --figures writes each figure's Vega specification, \
            and with --svg and --png the figure itself.
            """)

    @Argument(help: ArgumentHelp("Files or folders of results; - is standard input.", valueName: "result"))
    var results: [String] = []
    @Option(name: .shortAndLong, help: ArgumentHelp("The page; - is standard output.", valueName: "page.html"))
    var out: String?
    @Option(help: ArgumentHelp("Heading of the page.", valueName: "text")) var title: String?
    @Option(help: ArgumentHelp("Folder for each figure as a Vega specification.", valueName: "dir")) var figures:
        String?
    @Flag(help: "With --figures: as SVG too; needs node.") var svg = false
    @Flag(help: "With --figures: as PNG too; needs node and rsvg-convert.") var png = false

    func run() throws {
        guard !results.isEmpty else {
            throw CommandError.usage("RESULT: none given; 'cellar report run.json --out run.html' is right")
        }
        guard out != nil || figures != nil else {
            throw CommandError.usage("--out: no page named; 'cellar report \(results[0]) --out page.html' is right")
        }
        if svg || png, figures == nil {
            throw CommandError.usage("\(svg ? "--svg" : "--png"): where to? --figures DIR names the folder")
        }
        try OutputPlaces([("--out", out)]).check("a result", results)
        let loaded = try results.flatMap { try LoadedResult.load(path: $0) }
        let page = try Report.page(
            loaded, title: title, version: Cellar.versionNumber, command: ReportOutput.command(CommandLine.arguments))
        if let figures { try FigureFiles.write(page.figures, folder: figures, svg: svg, png: png) }
        if let out { try ReportOutput.write(page, to: out) }
    }
}

/// `--report` of the other commands.
struct ReportOption: ParsableArguments {
    @Option(help: ArgumentHelp("One self-contained page with figures; see 'cellar report'.", valueName: "file.html"))
    var report: String?

    /// Throws `OutputError` where the page cannot be written, before a long computation instead of after it.
    func check() throws {
        guard let report, report != "-", !report.hasPrefix("/dev/") else { return }
        try OutputFile(path: report).abandon(keeping: false)
    }

    /// Writes a page of the document that `--json` prints, and of what goes with it. Throws `ReportError` or `OutputError`.
    func write(_ name: String, _ document: JSON, with others: [LoadedResult] = []) throws {
        guard report != nil else { return }
        try write([LoadedResult(name: name, document: ResultDocument(place: name, json: document.document))] + others)
    }

    /// Throws `CommandError` where the page is of a file that will not be one, `OutputError` as ``check()``.
    func check(of option: String, _ path: String?) throws {
        guard report != nil else { return }
        guard let path, path != "-", !path.hasPrefix("/dev/") else {
            throw CommandError.usage("--report: the page is of the file that \(option) names; name one")
        }
        try check()
    }

    /// Writes a page of files that were just written. Throws `ReportError` or `OutputError`.
    func write(of paths: [String]) throws { try write(paths.flatMap { try LoadedResult.load(path: $0) }) }

    /// Writes a page of results that are loaded. Throws `ReportError` or `OutputError`.
    func write(_ results: @autoclosure () throws -> [LoadedResult]) throws {
        guard let report else { return }
        let page = try Report.page(
            results(), version: Cellar.versionNumber, command: ReportOutput.command(CommandLine.arguments))
        try ReportOutput.write(page, to: report)
    }
}

/// Where pages go.
enum ReportOutput {
    /// What a document says of how it was made.
    static var provenance: [(key: String, value: JSON)] {
        [
            (key: "cellar_version", value: .text(Cellar.versionNumber)),
            (key: "command", value: .text(command(CommandLine.arguments))),
        ]
    }

    /// Throws `OutputError`.
    static func write(_ page: Page, to path: String) throws {
        let runtime = VegaRuntime.find()
        let figures = page.figures
        try OutputFile.save(PageWriter(page, runtime: runtime).html(), to: path)
        guard runtime == nil, !figures.isEmpty else { return }
        Terminal.complain("warning: \(VegaRuntime.missing)")
        guard path != "-", !path.hasPrefix("/dev/") else { return }
        var stem = path
        for ending in [".html", ".htm"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
        try FigureFiles.write(figures, folder: "\(stem)-figures", svg: false, png: false)
    }

    /// A command line as a shell takes it.
    static func command(_ arguments: [String]) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%")
        let words = arguments.dropFirst().map { word in
            !word.isEmpty && word.allSatisfy(plain.contains) ? word : "'\(word.replacing("'", with: "'\\''"))'"
        }
        return (["cellar"] + words).joined(separator: " ")
    }
}

extension JSON {
    /// An object that says at its end how it was made.
    static func made(_ entries: [(key: String, value: JSON)]) -> JSON { .object(entries + ReportOutput.provenance) }
}
