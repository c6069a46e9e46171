import Foundation

/// What the command takes, as it tells itself.
struct CommandOptions {
    private struct Dump: Decodable {
        var command: Node
    }

    private struct Node: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                var kind: String
                var name: String
            }
            var kind: String
            var names: [Name]?
        }
        var commandName: String
        var abstract: String?
        var discussion: String?
        var arguments: [Argument]?
        var subcommands: [Node]?
    }

    /// Names of options and flags by the words that lead to the command that has them.
    private(set) var options: [String: Set<String>] = [:]

    init() throws {
        let dump = try Command.run(["--experimental-dump-help"])
        add(try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command, path: [])
    }

    private mutating func add(_ node: Node, path: [String]) {
        let path = path + [node.commandName]
        options[path.joined(separator: " ")] = Set(
            (node.arguments ?? []).flatMap { $0.names ?? [] }.map {
                $0.kind == "short" ? "-\($0.name)" : "--\($0.name)"
            })
        for child in node.subcommands ?? [] where child.commandName != "help" { add(child, path: path) }
    }

    /// Paths of the commands that have no others below them.
    var leaves: [String] {
        options.keys.filter { path in !options.keys.contains { $0.hasPrefix(path + " ") } }.sorted()
    }

    /// What is wrong with the words of a command line, nil where every command and option in it exists.
    func mistake(_ words: [String]) -> String? {
        guard let first = words.first, first == "cellar" || first.hasSuffix("/cellar") else {
            return "not cellar's: \(words.first ?? "")"
        }
        var path = "cellar"
        var rest = words.dropFirst()
        while let next = rest.first, options["\(path) \(next)"] != nil {
            path += " \(next)"
            rest = rest.dropFirst()
        }
        if path == "cellar", rest.first?.hasPrefix("-") != true { return "no command '\(rest.first ?? "")'" }
        for word in rest where word.hasPrefix("-") && word.count > 1 && Double(word) == nil {
            let name = word.split(separator: "=").first.map(String.init) ?? word
            let known = options[path]?.contains(name) == true || ["--generate-completion-script"].contains(name)
            if !known { return "'\(path)' has no \(name)" }
        }
        return nil
    }
}
