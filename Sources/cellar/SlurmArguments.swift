import ArgumentParser
import Discovery

/// Options that give a sweep to Slurm.
struct SlurmArguments: ParsableArguments {
    @Flag(help: "Submit the sweep to Slurm as a job array, and wait for it.") var slurm = false
    @Flag(help: "With --slurm: submit, and do not wait; 'cellar sweep --collect DIR' gathers.") var detach = false
    @Option(help: ArgumentHelp("sbatch --partition.", valueName: "name")) var partition: String?
    @Option(help: ArgumentHelp("sbatch --time of a task.", valueName: "time")) var time: String?
    @Option(help: ArgumentHelp("sbatch --mem of a task.", valueName: "size")) var memory: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Tasks of the array at most (default: 1000).", valueName: "n"))
    var arraySize: Int?
    @Option(parsing: .unconditional, help: ArgumentHelp("Tasks at the same time at most.", valueName: "n"))
    var throttle: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Runs of a task (default: as few as --array-size allows).", valueName: "n"))
    var chunk: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How often what is missing is submitted again (default: 3).", valueName: "n"))
    var retries: Int?

    /// Throws `CommandError`.
    func options(workers: Int?) throws -> SlurmOptions {
        var options = SlurmOptions()
        for (name, value, most) in [
            ("--array-size", arraySize, 4_000_000), ("--throttle", throttle, 1_000_000), ("--chunk", chunk, 10_000_000),
            ("--workers", workers, 4096),
        ] {
            guard let value else { continue }
            guard (1...most).contains(value) else {
                throw CommandError.usage("\(name) \(value): out of range; 1 to \(most) is right")
            }
        }
        if let retries, !(0...1000).contains(retries) {
            throw CommandError.usage("--retries \(retries): out of range; 0 to 1000 is right")
        }
        let isUsed =
            detach || partition != nil || time != nil || memory != nil || arraySize != nil || throttle != nil
            || chunk != nil || retries != nil
        if isUsed, !slurm {
            throw CommandError.usage("--slurm: missing; the options of a job array are given with it")
        }
        options.partition = partition
        options.time = time
        options.memory = memory
        options.arraySize = arraySize ?? options.arraySize
        options.throttle = throttle
        options.chunk = chunk
        options.workers = workers ?? 1
        options.retries = retries ?? options.retries
        return options
    }
}
