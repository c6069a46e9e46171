/// How far an evaluation's numbers can be trusted, in words.
struct Confidence {
    /// Sampled cells that intervals rest on.
    let samples: Int
    private let counts: [String: Int]
    private let assumed: [String]
    private let strangers: Int
    /// Share of the lives that were not simulated to their end; nil where no life was asked for.
    private let extrapolated: Double?
    private let isSurrogate: Bool
    /// Of a surrogate: root mean square error of the logarithm of a life.
    private let surrogateError: Double?

    init(_ own: ResultDocument) {
        samples = Int(own.at("samples")?.number("run") ?? 0)
        let properties = own.at("properties")
        let sources = (properties?.keys ?? []).map { ($0, properties?.at($0)?.text("source") ?? "") }
        counts = Dictionary(grouping: sources, by: \.1).mapValues(\.count)
        assumed = sources.filter { $0.1 == "class prior" }.map { words($0.0) }
        strangers = (properties?.keys ?? []).count { properties?.at($0)?.flag("in_domain") == false }
        let life = own.at("life")
        extrapolated = life?.number("cycles_to_80_percent") == nil ? nil : life?.number("extrapolated_fraction") ?? 0
        isSurrogate = life?.at("surrogate") != nil
        surrogateError = life?.at("surrogate")?.at("error")?.number("rms_log_life")
    }

    /// Those that are neither computed nor given.
    private var total: Int { ["known", "predicted", "class prior"].reduce(0) { $0 + (counts[$1] ?? 0) } }

    /// Share of all cells that lie between the lowest and the highest of so many, in the mean (Wilks, Ann. Math. Stat. 12
    /// (1941) 91): 90 % need 19.
    private var spanned: Double { Double(max(samples - 1, 0)) / Double(samples + 1) }
    private var isCoarse: Bool { (1..<19).contains(samples) }

    /// For a glance.
    var short: String {
        if strangers > 0 { return "partly outside what is known" }
        if let extrapolated, extrapolated > 0.5 { return "energy well, life roughly" }
        return assumed.isEmpty ? "within what is known" : "\(assumed.count) of \(total) properties assumed"
    }

    /// What the glance rests on.
    var note: String {
        "\(counts["known"] ?? 0) of \(total) properties measured" + (samples > 0 ? "; \(samples) sampled cells" : "")
    }

    /// What is to be said beside a life; nil where it was simulated to its end.
    var ofLife: String? {
        if isSurrogate {
            let error = surrogateError.map {
                ", off by a factor of \(Numbers.short(exponential($0), 2)) on materials left out"
            }
            return "said by a model of simulated lives" + (error ?? "")
        }
        guard let extrapolated, extrapolated > 0 else { return nil }
        return extrapolated == 1
            ? "extrapolated from the cycles that were simulated, with ageing parameters assumed of its class"
            : "extrapolated in \(Numbers.percent(extrapolated, 0)) of the sampled cells, with ageing parameters assumed of "
                + "its class"
    }

    /// In full.
    var sentences: String {
        var text = "of \(total) properties of the material \(counts["known"] ?? 0) are measured, "
        text += "\(counts["predicted"] ?? 0) predicted by models and \(assumed.count) assumed of its class"
        text += assumed.isEmpty ? "." : " (\(assumed.joined(separator: ", "))), each with the range it may have."
        if strangers > 0 { text += " \(strangers) predictions are of a material unlike all that was trained on." }
        if samples > 0 {
            text += " Intervals come from \(samples) cells that were sampled over these ranges"
            text += isCoarse ? ", which is few (below)." : "."
        } else {
            text += " No cells were sampled: the cell's figures have no intervals."
        }
        if let ofLife {
            text += " The life is \(ofLife): it is a guess at its order, and ranks candidates of one class."
        }
        return text
    }

    /// What few samples do to an interval.
    var warnings: [String] {
        guard isCoarse else { return [] }
        return [
            "90 % intervals rest on \(samples) sampled cells and are coarse: even from the lowest to the highest of so few lie "
                + "only \(Numbers.percent(spanned, 0)) of all cells in the mean. --samples 50 makes them honest."
        ]
    }
}
