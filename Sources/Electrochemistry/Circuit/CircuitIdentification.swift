public import Cells

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension EquivalentCircuit {
    /// How a circuit is identified.
    public struct Identification: Sendable {
        /// Pairs of a resistor and a capacitor, 1 to 3.
        public var pairs = 2
        /// Hz between which the circuit meets the cell's impedance, evenly over their logarithm.
        public var frequencies = (low: 1e-4, high: 10.0)
        /// Frequencies.
        public var count = 41

        /// With defaults.
        public init() {}
    }

    /// The circuit of a cell, fresh or aged: its open-circuit voltage, and resistances and time constants whose impedance meets
    /// that of the electrochemical model, linearised (``Simulation/impedance(frequencies:)``), at each state of charge and
    /// temperature.
    ///
    /// From the impedance that of the changing open-circuit voltage, dU/dQ / (j ω), is taken; what is left are the resistances,
    /// by least squares of relative errors, none negative, for time constants that are common to all states of charge and
    /// serve them best. The resistance in series is then that of the model's first instant at 1C, in which charge transfer
    /// resists less than at small signals.
    ///
    /// - Parameters:
    ///   - cell: fresh or aged.
    ///   - temperatures: K, at least one.
    ///   - options: model and mesh; no ageing.
    ///   - identification: how many pairs, and where they are identified.
    ///
    /// Throws `SimulationError`.
    public init(
        _ cell: Cell, temperatures: [Double], options: SimulationOptions = SimulationOptions(),
        by identification: Identification = Identification()
    ) throws {
        var options = options
        options.ageing = nil
        options.jumps = nil
        options.untilCapacity = nil
        options.thermal = .isothermal
        options.variables = []
        // Runs over time have no double layers, whose arcs a circuit that stands for such runs must not follow.
        var cell = cell
        for index in (cell.negative?.materials ?? []).indices {
            cell.negative?.materials[index].doubleLayerCapacity = nil
        }
        for index in (cell.positive?.materials ?? []).indices {
            cell.positive?.materials[index].doubleLayerCapacity = nil
        }
        let grid = Self.grid
        let ratio = identification.frequencies.high / identification.frequencies.low
        let frequencies = (0..<identification.count).map { k in
            identification.frequencies.low
                * exp(log(ratio) * Double(k) / Double(max(identification.count - 1, 1)))
        }
        var all: [Elements] = []
        var capacity = 0.0
        for temperature in Set(temperatures).sorted() {
            var spectra: [[(angular: Double, real: Double, imaginary: Double)]] = []
            var voltages: [Double] = []
            var instant: [Double?] = []
            for charge in grid {
                options.temperature = temperature
                options.initialState = .stateOfCharge(charge)
                let simulation = try Simulation(cell: cell, options: options)
                capacity = simulation.cell.windowCapacity
                let spectrum = try simulation.impedance(frequencies: frequencies)
                voltages.append(spectrum.voltage)
                // Charge transfer gives way to large currents (Butler and Volmer): the resistance in series is that of 1C.
                let pulse = VoltageSink()
                let step = Step(control: .cRate(-1), duration: 1, text: "Discharge at 1C for 1 s")
                _ = try? simulation.run(CyclingProtocol(cycles: [.init(steps: [step])]), into: [pulse])
                instant.append(
                    pulse.rows[1]?.first.map { (spectrum.voltage - $0.voltage) / simulation.cell.nominalCapacity })
                let slope = Self.slope(simulation.cell, charge) / (3600 * capacity)
                spectra.append(
                    spectrum.points.map { point in
                        let angular = 2 * Double.pi * point.frequency
                        return (angular, point.real, point.imaginary + slope / angular)
                    })
            }
            all.append(
                Self.elements(
                    cell.heldAtItsAge, temperature: temperature, voltages: voltages, instant: instant,
                    spectra: spectra, pairs: identification.pairs))
        }
        guard let circuit = EquivalentCircuit(capacity: capacity, elements: all) else {
            throw SimulationError(.usage, "an equivalent circuit at no temperature; one at least is needed")
        }
        self = circuit
    }

    /// States of charge of the elements: closer where the open-circuit voltage bends.
    static let grid: [Double] =
        [0.005, 0.01, 0.02, 0.035] + (1...19).map { 0.05 * Double($0) } + [0.97, 0.985, 0.995]

    /// dU/dz, V.
    private static func slope(_ cell: Cell, _ charge: Double) -> Double {
        let (low, high) = (max(charge - 0.004, 0), min(charge + 0.004, 1))
        return (cell.openCircuitVoltage(stateOfCharge: high) - cell.openCircuitVoltage(stateOfCharge: low))
            / (high - low)
    }

    private static func elements(
        _ cell: Cell, temperature: Double, voltages: [Double], instant: [Double?],
        spectra: [[(angular: Double, real: Double, imaginary: Double)]], pairs: Int
    ) -> Elements {
        let (constants, _) = timeConstants(spectra, pairs: pairs)
        let fits = spectra.map { fit($0, constants) }
        let misfit = (fits.reduce(0) { $0 + $1.cost } / Double(max(fits.count, 1))).squareRoot()
        // The open-circuit voltage is given more closely than resistances: its bends make the charge.
        let fine = (0...400).map { Double($0) / 400 }
        func between(_ values: [Double], _ charge: Double) -> Double {
            Place(min(max(charge, grid[0]), grid[grid.count - 1]), in: grid).value(values)
        }
        // The model's own rest voltages hold what entropy adds at this temperature.
        let shifts = zip(grid, voltages).map { $1 - cell.openCircuitVoltage(stateOfCharge: $0) }
        let series = zip(instant, fits).map { own, fit in own.flatMap { $0 > 0 ? $0 : nil } ?? fit.resistances[0] }
        return Elements(
            temperature: temperature, stateOfCharge: fine,
            openCircuitVoltage: fine.map { cell.openCircuitVoltage(stateOfCharge: $0) + between(shifts, $0) },
            seriesResistance: fine.map { between(series, $0) },
            resistances: (1...pairs).map { pair in fine.map { between(fits.map { $0.resistances[pair] }, $0) } },
            timeConstants: constants, misfit: misfit)
    }

    /// Resistances, the one in series first, that meet a spectrum with given time constants, and the mean square of relative
    /// errors.
    private static func fit(
        _ spectrum: [(angular: Double, real: Double, imaginary: Double)], _ constants: [Double]
    ) -> (resistances: [Double], cost: Double) {
        let n = constants.count + 1
        var gram = [Double](repeating: 0, count: n * n)
        var right = [Double](repeating: 0, count: n)
        var square = 0.0
        for point in spectrum {
            let size = point.real * point.real + point.imaginary * point.imaginary
            guard size > 0 else { continue }
            var columns = [(1.0, 0.0)]
            for constant in constants {
                // 1 / (1 + j ω τ)
                let x = point.angular * constant
                columns.append((1 / (1 + x * x), -x / (1 + x * x)))
            }
            for a in 0..<n {
                right[a] += (columns[a].0 * point.real + columns[a].1 * point.imaginary) / size
                for b in 0..<n { gram[a * n + b] += (columns[a].0 * columns[b].0 + columns[a].1 * columns[b].1) / size }
            }
            square += 1
        }
        // None negative: the most negative is held at zero until none is.
        var held = [Bool](repeating: false, count: n)
        var values = [Double](repeating: 0, count: n)
        for _ in 0..<n {
            values = solved(gram, right, held)
            guard let worst = values.indices.min(by: { values[$0] < values[$1] }), values[worst] < 0 else { break }
            held[worst] = true
        }
        values = values.map { max($0, 0) }
        var cost = square
        for a in 0..<n {
            cost -= 2 * values[a] * right[a]
            for b in 0..<n { cost += values[a] * gram[a * n + b] * values[b] }
        }
        return (values, max(cost, 0) / max(square, 1))
    }

    /// The free ones of a few linear equations by Gauss's elimination with the largest pivot; those held are zero.
    private static func solved(_ gram: [Double], _ right: [Double], _ held: [Bool]) -> [Double] {
        let n = right.count
        let free = (0..<n).filter { !held[$0] }
        var rows = free.map { a in free.map { gram[a * n + $0] } + [right[a]] }
        for column in free.indices {
            let pivot = (column..<free.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            guard abs(rows[column][column]) > 1e-300 else { continue }
            for row in free.indices where row != column {
                let factor = rows[row][column] / rows[column][column]
                for k in column...free.count { rows[row][k] -= factor * rows[column][k] }
            }
        }
        var values = [Double](repeating: 0, count: n)
        for (place, index) in free.enumerated() where abs(rows[place][place]) > 1e-300 {
            values[index] = rows[place][free.count] / rows[place][place]
        }
        return values
    }

    /// Time constants that serve all spectra best: every choice from a grid, then each moved within its neighbours, closer and
    /// closer.
    private static func timeConstants(
        _ spectra: [[(angular: Double, real: Double, imaginary: Double)]], pairs: Int
    ) -> (constants: [Double], cost: Double) {
        func cost(_ logarithms: [Double]) -> Double {
            let constants = logarithms.map { exp($0) }
            return spectra.reduce(0) { $0 + fit($1, constants).cost }
        }
        let count = pairs > 2 ? 12 : 20
        let low = log(0.2), high = log(1e4)
        let steps = (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
        var best: (logarithms: [Double], cost: Double) = ([], .infinity)
        func choose(_ chosen: [Double], from first: Int) {
            if chosen.count == pairs {
                let own = cost(chosen)
                if own < best.cost { best = (chosen, own) }
                return
            }
            for index in first..<count { choose(chosen + [steps[index]], from: index + 1) }
        }
        choose([], from: 0)
        var width = steps[1] - steps[0]
        while width > 0.01 {
            var moved = false
            for pair in best.logarithms.indices {
                for change in [-0.5 * width, 0.5 * width] {
                    var tried = best.logarithms
                    tried[pair] += change
                    let own = cost(tried)
                    if own < best.cost { (best, moved) = ((tried, own), true) }
                }
            }
            if !moved { width *= 0.5 }
        }
        return (best.logarithms.sorted().map { exp($0) }, best.cost)
    }
}
