/// Writes records of any cycler as BDF CSV, every number so that it reads back as the same double.
///
/// Columns: those every record has, those of its quantities that were measured, and the file's other columns under BDF's
/// machine names or their own headings. The file's own words for a step's type stay in a column of their own where they are
/// not BDF's.
public final class BDFTableWriter {
    private let path: String
    private var table: CSVWriter?
    private var optional: [Optional] = []
    private var extras: [String] = []
    private var keepsWords = false
    /// Headings of the table; empty before the first records.
    public private(set) var columns: [String] = []
    /// Columns of later files that the first has not, and that are left out.
    public private(set) var leftOut: [String] = []

    /// The column in which the file's own words for a step's type stay.
    static let wordsColumn = "Step Type (cycler)"

    private enum Optional: CaseIterable {
        case unixTime, stepTime, charge, discharge, chargeEnergy, dischargeEnergy

        var column: BDFColumn {
            switch self {
            case .unixTime: .unixTimeSecond
            case .stepTime: .stepTimeSecond
            case .charge: .chargingCapacityAh
            case .discharge: .dischargingCapacityAh
            case .chargeEnergy: .chargingEnergyWh
            case .dischargeEnergy: .dischargingEnergyWh
            }
        }

        func values(_ records: CyclingRecords) -> [Double] {
            switch self {
            case .unixTime: records.unixTime
            case .stepTime: records.stepTime
            case .charge: records.chargeCounter
            case .discharge: records.dischargeCounter
            case .chargeEnergy: records.chargeEnergyCounter
            case .dischargeEnergy: records.dischargeEnergyCounter
            }
        }
    }

    /// A writer of the file `path`, which is begun with the first records.
    public init(path: String) { self.path = path }

    /// Records so far.
    public var records: Int { table?.rows ?? 0 }

    /// Appends records. Throws `OutputError`.
    public func append(_ records: CyclingRecords) throws {
        let table = try begun(records)
        let columns = optional.map { $0.values(records) }
        let others = extras.map { name in records.extras.first { $0.name == name } }
        let words = keepsWords ? records.extras.first { $0.name == BDFColumn.stepType.rawValue }?.texts ?? [] : []
        for name in records.extras.map(\.name) where !extras.contains(name) && name != BDFColumn.stepType.rawValue {
            if !leftOut.contains(name) { leftOut.append(name) }
        }
        for row in 0..<records.count {
            table.add(exact: records.time[row])
            table.add(exact: records.voltage[row])
            table.add(exact: records.current[row])
            table.add(Int(records.cycle[row]))
            table.add(Int(records.step[row]))
            table.add(records.mode[row].label)
            for values in columns { table.add(exact: row < values.count ? values[row] : .nan) }
            for column in others {
                guard let column else {
                    table.add("")
                    continue
                }
                if column.texts.isEmpty { table.add(exact: column.values[row]) } else { table.add(column.texts[row]) }
            }
            if keepsWords { table.add(row < words.count ? words[row] : "") }
            try table.endRow()
        }
    }

    /// Completes the file and gives it its name. Throws `OutputError`.
    public func finish() throws { try table?.finish() }

    /// Ends without a result; returns the partial file that stays readable, nil where nothing was recorded.
    @discardableResult
    public func abandon() -> String? { table?.abandon() }

    private func begun(_ records: CyclingRecords) throws -> CSVWriter {
        if let table { return table }
        optional = Optional.allCases.filter { !$0.values(records).isEmpty }
        let type = BDFColumn.stepType.rawValue
        extras = records.extras.map(\.name).filter { $0 != type }
        if let words = records.extras.first(where: { $0.name == type })?.texts {
            let labels = Set(StepMode.allCases.map(\.label))
            keepsWords = words.contains { !labels.contains($0) } && !extras.contains(Self.wordsColumn)
        }
        let base: [BDFColumn] = [.testTimeSecond, .voltageVolt, .currentAmpere, .cycleCount, .stepCount, .stepType]
        columns =
            base.map(\.rawValue) + optional.map { $0.column.rawValue } + extras
            + (keepsWords ? [Self.wordsColumn] : [])
        let table = try CSVWriter(path: path, columns: columns)
        self.table = table
        return table
    }
}
