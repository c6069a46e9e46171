package import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// Fatigue cracks in the particles by Paris' law, one cycle taken as an hour: Deshpande, Verbrugge, Cheng, Wang, Liu,
/// J. Electrochem. Soc. 159 (2012) A1730.
package enum CrackGrowth {
    /// dl/dt, m/s, at a tangential stress (Pa); compression does not open a crack.
    package static func rate(_ p: CrackParameters, stress: Double, length: Double, arrhenius: Double) -> Double {
        guard stress > 0, length > 0 else { return 0 }
        let intensity = stress * p.stressFactor * (Double.pi * length).squareRoot()
        return p.rate * arrhenius * pow(intensity, p.exponent) / 3600
    }

    /// Area of the crack faces over that of the particle's surface: 2 l w ρ.
    @inline(__always)
    package static func areaRatio(_ p: CrackParameters, length: Double) -> Double { 2 * length * p.width * p.density }
}
