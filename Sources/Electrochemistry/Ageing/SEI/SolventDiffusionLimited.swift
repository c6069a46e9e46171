internal import Cells

extension SEIGrowth {
    /// j = F D c / L: solvent diffuses through the layer and reacts at once. Ploehn, Ramadass, White, J. Electrochem. Soc.
    /// 151 (2004) A456; Marquis, thesis, Oxford (2020), eq. 5.91. Grows with the root of time.
    @inline(__always)
    static func solventDiffusionLimited<S: Scalar>(
        _ site: SEISite<S>, diffusivity: Double, concentration: Double
    ) -> S { S(Constants.faraday * diffusivity * concentration) / site.thickness }
}
