import CyclingData
import Electrochemistry

/// A raw file as a brand's software lays it out: its headings, units, counters and signs.
final class RawFile: ResultSink {
    enum Brand: Sendable {
        /// A·h since the start; current positive on charge.
        case arbin
        /// mA, mA·h within a step, times as h:mm:ss.
        case neware
        /// A current without a sign; the state tells it.
        case maccor
        /// Battery Data Format.
        case bdf

        var headings: [String] {
            switch self {
            case .arbin:
                [
                    "Data_Point", "Test_Time(s)", "Step_Time(s)", "Step_Index", "Cycle_Index", "Current(A)",
                    "Voltage(V)", "Charge_Capacity(Ah)", "Discharge_Capacity(Ah)",
                ]
            case .neware:
                [
                    "DataPoint", "Cycle Index", "Step Index", "Step Type", "Time", "Total Time", "Current(mA)",
                    "Voltage(V)", "Chg. Cap.(mAh)", "DChg. Cap.(mAh)",
                ]
            case .maccor:
                ["Rec#", "Cyc#", "Step", "Test Time (Sec)", "Step Time (Sec)", "Amp-hr", "Amps", "Volts", "State"]
            case .bdf: BDFWriter.columns.map(\.rawValue)
            }
        }
    }

    /// The first cycle below 80 % of 5 A·h; the last where none is.
    private(set) var life = 0
    private let brand: Brand
    private let cycles: Int
    private let table: CSVWriter
    private var isOpen = true
    private var hasEnded = false
    private var record = 0
    private var step = 0
    private var stepStart = (time: 0.0, net: 0.0)
    /// A·h by direction, since the start.
    private var counted = (charge: 0.0, discharge: 0.0)
    private var net = 0.0

    init(path: String, brand: Brand, cycles: Int) throws {
        (self.brand, self.cycles) = (brand, cycles)
        table = try CSVWriter(path: path, columns: brand.headings)
    }

    func begin(variableColumns: [String]) throws {}

    func sample(_ sample: Sample) throws {
        guard sample.cycle <= cycles else { return }
        if sample.step != step {
            step = sample.step
            stepStart = (sample.time, sample.netCapacity)
        }
        let moved = sample.netCapacity - net
        if moved > 0 { counted.charge += moved } else { counted.discharge -= moved }
        net = sample.netCapacity
        record += 1
        let inStep = sample.netCapacity - stepStart.net
        // What a discharge, a charge and a hold are as steps of the schedule.
        let place = (sample.step - 1) % 3
        switch brand {
        case .arbin:
            table.add(record)
            for value in [sample.time, sample.time - stepStart.time] { table.add(seconds: value) }
            table.add(place + 1)
            table.add(sample.cycle)
            for value in [sample.current, sample.voltage, counted.charge, counted.discharge] {
                table.add(value, digits: 7)
            }
        case .neware:
            table.add(record)
            table.add(sample.cycle)
            table.add(place + 1)
            table.add(["CC DChg", "CC Chg", "CV Chg"][place])
            for seconds in [sample.time - stepStart.time, sample.time] { table.add(Self.clock(seconds)) }
            table.add(1000 * sample.current, digits: 6)
            table.add(sample.voltage, digits: 5)
            for value in [max(inStep, 0), max(-inStep, 0)] { table.add(1000 * value, digits: 7) }
        case .maccor:
            table.add(record)
            table.add(sample.cycle)
            table.add(sample.step)
            for value in [sample.time, sample.time - stepStart.time] { table.add(seconds: value) }
            table.add(inStep.magnitude, digits: 7)
            table.add(sample.current.magnitude, digits: 6)
            table.add(sample.voltage, digits: 6)
            table.add(place == 0 ? "D" : "C")
        case .bdf:
            table.add(seconds: sample.time)
            for value in [sample.voltage, sample.current] { table.add(value, digits: 7) }
            table.add(sample.cycle)
            table.add(sample.step)
            table.add(sample.stepType)
            table.add(sample.netCapacity)
            table.add(sample.temperature - 273.15, digits: 5)
        }
        try table.endRow()
    }

    /// `hh:mm:ss.mmm`.
    private static func clock(_ seconds: Double) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let milliseconds = Int((1000 * seconds).rounded())
        let whole = milliseconds / 1000
        let rest = "\(1000 + milliseconds % 1000)".dropFirst()
        return "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60)).\(rest)"
    }

    func endStep(_ summary: StepSummary) throws {}

    func endCycle(_ summary: CycleSummary) throws {
        if !hasEnded { life = summary.cycle }
        if summary.dischargeCapacity < 0.8 * 5 { hasEnded = true }
        if summary.cycle == cycles { try close() }
    }

    func end(_ summary: RunSummary) throws { try close() }

    private func close() throws {
        if isOpen { try table.finish() }
        isOpen = false
    }
}
