import Electrochemistry

/// What a run has done to the cell, for people.
enum AgeingReport {
    /// Rows of the summary; none where nothing ages.
    static func rows(_ cycle: CycleSummary?) -> [[String]] {
        guard let cycle, let ageing = cycle.ageing else { return [] }
        var health = cycle.soh.map(percent) ?? "no full discharge yet"
        if let books = cycle.books { health += ", at equilibrium " + percent(books.equilibriumStateOfHealth) }
        var lost = cycle.lossOfLithiumInventory.map { "lithium inventory \(percent($0)), " } ?? ""
        lost += "active material \(percent(ageing.lossOfActiveMaterialNegative)) (negative), "
        lost += "\(percent(ageing.lossOfActiveMaterialPositive)) (positive)"
        var rows = [["SOH", health], ["lost", lost]]
        if let books = cycle.books, let resistance = books.polarisationResistance, let rise = books.resistanceRise {
            let grown = rise < 0 ? "\(percent(-rise)) less" : "\(percent(rise)) more"
            rows.append(["resistance", "\(RunReport.short(1000 * resistance)) mOhm, \(grown) than fresh"])
        }
        return rows
    }

    /// What the rows' words mean, in lines of their own.
    static func definitions(_ cycle: CycleSummary?) -> String {
        guard let cycle, cycle.ageing != nil else { return "" }
        return "\n" + StateOfHealth.definition
            + (cycle.books == nil ? "" : "\n" + StateOfHealth.equilibriumDefinition)
    }

    /// To two decimals.
    static func percent(_ fraction: Double) -> String { "\(RunReport.short((fraction * 1e4).rounded() / 100)) %" }
}
