import Testing

@testable import Materials

@Suite struct MoleculeTests {
    /// Heavy atoms, hydrogens, rings, parts.
    @Test(arguments: [
        ("CCO", 3, 6, 0, 1), ("c1ccccc1", 6, 6, 1, 1), ("C1=CC=CC=C1", 6, 6, 1, 1), ("O=C1OCCO1", 6, 4, 1, 1),
        ("c1ccc2ccccc2c1", 10, 8, 2, 1), ("[Li+].F[P-](F)(F)(F)(F)F", 8, 0, 0, 2), ("CS(=O)(=O)C", 5, 6, 0, 1),
        ("N#Cc1nc(C(F)(F)F)[n-]c1C#N", 13, 0, 1, 1), ("c1cc[nH]c1", 5, 5, 1, 1), ("c1ccsc1", 5, 4, 1, 1),
        ("C%10CCCCC%10", 6, 12, 1, 1), ("F/C=C\\F", 4, 2, 0, 1), ("[13CH4]", 1, 4, 0, 1),
        ("O=Cl(=O)([O-])=O", 5, 0, 0, 1),
    ])
    func structuresAreRead(_ text: String, heavy: Int, hydrogens: Int, rings: Int, parts: Int) throws {
        let molecule = try Molecule(smiles: text)
        #expect(molecule.atoms.count == heavy && molecule.atoms.reduce(0) { $0 + $1.hydrogens } == hydrogens)
        #expect(molecule.ringCount == rings && molecule.partCount == parts)
    }

    @Test(arguments: ["", "C(", "C)", "C1CC", "=C", "C=", "[Xx]", "[Na", "CQ", "C%1", "C==C", "(C)", "C11"])
    func whatIsNoMoleculeIsRefused(_ text: String) {
        #expect(throws: MaterialError.self) { try Molecule(smiles: text) }
    }

    @Test func repeatUnitsAreDescribed() throws {
        var descriptors = try PolymerDescriptors(.shipped())
        let salt = "O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F.[Li+]"
        func describe(_ polymer: String, celsius: Double = 60) throws -> [String: Double] {
            let values = try descriptors.describe(
                polymer: polymer, salt: salt, molality: 1.262, molarMass: 1e5, temperature_C: celsius)
            return Dictionary(uniqueKeysWithValues: zip(PolymerDescriptors.names, values))
        }
        // Poly(ethylene oxide): C2H4O of 44.05 g/mol, a third of its heavy atoms ether oxygens; 18 of them for each lithium.
        let ether = try describe("[Cu]OCC[Au]")
        #expect(abs(3 * (ether["mass per backbone atom"] ?? 0) - 44.053) < 0.01 && ether["ether oxygens"] == 1.0 / 3)
        #expect(abs(1 / (ether["salt per ether oxygen"] ?? 0) - 18) < 0.2 && ether["imide anions"] == 1)
        #expect(ether["carbonyl oxygens"] == 0 && ether["backbone share"] == 1 && ether["aromatic share"] == 0)
        #expect(ether["salt F"] == 6 && abs((ether["salt mass"] ?? 0) - 280.15) < 0.1)
        let carbonate = try describe("[Cu]OC(=O)OCC[Au]")
        #expect(carbonate["carbonates"] == 1.0 / 6 && carbonate["ether oxygens"] == 0)
        let styrene = try describe("[Cu]CC(C1=CC=CC=C1)[Au]")
        #expect(styrene["aromatic share"] == 0.75 && styrene["backbone share"] == 0.25 && styrene["ring atoms"] == 0.75)
        #expect(styrene["can crystallise"] == 0 && styrene["ring atoms of backbone"] == 0)
        let comb = try describe("[Cu]CC(OCCOCCOC)[Au]")
        #expect(comb["share of ether oxygens in side chains"] == 1 && ether["side chain ether oxygens"] == 0)
        let ring = try describe("[Cu]OC1CCC(CC1)[Au]")
        #expect(ring["backbone share"] == 1 && (ring["ring atoms of backbone"] ?? 0) > 0.5)
        #expect(
            try (describe("[Cu]OCC[Au]", celsius: 25)["inverse temperature"] ?? 0) > (ether["inverse temperature"] ?? 9)
        )
    }

    /// However many units a repeat unit is written as, the chain is the same.
    @Test func aChainDoesNotDependOnHowItsUnitIsWritten() throws {
        let table = try ElementTable.shipped()
        func describe(_ text: String) throws -> [String: Double] {
            let chain = PolymerChain(try Molecule(smiles: text), table)
            return Dictionary(uniqueKeysWithValues: zip(PolymerChain.names, chain.values))
        }
        let short = try describe("[Cu]OCC[Au]")
        let long = try describe("[Cu]OCCOCCOCCOCCOCCOCCOCCOCC[Au]")
        for name in [
            "ether oxygens", "ethylene oxide share", "log longest ethylene oxide run", "mass per backbone atom",
        ] {
            #expect(abs((short[name] ?? 0) - (long[name] ?? 9)) < 1e-9)
        }
        // Propylene oxide's ethers stand as close, trimethylene oxide's do not.
        #expect(try describe("[Cu]OCC(C)[Au]")["ethylene oxide share"] ?? 0 > 0.2)
        #expect(try describe("[Cu]OCCC[Au]")["ethylene oxide share"] == 0)
        let unit = try Molecule(smiles: "[Cu]OCC[Au]")
        let piece = try #require(unit.polymerised(backbone: 24))
        #expect(piece.atoms.count == 26 && piece.partCount == 1 && piece.ringCount == 0)
        #expect(try Molecule(smiles: "CCO").polymerised(backbone: 24) == nil)
    }
}
