internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// A transport property of one state variable and temperature, ready for evaluation along x.
///
/// Where temperature enters only by an Arrhenius factor (or the run is isothermal) the function is tabulated once;
/// a function of both variables is evaluated as written in a run whose temperature moves.
final class Property: @unchecked Sendable {
    private let function: StateFunction
    private let table: TabulatedFunction?
    private let activationEnergy: Double
    private let reference: Double
    /// Arguments are in units of this.
    private let scale: Double
    private let floor: Double?
    /// The tabulated constant times nothing else; nil where the property varies with its argument.
    let constant: Double?

    init(
        _ function: StateFunction, activationEnergy: Double, reference: Double, temperature: Double,
        temperatureMoves: Bool, range: ClosedRange<Double>, scale: Double = 1, heldBelow: Double? = nil,
        tolerance: Double = 1e-6
    ) {
        self.function = function
        self.activationEnergy = activationEnergy
        self.reference = reference
        self.scale = scale
        floor = heldBelow
        constant = function.constant
        table =
            function.dependsOnTemperature && temperatureMoves
            ? nil
            : TabulatedFunction.shared(
                function, temperature: temperature, range: range, tolerance: tolerance, relative: true,
                heldBelow: heldBelow, scale: scale)
    }

    /// The factor on what `evaluate` returns, and its relative slope by temperature.
    func factor(_ temperature: Double) -> (value: Double, relativeSlope: Double) {
        guard activationEnergy != 0 else { return (1, 0) }
        return (
            arrhenius(activationEnergy, temperature, reference),
            activationEnergy / (Constants.gas * temperature * temperature)
        )
    }

    /// Value and slope by the argument at `count` points, without the Arrhenius factor.
    @inline(__always)
    func evaluate(
        _ count: Int, _ x: UnsafePointer<Double>, temperature: Double, _ value: UnsafeMutablePointer<Double>,
        _ slope: UnsafeMutablePointer<Double>
    ) {
        if let table {
            table.evaluate(count, x, value, slope)
        } else {
            direct(count, x, temperature: temperature, value, slope, nil)
        }
    }

    @inline(__always)
    func evaluate(
        _ count: Int, _ x: UnsafePointer<Double>, temperature: Double, _ value: UnsafeMutablePointer<Double>
    ) {
        if let table {
            table.evaluate(count, x, value)
        } else {
            direct(count, x, temperature: temperature, value, nil, nil)
        }
    }

    /// Slope by temperature at fixed argument, without the Arrhenius factor; zero where tabulated.
    func temperatureSlope(
        _ count: Int, _ x: UnsafePointer<Double>, temperature: Double, _ slope: UnsafeMutablePointer<Double>
    ) {
        if table != nil {
            for i in 0..<count { slope[i] = 0 }
        } else {
            withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { scratch in
                direct(count, x, temperature: temperature, scratch.baseAddress!, nil, slope)
            }
        }
    }

    private func direct(
        _ count: Int, _ x: UnsafePointer<Double>, temperature: Double, _ value: UnsafeMutablePointer<Double>,
        _ slope: UnsafeMutablePointer<Double>?, _ temperatureSlope: UnsafeMutablePointer<Double>?
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { argument in
            for i in 0..<count {
                let v = x[i] * scale
                argument[i] = floor.map { max(v, $0) } ?? v
            }
            function.evaluate(
                argument.baseAddress!, count: count, temperature: temperature, value: value, dx: slope,
                dT: temperatureSlope)
            if let slope {
                for i in 0..<count { slope[i] = floor.map { x[i] * scale < $0 } ?? false ? 0 : slope[i] * scale }
            }
        }
    }
}
