/// Ranges of ageing parameters by class of material, each with its source. None is fitted; they are as wide as the literature
/// spreads, and wider where it is thin.
enum AgeingPriors {
    // MARK: - Taken as known

    /// Hardly differs between the classes: 0.2 to 0.3; O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909.
    static let poissonRatio = 0.25
    /// Where the exchange currents of dissolution and oxidation stand, V against lithium.
    static let dissolutionPotential = 4.0
    static let oxidationPotential = 4.2
    /// J/mol. Both reactions roughly double every 10 K between 25 and 45 °C: Waldmann, Wilka, Kasper, Fleischhammer,
    /// Wohlfahrt-Mehrens, J. Power Sources 262 (2014) 129.
    static let dissolutionActivation = 40_000.0
    static let oxidationActivation = 40_000.0
    /// Of the SEI: O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909.
    static let solvent = 2636.0
    static let seiVolume = 9.585e-5
    static let seiThickness = 5e-9
    static let seiOnCracks = 5e-13
    /// A tenth of theirs, so that cracks begin with a fifth of the particle's surface and not with twice it, 1/m².
    static let cracks = 3.18e14
    static let seiResistivity = 2e5
    static let seiActivation = 38_000.0

    // MARK: - Ranges

    /// Young's modulus, critical stress and rate of the loss by stress.
    static func mechanics(_ whose: String, _ kind: ElectrodeClass) -> [AgeingPrior] {
        let (modulus, source) = youngModulus(kind)
        let (critical, criticalSource) = criticalStress(kind)
        return [
            AgeingPrior(
                "\(whose): Young's modulus", modulus.0 * 1e9, modulus.1 * 1e9, "Pa", isLogarithmic: true, source: source
            ),
            AgeingPrior(
                "\(whose): critical stress", critical.0 * 1e6, critical.1 * 1e6, "Pa", isLogarithmic: true,
                source: criticalSource),
            AgeingPrior(
                "\(whose): loss of active material at the critical stress", 3e-9, 1e-7, "s-1", isLogarithmic: true,
                source:
                    "from a third of O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909, whose value ends cells within some "
                    + "hundred cycles, down to lives of commercial cells: Preger et al., J. Electrochem. Soc. 167 (2020) 120532"
            ),
        ]
    }

    /// GPa.
    private static func youngModulus(_ kind: ElectrodeClass) -> ((Double, Double), String) {
        switch kind {
        case .layeredOxide:
            return (
                (140, 265),
                "Xu, Sun, de Vasconcelos, Zhao, J. Electrochem. Soc. 164 (2017) A3333 (NMC532); Qi, Hector, James, Kim, "
                    + "J. Electrochem. Soc. 161 (2014) F3010 (LiCoO2)"
            )
        case .spinel:
            return (
                (87, 200),
                "LiMn2O4 particles, 87 discharged to 104 charged: Amanieu et al., Acta Mater. 89 (2015) 153; crystals as "
                    + "calculated: Qi, Hector, James, Kim, J. Electrochem. Soc. 161 (2014) F3010"
            )
        case .polyanion:
            return (
                (90, 150), "Maxisch and Ceder, Phys. Rev. B 73 (2006) 174112 (LiFePO4, FePO4), and 25 % either side"
            )
        case .titanate:
            return (
                (87, 290),
                "no figure of Li4Ti5O12 was found: from spinel particles (LiMn2O4: Amanieu et al., Acta Mater. 89 (2015) 153) "
                    + "to dense rutile (Isaak, Carnes, Anderson, Cynn, Hake, Phys. Chem. Miner. 26 (1998) 31)"
            )
        case .prussianBlue: return ((10, 60), "assumed: open frameworks are softer than oxides")
        case .graphite: return ((10, 35), "Qi and Harris, J. Electrochem. Soc. 157 (2010) A741, and porous particles")
        case .hardCarbon: return ((8, 35), "assumed: the span of graphite")
        case .alloy:
            return (
                (20, 90), "Shenoy, Johari, Qi, J. Power Sources 195 (2010) 6825 (silicon from bare to fully lithiated)"
            )
        case .other: return ((20, 250), "assumed: the span of all other classes")
        }
    }

    /// MPa.
    private static func criticalStress(_ kind: ElectrodeClass) -> ((Double, Double), String) {
        let base = "a factor of two either side of O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909"
        switch kind {
        case .layeredOxide: return ((190, 750), base + " (NMC811)")
        case .spinel, .polyanion, .titanate: return ((190, 750), "as layered oxides; assumed")
        case .graphite: return ((30, 120), base + " (graphite)")
        case .hardCarbon: return ((30, 120), "as graphite; assumed")
        case .alloy:
            return (
                (300, 1700),
                "flow stress of silicon in tension and compression: Sethuraman, Chon, Shimshak, Srinivasan, Guduru, J. Power "
                    + "Sources 195 (2010) 5062"
            )
        case .prussianBlue, .other: return ((30, 750), "assumed: the span of all other classes")
        }
    }

    /// Dissolution and oxidation.
    static let atThePositive = [
        AgeingPrior(
            "positive electrode: exchange current of dissolution at 4.0 V", 1e-7, 1e-5, "A.m-2", isLogarithmic: true,
            source:
                "form: Kindermann, Keil, Frank, Jossen, J. Electrochem. Soc. 164 (2017) E287; range such that particles of "
                + "5 µm lose between 0.01 and 1.3 % in 1000 h at 4.0 V, wider than the span of commercial cells: Preger et al., "
                + "J. Electrochem. Soc. 167 (2020) 120532"),
        AgeingPrior(
            "positive electrode: transfer coefficient of dissolution", 0.1, 0.3, "", isLogarithmic: false,
            source:
                "assumed, no measured slope was found: 1.5 to 3 times as fast per 0.1 V at 25 °C; a single electron's 0.5 "
                + "would have spinels at 4.7 V gone in days"),
        AgeingPrior(
            "positive electrode: exchange current of electrolyte oxidation at 4.2 V", 1e-6, 1e-4, "A.m-2",
            isLogarithmic: true,
            source:
                "range about the slippage of charge end points: Smith, Burns, Zhao, Xiong, Dahn, J. Electrochem. Soc. 158 "
                + "(2011) A1136"),
        AgeingPrior(
            "positive electrode: transfer coefficient of electrolyte oxidation", 0.1, 0.3, "", isLogarithmic: false,
            source:
                "assumed, no measured slope was found: 1.5 to 3 times as fast per 0.1 V at 25 °C; a single electron's 0.5, "
                + "which models take (Darling and Newman, J. Electrochem. Soc. 145 (1998) 990), would have spinels at 4.7 V "
                + "gone in days"),
        AgeingPrior(
            "electrons taken at the negative electrode per electron of oxidation", 1, 1.2, "", isLogarithmic: false,
            source: "at least one: protons from oxidation are reduced there, Metzger, Strehle, Solchenbach, Gasteiger, "
                + "J. Electrochem. Soc. 163 (2016) A798; up to a fifth more for other products, assumed"),
    ]

    /// SEI and the cracks on which it grows anew.
    static let interphase = [
        AgeingPrior(
            "negative electrode: diffusivity of solvent in the SEI", 1e-21, 1e-19, "m2.s-1", isLogarithmic: true,
            source:
                "such that a graphite cell loses about 2 to 25 % of its lithium in 500 cycles, the span of commercial cells: "
                + "Preger et al., J. Electrochem. Soc. 167 (2020) 120532; O'Kane et al. 2022 have 2.5e-22"),
        AgeingPrior(
            "negative electrode: cracking rate", 1e-21, 4e-20, "m.(Pa.m0.5)-2.2 per hour", isLogarithmic: true,
            source: "up to O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909"),
    ]
}
