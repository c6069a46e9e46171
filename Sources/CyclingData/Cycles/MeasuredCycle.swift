/// What a cycle is for.
public enum CycleKind: String, Sendable {
    /// One of the many that wear the cell.
    case ageing
    /// One of the slow first ones.
    case formation
    /// A reference performance test between ageing cycles.
    case reference
    /// Too short, or cut off: its capacity says nothing of the cell's.
    case partial
}

/// One row of the per-cycle table. Not a number where a quantity was not measured.
public struct MeasuredCycle: Sendable {
    /// Cycle index.
    public var cycle: Int
    /// What it is for; see `MeasuredCycles`.
    public var kind = CycleKind.ageing
    /// Since the start of the test, s.
    public var startTime = 0.0
    /// s.
    public var duration = 0.0
    /// Rows.
    public var records = 0
    /// Integral of the current, A·h.
    public var dischargeCapacityIntegrated = 0.0
    /// Integral of the current, A·h.
    public var chargeCapacityIntegrated = 0.0
    /// Integral of the power, W·h.
    public var dischargeEnergyIntegrated = 0.0
    /// Integral of the power, W·h.
    public var chargeEnergyIntegrated = 0.0
    /// The cycler's own, A·h.
    public var dischargeCapacityCounter = Double.nan
    /// The cycler's own, A·h.
    public var chargeCapacityCounter = Double.nan
    /// The cycler's own, W·h.
    public var dischargeEnergyCounter = Double.nan
    /// The cycler's own, W·h.
    public var chargeEnergyCounter = Double.nan
    /// How far an integral over the logged rows can be from the truth, A·h: half the current's resolution, and half its change
    /// from row to row.
    public var dischargeCapacityBound = 0.0
    /// As `dischargeCapacityBound`.
    public var chargeCapacityBound = 0.0
    /// Time with a charging current, s.
    public var chargeTime = 0.0
    /// Of it the time in which the voltage was held, s.
    public var cvChargeTime = 0.0
    /// Charge moved while the voltage was held, A·h.
    public var cvChargeCapacity = 0.0
    /// Time with a discharging current, s.
    public var dischargeTime = 0.0
    /// At the end of the rest after the charge, V.
    public var restVoltageAfterCharge = Double.nan
    /// At the end of the rest after the discharge, V.
    public var restVoltageAfterDischarge = Double.nan
    /// Change of voltage over change of current, 10 s after the first large step of current, Ω.
    public var resistance = Double.nan
    /// V.
    public var minimumVoltage = Double.nan
    /// V.
    public var maximumVoltage = Double.nan
    /// °C.
    public var minimumTemperature = Double.nan
    /// °C, weighted with time.
    public var meanTemperature = Double.nan
    /// °C.
    public var maximumTemperature = Double.nan
    /// Discharge capacity over that of the first full cycle of its kind.
    public var soh = Double.nan
    /// Whether both the charge and the discharge began and ended in the file.
    public var isComplete = true

    /// An empty cycle.
    public init(cycle: Int) { self.cycle = cycle }

    /// The cycler's, else the integral, A·h.
    public var dischargeCapacity: Double {
        dischargeCapacityCounter.isFinite ? dischargeCapacityCounter : dischargeCapacityIntegrated
    }
    /// The cycler's, else the integral, A·h.
    public var chargeCapacity: Double {
        chargeCapacityCounter.isFinite ? chargeCapacityCounter : chargeCapacityIntegrated
    }
    /// The cycler's, else the integral, W·h.
    public var dischargeEnergy: Double {
        dischargeEnergyCounter.isFinite ? dischargeEnergyCounter : dischargeEnergyIntegrated
    }
    /// The cycler's, else the integral, W·h.
    public var chargeEnergy: Double { chargeEnergyCounter.isFinite ? chargeEnergyCounter : chargeEnergyIntegrated }
    /// Discharge capacity over charge capacity.
    public var coulombicEfficiency: Double { chargeCapacity > 0 ? dischargeCapacity / chargeCapacity : .nan }
    /// Discharge energy over charge energy.
    public var energyEfficiency: Double { chargeEnergy > 0 ? dischargeEnergy / chargeEnergy : .nan }
    /// Charging time in which the voltage was not held, s.
    public var ccChargeTime: Double { chargeTime - cvChargeTime }
    /// Mean over the discharging time, A; positive.
    public var meanDischargeCurrent: Double {
        dischargeTime > 0 ? 3600 * dischargeCapacityIntegrated / dischargeTime : .nan
    }
    /// Mean over the charging time, A.
    public var meanChargeCurrent: Double { chargeTime > 0 ? 3600 * chargeCapacityIntegrated / chargeTime : .nan }

    /// Whether counted and integrated capacities differ by more than 0.1 % and more than the logged rows allow.
    public var capacitiesDiffer: Bool {
        func differ(_ counted: Double, _ integrated: Double, _ bound: Double) -> Bool {
            counted.isFinite && (counted - integrated).magnitude > max(0.001 * max(counted, integrated), bound)
        }
        return differ(dischargeCapacityCounter, dischargeCapacityIntegrated, dischargeCapacityBound)
            || differ(chargeCapacityCounter, chargeCapacityIntegrated, chargeCapacityBound)
    }
}
