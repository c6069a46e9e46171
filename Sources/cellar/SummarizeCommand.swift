import ArgumentParser
import CyclingData

/// `cellar summarize`.
struct SummarizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summarize",
        abstract: "The per-cycle table of cycling data.",
        usage: "cellar summarize FILE... [--out FILE.csv] [--curves FILE.csv] [--cell CELL] [--json]",
        discussion: """
            Capacities and energies are the cycler's own where it counts them, else integrals; both stand in the table, and \
            capacities_differ is 1 where they differ by more than 0.1 % and more than the logged rows allow. Several cells \
            go into one table with a column for the file.

            Example: the table, and the curves of two cycles
              cellar summarize cell.mpt --out cycles.csv --curves curves.csv --curve-cycles 10,100
            """)

    @OptionGroup var input: ImportArguments
    @Option(name: .shortAndLong, help: ArgumentHelp("The table; - is standard output.", valueName: "file.csv"))
    var out: String?
    @Option(help: ArgumentHelp("Sixteen statistics of the end of each charge.", valueName: "file.csv"))
    var chargeStatistics: String?
    @Option(
        help: ArgumentHelp(
            "Capacity, dQ/dV and dV/dQ over voltage of the cycles of --curve-cycles.", valueName: "file.csv"))
    var curves: String?
    @Option(
        help: ArgumentHelp("Which cycles, e.g. 10,100; by default the two of --difference.", valueName: "n,n"))
    var curveCycles: String?
    @Option(
        help: ArgumentHelp(
            "The two cycles whose discharge curves are compared (default: 10,100).", valueName: "early,late"))
    var difference: String = "10,100"
    @Option(
        help: ArgumentHelp(
            "Fit this cell's electrode potentials to discharges slower than eight hours, and tell degradation modes.",
            valueName: "cell"))
    var cell: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A·h; the first whole cycle's capacity by default.", valueName: "ah"))
    var nominalCapacity: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Capacity at the end of life over the nominal one (default: 0.8).", valueName: "fraction"))
    var endOfLife: Double = 0.8
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    func run() throws {
        let reading = ReadingBar()
        defer { reading.clear() }
        let options = try input.options(keepsAllColumns: false, bar: reading)
        let cells = try input.cells()
        let places = try OutputPlaces(
            [
                ("--out", out), ("--charge-statistics", chargeStatistics), ("--curves", curves),
                ("--report", page.report),
            ], json: json)
        try places.check("a test", cells.flatMap(\.files))
        let wanted = try wantedFeatures(cells.count)
        var run = FileRun(total: cells.count)
        var results: [Result] = []
        let bar = CountingBar(total: cells.count, what: "cells")
        defer { bar.clear() }
        for (index, cell) in cells.enumerated() {
            bar.update(index)
            try run.attempt(cell.name) {
                if cell.files.count == 1, let cycles = try CycleTableFile.read(path: cell.files[0], options: options) {
                    let remarks = ["a table of cycles already: taken as it is"] + Self.remarks(cycles)
                    if !json { for remark in remarks { Terminal.complain("\(cell.name): \(remark)") } }
                    results.append(Result(cell.name, cycles, remarks, "cycles", CycleFeatures(wanted)))
                    return
                }
                let reader = try CyclingReader(paths: cell.files, options: options)
                var features = CycleFeatures(wanted)
                var builder = CycleBuilder { features.take($0, $1) }
                while let records = try reader.next() { try builder.take(records) }
                let cycles = try builder.finish()
                try features.write()
                let remarks = reader.remarks + Self.remarks(cycles)
                if !json { for remark in remarks { Terminal.complain("\(cell.name): \(remark)") } }
                results.append(Result(cell.name, cycles, remarks, reader.format, features))
            }
        }
        bar.clear()
        reading.clear()
        if out != nil || !json && page.report == nil {
            let path = out ?? "-"
            if cells.count > 1 {
                try Self.write(results, to: path)
            } else if let result = results.first {
                try Self.write(result.cycles, losses: result.features.losses, to: path)
            }
        }
        if json {
            let list = results.map { report($0) }
            try Terminal.print(JSON.list(list).document)
        }
        if page.report != nil, !results.isEmpty { try page.write("summaries", .list(results.map { report($0) })) }
        try run.finish()
    }

    /// What reading one cell gave.
    struct Result {
        var name: String
        var cycles: [MeasuredCycle]
        var remarks: [String]
        var format: String
        var features: CycleFeatures

        init(
            _ name: String, _ cycles: [MeasuredCycle], _ remarks: [String], _ format: String, _ features: CycleFeatures
        ) {
            self.name = name
            self.cycles = cycles
            self.remarks = remarks
            self.format = format
            self.features = features
        }
    }

    /// Throws `CommandError`.
    private func wantedFeatures(_ cells: Int) throws -> CycleFeatures.Wanted {
        func numbers(_ text: String, _ option: String) throws -> [Int] {
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0.trimmingBlanks) }
            let numbers = parts.compactMap(\.self)
            guard numbers.count == parts.count, !numbers.isEmpty else {
                throw CommandError.usage("\(option) '\(text)': not understood; cycles such as 10,100 are right")
            }
            return numbers
        }
        for (option, path) in [("--charge-statistics", chargeStatistics), ("--curves", curves)] where path != nil {
            if cells > 1 { throw CommandError.usage("\(option): one file for \(cells) cells; summarize one at a time") }
        }
        if let nominalCapacity, !(nominalCapacity > 0 && nominalCapacity < 1e6) {
            throw CommandError.usage("--nominal-capacity \(nominalCapacity): out of range; A·h above 0 are right")
        }
        guard endOfLife > 0, endOfLife < 1 else {
            throw CommandError.usage("--end-of-life \(endOfLife): out of range; 0 to 1 is right, e.g. 0.8")
        }
        var wanted = CycleFeatures.Wanted()
        wanted.chargeStatistics = chargeStatistics
        wanted.curves = curves
        if let curveCycles { wanted.curveCycles = try numbers(curveCycles, "--curve-cycles") }
        let compared = try numbers(difference, "--difference")
        guard compared.count == 2, compared[0] < compared[1] else {
            throw CommandError.usage("--difference '\(difference)': an early and a late cycle are right, e.g. 10,100")
        }
        wanted.difference = (compared[0], compared[1])
        if let cell { wanted.fit = try CycleFeatures.fit(cell) }
        return wanted
    }

    /// One cell's part of the document.
    private func report(_ result: Result) -> JSON {
        let whole = result.cycles.filter { $0.kind == .ageing }
        let numbers = whole.map { Double($0.cycle) }
        let capacities = whole.map(\.dischargeCapacity)
        let nominal = nominalCapacity ?? capacities.first
        let life = nominal.flatMap {
            CapacityFade.endOfLife(cycles: numbers, capacities: capacities, nominal: $0, fraction: endOfLife)
        }
        let knee = CapacityFade.knee(cycles: numbers, capacities: capacities)
        var difference = JSON.null
        if let found = result.features.difference, let moments = found.moments {
            difference = .object([
                (key: "cycles", value: .text(self.difference)), (key: "variance_Ah2", value: .number(moments.variance)),
                (key: "minimum_Ah", value: .number(found.minimum)), (key: "mean_Ah", value: .number(moments.mean)),
                (key: "skewness", value: .number(moments.skewness)),
                (key: "kurtosis", value: .number(moments.kurtosis)),
                (key: "at_lowest_voltage_Ah", value: .number(found.atLowestVoltage)),
            ])
        }
        let losses = result.features.losses
        return .object([
            (key: "file", value: .text(result.name)), (key: "format", value: .text(result.format)),
            (key: "cycles", value: .whole(result.cycles.count)),
            (key: "nominal_capacity_Ah", value: .optional(nominal)),
            (key: "end_of_life_soh", value: .number(endOfLife)), (key: "end_of_life_cycle", value: .optional(life)),
            (key: "knee_cycle", value: .optional(knee?.cycle)), (key: "capacity_difference", value: difference),
            (key: "warnings", value: .texts(result.remarks)),
            (
                key: "summary",
                value: .list(result.cycles.map { Self.json($0, losses[$0.cycle], hasLosses: cell != nil) })
            ),
        ])
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

    private static func json(_ row: MeasuredCycle, _ losses: HalfCellFit.Losses?, hasLosses: Bool) -> JSON {
        var entries: [(key: String, value: JSON)] = []
        for (column, value) in zip(MeasuredCycles.columns, MeasuredCycles.values(row)) {
            switch column {
            case "kind": entries.append((column, .text(row.kind.rawValue)))
            case "capacities_differ": entries.append((column, .boolean(row.capacitiesDiffer)))
            default: entries.append((column, .optional(value)))
            }
        }
        if hasLosses {
            for (column, value) in zip(lossColumns, values(losses)) { entries.append((column, .optional(value))) }
        }
        return .object(entries)
    }

    /// As the per-cycle table of a simulation names them.
    private static let lossColumns = [
        "loss_of_lithium_inventory", "loss_of_active_material_negative", "loss_of_active_material_positive",
    ]

    private static func values(_ losses: HalfCellFit.Losses?) -> [Double?] {
        [losses?.lithiumInventory, losses?.negativeMaterial, losses?.positiveMaterial]
    }

    /// Writes the table of one cell; columns of losses where there are any. Throws `OutputError`.
    static func write(_ cycles: [MeasuredCycle], losses: [Int: HalfCellFit.Losses] = [:], to path: String) throws {
        let columns = MeasuredCycles.columns + (losses.isEmpty ? [] : lossColumns)
        try write(columns: columns, to: path) { table in
            for row in cycles {
                MeasuredCycles.add(row, to: table)
                if !losses.isEmpty { for value in values(losses[row.cycle]) { table.add(value) } }
                try table.endRow()
            }
        }
    }

    /// Writes one table of several cells. Throws `OutputError`.
    private static func write(_ cells: [Result], to path: String) throws {
        let hasLosses = cells.contains { !$0.features.losses.isEmpty }
        try write(columns: ["file"] + MeasuredCycles.columns + (hasLosses ? lossColumns : []), to: path) { table in
            for cell in cells {
                let losses = cell.features.losses
                for row in cell.cycles {
                    table.add(cell.name)
                    MeasuredCycles.add(row, to: table)
                    if hasLosses { for value in values(losses[row.cycle]) { table.add(value) } }
                    try table.endRow()
                }
            }
        }
    }

    private static func write(columns: [String], to path: String, _ body: (CSVWriter) throws -> Void) throws {
        let table = try CSVWriter(path: path, columns: columns)
        do {
            try body(table)
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }
}
