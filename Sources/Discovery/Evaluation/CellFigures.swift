public import Cells
internal import Electrochemistry
public import Materials

/// What a cell does, by the pseudo-2D model on the fast mesh (within 5 mV of a converged one at 1C).
public struct CellFigures: Sendable, Hashable {
    /// Rates of the rate test, by name, in 1/h.
    public static let rates: [(name: String, rate: Double)] = [("C5", 0.2), ("C2", 0.5), ("1C", 1), ("2C", 2)]

    /// W·h/kg of the whole cell, discharged at C/20.
    public var specificEnergy: Double
    /// W·h/L of the whole cell, discharged at C/20.
    public var energyDensity: Double
    /// A·h, discharged at C/20.
    public var capacity: Double
    /// W·h, discharged at C/20.
    public var energy: Double
    /// V, energy over charge of the discharge at C/20.
    public var meanVoltage: Double
    /// Capacity at each of ``rates`` over that at C/20.
    public var fractions: [Double]
    /// Mean voltage of a discharge over that of the charge after it, both at C/3.
    public var energyEfficiency: Double
    /// kg.
    public var mass: Double
    /// m³.
    public var volume: Double

    /// Runs the cell. Throws `SimulationError` where the model finds no solution.
    public init(_ designed: DesignedCell, cell: Cell) throws {
        let simulation = try Simulation(cell: cell, options: Self.options)
        let slow = try Self.discharge(simulation, rate: 0.05)
        guard slow.capacity > 0 else {
            throw SimulationError(.computation, "\(cell.name): no charge at C/20; its resistance is too high")
        }
        capacity = slow.capacity
        energy = slow.energy
        specificEnergy = slow.energy / designed.mass
        energyDensity = slow.energy / (1000 * designed.volume)
        meanVoltage = slow.energy / slow.capacity
        mass = designed.mass
        volume = designed.volume
        fractions = try Self.rates.map { try Self.discharge(simulation, rate: $0.rate).capacity / slow.capacity }
        energyEfficiency = try Self.efficiency(simulation, upper: cell.upperCutOff)
    }

    /// Pseudo-2D on the fast mesh.
    static var options: SimulationOptions {
        var options = SimulationOptions()
        options.model = .dfn
        options.mesh = .fast
        options.relativeTolerance = 1e-3
        return options
    }

    /// From full to the lower cut-off at a rate in 1/h.
    static func discharge(_ simulation: Simulation, rate: Double) throws -> (capacity: Double, energy: Double) {
        let step = Step(control: .cRate(-rate), text: "Discharge at \(rate)C")
        let summary = try simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]))
        return (summary.dischargeCapacity, summary.dischargeEnergy)
    }

    private static func efficiency(_ simulation: Simulation, upper: Double) throws -> Double {
        let steps = [
            Step(control: .cRate(-1.0 / 3), text: "Discharge at C/3"),
            Step(control: .cRate(1.0 / 3), text: "Charge at C/3"),
            Step(control: .voltage(upper), terminations: [.cRate(0.02)], text: "Hold at \(upper) V until C/50"),
        ]
        let sink = LastCycle()
        _ = try simulation.run(CyclingProtocol(cycles: [.init(steps: steps)]), into: [sink])
        guard let cycle = sink.cycle, cycle.chargeCapacity > 0, cycle.dischargeCapacity > 0 else { return 0 }
        let voltages = (
            cycle.dischargeEnergy / cycle.dischargeCapacity, cycle.chargeEnergy / cycle.chargeCapacity
        )
        return voltages.0 / voltages.1
    }

    /// Names, values and units, as reports have them.
    public var columns: [(name: String, value: Double, unit: String)] {
        var all: [(String, Double, String)] = [
            ("specific_energy_Wh_kg", specificEnergy, "Wh/kg"), ("energy_density_Wh_L", energyDensity, "Wh/L"),
            ("mean_voltage_V", meanVoltage, "V"), ("capacity_Ah", capacity, "Ah"), ("energy_Wh", energy, "Wh"),
        ]
        for (rate, fraction) in zip(Self.rates, fractions) {
            all.append(("capacity_\(rate.name)_fraction", fraction, ""))
        }
        all += [
            ("energy_efficiency", energyEfficiency, ""), ("mass_kg", mass, "kg"), ("volume_L", 1000 * volume, "L"),
        ]
        return all
    }
}

/// Keeps the last cycle's summary.
private final class LastCycle: ResultSink {
    var cycle: CycleSummary?
    var wantsSamples: Bool { false }
    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws { cycle = summary }
    func end(_ summary: RunSummary) throws {}
}
