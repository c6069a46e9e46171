/// Statistics of elemental properties over a composition, after Ward et al., npj Comput. Mater. 2 (2016) 16028
/// (Magpie).
///
/// For each of 22 properties, in this order: minimum, maximum, range, mean, mean absolute deviation, mode, weighted
/// by atomic fractions.
/// The mode is the property of the most frequent element, the smallest one of several. A property that is unknown for
/// one of the elements
/// makes all six not a number. Equal to matminer's `ElementProperty.from_preset("magpie", impute_nan=False)`.
public struct MagpieDescriptors: Sendable {
    /// The properties.
    public static let properties = [
        "Number", "MendeleevNumber", "AtomicWeight", "MeltingT", "Column", "Row", "CovalentRadius", "Electronegativity",
        "NsValence", "NpValence", "NdValence", "NfValence", "NValence", "NsUnfilled", "NpUnfilled", "NdUnfilled",
        "NfUnfilled", "NUnfilled", "GSvolume_pa", "GSbandgap", "GSmagmom", "SpaceGroupNumber",
    ]
    /// The statistics of each.
    public static let statistics = ["minimum", "maximum", "range", "mean", "avg_dev", "mode"]
    /// Names of the 132 descriptors, such as `mean Electronegativity`.
    public static let names = properties.flatMap { property in statistics.map { "\($0) \(property)" } }

    /// Properties by atomic number, 22 each.
    private let table: [Double]

    /// From the table of elements. Throws ``MaterialError`` where it lacks a column.
    public init(_ elements: ElementTable) throws {
        var table = [Double](repeating: .nan, count: 119 * Self.properties.count)
        for (index, name) in Self.properties.enumerated() {
            guard let values = elements.values("magpie_" + name) else {
                throw MaterialError(
                    .table, place: "Data/elements.csv", problem: "no column 'magpie_\(name)'",
                    remedy: "use the shipped table")
            }
            for (number, value) in values.enumerated() { table[number * Self.properties.count + index] = value ?? .nan }
        }
        self.table = table
    }

    /// The 22 properties of an element, not a number where unknown.
    public func properties(of element: Element) -> ArraySlice<Double> {
        let count = Self.properties.count
        return table[Int(element.number) * count..<(Int(element.number) + 1) * count]
    }

    /// The 132 descriptors of a composition.
    public func describe(_ composition: Composition) -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(Self.names.count)
        append(composition, to: &out)
        return out
    }

    /// Appends the descriptors of a composition.
    func append(_ composition: Composition, to out: inout [Double]) {
        let count = Self.properties.count
        let fractions = composition.fractions
        let largest = fractions.max() ?? 0
        table.withUnsafeBufferPointer { table in
            for property in 0..<count {
                var (low, high, mean) = (Double.infinity, -Double.infinity, 0.0)
                var mode = Double.infinity
                for (element, fraction) in zip(composition.elements, fractions) {
                    let value = table[Int(element.number) * count + property]
                    // Comparisons lose what is not a number; the mean keeps it.
                    low = value < low ? value : low
                    high = value > high ? value : high
                    mean += fraction * value
                    // numpy's isclose: within 1e-8 + 1e-5 of the largest.
                    if largest - fraction <= 1e-8 + 1e-5 * largest { mode = value < mode ? value : mode }
                }
                var deviation = 0.0
                for (element, fraction) in zip(composition.elements, fractions) {
                    deviation += fraction * (table[Int(element.number) * count + property] - mean).magnitude
                }
                let isKnown = !mean.isNaN
                out.append(isKnown ? low : .nan)
                out.append(isKnown ? high : .nan)
                out.append(isKnown ? high - low : .nan)
                out.append(mean)
                out.append(deviation)
                out.append(isKnown ? mode : .nan)
            }
        }
    }
}
