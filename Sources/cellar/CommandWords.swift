import ArgumentParser
import Cells

/// The words of a command line that name a command.
enum CommandWords {
    /// `cellar train lifetime`, as far as the words of the arguments name commands.
    static func path(_ arguments: [String]) -> String {
        var path = ["cellar"]
        var commands = Cellar.configuration.subcommands
        for word in arguments {
            guard let command = commands.first(where: { $0.configuration.commandName == word }) else { break }
            path.append(word)
            commands = command.configuration.subcommands
        }
        return path.joined(separator: " ")
    }

    /// Throws `CommandError` where a word stands in a command's place and is none.
    static func check(_ arguments: [String]) throws {
        var path = "cellar"
        var commands = Cellar.configuration.subcommands
        for (index, word) in arguments.enumerated() {
            if commands.isEmpty || word.hasPrefix("-") { return }
            if index == 0, word == "help" { continue }
            guard let command = commands.first(where: { $0.configuration.commandName == word }) else {
                let names = commands.compactMap { $0.configuration.commandName }
                throw CommandError.usage(
                    "\(word): no such command; \(instead(of: word, among: names)); see '\(path) --help'")
            }
            path += " \(word)"
            commands = command.configuration.subcommands
        }
    }

    /// What to write instead of a word that is none of these.
    static func instead(of word: String, among names: [String]) -> String {
        if let near = nearest(to: word, among: names) { return "nearest: \(near)" }
        return names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
    }
}
