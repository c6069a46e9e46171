/// Follows the net charge since the cell was full, to find full discharges: from a voltage that ended a charge (or a start at
/// full charge) to a voltage that ends a discharge. Each is measured against the first of its kind: between the same
/// voltages, ended by the same step, at the same temperature. A window, a rate or a temperature that changes is no fade.
struct FullDischarges: Sendable, Equatable {
    /// Net charge since the cell was full, over the nominal capacity, and the voltage that ended the charge, V; nil where
    /// that is not known.
    var since: (charge: Double, voltage: Double)?
    /// Of the first discharge of each kind, over the nominal capacity.
    var firsts: [String: Double] = [:]
    /// Of the last one counted, and of the first of its kind.
    var last: (first: Double, last: Double)?
    /// What an aged cell brings with it: its first discharge, the measure of the first kind that comes.
    var inherited: Double?

    static func == (a: Self, b: Self) -> Bool {
        a.since?.charge == b.since?.charge && a.since?.voltage == b.since?.voltage && a.firsts == b.firsts
            && a.last?.first == b.last?.first && a.last?.last == b.last?.last && a.inherited == b.inherited
    }

    /// After a step that moved `charge` (positive on discharge, over the nominal capacity) and ended at `voltage`, V.
    /// `endsAtVoltage`: by a voltage, or in a hold. Discharges that do not `count` only empty the cell.
    mutating func note(
        charge: Double, voltage: Double, endsAtVoltage: Bool, isHold: Bool, counts: Bool, step: String,
        temperature: Double
    ) {
        if charge < 0, endsAtVoltage || isHold {
            since = (0, voltage)
        } else if let before = since {
            let whole = before.charge + charge
            since = (whole, before.voltage)
            guard charge > 0, endsAtVoltage else { return }
            since = nil
            guard counts else { return }
            func millivolts(_ v: Double) -> Int { Int((1000 * v).rounded()) }
            let kind =
                "\(millivolts(before.voltage)) \(millivolts(voltage)) \(rounded(temperature)) \(step)"
            let first = firsts[kind] ?? inherited ?? whole
            inherited = nil
            firsts[kind] = first
            last = (first, whole)
        }
    }
}
