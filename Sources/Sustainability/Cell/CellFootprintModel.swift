import Materials

/// Computes a cell's footprint from its bill of materials.
///
/// Carbon goes by compounds as they are bought (``CompoundTable``), the rest by elements (``Scorer``). Making the cell takes
/// energy per kWh, all of it reckoned at the given grid's carbon; heat from gas would be about as much. Errors of different items
/// are independent, so that intervals add up as squares; those of one item's sources do not.
public struct CellFootprintModel: Sendable {
    /// The compounds.
    public let compounds: CompoundTable
    private let scorer: Scorer

    /// The world's electricity, g CO2e/kWh, for whoever gives no other: Ember, Global Electricity Review (2024), for 2023.
    public static let worldGrid = 480.0

    /// With the shipped tables. Throws `MaterialError`.
    public init() throws { self.init(compounds: try .shipped(), scorer: try Scorer()) }

    /// With tables of one's own.
    public init(compounds: CompoundTable, scorer: Scorer) {
        self.compounds = compounds
        self.scorer = scorer
    }

    /// The footprint of a cell that was made with electricity of `grid` g CO2e/kWh.
    ///
    /// Throws `MaterialError`: a bill or a grid that cannot be, or a material that is no name and no formula.
    public func footprint(_ bill: BillOfMaterials, grid: Double = worldGrid) throws -> CellFootprint {
        try bill.check()
        guard grid >= 0, grid <= 3000 else {
            throw MaterialError(
                .usage, place: "--grid \(grid)", problem: "no carbon of electricity", remedy: "g CO2e/kWh, 0 to 3000")
        }
        guard let making = compounds.figure(name: "cell manufacturing"),
            let credit = compounds.figure(kind: "recycling")
        else {
            throw MaterialError(
                .table, place: "compounds.csv", problem: "no 'cell manufacturing' or 'recycling'",
                remedy: "the shipped table has both")
        }
        let kWh = bill.energy.value / 1000
        let spread = (low: bill.energy.value / bill.energy.high, high: bill.energy.value / bill.energy.low)
        let scored = try bill.items.map { item in
            Scored(
                item: item, share: item.mass / bill.mass, score: scorer.score(try Formula(formula(of: item.material))),
                carbon: try compounds.carbon(of: item.material, scorer: scorer))
        }
        var materials = Sum()
        for one in scored {
            materials.add(
                one.item.mass * one.carbon.value, one.item.mass * one.carbon.low, one.item.mass * one.carbon.high)
        }
        let gramsToKilograms = grid / 1000
        let manufacturing = CellIndicator(
            name: "carbon_footprint_manufacturing", value: making.value * gramsToKilograms,
            low: making.low * gramsToKilograms, high: making.high * gramsToKilograms, unit: "kg CO2e/kWh", coverage: 1,
            source: making.source + "; electricity of \(Int(grid.rounded())) g CO2e/kWh", year: making.year)
        let coverage = scored.reduce(0) { $0 + $1.share * $1.carbon.coverage }
        var material = materials.indicator("carbon_footprint_materials", "kg CO2e/kWh", per: kWh, spread)
        material.coverage = coverage
        material.source = Self.joined(scored.map(\.carbon.source))
        material.year = scored.map(\.carbon.year).filter { $0 > 0 }.min() ?? 0
        var whole = Sum()
        for part in [material, manufacturing] { whole.add(part.value ?? 0, part.low, part.high) }
        var total = whole.indicator("carbon_footprint", "kg CO2e/kWh", per: 1, (1, 1))
        total.coverage = coverage
        total.source = Self.joined([material.source, manufacturing.source])
        total.year = min(material.year, manufacturing.year)

        let cell = [total, material, manufacturing] + elementIndicators(scored, kWh, spread, making)
        var delivered: [CellIndicator] = []
        if let life = bill.deliveredEnergy {
            // The energy of the fresh cell and that of its life go together: the ratio of both is what is uncertain.
            let cycles = BillOfMaterials.Range(
                value: life.value / bill.energy.value, low: life.low / bill.energy.value,
                high: life.high / bill.energy.value)
            delivered = cell.map { Self.perDelivered($0, cycles) }
        }
        return CellFootprint(
            perKWhOfCell: cell, perKWhDelivered: delivered,
            recyclingCredit: CellIndicator(
                name: "recycling_credit", value: credit.value, low: credit.low, high: credit.high, unit: "kg CO2e/kWh",
                coverage: 1, source: credit.source, year: credit.year),
            contributions: contributions(scored, kWh, manufacturing), grid: grid)
    }

    /// Names of the table that are no formulas have one there.
    private func formula(of material: String) -> String {
        let row = compounds.rows.first { $0.kind == "compound" && $0.name.lowercased() == material.lowercased() }
        return row?.formula ?? material
    }

    private struct Scored {
        var item: BillOfMaterials.Item
        var share: Double
        var score: MaterialScore
        var carbon: CarbonFigure

        func value(_ kind: IndicatorKind) -> IndicatorValue? {
            guard var own = score.indicators.first(where: { $0.kind == kind }) else { return nil }
            if kind == .criticality, CompoundTable.madeCarbon.contains(item.material.lowercased()) {
                (own.value, own.low, own.high) = (0, 0, 0)
            }
            return own
        }
    }

    /// A sum whose parts err independently.
    private struct Sum {
        var value = 0.0
        private var down = 0.0
        private var up = 0.0

        mutating func add(_ value: Double, _ low: Double, _ high: Double) {
            self.value += value
            down += (value - low) * (value - low)
            up += (high - value) * (high - value)
        }

        /// Over a quantity whose own spread is a factor either side.
        func indicator(_ name: String, _ unit: String, per amount: Double, _ spread: (low: Double, high: Double))
            -> CellIndicator
        {
            CellIndicator(
                name: name, value: value / amount, low: max(value - down.squareRoot(), 0) / amount * spread.low,
                high: (value + up.squareRoot()) / amount * spread.high, unit: unit, coverage: 1, source: "", year: 0)
        }
    }

    /// Sums and means over the elements of all items.
    private func elementIndicators(
        _ scored: [Scored], _ kWh: Double, _ spread: (low: Double, high: Double), _ making: CompoundTable.Figure
    ) -> [CellIndicator] {
        /// Mass of what an indicator counts, in g/kWh or the unit's own.
        func sum(_ kind: IndicatorKind, _ name: String, _ unit: String, factor: Double) -> CellIndicator {
            var sum = Sum()
            var (coverage, year) = (0.0, Int.max)
            for one in scored {
                guard let own = one.value(kind) else { continue }
                let mass = one.item.mass * factor
                let middle = own.value ?? (own.low + own.high) / 2
                sum.add(mass * middle, mass * own.low, mass * own.high)
                coverage += one.share * own.coverage
                if own.year > 0 { year = min(year, own.year) }
            }
            var result = sum.indicator(name, unit, per: kWh, spread)
            (result.coverage, result.source, result.year) = (coverage, scorer.source(kind), year == .max ? 0 : year)
            return result
        }
        /// Mean by mass.
        func mean(_ kind: IndicatorKind, _ name: String, _ unit: String) -> CellIndicator {
            var result = sum(kind, name, unit, factor: 1)
            let mass = scored.reduce(0) { $0 + $1.item.mass }
            result.value = result.value.map { $0 * kWh / mass }
            result.low *= kWh / mass / spread.low
            result.high *= kWh / mass / spread.high
            return result
        }
        var energy = sum(.energy, "energy_demand", "MJ/kWh", factor: 1)
        var whole = Sum()
        whole.add(energy.value ?? 0, energy.low, energy.high)
        whole.add(3.6 * making.value, 3.6 * making.low, 3.6 * making.high)
        let total = whole.indicator("energy_demand", "MJ/kWh", per: 1, (1, 1))
        (energy.value, energy.low, energy.high) = (total.value, total.low, total.high)
        energy.source = Self.joined([energy.source, making.source])
        return [
            sum(.cobalt, "cobalt", "g/kWh", factor: 1000), energy,
            sum(.criticality, "critical_materials", "g/kWh", factor: 1000),
            mean(.criticality, "critical_material_share", "kg/kg"),
            sum(.conflict, "conflict_minerals", "g/kWh", factor: 1000), mean(.supplyRisk, "supply_risk", ""),
            mean(.reserveRisk, "reserve_risk", ""), scarcest(scored), sum(.toxicity, "toxicity", "m3/kWh", factor: 1e6),
            sum(.price, "element_price", "USD/kWh", factor: 1),
        ]
    }

    /// The scarcest element of the whole cell.
    private func scarcest(_ scored: [Scored]) -> CellIndicator {
        let kind = IndicatorKind.scarcestElement
        let all = scored.filter { $0.score.limitingElement != nil }.compactMap { one in
            one.value(kind).map { (one.score.limitingElement, $0) }
        }
        let least = all.min { ($0.1.value ?? $0.1.high) < ($1.1.value ?? $1.1.high) }
        return CellIndicator(
            name: "scarcest_element_abundance", value: least?.1.value, low: least?.1.low ?? 0,
            high: least?.1.high ?? 1e6, unit: "mg/kg", coverage: least?.1.coverage ?? 0,
            source: scorer.source(kind) + (least?.0.map { " (\($0))" } ?? ""), year: least?.1.year ?? 0)
    }

    private func contributions(_ scored: [Scored], _ kWh: Double, _ making: CellIndicator)
        -> [CellFootprint.Contribution]
    {
        var parts = scored.map { one in
            CellFootprint.Contribution(
                part: one.item.component.rawValue, material: one.item.material,
                carbon: CellIndicator(
                    name: "carbon_footprint", value: one.item.mass * one.carbon.value / kWh,
                    low: one.item.mass * one.carbon.low / kWh, high: one.item.mass * one.carbon.high / kWh,
                    unit: "kg CO2e/kWh", coverage: one.carbon.coverage, source: one.carbon.source, year: one.carbon.year
                ))
        }
        var own = making
        own.name = "carbon_footprint"
        parts.append(CellFootprint.Contribution(part: "cell manufacturing", material: "", carbon: own))
        return parts.sorted { ($0.carbon.value ?? 0) > ($1.carbon.value ?? 0) }
    }

    /// Figures per kWh of cell become figures per kWh delivered; shares, indices and abundances stay what they are.
    private static func perDelivered(_ indicator: CellIndicator, _ cycles: BillOfMaterials.Range) -> CellIndicator {
        guard indicator.unit.hasSuffix("/kWh") else { return indicator }
        var result = indicator
        result.value = indicator.value.map { $0 / cycles.value }
        result.low = indicator.low / cycles.high
        result.high = indicator.high / cycles.low
        result.unit += " delivered"
        return result
    }

    private static func joined(_ sources: [String]) -> String {
        var seen: [String] = []
        for source in sources.flatMap({ $0.split(separator: ";") }) {
            let text = String(source.drop { $0 == " " })
            if !text.isEmpty, !seen.contains(text) { seen.append(text) }
        }
        return seen.joined(separator: "; ")
    }
}

extension Scorer {
    /// Greenhouse gases of an element, kg CO2e/kg, as the table of elements has it.
    func carbon(of element: Element) -> CompoundTable.Figure {
        let place = IndicatorKind.allCases.firstIndex(of: .carbon) ?? 0
        let data = quantities[place], number = Int(element.number)
        let (low, high) = (data.low[number], data.high[number])
        // Of an element without a datum the geometric middle, as in the score of a material.
        let value = data.isKnown[number] ? data.values[number] : (max(low, high / 100) * high).squareRoot()
        return CompoundTable.Figure(
            value: value, low: low, high: high, isKnown: data.isKnown[number], source: source(.carbon),
            year: data.years[number])
    }
}
