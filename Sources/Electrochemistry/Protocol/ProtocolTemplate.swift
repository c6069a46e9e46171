internal import Cells

/// A protocol with variables: `{rate}` in a step stands for a value that is filled in later.
///
/// ```swift
/// let template = try ProtocolTemplate(steps: ["Discharge at {rate}C until 2.5 V"], times: 10)
/// let plan = try template.filled(["rate": "0.5"])
/// ```
/// In a file variables may stand in any text; where one makes up the whole text (`repeat: "{days}"`, in quotes, since YAML
/// reads braces as a map otherwise) its value may be a number.
public struct ProtocolTemplate: Sendable {
    private enum Source: Sendable {
        case steps([String])
        case file(FileValue, path: String)
    }

    private let source: Source
    private let times: Int
    /// Names of the variables, in the order of their first place.
    public let names: [String]

    /// Steps that make one cycle, run `times` times.
    public init(steps: [String], times: Int) {
        source = .steps(steps)
        self.times = times
        names = Self.names(in: steps)
    }

    /// A protocol file, whose list runs `times` times. Throws `ProtocolError`.
    public init(path: String, times: Int) throws {
        let tree = try ProtocolFile.tree(path: path)
        source = .file(tree, path: path)
        self.times = times
        var texts: [String] = []
        Self.collect(tree, &texts)
        names = Self.names(in: texts)
    }

    /// The protocol with its variables filled in.
    ///
    /// - Parameter values: text for each of `names`; others are passed over.
    /// - Throws: `ProtocolError` where a step cannot be understood, or a variable has no value.
    public func filled(_ values: [String: String]) throws -> CyclingProtocol {
        for name in names where values[name] == nil {
            throw ProtocolError(
                .step, place: "", problem: "the protocol's variable {\(name)} has no value", remedy: "give it one")
        }
        switch source {
        case .steps(let steps):
            let parsed = try steps.map { try StepParser.parse(Self.filled($0, values)) }
            return try ProtocolFile.cycles(of: parsed, times: times)
        case .file(let tree, let path):
            return try ProtocolFile.read(Self.filled(tree, values), path: path, times: times)
        }
    }

    /// What the protocol says, for telling it from others.
    public var text: String {
        switch source {
        case .steps(let steps): "\(times) " + steps.joined(separator: "\u{1}")
        case .file(let tree, _):
            "\(times) " + Self.words(tree)
        }
    }

    private static func words(_ value: FileValue) -> String {
        switch value.content {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .numbers(let numbers): "\(numbers)"
        case .boolean(let flag): "\(flag)"
        case .null: "null"
        case .list(let items): "[" + items.map(words).joined(separator: "\u{1}") + "]"
        case .object(let object):
            "{" + object.entries.map { "\($0.key)\u{2}\(words($0.value))" }.joined(separator: "\u{1}") + "}"
        }
    }

    private static func collect(_ value: FileValue, _ texts: inout [String]) {
        switch value.content {
        case .text(let text): texts.append(text)
        case .list(let items): for item in items { collect(item, &texts) }
        case .object(let object): for entry in object.entries { collect(entry.value, &texts) }
        case .null, .boolean, .number, .numbers: break
        }
    }

    private static func names(in texts: [String]) -> [String] {
        var found: [String] = []
        for text in texts {
            for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
                guard let end = part.firstIndex(of: "}") else { continue }
                let name = String(part[..<end])
                if !name.isEmpty, !found.contains(name) { found.append(name) }
            }
        }
        return found
    }

    private static func filled(_ text: String, _ values: [String: String]) -> String {
        guard text.contains("{") else { return text }
        var text = text
        for (name, value) in values { text = text.replacing("{\(name)}", with: value) }
        return text
    }

    private static func filled(_ value: FileValue, _ values: [String: String]) -> FileValue {
        var value = value
        switch value.content {
        case .text(let text):
            let new = filled(text, values)
            if new != text, let number = Double(new) {
                value.content = .number(number)
            } else {
                value.content = .text(new)
            }
        case .list(let items): value.content = .list(items.map { filled($0, values) })
        case .object(var object):
            for entry in object.entries { object[entry.key] = filled(entry.value, values) }
            value.content = .object(object)
        case .null, .boolean, .number, .numbers: break
        }
        return value
    }
}
