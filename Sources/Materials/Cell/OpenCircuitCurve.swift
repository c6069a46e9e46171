internal import Cells

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open-circuit potential against the ion's metal, as a table over the stoichiometry.
public struct OpenCircuitCurve: Sendable {
    /// Stoichiometry, rising from 0 to 1.
    public let stoichiometry: [Double]
    /// V.
    public let potential: [Double]
    /// The window over which its mean is the average voltage.
    public let window: ClosedRange<Double>

    /// From mean, shape and window. The mean over the window is exactly the average voltage.
    ///
    /// - Parameters:
    ///   - window: stoichiometries of the charged and the discharged end, within 0…1.
    ///   - falls: depth of the last drop when the electrode has taken up all it can, V; near nothing for negative
    ///     electrodes, whose potential must stay above their metal's.
    ///   - rises: height of the last rise when it has given all up, V.
    init(
        _ shape: ProfileShape, average: Double, span: Double, window: ClosedRange<Double>, falls: Double, rises: Double
    ) {
        let intervals = 120
        // Closer together towards the ends, where the potential bends.
        let fractions = (0...intervals).map { 0.5 * (1 - cos(Double.pi * Double($0) / Double(intervals))) }
        var values = fractions.map { y in
            // The drop and the rise are as steep as those of Prada 2013's and Afshar 2017's LiFePO4.
            shape.potential(y, span: span) - falls * exp(-40 * (1 - y)) + rises * exp(-60 * y)
        }
        var mean = 0.0
        for k in 1...intervals { mean += 0.5 * (values[k] + values[k - 1]) * (fractions[k] - fractions[k - 1]) }
        for k in values.indices { values[k] += average - mean }
        let width = window.upperBound - window.lowerBound
        var x = fractions.map { window.lowerBound + $0 * width }
        x[intervals] = window.upperBound
        // Beyond the window the potential goes on as at its end, and at least as steeply as of sloping oxides.
        if window.lowerBound > 1e-9 {
            let slope = max((values[0] - values[2]) / (x[2] - x[0]), 1.5)
            values.insert(values[0] + slope * x[0], at: 0)
            x.insert(0, at: 0)
        }
        if window.upperBound < 1 - 1e-9, let last = values.last, let end = x.last {
            let slope = max((values[values.count - 3] - last) / (end - x[x.count - 3]), 0.02)
            values.append(last - slope * (1 - end))
            x.append(1)
        }
        stoichiometry = x
        potential = values
        self.window = window
    }

    /// Its mean over the window, by the trapezoids that its straight lines are; V.
    public var mean: Double {
        var sum = 0.0
        for k in 1..<stoichiometry.count {
            let (a, b) = (stoichiometry[k - 1], stoichiometry[k])
            guard a >= window.lowerBound - 1e-12, b <= window.upperBound + 1e-12 else { continue }
            sum += 0.5 * (potential[k] + potential[k - 1]) * (b - a)
        }
        return sum / (window.upperBound - window.lowerBound)
    }

    /// As a cell file holds it.
    var fileValue: FileValue {
        var table = FileObject()
        table["x"] = FileValue(.numbers(stoichiometry))
        table["y"] = FileValue(.numbers(potential))
        return FileValue(.object(table))
    }
}
