/// Numbers as pages and figures show them.
public enum Numbers {
    /// So many significant digits, without trailing zeros; a power of ten where the number is very small or very large.
    ///
    /// - Parameters:
    ///   - value: the number; a dash where it is not finite.
    ///   - digits: significant digits, 1 to 15.
    /// - Returns: for instance `1.234`, `12 300`, `4.5 × 10⁻⁹`.
    public static func short(_ value: Double, _ digits: Int = 3) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        var exponent = Self.exponent(value)
        var mantissa = rounded(value / power(exponent), digits - 1)
        if mantissa.magnitude >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        guard (-3...5).contains(exponent) else {
            return "\(fixed(mantissa, digits - 1))\u{00A0}×\u{00A0}10\(superscript(exponent))"
        }
        return grouped(fixed(value, max(0, digits - 1 - exponent), upTo: exponent - digits + 1))
    }

    /// `low to high`; a dash for an end that is not known.
    public static func range(_ low: Double?, _ high: Double?, _ digits: Int = 3) -> String {
        "\(short(low ?? .nan, digits)) to \(short(high ?? .nan, digits))"
    }

    /// A whole number, thousands apart.
    public static func whole(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "–" }
        return grouped("\(Int(value.rounded()))")
    }

    /// A fraction as percent.
    public static func percent(_ fraction: Double, _ digits: Int = 1) -> String {
        fraction.isFinite ? "\(fixed(100 * fraction, digits))\u{00A0}%" : "–"
    }

    /// A number with its unit.
    public static func quantity(_ value: Double, _ unit: String, _ digits: Int = 3) -> String {
        unit.isEmpty || unit == "1" ? short(value, digits) : "\(short(value, digits))\u{00A0}\(Self.unit(unit))"
    }

    /// A time in the unit that suits it.
    public static func duration(_ seconds: Double, _ digits: Int = 3) -> String {
        let (unit, size) = timeUnit(seconds)
        return quantity(seconds / size, unit, digits)
    }

    /// The unit that suits a time, and its seconds.
    static func timeUnit(_ seconds: Double) -> (name: String, seconds: Double) {
        seconds > 36 * 3600
            ? ("d", 86400) : seconds > 3 * 3600 ? ("h", 3600) : seconds > 300 ? ("min", 60) : ("s", 1)
    }

    /// A unit's name with its exponents raised and its indices lowered.
    public static func unit(_ text: String) -> String {
        text.replacing("CO2", with: "CO₂").replacing("m3", with: "m³").replacing("m2", with: "m²")
    }

    /// For JSON: the shortest that has seven significant digits; null where it is not finite.
    static func plain(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), value.magnitude < 1e15 { return "\(Int(value))" }
        return "\(Float(value))"
    }

    /// With so many decimals at most; with fewer than none (`upTo` above 0) rounded to tens or hundreds.
    private static func fixed(_ value: Double, _ decimals: Int, upTo place: Int = 0) -> String {
        if place > 0 { return "\(Int((value / power(place)).rounded() * power(place)))" }
        let scale = power(decimals)
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "−" : ""
        let whole = Int(scaled) / Int(scale)
        var fraction = "\(Int(scaled) % Int(scale))"
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return sign + "\(whole)" + (fraction.isEmpty || decimals == 0 ? "" : "." + fraction)
    }

    private static func rounded(_ value: Double, _ decimals: Int) -> Double {
        (value * power(decimals)).rounded() / power(decimals)
    }

    private static func power(_ exponent: Int) -> Double {
        var value = 1.0
        for _ in 0..<exponent.magnitude { value *= 10 }
        return exponent < 0 ? 1 / value : value
    }

    private static func exponent(_ value: Double) -> Int {
        var (size, exponent) = (value.magnitude, 0)
        while size >= 10 { (size, exponent) = (size / 10, exponent + 1) }
        while size < 1 { (size, exponent) = (size * 10, exponent - 1) }
        return exponent
    }

    /// Thin blanks between thousands, from ten thousand on.
    private static func grouped(_ text: String) -> String {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return text }
        let isNegative = whole.hasPrefix("-") || whole.hasPrefix("−")
        let digits = Array(isNegative ? whole.dropFirst() : whole)
        guard digits.count > 4 else { return isNegative ? "−" + text.dropFirst() : text }
        var out = isNegative ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { out.append("\u{202F}") }
            out.append(digit)
        }
        return out + (parts.count > 1 ? "." + parts[1] : "")
    }

    private static func superscript(_ exponent: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return String("\(exponent)".map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
    }
}
