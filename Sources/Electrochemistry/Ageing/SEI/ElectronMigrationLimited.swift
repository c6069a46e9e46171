extension SEIGrowth {
    /// j = κ (U - Δφ) / L below U, nothing above: electrons drift through the layer. Single, Latz, Horstmann, ChemSusChem 11
    /// (2018) 1950; Marquis, thesis, Oxford (2020), eq. 5.94. The bend at U is rounded over 0.1 mV.
    @inline(__always)
    static func electronMigrationLimited<S: Scalar>(
        _ site: SEISite<S>, conductivity: Double, potential: Double
    ) -> S {
        conductivity * (S.positivePart(S(potential) - site.potential, width: 1e-4) / site.thickness)
    }
}
