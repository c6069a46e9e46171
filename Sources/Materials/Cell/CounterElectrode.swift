internal import Cells

/// What a candidate is set against.
public enum CounterElectrode: Sendable {
    /// A measured electrode of a shipped cell.
    case shipped(Shipped)
    /// Another material, made into an electrode as the candidate is, at its best estimates.
    case material(CandidateElectrode)

    /// Negative electrodes whose potential and transport were measured.
    public enum Shipped: String, CaseIterable, Sendable {
        /// Graphite of a lithium-ion cell.
        case graphite
        /// Graphite with silicon oxide.
        case siliconGraphite = "silicon-graphite"
        /// Hard carbon, of sodium cells.
        case hardCarbon = "hard carbon"

        /// The ion that it was measured with.
        public var ion: Element { self == .hardCarbon ? .sodium : .lithium }
        /// The cell that it is taken from.
        public var cell: String {
            switch self {
            case .graphite: "enertech-ai2020"
            case .siliconGraphite: "lg-m50-composite"
            case .hardCarbon: "naion-chayambuka2022"
            }
        }
        var group: String {
            switch self {
            case .graphite: "graphite"
            case .siliconGraphite: "silicon-graphite"
            case .hardCarbon: "hard-carbon"
            }
        }

        /// By its name, blanks, hyphens and case apart.
        public init?(name: String) {
            func key(_ text: String) -> String {
                String(decoding: text.lowercased().utf8.filter { $0 >= 0x61 && $0 <= 0x7A }, as: UTF8.self)
            }
            guard let found = Self.allCases.first(where: { key($0.rawValue) == key(name) }) else { return nil }
            self = found
        }
    }

    /// Its name, for people.
    public var name: String {
        switch self {
        case .shipped(let shipped): shipped.rawValue
        case .material(let material): material.formula.text
        }
    }

    /// How many deviates a sample of it takes.
    public static let deviateCount = ElectrodeProperty.allCases.count

    /// As an electrode: at its best estimates, or at a sample's standard normal deviates. Of a material every property varies
    /// within its range; of a measured electrode what its cell file does not hold, density and loss of the first cycle.
    /// Throws ``MaterialError``.
    func model(_ tables: ElectrodeTables, deviates: [Double] = []) throws -> ElectrodeModel {
        switch self {
        case .material(let candidate): return try candidate.model(candidate.values(atDeviates: deviates))
        case .shipped(let shipped): return try shipped.model(tables, deviates: deviates)
        }
    }

    /// What varies of it in sampled cells, at a sample's standard normal deviates: names that end in units, and values.
    /// Throws ``MaterialError``.
    public func varied(_ tables: ElectrodeTables, deviates: [Double]) throws -> [(name: String, value: Double)] {
        switch self {
        case .material(let candidate):
            let values = candidate.values(atDeviates: deviates)
            return ElectrodeProperty.allCases.map { ($0.rawValue, values[$0]) }
        case .shipped(let shipped):
            let model = try shipped.model(tables, deviates: deviates)
            let isBlend = model.particles.count > 1
            return model.particles.map { own in
                ((isBlend ? "\(own.name)_" : "") + ElectrodeProperty.density.rawValue, own.density)
            } + [(ElectrodeProperty.firstCycleLoss.rawValue, model.firstCycleLoss)]
        }
    }
}

extension CounterElectrode.Shipped {
    func model(_ tables: ElectrodeTables, deviates: [Double]) throws -> ElectrodeModel {
        func deviate(_ property: ElectrodeProperty) -> Double {
            property.index < deviates.count ? deviates[property.index] : 0
        }
        return try MaterialError.translating {
            let file = try ShippedCells.load(cell)
            let electrode = try file.cell().negative
            let path = ["Parameterisation", "Negative electrode"]
            let extra = ["Parameterisation", "User-defined", "Cellar", "Negative electrode"]
            guard let electrode, let conductivity = electrode.conductivity else {
                throw MaterialError(.table, place: cell, problem: "no negative electrode", remedy: "the file has one")
            }
            let volume = electrode.materials.reduce(0) { $0 + $1.activeVolumeFraction }
            let isBlend = electrode.materials.count > 1
            let particles = try electrode.materials.map { own -> ParticleModel in
                let place = path + (isBlend ? ["Particle", own.name] : [])
                func value(_ key: String) throws -> FileValue {
                    guard let found = file.value(at: place + [key]) else {
                        throw MaterialError(.table, place: cell, problem: "no \(key)", remedy: "the file has one")
                    }
                    return found
                }
                let group = own.name == "SiOx" ? "silicon-oxide" : self == .hardCarbon ? "hard-carbon" : "graphite"
                return ParticleModel(
                    name: own.name,
                    material: own.name == "SiOx"
                        ? "silicon oxide" : self == .hardCarbon ? "hard carbon" : "synthetic graphite",
                    share: own.activeVolumeFraction / volume,
                    density: try tables.prior("density_kg_m3", of: group).value(atDeviate: deviate(.density)),
                    maximumConcentration: own.maximumConcentration, radius: own.particleRadius,
                    diffusivity: try value("Diffusivity [m2.s-1]"),
                    diffusivityActivationEnergy: own.diffusivityActivationEnergy, potential: try value("OCP [V]"),
                    rateConstant: own.reactionRateConstant, rateActivationEnergy: own.reactionRateActivationEnergy,
                    exchangeFactor: file.value(
                        at: extra + (isBlend ? ["Particle", own.name] : []) + ["Exchange-current factor"]),
                    empty: own.minimumStoichiometry,
                    // Graphite's own cell leaves a reserve, which N/P accounts for here.
                    full: max(own.maximumStoichiometry, self == .graphite ? 0.97 : 0),
                    function: own.openCircuitPotential)
            }
            let loss = try tables.prior("first_cycle_loss", of: group).value(atDeviate: deviate(.firstCycleLoss))
            return ElectrodeModel(
                particles: particles, conductivity: conductivity,
                firstCycleLoss: ElectrodeProperty.firstCycleLoss.bounded(loss),
                volumeChange: self == .hardCarbon ? 0.02 : 0.10, averageVoltage: 0.15)
        }
    }
}
