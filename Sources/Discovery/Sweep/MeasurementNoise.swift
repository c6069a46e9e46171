internal import Learning
internal import Electrochemistry

/// What a cycler adds to the truth: noise and errors of its channel, normally distributed.
///
/// Written `capacity=0.001,gain=0.001,resistance=0.01,voltage=0.0005,temperature=0.2`. It is put on what a cycler measures;
/// the columns that only a model knows (losses, thicknesses, porosity, the balance of the electrodes) stay as they are.
public struct MeasurementNoise: Sendable, Equatable, Codable {
    /// Of the capacities and energies of each cycle, relative.
    public var capacity = 0.0
    /// Of the channel's current over the whole test, relative: in every capacity, energy and current alike.
    public var gain = 0.0
    /// Of the resistance of each cycle, relative.
    public var resistance = 0.0
    /// Of each row's voltage, V.
    public var voltage = 0.0
    /// Of each row's temperature, K.
    public var temperature = 0.0

    /// None.
    public init() {}

    static let names = ["capacity", "gain", "resistance", "voltage", "temperature"]

    /// Reads the noise as it is written. Throws `SweepError`.
    public init(_ text: String) throws {
        for item in text.split(separator: ",") {
            let parts = item.split(separator: "=", omittingEmptySubsequences: false).map(trimmed)
            guard parts.count == 2, Self.names.contains(parts[0]) else {
                throw SweepError(
                    .usage,
                    "--noise '\(trimmed(item))': not known; \(Self.names.joined(separator: ", ")) are, as in "
                        + "capacity=0.001,voltage=0.0005")
            }
            let most = parts[0] == "temperature" ? 10 : 0.1
            guard let value = Double(parts[1]), value >= 0, value <= most else {
                throw SweepError(.usage, "--noise '\(trimmed(item))': out of range; 0 to \(most) is right")
            }
            switch parts[0] {
            case "capacity": capacity = value
            case "gain": gain = value
            case "resistance": resistance = value
            case "voltage": voltage = value
            default: temperature = value
            }
        }
    }

    var isNone: Bool { self == MeasurementNoise() }
}

/// Passes a run on to the files with the noise of a cycler; the same seed gives the same noise.
final class NoisyChannel: ResultSink {
    private let noise: MeasurementNoise
    private let sinks: [any ResultSink]
    private var samplers: [any ResultSink] = []
    private var ofCycles: RandomSource
    private var ofRows: RandomSource
    private let gain: Double
    /// The state of health before noise, as measured, and the factor on the first full discharge.
    private var health: (truth: Double, measured: Double, first: Double)?

    init(_ noise: MeasurementNoise, seed: RandomSource, sinks: [any ResultSink]) {
        self.noise = noise
        self.sinks = sinks
        ofCycles = seed.branch(1, 0)
        ofRows = seed.branch(2, 0)
        var ofChannel = seed.branch(3, 0)
        gain = 1 + noise.gain * ofChannel.normal()
    }

    func begin(variableColumns: [String]) throws {
        for sink in sinks { try sink.begin(variableColumns: variableColumns) }
    }

    func beginCycle(_ start: CycleStart) throws {
        for sink in sinks { try sink.beginCycle(start) }
        samplers = sinks.filter(\.wantsSamples)
    }

    var wantsSamples: Bool { !samplers.isEmpty }

    func sample(_ sample: Sample) throws {
        var sample = sample
        sample.current *= gain
        sample.netCapacity *= gain
        sample.voltage += noise.voltage * ofRows.normal()
        sample.temperature += noise.temperature * ofRows.normal()
        for sink in samplers { try sink.sample(sample) }
    }

    func endStep(_ summary: StepSummary) throws { for sink in sinks { try sink.endStep(summary) } }

    func endCycle(_ summary: CycleSummary) throws {
        var cycle = summary
        // In this order whatever is there, so that one quantity more changes no other's noise.
        let (discharge, charge) = (1 + noise.capacity * ofCycles.normal(), 1 + noise.capacity * ofCycles.normal())
        let ohms = 1 + noise.resistance * ofCycles.normal()
        cycle.dischargeCapacity *= gain * discharge
        cycle.dischargeEnergy *= gain * discharge
        cycle.chargeCapacity *= gain * charge
        cycle.chargeEnergy *= gain * charge
        cycle.coulombicEfficiency = cycle.coulombicEfficiency.map { $0 * discharge / charge }
        cycle.resistance = cycle.resistance.map { $0 * ohms }
        if let truth = summary.soh {
            // It changes with a full discharge alone: in between stands what was measured there.
            if health == nil {
                health = (truth, truth, discharge)
            } else if let known = health, truth != known.truth {
                health = (truth, truth * discharge / known.first, known.first)
            }
            cycle.soh = health?.measured
        }
        for sink in sinks { try sink.endCycle(cycle) }
    }

    func end(_ summary: RunSummary) throws { for sink in sinks { try sink.end(summary) } }
}
