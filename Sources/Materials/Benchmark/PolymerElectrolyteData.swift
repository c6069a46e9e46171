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

    /// The descriptors of an electrolyte; not a number where the molality in mol/kg or the chain's molar mass in g/mol is not told.
    ///
    /// Throws ``MaterialError`` where a text is no SMILES.
    static func describe(
        polymer: String, salt: String, molality: Double?, molarMass: Double?, temperature_C: Double,
        with descriptors: inout PolymerDescriptors
    ) throws -> [Double] {
        func counts(_ text: String) -> [Double] {
            tokens.map { token in Double(text.reduce(0) { $0 + ($1 == token ? 1 : 0) }) }
        }
        let own = try descriptors.describe(
            polymer: polymer, salt: salt, molality: molality, molarMass: molarMass, temperature_C: temperature_C)
        return counts(polymer) + counts(salt) + [temperature_C, molality ?? .nan, molarMass ?? .nan] + own
    }

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
                let features = try? describe(
                    polymer: text(polymer), salt: text(salt), molality: table.number(row, molality),
                    molarMass: table.number(row, mass), temperature_C: celsius, with: &descriptors)
            else {
                unread += 1
                continue
            }
            set.rows.append(
                Sample(
                    id: "\(row.line) \(conductivity)", features: features,
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
