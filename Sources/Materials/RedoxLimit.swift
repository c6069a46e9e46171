/// How far an electrode's anions let its cations be oxidised within an electrolyte's stability.
///
/// The ladder of ``OxidationStates`` orders the redox pairs of all hosts alike. What binds oxygen more tightly than a metal
/// does, such as phosphorus, lowers the metal's levels and raises the potentials of its pairs (the inductive effect:
/// Goodenough and Kim, Chem. Mater. 22 (2010) 587): pairs that an oxide uses below 4.9 V lie beyond it in a polyanion.
/// Oxides, fluorides and chalcogenides keep to the ladder.
enum RedoxLimit {
    /// What surrounds the metals.
    private enum Framework {
        /// Oxides and whatever else keeps to the ladder.
        case ladder
        /// Phosphates, sulfates, borates and the like, fluorophosphates and fluorosulfates among them.
        case polyanion
        /// Silicates.
        case silicate
        /// Two metals for three phosphates, as in Na3V2(PO4)3.
        case nasicon
        /// As many carbonates as phosphates, as in Na3MnPO4CO3.
        case carbonophosphate
        /// Prussian blue and its kin.
        case cyanide
    }

    /// The highest state that a cation reaches; nil where the ladder alone limits it.
    ///
    /// Vanadium keeps its ladder: it is charged to 5+ in LiVOPO4 and beyond 4+ in Li3V2(PO4)3 (Kerr et al., Electrochem.
    /// Solid-State Lett. 3 (2000) 460; Saidi et al., J. Power Sources 119 (2003) 266).
    static func highestState(of element: Element, in composition: Composition) -> Int? {
        // Chromium to copper: others have no limit, whatever they stand in.
        guard (24...29).contains(element.number) else { return nil }
        switch (framework(of: composition), element.symbol) {
        case (.ladder, _): return nil
        // Of phosphates the pair 3+/4+ of no late metal lies within reach (Hautier et al., Chem. Mater. 25 (2013) 2064);
        // LiNiPO4 and LiCoPO4 use 2+/3+ already about 5 V (Wolfenstine and Allen, J. Power Sources 142 (2005) 389). Of
        // Li2FeSiO4 oxygen is oxidised beyond Fe3+ (Zheng et al., J. Phys. Chem. Lett. 9 (2018) 6262).
        case (_, "Fe"), (_, "Co"): return 3
        // In a cyanide only the iron beside nickel or copper changes its state (Wessells et al., ACS Nano 6 (2012) 1688).
        case (.cyanide, "Ni"), (_, "Cu"): return 2
        case (_, "Ni"): return 3
        // Mn4+ at 4.1 V against sodium in Na3MnTi(PO4)3 (Gao et al., Chem. Mater. 28 (2016) 6553), in Na3MnPO4CO3 (Chen
        // et al., Chem. Mater. 25 (2013) 2777) and in Li2MnSiO4 (Zheng et al. 2018); nowhere in olivines.
        case (.nasicon, "Mn"), (.carbonophosphate, "Mn"), (.silicate, "Mn"): return 4
        case (_, "Mn"): return 3
        // Cr4+ at 4.5 V against sodium in Na3Cr2(PO4)3 (Kawai et al., ACS Appl. Energy Mater. 1 (2018) 928).
        case (.nasicon, "Cr"): return 4
        case (_, "Cr"): return 3
        default: return nil
        }
    }

    private static func framework(of composition: Composition) -> Framework {
        var (oxygen, carbon, nitrogen, boron, phosphorus, silicon) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        var (sulfurAndArsenic, metals) = (0.0, 0.0)
        for (element, amount) in zip(composition.elements, composition.amounts) {
            switch element.number {
            case 5: boron += amount
            case 6: carbon += amount
            case 7: nitrogen += amount
            case 8: oxygen += amount
            case 14: silicon += amount
            case 15: phosphorus += amount
            case 16, 33: sulfurAndArsenic += amount
            // Alkali metals, whose ions move, and what is left of the nonmetals.
            case 1, 3, 9, 11, 17, 19, 34, 35, 37, 53, 55: break
            default: metals += amount
            }
        }
        if carbon > oxygen, nitrogen >= carbon * (1 - tolerance) { return .cyanide }
        let tetrahedral = phosphorus + silicon + sulfurAndArsenic
        let triangular = boron + (nitrogen > 0 ? 0 : carbon)
        // Dopants and coatings make no polyanion of an oxide: half of the oxygen is bound, and enough of it for all centres.
        guard oxygen > 0, 4 * tetrahedral + 3 * triangular >= 0.5 * oxygen,
            oxygen >= 2 * (tetrahedral + triangular)
        else { return .ladder }
        if silicon > 0.5 * (tetrahedral + triangular) { return .silicate }
        if carbon > 0, abs(carbon - phosphorus) < tolerance * phosphorus { return .carbonophosphate }
        let isOrthophosphate = phosphorus > 0 && oxygen >= 4 * phosphorus * (1 - tolerance)
        return isOrthophosphate && metals <= 2.0 / 3 * phosphorus * (1 + tolerance) ? .nasicon : .polyanion
    }

    /// Amounts may be off by this fraction, as of doped materials.
    private static let tolerance = 0.05
}
