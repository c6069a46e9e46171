/// What "SOH" means, wherever it stands in this package.
public enum StateOfHealth {
    /// One sentence.
    public static let definition =
        "SOH is the capacity of the last full discharge, from a voltage that ended a charge to the voltage that ended the "
        + "discharge, over that of the first one between the same voltages, by the same step at the same temperature; of "
        + "reference tests (tag RPT) alone where the protocol has any."
    /// Of `DegradationBooks.equilibriumStateOfHealth`, one sentence.
    public static let equilibriumDefinition =
        "Equilibrium SOH is the charge between the voltage limits at zero current, from the lithium and the active "
        + "materials that are left, over the fresh cell's."

    /// Capacity of the last full discharge over that of the first, both in the same unit.
    static func ratio(first: Double, last: Double) -> Double { last / first }
}
