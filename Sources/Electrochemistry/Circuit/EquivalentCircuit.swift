#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A cell as an open-circuit voltage, a resistance and pairs of a resistor and a capacitor in series.
///
/// ```
/// V = U(z) - R₀(z) I - Σ Rₖ(z) iₖ,   τₖ diₖ/dt = I - iₖ,   dz/dt = -I / Q
/// ```
/// with iₖ the current through the k-th resistor and I positive on discharge: Plett, Battery Management Systems, vol. 1
/// (2015), section 2.4; which of such circuits serve, Hu, Li, Peng, J. Power Sources 198 (2012) 359. While the current stays,
/// the states are advanced exactly, over a step of any length (zero-order hold; Plett, equation 2.8).
public struct EquivalentCircuit: Sendable {
    /// What is in the circuit at one temperature.
    public struct Elements: Sendable, Equatable {
        /// K.
        public var temperature: Double
        /// States of charge at which the values are given, ascending, 0…1.
        public var stateOfCharge: [Double]
        /// U, V.
        public var openCircuitVoltage: [Double]
        /// R₀, Ω.
        public var seriesResistance: [Double]
        /// Rₖ, Ω, an array over states of charge for each pair.
        public var resistances: [[Double]]
        /// τₖ = Rₖ Cₖ, s, ascending.
        public var timeConstants: [Double]
        /// Root mean square of what the circuit leaves of the spectrum it was identified from, over the spectrum's own.
        public var misfit: Double

        /// Memberwise.
        public init(
            temperature: Double, stateOfCharge: [Double], openCircuitVoltage: [Double], seriesResistance: [Double],
            resistances: [[Double]], timeConstants: [Double], misfit: Double = 0
        ) {
            self.temperature = temperature
            self.stateOfCharge = stateOfCharge
            self.openCircuitVoltage = openCircuitVoltage
            self.seriesResistance = seriesResistance
            self.resistances = resistances
            self.timeConstants = timeConstants
            self.misfit = misfit
        }
    }

    /// What moves.
    public struct State: Sendable, Equatable {
        /// z, 0…1 between the open-circuit voltages of the cut-offs.
        public var stateOfCharge: Double
        /// iₖ, A.
        public var currents: [Double]

        /// At rest.
        public init(stateOfCharge: Double, pairs: Int) {
            self.stateOfCharge = stateOfCharge
            currents = [Double](repeating: 0, count: pairs)
        }
    }

    /// Q, A·h of the whole cell between states of charge 0 and 1.
    public let capacity: Double
    /// Ascending by temperature, not empty, all with the same number of pairs.
    public let elements: [Elements]

    /// Nil without elements, or where these do not go together.
    public init?(capacity: Double, elements: [Elements]) {
        guard capacity > 0, let first = elements.first,
            elements.allSatisfy({ own in
                own.stateOfCharge.count >= 2 && own.openCircuitVoltage.count == own.stateOfCharge.count
                    && own.seriesResistance.count == own.stateOfCharge.count
                    && own.resistances.count == own.timeConstants.count
                    && own.resistances.allSatisfy { $0.count == own.stateOfCharge.count }
                    && own.timeConstants.count == first.timeConstants.count
                    && own.timeConstants.allSatisfy { $0 > 0 }
                    && zip(own.stateOfCharge, own.stateOfCharge.dropFirst()).allSatisfy { $0 < $1 }
            })
        else { return nil }
        self.capacity = capacity
        self.elements = elements.sorted { $0.temperature < $1.temperature }
    }

    /// Pairs of a resistor and a capacitor.
    public var pairs: Int { elements[0].timeConstants.count }

    /// The elements at a temperature, K: resistances and time constants by Arrhenius between two of those that are known, held
    /// beyond them; where only one is known, that.
    public func elements(at temperature: Double) -> Elements {
        guard let upper = elements.firstIndex(where: { $0.temperature >= temperature }), upper > 0 else {
            return temperature <= elements[0].temperature ? elements[0] : elements[elements.count - 1]
        }
        let (low, high) = (elements[upper - 1], elements[upper])
        if high.temperature == temperature { return high }
        let share =
            (1 / low.temperature - 1 / temperature) / (1 / low.temperature - 1 / high.temperature)
        func between(_ a: Double, _ b: Double) -> Double {
            a > 0 && b > 0 ? exp(log(a) + share * log(b / a)) : a + share * (b - a)
        }
        func between(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { between($0, $1) } }
        return Elements(
            temperature: temperature, stateOfCharge: low.stateOfCharge,
            openCircuitVoltage: zip(low.openCircuitVoltage, high.openCircuitVoltage).map { $0 + share * ($1 - $0) },
            seriesResistance: between(low.seriesResistance, high.seriesResistance),
            resistances: zip(low.resistances, high.resistances).map { between($0, $1) },
            timeConstants: between(low.timeConstants, high.timeConstants), misfit: max(low.misfit, high.misfit))
    }

    /// V, at a current in A, positive on discharge.
    public func voltage(_ state: State, current: Double, _ elements: Elements) -> Double {
        let place = Place(state.stateOfCharge, in: elements.stateOfCharge)
        var voltage = place.value(elements.openCircuitVoltage) - place.value(elements.seriesResistance) * current
        for (own, resistance) in zip(state.currents, elements.resistances) { voltage -= place.value(resistance) * own }
        return voltage
    }

    /// The state after so many seconds of a current in A, positive on discharge; exact.
    public func advanced(_ state: State, current: Double, seconds: Double, _ elements: Elements) -> State {
        var next = state
        next.stateOfCharge -= current * seconds / (3600 * capacity)
        for (pair, constant) in elements.timeConstants.enumerated() {
            let kept = exp(-seconds / constant)
            next.currents[pair] = kept * state.currents[pair] + (1 - kept) * current
        }
        return next
    }

    /// Between two points of a grid; beyond its ends the last line goes on.
    struct Place {
        let index: Int
        let share: Double

        init(_ x: Double, in grid: [Double]) {
            var low = 0, high = grid.count - 1
            while high - low > 1 {
                let middle = (low + high) / 2
                if grid[middle] <= x { low = middle } else { high = middle }
            }
            index = low
            share = (x - grid[low]) / (grid[low + 1] - grid[low])
        }

        @inline(__always)
        func value(_ values: [Double]) -> Double { values[index] + share * (values[index + 1] - values[index]) }
    }
}
