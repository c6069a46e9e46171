#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Sixteen statistics of the end of a charge, by which a cell's state of health can be told from one charge (Wang et al.
/// 2024, Nature Communications 15, 4332).
///
/// Two windows: the last 0.2 V before the cut-off under constant current, and the hold while the current falls from 0.5 A to
/// 0.1 A. The definitions beyond what the paper says were found from its published values, by reconstructing curves that have
/// their moments: distributions are over rows evenly spaced in time, of voltages below the cut-off by 5 mV and more;
/// standard deviations divide by the count, kurtosis is the excess; a slope is the mean over the 0.1 V before the cut-off,
/// and over the first 0.1 A of the fall; an entropy is −Σ p ln p with p the value above the window's least, over their sum.
public struct ChargeStatistics: Sendable, Equatable {
    /// Windows and sampling.
    public struct Options: Sendable {
        /// Voltage at which the hold begins, V; nil takes the highest that is held.
        public var cutOff: Double?
        /// Window of the voltage below the cut-off, V.
        public var voltageWindow = 0.2
        /// Highest current of the hold, A.
        public var highCurrent = 0.5
        /// Lowest current of the hold, A.
        public var lowCurrent = 0.1
        /// Time between rows over which distributions are taken, s; nil takes the rows as they were logged.
        public var samplePeriod: Double? = 1

        /// The published windows.
        public init() {}
    }

    /// V.
    public var voltageMean: Double
    /// V.
    public var voltageDeviation: Double
    /// Excess.
    public var voltageKurtosis: Double
    /// Third standardised moment.
    public var voltageSkewness: Double
    /// A·h, in the window of the voltage.
    public var ccCapacity: Double
    /// s, in the window of the voltage.
    public var ccTime: Double
    /// V/s.
    public var voltageSlope: Double
    /// Nats.
    public var voltageEntropy: Double
    /// A.
    public var currentMean: Double
    /// A.
    public var currentDeviation: Double
    /// Excess.
    public var currentKurtosis: Double
    /// Third standardised moment.
    public var currentSkewness: Double
    /// A·h, in the window of the current.
    public var cvCapacity: Double
    /// s, in the window of the current.
    public var cvTime: Double
    /// A/s.
    public var currentSlope: Double
    /// Nats.
    public var currentEntropy: Double

    /// The names of the published tables, in their order.
    public static let names = [
        "voltage_mean", "voltage_std", "voltage_kurtosis", "voltage_skewness", "CC_Q", "CC_charge_time",
        "voltage_slope",
        "voltage_entropy", "current_mean", "current_std", "current_kurtosis", "current_skewness", "CV_Q",
        "CV_charge_time",
        "current_slope", "current_entropy",
    ]

    /// In the order of `names`.
    public var values: [Double] {
        [
            voltageMean, voltageDeviation, voltageKurtosis, voltageSkewness, ccCapacity, ccTime, voltageSlope,
            voltageEntropy, currentMean, currentDeviation, currentKurtosis, currentSkewness, cvCapacity, cvTime,
            currentSlope, currentEntropy,
        ]
    }

    /// Of a cycle's charge; nil where it has no hold, or either window is not passed from end to end.
    public init?(_ rows: CycleRows, options: Options = Options()) {
        // The hold: rows at the cut-off while the current falls; the last in the cycle.
        guard let end = rows.mode.lastIndex(of: .cvCharge) else { return nil }
        var begin = end
        while begin > 0, rows.mode[begin - 1] == .cvCharge { begin -= 1 }
        guard end - begin >= 3 else { return nil }
        let held = rows.voltage[begin...end].sorted()
        let cutOff = options.cutOff ?? held[held.count / 2]
        let low = cutOff - options.voltageWindow
        let top = cutOff - 0.005
        // Some testers rest for a moment between the constant current and the hold.
        var ccEnd = begin
        var pause = begin
        while pause > 0, rows.voltage[pause - 1] >= cutOff - 0.002 { pause -= 1 }
        var before = pause
        while before > 0, rows.mode[before - 1] == .rest, rows.time[begin] - rows.time[before - 1] < 900 { before -= 1 }
        if before < pause, before > 0, rows.voltage[before - 1] >= top { ccEnd = before - 1 }
        // Backwards to where the voltage enters the window, under a charging current.
        var first = ccEnd
        while first > 0, rows.current[first - 1] > 0, rows.voltage[first - 1] > low { first -= 1 }
        guard first > 0, rows.voltage[first - 1] <= low, ccEnd - first >= 3 else { return nil }
        let voltage = Track(rows, (first - 1)...ccEnd, \.voltage)
        let current = Track(rows, begin...min(end + 1, rows.time.count - 1), \.current)
        let full = Track(rows, (first - 1)...ccEnd, \.current)
        guard let enter = voltage.time(rising: low),
            let leave = voltage.time(rising: cutOff - 1e-3) ?? voltage.time.last,
            let edge = voltage.time(rising: top), let lastTenth = voltage.time(rising: cutOff - 0.1),
            let fall = current.time(falling: options.highCurrent),
            let floor = current.time(falling: options.lowCurrent),
            let firstTenth = current.time(falling: options.highCurrent - 0.1), edge > enter, floor > fall
        else { return nil }
        let volts = voltage.samples(from: enter, to: edge, every: options.samplePeriod)
        let amperes = current.samples(from: fall, to: floor, every: options.samplePeriod)
        guard let v = Moments(volts), let i = Moments(amperes) else { return nil }
        voltageMean = v.mean
        voltageDeviation = v.standardDeviation
        voltageKurtosis = v.kurtosis
        voltageSkewness = v.skewness
        ccTime = leave - enter
        ccCapacity = full.integral(from: enter, to: leave) / 3600
        voltageSlope = (top - (cutOff - 0.1)) / max(edge - lastTenth, 1e-9)
        voltageEntropy = Self.entropy(volts)
        currentMean = i.mean
        currentDeviation = i.standardDeviation
        currentKurtosis = i.kurtosis
        currentSkewness = i.skewness
        cvTime = floor - fall
        cvCapacity = current.integral(from: fall, to: floor) / 3600
        currentSlope = -0.1 / max(firstTenth - fall, 1e-9)
        currentEntropy = Self.entropy(amperes)
    }

    /// −Σ p ln p, p the value above the least over their sum.
    static func entropy(_ values: [Double]) -> Double {
        guard let least = values.min() else { return 0 }
        let total = values.reduce(0) { $0 + $1 - least }
        guard total > 0 else { return 0 }
        return values.reduce(0) { sum, value in
            let part = (value - least) / total
            return part > 0 ? sum - part * log(part) : sum
        }
    }

    /// A quantity over time, straight between rows.
    private struct Track {
        let time: [Double]
        let value: [Double]

        init(_ rows: CycleRows, _ range: ClosedRange<Int>, _ path: KeyPath<CycleRows, [Double]>) {
            time = Array(rows.time[range])
            value = Array(rows[keyPath: path][range])
        }

        /// When it first rises to a level; nil where it does not.
        func time(rising level: Double) -> Double? {
            if let first = value.first, first == level { return time[0] }
            for index in value.indices.dropFirst() where value[index] >= level && value[index - 1] < level {
                return crossing(index, level)
            }
            return nil
        }

        /// When it first falls to a level; nil where it does not.
        func time(falling level: Double) -> Double? {
            if let first = value.first, first == level { return time[0] }
            for index in value.indices.dropFirst() where value[index] <= level && value[index - 1] > level {
                return crossing(index, level)
            }
            return nil
        }

        private func crossing(_ index: Int, _ level: Double) -> Double {
            let part = (level - value[index - 1]) / (value[index] - value[index - 1])
            return time[index - 1] + part * (time[index] - time[index - 1])
        }

        /// Values every so many seconds, or at the rows in between.
        func samples(from start: Double, to end: Double, every period: Double?) -> [Double] {
            guard let period, period > 0 else {
                return time.indices.filter { time[$0] >= start && time[$0] <= end }.map { value[$0] }
            }
            // A period so short that it would give millions is taken as a millionth of the window.
            let step = max(period, (end - start) / 1e6)
            var samples: [Double] = []
            var index = 0
            for number in 0...Int((end - start) / step) {
                let at = start + Double(number) * step
                while index + 2 < time.count, time[index + 1] < at { index += 1 }
                let width = time[index + 1] - time[index]
                let part = width > 0 ? min(max((at - time[index]) / width, 0), 1) : 1
                samples.append(value[index] + part * (value[index + 1] - value[index]))
            }
            return samples
        }

        /// Of the value over time.
        func integral(from start: Double, to end: Double) -> Double {
            var sum = 0.0
            for index in time.indices.dropFirst() {
                let (a, b) = (max(time[index - 1], start), min(time[index], end))
                guard b > a, time[index] > time[index - 1] else { continue }
                func at(_ moment: Double) -> Double {
                    let part = (moment - time[index - 1]) / (time[index] - time[index - 1])
                    return value[index - 1] + part * (value[index] - value[index - 1])
                }
                sum += 0.5 * (at(a) + at(b)) * (b - a)
            }
            return sum
        }
    }
}
