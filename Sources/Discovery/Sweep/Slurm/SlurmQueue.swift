internal import CyclingData

/// Slurm, through its own programs.
enum SlurmQueue {
    /// Submits a job array; its number.
    ///
    /// - Parameters:
    ///   - tasks: indices of the array.
    ///   - command: the words of a task's command, where `indexPlace` stands for the task's index.
    ///   - log: the file of a task's output, with `%a` for its index.
    /// Throws `SweepError` with what Slurm said.
    static func submit(
        tasks: [Int], options: SlurmOptions, command: [String], log: String, name: String
    ) throws -> String {
        var arguments = [
            "sbatch", "--parsable", "--job-name=\(name)", "--output=\(log)", "--open-mode=append", "--requeue",
            "--ntasks=1", "--cpus-per-task=\(options.workers)",
            "--array=\(ranges(tasks))" + (options.throttle.map { "%\($0)" } ?? ""),
        ]
        if let partition = options.partition { arguments.append("--partition=\(partition)") }
        if let time = options.time { arguments.append("--time=\(time)") }
        if let memory = options.memory { arguments.append("--mem=\(memory)") }
        arguments.append("--wrap=exec \(command.map(quoted).joined(separator: " ")) \"$SLURM_ARRAY_TASK_ID\"")
        let output = try run(arguments)
        guard let job = output.split(whereSeparator: \.isNewline).last?.split(separator: ";").first, Int(job) != nil
        else {
            throw SweepError(.computation, "sbatch: answered '\(oneLine(output))'; a job's number was expected")
        }
        return String(job)
    }

    /// Whether Slurm still has tasks of a job that wait or run; nil where it does not answer.
    static func isPending(job: String) -> Bool? {
        let (output, ending) = ChildProgram.run(
            ["/bin/sh", "-c", "exec squeue --noheader --jobs=\"$1\" --format=%T 2>&1", "sh", job], most: 1 << 24,
            isLimited: false)
        let text = String(decoding: output, as: UTF8.self)
        switch ending {
        case .success: return !text.split(whereSeparator: \.isNewline).isEmpty
        // A job that has been over for a while is not known any more.
        case .failure where text.contains("Invalid job id"): return false
        default: return nil
        }
    }

    private static func run(_ arguments: [String]) throws -> String {
        let (output, ending) = ChildProgram.run(
            ["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"] + arguments, most: 1 << 20, isLimited: false)
        let text = oneLine(String(decoding: output, as: UTF8.self))
        switch ending {
        case .success: return String(decoding: output, as: UTF8.self)
        case .missing:
            throw SweepError(
                .computation,
                "--slurm: there is no Slurm here (no program 'sbatch'); leave --slurm out to use this "
                    + "computer's cores")
        default:
            throw SweepError(
                .computation,
                "--slurm: Slurm refuses: \(text.isEmpty ? "sbatch failed without a word" : text); see "
                    + "--partition, --time, --memory, --array-size")
        }
    }

    /// Without the words that go before every line of Slurm's.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { line in
            var line = line
            for front in ["sbatch: ", "error: "] where line.hasPrefix(front) { line = line.dropFirst(front.count) }
            return String(line)
        }.joined(separator: ", ")
    }

    /// `0-3,7` for 0, 1, 2, 3 and 7.
    static func ranges(_ numbers: [Int]) -> String {
        var parts: [(Int, Int)] = []
        for number in numbers.sorted() {
            if let last = parts.last, last.1 + 1 == number {
                parts[parts.count - 1].1 = number
            } else {
                parts.append((number, number))
            }
        }
        return parts.map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }.joined(separator: ",")
    }

    /// For the shell.
    private static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
}
