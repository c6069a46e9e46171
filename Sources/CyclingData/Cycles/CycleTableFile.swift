/// Reads tables that are per cycle already: a cycle's number and its discharge capacity, no voltage and no current; those of
/// Battery Archive, of publications, and those that `summarize` writes.
public enum CycleTableFile {
    /// The cycles of a table; nil where the file is no such table. Throws `ImportError`.
    public static func read(path: String, options: ImportOptions = ImportOptions()) throws -> [MeasuredCycle]? {
        guard !InputFile.isStream(path) else { return nil }
        // Most files are records, which their headings show: a look at these is cheaper than all columns.
        guard try columns(path, options, keepsAll: false).map({ isPerCycle($0.1) }) == true,
            let (reader, found) = try columns(path, options, keepsAll: true), isPerCycle(found),
            let discharge = first(discharges, found)
        else { return nil }
        let charge = first(charges, found)
        let energies = (first(dischargeEnergies, found), first(chargeEnergies, found))
        var cycles: [MeasuredCycle] = []
        while let piece = try reader.next() {
            func values(_ column: BDFColumn?) -> [Double] { column.flatMap { piece[$0] } ?? [] }
            func values(_ names: String...) -> [Double] {
                for name in names {
                    if let column = piece.columns.first(where: { $0.name.lowercased() == name && $0.texts.isEmpty }) {
                        return column.values
                    }
                }
                return []
            }
            let numbers = values(.cycleCount)
            let capacities = values(discharge)
            let (chargeCapacities, dischargeEnergies, chargeEnergies) = (
                values(charge), values(energies.0), values(energies.1)
            )
            let resistances =
                values("resistance_ohm") + values(.internalResistanceOhm) + values(.dcInternalResistanceOhm)
            let chargeTimes = values("charge_time_s")
            let constantTimes = values("cc_charge_time_s")
            let holdTimes = values("cv_charge_time_s")
            let dischargeTimes = values("discharge_time_s")
            let dischargeCurrents = values("discharge_current_a", "mean_discharge_current_a")
            let temperatures = values(.surfaceTemperatureCelsius) + values("mean_temperature_degc")
            for row in 0..<piece.count {
                func at(_ values: [Double]) -> Double { row < values.count ? values[row] : .nan }
                guard numbers[row].isFinite, numbers[row].magnitude < 1e6, at(capacities).isFinite else { continue }
                var cycle = MeasuredCycle(cycle: Int(numbers[row]))
                cycle.dischargeCapacityCounter = at(capacities)
                cycle.chargeCapacityCounter = at(chargeCapacities)
                cycle.dischargeEnergyCounter = at(dischargeEnergies)
                cycle.chargeEnergyCounter = at(chargeEnergies)
                cycle.dischargeCapacityIntegrated = .nan
                cycle.chargeCapacityIntegrated = .nan
                cycle.dischargeEnergyIntegrated = .nan
                cycle.chargeEnergyIntegrated = .nan
                cycle.startTime = .nan
                cycle.duration = .nan
                cycle.resistance = at(resistances)
                cycle.cvChargeTime = at(holdTimes)
                cycle.cvChargeCapacity = .nan
                cycle.chargeTime = at(chargeTimes).isFinite ? at(chargeTimes) : at(constantTimes) + at(holdTimes)
                let time = at(dischargeTimes)
                cycle.dischargeTime = time.isFinite ? time : 3600 * at(capacities) / at(dischargeCurrents).magnitude
                // What the mean current is told from.
                if cycle.dischargeTime.isFinite { cycle.dischargeCapacityIntegrated = at(capacities) }
                cycle.meanTemperature = at(temperatures)
                cycles.append(cycle)
            }
        }
        guard !cycles.isEmpty else { return nil }
        MeasuredCycles.classify(&cycles)
        return cycles
    }

    /// A text's reader and what its columns mean; nil where the file is no text with a table, of which whoever reads it as
    /// records tells.
    private static func columns(
        _ path: String, _ options: ImportOptions, keepsAll: Bool
    ) throws -> (TextReader, Set<BDFColumn>)? {
        let source = try ByteSource(path: path)
        guard options.format == nil, try CyclingReader.container(source, options) == nil else { return nil }
        guard let reader = try? TextReader(source, map: options.map, keepsAll: keepsAll) else { return nil }
        return (reader, Set(reader.columns.compactMap(\.meaning.column)))
    }

    /// Whether columns are those of such a table.
    static func isPerCycle(_ found: Set<BDFColumn>) -> Bool {
        found.contains(.cycleCount) && !found.contains(.voltageVolt) && !found.contains(.currentAmpere)
            && first(discharges, found) != nil
    }

    private static let discharges: [BDFColumn] = [
        .scheduleDischargingCapacityAh, .dischargingCapacityAh, .cycleDischargingCapacityAh, .stepDischargingCapacityAh,
        .stepCumulativeCapacityAh,
    ]
    private static let charges: [BDFColumn] = [
        .scheduleChargingCapacityAh, .chargingCapacityAh, .cycleChargingCapacityAh, .stepChargingCapacityAh,
    ]
    private static let dischargeEnergies: [BDFColumn] = [
        .scheduleDischargingEnergyWh, .dischargingEnergyWh, .cycleDischargingEnergyWh, .stepDischargingEnergyWh,
    ]
    private static let chargeEnergies: [BDFColumn] = [
        .scheduleChargingEnergyWh, .chargingEnergyWh, .cycleChargingEnergyWh, .stepChargingEnergyWh,
    ]

    private static func first(_ columns: [BDFColumn], _ found: Set<BDFColumn>) -> BDFColumn? {
        columns.first { found.contains($0) }
    }
}
