internal import Cells

/// Contacts that corrode: a layer on the current collector that grows by the parabolic law, dR/dt = k² / (2 (R - R₀)), that is
/// R = R₀ + k √t: Wagner, Z. Phys. Chem. B 21 (1933) 25; on aluminium collectors Gabryelczyk, Ivanov, Bund, Lota,
/// J. Energy Storage 43 (2021) 103226.
///
/// Its unknown is (R - R₀)² over `scale`, which grows linearly however the temperature moves.
struct CorrodingContacts {
    private let parameters: CorrosionParameters
    private let reference: Double
    /// Position in the state.
    let position: Int
    /// (V per multiple of 1C)².
    private let scale: Double
    /// Seconds in which the unknown grows by one.
    private static let unit = 1e7

    init(_ parameters: CorrosionParameters, current1C: Double, reference: Double, position: Int) {
        self.parameters = parameters
        self.reference = reference
        self.position = position
        let rate = parameters.rate * current1C
        scale = rate * rate * Self.unit
    }

    /// R - R₀, V per multiple of 1C.
    @inline(__always)
    func resistance(_ y: UnsafePointer<Double>) -> Double { (scale * max(y[position], 0)).squareRoot() }

    /// Sets R - R₀, V per multiple of 1C.
    func place(_ resistance: Double, _ y: UnsafeMutablePointer<Double>) {
        y[position] = scale > 0 ? resistance * resistance / scale : 0
    }

    func residual(_ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>, temperature: Double) {
        r[position] = rates[position] - arrhenius(parameters.activationEnergy, temperature, reference) / Self.unit
    }
}
