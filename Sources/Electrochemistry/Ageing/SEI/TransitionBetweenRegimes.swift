internal import Cells

extension SEIGrowth {
    /// j = j0 exp(-α F Δφ / (R T)) (1 - L*/L_mig) / (1 - L*/L_mig + L*/L_diff), L* = L less the tunnelling distance, L_mig =
    /// 2 R T κ / (F j_int), L_diff = (F D c / j0) exp(-(1-α) F Δφ / (R T)): from reaction over diffusion to migration.
    /// Von Kolzenberg, Latz, Horstmann, ChemSusChem 13 (2020) 3901, eq. 19. Migration against growth ends it, not more: the
    /// numerator is kept positive (rounded over 0.01).
    @inline(__always)
    static func transitionBetweenRegimes<S: Scalar>(
        _ site: SEISite<S>, exchangeCurrent: Double, diffusivity: Double, concentration: Double, tunnelling: Double,
        conductivity: Double, transfer: Double
    ) -> S {
        let eta = site.inverseThermalVoltage * site.potential
        let apparent = S.positivePart(site.thickness - S(tunnelling), width: 1e-12)
        let migration = (0.5 / conductivity) * (site.inverseThermalVoltage * (apparent * site.current))
        let open = S.positivePart(S(1) - migration, width: 1e-2)
        // L*/L_diff.
        let diffusion =
            (exchangeCurrent / (Constants.faraday * diffusivity * concentration))
            * (apparent * S.exponential((1 - transfer) * eta))
        return exchangeCurrent * (S.exponential((-transfer) * eta) * (open / (open + diffusion)))
    }
}
