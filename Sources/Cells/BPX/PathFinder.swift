/// Finds the key that a written path means.
struct PathFinder {
    let schema: Section
    let root: FileValue

    struct Target {
        var path: [String]
        var kind: FieldKind
    }

    /// Throws `BPXError`.
    func find(_ text: String) throws -> Target {
        let separator: Character = text.contains(">") ? ">" : "/"
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(trimmed)
        guard !parts.contains("") else {
            throw BPXError(
                path: [oneLine(text, limit: 120)], problem: "no path",
                remedy: "write 'Negative electrode > Thickness [m]'")
        }
        let leaves = leaves()
        for same in [
            { $0 == $1 }, { $0.lowercased() == $1.lowercased() },
            { !$1.hasSuffix("]") && Self.bare($0) == Self.bare($1) },
        ]
            as [(String, String) -> Bool]
        {
            // The whole path, with or without the sections in front …
            for prefix in [
                [], ["Parameterisation"], Array(CellarExtension.path.dropLast()), CellarExtension.path,
                CellarExtension.path + ["Ageing"],
            ] {
                let wanted = prefix + parts
                let found = leaves.filter { $0.path.count == wanted.count && zip($0.path, wanted).allSatisfy(same) }
                if let target = found.first { return try leaf(target) }
            }
            // … or its end, where only one key ends like that.
            let found = leaves.filter {
                $0.path.count > parts.count && zip($0.path.suffix(parts.count), parts).allSatisfy(same)
                    && !$0.path.contains("User-defined")
            }
            if found.count == 1 { return try leaf(found[0]) }
            if found.count > 1 {
                let names = found.prefix(4).map { shown($0.path) }.joined(separator: ", ")
                throw BPXError(
                    path: [oneLine(text, limit: 120)], problem: "several keys are meant",
                    remedy: "one of \(names)\(found.count > 4 ? ", …" : "") is needed")
            }
        }
        // The right key with another unit: a value in it must not be taken for one in the key's own.
        let others = leaves.filter { leaf in
            leaf.path.count >= parts.count
                && zip(leaf.path.suffix(parts.count), parts).allSatisfy { Self.bare($0) == Self.bare($1) }
        }
        if let other = others.first {
            throw BPXError(
                path: [oneLine(text, limit: 120)], problem: "another unit than the key's",
                remedy: "give the value under '\(lastKey(shown(other.path)))'")
        }
        let known = leaves.map { shown($0.path) }
        let written = (parts.first == "Parameterisation" ? Array(parts.dropFirst()) : parts).joined(separator: " > ")
        let close =
            nearest(to: written, among: known) ?? nearest(to: parts.last ?? "", among: known.map(lastKey))
        throw BPXError(
            path: [oneLine(text, limit: 120)], problem: "unknown path",
            remedy: close.map { "did you mean '\($0)'?" } ?? "a path is written 'Negative electrode > Thickness [m]'")
    }

    /// The value that a text stands for under a key. Throws `BPXError`.
    static func value(_ text: String, for target: Target) throws -> FileValue {
        let text = trimmed(text[...])
        switch target.kind {
        case .text, .version, .model: return FileValue(.text(text))
        case .function, .number, .count, .flag, .perMaterial, .userDefined:
            if let number = Double(text) {
                guard number.isFinite else {
                    throw BPXError(
                        path: target.path, problem: "\(text) is not finite", remedy: "a finite number is needed")
                }
                return FileValue(.number(number))
            }
            if text.hasPrefix("{") {
                var value = try JSONParser.parse(Array(text.utf8))
                value.line = nil
                return value
            }
            return FileValue(.text(text))
        case .numbers, .section, .named, .materials, .ageing:
            throw BPXError(path: target.path, problem: "not a single value", remedy: "name a key that holds one")
        }
    }

    /// All keys of the schema, and those that the document has in its free sections.
    private func leaves() -> [Target] {
        var found: [Target] = []
        func collect(_ kind: FieldKind, _ path: [String], _ value: FileValue?) {
            if !path.isEmpty { found.append(Target(path: path, kind: kind)) }
            guard found.count < 5000 else { return }
            switch kind {
            case .section(let section):
                for field in section.fields { collect(field.kind, path + [field.key], value?[field.key]) }
                guard let others = section.others else { return }
                for entry in value?.object?.entries ?? [] where section[entry.key] == nil {
                    collect(others, path + [entry.key], entry.value)
                }
            case .materials(let section):
                for entry in value?.object?.entries ?? [] {
                    collect(.section(section), path + [entry.key], entry.value)
                }
            case .perMaterial(let bounds, let materials):
                for material in materials { found.append(Target(path: path + [material], kind: .number(bounds))) }
            case .ageing:
                for entry in value?.object?.entries ?? [] {
                    let isText = entry.key == AgeingKey.description
                    collect(isText ? .text : .section(AgeingSchema.set), path + [entry.key], entry.value)
                }
            case .userDefined:
                for entry in value?.object?.entries ?? [] {
                    collect(entry.key == "description" ? .text : .userDefined, path + [entry.key], entry.value)
                }
            default: break
            }
        }
        collect(.section(schema), [], root)
        return found
    }

    private func leaf(_ target: Target) throws -> Target {
        switch target.kind {
        case .section(let section):
            throw BPXError(
                path: target.path, problem: "an object cannot be set as a whole",
                remedy: "name one of its keys, such as '\(section.keys.first ?? "")'")
        case .named, .materials, .ageing, .numbers:
            throw BPXError(path: target.path, problem: "not a single value", remedy: "name a key that holds one")
        default: return target
        }
    }

    private func shown(_ path: [String]) -> String {
        (path.first == "Parameterisation" ? Array(path.dropFirst()) : path).joined(separator: " > ")
    }

    private func lastKey(_ path: String) -> String {
        guard let mark = path.lastIndex(of: ">") else { return path }
        return trimmed(path[path.index(after: mark)...])
    }

    /// A key without its unit, in lower case.
    private static func bare(_ key: String) -> String {
        let name = key.hasSuffix("]") ? key.prefix { $0 != "[" } : key[...]
        return trimmed(name).lowercased()
    }
}

/// Text without blanks at its ends.
private func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}
