internal import Cells
internal import Electrochemistry
internal import Learning

/// The cells, ageing sets and protocols that a sweep reads, each once.
struct SweepFiles: Sendable {
    /// The ageing sets that runs may have; nil: none.
    let ageingNames: [String?]
    /// Names of the protocols' variables.
    let variables: [String]
    /// The protocol of all runs; nil where a factor chooses one.
    let onlyProtocol: String?
    private struct Base: Sendable {
        var file: CellFile
        /// The ageing set's name in the file.
        var set: String?
    }
    /// By cell, then by ageing set ("" for none).
    private var bases: [String: [String: Base]] = [:]
    private var protocols: [String: (template: ProtocolTemplate, plan: CyclingProtocol?)] = [:]
    private var sums: [String: String] = [:]

    /// - Parameters:
    ///   - ageing: the sets that a factor names; nil where none does.
    ///   - protocols: the protocol files that a factor names.
    ///   - variables: what the factors may set in a protocol.
    init(
        _ specification: SweepSpecification, ageing: [String]?, protocols names: [String]?, variables known: [String]
    ) throws {
        guard !specification.cells.isEmpty else {
            throw SweepError(.usage, "CELL: no cell given; 'cellar sweep lg-m50-chen2020 …' is right")
        }
        let folder = try SweepRecipe.folder(of: specification.recipe)
        ageingNames = (ageing ?? specification.ageing.map { [$0] } ?? ["none"]).map { $0 == "none" ? nil : $0 }
        if ageing != nil, specification.ageing != nil {
            throw SweepError(.usage, "--ageing and --vary ageing: both choose the set; give one of them")
        }
        for name in specification.cells {
            var file = try Self.cell(name, folder)
            for change in specification.changes {
                guard let mark = change.firstIndex(of: "="), mark != change.startIndex else {
                    throw SweepError(
                        .usage, "--set '\(change)': no PATH=VALUE; \"Negative electrode > Thickness [m]=9e-5\" is right"
                    )
                }
                do {
                    try file.set(
                        path: trimmed(change[..<mark]), value: trimmed(change[change.index(after: mark)...]))
                } catch let error as BPXError {
                    throw SweepError(.usage, "--set: \(error)")
                }
            }
            sums["cell \(name)"] = ModelDocument.checksum(of: Array(file.json().utf8))
            for ageing in ageingNames {
                var base = Base(file: file, set: nil)
                if let ageing { base.set = try Self.put(ageing, into: &base.file, cell: name, folder, &sums) }
                bases[name, default: [:]][ageing ?? ""] = base
            }
        }
        var templates: [(String, ProtocolTemplate)] = []
        switch (names, specification.protocolFile, specification.steps.isEmpty) {
        case (nil, nil, true):
            throw SweepError(
                .usage, "--protocol: no protocol given; --protocol \"Discharge at 1C until 2.5 V\" is right")
        case (let names?, nil, true):
            onlyProtocol = nil
            for name in names {
                templates.append(
                    (name, try ProtocolTemplate(path: Self.place(name, folder), times: specification.cycles)))
            }
        case (nil, let path?, true):
            onlyProtocol = path
            templates = [(path, try ProtocolTemplate(path: Self.place(path, folder), times: specification.cycles))]
        case (nil, nil, false):
            onlyProtocol = ""
            templates = [("", ProtocolTemplate(steps: specification.steps, times: specification.cycles))]
        default:
            throw SweepError(
                .usage, "--protocol, --protocol-file and --vary protocol: more than one gives steps; give one of them")
        }
        variables = templates.flatMap(\.1.names)
        for name in variables where !known.contains(name) {
            throw SweepError(
                .usage, "--protocol: {\(name)} has no value; --vary \"\(name)=0.5:2\" gives it one")
        }
        for (name, template) in templates {
            protocols[name] = (template, template.names.isEmpty ? try Self.filled(template, [:]) : nil)
        }
    }

    /// A cell's file with an ageing set in it, and that set's name there.
    func base(cell: String, ageing: String?) throws -> (CellFile, String?) {
        guard let base = bases[cell]?[ageing ?? ""] else {
            throw SweepError(.usage, "\(cell), \(ageing ?? "none"): not among the sweep's cells and sets")
        }
        return (base.file, base.set)
    }

    /// The protocol with its variables filled in; one without any is made once.
    func plan(_ name: String?, _ values: [String: String]) throws -> CyclingProtocol {
        guard let found = protocols[name ?? ""] else {
            throw SweepError(.usage, "\(name ?? ""): not among the sweep's protocols")
        }
        return try found.plan ?? Self.filled(found.template, values)
    }

    /// The path of a cell file for a factor's: `ageing > …` is in the set that acts. Nil where nothing ages.
    func path(_ path: String, in file: CellFile, _ set: String?) throws -> String? {
        let separator: Character = path.contains(">") ? ">" : "/"
        let parts = path.split(separator: separator, omittingEmptySubsequences: false).map(trimmed)
        guard parts.count > 1, parts[0].lowercased() == "ageing", !file.ageingSets.contains(parts[1]) else {
            return path
        }
        guard let set else {
            guard ageingNames.contains(where: { $0 != nil }) else {
                throw SweepError(.usage, "--vary '\(path)': nothing ages; '--ageing NAME' is needed with it")
            }
            return nil
        }
        let front = ["Parameterisation", "User-defined", "Cellar", "Ageing", set]
        return (front + parts.dropFirst()).joined(separator: " > ")
    }

    /// Checksums of all that was read; drives count with their samples.
    func checksums(_ middle: [String: String]) throws -> [String: String] {
        var sums = sums
        for (name, entry) in protocols {
            let plan = try entry.plan ?? Self.filled(entry.template, middle)
            sums[name.isEmpty ? "protocol" : "protocol \(name)"] = RunCheckpoint.fingerprint(
                of: [entry.template.text], plan: plan)
        }
        return sums
    }

    private static func filled(_ template: ProtocolTemplate, _ values: [String: String]) throws -> CyclingProtocol {
        do {
            return try template.filled(values)
        } catch let error as ProtocolError where error.kind == .step {
            throw SweepError(.usage, "--protocol: \(error)")
        }
    }

    private static func cell(_ name: String, _ folder: String?) throws -> CellFile {
        do {
            return try CellFile.resolve(ShippedCells.names.contains(name) ? name : place(name, folder))
        } catch let error as BPXError {
            throw SweepError(error.kind == .notFound ? .notFound : .data, "\(name): \(error)")
        }
    }

    /// Where a relative path leads: from the recipe's folder, where there is such a file.
    static func place(_ path: String, _ folder: String?) -> String {
        guard let folder, !path.hasPrefix("/"), path != "-" else { return path }
        let inside = "\(folder)/\(path)"
        return FolderAccess.exists(inside) ? inside : path
    }

    /// Makes sure that the set is in the cell file; its name there. Throws `SweepError`.
    private static func put(
        _ name: String, into file: inout CellFile, cell: String, _ folder: String?, _ sums: inout [String: String]
    ) throws -> String {
        do {
            let set = try AgeingSet.resolve(file.ageingSets.contains(name) ? name : place(name, folder), in: file)
            if !file.ageingSets.contains(name) {
                try file.put(set)
                sums["ageing \(name)"] = ModelDocument.checksum(of: Array("\(set)".utf8))
            }
            return set.name
        } catch let error as BPXError where error.kind == .notFound && !error.path.isEmpty {
            throw SweepError(.usage, "--ageing: \(cell) has \(error.problem); \(error.remedy)")
        } catch let error as BPXError {
            let place = file.ageingSets.contains(name) ? cell : name
            throw SweepError(error.kind == .notFound ? .notFound : .data, "\(place): \(error)")
        }
    }
}
