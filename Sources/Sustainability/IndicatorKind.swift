/// What is measured of a material. All are per kilogram of material; scores run from 0 to 100, higher is better.
public enum IndicatorKind: String, CaseIterable, Sendable {
    /// Mass fraction of cobalt.
    case cobalt = "cobalt_mass_fraction"
    /// Crustal abundance of the scarcest element.
    case scarcestElement = "scarcest_element_abundance"
    /// Crustal abundance, geometric mean by mass.
    case abundance = "mean_abundance"
    /// Concentration of production in few countries.
    case supplyRisk = "supply_risk"
    /// Concentration of reserves in few countries.
    case reserveRisk = "reserve_risk"
    /// Mass fraction of critical raw materials.
    case criticality = "critical_material_share"
    /// Greenhouse gases, cradle to gate.
    case carbon = "carbon_footprint"
    /// Energy, cradle to gate.
    case energy = "energy_demand"
    /// Hazard at work.
    case toxicity = "toxicity"
    /// Mass fraction of conflict minerals.
    case conflict = "conflict_mineral_share"
    /// Recycling at the end of life.
    case recycling = "recycling_rate"
    /// Price of the elements.
    case price = "element_price"

    /// Its unit, empty for pure numbers.
    public var unit: String {
        switch self {
        case .cobalt, .criticality, .conflict: "kg/kg"
        case .scarcestElement, .abundance: "mg/kg"
        case .supplyRisk, .reserveRisk, .recycling: ""
        case .carbon: "kg CO2e/kg"
        case .energy: "MJ/kg"
        case .toxicity: "m3/mg"
        case .price: "USD/kg"
        }
    }

    /// What it is and how it becomes a score.
    public var definition: String {
        switch self {
        case .cobalt: "mass of cobalt per mass of material; score 100 at none, 0 from 0.6 (LiCoO2)"
        case .scarcestElement:
            "crustal abundance of the scarcest element, elements from air and water left out; score 0 up to 0.001 mg/kg, "
                + "100 from 100 000 mg/kg, linear in the logarithm"
        case .abundance: "geometric mean of crustal abundances by mass, scored as the scarcest element is"
        case .supplyRisk:
            "Herfindahl-Hirschman index of production by country (0 to 10 000), mean by mass; score 100 at 0, 0 at 10 000"
        case .reserveRisk: "the same of reserves"
        case .criticality:
            "mass of critical raw materials of the EU per mass of material; graphite, silicon and titanium count as elements "
                + "alone; score 100 at none, 0 at all"
        case .carbon:
            "greenhouse gases of the elements from cradle to gate, without synthesis; score 100 up to 0.1, 0 from 100 "
                + "kg CO2e/kg, linear in the logarithm"
        case .energy:
            "energy demand of the elements from cradle to gate, without synthesis; score 100 up to 1, 0 from 1000 MJ/kg, "
                + "linear in the logarithm"
        case .toxicity:
            "air that one milligram takes to its elements' exposure limits at work (sum of mass fraction / limit); score 100 up "
                + "to 1/15 m3/mg, the limit for dusts without one of their own, 0 from 100 m3/mg, linear in the logarithm"
        case .conflict: "mass of tin, tantalum, tungsten and gold per mass of material; score 100 at none, 0 at all"
        case .recycling:
            "end-of-life recycling rate, mean by mass over elements that are not from air and water; score 0 at 0, 100 at 1"
        case .price:
            "price of the elements as they are bought, without synthesis; score 100 up to 0.1, 0 from 1000 USD/kg, linear in "
                + "the logarithm"
        }
    }

    /// Its weight in the overall score unless the user says otherwise; the weights need not add up to 1.
    ///
    /// Cobalt, supply and climate, for which batteries are most often compared, count twice; what repeats another
    /// indicator (reserves,
    /// the mean abundance, energy) and what synthesis dominates (price) counts half.
    public var standardWeight: Double {
        switch self {
        case .cobalt, .supplyRisk, .carbon: 2
        case .scarcestElement, .criticality, .toxicity, .conflict, .recycling: 1
        case .abundance, .reserveRisk, .energy, .price: 0.5
        }
    }

    /// The score of a value, 0…100; it never rises where the value gets worse.
    public func score(_ value: Double) -> Double {
        func logarithmic(_ best: Double, _ worst: Double) -> Double {
            guard value > 0 else { return best < worst ? 100 : 0 }
            return min(max((value / worst).logarithm / (best / worst).logarithm, 0), 1) * 100
        }
        switch self {
        case .cobalt: return min(max(1 - value / 0.6, 0), 1) * 100
        case .scarcestElement, .abundance: return logarithmic(1e5, 1e-3)
        case .supplyRisk, .reserveRisk: return min(max(1 - value / 10_000, 0), 1) * 100
        case .criticality, .conflict: return min(max(1 - value, 0), 1) * 100
        case .carbon: return logarithmic(0.1, 100)
        case .energy: return logarithmic(1, 1000)
        case .toxicity: return logarithmic(1.0 / 15, 100)
        case .recycling: return min(max(value, 0), 1) * 100
        case .price: return logarithmic(0.1, 1000)
        }
    }

    /// Whether a larger value is better.
    var rises: Bool { self == .scarcestElement || self == .abundance || self == .recycling }

    /// Columns of the table of elements that it is computed from.
    public var columns: [String] {
        switch self {
        case .cobalt: ["atomic_weight"]
        case .scarcestElement, .abundance: ["abundance_crust_mg_kg"]
        case .supplyRisk: ["hhi_production", "hhi_production_2011"]
        case .reserveRisk: ["hhi_reserve", "hhi_reserve_2011"]
        case .criticality: ["eu_critical", "critical_as_element_only"]
        case .carbon:
            [
                "gwp_kgCO2e_kg", "gwp_low_kgCO2e_kg", "gwp_high_kgCO2e_kg", "gwp_graphite_low_kgCO2e_kg",
                "gwp_graphite_high_kgCO2e_kg", "process_input",
            ]
        case .energy: ["energy_MJ_kg", "process_input"]
        case .toxicity: ["exposure_limit_mg_m3", "process_input"]
        case .conflict: ["conflict_mineral"]
        case .recycling: ["recycling_above_50pct", "recycling_below_1pct"]
        case .price: ["price_USD_kg", "price_low_USD_kg", "price_high_USD_kg", "process_input"]
        }
    }
}
