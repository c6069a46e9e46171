internal import Cells

/// Which side of a cell.
public enum ElectrodeRole: String, CaseIterable, Sendable {
    /// That of the higher potential.
    case positive
    /// That of the lower potential.
    case negative
    /// The other side.
    public var opposite: ElectrodeRole { self == .positive ? .negative : .positive }

    /// The usual side of a material by its mean voltage in V against the ion's metal.
    ///
    /// Between titanates with phosphates (2.1 V against sodium) and sulfides (2.1 V against lithium) nothing decides
    /// but use; below 1.9 V no positive electrode is in use.
    public init(averageVoltage: Double) { self = averageVoltage >= 1.9 ? .positive : .negative }
}

/// What models say of a reaction.
public struct ElectrodePredictions: Sendable {
    /// V against the ion's metal.
    public var voltage: Prediction
    /// Highest minus lowest potential in V; nil where no model tells.
    public var span: Prediction?
    /// Largest change of volume, a fraction.
    public var volumeChange: Prediction
    /// Of the discharged electrode, g/cm³.
    public var density: Prediction

    /// Memberwise.
    public init(voltage: Prediction, span: Prediction?, volumeChange: Prediction, density: Prediction) {
        self.voltage = voltage
        self.span = span
        self.volumeChange = volumeChange
        self.density = density
    }
}

/// A material as an electrode of a cell: its reaction, which side it is on, and every property with range and source.
public struct CandidateElectrode: Sendable {
    /// As the user wrote it.
    public var formula: Formula
    /// Charged and discharged ends.
    public var reaction: InsertionReaction
    /// The kind of its host.
    public var structure: HostStructure
    /// Which side of the cell it is on.
    public var role: ElectrodeRole
    /// What it is made as: density and `c_max` are of this.
    public var reference: Composition
    /// g/mol of `reference`.
    public var molarMass: Double
    /// Ions exchanged per formula unit of `reference`, mol/mol.
    public var ions: Double
    /// Stoichiometries between which it is used, where the user gave them.
    public var givenWindow: ClosedRange<Double>?
    /// Its open-circuit potential's shape.
    public var shape: ProfileShape
    /// Particle radius in m: a choice, not sampled.
    public var particleRadius: UncertainQuantity
    /// J/mol.
    public var activationEnergy: UncertainQuantity
    /// Young's modulus in Pa.
    public var youngsModulus: UncertainQuantity
    /// mAh per gram of `reference`, exact.
    public var theoreticalCapacity: Double
    /// What a reader should know, one sentence each.
    public var remarks: [String]
    private var properties: [ElectrodeProperty: UncertainQuantity]

    /// A property with its range and source.
    public subscript(property: ElectrodeProperty) -> UncertainQuantity {
        get {
            properties[property] ?? UncertainQuantity(0, 0, 0, unit: "", origin: .computed, source: "")
        }
        set { properties[property] = newValue }
    }

    /// Best estimates.
    public var central: ElectrodeValues { ElectrodeValues { self[$0].value } }

    /// The reaction of a formula: that of a listed material, alloys included, else what ion content and redox allow.
    ///
    /// Throws ``MaterialError`` of kind `formula`: no host, a conversion or organic electrode, no mobile ion.
    public static func reaction(
        of formula: Formula, ion: Element?, known: KnownMaterials, tables: ElectrodeTables
    ) throws -> InsertionReaction {
        if known.material(of: formula.composition, ion: ion) != nil {
            return try InsertionReaction(formula: formula, ion: ion, known: known)
        }
        if let listed = tables.reaction(of: formula.composition, ion: ion) { return listed }
        try ElectrodeRefusal.check(formula, ion: ion)
        return try InsertionReaction(formula: formula, ion: ion, known: known)
    }

    /// A candidate with everything known, predicted or assumed of it.
    ///
    /// - Parameters:
    ///   - formula: of the material.
    ///   - reaction: which ion goes in and out, between which contents.
    ///   - predictions: what models say of it.
    ///   - known: materials that were measured.
    ///   - tables: class priors and components.
    ///   - elements: atomic weights and facts.
    ///   - role: nil infers it from the table of known materials, else from the average voltage.
    ///   - range: ion contents per formula unit as written between which it is used.
    ///   - predictOnly: passes measured values over.
    ///
    /// Throws ``MaterialError``.
    public init(
        _ formula: Formula, reaction: InsertionReaction, predictions: ElectrodePredictions, role: ElectrodeRole?,
        range: ClosedRange<Double>? = nil, known: KnownMaterials, tables: ElectrodeTables, elements: ElementTable,
        predictOnly: Bool = false
    ) throws {
        self.formula = formula
        self.reaction = reaction
        remarks = []
        let voltages = known.material(of: reaction)
        let listed = tables.material(of: reaction)
        structure = listed?.structure ?? HostStructure(reaction)
        let isAlloy = structure == .alloy
        var found: [ElectrodeProperty: UncertainQuantity] = [:]

        // Alloys are known or refused: the models were trained on insertion alone.
        let measured = listed?.voltage ?? voltages?.voltage
        if let measured, !predictOnly || isAlloy {
            let half = KnownMaterials.voltageTolerance
            found[.averageVoltage] = UncertainQuantity(
                measured, measured - half, measured + half, unit: "V", origin: .known,
                source: voltages?.source ?? listed?.source ?? "")
        } else {
            found[.averageVoltage] = UncertainQuantity(
                predictions.voltage, unit: "V", source: "model of voltages (Data/models/voltage.json)")
        }
        let volts = found[.averageVoltage]?.value ?? 0
        let inferred: ElectrodeRole =
            voltages.map { $0.isPositive ? .positive : .negative }
            ?? (isAlloy ? .negative : .init(averageVoltage: volts))
        self.role = role ?? inferred
        if let role, role != inferred {
            remarks.append("usually a \(inferred.rawValue) electrode, here a \(role.rawValue) one as asked")
        }

        let made = self.role == .negative ? reaction.charged : reaction.discharged
        reference = listed?.reference ?? made
        if self.role == .positive, reference.reduced != reaction.charged.reduced,
            let partner = reaction.partner(of: formula)
        {
            remarks.append(InsertionReaction.remark(partner: partner))
        }
        molarMass = elements.molarMass(reference)
        ions = reaction.ions(perFormulaOf: reference)
        theoreticalCapacity = InsertionReaction.capacity(
            ions: ions, charge: reaction.ionCharge, molarMass: molarMass)
        if let listed, !predictOnly || isAlloy {
            found[.density] = listed.measuredDensity
            found[.volumeChange] = listed.measuredVolumeChange
            let usable = [listed.capacity.lowerBound, listed.capacity.upperBound].map {
                min($0 / listed.theoreticalCapacity(elements), 0.98)
            }
            found[.usableFraction] = UncertainQuantity(
                (usable[0] + usable[1]) / 2, usable[0], usable[1], unit: "", origin: .known, source: listed.source)
        } else {
            // Predicted is the density when discharged; made charged, it has lost its ions and changed its volume.
            let masses = [reference, reaction.discharged].map {
                elements.molarMass($0) / $0.removing(reaction.ion).atoms
            }
            let isCharged = reference.reduced == reaction.charged.reduced
            let swelling = isCharged ? 1 + predictions.volumeChange.value : 1
            found[.density] = UncertainQuantity(
                predictions.density, unit: "kg/m3", source: "model of densities (Data/models/density.json)",
                scaledBy: 1000 * masses[0] / masses[1] * swelling)
            found[.volumeChange] = UncertainQuantity(
                predictions.volumeChange, unit: "", source: "model of volume changes (Data/models/volume-change.json)")
            found[.usableFraction] = tables.usableFraction(structure, ion: reaction.ion, table: elements)
        }
        if let range {
            givenWindow = try Self.window(range, formula, reaction)
            found[.usableFraction] = givenWindow.map { window in
                let width = window.upperBound - window.lowerBound
                return UncertainQuantity(width, width, width, unit: "", origin: .given, source: "--x")
            }
        }

        shape = try ProfileShape(reaction, structure: structure)
        let group = structure.rawValue
        if let span = predictions.span, shape.usesSpan, Self.classesOfUnlikeHosts.contains(structure) {
            found[.voltageSpan] = UncertainQuantity(
                span, unit: "V",
                source: "model of voltage profiles (Data/models/voltage-span.json and voltage-steps.json)")
        } else {
            found[.voltageSpan] = try tables.prior("span_V", of: group)
        }
        found[.diffusivity] = try tables.prior("diffusivity_m2_s", of: group)
        found[.exchangeCurrent] = try tables.prior("exchange_current_A_m2", of: group)
        found[.conductivity] = try tables.prior("conductivity_S_m", of: self.role.rawValue)
        found[.firstCycleLoss] = try tables.prior("first_cycle_loss", of: group)
        particleRadius = try tables.prior("particle_radius_m", of: group)
        youngsModulus = try tables.prior("youngs_modulus_Pa", of: group)
        activationEnergy = try tables.prior("reaction_activation_energy_J_mol", of: self.role.rawValue)
        properties = found
        if isAlloy {
            remarks.append(
                "alloy: c_max and the volume change are per volume without \(reaction.ion); its pores hold its swelling"
            )
        }
        if self.role == .positive, reference.reduced == reaction.charged.reduced {
            remarks.append("made without \(reaction.ion): a cell of it has to get its \(reaction.ion) otherwise")
        }
        try check()
    }

    /// Classes that have no curve of their own, and whose hosts are too unlike each other for a measured spread: for these
    /// a predicted span tells more.
    private static let classesOfUnlikeHosts: Set<HostStructure> = [.polyanion, .oxide, .other]

    /// Values that no cell can be made of. Throws ``MaterialError``.
    private func check() throws {
        for property in [ElectrodeProperty.averageVoltage, .density, .usableFraction] {
            guard self[property].value > 0 else {
                throw MaterialError(
                    .formula, place: formula.text,
                    problem: "\(property.rawValue) of \(self[property].value) (\(self[property].origin.rawValue))",
                    remedy: "no electrode can be made of it")
            }
        }
    }

    /// Stoichiometries of a range of ion contents per formula unit as written. Throws ``MaterialError``.
    private static func window(
        _ range: ClosedRange<Double>, _ formula: Formula, _ reaction: InsertionReaction
    ) throws -> ClosedRange<Double> {
        let scale = formula.composition.removing(reaction.ion).atoms / reaction.host.atoms
        let least = reaction.charged[reaction.ion] * scale
        let width = reaction.ionsInserted * scale
        let window = [range.lowerBound, range.upperBound].map { ($0 - least) / width }
        guard window[0] >= -1e-6, window[1] <= 1 + 1e-6, window[1] - window[0] >= 0.02 else {
            throw MaterialError(
                .usage, place: "--x \(range.lowerBound):\(range.upperBound)",
                problem: "not within what redox and content allow",
                remedy:
                    "\(reaction.ion) runs from \(shortText(least)) to \(shortText(least + width)) in \(formula.text)")
        }
        return max(window[0], 0)...min(window[1], 1)
    }

    private static func shortText(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }

    /// What it is made as, for people: as the user wrote it where that is it.
    public var referenceName: String {
        reference.reduced == formula.composition.reduced ? formula.resolved : reference.reduced
    }

    /// Highest concentration of ions, mol per m³ of the material as made: `n ρ / M`.
    public func maximumConcentration(density: Double) -> Double { ions * density / (molarMass / 1000) }

    /// m³ by which a mole of ions swells the material.
    public func partialMolarVolume(_ values: ElectrodeValues) -> Double {
        values[.volumeChange] / maximumConcentration(density: values[.density])
    }

    /// Stoichiometries of charged and discharged end of what is used.
    func window(_ values: ElectrodeValues) -> ClosedRange<Double> {
        if let givenWindow { return givenWindow }
        let usable = min(max(values[.usableFraction], 0.02), 0.98)
        return role == .positive ? (1 - usable)...1 : Self.emptied...min(Self.emptied + usable, 0.99)
    }

    /// What is left in a negative electrode when it is discharged: nothing is emptied to the last ion.
    static let emptied = 0.005

    /// Its potential.
    public func openCircuitCurve(_ values: ElectrodeValues) -> OpenCircuitCurve {
        let isFlat = shape.isFlatAtTheEnds
        let isPositive = role == .positive
        // A negative electrode's last rise makes the lower cut-off; its potential stays above the metal's.
        let rises = isPositive ? (isFlat ? 0.3 : 0) : (shape.isMeasured ? 0 : 0.8)
        let average = max(values[.averageVoltage], 0.02)
        return OpenCircuitCurve(
            shape, average: average, span: isPositive ? values[.voltageSpan] : min(values[.voltageSpan], 1.2 * average),
            window: window(values), falls: isPositive ? 0.9 : 0, rises: rises)
    }
}
