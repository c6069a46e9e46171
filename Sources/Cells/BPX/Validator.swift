/// Checks a document against the schema and throws the first mistake.
enum Validator {
    /// Checks the whole document: keys, types and ranges of single values. Throws `BPXError`.
    static func check(_ root: FileValue) throws {
        try check(root, .section(Schema.document(for: root)), [])
    }

    /// Checks one value. Throws `BPXError`.
    static func check(_ value: FileValue, _ kind: FieldKind, _ path: [String]) throws {
        switch kind {
        case .text:
            guard value.text != nil else { throw wrongKind(value, path, "a text is needed") }
        case .version:
            guard value.text != nil else { throw wrongKind(value, path, "a text such as \"1.1.1\" is needed") }
        case .model: try checkModel(value, path)
        case .number(let bounds):
            guard let number = value.number else {
                let hint = value.text.flatMap { Double($0) } == nil ? "" : " (without quotes)"
                throw wrongKind(value, path, "\(bounds.words) is needed\(hint)")
            }
            try checkRange(number, bounds, value, path)
        case .count:
            guard let number = value.number else { throw wrongKind(value, path, "a whole number is needed") }
            guard number >= 1, number == number.rounded(), number < 1e9 else {
                throw BPXError(
                    path: path, line: value.line, problem: "\(shown(number)) is no count",
                    remedy: "a whole number of at least 1 is needed")
            }
        case .function(let bounds): try checkFunction(value, bounds, path)
        case .numbers:
            guard value.numbers != nil else { throw wrongKind(value, path, "a list of numbers is needed") }
        case .perMaterial(let bounds, let materials): try checkPerMaterial(value, bounds, materials, path)
        case .section(let section): try checkSection(value, section, path)
        case .named(let kind):
            guard let object = value.object else { throw wrongKind(value, path, "an object is needed") }
            for entry in object.entries { try check(entry.value, kind, path + [entry.key]) }
        case .materials(let section):
            guard let object = value.object else { throw wrongKind(value, path, "an object is needed") }
            guard (1...Schema.mostMaterials).contains(object.entries.count) else {
                throw BPXError(
                    path: path, line: value.line, problem: "\(object.entries.count) materials stand here",
                    remedy: "a blended electrode has 1 to \(Schema.mostMaterials)")
            }
            for entry in object.entries { try checkSection(entry.value, section, path + [entry.key]) }
        case .flag:
            guard let number = value.number else { throw wrongKind(value, path, needed(.flag)) }
            guard number == 0 || number == 1 else {
                throw BPXError(
                    path: path, line: value.line, problem: "\(shown(number)) is neither 1 nor 0",
                    remedy: needed(.flag))
            }
        case .ageing: try checkAgeing(value, path)
        case .userDefined: try checkUserDefined(value, path)
        }
    }

    private static func checkAgeing(_ value: FileValue, _ path: [String]) throws {
        guard let object = value.object else { throw wrongKind(value, path, needed(.ageing)) }
        for entry in object.entries {
            let path = path + [entry.key]
            guard !AgeingSet.reservedNames.contains(entry.key) else {
                throw BPXError(
                    path: path, line: entry.value.line, problem: "no name for a set", remedy: "give it another name")
            }
            if entry.key == AgeingKey.description {
                try check(entry.value, .text, path)
            } else {
                _ = try AgeingSet(name: entry.key, value: entry.value, path: path)
            }
        }
    }

    private static func checkSection(_ value: FileValue, _ section: Section, _ path: [String]) throws {
        guard let object = value.object else { throw wrongKind(value, path, "an object is needed") }
        for entry in object.entries where section.others == nil && section[entry.key] == nil {
            let remedy: String
            if let elsewhere = section.elsewhere[entry.key] {
                throw BPXError(
                    path: path + [entry.key], line: entry.value.line, problem: "misplaced key", remedy: elsewhere)
            }
            let absent = section.keys.filter { object[$0] == nil }
            if let close = nearest(to: entry.key, among: absent) ?? nearest(to: entry.key, among: section.keys) {
                remedy = "did you mean '\(close)'?"
            } else {
                remedy = "known here: \(section.keys.map { "'\($0)'" }.joined(separator: ", "))"
            }
            throw BPXError(path: path + [entry.key], line: entry.value.line, problem: "unknown key", remedy: remedy)
        }
        for field in section.fields where field.isRequired && object[field.key] == nil {
            throw BPXError(
                path: path + [field.key], line: value.line, problem: "missing", remedy: needed(field.kind))
        }
        for entry in object.entries {
            if let kind = section[entry.key]?.kind ?? section.others {
                try check(entry.value, kind, path + [entry.key])
            }
        }
    }

    private static func needed(_ kind: FieldKind) -> String {
        switch kind {
        case .text, .version: "a text is needed"
        case .model: "one of SPM, SPMe, DFN, Partial is needed"
        case .number(let bounds), .perMaterial(let bounds, _): "\(bounds.words) is needed"
        case .count: "a whole number is needed"
        case .function: "a number, a function string or a table is needed"
        case .numbers: "a list of numbers is needed"
        case .flag: "1 (yes) or 0 (no) is needed"
        case .section, .named, .materials, .ageing, .userDefined: "an object is needed"
        }
    }

    private static func checkModel(_ value: FileValue, _ path: [String]) throws {
        guard let text = value.text else { throw wrongKind(value, path, needed(.model)) }
        guard Cell.Shape(rawValue: text) == nil else { return }
        let close = nearest(to: text, among: ["SPM", "SPMe", "DFN", "Partial"])
        throw BPXError(
            path: path, line: value.line, problem: "unknown model '\(oneLine(text))'",
            remedy: close.map { "did you mean '\($0)'?" } ?? needed(.model))
    }

    private static func checkRange(_ number: Double, _ bounds: Bounds, _ value: FileValue, _ path: [String]) throws {
        guard !bounds.contains(number) else { return }
        let problem =
            number < 0 && bounds.low == 0 ? "\(shown(number)) is negative" : "\(shown(number)) is out of range"
        throw BPXError(path: path, line: value.line, problem: problem, remedy: "\(bounds.words) is needed")
    }

    private static func checkFunction(_ value: FileValue, _ bounds: Bounds, _ path: [String]) throws {
        if let number = value.number { return try checkRange(number, bounds, value, path) }
        let function = try function(value, path)
        guard let constant = function.constant else { return }
        guard constant.isFinite else {
            throw BPXError(
                path: path, line: value.line, problem: "the function string is \(constant) everywhere",
                remedy: "\(bounds.words) is needed")
        }
        try checkRange(constant, bounds, value, path)
    }

    /// The function that a number, a text or a table stands for. Throws `BPXError`.
    static func function(_ value: FileValue, _ path: [String]) throws -> StateFunction {
        let needed = "a number, a function string or a table {\"x\": […], \"y\": […]} is needed"
        do {
            switch value.content {
            case .number(let number): return StateFunction(number)
            case .text(let text): return try StateFunction(expression: text)
            case .object(let object):
                for entry in object.entries where entry.key != "x" && entry.key != "y" {
                    throw BPXError(
                        path: path + [entry.key], line: entry.value.line, problem: "unknown key",
                        remedy: "a table has the keys 'x' and 'y'")
                }
                var columns: [[Double]] = []
                for key in ["x", "y"] {
                    guard let column = object[key] else {
                        throw BPXError(path: path + [key], line: value.line, problem: "missing", remedy: needed)
                    }
                    guard let numbers = column.numbers else {
                        throw wrongKind(column, path + [key], "a list of numbers is needed")
                    }
                    columns.append(numbers)
                }
                return try StateFunction(x: columns[0], y: columns[1])
            default: throw wrongKind(value, path, needed)
            }
        } catch let error as ExpressionError {
            let parts = error.description.split(separator: ";", maxSplits: 1).map(String.init)
            throw BPXError(
                path: path, line: value.line, problem: parts[0],
                remedy: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
    }

    private static func checkPerMaterial(
        _ value: FileValue, _ bounds: Bounds, _ materials: [String], _ path: [String]
    ) throws {
        if materials.isEmpty {
            guard value.object == nil else {
                throw wrongKind(value, path, "the electrode is not blended: \(bounds.words) is needed")
            }
            return try check(value, .number(bounds), path)
        }
        guard value.object != nil else {
            let names = materials.map { "'\(oneLine($0))'" }.joined(separator: ", ")
            throw wrongKind(value, path, "the electrode is blended: an object with the keys \(names) is needed")
        }
        try checkSection(value, Section(fields: materials.map { .required($0, .number(bounds)) }), path)
    }

    private static func checkUserDefined(_ value: FileValue, _ path: [String]) throws {
        switch value.content {
        case .number: break
        case .text:
            // A name that only another program knows is no mistake here.
            break
        case .object(let object):
            if object["x"] != nil, object["y"] != nil, object.entries.count == 2 {
                _ = try function(value, path)
                return
            }
            for entry in object.entries { try checkUserDefined(entry.value, path + [entry.key]) }
        case .null, .boolean, .numbers, .list:
            throw wrongKind(value, path, "a number, a function string, a table or an object is needed")
        }
    }

    static func wrongKind(_ value: FileValue, _ path: [String], _ needed: String) -> BPXError {
        let shownValue =
            switch value.content {
            case .text(let text): "the text \"\(oneLine(text, limit: 40))\""
            case .number(let number): "the number \(shown(number))"
            case .boolean(let boolean): "\(boolean)"
            default: value.kind
            }
        return BPXError(path: path, line: value.line, problem: "\(shownValue) stands here", remedy: needed)
    }

    static func shown(_ number: Double) -> String { JSONWriter.shortest(number) }
}
