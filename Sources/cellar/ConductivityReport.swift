import CyclingData
import Materials

/// What `cellar conductivity` found.
struct ConductivityReport {
    /// What is asked for, by the name of its column.
    enum Column {
        case text(String, String)
        case number(String, Double)

        var name: String {
            switch self {
            case .text(let name, _), .number(let name, _): name
            }
        }
    }

    var kind: Electrolyte.Kind
    var rows: [(asked: [Column], answer: UncertainQuantity)]
    var model: PropertyModel
    /// Whether the model's card is told too.
    var hasCard: Bool

    private static func source(_ answer: UncertainQuantity) -> String {
        answer.origin == .known ? "known: \(answer.source)" : "predicted"
    }

    /// A table, and the card below it where that is asked for.
    var text: String {
        let asked = rows.first?.asked ?? []
        let heads = asked.map { column in
            switch column.name {
            case "concentration_mol_L": "mol/L"
            case "molality_mol_kg": "mol/kg"
            case "temperature_C": "°C"
            default: column.name
            }
        }
        let table = TextTable.lay(
            rows.map { row in
                row.asked.map(Self.shown)
                    + [row.answer.value, row.answer.low, row.answer.high].map { ScoreReport.short($0) }
                    + [Self.source(row.answer) + (row.answer.isInDomain ? "" : ", new to the model")]
            }, header: heads + ["mS/cm", "90 % low", "high", ""])
        guard hasCard else { return table }
        return ([table, ""] + ModelCardText.lines("\(kind.rawValue)-electrolyte", model.card)).joined(separator: "\n")
    }

    private static func shown(_ column: Column) -> String {
        switch column {
        case .text(_, let text): text
        case .number(_, let number): ScoreReport.short(number)
        }
    }

    private static let answerNames = ["conductivity_mS_cm", "conductivity_mS_cm_low", "conductivity_mS_cm_high"]

    /// An array of objects, one for each row.
    var json: JSON {
        .list(
            rows.map { asked, answer in
                .object(
                    [("kind", .text(kind.rawValue))]
                        + asked.map { column in
                            switch column {
                            case .text(let name, let text): (name, JSON.text(text))
                            case .number(let name, let number): (name, JSON.number(number))
                            }
                        }
                        + zip(Self.answerNames, [answer.value, answer.low, answer.high]).map { ($0, .number($1)) }
                        + [("source", .text(Self.source(answer))), ("in_domain", .boolean(answer.isInDomain))])
            })
    }

    /// Writes the rows as comma-separated values. Throws `OutputError`.
    func write(to path: String) throws {
        let asked = rows.first?.asked ?? []
        let table = try CSVWriter(path: path, columns: asked.map(\.name) + Self.answerNames + ["source", "in_domain"])
        for row in rows {
            for column in row.asked {
                switch column {
                case .text(_, let text): table.add(text)
                case .number(_, let number): table.add(number, digits: 6)
                }
            }
            for value in [row.answer.value, row.answer.low, row.answer.high] { table.add(value, digits: 6) }
            table.add(Self.source(row.answer))
            table.add(row.answer.isInDomain ? 1 : 0)
            try table.endRow()
        }
        try table.finish()
    }
}
