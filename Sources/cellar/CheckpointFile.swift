import CyclingData
import Discovery
import Electrochemistry

/// The file of `--checkpoint`.
///
/// The next one is written beside it and takes its name when it is complete: a crash in between leaves the last. Once a
/// second one waits for the disk, after the outputs whose lengths it tells: a computer that goes down keeps that much too.
final class CheckpointFile {
    let path: String
    let fingerprint: String
    /// When the next one waits for the disk, s of `Terminal.now`.
    private var waitsFrom = 0.0
    /// Between two that wait, s; longer on a slow disk, so that waiting stays below a twentieth of the run.
    private static let waitPeriod = 1.0

    /// `resumes`: whether the run goes on from what is there; where it does not, nothing may be there.
    ///
    /// Throws `CommandError`, or `OutputError` where it could not be written.
    init(path: String, fingerprint: String, resumes: Bool) throws {
        guard path != "-", !path.isEmpty else {
            throw CommandError.usage("--checkpoint '\(path)': a checkpoint is a file; name one")
        }
        // Told before anything runs.
        let trial = try OutputFile(path: path)
        let isFile = trial.partialPath != nil
        trial.abandon(keeping: false)
        guard isFile else {
            throw OutputError(
                path: path, problem: "this is no file that the next checkpoint can replace", remedy: "name a file")
        }
        // Beginning anew would take the place of its state and of the rows so far, and may be a flag forgotten.
        guard try resumes || InputFile.text(path: path) == nil else {
            throw CommandError.usage("\(path) exists: --resume goes on from it; remove it to begin anew")
        }
        self.path = path
        self.fingerprint = fingerprint
    }

    /// What is kept there; nil where there is no such file. Throws `CommandError`.
    func read() throws -> RunCheckpoint? {
        guard let text = try InputFile.text(path: path) else { return nil }
        do {
            return try RunCheckpoint(text: text, fingerprint: fingerprint)
        } catch let error as SimulationError {
            throw CommandError(.badData, "\(path): \(error.description)")
        }
    }

    /// Keeps a checkpoint, with the outputs as they are by then. Throws `OutputError`.
    func write(_ point: RunCheckpoint, files: [any FileSink]) throws {
        var point = point
        point.outputLengths = files.map(\.length)
        let began = Terminal.now
        let waits = began >= waitsFrom
        if waits { for file in files { try file.synchronize() } }
        let file = try OutputFile(path: path)
        file.append(point.text)
        if waits { try file.synchronize() }
        try file.finish()
        let now = Terminal.now
        if waits { waitsFrom = now + max(Self.waitPeriod, 20 * (now - began)) }
    }
}
