public import Cells

/// Writes a designed cell as a cell file.
extension CellDesigner {
    /// The cell file of a designed cell: valid BPX, with where every value comes from under `User-defined > Cellar`.
    ///
    /// Throws ``MaterialError``.
    public func file(_ cell: DesignedCell, values: ElectrodeValues, name: String) throws -> CellFile {
        let document = try document(cell, values: values)
        return try MaterialError.translating { try CellFile(document: document, name: name) }
    }

    private func document(_ cell: DesignedCell, values: ElectrodeValues) throws -> FileValue {
        let isSodium = cell.ion == .sodium
        var header = FileObject()
        header["BPX"] = .text("1.1.1")
        header["Title"] = .text("\(candidate.formula.text) against \(counter.name), a candidate")
        header["Description"] = .text(
            "A cell that nobody has built: \(candidate.formula.text) as \(candidate.role.rawValue) electrode against "
                + "\(counter.name), from known, predicted and assumed properties. "
                + (isSodium ? "Wherever a key says lithium, sodium is meant. " : "")
                + "Where every value comes from stands under User-defined > Cellar.")
        header["Model"] = .text("DFN")

        let chosen = try electrolyte(cell)
        var parameters = FileObject()
        parameters["Cell"] = .object(
            [
                ("Electrode area [m2]", cell.area), ("External surface area [m2]", cell.surface),
                ("Volume [m3]", cell.volume),
                ("Number of electrode pairs connected in parallel to make a cell", Double(cell.pairs)),
                ("Lower voltage cut-off [V]", cell.lowerCutOff), ("Upper voltage cut-off [V]", cell.upperCutOff),
                ("Nominal cell capacity [A.h]", cell.capacity), ("Reference temperature [K]", 298.15),
                ("Density [kg.m-3]", cell.mass / cell.volume),
                ("Specific heat capacity [J.K-1.kg-1]", try tables.component("specific_heat_capacity").value),
            ].map { ($0.0, .number($0.1)) })
        parameters["Electrolyte"] = chosen.section
        parameters["Negative electrode"] = electrode(cell.negative, isPositive: false)
        parameters["Positive electrode"] = electrode(cell.positive, isPositive: true)
        parameters["Separator"] = .object([
            ("Thickness [m]", .number(cell.separatorThickness)),
            ("Porosity", .number(cell.design.solidConductivity == nil ? cell.separatorPorosity : 0.99)),
            (
                "Transport efficiency",
                .number(cell.design.solidConductivity == nil ? bruggeman(cell.separatorPorosity) : 0.99)
            ),
        ])
        let cellar = try extensionSection(cell, values: values, electrolyte: chosen)
        parameters["User-defined"] = .object([("Cellar", cellar)])

        var root = FileObject()
        root["Header"] = FileValue(.object(header))
        root["Parameterisation"] = FileValue(.object(parameters))
        root["State"] = .object([
            (
                "Initial conditions",
                .object([
                    ("Initial state-of-charge", .number(1)), ("Initial temperature [K]", .number(298.15)),
                    ("Initial electrolyte concentration [mol.m-3]", .number(1000)),
                ])
            ),
            (
                "Thermal environment",
                .object([
                    ("Ambient temperature [K]", .number(298.15)),
                    (
                        "Heat transfer coefficient [W.m-2.K-1]",
                        .number(try tables.component("heat_transfer_coefficient").value)
                    ),
                ])
            ),
        ])
        return FileValue(.object(root))
    }

    /// Bruggeman 1935: exponent 1.5.
    private func bruggeman(_ porosity: Double) -> Double { porosity * porosity.squareRoot() }

    /// The electrolyte's section and where it comes from.
    private func electrolyte(_ cell: DesignedCell) throws -> (
        section: FileValue, factor: FileValue?, source: String
    ) {
        if let conductivity = cell.design.solidConductivity {
            // A single-ion conductor: next to no salt moves, so that no concentration builds up. BPX wants a transference
            // number below 1.
            return (
                .object([
                    ("Cation transference number", .number(0.99)), ("Diffusivity [m2.s-1]", .number(1e-10)),
                    ("Conductivity [S.m-1]", .number(conductivity)),
                ]), nil,
                "solid electrolyte"
                    + (cell.design.solidElectrolyte.map { " \($0)" } ?? "")
                    + (cell.design.solidSource.map { ", its conductivity \($0)" } ?? "")
                    + ": constant conductivity, transference number 0.99 (BPX allows less than 1)"
            )
        }
        let name = cell.ion == .sodium ? "naion-chayambuka2022" : "lg-m50-chen2020"
        return try MaterialError.translating {
            let file = try ShippedCells.load(name)
            guard let section = file.value(at: ["Parameterisation", "Electrolyte"]) else {
                throw MaterialError(.table, place: name, problem: "no electrolyte", remedy: "the file has one")
            }
            return (
                section, file.value(at: ["Parameterisation", "User-defined", "Cellar", "Thermodynamic factor"]),
                cell.ion == .sodium
                    ? "electrolyte: 1 mol/L NaPF6, Chayambuka 2022 (shipped cell \(name))"
                    : "electrolyte: 1 mol/L LiPF6 in EC:EMC, Nyman 2008 (shipped cell \(name))"
            )
        }
    }

    private func electrode(_ coating: Coating, isPositive: Bool) -> FileValue {
        var section = FileObject()
        section["Thickness [m]"] = .number(coating.thickness)
        section["Porosity"] = .number(coating.porosity)
        section["Transport efficiency"] = .number(bruggeman(coating.porosity))
        section["Conductivity [S.m-1]"] = .number(coating.model.conductivity)
        let full = coating.model.stoichiometries(filled: isPositive ? coating.discharged : coating.charged)
        let empty = coating.model.stoichiometries(filled: isPositive ? coating.charged : coating.discharged)
        var blend = FileObject()
        for (index, particle) in coating.model.particles.enumerated() {
            var own: [(String, FileValue)] = [
                ("Minimum stoichiometry", .number(empty[index])), ("Maximum stoichiometry", .number(full[index])),
                ("Maximum concentration [mol.m-3]", .number(particle.maximumConcentration)),
                ("Particle radius [m]", .number(particle.radius)),
                (
                    "Surface area per unit volume [m-1]",
                    .number(3 * coating.active * particle.share / particle.radius)
                ),
                ("Diffusivity [m2.s-1]", particle.diffusivity), ("OCP [V]", particle.potential),
                ("Entropic change coefficient [V.K-1]", .number(0)),
                ("Reaction rate constant [mol.m-2.s-1]", .number(particle.rateConstant)),
            ]
            if let energy = particle.diffusivityActivationEnergy, energy != 0 {
                own.append(("Diffusivity activation energy [J.mol-1]", .number(energy)))
            }
            if let energy = particle.rateActivationEnergy, energy != 0 {
                own.append(("Reaction rate constant activation energy [J.mol-1]", .number(energy)))
            }
            if coating.model.particles.count == 1 {
                for (key, value) in own { section[key] = value }
            } else {
                blend[particle.name] = .object(own)
            }
        }
        if !blend.entries.isEmpty { section["Particle"] = FileValue(.object(blend)) }
        return FileValue(.object(section))
    }

    private func extensionSection(
        _ cell: DesignedCell, values: ElectrodeValues,
        electrolyte: (section: FileValue, factor: FileValue?, source: String)
    ) throws -> FileValue {
        var section = FileObject()
        section["description"] = .text("Cellar's extension of BPX: what the plain keys cannot say, and sources.")
        if let factor = electrolyte.factor { section["Thermodynamic factor"] = factor }
        section["Contact resistance [ohm]"] = .number(cell.contactResistance)
        let isSodium = cell.ion == .sodium
        for (name, coating) in [("Negative electrode", cell.negative), ("Positive electrode", cell.positive)] {
            guard let factor = coating.model.particles.first?.exchangeFactor, coating.model.particles.count == 1 else {
                continue
            }
            section[name] = .object([("Exchange-current factor", factor)])
        }
        let provenance = Provenance(designer: self, cell: cell, values: values, electrolyte: electrolyte.source)
        section["Sources"] = Self.notes(provenance.sources)
        section["Assumed"] = Self.notes(provenance.assumed)
        section["Notes"] = Self.notes(provenance.notes)
        var losses = [("Contact resistance", "The resistance of tabs and contacts, some millivolts at 1C.")]
        if electrolyte.factor != nil {
            losses.append(("Thermodynamic factor", "The electrolyte's thermodynamic factor: a plain reader takes 1."))
        }
        if isSodium, counter.name == CounterElectrode.Shipped.hardCarbon.rawValue {
            losses.append(
                ("Exchange-current factor", "The exchange current's dependence on the filling of hard carbon."))
        }
        section["Plain BPX loses"] = Self.notes(losses)
        return FileValue(.object(section))
    }

    private static func notes(_ sentences: [(name: String, text: String)]) -> FileValue {
        .object(sentences.map { ($0.name, .object([("description", .text($0.text))])) })
    }
}

extension FileValue {
    static func number(_ value: Double) -> FileValue { FileValue(.number(value)) }
    static func text(_ value: String) -> FileValue { FileValue(.text(value)) }
    static func object(_ entries: [(String, FileValue)]) -> FileValue {
        var object = FileObject()
        for (key, value) in entries { object[key] = value }
        return FileValue(.object(object))
    }
}

extension CellDesigner {
    /// The cell of a designed cell, as read back from its file. Throws ``MaterialError``.
    public func resolved(_ cell: DesignedCell, values: ElectrodeValues, name: String) throws -> Cell {
        let file = try file(cell, values: values, name: name)
        return try MaterialError.translating { try file.cell() }
    }
}
