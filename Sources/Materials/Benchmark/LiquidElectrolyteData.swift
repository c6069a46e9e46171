/// Liquid electrolytes and their conductivity: `calisol23_liquid_electrolyte_conductivity.csv`; temperatures in kelvin.
enum LiquidElectrolyteData {
    /// Relative permittivity, viscosity in mPa·s, molar mass in g/mol of solvents at 25 °C, or just above their
    /// melting points.
    ///
    /// Xu, Chem. Rev. 104 (2004) 4303, table 1, and Reichardt and Welton, Solvents and Solvent Effects in Organic
    /// Chemistry, 4th ed. (2011).
    private static let solvents: [String: (permittivity: Double, viscosity: Double, mass: Double)] = [
        "EC": (89.8, 1.9, 88.06), "PC": (64.9, 2.53, 102.09), "DMC": (3.1, 0.59, 90.08), "EMC": (2.96, 0.65, 104.1),
        "DEC": (2.8, 0.75, 118.13), "DME": (7.2, 0.46, 90.12), "DMSO": (46.7, 1.99, 78.13), "AN": (35.9, 0.34, 41.05),
        "EA": (6.02, 0.45, 88.11), "MA": (6.7, 0.37, 74.08), "DOL": (7.1, 0.59, 74.08), "2-MeTHF": (6.2, 0.47, 86.13),
        "DMM": (2.7, 0.33, 76.09), "Methylene chloride": (8.9, 0.41, 84.93), "THF": (7.4, 0.46, 72.11),
        "Toluene": (2.38, 0.56, 92.14),
        "Sulfolane": (43.3, 10.3, 120.17), "2-Glyme": (7.4, 1.06, 134.17), "3-Glyme": (7.5, 1.96, 178.23),
        "4-Glyme": (7.8, 3.4, 222.28),
        "DMF": (36.7, 0.8, 73.09), "Benzene": (2.28, 0.6, 78.11), "g-Butyrolactone": (39, 1.73, 86.09),
        "Ethylbenzene": (2.4, 0.64, 106.17), "m-Xylene": (2.37, 0.58, 106.17), "o-Xylene": (2.57, 0.76, 106.17),
    ]

    /// Solvents as the table names them.
    static let solventNames = [
        "EC", "PC", "DMC", "EMC", "DEC", "DME", "DMSO", "AN", "MOEMC", "TFP", "EA", "MA", "FEC", "DOL", "2-MeTHF",
        "DMM",
        "Freon 11", "Methylene chloride", "THF", "Toluene", "Sulfolane", "2-Glyme", "3-Glyme", "4-Glyme",
        "3-Me-2-Oxazolidinone", "3-MeSulfolane", "Ethyldiglyme", "DMF", "Ethylbenzene", "Ethylmonoglyme", "Benzene",
        "g-Butyrolactone", "Cumene", "Propylsulfone", "Pseudocumeme", "TEOS", "m-Xylene", "o-Xylene",
    ]
    /// Named in the table's header, and measured in none of its rows.
    static let unmeasuredSolvents = ["FEC"]
    /// Salts as the table names them.
    static let saltNames = [
        "LiPF6", "LiBF4", "LiAsF6", "LiBOB", "LiBPFPB", "LiClO4", "LiTFSI", "LiCF3SO3", "LiN(CF3SO2)2", "LiBMB",
        "LiTDI",
        "LiPDI",
    ]
    /// Names of all descriptors.
    static let names =
        ["temperature", "concentration", "molal", "by mass", "by volume"] + saltNames + solventNames + [
            "own inverse temperature", "own log viscosity", "own permittivity", "own molar mass",
            "own viscosity over temperature", "own square of concentration", "own solvents known",
            "own inverse permittivity", "own log concentration", "own root of concentration",
            "own concentration over temperature", "own concentration times log viscosity",
            "own inverse permittivity over temperature", "own log viscosity at temperature",
        ]

    /// The descriptors of a solution.
    ///
    /// - Parameters:
    ///   - concentration: mol/L, or mol/kg where `isMolal`.
    ///   - basis: of the fractions: `w` by mass, `v` by volume, anything else by moles.
    ///   - fractions: of the solvents, in the order of `solventNames`.
    static func describe(
        salt: String, concentration: Double, isMolal: Bool, basis: String, fractions: [Double], temperature_K: Double
    ) -> [Double] {
        let total = fractions.reduce(0, +)
        var (known, viscosity, permittivity, inverse, mass) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (fraction, name) in zip(fractions, solventNames) where fraction > 0 {
            guard let solvent = solvents[name] else { continue }
            known += fraction
            viscosity += fraction * Numbers.logarithm(solvent.viscosity)
            permittivity += fraction * solvent.permittivity
            inverse += fraction / solvent.permittivity
            mass += fraction * solvent.mass
        }
        let scale = known > 0 ? 1 / known : .nan
        let state = [temperature_K, concentration, isMolal ? 1 : 0, basis == "w" ? 1 : 0, basis == "v" ? 1 : 0]
        let physical = [
            1000 / temperature_K, viscosity * scale, permittivity * scale, mass * scale,
            viscosity * scale * 1000 / temperature_K, concentration * concentration, total > 0 ? known / total : 0,
            inverse * scale, Numbers.logarithm(max(concentration, 1e-3)), max(concentration, 0).squareRoot(),
            concentration * 1000 / temperature_K, concentration * viscosity * scale,
            inverse * scale * 1000 / temperature_K,
            // Solvents thin by about a hundredth per kelvin.
            viscosity * scale - 3 * Numbers.logarithm(temperature_K / 298.15),
        ]
        return state + saltNames.map { $0 == salt ? 1 : 0 } + fractions + physical
    }

    /// Rows; nil where the folder has no table. Throws ``MaterialError``.
    static func read(_ folder: String) throws -> SampleSet? {
        guard let table = try DataFile.table(folder, "calisol23_liquid_electrolyte_conductivity.csv") else {
            return nil
        }
        let columns = ["doi", "k", "T", "c", "salt", "c units", "solvent ratio type"]
        let places = try columns.map { try table.place(required: $0) }
        let solventPlaces = solventNames.map { table.place(of: $0) }
        var set = SampleSet(names: names, rows: [])
        var unusable = 0
        for row in table.rows {
            func text(_ place: Int) -> String { place < row.fields.count ? row.fields[place].filter { $0 != " " } : "" }
            let fractions = try solventPlaces.map { try $0.flatMap { try table.number(row, $0) } ?? 0 }
            guard let value = try table.number(row, places[1]), value > 0,
                let temperature = try table.number(row, places[2]),
                let concentration = try table.number(row, places[3]), temperature > 0
            else {
                unusable += 1
                continue
            }
            // Two names of one salt.
            let salt = text(places[4]) == "LiN(CF3SO2)2" ? "LiTFSI" : text(places[4])
            let features = describe(
                salt: salt, concentration: concentration, isMolal: text(places[5]).contains("kg"),
                basis: text(places[6]),
                fractions: fractions, temperature_K: temperature)
            let composition =
                ([salt, text(places[6])] + fractions.map { "\((100 * $0).rounded())" } + [
                    "\((100 * concentration).rounded())"
                ])
                .joined(separator: " ")
            set.rows.append(
                Sample(
                    id: "\(row.line) \(value)", features: features, target: Numbers.logarithm10(value),
                    compositions: [composition],
                    groups: ["source": text(places[0]).lowercased()]))
        }
        // A paper's rows are much alike: together they count as the root of their number.
        var counts: [String: Double] = [:]
        for row in set.rows { counts[row.groups["source"] ?? "", default: 0] += 1 }
        for index in set.rows.indices {
            set.rows[index].weight = 1 / (counts[set.rows[index].groups["source"] ?? ""] ?? 1).squareRoot()
        }
        if unusable > 0 {
            set.notes.append("\(table.fileName): \(unusable) rows without a positive conductivity left out")
        }
        return set
    }
}
