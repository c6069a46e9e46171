import Materials

/// What one kilogram of each element contributes to an indicator, with bounds: by atomic number.
struct ElementQuantities {
    /// Best estimate; for an unknown element the middle of its bounds.
    var values = [Double](repeating: 0, count: 119)
    /// Lower bounds.
    var low = [Double](repeating: 0, count: 119)
    /// Upper bounds.
    var high = [Double](repeating: 0, count: 119)
    /// Whether there is a datum.
    var isKnown = [Bool](repeating: false, count: 119)
    /// Year of each datum.
    var years = [Int](repeating: 0, count: 119)

    mutating func set(_ element: Int, _ value: Double, low: Double? = nil, high: Double? = nil, year: Int) {
        values[element] = value
        self.low[element] = low ?? value
        self.high[element] = high ?? value
        isKnown[element] = true
        years[element] = year
    }

    mutating func bound(_ element: Int, _ low: Double, _ high: Double) {
        self.low[element] = low
        self.high[element] = high
        values[element] = (low + high) / 2
        isKnown[element] = false
    }

    /// Quantities of an indicator that is a mean by mass.
    init(_ kind: IndicatorKind, _ table: ElementTable) {
        func datum(_ column: String, _ number: Int) -> Double? { table.values(column)?[number] ?? nil }
        func year(_ column: String) -> Int { table.source(column)?.year ?? 0 }
        for number in 1...94 {
            let isInput = datum("process_input", number) == 1
            switch kind {
            case .cobalt: set(number, number == 27 ? 1 : 0, year: year("atomic_weight"))
            case .abundance, .scarcestElement:
                // As a logarithm, so that the mean is geometric.
                if let ppm = datum("abundance_crust_mg_kg", number), ppm > 0 {
                    set(number, ppm.logarithm, year: year("abundance_crust_mg_kg"))
                } else {
                    // Too rare to be measured.
                    bound(number, 1e-10.logarithm, 1e-3.logarithm)
                }
            case .supplyRisk, .reserveRisk:
                let (now, then) =
                    kind == .supplyRisk
                    ? ("hhi_production", "hhi_production_2011") : ("hhi_reserve", "hhi_reserve_2011")
                if let index = datum(now, number) {
                    set(number, index, year: year(now))
                } else if let index = datum(then, number) {
                    set(number, index, year: year(then))
                } else {
                    bound(number, 0, 10_000)
                }
            case .criticality:
                if let flag = datum("eu_critical", number) { set(number, flag, year: year("eu_critical")) }
            case .conflict:
                if let flag = datum("conflict_mineral", number) { set(number, flag, year: year("conflict_mineral")) }
            case .carbon:
                if isInput {
                    set(number, 0, year: year("process_input"))
                } else if let gwp = datum("gwp_kgCO2e_kg", number) {
                    // Where no spread is published, half and twice the value.
                    set(
                        number, gwp, low: datum("gwp_low_kgCO2e_kg", number) ?? gwp / 2,
                        high: datum("gwp_high_kgCO2e_kg", number) ?? gwp * 2, year: year("gwp_kgCO2e_kg"))
                }
            case .energy:
                if isInput {
                    set(number, 0, year: year("process_input"))
                } else if let demand = datum("energy_MJ_kg", number) {
                    set(number, demand, low: demand / 2, high: demand * 2, year: year("energy_MJ_kg"))
                }
            case .price:
                if isInput {
                    set(number, 0, year: year("process_input"))
                } else if let price = datum("price_USD_kg", number) {
                    set(
                        number, price, low: datum("price_low_USD_kg", number), high: datum("price_high_USD_kg", number),
                        year: year("price_USD_kg"))
                }
            case .toxicity:
                if isInput {
                    set(number, 0, year: year("process_input"))
                } else if let limit = datum("exposure_limit_mg_m3", number), limit > 0 {
                    set(number, 1 / limit, year: year("exposure_limit_mg_m3"))
                } else {
                    // No limit of its own: that of dusts in general, 15 mg/m³, or as strict as 1 mg/m³.
                    bound(number, 1.0 / 15, 1)
                }
            case .recycling:
                if datum("recycling_above_50pct", number) == 1 {
                    set(number, 0.75, low: 0.5, high: 1, year: year("recycling_above_50pct"))
                } else if datum("recycling_below_1pct", number) == 1 {
                    set(number, 0.005, low: 0, high: 0.01, year: year("recycling_below_1pct"))
                } else {
                    bound(number, 0, 1)
                }
            }
        }
        guard kind == .carbon || kind == .energy || kind == .price else { return }
        // An element without a datum lies between nothing and the highest of the elements that are at least as
        // abundant, of the
        // five most abundant ones at least.
        let abundance = table.values("abundance_crust_mg_kg") ?? []
        func amount(_ number: Int) -> Double { (number < abundance.count ? abundance[number] : nil) ?? 0 }
        let known = (1...94).filter { isKnown[$0] && datum("process_input", $0) != 1 }.sorted {
            amount($0) > amount($1)
        }
        for number in 1...94 where !isKnown[number] {
            let own = amount(number)
            let atLeast = max(known.prefix { amount($0) >= own }.count, 5)
            bound(number, 0, known.prefix(atLeast).map { high[$0] }.max() ?? 0)
        }
    }
}
