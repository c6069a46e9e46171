/// Statistics of the charge that precedes a discharge: charge put in since the discharge before, and the shape of the
/// largest charge among them.
public enum ChargeCurveFeatures {
    /// Names, in the order of `row`; Ah, s, V, °C.
    public static let names = [
        "charge since last discharge", "charge, main", "charge at constant current", "charge at constant voltage",
        "time at constant current", "time at constant voltage", "voltage after a minute", "charge from 3.9 V to 4.1 V",
        "time from 4.0 V to 4.2 V", "mean voltage at constant current", "temperature rise", "mean temperature",
        "last current", "charges",
    ]
    /// A charge counts as at constant voltage from here, V.
    static let heldVoltage = 4.19

    /// The features of a discharge's charges; not numbers where a charge does not show them.
    public static func row(_ charges: [NASACell.Charge]) -> [Double] {
        var total = 0.0
        var main: (charge: Double, of: NASACell.Charge)?
        for charge in charges {
            let amount = integral(charge, charge.times.indices.map { $0 })
            total += amount
            if amount > main?.charge ?? -.infinity { main = (amount, charge) }
        }
        guard let main else { return names.map { _ in Double.nan } }
        let charge = main.of
        // Records begin with a rest and a spike of −4 A before the charger settles.
        let used = charge.times.indices.filter { charge.currents[$0] > 0 && charge.voltages[$0].isFinite }
        let first = used.first ?? 0
        let turn = used.first { charge.voltages[$0] >= heldVoltage && charge.times[$0] > 60 } ?? (used.last ?? 0)
        let constantCurrent = used.filter { $0 <= turn }
        let constantVoltage = used.filter { $0 >= turn }
        func duration(_ part: [Int]) -> Double {
            guard let a = part.first, let b = part.last else { return 0 }
            return charge.times[b] - charge.times[a]
        }
        let settled = used.first { charge.times[$0] >= charge.times[first] + 60 }
        let startVoltage = settled.map { charge.voltages[$0] } ?? .nan
        /// The part of the constant-current charge between two voltages; empty where it began above the lower one.
        func window(_ low: Double, _ high: Double) -> [Int] {
            guard startVoltage < low else { return [] }
            return constantCurrent.filter {
                charge.times[$0] > charge.times[first] + 60 && charge.voltages[$0] >= low && charge.voltages[$0] <= high
            }
        }
        let middle = window(3.9, 4.1)
        let upper = window(4.0, heldVoltage)
        let temperatures = used.map { charge.temperatures[$0] }.filter(\.isFinite)
        let meanVoltage =
            constantCurrent.isEmpty
            ? .nan : constantCurrent.reduce(0) { $0 + charge.voltages[$1] } / Double(constantCurrent.count)
        return [
            total, main.charge, integral(charge, constantCurrent), integral(charge, constantVoltage),
            duration(constantCurrent), duration(constantVoltage), startVoltage,
            middle.count > 3 ? integral(charge, middle) : .nan, upper.count > 3 ? duration(upper) : .nan, meanVoltage,
            (temperatures.max() ?? .nan) - (temperatures.first ?? .nan),
            temperatures.isEmpty ? .nan : temperatures.reduce(0, +) / Double(temperatures.count),
            used.last.map { charge.currents[$0] } ?? .nan, Double(charges.count),
        ]
    }

    /// Ah by the trapezoidal rule over these samples; currents below zero count as zero.
    private static func integral(_ charge: NASACell.Charge, _ part: [Int]) -> Double {
        var sum = 0.0
        for (a, b) in zip(part, part.dropFirst()) {
            let width = charge.times[b] - charge.times[a]
            guard width > 0, width < 3600 else { continue }
            sum += 0.5 * (max(charge.currents[a], 0) + max(charge.currents[b], 0)) * width
        }
        return sum / 3600
    }
}

/// A spectrum's real and imaginary part at six places from its first frequency to its last, and where it turns.
public enum ImpedanceFeatures {
    /// Names, in the order of `row`; ohm.
    public static let names = ["lowest real part"] + (0..<6).flatMap { ["real part \($0)", "imaginary part \($0)"] }

    /// The features of a spectrum; not numbers where there is none.
    public static func row(_ spectrum: [(real: Double, imaginary: Double)]?) -> [Double] {
        let points = (spectrum ?? []).filter { $0.real.isFinite && $0.imaginary.isFinite && abs($0.real) < 1 }
        guard points.count >= 12 else { return names.map { _ in Double.nan } }
        var out = [points.map(\.real).min() ?? .nan]
        for place in 0..<6 {
            // Medians of five: single points of these spectra are far off.
            let center = 2 + place * (points.count - 5) / 5
            let near = points[max(center - 2, 0)...min(center + 2, points.count - 1)]
            out.append(near.map(\.real).sorted()[near.count / 2])
            out.append(near.map(\.imaginary).sorted()[near.count / 2])
        }
        return out
    }
}
