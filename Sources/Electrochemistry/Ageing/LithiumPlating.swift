internal import Cells

/// Lithium plating and stripping on the negative electrode: O'Kane, Campbell, Marzook, Offer, Marinescu, J. Electrochem. Soc.
/// 167 (2020) 090540; dead lithium: O'Kane et al., Phys. Chem. Chem. Phys. 24 (2022) 7909.
enum LithiumPlating {
    /// Current density, A/m², positive where lithium is stripped:
    /// j = F k c_Li exp((1-α) F η / (R T)) - F k c_e exp(-α F η / (R T)), η against lithium; without the first term where
    /// plating is irreversible.
    @inline(__always)
    static func currentDensity<S: Scalar>(
        _ p: PlatingParameters, overpotential: S, salt: S, plated: S, inverseThermalVoltage: S
    ) -> S {
        let eta = inverseThermalVoltage * overpotential
        let plating = salt * S.exponential((-p.transferCoefficient) * eta)
        let scale = Constants.faraday * p.rateConstant
        guard p.kind != .irreversible else { return (-scale) * plating }
        return scale * (plated * S.exponential((1 - p.transferCoefficient) * eta) - plating)
    }
}
