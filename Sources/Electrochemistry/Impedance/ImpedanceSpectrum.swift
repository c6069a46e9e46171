internal import Cells

/// One frequency of a spectrum.
public struct ImpedancePoint: Sendable, Equatable {
    /// Hz.
    public var frequency: Double
    /// Real part of the whole cell's impedance, Ω.
    public var real: Double
    /// Imaginary part, Ω; negative where the cell is capacitive.
    public var imaginary: Double
    /// Memberwise.
    public init(frequency: Double, real: Double, imaginary: Double) {
        self.frequency = frequency
        self.real = real
        self.imaginary = imaginary
    }
}

/// An impedance spectrum, and what a user should know of it.
public struct ImpedanceSpectrum: Sendable {
    /// In the order of the frequencies asked for.
    public var points: [ImpedancePoint]
    /// Open-circuit voltage of the state, V.
    public var voltage: Double
    /// Wall time, the state's own potentials included, s.
    public var solveSeconds: Double
    /// Papers behind the result.
    public var citations: [String]
    /// What is missing or done otherwise than asked, one sentence each.
    public var warnings: [String]
}

extension Simulation {
    /// The spectrum of the model linearised about the simulation's state with the current switched off: the state in which
    /// the last run ended, and before any run the initial state at rest. Temperature is held.
    ///
    /// Throws `SimulationError`: a frequency that is not a positive number (`.usage`), or a state without consistent
    /// potentials (`.computation`).
    public func impedance(frequencies: [Double]) throws -> ImpedanceSpectrum {
        let begun = monotonicSeconds()
        for f in frequencies where !(f > 0 && f.isFinite) {
            throw SimulationError(.usage, "frequency \(f) Hz: a positive number is right")
        }
        let temperature = options.temperature ?? cell.initialTemperature
        let engine = try self.engine(at: temperature)
        let model = engine.model
        guard let linear = model as? any ImpedanceModel else {
            throw SimulationError(.usage, "this model has no impedance spectrum")
        }
        var points: [ImpedancePoint] = []
        points.reserveCapacity(frequencies.count)
        var voltage = 0.0
        try withUnsafeTemporaryAllocation(of: Double.self, capacity: model.size) { state in
            state.initialize(repeating: 0)
            let y = state.baseAddress!
            let held = model.control
            defer { model.control = held }
            model.control = Control(kind: .current, value: 0)
            if let stateEngine {
                // Its last step may have been at another temperature than the spectrum is.
                y.update(from: stateEngine.session.y, count: model.size)
            } else {
                model.setRest(y, temperature: temperature)
                placeAged(model, y, temperature: temperature)
            }
            try engine.session.solveAlgebraic(0, y)
            voltage = y[model.tail.voltage]
            // Four frequencies at once; the last ones of a count that four does not divide are computed twice.
            var groups: [SIMD4<Double>] = []
            for start in stride(from: 0, to: frequencies.count, by: 4) {
                var omega = SIMD4<Double>()
                for lane in 0..<4 { omega[lane] = 2 * .pi * frequencies[min(start + lane, frequencies.count - 1)] }
                groups.append(omega)
            }
            let values = linear.impedance(y, angularFrequencies: groups)
            for (k, f) in frequencies.enumerated() {
                let z = values[k / 4]
                points.append(ImpedancePoint(frequency: f, real: z.re[k % 4], imaginary: z.im[k % 4]))
            }
        }
        if let bad = points.first(where: { !$0.real.isFinite || !$0.imaginary.isFinite }) {
            throw SimulationError(
                .computation, "impedance at \(rounded(bad.frequency)) Hz: beyond what double precision resolves")
        }
        return ImpedanceSpectrum(
            points: points, voltage: voltage, solveSeconds: monotonicSeconds() - begun, citations: impedanceCitations,
            warnings: impedanceWarnings)
    }

    private var impedanceWarnings: [String] {
        var warnings: [String] = []
        var missing: [String] = []
        // In a half-cell the working electrode stands in the positive place.
        let places = [(cell.negative, "negative"), (cell.positive, options.halfCell?.rawValue ?? "positive")]
        for (electrode, name) in places {
            for material in electrode?.materials ?? [] where (material.doubleLayerCapacity ?? 0) == 0 {
                missing.append(material.name.isEmpty ? "\(name) electrode" : "\(name) electrode's \(material.name)")
            }
        }
        if !missing.isEmpty {
            warnings.append(
                "\(cell.name): no double-layer capacity for the \(missing.joined(separator: " and the ")): computed "
                    + "without it, so that arcs of charge transfer are missing; 'Double-layer capacity [F.m-2]' under "
                    + "User-defined > Cellar gives it")
        }
        if options.halfCell != nil { warnings.append("lithium metal is computed without a double layer") }
        if options.thermal == .lumped { warnings.append("the temperature is held: no heat enters the spectrum") }
        return warnings
    }

    private var impedanceCitations: [String] {
        modelCitations(of: cell, model: options.model) + impedanceWorks
    }
}

/// Works behind the impedance of a porous electrode of particles, and of its double layers.
let impedanceWorks = [
    "Doyle, Meyers, Darcy, Newman, J. Electrochem. Soc. 147 (2000) 99",
    "Meyers, Doyle, Darling, Newman, J. Electrochem. Soc. 147 (2000) 2930",
]

/// A model that has a spectrum.
protocol ImpedanceModel {
    /// dV/dI of the whole cell, Ω, about a state with consistent potentials; isothermal.
    func impedance(_ y: UnsafePointer<Double>, angularFrequencies: [SIMD4<Double>]) -> [ComplexLanes]
}

extension PorousElectrodeModel: ImpedanceModel {}
extension SingleParticleModel: ImpedanceModel {}
