/// CODATA 2018 (exact since the SI of 2019).
package enum Constants {
    /// C/mol.
    package static let faraday = 96485.33212
    /// J/(mol K).
    package static let gas = 8.31446261815324
}
#if canImport(Glibc)
    import Glibc
#endif

/// exp(E/R (1/T_ref - 1/T)), the factor of a property with activation energy E (J/mol) at T against T_ref (K).
@inline(__always)
func arrhenius(_ activationEnergy: Double, _ temperature: Double, _ reference: Double) -> Double {
    activationEnergy == 0 ? 1 : exp(activationEnergy / Constants.gas * (1 / reference - 1 / temperature))
}
