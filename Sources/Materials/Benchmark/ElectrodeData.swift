/// Tables of insertion electrodes: `mp_insertion_electrodes_2024.csv`, with `mp_voltage_pairs_2019.csv` for further
/// training rows.
struct ElectrodeData: Sendable {
    /// What is predicted of an electrode.
    enum Property: String, CaseIterable, Sendable {
        /// V against the ion's metal.
        case voltage = "average_voltage_V"
        /// Largest change of volume, % of the smaller one, without its sign.
        case volumeChange = "max_delta_volume_frac"
        /// mAh/g of the discharged electrode.
        case capacity = "capacity_grav_mAh_g"
        /// g/cm³ of the discharged electrode.
        case density = "density_discharged_g_cm3"
        /// eV/atom of the charged electrode.
        case chargedHull = "stability_charge_eV_atom"
        /// eV/atom of the discharged electrode.
        case dischargedHull = "stability_discharge_eV_atom"
        /// V between the highest and the lowest step of a reaction of several steps.
        case span = "voltage_span_V"
        /// 1 where the reaction goes in several steps, 0 where in one.
        case severalSteps = "several_steps"
    }

    struct Row: Sendable {
        var id: String
        /// The electrode whose step or whole reaction it is.
        var battery = ""
        var reaction: InsertionReaction
        var features: [Double]
        var compositions: [String]
        var groups: [String: String]
        var values: [Property: Double]

        /// What a reaction has in common with others.
        static func groups(_ reaction: InsertionReaction) -> [String: String] {
            let host = reaction.host
            return [
                "random": "\(reaction.ion)|\(reaction.charged.reduced)|\(reaction.discharged.reduced)",
                "framework": host.reduced, "chemical system": host.chemicalSystem,
            ]
        }
    }

    var rows: [Row]
    var extra: [Row]
    /// Whole reactions put together from their steps.
    var profiles: [Row] = []
    var notes: [String]

    /// Reads the tables of a folder; nil where it has none. Throws ``MaterialError``.
    init?(folder: String, descriptors: ReactionDescriptors) throws {
        guard let table = try DataFile.table(folder, "mp_insertion_electrodes_2024.csv") else { return nil }
        var notes: [String] = []
        rows = try Self.read(table, descriptors, &notes)
        if let older = try DataFile.table(folder, "mp_voltage_pairs_2019.csv") {
            extra = try Self.read(older, descriptors, &notes)
            profiles = VoltageSteps.profiles(extra, descriptors)
        } else {
            extra = []
        }
        self.notes = notes
    }

    private static func read(_ table: CommaTable, _ descriptors: ReactionDescriptors, _ notes: inout [String]) throws
        -> [Row]
    {
        let (charge, discharge, ion) = (
            try table.place(required: "formula_charge"), try table.place(required: "formula_discharge"),
            try table.place(required: "working_ion")
        )
        let voltage = try table.place(required: Property.voltage.rawValue)
        let flag = table.place(of: "outlier_flag")
        let capacityVolume = table.place(of: "capacity_vol_mAh_cm3")
        let name = table.place(of: "battery_id")
        let (stepCount, largestStep) = (table.place(of: "n_steps"), table.place(of: "max_voltage_step_V"))
        var rows: [Row] = []
        var (broken, unread) = (0, 0)
        for row in table.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place] : "" }
            var values: [Property: Double] = [:]
            for property in Property.allCases {
                guard let place = table.place(of: property.rawValue), let value = try table.number(row, place) else {
                    continue
                }
                values[property] = property == .volumeChange ? 100 * abs(value) : value
            }
            // Density follows where it is not given.
            if values[.density] == nil, let place = capacityVolume, let byVolume = try table.number(row, place),
                let byMass = values[.capacity], byMass > 0
            {
                values[.density] = byVolume / byMass
            }
            // The largest gap between neighbouring steps is the span where there are two of them.
            if let stepCount, let steps = try table.number(row, stepCount) {
                values[.severalSteps] = steps > 1.5 ? 1 : 0
                if steps == 2, let place = largestStep, let gap = try table.number(row, place) { values[.span] = gap }
            }
            guard let volts = try table.number(row, voltage) else {
                unread += 1
                continue
            }
            // Broken entries of density-functional theory, by the flag or by the rule behind it.
            let isBroken: Bool
            if let flag {
                isBroken = text(flag) == "1"
            } else {
                let hulls = [values[.chargedHull] ?? 0, values[.dischargedHull] ?? 0]
                isBroken = volts < -0.5 || volts > 7 || (values[.volumeChange] ?? 0) > 100 || (hulls.max() ?? 0) > 0.5
            }
            guard !isBroken else {
                broken += 1
                continue
            }
            guard let element = Element(symbol: text(ion)), let charged = try? Formula(text(charge)).composition,
                let discharged = try? Formula(text(discharge)).composition,
                let reaction = try? InsertionReaction(charged: charged, discharged: discharged, ion: element)
            else {
                unread += 1
                continue
            }
            let ends = [charged.reduced, discharged.reduced]
            rows.append(
                Row(
                    id: (name.map { text($0) + "|" } ?? "") + "\(element)|\(ends[0])|\(ends[1])|\(volts)",
                    battery: name.map(text) ?? "", reaction: reaction, features: descriptors.describe(reaction),
                    compositions: ends, groups: Row.groups(reaction), values: values))
        }
        if broken > 0 { notes.append("\(table.fileName): \(broken) broken entries left out") }
        if unread > 0 { notes.append("\(table.fileName): \(unread) rows that are no insertion of one ion left out") }
        return rows
    }

    /// Samples of a property; for the capacity the framework and the ion alone are described.
    func samples(_ property: Property) -> SampleSet {
        func sample(_ row: Row, _ weight: Double) -> Sample? {
            guard let value = row.values[property], value.isFinite else { return nil }
            return Sample(
                id: row.id, features: row.features, target: value, compositions: row.compositions, groups: row.groups,
                weight: weight)
        }
        // Rows of the older table are labelled by older calculations, and are single steps.
        let further =
            switch property {
            case .capacity, .severalSteps: [Row]()
            case .span: profiles
            default: extra
            }
        return SampleSet(
            names: ReactionDescriptors.names, rows: rows.compactMap { sample($0, 1) },
            extra: further.compactMap { sample($0, 0.5) }, notes: notes)
    }
}

/// Files of a folder of data sets.
enum DataFile {
    /// The table of a name in the folder or in its `materials`; nil where it is in neither.
    static func table(_ folder: String, _ name: String) throws -> CommaTable? {
        for path in ["\(folder)/\(name)", "\(folder)/materials/\(name)"] {
            do {
                return try CommaTable(path: path)
            } catch let error as MaterialError where error.kind == .notFound {
                continue
            }
        }
        return nil
    }
}
