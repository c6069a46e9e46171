internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// A step in the models' units: control laws, the events that end it, and what to call it.
struct StepPlan {
    let step: Step
    let warnings: [String]
    /// s; nil where events alone end the step.
    let duration: Double?
    /// s; only sets the default output period.
    let expectedDuration: Double
    /// Longest time, s, an open-ended step may take.
    let longest: Double
    let overdue: String
    private let cell: Cell
    private let current1C: Double
    /// As followed.
    private var drive: DriveCycle?

    /// Slower steps without a duration are refused, multiple of 1C: eleven years for a full charge.
    static let slowest = 1e-5
    /// More output rows of one step are refused.
    static let mostRows = 1e8

    /// How far a hold may pass the cut-offs, V.
    static let holdMargin = 0.1

    /// Refuses what would never come to an end, in time or in rows, and holds far beyond the cut-offs. `period`: of the
    /// output, s, where the step has none.
    static func check(_ step: Step, cell: Cell, period: Double?) throws {
        func refusal(_ text: String) -> SimulationError { SimulationError(.usage, "step '\(step.text)': \(text)") }
        if case .voltage(let v) = step.control,
            v > cell.upperCutOff + holdMargin + 1e-9 || v < cell.lowerCutOff - holdMargin - 1e-9
        {
            throw refusal(
                "\(rounded(v)) V lies more than \(rounded(holdMargin)) V beyond the cell's cut-offs; "
                    + "\(rounded(cell.lowerCutOff)) to \(rounded(cell.upperCutOff)) V are right")
        }
        let middle = 0.5 * (cell.upperCutOff + cell.lowerCutOff)
        let rate: Double? =
            switch step.control {
            case .current(let a): a.magnitude / cell.nominalCapacity
            case .cRate(let c): c.magnitude
            case .power(let w): w.magnitude / middle / cell.nominalCapacity
            case .resistance(let r): middle / r / cell.nominalCapacity
            case .voltage, .rest, .drive: nil
            }
        if let rate, step.duration == nil, rate < slowest {
            throw refusal(
                "\(rounded(rate))C without a duration would take more than \(rounded(1 / slowest)) hours; "
                    + "\(rounded(slowest))C or more, or a duration, is right")
        }
        guard let period = step.period ?? period else { return }
        var length = step.duration ?? 3600 / (rate ?? 1)
        if case .drive(let log) = step.control { length = min(step.duration ?? .infinity, log.times.last ?? 0) }
        guard length / period <= mostRows else {
            throw refusal(
                "a period of \(rounded(period)) s would give \(rounded(length / period)) rows; "
                    + "at most \(rounded(mostRows)) are possible")
        }
    }

    init(_ step: Step, cell: Cell) throws {
        self.step = step
        self.cell = cell
        current1C = cell.nominalCapacity
        var warnings: [String] = []
        var expected = 3600.0
        var longest = 10 * 24 * 3600.0
        func rateOf(_ amperes: Double) -> Double { max(amperes.magnitude / cell.nominalCapacity, 1e-6) }
        switch step.control {
        case .current(let a):
            expected = 3600 / rateOf(a)
            longest = 100 * expected
        case .cRate(let c):
            expected = 3600 / max(c.magnitude, 1e-6)
            longest = 100 * expected
        case .power(let w):
            expected = 3600 / rateOf(w / (0.5 * (cell.upperCutOff + cell.lowerCutOff)))
            longest = 100 * expected
        case .resistance(let r):
            expected = 3600 / rateOf(0.5 * (cell.upperCutOff + cell.lowerCutOff) / r)
            longest = 1000 * expected
        case .voltage, .rest: break
        case .drive(let logged):
            let drive = Self.staircase(logged, current1C: cell.nominalCapacity)
            self.drive = drive
            guard drive.times.count >= 2, drive.values.count == drive.times.count else {
                throw SimulationError(.data, "drive cycle: at least two samples are needed")
            }
            expected = drive.times.last!
        }
        switch step.control {
        case .current(let v), .cRate(let v), .power(let v):
            guard v.isFinite else { throw SimulationError(.usage, "step '\(step.text)': not a finite number") }
        case .voltage(let v), .resistance(let v):
            guard v.isFinite, v > 0 else { throw SimulationError(.usage, "step '\(step.text)': must be positive") }
        case .rest, .drive: break
        }
        let isHold: Bool
        if case .voltage = step.control { isHold = true } else { isHold = false }
        if !isHold {
            for case .voltage(let v) in step.terminations {
                if v < cell.lowerCutOff - 1e-9 {
                    warnings.append(
                        "'\(step.text)': \(rounded(v)) V lies below the cell's lower cut-off; stopping at "
                            + "\(rounded(cell.lowerCutOff)) V")
                } else if v > cell.upperCutOff + 1e-9 {
                    warnings.append(
                        "'\(step.text)': \(rounded(v)) V lies above the cell's upper cut-off; stopping at "
                            + "\(rounded(cell.upperCutOff)) V")
                }
            }
        } else if case .voltage(let v) = step.control, v > cell.upperCutOff + 1e-9 || v < cell.lowerCutOff - 1e-9 {
            warnings.append("'\(step.text)': \(rounded(v)) V lies outside the cell's cut-offs")
        }
        if let drive {
            duration = min(step.duration ?? .infinity, drive.times.last!)
        } else {
            duration = step.duration
        }
        expectedDuration = duration ?? expected
        self.longest = longest
        overdue = "stopped after \(rounded(longest / 3600)) h: its end was not reached"
        self.warnings = warnings
    }

    // MARK: - Control

    /// A profile of current as a staircase of its own means, which the integrator follows without error in the charge,
    /// whatever its order; ramps longer than a second are cut into up to ten stairs. Other profiles stay as logged.
    /// Stairs start at the logged times, where the voltage at the logged current itself is reported.
    private static func staircase(_ logged: DriveCycle, current1C: Double) -> DriveCycle {
        guard logged.quantity == .current, logged.interpolation == .linear, logged.times.count >= 2,
            logged.values.count == logged.times.count
        else { return logged }
        var times: [Double] = []
        var values: [Double] = []
        for i in 0..<(logged.times.count - 1) {
            let t0 = logged.times[i], width = logged.times[i + 1] - t0
            let rise = logged.values[i + 1] - logged.values[i]
            let pieces = rise.magnitude > 1e-3 * current1C ? min(10, max(1, Int(width.rounded(.up)))) : 1
            for k in 0..<pieces {
                times.append(t0 + width * Double(k) / Double(pieces))
                values.append(logged.values[i] + rise * (Double(k) + 0.5) / Double(pieces))
            }
        }
        times.append(logged.times.last!)
        values.append(values.last!)
        return DriveCycle(quantity: .current, times: times, values: values, interpolation: .hold)
    }

    /// Whether segments are stairs that the log does not show.
    var isStair: Bool {
        if case .drive(let logged) = step.control {
            return logged.quantity == .current && logged.interpolation == .linear
        }
        return false
    }

    /// The current a linear log states at the start of a segment (the models' unit); nil where the segment's own
    /// control holds there.
    func loggedCurrent(atStartOf segment: Int) -> Double? {
        guard case .drive(let logged) = step.control, logged.quantity == .current, logged.interpolation == .linear,
            let drive
        else { return nil }
        let t = drive.times[segment]
        var low = 0, high = logged.times.count - 1
        while low < high {
            let middle = (low + high) / 2
            if logged.times[middle] < t - 1e-12 { low = middle + 1 } else { high = middle }
        }
        return (logged.times[low] - t).magnitude < 1e-9 * max(1, t) ? -logged.values[low] / current1C : nil
    }

    var segments: Int { drive.map { $0.times.count - 1 } ?? 1 }
    func isLast(_ segment: Int) -> Bool { segment == segments - 1 }

    /// s from the step's start.
    func end(ofSegment segment: Int) -> Double? { drive.map { $0.times[segment + 1] } }

    /// Whether the controlled quantity jumps or bends when the segment starts: the integrator's history must not carry
    /// over, or the charge of the log is met to the tolerance only.
    func breaks(atStartOf segment: Int) -> Bool {
        guard let drive else { return false }
        let v = drive.values, t = drive.times
        if drive.interpolation == .hold { return v[segment] != v[segment - 1] }
        if isStair { return true }
        let before = (v[segment] - v[segment - 1]) / (t[segment] - t[segment - 1])
        let after = (v[segment + 1] - v[segment]) / (t[segment + 1] - t[segment])
        let scale = drive.quantity == .voltage ? 1 : current1C
        return (after - before).magnitude * (t[segment + 1] - t[segment]) > 1e-4 * scale
    }

    func control(segment: Int, startingAt start: Double) -> Control {
        switch step.control {
        case .current(let a): return Control(kind: .current, value: -a / current1C)
        case .cRate(let c): return Control(kind: .current, value: -c)
        case .rest: return Control(kind: .current, value: 0)
        case .voltage(let v): return Control(kind: .voltage, value: v)
        case .power(let w): return Control(kind: .power, value: -w / current1C)
        case .resistance(let r): return Control(kind: .resistance, value: r * current1C)
        case .drive:
            let d = drive!
            let scale = d.quantity == .voltage ? 1 : -1 / current1C
            let kind: Control.Kind =
                d.quantity == .current ? .current : d.quantity == .power ? .power : .voltage
            let t0 = d.times[segment], t1 = d.times[segment + 1]
            let slope =
                d.interpolation == .hold ? 0 : scale * (d.values[segment + 1] - d.values[segment]) / (t1 - t0)
            return Control(kind: kind, value: scale * d.values[segment], slope: slope, start: start + t0)
        }
    }

    // MARK: - Ends

    /// Positive on discharge: +1, -1 on charge, 0 where the step does not say.
    private var direction: Double {
        switch step.control {
        case .current(let v), .cRate(let v), .power(let v): return v < 0 ? 1 : v > 0 ? -1 : 0
        case .resistance: return 1
        case .voltage, .rest, .drive: return 0
        }
    }

    /// How far a drive cycle may pass the cut-offs, V.
    static let driveMargin = 0.05

    func events(voltage: Double, current: Double) -> [Event] {
        var list: [Event] = []
        for end in step.terminations {
            switch end {
            case .voltage(let v):
                let falls = direction != 0 ? direction > 0 : voltage > v
                let target = min(max(v, cell.lowerCutOff), cell.upperCutOff)
                let name =
                    target > v ? "lower cut-off" : target < v ? "upper cut-off" : "voltage \(rounded(v)) V"
                list.append(Event(quantity: .voltage, target: target, sign: falls ? 1 : -1, name: name))
            case .current(let a):
                let c = a / current1C
                list.append(
                    Event(
                        quantity: .currentMagnitude, target: c, sign: isHold || current.magnitude > c ? 1 : -1,
                        name: "current \(rounded(a)) A"))
            case .cRate(let c):
                list.append(
                    Event(
                        quantity: .currentMagnitude, target: c, sign: isHold || current.magnitude > c ? 1 : -1,
                        name: "current \(rounded(c)) C"))
            case .capacity(let q):
                list.append(
                    Event(
                        quantity: .chargeMagnitude, target: q / current1C, sign: -1,
                        name: "charge \(rounded(q)) A.h"))
            case .power(let w):
                let p = w / current1C
                list.append(
                    Event(
                        quantity: .powerMagnitude, target: p,
                        sign: isHold || (voltage * current).magnitude > p ? 1 : -1, name: "power \(rounded(w)) W"))
            }
        }
        // The cell's own limits guard every step that does not hold a voltage. A logged profile was driven by a real
        // cell whose voltage the model meets only so closely: it may pass them by a margin.
        let isDrive = drive != nil
        let margin = isDrive ? Self.driveMargin : 0
        if direction > 0 || isDrive {
            list.append(Event(quantity: .voltage, target: cell.lowerCutOff - margin, sign: 1, name: "lower cut-off"))
        }
        if direction < 0 || isDrive {
            list.append(Event(quantity: .voltage, target: cell.upperCutOff + margin, sign: -1, name: "upper cut-off"))
        }
        return list
    }

    private var isHold: Bool {
        if case .voltage = step.control { return true }
        return false
    }

    func skipReason(_ event: Event, voltage: Double, current: Double) -> String {
        switch event.quantity {
        case .voltage:
            return "\(rounded(event.target)) V is already \(event.sign > 0 ? "undershot" : "exceeded") at "
                + "\(rounded(current.magnitude)) A (\(rounded(voltage)) V): step skipped"
        default: return "its end (\(event.name)) is already met at the start: step skipped"
        }
    }

    /// BDF's step type.
    func type(current: Double) -> String {
        func way(_ u: Double) -> String { u > 0 ? "discharge" : u < 0 ? "charge" : "" }
        switch step.control {
        case .current(let v), .cRate(let v): return v == 0 ? "rest" : "cc_" + way(-v)
        case .power(let v): return "cp_" + way(-v)
        case .resistance: return "cr_discharge"
        case .rest: return "rest"
        case .voltage: return current == 0 ? "cv" : "cv_" + way(current)
        case .drive: return "drive"
        }
    }
}
