/// Descriptors of an insertion reaction: of what is discharged, of the host, of the ion, and of the redox between
/// both ends.
public struct ReactionDescriptors: Sendable {
    /// Magpie's statistics, which the discharged composition and the host are described by.
    public let magpie: MagpieDescriptors
    private let electronegativity: [Double]
    private let table: ElementTable

    /// Elements whose fraction in the host is a descriptor: those of electrodes.
    private static let hostElements: [Element] = [
        1, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 39,
        40, 41, 42,
        44, 46, 47, 50, 51, 52, 53, 57, 73, 74, 75, 82, 83,
    ].compactMap { Element(number: $0) }

    /// Names of the redox descriptors.
    private static let redoxNames = [
        "charge of the ion", "ion fraction charged", "ion fraction discharged", "ions per host atom charged",
        "ions per host atom discharged", "ions inserted per host atom", "electrons per host atom",
        "state balance charged",
        "state balance discharged", "ladder potential", "highest rung", "lowest rung",
        "state of active element charged",
        "state of active element discharged", "active electronegativity", "active number", "active column",
        "active row",
        "active radius", "active d electrons", "active fraction of host", "electrons per active atom",
        "anion electronegativity", "cation electronegativity", "anion fraction", "oxygen per active atom",
        "oxoanion share", "oxoanion electronegativity", "mean state of cations", "second cation electronegativity",
        "metal fraction of host", "mean state of redox metals charged", "mean state of redox metals discharged",
    ]

    /// Names of what oxidation states say of a host alone.
    private static let boundNames = [
        "host bound least ions", "host bound most ions", "host bound capacity", "host bound mass per atom",
        "host bound capacity of one electron",
    ]

    /// Names of all descriptors.
    public static let names: [String] =
        MagpieDescriptors.names.map { "discharged \($0)" } + MagpieDescriptors.names.map { "host \($0)" }
        + MagpieDescriptors.properties.map { "ion \($0)" } + hostElements.map { "host fraction \($0)" } + redoxNames
        + boundNames

    /// Places of the 154 descriptors that a plain Magpie model uses: of the discharged composition and the ion's
    /// properties.
    public static let plain: [Int] = Array(0..<132) + Array(264..<286) + [288, 289].map { $0 + hostElements.count - 1 }

    /// With the shipped table. Throws ``MaterialError`` where it is not found.
    public init() throws { try self.init(.shipped()) }

    /// With a table of one's own.
    public init(_ table: ElementTable) throws {
        magpie = try MagpieDescriptors(table)
        self.table = table
        electronegativity = (table.values("magpie_Electronegativity") ?? []).map { $0 ?? .nan }
    }

    /// The descriptors of a reaction, in the order of `names`.
    public func describe(_ reaction: InsertionReaction) -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(Self.names.count)
        let host = reaction.host
        magpie.append(reaction.discharged, to: &out)
        magpie.append(host, to: &out)
        out += magpie.properties(of: reaction.ion)
        let hostAtoms = host.atoms
        for element in Self.hostElements { out.append(host[element] / hostAtoms) }
        appendRedox(reaction, host, hostAtoms, to: &out)
        appendBounds(host, hostAtoms, reaction.ion, Double(reaction.ionCharge), to: &out)
        return out
    }

    /// Least and most ions per host atom by redox between 0.9 and 4.9 V, and the capacity between both in mAh/g.
    private func appendBounds(
        _ host: Composition, _ hostAtoms: Double, _ ion: Element, _ charge: Double, to out: inout [Double]
    ) {
        var (oxidised, reduced) = (0.0, 0.0)
        for (element, amount) in zip(host.elements, host.amounts) {
            let ladder = OxidationStates.ladder(element, in: host)
            var potential = -Double.infinity
            var (high, low) = (Double(ladder.lowest), Double(ladder.lowest))
            for rung in ladder.rungs {
                potential = max(potential, rung.potential)
                // Anions stay as reduced as they can be beside a metal.
                if potential <= (ladder.isCation ? OxidationStates.highestPotential : 1.5) {
                    high += Double(rung.electrons)
                }
                if potential < (ladder.isCation ? OxidationStates.lowestPotential : 1.5) {
                    low += Double(rung.electrons)
                }
            }
            oxidised += amount * high
            reduced += amount * low
        }
        let least = max(-oxidised / charge, 0)
        let most = max(-reduced / charge, 0)
        let mass = table.molarMass(host)
        func capacity(_ ions: Double, _ contained: Double) -> Double {
            InsertionReaction.capacity(
                ions: max(ions, 0), charge: 1, molarMass: mass + contained * table.atomicWeight(ion)) * charge
        }
        out += [
            least / hostAtoms, most / hostAtoms, capacity(most - least, most), mass / hostAtoms,
            capacity(hostAtoms / charge, 0),
        ]
    }

    private func appendRedox(
        _ reaction: InsertionReaction, _ host: Composition, _ hostAtoms: Double, to out: inout [Double]
    ) {
        let (charged, discharged, ion) = (reaction.charged, reaction.discharged, reaction.ion)
        let charge = Double(reaction.ionCharge)
        out += [
            charge, charged[ion] / charged.atoms, discharged[ion] / discharged.atoms, charged[ion] / hostAtoms,
            discharged[ion] / hostAtoms, reaction.ionsInserted / hostAtoms, reaction.ionsInserted * charge / hostAtoms,
        ]
        let (before, after) = (OxidationStates(charged), OxidationStates(discharged))
        out += [before == nil ? 0 : 1, after == nil ? 0 : 1]
        let ladder = Self.climb(host, from: charged, to: discharged)
        out += [ladder.mean, ladder.highest, ladder.lowest]
        if let active = ladder.active {
            let properties = magpie.properties(of: active)
            let start = properties.startIndex
            func state(_ states: OxidationStates?, _ composition: Composition) -> Double {
                guard let states, let place = composition.elements.firstIndex(of: active) else { return .nan }
                return states.states[place]
            }
            out += [state(before, charged), state(after, discharged)]
            out += [
                properties[start + 7], properties[start], properties[start + 4], properties[start + 5],
                properties[start + 6],
                properties[start + 10], host[active] / hostAtoms, reaction.ionsInserted * charge / host[active],
            ]
        } else {
            out += [Double](repeating: .nan, count: 10)
        }
        // Bonds: anions, cations, and the centres of oxoanions, which pull electrons away from the metal's bonds.
        var (anionSum, anions, cationSum, cations, states) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (centreSum, centres, metals) = (0.0, 0.0, 0.0)
        var (redoxCharged, redoxDischarged, redox) = (0.0, 0.0, 0.0)
        var strongest = 0.0
        for (index, element) in discharged.elements.enumerated() where element != ion {
            let amount = discharged.amounts[index]
            let own = electronegativity[Int(element.number)]
            let state = after?.states[index]
            let isAnion = state.map { $0 < 0 } ?? (own > 2.5)
            if isAnion {
                anionSum += amount * own
                anions += amount
            } else {
                cationSum += amount * own
                cations += amount
                states += amount * (state ?? .nan)
                if element != ladder.active, own > strongest { strongest = own }
                if [5, 6, 7, 14, 15, 16, 33, 34].contains(element.number) {
                    centreSum += amount * own
                    centres += amount
                } else {
                    metals += amount
                }
                if OxidationStates.ladder(element, in: discharged).isCation,
                    OxidationStates.ladder(element, in: discharged).rungs.count > 0
                {
                    redox += amount
                    redoxDischarged += amount * (state ?? .nan)
                    if let before, let place = charged.elements.firstIndex(of: element) {
                        redoxCharged += amount * before.states[place]
                    } else {
                        redoxCharged = .nan
                    }
                }
            }
        }
        let oxygen = discharged[.oxygen]
        out += [
            anionSum / anions, cationSum / cations, anions / hostAtoms,
            ladder.active.map { oxygen / host[$0] } ?? .nan, centres / hostAtoms, centres > 0 ? centreSum / centres : 0,
            states / cations, strongest, metals / hostAtoms, redoxCharged / redox, redoxDischarged / redox,
        ]
    }

    /// The rungs of the ladders of oxidation states between both ends: their mean, highest and lowest potential, and
    /// the element that
    /// gives most of the electrons.
    private static func climb(
        _ host: Composition, from charged: Composition, to discharged: Composition
    ) -> (mean: Double, highest: Double, lowest: Double, active: Element?) {
        guard let before = OxidationStates(charged), let after = OxidationStates(discharged) else {
            return (.nan, .nan, .nan, nil)
        }
        var (sum, electrons, highest, lowest) = (0.0, 0.0, -Double.infinity, Double.infinity)
        var most = 0.0
        var active: Element?
        for (index, element) in host.elements.enumerated() {
            guard let a = charged.elements.firstIndex(of: element), let b = discharged.elements.firstIndex(of: element)
            else {
                continue
            }
            let (top, bottom) = (before.states[a], after.states[b])
            let ladder = OxidationStates.ladder(element, in: discharged)
            var reached = Double(ladder.lowest)
            var own = 0.0
            var potential = -Double.infinity
            for rung in ladder.rungs {
                potential = max(potential, rung.potential)
                let share = min(top, reached + Double(rung.electrons)) - max(bottom, reached)
                reached += Double(rung.electrons)
                guard share > 1e-9 else { continue }
                let count = share * host.amounts[index]
                sum += count * potential
                own += count
                highest = max(highest, potential)
                lowest = min(lowest, potential)
            }
            electrons += own
            if own > most {
                most = own
                active = element
            }
        }
        guard electrons > 0 else { return (.nan, .nan, .nan, nil) }
        return (sum / electrons, highest, lowest, active)
    }
}
