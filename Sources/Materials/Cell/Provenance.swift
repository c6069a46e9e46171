/// Where the values of a candidate's cell come from, one sentence each.
struct Provenance {
    /// What is known, predicted or computed.
    var sources: [(name: String, text: String)] = []
    /// What is a prior of the class or a choice.
    var assumed: [(name: String, text: String)] = []
    /// Remarks.
    var notes: [(name: String, text: String)] = []

    init(designer: CellDesigner, cell: DesignedCell, values: ElectrodeValues, electrolyte: String) {
        let candidate = designer.candidate
        let side = candidate.role == .positive ? "Positive electrode" : "Negative electrode"
        let otherSide = candidate.role == .positive ? "Negative electrode" : "Positive electrode"
        let keys: [(ElectrodeProperty, String)] = [
            (.averageVoltage, "mean of OCP [V] over the window in use"), (.density, "density"),
            (.volumeChange, "change of volume"), (.usableFraction, "width of the window in use"),
            (.diffusivity, "Diffusivity [m2.s-1]"),
            (.exchangeCurrent, "Reaction rate constant [mol.m-2.s-1], from the exchange current at half filling"),
            (.conductivity, "Conductivity [S.m-1]"),
        ]
        for (property, key) in keys {
            let quantity = candidate[property]
            let unit = quantity.unit.isEmpty ? "" : " " + quantity.unit
            let text =
                "\(key): \(Self.short(values[property]))\(unit), \(quantity.origin.rawValue), 90 % range "
                + "\(Self.short(quantity.low)) to \(Self.short(quantity.high)). \(quantity.source)."
            let name = "\(side): \(property.rawValue)"
            if quantity.origin == .classPrior { assumed.append((name, text)) } else { sources.append((name, text)) }
        }
        let concentration = candidate.maximumConcentration(density: values[.density])
        // Per formula unit as written, where that is what it is made as.
        let isAsWritten = candidate.reference.reduced == candidate.formula.composition.reduced
        let units = isAsWritten ? candidate.formula.composition.atoms / candidate.reference.atoms : 1
        let how =
            "computed, n rho / M = \(Self.short(concentration)) with n = \(Self.short(units * candidate.ions)) and "
            + "M = \(Self.short(units * candidate.molarMass)) g/mol of \(candidate.referenceName)"
        let basis = candidate.structure == .alloy ? ", per volume without \(candidate.reaction.ion)." : "."
        sources.append(("\(side): c_max", "Maximum concentration [mol.m-3]: " + how + basis))
        let shape = candidate.shape
        let span = candidate[.voltageSpan]
        let spans =
            shape.usesSpan
            ? " of \(Self.short(values[.voltageSpan])) V, \(span.origin.rawValue), 90 % range \(Self.short(span.low)) to "
                + "\(Self.short(span.high)) (\(span.source))" : ""
        let told = ("\(side): OCP shape", "OCP [V]: \(shape.description)\(spans); \(shape.source).")
        if shape.usesSpan { assumed.append(told) } else { sources.append(told) }
        if candidate.role == .negative {
            let loss = candidate[.firstCycleLoss]
            assumed.append(
                ("\(side): first cycle", "first_cycle_loss \(Self.short(values[.firstCycleLoss])): \(loss.source)."))
        }
        assumed.append(
            (
                "\(side): particles",
                "Particle radius [m] \(candidate.particleRadius.value): \(candidate.particleRadius.source). Reaction rate "
                    + "constant activation energy: \(candidate.activationEnergy.source)."
            ))
        assumed.append(("\(side): entropy", "No entropic change is known: 0."))
        switch designer.counter {
        case .shipped(let shipped):
            sources.append(
                (
                    otherSide,
                    "Potential, transport and concentrations of \(shipped.rawValue): shipped cell \(shipped.cell), which "
                        + "names its sources; its porosity and thickness follow from the design."
                ))
            if let loss = try? designer.tables.prior("first_cycle_loss", of: shipped.group) {
                assumed.append(
                    ("\(otherSide): first cycle", "first_cycle_loss \(Self.short(loss.value)): \(loss.source)."))
            }
        case .material(let other):
            for property in ElectrodeProperty.allCases where property != .voltageSpan || other.shape.usesSpan {
                let quantity = other[property]
                let text =
                    "\(property.rawValue) \(Self.short(quantity.value)), \(quantity.origin.rawValue). \(quantity.source)."
                let name = "\(otherSide): \(property.rawValue)"
                if quantity.origin == .classPrior { assumed.append((name, text)) } else { sources.append((name, text)) }
            }
            sources.append(
                ("\(otherSide): OCP shape", "OCP [V]: \(other.shape.description); \(other.shape.source)."))
        }
        sources.append(("Electrolyte", electrolyte + "."))
        sources.append(
            ("Transport efficiency", "Porosity to the power 1.5 (Bruggeman, Ann. Phys. 416 (1935) 636)."))
        assumed.append(
            (
                "Design",
                "Thickness, porosities and N/P (\(Self.short(cell.design.negativeToPositive))) are chosen, not measured; "
                    + "the other electrode's thickness follows from N/P."
            ))
        assumed.append(
            (
                "Parts",
                "Foils, separator, binder, carbon, pouch and tabs: Data/cell-components.csv, with the source of each."
            ))
        notes.append(
            (
                "Windows",
                "Stoichiometries at SOC 0 and 1: the share of the theoretical capacity in use, less what the first charge "
                    + "loses; the cut-offs are the open-circuit voltages there."
            ))
        for (index, remark) in candidate.remarks.enumerated() { notes.append(("Remark \(index + 1)", remark + ".")) }
    }

    /// Four digits.
    private static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 1000 { scale *= 10 }
        while abs(value) * scale >= 10_000 { scale /= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(Float(rounded))"
    }
}
