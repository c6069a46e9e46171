package import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// Loss of active material: rates of the active volume fraction, 1/s, negative or zero.
package enum ActiveMaterialLoss {
    /// -β (σ_h / σ_c)^m in tension: Laresgoiti, Käbitz, Ecker, Sauer, J. Power Sources 300 (2015) 112.
    package static func byStress(_ p: StressLossParameters, hydrostatic: Double, arrhenius: Double) -> Double {
        guard hydrostatic > 0 else { return 0 }
        let ratio = hydrostatic / p.criticalStress
        return -p.rate * arrhenius * (p.exponent == 2 ? ratio * ratio : pow(ratio, p.exponent))
    }

    /// With the SEI's charge, A/m³ (negative where it grows): Reniers, Mulder, Howey, J. Electrochem. Soc. 166 (2019) A3189.
    @inline(__always)
    static func byReaction(_ factor: Double, seiCurrent: Double) -> Double { factor * seiCurrent / Constants.faraday }

    /// Of what is left, by dissolution: see `DissolutionParameters`. `area` of what is left per its volume, 1/m.
    static func byDissolution(
        _ p: DissolutionParameters, potential: Double, area: Double, maximumConcentration: Double, temperature: Double,
        arrhenius: Double
    ) -> Double {
        var rate = p.rate
        if p.exchangeCurrent > 0 {
            let eta = Constants.faraday / (Constants.gas * temperature) * (potential - p.potential)
            rate +=
                area * p.exchangeCurrent * exp(min(p.transferCoefficient * eta, 100))
                / (Constants.faraday * maximumConcentration)
        }
        return -rate * arrhenius
    }
}
