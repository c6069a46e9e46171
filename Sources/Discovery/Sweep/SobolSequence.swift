internal import Learning

/// Points that fill a unit cube evenly: Sobol' (1967) with the direction numbers of Joe and Kuo, SIAM J. Sci. Comput. 30
/// (2008) 2635 (their table new-joe-kuo-6), in Gray-code order (Antonov and Saleev 1979).
///
/// A seed shifts every coordinate by XOR with 32 random bits (a digital shift: Matoušek, J. Complexity 14 (1998) 527), which
/// leaves the evenness as it is; without one the points are Sobol's own and the first is the origin.
public struct SobolSequence: Sendable {
    /// Most coordinates.
    public static let mostDimensions = 40
    private static let bits = 32
    /// For each coordinate, 32 numbers.
    private let directions: [[UInt32]]
    private let shifts: [UInt32]

    /// `dimensions` from 1 to `mostDimensions`.
    public init(dimensions: Int, seed: UInt64? = nil) {
        precondition((1...Self.mostDimensions).contains(dimensions), "1 to \(Self.mostDimensions) coordinates")
        directions = (0..<dimensions).map(Self.directions(of:))
        guard let seed else {
            shifts = Array(repeating: 0, count: dimensions)
            return
        }
        var source = RandomSource(seed: seed)
        shifts = (0..<dimensions).map { _ in UInt32(truncatingIfNeeded: source.next() >> 32) }
    }

    /// The point of an index from 0 to 2³² - 1; each coordinate in [0, 1).
    public func point(_ index: Int) -> [Double] {
        let gray = UInt32(truncatingIfNeeded: index) ^ (UInt32(truncatingIfNeeded: index) >> 1)
        return zip(directions, shifts).map { numbers, shift in
            var x = shift
            for bit in 0..<Self.bits where gray >> bit & 1 == 1 { x ^= numbers[bit] }
            return Double(x) * 0x1p-32
        }
    }

    private static func directions(of dimension: Int) -> [UInt32] {
        guard dimension > 0 else { return (0..<bits).map { 1 << UInt32(bits - 1 - $0) } }
        let (polynomial, initial) = table[dimension - 1]
        // The polynomial's degree, and its coefficients between the first and the last.
        let degree = initial.count
        let inner = (polynomial >> 1) & ((1 << (degree - 1)) - 1)
        var m = initial
        while m.count < bits {
            let k = m.count
            var next = m[k - degree] ^ (m[k - degree] << UInt64(degree))
            for i in 1..<max(degree, 1) where inner >> UInt64(degree - 1 - i) & 1 == 1 {
                next ^= m[k - i] << UInt64(i)
            }
            m.append(next)
        }
        return m.enumerated().map { UInt32(truncatingIfNeeded: $1 << UInt64(bits - 1 - $0)) }
    }

    /// From the second coordinate on: the primitive polynomial with all its coefficients as bits, and the first numbers.
    private static let table: [(UInt64, [UInt64])] = [
        (3, [1]),
        (7, [1, 3]),
        (11, [1, 3, 1]),
        (13, [1, 1, 1]),
        (19, [1, 1, 3, 3]),
        (25, [1, 3, 5, 13]),
        (37, [1, 1, 5, 5, 17]),
        (41, [1, 1, 5, 5, 5]),
        (47, [1, 1, 7, 11, 19]),
        (55, [1, 1, 5, 1, 1]),
        (59, [1, 1, 1, 3, 11]),
        (61, [1, 3, 5, 5, 31]),
        (67, [1, 3, 3, 9, 7, 49]),
        (91, [1, 1, 1, 15, 21, 21]),
        (97, [1, 3, 1, 13, 27, 49]),
        (103, [1, 1, 1, 15, 7, 5]),
        (109, [1, 3, 1, 15, 13, 25]),
        (115, [1, 1, 5, 5, 19, 61]),
        (131, [1, 3, 7, 11, 23, 15, 103]),
        (137, [1, 3, 7, 13, 13, 15, 69]),
        (143, [1, 1, 3, 13, 7, 35, 63]),
        (145, [1, 3, 5, 9, 1, 25, 53]),
        (157, [1, 3, 1, 13, 9, 35, 107]),
        (167, [1, 3, 1, 5, 27, 61, 31]),
        (171, [1, 1, 5, 11, 19, 41, 61]),
        (185, [1, 3, 5, 3, 3, 13, 69]),
        (191, [1, 1, 7, 13, 1, 19, 1]),
        (193, [1, 3, 7, 5, 13, 19, 59]),
        (203, [1, 1, 3, 9, 25, 29, 41]),
        (211, [1, 3, 5, 13, 23, 1, 55]),
        (213, [1, 3, 7, 3, 13, 59, 17]),
        (229, [1, 3, 1, 3, 5, 53, 69]),
        (239, [1, 1, 5, 5, 23, 33, 13]),
        (241, [1, 1, 7, 7, 1, 61, 123]),
        (247, [1, 1, 7, 9, 13, 61, 49]),
        (253, [1, 3, 3, 5, 3, 55, 33]),
        (285, [1, 3, 1, 15, 31, 13, 49, 245]),
        (299, [1, 3, 5, 15, 31, 59, 63, 97]),
        (301, [1, 3, 1, 11, 11, 11, 77, 249]),
    ]
}
