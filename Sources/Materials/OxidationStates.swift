/// Oxidation states of a composition, and how much of an ion its redox pairs can take or give.
///
/// Every element has a ladder of states. All start at their lowest; electrons are then taken from the pair with the
/// lowest potential
/// first, over all elements together, until the charges balance. The pair that comes next gives the charge, the one
/// that came last
/// the discharge. Potentials of the ladders order the pairs of oxides, fluorides and phosphates, roughly in volts
/// against lithium;
/// they are no predictions.
public struct OxidationStates: Sendable {
    /// The mean state of each element, in the order of the composition's elements; several may be mixed in one element.
    public let states: [Double]
    /// Elements whose state lies between two whole numbers, or whose pair is the last one that gave electrons.
    public let active: [Element]

    /// Oxidation states that balance a composition's charges; nil where no states do.
    ///
    /// - Parameter composition: elements and amounts.
    /// - Parameter charge: net charge of the formula unit.
    public init?(_ composition: Composition, charge: Int = 0) {
        self.init(composition, charge: Double(charge), upTo: .infinity)
    }

    init?(_ composition: Composition, charge: Double, upTo limit: Double) {
        var states = composition.elements.map { Double(Self.ladder($0, in: composition).lowest) }
        var excess = charge
        for (state, amount) in zip(states, composition.amounts) { excess -= state * amount }
        var active: [Element] = []
        guard excess >= -1e-6 * composition.atoms else { return nil }
        for step in Self.steps(composition, upTo: limit) where excess > 1e-9 * composition.atoms {
            let index = step.element
            let room = composition.amounts[index] * Double(step.electrons)
            let taken = min(room, excess)
            states[index] += taken / composition.amounts[index]
            excess -= taken
            active = [composition.elements[index]]
        }
        guard excess <= 1e-6 * composition.atoms else { return nil }
        self.states = states
        self.active = active
    }

    /// A rung: electrons that one atom gives at a potential.
    struct Rung {
        var electrons: Int
        var potential: Double
    }

    private static func steps(_ composition: Composition, upTo limit: Double) -> [(element: Int, electrons: Int)] {
        var all: [(element: Int, electrons: Int, potential: Double)] = []
        for (index, element) in composition.elements.enumerated() {
            var highest = -Double.infinity
            for rung in ladder(element, in: composition).rungs where rung.potential <= limit {
                // A rung cannot be climbed before the one below it.
                highest = max(highest, rung.potential)
                all.append((index, rung.electrons, highest))
            }
        }
        return all.sorted { ($0.potential, $0.element) < ($1.potential, $1.element) }.map { ($0.element, $0.electrons) }
    }

    /// Potential beyond which a cation is not oxidised in an electrode, and that of oxide ions: volts against lithium.
    static let highestPotential = 4.9
    /// Potential below which an insertion host is not reduced.
    static let lowestPotential = 0.9

    /// Electrons that a composition, whose charges balance, can still give (`giving`) or take up per formula unit by
    /// redox of its cations within `lowestPotential…highestPotential`; none is oxidised further than its framework allows.
    static func electrons(of composition: Composition, giving: Bool) -> Double? {
        guard let now = OxidationStates(composition) else { return nil }
        var sum = 0.0
        for (index, element) in composition.elements.enumerated() {
            let ladder = ladder(element, in: composition)
            let limit = RedoxLimit.highestState(of: element, in: composition).map(Double.init) ?? .infinity
            var reached = Double(ladder.lowest)
            var highest = -Double.infinity
            for rung in ladder.rungs {
                highest = max(highest, rung.potential)
                let bottom = reached
                reached += Double(rung.electrons)
                guard highest >= lowestPotential, highest <= highestPotential, ladder.isCation else { continue }
                let above = min(max(reached - now.states[index], 0), reached - bottom)
                let allowed = min(above, max(limit - max(now.states[index], bottom), 0))
                sum += composition.amounts[index] * (giving ? allowed : reached - bottom - above)
            }
        }
        return sum
    }

    struct Ladder {
        var lowest: Int
        var rungs: [Rung]
        /// Whether its pairs give an electrode its charge; those of anions do not here.
        var isCation = true
    }

    /// States after Greenwood and Earnshaw, Chemistry of the Elements, 2nd ed. (1997); the order of the pairs after
    /// the potentials
    /// of insertion electrodes in Nitta et al., Mater. Today 18 (2015) 252, Goodenough and Kim, Chem. Mater. 22
    /// (2010) 587, and
    /// Melot and Tarascon, Acc. Chem. Res. 46 (2013) 1226.
    static func ladder(_ element: Element, in composition: Composition) -> Ladder {
        var ladder = ladders[Int(element.number)]
        let amount = composition[element]
        if element == .carbon, composition[.nitrogen] >= amount {
            // A cyanide, whose carbon is not oxidised further.
            ladder.rungs.removeLast()
        } else if isChalcogen(element), composition[.oxygen] >= 2 * amount {
            // An oxoanion such as sulfate: its electrons went to oxygen long before any metal's.
            for index in ladder.rungs.indices { ladder.rungs[index].potential = 0.3 }
        }
        return ladder
    }

    private static func isChalcogen(_ element: Element) -> Bool { [16, 34, 52].contains(element.number) }

    private static let ladders: [Ladder] = {
        func fixed(_ state: Int, _ isCation: Bool = false) -> Ladder {
            Ladder(lowest: state, rungs: [], isCation: isCation)
        }
        func cation(_ lowest: Int, _ rungs: (Int, Double)...) -> Ladder {
            Ladder(lowest: lowest, rungs: rungs.map { Rung(electrons: $0.0, potential: $0.1) })
        }
        func anion(_ lowest: Int, _ rungs: (Int, Double)...) -> Ladder {
            Ladder(lowest: lowest, rungs: rungs.map { Rung(electrons: $0.0, potential: $0.1) }, isCation: false)
        }
        let known: [String: Ladder] = [
            // Hydrogen is a hydride only where nothing else can be negative.
            "H": anion(-1, (2, -2)), "He": fixed(0), "Ne": fixed(0), "Ar": fixed(0), "Kr": fixed(0), "Xe": fixed(0),
            "Rn": fixed(0), "Li": fixed(1), "Na": fixed(1), "K": fixed(1), "Rb": fixed(1), "Cs": fixed(1),
            "Fr": fixed(1),
            "Be": fixed(2), "Mg": fixed(2), "Ca": fixed(2), "Sr": fixed(2), "Ba": fixed(2), "Ra": fixed(2),
            "B": anion(-3, (3, -1), (3, -0.5)), "Al": fixed(3), "Ga": fixed(3), "In": cation(1, (2, 0.5)),
            "Tl": cation(1, (2, 4.0)), "C": anion(-4, (4, -0.6), (2, 0.1), (2, 0.2)),
            "Si": anion(-4, (4, -0.6), (4, 0.1)), "Ge": anion(-4, (4, -0.4), (2, 0.4), (2, 0.5)),
            "Sn": anion(-4, (4, -0.2), (2, 0.6), (2, 0.8)), "Pb": anion(-4, (4, -0.2), (2, 1.0), (2, 3.9)),
            "N": anion(-3, (3, 0.45), (3, 0.6), (2, 2.0)), "P": anion(-3, (3, 0.3), (3, 0.4), (2, 0.45)),
            "As": anion(-3, (3, 0.4), (3, 0.9), (2, 1.5)), "Sb": anion(-3, (3, 0.6), (3, 0.9), (2, 2.2)),
            "Bi": anion(-3, (3, 0.6), (3, 1.0), (2, 4.2)), "O": anion(-2, (1, 5.0)),
            "S": anion(-2, (1, 2.3), (1, 2.5), (2, 3.2), (2, 3.3), (2, 3.4)),
            "Se": anion(-2, (1, 2.2), (1, 2.4), (4, 3.2), (2, 3.8)),
            "Te": anion(-2, (1, 2.0), (1, 2.2), (4, 3.0), (2, 3.7)),
            "F": fixed(-1), "Cl": anion(-1, (1, 5.2), (5, 5.5), (2, 5.6)), "Br": anion(-1, (1, 5.0), (5, 5.4)),
            "I": anion(-1, (1, 3.6), (5, 4.4), (2, 4.6)), "Sc": fixed(3, true), "Y": fixed(3, true),
            "La": fixed(3, true),
            "Ac": fixed(3, true), "Ti": cation(2, (1, 0.85), (1, 1.6)),
            "V": cation(2, (1, 1.8), (1, 2.9), (1, 3.7)), "Cr": cation(2, (1, 1.3), (1, 4.3), (2, 4.6)),
            "Mn": cation(2, (1, 3.0), (1, 3.85), (3, 4.95)), "Fe": cation(2, (1, 2.9), (1, 4.4), (2, 5.3)),
            "Co": cation(2, (1, 3.4), (1, 4.2)), "Ni": cation(2, (1, 3.95), (1, 4.1)),
            "Cu": cation(1, (1, 2.6), (1, 4.8)), "Zn": fixed(2), "Cd": fixed(2), "Hg": cation(1, (1, 3.0)),
            "Zr": fixed(4), "Hf": fixed(4), "Nb": cation(3, (1, 1.2), (1, 1.7)), "Ta": cation(4, (1, 0.8)),
            "Mo": cation(2, (1, 1.1), (1, 1.5), (1, 2.3), (1, 2.6)), "W": cation(4, (1, 1.4), (1, 2.4)),
            "Tc": cation(4, (3, 4.0)), "Re": cation(3, (1, 1.5), (2, 2.5), (1, 3.0)),
            "Ru": cation(2, (1, 2.6), (1, 3.0), (1, 3.7), (1, 4.3)),
            "Os": cation(3, (1, 2.8), (1, 3.4), (1, 3.8), (2, 4.2)),
            "Rh": cation(2, (1, 3.0), (1, 4.2)), "Ir": cation(3, (1, 3.3), (1, 3.7), (1, 4.4)),
            "Pd": cation(2, (2, 4.6)), "Pt": cation(2, (2, 4.0)), "Ag": cation(1, (1, 3.7), (1, 4.6)),
            "Au": cation(1, (2, 4.2)), "Ce": cation(3, (1, 3.2)), "Pr": cation(3, (1, 4.9)), "Tb": cation(3, (1, 4.9)),
            "Eu": cation(2, (1, 2.4)), "Yb": cation(2, (1, 1.5)), "Sm": cation(2, (1, 1.0)),
            "Th": fixed(4), "Pa": cation(4, (1, 1.5)), "U": cation(3, (1, 1.2), (1, 2.8), (1, 3.0)),
            "Np": cation(3, (1, 2.8), (1, 3.5), (1, 4.0)), "Pu": cation(3, (1, 3.9), (1, 4.2), (1, 4.4)),
            "Po": anion(-2, (4, 2.0), (2, 3.0)), "At": anion(-1, (2, 3.5)),
        ]
        return (0...118).map { number in
            guard let element = Element(number: number) else { return fixed(0) }
            // The remaining lanthanides.
            return known[element.symbol] ?? fixed(3)
        }
    }()
}
