/// A condition that ends a step, on current (multiple of 1C, positive on discharge), voltage and charge.
struct Event {
    enum Quantity { case voltage, currentMagnitude, chargeMagnitude, powerMagnitude }
    var quantity: Quantity
    /// In the models' units.
    var target: Double
    /// +1: fires when the quantity falls to the target; -1: when it rises to it.
    var sign: Double
    var name: String

    /// Positive until the event fires. `charge` is counted from the step's start.
    @inline(__always)
    func distance(voltage: Double, current: Double, charge: Double) -> Double {
        let value: Double
        switch quantity {
        case .voltage: value = voltage
        case .currentMagnitude: value = current.magnitude
        case .chargeMagnitude: value = charge.magnitude
        case .powerMagnitude: value = (voltage * current).magnitude
        }
        return sign * (value - target)
    }
}

/// A bracketed root by the Illinois variant of regula falsi; `f(a)` > 0 ≥ `f(b)`.
func crossing(
    _ a: Double, _ fa: Double, _ b: Double, _ fb: Double, tolerance: Double, _ f: (Double) -> Double
) -> Double {
    var (a, fa, b, fb) = (a, fa, b, fb)
    var side = 0
    for _ in 0..<100 {
        if b - a <= tolerance { break }
        var x = (fa * b - fb * a) / (fa - fb)
        if !(x > a && x < b) { x = 0.5 * (a + b) }
        let fx = f(x)
        if fx == 0 { return x }
        if fx > 0 {
            (a, fa) = (x, fx)
            if side == 1 { fb *= 0.5 }
            side = 1
        } else {
            (b, fb) = (x, fx)
            if side == -1 { fa *= 0.5 }
            side = -1
        }
    }
    return b
}
