/// How a cell ages: the mechanisms that act, each with its parameters. A mechanism acts where its parameters are given.
///
/// Read from `Parameterisation > User-defined > Cellar > Ageing > NAME` of a cell file, or from a file of its own.
public struct AgeingSet: Sendable, Equatable {
    /// As it is called with `--ageing`.
    public var name: String
    /// One sentence: what it is, whether its values are fitted or examples.
    public var summary: String
    /// On the negative electrode's particles.
    public var sei: SEIParameters?
    /// On the negative electrode.
    public var plating: PlatingParameters?
    /// Of the electrolyte, at the positive electrode's particles.
    public var oxidation: OxidationParameters?
    /// Of the negative electrode.
    public var negative = ElectrodeAgeing()
    /// Of the positive electrode.
    public var positive = ElectrodeAgeing()
    /// Whether films and plated lithium narrow the negative electrode's pores.
    public var narrowsPores = false
    /// Of the transport efficiency: B = B₀ (ε/ε₀)^b.
    public var bruggemanExponent = 1.5
    /// Of the contacts.
    public var corrosion: CorrosionParameters?
    /// Of the electrolyte.
    public var dryOut: DryOutParameters?

    /// With defaults where there are any.
    public init(name: String, summary: String) {
        self.name = name
        self.summary = summary
    }

    /// Whether nothing acts.
    public var isEmpty: Bool {
        sei == nil && plating == nil && oxidation == nil && negative.isEmpty && positive.isEmpty && corrosion == nil
            && dryOut == nil
    }
}

/// What limits the growth of the solid electrolyte interphase, with the limiting step's parameters, SI units.
public enum SEILaw: Sendable, Equatable {
    /// Reaction at the layer; Ramadass et al., J. Electrochem. Soc. 151 (2004) A196. A/m², V.
    case reaction(exchangeCurrent: Double, potential: Double)
    /// Solvent diffusing in; Ploehn, Ramadass, White, J. Electrochem. Soc. 151 (2004) A456. m²/s, mol/m³.
    case solventDiffusion(diffusivity: Double, concentration: Double)
    /// Electrons migrating out; Single, Latz, Horstmann, ChemSusChem 11 (2018) 1950. S/m, V.
    case electronMigration(conductivity: Double, potential: Double)
    /// Neutral lithium diffusing out; Single, Latz, Horstmann, ChemSusChem 11 (2018) 1950. m²/s, mol/m³.
    case interstitialDiffusion(diffusivity: Double, concentration: Double)
    /// Ethylene carbonate that diffuses in and reacts; Yang et al., J. Power Sources 360 (2017) 28. m/s, m²/s, mol/m³, V.
    case ecReaction(rateConstant: Double, diffusivity: Double, concentration: Double, potential: Double)
    /// Electrons tunnelling; Tang, Lu, Newman, J. Electrochem. Soc. 159 (2012) A1775. A/m², 1/m.
    case tunnelling(exchangeCurrent: Double, decay: Double)
    /// From reaction over diffusion to migration; von Kolzenberg, Latz, Horstmann, ChemSusChem 13 (2020) 3901.
    /// A/m², m²/s, mol/m³, m, S/m.
    case transition(
        exchangeCurrent: Double, diffusivity: Double, concentration: Double, tunnelling: Double, conductivity: Double)
}

/// Growth of the solid electrolyte interphase.
public struct SEIParameters: Sendable, Equatable {
    /// Over which current the film's resistance acts.
    public enum Film: String, Sendable, CaseIterable {
        /// In the law of growth alone.
        case none
        /// The current at each point, over its own film.
        case distributed
        /// The mean current of the electrode, over the mean film.
        case average
    }
    /// What limits it.
    public var law: SEILaw
    /// Of the reaction; 0.5 is the symmetric form.
    public var transferCoefficient = 0.5
    /// mol of lithium in a mol of SEI.
    public var lithiumPerMole = 2.0
    /// m³/mol.
    public var molarVolume: Double
    /// Ω m.
    public var resistivity = 0.0
    /// Over which current the resistance acts.
    public var film = Film.distributed
    /// m.
    public var initialThickness: Double
    /// m; nil: no SEI on cracks.
    public var initialCrackThickness: Double?
    /// J/mol, of every law.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init(law: SEILaw, molarVolume: Double, initialThickness: Double) {
        self.law = law
        self.molarVolume = molarVolume
        self.initialThickness = initialThickness
    }
}

/// O'Kane et al., J. Electrochem. Soc. 167 (2020) 090540, and Phys. Chem. Chem. Phys. 24 (2022) 7909.
public struct PlatingParameters: Sendable, Equatable {
    /// What becomes of plated lithium.
    public enum Kind: String, Sendable, CaseIterable {
        /// All of it is dead at once.
        case irreversible
        /// All of it can be stripped.
        case reversible
        /// It can be stripped as long as it has not died.
        case partiallyReversible
    }
    /// What becomes of plated lithium.
    public var kind: Kind
    /// m/s.
    public var rateConstant: Double
    /// Of plating; stripping has one minus it.
    public var transferCoefficient = 0.65
    /// Of lithium metal, m³/mol.
    public var molarVolume = 1.3e-5
    /// mol/m³ of electrode.
    public var initialConcentration = 0.0
    /// γ₀, 1/s: plated lithium dies at γ₀ L₀ / L.
    public var decayConstant = 0.0
    /// J/mol.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init(kind: Kind, rateConstant: Double) {
        self.kind = kind
        self.rateConstant = rateConstant
    }
}

/// What acts on one electrode's particles.
public struct ElectrodeAgeing: Sendable, Equatable {
    /// Needed by cracks and by loss through stress.
    public var mechanics: ParticleMechanics?
    /// Needs `mechanics`.
    public var cracks: CrackParameters?
    /// Needs `mechanics`.
    public var stressLoss: StressLossParameters?
    /// Loss of active material per charge of SEI, m³/mol; Reniers, Mulder, Howey, J. Electrochem. Soc. 166 (2019) A3189.
    public var reactionLoss = 0.0
    /// Of the active material.
    public var dissolution: DissolutionParameters?

    /// With defaults where there are any.
    public init() {}
    /// Whether nothing acts.
    public var isEmpty: Bool {
        cracks == nil && stressLoss == nil && reactionLoss == 0 && dissolution == nil
            && !(mechanics?.drivesDiffusion ?? false)
    }
}

/// Stress of a sphere from its concentration profile; Ai et al., J. Electrochem. Soc. 167 (2020) 013512.
public struct ParticleMechanics: Sendable, Equatable {
    /// ν.
    public var poissonRatio: Double
    /// Pa.
    public var youngModulus: Double
    /// m³/mol.
    public var molarVolume: Double
    /// Free of deformation, mol/m³.
    public var referenceConcentration = 0.0
    /// Whether stress drives diffusion: D (1 + θ (c - c₀)).
    public var drivesDiffusion = false

    /// With defaults where there are any.
    public init(poissonRatio: Double, youngModulus: Double, molarVolume: Double) {
        self.poissonRatio = poissonRatio
        self.youngModulus = youngModulus
        self.molarVolume = molarVolume
    }
}

/// Paris' law: dl/dt = k (σ b √(π l))^m / 3600 s, in tension; Deshpande et al., J. Electrochem. Soc. 159 (2012) A1730.
public struct CrackParameters: Sendable, Equatable {
    /// m.
    public var initialLength: Double
    /// m.
    public var width: Double
    /// 1/m².
    public var density: Double
    /// b.
    public var stressFactor = 1.12
    /// m.
    public var exponent: Double
    /// k, m/(Pa m^0.5)^m per hour.
    public var rate: Double
    /// J/mol.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init(initialLength: Double, width: Double, density: Double, exponent: Double, rate: Double) {
        self.initialLength = initialLength
        self.width = width
        self.density = density
        self.exponent = exponent
        self.rate = rate
    }
}

/// dε_s/dt = -β (σ_h / σ_c)^m in tension; Laresgoiti et al., J. Power Sources 300 (2015) 112.
public struct StressLossParameters: Sendable, Equatable {
    /// β, 1/s.
    public var rate: Double
    /// m.
    public var exponent: Double
    /// Pa.
    public var criticalStress: Double
    /// J/mol.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init(rate: Double, exponent: Double, criticalStress: Double) {
        self.rate = rate
        self.exponent = exponent
        self.criticalStress = criticalStress
    }
}

/// Active material that dissolves: dε_s/dt = -(k + a i₀ exp(α F (φ_s - φ_e - U) / (R T)) / (F c_max)) of what is left.
///
/// The first term is acid attack of first order; the second, oxidation at high potential as a Tafel law: Kindermann, Keil,
/// Frank, Jossen, J. Electrochem. Soc. 164 (2017) E287. No cell's values are trustworthy: they are examples.
public struct DissolutionParameters: Sendable, Equatable {
    /// k, 1/s.
    public var rate = 0.0
    /// i₀, A/m².
    public var exchangeCurrent = 0.0
    /// U against lithium, V.
    public var potential = 4.0
    /// α.
    public var transferCoefficient = 0.5
    /// J/mol.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init() {}
}

/// Electrolyte that is oxidised at the positive electrode: i = i₀ exp(α F (φ_s - φ_e - U) / (R T)), a Tafel law as in Lin,
/// Park, Liu, Lee, Sastry, Lu, J. Electrochem. Soc. 160 (2013) A1701. No cell's values are trustworthy: they are examples.
public struct OxidationParameters: Sendable, Equatable {
    /// i₀, A/m² of the active surface.
    public var exchangeCurrent: Double
    /// U against lithium, V.
    public var potential = 4.2
    /// α.
    public var transferCoefficient = 0.5
    /// J/mol.
    public var activationEnergy = 0.0
    /// Electrons that the products take at the negative electrode, per electron that oxidation gives at the positive one. 1:
    /// both electrodes are discharged alike; 0: the products stay, and lithium of the electrolyte enters the positive electrode
    /// for good; above 1: they bind lithium.
    public var crosstalk = 1.0

    /// With defaults where there are any.
    public init(exchangeCurrent: Double) { self.exchangeCurrent = exchangeCurrent }
}

/// Corrosion of the positive current collector: its contact resistance grows as dR/dt = k² / (2 (R - R₀)), that is
/// R = R₀ + k √t, the parabolic law of a protective layer (Wagner 1933), with an Arrhenius factor on k².
public struct CorrosionParameters: Sendable, Equatable {
    /// k, Ω/s^0.5.
    public var rate: Double
    /// J/mol.
    public var activationEnergy = 0.0

    /// With defaults where there are any.
    public init(rate: Double) { self.rate = rate }
}

/// Solvent taken up by the SEI; once the reserve is gone the electrodes dry out in proportion: Li, O'Kane, Marinescu,
/// Offer, J. Electrochem. Soc. 169 (2022) 060516.
public struct DryOutParameters: Sendable, Equatable {
    /// mol of solvent consumed by a mol of SEI.
    public var solventPerMole = 2.0
    /// Volume of solvent that goes, m³/mol.
    public var solventMolarVolume = 6.667e-5
    /// Electrolyte beyond the pores, fraction of their volume.
    public var reserve = 0.0

    /// With defaults where there are any.
    public init() {}
}
