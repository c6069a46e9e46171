// Columns beside those that every record has.

extension Repair {
    func temperature(_ table: CyclerTable, _ arranged: ([Double]) -> [Double]) -> [Double] {
        let columns: [BDFColumn] = [.surfaceTemperatureCelsius, .temperatureT1Celsius, .ambientTemperatureCelsius]
        for column in columns { if let values = table[column] { return arranged(values) } }
        return []
    }

    /// Columns that have no place of their own in records.
    func extras(_ table: CyclerTable, _ order: [Int]?) -> [CyclerTable.Column] {
        let own: Set<String> = Set(
            [
                BDFColumn.testTimeSecond, .voltageVolt, .currentAmpere, .cycleCount, .stepCount, .unixTimeSecond,
                .stepTimeSecond, .chargingCapacityAh, .dischargingCapacityAh, .chargingEnergyWh, .dischargingEnergyWh,
            ].map(\.rawValue))
        return table.columns.compactMap { column in
            guard !own.contains(column.name) else { return nil }
            guard let order else { return column }
            var copy = column
            if column.texts.isEmpty {
                copy.values = order.map { column.values[$0] }
            } else {
                copy.texts = order.map { column.texts[$0] }
            }
            return copy
        }
    }
}
