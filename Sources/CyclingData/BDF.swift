/// Columns of the Battery Data Format (ontology 1.3.0).
///
/// A column is headed by its machine name (the raw value) or by its label. Currents, powers and net quantities are
/// positive on charge.
public enum BDFColumn: String, Sendable, CaseIterable {
    /// Current, A, positive on charge.
    case currentAmpere = "current_ampere"
    /// Time since the start of the test, s.
    case testTimeSecond = "test_time_second"
    /// Between the terminals, V.
    case voltageVolt = "voltage_volt"
    /// Around the cell, °C.
    case ambientTemperatureCelsius = "ambient_temperature_celsius"
    /// Number of the cycle.
    case cycleCount = "cycle_count"
    /// Number of the step, counted through the test.
    case stepCount = "step_count"
    /// Time since 1970-01-01 UTC, s.
    case unixTimeSecond = "unix_time_second"
    /// Modulus of the impedance at one frequency, usually 1 kHz, Ω.
    case acInternalResistanceOhm = "ac_internal_resistance_ohm"
    /// Modulus of the impedance, Ω.
    case absoluteImpedanceOhm = "absolute_impedance_ohm"
    /// Of the air, Pa.
    case ambientPressurePa = "ambient_pressure_pa"
    /// On the cell from outside, Pa.
    case appliedPressurePa = "applied_pressure_pa"
    /// Charged since the start of the test, A·h.
    case chargingCapacityAh = "charging_capacity_ah"
    /// Charged since the start of the test, W·h.
    case chargingEnergyWh = "charging_energy_wh"
    /// Charged and discharged since the start of the test, A·h.
    case cumulativeCapacityAh = "cumulative_capacity_ah"
    /// Charged and discharged since the start of the test, W·h.
    case cumulativeEnergyWh = "cumulative_energy_wh"
    /// Charged in the cycle, A·h.
    case cycleChargingCapacityAh = "cycle_charging_capacity_ah"
    /// Charged in the cycle, W·h.
    case cycleChargingEnergyWh = "cycle_charging_energy_wh"
    /// Charged and discharged in the cycle, A·h.
    case cycleCumulativeCapacityAh = "cycle_cumulative_capacity_ah"
    /// Charged and discharged in the cycle, W·h.
    case cycleCumulativeEnergyWh = "cycle_cumulative_energy_wh"
    /// Discharged in the cycle, A·h.
    case cycleDischargingCapacityAh = "cycle_discharging_capacity_ah"
    /// Discharged in the cycle, W·h.
    case cycleDischargingEnergyWh = "cycle_discharging_energy_wh"
    /// Charged less discharged in the cycle, A·h.
    case cycleNetCapacityAh = "cycle_net_capacity_ah"
    /// Charged less discharged in the cycle, W·h.
    case cycleNetEnergyWh = "cycle_net_energy_wh"
    /// Change of voltage over that of a step of current, Ω.
    case dcInternalResistanceOhm = "dc_internal_resistance_ohm"
    /// Discharged since the start of the test, A·h.
    case dischargingCapacityAh = "discharging_capacity_ah"
    /// Discharged since the start of the test, W·h.
    case dischargingEnergyWh = "discharging_energy_wh"
    /// Of the excitation, Hz.
    case frequencyHertz = "frequency_hertz"
    /// Imaginary part of the impedance, Ω; negative where capacitive.
    case imaginaryImpedanceOhm = "imaginary_impedance_ohm"
    /// As the cycler reports it, however it was found, Ω.
    case internalResistanceOhm = "internal_resistance_ohm"
    /// Charged less discharged since the start of the test, A·h.
    case netCapacityAh = "net_capacity_ah"
    /// Charged less discharged since the start of the test, W·h.
    case netEnergyWh = "net_energy_wh"
    /// Of the impedance, degrees.
    case phaseDegree = "phase_degree"
    /// Voltage times current, W, positive on charge.
    case powerWatt = "power_watt"
    /// Real part of the impedance, Ω.
    case realImpedanceOhm = "real_impedance_ohm"
    /// Number of the record.
    case recordIndex = "record_index"
    /// Charged since the schedule last set it to zero, A·h.
    case scheduleChargingCapacityAh = "schedule_charging_capacity_ah"
    /// Charged since the schedule last set it to zero, W·h.
    case scheduleChargingEnergyWh = "schedule_charging_energy_wh"
    /// Discharged since the schedule last set it to zero, A·h.
    case scheduleDischargingCapacityAh = "schedule_discharging_capacity_ah"
    /// Discharged since the schedule last set it to zero, W·h.
    case scheduleDischargingEnergyWh = "schedule_discharging_energy_wh"
    /// Charged in the step, A·h.
    case stepChargingCapacityAh = "step_charging_capacity_ah"
    /// Charged in the step, W·h.
    case stepChargingEnergyWh = "step_charging_energy_wh"
    /// Charged and discharged in the step, A·h.
    case stepCumulativeCapacityAh = "step_cumulative_capacity_ah"
    /// Charged and discharged in the step, W·h.
    case stepCumulativeEnergyWh = "step_cumulative_energy_wh"
    /// Discharged in the step, A·h.
    case stepDischargingCapacityAh = "step_discharging_capacity_ah"
    /// Discharged in the step, W·h.
    case stepDischargingEnergyWh = "step_discharging_energy_wh"
    /// Of the step in the schedule.
    case stepId = "step_id"
    /// Charged less discharged in the step, A·h.
    case stepNetCapacityAh = "step_net_capacity_ah"
    /// Charged less discharged in the step, W·h.
    case stepNetEnergyWh = "step_net_energy_wh"
    /// Number of the record in the step, from 1.
    case stepRecordIndex = "step_record_index"
    /// Time since the start of the step, s.
    case stepTimeSecond = "step_time_second"
    /// What the step does, in words.
    case stepType = "step_type"
    /// On the cell's surface, Pa.
    case surfacePressurePa = "surface_pressure_pa"
    /// Of the cell's surface, °C.
    case surfaceTemperatureCelsius = "surface_temperature_celsius"
    /// Of temperature channel 1, °C.
    case temperatureT1Celsius = "temperature_t1_celsius"
    /// Of temperature channel 2, °C.
    case temperatureT2Celsius = "temperature_t2_celsius"
    /// Of temperature channel 3, °C.
    case temperatureT3Celsius = "temperature_t3_celsius"
    /// Of temperature channel 4, °C.
    case temperatureT4Celsius = "temperature_t4_celsius"
    /// Of temperature channel 5, °C.
    case temperatureT5Celsius = "temperature_t5_celsius"

    /// Columns every file has.
    public static let required: [BDFColumn] = [.testTimeSecond, .voltageVolt, .currentAmpere]

    /// The label for people, with the unit after a slash.
    public var label: String {
        switch self {
        case .currentAmpere: "Current / A"
        case .testTimeSecond: "Test Time / s"
        case .voltageVolt: "Voltage / V"
        case .ambientTemperatureCelsius: "Ambient Temperature / degC"
        case .cycleCount: "Cycle Count / 1"
        case .stepCount: "Step Count / 1"
        case .unixTimeSecond: "Unix Time / s"
        case .acInternalResistanceOhm: "AC Internal Resistance / ohm"
        case .absoluteImpedanceOhm: "Absolute Impedance / ohm"
        case .ambientPressurePa: "Ambient Pressure / Pa"
        case .appliedPressurePa: "Applied Pressure / Pa"
        case .chargingCapacityAh: "Charging Capacity / Ah"
        case .chargingEnergyWh: "Charging Energy / Wh"
        case .cumulativeCapacityAh: "Cumulative Capacity / Ah"
        case .cumulativeEnergyWh: "Cumulative Energy / Wh"
        case .cycleChargingCapacityAh: "Cycle Charging Capacity / Ah"
        case .cycleChargingEnergyWh: "Cycle Charging Energy / Wh"
        case .cycleCumulativeCapacityAh: "Cycle Cumulative Capacity / Ah"
        case .cycleCumulativeEnergyWh: "Cycle Cumulative Energy / Wh"
        case .cycleDischargingCapacityAh: "Cycle Discharging Capacity / Ah"
        case .cycleDischargingEnergyWh: "Cycle Discharging Energy / Wh"
        case .cycleNetCapacityAh: "Cycle Net Capacity / Ah"
        case .cycleNetEnergyWh: "Cycle Net Energy / Wh"
        case .dcInternalResistanceOhm: "DC Internal Resistance / ohm"
        case .dischargingCapacityAh: "Discharging Capacity / Ah"
        case .dischargingEnergyWh: "Discharging Energy / Wh"
        case .frequencyHertz: "Frequency / Hz"
        case .imaginaryImpedanceOhm: "Imaginary Impedance / ohm"
        case .internalResistanceOhm: "Internal Resistance / ohm"
        case .netCapacityAh: "Net Capacity / Ah"
        case .netEnergyWh: "Net Energy / Wh"
        case .phaseDegree: "Phase / deg"
        case .powerWatt: "Power / W"
        case .realImpedanceOhm: "Real Impedance / ohm"
        case .recordIndex: "Record Index / 1"
        case .scheduleChargingCapacityAh: "Schedule Charging Capacity / Ah"
        case .scheduleChargingEnergyWh: "Schedule Charging Energy / Wh"
        case .scheduleDischargingCapacityAh: "Schedule Discharging Capacity / Ah"
        case .scheduleDischargingEnergyWh: "Schedule Discharging Energy / Wh"
        case .stepChargingCapacityAh: "Step Charging Capacity / Ah"
        case .stepChargingEnergyWh: "Step Charging Energy / Wh"
        case .stepCumulativeCapacityAh: "Step Cumulative Capacity / Ah"
        case .stepCumulativeEnergyWh: "Step Cumulative Energy / Wh"
        case .stepDischargingCapacityAh: "Step Discharging Capacity / Ah"
        case .stepDischargingEnergyWh: "Step Discharging Energy / Wh"
        case .stepId: "Step ID"
        case .stepNetCapacityAh: "Step Net Capacity / Ah"
        case .stepNetEnergyWh: "Step Net Energy / Wh"
        case .stepRecordIndex: "Step Record Index / 1"
        case .stepTimeSecond: "Step Time / s"
        case .stepType: "Step Type"
        case .surfacePressurePa: "Surface Pressure / Pa"
        case .surfaceTemperatureCelsius: "Surface Temperature / degC"
        case .temperatureT1Celsius: "Temperature T1 / degC"
        case .temperatureT2Celsius: "Temperature T2 / degC"
        case .temperatureT3Celsius: "Temperature T3 / degC"
        case .temperatureT4Celsius: "Temperature T4 / degC"
        case .temperatureT5Celsius: "Temperature T5 / degC"
        }
    }

    /// The column of a header, which is a machine name or a label, upper and lower case alike; nil for any other.
    public init?(header: String) {
        let name = header.lowercased()
        guard let column = Self.allCases.first(where: { $0.rawValue == name || $0.label.lowercased() == name }) else {
            return nil
        }
        self = column
    }
}
