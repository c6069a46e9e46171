/// A root of `f` between `low` and `high`, where `f` changes its sign; nil where it does not, or is not finite.
///
/// Regula falsi with Illinois's halving, every third step a bisection: never leaves the bracket, and ends within
/// `tolerance` (absolute, in the argument).
func bracketedRoot(
    _ low: Double, _ high: Double, tolerance: Double, _ f: (Double) throws -> Double
) rethrows -> Double? {
    var a = low
    var b = high
    var fa = try f(a)
    var fb = try f(b)
    if fa == 0 { return a }
    if fb == 0 { return b }
    guard fa.isFinite, fb.isFinite, (fa < 0) != (fb < 0) else { return nil }
    for step in 1...200 {
        var c = (a * fb - b * fa) / (fb - fa)
        if step % 3 == 0 || !(c > Swift.min(a, b) && c < Swift.max(a, b)) { c = 0.5 * (a + b) }
        let fc = try f(c)
        if fc == 0 || Swift.abs(b - a) <= tolerance { return c }
        guard fc.isFinite else { return nil }
        if (fc < 0) != (fb < 0) {
            a = b
            fa = fb
        } else {
            fa *= 0.5
        }
        b = c
        fb = fc
        if Swift.abs(b - a) <= tolerance { return b }
    }
    return 0.5 * (a + b)
}
