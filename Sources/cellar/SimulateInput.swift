import Cells
import CyclingData
import Electrochemistry

/// What `cellar simulate` makes of its options.
extension SimulateCommand {
    /// Throws `CommandError` for a value out of its range.
    func simulationOptions(shape: Cell.Shape) throws -> SimulationOptions {
        var options = try shared.simulationOptions(shape: shape)
        options.halfCell = halfCell
        if let period {
            guard period > 0, period <= 1e9 else {
                throw CommandError.usage(
                    "--period \(period): out of range; a number of seconds above 0 is right, e.g. 10")
            }
            options.period = period
        }
        if shared.jump, outEvery != nil {
            throw CommandError.usage(
                "--out-every: with --jump its cycles may be skipped; leave one of them out, or use --out-tagged")
        }
        if check, !shared.jump { throw CommandError.usage("--check: of what? --jump is needed with it") }
        if resume, checkpoint == nil {
            throw CommandError.usage("--resume: from which file? --checkpoint FILE --resume is right")
        }
        options.variables = (variables ?? "").split(separator: ",").map(CellLoader.trimmed).filter { !$0.isEmpty }
        var seen: Set<String> = []
        for name in options.variables where !seen.insert(name).inserted {
            throw CommandError.usage("--variables \(name): named twice; each is written once, name it once")
        }
        if let outEvery, outEvery < 1 {
            throw CommandError.usage("--out-every \(outEvery): out of range; a whole number above 0 is right, e.g. 100")
        }
        if outEvery != nil || !outTagged.isEmpty, out == nil {
            throw CommandError.usage(
                "\(outEvery == nil ? "--out-tagged" : "--out-every"): it selects from the time series, and none is asked "
                    + "for; add --out FILE.bdf.csv")
        }
        if variables != nil, out == nil, !listVariables {
            throw CommandError.usage(
                "--variables: they go into the time series, and none is asked for; add --out FILE.bdf.csv")
        }
        return options
    }

    /// The places that outputs take, with the option of each; the partial files' too.
    ///
    /// Throws `CommandError` where two outputs meet in one file, or standard output is taken twice.
    @discardableResult
    func checkOutputs() throws -> OutputPlaces {
        let places = try OutputPlaces(
            [
                ("--out", out), ("--summary", summary), ("--steps-summary", stepsSummary), ("--checkpoint", checkpoint),
                ("--aged-cell", agedCell), ("--report", page.report),
            ], json: json)
        guard let checkpoint else { return places }
        let journal = CycleJournal.path(checkpoint: checkpoint)
        let target = OutputFile.resolved(journal)
        for place in [target, target + ".partial"] {
            if let other = places.taken[place] {
                throw CommandError.usage(
                    "\(other) \(journal): --checkpoint keeps its cycles there already; name another file")
            }
        }
        return try places.with("--checkpoint", journal)
    }

    /// Throws `CommandError` where an output would take the place of a file that the run reads.
    func checkInputs(_ plan: CyclingProtocol, _ file: CellFile) throws {
        let places = try checkOutputs()
        if let cell { try places.check(cell: cell, shipped: ShippedCells.names) }
        // A set of the cell file is no file, whatever lies in the folder under its name.
        if let ageing = shared.ageingName, !file.ageingSets.contains(ageing) {
            try places.check("the ageing set", [ageing])
        }
        if let protocolFile = shared.protocolFile { try places.check("the protocol", [protocolFile]) }
        try places.check("a drive", drivePaths(plan))
    }

    /// Logs that the protocol's steps follow, each once. A relative path starts from the protocol file's folder.
    private func drivePaths(_ plan: CyclingProtocol) -> [String] {
        let folder = shared.protocolFile.flatMap { path in path.lastIndex(of: "/").map { String(path[...$0]) } } ?? ""
        var paths: Set<String> = []
        for step in plan.cycles.lazy.flatMap(\.steps) {
            guard case .drive = step.control else { continue }
            // "Drive FILE in W", the name in quotes where it has blanks.
            let text = CellLoader.trimmed(step.text[...]).drop { !$0.isWhitespace }.drop(while: \.isWhitespace)
            let isQuoted = text.first == "\"" || text.first == "'"
            let name = isQuoted ? text.dropFirst().prefix { $0 != text.first } : text.prefix { !$0.isWhitespace }
            paths.insert(name.hasPrefix("/") ? String(name) : folder + name)
        }
        return paths.sorted()
    }

    /// Throws `CommandError` for an `--out-tagged` that no step carries.
    func checkTags(_ plan: CyclingProtocol) throws {
        guard !outTagged.isEmpty else { return }
        let tags = Set(plan.cycles.flatMap(\.tags))
        for tag in outTagged where !tags.contains(tag) {
            let remedy =
                tags.isEmpty ? "tags come from a --protocol-file" : "known: \(tags.sorted().joined(separator: ", "))"
            throw CommandError.usage("--out-tagged \(tag): no step of the protocol carries this tag; \(remedy)")
        }
    }

    /// The cell with `--set` applied, and the remarks on its file. Throws `CommandError`.
    func loadCell() throws -> (cell: Cell, file: CellFile, warnings: [String]) {
        guard let cell else {
            // Steps take all words up to the next option.
            if let last = shared.steps.last, (try? CellFile.resolve(last)) != nil {
                throw CommandError.usage(
                    "CELL: no cell given, '\(last)' was taken for a step; "
                        + "'cellar simulate \(last) --protocol …' is right: the cell comes first")
            }
            throw CommandError.usage(
                "CELL: no cell given; 'cellar simulate lg-m50-chen2020 --protocol \"Discharge at 1C until 2.5 V\"' is right"
            )
        }
        return try CellLoader.cell(cell, changes: shared.changes, ignoreHysteresis: shared.ignoreHysteresis)
    }
}

/// `--soc`, `--rest-voltage` and `--temperature`.
enum StartOptions {
    /// Throws `CommandError`.
    static func kelvin(celsius: Double) throws -> Double {
        guard celsius >= -100, celsius <= 200 else {
            throw CommandError.usage("--temperature \(celsius): out of range; -100 to 200 oC are right, e.g. 25")
        }
        return celsius + 273.15
    }

    /// Throws `CommandError`.
    static func state(soc: Double?, restVoltage: Double?) throws -> InitialState {
        switch (soc, restVoltage) {
        case (nil, nil): return .asInFile
        case (.some, .some):
            throw CommandError.usage("--soc and --rest-voltage: both say where to start; give one of them")
        case (let soc?, nil):
            guard soc >= 0, soc <= 1 else {
                throw CommandError.usage("--soc \(soc): out of range; a fraction from 0 to 1 is right, e.g. 0.5")
            }
            return .stateOfCharge(soc)
        case (nil, let voltage?):
            guard voltage > 0, voltage <= 100 else {
                throw CommandError.usage(
                    "--rest-voltage \(voltage): out of range; a voltage of the cell is right, e.g. 3.7")
            }
            return .restVoltage(voltage)
        }
    }
}

/// `--mesh`.
enum MeshOption {
    /// Throws `CommandError`.
    static func mesh(_ text: String) throws -> Mesh {
        switch text {
        case "fast": return .fast
        case "standard": return .standard
        case "fine": return .fine
        default: break
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 4, let n = parts[0], let s = parts[1], let p = parts[2], let r = parts[3] else {
            throw CommandError.usage(
                "--mesh \(text): unknown; fast, standard, fine or points n/s/p/r is right, e.g. 20/20/20/20")
        }
        guard [n, s, p, r].allSatisfy((2...2000).contains) else {
            throw CommandError.usage("--mesh \(text): out of range; 2 to 2000 points each are right, e.g. 20/20/20/20")
        }
        return Mesh(negative: n, separator: s, positive: p, shells: r)
    }
}

/// Reading cells with the file's name in front of every error.
enum CellLoader {
    /// Throws `CommandError`.
    static func file(_ nameOrPath: String) throws -> CellFile {
        try named(nameOrPath) { try CellFile.resolve(nameOrPath) }
    }

    /// A cell with `--set` applied, and the remarks on its file. Throws `CommandError`.
    static func cell(
        _ cell: String, changes: [String], ignoreHysteresis: Bool
    ) throws -> (cell: Cell, file: CellFile, warnings: [String]) {
        var file = try CellLoader.file(cell)
        for change in changes {
            // A path may hold "=" nowhere, a value may.
            guard let mark = change.firstIndex(of: "="), mark != change.startIndex else {
                throw CommandError.usage(
                    "--set '\(change)': no PATH=VALUE; \"Negative electrode > Thickness [m]=9e-5\" is right")
            }
            do {
                try file.set(
                    path: trimmed(change[..<mark]), value: trimmed(change[change.index(after: mark)...]))
            } catch let error as BPXError {
                throw CommandError.usage("--set: \(error)")
            }
        }
        var resolved = try CellLoader.cell(file, named: cell)
        if resolved.hasHysteresis {
            guard ignoreHysteresis else {
                throw CommandError(
                    .badData,
                    "\(cell): open-circuit potentials with hysteresis, which this version does not simulate; "
                        + "--ignore-hysteresis takes the single curve 'OCP [V]'")
            }
            resolved = resolved.ignoringHysteresis
        }
        return (resolved, file, file.warnings)
    }

    /// Without blanks at both ends.
    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Throws `CommandError`.
    static func cell(_ file: CellFile, named name: String) throws -> Cell { try named(name) { try file.cell() } }

    /// An ageing set of the cell, or of a file of its own. Throws `CommandError`.
    static func ageing(_ nameOrPath: String, _ file: CellFile, named cell: String) throws -> AgeingSet {
        do {
            return try AgeingSet.resolve(nameOrPath, in: file)
        } catch let error as BPXError where error.kind == .notFound && !error.path.isEmpty {
            throw CommandError.usage("--ageing: \(cell) has \(error.problem); \(error.remedy)")
        } catch let error as BPXError {
            // The name of a file, unless the mistake is in the cell's own set.
            let place = file.ageingSets.contains(nameOrPath) ? cell : nameOrPath
            throw CommandError(error.kind == .notFound ? .noSuchFile : .badData, "\(place): \(error)")
        }
    }

    private static func named<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let name = name == "-" ? "standard input" : name
        do {
            return try body()
        } catch let error as BPXError {
            throw CommandError(error.kind == .notFound ? .noSuchFile : .badData, "\(name): \(error)")
        }
    }
}
