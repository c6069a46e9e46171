import ArgumentParser
import CyclingData
import Discovery
import Materials
import Sustainability

/// `cellar design`.
struct DesignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "design",
        abstract: "Searches a framework's compositions for better electrodes.",
        usage: "cellar design FRAMEWORK --swap Fe=Fe,Mn,Co [--max-cobalt F] [--out FILE.csv] [--report FILE.html]",
        discussion: """
            Example: cellar design LiFePO4 --swap Fe=Fe,Mn,Co,Ni,V,Mg --max-cobalt 0

            Sites of a discharged formula are shared among elements in equal parts; what balances its charges and gives its ion \
            by redox is predicted as by 'cellar screen --predict-only'. Searched for is what no other composition beats in three \
            things at once, each by its cautious bound: Wh per kg of electrode one deviation below the prediction, the \
            sustainability score at the lower end of its range, and energy above the hull one deviation above the prediction; \
            deviations count twice where a model knows nothing like it. Predictions are for density-functional theory's \
            voltages, and nothing here says that a composition can be made.
            """)

    @Argument(help: "The discharged formula of a framework, such as LiFePO4.") var framework: String
    @Option(
        help: ArgumentHelp(
            "A site and what may share it; once for each site.", valueName: "element=element,…"))
    var swap: [String] = []
    @Option(help: ArgumentHelp("The ion; that in the formula by default.", valueName: "symbol")) var ion: String?
    @Option(help: ArgumentHelp("Parts that a site is divided into.", valueName: "n")) var parts = 10
    @Option(help: ArgumentHelp("Leave out materials with a larger mass fraction of cobalt.", valueName: "kg/kg"))
    var maxCobalt: Double?
    @Option(help: ArgumentHelp("Leave out candidates below this voltage.", valueName: "V")) var minVoltage: Double?
    @Option(help: ArgumentHelp("Leave out candidates above this voltage.", valueName: "V")) var maxVoltage: Double?
    @Option(help: ArgumentHelp("Leave out candidates below this capacity.", valueName: "mAh/g"))
    var minCapacity: Double?
    @Option(help: ArgumentHelp("Leave out candidates whose volume changes more.", valueName: "fraction"))
    var maxVolumeChange: Double?
    @Option(help: ArgumentHelp("Compositions that are bred from.", valueName: "n")) var population = 64
    @Option(help: ArgumentHelp("Rounds of breeding.", valueName: "n")) var generations = 20
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Write what was found as a table (.csv).", valueName: "file")) var out: String?
    @OptionGroup var page: ReportOption
    @Flag(help: "Print one JSON document on standard output.") var json = false

    private static let columns = [
        "formula", "voltage_V", "voltage_low_V", "voltage_high_V", "capacity_mAh_g", "specific_energy_Wh_kg",
        "specific_energy_bound_Wh_kg", "score", "score_low", "hull_charged_eV_atom", "hull_discharged_eV_atom",
        "hull_bound_eV_atom", "cobalt_mass_fraction", "in_domain",
    ]

    func run() throws {
        guard (4...10_000).contains(population) else {
            throw CommandError.usage("--population \(population): 4 to 10000")
        }
        guard (0...10_000).contains(generations) else {
            throw CommandError.usage("--generations \(generations): 0 to 10000")
        }
        for (name, value, range) in [
            ("--max-cobalt", maxCobalt, 0.0...1.0), ("--min-voltage", minVoltage, -10...10),
            ("--max-voltage", maxVoltage, -10...10), ("--min-capacity", minCapacity, 0...1e5),
            ("--max-volume-change", maxVolumeChange, 0...100),
        ] {
            guard let value, !range.contains(value) else { continue }
            throw CommandError.usage("\(name) \(value): out of range; \(range.lowerBound) to \(range.upperBound)")
        }
        var search = CompositionSearch()
        (search.population, search.generations, search.seed) = (population, generations, seed)
        search.constraints.maxCobalt = maxCobalt
        search.constraints.minVoltage = minVoltage
        search.constraints.maxVoltage = maxVoltage
        search.constraints.minCapacity = minCapacity
        search.constraints.maxVolumeChange = maxVolumeChange
        let space = try space()
        _ = try OutputPlaces([("--out", out), ("--report", page.report)], json: json)
        try page.check()
        let bar = CountingBar(total: generations, what: "rounds")
        let found = search.run(space, try Screening()) { done, _ in bar.update(done) }
        bar.clear()
        guard !found.front.isEmpty else {
            throw CommandError(
                .badData,
                "\(framework): of \(found.evaluated + found.refused) compositions \(found.refused) balance no charges or give no "
                    + "\(space.ion), \(found.excluded) do not keep to what was asked; other elements or fewer constraints"
            )
        }
        if let out { try write(found, to: out) }
        try Terminal.print(json ? document(found).document : text(found))
        try page.write(framework, document(found))
    }

    /// What was asked for, in words.
    private var limits: [String] {
        let all: [(words: String, value: Double?)] = [
            ("a mass fraction of cobalt of at most", maxCobalt), ("V of at least", minVoltage),
            ("V of at most", maxVoltage), ("mAh/g of at least", minCapacity),
            ("a relative change of volume of at most", maxVolumeChange),
        ]
        return all.compactMap { own in own.value.map { "\(own.words) \(ScoreReport.short($0))" } }
    }

    private func space() throws -> CompositionSpace {
        let formula = try Formula(framework)
        let element: Element
        if let ion {
            guard let own = Element(symbol: ion), own.ionCharge != nil else {
                throw CommandError.usage("--ion \(ion): no mobile ion; such as Li, Na, K, Mg, Ca, Zn, Al")
            }
            element = own
        } else {
            guard let own = Element.mobileIons.map(\.element).first(where: { formula.composition[$0] > 0 }) else {
                throw CommandError.usage("\(framework): no mobile ion in it; write the discharged formula")
            }
            element = own
        }
        let sites = try swap.map { text -> CompositionSpace.Site in
            let halves = text.split(separator: "=", omittingEmptySubsequences: false)
            guard halves.count == 2, let site = Element(symbol: halves[0]) else {
                throw CommandError.usage("--swap \(text): no site; such as Fe=Fe,Mn,Co")
            }
            let choices = try halves[1].split(separator: ",", omittingEmptySubsequences: false).map { name -> Element in
                guard let choice = Element(symbol: name) else {
                    throw CommandError.usage("--swap \(text): '\(name)' is no element")
                }
                return choice
            }
            return CompositionSpace.Site(element: site, choices: choices)
        }
        return try CompositionSpace(framework: formula, ion: element, sites: sites, parts: parts)
    }

    private static func numbers(_ material: DesignedMaterial) -> [Double] {
        let own = material.screened
        return [
            own.voltage.value, own.voltage.low, own.voltage.high, own.capacity, own.specificEnergy,
            material.specificEnergyBound, own.score.score, material.scoreBound, own.hullCharged.value,
            own.hullDischarged.value, material.hullBound, own.score.cobaltMassFraction,
        ]
    }

    private func write(_ found: CompositionSearch.Found, to path: String) throws {
        let table = try CSVWriter(path: path, columns: Self.columns)
        for material in found.front {
            table.add(material.screened.candidate.formula.text)
            for number in Self.numbers(material) { table.add(number, digits: 6) }
            table.add(material.screened.isInDomain ? 1 : 0)
            try table.endRow()
        }
        try table.finish()
    }

    private func document(_ found: CompositionSearch.Found) -> JSON {
        .made([
            ("framework", .text(framework)), ("sites", .texts(swap)), ("constraints", .texts(limits)),
            ("evaluated", .whole(found.evaluated)), ("refused", .whole(found.refused)),
            ("excluded", .whole(found.excluded)),
            (
                "front",
                .list(
                    found.front.map { material in
                        .object(
                            [("formula", .text(material.screened.candidate.formula.text))]
                                + zip(Self.columns.dropFirst(), Self.numbers(material)).map { ($0, .number($1)) }
                                + [("in_domain", .boolean(material.screened.isInDomain))])
                    })
            ),
        ])
    }

    private func text(_ found: CompositionSearch.Found) -> String {
        func short(_ value: Double) -> String { ScoreReport.short(value, 3) }
        let rows = found.front.map { material in
            let own = material.screened
            return [
                own.candidate.formula.text, short(own.voltage.value), short(own.capacity), short(own.specificEnergy),
                short(material.specificEnergyBound), short(own.score.score), short(material.scoreBound),
                short(max(own.hullCharged.value, own.hullDischarged.value)), short(material.hullBound),
                own.isInDomain ? "" : "new to the models",
            ]
        }
        return TextTable.lay(
            rows,
            header: [
                "formula", "V", "mAh/g", "Wh/kg", "at least", "score", "at least", "hull eV/atom", "at most", "",
            ])
            + "\n\n\(found.front.count) compositions that none of \(found.evaluated) predicted ones beats; \(found.refused) "
            + "balance no charges or give no ion, \(found.excluded) do not keep to what was asked"
    }
}
