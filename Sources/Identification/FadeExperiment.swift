import Cells
public import CyclingData
public import Electrochemistry

/// Measured capacities over cycles, and resistances where there are any, beside the protocol that the cell was cycled by.
///
/// Capacities count relative to a level of their own, which follows from least squares at every trial (variable projection,
/// Golub and Pereyra 1973), since ageing parameters say nothing of the capacity that a cell starts with; resistances
/// likewise, a tenth as much.
public struct FadeExperiment: Observation {
    /// As shown: the file's name.
    public var name: String
    /// Capacities as fractions of the largest, then resistances as tenths of the least.
    public let measured: [Double]
    /// Capacities and resistances each count alike.
    public let weights: [Double]
    /// Percent of the largest capacity.
    public var unit: (name: String, factor: Double) { ("% of capacity", 100) }

    private let cycles: [Int]
    private let resistanceCycles: [Int]
    private let plan: CyclingProtocol
    private let ageing: String

    /// How much a relative change of resistance counts beside one of capacity.
    static let resistanceShare = 0.1

    /// Throws `FitError` where there are fewer than five whole cycles.
    ///
    /// - Parameters:
    ///   - name: as reports tell it.
    ///   - table: of the test, reference and ageing cycles.
    ///   - cycle: the steps of every cycle, repeated up to the last one measured.
    ///   - ageing: name of the set in the cell file.
    public init(_ table: [MeasuredCycle], name: String, cycle: CyclingProtocol.Cycle, ageing: String) throws {
        self.name = name
        self.ageing = ageing
        let whole = table.filter {
            $0.cycle > 0 && $0.dischargeCapacity > 0 && [.ageing, .reference].contains($0.kind)
        }
        guard whole.count >= 5, let last = whole.last, let most = whole.map(\.dischargeCapacity).max() else {
            throw FitError(
                .data, "\(name): \(whole.count) whole cycle\(whole.count == 1 ? "" : "s")",
                "a per-cycle table with five or more is needed")
        }
        cycles = whole.map(\.cycle)
        let resistances = whole.filter { $0.resistance.isFinite && $0.resistance > 0 }
        let least = resistances.map(\.resistance).min() ?? 1
        let hasResistances = resistances.count >= 5
        resistanceCycles = hasResistances ? resistances.map(\.cycle) : []
        let parts = hasResistances ? 2.0 : 1
        measured =
            whole.map { $0.dischargeCapacity / most }
            + (hasResistances ? resistances.map { Self.resistanceShare * $0.resistance / least } : [])
        weights =
            cycles.map { _ in 1 / (parts * Double(whole.count)) }
            + resistanceCycles.map { _ in 1 / (parts * Double(resistances.count)) }
        plan = CyclingProtocol(cycles: Array(repeating: cycle, count: last.cycle))
    }

    /// The cycle of a point, and what was measured there.
    public func place(_ index: Int) -> (cycle: Int, quantity: String) {
        index < cycles.count
            ? (cycles[index], "capacity") : (resistanceCycles[index - cycles.count], "resistance (a tenth)")
    }

    /// As `Observation` says. A life that ends early counts as without capacity from there on.
    public func predicted(
        _ tried: TriedCell, charge: Double?, options: SimulationOptions, shouldStop: () -> Bool
    ) throws -> [Double] {
        var options = options
        // Thousands of cycles: tight enough for differences, and no tighter.
        options.relativeTolerance = max(options.relativeTolerance, 1e-5)
        options.absoluteTolerance = max(options.absoluteTolerance, 1e-7)
        options.ageing = try tried.file.ageingSet(named: ageing)
        if let charge { options.initialState = .stateOfCharge(charge) }
        let sink = CycleSink()
        _ = try Simulation(cell: tried.cell, options: options).run(plan, into: [sink], shouldStop: shouldStop)
        let capacities = cycles.map { sink.capacities[$0] ?? 0 }
        let resistances = resistanceCycles.map { sink.resistances[$0] ?? (sink.resistances.values.max() ?? 0) }
        return levelled(capacities, 0..<cycles.count) + levelled(resistances, cycles.count..<measured.count)
    }

    /// The model's course at the level that fits the measured one best.
    private func levelled(_ values: [Double], _ range: Range<Int>) -> [Double] {
        let square = values.reduce(0) { $0 + $1 * $1 }
        let product = zip(values, measured[range]).reduce(0) { $0 + $1.0 * $1.1 }
        let level = square > 0 ? product / square : 0
        return values.map { level * $0 }
    }
}

/// Capacities and resistances of the cycles of a run.
private final class CycleSink: ResultSink {
    private(set) var capacities: [Int: Double] = [:]
    private(set) var resistances: [Int: Double] = [:]
    var wantsSamples: Bool { false }

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {}
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {
        capacities[summary.cycle] = summary.dischargeCapacity
        resistances[summary.cycle] = summary.resistance
    }
    func end(_ summary: RunSummary) throws {}
}
