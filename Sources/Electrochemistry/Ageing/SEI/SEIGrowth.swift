internal import Cells

/// What a law of SEI growth is a function of, at one point.
struct SEISite<S: Scalar> {
    /// φ_s - φ_e, V.
    var potential: S
    /// Intercalation current density, A/m², positive where lithium leaves the particle.
    var current: S
    /// Of the layer, m.
    var thickness: S
    /// F / (R T), 1/V.
    var inverseThermalVoltage: S
}

/// Growth of the solid electrolyte interphase: one of several laws, as a current density that consumes lithium, A/m²,
/// without its Arrhenius factor. The layer's thickness follows; see `LocalAgeing`.
enum SEIGrowth {
    @inline(__always)
    static func currentDensity<S: Scalar>(_ p: SEIParameters, _ site: SEISite<S>) -> S {
        switch p.law {
        case .reaction(let j0, let potential):
            return reactionLimited(
                site, exchangeCurrent: j0, potential: potential, transfer: p.transferCoefficient,
                resistivity: p.resistivity)
        case .solventDiffusion(let diffusivity, let concentration):
            return solventDiffusionLimited(site, diffusivity: diffusivity, concentration: concentration)
        case .electronMigration(let conductivity, let potential):
            return electronMigrationLimited(site, conductivity: conductivity, potential: potential)
        case .interstitialDiffusion(let diffusivity, let concentration):
            return interstitialDiffusionLimited(site, diffusivity: diffusivity, concentration: concentration)
        case .ecReaction(let rate, let diffusivity, let concentration, let potential):
            return ecReactionLimited(
                site, rateConstant: rate, diffusivity: diffusivity, concentration: concentration, potential: potential,
                transfer: p.transferCoefficient, resistivity: p.resistivity)
        case .tunnelling(let j0, let decay):
            return tunnellingLimited(site, exchangeCurrent: j0, decay: decay, transfer: p.transferCoefficient)
        case .transition(let j0, let diffusivity, let concentration, let distance, let conductivity):
            return transitionBetweenRegimes(
                site, exchangeCurrent: j0, diffusivity: diffusivity, concentration: concentration,
                tunnelling: distance, conductivity: conductivity, transfer: p.transferCoefficient)
        }
    }

    /// Of the layer against lithium, V: what its growth does not give off as heat. 0.4 V where the law names none.
    static func potential(_ law: SEILaw) -> Double {
        switch law {
        case .reaction(_, let u), .electronMigration(_, let u), .ecReaction(_, _, _, let u): return u
        default: return 0.4
        }
    }
}
