import Cells
import Foundation
import Testing

@testable import Electrochemistry

/// The circuit's own answers against closed forms, and beside the pseudo-2D model that it is identified from.
struct EquivalentCircuitTests {
    /// Flat but for a slope of 0.1 V, so that what the current does stands alone.
    private static func circuit() throws -> EquivalentCircuit {
        try #require(
            EquivalentCircuit(
                capacity: 2,
                elements: [
                    .init(
                        temperature: 298.15, stateOfCharge: [0, 1], openCircuitVoltage: [3.5, 3.6],
                        seriesResistance: [0.01, 0.01], resistances: [[0.005, 0.005], [0.02, 0.02]],
                        timeConstants: [12, 400])
                ]))
    }

    /// A step of current: V = U(z) - I (R₀ + Σ Rₖ (1 - exp(-t/τₖ))), whatever the length of the steps; then relaxation.
    @Test(arguments: [1, 7, 600]) func aStepOfCurrentIsExact(_ steps: Int) throws {
        let circuit = try Self.circuit()
        let elements = circuit.elements(at: 298.15)
        var state = EquivalentCircuit.State(stateOfCharge: 0.8, pairs: 2)
        let (current, duration) = (3.0, 600.0)
        for _ in 0..<steps {
            state = circuit.advanced(state, current: current, seconds: duration / Double(steps), elements)
        }
        let charge = 0.8 - current * duration / 3600 / 2
        #expect(abs(state.stateOfCharge - charge) < 1e-12)
        let resistance = 0.01 + 0.005 * (1 - exp(-duration / 12)) + 0.02 * (1 - exp(-duration / 400))
        let voltage = 3.5 + 0.1 * charge - current * resistance
        #expect(abs(circuit.voltage(state, current: current, elements) - voltage) < 1e-12)
        let rested = circuit.advanced(state, current: 0, seconds: 400, elements)
        let left = current * 0.02 * (1 - exp(-duration / 400)) * exp(-1)
        #expect(abs(circuit.voltage(rested, current: 0, elements) - (3.5 + 0.1 * charge - left)) < 1e-9)
    }

    /// Between two temperatures resistances follow Arrhenius' law; beyond them they are held.
    @Test func temperaturesLieBetweenThoseThatAreKnown() throws {
        var cold = try Self.circuit().elements[0], warm = cold
        (cold.temperature, cold.seriesResistance) = (273.15, [0.02, 0.02])
        (warm.temperature, warm.seriesResistance) = (313.15, [0.005, 0.005])
        let circuit = try #require(EquivalentCircuit(capacity: 2, elements: [warm, cold]))
        let activation = log(0.02 / 0.005) / (1 / 273.15 - 1 / 313.15)
        let middle = 0.005 * exp(activation * (1 / 293.15 - 1 / 313.15))
        #expect(abs(circuit.elements(at: 293.15).seriesResistance[0] / middle - 1) < 1e-12)
        #expect(circuit.elements(at: 330).seriesResistance[0] == 0.005)
        #expect(EquivalentCircuit(capacity: 2, elements: []) == nil)
    }

    /// The charge that a discharge reports is what the state lost, and holds, powers and loads hold what they should.
    @Test func stepsHoldWhatTheyAreAskedFor() throws {
        let cell = try shipped("lg-m50-chen2020")
        let circuit = try EquivalentCircuit(cell, temperatures: [298.15], options: options(mesh: .fast))
        var settings = options(mesh: .fast)
        settings.initialState = .stateOfCharge(0.9)
        let recorder = Recorder()
        let texts = [
            "Discharge at 1C for 10 minutes", "Discharge at 12 W for 5 minutes", "Discharge at 1 Ohm for 5 minutes",
            "Charge at C/2 until 4.1 V", "Hold at 4.1 V until C/20", "Rest for 10 minutes",
            "Discharge at C/2 until 3 V",
        ]
        let steps = try texts.map { try StepParser.parse($0) }
        let summary = try CircuitSimulation(cell: cell, circuit: circuit, options: settings).run(
            CyclingProtocol(cycles: [.init(steps: steps)]), into: [recorder])
        #expect(recorder.steps.count == 7)
        #expect(abs(recorder.steps[0].charge + cell.nominalCapacity / 6) < 1e-9)
        for row in recorder.samples where row.step == 2 { #expect(abs(row.voltage * row.current + 12) < 1e-3) }
        for row in recorder.samples where row.step == 3 { #expect(abs(row.voltage + row.current) < 1e-4) }
        for row in recorder.samples where row.step == 5 { #expect(abs(row.voltage - 4.1) < 1e-4) }
        #expect(recorder.steps[3].endReason == "voltage 4.1 V" && abs(recorder.steps[3].endVoltage - 4.1) < 1e-5)
        #expect(abs(recorder.steps[4].endCurrent - cell.nominalCapacity / 20) < 1e-3)
        #expect(recorder.steps[5].endCurrent == 0 && recorder.steps[5].charge == 0)
        #expect(recorder.steps[6].endReason == "voltage 3 V")
        let net = recorder.steps.reduce(0) { $0 + $1.charge }
        #expect(abs(net - (recorder.samples.last?.netCapacity ?? 0)) < 1e-9)
        let cycle = recorder.cycles[0]
        #expect(abs(cycle.chargeCapacity - cycle.dischargeCapacity - net) < 1e-9)
        #expect(summary.endReason == "voltage 3 V" && summary.cycles == 1)
        // 10 s into the first step.
        #expect((recorder.steps[0].resistance ?? 0) > 0.005 && (recorder.steps[0].resistance ?? 1) < 0.1)
    }

    /// A drive with pulses of up to 2C beside the pseudo-2D model: within 10 mV, the charge to the log's, and faster.
    @Test func aDriveFollowsThePseudo2DModel() throws {
        let cell = try shipped("lg-m50-chen2020")
        var times: [Double] = [], values: [Double] = []
        for second in 0...1800 {
            times.append(Double(second))
            let phase = Double(second)
            values.append(-2.5 - 3 * sin(phase / 37) - 2 * sin(phase / 5) + (second % 120 < 8 ? 6 : 0))
        }
        let step = Step(
            control: .drive(DriveCycle(quantity: .current, times: times, values: values)), text: "Drive")
        let plan = CyclingProtocol(cycles: [.init(steps: [step])])
        var settings = options(mesh: .standard, period: 10)
        settings.initialState = .stateOfCharge(0.7)
        let circuit = try EquivalentCircuit(cell, temperatures: [298.15], options: settings)
        #expect(circuit.elements[0].misfit < 0.1)
        let compared = try CircuitComparison(
            CircuitSimulation(cell: cell, circuit: circuit, options: settings),
            Simulation(cell: cell, options: settings), plan)
        #expect(compared.rootMeanSquare < 0.01 && compared.rootMeanSquare > 0, "\(compared)")
        #expect(abs(compared.dischargeRatio - 1) < 1e-3, "\(compared)")
        #expect(compared.speed > 5, "\(compared)")
    }

    /// What a circuit cannot follow is refused.
    @Test func ageingIsRefused() throws {
        let cell = try shipped("lg-m50-chen2020")
        let circuit = try EquivalentCircuit(cell, temperatures: [298.15], options: options(mesh: .fast))
        var settings = options(thermal: .lumped)
        #expect(throws: SimulationError.self) { try CircuitSimulation(cell: cell, circuit: circuit, options: settings) }
        settings = options()
        settings.ageing = AgeingSet(name: "none", summary: "")
        #expect(throws: SimulationError.self) { try CircuitSimulation(cell: cell, circuit: circuit, options: settings) }
        let impossible = try StepParser.parse("Discharge at 2000 W for 1 minute")
        #expect(throws: SimulationError.self) {
            try CircuitSimulation(cell: cell, circuit: circuit).run(
                CyclingProtocol(cycles: [.init(steps: [impossible])]))
        }
    }
}
