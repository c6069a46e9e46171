internal import Cells
internal import CyclingData
internal import Dispatch
internal import Electrochemistry
internal import Learning
internal import Synchronization

/// Runs a sweep on the cores of this computer.
///
/// Every run stands for itself: its values, its random numbers and its files depend on its number alone, so that the
/// results are the same whoever computes them in whichever order. A worker holds one simulation at a time.
public enum SweepRunner {
    /// What the workers share.
    private final class Shared: Sendable {
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let stops = Atomic<Bool>(false)
        let error = Mutex<(any Error)?>(nil)
    }

    /// Runs those of `runs` and keeps each as it is done.
    ///
    /// - Parameters:
    ///   - plan: what each run is given.
    ///   - folder: where results go.
    ///   - runs: numbers of runs, each once.
    ///   - workers: how many at the same time.
    ///   - holdsFolder: whether no other sweep may be at work in the folder meanwhile.
    ///   - shouldStop: polled by the workers; when it turns true, runs under way are dropped.
    ///   - progress: told now and then how many of them are done.
    /// - Throws: `OutputError` where a result cannot be written; runs that are done stay done. A run that cannot be computed
    ///   is done, as failed.
    /// - Returns: how many were done.
    @discardableResult
    public static func run(
        _ plan: SweepPlan, in folder: SweepFolder, runs: [Int], workers: Int, holdsFolder: Bool = true,
        shouldStop: @escaping @Sendable () -> Bool = { false }, progress: (Int) -> Void = { _ in }
    ) throws -> Int {
        let lock = holdsFolder ? try folder.lock() : nil
        defer { lock?.abandon(keeping: false) }
        let shared = Shared()
        let group = DispatchGroup()
        for worker in 0..<max(1, min(workers, runs.count)) {
            // A queue of its own, so that workers beyond the cores are threads too.
            DispatchQueue(label: "sweep \(worker)").async(group: group) {
                while !shared.stops.load(ordering: .relaxed), !shouldStop() {
                    let index = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < runs.count else { return }
                    do {
                        let isDone = try one(plan, folder, runs[index]) {
                            shared.stops.load(ordering: .relaxed) || shouldStop()
                        }
                        if isDone { shared.done.wrappingAdd(1, ordering: .relaxed) }
                    } catch {
                        shared.error.withLock { if $0 == nil { $0 = error } }
                        shared.stops.store(true, ordering: .relaxed)
                    }
                }
            }
        }
        while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            progress(shared.done.load(ordering: .relaxed))
        }
        if let error = shared.error.withLock({ $0 }) { throw error }
        return shared.done.load(ordering: .relaxed)
    }

    /// One run; false where it was stopped. Throws `OutputError`.
    private static func one(
        _ plan: SweepPlan, _ folder: SweepFolder, _ run: Int, shouldStop: () -> Bool
    ) throws -> Bool {
        let began = monotonicSeconds()
        let values = plan.values(of: run)
        let tally = SweepTally()
        let specification = plan.specification
        let table = CycleTableSink(path: folder.tablePath(run), jumps: specification.jumpTolerance != nil)
        var files: [any FileSink] = [table]
        if let every = specification.seriesEvery {
            files.append(TimeSeriesSink(path: folder.seriesPath(run), selection: CycleSelection(every: every)))
        }
        var sinks: [any ResultSink] = files
        if !specification.noise.isNone {
            sinks = [NoisyChannel(specification.noise, seed: plan.random(run, 2), sinks: files)]
        }
        var summary: RunSummary?
        var problem: String?
        do {
            let (cell, options, protocolOfRun) = try plan.configuration(values)
            let simulation = try Simulation(cell: cell, options: options)
            summary = try simulation.run(protocolOfRun, into: sinks + [tally], shouldStop: shouldStop)
        } catch let error as OutputError {
            for file in files { discard(file) }
            throw error
        } catch let error as SimulationError where error.kind == .cancelled {
            for file in files { discard(file) }
            return false
        } catch {
            problem = "\(error)"
        }
        do {
            // What a run has computed before it failed stays, as its row says.
            for file in files where summary != nil || tally.cycles > 0 { try file.finish() }
            if summary == nil, tally.cycles == 0 { for file in files { discard(file) } }
            let row = SweepTable.row(
                run: run, point: plan.point(of: run), values: values, tally: tally, summary: summary, problem: problem)
            try folder.keep(run, row: row, seconds: monotonicSeconds() - began)
        } catch {
            for file in files { discard(file) }
            throw error
        }
        return true
    }

    private static func discard(_ file: any FileSink) {
        if let partial = file.abandon() { FolderAccess.remove(partial) }
    }
}
