/// A cell as the models need it: every parameter resolved, in SI units, independent of the file format.
///
/// Shape: one optional negative and one positive electrode, each holding one or more active materials.
/// Everything is per electrode pair unless a name says otherwise.
public struct Cell: Sendable {
    /// Which model the file was written for (the header's `Model`).
    public enum Shape: String, Sendable {
        /// A single-particle model.
        case spm = "SPM"
        /// A single-particle model with electrolyte.
        case spme = "SPMe"
        /// The pseudo-2D model.
        case dfn = "DFN"
        /// Some parameters alone.
        case partial = "Partial"
    }

    /// Short name: the shipped cell's name, or the file's name without its ending.
    public var name: String
    /// One line, the file's `Title`.
    public var title: String
    /// The file's `Description`.
    public var description: String
    /// Papers and data sets the numbers come from, as the file states them.
    public var references: [String]
    /// Which model the file was written for.
    public var shape: Shape

    /// Area of one electrode pair, m².
    public var electrodeArea: Double
    /// Electrode pairs connected in parallel.
    public var electrodePairs: Int
    /// Lower voltage cut-off, V.
    public var lowerCutOff: Double
    /// Upper voltage cut-off, V.
    public var upperCutOff: Double
    /// Nominal capacity of the whole cell, A·h; defines 1C.
    public var nominalCapacity: Double
    /// Temperature at which parameters are given (Arrhenius reference), K.
    public var referenceTemperature: Double
    /// K.
    public var ambientTemperature: Double
    /// K.
    public var initialTemperature: Double
    /// State of charge at the start, 0…1 of the file's own stoichiometry window.
    public var initialStateOfCharge: Double

    /// Nil in an SPM file.
    public var electrolyte: Electrolyte?
    /// Nil in an SPM file.
    public var separator: Separator?
    /// Negative electrode. Nil in a half-cell or Partial file.
    public var negative: Electrode?
    /// Positive electrode. Nil in a Partial file without one.
    public var positive: Electrode?

    /// Ohmic resistance in series with the whole cell, Ω.
    public var contactResistance: Double
    /// Lumped thermal parameters; nil where the file lacks any of them.
    public var thermal: Thermal?

    /// Loss of lithium inventory of the State section, a fraction of the fresh cell's cyclable lithium; already applied
    /// to the stoichiometry windows and initial state.
    public var lossOfLithiumInventory: Double

    /// What ageing has left beside the losses of the State section; nil where the file does not tell. The losses themselves
    /// are already applied.
    public var agedState: AgedState?

    /// What a reader of plain BPX, without the `User-defined` extension, loses; one sentence each.
    public var lossesInPlainBPX: [String]
    /// Parameters that are assumed, not measured or fitted; one sentence each.
    public var assumptions: [String]
    /// Where this file's numbers and its papers' differ, and other remarks; one sentence each.
    public var notes: [String]

    /// Memberwise.
    public init(
        name: String, title: String, description: String, references: [String], shape: Shape, electrodeArea: Double,
        electrodePairs: Int, lowerCutOff: Double, upperCutOff: Double, nominalCapacity: Double,
        referenceTemperature: Double, ambientTemperature: Double, initialTemperature: Double,
        initialStateOfCharge: Double, electrolyte: Electrolyte?, separator: Separator?, negative: Electrode?,
        positive: Electrode?, contactResistance: Double, thermal: Thermal?, lossOfLithiumInventory: Double,
        lossesInPlainBPX: [String] = [], assumptions: [String] = [], notes: [String] = []
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.references = references
        self.shape = shape
        self.electrodeArea = electrodeArea
        self.electrodePairs = electrodePairs
        self.lowerCutOff = lowerCutOff
        self.upperCutOff = upperCutOff
        self.nominalCapacity = nominalCapacity
        self.referenceTemperature = referenceTemperature
        self.ambientTemperature = ambientTemperature
        self.initialTemperature = initialTemperature
        self.initialStateOfCharge = initialStateOfCharge
        self.electrolyte = electrolyte
        self.separator = separator
        self.negative = negative
        self.positive = positive
        self.contactResistance = contactResistance
        self.thermal = thermal
        self.lossOfLithiumInventory = lossOfLithiumInventory
        self.lossesInPlainBPX = lossesInPlainBPX
        self.assumptions = assumptions
        self.notes = notes
    }
}

/// The electrolyte's bulk properties.
public struct Electrolyte: Sendable {
    /// mol/m³.
    public var initialConcentration: Double
    /// Cation transference number, 0 to below 1.
    public var transferenceNumber: Double
    /// Bulk diffusivity of c_e (mol/m³) and T (K), m²/s, at the reference temperature where it has an activation energy.
    public var diffusivity: StateFunction
    /// J/mol; zero where `diffusivity` carries its own temperature.
    public var diffusivityActivationEnergy: Double
    /// Bulk conductivity of c_e (mol/m³) and T (K), S/m.
    public var conductivity: StateFunction
    /// J/mol.
    public var conductivityActivationEnergy: Double
    /// 1 + d ln f± / d ln c_e, of c_e (mol/m³) and T (K); 1 in plain BPX.
    public var thermodynamicFactor: StateFunction

    /// Memberwise.
    public init(
        initialConcentration: Double, transferenceNumber: Double, diffusivity: StateFunction,
        diffusivityActivationEnergy: Double, conductivity: StateFunction, conductivityActivationEnergy: Double,
        thermodynamicFactor: StateFunction
    ) {
        self.initialConcentration = initialConcentration
        self.transferenceNumber = transferenceNumber
        self.diffusivity = diffusivity
        self.diffusivityActivationEnergy = diffusivityActivationEnergy
        self.conductivity = conductivity
        self.conductivityActivationEnergy = conductivityActivationEnergy
        self.thermodynamicFactor = thermodynamicFactor
    }
}

/// A porous separator.
public struct Separator: Sendable {
    /// m.
    public var thickness: Double
    /// Electrolyte volume fraction.
    public var porosity: Double
    /// Factor on bulk diffusivity and conductivity (porosity^Bruggeman).
    public var transportEfficiency: Double

    /// Memberwise.
    public init(thickness: Double, porosity: Double, transportEfficiency: Double) {
        self.thickness = thickness
        self.porosity = porosity
        self.transportEfficiency = transportEfficiency
    }
}

/// A porous electrode.
public struct Electrode: Sendable {
    /// m.
    public var thickness: Double
    /// Electrolyte volume fraction; nil in an SPM file.
    public var porosity: Double?
    /// Factor on the electrolyte's bulk diffusivity and conductivity; nil in an SPM file.
    public var transportEfficiency: Double?
    /// Effective electronic conductivity, S/m; nil in an SPM file.
    public var conductivity: Double?
    /// One, or several in a blended electrode.
    public var materials: [ActiveMaterial]

    /// Memberwise.
    public init(
        thickness: Double, porosity: Double?, transportEfficiency: Double?, conductivity: Double?,
        materials: [ActiveMaterial]
    ) {
        self.thickness = thickness
        self.porosity = porosity
        self.transportEfficiency = transportEfficiency
        self.conductivity = conductivity
        self.materials = materials
    }
}

/// One population of spherical particles of one material.
///
/// Exchange current density (A/m²), with x the surface stoichiometry and c_e0 the initial electrolyte concentration:
/// ```
/// j0 = F K g(x) sqrt(c_e / c_e0) sqrt(x (1 - x)) exp(Ea/R (1/T_ref - 1/T))
/// ```
public struct ActiveMaterial: Sendable {
    /// The `Particle` key of a blend; empty for a single material.
    public var name: String
    /// Stoichiometry at SOC 0 (negative electrode) or 1 (positive electrode), State/Degradation applied.
    public var minimumStoichiometry: Double
    /// Stoichiometry at SOC 1 (negative electrode) or 0 (positive electrode), State/Degradation applied.
    public var maximumStoichiometry: Double
    /// mol/m³.
    public var maximumConcentration: Double
    /// m.
    public var particleRadius: Double
    /// Active surface per electrode volume, 1/m (active volume fraction = a R / 3), State/Degradation applied.
    public var surfaceAreaPerVolume: Double
    /// Solid diffusivity of stoichiometry, m²/s.
    public var diffusivity: StateFunction
    /// J/mol.
    public var diffusivityActivationEnergy: Double
    /// Open-circuit potential of stoichiometry against the ion's metal at the reference temperature, V.
    public var openCircuitPotential: StateFunction
    /// dU/dT of stoichiometry, V/K.
    public var entropicChange: StateFunction
    /// K, mol/(m² s).
    public var reactionRateConstant: Double
    /// J/mol.
    public var reactionRateActivationEnergy: Double
    /// g(x) above; 1 in plain BPX.
    public var exchangeCurrentFactor: StateFunction
    /// Resistance of a surface film, Ω m² of active surface.
    public var filmResistance: Double
    /// F/m² of active surface; nil where unknown.
    public var doubleLayerCapacity: Double?
    /// The file gives different OCPs for lithiation and delithiation.
    public var hasHysteresis: Bool
    /// Loss of active material of the State section, a fraction; already applied to `surfaceAreaPerVolume`.
    public var lossOfActiveMaterial: Double
    /// What State/Degradation changed, as it was before; nil where it changed nothing.
    public var fresh: Fresh?

    /// What a loss of active material or lithium changes.
    public struct Fresh: Sendable, Equatable {
        /// As `ActiveMaterial.minimumStoichiometry`.
        public var minimumStoichiometry: Double
        /// As `ActiveMaterial.maximumStoichiometry`.
        public var maximumStoichiometry: Double
        /// As `ActiveMaterial.surfaceAreaPerVolume`.
        public var surfaceAreaPerVolume: Double
    }

    /// Active volume fraction a R / 3.
    public var activeVolumeFraction: Double { surfaceAreaPerVolume * particleRadius / 3 }

    /// Memberwise.
    public init(
        name: String, minimumStoichiometry: Double, maximumStoichiometry: Double, maximumConcentration: Double,
        particleRadius: Double, surfaceAreaPerVolume: Double, diffusivity: StateFunction,
        diffusivityActivationEnergy: Double, openCircuitPotential: StateFunction, entropicChange: StateFunction,
        reactionRateConstant: Double, reactionRateActivationEnergy: Double, exchangeCurrentFactor: StateFunction,
        filmResistance: Double, doubleLayerCapacity: Double?, hasHysteresis: Bool, lossOfActiveMaterial: Double
    ) {
        self.name = name
        self.minimumStoichiometry = minimumStoichiometry
        self.maximumStoichiometry = maximumStoichiometry
        self.maximumConcentration = maximumConcentration
        self.particleRadius = particleRadius
        self.surfaceAreaPerVolume = surfaceAreaPerVolume
        self.diffusivity = diffusivity
        self.diffusivityActivationEnergy = diffusivityActivationEnergy
        self.openCircuitPotential = openCircuitPotential
        self.entropicChange = entropicChange
        self.reactionRateConstant = reactionRateConstant
        self.reactionRateActivationEnergy = reactionRateActivationEnergy
        self.exchangeCurrentFactor = exchangeCurrentFactor
        self.filmResistance = filmResistance
        self.doubleLayerCapacity = doubleLayerCapacity
        self.hasHysteresis = hasHysteresis
        self.lossOfActiveMaterial = lossOfActiveMaterial
    }
}

/// Lumped thermal parameters of the whole cell.
public struct Thermal: Sendable {
    /// Heat capacity of the whole cell, J/K.
    public var heatCapacity: Double
    /// Heat transfer coefficient times cooling area, W/K.
    public var coolingConductance: Double
    /// Volume of the cell, m³ (heat sources are reported per volume too).
    public var volume: Double

    /// Memberwise.
    public init(heatCapacity: Double, coolingConductance: Double, volume: Double) {
        self.heatCapacity = heatCapacity
        self.coolingConductance = coolingConductance
        self.volume = volume
    }
}
