internal import CKernels
internal import CSundials

/// What IDA answered. See the table of return values in the SUNDIALS IDA manual.
struct IDAResult: RawRepresentable, Equatable {
    var rawValue: Int32
    static let success = IDAResult(rawValue: 0)
    static let stopTimeReached = IDAResult(rawValue: 1)
    static let tooMuchWork = IDAResult(rawValue: -1)
    static let errorTestFailures = IDAResult(rawValue: -3)
    static let convergenceFailures = IDAResult(rawValue: -4)
    static let residualFailure = IDAResult(rawValue: -8)
    static let repeatedResidualError = IDAResult(rawValue: -9)
}

/// One SUNDIALS IDA integrator over one model. Not shared between threads; each has its own SUNContext.
final class IDASession {
    let model: CellModel
    private(set) var time = 0.0
    /// State and rates at `time`.
    var y: UnsafeMutablePointer<Double> { ck_data(yVector) }
    var rates: UnsafeMutablePointer<Double> { ck_data(rateVector) }
    var lastMessage: String { String(cString: ck_message_text(message)) }
    private(set) var residualEvaluations = 0
    private(set) var jacobianEvaluations = 0
    private(set) var newtonIterations = 0
    private(set) var steps = 0
    private(set) var errorTestFailures = 0
    private(set) var convergenceFailures = 0
    private var uncollected = false

    private let context: SUNContext
    private let memory: UnsafeMutableRawPointer
    private let yVector: N_Vector
    private let rateVector: N_Vector
    private let idVector: N_Vector
    private let denseVector: N_Vector
    private let probe: N_Vector
    private let matrix: SUNMatrix
    private let linearSolver: SUNLinearSolver
    private let message: UnsafeMutablePointer<ck_message>
    private var sparse: SparseJacobian?
    private let relativeTolerance: Double
    private let absoluteTolerance: Double
    /// Factor on both tolerances: a run that fails goes on with a smaller one.
    var tightening = 1.0
    private let scratch: UnsafeMutablePointer<Double>
    private let films: [Range<Int>]

    /// `probed`: positions of the state that `probe(at:)` interpolates.
    init(
        model: CellModel, relativeTolerance: Double, absoluteTolerance: Double, linearSolver kind: LinearSolverKind,
        probed: [Int]
    ) throws {
        self.model = model
        films = model.films + model.wearPositions
        self.relativeTolerance = relativeTolerance
        self.absoluteTolerance = absoluteTolerance
        var context: SUNContext?
        guard SUNContext_Create(nil, &context) == 0, let context else {
            throw SimulationError(.computation, "SUNDIALS: cannot create a context")
        }
        self.context = context
        func vector() throws -> N_Vector {
            guard let v = ck_vector_new(model.size, context) else {
                throw SimulationError(.computation, "SUNDIALS: out of memory for \(model.size) unknowns")
            }
            return v
        }
        yVector = try vector()
        rateVector = try vector()
        idVector = try vector()
        denseVector = try vector()
        guard let probe = ck_probe_new(probed.count, probed, context), let memory = IDACreate(context) else {
            throw SimulationError(.computation, "SUNDIALS: cannot create an integrator")
        }
        self.probe = probe
        self.memory = memory
        message = .allocate(capacity: 1)
        message.initialize(to: ck_message())
        scratch = .allocate(capacity: model.size)
        N_VConst(0, yVector)
        N_VConst(0, rateVector)
        for i in 0..<model.size { ck_data(idVector)[i] = i < model.differential ? 1 : 0 }

        switch kind {
        case .structured:
            guard
                let token = ck_token_matrix_new(context),
                let solver = ck_linear_solver_new(
                    Unmanaged.passUnretained(model).toOpaque(),
                    { data, x, b in
                        let model = Unmanaged<CellModel>.fromOpaque(data).takeUnretainedValue()
                        x.update(from: b, count: model.size)
                        model.solve(x)
                        return 0
                    }, context)
            else { throw SimulationError(.computation, "SUNDIALS: cannot create the linear solver") }
            matrix = token
            linearSolver = solver
        case .klu:
            let sparse = SparseJacobian(model: model)
            self.sparse = sparse
            guard
                let a = SUNSparseMatrix(
                    sunindextype(model.size), sunindextype(model.size), sunindextype(sparse.capacity), CSC_MAT, context),
                let solver = SUNLinSol_KLU(yVector, a, context)
            else { throw SimulationError(.computation, "SUNDIALS: cannot create the KLU solver") }
            matrix = a
            linearSolver = solver
        }

        IDASetErrHandlerFn(memory, ck_keep_message, message)
        try check(
            IDAInit(
                memory,
                { time, y, rates, r, data in
                    let session = Unmanaged<IDASession>.fromOpaque(data!).takeUnretainedValue()
                    session.residualEvaluations += 1
                    session.model.residual(time, ck_data(y!), ck_data(rates!), ck_data(r!))
                    return 0
                }, 0, yVector, rateVector), "IDAInit")
        ck_skip_interpolation(yVector)
        ck_skip_interpolation(rateVector)
        IDASetUserData(memory, Unmanaged.passUnretained(self).toOpaque())
        try check(
            IDAWFtolerances(memory) { y, w, data in
                let session = Unmanaged<IDASession>.fromOpaque(data!).takeUnretainedValue()
                session.weigh(ck_data(y!), into: ck_data(w!))
                return 0
            }, "IDAWFtolerances")
        IDASetId(memory, idVector)
        try check(IDASetLinearSolver(memory, linearSolver, matrix), "IDASetLinearSolver")
        switch kind {
        case .structured:
            IDASetJacFn(memory) { time, cj, y, rates, r, a, data, _, _, _ in
                let session = Unmanaged<IDASession>.fromOpaque(data!).takeUnretainedValue()
                session.jacobianEvaluations += 1
                session.model.factorise(time, ck_data(y!), cj: cj)
                return 0
            }
        case .klu:
            IDASetJacFn(memory) { time, cj, y, rates, r, a, data, _, _, _ in
                let session = Unmanaged<IDASession>.fromOpaque(data!).takeUnretainedValue()
                session.jacobianEvaluations += 1
                session.model.factorise(time, ck_data(y!), cj: cj)
                session.sparse!.write(time, ck_data(y!), cj: cj, into: a!)
                return 0
            }
        }
        IDASetMaxNumSteps(memory, -1)
        // After a switch of control the steps grow with the time since then, by far less than IDA's factor of 2 at once:
        // from 1.5 on they may. Closer to 1 each saved step would cost a factorisation.
        IDASetEtaFixedStepBounds(memory, 1, 1.5)
        // A new factor whenever the step changes: rows that are linear are then solved exactly at each iteration, and
        // lithium and charge are conserved to round-off whatever the tolerance. It also saves iterations.
        IDASetDeltaCjLSetup(memory, 1e-12)
        IDASetLinearSolutionScaling(memory, SUNFALSE)
        IDASetMaxConvFails(memory, 30)
    }

    deinit {
        var memory: UnsafeMutableRawPointer? = memory
        IDAFree(&memory)
        SUNLinSolFree(linearSolver)
        SUNMatDestroy(matrix)
        for v in [yVector, rateVector, idVector, denseVector, probe] { N_VDestroy(v) }
        var context: SUNContext? = context
        SUNContext_Free(&context)
        message.deallocate()
        scratch.deallocate()
    }

    private func check(_ code: Int32, _ what: String) throws {
        if code < 0 { throw SimulationError(.computation, "SUNDIALS: \(what) failed (\(code)): \(lastMessage)") }
    }

    /// Starts again at `time` from `y`: solves the algebraic unknowns, sets the rates, forgets the history.
    func restart(at time: Double, initialStep: Double) throws {
        self.time = time
        try initialise(time)
        collectStatistics()
        try check(IDAReInit(memory, time, yVector, rateVector), "IDAReInit")
        IDASetInitStep(memory, initialStep)
    }

    /// Starts at `time` from `y` after a jump or bend of what is controlled. The first internal step is as long as it takes
    /// the differential unknowns, at their rates there, to move by the tolerance.
    ///
    /// It follows from the state alone, so that a run resumed here takes the same one.
    func begin(at time: Double) throws {
        try restart(at: time, initialStep: Self.longestFirstStep)
        weigh(y, into: scratch)
        var sum = 0.0
        for i in 0..<model.differential {
            let moved = scratch[i] * rates[i]
            sum += moved * moved
        }
        let rate = (sum / Double(model.size)).squareRoot()
        guard rate.isFinite else { return }
        IDASetInitStep(memory, min(max(1 / rate, Self.shortestFirstStep), Self.longestFirstStep))
    }

    /// One over the error allowed in each unknown.
    private func weigh(_ y: UnsafePointer<Double>, into w: UnsafeMutablePointer<Double>) {
        ck_error_weights(model.size, tightening * relativeTolerance, tightening * absoluteTolerance, y, w)
        for range in films { for i in range { w[i] *= Self.filmWeight } }
        for i in model.differential..<model.potentials { w[i] *= model.currentWeight }
        for i in model.potentials..<model.size { w[i] *= model.algebraicWeight }
    }

    /// Films add their errors up over a life, and are so few among the unknowns that the mean over all of them would allow
    /// them several times the tolerance. They move slowly: this costs a cycle nothing, and a rest of a year ten steps.
    private static let filmWeight = 10.0

    /// s.
    private static let shortestFirstStep = 1e-6
    /// s; at rest nothing moves, and yet a ramp may begin.
    private static let longestFirstStep = 10.0

    /// Consistent algebraic unknowns by Newton's method at fixed differential ones, then the rates.
    func initialise(_ time: Double) throws {
        try solveAlgebraic(time, y)
        residualEvaluations += 1
        for i in 0..<model.size { rates[i] = 0 }
        model.residual(time, y, rates, scratch)
        for i in 0..<model.differential { rates[i] = -scratch[i] / model.mass(i) }
    }

    /// Newton's method on the algebraic rows of `y`, the differential unknowns held.
    ///
    /// Full steps while they converge; else damped ones, each accepted where the next correction of the same Jacobian is
    /// smaller (the natural monotonicity test of Deuflhard, Newton Methods for Nonlinear Problems, Springer 2004, 3.3);
    /// where these fail, too, the solution is followed from the state as it is to the one that is wanted.
    func solveAlgebraic(_ time: Double, _ y: UnsafeMutablePointer<Double>) throws {
        let first = model.differential, count = model.size - model.differential
        try withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { kept in
            let kept = kept.baseAddress!
            kept.update(from: y + first, count: count)
            if dampedNewton(time, y) { return }
            (y + first).update(from: kept, count: count)
            if followed(time, y) { return }
            // What stands in the way shows where the path ends.
            throw SimulationError(
                .computation, model.diagnosis(y) ?? "no consistent potentials were found for this step's start")
        }
    }

    /// Follows the solution of F(y) = (1 - λ) F(y₀) from λ = 0, where y₀ solves it, to 1 (Newton's homotopy: Allgower, Georg,
    /// Introduction to Numerical Continuation Methods, SIAM 2003, 1.3). False where it cannot; `y` is then where it ended.
    private func followed(_ time: Double, _ y: UnsafeMutablePointer<Double>) -> Bool {
        let n = model.size, first = model.differential
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * n) { work in
            work.initialize(repeating: 0)
            let zero = work.baseAddress!, beginning = zero + n, step = beginning + n, last = step + n
            model.residual(time, y, zero, beginning)
            residualEvaluations += 1
            var done = 0.0, stride = 0.05
            while done < 1 {
                let target = min(done + stride, 1)
                last.update(from: y, count: n)
                var previous = Double.infinity
                var converged = false
                for _ in 0..<12 {
                    model.factorise(time, y, cj: nil)
                    model.residual(time, y, zero, step)
                    residualEvaluations += 1
                    jacobianEvaluations += 1
                    newtonIterations += 1
                    for i in 0..<first { step[i] = 0 }
                    for i in first..<n { step[i] -= (1 - target) * beginning[i] }
                    model.solve(step)
                    var size = 0.0
                    for i in first..<n {
                        let d = step[i].magnitude / (1 + y[i].magnitude)
                        size = d > size || d.isNaN ? d : size
                    }
                    guard size.isFinite, size < 2 * previous, size < 1 else { break }
                    for i in first..<n { y[i] -= step[i] }
                    converged = size < 1e-10 || (size < 1e-7 && (target < 1 || size >= 0.5 * previous))
                    if converged { break }
                    previous = size
                }
                if converged {
                    done = target
                    stride *= 2
                } else {
                    y.update(from: last, count: n)
                    stride *= 0.25
                    if stride < 1e-6 { return false }
                }
            }
            return true
        }
    }

    /// False where Newton's method does not converge.
    private func dampedNewton(_ time: Double, _ y: UnsafeMutablePointer<Double>) -> Bool {
        let n = model.size, first = model.differential
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { work in
            work.initialize(repeating: 0)
            let zero = work.baseAddress!, step = zero + n, start = step + n
            /// The correction of the last Jacobian at `y`, into `d`; returns its size over 1 + |y|.
            func correction(_ d: UnsafeMutablePointer<Double>) -> Double {
                residualEvaluations += 1
                model.residual(time, y, zero, d)
                for i in 0..<first { d[i] = 0 }
                model.solve(d)
                var size = 0.0
                for i in first..<n {
                    let d = d[i].magnitude / (1 + y[i].magnitude)
                    size = d > size || d.isNaN ? d : size
                }
                return size
            }
            var previous = Double.infinity
            var damping = 1.0
            for iteration in 0..<100 {
                model.factorise(time, y, cj: nil)
                jacobianEvaluations += 1
                newtonIterations += 1
                let size = correction(step)
                guard size.isFinite else { break }
                if size < 1e-10 || (size < 1e-7 && size >= 0.5 * previous && iteration > 3) {
                    for i in first..<n { y[i] -= step[i] }
                    return true
                }
                previous = size
                // No unknown moves by more than its own size plus one.
                damping = iteration <= 3 ? 1 / max(size, 1) : min(2 * damping, 1 / max(size, 1))
                (start + first).update(from: y + first, count: n - first)
                while true {
                    for i in first..<n { y[i] = start[i] - damping * step[i] }
                    if iteration <= 3 { break }
                    let next = correction(scratch)
                    if next <= (1 - 0.25 * damping) * size { break }
                    damping *= 0.5
                    if damping < 1e-6 { break }
                }
                if damping < 1e-6 { break }
            }
            return false
        }
    }

    /// One internal step, not past `stop` if given. Afterwards `y`, `rates` and `time` are at its end.
    func step(stop: Double?) -> IDAResult {
        if let stop { IDASetStopTime(memory, stop) }
        var reached = time
        let code = IDASolve(
            memory, stop ?? (time + 1e9), &reached, yVector, rateVector, IDA_ONE_STEP)
        uncollected = true
        if code >= 0 {
            time = reached
            steps += 1
        } else {
            // The vectors hold the attempt that failed; the last accepted state is in IDA's history.
            moveBack(to: time)
        }
        return IDAResult(rawValue: code)
    }

    /// Interpolates the probed entries at a time inside the last step.
    @inline(__always)
    func probe(at time: Double) -> UnsafePointer<Double> {
        IDAGetDky(memory, time, 0, probe)
        return UnsafePointer(ck_probe_values(probe))
    }

    /// Interpolates the whole state at a time inside the last step.
    func interpolated(at time: Double) -> UnsafeMutablePointer<Double> {
        IDAGetDky(memory, time, 0, denseVector)
        return ck_data(denseVector)
    }

    /// Replaces the state by the interpolated one at `time`.
    func moveBack(to time: Double) {
        IDAGetDky(memory, time, 0, denseVector)
        y.update(from: ck_data(denseVector), count: model.size)
        self.time = time
    }

    /// Adds IDA's counters up; IDAReInit clears them.
    func collectStatistics() {
        guard uncollected else { return }
        uncollected = false
        var n = 0
        IDAGetNumNonlinSolvIters(memory, &n)
        newtonIterations += n
        IDAGetNumErrTestFails(memory, &n)
        errorTestFailures += n
        IDAGetNumNonlinSolvConvFails(memory, &n)
        convergenceFailures += n
    }
}

/// The Jacobian as a compressed sparse matrix for KLU.
final class SparseJacobian {
    private let model: CellModel
    private let columns: [Int]  // start of each column
    private let rows: [Int]
    private let slots: [Int]  // emission order → position
    let capacity: Int

    init(model: CellModel) {
        self.model = model
        var entries: [(row: Int, column: Int)] = []
        let n = model.size
        let y = [Double](repeating: 0.5, count: n)
        model.factorise(0, y, cj: 1)
        model.emitJacobian(0, y, cj: 1) { row, column, _ in entries.append((row, column)) }
        let order = entries.indices.sorted {
            (entries[$0].column, entries[$0].row) < (entries[$1].column, entries[$1].row)
        }
        var columns = [Int](repeating: 0, count: n + 1)
        var rows: [Int] = []
        var slots = [Int](repeating: 0, count: entries.count)
        var last = (-1, -1)
        for k in order {
            let e = entries[k]
            if (e.row, e.column) != last {
                rows.append(e.row)
                columns[e.column + 1] += 1
                last = (e.row, e.column)
            }
            slots[k] = rows.count - 1
        }
        for c in 0..<n { columns[c + 1] += columns[c] }
        self.columns = columns
        self.rows = rows
        self.slots = slots
        capacity = rows.count
    }

    func write(_ time: Double, _ y: UnsafePointer<Double>, cj: Double, into a: SUNMatrix) {
        let data = SUNSparseMatrix_Data(a)!, pointers = SUNSparseMatrix_IndexPointers(a)!
        let values = SUNSparseMatrix_IndexValues(a)!
        for c in 0..<columns.count { pointers[c] = sunindextype(columns[c]) }
        for k in 0..<rows.count {
            values[k] = sunindextype(rows[k])
            data[k] = 0
        }
        var next = 0
        model.emitJacobian(time, y, cj: cj) { _, _, value in
            data[slots[next]] += value
            next += 1
        }
    }
}
