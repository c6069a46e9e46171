import ArgumentParser
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// The `cellar` command.
@main
struct Cellar: ParsableCommand {
    /// As `--version` tells it.
    static let versionNumber = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "cellar",
        abstract: "From a material to a cell, from a cell to its life.",
        discussion: """
            Exit codes: 0 done, 64 wrong command line, 65 bad data, 66 no such file, 70 a computation failed, \
            73 output cannot be written, 130 interrupted.
            """,
        version: versionNumber,
        subcommands: [
            CellsCommand.self, SimulateCommand.self, ImpedanceCommand.self, SweepCommand.self, ImportCommand.self,
            SummarizeCommand.self, PredictCommand.self, FitCommand.self, ScoreCommand.self, ScreenCommand.self,
            EvaluateCommand.self, DesignCommand.self, ConductivityCommand.self, TrainCommand.self, ModelsCommand.self,
            BenchCommand.self, ReportCommand.self,
        ])

    /// Parses, runs, and turns every error into one line and an exit code.
    static func main() {
        LinearAlgebra.endIdleThreads()
        keepMemory()
        do {
            try CommandWords.check(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure(error).exit()
        }
    }

    /// Columns of a megabyte come and go with each piece of a long file: memory that is freed stays the process's, instead of
    /// being given back and cleared by the system anew, which took a fifth of the time of an import.
    ///
    /// glibc keeps blocks up to the size of the largest that was freed, 32 MiB at the most (mallopt(3), M_MMAP_THRESHOLD); the
    /// block here is never touched and takes no memory.
    private static func keepMemory() {
        #if canImport(Glibc)
            var block: UnsafeMutableRawPointer?
            if posix_memalign(&block, 4096, 31 << 20) == 0 { free(block) }
        #endif
    }
}
