/// Lithium salts by the names that people use.
enum ElectrolyteSalt {
    /// A salt that was measured in liquids, by its name or another one. Throws ``MaterialError`` of kind `usage`.
    static func liquid(_ name: String) throws -> String {
        let names = LiquidElectrolyteData.saltNames
        let own = otherNames[letters(name)] ?? name
        if let found = names.first(where: { letters($0) == letters(own) }) { return found }
        throw unknown(name, among: names)
    }

    /// The SMILES of a salt by its name; a text that is no name is taken for SMILES. Throws ``MaterialError`` of kind
    /// `usage`: no salt of lithium.
    static func smiles(_ name: String) throws -> String {
        if let known = structures[otherNames[letters(name)] ?? name]
            ?? structures.first(where: { letters($0.key) == letters(name) })?.value
        {
            return known
        }
        guard let molecule = try? Molecule(smiles: name) else {
            throw unknown(name, among: structures.keys.sorted())
        }
        guard molecule.atoms.contains(where: { $0.element == .lithium && $0.charge == 1 }) else {
            throw MaterialError(
                .usage, place: "--salt \(name)", problem: "no lithium ion in it",
                remedy: "SMILES such as F[P-](F)(F)(F)(F)F.[Li+], or a name such as LiTFSI")
        }
        return name
    }

    private static func unknown(_ name: String, among names: [String]) -> MaterialError {
        MaterialError(
            .usage, place: "--salt \(name)", problem: "no salt that was measured",
            remedy: Spelling.nearest(to: name, among: names).map { "nearest: \($0)" }
                ?? "there are \(names.joined(separator: ", "))")
    }

    private static func letters(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

    private static let otherNames = [
        "lin(cf3so2)2": "LiTFSI", "lincf3so22": "LiTFSI", "litfsa": "LiTFSI", "liotf": "LiCF3SO3", "litf": "LiCF3SO3",
        "litriflate": "LiCF3SO3", "lifsa": "LiFSI",
    ]

    private static let structures = [
        "LiTFSI": "O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F.[Li+]", "LiFSI": "O=S(=O)(F)[N-]S(=O)(=O)F.[Li+]",
        "LiCF3SO3": "O=S(=O)([O-])C(F)(F)F.[Li+]", "LiClO4": "[Li+].[O-][Cl+3]([O-])([O-])[O-]",
        "LiBF4": "F[B-](F)(F)F.[Li+]", "LiPF6": "F[P-](F)(F)(F)(F)F.[Li+]", "LiAsF6": "F[As-](F)(F)(F)(F)F.[Li+]",
        "LiSbF6": "F[Sb-](F)(F)(F)(F)F.[Li+]", "LiBOB": "O=C1O[B-]2(OC1=O)OC(=O)C(=O)O2.[Li+]",
        "LiDFOB": "O=C1O[B-](F)(F)OC1=O.[Li+]", "LiTDI": "N#Cc1nc(C(F)(F)F)[n-]c1C#N.[Li+]",
        "LiBETI": "O=S(=O)([N-]S(=O)(=O)C(F)(F)C(F)(F)F)C(F)(F)C(F)(F)F.[Li+]", "LiCl": "[Cl-].[Li+]",
        "LiBr": "[Br-].[Li+]", "LiI": "[I-].[Li+]", "LiSCN": "[S-]C#N.[Li+]",
    ]
}

/// Temperatures at which electrolytes are asked for.
enum ElectrolyteTemperature {
    /// °C within -100 to 300. Throws ``MaterialError`` of kind `usage`.
    static func checked(_ celsius: Double) throws -> Double {
        guard (-100...300).contains(celsius) else {
            throw MaterialError(
                .usage, place: "--temperature \(celsius)", problem: "out of range", remedy: "-100 to 300 °C")
        }
        return celsius
    }
}
