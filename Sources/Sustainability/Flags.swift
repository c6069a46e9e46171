import Materials

extension Scorer {
    /// Statements about a material that no number holds, one sentence each.
    public func flags(_ score: MaterialScore) -> [String] {
        let composition = score.formula.composition
        let isElemental = Self.isElemental(composition)
        func elements(_ column: String, formsCount: Bool = false) -> [String] {
            composition.elements.filter { element in
                guard table.value(column, element) == 1 else { return false }
                return !formsCount || isElemental || table.value("critical_as_element_only", element) != 1
            }.map(\.symbol)
        }
        func listed(_ symbols: [String], _ text: String) -> String? {
            symbols.isEmpty ? nil : "\(text): \(symbols.joined(separator: ", "))"
        }
        var flags: [String] = []
        flags += [
            listed(elements("conflict_mineral"), "conflict minerals"),
            listed(elements("eu_strategic", formsCount: true), "strategic raw materials of the EU"),
            listed(elements("eu_critical", formsCount: true), "critical raw materials of the EU"),
            listed(elements("us_critical", formsCount: true), "critical minerals of the USA"),
            listed(elements("eu_due_diligence", formsCount: true), "due diligence under Regulation (EU) 2023/1542"),
            listed(elements("is_radioactive"), "radioactive"),
        ].compactMap { $0 }
        let recovered = composition.elements.compactMap { element in
            table.value("eu_recovery_2031_pct", element).map { "\(element) \(Int($0)) %" }
        }
        flags += [listed(recovered, "to be recovered from waste batteries from 2031 in the EU")].compactMap { $0 }
        let recycled = composition.elements.compactMap { element in
            table.value("eu_recycled_content_2036_pct", element).map { "\(element) \(Int($0)) %" }
        }
        flags += [listed(recycled, "least recycled content from 2036 in the EU")].compactMap { $0 }
        let old = composition.elements.filter {
            table.value("hhi_production", $0) == nil && table.value("hhi_production_2011", $0) != nil
                && table.value("process_input", $0) != 1
        }.map(\.symbol)
        flags += [listed(old, "concentration of production as of 2011")].compactMap { $0 }
        if score.formula.charge == 0, !isElemental, OxidationStates(composition) == nil {
            flags.append("no usual oxidation states balance its charges")
        }
        return flags
    }

    /// Where an indicator comes from: the sources of its columns, each once, and the year of the oldest datum used.
    public func source(_ kind: IndicatorKind) -> String {
        var seen: [String] = []
        for column in kind.columns {
            guard let source = table.source(column)?.source, !seen.contains(source) else { continue }
            seen.append(source)
        }
        return seen.joined(separator: "; ")
    }
}
