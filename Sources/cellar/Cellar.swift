import ArgumentParser

/// The `cellar` command.
@main
struct Cellar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cellar",
        abstract: "From a material to a cell, from a cell to its life.",
        discussion: """
            Exit codes: 0 done, 64 wrong command line, 65 bad data, 66 no such file, 70 a computation failed, \
            73 output cannot be written, 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            CellsCommand.self, SimulateCommand.self, ImpedanceCommand.self, ImportCommand.self, SummarizeCommand.self,
            PredictCommand.self, FitCommand.self, ScoreCommand.self, ScreenCommand.self, TrainCommand.self,
            BenchCommand.self,
        ])

    /// Parses, runs, and turns every error into one line and an exit code.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure(error).exit()
        }
    }
}
