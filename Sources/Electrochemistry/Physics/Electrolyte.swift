/// Salt concentrations kept positive where a law needs their root or logarithm.
///
/// A single-particle model's salt does not feel that it runs out and may fall below zero; the terms that follow then grow
/// smoothly, as charge transfer's own do (`Insertion.depletion`).
enum Electrolyte {
    /// `(c + sqrt(c² + w²)) / 2`, w = `Insertion.depletion`: c to 3e-7 relative at c = 1.
    @inline(__always)
    static func kept(_ c: Double) -> Double { 0.5 * (c + root(c)) }

    @inline(__always)
    static func kept(_ c: SIMD4<Double>) -> SIMD4<Double> {
        0.5 * (c + (c * c + Insertion.depletion * Insertion.depletion).squareRoot())
    }

    /// d ln(kept c)/dc.
    @inline(__always)
    static func logarithmSlope(_ c: Double) -> Double { 1 / root(c) }

    @inline(__always)
    private static func root(_ c: Double) -> Double {
        (c * c + Insertion.depletion * Insertion.depletion).squareRoot()
    }
}
