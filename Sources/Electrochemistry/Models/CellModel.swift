internal import CKernels

/// What a step holds, in the models' own units: current as a multiple of 1C, positive on discharge; V.
struct Control {
    enum Kind { case current, voltage, power, resistance }
    var kind: Kind
    /// Multiple of 1C; V; V times a multiple of 1C; V per multiple of 1C.
    var value: Double
    /// Rate of change of `value` per second after `start`.
    var slope: Double = 0
    var start: Double = 0

    @inline(__always)
    func target(_ time: Double) -> Double { value + slope * (time - start) }

    /// The control row and its derivatives by voltage and current.
    @inline(__always)
    func row(_ time: Double, voltage: Double, current: Double) -> (residual: Double, dV: Double, dI: Double) {
        let target = target(time)
        switch kind {
        case .current: return (current - target, 0, 1)
        case .voltage: return (voltage - target, 1, 0)
        case .power: return (voltage * current - target, current, voltage)
        case .resistance: return (voltage - current * target, 1, -target)
        }
    }

    /// Voltage and current with the held quantity exact, for a row interpolated between internal steps.
    @inline(__always)
    func imposed(_ time: Double, voltage: Double, current: Double) -> (voltage: Double, current: Double) {
        let target = target(time)
        switch kind {
        case .current: return (voltage, target)
        case .voltage: return (target, current)
        case .power: return (voltage, target / voltage)
        case .resistance: return (voltage, voltage / target)
        }
    }
}

/// Positions of what every model's state has once.
struct Tail {
    /// Multiple of 1C, positive on discharge.
    let current: Int
    /// V.
    let voltage: Int
    /// Charge delivered over the nominal capacity.
    let charge: Int
    /// (T - T_ref) / T_ref; nil in an isothermal model.
    let temperature: Int?
}

/// A cell model as a differential-algebraic system F(t, y, y') = 0, with its own linear solve.
///
/// The systems are linear-implicit: every differential row is `mass y' + f(y)`.
class CellModel {
    /// Number of unknowns.
    let size: Int
    let tail: Tail
    /// The first so many unknowns are differential, the others algebraic.
    let differential: Int
    /// Nil where they do not corrode.
    let contacts: CorrodingContacts?
    /// Nil where nothing dries out.
    let dryOut: DryOut?
    /// Nil where no electrolyte is oxidised.
    let crosstalk: Crosstalk?
    /// Weight of the algebraic unknowns in the error test. They follow from the differential ones and may weigh less, but
    /// not nothing: a voltage interpolated between steps that ignored it would be wrong by millivolts in a model whose
    /// other unknowns are smooth.
    var algebraicWeight: Double { 1 }
    /// The same of the local currents, which stand first among them, up to `potentials`.
    var currentWeight: Double { 1 }
    var potentials: Int { differential }
    /// Where films stand, which grow over a whole life.
    var films: [Range<Int>] { [] }
    var control = Control(kind: .current, value: 0)
    /// K.
    var ambient: Double
    /// Column and row of the temperature.
    var border:
        (
            column: UnsafeMutablePointer<Double>, row: UnsafeMutablePointer<Double>, pivot: Double, held: Bool
        )

    /// The column before it is solved, and the heat row's own entry.
    private let borderSource: UnsafeMutablePointer<Double>
    private var borderDiagonal = 1.0

    init(
        size: Int, tail: Tail, differential: Int, ambient: Double, contacts: CorrodingContacts? = nil,
        dryOut: DryOut? = nil, crosstalk: Crosstalk? = nil
    ) {
        self.size = size
        self.contacts = contacts
        self.dryOut = dryOut
        self.crosstalk = crosstalk
        self.tail = tail
        self.differential = differential
        self.ambient = ambient
        let count = tail.temperature == nil ? 1 : size
        border = (.allocate(capacity: count), .allocate(capacity: count), 1, true)
        border.column.initialize(repeating: 0, count: count)
        border.row.initialize(repeating: 0, count: count)
        borderSource = .allocate(capacity: count)
        borderSource.initialize(repeating: 0, count: count)
    }

    /// The border's entries for the sparse cross-check.
    final func emitBorder(_ entry: (Int, Int, Double) -> Void) {
        guard let k = tail.temperature else { return }
        for i in 0..<size where i != k {
            entry(i, k, borderSource[i])
            entry(k, i, border.row[i])
        }
        entry(k, k, borderDiagonal)
    }

    deinit {
        border.column.deallocate()
        border.row.deallocate()
        borderSource.deallocate()
    }

    // MARK: - What wears in the cell as a whole

    /// Part of the area that takes part, 0…1.
    @inline(__always)
    final func wetFraction(_ y: UnsafePointer<Double>) -> Double { dryOut?.wetFraction(y) ?? 1 }

    /// What corrosion adds to the contact resistance, V per multiple of 1C.
    @inline(__always)
    final func corrosionResistance(_ y: UnsafePointer<Double>) -> Double { contacts?.resistance(y) ?? 0 }

    /// Rows of the cell's own unknowns.
    @inline(__always)
    final func wearResidual(
        _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>, temperature: Double
    ) {
        contacts?.residual(rates, r, temperature: temperature)
        dryOut?.residual(rates, r)
        crosstalk?.residual(rates, r)
    }

    final var wearPositions: [Range<Int>] {
        [
            contacts.map { $0.position..<($0.position + 1) }, dryOut.map { $0.position..<($0.position + DryOut.count) },
            crosstalk.map { $0.position..<($0.position + 1) },
        ].compactMap { $0 }
    }

    /// Their solution: `inverseCj` zero holds them.
    @inline(__always)
    final func solveWear(_ x: UnsafeMutablePointer<Double>, inverseCj: Double) {
        if let k = contacts?.position { x[k] *= inverseCj }
        if let first = dryOut?.position { for k in first..<(first + DryOut.count) { x[k] *= inverseCj } }
        if let k = crosstalk?.position { x[k] *= inverseCj }
    }

    /// Their entries for the sparse cross-check.
    final func emitWear(cj: Double, _ entry: (Int, Int, Double) -> Void) {
        for range in wearPositions { for k in range { entry(k, k, cj) } }
    }

    /// Residual F(t, y, y') into `r`.
    func residual(
        _ time: Double, _ y: UnsafePointer<Double>, _ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>
    ) { fatalError("abstract") }

    /// Prepares `solve` for dF/dy + cj dF/dy' at `y`; with `cj` nil the differential unknowns are held.
    func factorise(_ time: Double, _ y: UnsafePointer<Double>, cj: Double?) { fatalError("abstract") }

    /// Solves all but the temperature, in place.
    func solveIsothermal(_ x: UnsafeMutablePointer<Double>) { fatalError("abstract") }

    /// Solves in place. The temperature borders the system: `border` holds the solved column and the row of the heat.
    final func solve(_ x: UnsafeMutablePointer<Double>) {
        solveIsothermal(x)
        guard let k = tail.temperature else { return }
        if border.held {
            x[k] = 0
            return
        }
        let heat = x[k]
        x[k] = 0
        let dT = (heat - ck_dot(size, border.row, x)) / border.pivot
        ck_linear_sum(size, 1, x, -dT, border.column, x)
        x[k] = dT
    }

    /// Closes the border once `border.column` and `border.row` are filled; `diagonal` is the heat row's own entry.
    final func closeBorder(diagonal: Double) {
        guard let k = tail.temperature else { return }
        borderSource.update(from: border.column, count: size)
        borderDiagonal = diagonal
        solveIsothermal(border.column)
        border.column[k] = 0
        border.pivot = diagonal - ck_dot(size, border.row, border.column)
        border.held = false
    }

    /// Coefficient of y' in each differential row.
    func mass(_ i: Int) -> Double { fatalError("abstract") }

    /// Jacobian entries for the sparse cross-check, as of the last `factorise`; duplicates add up.
    func emitJacobian(
        _ time: Double, _ y: UnsafePointer<Double>, cj: Double, _ entry: (Int, Int, Double) -> Void
    ) { fatalError("abstract") }

    /// Sets the differential unknowns to a uniform rest state and guesses the algebraic ones.
    func setRest(_ y: UnsafeMutablePointer<Double>, temperature: Double) { fatalError("abstract") }

    /// The same of the wet part alone, per m² of it.
    func lithiumOfWetPart(_ y: UnsafePointer<Double>) -> (particles: Double, electrolyte: Double) {
        fatalError("abstract")
    }

    /// Lithium in the particles, and in the electrolyte, mol per m² of electrode pair; what lies in a dry part is not in it.
    final func lithium(_ y: UnsafePointer<Double>) -> (particles: Double, electrolyte: Double) {
        let (particles, electrolyte) = lithiumOfWetPart(y)
        let wet = wetFraction(y)
        return (wet * particles, wet * electrolyte)
    }

    /// What is physically wrong with a state that cannot be continued; nil where nothing stands out.
    func diagnosis(_ y: UnsafePointer<Double>) -> String? { nil }

    /// What a user should know of a state that was reached all the same; nil where nothing stands out.
    func caution(_ y: UnsafePointer<Double>) -> String? { nil }

    /// Lets fall dry what the electrolyte no longer fills; between steps alone.
    func fallDry(_ y: UnsafeMutablePointer<Double>) {}

    /// What has aged; nil in a model without ageing.
    func ageingState(_ y: UnsafePointer<Double>) -> AgeingState? { nil }

    /// The unknown of the ageing that has reached its bound, and where: the cell's end of life. Nil while none has.
    func bound(_ y: UnsafePointer<Double>) -> String? { nil }

    /// What is close to its bound, and where; nil where nothing stands out.
    func nearBound(_ y: UnsafePointer<Double>) -> String? { nil }

    /// In a cell that has aged: what keeps it from going on, and where. Nil where nothing stands out.
    func exhaustion(_ y: UnsafePointer<Double>) -> String? {
        guard let state = ageingState(y) else { return nil }
        if let bound = bound(y) { return bound }
        // Without any loss worth the name it is not age that ends the run.
        let aged =
            state.lossOfCyclableLithium > 0.01 || state.lossOfActiveMaterialNegative > 0.01
            || state.lossOfActiveMaterialPositive > 0.01 || state.porosityLoss > 0.05
        guard aged else { return nil }
        if let found = diagnosis(y) { return found }
        let lost = state.lossOfCyclableLithium
        return lost > 0.2 ? "\(rounded(100 * lost)) % of the cyclable lithium is lost" : nil
    }

    /// Potential of the negative electrode against lithium where it meets the separator, V; nil without one.
    func anodePotential(_ y: UnsafePointer<Double>) -> Double? { nil }

    /// Temperature of a state, K.
    func temperature(_ y: UnsafePointer<Double>) -> Double { fatalError("abstract") }

    /// Named outputs of a state; `time` and rates as of the state.
    func outputs() -> [OutputVariable] { [] }
}

/// An internal variable that can be asked for by name.
struct OutputVariable {
    let name: String
    let unit: String
    /// Column suffixes; one empty suffix for a scalar.
    let columns: [String]
    /// Writes one value a column.
    let values: (_ y: UnsafePointer<Double>, _ out: inout [Double]) -> Void
}
