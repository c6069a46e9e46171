/// Three significant digits, for messages.
func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    var magnitude = value.magnitude
    while magnitude >= 1000 {
        magnitude /= 10
        scale *= 10
    }
    while magnitude < 100 {
        magnitude *= 10
        scale /= 10
    }
    let result = (value / scale).rounded() * scale
    return result == result.rounded() && result.magnitude < 1e15 ? "\(Int(result))" : "\(Float(result))"
}
