import Materials

/// How much each indicator counts in the overall score.
public struct ScoreWeights: Sendable, Hashable {
    /// Weights in the order of `IndicatorKind.allCases`, adding up to 1.
    public let values: [Double]

    /// The standard weights.
    public static let standard = ScoreWeights(normalised: IndicatorKind.allCases.map(\.standardWeight))

    private init(normalised values: [Double]) {
        let sum = values.reduce(0, +)
        self.values = values.map { $0 / sum }
    }

    /// From words such as `carbon_footprint=3`, the others at their standard weight; with `only` first, the others at
    /// 0.
    ///
    /// Throws `MaterialError` of kind `usage`: unknown or repeated names, weights that are no numbers, negative,
    /// above 10⁶, or all 0.
    public init(_ words: [String]) throws {
        var values = IndicatorKind.allCases.map(\.standardWeight)
        var seen: Set<Int> = []
        for (place, word) in words.enumerated() {
            if place == 0, word == "only" {
                values = values.map { _ in 0 }
                continue
            }
            guard let equals = word.firstIndex(of: "=") else {
                throw Self.failure(word, "no weight", "write carbon_footprint=3")
            }
            let name = String(word[..<equals])
            guard let kind = IndicatorKind(rawValue: name), let index = IndicatorKind.allCases.firstIndex(of: kind)
            else {
                let near = Spelling.nearest(to: name, among: IndicatorKind.allCases.map(\.rawValue))
                throw Self.failure(
                    word, "no such indicator",
                    near.map { "nearest: \($0)" } ?? "'cellar score --indicators' lists them")
            }
            guard seen.insert(index).inserted else { throw Self.failure(word, "given twice", "give it once") }
            guard let value = Double(word[word.index(after: equals)...]), value.isFinite, value <= 1e6 else {
                throw Self.failure(word, "no number up to 1e6", "write \(name)=2")
            }
            guard value >= 0 else { throw Self.failure(word, "a negative weight", "0 leaves an indicator out") }
            values[index] = value
        }
        guard values.contains(where: { $0 > 0 }) else {
            throw Self.failure(words.joined(separator: ","), "all weights are zero", "leave at least one above 0")
        }
        self.init(normalised: values)
    }

    private static func failure(_ place: String, _ problem: String, _ remedy: String) -> MaterialError {
        MaterialError(.usage, place: "--weights \(place)", problem: problem, remedy: remedy)
    }
}
