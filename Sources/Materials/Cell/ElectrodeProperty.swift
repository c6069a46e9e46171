/// What a cell needs to know of an electrode's material, and is uncertain about.
public enum ElectrodeProperty: String, CaseIterable, Sendable {
    /// Mean potential against the ion's metal, V.
    case averageVoltage = "average_voltage_V"
    /// Highest minus lowest potential, V; of no effect where the shape is known.
    case voltageSpan = "voltage_span_V"
    /// Crystal density as the electrode is made, kg/m³.
    case density = "density_kg_m3"
    /// Change of volume over the whole reaction, a fraction of the volume as made.
    case volumeChange = "max_delta_volume_frac"
    /// Share of the theoretical capacity that cells use.
    case usableFraction = "usable_fraction"
    /// In the particles, m²/s.
    case diffusivity = "diffusivity_m2_s"
    /// At half filling and the initial concentration of the electrolyte, A/m².
    case exchangeCurrent = "exchange_current_A_m2"
    /// Of the electrode with its carbon, S/m.
    case conductivity = "electrode_conductivity_S_m"
    /// Share of the first charge that negative electrode and electrolyte keep.
    case firstCycleLoss = "first_cycle_loss"

    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A number for each ``ElectrodeProperty``: one sample of a material, or its best estimate.
public struct ElectrodeValues: Sendable, Hashable {
    private var values = [Double](repeating: 0, count: ElectrodeProperty.allCases.count)

    /// The value of a property, in its unit.
    public subscript(property: ElectrodeProperty) -> Double {
        get { values[property.index] }
        set { values[property.index] = newValue }
    }

    init(_ value: (ElectrodeProperty) -> Double) { values = ElectrodeProperty.allCases.map(value) }
}

extension CandidateElectrode {
    /// The values of a sample: one standard normal deviate for each property.
    public func values(atDeviates deviates: [Double]) -> ElectrodeValues {
        var values = central
        for property in ElectrodeProperty.allCases where property.index < deviates.count {
            let sampled = self[property].value(atDeviate: deviates[property.index])
            values[property] = property.bounded(sampled)
        }
        return values
    }
}

extension ElectrodeProperty {
    /// Kept where it means something: the tails of a wide range may leave it.
    func bounded(_ value: Double) -> Double {
        switch self {
        case .averageVoltage: max(value, 0.03)
        case .voltageSpan: max(value, 0.02)
        case .density: max(value, 300)
        case .volumeChange: max(value, 0)
        case .usableFraction: min(max(value, 0.05), 0.98)
        case .firstCycleLoss: min(max(value, 0), 0.5)
        case .diffusivity, .exchangeCurrent, .conductivity: value
        }
    }
}
