/// A law of SEI growth as the file tells it: by which of the laws' parameters are there.
struct SEILawKeys {
    /// As messages and listings call it.
    var name: String
    var keys: [String]

    static let all = [
        SEILawKeys(
            name: "solvent diffusion", keys: [AgeingKey.solventDiffusivity, AgeingKey.solventConcentration]),
        SEILawKeys(name: "reaction", keys: [AgeingKey.exchangeCurrent, AgeingKey.potential]),
        SEILawKeys(name: "electron migration", keys: [AgeingKey.electronConductivity, AgeingKey.potential]),
        SEILawKeys(
            name: "interstitial diffusion",
            keys: [AgeingKey.interstitialDiffusivity, AgeingKey.interstitialConcentration]),
        SEILawKeys(
            name: "EC reaction",
            keys: [
                AgeingKey.rateConstant, AgeingKey.ecDiffusivity, AgeingKey.ecConcentration, AgeingKey.potential,
            ]),
        SEILawKeys(name: "tunnelling", keys: [AgeingKey.exchangeCurrent, AgeingKey.tunnellingCoefficient]),
        SEILawKeys(
            name: "transition between regimes",
            keys: [
                AgeingKey.exchangeCurrent, AgeingKey.interstitialDiffusivity, AgeingKey.interstitialConcentration,
                AgeingKey.tunnellingDistance, AgeingKey.ionConductivity,
            ]),
    ]

    /// All parameters that tell a law, each once.
    private static let known = all.flatMap(\.keys).reduce(into: [String]()) { keys, key in
        if !keys.contains(key) { keys.append(key) }
    }

    /// The law whose parameters, all of them and no other law's, are given. Throws `BPXError`.
    static func find(in sei: AgeingPart) throws -> SEILawKeys {
        let given = known.filter(sei.has)
        if let law = all.first(where: { Set($0.keys) == Set(given) }) { return law }
        guard let first = given.first else {
            throw sei.mistake(
                "no law of growth", "one law's parameters are needed: \(all.map(\.told).joined(separator: "; or "))")
        }
        let complete = all.filter { $0.keys.allSatisfy(given.contains) }
        if complete.count > 1 {
            // A law within another is not a second one.
            let largest = complete.filter { law in
                !complete.contains { $0.keys.count > law.keys.count && law.keys.allSatisfy($0.keys.contains) }
            }
            if largest.count > 1 {
                throw sei.mistake(
                    "parameters of \(largest.count) laws of growth (\(largest.map(\.name).joined(separator: ", ")))",
                    "give those of one: \(largest.map(\.told).joined(separator: "; or "))")
            }
        }
        let candidates = all.filter { law in given.allSatisfy(law.keys.contains) }
        if !candidates.isEmpty {
            let missing = candidates.map { law in
                "\(quoted(law.keys.filter { !given.contains($0) })) (\(law.name))"
            }
            throw sei.mistake(
                "an incomplete law of growth", "needed beside \(quoted(given)): \(missing.joined(separator: ", or "))")
        }
        // The law most of it belongs to, and what does not belong to that one.
        let likely =
            (complete.max { $0.keys.count < $1.keys.count })
            ?? all.max { $0.shared(with: given) < $1.shared(with: given) }!
        let stray = given.filter { !likely.keys.contains($0) }
        throw sei.mistake(
            "parameters of two laws of growth",
            "\(quoted(stray)) \(stray.count == 1 ? "is" : "are") no part of "
                + likely.told, at: stray.first ?? first)
    }

    private func shared(with given: [String]) -> Int { keys.count { given.contains($0) } }

    private var told: String { "\(name) (\(Self.quoted(keys)))" }

    private static func quoted(_ keys: [String]) -> String { keys.map { "'\($0)'" }.joined(separator: ", ") }
}

extension SEILaw {
    /// As messages and listings call it.
    public var name: String { SEILawKeys.all[index].name }

    private var index: Int {
        switch self {
        case .solventDiffusion: 0
        case .reaction: 1
        case .electronMigration: 2
        case .interstitialDiffusion: 3
        case .ecReaction: 4
        case .tunnelling: 5
        case .transition: 6
        }
    }

    /// The parameters in the order of their keys.
    private var values: [Double] {
        switch self {
        case .solventDiffusion(let a, let b), .reaction(let a, let b), .electronMigration(let a, let b),
            .interstitialDiffusion(let a, let b), .tunnelling(let a, let b):
            [a, b]
        case .ecReaction(let a, let b, let c, let d): [a, b, c, d]
        case .transition(let a, let b, let c, let d, let e): [a, b, c, d, e]
        }
    }

    /// Keys and values as they stand in a file.
    var entries: [(key: String, value: Double)] { zip(SEILawKeys.all[index].keys, values).map { ($0, $1) } }

    /// Throws `BPXError`.
    init(_ sei: AgeingPart) throws {
        let keys = try SEILawKeys.find(in: sei).keys
        let v = keys.map { sei[$0] ?? 0 }
        switch keys {
        case SEILawKeys.all[0].keys: self = .solventDiffusion(diffusivity: v[0], concentration: v[1])
        case SEILawKeys.all[1].keys: self = .reaction(exchangeCurrent: v[0], potential: v[1])
        case SEILawKeys.all[2].keys: self = .electronMigration(conductivity: v[0], potential: v[1])
        case SEILawKeys.all[3].keys: self = .interstitialDiffusion(diffusivity: v[0], concentration: v[1])
        case SEILawKeys.all[4].keys:
            self = .ecReaction(rateConstant: v[0], diffusivity: v[1], concentration: v[2], potential: v[3])
        case SEILawKeys.all[5].keys: self = .tunnelling(exchangeCurrent: v[0], decay: v[1])
        default:
            self = .transition(
                exchangeCurrent: v[0], diffusivity: v[1], concentration: v[2], tunnelling: v[3], conductivity: v[4])
        }
    }
}
