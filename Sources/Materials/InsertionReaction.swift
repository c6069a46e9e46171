/// An ion's insertion: host + Δx ions ⇌ discharged electrode.
///
/// Charged and discharged formulas are brought to the same amount of host; the host must not change.
public struct InsertionReaction: Sendable, Hashable {
    /// The ion that moves.
    public let ion: Element
    /// Its charge z.
    public let ionCharge: Int
    /// Composition when charged (fewer ions), per formula unit of `discharged`.
    public let charged: Composition
    /// Composition when discharged (more ions), as written.
    public let discharged: Composition
    /// Ions inserted per formula unit of `discharged`, above 0.
    public let ionsInserted: Double

    /// From two formulas of the same host.
    ///
    /// Throws ``MaterialError`` of kind `formula` where the ion is none that batteries move, the hosts differ by more
    /// than 1 %, or
    /// the discharged formula does not hold more of the ion.
    public init(charged: Composition, discharged: Composition, ion: Element) throws {
        guard let ionCharge = ion.ionCharge else {
            let known = Element.mobileIons.map(\.element.symbol).joined(separator: ", ")
            throw MaterialError(.formula, place: ion.symbol, problem: "no mobile ion", remedy: "ions are \(known)")
        }
        let host = charged.removing(ion)
        let dischargedHost = discharged.removing(ion)
        guard host.elements == dischargedHost.elements, !host.elements.isEmpty else {
            throw MaterialError(
                .formula, place: discharged.reduced, problem: "another host than \(charged.reduced)",
                remedy: "charged and discharged formulas differ in \(ion) alone")
        }
        let scale = dischargedHost.atoms / host.atoms
        for (a, b) in zip(host.amounts, dischargedHost.amounts) where abs(a * scale - b) > 0.01 * b {
            throw MaterialError(
                .formula, place: discharged.reduced, problem: "another host than \(charged.reduced)",
                remedy: "charged and discharged formulas differ in \(ion) alone")
        }
        let scaled = charged.scaled(by: scale)
        ionsInserted = discharged[ion] - scaled[ion]
        guard ionsInserted > 1e-9 * discharged.atoms else {
            throw MaterialError(
                .formula, place: discharged.reduced,
                problem: "no more \(ion) than \(charged.reduced)",
                remedy: "the discharged formula holds more of the ion")
        }
        self.ion = ion
        self.ionCharge = ionCharge
        self.charged = scaled
        self.discharged = discharged
    }

    /// The host: the composition without any of the ion, per formula unit of `discharged`.
    public var host: Composition { discharged.removing(ion) }

    /// Theoretical capacity in mAh per gram of discharged electrode, exact: `F Δx z / (3.6 M)`.
    public func gravimetricCapacity(_ table: ElementTable) -> Double {
        gravimetricCapacity(table, perGramOf: discharged)
    }

    /// The same per gram of another ion content of the host, however it is written.
    public func gravimetricCapacity(_ table: ElementTable, perGramOf composition: Composition) -> Double {
        Self.capacity(
            ions: ions(perFormulaOf: composition), charge: ionCharge, molarMass: table.molarMass(composition))
    }

    /// What stands for the reaction in tables: equal for all writings of the same.
    var key: String { "\(ion)|\(charged.reduced)|\(discharged.reduced)" }

    /// The discharged formula, where another is that of the charged end: positive electrodes are made as the first. Nil
    /// where `formula` is no charged end.
    public func partner(of formula: Formula) -> Formula? {
        guard formula.composition.reduced == charged.reduced else { return nil }
        // As people write it, where that is simply the ion before the host.
        let amount = ions(perFormulaOf: formula.composition)
        let count = amount == 1 ? "" : amount == amount.rounded() ? "\(Int(amount))" : "\(amount)"
        if let plain = try? Formula(ion.symbol + count + formula.resolved), formula.composition[ion] == 0,
            plain.composition.reduced == discharged.reduced
        {
            return plain
        }
        return try? Formula(discharged.reduced)
    }

    /// What is to be said where a charged end is taken as its partner.
    public static func remark(partner: Formula) -> String {
        "the charged end of a positive electrode: taken as \(partner.text), which such electrodes are made as"
    }

    /// `F Δx z / (3.6 M)` in mAh/g, with M in g/mol.
    public static func capacity(ions: Double, charge: Int, molarMass: Double) -> Double {
        faraday * ions * Double(charge) / (3.6 * molarMass)
    }

    /// Faraday's constant in C/mol, exact since the SI of 2019.
    public static let faraday = 96_485.332_123_310_02
}

/// How many ions an electrode of a formula can give and take, and by what that is limited.
public struct IonRange: Sendable, Hashable {
    /// Whether a limit is set by ions, by redox, or was written down for a known material.
    public enum Limit: String, Sendable {
        /// No more ions are there.
        case ions
        /// No cation gives or takes more electrons.
        case redox
    }

    /// The ion.
    public var ion: Element
    /// Ions per formula unit as written.
    public var content: Double
    /// Ions that can leave, per formula unit; 0 where none is there.
    public var removable: Double
    /// What limits `removable`.
    public var limit: Limit
    /// Ions that can be taken up beyond `content`, per formula unit, by redox alone: sites are not looked at.
    public var insertable: Double

    /// The range of a composition and an ion; nil where its charges do not balance.
    ///
    /// Cations alone give electrons, between 0.9 and 4.9 V against lithium by the order of ``OxidationStates`` and no further
    /// than a polyanion or a cyanide lets them: iron, cobalt and nickel to 3+, manganese to 4+ in some alone. Oxide ions are not
    /// counted, so that `removable` of lithium-rich oxides is less than what they are charged to.
    public init?(_ composition: Composition, ion: Element) {
        guard let charge = ion.ionCharge, let giving = OxidationStates.electrons(of: composition, giving: true),
            let taking = OxidationStates.electrons(of: composition, giving: false)
        else { return nil }
        self.ion = ion
        content = composition[ion]
        let byRedox = giving / Double(charge)
        removable = min(content, byRedox)
        limit = content <= byRedox * (1 + 1e-9) ? .ions : .redox
        insertable = taking / Double(charge)
    }

    /// What is to be said of it: ions are there, and no cation gives the electrons for them to leave.
    public var remark: String? {
        guard content > 0, removable <= 1e-9, insertable > 1e-9 else { return nil }
        return
            "no cation gives electrons below \(OxidationStates.highestPotential) V: its \(ion) leaves by oxygen redox "
            + "alone, which is not counted; what is predicted is the uptake of more \(ion)"
    }

    /// Most ions that redox of an oxide or a fluoride allows: its cations reduced as far as an insertion host is, centres
    /// of oxoanions oxidised. Nil for other hosts, where that says nothing.
    static func most(_ composition: Composition, ion: Element) -> Double? {
        let host = composition.removing(ion)
        // H, C and N make organic and hydrated hosts.
        guard host[.oxygen] > 0 || host.elements.contains(where: { $0.number == 9 }),
            !host.elements.contains(where: { [1, 6, 7].contains($0.number) })
        else { return nil }
        var reduced = 0.0
        for (element, amount) in zip(host.elements, host.amounts) {
            let ladder = OxidationStates.ladder(element, in: host)
            var state = Double(ladder.lowest)
            var highest = -Double.infinity
            for rung in ladder.rungs {
                highest = max(highest, rung.potential)
                if highest < (ladder.isCation ? OxidationStates.lowestPotential : 1.5) {
                    state += Double(rung.electrons)
                }
            }
            reduced += amount * state
        }
        return max(-reduced / Double(ion.ionCharge ?? 1), 0)
    }

    /// Ions that make the theoretical capacity: those that can leave, or for a host without any those it can take up.
    public var exchanged: Double { content > 0 ? removable : insertable }
}
