internal import Cells
internal import Electrochemistry

/// Columns of the per-cycle table that tell of the electrodes' balance.
enum BookColumns {
    static let names = [
        "equilibrium_capacity_Ah", "equilibrium_soh", "negative_stoichiometry_at_soc_1",
        "negative_stoichiometry_at_soc_0", "positive_stoichiometry_at_soc_1", "positive_stoichiometry_at_soc_0",
        "electrode_slippage_Ah",
        "polarisation_resistance_ohm", "resistance_rise", "earlier_lithium_loss_Ah",
    ]

    static func values(_ summary: CycleSummary) -> [Double?] {
        let b = summary.books
        return [
            b?.equilibriumCapacity, b?.equilibriumStateOfHealth, b?.negativeWindow.charged,
            b?.negativeWindow.discharged, b?.positiveWindow.charged, b?.positiveWindow.discharged,
            b?.electrodeSlippage, b?.polarisationResistance, b?.resistanceRise, summary.ageing?.earlierCapacity,
        ]
    }
}
