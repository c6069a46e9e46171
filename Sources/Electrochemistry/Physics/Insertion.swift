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
    /// That resistance stands in the way of what would take the missing salt, and of nothing else: about this multiple of
    /// 1C tells one direction from the other.
    static let oneWay = 1e-3
    /// Within about three times this of full or empty a particle's potential falls or rises by `barrier` times the cube of
    /// the distance over this: functions fitted elsewhere would let its surface run past its sites, where one potential
    /// no longer means one current.
    static let saturation = 1e-4
    /// V.
    static let barrier = 0.05

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
        // Insertion takes salt: -1 and 1 far from zero current.
        let direction = current / S.squareRoot(current * current + S(oneWay * oneWay))
        let resistance = S(k.filmDrop) + 0.125 * (missing * missing * (S(1) - direction))
        let full = (1 / saturation) * S.positivePart(surface - S(1 - 3 * saturation), width: saturation)
        let empty = (1 / saturation) * S.positivePart(S(3 * saturation) - surface, width: saturation)
        let wall = barrier * (empty * empty * empty - full * full * full)
        return potentialDifference - openCircuitPotential - wall - resistance * current - overpotential
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
