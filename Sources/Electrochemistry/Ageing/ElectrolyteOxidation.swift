internal import Cells

/// Electrolyte that is oxidised on the positive electrode's particles, a Tafel law: Lin, Park, Liu, Lee, Sastry, Lu,
/// J. Electrochem. Soc. 160 (2013) A1701; on spinel Dai, Cai, White, J. Electrochem. Soc. 160 (2013) A182.
///
/// What it does to the books: the electrons go into the electrode, and lithium of the electrolyte enters its particles with
/// them. The electrode slips: it grows fuller without the cell having been discharged. In the electrolyte a cation of the
/// oxidised solvent, a proton in the end, takes the lithium's place; the model counts it as one of the salt's, so that salt and
/// charge are conserved. Products that reach the negative electrode take electrons there, so that as much lithium leaves its
/// particles (Metzger, Strehle, Solchenbach, Gasteiger, J. Electrochem. Soc. 163 (2016) A798); see `Crosstalk`.
enum ElectrolyteOxidation {
    /// Current density, A/m², positive; without its Arrhenius factor.
    @inline(__always)
    static func currentDensity<S: Scalar>(
        _ p: OxidationParameters, potential: S, inverseThermalVoltage: S
    ) -> S {
        p.exchangeCurrent
            * S.exponential(p.transferCoefficient * (inverseThermalVoltage * (potential - S(p.potential))))
    }
}
