/// Compositions that `cellar design` found: those that no other beats.
enum DesignChapter {
    static func make(_ designs: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        var blocks: [Page.Block] = []
        var answers: [String] = []
        var warnings: [String] = []
        for (name, document) in designs {
            let front = document.list("front")
            guard !front.isEmpty else {
                throw ReportError(place: name, problem: "no composition was found", remedy: "loosen the constraints")
            }
            let sorted = try front.map { ($0, try $0.needed(Self.energy)) }.sorted { $0.1 > $1.1 }.map(\.0)
            let of = designs.count > 1 ? ShortName.of(name, among: designs.map(\.name)) + ": " : ""
            answers.append(of + answer(sorted, document))
            if designs.count == 1 { blocks.append(.facts(facts(sorted, document))) }
            blocks.append(
                .figures([
                    tradeOff(sorted, "score", "\(of)Energy and sustainability", Axis("Score", "of 100"), "score_low"),
                    tradeOff(
                        sorted, "hull", "\(of)Energy and stability",
                        Axis("Energy above the hull", "eV/atom", includes: [0]),
                        "hull_bound_eV_atom"),
                ]))
            if sorted.contains(where: { ($0.number("cobalt_mass_fraction") ?? 0) > 0 }) {
                blocks.append(
                    .figures([
                        tradeOff(
                            sorted, "cobalt", "\(of)Energy and cobalt", Axis("Cobalt", "% of the mass", includes: [0]),
                            nil)
                    ]))
            } else {
                blocks.append(.paragraph("\(of)None of them holds cobalt."))
            }
            blocks.append(.table(table(sorted, of)))
            let strange = sorted.count { isStrange($0) }
            if strange > 0 {
                warnings.append(
                    "\(strange) of \(sorted.count) compositions are unlike all that the models were trained on; their "
                        + "bounds count the deviation twice.")
            }
        }
        warnings.append(
            "Predictions are of density-functional theory's voltages, and nothing here says that a composition can be made."
        )
        return Page.Chapter(
            designs.count == 1
                ? "Compositions of \(designs[0].document.text("framework") ?? designs[0].name)" : "Designs",
            question: designs.map { question($0.document) }.joined(separator: " "),
            answer: answers.joined(separator: " "), blocks: blocks, warnings: warnings,
            commands: designs.compactMap { $0.document.text("command") })
    }

    private static let energy = "specific_energy_bound_Wh_kg"

    private static func isStrange(_ own: ResultDocument) -> Bool {
        own.flag("in_domain") == false || own.number("in_domain") == 0
    }

    private static func name(_ own: ResultDocument) -> String { own.text("formula") ?? "?" }

    private static func hull(_ own: ResultDocument) -> Double {
        max(own.number("hull_charged_eV_atom") ?? .nan, own.number("hull_discharged_eV_atom") ?? .nan)
    }

    private static func question(_ document: ResultDocument) -> String {
        guard let framework = document.text("framework") else { return "" }
        var text = "Which compositions of \(framework) does none beat in energy, sustainability and stability at once"
        let sites = document.texts("sites")
        if !sites.isEmpty { text += ", with \(sites.joined(separator: "; "))" }
        let limits = document.texts("constraints")
        if !limits.isEmpty { text += ", and \(limits.joined(separator: ", "))" }
        return text + "?"
    }

    private static func answer(_ sorted: [ResultDocument], _ document: ResultDocument) -> String {
        func told(_ own: ResultDocument) -> String {
            "\(name(own)), at least \(own.quantity(energy, "Wh/kg")) of electrode "
                + "(predicted: \(own.short("specific_energy_Wh_kg")))"
        }
        var text =
            "\(sorted.count) compositions that none beats"
            + (document.number("evaluated").map { " of \(Numbers.whole($0)) predicted" } ?? "")
        guard let first = sorted.first else { return text + "." }
        text += ". Most energy: \(told(first))"
        if let stable = sorted.min(by: { hull($0) < hull($1) }), name(stable) != name(first) {
            text += "; most stable: \(told(stable)), \(Numbers.quantity(hull(stable), "eV/atom")) above the hull"
        }
        let clean = sorted.max { ($0.number("score") ?? 0) < ($1.number("score") ?? 0) }
        if let clean, name(clean) != name(first) {
            text += "; most sustainable: \(told(clean)), score \(clean.short("score"))"
        }
        return text + "."
    }

    private static func facts(_ sorted: [ResultDocument], _ document: ResultDocument) -> [Page.Fact] {
        func count(_ key: String, _ title: String, _ note: String) -> Page.Fact? {
            document.number(key).map { Page.Fact(title, Numbers.whole($0), note) }
        }
        return [
            Page.Fact("On the front", "\(sorted.count)", "compositions"),
            count("evaluated", "Predicted", "compositions in all"),
            count("refused", "Refused", "their charges do not balance, or they give no ion"),
            count("excluded", "Left out", "by what was asked"),
        ].compactMap(\.self)
    }

    /// Predicted energy against another thing, with the cautious bounds by which the search compared.
    private static func tradeOff(
        _ sorted: [ResultDocument], _ what: String, _ title: String, _ axis: Axis, _ bound: String?
    ) -> Figure {
        func value(_ own: ResultDocument) -> Double {
            switch what {
            case "hull": hull(own)
            case "cobalt": 100 * (own.number("cobalt_mass_fraction") ?? .nan)
            default: own.number(what) ?? .nan
            }
        }
        func points(_ strange: Bool) -> [Point] {
            sorted.filter { isStrange($0) == strange }.map { own in
                let y = value(own)
                let end = bound.flatMap { own.number($0) }
                return Point(
                    own.number("specific_energy_Wh_kg") ?? .nan, y, low: end.map { min($0, y) },
                    high: end.map { max($0, y) },
                    note: note(own))
            }
        }
        let series = [
            Series("like what the models know", .series(0), .points, points(false)),
            Series("new to the models", .series(1), .points, points(true)),
        ].filter { !$0.points.isEmpty }
        return Figure(
            "energy-\(what)", title,
            caption: (bound == nil ? "" : "Whiskers reach to the cautious bound. ") + "Point at one for its name.",
            x: Axis("Predicted specific energy of the electrode", "Wh/kg"), panels: [Panel(axis, series)])
    }

    private static func note(_ own: ResultDocument) -> String {
        "\(name(own))\n\(own.quantity("voltage_V", "V")), \(own.quantity("capacity_mAh_g", "mAh/g"))\n"
            + "\(own.quantity("specific_energy_Wh_kg", "Wh/kg")), at least \(own.short(energy))\n"
            + "score \(own.short("score")), \(Numbers.quantity(hull(own), "eV/atom")) above the hull"
    }

    private static func table(_ sorted: [ResultDocument], _ of: String) -> Page.Table {
        Page.Table(
            of + (sorted.count > 100 ? "The first 100 of \(sorted.count), by energy" : "The front, by energy"),
            header: [
                "composition", "V", "90 %", "mAh/g", "Wh/kg", "at least", "score", "at least",
                "hull, eV/atom", "at most", "Co, %", "known",
            ],
            rows: sorted.prefix(100).map { own in
                [
                    name(own), own.short("voltage_V"), own.range("voltage_low_V", "voltage_high_V"),
                    own.short("capacity_mAh_g"), own.short("specific_energy_Wh_kg"), own.short(energy),
                    own.short("score"), own.short("score_low"), Numbers.short(hull(own)),
                    own.short("hull_bound_eV_atom"), Numbers.short(100 * (own.number("cobalt_mass_fraction") ?? .nan)),
                    isStrange(own) ? "no" : "yes",
                ]
            })
    }
}
