internal import Cells
internal import CyclingData

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A result, told by its content whatever its file is called.
package struct LoadedResult: Sendable {
    /// What it is.
    enum Content: Sendable {
        case simulation(ResultDocument)
        case impedance(ResultDocument)
        case predictions([ResultDocument])
        case scores([ResultDocument])
        case evaluation(ResultDocument)
        case fit(ResultDocument)
        case summaries([ResultDocument])
        case screening([ResultDocument])
        case design(ResultDocument)
        case conductivities([ResultDocument])
        case imports([ResultDocument])
        case whatIf(ResultDocument)
        case benchmark(ResultDocument)
        case model(ResultDocument)
        case cells([ResultDocument])
        case sweep(ResultTable, manifest: ResultDocument?)
        case cycles(CycleColumns)
        case trace(ResultTable)
        case parity(ResultTable)
        case fitTable(ResultTable)
        case series(TimeSeries)
    }

    /// As the page calls it.
    var name: String
    var content: Content

    /// A document that a command has just made. Throws ``ReportError`` where its kind is unknown.
    package init(name: String, document: ResultDocument) throws {
        self.name = name
        content = try Self.content(document)
    }

    /// The time series of a run that has just ended.
    package init(series: TimeSeries) { (name, content) = (series.name, .series(series)) }

    /// The course of a state of health, as `predict --soh-trace` writes it. Throws ``ReportError``.
    package init(trace name: String, _ text: String) throws {
        (self.name, content) = (name, .trace(try ResultTable(name: name, text: text)))
    }

    /// Measured and modelled voltages, as `fit --residuals` writes them. Throws ``ReportError``.
    package init(fit name: String, _ text: String) throws {
        (self.name, content) = (name, .fitTable(try ResultTable(name: name, text: text)))
    }

    private init(_ name: String, _ content: Content) { (self.name, self.content) = (name, content) }

    /// Reads a file or a folder; `-` is standard input. Throws ``ReportError`` or `ImportError`.
    package static func load(path: String) throws -> [LoadedResult] {
        let name = path == "-" ? "standard input" : path
        if isFolder(path) { return try folder(path) }
        if isPacked(path) { return [try measured(path, name)] }
        let text: String
        do {
            guard let found = try InputFile.text(path: path == "-" ? "/dev/stdin" : path) else {
                throw ReportError(
                    .notFound, place: path, problem: "no such file or folder", remedy: "name a result that is there")
            }
            text = found
        } catch let error as OutputError {
            throw ReportError(.notFound, place: path, problem: error.problem, remedy: error.remedy)
        }
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }) else {
            throw ReportError(place: name, problem: "an empty file", remedy: "name a result of a command of cellar")
        }
        if first == "{" || first == "[" {
            let document = try ResultDocument(place: name, json: text)
            return [LoadedResult(name, try content(document))]
        }
        let header = text.prefix { !$0.isNewline }.filter { $0 != "\u{FEFF}" && $0 != "\"" }
        let columns = Set(header.split(separator: ",").map { $0.trimmed })
        guard let make = tables.first(where: { $0.columns.isSubset(of: columns) })?.make else {
            var own = try measured(path, name)
            if path != "-", case .series(var series) = own.content, header.contains("@") {
                series.profiles = Profiles(text: text)
                own.content = .series(series)
            }
            return [own]
        }
        let table = try ResultTable(name: name, text: text)
        guard !table.rows.isEmpty else {
            throw ReportError(
                place: name, problem: "a table without rows", remedy: "name the table of a run that got somewhere")
        }
        return [LoadedResult(name, try make(table))]
    }

    /// Tables that commands write, by columns that they alone have.
    private static let tables: [(columns: Set<String>, make: @Sendable (ResultTable) throws -> Content)] = [
        (["run", "point", "status", "life_80_cycles"], { .sweep($0, manifest: nil) }),
        (["cycle", "soh", "soh_low", "soh_high", "observed"], { .trace($0) }),
        (
            ["frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"],
            { .impedance(document($0, key: "spectrum")) }
        ),
        (["protocol", "truth", "value", "low", "high"], { .parity($0) }),
        (["test_time_second", "voltage_volt", "model_voltage_volt"], { .fitTable($0) }),
        (["formula", "specific_energy_bound_Wh_kg", "hull_bound_eV_atom"], { .design(document($0, key: "front")) }),
        (["formula", "score", "average_voltage_V"], { .screening(ResultDocument.items(list($0), $0.name)) }),
        (["formula", "score", "molar_mass_g_mol"], { .scores(ResultDocument.items(list($0), $0.name)) }),
        (["cycle", "discharge_capacity_Ah"], { .cycles(CycleColumns(name: $0.name, columns: $0.numbers)) }),
    ]

    /// A table's rows as a document's.
    private static func list(_ table: ResultTable) -> FileValue {
        FileValue(
            .list(
                table.rows.map { row in
                    var object = FileObject()
                    for (key, field) in zip(table.header, row) {
                        object[key] = FileValue(Double(field).map(FileValue.Content.number) ?? .text(field))
                    }
                    return FileValue(.object(object))
                }))
    }

    private static func document(_ table: ResultTable, key: String) -> ResultDocument {
        var object = FileObject()
        object[key] = list(table)
        return ResultDocument(place: table.name, root: FileValue(.object(object)))
    }

    /// What a document is.
    private static func content(_ document: ResultDocument) throws -> Content {
        if case .list(let values) = document.root.content {
            let items = ResultDocument.items(document.root, document.place)
            guard let first = items.first else {
                throw ReportError(
                    place: document.place, problem: values.isEmpty ? "an empty result" : "no objects in the list",
                    remedy: "name a document that a command printed with --json")
            }
            if first.has("rul_cycles") || first.has("end_of_life_soh") && first.has("soh") {
                return .predictions(items)
            }
            if first.has("indicators") { return .scores(items) }
            if first.has("records"), first.has("format") { return .imports(items) }
            if first.has("summary") { return .summaries(items) }
            if first.has("average_voltage_V") { return .screening(items) }
            if first.has("conductivity_mS_cm") { return .conductivities(items) }
            if first.has("lower_cut_off_V"), first.has("title") { return .cells(items) }
            throw unknown(document)
        }
        if case .numbers = document.root.content {
            throw ReportError(
                place: document.place, problem: "an empty result",
                remedy: "name a document that a command printed with --json")
        }
        switch document.text("format") {
        case "cellar-model":
            guard document.text("kind") != "population" else {
                throw ReportError(
                    place: document.place, problem: "simulated lives, and no model that has a card",
                    remedy: "'cellar train lifetime --hybrid' makes a model of them")
            }
            return .model(document)
        case "cellar-sweep":
            throw ReportError(
                place: document.place, problem: "the manifest of a sweep", remedy: "name its folder")
        default: break
        }
        if document.has("spectrum") { return .impedance(document) }
        if document.has("cell_performance") { return .evaluation(document) }
        if document.has("summary"), document.has("end_reason") { return .simulation(document) }
        if document.has("experiments"), document.has("parameters") { return .fit(document) }
        if document.has("lower_cut_off_V"), document.has("title") { return .cells([document]) }
        if document.has("front") { return .design(document) }
        if document.has("scenarios"), document.has("horizon") { return .whatIf(document) }
        if document.has("candidates") { return .screening(document.list("candidates")) }
        if !document.keys.isEmpty, document.keys.allSatisfy({ document.at($0)?.has("metric") == true }) {
            return .benchmark(document)
        }
        throw unknown(document)
    }

    private static func unknown(_ document: ResultDocument) -> ReportError {
        if document.has("Header"), document.has("Parameterisation") {
            return ReportError(
                place: document.place, problem: "a cell file, not a result",
                remedy: "'cellar cells compare' shows cells, 'cellar simulate' gives a result of one")
        }
        return ReportError(
            place: document.place, problem: "no result that this version of cellar knows",
            remedy: "name a document that a command printed with --json, a table, a folder of a sweep or cycling data")
    }

    /// Cycling data, or a per-cycle table, of any cycler.
    private static func measured(_ path: String, _ name: String) throws -> LoadedResult {
        if let cycles = try CycleTableFile.read(path: path), !cycles.isEmpty {
            return LoadedResult(name, .cycles(CycleColumns(name: name, cycles: cycles)))
        }
        return LoadedResult(name, .series(try TimeSeries(name: name, paths: [path])))
    }

    // MARK: - Folders

    private static func folder(_ path: String) throws -> [LoadedResult] {
        if let text = try? InputFile.text(path: "\(path)/manifest.json") {
            let manifest = try ResultDocument(place: "\(path)/manifest.json", json: text)
            guard let runs = try? InputFile.text(path: "\(path)/runs.csv") else {
                throw ReportError(
                    place: path, problem: "a sweep without runs.csv", remedy: "run the sweep; the same command goes on")
            }
            let table = try ResultTable(name: path, text: runs)
            guard !table.rows.isEmpty else {
                throw ReportError(
                    place: path, problem: "a sweep without a finished run", remedy: "the command that began it goes on")
            }
            return [LoadedResult(path, .sweep(table, manifest: manifest))]
        }
        let evaluations = names(path).filter { $0.hasSuffix(".evaluation.json") }
        if !evaluations.isEmpty { return try evaluations.flatMap { try load(path: "\(path)/\($0)") } }
        throw ReportError(
            place: path, problem: "a folder without results", remedy: "name one of a sweep or of 'evaluate --out'")
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a file is no text, but a container that a cycler wrote or a packed one.
    private static func isPacked(_ path: String) -> Bool {
        let lowered = path.lowercased()
        return [".gz", ".mpr", ".res", ".nda", ".ndax", ".xlsx", ".xls", ".mat", ".zip", ".xml"].contains {
            lowered.hasSuffix($0)
        }
    }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.sorted()
    }
}

extension StringProtocol {
    /// Without blanks at its ends.
    var trimmed: String {
        var slice = self[...]
        while let first = slice.first, first.isWhitespace { slice = slice.dropFirst() }
        while let last = slice.last, last.isWhitespace { slice = slice.dropLast() }
        return String(slice)
    }
}
