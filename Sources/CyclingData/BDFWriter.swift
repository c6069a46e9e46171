/// One record of a time series.
public struct BDFRecord: Sendable, Equatable {
    /// Since the start of the test, s.
    public var testTime: Double
    /// V.
    public var voltage: Double
    /// A, positive on charge.
    public var current: Double
    /// Cycle index.
    public var cycle: Int
    /// Step counter, never reset.
    public var step: Int
    /// Mode of the step, e.g. `cc_discharge`.
    public var stepType: String
    /// Charge since the start, A·h, positive on charge.
    public var netCapacity: Double
    /// °C.
    public var surfaceTemperature: Double
    /// Values of the writer's extra columns, in their order.
    public var extras: [Double]

    /// Memberwise.
    public init(
        testTime: Double, voltage: Double, current: Double, cycle: Int, step: Int, stepType: String,
        netCapacity: Double, surfaceTemperature: Double, extras: [Double] = []
    ) {
        self.testTime = testTime
        self.voltage = voltage
        self.current = current
        self.cycle = cycle
        self.step = step
        self.stepType = stepType
        self.netCapacity = netCapacity
        self.surfaceTemperature = surfaceTemperature
        self.extras = extras
    }
}

/// Streams a time series in the Battery Data Format: machine names, comma separated.
///
/// Memory does not grow with the number of records; the file gets its name on `finish`.
public final class BDFWriter {
    /// The columns every file of this writer begins with.
    public static let columns: [BDFColumn] = [
        .testTimeSecond, .voltageVolt, .currentAmpere, .cycleCount, .stepCount, .stepType, .netCapacityAh,
        .surfaceTemperatureCelsius,
    ]

    private let table: CSVWriter

    /// Opens the file (`-`: standard output) and writes the header. Throws `OutputError`.
    public init(path: String, extraColumns: [String] = [], continuingAt start: Int? = nil) throws {
        table = try CSVWriter(
            path: path, columns: Self.columns.map(\.rawValue) + extraColumns, continuingAt: start)
    }

    /// Bytes so far.
    public var length: Int { table.length }

    /// The file as the user named it.
    public var path: String { table.path }
    /// Records so far.
    public var records: Int { table.rows }

    /// Appends a record. Throws `OutputError`.
    public func append(_ record: BDFRecord) throws {
        table.add(seconds: record.testTime)
        table.add(record.voltage)
        table.add(record.current)
        table.add(record.cycle)
        table.add(record.step)
        table.add(record.stepType)
        table.add(record.netCapacity, digits: 12)
        table.add(record.surfaceTemperature)
        for value in record.extras { table.add(value) }
        try table.endRow()
    }

    /// Writes what is buffered. Throws `OutputError`.
    public func flush() throws { try table.flush() }

    /// Writes what is buffered and waits until it is on the disk. Throws `OutputError`.
    public func synchronize() throws { try table.synchronize() }

    /// Completes the file and gives it its name. Throws `OutputError`.
    public func finish() throws { try table.finish() }

    /// Ends without a result; returns the partial file that stays readable, nil where nothing was recorded.
    @discardableResult
    public func abandon() -> String? { table.abandon() }
}
