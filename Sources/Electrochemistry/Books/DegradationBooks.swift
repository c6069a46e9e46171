public import Cells

/// What ageing has done to the balance of the electrodes, at one instant, since the cell was fresh: half-cell potentials,
/// active materials and lithium as they are, at rest, at the reference temperature.
///
/// With capacities Q_n, Q_p of the active materials left and Q_Li the lithium in their particles, stoichiometries x, y at a
/// voltage limit V solve
/// ```
/// U_p(y) - U_n(x) = V,    Q_n x + Q_p y = Q_Li
/// ```
/// Modes of degradation after Dubarry, Truchot, Liaw, J. Power Sources 219 (2012) 204, and Birkl, Roberts, McTurk, Bruce,
/// Howey, J. Power Sources 341 (2017) 373: the loss of lithium inventory is `CycleSummary.lossOfLithiumInventory`, the losses
/// of active material are in `AgeingState`.
public struct DegradationBooks: Sendable, Equatable {
    /// Stoichiometries of the negative electrode at the upper and the lower voltage limit.
    public var negativeWindow: ElectrodeWindow
    /// The same of the positive electrode.
    public var positiveWindow: ElectrodeWindow
    /// Charge between the voltage limits at zero current: Q_n (x₁ - x₀), A·h.
    public var equilibriumCapacity: Double
    /// The same over that of the fresh cell.
    public var equilibriumStateOfHealth: Double
    /// How far the electrodes' scales have slipped against each other: what Q_p - Q_Li, the charge that the positive electrode
    /// can take out before the negative one begins to fill, has grown by, A·h. Lithium lost on the negative electrode makes it
    /// positive.
    public var electrodeSlippage: Double
    /// dV/dI, Ω, without diffusion and with double layers charged, at half the state of charge of the aged cell and the run's
    /// temperature: conductors, contacts, films and charge transfer. Nil where none was found.
    public var polarisationResistance: Double?
    /// Its growth over that of the fresh cell, which is 0 where nothing has changed.
    public var resistanceRise: Double?
}

/// Reckons books against a fresh cell.
struct Bookkeeping {
    /// As it was when fresh.
    let cell: Cell
    /// Of the run, K.
    let temperature: Double
    private let capacity: Double
    private let offset: Double
    private let resistance: Double?

    /// Nil where nothing ages, or the fresh cell's potentials do not reach its voltage limits. `fresh` is the state of a
    /// cell that has not aged, with `lithium` in its particles, A·h.
    init?(_ engine: Simulation.Engine, fresh: UnsafePointer<Double>, lithium: Double, temperature: Double) {
        guard let model = engine.model as? any AgeingModel, model.parameters.options.ageing != nil,
            model.parameters.options.halfCell == nil
        else { return nil }
        let cell = model.parameters.cell
        guard let negative = cell.negative, let positive = cell.positive,
            let windows = try? cell.windowsSolved(lithium: lithium), let window = windows.electrodeWindows.negative
        else { return nil }
        self.cell = cell
        self.temperature = temperature
        capacity = cell.capacity(of: negative) * (window.charged - window.discharged)
        offset = cell.capacity(of: positive) - lithium
        resistance = engine.polarisationResistance(
            fresh, at: windows.stoichiometries(stateOfCharge: 0.5), temperature: temperature)
    }

    /// Nil where the voltage limits are out of reach.
    func books(_ engine: Simulation.Engine, _ y: UnsafePointer<Double>) -> DegradationBooks? {
        guard let model = engine.model as? any AgeingModel else { return nil }
        let left = model.activeFractions(y)
        let lithium = model.inventory(y)
        guard
            let aged = try? cell.degraded(
                toLithium: lithium, negative: left.negative.map { 1 - $0 }, positive: left.positive.map { 1 - $0 }),
            let negative = aged.negative, let positive = aged.positive
        else { return nil }
        let windows = aged.electrodeWindows
        guard let n = windows.negative, let p = windows.positive else { return nil }
        let swing = aged.capacity(of: negative) * (n.charged - n.discharged)
        let now = engine.polarisationResistance(
            y, at: aged.stoichiometries(stateOfCharge: 0.5), temperature: temperature)
        return DegradationBooks(
            negativeWindow: n, positiveWindow: p, equilibriumCapacity: swing,
            equilibriumStateOfHealth: swing / capacity,
            electrodeSlippage: aged.capacity(of: positive) - lithium - offset, polarisationResistance: now,
            resistanceRise: now.flatMap { now in resistance.map { now / $0 - 1 } })
    }
}
