/// A parameter as a function of local state: a constant, a function string or a table.
///
/// The first variable is `x` (a stoichiometry, or a concentration in mol/m³), the second, known to Cellar's extension
/// only, is the temperature `T(x)` in kelvin.
public struct StateFunction: Sendable {
    /// What the function was made from, as a cell file holds it.
    public enum Source: Sendable, Equatable {
        /// A constant.
        case number(Double)
        /// An expression in `x` and `T`.
        case expression(String)
        /// Straight lines between points.
        case table(x: [Double], y: [Double])
    }

    private enum Form: Sendable {
        case constant(Double)
        case program(PostfixProgram, PostfixProgram.Needs)
        case table(LinearTable)
    }

    /// What the function was made from.
    public let source: Source
    /// Names beyond BPX's `exp`, `tanh` and `cosh` that the function string uses (`log`, `T(x)`, …).
    public let extensionNames: [String]
    private let form: Form
    /// Below it, x counts as this value.
    private var floor = -Double.infinity

    /// A constant.
    public init(_ constant: Double) {
        source = .number(constant)
        extensionNames = []
        form = .constant(constant)
    }

    /// A function string. Throws `ExpressionError`.
    ///
    /// Python's precedence: `**` binds to the right and tighter than a sign on its left, `-x**2 == -(x**2)`.
    public init(expression: String) throws {
        let program = try ExpressionParser.compile(expression)
        source = .expression(expression)
        extensionNames = program.extensions
        if let constant = program.constant {
            form = .constant(constant)
        } else {
            let needs = PostfixProgram.Needs(
                stackDepth: program.stackDepth, usesX: program.usesX, usesTemperature: program.usesTemperature)
            form = .program(program, needs)
        }
    }

    /// A table, interpolated and extrapolated linearly; `x` ascending or descending. Throws `ExpressionError`.
    public init(x: [Double], y: [Double]) throws {
        form = .table(try LinearTable(x: x, y: y))
        source = .table(x: x, y: y)
        extensionNames = []
    }

    /// The same function, held at its value at `x = floor` below it.
    ///
    /// The electrolyte's functions are held below 10 mol/m³: published ones divide by the concentration.
    public func held(below floor: Double) -> StateFunction {
        var copy = self
        copy.floor = floor
        return copy
    }

    /// The value where the function depends on neither variable.
    public var constant: Double? {
        if case .constant(let value) = form { value } else { nil }
    }

    /// Whether temperature enters.
    public var dependsOnTemperature: Bool {
        if case .program(_, let needs) = form { needs.usesTemperature } else { false }
    }

    /// Value at `x` and `temperature` (K).
    public func callAsFunction(_ x: Double, temperature: Double = 298.15) -> Double {
        if case .constant(let value) = form { return value }
        var value = 0.0
        withUnsafePointer(to: x) { evaluate($0, count: 1, temperature: temperature, value: &value) }
        return value
    }

    /// Value and both partial derivatives (forward mode).
    public func derivatives(_ x: Double, temperature: Double = 298.15) -> (value: Double, dx: Double, dT: Double) {
        if case .constant(let value) = form { return (value, 0, 0) }
        var value = 0.0
        var dx = 0.0
        var dT = 0.0
        withUnsafePointer(to: x) {
            evaluate($0, count: 1, temperature: temperature, value: &value, dx: &dx, dT: &dT)
        }
        return (value, dx, dT)
    }

    /// Vectorised: fills `value`, and `dx`, `dT` where given, for `count` points at one temperature (K).
    ///
    /// The outputs must not overlap `x` or each other.
    public func evaluate(
        _ x: UnsafePointer<Double>, count: Int, temperature: Double, value: UnsafeMutablePointer<Double>,
        dx: UnsafeMutablePointer<Double>? = nil, dT: UnsafeMutablePointer<Double>? = nil
    ) {
        guard count > 0 else { return }
        switch form {
        case .constant(let constant):
            value.update(repeating: constant, count: count)
            dx?.update(repeating: 0, count: count)
            dT?.update(repeating: 0, count: count)
        case .program(let program, let needs):
            program.evaluate(
                x, count: count, temperature: temperature, floor: floor, needs: needs, value: value, dx: dx, dT: dT)
        case .table(let table):
            table.evaluate(x, count: count, floor: floor, value: value, dx: dx)
            dT?.update(repeating: 0, count: count)
        }
    }
}
