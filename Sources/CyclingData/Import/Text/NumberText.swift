#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reading decimal numbers from bytes, correctly rounded, without allocation.
struct NumberText: @unchecked Sendable {
    /// `.` or `,`.
    let decimalMark: UInt8
    private let powers: UnsafePointer<Double>

    /// Powers of ten that a double holds exactly, 10^0…10^22, kept as long as the process lives.
    nonisolated(unsafe) private static let powerTable: UnsafePointer<Double> = {
        let table = UnsafeMutablePointer<Double>.allocate(capacity: 23)
        var power = 1.0
        for exponent in 0...22 {
            (table + exponent).initialize(to: power)
            power *= 10
        }
        return UnsafePointer(table)
    }()
    #if arch(x86_64) && !os(Windows)
        /// Powers of ten that the 64-bit significand holds exactly, 10^0…10^27.
        nonisolated(unsafe) private static let extendedTable: UnsafePointer<Float80> = {
            let table = UnsafeMutablePointer<Float80>.allocate(capacity: 28)
            var power: Float80 = 1
            for exponent in 0...27 {
                (table + exponent).initialize(to: power)
                power *= 10
            }
            return UnsafePointer(table)
        }()
    #endif

    init(decimalMark: UInt8 = UInt8(ascii: ".")) {
        self.decimalMark = decimalMark
        powers = Self.powerTable
    }

    /// Reads the number that begins at `start`; returns where it ends, `start` where there is none.
    ///
    /// The caller sees to it that a byte that belongs to no number, a line's end for instance, follows somewhere.
    @inline(__always)
    func parse(_ start: UnsafePointer<UInt8>, into value: inout Double) -> UnsafePointer<UInt8> {
        var p = start
        let isNegative = p[0] == 0x2D
        if isNegative || p[0] == 0x2B { p += 1 }
        let first = p
        var mantissa: UInt64 = 0
        var digit = p[0] &- 0x30
        while digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            p += 1
            digit = p[0] &- 0x30
        }
        var digits = p - first
        var scale = 0
        if p[0] == decimalMark {
            p += 1
            let fraction = p
            digit = p[0] &- 0x30
            while digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                p += 1
                digit = p[0] &- 0x30
            }
            scale = fraction - p
            digits -= scale
        }
        guard digits > 0 else { return start }
        if p[0] | 0x20 == 0x65 {
            var q = p + 1
            let isDown = q[0] == 0x2D
            if isDown || q[0] == 0x2B { q += 1 }
            digit = q[0] &- 0x30
            if digit < 10 {
                var exponent = 0
                while digit < 10 {
                    if exponent < 100_000 { exponent = exponent * 10 + Int(digit) }
                    q += 1
                    digit = q[0] &- 0x30
                }
                scale += isDown ? -exponent : exponent
                p = q
            }
        }
        // Clinger's fast path: both operands exact, one rounding.
        if digits <= 19, mantissa <= 1 << 53, scale >= -22, scale <= 22 {
            let magnitude = scale < 0 ? Double(mantissa) / powers[-scale] : Double(mantissa) * powers[scale]
            value = isNegative ? -magnitude : magnitude
            return p
        }
        value = careful(start, p, mantissa, digits: digits, scale: scale, isNegative: isNegative)
        return p
    }

    /// Numbers of more than 15 digits, as shortest or full texts of doubles are, and extreme ones.
    @inline(never)
    private func careful(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ mantissa: UInt64, digits: Int, scale: Int,
        isNegative: Bool
    ) -> Double {
        #if arch(x86_64) && !os(Windows)
            if digits <= 19, scale >= -27, scale <= 27 {
                let wide = Self.extendedTable
                let magnitude = scale < 0 ? Float80(mantissa) / wide[-scale] : Float80(mantissa) * wide[scale]
                // Rounded once to 64 bits and once more to 53: wrong only where the first landed on a midpoint.
                if magnitude.significandBitPattern & 0x7FF != 0x400 {
                    return isNegative ? -Double(magnitude) : Double(magnitude)
                }
            }
        #endif
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: end - start + 1) { text in
            for index in 0..<end - start {
                let byte = start[index]
                text[index] = CChar(bitPattern: byte == decimalMark ? 0x2E : byte)
            }
            text[end - start] = 0
            return text.baseAddress.map { strtod($0, nil) } ?? .nan
        }
    }
}
