/// The rows of one cycle, for curves and features. A cycle of very many rows is thinned out evenly.
public struct CycleRows: Sendable {
    /// Rows beyond which every second is left out.
    static let most = 1 << 19

    /// Cycle index.
    public var cycle = 0
    /// Since the start of the test, s.
    public var time: [Double] = []
    /// V.
    public var voltage: [Double] = []
    /// A, positive on charge.
    public var current: [Double] = []
    /// °C; empty where it was not measured.
    public var temperature: [Double] = []
    /// How the step drives the cell.
    public var mode: [StepMode] = []
    /// Step counter.
    public var step: [Int32] = []

    /// None.
    public init() {}

    mutating func clear(cycle: Int) {
        self.cycle = cycle
        time.removeAll(keepingCapacity: true)
        voltage.removeAll(keepingCapacity: true)
        current.removeAll(keepingCapacity: true)
        temperature.removeAll(keepingCapacity: true)
        mode.removeAll(keepingCapacity: true)
        step.removeAll(keepingCapacity: true)
    }

    mutating func append(_ records: CyclingRecords, _ rows: Range<Int>) {
        time += records.time[rows]
        voltage += records.voltage[rows]
        current += records.current[rows]
        if !records.temperature.isEmpty {
            let before = time.count - rows.count
            if temperature.count < before { temperature += Array(repeating: .nan, count: before - temperature.count) }
            temperature += records.temperature[rows]
        } else if !temperature.isEmpty {
            temperature += Array(repeating: .nan, count: rows.count)
        }
        mode += records.mode[rows]
        step += records.step[rows]
        while time.count > Self.most { thin() }
    }

    private mutating func thin() {
        func half<T>(_ values: [T]) -> [T] { stride(from: 0, to: values.count, by: 2).map { values[$0] } }
        time = half(time)
        voltage = half(voltage)
        current = half(current)
        temperature = half(temperature)
        mode = half(mode)
        step = half(step)
    }

    /// The stretch with a current in one direction (1 charge, −1 discharge) that moves most charge; nil where there is none.
    public func mainStretch(_ direction: Double) -> Range<Int>? {
        var best: (charge: Double, rows: Range<Int>)?
        var start = 0
        while start < time.count {
            guard direction * current[start] > 0, mode[start] != .rest else {
                start += 1
                continue
            }
            var end = start + 1
            var charge = 0.0
            while end < time.count, direction * current[end] > 0, mode[end] != .rest {
                charge += current[end].magnitude * (time[end] - time[end - 1])
                end += 1
            }
            if best.map({ charge > $0.charge }) ?? true { best = (charge, start..<end) }
            start = end
        }
        return best?.rows
    }
}
