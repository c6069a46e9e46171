import Cells
import Materials

/// Fields of a battery passport that can be known of a cell: Regulation (EU) 2023/1542, Annex XIII, information accessible to
/// the public, and the declaration of the carbon footprint of its Article 7. What nobody can know from a model (maker, place,
/// date, recycled content, due diligence) stands there as `unknown`, never as zero.
public struct BatteryPassport: Sendable {
    /// What is written of a cell that was simulated.
    public struct Performance: Sendable, Hashable {
        /// A·h.
        public var ratedCapacity: BillOfMaterials.Range
        /// Lower cut-off, mean and upper cut-off, V.
        public var voltage: (minimum: Double, nominal: Double, maximum: Double)
        /// Cycles to 80 % of the capacity; nil where no life was simulated.
        public var cycles: BillOfMaterials.Range?
        /// The test that these are of, such as `1C discharge, C/2 charge, 25 oC, model SPMe`.
        public var lifeTest: String
        /// C-rate of that test.
        public var lifeTestRate: Double
        /// Energy out over energy in of a cycle of the fresh cell, 0…1; nil where not known.
        public var roundTripEfficiency: BillOfMaterials.Range?
        /// Ω; nil where not known.
        public var resistance: Double?
        /// W·h/kg; nil where not known.
        public var specificEnergy: BillOfMaterials.Range?

        /// With what must be known.
        public init(
            ratedCapacity: BillOfMaterials.Range, voltage: (minimum: Double, nominal: Double, maximum: Double),
            lifeTest: String, lifeTestRate: Double
        ) {
            self.ratedCapacity = ratedCapacity
            self.voltage = voltage
            self.lifeTest = lifeTest
            self.lifeTestRate = lifeTestRate
        }

        /// Whether all of it is the same.
        public static func == (a: Performance, b: Performance) -> Bool {
            a.ratedCapacity == b.ratedCapacity && a.voltage == b.voltage && a.cycles == b.cycles
                && a.lifeTest == b.lifeTest && a.lifeTestRate == b.lifeTestRate
                && a.roundTripEfficiency == b.roundTripEfficiency && a.resistance == b.resistance
                && a.specificEnergy == b.specificEnergy
        }

        /// Of what tells cells apart.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(ratedCapacity)
            hasher.combine(lifeTest)
        }
    }

    /// Of the cell or the material.
    public var name: String
    /// Such as `LiFePO4 | graphite`.
    public var chemistry: String
    /// Nil for a material alone.
    public var bill: BillOfMaterials?
    /// Nil for a material alone.
    public var footprint: CellFootprint?
    /// Nil for a material alone.
    public var performance: Performance?

    /// Of a whole cell.
    public init(
        name: String, chemistry: String, bill: BillOfMaterials, footprint: CellFootprint, performance: Performance?
    ) {
        self.name = name
        self.chemistry = chemistry
        self.bill = bill
        self.footprint = footprint
        self.performance = performance
    }

    /// Of an active material alone: its chemistry and critical raw materials; the cell's fields stay unknown.
    public init(material name: String, formula: String) {
        self.name = name
        chemistry = formula
    }

    static let unknown = FileValue(.text("unknown"))

    /// As JSON, with a line break at the end. Throws `MaterialError` where a material is no name and no formula.
    public func json(scorer: Scorer, compounds: CompoundTable) throws -> String {
        var object = FileObject()
        object["regulation"] = FileValue(.text("Regulation (EU) 2023/1542, Annex XIII, point 1"))
        object["origin"] = FileValue(
            .text("computed by a model of a cell that need not exist; no declaration of conformity"))
        object["name"] = FileValue(.text(name))
        object["manufacturer"] = Self.unknown
        object["place_of_manufacture"] = Self.unknown
        object["date_of_manufacture"] = Self.unknown
        object["battery_chemistry"] = FileValue(.text(chemistry))
        try addMaterials(&object, scorer, compounds)
        addFootprint(&object)
        object["responsible_sourcing"] = Self.unknown
        var recycled = FileObject()
        for symbol in ["cobalt", "lithium", "nickel"] { recycled[symbol] = Self.unknown }
        object["recycled_content"] = FileValue(.object(recycled))
        object["renewable_content"] = Self.unknown
        addPerformance(&object)
        for key in [
            "temperature_range_when_not_in_use", "calendar_life_warranty", "original_power_capability",
            "eu_declaration_of_conformity", "waste_battery_information",
        ] { object[key] = Self.unknown }
        return FileValue(.object(object)).json
    }

    private func addMaterials(_ object: inout FileObject, _ scorer: Scorer, _ compounds: CompoundTable) throws {
        let items = bill?.items ?? [BillOfMaterials.Item(.positiveActiveMaterial, chemistry, mass: 1)]
        let total = items.reduce(0) { $0 + $1.mass }
        var composition = FileObject()
        var critical: [String: Double] = [:]
        for item in items {
            let key = "\(item.component.rawValue): \(item.material)"
            composition[key] = FileValue(.number((composition[key]?.number ?? 0) + item.mass / total))
            let made = CompoundTable.madeCarbon.contains(item.material.lowercased())
            let row = compounds.rows.first {
                $0.kind == "compound" && $0.name.lowercased() == item.material.lowercased()
            }
            let formula = try Formula(row?.formula ?? item.material)
            let score = scorer.score(formula)
            let isElement = formula.composition.elements.count == 1
            for (element, mass) in zip(formula.composition.elements, score.massFractions)
            where scorer.table.value("eu_critical", element) == 1 {
                if scorer.table.value("critical_as_element_only", element) == 1, !isElement || made { continue }
                critical[element.symbol, default: 0] += mass * item.mass / total
            }
        }
        if let bill {
            object["weight_kg"] = FileValue(.number(bill.mass))
            object["material_composition_kg_per_kg"] = FileValue(.object(composition))
        } else {
            object["weight_kg"] = Self.unknown
        }
        // Annex VI, part A, point 8: those above 0.1 % by weight.
        var listed = FileObject()
        for (symbol, fraction) in critical.sorted(by: { $0.value > $1.value }) where fraction > 0.001 {
            listed[symbol] = FileValue(.number(fraction))
        }
        object["critical_raw_materials_kg_per_kg"] = FileValue(.object(listed))
        object["hazardous_substances"] = Self.unknown
    }

    private func addFootprint(_ object: inout FileObject) {
        guard let footprint else {
            object["carbon_footprint"] = Self.unknown
            return
        }
        var part = FileObject()
        // Article 7 asks for kg CO2e per kWh of the energy provided over the service life.
        part["per_kWh_delivered_over_life"] = footprint.delivered("carbon_footprint").map(Self.value) ?? Self.unknown
        part["per_kWh_of_cell"] = footprint.ofCell("carbon_footprint").map(Self.value) ?? Self.unknown
        part["raw_materials_per_kWh_of_cell"] =
            footprint.ofCell("carbon_footprint_materials").map(Self.value) ?? Self.unknown
        part["manufacturing_per_kWh_of_cell"] =
            footprint.ofCell("carbon_footprint_manufacturing").map(Self.value) ?? Self.unknown
        part["distribution"] = Self.unknown
        part["recycling_credit_per_kWh_of_cell_not_subtracted"] = Self.value(footprint.recyclingCredit)
        part["electricity_g_CO2e_per_kWh"] = FileValue(.number(footprint.grid))
        object["carbon_footprint"] = FileValue(.object(part))
    }

    private func addPerformance(_ object: inout FileObject) {
        func range(_ range: BillOfMaterials.Range?, _ unit: String) -> FileValue {
            range.map { Self.value($0.value, $0.low, $0.high, unit) } ?? Self.unknown
        }
        object["rated_capacity"] = range(performance?.ratedCapacity, "A.h")
        if let voltage = performance?.voltage {
            object["minimum_voltage_V"] = FileValue(.number(voltage.minimum))
            object["nominal_voltage_V"] = FileValue(.number(voltage.nominal))
            object["maximum_voltage_V"] = FileValue(.number(voltage.maximum))
        } else {
            for key in ["minimum_voltage_V", "nominal_voltage_V", "maximum_voltage_V"] { object[key] = Self.unknown }
        }
        object["expected_lifetime_cycles"] = range(performance?.cycles, "cycles to 80 % of the capacity")
        object["lifetime_reference_test"] = performance.map { FileValue(.text($0.lifeTest)) } ?? Self.unknown
        object["c_rate_of_cycle_life_test"] = performance.map { FileValue(.number($0.lifeTestRate)) } ?? Self.unknown
        object["initial_round_trip_energy_efficiency"] = range(performance?.roundTripEfficiency, "")
        object["round_trip_energy_efficiency_at_half_of_cycle_life"] = Self.unknown
        object["internal_cell_resistance_ohm"] =
            performance?.resistance.map { FileValue(.number($0)) } ?? Self.unknown
        object["specific_energy"] = range(performance?.specificEnergy, "W.h/kg")
    }

    private static func value(_ indicator: CellIndicator) -> FileValue {
        guard let value = indicator.value else { return unknown }
        return self.value(value, indicator.low, indicator.high, indicator.unit, source: indicator.source)
    }

    private static func value(
        _ value: Double, _ low: Double, _ high: Double, _ unit: String, source: String? = nil
    ) -> FileValue {
        var object = FileObject()
        object["value"] = FileValue(.number(value))
        object["low"] = FileValue(.number(low))
        object["high"] = FileValue(.number(high))
        if !unit.isEmpty { object["unit"] = FileValue(.text(unit)) }
        if let source { object["source"] = FileValue(.text(source)) }
        return FileValue(.object(object))
    }
}
