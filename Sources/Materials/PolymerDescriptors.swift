/// Descriptors of a polymer electrolyte: of the chain, of the salt, of how much there is of it, and of temperature.
///
/// Described is a piece of chain of several repeat units, so that nothing hangs on how long a unit was written: poly(ethylene
/// oxide) has runs of ether oxygens two carbons apart although its unit has one oxygen. Ions move with the segments of the
/// chain, so counted are what makes chains supple (rotatable bonds, ether oxygens) and stiff (rings, crowded backbone atoms),
/// what binds lithium (ether and carbonyl oxygens, nitriles, amines), and how easily the salt's anion parts from it (size,
/// fluorine, where its charge sits) (Meyer, Adv. Mater. 10 (1998) 439).
struct PolymerDescriptors {
    private var salts: [String: [Double]] = [:]
    private var chains: [String: PolymerChain] = [:]
    private let table: ElementTable

    /// With a table of atomic weights.
    init(_ table: ElementTable) { self.table = table }

    private static let saltNames = [
        "salt atoms", "salt mass", "salt F", "salt S", "salt N", "salt B", "salt P", "salt O", "salt C", "salt halide",
        "salt cations", "salt rings", "anion charge per atom", "imide anions", "sulfonate anions", "fluoride complexes",
        "single halide", "anion nitriles", "carboxylate anions", "perchlorate",
    ]
    private static let stateNames = [
        "inverse temperature", "temperature", "log molality", "root molality", "molality", "log salt per ether oxygen",
        "salt per ether oxygen", "log salt per binding atom", "salt per binding atom", "log molar mass", "no salt",
        "log ion concentration", "cold in a chain that can crystallise", "share of salt by mass",
    ]
    /// Names of all descriptors.
    static let names = PolymerChain.names + saltNames + stateNames

    /// The descriptors of a repeat unit between `[Cu]` and `[Au]`, a salt (may be empty) and its molality in mol per kg of
    /// polymer, the chain's molar mass in g/mol. Throws ``MaterialError`` where a text is no SMILES.
    mutating func describe(
        polymer: String, salt: String, molality: Double?, molarMass: Double?, temperature_C: Double
    ) throws -> [Double] {
        let chain: PolymerChain
        if let known = chains[polymer] {
            chain = known
        } else {
            chain = PolymerChain(try Molecule(smiles: polymer), table)
            chains[polymer] = chain
        }
        let anion: [Double]
        if salt.isEmpty {
            anion = [Double](repeating: 0, count: Self.saltNames.count)
        } else if let known = salts[salt] {
            anion = known
        } else {
            anion = Self.salt(try Molecule(smiles: salt), table)
            salts[salt] = anion
        }
        func told(_ name: String) -> Double { Self.saltNames.firstIndex(of: name).map { anion[$0] } ?? .nan }
        let kelvin = temperature_C + 273.15
        // Chains that carry their own anions need no salt.
        let content = salt.isEmpty ? 0 : max(molality ?? .nan, 1e-4)
        func logarithm(_ value: Double) -> Double { value.isNaN ? .nan : Numbers.logarithm10(max(value, 1e-3)) }
        func capped(_ value: Double) -> Double { value.isNaN ? .nan : min(value, 2) }
        let cations = content * max(told("salt cations"), 1)
        let perEther = cations / max(chain["ether oxygens per mass"], 0.5)
        let perBinding = cations / max(chain["binding atoms per mass"], 0.5)
        let byMass = content * told("salt mass") / 1000
        let state = [
            1000 / kelvin, kelvin, logarithm(content), content.squareRoot(), content, logarithm(perEther),
            capped(perEther), logarithm(perBinding), capped(perBinding),
            Numbers.logarithm10(max(molarMass ?? .nan, 1)), salt.isEmpty ? 1 : 0,
            logarithm(content + chain["negative charges per mass"]),
            // Chains of such make crystals that melt about 65 °C, as poly(ethylene oxide)'s do; ions hardly move in them
            // (Berthier et al., Solid State Ionics 11 (1983) 91).
            chain["can crystallise"] * max(1000 / kelvin - 1000 / 338, 0), byMass / (1 + byMass),
        ]
        return chain.values + anion + state
    }

    private static func salt(_ molecule: Molecule, _ table: ElementTable) -> [Double] {
        let cations = molecule.atoms.indices.filter { molecule.neighbours[$0].isEmpty && molecule.atoms[$0].charge > 0 }
        let anion = molecule.atoms.indices.filter { !cations.contains($0) }
        func symbol(_ atom: Int) -> String { molecule.atoms[atom].element?.symbol ?? "" }
        func count(_ list: [String]) -> Double { Double(anion.filter { list.contains(symbol($0)) }.count) }
        let mass = anion.reduce(0.0) { $0 + table.molarMass(of: molecule.atoms[$1]) }
        let charge = anion.reduce(0) { $0 + molecule.atoms[$1].charge }
        let atoms = Double(anion.count)
        // Where the negative charge is written.
        func charged(_ own: [String], beside: String, _ least: Int = 1) -> Double {
            Double(
                anion.filter { atom in
                    molecule.atoms[atom].charge < 0 && own.contains(symbol(atom))
                        && molecule.neighbours[atom].filter { symbol($0.atom) == beside }.count >= least
                }.count)
        }
        return [
            atoms, mass, count(["F"]), count(["S"]), count(["N"]), count(["B"]), count(["P"]), count(["O"]),
            count(["C"]), count(["Cl", "Br", "I"]), Double(cations.count), Double(max(molecule.ringCount, 0)),
            Double(charge) / max(atoms, 1), charged(["N"], beside: "S", 2), charged(["O"], beside: "S"),
            charged(["B", "P", "As", "Sb"], beside: "F"), atoms == 1 ? 1 : 0,
            Double(molecule.bonds.filter { $0.order == 3 }.count), charged(["O"], beside: "C"),
            atoms == 5 && count(["Cl"]) == 1 ? 1 : 0,
        ]
    }
}

extension ElementTable {
    /// g/mol of an atom with its hydrogens.
    func molarMass(of atom: Molecule.Atom) -> Double {
        (atom.element.map { atomicWeight($0) } ?? 0) + atomicWeight(.hydrogen) * Double(atom.hydrogens)
    }
}
