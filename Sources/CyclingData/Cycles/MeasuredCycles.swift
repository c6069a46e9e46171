/// The per-cycle table: what its cycles are for, and its columns.
public enum MeasuredCycles {
    /// Tells formation, reference tests, ageing and partial cycles apart, and sets the state of health.
    ///
    /// The typical discharge current is the median over cycles. A reference test is discharged at less than 0.6 of it and
    /// stands alone or with few others between ageing cycles; slow cycles before the first ageing cycle are formation. A
    /// cycle whose discharge moves less than half of the median of its neighbours (ten on either side) is partial.
    /// State of health is capacity over that of the first whole cycle of the same kind.
    public static func classify(_ cycles: inout [MeasuredCycle]) {
        let currents = cycles.map(\.meanDischargeCurrent)
        let typical = median(currents) ?? 0
        let capacities = cycles.map(\.dischargeCapacity)
        for index in cycles.indices {
            let neighbours = max(0, index - 10)..<min(cycles.count, index + 11)
            let usual = median(Array(capacities[neighbours])) ?? 0
            cycles[index].kind = .ageing
            if !(capacities[index] >= 0.5 * usual) || capacities[index] <= 0 {
                cycles[index].kind = .partial
                cycles[index].isComplete = false
            } else if currents[index] < 0.6 * typical {
                cycles[index].kind = .reference
            }
        }
        // Slow cycles before the first ageing cycle form the cell, unless nothing but slow cycles follows.
        if let first = cycles.firstIndex(where: { $0.kind == .ageing }), first > 0, first <= 10 {
            for index in 0..<first where cycles[index].kind == .reference { cycles[index].kind = .formation }
        }
        var first: [CycleKind: Double] = [:]
        for index in cycles.indices where cycles[index].kind != .partial {
            let kind = cycles[index].kind
            let reference = first[kind] ?? capacities[index]
            first[kind] = reference
            cycles[index].soh = capacities[index] / reference
        }
    }

    private static func median(_ values: [Double]) -> Double? {
        let sorted = values.filter { $0.isFinite && $0 > 0 }.sorted()
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }

    /// The columns, in order.
    public static let columns: [String] = [
        "cycle", "kind", "discharge_capacity_Ah", "charge_capacity_Ah", "discharge_energy_Wh", "charge_energy_Wh",
        "coulombic_efficiency", "energy_efficiency", "resistance_ohm", "soh", "start_time_s", "duration_s",
        "charge_time_s", "cc_charge_time_s", "cv_charge_time_s", "cv_charge_capacity_Ah", "discharge_time_s",
        "discharge_capacity_integrated_Ah", "charge_capacity_integrated_Ah", "discharge_capacity_counter_Ah",
        "charge_capacity_counter_Ah", "capacities_differ", "rest_voltage_after_charge_V",
        "rest_voltage_after_discharge_V", "minimum_voltage_V", "maximum_voltage_V", "mean_charge_current_A",
        "mean_discharge_current_A", "minimum_temperature_degC", "mean_temperature_degC", "maximum_temperature_degC",
    ]

    /// The row's values in the order of `columns`; nil for what was not measured, and for words (`kind`).
    public static func values(_ row: MeasuredCycle) -> [Double?] {
        let values: [Double?] = [
            Double(row.cycle), nil, row.dischargeCapacity, row.chargeCapacity, row.dischargeEnergy, row.chargeEnergy,
            row.coulombicEfficiency, row.energyEfficiency, row.resistance, row.soh, row.startTime, row.duration,
            row.chargeTime, row.ccChargeTime, row.cvChargeTime, row.cvChargeCapacity, row.dischargeTime,
            row.dischargeCapacityIntegrated, row.chargeCapacityIntegrated, row.dischargeCapacityCounter,
            row.chargeCapacityCounter, row.capacitiesDiffer ? 1 : 0, row.restVoltageAfterCharge,
            row.restVoltageAfterDischarge, row.minimumVoltage, row.maximumVoltage, row.meanChargeCurrent,
            row.meanDischargeCurrent, row.minimumTemperature, row.meanTemperature, row.maximumTemperature,
        ]
        return values.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    }

    /// Adds a row's fields, in the order of `columns`, to a row that the caller ends.
    public static func add(_ row: MeasuredCycle, to table: CSVWriter) {
        for (column, value) in zip(columns, values(row)) {
            switch column {
            case "cycle": table.add(row.cycle)
            case "kind": table.add(row.kind.rawValue)
            default: table.add(value)
            }
        }
    }
}
