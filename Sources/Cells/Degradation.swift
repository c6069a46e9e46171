// A cell that has lost lithium and active material: capacities shrink, and both electrodes' windows shift.

extension Cell {
    /// The cell after losses that are fractions of the fresh cell, its windows solved again for the cut-offs.
    ///
    /// `lithium` is lost from the inventory of both electrodes at SOC 1, what lies in lost material included; `negative` and
    /// `positive` are the active material's losses, one for each material, taken from volume and surface alike. Throws
    /// `BPXError` where the open-circuit voltage no longer reaches a cut-off.
    public func degraded(lithium: Double, negative: [Double], positive: [Double]) throws -> Cell {
        var cell = try degraded(toLithium: lithiumInventory * (1 - lithium), negative: negative, positive: positive)
        cell.lossOfLithiumInventory = lithium
        return cell
    }

    /// The same with the lithium that is left in both electrodes, A·h.
    public func degraded(toLithium lithium: Double, negative: [Double], positive: [Double]) throws -> Cell {
        var cell = self
        cell.lossOfLithiumInventory = 1 - lithium / lithiumInventory
        for (index, loss) in negative.enumerated() { cell.negative?.materials[index].lose(loss) }
        for (index, loss) in positive.enumerated() { cell.positive?.materials[index].lose(loss) }
        return try cell.windowsSolved(lithium: lithium)
    }

    /// Whether State/Degradation has changed it.
    public var isDegraded: Bool {
        [negative, positive].contains { $0?.materials.contains { $0.fresh != nil } == true }
    }

    /// The cell with its films, pores, salt, contacts and wet area as they are at its age, for runs in which it does not go on
    /// ageing: means over the electrodes.
    public var heldAtItsAge: Cell {
        guard let state = agedState else { return self }
        var cell = self
        cell.contactResistance += state.contactResistanceGrowth
        // Of the loss of active material, what has fallen dry is lost with its area.
        cell.electrodeArea *= state.wetFraction
        for k in (negative?.materials ?? []).indices {
            cell.negative?.materials[k].surfaceAreaPerVolume /= state.wetFraction
        }
        for k in (positive?.materials ?? []).indices {
            cell.positive?.materials[k].surfaceAreaPerVolume /= state.wetFraction
        }
        if let salt = state.electrolyteConcentration, let fresh = electrolyte?.initialConcentration {
            cell.electrolyte?.initialConcentration = salt
            // The exchange current stays what it is at any concentration.
            let factor = (salt / fresh).squareRoot()
            for k in (negative?.materials ?? []).indices { cell.negative?.materials[k].reactionRateConstant *= factor }
            for k in (positive?.materials ?? []).indices { cell.positive?.materials[k].reactionRateConstant *= factor }
        }
        if let porosity = state.porosity { cell.negative?.porosity = porosity.mean }
        if let factor = state.transportEfficiency { cell.negative?.transportEfficiency = factor }
        for (index, material) in state.negative.enumerated() where index < negative?.materials.count ?? 0 {
            cell.negative?.materials[index].filmResistance += material.filmResistance
        }
        for (index, material) in state.positive.enumerated() where index < positive?.materials.count ?? 0 {
            cell.positive?.materials[index].filmResistance += material.filmResistance
        }
        return cell
    }

    /// Stoichiometries of its aged state, one for each material; nil where it does not tell all of them.
    public var agedStoichiometries: (negative: [Double], positive: [Double])? {
        guard let state = agedState else { return nil }
        let n = state.negative.compactMap(\.meanStoichiometry), p = state.positive.compactMap(\.meanStoichiometry)
        guard n.count == negative?.materials.count ?? 0, p.count == positive?.materials.count ?? 0 else { return nil }
        return (n, p)
    }

    /// Stoichiometries between which the electrodes work, at SOC 1 and SOC 0: of a blend, lithium over what its materials
    /// hold when full. Nil for an electrode that the cell does not have.
    public var electrodeWindows: (negative: ElectrodeWindow?, positive: ElectrodeWindow?) {
        let full = stoichiometries(stateOfCharge: 1), empty = stoichiometries(stateOfCharge: 0)
        func window(_ electrode: Electrode?, _ charged: [Double], _ discharged: [Double]) -> ElectrodeWindow? {
            meanStoichiometry(charged, in: electrode).flatMap { a in
                meanStoichiometry(discharged, in: electrode).map { ElectrodeWindow(charged: a, discharged: $0) }
            }
        }
        return (window(negative, full.negative, empty.negative), window(positive, full.positive, empty.positive))
    }

    /// Capacity of all active materials of an electrode between stoichiometries 0 and 1, A·h of the whole cell.
    public func capacity(of electrode: Electrode) -> Double {
        electrode.materials.reduce(0) { $0 + capacity(of: $1, in: electrode) }
    }

    /// The cell as it was before State/Degradation.
    public var refreshed: Cell {
        var cell = self
        cell.lossOfLithiumInventory = 0
        for index in (negative?.materials ?? []).indices { cell.negative?.materials[index].restore() }
        for index in (positive?.materials ?? []).indices { cell.positive?.materials[index].restore() }
        return cell
    }

    /// Lithium in an electrode over what its active materials hold when full, with one stoichiometry for each of them; nil
    /// without such an electrode.
    func meanStoichiometry(_ stoichiometries: [Double], in electrode: Electrode?) -> Double? {
        guard let electrode, electrode.materials.count == stoichiometries.count else { return nil }
        let capacities = electrode.materials.map { capacity(of: $0, in: electrode) }
        return zip(stoichiometries, capacities).reduce(0) { $0 + $1.0 * $1.1 } / capacities.reduce(0, +)
    }
}

/// Mean stoichiometries of an electrode at the ends of the cell's open-circuit window.
public struct ElectrodeWindow: Sendable, Equatable {
    /// At SOC 1.
    public var charged: Double
    /// At SOC 0.
    public var discharged: Double

    /// Memberwise.
    public init(charged: Double, discharged: Double) {
        self.charged = charged
        self.discharged = discharged
    }
}

extension ActiveMaterial {
    /// Takes a fraction of the fresh material away.
    fileprivate mutating func lose(_ fraction: Double) {
        fresh = Fresh(
            minimumStoichiometry: minimumStoichiometry, maximumStoichiometry: maximumStoichiometry,
            surfaceAreaPerVolume: surfaceAreaPerVolume)
        surfaceAreaPerVolume *= 1 - fraction
        lossOfActiveMaterial = fraction
    }

    fileprivate mutating func restore() {
        guard let fresh else { return }
        minimumStoichiometry = fresh.minimumStoichiometry
        maximumStoichiometry = fresh.maximumStoichiometry
        surfaceAreaPerVolume = fresh.surfaceAreaPerVolume
        lossOfActiveMaterial = 0
        self.fresh = nil
    }
}
