import Foundation
import Testing

/// A page of the documentation: what stands in its fenced blocks.
struct DocumentationPage: CustomTestStringConvertible, Sendable {
    /// A fenced block.
    struct Block: Sendable {
        /// What stands behind the fence: a language, and for a file its name.
        var information: String
        var lines: [String]
        /// Of its first line, from 1.
        var line: Int

        var language: String { information.split(separator: " ").first.map(String.init) ?? "" }
        /// The file that the page has the reader write with this text; nil for none.
        var fileName: String? {
            let words = information.split(separator: " ")
            return words.count == 2 ? String(words[1]) : nil
        }
    }

    /// A command line of a `console` block.
    struct Command: Sendable {
        var text: String
        var line: Int
        /// What the comment `# needs …` says the reader must have; nil where the command can be run as it stands.
        var needs: String?
    }

    /// Below the repository's folder.
    let name: String
    let text: String
    let blocks: [Block]

    var testDescription: String { name }

    /// The repository's folder.
    static let root: String = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.path
    }()

    /// All pages: README and those beside it, `Documentation`, and the libraries' catalogues.
    static let all: [DocumentationPage] = {
        func files(_ folder: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
            return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
        }
        let modules = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/Sources")) ?? []
        let catalogues = modules.sorted().flatMap { files("Sources/\($0)/\($0).docc") }
        return (["README.md", "CONTRIBUTING.md"] + files("Documentation") + catalogues).compactMap { try? Self($0) }
    }()

    init(_ name: String) throws {
        self.name = name
        text = try String(contentsOfFile: "\(Self.root)/\(name)", encoding: .utf8)
        var blocks: [Block] = []
        var open: Block?
        var indent = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    indent = line.count - trimmed.count
                    open = Block(information: String(trimmed.dropFirst(3)), lines: [], line: index + 2)
                }
            } else {
                open?.lines.append(String(line.dropFirst(min(indent, line.count - trimmed.count))))
            }
        }
        self.blocks = blocks
    }

    /// The commands of a `console` block: each begins with `$ ` and goes on behind a backslash.
    static func commands(_ block: Block) -> [Command] {
        var commands: [Command] = []
        var goesOn = false
        for (index, line) in block.lines.enumerated() {
            if goesOn, !commands.isEmpty {
                commands[commands.count - 1].text += "\n" + line
            } else if line.hasPrefix("$ ") {
                commands.append(Command(text: String(line.dropFirst(2)), line: block.line + index))
            } else {
                continue
            }
            goesOn = line.hasSuffix("\\")
        }
        for index in commands.indices {
            guard let mark = commands[index].text.range(of: " # needs ") else { continue }
            commands[index].needs = String(commands[index].text[mark.upperBound...])
        }
        return commands
    }

    /// Words of a command line as a shell reads them, without comment and redirections.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var escaped = false
        for character in text {
            if escaped {
                escaped = false
                if character != "\n" { word = (word ?? "") + String(character) }
            } else if character == "\\", quote != "'" {
                escaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else if character == "#", word == nil {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let whole = word { words.append(whole) }
        return words.filter { !$0.hasPrefix(">") }
    }
}
