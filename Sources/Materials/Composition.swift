/// How much of which element a formula unit holds.
public struct Composition: Hashable, Sendable {
    /// The elements, by atomic number, each once.
    public let elements: [Element]
    /// Atoms of each in the formula unit as written, all above 0.
    public let amounts: [Double]

    /// From amounts by element; those that are not above 0 are left out.
    public init(_ amounts: [Element: Double]) {
        let kept = amounts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        elements = kept.map(\.key)
        self.amounts = kept.map(\.value)
    }

    /// From elements in ascending order, each once, with amounts above 0.
    init(sorted elements: [Element], amounts: [Double]) {
        assert(elements.count == amounts.count && zip(elements, elements.dropFirst()).allSatisfy { $0 < $1 })
        self.elements = elements
        self.amounts = amounts
    }

    /// Atoms of an element in the formula unit, 0 where it has none.
    public subscript(element: Element) -> Double {
        for (index, other) in elements.enumerated() where other == element { return amounts[index] }
        return 0
    }

    /// Atoms in the formula unit.
    public var atoms: Double { amounts.reduce(0, +) }

    /// Atomic fractions, in the order of `elements`; they add up to 1.
    public var fractions: [Double] {
        let total = atoms
        return amounts.map { $0 / total }
    }

    /// The same without an element.
    public func removing(_ element: Element) -> Composition {
        guard let index = elements.firstIndex(of: element) else { return self }
        var (elements, amounts) = (elements, amounts)
        elements.remove(at: index)
        amounts.remove(at: index)
        return Composition(sorted: elements, amounts: amounts)
    }

    /// The same with another amount of one element, 0 for none of it.
    public func setting(_ element: Element, to amount: Double) -> Composition {
        var all = Dictionary(uniqueKeysWithValues: zip(elements, amounts))
        all[element] = amount
        return Composition(all)
    }

    /// All amounts times a factor above 0.
    public func scaled(by factor: Double) -> Composition {
        Composition(sorted: elements, amounts: amounts.map { $0 * factor })
    }

    /// The chemical system, `Co-Li-O`: its elements by name.
    public var chemicalSystem: String { elements.map(\.symbol).sorted().joined(separator: "-") }

    /// A formula without blanks, the elements by name, equal for all multiples of the same composition: `CoLiO2`.
    ///
    /// Amounts are relative to the smallest whole-number ratio where there is one with numbers up to 1000, and else
    /// to one atom in
    /// all, to six decimals.
    public var reduced: String {
        let order = elements.indices.sorted { elements[$0].symbol < elements[$1].symbol }
        let smallest = amounts.min() ?? 1
        for multiple in 1...60 {
            let isWhole = amounts.allSatisfy { amount in
                let scaled = amount / smallest * Double(multiple)
                let whole = scaled.rounded()
                return abs(scaled - whole) < 1e-4 * max(1, whole) && whole <= 1000
            }
            guard isWhole else { continue }
            let whole = amounts.map { Int(($0 / smallest * Double(multiple)).rounded()) }
            let divisor = max(whole.reduce(0, greatestCommonDivisor), 1)
            var text = ""
            for index in order {
                text += elements[index].symbol
                if whole[index] != divisor { text += "\(whole[index] / divisor)" }
            }
            return text
        }
        let total = atoms
        return order.map { elements[$0].symbol + "\((amounts[$0] / total * 1e6).rounded() / 1e6)" }.joined()
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
