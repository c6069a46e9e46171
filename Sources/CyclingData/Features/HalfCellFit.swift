/// Degradation modes of a cell, told by fitting its electrodes' potentials to slow discharges (Dubarry, Truchot and Liaw 2012,
/// J. Power Sources 219, 204; Birkl et al. 2017, J. Power Sources 341, 373).
///
/// In a slow discharge the cell's voltage is
///
///     V(Q) = U₊(y₀ + Q/C₊) − U₋(x₀ − Q/C₋) − R·I
///
/// with the electrodes' capacities C and their stoichiometries x₀, y₀ at its beginning. Which potentials U the electrodes
/// have, a cell file tells; they are functions of stoichiometry here, so that data need no cell.
public struct HalfCellFit: Sendable {
    /// What a fit finds.
    public struct Result: Sendable {
        /// Capacity of the negative electrode, A·h.
        public var negativeCapacity: Double
        /// Capacity of the positive electrode, A·h.
        public var positiveCapacity: Double
        /// Stoichiometry of the negative electrode at the beginning of the discharge.
        public var negativeStart: Double
        /// Stoichiometry of the positive electrode at the beginning of the discharge.
        public var positiveStart: Double
        /// Drop that does not change over the discharge, V.
        public var drop: Double
        /// Root mean square of what is left, V.
        public var residual: Double

        /// Lithium in both electrodes, as charge, A·h.
        public var lithium: Double { negativeStart * negativeCapacity + positiveStart * positiveCapacity }

        /// What was lost since an earlier state of the same cell, as fractions of what was there.
        public func losses(since fresh: Result) -> Losses {
            Losses(
                lithiumInventory: 1 - lithium / fresh.lithium,
                negativeMaterial: 1 - negativeCapacity / fresh.negativeCapacity,
                positiveMaterial: 1 - positiveCapacity / fresh.positiveCapacity)
        }
    }

    /// Degradation modes, fractions.
    public struct Losses: Sendable {
        /// Loss of lithium inventory.
        public var lithiumInventory: Double
        /// Loss of active material of the negative electrode.
        public var negativeMaterial: Double
        /// Loss of active material of the positive electrode.
        public var positiveMaterial: Double
    }

    private let negative: @Sendable (Double) -> Double
    private let positive: @Sendable (Double) -> Double
    private let negativeRange: ClosedRange<Double>
    private let positiveRange: ClosedRange<Double>

    /// The electrodes' potentials against lithium, V, and the stoichiometries between which they hold.
    public init(
        negative: @escaping @Sendable (Double) -> Double, positive: @escaping @Sendable (Double) -> Double,
        negativeRange: ClosedRange<Double> = 0.001...0.999, positiveRange: ClosedRange<Double> = 0.001...0.999
    ) {
        self.negative = negative
        self.positive = positive
        self.negativeRange = negativeRange
        self.positiveRange = positiveRange
    }

    /// Fits a slow discharge. nil where it has fewer than ten points, or nothing fits within 50 mV.
    ///
    /// The discharge is read at 200 even capacities; least squares by Levenberg and Marquardt from several beginnings, with
    /// stoichiometries kept in their ranges. Both the voltage and its slope over capacity count, since a shift of the
    /// electrodes shows in the slope: a point of slope weighs as `slopeWeight` times its share of the capacity.
    ///
    /// What a discharge leaves open, above all one that is not slow, stays as it was in an `earlier` one of the same cell: an
    /// electrode's capacity that is 5 % off counts like 10 mV of root mean square.
    ///
    /// - Parameters:
    ///   - curve: the discharge.
    ///   - slopeWeight: what a slope weighs beside a voltage.
    ///   - earlier: what was found of the discharge before; nil for the first.
    public func fit(_ curve: CapacityCurve, slopeWeight: Double = 0.1, after earlier: Result? = nil) -> Result? {
        guard curve.direction < 0, curve.voltage.count >= 10, let total = curve.capacity.last, total > 0 else {
            return nil
        }
        let count = 200
        let charge = CapacityCurve.grid(from: 0.01 * total, to: 0.99 * total, count: count)
        let measured = Self.voltages(curve, charge)
        let step = charge[1] - charge[0]
        let measuredSlope = CapacityCurve.slope(measured, step: step, window: 9)
        let weight = slopeWeight * total
        func model(_ p: [Double]) -> [Double] {
            charge.map { q in
                let x = p[2] - q / p[0]
                let y = p[3] + q / p[1]
                return positive(clamped(y, positiveRange)) - negative(clamped(x, negativeRange)) - p[4]
            }
        }
        func residuals(_ p: [Double]) -> [Double] {
            let voltages = model(p)
            let slopes = CapacityCurve.slope(voltages, step: step, window: 9)
            var out = zip(voltages, measured).map { $0 - $1 }
            out += zip(slopes, measuredSlope).map { weight * ($0 - $1) }
            // Stoichiometries that leave their range pull back.
            let ends = [p[2], p[2] - total / p[0]].map { $0 - clamped($0, negativeRange) }
            let others = [p[3], p[3] + total / p[1]].map { $0 - clamped($0, positiveRange) }
            out += (ends + others).map { 10 * Double(count).squareRoot() * $0 }
            if let earlier {
                out += [p[0] / earlier.negativeCapacity, p[1] / earlier.positiveCapacity].map {
                    0.01 * Double(count).squareRoot() * ($0 - 1) / 0.05
                }
            }
            return out
        }
        let starts =
            earlier.map {
                [[$0.negativeCapacity, $0.positiveCapacity, $0.negativeStart, $0.positiveStart, $0.drop]]
            } ?? beginnings(total)
        var best: (error: Double, parameters: [Double])?
        for start in starts {
            guard let found = Self.levenbergMarquardt(start, residuals) else { continue }
            if best.map({ found.error < $0.error }) ?? true { best = (found.error, found.parameters) }
        }
        guard let p = best?.parameters else { return nil }
        let left = zip(model(p), measured).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let residual = (left / Double(count)).squareRoot()
        guard residual < 0.05 else { return nil }
        return Result(
            negativeCapacity: p[0], positiveCapacity: p[1], negativeStart: p[2], positiveStart: p[3], drop: p[4],
            residual: residual)
    }

    /// Where a fit begins that knows nothing but the charge, A·h: both electrodes used widely or less so.
    private func beginnings(_ total: Double) -> [[Double]] {
        let (xs, ys) = (negativeRange, positiveRange)
        var all: [[Double]] = []
        for high in [0.95, 0.8] {
            for width in [0.9, 0.7] {
                for low in [0.05, 0.25] {
                    let x0 = xs.lowerBound + high * (xs.upperBound - xs.lowerBound)
                    let y0 = ys.lowerBound + low * (ys.upperBound - ys.lowerBound)
                    let (anode, cathode) = (width * (x0 - xs.lowerBound), width * (ys.upperBound - y0))
                    all.append([total / anode, total / cathode, x0, y0, 0])
                }
            }
        }
        return all
    }

    /// Open-circuit voltage where a discharge begins, V.
    public func startVoltage(_ state: Result) -> Double {
        positive(clamped(state.positiveStart, positiveRange)) - negative(clamped(state.negativeStart, negativeRange))
    }

    /// Charge that a cell with these electrodes and this lithium gives between two open-circuit voltages, A·h; an electrode
    /// that is full or empty first ends it.
    ///
    /// - Parameters:
    ///   - state: electrodes and lithium; where on its way the discharge began does not count.
    ///   - upper: where it is full, V.
    ///   - lower: where it is empty, V; under current the cut-off and the drop.
    public func capacity(_ state: Result, from upper: Double, to lower: Double) -> Double {
        let (anode, cathode, lithium) = (state.negativeCapacity, state.positiveCapacity, state.lithium)
        // Charge in the negative electrode, between what either electrode can hold.
        let least = max(negativeRange.lowerBound * anode, lithium - positiveRange.upperBound * cathode)
        let most = min(negativeRange.upperBound * anode, lithium - positiveRange.lowerBound * cathode)
        guard least < most else { return 0 }
        func charge(at voltage: Double) -> Double {
            var (low, high) = (least, most)
            for _ in 0..<60 {
                let middle = 0.5 * (low + high)
                let present = positive((lithium - middle) / cathode) - negative(middle / anode)
                (low, high) = present < voltage ? (middle, high) : (low, middle)
            }
            return 0.5 * (low + high)
        }
        return max(charge(at: upper) - charge(at: lower), 0)
    }

    private func clamped(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        min(max(value, range.lowerBound), range.upperBound)
    }

    private static func voltages(_ curve: CapacityCurve, _ charge: [Double]) -> [Double] {
        var index = 0
        return charge.map { q in
            while index + 2 < curve.capacity.count, curve.capacity[index + 1] < q { index += 1 }
            let width = curve.capacity[index + 1] - curve.capacity[index]
            let part = width > 0 ? min(max((q - curve.capacity[index]) / width, 0), 1) : 0
            return curve.voltage[index] + part * (curve.voltage[index + 1] - curve.voltage[index])
        }
    }

    /// Least squares of the residuals (Marquardt 1963, SIAM J. Appl. Math. 11, 431), derivatives by differences; nil where the
    /// beginning gives no number.
    static func levenbergMarquardt(
        _ start: [Double], _ residuals: ([Double]) -> [Double], iterations: Int = 200
    ) -> (parameters: [Double], error: Double)? {
        func error(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
        var p = start
        var r = residuals(p)
        var present = error(r)
        guard present.isFinite else { return nil }
        var damping = 1e-3
        let size = p.count
        for _ in 0..<iterations {
            var jacobian: [[Double]] = []
            for k in 0..<size {
                let step = 1e-6 * max(p[k].magnitude, 1e-2)
                var moved = p
                moved[k] += step
                jacobian.append(zip(residuals(moved), r).map { ($0 - $1) / step })
            }
            var normal = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
            for a in 0..<size {
                for b in a..<size {
                    let sum = zip(jacobian[a], jacobian[b]).reduce(0) { $0 + $1.0 * $1.1 }
                    normal[a][b] = sum
                    normal[b][a] = sum
                }
                normal[a][size] = -zip(jacobian[a], r).reduce(0) { $0 + $1.0 * $1.1 }
            }
            var isBetter = false
            var change = 0.0
            while damping < 1e10 {
                var damped = normal
                for k in 0..<size { damped[k][k] += damping * max(normal[k][k], 1e-12) }
                if let delta = LeastSquares.solve(damped) {
                    let next = zip(p, delta).map { $0 + $1 }
                    // Capacities are positive.
                    if next[0] > 0, next[1] > 0 {
                        let values = residuals(next)
                        let reached = error(values)
                        if reached < present {
                            change = (present - reached) / present
                            (p, r, present) = (next, values, reached)
                            damping = max(damping / 5, 1e-12)
                            isBetter = true
                            break
                        }
                    }
                }
                damping *= 4
            }
            if !isBetter || change < 1e-10 { break }
        }
        return (p, present)
    }
}
