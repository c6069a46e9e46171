extension SEIGrowth {
    /// j = j0 exp(-α F (Δφ - U - j_int R L) / (R T)). Ramadass et al., J. Electrochem. Soc. 151 (2004) A196; with α = 1/2
    /// Marquis, thesis, Oxford (2020), eq. 5.92. Grows linearly in time at a constant potential.
    @inline(__always)
    static func reactionLimited<S: Scalar>(
        _ site: SEISite<S>, exchangeCurrent: Double, potential: Double, transfer: Double, resistivity: Double
    ) -> S {
        let film = resistivity * (site.current * site.thickness)
        let overpotential = site.potential - S(potential) - film
        return exchangeCurrent * S.exponential((-transfer) * (site.inverseThermalVoltage * overpotential))
    }
}
