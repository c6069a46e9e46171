extension SEIGrowth {
    /// j = j0 exp(-α F Δφ / (R T)) exp(-β L): electrons tunnel through the layer. Tang, Lu, Newman, J. Electrochem. Soc. 159
    /// (2012) A1775, eq. 25. Grows with the logarithm of time.
    @inline(__always)
    static func tunnellingLimited<S: Scalar>(
        _ site: SEISite<S>, exchangeCurrent: Double, decay: Double, transfer: Double
    ) -> S {
        exchangeCurrent
            * S.exponential(
                (-transfer) * (site.inverseThermalVoltage * site.potential) - decay * site.thickness)
    }
}
