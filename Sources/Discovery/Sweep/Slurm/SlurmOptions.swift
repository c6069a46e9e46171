/// How a sweep is given to Slurm.
public struct SlurmOptions: Sendable, Equatable, Codable {
    /// `sbatch --partition`.
    public var partition: String?
    /// `sbatch --time` of a task.
    public var time: String?
    /// `sbatch --mem` of a task.
    public var memory: String?
    /// Tasks of the array at most.
    public var arraySize = 1000
    /// Tasks at the same time at most; nil: as many as Slurm lets.
    public var throttle: Int?
    /// Runs of a task; nil: as few as `arraySize` allows.
    public var chunk: Int?
    /// Processors, and workers, of a task.
    public var workers = 1
    /// How often runs that are missing when a job has ended are submitted again.
    public var retries = 3

    /// With defaults.
    public init() {}

    /// Runs of a task.
    func runsOfTask(of runs: Int) -> Int { max(1, max(chunk ?? 1, (runs + arraySize - 1) / arraySize)) }
}
