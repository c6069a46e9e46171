import Cells

/// A cell told in words, a table row or JSON.
struct CellDescription {
    let file: CellFile
    let cell: Cell

    private var ageingSets: [String] { file.ageingSets }
    private let ageing: [AgeingSet]

    /// Throws `BPXError` for a mistake in the cell's ageing sets.
    init(file: CellFile, cell: Cell) throws {
        self.file = file
        self.cell = cell
        ageing = try file.ageingSets.map { try file.ageingSet(named: $0) }
    }

    /// Name, capacity, cut-offs, temperature, ageing sets, assumed values, title.
    var row: [String] {
        [
            cell.name, "\(RunReport.short(cell.nominalCapacity)) A.h",
            "\(RunReport.short(cell.lowerCutOff))-\(RunReport.short(cell.upperCutOff)) V",
            "\(RunReport.short(RunReport.toHundredth(cell.initialTemperature - 273.15))) oC",
            ageingSets.isEmpty ? "-" : "\(ageingSets.count)",
            cell.assumptions.isEmpty ? "-" : "\(cell.assumptions.count)", cell.title,
        ]
    }

    /// Everything about the cell.
    var text: String {
        var lines = ["\(cell.name): \(cell.title)"]
        if !cell.description.isEmpty { lines.append(cell.description) }
        lines.append("")
        lines.append(
            TextTable.lay(
                age + [
                    ["nominal capacity", "\(RunReport.short(cell.nominalCapacity)) A.h (1C)"],
                    ["cut-offs", "\(RunReport.short(cell.lowerCutOff)) to \(RunReport.short(cell.upperCutOff)) V"],
                    ["temperature", "\(RunReport.short(RunReport.toHundredth(cell.initialTemperature - 273.15))) oC"],
                    ["initial state of charge", RunReport.short(cell.initialStateOfCharge)],
                    ["written for", "\(cell.shape.rawValue), BPX \(file.sourceVersion)"],
                ]))
        section("stoichiometry windows (SOC 0 to 1)", windows.map { "\($0.name): \($0.empty) to \($0.full)" }, &lines)
        section("sources", cell.references, &lines)
        for part in sections {
            lines.append("")
            lines.append(part.name)
            lines.append(TextTable.lay(part.entries.map { ["  " + $0.key, Self.words($0.value)] }))
        }
        section("assumed, not from the sources", cell.assumptions, &lines)
        section("a plain BPX reader loses", cell.lossesInPlainBPX, &lines)
        section("ageing parameter sets", ageing.flatMap { AgeingDescription(ageing: $0).brief }, &lines)
        section("notes", cell.notes, &lines)
        return lines.joined(separator: "\n")
    }

    /// What differs between cells: a row for each parameter that they do not share, a column for each cell.
    static func differences(_ all: [CellDescription]) -> String {
        var rows: [[String]] = [["capacity"] + all.map { "\(RunReport.short($0.cell.nominalCapacity)) A.h" }]
        rows.append(
            ["cut-offs"]
                + all.map { "\(RunReport.short($0.cell.lowerCutOff))-\(RunReport.short($0.cell.upperCutOff)) V" })
        var names: [(section: String, key: String)] = []
        for part in all.flatMap(\.sections) {
            for entry in part.entries where !names.contains(where: { $0 == (part.name, entry.key) }) {
                names.append((part.name, entry.key))
            }
        }
        var same = 0
        for name in names {
            let values = all.map { description in
                description.sections.first { $0.name == name.section }?.entries.first { $0.key == name.key }
                    .map { words($0.value) } ?? "-"
            }
            if Set(values).count == 1 {
                same += 1
            } else {
                rows.append(
                    ["\(name.section) > \(name.key)"] + values.map { $0.count > 24 ? $0.prefix(23) + "…" : $0 })
            }
        }
        return TextTable.lay(rows, header: [""] + all.map(\.cell.name)) + "\n\n\(same) parameters are the same in all"
    }

    /// A row on what the cell has lost; none of a fresh one.
    private var age: [[String]] {
        guard cell.isDegraded else { return [] }
        func material(_ electrode: Electrode?) -> String {
            (electrode?.materials ?? []).map { material in
                (material.name.isEmpty ? "" : material.name + " ") + AgeingReport.percent(material.lossOfActiveMaterial)
            }.joined(separator: ", ")
        }
        let losses =
            "lithium inventory \(AgeingReport.percent(cell.lossOfLithiumInventory)), active material "
            + "\(material(cell.negative)) (negative), \(material(cell.positive)) (positive)"
        guard let state = cell.agedState else { return [["lost", losses]] }
        let days = RunReport.short((state.time / 8640).rounded() / 10)
        return [["lost", losses], ["age", "\(state.cycles) cycles, \(days) days"]]
    }

    /// - Parameter full: with parameters; without, what a list shows.
    func json(full: Bool) -> JSON {
        var entries: [(key: String, value: JSON)] = [
            (key: "name", value: .text(cell.name)),
            (key: "title", value: .text(cell.title)),
            (key: "nominal_capacity_Ah", value: .number(cell.nominalCapacity)),
            (key: "lower_cut_off_V", value: .number(cell.lowerCutOff)),
            (key: "upper_cut_off_V", value: .number(cell.upperCutOff)),
            (key: "temperature_celsius", value: .number(RunReport.toHundredth(cell.initialTemperature - 273.15))),
            (key: "model", value: .text(cell.shape.rawValue)),
            (key: "ageing", value: .texts(ageingSets)),
            (key: "assumed", value: .texts(cell.assumptions)),
            (key: "plain_bpx_loses", value: .texts(cell.lossesInPlainBPX)),
        ]
        guard full else { return .object(entries) }
        let charges = (0...100).map { Double($0) / 100 }
        entries.append(
            (
                key: "open_circuit_voltage",
                value: .object([
                    (key: "x", value: .list(charges.map(JSON.number))),
                    (
                        key: "y",
                        value: .list(charges.map { .number(cell.openCircuitVoltage(stateOfCharge: $0)) })
                    ),
                ])
            ))
        entries.append((key: "open_circuit_potentials", value: .list(openCircuitPotentials)))
        entries += [
            (key: "description", value: .text(cell.description)),
            (key: "bpx_version", value: .text(file.sourceVersion)),
            (key: "sources", value: .texts(cell.references)),
            (key: "notes", value: .texts(cell.notes)),
            (key: "ageing_sets", value: .list(ageing.map { .object(AgeingDescription(ageing: $0).entries) })),
            (key: "initial_state_of_charge", value: .number(cell.initialStateOfCharge)),
            (key: "loss_of_lithium_inventory", value: .number(cell.lossOfLithiumInventory)),
            (
                key: "windows",
                value: .list(
                    windows.map {
                        .object([
                            (key: "electrode", value: .text($0.name)),
                            (key: "stoichiometry_at_soc_0", value: .number($0.empty)),
                            (key: "stoichiometry_at_soc_1", value: .number($0.full)),
                        ])
                    })
            ),
            (
                key: "parameters",
                value: .object(
                    sections.map { part in
                        (key: part.name, value: .object(part.entries.map { (key: $0.key, value: JSON($0.value)) }))
                    })
            ),
        ]
        return .object(entries)
    }

    /// Of every active material, between its stoichiometries in an empty and a full cell, however the file gives it.
    private var openCircuitPotentials: [JSON] {
        let electrodes = [("Positive electrode", cell.positive), ("Negative electrode", cell.negative)]
        return electrodes.flatMap { name, electrode in
            (electrode?.materials ?? []).map { material in
                let (low, high) = (material.minimumStoichiometry, material.maximumStoichiometry)
                let grid = (0...200).map { low + (high - low) * Double($0) / 200 }
                return .object([
                    (key: "electrode", value: .text(name)), (key: "material", value: .text(material.name)),
                    (key: "x", value: .list(grid.map(JSON.number))),
                    (key: "y", value: .list(grid.map { .number(material.openCircuitPotential($0)) })),
                ])
            }
        }
    }

    private var windows: [(name: String, empty: Double, full: Double)] {
        func rows(_ electrode: Electrode?, _ name: String, negative: Bool) -> [(
            name: String, empty: Double, full: Double
        )] {
            (electrode?.materials ?? []).map { material in
                let ends = (material.minimumStoichiometry, material.maximumStoichiometry)
                let (empty, full) = negative ? ends : (ends.1, ends.0)
                return (material.name.isEmpty ? name : "\(name), \(material.name)", empty, full)
            }
        }
        return rows(cell.negative, "negative", negative: true) + rows(cell.positive, "positive", negative: false)
    }

    /// The file's parameters, sections within sections laid out as `Section > Part`.
    private var sections: [(name: String, entries: [FileObject.Entry])] {
        guard let parameters = file.root["Parameterisation"]?.object else { return [] }
        var found: [(name: String, entries: [FileObject.Entry])] = []
        func walk(_ object: FileObject, _ name: String) {
            func isLeaf(_ entry: FileObject.Entry) -> Bool { entry.value.object == nil || Self.isTable(entry.value) }
            let leaves = object.entries.filter(isLeaf)
            if !leaves.isEmpty { found.append((name, leaves)) }
            for entry in object.entries where !isLeaf(entry) {
                // Told in words elsewhere.
                if ["Sources", "Assumed", "Notes", "Plain BPX loses", "Ageing"].contains(entry.key) { continue }
                if let child = entry.value.object { walk(child, name.isEmpty ? entry.key : "\(name) > \(entry.key)") }
            }
        }
        walk(parameters, "")
        return found
    }

    private static func isTable(_ value: FileValue) -> Bool { value["x"]?.numbers != nil && value["y"]?.numbers != nil }

    private static func words(_ value: FileValue) -> String {
        if let number = value.number { return "\(number)" }
        if let text = value.text { return text.count > 80 ? text.prefix(79) + "…" : text }
        if let x = value["x"]?.numbers, let y = value["y"]?.numbers, let first = x.first, let last = x.last {
            let low = y.min() ?? 0
            let high = y.max() ?? 0
            return "table of \(x.count) points, x \(RunReport.short(first)) to \(RunReport.short(last)), "
                + "y \(RunReport.short(low)) to \(RunReport.short(high))"
        }
        return "-"
    }

    private func section(_ title: String, _ items: [String], _ lines: inout [String]) {
        guard !items.isEmpty else { return }
        lines += ["", title] + items.map { "  " + $0 }
    }
}

extension JSON {
    /// A value of a cell file as it stands there.
    init(_ value: FileValue) {
        switch value.content {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .number(let value): self = .number(value)
        case .text(let value): self = .text(value)
        case .numbers(let values): self = .list(values.map(JSON.number))
        case .list(let values): self = .list(values.map { JSON($0) })
        case .object(let object): self = .object(object.entries.map { (key: $0.key, value: JSON($0.value)) })
        }
    }
}

extension RunReport {
    /// To two decimals: a temperature without the dust of its offset.
    static func toHundredth(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
