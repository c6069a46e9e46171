/// Writing numbers as decimal text into memory, without allocation.
enum DecimalText {
    /// Room that any number fits in.
    static let longest = 32

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// Writes `value` rounded to `digits` significant digits (1…15), without trailing zeros: `3.7`, `-1e-09` as `-1e-9`.
    ///
    /// Within one unit of the last digit; NaN as `nan`, infinities as `inf`. Returns the number of bytes.
    static func write(_ value: Double, digits: Int, to out: UnsafeMutablePointer<UInt8>) -> Int {
        assert((1...15).contains(digits))
        guard value.isFinite else { return copy(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf", to: out) }
        guard value != 0 else {
            out[0] = zero
            return 1
        }
        let magnitude = value.magnitude
        // log10(2) = 0.30103; the estimate is exact or one too small.
        var exponent = Int((Double(magnitude.exponent) * 0.301_029_995_663_981_2).rounded(.down))
        if exponent < 22, exponent >= -1, magnitude >= powers[exponent + 1] { exponent += 1 }
        let scale = digits - 1 - exponent
        guard scale >= -22, scale <= 22 else { return copy(rounded(value, digits: digits), to: out) }
        var scaled = scale >= 0 ? magnitude * powers[scale] : magnitude / powers[-scale]
        if scaled >= powers[digits] {
            scaled /= 10
            exponent += 1
        }
        var number = UInt64(scaled.rounded())
        if number >= UInt64(powers[digits]) {
            number /= 10
            exponent += 1
        }
        var kept = digits
        while number.isMultiple(of: 10) {
            number /= 10
            kept -= 1
        }
        var length = 0
        if value < 0 {
            out[0] = UInt8(ascii: "-")
            length = 1
        }
        return length + layOut(number, digits: kept, exponent: exponent, to: out + length)
    }

    /// Writes a finite `value` with 15 significant digits where they read back as the same double, else with the fewest that
    /// do. Returns the number of bytes.
    static func write(exact value: Double, to out: UnsafeMutablePointer<UInt8>) -> Int {
        let length = write(value, digits: 15, to: out)
        out[length] = 0x0A
        var back = Double.nan
        _ = reader.parse(UnsafePointer(out), into: &back)
        if back == value { return length }
        return copy(value.description, to: out)
    }

    private static let reader = NumberText()

    /// Writes `value` to the nearest 10^-decimals (decimals 0…9), without trailing zeros; huge values as `write`.
    static func write(_ value: Double, decimals: Int, to out: UnsafeMutablePointer<UInt8>) -> Int {
        let scaled = (value.magnitude * powers[decimals]).rounded()
        guard scaled < 1e15 else { return write(value, digits: 15, to: out) }
        var number = UInt64(scaled)
        guard number > 0 else {
            out[0] = zero
            return 1
        }
        var fraction = decimals
        while fraction > 0, number.isMultiple(of: 10) {
            number /= 10
            fraction -= 1
        }
        var digits = 1
        while digits < 16, number >= UInt64(powers[digits]) { digits += 1 }
        var length = 0
        if value < 0 {
            out[0] = UInt8(ascii: "-")
            length = 1
        }
        return length + layOut(number, digits: digits, exponent: digits - 1 - fraction, to: out + length)
    }

    /// Writes a whole number. Returns the number of bytes.
    static func write(_ value: Int, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var length = 0
        if value < 0 {
            out[0] = UInt8(ascii: "-")
            length = 1
        }
        var digits = 1
        var rest = value.magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        put(UInt64(value.magnitude), digits, to: out + length)
        return length + digits
    }

    private static let zero = UInt8(ascii: "0")

    /// `number`, of `digits` digits, times 10^(exponent + 1 - digits).
    private static func layOut(_ number: UInt64, digits: Int, exponent: Int, to out: UnsafeMutablePointer<UInt8>) -> Int
    {
        if exponent < -5 || exponent > 15 {
            put(number, digits, to: out + 1)
            out[0] = out[1]
            var length = 1
            if digits > 1 {
                out[1] = UInt8(ascii: ".")
                length = digits + 1
            }
            out[length] = UInt8(ascii: "e")
            return length + 1 + write(exponent, to: out + length + 1)
        }
        if exponent < 0 {
            out[0] = zero
            out[1] = UInt8(ascii: ".")
            for index in 0..<(-exponent - 1) { out[2 + index] = zero }
            put(number, digits, to: out + 1 - exponent)
            return 1 - exponent + digits
        }
        let whole = exponent + 1
        if digits <= whole {
            put(number, digits, to: out)
            for index in digits..<whole { out[index] = zero }
            return whole
        }
        put(number, digits, to: out + 1)
        for index in 0..<whole { out[index] = out[index + 1] }
        out[whole] = UInt8(ascii: ".")
        return digits + 1
    }

    private static func put(_ number: UInt64, _ digits: Int, to out: UnsafeMutablePointer<UInt8>) {
        var rest = number
        var index = digits
        while index > 0 {
            index -= 1
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            out[index] = zero + UInt8(truncatingIfNeeded: remainder)
            rest = quotient
        }
    }

    /// The way through the shortest exact text, for magnitudes far from 1.
    private static func rounded(_ value: Double, digits: Int) -> String {
        let text = value.description
        guard let mark = text.firstIndex(of: "e") else { return text }
        let mantissa = Double(text[..<mark]) ?? 0
        var exponent = Int(text[text.index(after: mark)...]) ?? 0
        var short = (mantissa * powers[digits - 1]).rounded() / powers[digits - 1]
        if short.magnitude >= 10 {
            short /= 10
            exponent += 1
        }
        let plain = short == short.rounded() ? "\(Int(short))" : "\(short)"
        return "\(plain)e\(exponent)"
    }

    private static func copy(_ text: String, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var length = 0
        for byte in text.utf8.prefix(longest) {
            out[length] = byte
            length += 1
        }
        return length
    }
}
