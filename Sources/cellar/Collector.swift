import Discovery
import Electrochemistry

/// Keeps the per-cycle rows where `--json` asks for them, the last one, and the last step's words for people.
final class Collector: ResultSink {
    private let keepsAll: Bool
    private let jumps: Bool
    /// With those from before a resumption, which its user puts there.
    var cycles: [CycleRow] = []
    private(set) var lastStep: StepSummary?
    private(set) var lastCycle: CycleSummary?
    /// Steps that did not end before they began.
    private var done = 0

    func begin(variableColumns: [String]) throws {}
    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {
        lastStep = summary
        if !summary.endReason.hasPrefix("skipped") { done += 1 }
    }

    init(keepsAll: Bool, jumps: Bool) {
        self.keepsAll = keepsAll
        self.jumps = jumps
    }

    func endCycle(_ summary: CycleSummary) throws {
        lastCycle = summary
        if !keepsAll { cycles.removeAll(keepingCapacity: true) }
        cycles.append(CycleRow(cycle: summary.cycle, values: CycleTable.values(summary, jumps: jumps)))
    }
    func end(_ summary: RunSummary) throws {}

    /// Throws `CommandError` where every step was skipped: what was asked for did not happen.
    func check() throws {
        guard done == 0, let lastStep else { return }
        throw CommandError(
            .badData,
            "nothing was simulated, no step could begin: step \(lastStep.step) (\(lastStep.text)): \(lastStep.endReason); "
                + "start elsewhere (--soc, --rest-voltage), or change the step's end or the values that were --set")
    }
}

extension CycleTable {
    /// A row as an object.
    static func json(_ row: CycleRow, jumps: Bool) -> JSON {
        let columns = columns(jumps: jumps)
        let numbers = zip(columns.dropFirst(), row.values).map { (key: $0, value: JSON.optional($1)) }
        return .object([(key: columns[0], value: .whole(row.cycle))] + numbers)
    }
}
