public import Cells
public import Materials
public import Sustainability

/// How a cell with a candidate material ages: an ageing set for `Electrochemistry`, built from what is known of the candidate
/// (volume change, class, ion) and from ranges that hold for its class.
///
/// ```swift
/// let ageing = CandidateAgeing(
///     candidate: .init(.layeredOxide, potential: 3.8, volumeChange: .init(value: 0.03, low: 0.01, high: 0.06), swing: 28_000),
///     role: .positive, counter: .init(.graphite, potential: 0.12, volumeChange: .exactly(0.1), swing: 26_000))
/// options.ageing = ageing.middle           // or ageing.set(at: a point of the unit cube of `ageing.dimension`)
/// ```
/// Of both electrodes: stress from volume change and Young's modulus, which makes cracks (below 1 V) and loses active
/// material. Below 1 V against lithium: a growing SEI, on cracks too. At the positive electrode: dissolution and oxidation of
/// the electrolyte, both Tafel laws in its potential. Stress does not drive diffusion here: a larger volume change would
/// quicken it, and nothing is known of that for a candidate.
public struct CandidateAgeing: Sendable {
    /// Which electrode is the candidate's.
    public enum Role: String, Sendable, CaseIterable {
        /// The positive electrode.
        case positive
        /// The negative electrode.
        case negative
    }

    /// A figure with its 5 and 95 % quantiles.
    public typealias Interval = BillOfMaterials.Range

    /// What an electrode is, as far as its ageing goes.
    public struct Material: Sendable, Hashable {
        /// Its class.
        public var kind: ElectrodeClass
        /// The mean potential against lithium metal, V; of sodium electrodes that against sodium plus 0.33 V.
        public var potential: Double
        /// Change of the particles' volume over the used range, a fraction, without its sign.
        public var volumeChange: Interval
        /// Concentration of the ion between charged and discharged, mol/m³ of particle, above 0.
        public var swing: Double
        /// The ion that moves.
        public var ion: Element

        /// Memberwise; `swing` is c_max times the range of stoichiometry that the cell uses.
        public init(
            _ kind: ElectrodeClass, potential: Double, volumeChange: Interval, swing: Double, ion: Element = .lithium
        ) {
            self.kind = kind
            self.potential = potential
            self.volumeChange = volumeChange
            self.swing = swing
            self.ion = ion
        }
    }

    /// The electrode in question.
    public let candidate: Material
    /// The other one.
    public let counter: Material
    /// Where the candidate is.
    public let role: Role
    /// What is assumed, in the order of the coordinates of ``set(at:)``: first both volume changes, positive and negative.
    public let priors: [AgeingPrior]

    /// Coordinates of a point at which a set can be asked for.
    public var dimension: Int { priors.count }

    /// For a pair of electrodes.
    public init(candidate: Material, role: Role, counter: Material) {
        self.candidate = candidate
        self.role = role
        self.counter = counter
        let (positive, negative) = role == .positive ? (candidate, counter) : (counter, candidate)
        var priors = [
            Self.volumePrior("positive electrode", positive), Self.volumePrior("negative electrode", negative),
        ]
        priors += AgeingPriors.mechanics("positive electrode", positive.kind)
        priors += AgeingPriors.mechanics("negative electrode", negative.kind)
        priors += AgeingPriors.atThePositive
        if Self.growsSEI(negative) { priors += AgeingPriors.interphase }
        self.priors = priors
    }

    /// Below this potential against lithium the electrolyte is reduced; Goodenough and Kim, Chem. Mater. 22 (2010) 587.
    static let reductionPotential = 1.0
    /// Sodium against lithium, V: standard potentials -2.71 and -3.04 V (CRC Handbook, 97th ed.).
    static let sodiumAgainstLithium = 0.33

    static func growsSEI(_ negative: Material) -> Bool { negative.potential < reductionPotential }

    private static func volumePrior(_ whose: String, _ material: Material) -> AgeingPrior {
        AgeingPrior(
            "\(whose): volume change", material.volumeChange.low, material.volumeChange.high, "", isLogarithmic: false,
            source: "given with the material")
    }

    /// The set in the middle of all ranges.
    public var middle: AgeingSet { self.set(at: Array(repeating: 0.5, count: dimension)) }

    /// The set at a point of the unit cube: each coordinate is a quantile of the prior of that place. Coordinates that are
    /// missing are 0.5. A larger first coordinate is a larger volume change, all else equal.
    public func set(at point: [Double]) -> AgeingSet {
        var next = 0
        func quantile() -> Double {
            defer { next += 1 }
            return next < point.count ? point[next] : 0.5
        }
        func prior() -> Double {
            let place = next
            return priors[place].value(at: quantile())
        }
        let (positive, negative) = role == .positive ? (candidate, counter) : (counter, candidate)
        var set = AgeingSet(
            name: "candidate",
            summary:
                "Class priors for a \(positive.kind.rawValue) against \(negative.kind.rawValue): ranges, not fitted to any "
                + "cell.")
        let positiveChange = positive.volumeChange.value(at: quantile())
        let negativeChange = negative.volumeChange.value(at: quantile())
        set.positive = electrode(positive, change: positiveChange, modulus: prior(), critical: prior(), loss: prior())
        set.negative = electrode(negative, change: negativeChange, modulus: prior(), critical: prior(), loss: prior())
        // Potentials of laws are against lithium; the model's are against the ion's own metal.
        let shift = positive.ion == .sodium ? Self.sodiumAgainstLithium : 0
        var dissolution = DissolutionParameters()
        dissolution.exchangeCurrent = prior()
        dissolution.transferCoefficient = prior()
        dissolution.potential = AgeingPriors.dissolutionPotential - shift
        dissolution.activationEnergy = AgeingPriors.dissolutionActivation
        set.positive.dissolution = dissolution
        var oxidation = OxidationParameters(exchangeCurrent: prior())
        oxidation.transferCoefficient = prior()
        oxidation.potential = AgeingPriors.oxidationPotential - shift
        oxidation.crosstalk = prior()
        oxidation.activationEnergy = AgeingPriors.oxidationActivation
        set.oxidation = oxidation
        guard Self.growsSEI(negative) else { return set }
        var sei = SEIParameters(
            law: .solventDiffusion(diffusivity: prior(), concentration: AgeingPriors.solvent),
            molarVolume: AgeingPriors.seiVolume, initialThickness: AgeingPriors.seiThickness)
        sei.lithiumPerMole = 1
        sei.resistivity = AgeingPriors.seiResistivity
        sei.initialCrackThickness = AgeingPriors.seiOnCracks
        sei.activationEnergy = AgeingPriors.seiActivation
        set.sei = sei
        var cracks = CrackParameters(
            initialLength: 2e-8, width: 1.5e-8, density: AgeingPriors.cracks, exponent: 2.2, rate: prior())
        cracks.stressFactor = 1.12
        set.negative.cracks = cracks
        return set
    }

    /// Ω = ΔV/V / Δc: what the volume of the particle grows by per mole of the ion.
    private func electrode(
        _ material: Material, change: Double, modulus: Double, critical: Double, loss: Double
    ) -> ElectrodeAgeing {
        var electrode = ElectrodeAgeing()
        electrode.mechanics = ParticleMechanics(
            poissonRatio: AgeingPriors.poissonRatio, youngModulus: modulus,
            molarVolume: change / max(material.swing, 1))
        electrode.stressLoss = StressLossParameters(rate: loss, exponent: 2, criticalStress: critical)
        return electrode
    }
}

extension BillOfMaterials.Range {
    /// Its value at a quantile 0…1: linear from `low` at 5 % over `value` at 50 % to `high` at 95 %, never below 0.
    func value(at quantile: Double) -> Double {
        let q = min(max(quantile, 0), 1)
        let result = q < 0.5 ? value + (q - 0.5) / 0.45 * (value - low) : value + (q - 0.5) / 0.45 * (high - value)
        return max(result, 0)
    }
}
