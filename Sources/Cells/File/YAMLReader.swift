private import Yams

/// Reads YAML into a `FileValue`, with YAML 1.2's rules for numbers: `1e-3` is one, `yes` is a text.
enum YAMLReader {
    static let largestText = 8 << 20
    private static let mostValues = 1_000_000

    /// Throws `BPXError`.
    static func parse(_ text: String) throws -> FileValue {
        // libyaml itself stops at 1000 levels.
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch let error as YamlError {
            throw refusal(of: error)
        }
        guard let node else {
            throw BPXError(problem: "empty file", remedy: "a BPX file is an object with Header and Parameterisation")
        }
        var budget = mostValues
        return try value(of: node, depth: 0, budget: &budget)
    }

    private static func value(of node: Node, depth: Int, budget: inout Int) throws -> FileValue {
        let line = node.mark?.line
        budget -= 1
        // Aliases of aliases can make a small file expand without bound.
        guard budget > 0 else {
            throw BPXError(line: line, problem: "more than \(mostValues) values", remedy: "a cell file has fewer")
        }
        guard depth < JSONParser.deepest else {
            throw BPXError(
                line: line, problem: "nested more than \(JSONParser.deepest) levels deep",
                remedy: "a BPX file needs fewer than ten")
        }
        switch node {
        case .scalar(let scalar):
            return FileValue(try content(of: scalar, line: line), line: line)
        case .sequence(let sequence):
            let values = try sequence.map { try value(of: $0, depth: depth + 1, budget: &budget) }
            let numbers = values.compactMap(\.number)
            return FileValue(
                numbers.count == values.count && !values.isEmpty ? .numbers(numbers) : .list(values), line: line)
        case .mapping(let mapping):
            var object = FileObject()
            var seen = Set<String>()
            for (key, child) in mapping {
                guard case .scalar(let name) = key else {
                    throw BPXError(line: line, problem: "a key that is no text", remedy: "keys are texts")
                }
                guard seen.insert(name.string).inserted else {
                    throw BPXError(
                        line: key.mark?.line, problem: "key '\(oneLine(name.string))' appears twice in one object",
                        remedy: "each key may appear once")
                }
                object.append(name.string, try value(of: child, depth: depth + 1, budget: &budget))
            }
            return FileValue(.object(object), line: line)
        case .alias:
            throw BPXError(line: line, problem: "alias without its anchor", remedy: "write the value out")
        }
    }

    private static func content(of scalar: Node.Scalar, line: Int?) throws -> FileValue.Content {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        switch unsigned.lowercased() {
        case ".nan", "nan", ".inf", "inf", "infinity":
            throw BPXError(line: line, problem: "\(text) is no number", remedy: "a finite number is needed")
        default: break
        }
        guard isDecimal(unsigned.utf8), let value = Double(text) else { return .text(text) }
        guard value.isFinite else {
            throw BPXError(
                line: line, problem: "number \(oneLine(text)) is too large", remedy: "the largest is 1.8e308")
        }
        return .number(value)
    }

    private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
        var digits = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): break
            case UInt8(ascii: "e"), UInt8(ascii: "E"): if digits == 0 { return false }
            default: return false
            }
        }
        return digits > 0
    }

    private static func refusal(of error: YamlError) -> BPXError {
        let remedy = "check the indentation, the colons and the quotes"
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return BPXError(line: mark.line, problem: "YAML: \(oneLine(problem))", remedy: remedy)
        case .duplicatedKeysInMapping(let duplicates, _):
            let names = duplicates.map { oneLine("\($0)") }.joined(separator: ", ")
            return BPXError(
                problem: "key '\(names)' appears twice in one object", remedy: "each key may appear once")
        default:
            return BPXError(problem: "not a YAML file", remedy: remedy)
        }
    }
}
