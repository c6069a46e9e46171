import CyclingData
import Discovery
import Electrochemistry

/// The per-cycle rows of a run with a checkpoint, beside it, by their bits: a resumed run reports all its cycles.
///
/// One line a cycle: its number, then each value of `CycleTable.values` in hexadecimal, `-` for none. The file only ever
/// grows, so that a checkpoint costs the same after any number of cycles.
final class CycleJournal: FileSink {
    let path: String
    var start: Int?
    var length: Int { file?.length ?? 0 }
    private var file: OutputFile?
    /// Whether there is a checkpoint that counts its rows.
    var isNeeded = false

    private let jumps: Bool

    /// `checkpoint`: the file it stands beside.
    init(checkpoint: String, jumps: Bool) {
        path = Self.path(checkpoint: checkpoint)
        self.jumps = jumps
    }

    static func path(checkpoint: String) -> String { checkpoint + ".cycles" }

    func begin(variableColumns: [String]) throws {
        file = try OutputFile(path: path, continuingAt: start)
        isNeeded = start != nil
    }

    var wantsSamples: Bool { false }
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}

    func endCycle(_ summary: CycleSummary) throws {
        let values = CycleTable.values(summary, jumps: jumps).map { $0.map { String($0.bitPattern, radix: 16) } ?? "-" }
        file?.append("\(summary.cycle) " + values.joined(separator: " ") + "\n")
        try file?.flush()
    }

    func end(_ summary: RunSummary) throws {}
    func synchronize() throws { try file?.synchronize() }
    func finish() throws { try file?.finish() }

    /// It is the checkpoint's, and not told of among the results.
    func abandon() -> String? {
        file?.abandon(keeping: isNeeded)
        return nil
    }

    /// The rows that a checkpoint counts: those in the first `length` bytes. Throws `CommandError`, `OutputError`.
    func read(length: Int) throws -> [CycleRow] {
        let partial = OutputFile.resolved(path) + ".partial"
        guard let text = try InputFile.text(path: partial) ?? InputFile.text(path: path), text.utf8.count >= length
        else {
            throw CommandError(
                .badData, "\(path): missing or shorter than the checkpoint says; remove the checkpoint to begin anew")
        }
        return try text.utf8.prefix(length).split(separator: UInt8(ascii: "\n")).map { line in
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
            let values: [Double?] = fields.dropFirst().map {
                UInt64($0, radix: 16).map { Double(bitPattern: $0) }
            }
            guard let cycle = fields.first.flatMap({ Int($0) }),
                values.count == CycleTable.columns(jumps: jumps).count - 1
            else {
                throw CommandError(
                    .badData, "\(path): altered, or written by another version; remove the checkpoint to begin anew")
            }
            return CycleRow(cycle: cycle, values: values)
        }
    }
}
