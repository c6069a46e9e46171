import CyclingData
import Discovery
import Materials
import Sustainability

/// Screened candidates, laid out.
struct ScreenReport {
    /// A candidate to be measured next.
    struct Suggested {
        /// Its place among the results.
        var result: Int
        /// Expected improvement, in the objective's unit.
        var gain: Double
    }

    var header: [String]
    var rows: [CommaTable.Row]
    var results: [Screened]
    var clusters: [Int]?
    var suggestions: [Suggested]

    private typealias Column = (name: String, value: (Int) -> Field)

    private enum Field {
        case number(Double?)
        case whole(Int)
        case text(String)
    }

    private var columns: [Column] {
        func interval(_ name: String, _ path: KeyPath<Screened, Prediction>) -> [Column] {
            [
                (name, { .number(results[$0][keyPath: path].value) }),
                (name + "_low", { .number(results[$0][keyPath: path].low) }),
                (name + "_high", { .number(results[$0][keyPath: path].high) }),
            ]
        }
        var columns: [Column] = []
        columns += [
            ("charged", { .text(results[$0].candidate.reaction.charged.reduced) }),
            ("discharged", { .text(results[$0].candidate.reaction.discharged.reduced) }),
            ("ion", { .text(results[$0].candidate.reaction.ion.symbol) }),
        ]
        columns += interval("average_voltage_V", \.voltage)
        columns.append(("voltage_source", { .text(results[$0].voltageSource ?? "predicted") }))
        columns += interval("max_delta_volume_frac", \.volumeChange)
        columns.append(("volume_change_source", { .text(results[$0].volumeChangeSource ?? "predicted") }))
        columns.append(("capacity_grav_mAh_g", { .number(results[$0].capacity) }))
        columns += interval("density_discharged_g_cm3", \.density)
        columns.append(("density_source", { .text(results[$0].densitySource ?? "predicted") }))
        columns += interval("stability_charge_eV_atom", \.hullCharged)
        columns += interval("stability_discharge_eV_atom", \.hullDischarged)
        columns += [
            ("specific_energy_Wh_kg", { .number(results[$0].specificEnergy) }),
            ("cobalt_mass_fraction", { .number(results[$0].score.cobaltMassFraction) }),
            ("cobalt_g_per_kWh", { .number(results[$0].cobaltPerKWh) }),
            ("in_domain", { .whole(results[$0].isInDomain ? 1 : 0) }),
            ("nearest_known", { .text(results[$0].nearestKnown) }),
            ("score", { .number(results[$0].score.score) }), ("score_low", { .number(results[$0].score.scoreLow) }),
            ("score_high", { .number(results[$0].score.scoreHigh) }),
        ]
        for (index, kind) in (results.first?.score.indicators ?? []).map(\.kind).enumerated() {
            columns.append((kind.rawValue + "_score", { .number(results[$0].score.indicators[index].score) }))
        }
        columns.append(("remark", { .text(results[$0].remark ?? "") }))
        if let clusters { columns.append(("cluster", { .whole(clusters[$0]) })) }
        if !suggestions.isEmpty {
            var places: [Int: Int] = [:]
            for (place, suggestion) in suggestions.enumerated() { places[suggestion.result] = place + 1 }
            columns.append(("suggestion", { places[$0].map { .whole($0) } ?? .text("") }))
            columns.append(("expected_improvement", { .number(places[$0].map { suggestions[$0 - 1].gain }) }))
        }
        return columns
    }

    /// The input's columns and those that were added; an input column of the same name gets `input_` before it.
    func write(to path: String) throws {
        let columns = columns
        let added = Set(columns.map(\.name))
        let kept = header.map { added.contains($0) ? "input_" + $0 : $0 }
        let table = try CSVWriter(path: path, columns: kept + columns.map(\.name))
        for index in results.indices {
            for place in header.indices { table.add(place < rows[index].fields.count ? rows[index].fields[place] : "") }
            for column in columns {
                switch column.value(index) {
                case .number(let value): table.add(value, digits: 8)
                case .whole(let value): table.add(value)
                case .text(let text): table.add(text)
                }
            }
            try table.endRow()
        }
        try table.finish()
    }

    var json: JSON {
        let columns = columns
        return .list(
            results.indices.map { index in
                .object(
                    [("formula", .text(results[index].candidate.formula.text))]
                        + columns.map { column in
                            switch column.value(index) {
                            case .number(let value): (column.name, .optional(value))
                            case .whole(let value): (column.name, .whole(value))
                            case .text(let text): (column.name, .text(text))
                            }
                        })
            })
    }

    /// The best by specific energy, and what to measure next.
    var text: String {
        func row(_ index: Int) -> [String] {
            let result = results[index]
            func short(_ value: Double, _ digits: Int) -> String { ScoreReport.short(value, digits) }
            func interval(_ own: Prediction, _ source: String?, _ digits: Int = 3) -> String {
                "\(short(own.value, digits)) (\(short(own.low, 2)) to \(short(own.high, 2)))"
                    + (source == nil ? "" : " known")
            }
            return [
                result.candidate.formula.text, interval(result.voltage, result.voltageSource),
                ScoreReport.short(result.capacity), ScoreReport.short(result.specificEnergy),
                interval(result.volumeChange, result.volumeChangeSource, 2),
                short(result.density.value, 3) + (result.densitySource == nil ? "" : " known"),
                "\(Int(result.score.score.rounded()))",
                result.isInDomain ? "" : "new",
            ]
        }
        let titles = [
            "material", "voltage, V", "mAh/g at most", "Wh/kg at most", "volume change", "g/cm3", "score", "domain",
        ]
        let order = results.indices.sorted { results[$0].specificEnergy > results[$1].specificEnergy }
        var text = TextTable.lay(order.prefix(20).map(row), header: titles)
        if results.count > 20 { text += "\n… \(results.count) candidates in all, by specific energy" }
        if !suggestions.isEmpty {
            text += "\n\nTo be measured next\n"
            text += TextTable.lay(
                suggestions.map { row($0.result) + [ScoreReport.short($0.gain)] }, header: titles + ["gain"])
        }
        return text
    }
}
