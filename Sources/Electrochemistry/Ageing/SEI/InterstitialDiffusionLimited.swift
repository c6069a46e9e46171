internal import Cells

extension SEIGrowth {
    /// j = F D c exp(-F Δφ / (R T)) / L: neutral lithium diffuses out. Single, Latz, Horstmann, ChemSusChem 11 (2018) 1950;
    /// Marquis, thesis, Oxford (2020), eq. 5.96.
    @inline(__always)
    static func interstitialDiffusionLimited<S: Scalar>(
        _ site: SEISite<S>, diffusivity: Double, concentration: Double
    ) -> S {
        let boltzmann = S.exponential((-1) * (site.inverseThermalVoltage * site.potential))
        return (Constants.faraday * diffusivity * concentration) * (boltzmann / site.thickness)
    }
}
