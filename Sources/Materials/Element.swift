/// A chemical element, known by its atomic number.
public struct Element: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Atomic number, 1…118.
    public let number: UInt8

    /// The element of an atomic number, nil outside 1…118.
    public init?(number: Int) {
        guard (1...118).contains(number) else { return nil }
        self.number = UInt8(number)
    }

    /// The element of a symbol as IUPAC writes it (`Co`), nil where there is none.
    public init?(symbol: some StringProtocol) {
        let letters = Array(symbol.utf8)
        guard letters.count == 1 || letters.count == 2 else { return nil }
        self.init(first: letters[0], second: letters.count == 2 ? letters[1] : 0)
    }

    /// The element of two ASCII letters, the second one 0 where the symbol has one letter.
    @inline(__always)
    init?(first: UInt8, second: UInt8) {
        let row = Int(first) - 0x41
        let column = second == 0 ? 0 : Int(second) - 0x60
        guard row >= 0, row < 26, column >= 0, column < 27 else { return nil }
        let number = Self.bySymbol[row * 27 + column]
        guard number > 0 else { return nil }
        self.number = number
    }

    /// The symbol, `Co`.
    public var symbol: String { Self.symbols[Int(number) - 1] }

    /// The symbol.
    public var description: String { symbol }

    /// By atomic number.
    public static func < (a: Element, b: Element) -> Bool { a.number < b.number }

    /// Whether it is a noble gas, of which no electrode is made.
    public var isNobleGas: Bool { [2, 10, 18, 36, 54, 86, 118].contains(number) }

    /// All symbols, by atomic number.
    public static let symbols: [String] = """
        H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb \
        Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au \
        Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts \
        Og
        """.split(separator: " ").map(String.init)

    private static let bySymbol: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 26 * 27)
        for (index, symbol) in symbols.enumerated() {
            let letters = Array(symbol.utf8)
            let column = letters.count == 2 ? Int(letters[1]) - 0x60 : 0
            table[(Int(letters[0]) - 0x41) * 27 + column] = UInt8(index + 1)
        }
        return table
    }()
}

extension Element {
    /// Hydrogen.
    public static let hydrogen = Element(known: 1)
    /// Lithium.
    public static let lithium = Element(known: 3)
    /// Carbon.
    public static let carbon = Element(known: 6)
    /// Nitrogen.
    public static let nitrogen = Element(known: 7)
    /// Oxygen.
    public static let oxygen = Element(known: 8)
    /// Sodium.
    public static let sodium = Element(known: 11)
    /// Cobalt.
    public static let cobalt = Element(known: 27)

    private init(known number: UInt8) { self.number = number }

    /// Ions that batteries move, with their charge: lithium, sodium, potassium, rubidium, caesium, magnesium,
    /// calcium, zinc,
    /// yttrium and aluminium.
    public static let mobileIons: [(element: Element, charge: Int)] = [
        (lithium, 1), (sodium, 1), (Element(known: 19), 1), (Element(known: 37), 1), (Element(known: 55), 1),
        (Element(known: 12), 2), (Element(known: 20), 2), (Element(known: 30), 2), (Element(known: 39), 3),
        (Element(known: 13), 3),
    ]

    /// The charge it has as a mobile ion, nil where batteries move no such ion.
    public var ionCharge: Int? { Self.mobileIons.first { $0.element == self }?.charge }
}
