/// All protocols of the lifetime benchmark.
public enum LifetimeBenchmark {
    /// One protocol: trained on a folder, scored on another.
    public struct Run: Sendable {
        /// As `--only` takes it.
        public let name: String
        /// Training folder, test folder, options. Throws `LifetimeError` or `LearningError`.
        public let body: @Sendable (String, String, BenchmarkOptions) throws -> BenchmarkOutcome
    }

    /// In the order they are run.
    public static let protocols: [Run] = [
        Run(name: "severson") { try SeversonProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "hust_life") { try EarlyLifeProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "soh") { try StateOfHealthProtocol.run(.oneCharge, train: $0, test: $1, options: $2) },
        Run(name: "soh_known_start") { try StateOfHealthProtocol.run(.knownStart, train: $0, test: $1, options: $2) },
        Run(name: "nasa") { try NASAProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "calce") { try CALCEProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "learning_curves") { try LearningCurveProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "trajectory") { try TrajectoryProtocol.run(train: $0, test: $1, options: $2) },
        Run(name: "own_trend") { _, test, options in try TrajectoryProtocol.ownTrend(test: test, options: options) },
        Run(name: "intervals") { try IntervalProtocol.run(train: $0, test: $1, options: $2) },
    ]

    /// Names of what a folder holds, hidden files left out, in order.
    public static func entries(_ folder: String) -> [String] {
        NumberTable.names(inFolder: folder).filter { !$0.hasPrefix(".") }
    }

    /// Whether a folder holds data of any protocol.
    public static func holdsData(_ folder: String) -> Bool {
        let names = NumberTable.names(inFolder: folder)
        let known =
            ["severson_lfp_qv", "nasa_pcoe", "calce_cs2", "rwth_nmc_trajectories"]
            + ChargeFeatureSet.allCases.map(\.folder)
        return known.contains { names.contains($0) }
    }
}
