/// A parameter as a function of local state: a constant, a function string or a table.
///
/// The first variable is `x` (a stoichiometry, or a concentration in mol/m³), the second, known to Cellar's extension
/// only, is the temperature `T(x)` in kelvin.
public struct StateFunction: Sendable {
    /// A constant.
    public init(_ constant: Double) { fatalError() }
    /// A function string. Throws `ExpressionError`.
    public init(expression: String) throws { fatalError() }
    /// A table, interpolated and extrapolated linearly; `x` ascending or descending. Throws `ExpressionError`.
    public init(x: [Double], y: [Double]) throws { fatalError() }

    /// The value where the function depends on neither variable.
    public var constant: Double? { fatalError() }
    /// Whether temperature enters.
    public var dependsOnTemperature: Bool { fatalError() }

    /// Value at `x` and `temperature` (K).
    public func callAsFunction(_ x: Double, temperature: Double = 298.15) -> Double { fatalError() }
    /// Value and both partial derivatives (forward mode).
    public func derivatives(_ x: Double, temperature: Double = 298.15) -> (value: Double, dx: Double, dT: Double) {
        fatalError()
    }
    /// Vectorised: fills `value`, and `dx`, `dT` where given, for `count` points at one temperature (K).
    public func evaluate(
        _ x: UnsafePointer<Double>, count: Int, temperature: Double, value: UnsafeMutablePointer<Double>,
        dx: UnsafeMutablePointer<Double>? = nil, dT: UnsafeMutablePointer<Double>? = nil
    ) { fatalError() }
}
