/// Polymer electrolytes and their conductivity: `polymer_electrolyte_conductivity.csv`; temperatures in °C.
///
/// A repeat unit is written between `[Cu]` and `[Au]`, which stand for its neighbours in the chain.
enum PolymerElectrolyteData {
    /// Tokens that a plain model counts.
    private static let tokens: [Character] = [
        "C", "c", "O", "N", "F", "S", "=", "#", "(", "1", "2", "-", "+", "B", "P",
    ]

    /// Names of all descriptors: tokens of the texts, then what their structures say.
    static let names =
        tokens.map { "token \($0)" } + tokens.map { "salt token \($0)" } + ["temperature", "molality", "molar mass"]
        + PolymerDescriptors.names.map { "own \($0)" }

    /// Rows; nil where the folder has no table. Throws ``MaterialError``.
    static func read(_ folder: String) throws -> SampleSet? {
        guard let table = try DataFile.table(folder, "polymer_electrolyte_conductivity.csv") else { return nil }
        let (polymer, value) = (try table.place(required: "smiles"), try table.place(required: "conductivity"))
        let (salt, temperature) = (try table.place(required: "salt smiles"), try table.place(required: "temperature"))
        let (mass, molality) = (try table.place(required: "mw"), try table.place(required: "molality"))
        var set = SampleSet(names: names, rows: [])
        var descriptors = try PolymerDescriptors(.shipped())
        var unread = 0
        for row in table.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place].filter { $0 != " " } : "" }
            guard let conductivity = try table.number(row, value), let celsius = try table.number(row, temperature),
                celsius > -200,
                let own = try? descriptors.describe(
                    polymer: text(polymer), salt: text(salt), molality: table.number(row, molality),
                    molarMass: table.number(row, mass), temperature_C: celsius)
            else {
                unread += 1
                continue
            }
            func counts(_ text: String) -> [Double] {
                tokens.map { token in Double(text.reduce(0) { $0 + ($1 == token ? 1 : 0) }) }
            }
            let (massOfChain, content) = (try table.number(row, mass) ?? .nan, try table.number(row, molality) ?? .nan)
            set.rows.append(
                Sample(
                    id: "\(row.line) \(conductivity)",
                    features: counts(text(polymer)) + counts(text(salt)) + [celsius, content, massOfChain] + own,
                    target: conductivity, compositions: [text(polymer)], groups: ["polymer": text(polymer)]))
        }
        // A polymer's rows are much alike: together they count as the root of their number.
        var counts: [String: Double] = [:]
        for row in set.rows { counts[row.groups["polymer"] ?? "", default: 0] += 1 }
        for index in set.rows.indices {
            set.rows[index].weight = 1 / (counts[set.rows[index].groups["polymer"] ?? ""] ?? 1).squareRoot()
        }
        if unread > 0 { set.notes.append("\(table.fileName): \(unread) rows that cannot be read left out") }
        return set
    }
}
