internal import Cells

extension SEIGrowth {
    /// j = F c k / (1 + L k / D), k = k0 exp(-α F (Δφ - U - j_int R L) / (R T)): ethylene carbonate diffuses through the layer
    /// and reacts. Yang, Leng, Zhang, Ge, Wang, J. Power Sources 360 (2017) 28, eqs. 10 and 11.
    @inline(__always)
    static func ecReactionLimited<S: Scalar>(
        _ site: SEISite<S>, rateConstant: Double, diffusivity: Double, concentration: Double, potential: Double,
        transfer: Double, resistivity: Double
    ) -> S {
        let film = resistivity * (site.current * site.thickness)
        let overpotential = site.potential - S(potential) - film
        let k = rateConstant * S.exponential((-transfer) * (site.inverseThermalVoltage * overpotential))
        return (Constants.faraday * concentration) * (k / (S(1) + (1 / diffusivity) * (site.thickness * k)))
    }
}
