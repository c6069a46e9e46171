import ArgumentParser
import Cells
import CyclingData
import Electrochemistry

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `cellar impedance`.
struct ImpedanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impedance",
        abstract: "Impedance spectrum of a cell at rest, from the linearised model with double layers.",
        usage: "cellar impedance CELL [--soc FRACTION] [--frequencies LO:HI:N] [--out FILE.csv] [--json] ...",
        discussion: """
            Columns: frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm, from LO to HI; a capacitive \
            impedance has a negative imaginary part. Without --out the table goes to standard output.

            Example: sixty frequencies at half charge
              cellar impedance lg-m50-chen2020 --soc 0.5 --frequencies 1e-4:1e4:60 --out spectrum.csv
            """)

    @Argument(help: "A shipped cell's name (see 'cellar cells') or a BPX file.")
    var cell: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Lowest and highest frequency, Hz, and how many, evenly in the logarithm.", valueName: "lo:hi:n"))
    var frequencies: String = "1e-4:1e4:60"
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("State of charge, 0 to 1; the file's by default.", valueName: "fraction"))
    var soc: Double?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The state of this open-circuit voltage.", valueName: "volt"))
    var restVoltage: Double?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Temperature, oC; the file's by default.", valueName: "celsius"))
    var temperature: Double?
    @Option(help: ArgumentHelp("dfn, spme or spm (default: what the cell file is written for).", valueName: "model"))
    var model: ModelKind?
    @Option(help: ArgumentHelp("negative or positive: that electrode against metal.", valueName: "electrode"))
    var halfCell: SimulationOptions.WorkingElectrode?
    @Option(help: ArgumentHelp("fast, standard, fine, or points n/s/p/r.", valueName: "mesh"))
    var mesh: String = "standard"
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Change a value of the cell file, e.g. \"Negative electrode > Thickness [m]=9e-5\"; may be repeated.",
            valueName: "path=value"))
    var changes: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "First run so many cycles of --protocol, from --soc; the spectrum is of the state they end in.",
            valueName: "n"))
    var afterCycles: Int?
    @Option(
        name: .customLong("protocol"), parsing: .upToNextOption,
        help: ArgumentHelp("Steps of a cycle, as for 'cellar simulate'.", valueName: "step"))
    var steps: [String] = []
    @Option(
        help: ArgumentHelp(
            "How the cell ages in them: none, a set of its file, or a file.", valueName: "none|name|file"))
    var ageing: String = "none"
    @Flag(help: "Take the single curve OCP of a cell with hysteresis in its open-circuit potentials.")
    var ignoreHysteresis = false
    @Option(name: .shortAndLong, help: ArgumentHelp("The spectrum; - is standard output.", valueName: "file.csv"))
    var out: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.")
    var json = false

    static let columns = ["frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"]
    static let mostFrequencies = 100_000

    func run() throws {
        var options = SimulationOptions()
        options.mesh = try MeshOption.mesh(mesh)
        options.temperature = try temperature.map(StartOptions.kelvin)
        options.initialState = try StartOptions.state(soc: soc, restVoltage: restVoltage)
        options.halfCell = halfCell
        let frequencies = try Self.list(frequencies)
        let places = try OutputPlaces([("--out", out), ("--report", page.report)], json: json)
        guard let name = self.cell else {
            throw CommandError.usage("CELL: no cell given; 'cellar impedance lg-m50-chen2020 --soc 0.5' is right")
        }
        try places.check(cell: name, shipped: ShippedCells.names)
        let (cell, file, fileRemarks) = try CellLoader.cell(name, changes: changes, ignoreHysteresis: ignoreHysteresis)
        if ageing != "none", !file.ageingSets.contains(ageing) { try places.check("the ageing set", [ageing]) }
        if ageing != "none" { options.ageing = try CellLoader.ageing(ageing, file, named: name) }
        options.model = model ?? (cell.shape == .spm ? .spm : cell.shape == .spme ? .spme : .dfn)
        let simulation = try Simulation(cell: cell, options: options)
        var remarks = fileRemarks
        if let plan = try cyclingProtocol() {
            Interrupt.watch()
            let bar = ProgressBar()
            defer { bar.clear() }
            let result = try simulation.run(plan, shouldStop: { Interrupt.wasReceived }, progress: bar.update)
            remarks += result.warnings
            if let end = result.endOfLife { remarks.append("after \(result.cycles) cycles: end of life: \(end)") }
        }
        let spectrum = try simulation.impedance(frequencies: frequencies)
        if !json { for warning in remarks + spectrum.warnings { Terminal.complain("warning: \(warning)") } }
        if out != nil || !json && page.report == nil { try write(spectrum, to: out ?? "-") }
        if json { try Terminal.print(report(simulation, spectrum, remarks).document) }
        try page.write(simulation.cell.name, report(simulation, spectrum, remarks))
    }

    /// What runs before the spectrum; nil where nothing does. Throws `CommandError` or `ProtocolError`.
    private func cyclingProtocol() throws -> CyclingProtocol? {
        guard let afterCycles else {
            guard steps.isEmpty else {
                throw CommandError.usage("--protocol: for how many cycles? --after-cycles 100 is right")
            }
            return nil
        }
        guard afterCycles >= 1, afterCycles <= ProtocolFile.mostCycles else {
            throw CommandError.usage(
                "--after-cycles \(afterCycles): out of range; 1 to \(ProtocolFile.mostCycles) are right")
        }
        guard !steps.isEmpty else {
            throw CommandError.usage(
                "--after-cycles: no protocol given; --protocol \"Discharge at 1C\" \"Charge at C/2\" is right")
        }
        do {
            return try ProtocolFile.cycles(of: steps.map { try StepParser.parse($0) }, times: afterCycles)
        } catch let error as ProtocolError where error.kind == .step {
            throw CommandError.usage("--protocol: \(error)")
        }
    }

    private func write(_ spectrum: ImpedanceSpectrum, to path: String) throws {
        let table = try CSVWriter(path: path, columns: Self.columns)
        do {
            for point in spectrum.points {
                table.add(point.frequency)
                table.add(point.real)
                table.add(point.imaginary)
                try table.endRow()
            }
            try table.finish()
        } catch {
            table.abandon()
            throw error
        }
    }

    private func report(_ simulation: Simulation, _ spectrum: ImpedanceSpectrum, _ remarks: [String]) -> JSON {
        let mesh = simulation.options.mesh
        return .made([
            (key: "cell", value: .text(simulation.cell.name)),
            (key: "model", value: .text(simulation.options.model.rawValue)),
            (key: "mesh", value: .text("\(mesh.negative)/\(mesh.separator)/\(mesh.positive)/\(mesh.shells)")),
            (key: "voltage_volt", value: .number(spectrum.voltage)),
            (key: "solve_seconds", value: .number(spectrum.solveSeconds)),
            (key: "citations", value: .texts(spectrum.citations)),
            (key: "warnings", value: .texts(remarks + spectrum.warnings)),
            (
                key: "spectrum",
                value: .list(
                    spectrum.points.map {
                        .object([
                            (key: Self.columns[0], value: .number($0.frequency)),
                            (key: Self.columns[1], value: .number($0.real)),
                            (key: Self.columns[2], value: .number($0.imaginary)),
                        ])
                    })
            ),
        ])
    }

    /// The frequencies of `LO:HI:N`, evenly in the logarithm; LO alone where N is 1. Throws `CommandError`.
    static func list(_ text: String) throws -> [Double] {
        func wrong(_ problem: String) -> CommandError {
            .usage("--frequencies \(text.isEmpty ? "''" : text): \(problem), e.g. 1e-4:1e4:60")
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let low = Double(parts[0]), let high = Double(parts[1]), let count = Int(parts[2])
        else {
            throw wrong("not understood; LO:HI:N is right: two frequencies in Hz and a whole number")
        }
        guard low >= 1e-9, high <= 1e9 else {
            throw wrong("out of range; frequencies from 1e-9 to 1e9 Hz are right")
        }
        guard low <= high else { throw wrong("LO is above HI; the lower frequency comes first") }
        guard count >= 1, count <= mostFrequencies else {
            throw wrong("out of range; 1 to \(mostFrequencies) frequencies are right")
        }
        let step = count > 1 ? log(high / low) / Double(count - 1) : 0
        return (0..<count).map { k in
            // Both ends as they were given.
            k == 0 ? low : k == count - 1 ? high : low * exp(Double(k) * step)
        }
    }
}
