/// Charge transfer at an insertion particle: symmetric Butler-Volmer kinetics, solved for the overpotential.
///
/// ```
/// phi_s - phi_e - U - R_f j = (2 R T / F) asinh(j / (2 j0)),   j0 = F K g(y) sqrt(c y (1 - y))
/// ```
/// with y the surface stoichiometry and c the electrolyte concentration relative to its initial value. Doyle, Fuller and
/// Newman, J. Electrochem. Soc. 140 (1993) 1526; the form solved for the overpotential is nearly linear in every
/// unknown, which Newton's iteration likes.
enum Insertion {
    /// Below about so much y (1 - y) and c are rounded off to stay positive; keeps the square root finite where a
    /// surface is full or the electrolyte depleted, and while Newton overshoots.
    static let floor = 1e-9
    static let saltFloor = 1e-6
    /// Where c falls below about this (1 mol/m³), transfer meets a growing resistance: without salt there is none. The
    /// square root alone falls too slowly to stop the reaction from drawing c below zero. At c = 0.01 it costs 0.2 mV
    /// at 1C, at c = 1 nothing.
    static let depletion = 1e-3

    /// Exchange current density over the prefactor `F K`, dimensionless.
    @inline(__always)
    static func exchangeCurrent<S: Scalar>(surface y: S, concentration c: S, factor: S) -> S {
        let room = S.positivePart(y * (S(1) - y), width: floor)
        let salt = S.positivePart(c, width: saltFloor)
        return factor * S.squareRoot(room * salt)
    }

    /// The equation above as a residual, V. `current` is j in units of `currentScale` (A/m²).
    @inline(__always)
    static func residual<S: Scalar>(
        potentialDifference: S, openCircuitPotential: S, current: S, surface: S, concentration: S, factor: S,
        temperatureRatio: S, prefactorRatio: S, constants k: InsertionConstants
    ) -> S {
        let exchange = prefactorRatio * exchangeCurrent(surface: surface, concentration: concentration, factor: factor)
        let overpotential = k.twiceThermalVoltage * (temperatureRatio * S.inverseHyperbolicSine(current / exchange))
        let missing = (1 / depletion) * S.positivePart(S(depletion) - concentration, width: depletion)
        let resistance = S(k.filmDrop) + 0.25 * (missing * missing)
        return potentialDifference - openCircuitPotential - resistance * current - overpotential
    }
}

/// What is constant along x for one population.
struct InsertionConstants {
    /// 2 R T_ref / F, V.
    var twiceThermalVoltage: Double
    /// Film resistance times current scale, V.
    var filmDrop: Double
    /// 2 F K / current scale at the reference temperature.
    var prefactor: Double
}
