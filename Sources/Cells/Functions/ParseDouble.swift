/// The nearest double of a decimal number that the caller has already checked for form; infinite on overflow.
func parseDouble(_ digits: some RandomAccessCollection<UInt8>) -> Double? {
    // Up to 15 digits and a small exponent are exact in one multiplication or division (Clinger's fast path).
    var mantissa: UInt64 = 0
    var scale = 0
    var significant = 0
    var index = digits.startIndex
    var negative = false
    if index < digits.endIndex, digits[index] == UInt8(ascii: "-") {
        negative = true
        digits.formIndex(after: &index)
    }
    var seenPoint = false
    scan: while index < digits.endIndex {
        let byte = digits[index]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if significant > 0 || byte != UInt8(ascii: "0") { significant += 1 }
            if significant > 15 { return slowDouble(digits) }
            mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
            if seenPoint { scale -= 1 }
        case UInt8(ascii: "."): seenPoint = true
        default: break scan
        }
        digits.formIndex(after: &index)
    }
    if index < digits.endIndex {
        guard digits[index] | 0x20 == UInt8(ascii: "e") else { return nil }
        var exponentNegative = false
        digits.formIndex(after: &index)
        if index < digits.endIndex, digits[index] == UInt8(ascii: "-") || digits[index] == UInt8(ascii: "+") {
            exponentNegative = digits[index] == UInt8(ascii: "-")
            digits.formIndex(after: &index)
        }
        var exponent = 0
        while index < digits.endIndex, exponent < 10_000 {
            exponent = exponent * 10 + Int(digits[index] - UInt8(ascii: "0"))
            digits.formIndex(after: &index)
        }
        scale += exponentNegative ? -exponent : exponent
    }
    guard scale >= -22, scale <= 22 else { return slowDouble(digits) }
    let magnitude =
        scale < 0 ? Double(mantissa) / powersOfTen[-scale] : Double(mantissa) * powersOfTen[scale]
    return negative ? -magnitude : magnitude
}

private func slowDouble(_ digits: some Collection<UInt8>) -> Double? {
    Double(String(decoding: digits, as: UTF8.self))
}

/// The powers of ten that a double holds exactly.
private let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
