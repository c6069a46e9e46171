internal import Cells

/// Stress in a sphere that swells with its lithium: Ai, Kraft, Sturm, Jossen, Wu, J. Electrochem. Soc. 167 (2020) 013512, after
/// Zhang, Shyy, Sastry, J. Electrochem. Soc. 154 (2007) A910.
enum ParticleStress {
    /// Tangential stress at the surface, Pa, positive in tension: Ω E (c_mean - c_surface) / (3 (1 - ν)); mol/m³.
    @inline(__always)
    static func tangential(_ p: ParticleMechanics, mean: Double, surface: Double) -> Double {
        p.molarVolume * p.youngModulus * (mean - surface) / (3 * (1 - p.poissonRatio))
    }

    /// Hydrostatic stress at the surface, where the radial stress vanishes.
    @inline(__always)
    static func hydrostatic(tangential: Double) -> Double { 2 * tangential / 3 }

    /// θ of D (1 + θ (c - c₀)), m³/mol: 2 Ω² E / (9 R T (1 - ν)).
    static func diffusionFactor(_ p: ParticleMechanics, temperature: Double) -> Double {
        2 * p.molarVolume * p.molarVolume * p.youngModulus
            / (9 * Constants.gas * temperature * (1 - p.poissonRatio))
    }

    /// Displacement of the surface, m: Ω R (c_mean - c₀) / 3.
    static func displacement(_ p: ParticleMechanics, mean: Double, radius: Double) -> Double {
        p.molarVolume * radius * (mean - p.referenceConcentration) / 3
    }
}
