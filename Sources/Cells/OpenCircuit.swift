// Open-circuit voltage, stoichiometry windows and the balance of lithium.
//
// The lithium of an electrode is counted in A·h of the whole cell. In a blended electrode at rest all materials lie at
// one potential, and the electrode's lithium is shared out so.

extension Cell {
    private static let faraday = 96485.33212

    /// Capacity of a material between stoichiometries 0 and 1, A·h of the whole cell.
    public func capacity(of material: ActiveMaterial, in electrode: Electrode) -> Double {
        Self.faraday * material.maximumConcentration * material.activeVolumeFraction * electrode.thickness
            * electrodeArea * Double(electrodePairs) / 3600
    }

    /// Lithium in the particles of both electrodes at SOC 1, A·h of the whole cell.
    public var lithiumInventory: Double {
        let full = stoichiometries(stateOfCharge: 1)
        return (negativeBalance?.lithium(full.negative) ?? 0) + (positiveBalance?.lithium(full.positive) ?? 0)
    }

    /// Charge between SOC 0 and 1 of the electrode that swings less, A·h of the whole cell.
    public var windowCapacity: Double {
        let full = stoichiometries(stateOfCharge: 1)
        let empty = stoichiometries(stateOfCharge: 0)
        var swings: [Double] = []
        if let negativeBalance {
            swings.append(negativeBalance.lithium(full.negative) - negativeBalance.lithium(empty.negative))
        }
        if let positiveBalance {
            swings.append(positiveBalance.lithium(empty.positive) - positiveBalance.lithium(full.positive))
        }
        return swings.min() ?? 0
    }

    /// Stoichiometry of every material at rest.
    ///
    /// A single material's is linear between its window's ends, at SOC 0 and 1. A blended electrode's lithium is linear
    /// between those ends, and its materials are in equilibrium; at SOC 0 and 1 themselves the file's windows hold.
    /// `stateOfCharge` may lie slightly outside 0…1.
    public func stoichiometries(stateOfCharge: Double) -> (negative: [Double], positive: [Double]) {
        func share(_ balance: ElectrodeBalance?, _ fraction: Double) -> [Double] {
            guard let balance else { return [] }
            let linear = balance.materials.map {
                $0.minimumStoichiometry + fraction * ($0.maximumStoichiometry - $0.minimumStoichiometry)
            }
            guard linear.count > 1, fraction > 0, fraction < 1 else { return linear }
            let lithium = balance.lithium(linear)
            return equilibrium([BalancedElectrode(balance: balance, potential: 0, start: linear)], lithium: lithium)?[0]
                ?? balance.equilibrium(lithium: lithium).stoichiometries
        }
        return (share(negativeBalance, stateOfCharge), share(positiveBalance, 1 - stateOfCharge))
    }

    /// Open-circuit voltage at rest, V, at `temperature` (K; the reference temperature unless given).
    ///
    /// Where the materials of a blend differ in potential (at SOC 0 or 1 of its file), that after equilibration counts.
    /// An electrode that the cell does not have counts as lithium metal at 0 V.
    public func openCircuitVoltage(stateOfCharge: Double, temperature: Double? = nil) -> Double {
        let state = stoichiometries(stateOfCharge: stateOfCharge)
        return openCircuitVoltage(negative: state.negative, positive: state.positive, temperature: temperature)
    }

    /// Open-circuit voltage with given stoichiometries of every material, V.
    public func openCircuitVoltage(negative: [Double], positive: [Double], temperature: Double? = nil) -> Double {
        let warmer = (temperature ?? referenceTemperature) - referenceTemperature
        let anode = negativeBalance?.potential(negative, warmerBy: warmer) ?? 0
        guard let positiveBalance else { return anode }
        return positiveBalance.potential(positive, warmerBy: warmer) - anode
    }

    /// The state of charge whose open-circuit voltage is `voltage` (V); nil where none in 0…1 has it.
    ///
    /// A voltage that misses the window by up to 1 mV counts as its end.
    public func stateOfCharge(atRestVoltage voltage: Double) -> Double? {
        for end in [1.0, 0.0] where Swift.abs(openCircuitVoltage(stateOfCharge: end) - voltage) <= 1e-3 {
            let inner = bracketedRoot(0, 1, tolerance: 1e-12) { openCircuitVoltage(stateOfCharge: $0) - voltage }
            return inner ?? end
        }
        return bracketedRoot(0, 1, tolerance: 1e-12) { openCircuitVoltage(stateOfCharge: $0) - voltage }
    }

    /// Compares the open-circuit voltage at SOC 1 and 0 with the cut-offs.
    ///
    /// Returns a remark for each miss above 1 mV; throws `BPXError` for one above 50 mV.
    func checkWindow() throws -> [String] {
        var remarks: [String] = []
        // A lone electrode's windows say nothing of the cell's cut-offs.
        guard negative != nil, positive != nil else { return [] }
        for (charge, cutOff, name) in [(1.0, upperCutOff, "Upper"), (0.0, lowerCutOff, "Lower")] {
            let voltage = openCircuitVoltage(stateOfCharge: charge)
            let miss = Swift.abs(voltage - cutOff)
            let shownVoltage = JSONWriter.shortest((voltage * 1e4).rounded() / 1e4)
            let shownMiss = JSONWriter.shortest((miss * 1e4).rounded() / 10)
            let problem =
                "the open-circuit voltage at SOC \(Int(charge)) is \(shownVoltage) V, \(shownMiss) mV off the cut-off"
            guard miss <= 0.05 else {
                throw BPXError(
                    path: ["Parameterisation", "Cell", "\(name) voltage cut-off [V]"], problem: problem,
                    remedy: "stoichiometry windows that meet it within 50 mV are needed")
            }
            if miss > 1e-3 { remarks.append("\(name) voltage cut-off: \(problem)") }
        }
        return remarks
    }

    /// The same cell, its stoichiometry windows solved so that the open-circuit voltage meets the cut-offs.
    ///
    /// Keeps the capacity of every material and the lithium (A·h of the whole cell): `lithium` where given, else that of
    /// the present SOC 1. Solves U_p(y) − U_n(x) = V with Q_n x + Q_p y = Q_Li for each cut-off; the materials of a
    /// blend come out at one potential. Throws `BPXError` where the voltage never reaches a cut-off.
    public func windowsSolved(lithium: Double? = nil) throws -> Cell {
        let lithium = lithium ?? lithiumInventory
        let full = try state(at: upperCutOff, lithium: lithium, name: "Upper", near: stoichiometries(stateOfCharge: 1))
        let empty = try state(at: lowerCutOff, lithium: lithium, name: "Lower", near: stoichiometries(stateOfCharge: 0))
        var cell = self
        for index in full.negative.indices {
            cell.negative?.materials[index].setWindow(full.negative[index], empty.negative[index])
        }
        for index in full.positive.indices {
            cell.positive?.materials[index].setWindow(full.positive[index], empty.positive[index])
        }
        return cell
    }

    /// Stoichiometries at which the cell rests at `voltage` with `lithium` in all, not far from `start` where there are several.
    private func state(
        at voltage: Double, lithium: Double, name: String, near start: (negative: [Double], positive: [Double])
    ) throws -> (negative: [Double], positive: [Double]) {
        func unreachable(_ low: Double, _ high: Double) -> BPXError {
            let range = [low, high].map { JSONWriter.shortest(($0 * 1e3).rounded() / 1e3) }
            return BPXError(
                path: ["Parameterisation", "Cell", "\(name) voltage cut-off [V]"],
                problem:
                    "the open-circuit voltage runs from \(range[0]) to \(range[1]) V with this lithium and never is "
                    + "\(JSONWriter.shortest(voltage)) V",
                remedy: "other cut-offs, thicknesses or losses are needed")
        }
        switch (negativeBalance, positiveBalance) {
        case (let anode?, let cathode?):
            let both = [
                BalancedElectrode(balance: anode, potential: 0, start: start.negative),
                BalancedElectrode(balance: cathode, potential: voltage, start: start.positive),
            ]
            if let found = equilibrium(both, lithium: lithium) { return (found[0], found[1]) }
            let low = Swift.max(anode.least, lithium - cathode.most)
            let high = Swift.min(anode.most, lithium - cathode.least)
            guard low < high else { throw unreachable(.nan, .nan) }
            func miss(_ n: Double) -> Double {
                cathode.equilibrium(lithium: lithium - n).potential - anode.equilibrium(lithium: n).potential - voltage
            }
            guard let n = bracketedRoot(low, high, tolerance: 1e-13 * high, miss) else {
                throw unreachable(miss(low) + voltage, miss(high) + voltage)
            }
            return (
                anode.equilibrium(lithium: n).stoichiometries,
                cathode.equilibrium(lithium: lithium - n).stoichiometries
            )
        case (let lone?, nil), (nil, let lone?):
            func miss(_ n: Double) -> Double { lone.equilibrium(lithium: n).potential - voltage }
            guard let n = bracketedRoot(lone.least, lone.most, tolerance: 1e-13 * lone.most, miss) else {
                throw unreachable(miss(lone.most) + voltage, miss(lone.least) + voltage)
            }
            let state = lone.equilibrium(lithium: n).stoichiometries
            return negative == nil ? ([], state) : (state, [])
        case (nil, nil): return ([], [])
        }
    }

    private var negativeBalance: ElectrodeBalance? { negative.map { ElectrodeBalance($0, in: self) } }
    private var positiveBalance: ElectrodeBalance? { positive.map { ElectrodeBalance($0, in: self) } }
}

extension ActiveMaterial {
    fileprivate mutating func setWindow(_ a: Double, _ b: Double) {
        minimumStoichiometry = Swift.min(a, b)
        maximumStoichiometry = Swift.max(a, b)
    }
}

/// One electrode among those that share lithium until their potentials, each less its own `potential`, are one.
private struct BalancedElectrode {
    let balance: ElectrodeBalance
    /// V.
    let potential: Double
    let start: [Double]
}

/// Stoichiometries with `lithium` in all electrodes and one potential, by Newton's method; nil where it does not converge
/// on potentials that fall with lithium.
private func equilibrium(_ electrodes: [BalancedElectrode], lithium: Double) -> [[Double]]? {
    var found = electrodes.map { e in
        zip(e.start, e.balance.ranges).map { Swift.min(Swift.max($0, $1.lowerBound), $1.upperBound) }
    }
    for _ in 0..<40 {
        // x + (μ + potential - U) / U' at every material, for the μ that gives all the lithium.
        var held = 0.0, yielding = 0.0
        var steps: [[(offset: Double, slope: Double)]] = []
        for (e, states) in zip(electrodes, found) {
            var own: [(offset: Double, slope: Double)] = []
            for (k, x) in states.enumerated() {
                let u = e.balance.materials[k].openCircuitPotential.derivatives(x)
                guard u.dx < 0, u.dx.isFinite, u.value.isFinite else { return nil }
                own.append((e.potential - u.value, 1 / u.dx))
                held += e.balance.capacities[k] * (x + (e.potential - u.value) / u.dx)
                yielding += e.balance.capacities[k] / u.dx
            }
            steps.append(own)
        }
        let common = (lithium - held) / yielding
        guard common.isFinite else { return nil }
        var largest = 0.0
        for (e, electrode) in electrodes.enumerated() {
            for k in found[e].indices {
                let x = found[e][k], range = electrode.balance.ranges[k]
                var next = x + (common + steps[e][k].offset) * steps[e][k].slope
                // Never more than halfway to where the potential has no value.
                if next < range.lowerBound { next = 0.5 * (x + range.lowerBound) }
                if next > range.upperBound { next = 0.5 * (x + range.upperBound) }
                largest = Swift.max(largest, Swift.abs(next - x))
                found[e][k] = next
            }
        }
        if largest < 1e-14 { return found }
    }
    return nil
}

/// The lithium of one electrode, A·h of the whole cell, and the potential it rests at.
private struct ElectrodeBalance {
    let materials: [ActiveMaterial]
    let capacities: [Double]
    /// Stoichiometries between which each material's OCP is finite, at most 1e-6…1 − 1e-6.
    let ranges: [ClosedRange<Double>]

    init(_ electrode: Electrode, in cell: Cell) {
        materials = electrode.materials
        capacities = electrode.materials.map { cell.capacity(of: $0, in: electrode) }
        ranges = electrode.materials.map(Self.finiteRange)
    }

    /// The least and most lithium that the materials can hold.
    var least: Double { zip(ranges, capacities).reduce(0) { $0 + $1.0.lowerBound * $1.1 } }
    var most: Double { zip(ranges, capacities).reduce(0) { $0 + $1.0.upperBound * $1.1 } }

    func lithium(_ stoichiometries: [Double]) -> Double {
        zip(stoichiometries, capacities).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Potential after the materials have come to equilibrium, V.
    func potential(_ stoichiometries: [Double], warmerBy warmer: Double) -> Double {
        let rest = equilibrium(lithium: lithium(stoichiometries))
        guard warmer != 0 else { return rest.potential }
        var entropic = 0.0
        for (index, x) in rest.stoichiometries.enumerated() {
            entropic += materials[index].entropicChange(x) * capacities[index]
        }
        return rest.potential + warmer * entropic / capacities.reduce(0, +)
    }

    /// Stoichiometries with `lithium` in all and one potential, V.
    func equilibrium(lithium: Double) -> (potential: Double, stoichiometries: [Double]) {
        if materials.count == 1 {
            let x = lithium / capacities[0]
            return (materials[0].openCircuitPotential(x), [x])
        }
        let ends = zip(materials, ranges).map { material, range in
            (material.openCircuitPotential(range.upperBound), material.openCircuitPotential(range.lowerBound))
        }
        let lowest = ends.map(\.0).min()!
        let highest = ends.map(\.1).max()!
        func shares(_ potential: Double) -> [Double] {
            materials.indices.map { stoichiometry(of: $0, at: potential) }
        }
        let found = bracketedRoot(lowest, highest, tolerance: 1e-13) { self.lithium(shares($0)) - lithium }
        let potential = found ?? (lithium > 0.5 * (least + most) ? lowest : highest)
        return (potential, shares(potential))
    }

    /// Stoichiometry of one material at a potential; the end of its range where it cannot have it.
    private func stoichiometry(of index: Int, at potential: Double) -> Double {
        let range = ranges[index]
        let ocp = materials[index].openCircuitPotential
        if potential >= ocp(range.lowerBound) { return range.lowerBound }
        if potential <= ocp(range.upperBound) { return range.upperBound }
        return bracketedRoot(range.lowerBound, range.upperBound, tolerance: 1e-14) { ocp($0) - potential }
            ?? range.upperBound
    }

    private static func finiteRange(of material: ActiveMaterial) -> ClosedRange<Double> {
        let ocp = material.openCircuitPotential
        let margins = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
        let low = margins.first { ocp($0).isFinite } ?? material.minimumStoichiometry
        let high = margins.map { 1 - $0 }.first { ocp($0).isFinite } ?? material.maximumStoichiometry
        return Swift.min(low, material.minimumStoichiometry)...Swift.max(high, material.maximumStoichiometry)
    }
}
