/// Reads SMILES into atoms and bonds.
struct SMILESReader {
    struct Atom {
        var element: Element?
        var isAromatic: Bool
        var charge = 0
        /// Nil where they are implied.
        var hydrogens: Int?
    }

    private(set) var atoms: [Atom] = []
    private(set) var bonds: [Molecule.Bond] = []
    private let text: String
    private let letters: [Character]
    private var place = 0
    private var last: Int?
    private var order: Double?
    private var branches: [Int] = []
    private var rings: [Int: (atom: Int, order: Double?)] = [:]

    init(_ text: String) {
        self.text = text
        letters = Array(text)
    }

    mutating func read() throws {
        while place < letters.count {
            let letter = letters[place]
            switch letter {
            case "(":
                guard let last else { throw problem("a branch before any atom") }
                branches.append(last)
                place += 1
            case ")":
                guard let start = branches.popLast() else { throw problem("a bracket closes that was not opened") }
                last = start
                place += 1
            case "-", "/", "\\": try bond(1)
            case "=": try bond(2)
            case "#": try bond(3)
            case ":": try bond(1.5)
            case ".":
                last = nil
                place += 1
            case "[": try bracket()
            case "%", "0"..."9": try ring()
            default: try plain()
            }
        }
        guard branches.isEmpty else { throw problem("a bracket is not closed") }
        guard rings.isEmpty else { throw problem("a ring is not closed") }
        guard !atoms.isEmpty else { throw problem("no atom") }
        guard order == nil else { throw problem("a bond leads nowhere") }
    }

    private func problem(_ what: String) -> MaterialError {
        MaterialError(
            .formula, place: text, problem: "\(what), at character \(min(place + 1, letters.count))",
            remedy: "SMILES such as [Cu]OCC[Au] or F[P-](F)(F)(F)(F)F.[Li+]")
    }

    private mutating func bond(_ value: Double) throws {
        guard last != nil, order == nil else { throw problem("a bond without an atom before it") }
        order = value
        place += 1
    }

    private mutating func add(_ atom: Atom) {
        atoms.append(atom)
        let own = atoms.count - 1
        if let last {
            let usual = atoms[last].isAromatic && atom.isAromatic ? 1.5 : 1
            bonds.append(Molecule.Bond(ends: (last, own), order: order ?? usual))
        }
        order = nil
        last = own
    }

    private mutating func plain() throws {
        let letter = letters[place]
        let pair = place + 1 < letters.count ? String(letters[place...(place + 1)]) : ""
        if pair == "Cl" || pair == "Br" {
            place += 2
            return add(Atom(element: Element(symbol: pair), isAromatic: false))
        }
        if letter == "*" {
            place += 1
            return add(Atom(element: nil, isAromatic: false, hydrogens: 0))
        }
        let isAromatic = "bcnops".contains(letter)
        guard isAromatic || "BCNOPSFI".contains(letter), let element = Element(symbol: letter.uppercased()) else {
            throw problem("'\(letter)' is no atom")
        }
        place += 1
        add(Atom(element: element, isAromatic: isAromatic))
    }

    private mutating func number() -> Int? {
        var digits = ""
        while place < letters.count, digits.count < 3, ("0"..."9").contains(letters[place]) {
            digits.append(letters[place])
            place += 1
        }
        return Int(digits)
    }

    private mutating func bracket() throws {
        place += 1
        _ = number()
        guard place < letters.count else { throw problem("a bracket is not closed") }
        var symbol = String(letters[place])
        let isAromatic = letters[place].isLowercase
        place += 1
        if place < letters.count, letters[place].isLowercase,
            Element(symbol: symbol.uppercased() + String(letters[place])) != nil
        {
            symbol.append(letters[place])
            place += 1
        }
        let element = Element(symbol: symbol.prefix(1).uppercased() + symbol.dropFirst())
        guard element != nil || symbol == "*" else { throw problem("'\(symbol)' is no element") }
        var atom = Atom(element: element, isAromatic: isAromatic, hydrogens: 0)
        while place < letters.count, letters[place] != "]" {
            switch letters[place] {
            case "@": place += 1
            case "H":
                place += 1
                atom.hydrogens = number() ?? 1
            case "+", "-":
                let sign = letters[place] == "+" ? 1 : -1
                place += 1
                if let value = number() {
                    atom.charge += sign * value
                } else {
                    atom.charge += sign
                }
            default: throw problem("'\(letters[place])' in a bracket")
            }
        }
        guard place < letters.count else { throw problem("a bracket is not closed") }
        place += 1
        add(atom)
    }

    private mutating func ring() throws {
        guard let last else { throw problem("a ring before any atom") }
        var label = 0
        if letters[place] == "%" {
            guard place + 2 < letters.count, let value = Int(String(letters[(place + 1)...(place + 2)])) else {
                throw problem("a ring without a number")
            }
            label = value
            place += 3
        } else {
            label = letters[place].wholeNumberValue ?? 0
            place += 1
        }
        if let open = rings.removeValue(forKey: label) {
            guard open.atom != last else { throw problem("a ring of one atom") }
            let usual = atoms[open.atom].isAromatic && atoms[last].isAromatic ? 1.5 : 1
            bonds.append(Molecule.Bond(ends: (open.atom, last), order: order ?? open.order ?? usual))
        } else {
            rings[label] = (last, order)
        }
        order = nil
    }
}
