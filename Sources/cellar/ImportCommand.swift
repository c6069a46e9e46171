import ArgumentParser
import CyclingData
import Materials
import Reports

/// What `import` and `summarize` share: which files, and how they are read.
struct ImportArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files of any cycler; a folder is one cell in many files; - is standard input.", valueName: "file"))
    var files: [String] = []
    @Flag(help: "All files are one cell, in the order of their dates.")
    var join = false
    @Option(help: ArgumentHelp("The format, where the content does not tell it.", valueName: "name"))
    var format: String?
    @Option(
        name: .customLong("map"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "What a column is, e.g. \"Their column=voltage_volt\"; may be repeated.", valueName: "heading=column"))
    var maps: [String] = []

    /// The columns that the user told, by heading in lower case. Throws `CommandError`.
    func mapping() throws -> [String: BDFColumn] {
        var map: [String: BDFColumn] = [:]
        for text in maps {
            guard let mark = text.lastIndex(of: "="), mark > text.startIndex else {
                throw CommandError.usage("--map '\(text)': no =; \"Their column=voltage_volt\" is right")
            }
            let name = text[text.index(after: mark)...].trimmingBlanks
            guard let column = BDFColumn(header: name) else {
                throw CommandError.usage(
                    "--map '\(text)': no BDF column '\(name)'; "
                        + (Spelling.nearest(to: name, among: BDFColumn.allCases.map(\.rawValue)).map {
                            "nearest: \($0)"
                        }
                            ?? "a machine name such as voltage_volt, current_ampere or test_time_second is right"))
            }
            map[text[..<mark].trimmingBlanks.lowercased()] = column
        }
        return map
    }

    /// The cells to be read: a name for each and its files. Throws `CommandError`.
    func cells() throws -> [(name: String, files: [String])] {
        guard !files.isEmpty else {
            throw CommandError.usage("FILE: no file given; name what a cycler wrote, a folder, or - for standard input")
        }
        if join || files.count == 1 {
            var all: [String] = []
            for file in files { all += try InputFolder.files(in: file) ?? [file] }
            guard let first = files.first else { return [] }
            guard !all.isEmpty else {
                throw CommandError(.noSuchFile, "\(first): an empty folder; name one with files")
            }
            return [(first, all)]
        }
        // Arbin's metadata go with the records that they belong to, where both are named.
        let besides = files.filter { file in ArbinMetadata.dataPath(file).map(files.contains) == true }
        return try files.filter { !besides.contains($0) }.map { file in
            let own = besides.filter { ArbinMetadata.dataPath($0) == file }
            return (file, try InputFolder.files(in: file) ?? ([file] + own))
        }
    }

    /// Throws `CommandError` where the format is unknown.
    ///
    /// - Parameter bar: shows how far a single cell's files are read; several cells have a bar of their own.
    func options(keepsAllColumns: Bool, bar: ReadingBar? = nil) throws -> ImportOptions {
        if let format, !CyclerFormats.names.contains(format.lowercased()) {
            throw CommandError.usage(
                "--format \(format): no such format; \(CommandWords.instead(of: format, among: CyclerFormats.names))")
        }
        var options = ImportOptions(format: format, map: try mapping(), keepsAllColumns: keepsAllColumns)
        if let bar, files.count == 1 || join { options.progress = { bar.update($0) } }
        return options
    }
}

extension StringProtocol {
    /// Without blanks around.
    var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

/// Many files, one after another: what fails is told and does not keep the others.
struct FileRun {
    private(set) var failures: [(file: String, code: Int32)] = []
    let total: Int

    init(total: Int) { self.total = total }

    /// Runs `body` for one cell; an error of its data is told on standard error. Throws errors of output.
    mutating func attempt(_ file: String, _ body: () throws -> Void) throws {
        do { try body() } catch {
            let failure = Failure(error)
            guard total > 1, failure.isOfData else { throw failure }
            failure.complain()
            failures.append((file, failure.exitCode))
        }
    }

    /// Tells how many failed. Throws `Failure` where any did.
    func finish() throws {
        guard let first = failures.first else { return }
        let names = failures.prefix(5).map(\.file).joined(separator: ", ")
        let more = failures.count > 5 ? ", …" : ""
        let code =
            failures.contains { $0.code == FailureCode.badData.rawValue } ? FailureCode.badData.rawValue : first.code
        throw CommandError(
            FailureCode(rawValue: code) ?? .badData,
            "\(failures.count) of \(total) files failed: \(names)\(more); the others were written")
    }
}

/// `cellar import`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Any cycler's export to the Battery Data Format.",
        usage: "cellar import FILE... --out DIR|FILE [--summary FILE.csv] [--metadata] [--report FILE.html]",
        discussion: """
            The format is told from the content. Conventions are made one: current and power are positive on charge, time \
            and counters run from the start of the test. Every repair is told in one line.

            Example: what a cycler wrote, with its per-cycle table
              cellar import cell.ndax --out cell.bdf.csv --summary cycles.csv
            """)

    @OptionGroup var input: ImportArguments
    @Option(
        name: .shortAndLong, help: ArgumentHelp("A file, a folder (one file per cell), or -.", valueName: "dir|file"))
    var out: String?
    @Option(help: ArgumentHelp("The per-cycle table too.", valueName: "file.csv"))
    var summary: String?
    @Flag(help: "What a file says of its test beside its records goes into NAME.metadata.json beside the output.")
    var metadata = false
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    func run() throws {
        let reading = ReadingBar()
        defer { reading.clear() }
        let options = try input.options(keepsAllColumns: true, bar: reading)
        let cells = try input.cells()
        let target = try OutputTarget(out, cells: cells.map(\.name), json: json)
        if summary != nil, cells.count > 1 {
            throw CommandError.usage("--summary: one file for \(cells.count) cells; use 'cellar summarize' for several")
        }
        var places = try OutputPlaces([("--summary", summary), ("--report", page.report)], json: json)
        for path in target.paths {
            try places.add("--out", path)
            if metadata, path != "-" { try places.add("--metadata", Self.metadataPath(path)) }
        }
        try places.check("a test", cells.flatMap(\.files))
        try page.check()
        var run = FileRun(total: cells.count)
        var read: [Imported] = []
        let bar = CountingBar(total: cells.count, what: "cells")
        defer { bar.clear() }
        for (index, cell) in cells.enumerated() {
            bar.update(index)
            try run.attempt(cell.name) {
                read.append(try convert(cell.files, named: cell.name, to: target.paths[index], options))
            }
        }
        bar.clear()
        reading.clear()
        if json { try Terminal.print(JSON.list(read.map { .object($0.entries) }).document) }
        try write(read)
        try run.finish()
    }

    /// What reading one cell gave.
    private struct Imported {
        var entries: [(key: String, value: JSON)]
        /// Of the page alone.
        var more: [(key: String, value: JSON)] = []
        var course: TimeSeries?
        /// Where a spectrum was written instead of a time series.
        var spectrum: String?
    }

    private func convert(
        _ files: [String], named name: String, to path: String, _ options: ImportOptions
    ) throws -> Imported {
        if files.count == 1, let spectrum = try ImpedanceTable(path: files[0], options: options) {
            let rows = try spectrum.write(to: path)
            return Imported(
                entries: [
                    (key: "file", value: .text(name)), (key: "format", value: .text(spectrum.format)),
                    (key: "out", value: .text(path)), (key: "records", value: .whole(rows)),
                ], spectrum: path)
        }
        let reader = try CyclingReader(paths: files, options: options)
        let writer = BDFTableWriter(path: path)
        var builder = CycleBuilder()
        var course = page.report == nil ? nil : TimeSeries(name: name)
        do {
            while let records = try reader.next() {
                try writer.append(records)
                if summary != nil || course != nil { try builder.take(records) }
                course?.add(records)
            }
            try writer.finish()
        } catch {
            writer.abandon()
            throw error
        }
        let cycles = summary != nil || course != nil ? try builder.finish() : []
        if let summary { try SummarizeCommand.write(cycles, to: summary) }
        if metadata, path != "-" { try write(reader, columns: writer.columns, besides: path) }
        for remark in reader.remarks { if !json { Terminal.complain("\(name): \(remark)") } }
        for column in writer.leftOut where !json {
            Terminal.complain("\(name): column '\(column)' of a later file left out")
        }
        return Imported(
            entries: [
                (key: "file", value: .text(name)), (key: "format", value: .text(reader.format)),
                (key: "out", value: .text(path)), (key: "records", value: .whole(writer.records)),
                (key: "metadata", value: .object(reader.metadata.map { (key: $0.key, value: .text($0.value)) })),
                (key: "warnings", value: .texts(reader.remarks)),
            ],
            more: [
                (key: "columns", value: .texts(writer.columns)),
                (
                    key: "summary",
                    value: .list(
                        cycles.map { row in
                            .object(
                                zip(MeasuredCycles.columns, MeasuredCycles.values(row)).map { ($0, .optional($1)) })
                        })
                ),
            ], course: course)
    }

    /// The page of what was read; spectra have a chapter of their own.
    private func write(_ read: [Imported]) throws {
        guard page.report != nil, !read.isEmpty else { return }
        let spectra = read.compactMap(\.spectrum).filter { $0 != "-" && !$0.hasPrefix("/dev/") }
        let document = JSON.list(read.map { .object($0.entries + $0.more) })
        let courses = read.count == 1 ? read.compactMap(\.course).map { LoadedResult(series: $0) } : []
        try page.write("import", document, with: courses + spectra.flatMap { try LoadedResult.load(path: $0) })
    }
}

extension ImportCommand {
    /// BDF keeps metadata in a parallel file.
    private static func metadataPath(_ path: String) -> String {
        var stem = path
        for ending in [".csv", ".bdf"] where stem.lowercased().hasSuffix(ending) {
            stem = String(stem.dropLast(ending.count))
        }
        return stem + ".metadata.json"
    }

    private func write(_ reader: CyclingReader, columns: [String], besides path: String) throws {
        let document = JSON.object(
            TableLinkedData.entries(columns: columns, path: path) + [
                (key: "format", value: .text(reader.format)), (key: "files", value: .texts(reader.paths)),
                (key: "metadata", value: .object(reader.metadata.map { (key: $0.key, value: .text($0.value)) })),
                (key: "warnings", value: .texts(reader.remarks)),
            ])
        let file = try OutputFile(path: Self.metadataPath(path))
        file.append(document.document + "\n")
        try file.finish()
    }
}

/// Where the results of several cells go.
struct OutputTarget {
    /// One path a cell.
    var paths: [String]

    /// Throws `CommandError` where several cells would go into one file.
    init(_ out: String?, cells: [String], json: Bool) throws {
        if let out, out.isEmpty { throw CommandError.usage("--out '': an empty file name; name a file, a folder or -") }
        guard cells.count > 1 || out.map({ $0.hasSuffix("/") || InputFolder.isFolder($0) }) == true else {
            let path = out ?? "-"
            if json, path == "-" {
                throw CommandError.usage("--json writes to standard output already; name a file or folder with --out")
            }
            paths = [path]
            return
        }
        guard let out, out != "-", out.hasSuffix("/") || InputFolder.isFolder(out) else {
            throw CommandError.usage(
                "--out\(out.map { " \($0)" } ?? ""): \(cells.count) cells need a folder that exists; --out FOLDER is right"
            )
        }
        guard InputFolder.isFolder(out) else {
            throw CommandError(.outputFailed, "\(out): no such folder; create it first")
        }
        let folder = out.hasSuffix("/") ? out : out + "/"
        var taken = Set<String>()
        paths = cells.map { cell in
            var name = cell.split(separator: "/").last.map(String.init) ?? "cell"
            if name == "-" { name = "stdin" }
            var stem = name
            for ending in [".gz", ".bdf.csv", ".bdf"] where stem.lowercased().hasSuffix(ending) {
                stem = String(stem.dropLast(ending.count))
            }
            if let dot = stem.lastIndex(of: "."), dot > stem.startIndex { stem = String(stem[..<dot]) }
            var path = folder + stem + ".bdf.csv"
            if !taken.insert(path).inserted {
                path = folder + name + ".bdf.csv"
                var copy = 2
                while !taken.insert(path).inserted {
                    path = folder + name + "-\(copy).bdf.csv"
                    copy += 1
                }
            }
            return path
        }
    }
}
