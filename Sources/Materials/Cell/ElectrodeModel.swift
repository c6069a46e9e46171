internal import Cells

/// One kind of particle in an electrode of a cell that is being designed.
struct ParticleModel: Sendable {
    /// Key in a blend; empty where it is alone.
    var name: String
    /// What is bought for it: a formula or a trade name.
    var material: String
    /// Of the electrode's active volume.
    var share: Double
    /// kg/m³.
    var density: Double
    /// mol/m³.
    var maximumConcentration: Double
    /// m.
    var radius: Double
    /// As a cell file holds it, m²/s.
    var diffusivity: FileValue
    /// J/mol; nil where none is known.
    var diffusivityActivationEnergy: Double?
    /// As a cell file holds it, V.
    var potential: FileValue
    /// mol/(m² s).
    var rateConstant: Double
    /// J/mol; nil where none is known.
    var rateActivationEnergy: Double?
    /// Factor on the exchange current over the stoichiometry; nil for 1.
    var exchangeFactor: FileValue?
    /// Stoichiometry when the electrode has given up what it gives in use.
    var empty: Double
    /// Stoichiometry when it has taken up all that it takes in use.
    var full: Double
    /// The potential, evaluated.
    var function: StateFunction
}

/// An electrode of a cell that is being designed, before its thickness is known.
struct ElectrodeModel: Sendable {
    /// One, or several in a blend.
    var particles: [ParticleModel]
    /// Effective electronic conductivity, S/m.
    var conductivity: Double
    /// Share of the first charge that is lost at it, where it is the negative one.
    var firstCycleLoss: Double
    /// Change of volume over the whole reaction, a fraction of the volume as made.
    var volumeChange: Double
    /// Mean potential in use, V: decides the collector.
    var averageVoltage: Double

    /// A·h per m³ of active material between empty and full.
    var usableCapacity: Double { particles.reduce(0) { $0 + charge($1, $1.full - $1.empty) } }
    /// kg per m³ of active material.
    var density: Double { particles.reduce(0) { $0 + $1.share * $1.density } }

    private func charge(_ particle: ParticleModel, _ width: Double) -> Double {
        InsertionReaction.faraday * particle.share * particle.maximumConcentration * width / 3600
    }

    /// Stoichiometries with a fraction of the usable capacity taken up; a blend's particles lie at one potential.
    func stoichiometries(filled fraction: Double) -> [Double] {
        guard particles.count > 1 else { return particles.map { $0.empty + fraction * ($0.full - $0.empty) } }
        let target = fraction * usableCapacity
        // Potentials fall with filling: bisect the potential.
        func filling(_ potential: Double) -> [Double] {
            particles.map { particle in
                var (low, high) = (particle.empty, particle.full)
                if particle.function(low) <= potential { return low }
                if particle.function(high) >= potential { return high }
                for _ in 0..<60 {
                    let middle = 0.5 * (low + high)
                    if particle.function(middle) > potential { low = middle } else { high = middle }
                }
                return 0.5 * (low + high)
            }
        }
        var (low, high) = (-1.0, 6.0)
        for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            let taken = zip(particles, filling(middle)).reduce(0) { $0 + charge($1.0, $1.1 - $1.0.empty) }
            if taken > target { low = middle } else { high = middle }
        }
        return filling(0.5 * (low + high))
    }

    /// V at such a filling.
    func potential(filled fraction: Double) -> Double {
        let x = stoichiometries(filled: fraction)
        guard let first = particles.first, particles.count > 1 else {
            return particles.first.map { $0.function(x[0]) } ?? 0
        }
        // Of a blend the particle that is not at an end of its range tells.
        for (particle, own) in zip(particles, x) where own > particle.empty && own < particle.full {
            return particle.function(own)
        }
        return first.function(x[0])
    }
}

extension CandidateElectrode {
    /// The candidate as an electrode with these values. Throws ``MaterialError``.
    func model(_ values: ElectrodeValues) throws -> ElectrodeModel {
        let curve = openCircuitCurve(values)
        let function: StateFunction
        do {
            function = try StateFunction(x: curve.stoichiometry, y: curve.potential)
        } catch {
            throw MaterialError(
                .computation, place: formula.text, problem: "its open-circuit potential is no curve (\(error))",
                remedy: "a wider range of ions is needed")
        }
        let particle = ParticleModel(
            name: "", material: formula.resolved, share: 1, density: values[.density],
            maximumConcentration: maximumConcentration(density: values[.density]), radius: particleRadius.value,
            diffusivity: FileValue(.number(values[.diffusivity])), diffusivityActivationEnergy: nil,
            potential: curve.fileValue,
            // j0 = F K sqrt(x (1 - x)) at the initial concentration: F K / 2 at half filling.
            rateConstant: 2 * values[.exchangeCurrent] / InsertionReaction.faraday,
            rateActivationEnergy: activationEnergy.value, exchangeFactor: nil, empty: curve.window.lowerBound,
            full: curve.window.upperBound, function: function)
        return ElectrodeModel(
            particles: [particle], conductivity: values[.conductivity], firstCycleLoss: values[.firstCycleLoss],
            volumeChange: values[.volumeChange], averageVoltage: curve.mean)
    }
}
