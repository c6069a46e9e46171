import Cells

/// Names that people use for materials instead of their formulas.
public enum MaterialNames {
    /// Names and formulas, in the order of the groups below. Case and blanks do not matter when one is looked up.
    public static let table: [(names: [String], formula: String)] = [
        (["LCO", "lithium cobalt oxide", "lithium cobaltate"], "LiCoO2"),
        (["LNO", "lithium nickel oxide"], "LiNiO2"),
        (["LMO", "lithium manganese oxide", "lithium manganese spinel"], "LiMn2O4"),
        (["LNMO", "high-voltage spinel"], "LiNi0.5Mn1.5O4"),
        (["LFP", "lithium iron phosphate"], "LiFePO4"),
        (["LMP", "lithium manganese phosphate"], "LiMnPO4"),
        (["LCP", "lithium cobalt phosphate"], "LiCoPO4"),
        (["LMFP", "LMFP64", "lithium manganese iron phosphate"], "LiMn0.6Fe0.4PO4"),
        (["NCA", "lithium nickel cobalt aluminium oxide"], "LiNi0.8Co0.15Al0.05O2"),
        (["NMC955"], "LiNi0.9Mn0.05Co0.05O2"),
        (["NMA"], "LiNi0.9Mn0.05Al0.05O2"),
        (["LRLO", "LMR-NMC", "Li-rich NMC"], "Li1.2Mn0.54Ni0.13Co0.13O2"),
        (["LVP"], "Li3V2(PO4)3"),
        (["LVPF"], "LiVPO4F"),
        (["LTO", "lithium titanate"], "Li4Ti5O12"),
        (["TNO"], "TiNb2O7"),
        (["graphite", "natural graphite", "synthetic graphite"], "C6"),
        (["hard carbon"], "C"),
        (["silicon"], "Si"),
        (["silicon oxide", "silicon monoxide"], "SiO"),
        (["tin"], "Sn"),
        (["lithium", "lithium metal"], "Li"),
        (["sodium", "sodium metal"], "Na"),
        (["sulfur", "sulphur"], "S"),
        (["NVP"], "Na3V2(PO4)3"),
        (["NVPF"], "Na3V2(PO4)2F3"),
        (["NFM111", "NFM"], "NaNi1/3Fe1/3Mn1/3O2"),
        (["NFP", "maricite"], "NaFePO4"),
        (["Prussian white"], "Na2Fe2(CN)6"),
        (["LLZO"], "Li7La3Zr2O12"),
        (["LATP"], "Li1.3Al0.3Ti1.7(PO4)3"),
        (["LAGP"], "Li1.5Al0.5Ge1.5(PO4)3"),
        (["LGPS"], "Li10GeP2S12"),
        (["LPS", "lithium thiophosphate"], "Li3PS4"),
        (["argyrodite", "LPSCl"], "Li6PS5Cl"),
        (["LiPON"], "Li2.9PO3.3N0.46"),
    ]

    /// The formula that a name stands for, nil where `text` is no name.
    ///
    /// `NMC` and `NCM` with three digits give nickel, manganese and cobalt in the order of their letters, in tenths
    /// where the
    /// digits add up to ten and in thirds for 111 and 333. Throws `MaterialError` where they add up to anything else.
    static func formula(of text: String) throws -> String? {
        // Most texts are formulas; a name has no capital after a digit and none is longer than this.
        guard text.utf8.count <= longestName else { return nil }
        let key = normal(text)
        if let formula = byName[key] { return formula }
        guard key.hasPrefix("nmc") || key.hasPrefix("ncm") else { return nil }
        let digits = key.utf8.dropFirst(3).map { Int($0) - 0x30 }
        guard digits.count == 3, digits.allSatisfy({ (0...9).contains($0) }) else {
            throw MaterialError(
                .formula, place: text, problem: "which proportions of Ni, Mn and Co is not said",
                remedy: "write three digits, as in NMC811, or the formula")
        }
        let sum = digits.reduce(0, +)
        guard sum == 10 || digits == [1, 1, 1] || digits == [3, 3, 3] else {
            throw MaterialError(
                .formula, place: text, problem: "its digits add up to \(sum), not to 10",
                remedy: "write the formula, such as LiNi0.8Mn0.1Co0.1O2")
        }
        let (second, third) = key.hasPrefix("nmc") ? ("Mn", "Co") : ("Co", "Mn")
        let parts = zip(["Ni", second, third], digits).map { element, digit in
            digit == 0 ? "" : sum == 10 ? "\(element)0.\(digit)" : "\(element)1/3"
        }
        return "Li" + parts.joined() + "O2"
    }

    /// The symbol of the element that a misspelt word most likely means.
    static func nearestElement(to word: String) -> String? {
        let word = String(word.prefix(20))
        if let symbol = englishNames[word.lowercased()] { return symbol }
        let known = Element.symbols.prefix(94)
        // Case first: `li`, `FE`.
        let capitalised = word.prefix(1).uppercased() + word.dropFirst().lowercased()
        if known.contains(capitalised) { return capitalised }
        // A long run of small letters: the elements it may be made of, such as `lifepo` of Li, Fe, P and O.
        if word.utf8.count > 3, let split = elements(in: word.lowercased()) { return "\(split), with its numbers" }
        if let name = nearest(to: word.lowercased(), among: englishNames.keys.sorted()), word.utf8.count > 3 {
            return englishNames[name]
        }
        // Symbols with the same first letter, elements of batteries before others.
        let common = [
            "Li", "Na", "K", "Mg", "Ca", "Zn", "Al", "Mn", "Fe", "Co", "Ni", "Ti", "V", "Cr", "Cu", "P", "O", "S", "F",
        ]
        let first = word.prefix(1).uppercased()
        return (common + known).first { $0.hasPrefix(first) }
    }

    /// Splits small letters into symbols, battery elements first: `lifepo` into `LiFePO`; nil where that is impossible.
    private static func elements(in word: String) -> String? {
        let letters = Array(word.utf8.prefix(24))
        var best: [String?] = [""]
        for end in 1...letters.count {
            var found: String?
            for length in [2, 1] where end >= length {
                guard let before = best[end - length] else { continue }
                let first = letters[end - length] & 0xDF
                guard let element = Element(first: first, second: length == 2 ? letters[end - 1] : 0),
                    element.number < 84
                else { continue }
                found = before + element.symbol
                break
            }
            best.append(found)
        }
        return best.last ?? nil
    }

    private static let longestName = 40

    private static let byName: [String: String] = {
        var all: [String: String] = [:]
        for entry in table { for name in entry.names { all[normal(name)] = entry.formula } }
        // The symbols of elements are formulas before they are names.
        for symbol in Element.symbols { all[symbol.lowercased()] = nil }
        return all
    }()

    /// Small letters and digits alone.
    private static func normal(_ text: String) -> String {
        String(
            decoding: text.lowercased().utf8.filter {
                ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 >= 0x80
            }, as: UTF8.self)
    }

    private static let englishNames: [String: String] = [
        "hydrogen": "H", "lithium": "Li", "beryllium": "Be", "boron": "B", "carbon": "C", "nitrogen": "N",
        "oxygen": "O",
        "fluorine": "F", "fluor": "F", "sodium": "Na", "natrium": "Na", "magnesium": "Mg", "aluminium": "Al",
        "aluminum": "Al", "silicon": "Si", "phosphorus": "P", "sulfur": "S", "sulphur": "S", "chlorine": "Cl",
        "potassium": "K", "kalium": "K", "calcium": "Ca", "scandium": "Sc", "titanium": "Ti", "vanadium": "V",
        "chromium": "Cr", "manganese": "Mn", "iron": "Fe", "cobalt": "Co", "nickel": "Ni", "copper": "Cu", "zinc": "Zn",
        "gallium": "Ga", "germanium": "Ge", "arsenic": "As", "selenium": "Se", "bromine": "Br", "rubidium": "Rb",
        "strontium": "Sr", "yttrium": "Y", "zirconium": "Zr", "niobium": "Nb", "molybdenum": "Mo", "ruthenium": "Ru",
        "silver": "Ag", "cadmium": "Cd", "indium": "In", "tin": "Sn", "antimony": "Sb", "tellurium": "Te",
        "iodine": "I", "caesium": "Cs", "barium": "Ba", "lanthanum": "La", "cerium": "Ce", "neodymium": "Nd",
        "hafnium": "Hf", "tantalum": "Ta", "tungsten": "W", "wolfram": "W", "platinum": "Pt", "gold": "Au",
        "mercury": "Hg", "lead": "Pb", "bismuth": "Bi",
    ]
}
