import ArgumentParser
import CyclingData

/// `cellar summarize`.
struct SummarizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summarize",
        abstract: "The per-cycle table of cycling data.",
        discussion: """
            Capacities and energies are the cycler's own where it counts them, else integrals; both stand in the table, and \
            capacities_differ is 1 where they differ by more than 0.1 % and more than the logged rows allow. Several cells \
            go into one table with a column for the file.
            """)

    @OptionGroup var input: ImportArguments
    @Option(name: .shortAndLong, help: ArgumentHelp("The table; - is standard output.", valueName: "file.csv"))
    var out: String?
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    func run() throws {
        let options = try input.options(keepsAllColumns: false)
        let cells = try input.cells()
        if json, out == "-" {
            throw CommandError.usage("--out -: --json writes to standard output already; name a file")
        }
        if let out, out.isEmpty { throw CommandError.usage("--out '': an empty file name; name a file, or -") }
        var run = FileRun(total: cells.count)
        var results: [(name: String, cycles: [MeasuredCycle], remarks: [String], format: String)] = []
        for cell in cells {
            try run.attempt(cell.name) {
                let reader = try CyclingReader(paths: cell.files, options: options)
                var builder = CycleBuilder()
                while let records = try reader.next() { try builder.take(records) }
                let cycles = try builder.finish()
                let remarks = reader.remarks + Self.remarks(cycles)
                if !json { for remark in remarks { Terminal.complain("\(cell.name): \(remark)") } }
                results.append((cell.name, cycles, remarks, reader.format))
            }
        }
        if out != nil || !json {
            let path = out ?? "-"
            if cells.count > 1 {
                try Self.write(results.map { ($0.name, $0.cycles) }, to: path)
            } else if let result = results.first {
                try Self.write(result.cycles, to: path)
            }
        }
        if json {
            let list = results.map { result in
                JSON.object([
                    (key: "file", value: .text(result.name)), (key: "format", value: .text(result.format)),
                    (key: "cycles", value: .whole(result.cycles.count)),
                    (key: "warnings", value: .texts(result.remarks)),
                    (key: "summary", value: .list(result.cycles.map(Self.json))),
                ])
            }
            try Terminal.print(JSON.list(list).document)
        }
        try run.finish()
    }

    /// What is worth saying of a table: missing cycles, and capacities that differ.
    static func remarks(_ cycles: [MeasuredCycle]) -> [String] {
        var remarks: [String] = []
        let missing = zip(cycles, cycles.dropFirst()).reduce(0) { $0 + max(0, $1.1.cycle - $1.0.cycle - 1) }
        if missing > 0 {
            remarks.append("\(missing) cycle\(missing == 1 ? "" : "s") missing between the first and the last")
        }
        let differing = cycles.count { $0.capacitiesDiffer }
        if differing > 0 {
            remarks.append(
                "\(differing) of \(cycles.count) cycles: the cycler's capacity and the integral differ by more than 0.1 % and "
                    + "than the logged rows allow")
        }
        return remarks
    }

    private static func json(_ row: MeasuredCycle) -> JSON {
        .object(
            zip(MeasuredCycles.columns, MeasuredCycles.values(row)).map { column, value in
                switch column {
                case "kind": (key: column, value: .text(row.kind.rawValue))
                case "capacities_differ": (key: column, value: .boolean(row.capacitiesDiffer))
                default: (key: column, value: .optional(value))
                }
            })
    }

    /// Writes the table of one cell. Throws `OutputError`.
    static func write(_ cycles: [MeasuredCycle], to path: String) throws {
        let table = try CSVWriter(path: path, columns: MeasuredCycles.columns)
        do {
            for row in cycles { try MeasuredCycles.write(row, to: table) }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }

    /// Writes one table of several cells. Throws `OutputError`.
    static func write(_ cells: [(name: String, cycles: [MeasuredCycle])], to path: String) throws {
        let table = try CSVWriter(path: path, columns: ["file"] + MeasuredCycles.columns)
        do {
            for cell in cells {
                for row in cell.cycles {
                    table.add(cell.name)
                    try MeasuredCycles.write(row, to: table)
                }
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }
}
