import Foundation
import Testing

@testable import Materials

/// The folder of data sets that tests may read, nil where the variable is not set.
let datasets: String? = ProcessInfo.processInfo.environment["CELLAR_DATASETS"].flatMap {
    FileManager.default.fileExists(atPath: $0 + "/materials") ? $0 + "/materials" : nil
}

@Suite struct ElementTableTests {
    @Test func everyColumnHasASourceAndAYear() throws {
        let table = try ElementTable.shipped()
        #expect(table.sources.count > 20)
        for source in table.sources {
            #expect(!source.source.isEmpty && !source.meaning.isEmpty)
            #expect((1990...2026).contains(source.year), "\(source.column)")
            #expect(table.values(source.column) != nil, "\(source.column)")
        }
    }

    /// The traps: what is unknown is not zero, and what changed since 2011 is not that of 2011.
    @Test func unknownIsNotZero() throws {
        let table = try ElementTable.shipped()
        func value(_ column: String, _ symbol: String) throws -> Double? {
            table.value(column, try #require(Element(symbol: symbol)))
        }
        for symbol in ["F", "Na", "P", "S", "Si", "K", "C"] {
            #expect(try value("gwp_kgCO2e_kg", symbol) == nil, "\(symbol)")
        }
        #expect(try value("recycling_above_50pct", "V") == nil && value("recycling_below_1pct", "V") == nil)
        #expect(try #require(try value("hhi_production", "Ni")) > 4000)
        #expect(try value("hhi_production_2011", "Ni") == 1000)
        #expect(try value("eu_recovery_2031_pct", "Li") == 80)
        for name in ["Co", "Li", "Ni", "C"] { #expect(try value("eu_due_diligence", name) == 1) }
        for column in table.sources.map(\.column)
        where column.contains("gwp") || column.contains("price") || column.contains("hhi") {
            #expect((table.values(column) ?? []).allSatisfy { $0 != 0 }, "\(column)")
        }
    }

    @Test(.enabled(if: datasets != nil, "CELLAR_DATASETS is not set"))
    func knownMaterialsHaveTheirCobaltAndCapacity() throws {
        let table = try ElementTable.shipped()
        let known = try CommaTable(path: try #require(datasets) + "/known_materials.csv")
        let (formula, ion, ions, mass, capacity, cobalt) = (
            try known.place(required: "formula"), try known.place(required: "working_ion"),
            try known.place(required: "ions_transferred_theoretical"), try known.place(required: "molar_mass_g_mol"),
            try known.place(required: "theoretical_capacity_mAh_g"), try known.place(required: "cobalt_mass_fraction")
        )
        var checked = 0
        for row in known.rows {
            let composition = try Formula(row.fields[formula]).composition
            // The table's masses use atomic weights of 1995 to 2021.
            let molarMass = table.molarMass(composition)
            #expect(abs(molarMass / (try #require(try known.number(row, mass))) - 1) < 2e-4, "\(row.fields[formula])")
            let fractions = table.massFractions(composition)
            let own = composition.elements.firstIndex(of: .cobalt).map { fractions[$0] } ?? 0
            // Four decimals in the table.
            #expect(abs(own - (try known.number(row, cobalt) ?? 0)) < 5.1e-5 + 2e-4 * own)
            guard let count = try known.number(row, ions), let expected = try known.number(row, capacity) else {
                continue
            }
            let charge = try #require(Element(symbol: row.fields[ion])?.ionCharge)
            let result = InsertionReaction.capacity(ions: count, charge: charge, molarMass: molarMass)
            #expect(abs(result / expected - 1) < 2e-4 + 0.05 / expected, "\(row.fields[formula])")
            checked += 1
        }
        #expect(checked >= 40)
    }

    @Test func damagedTablesAreRefusedInOneLine() {
        for text in ["", "a,b\n1,\"2", "a,a\n1,2\n"] {
            #expect(throws: MaterialError.self) { try CommaTable(Array(text.utf8), path: "t.csv") }
        }
        #expect(throws: MaterialError.self) { try CommaTable(path: "/no/such/table.csv") }
    }

    @Test func tablesAreReadAsSpreadsheetsWriteThem() throws {
        let text = "\u{FEFF}formula,note\r\n\"Li(Ni,Mn)\",\"a \"\"b\"\"\nc\"\r\n\r\nLiFePO4\r\n"
        let table = try CommaTable(Array(text.utf8), path: "t.csv")
        #expect(table.header == ["formula", "note"])
        #expect(table.rows.map(\.fields) == [["Li(Ni,Mn)", "a \"b\"\nc"], ["LiFePO4"]])
        #expect(table.rows.map(\.line) == [2, 5])
    }
}
