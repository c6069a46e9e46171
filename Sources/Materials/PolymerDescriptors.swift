/// Descriptors of a polymer electrolyte: of the repeat unit, of the salt, of how much there is of it, and of temperature.
///
/// Ions move with the segments of the chain, so counted are what makes chains supple (rotatable bonds, ether oxygens) and
/// stiff (rings, aromatic atoms), what binds lithium (ether and carbonyl oxygens, nitriles), and how easily the salt's
/// anion parts from it (size, fluorine) (Meyer, Adv. Mater. 10 (1998) 439).
struct PolymerDescriptors {
    private var molecules: [String: [Double]] = [:]
    private var chains: [String: [Double]] = [:]
    private let table: ElementTable

    /// With a table of atomic weights.
    init(_ table: ElementTable) { self.table = table }

    private static let unitNames = [
        "heavy atoms", "repeat mass", "share C", "share O", "share N", "share F", "share S", "share Si", "share P",
        "share B",
        "share Cl", "ether oxygens", "carbonyl oxygens", "ester oxygens", "carbonates", "hydroxyls", "nitriles",
        "amides",
        "sulfonyls", "aromatic share", "rings", "double bonds", "rotatable bonds", "branch points", "backbone share",
        "backbone atoms", "backbone oxygen share", "negative charges", "ethylene oxide units",
        "longest ethylene oxide run",
        "methyl ends", "side chain ether oxygens", "hydrogens",
    ]
    private static let saltNames = [
        "salt atoms", "salt mass", "salt F", "salt S", "salt N", "salt B", "salt P", "salt O", "salt C", "salt halide",
        "salt cations", "salt rings", "salt is lithium", "anion charge per atom",
    ]
    private static let stateNames = [
        "inverse temperature", "log molality", "root molality", "molality", "salt per ether oxygen",
        "log salt per ether oxygen",
        "salt per oxygen", "log molar mass", "no salt", "ether oxygens per mass", "log ion concentration",
        "temperature over chain stiffness",
    ]
    /// Names of all descriptors.
    static let names = unitNames + saltNames + stateNames

    /// The descriptors of a repeat unit between `[Cu]` and `[Au]`, a salt (may be empty) and its molality in mol per kg of
    /// polymer, the chain's molar mass in g/mol. Throws ``MaterialError`` where a text is no SMILES.
    mutating func describe(
        polymer: String, salt: String, molality: Double?, molarMass: Double?, temperature_C: Double
    ) throws -> [Double] {
        let chain: [Double]
        if let known = chains[polymer] {
            chain = known
        } else {
            chain = Self.unit(try Molecule(smiles: polymer), table)
            chains[polymer] = chain
        }
        let anion: [Double]
        if salt.isEmpty {
            anion = [Double](repeating: 0, count: Self.saltNames.count)
        } else if let known = molecules[salt] {
            anion = known
        } else {
            anion = Self.salt(try Molecule(smiles: salt), table)
            molecules[salt] = anion
        }
        func unit(_ name: String) -> Double { Self.unitNames.firstIndex(of: name).map { chain[$0] } ?? .nan }
        let kelvin = temperature_C + 273.15
        // Chains that carry their own anions need no salt.
        let content = salt.isEmpty ? 0 : max(molality ?? .nan, 1e-4)
        let mass = unit("repeat mass") / 1000
        let (ether, oxygen) = (unit("ether oxygens"), unit("share O") * unit("heavy atoms"))
        let perEther = content * mass / max(ether * unit("heavy atoms"), 0.05)
        let ions = content + unit("negative charges") / mass
        let state = [
            1000 / kelvin, Numbers.logarithm10(max(content, 1e-3)), content.squareRoot(), content, perEther,
            Numbers.logarithm10(max(perEther, 1e-3)), content * mass / max(oxygen, 0.05),
            Numbers.logarithm10(max(molarMass ?? .nan, 1)), salt.isEmpty ? 1 : 0,
            ether * unit("heavy atoms") / mass / 1000,
            Numbers.logarithm10(max(ions, 1e-3)),
            1000 / kelvin * (1 - unit("rotatable bonds") + unit("aromatic share")),
        ]
        return chain + anion + state
    }

    private static func unit(_ molecule: Molecule, _ table: ElementTable) -> [Double] {
        let ends = molecule.atoms.indices.filter { ["Cu", "Au"].contains(molecule.atoms[$0].element?.symbol ?? "") }
        let own = molecule.atoms.indices.filter { !ends.contains($0) }
        let heavy = Double(max(own.count, 1))
        func symbol(_ atom: Int) -> String { molecule.atoms[atom].element?.symbol ?? "" }
        func order(_ a: Int, _ b: Int) -> Double { molecule.neighbours[a].first { $0.atom == b }?.order ?? 0 }
        func isDouble(_ atom: Int, to other: String) -> Bool {
            molecule.neighbours[atom].contains { $0.order == 2 && symbol($0.atom) == other }
        }
        func share(_ list: [String]) -> Double { Double(own.filter { list.contains(symbol($0)) }.count) / heavy }
        var mass = 0.0
        var hydrogens = 0.0
        for atom in own {
            mass += Self.mass(molecule.atoms[atom], table)
            hydrogens += Double(molecule.atoms[atom].hydrogens)
        }
        let oxygens = own.filter { symbol($0) == "O" }
        let carbonyls = oxygens.filter { atom in
            molecule.neighbours[atom].contains { $0.order == 2 && symbol($0.atom) == "C" }
        }
        let singles = oxygens.filter { molecule.neighbours[$0].count == 2 }
        // A neighbour in the chain is taken for carbon.
        let esters = singles.filter { atom in molecule.neighbours[atom].contains { isDouble($0.atom, to: "O") } }
        let ethers = singles.filter { atom in
            !esters.contains(atom)
                && molecule.neighbours[atom].allSatisfy { ["C", "Cu", "Au"].contains(symbol($0.atom)) }
        }
        let carbons = own.filter { symbol($0) == "C" }
        let carbonates = carbons.filter { atom in
            isDouble(atom, to: "O")
                && molecule.neighbours[atom].filter { $0.order == 1 && ["O", "Cu", "Au"].contains(symbol($0.atom)) }
                    .count == 2
        }
        let amides = carbons.filter { atom in
            isDouble(atom, to: "O") && molecule.neighbours[atom].contains { symbol($0.atom) == "N" }
        }
        let nitriles = molecule.bonds.filter { $0.order == 3 }.count
        let sulfonyls = own.filter { symbol($0) == "S" && isDouble($0, to: "O") }.count
        let hydroxyls = oxygens.filter { molecule.atoms[$0].hydrogens > 0 }.count
        let inRing = ringBonds(molecule)
        let rotatable = molecule.bonds.indices.filter { index in
            let bond = molecule.bonds[index]
            func isInner(_ atom: Int) -> Bool { molecule.neighbours[atom].count > 1 || ends.contains(atom) }
            return bond.order == 1 && !inRing.contains(index) && isInner(bond.ends.0) && isInner(bond.ends.1)
        }.count
        let backbone = ends.count == 2 ? molecule.path(from: ends[0], to: ends[1]).filter { !ends.contains($0) } : own
        let units = Self.ethyleneOxide(molecule, ethers)
        let charges = own.reduce(0) { $0 + max(-molecule.atoms[$1].charge, 0) }
        let methyls = carbons.filter { molecule.atoms[$0].hydrogens == 3 }.count
        func perAtom(_ count: Int) -> Double { Double(count) / heavy }
        return [
            heavy, mass, share(["C"]), share(["O"]), share(["N"]), share(["F"]), share(["S"]), share(["Si"]),
            share(["P"]),
            share(["B"]), share(["Cl"]), perAtom(ethers.count), perAtom(carbonyls.count), perAtom(esters.count),
            perAtom(carbonates.count), perAtom(hydroxyls), perAtom(nitriles), perAtom(amides.count), perAtom(sulfonyls),
            perAtom(own.filter { molecule.atoms[$0].isAromatic || Self.isAromatic($0, molecule) }.count),
            perAtom(max(molecule.ringCount, 0)), perAtom(molecule.bonds.filter { $0.order == 2 }.count),
            Double(rotatable) / heavy, perAtom(own.filter { molecule.neighbours[$0].count > 2 }.count),
            perAtom(backbone.count), Double(backbone.count),
            Double(backbone.filter { symbol($0) == "O" }.count) / Double(max(backbone.count, 1)), Double(charges),
            perAtom(units.count), Double(units.longest), perAtom(methyls),
            perAtom(ethers.filter { !backbone.contains($0) }.count), hydrogens / heavy,
        ]
    }

    /// Pairs of ether oxygens with two carbons between them, and the longest run of such pairs.
    private static func ethyleneOxide(_ molecule: Molecule, _ ethers: [Int]) -> (count: Int, longest: Int) {
        let set = Set(ethers)
        var next: [Int: Set<Int>] = [:]
        var count = 0
        for oxygen in ethers {
            for first in molecule.neighbours[oxygen] where molecule.atoms[first.atom].element == .carbon {
                for second in molecule.neighbours[first.atom]
                where molecule.atoms[second.atom].element == .carbon && second.order == 1 {
                    for end in molecule.neighbours[second.atom] where end.atom > oxygen && set.contains(end.atom) {
                        next[oxygen, default: []].insert(end.atom)
                        next[end.atom, default: []].insert(oxygen)
                        count += 1
                    }
                }
            }
        }
        var seen: Set<Int> = []
        var longest = 0
        for start in ethers where !seen.contains(start) {
            var open = [start]
            var size = 0
            seen.insert(start)
            while let atom = open.popLast() {
                size += 1
                for other in next[atom] ?? [] where seen.insert(other).inserted { open.append(other) }
            }
            longest = max(longest, size)
        }
        return (count, longest)
    }

    /// Whether an atom stands in a six-membered ring of sp² carbons written with double bonds.
    private static func isAromatic(_ atom: Int, _ molecule: Molecule) -> Bool {
        guard molecule.atoms[atom].element == .carbon,
            let double = molecule.neighbours[atom].first(where: { $0.order == 2 }),
            molecule.atoms[double.atom].element == .carbon
        else { return false }
        // Two single bonds away another double bond on both sides.
        return [atom, double.atom].allSatisfy { own in
            molecule.neighbours[own].contains { next in
                next.order == 1
                    && molecule.neighbours[next.atom].contains {
                        $0.order == 2 && molecule.atoms[$0.atom].element == .carbon
                    }
            }
        }
    }

    /// Places of the bonds without which their ends would still be joined.
    private static func ringBonds(_ molecule: Molecule) -> Set<Int> {
        guard molecule.ringCount > 0 else { return [] }
        var found: Set<Int> = []
        for (index, bond) in molecule.bonds.enumerated() {
            var seen: Set<Int> = [bond.ends.0]
            var open = [bond.ends.0]
            while let atom = open.popLast() {
                for next in molecule.neighbours[atom]
                where !(atom == bond.ends.0 && next.atom == bond.ends.1) && seen.insert(next.atom).inserted {
                    open.append(next.atom)
                }
            }
            if seen.contains(bond.ends.1) { found.insert(index) }
        }
        return found
    }

    private static func salt(_ molecule: Molecule, _ table: ElementTable) -> [Double] {
        let cations = molecule.atoms.indices.filter { molecule.neighbours[$0].isEmpty && molecule.atoms[$0].charge > 0 }
        let anion = molecule.atoms.indices.filter { !cations.contains($0) }
        func count(_ list: [String]) -> Double {
            Double(anion.filter { list.contains(molecule.atoms[$0].element?.symbol ?? "") }.count)
        }
        let mass = anion.reduce(0.0) { $0 + Self.mass(molecule.atoms[$1], table) }
        let charge = anion.reduce(0) { $0 + molecule.atoms[$1].charge }
        let atoms = Double(anion.count)
        return [
            atoms, mass, count(["F"]), count(["S"]), count(["N"]), count(["B"]), count(["P"]), count(["O"]),
            count(["C"]),
            count(["Cl", "Br", "I"]), Double(cations.count), Double(max(molecule.ringCount, 0)),
            cations.contains { molecule.atoms[$0].element == .lithium } ? 1 : 0, Double(charge) / max(atoms, 1),
        ]
    }

    /// g/mol of an atom with its hydrogens.
    private static func mass(_ atom: Molecule.Atom, _ table: ElementTable) -> Double {
        let hydrogen = Element(symbol: "H").map { table.atomicWeight($0) } ?? 0
        return (atom.element.map { table.atomicWeight($0) } ?? 0) + hydrogen * Double(atom.hydrogens)
    }
}
