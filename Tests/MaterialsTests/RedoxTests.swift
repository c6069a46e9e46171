import Testing

@testable import Materials

@Suite struct RedoxTests {
    /// Formula, element and its mean oxidation state.
    @Test(arguments: [
        ("LiCoO2", "Co", 3.0), ("LiFePO4", "Fe", 2), ("FePO4", "Fe", 3), ("LiNi0.8Mn0.1Co0.1O2", "Mn", 4),
        ("LiNi0.8Mn0.1Co0.1O2", "Co", 3), ("LiNi0.8Mn0.1Co0.1O2", "Ni", 2.875), ("LiNi0.5Mn1.5O4", "Ni", 2),
        ("LiMn2O4", "Mn", 3.5), ("Na3V2(PO4)3", "V", 3), ("Li4Ti5O12", "Ti", 4), ("TiS2", "Ti", 4), ("FeS2", "S", -1),
        ("FeSO4", "Fe", 2), ("FeSO4", "S", 6), ("Na2Fe2(CN)6", "Fe", 2), ("Na2Fe2(CN)6", "C", 2), ("Li2CO3", "C", 4),
        ("V2O5", "V", 5), ("Li2O2", "O", -1), ("NaNi1/3Fe1/3Mn1/3O2", "Ni", 2), ("NH4Cl", "N", -3), ("LiNO3", "N", 5),
        ("Li7La3Zr2O12", "Zr", 4), ("Li10GeP2S12", "P", 5), ("Li3PS4", "S", -2), ("LiPF6", "P", 5), ("KMnO4", "Mn", 7),
        ("Li15Si4", "Si", -3.75), ("H2O", "O", -2), ("LiVPO4F", "V", 3),
    ]) func oxidationStates(_ text: String, _ symbol: String, _ state: Double) throws {
        let composition = try Formula(text).composition
        let states = try #require(OxidationStates(composition))
        let index = try #require(composition.elements.firstIndex { $0.symbol == symbol })
        #expect(abs(states.states[index] - state) < 1e-9)
        let sum = zip(states.states, composition.amounts).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum) < 1e-9)
    }

    @Test(arguments: ["LiO5", "Na4Cl", "Li5CoO2", "ZnO3"]) func whatCannotBalance(_ text: String) throws {
        #expect(OxidationStates(try Formula(text).composition) == nil)
    }

    @Test func ionsBalanceWithTheirCharge() throws {
        let formula = try Formula("PO4^3-")
        #expect(OxidationStates(formula.composition, charge: formula.charge)?.states == [-2, 5])
    }

    /// Formula, ion, removable ions, theoretical capacity in mAh/g of the formula as written.
    @Test(arguments: [
        ("LiCoO2", "Li", 1.0, 273.8), ("LiFePO4", "Li", 1, 169.9), ("LiMn2O4", "Li", 1, 148.2),
        ("NaFePO4", "Na", 1, 154.2),
        ("LiNi0.5Mn1.5O4", "Li", 1, 146.7),
    ]) func capacityFromRedoxAndIons(_ text: String, _ ion: String, _ removable: Double, _ capacity: Double) throws {
        let composition = try Formula(text).composition
        let element = try #require(Element(symbol: ion))
        let range = try #require(IonRange(composition, ion: element))
        #expect(abs(range.removable - removable) < 1e-9)
        let mass = try ElementTable.shipped().molarMass(composition)
        let own = InsertionReaction.capacity(ions: range.exchanged, charge: 1, molarMass: mass)
        #expect(abs(own / capacity - 1) < 4e-4)
    }

    /// Polyanions as they are known, and compositions whose charge a metal cannot give in them; oxides beside them.
    @Test(arguments: [
        ("LiMnPO4", "Li", 1.0), ("LiCoPO4", "Li", 1), ("LiNiPO4", "Li", 1), ("LiMn0.6Fe0.4PO4", "Li", 1),
        ("Li3V2(PO4)3", "Li", 3), ("LiVPO4F", "Li", 1), ("LiVOPO4", "Li", 1), ("Na3V2(PO4)2F3", "Na", 3),
        ("Na4Fe3(PO4)2P2O7", "Na", 3), ("Na2FePO4F", "Na", 1), ("LiFeSO4F", "Li", 1), ("Na2Fe2(SO4)3", "Na", 2),
        ("Li2FeSiO4", "Li", 1), ("Li2MnSiO4", "Li", 2), ("LiFeBO3", "Li", 1), ("Na3MnTi(PO4)3", "Na", 2),
        ("Na3MnPO4CO3", "Na", 2), ("Na3Cr2(PO4)3", "Na", 2), ("Na2NiFe(CN)6", "Na", 1), ("Na2MnFe(CN)6", "Na", 2),
        ("LiFe0.5Mg0.5PO4", "Li", 0.5), ("LiNi0.25Mg0.75PO4", "Li", 0.25), ("LiMn0.5Mg0.5PO4", "Li", 0.5),
        ("LiNi0.5Mn1.5O4", "Li", 1), ("LiNi0.5Mn0.5O2", "Li", 1), ("NaFeO2", "Na", 1), ("LiFe0.5Mn0.5O2", "Li", 1),
        // A dopant or a coating makes no polyanion of an oxide.
        ("LiNiO2:0.02P", "Li", 1),
    ]) func anionsLimitHowFarMetalsAreOxidised(_ text: String, _ ion: String, _ removable: Double) throws {
        let element = try #require(Element(symbol: ion))
        let range = try #require(IonRange(try Formula(text).composition, ion: element))
        #expect(abs(range.removable - removable) < 1e-9, "\(range.removable)")
    }

    @Test func redoxNotIonsMayLimit() throws {
        let range = try #require(IonRange(try Formula("Li2MnO3").composition, ion: .lithium))
        #expect(range.removable == 0 && range.limit == .redox && range.content == 2)
        // Nothing but oxygen gives electrons: that is said.
        #expect(range.remark?.contains("oxygen redox") == true)
        #expect(IonRange(try Formula("LiCoO2").composition, ion: .lithium)?.remark == nil)
        let host = try #require(IonRange(try Formula("TiNb2O7").composition, ion: .lithium))
        #expect(abs(host.exchanged - 5) < 1e-9)
    }

    @Test(arguments: [
        ("Li5CoO2", "5 Li", "2 at most"), ("Li4FePO4", "4 Li", "1 at most"), ("Na9V2(PO4)3", "9 Na", "5 at most"),
    ])
    func moreIonsThanRedoxAllowsAreNamed(_ text: String, held: String, most: String) throws {
        let formula = try Formula(text)
        do {
            _ = try InsertionReaction(formula: formula)
            Issue.record("\(text) was read")
        } catch let error as MaterialError {
            #expect(error.problem.contains(held) && error.problem.contains(most), "\(error)")
        }
    }

    @Test func reactionsAreChecked() throws {
        func composition(_ text: String) throws -> Composition { try Formula(text).composition }
        let table = try ElementTable.shipped()
        let reaction = try InsertionReaction(
            charged: composition("Fe2(PO4)2"), discharged: composition("LiFePO4"), ion: .lithium)
        #expect(abs(reaction.ionsInserted - 1) < 1e-12)
        #expect(abs(reaction.gravimetricCapacity(table) - 169.89) < 0.02)
        let magnesium = try #require(Element(symbol: "Mg"))
        let divalent = try InsertionReaction(
            charged: composition("V2O5"), discharged: composition("MgV2O5"), ion: magnesium)
        #expect(abs(divalent.gravimetricCapacity(table) - 2 * 96485.332 / 3.6 / 206.184) < 0.01)
        for (charged, discharged, ion) in [
            ("FePO4", "LiMnPO4", "Li"), ("LiFePO4", "FePO4", "Li"), ("FePO4", "FePO4", "Li"),
            ("FePO4", "LiFePO4", "Fe"),
            ("FePO4", "LiFePO3", "Li"), ("Li", "Li2", "Li"),
        ] {
            #expect(throws: MaterialError.self) {
                try InsertionReaction(
                    charged: composition(charged), discharged: composition(discharged),
                    ion: try #require(Element(symbol: ion)))
            }
        }
    }
}
