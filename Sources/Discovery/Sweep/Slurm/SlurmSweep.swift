#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A sweep as a job array of an existing Slurm cluster, in a folder that its nodes share.
///
/// A task computes a block of runs and keeps each as a local sweep would. What is missing when the array has ended (a task
/// was killed, preempted or out of time) is submitted again.
public struct SlurmSweep: Sendable {
    private let folder: SweepFolder
    private let runs: Int
    /// The program and the first words of a task's command.
    private let command: [String]

    /// What was submitted; it stands in `.sweep/slurm.json`.
    private struct Job: Codable {
        var number: String
        var submissions: Int
        var chunk: Int
        var options: SlurmOptions
    }

    /// `command`: the words in front of the folder and the task's index.
    public init(folder: SweepFolder, command: [String]) {
        self.folder = folder
        runs = folder.manifest.runs
        self.command = command
    }

    private var place: String { "\(folder.path)/.sweep/slurm.json" }

    private func job() throws -> Job? {
        guard let text = try FolderAccess.text(place) else { return nil }
        return try? JSONDecoder().decode(Job.self, from: Data(text.utf8))
    }

    /// The job's number; nil where nothing was submitted.
    public func jobNumber() throws -> String? { try job()?.number }

    /// Submits what is missing. Throws `SweepError` where there is no Slurm or it refuses, `OutputError`.
    ///
    /// - Returns: the job's number; nil where nothing is missing.
    @discardableResult
    public func submit(_ options: SlurmOptions) throws -> String? { try submit(options, before: nil) }

    private func submit(_ options: SlurmOptions, before: Job?) throws -> String? {
        let chunk = before?.chunk ?? options.runsOfTask(of: runs)
        let tasks = Set(try folder.missing().map { ($0 - 1) / chunk }).sorted()
        guard !tasks.isEmpty else { return nil }
        let whole = FolderAccess.absolute(folder.path)
        // Known before a task begins: it asks how many runs it has.
        var job = Job(number: "", submissions: (before?.submissions ?? 0) + 1, chunk: chunk, options: options)
        try keep(job)
        job.number = try SlurmQueue.submit(
            tasks: tasks, options: options, command: command + [whole], log: "\(whole)/.sweep/slurm-%a.log",
            name: "cellar-sweep")
        try keep(job)
        return job.number
    }

    private func keep(_ job: Job) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try FolderAccess.write([UInt8]((try? encoder.encode(job)) ?? Data()), to: place)
    }

    /// The runs of a task of the array. Throws `SweepError`.
    public func runs(ofTask index: Int) throws -> (runs: [Int], workers: Int) {
        guard let job = try job() else {
            throw SweepError(.notFound, "\(place): no such file; a task is started by 'cellar sweep --slurm'")
        }
        let block = index * job.chunk + 1...min((index + 1) * job.chunk, max(runs, index * job.chunk + 1))
        let missing = try folder.missing(among: block)
        return (missing, job.options.workers)
    }

    /// Whether Slurm still has work of this sweep; nil where it does not answer.
    public func isUnderWay() throws -> Bool? {
        guard let job = try job(), !job.number.isEmpty else { return false }
        return SlurmQueue.isPending(job: job.number)
    }

    /// Waits until all runs are done, submitting again what is missing when the job has ended.
    ///
    /// - Parameters:
    ///   - shouldStop: polled; when it turns true the job is left alone and this returns.
    ///   - progress: told now and then how many runs are done.
    /// - Throws: `SweepError` where runs stay missing, or Slurm does not answer for ten minutes.
    public func wait(shouldStop: () -> Bool = { false }, progress: (Int) -> Void = { _ in }) throws {
        var unanswered = 0
        var seconds = 0.5
        while !shouldStop() {
            let pending = try isUnderWay()
            let missing = try folder.missing().count
            progress(runs - missing)
            if missing == 0 { return }
            switch pending {
            case true?: unanswered = 0
            case nil:
                unanswered += 1
                guard unanswered < 60 else {
                    throw SweepError(
                        .computation,
                        "--slurm: squeue does not answer; 'cellar sweep --collect \(folder.path)' goes on "
                            + "later")
                }
            case false?:
                guard let job = try job(), job.submissions <= job.options.retries else {
                    throw SweepError(
                        .computation,
                        "--slurm: \(missing) of \(runs) runs are missing after all submissions; see "
                            + "\(folder.path)/.sweep/slurm-*.log, then give the same command again")
                }
                _ = try submit(job.options, before: job)
            }
            // A task that has just ended may not show its files on another node's disk yet, and Slurm is not to be pressed.
            var left = unanswered > 0 ? 10 : seconds
            seconds = min(seconds * 1.5, 10)
            while left > 0, !shouldStop() {
                FolderAccess.pause(min(left, 0.2))
                left -= 0.2
            }
        }
    }
}
