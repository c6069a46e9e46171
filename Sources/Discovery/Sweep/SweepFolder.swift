internal import CyclingData

/// The folder of a sweep.
///
/// ```
/// manifest.json      what was asked for, by which version, from which inputs
/// runs.csv           a row for each run: its values, why it ended, life, capacities
/// runs/000123.csv    the per-cycle table of a run, columns as of `cellar simulate --summary`
/// bdf/000123.bdf.csv the time series of chosen cycles, where asked for
/// times.csv          seconds of each run: all else is the same however the work was shared
/// .sweep/            what is under way; gone when all is done
/// ```
/// Every file gets its name when it is complete. A run is done once its row stands in `.sweep/rows`, or in `runs.csv`.
public final class SweepFolder: Sendable {
    /// As named by the user.
    public let path: String
    /// Digits of a run's number in names.
    static let digits = 6
    let manifest: SweepManifest

    private init(path: String, manifest: SweepManifest) {
        self.path = path
        self.manifest = manifest
    }

    /// Makes the folder of a sweep, or opens one in which the same sweep has begun.
    ///
    /// `version`: the program's. Throws `SweepError` where another sweep or other files are there, `OutputError` where it
    /// cannot be written.
    public static func open(_ path: String, plan: SweepPlan, version: String) throws -> SweepFolder {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let folder = SweepFolder(path: path, manifest: SweepManifest(cellar: version, plan: plan))
        let file = "\(path)/manifest.json"
        if FolderAccess.exists(path), !FolderAccess.isFolder(path) {
            throw SweepError(.usage, "--out \(path): this is no folder; name a folder")
        }
        if let text = try FolderAccess.text(file) {
            let there = try SweepManifest(bytes: Array(text.utf8), path: file)
            if let difference = there.difference(from: folder.manifest) {
                throw SweepError(.data, "\(file): of another sweep: \(difference); name another folder")
            }
        } else {
            guard FolderAccess.names(path).allSatisfy({ $0.hasPrefix(".") || $0.hasSuffix(".partial") }) else {
                throw SweepError(.data, "\(path): a folder with other files in it; name a new one")
            }
            try FolderAccess.make(path)
            try FolderAccess.write(folder.manifest.encoded(), to: file)
        }
        try folder.makeFolders()
        return folder
    }

    /// Opens the folder of a sweep that has begun. Throws `SweepError`.
    public static func existing(_ path: String) throws -> (SweepFolder, SweepSpecification) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let file = "\(path)/manifest.json"
        guard let text = try FolderAccess.text(file) else {
            throw SweepError(.notFound, "\(file): no such file; name the folder of a sweep")
        }
        let manifest = try SweepManifest(bytes: Array(text.utf8), path: file)
        return (SweepFolder(path: path, manifest: manifest), manifest.sweep)
    }

    /// Throws `SweepError` where `plan`, made anew from the specification, is not what the manifest tells.
    public func check(_ plan: SweepPlan, version: String) throws {
        if let difference = manifest.difference(from: SweepManifest(cellar: version, plan: plan)) {
            throw SweepError(.data, "\(path)/manifest.json: \(difference); restore it, or begin in another folder")
        }
        try makeFolders()
    }

    private func makeFolders() throws {
        let parts = ["runs", ".sweep", ".sweep/rows"] + (manifest.sweep.seriesEvery == nil ? [] : ["bdf"])
        for part in parts { try FolderAccess.make("\(path)/\(part)") }
    }

    // MARK: - Runs

    static func name(_ run: Int) -> String {
        let text = "\(run)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    func tablePath(_ run: Int) -> String { "\(path)/runs/\(Self.name(run)).csv" }
    func seriesPath(_ run: Int) -> String { "\(path)/bdf/\(Self.name(run)).bdf.csv" }
    private func rowPath(_ run: Int) -> String { "\(path)/.sweep/rows/\(Self.name(run))" }
    private var tableOfRuns: String { "\(path)/runs.csv" }
    private var tableOfTimes: String { "\(path)/times.csv" }

    /// A run that is done: its row of `runs.csv`.
    struct Done {
        var row: String
        var seconds: String
    }

    /// Keeps a run's row; its files are complete by then. Throws `OutputError`.
    func keep(_ run: Int, row: String, seconds: Double) throws {
        let length = FolderAccess.size(tablePath(run)) ?? -1
        let text = "\(length) \(Double(Int(seconds * 1e4)) / 1e4)\n\(row)\n"
        try FolderAccess.write(Array(text.utf8), to: rowPath(run))
    }

    /// Runs that are done. Throws `OutputError`.
    func done() throws -> [Int: Done] {
        var all: [Int: Done] = [:]
        var times: [Int: String] = [:]
        for line in (try FolderAccess.text(tableOfTimes) ?? "").split(separator: "\n").dropFirst() {
            let parts = line.split(separator: ",")
            if parts.count == 2, let run = Int(parts[0]) { times[run] = String(parts[1]) }
        }
        for line in (try FolderAccess.text(tableOfRuns) ?? "").split(separator: "\n").dropFirst() {
            guard let run = Int(line.prefix { $0 != "," }) else { continue }
            all[run] = Done(row: String(line), seconds: times[run] ?? "")
        }
        for name in FolderAccess.names("\(path)/.sweep/rows") {
            guard let run = Int(name), (1...manifest.runs).contains(run),
                let text = try FolderAccess.text("\(path)/.sweep/rows/\(name)")
            else { continue }
            let lines = text.split(separator: "\n")
            let head = lines.first?.split(separator: " ") ?? []
            // A computer that went down may have kept the row and lost the table.
            guard lines.count == 2, head.count == 2, (FolderAccess.size(tablePath(run)) ?? -1) == Int(head[0]) else {
                continue
            }
            all[run] = Done(row: String(lines[1]), seconds: String(head[1]))
        }
        return all
    }

    /// Runs that are not done, in their order. Throws `OutputError`.
    public func missing() throws -> [Int] {
        let done = try done()
        return (1...manifest.runs).filter { done[$0] == nil }
    }

    /// Those of a block that are not done. Throws `OutputError`.
    func missing(among block: ClosedRange<Int>) throws -> [Int] {
        let done = try done()
        return block.filter { done[$0] == nil }
    }

    /// How far a sweep is.
    public struct State: Sendable, Equatable {
        /// Runs of the whole sweep.
        public var runs: Int
        /// Runs that are done, failed ones included.
        public var done: Int
        /// Runs that failed.
        public var failed: Int
        /// What the first failed one said.
        public var firstFailure: String?
        /// Lives to 80 % of those that reached it, cycles, the shortest first.
        public var lives: [Int] = []
    }

    /// Writes `runs.csv` from all runs that are done, and clears up. Throws `OutputError`.
    @discardableResult
    public func gather() throws -> State {
        let done = try done()
        let pending = FolderAccess.names("\(path)/.sweep/rows")
        var state = State(runs: manifest.runs, done: done.count, failed: 0)
        if !pending.isEmpty || !FolderAccess.exists(tableOfRuns) {
            // The rows are let go below: by then the tables must be on the disk.
            FolderAccess.synchronize()
            let table = try OutputFile(path: tableOfRuns)
            let times = try OutputFile(path: tableOfTimes)
            do {
                table.append(SweepTable.header(manifest.columns) + "\n")
                times.append("run,seconds\n")
                for run in done.keys.sorted() {
                    guard let one = done[run] else { continue }
                    table.append(one.row + "\n")
                    times.append("\(run),\(one.seconds)\n")
                    try table.endRow()
                    try times.endRow()
                }
                try times.finish()
                try table.synchronize()
                try table.finish()
            } catch {
                table.abandon(keeping: false)
                times.abandon(keeping: false)
                throw error
            }
            for name in pending where Int(name).map({ done[$0] != nil }) == true {
                FolderAccess.remove("\(path)/.sweep/rows/\(name)")
            }
        }
        for run in done.keys.sorted() {
            guard let row = done[run]?.row else { continue }
            let fields = SweepTable.fields(row)
            if SweepTable.value("status", of: fields) == "failed" {
                state.failed += 1
                if state.firstFailure == nil {
                    state.firstFailure = "run \(run): \(SweepTable.value("message", of: fields) ?? "")"
                }
            } else if let life = SweepTable.value("life_80_cycles", of: fields).flatMap({ Int($0) }) {
                state.lives.append(life)
            }
        }
        state.lives.sort()
        if done.count == manifest.runs { FolderAccess.remove("\(path)/.sweep") }
        return state
    }

    /// Keeps a second sweep from the folder while the result lives. Throws `OutputError`.
    func lock() throws -> OutputFile {
        do {
            return try OutputFile(path: "\(path)/.sweep/lock")
        } catch var error as OutputError where error.problem.hasPrefix("another run") {
            error.path = path
            error.problem = "another sweep is at work in this folder"
            throw error
        }
    }
}
