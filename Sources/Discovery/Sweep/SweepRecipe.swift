internal import Cells

/// A recipe: a sweep written down in a YAML or JSON file, its ranges with their sources.
///
/// ```yaml
/// description: LFP cells at fast charge
/// cell: a123-prada2013
/// ageing: ageing/lfp.yaml
/// protocol: [protocols/fast-charge.yaml, protocols/commute.yaml]   # or protocol_file, or steps
/// vary:
///   - name: sei_diffusivity_m2_s                                  # the column; else the path
///     path: ageing > SEI > SEI solvent diffusivity [m2.s-1]
///     range: 1e-23:1e-21:log
///     source: where the range is from
///   - temperature=10:45
/// spread:
///   - {name: loading, path: Negative electrode > Thickness [m], deviation: 0.01, source: …}
/// noise: capacity=0.0005,gain=0.001
/// samples: 1000
/// ```
/// Further keys: `cells`, `set`, `cells_per_point`, `design`, `seed`, `cycles`, `until_capacity` (%), `model`, `thermal`,
/// `temperature` (°C), `soc`, `mesh`, `rtol`, `jump_tolerance`, `bdf_every`, `small` (samples of a quick trial). Relative
/// paths start from the recipe's folder.
public struct SweepRecipe: Sendable {
    /// The sweep; its samples are those of the recipe.
    public var specification: SweepSpecification
    /// Points of a quick trial.
    public let small: Int
    /// One sentence.
    public let summary: String

    /// Names of the shipped recipes.
    public static var names: [String] {
        guard let folder = shippedFolder else { return [] }
        return FolderAccess.names(folder).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }

    private static var shippedFolder: String? {
        guard let cells = ShippedCells.folder, let slash = cells.lastIndex(of: "/") else { return nil }
        return cells[..<slash] + "/Data/recipes"
    }

    private static func place(_ nameOrPath: String) throws -> String {
        if names.contains(nameOrPath), let folder = shippedFolder { return "\(folder)/\(nameOrPath).yaml" }
        guard FolderAccess.exists(nameOrPath) else {
            let near = nearest(to: nameOrPath, among: names).map { "nearest: \($0)" }
            let shipped =
                names.isEmpty
                ? "no folder of shipped ones is found either: set CELLAR_HOME to the one that holds Data and Cells"
                : near ?? "shipped: \(names.joined(separator: ", "))"
            throw SweepError(.notFound, "--recipe \(nameOrPath): no such file or recipe; \(shipped)")
        }
        return nameOrPath
    }

    /// The folder from which a recipe's relative paths start; nil without a recipe. Throws `SweepError`.
    static func folder(of recipe: String?) throws -> String? {
        guard let recipe else { return nil }
        let path = try place(recipe)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// A shipped recipe by its name, or one from a file. Throws `SweepError`.
    public init(_ nameOrPath: String) throws {
        let path = try Self.place(nameOrPath)
        let root: FileValue
        do {
            root = try PackageFile.tree(path: path)
        } catch let error as BPXError {
            throw SweepError(error.kind == .notFound ? .notFound : .data, "\(path): \(error)")
        }
        var reader = RecipeReader(path: path)
        specification = try reader.specification(root, recipe: nameOrPath)
        small = try reader.whole(root["small"], "small") ?? specification.samples
        summary = root["description"]?.text ?? ""
    }
}

/// Reads one recipe.
private struct RecipeReader {
    let path: String

    private static let known = [
        "description", "small", "cell", "cells", "set", "ageing", "protocol", "protocol_file", "steps", "vary",
        "spread",
        "noise", "samples", "cells_per_point", "design", "seed", "cycles", "until_capacity", "model", "thermal",
        "temperature", "soc", "mesh", "rtol", "jump_tolerance", "bdf_every",
    ]

    func wrong(_ value: FileValue?, _ problem: String, _ remedy: String) -> SweepError {
        SweepError(.data, "\(value?.line.map { "\(path): line \($0)" } ?? path): \(problem); \(remedy)")
    }

    mutating func specification(_ root: FileValue, recipe: String) throws -> SweepSpecification {
        guard let object = root.object else {
            throw wrong(root, "no recipe", "an object with 'cell' and 'vary' is right")
        }
        for entry in object.entries where !Self.known.contains(entry.key) {
            throw wrong(entry.value, "unknown key '\(entry.key)'", "known here: \(Self.known.joined(separator: ", "))")
        }
        var s = SweepSpecification()
        s.recipe = recipe
        s.cells = try texts(root["cells"] ?? root["cell"], "cell")
        s.changes = try texts(root["set"], "set")
        s.ageing = root["ageing"]?.text
        s.protocolFile = root["protocol_file"]?.text
        s.steps = try texts(root["steps"], "steps")
        let protocols = try texts(root["protocol"], "protocol")
        if !protocols.isEmpty { s.vary.append("protocol=\(protocols.joined(separator: ","))") }
        s.vary += try items(root["vary"]).map { try entry($0, key: "range", "vary") }
        s.spread = try items(root["spread"]).map { try entry($0, key: "deviation", "spread") }
        if let noise = root["noise"]?.text { s.noise = try MeasurementNoise(noise) }
        s.samples = try whole(root["samples"], "samples") ?? s.samples
        s.cellsPerPoint = try whole(root["cells_per_point"], "cells_per_point") ?? s.cellsPerPoint
        if let value = root["design"] {
            guard let design = value.text.flatMap({ SweepDesign(rawValue: $0) }) else {
                throw wrong(value, "no design", "sobol, lhs or grid is right")
            }
            s.design = design
        }
        s.seed = UInt64(try whole(root["seed"], "seed") ?? Int(s.seed))
        s.cycles = try whole(root["cycles"], "cycles") ?? s.cycles
        s.untilCapacity = try number(root["until_capacity"], "until_capacity", 0...100).map { $0 / 100 }
        s.model = root["model"]?.text
        s.thermal = root["thermal"]?.text ?? s.thermal
        s.temperature = try number(root["temperature"], "temperature", -100...200)
        s.stateOfCharge = try number(root["soc"], "soc", 0...1)
        s.relativeTolerance = try number(root["rtol"], "rtol", 1e-12...0.1) ?? s.relativeTolerance
        s.jumpTolerance = try number(root["jump_tolerance"], "jump_tolerance", 1e-12...0.1)
        s.seriesEvery = try whole(root["bdf_every"], "bdf_every")
        if let mesh = root["mesh"] {
            let points = (mesh.text ?? "").split(separator: "/").compactMap { Int($0) }
            guard points.count == 4 else { throw wrong(mesh, "no mesh", "points n/s/p/r are right, e.g. 8/4/8/8") }
            s.mesh = points
        }
        return s
    }

    private func items(_ value: FileValue?) throws -> [FileValue] {
        guard let value else { return [] }
        guard case .list(let items) = value.content else {
            throw wrong(value, "no list", "'- temperature=10:45' on a line each is right")
        }
        return items
    }

    /// A text, or an object with `path`, `name` and the value under `key`.
    private func entry(_ value: FileValue, key: String, _ what: String) throws -> String {
        if let text = value.text { return text }
        guard let object = value.object else {
            throw wrong(value, "no item of '\(what)'", "'path' and '\(key)' are needed")
        }
        for entry in object.entries where !["name", "path", "paths", key, "source"].contains(entry.key) {
            throw wrong(entry.value, "unknown key '\(entry.key)'", "known here: name, path, paths, \(key), source")
        }
        let paths = try texts(value["paths"] ?? value["path"], "path")
        guard !paths.isEmpty, let content = value[key] else {
            throw wrong(value, "'path' or '\(key)' is missing", "both are needed")
        }
        let range =
            content.text ?? content.number.map { "\($0)" } ?? content.numbers?.map { "\($0)" }.joined(separator: ",")
        guard let range else { throw wrong(content, "no \(key)", "a text or a number is right") }
        let front = value["name"]?.text.map { "\($0) := " } ?? ""
        return front + paths.joined(separator: "; ") + "=" + range
    }

    private func texts(_ value: FileValue?, _ key: String) throws -> [String] {
        guard let value else { return [] }
        if let text = value.text { return [text] }
        if case .list(let items) = value.content {
            return try items.map {
                guard let text = $0.text else { throw wrong($0, "'\(key)' with an item that is no text", "quote it") }
                return text
            }
        }
        throw wrong(value, "'\(key)' is no text", "a text, or a list of them, is right")
    }

    func whole(_ value: FileValue?, _ key: String) throws -> Int? {
        guard let value else { return nil }
        guard let number = value.number, number == number.rounded(), number >= 1, number < 1e15 else {
            throw wrong(value, "'\(key)' is no whole number above zero", "'\(key): 10' is right")
        }
        return Int(number)
    }

    private func number(_ value: FileValue?, _ key: String, _ range: ClosedRange<Double>) throws -> Double? {
        guard let value else { return nil }
        guard let number = value.number, range.contains(number) else {
            throw wrong(value, "'\(key)' is out of range", "\(range.lowerBound) to \(range.upperBound) is right")
        }
        return number
    }
}
