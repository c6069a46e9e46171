extension CellFile {
    private static let ageingPath = CellarExtension.path + ["Ageing"]

    /// Names of the cell's ageing sets, in the order of the file.
    public var ageingSets: [String] { ageing?.keys.filter { $0 != AgeingKey.description } ?? [] }

    /// One of the cell's ageing sets.
    ///
    /// Throws `BPXError`: of kind `notFound` for an unknown name, and for a mistake that `set` made.
    public func ageingSet(named name: String) throws -> AgeingSet {
        let names = ageingSets
        guard names.contains(name), let value = ageing?[name] else {
            let close = nearest(to: name, among: names)
            throw BPXError(
                kind: .notFound, path: Self.ageingPath, problem: "no set '\(oneLine(name))'",
                remedy: names.isEmpty
                    ? "the cell has no ageing sets; a file may hold one"
                    : close.map { "did you mean '\($0)'?" }
                        ?? "known here: \(names.map { oneLine($0) }.joined(separator: ", "))")
        }
        return try AgeingSet(name: name, value: value, path: Self.ageingPath + [name])
    }

    /// Puts an ageing set into the file, in place of one that has its name. Throws `BPXError` for a set out of its ranges.
    public mutating func put(_ set: AgeingSet) throws {
        guard set.name != AgeingKey.description, !AgeingSet.reservedNames.contains(set.name) else {
            throw BPXError(
                path: Self.ageingPath, problem: "no name for a set: '\(oneLine(set.name))'",
                remedy: "give it another name")
        }
        let object = set.fileObject
        _ = try AgeingSet(name: set.name, object: object, path: Self.ageingPath + [set.name])
        replace(Self.ageingPath + [set.name], with: FileValue(.object(object)))
    }
}

extension AgeingSet {
    /// What no set is called: `none` stands for a cell that does not age.
    static let reservedNames = ["", "none"]

    /// Reads a JSON or YAML file that holds one set: the set itself, which is then named like the file, or `NAME: {…}`.
    ///
    /// Throws `BPXError`, of kind `notFound` where there is no such file.
    public static func load(path: String) throws -> AgeingSet {
        let (root, stem) = try CellFileReader.document(
            ofFile: path, holding: "an ageing set is an object with 'description' and the mechanisms' parameters")
        guard let object = root.object else {
            throw Validator.wrongKind(root, [], "an object with one ageing set is needed")
        }
        let known = AgeingSchema.set.keys
        guard !object.entries.contains(where: { known.contains($0.key) }),
            !object.entries.isEmpty, object.entries.allSatisfy({ $0.value.object != nil })
        else { return try AgeingSet(name: stem, value: root, path: []) }
        guard object.entries.count == 1 else {
            throw BPXError(
                line: root.line, problem: "\(object.entries.count) objects stand here",
                remedy: "a file of its own holds one ageing set")
        }
        return try AgeingSet(name: object.keys[0], value: object.entries[0].value, path: [object.keys[0]])
    }

    /// The set of that name in a cell file, or the set in the file at that path.
    ///
    /// Throws `BPXError`, of kind `notFound` where there is neither.
    public static func resolve(_ nameOrPath: String, in cell: CellFile) throws -> AgeingSet {
        if cell.ageingSets.contains(nameOrPath) { return try cell.ageingSet(named: nameOrPath) }
        let isPath = nameOrPath.contains("/") || [".json", ".yml", ".yaml"].contains { nameOrPath.hasSuffix($0) }
        if isPath || CellFileReader.exists(nameOrPath) { return try load(path: nameOrPath) }
        return try cell.ageingSet(named: nameOrPath)
    }
}
