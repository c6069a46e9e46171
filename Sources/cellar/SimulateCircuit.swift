import ArgumentParser
import Cells
import CyclingData
import Discovery
import Electrochemistry
import Reports

/// What `--model` names.
enum ModelName: String, ExpressibleByArgument, CaseIterable {
    case dfn, spme, spm
    /// An equivalent circuit, identified from the pseudo-2D model.
    case ecm

    /// Nil for the circuit.
    var kind: ModelKind? { ModelKind(rawValue: rawValue) }
}

/// `cellar simulate --model ecm`.
extension SimulateCommand {
    /// Throws `CommandError` for options that do not go with a circuit.
    func checkCircuit() throws {
        let isCircuit = shared.model == .ecm
        for (option, isGiven) in [("--pairs", pairs != nil), ("--compare", compare)] where isGiven && !isCircuit {
            throw CommandError.usage("\(option): it goes with --model ecm; add it")
        }
        if let pairs, !(1...3).contains(pairs) { throw CommandError.usage("--pairs \(pairs): 1 to 3 are right") }
        guard isCircuit else { return }
        for (option, isGiven) in [
            ("--ageing", shared.ageingName != nil), ("--until-capacity", shared.untilCapacity != nil),
            ("--jump", shared.jump), ("--checkpoint", checkpoint != nil), ("--aged-cell", agedCell != nil),
            ("--half-cell", halfCell != nil), ("--variables", variables != nil), ("--list-variables", listVariables),
            ("--thermal", shared.thermal == .lumped),
        ] where isGiven {
            throw CommandError.usage(
                "\(option): not with an equivalent circuit; leave it or --model ecm out")
        }
    }

    /// Identifies the circuit, and runs it.
    func runCircuit(
        _ cell: Cell, _ options: SimulationOptions, _ plan: CyclingProtocol, _ remarks: [String]
    ) throws {
        var identification = EquivalentCircuit.Identification()
        identification.pairs = pairs ?? identification.pairs
        let circuit = try EquivalentCircuit(
            cell, temperatures: CircuitSimulation.temperatures(plan, cell: cell, options: options), options: options,
            by: identification)
        let files = fileSinks()
        let collector = Collector(keepsAll: json || page.report != nil, jumps: false)
        let course = page.report.map { _ in CourseSink(name: self.cell ?? cell.name) }
        try page.check()
        let result = try finishing(files, remarks) { progress in
            try CircuitSimulation(cell: cell, circuit: circuit, options: options).run(
                plan, into: files + [collector] + (course.map { [$0] } ?? []), shouldStop: { Interrupt.wasReceived },
                progress: progress)
        }
        try collector.check()
        var report = RunReport(
            cell: cell, options: options, result: result, cycles: collector.cycles, lastStep: collector.lastStep,
            lastCycle: collector.lastCycle)
        report.circuit = circuit
        if compare {
            report.comparison = try CircuitComparison(
                CircuitSimulation(cell: cell, circuit: circuit, options: options),
                Simulation(cell: cell, options: options), plan, shouldStop: { Interrupt.wasReceived })
        }
        tell(result.warnings.dropFirst(remarks.count))
        if json {
            try Terminal.print(report.json.document)
        } else if out == nil, ![summary, stepsSummary].contains("-") {
            try Terminal.print(report.text)
        } else if ![out, summary, stepsSummary].contains("-"), let words = report.comparisonText {
            try Terminal.print(words)
        }
        if let course { try page.write(course.series.name, report.json, with: [LoadedResult(series: course.series)]) }
    }
}

extension RunReport {
    /// What the circuit is, for programs.
    var circuitJSON: [(key: String, value: JSON)] {
        guard let circuit else { return [] }
        func numbers(_ values: [Double]) -> JSON { .list(values.map { .number($0) }) }
        var entries: [(key: String, value: JSON)] = [
            (
                key: "circuit",
                value: .list(
                    circuit.elements.map { own in
                        // A tenth of the grid tells the resistances.
                        let shown = stride(from: 0, to: own.stateOfCharge.count, by: 20)
                        func thinned(_ values: [Double]) -> JSON { numbers(shown.map { values[$0] }) }
                        return .object([
                            (key: "temperature_K", value: .number(own.temperature)),
                            (key: "time_constants_s", value: numbers(own.timeConstants)),
                            (key: "misfit", value: .number(own.misfit)),
                            (key: "soc", value: thinned(own.stateOfCharge)),
                            (key: "open_circuit_voltage_V", value: thinned(own.openCircuitVoltage)),
                            (key: "series_resistance_ohm", value: thinned(own.seriesResistance)),
                            (key: "resistances_ohm", value: .list(own.resistances.map(thinned))),
                        ])
                    })
            )
        ]
        if let comparison {
            entries.append(
                (
                    key: "comparison",
                    value: .object([
                        (key: "model", value: .text(options.model.rawValue)),
                        (key: "rms_V", value: .number(comparison.rootMeanSquare)),
                        (key: "largest_V", value: .number(comparison.largest)),
                        (key: "discharge_ratio", value: .number(comparison.dischargeRatio)),
                        (key: "solve_seconds", value: .number(comparison.seconds.model)),
                        (key: "circuit_solve_seconds", value: .number(comparison.seconds.circuit)),
                    ])
                ))
        }
        return entries
    }

    /// The circuit in words.
    var circuitText: String? {
        circuit.map { circuit in
            circuit.elements.map { own in
                let middle = own.stateOfCharge.count / 2
                func milliohm(_ value: Double) -> String { Self.short(1000 * value) }
                let parts = zip(own.resistances, own.timeConstants).map {
                    "\(milliohm($0[middle])) mohm with \(Self.short(($1 * 10).rounded() / 10)) s"
                }
                return
                    "\(Self.short(own.temperature - 273.15)) oC, SOC 0.5: \(milliohm(own.seriesResistance[middle])) mohm in "
                    + "series, \(parts.joined(separator: ", "))"
            }.joined(separator: "; ")
        }
    }

    /// Beside the model, in words.
    var comparisonText: String? {
        comparison.map { own in
            "beside \(options.model.rawValue): root mean square \(Self.short(own.rootMeanSquare * 1000)) mV, at most "
                + "\(Self.short(own.largest * 1000)) mV; discharged \(Self.short(100 * own.dischargeRatio)) %; "
                + "\(Self.short(own.speed.rounded())) times as fast (\(Self.short(own.seconds.circuit * 1000)) and "
                + "\(Self.short(own.seconds.model * 1000)) ms)"
        }
    }
}
