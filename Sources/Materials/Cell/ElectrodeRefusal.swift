/// What is no electrode that a particle model can hold.
enum ElectrodeRefusal {
    /// Throws ``MaterialError`` of kind `formula` for organic and conversion electrodes and for bare ions.
    static func check(_ formula: Formula, ion: Element?) throws {
        let composition = formula.composition
        let host =
            ion.map(composition.removing)
            ?? Element.mobileIons.prefix(2).reduce(composition) {
                $0.removing($1.element)
            }
        func amount(_ symbols: [String]) -> Double {
            symbols.reduce(0) { $0 + (Element(symbol: $1).map { host[$0] } ?? 0) }
        }
        func refuse(_ what: String) -> MaterialError {
            MaterialError(
                .formula, place: formula.text, problem: what,
                remedy: "the cell model holds insertion and alloy electrodes, such as LiFePO4 or Si")
        }
        if let ion, host.elements.isEmpty { throw refuse("nothing but \(ion)") }
        if host.elements.isEmpty {
            throw refuse("metal that is plated, not a host")
        }
        let nonmetals = ["H", "C", "N", "O", "F", "P", "S", "Cl", "Se", "Br", "I", "B"]
        let metals = host.atoms - amount(nonmetals)
        let carbon = amount(["C"])
        if carbon > 0, host.elements.count > 1, amount(["H"]) > 0 || metals == 0 {
            throw refuse("an organic electrode")
        }
        if metals == 0, carbon == 0 {
            let isSulfur = amount(["S", "Se"]) == host.atoms
            throw refuse(isSulfur ? "a conversion electrode (sulfur dissolves and re-forms)" : "no host for ions")
        }
        // Binary compounds of late transition metals and of alloying elements turn into metal and salt; where the ion is
        // part of the formula, it sits in a host.
        let isBinary = composition.elements.count == 2 && host.elements.count == 2
        let converting = amount([
            "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ag", "Sn", "Sb", "Bi", "Pb", "Ge", "In", "Cd", "Ru",
        ])
        guard isBinary, converting == metals, metals > 0 else {
            if host.elements.count == 2, amount(["Si", "O"]) == host.atoms {
                throw refuse("a conversion electrode (silicon oxide becomes silicate and silicon)")
            }
            return
        }
        let oxygen = amount(["O"])
        // CoO2, NiO2, MnO2, Mn2O4 are charged layered oxides and spinels.
        if oxygen < 1.9 * metals {
            throw refuse("a conversion electrode (it becomes metal and salt)")
        }
    }
}
