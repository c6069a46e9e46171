/// A change of unit that leaves decimal numbers decimal: 37001 counts of 0.1 mV are 3.7001 V, where the product with 1e-4 is
/// 3.7001000000000004 V.
struct DecimalScale {
    private let factor: Double
    private let divisor: Double

    /// Multiplies by `factor`.
    init(_ factor: Double) {
        let inverse = (1 / factor).rounded()
        // A division by a whole number is rounded once, its reciprocal is rounded before.
        let isWhole = inverse > 1 && inverse < 1e15 && (inverse * factor - 1).magnitude < 1e-15
        self.factor = isWhole ? 1 : factor
        divisor = isWhole ? inverse : 1
    }

    @inline(__always)
    func apply(_ value: Double) -> Double { divisor == 1 ? value * factor : value / divisor }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// The shortest decimal, up to nine digits, that single precision cannot tell from `value`: 3.7 rather than
    /// 3.7000000476837158, which no cycler measures.
    static func decimal(_ value: Float) -> Double {
        let exact = Double(value)
        guard value.isNormal else { return exact }
        // log10(2) = 0.30103; the estimate is exact or one too small.
        let exponent = Int((Double(exact.exponent) * 0.301_029_995_663_981_2).rounded(.down))
        for digits in 5...9 {
            let places = digits - 1 - exponent
            guard places >= 0, places <= 22 else { continue }
            let short = (exact * powers[places]).rounded() / powers[places]
            if Float(short) == value { return short }
        }
        return exact
    }
}
