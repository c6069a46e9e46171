import Discovery
import Materials
import Sustainability

/// Scored materials, laid out.
struct ScoreReport {
    var materials: [MaterialScore]
    var scorer: Scorer
    private let ranking: Ranking
    /// Grams of cobalt per kWh of material, by material.
    private let cobalt: [Double?]
    private let known: KnownMaterials

    init(materials: [MaterialScore], scorer: Scorer) throws {
        let use = try CobaltUse()
        cobalt = use.gramsPerKWh(materials)
        known = try .shipped()
        self.materials = materials
        self.scorer = scorer
        ranking = Ranking(materials, scorer: scorer)
    }

    /// A number with so many significant digits.
    static func short(_ value: Double, _ digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "-" }
        var scale = 1.0
        var magnitude = value.magnitude
        while magnitude >= 10 { (magnitude, scale) = (magnitude / 10, scale / 10) }
        while magnitude < 1 { (magnitude, scale) = (magnitude * 10, scale * 10) }
        for _ in 1..<digits { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }

    /// What is to be said of how a formula was taken: of charged ends, which nobody makes an electrode of. Nil for nothing.
    private func remark(_ material: MaterialScore) -> String? {
        guard let listed = known.material(of: material.formula.composition, ion: nil), listed.isPositive,
            let partner = listed.reaction.partner(of: material.formula)
        else { return nil }
        return
            "the charged end of a positive electrode: scored as written, without \(listed.reaction.ion); such electrodes "
            + "are made as \(partner.text)"
    }

    private static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

    /// A table by rank, what each number is, and with `sources` where it comes from.
    func text(sources: Bool) -> String {
        let order = materials.indices.sorted { ranking.places[$0].rank < ranking.places[$1].rank }
        let shown: [(kind: IndicatorKind, title: String)] = [
            (.cobalt, "cobalt"), (.scarcestElement, "abund."), (.supplyRisk, "supply"), (.criticality, "critical"),
            (.carbon, "carbon"), (.energy, "energy"), (.toxicity, "toxic"), (.conflict, "conflict"),
            (.recycling, "recycl."), (.price, "price"),
        ]
        let places = shown.compactMap { IndicatorKind.allCases.firstIndex(of: $0.kind) }
        let rows = order.map { index -> [String] in
            let material = materials[index]
            let place = ranking.places[index]
            let range = place.rankLow == place.rankHigh ? "" : " (\(place.rankLow)-\(place.rankHigh))"
            let front = place.isParetoOptimal ? "*" : ""
            return ["\(place.rank)\(front)\(range)", material.formula.text]
                + ["\(Self.whole(material.score)) (\(Self.whole(material.scoreLow))-\(Self.whole(material.scoreHigh)))"]
                + places.map { material.indicators[$0].score.map(Self.whole) ?? "?" }
        }
        var text = TextTable.lay(rows, header: ["rank", "material", "score"] + shown.map(\.title))
        text += "\n\nScores 0 to 100, higher is better; in brackets what data and gaps allow. * on the Pareto front."
        for index in order.prefix(1000) {
            let material = materials[index]
            if let remark = remark(material) { text += "\nremark: \(material.formula.text): \(remark)" }
        }
        for index in order where order.count <= 3 || sources { text += "\n\n" + details(index) }
        if sources {
            text += "\n\nSources"
            for (kind, weight) in zip(IndicatorKind.allCases, scorer.weights.values) {
                text += "\n  \(kind.rawValue) (weight \(Self.short(weight))): \(kind.definition)"
                for column in kind.columns {
                    guard let source = scorer.table.source(column) else { continue }
                    text += "\n      \(column): \(source.source), \(source.year)"
                }
            }
        } else {
            text += "\n\n'--sources' says where each number comes from, '--indicators' what it means."
        }
        return text
    }

    private func details(_ index: Int) -> String {
        let material = materials[index]
        let name =
            material.formula.text == material.formula.resolved
            ? material.formula.text : "\(material.formula.text) (\(material.formula.resolved))"
        var text = "\(name), \(Self.short(material.molarMass, 6)) g/mol"
        if let element = material.limitingElement, let ppm = material.crustalAbundance {
            text += ", scarcest element \(element) (\(Self.short(ppm)) mg/kg of the crust)"
        }
        if let cobalt = cobalt[index], cobalt > 0 { text += ", \(Self.short(cobalt)) g of cobalt per kWh stored" }
        let rows = material.indicators.map { indicator -> [String] in
            let value = indicator.value.map { Self.short($0) } ?? "unknown"
            let range =
                indicator.low == indicator.high ? "" : "\(Self.short(indicator.low)) to \(Self.short(indicator.high))"
            return [
                "  " + indicator.kind.rawValue, value, range, indicator.kind.unit,
                indicator.score.map(Self.whole) ?? "?",
                "\(Self.whole(indicator.scoreLow))-\(Self.whole(indicator.scoreHigh))",
                "\(Self.whole(100 * indicator.coverage)) %", "\(indicator.year)",
            ]
        }
        let header = ["  indicator", "value", "range", "unit", "score", "range", "data", "year"]
        text += "\n" + TextTable.lay(rows, header: header)
        for flag in scorer.flags(material) { text += "\n  - \(flag)" }
        return text
    }

    /// The contract's document.
    var json: JSON {
        .list(
            materials.indices.map { index in
                let material = materials[index]
                let place = ranking.places[index]
                let elements = material.formula.composition.elements
                return .object([
                    ("formula", .text(material.formula.text)), ("resolved_formula", .text(material.formula.resolved)),
                    ("molar_mass_g_mol", .number(material.molarMass)),
                    (
                        "mass_fractions",
                        .object(zip(elements, material.massFractions).map { ($0.symbol, .number($1)) })
                    ),
                    ("cobalt_mass_fraction", .number(material.cobaltMassFraction)),
                    ("cobalt_g_per_kWh", .optional(cobalt[index])),
                    ("limiting_element", material.limitingElement.map { .text($0.symbol) } ?? .null),
                    ("crustal_abundance_ppm", .optional(material.crustalAbundance)), ("score", .number(material.score)),
                    ("score_low", .number(material.scoreLow)), ("score_high", .number(material.scoreHigh)),
                    ("rank", .whole(place.rank)), ("rank_low", .whole(place.rankLow)),
                    ("rank_high", .whole(place.rankHigh)),
                    ("pareto", .boolean(place.isParetoOptimal)),
                    ("indicators", .list(material.indicators.map { indicator in document(indicator) })),
                    ("flags", .texts(scorer.flags(material))),
                    ("remark", remark(material).map { .text($0) } ?? .null),
                ])
            })
    }

    private func document(_ indicator: IndicatorValue) -> JSON {
        .object([
            ("name", .text(indicator.kind.rawValue)), ("value", .optional(indicator.value)),
            ("low", .number(indicator.low)), ("high", .number(indicator.high)), ("unit", .text(indicator.kind.unit)),
            ("score", .optional(indicator.score)), ("score_low", .number(indicator.scoreLow)),
            ("score_high", .number(indicator.scoreHigh)), ("coverage", .number(indicator.coverage)),
            ("source", .text(scorer.source(indicator.kind))), ("year", .whole(indicator.year)),
        ])
    }

    /// One row per material.
    var csv: String {
        var header = [
            "formula", "molar_mass_g_mol", "cobalt_mass_fraction", "cobalt_g_per_kWh", "limiting_element",
            "crustal_abundance_ppm", "score",
            "score_low",
            "score_high", "rank", "rank_low", "rank_high", "pareto",
        ]
        for kind in IndicatorKind.allCases {
            header += [kind.rawValue, "\(kind.rawValue)_low", "\(kind.rawValue)_high", "\(kind.rawValue)_score"]
        }
        return header.joined(separator: ",") + "\n"
            + Parts.map(Array(materials.indices), line).joined(separator: "\n") + (materials.isEmpty ? "" : "\n")
    }

    private func line(_ index: Int) -> String {
        let (material, place) = (materials[index], ranking.places[index])
        var fields = [
            Self.quoted(material.formula.text), "\(material.molarMass)", "\(material.cobaltMassFraction)",
            cobalt[index].map { "\($0)" } ?? "", material.limitingElement?.symbol ?? "",
            material.crustalAbundance.map { "\($0)" } ?? "", "\(material.score)", "\(material.scoreLow)",
            "\(material.scoreHigh)", "\(place.rank)", "\(place.rankLow)", "\(place.rankHigh)",
            place.isParetoOptimal ? "1" : "0",
        ]
        for indicator in material.indicators {
            fields += [
                indicator.value.map { "\($0)" } ?? "", "\(indicator.low)", "\(indicator.high)",
                indicator.score.map { "\($0)" } ?? "",
            ]
        }
        return fields.joined(separator: ",")
    }

    static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
