import Testing

@testable import Cells

/// Values that are most often in another unit: told or refused, whether they stand in a file or are set.
@Suite struct PlausibilityTests {
    @Test func shippedCellsAreOrdinary() throws {
        for name in ShippedCells.names {
            #expect(try Plausibility.remarks(ShippedCells.load(name).root).isEmpty, "\(name)")
        }
    }

    @Test func ranges() {
        for range in Plausibility.ranges {
            #expect(range.possible.lowerBound <= range.usual.lowerBound, "\(range.key)")
            #expect(range.possible.upperBound >= range.usual.upperBound, "\(range.key)")
        }
        #expect(Set(Plausibility.ranges.map(\.key)).count == Plausibility.ranges.count)
    }

    /// A path, a value that is refused, and the usual unit's hint.
    @Test(arguments: [
        ("Positive electrode > Thickness [m]", "85", "1e-6 m"),
        ("Positive electrode > Particle radius [m]", "5.22", "1e-6 m"),
        ("Electrolyte > Diffusivity [m2.s-1]", "3e-06", "1e-4 m2/s"),
        ("Positive electrode > Maximum concentration [mol.m-3]", "51", "1000 mol/m3"),
        ("Initial electrolyte concentration [mol.m-3]", "1", "1000 mol/m3"),
        ("Initial temperature [K]", "25", "298.15 K"), ("Upper voltage cut-off [V]", "4200", "1e-3 V"),
        ("Specific heat capacity [J.K-1.kg-1]", "1", "1000 J/(kg.K)"),
    ])
    func impossible(_ path: String, _ value: String, _ hint: String) throws {
        var file = try ShippedCells.load("lg-m50-chen2020")
        let before = file.root
        let error = try #require(throws: BPXError.self) { try file.set(path: path, value: value) }
        #expect(error.description.contains("\(value) is no value of a cell"), "\(error)")
        #expect(error.description.contains("usual are ") && error.description.contains(hint), "\(error)")
        #expect(file.root == before)
    }

    /// What is only unusual is told once, and no longer when it has been put right.
    @Test func unusual() throws {
        var file = try ShippedCells.load("lg-m50-chen2020")
        let before = file.warnings
        try file.set(path: "Positive electrode > Thickness [m]", value: "3e-3")
        #expect(file.warnings.count == before.count + 1)
        #expect(file.warnings.last?.contains("Thickness [m]: 0.003 is out of the ordinary") == true)
        let again = try CellFile(document: file.root, name: "again")
        #expect(again.warnings.filter { $0.contains("out of the ordinary") }.count == 1)
        try file.set(path: "Positive electrode > Thickness [m]", value: "8e-5")
        #expect(file.warnings == before)
    }
}
