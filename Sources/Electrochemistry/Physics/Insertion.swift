/// Charge transfer at an insertion particle: symmetric Butler-Volmer kinetics, solved for the overpotential.
///
/// ```
/// phi_s - phi_e - U - R_f j = (2 R T / F) asinh(j / (2 j0)),   j0 = F K g(y) sqrt(c y (1 - y))
/// ```
/// with y the surface stoichiometry and c the electrolyte concentration relative to its initial value. Doyle, Fuller and
/// Newman, J. Electrochem. Soc. 140 (1993) 1526; the form solved for the overpotential is nearly linear in every
/// unknown, which Newton's iteration likes.
enum Insertion {
    /// Where c falls below about this (1 mol/m³) transfer meets a growing resistance, and the exchange current stays at
    /// its value there: without salt there is no transfer. The square root alone would fall too slowly to stop the
    /// reaction from drawing c below zero, and make the overpotential jump between two signs of the current, which no
    /// Newton iteration follows. At c = 0.01 it costs 0.2 mV at 1C, at c = 1 nothing.
    static let depletion = 1e-3
    /// The same where y (1 - y) falls below about this: a particle's surface is full, or empty.
    static let saturation = 1e-4

    /// Exchange current density over the prefactor `F K`, dimensionless.
    @inline(__always)
    static func exchangeCurrent<S: Scalar>(surface y: S, concentration c: S, factor: S) -> S {
        let room = S.positivePart(y * (S(1) - y), width: saturation)
        let salt = S.positivePart(c, width: depletion)
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
        let room = surface * (S(1) - surface)
        let crowded = (1 / saturation) * S.positivePart(S(saturation) - room, width: saturation)
        let resistance = S(k.filmDrop) + 0.25 * (missing * missing + crowded * crowded)
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
