import ArgumentParser

/// `cellar train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model on your own data.", subcommands: [TrainPropertyCommand.self])
}
