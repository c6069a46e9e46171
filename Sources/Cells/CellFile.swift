/// A cell file: BPX 0.1 to 1.x, read from JSON or YAML, checked, and kept in the shape of BPX 1.1.1.
///
/// ```swift
/// var file = try CellFile.resolve("lg-m50-chen2020")
/// try file.set(path: "Negative electrode > Thickness [m]", value: "9e-5")
/// let cell = try file.cell()
/// ```
/// A file has either no mistake or throws the first one as a `BPXError`.
public struct CellFile: Sendable {
    /// How the text of a cell file is written.
    public enum Format: Sendable {
        /// JSON.
        case json
        /// YAML.
        case yaml
    }

    /// Short name: the shipped cell's name, or the file's name without its ending.
    public let name: String
    /// The version the file was written in; the document itself is always in the shape of 1.1.1.
    public let sourceVersion: String
    /// The whole document, keys in the order of the file.
    public private(set) var root: FileValue
    /// Remarks on the file that are no mistakes, one sentence each.
    public private(set) var warnings: [String]
    /// Paths changed by `set`.
    private(set) var changes: [[String]] = []

    /// Reads and checks the text of a cell file. Throws `BPXError`.
    public init(text: String, format: Format, name: String = "cell") throws {
        let root = format == .json ? try JSONParser.parse(Array(text.utf8)) : try YAMLReader.parse(text)
        try self.init(root: root, name: name)
    }

    /// Reads and checks a file; its ending (.yml, .yaml) tells YAML from JSON.
    ///
    /// Throws `BPXError`, of kind `notFound` where there is no such file.
    public static func load(path: String) throws -> CellFile {
        let (root, stem) = try CellFileReader.document(ofFile: path)
        return try CellFile(root: root, name: stem)
    }

    /// Reads and checks what stands on standard input. Throws `BPXError`.
    static func fromStandardInput() throws -> CellFile {
        let bytes = try CellFileReader.standardInput()
        // A byte order mark and blanks may come first.
        let first = bytes.first { ![0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let isYAML = first != nil && first != UInt8(ascii: "{")
        return try CellFile(root: CellFileReader.document(bytes, isYAML: isYAML), name: "standard input")
    }

    /// Checks a document that was put together in memory. Throws `BPXError`.
    public init(document: FileValue, name: String) throws { try self.init(root: document, name: name) }

    private init(root: FileValue, name: String) throws {
        self.name = name
        sourceVersion = try Conversion.version(of: root).text
        let converted = try Conversion.convert(root)
        self.root = converted.root
        warnings = converted.notes
        try Validator.check(self.root)
        warnings += try Plausibility.remarks(self.root) + Consistency.check(self.root)
        guard shape != .partial else { return }
        let fresh = try Resolver(file: self).freshCell()
        warnings += try fresh.checkWindow()
    }

    /// Which model the file was written for.
    public var shape: Cell.Shape { root["Header"]?["Model"]?.text.flatMap(Cell.Shape.init(rawValue:)) ?? .dfn }

    /// The document as BPX 1.1 JSON.
    public func json() -> String { JSONWriter.write(root) }

    /// The value at a path of keys from the top of the document; nil where there is none.
    public func value(at path: [String]) -> FileValue? { root[path: path[...]] }

    /// The ageing sets of Cellar's extension, as they stand in the file; see `ageingSet(named:)`.
    public var ageing: FileObject? { value(at: CellarExtension.path + ["Ageing"])?.object }

    /// The resolved cell.
    ///
    /// A change by `set` to what decides the open-circuit voltage (thicknesses, surface areas, radii, maximum
    /// concentrations, OCPs, cut-offs) has its stoichiometry windows solved again for the cut-offs, with the lithium of
    /// the file's state of charge 1; changing a stoichiometry itself does not. Then `State > Degradation` is applied.
    ///
    /// Throws `BPXError`: a mistake made by `set`, a Partial file without what a simulation needs, or a window that
    /// misses a cut-off by more than 50 mV.
    public func cell() throws -> Cell {
        if !changes.isEmpty {
            try Validator.check(root)
            _ = try Consistency.check(root)
        }
        let resolver = Resolver(file: self)
        var cell = try resolver.freshCell()
        if changes.contains(where: Self.movesWindow) {
            cell = try cell.windowsSolved()
        } else {
            _ = try cell.checkWindow()
        }
        cell.notes += warnings
        return try resolver.degraded(cell)
    }

    private static func movesWindow(_ path: [String]) -> Bool {
        guard path.contains("Negative electrode") || path.contains("Positive electrode") || path.contains("Cell") else {
            return false
        }
        return [
            "Thickness [m]", "Surface area per unit volume [m-1]", "Particle radius [m]",
            "Maximum concentration [mol.m-3]", "OCP [V]", "Lower voltage cut-off [V]", "Upper voltage cut-off [V]",
        ].contains(path.last ?? "")
    }

    /// Changes one value, as `--set PATH=VALUE` does.
    ///
    /// The path's keys are joined by ` > ` or `/`; `Parameterisation` in front may be left out, and so may units and
    /// sections where the rest names one key only. The value is a number, a function string, a table
    /// `{"x": […], "y": […]}` or a text, as the key asks.
    ///
    /// Throws `BPXError` for an unknown path (with the nearest known one), for a value that the key cannot hold, and for one
    /// that no cell has; a value out of the ordinary is told in `warnings`.
    public mutating func set(path: String, value: String) throws {
        let schema = Schema.document(for: root)
        let target = try PathFinder(schema: schema, root: root).find(path)
        let parsed = try PathFinder.value(value, for: target)
        try Validator.check(parsed, target.kind, target.path)
        let remark = try Plausibility.remark(parsed, at: target.path)
        // What was said of the value that stood there.
        if let told = try? Plausibility.remark(root[path: target.path[...]], at: target.path) {
            warnings.removeAll { $0 == told }
        }
        if let remark { warnings.append(remark) }
        root[path: target.path[...]] = parsed
        completeDegradation()
        changes.append(target.path)
    }

    /// The keys, from the top of the document, that a path means as `set` understands it. Throws `BPXError`.
    public func keys(ofPath path: String) throws -> [String] {
        try PathFinder(schema: Schema.document(for: root), root: root).find(path).path
    }

    /// Adds a sentence on where numbers come from; `cellar cells` shows it as a source. One of the same name is replaced.
    public mutating func addSource(_ name: String, _ sentence: String) {
        let path = CellarExtension.path + ["Sources", name, "description"]
        root[path: path[...]] = FileValue(.text(sentence))
    }

    /// Puts a checked value into the document.
    mutating func replace(_ path: [String], with value: FileValue) { root[path: path[...]] = value }

    /// Losses that a `set` on their neighbour leaves out are zero.
    private mutating func completeDegradation() {
        let path = ["State", "Degradation"]
        guard value(at: path) != nil else { return }
        let zero = FileValue(.number(0))
        if value(at: path + ["LLI"]) == nil { root[path: (path + ["LLI"])[...]] = zero }
        for electrode in ["Negative electrode", "Positive electrode"] {
            let loss = path + ["LAM: \(electrode)"]
            let materials = Schema.materials(value(at: ["Parameterisation", electrode]))
            if materials.isEmpty {
                if value(at: loss) == nil { root[path: loss[...]] = zero }
            } else {
                for material in materials where value(at: loss + [material]) == nil {
                    root[path: (loss + [material])[...]] = zero
                }
            }
        }
    }

    /// The same cell in plain BPX: without `User-defined`, its description saying what that loses.
    public func plainBPX() -> CellFile {
        var copy = self
        let userDefined = ["Parameterisation", "User-defined"]
        guard let dropped = value(at: userDefined)?.object, !dropped.entries.isEmpty else { return copy }
        copy.root[path: userDefined[...]] = nil
        var sentences = [value(at: ["Header", "Description"])?.text ?? ""].filter { !$0.isEmpty }
        sentences.append("Exported without its User-defined section (\(dropped.keys.joined(separator: ", "))).")
        let losses = Resolver(file: self).sentences("Plain BPX loses")
        if !losses.isEmpty { sentences.append("What that loses: " + losses.joined(separator: " ")) }
        copy.root[path: ["Header", "Description"]] = FileValue(.text(sentences.joined(separator: " ")))
        return copy
    }
}
