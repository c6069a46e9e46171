/// A piece of a polymer's chain, and what its structure says of it.
///
/// Shares are of its heavy atoms unless a name says otherwise; so they do not depend on how long the piece is.
struct PolymerChain: Sendable {
    /// Names of the descriptors.
    static let names = [
        "mass per backbone atom", "share C", "share O", "share N", "share F", "share S", "share Si", "share P",
        "share B", "share Cl", "share Al", "ether oxygens", "carbonyl oxygens", "ester oxygens", "carbonates",
        "hydroxyls", "nitriles", "amides", "amines", "hydrogens on nitrogen", "sulfonyls", "sulfides",
        "aromatic share", "ring atoms", "ring atoms of backbone", "double bonds", "rotatable bonds",
        "rotatable bonds of backbone", "backbone share", "backbone oxygens", "backbone ether oxygens",
        "backbone carbonyls", "backbone atoms other than carbon", "backbone atoms of four neighbours",
        "backbone atoms of three neighbours", "log longest side chain", "side chains per backbone atom",
        "side chain ether oxygens", "share of ether oxygens in side chains", "negative charges per mass",
        "ethylene oxide share", "log longest ethylene oxide run", "ethylene oxide on both sides", "methyls",
        "methylenes", "hydrogens", "log longest methylene run", "can crystallise", "ether oxygens per mass",
        "binding atoms per mass", "oxygens per mass",
    ]
    /// One by name.
    let values: [Double]

    /// A descriptor by its name; not a number where there is none of that name.
    subscript(name: String) -> Double { Self.names.firstIndex(of: name).map { values[$0] } ?? .nan }

    /// Backbone atoms that a described piece has at least, where it takes no more than eight units.
    private static let leastBackbone = 24

    /// Of a repeat unit between `[Cu]` and `[Au]`; a molecule without them is described as it is.
    init(_ unit: Molecule, _ table: ElementTable) {
        let structure = Structure(unit.polymerised(backbone: Self.leastBackbone) ?? unit)
        values = structure.describe(table)
    }

    /// What is counted, found once.
    private struct Structure {
        let molecule: Molecule
        let ends: Set<Int>
        let own: [Int]
        let ringBonds: Set<Int>
        let ringAtoms: Set<Int>
        /// On the shortest way from end to end.
        let backbone: Set<Int>
        /// The backbone with the rings that it runs through.
        let core: Set<Int>

        init(_ molecule: Molecule) {
            self.molecule = molecule
            let caps = ["Cu", "Au"].map { symbol in
                molecule.atoms.indices.filter { molecule.atoms[$0].element?.symbol == symbol }
            }
            ends = Set(caps.joined())
            let ends = ends
            own = molecule.atoms.indices.filter { !ends.contains($0) }
            ringBonds = molecule.ringBonds
            ringAtoms = Set(
                ringBonds.flatMap { index in [molecule.bonds[index].ends.0, molecule.bonds[index].ends.1] })
            if caps.allSatisfy({ $0.count == 1 }) {
                backbone = Set(molecule.path(from: caps[0][0], to: caps[1][0])).subtracting(ends)
            } else {
                backbone = Set(own)
            }
            let way = backbone
            core = molecule.ringSystems(ringBonds).filter { $0.intersection(way).count >= 2 }
                .reduce(way) { $0.union($1) }
        }

        func symbol(_ atom: Int) -> String { molecule.atoms[atom].element?.symbol ?? "" }
        func hydrogens(_ atom: Int) -> Int { molecule.atoms[atom].hydrogens }
        func neighbours(_ atom: Int) -> [(atom: Int, order: Double)] { molecule.neighbours[atom] }
        func isDouble(_ atom: Int, to other: String) -> Bool {
            neighbours(atom).contains { $0.order == 2 && symbol($0.atom) == other }
        }
        func isAromatic(_ atom: Int) -> Bool {
            if molecule.atoms[atom].isAromatic { return true }
            return symbol(atom) == "C" && ringAtoms.contains(atom)
                && molecule.bonds.indices.contains { index in
                    let bond = molecule.bonds[index]
                    guard bond.order == 2, ringBonds.contains(index) else { return false }
                    let pair = [bond.ends.0, bond.ends.1]
                    return pair.contains(atom) && pair.allSatisfy { symbol($0) == "C" }
                }
        }

        /// Oxygens between two carbons, of which none has a carbonyl or fluorine on both sides, which take its lone pairs.
        func isEther(_ atom: Int) -> Bool {
            guard symbol(atom) == "O", neighbours(atom).count == 2, hydrogens(atom) == 0 else { return false }
            let beside = neighbours(atom).map(\.atom)
            return beside.allSatisfy { (symbol($0) == "C" || ends.contains($0)) && !isDouble($0, to: "O") }
                && !beside.allSatisfy { other in neighbours(other).contains { symbol($0.atom) == "F" } }
        }

        /// Places of the ether oxygens two carbons away, by oxygen.
        func ethyleneOxides(_ ethers: Set<Int>) -> [Int: Set<Int>] {
            var found: [Int: Set<Int>] = [:]
            for oxygen in ethers {
                for first in neighbours(oxygen) where symbol(first.atom) == "C" {
                    for second in neighbours(first.atom) where symbol(second.atom) == "C" && second.order == 1 {
                        for end in neighbours(second.atom) where end.atom != oxygen && ethers.contains(end.atom) {
                            found[oxygen, default: []].insert(end.atom)
                        }
                    }
                }
            }
            return found
        }

        /// Side chains: atoms of each, without the core.
        var sideChains: [[Int]] {
            var seen = core.union(ends)
            var found: [[Int]] = []
            for start in core.sorted() {
                for first in neighbours(start) where seen.insert(first.atom).inserted {
                    var open = [first.atom]
                    var part: [Int] = []
                    while let atom = open.popLast() {
                        part.append(atom)
                        for next in neighbours(atom) where seen.insert(next.atom).inserted { open.append(next.atom) }
                    }
                    found.append(part)
                }
            }
            return found
        }

        /// Most of them that are joined with each other.
        func longestRun(_ atoms: Set<Int>, next: (Int) -> [Int]) -> Int {
            var seen: Set<Int> = []
            var longest = 0
            for start in atoms where seen.insert(start).inserted {
                var open = [start]
                var size = 0
                while let atom = open.popLast() {
                    size += 1
                    for other in next(atom) where atoms.contains(other) && seen.insert(other).inserted {
                        open.append(other)
                    }
                }
                longest = max(longest, size)
            }
            return longest
        }

        func describe(_ table: ElementTable) -> [Double] {
            let atoms = Double(max(own.count, 1))
            let length = Double(max(backbone.count, 1))
            let mass = own.reduce(0.0) { $0 + table.molarMass(of: molecule.atoms[$1]) }
            func share(_ isCounted: (Int) -> Bool) -> Double { Double(own.filter(isCounted).count) / atoms }
            func ofBackbone(_ isCounted: (Int) -> Bool) -> Double {
                Double(backbone.filter(isCounted).count) / length
            }
            let oxygens = own.filter { symbol($0) == "O" }
            let ethers = Set(oxygens.filter(isEther))
            let carbonyls = oxygens.filter { isDouble($0, to: "C") }
            let carbons = own.filter { symbol($0) == "C" }
            let triples = Double(molecule.bonds.filter { $0.order == 3 }.count)
            func isAmine(_ atom: Int) -> Bool {
                symbol(atom) == "N" && molecule.atoms[atom].charge == 0
                    && neighbours(atom).allSatisfy {
                        $0.order == 1 && (symbol($0.atom) == "C" || ends.contains($0.atom))
                            && !isDouble($0.atom, to: "O")
                    }
            }
            let amines = own.filter(isAmine).count
            let rotatable = molecule.bonds.indices.filter { index in
                let bond = molecule.bonds[index]
                func isInner(_ atom: Int) -> Bool { neighbours(atom).count > 1 || ends.contains(atom) }
                return bond.order == 1 && !ringBonds.contains(index) && isInner(bond.ends.0) && isInner(bond.ends.1)
            }.map { molecule.bonds[$0].ends }
            let sides = sideChains
            let inSides = Double(sides.joined().filter { ethers.contains($0) }.count)
            let pairs = ethyleneOxides(ethers)
            let run = longestRun(ethers) { Array(pairs[$0] ?? []) }
            let methylenes = Set(carbons.filter { hydrogens($0) == 2 })
            let methyleneRun = longestRun(methylenes) { atom in neighbours(atom).map(\.atom) }
            let charges = own.reduce(0) { $0 + max(-molecule.atoms[$1].charge, 0) }
            func log1(_ value: Int) -> Double { Numbers.logarithm(1 + Double(value)) }
            var out = [mass / length]
            for element in ["C", "O", "N", "F", "S", "Si", "P", "B", "Cl", "Al"] {
                out.append(share { symbol($0) == element })
            }
            out += [
                Double(ethers.count) / atoms, Double(carbonyls.count) / atoms,
                share { atom in
                    symbol(atom) == "O" && neighbours(atom).count == 2 && hydrogens(atom) == 0
                        && neighbours(atom).contains { isDouble($0.atom, to: "O") }
                },
                share { atom in
                    symbol(atom) == "C" && isDouble(atom, to: "O")
                        && neighbours(atom).filter { $0.order == 1 && symbol($0.atom) == "O" }.count == 2
                },
                share { symbol($0) == "O" && hydrogens($0) > 0 }, triples / atoms,
                share { atom in
                    symbol(atom) == "C" && isDouble(atom, to: "O")
                        && neighbours(atom).contains { symbol($0.atom) == "N" }
                },
                Double(amines) / atoms, share { symbol($0) == "N" && hydrogens($0) > 0 },
                share { symbol($0) == "S" && isDouble($0, to: "O") },
                share { symbol($0) == "S" && !isDouble($0, to: "O") }, share(isAromatic),
                share { ringAtoms.contains($0) }, ofBackbone { ringAtoms.contains($0) },
                Double(molecule.bonds.filter { $0.order == 2 }.count) / atoms, Double(rotatable.count) / atoms,
                Double(rotatable.filter { backbone.contains($0.0) && backbone.contains($0.1) }.count) / length,
                Double(core.count) / atoms, ofBackbone { symbol($0) == "O" }, ofBackbone { ethers.contains($0) },
                ofBackbone { isDouble($0, to: "O") }, ofBackbone { symbol($0) != "C" },
                ofBackbone { neighbours($0).count == 4 }, ofBackbone { neighbours($0).count == 3 },
                log1(sides.map(\.count).max() ?? 0), Double(sides.filter { $0.count > 1 }.count) / length,
                inSides / atoms, inSides / Double(max(ethers.count, 1)), Double(charges) / mass * 1000,
                Double(pairs.count) / atoms, log1(min(run, 8)),
                Double(pairs.values.filter { $0.count > 1 }.count) / atoms,
                share { symbol($0) == "C" && hydrogens($0) == 3 }, Double(methylenes.count) / atoms,
                Double(own.reduce(0) { $0 + hydrogens($1) }) / atoms, log1(min(methyleneRun, 12)),
                core.count == own.count && backbone.isDisjoint(with: ringAtoms) ? 1 : 0,
                Double(ethers.count) / mass * 1000,
                (Double(ethers.count + carbonyls.count + amines) + triples) / mass * 1000,
                Double(oxygens.count) / mass * 1000,
            ]
            return out
        }
    }
}

extension Molecule {
    /// Places of the bonds without which their ends would still be joined.
    var ringBonds: Set<Int> {
        guard ringCount > 0 else { return [] }
        var found: Set<Int> = []
        for (index, bond) in bonds.enumerated() {
            var seen: Set<Int> = [bond.ends.0]
            var open = [bond.ends.0]
            while let atom = open.popLast(), !seen.contains(bond.ends.1) {
                for next in neighbours[atom]
                where !(atom == bond.ends.0 && next.atom == bond.ends.1) && seen.insert(next.atom).inserted {
                    open.append(next.atom)
                }
            }
            if seen.contains(bond.ends.1) { found.insert(index) }
        }
        return found
    }

    /// Atoms of rings that share atoms, by these bonds of rings.
    func ringSystems(_ ringBonds: Set<Int>) -> [Set<Int>] {
        var next: [Int: [Int]] = [:]
        for index in ringBonds.sorted() {
            let (a, b) = bonds[index].ends
            next[a, default: []].append(b)
            next[b, default: []].append(a)
        }
        var seen: Set<Int> = []
        var found: [Set<Int>] = []
        for start in next.keys.sorted() where seen.insert(start).inserted {
            var part: Set<Int> = []
            var open = [start]
            while let atom = open.popLast() {
                part.insert(atom)
                for other in next[atom] ?? [] where seen.insert(other).inserted { open.append(other) }
            }
            found.append(part)
        }
        return found
    }
}
