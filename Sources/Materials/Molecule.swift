/// A molecule, a salt or the repeat unit of a polymer, read from SMILES (Weininger, J. Chem. Inf. Comput. Sci. 28
/// (1988) 31).
///
/// Read are the organic subset, brackets with isotope, hydrogens and charge, bonds, branches, ring closures, aromatic
/// atoms and dots. Stereochemistry is passed over.
public struct Molecule: Sendable {
    /// An atom that is written down.
    public struct Atom: Sendable {
        /// The element; nil for `*`.
        public var element: Element?
        /// Whether it is written as aromatic.
        public var isAromatic: Bool
        /// Formal charge.
        public var charge: Int
        /// Hydrogens on it, written or implied by its usual valence.
        public var hydrogens: Int
    }

    /// A bond between two atoms.
    public struct Bond: Sendable {
        /// Places of the atoms.
        public var ends: (Int, Int)
        /// 1 to 3; 1.5 for an aromatic one.
        public var order: Double
    }

    /// Atoms in the order of the text.
    public private(set) var atoms: [Atom] = []
    /// Bonds between them.
    public private(set) var bonds: [Bond] = []
    /// Places of the neighbours of each atom, with the order of the bond.
    public private(set) var neighbours: [[(atom: Int, order: Double)]] = []
    /// Parts that no bond joins.
    public private(set) var partCount = 0
    /// Rings: bonds beyond those of a tree.
    public var ringCount: Int { bonds.count - atoms.count + partCount }

    /// Reads a text. Throws ``MaterialError`` of kind `formula`.
    public init(smiles text: String) throws {
        var reader = SMILESReader(text)
        try reader.read()
        bonds = reader.bonds
        neighbours = [[(atom: Int, order: Double)]](repeating: [], count: reader.atoms.count)
        for bond in bonds {
            neighbours[bond.ends.0].append((bond.ends.1, bond.order))
            neighbours[bond.ends.1].append((bond.ends.0, bond.order))
        }
        for (index, atom) in reader.atoms.enumerated() {
            var hydrogens = atom.hydrogens ?? 0
            if atom.hydrogens == nil, let element = atom.element {
                let used = neighbours[index].reduce(0) { $0 + $1.order }
                hydrogens = Self.implied(element, used: used, isAromatic: atom.isAromatic)
            }
            atoms.append(
                Atom(element: atom.element, isAromatic: atom.isAromatic, charge: atom.charge, hydrogens: hydrogens))
        }
        partCount = Self.parts(neighbours)
    }

    /// Several repeat units in a row: the smallest number of 3 to 8 (2 where a unit is long enough) whose backbone has so many
    /// atoms. Nil where the molecule is no unit between one `[Cu]` and one `[Au]`, each on one atom.
    func polymerised(backbone least: Int) -> Molecule? {
        let caps = ["Cu", "Au"].map { symbol in atoms.indices.filter { atoms[$0].element?.symbol == symbol } }
        guard caps.allSatisfy({ $0.count == 1 && neighbours[$0[0]].count == 1 }) else { return nil }
        let (start, end) = (caps[0][0], caps[1][0])
        let length = path(from: start, to: end).count - 2
        guard length > 0 else { return nil }
        let count = length >= least ? 2 : min(max((least + length - 1) / length, 3), atoms.count > 8 ? 8 : least)
        var piece = self
        piece.atoms = []
        piece.bonds = []
        var places: [[Int?]] = []
        for unit in 0..<count {
            var own: [Int?] = []
            for (index, atom) in atoms.enumerated() {
                guard !(index == start && unit > 0) && !(index == end && unit < count - 1) else {
                    own.append(nil)
                    continue
                }
                own.append(piece.atoms.count)
                piece.atoms.append(atom)
            }
            places.append(own)
            for bond in bonds {
                if let a = own[bond.ends.0], let b = own[bond.ends.1] {
                    piece.bonds.append(Bond(ends: (a, b), order: bond.order))
                }
            }
            if unit > 0, let a = places[unit - 1][neighbours[end][0].atom], let b = own[neighbours[start][0].atom] {
                piece.bonds.append(Bond(ends: (a, b), order: 1))
            }
        }
        piece.neighbours = [[(atom: Int, order: Double)]](repeating: [], count: piece.atoms.count)
        for bond in piece.bonds {
            piece.neighbours[bond.ends.0].append((bond.ends.1, bond.order))
            piece.neighbours[bond.ends.1].append((bond.ends.0, bond.order))
        }
        piece.partCount = Self.parts(piece.neighbours)
        return piece
    }

    /// Hydrogens that fill an atom of the organic subset up to its next usual valence.
    private static func implied(_ element: Element, used: Double, isAromatic: Bool) -> Int {
        let valences: [Int]
        switch element.symbol {
        case "B": valences = [3]
        case "C": valences = [4]
        case "N", "P": valences = [3, 5]
        case "O": valences = [2]
        case "S": valences = [2, 4, 6]
        default: valences = [1]
        }
        // Hydrogens on aromatic atoms other than carbon are written in brackets.
        guard !isAromatic || element.symbol == "C" else { return 0 }
        let taken = Int((used + 1e-9).rounded(.down))
        return max((valences.first { $0 >= taken } ?? taken) - taken, 0)
    }

    private static func parts(_ neighbours: [[(atom: Int, order: Double)]]) -> Int {
        var seen = [Bool](repeating: false, count: neighbours.count)
        var count = 0
        for start in neighbours.indices where !seen[start] {
            count += 1
            var open = [start]
            seen[start] = true
            while let atom = open.popLast() {
                for next in neighbours[atom] where !seen[next.atom] {
                    seen[next.atom] = true
                    open.append(next.atom)
                }
            }
        }
        return count
    }

    /// Places of the atoms on a shortest way between two; empty where there is none.
    func path(from start: Int, to end: Int) -> [Int] {
        var before = [Int](repeating: -1, count: atoms.count)
        var open = [start]
        var next = 0
        before[start] = start
        while next < open.count, before[end] < 0 {
            let atom = open[next]
            next += 1
            for other in neighbours[atom] where before[other.atom] < 0 {
                before[other.atom] = atom
                open.append(other.atom)
            }
        }
        guard before[end] >= 0 else { return [] }
        var way = [end]
        while let last = way.last, last != start { way.append(before[last]) }
        return way
    }
}
