internal import Learning

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// State of health and remaining life of one cell, with 90 % intervals.
public struct LifetimePrediction: Sendable {
    /// Last cycle looked at.
    public var cyclesSeen: Double
    /// Ah; the cell's own at its start where none was given.
    public var nominalCapacity: Double
    /// Capacity over nominal, now.
    public var soh: Double
    /// Lower end.
    public var sohLow: Double
    /// Upper end.
    public var sohHigh: Double
    /// State of health at which a life ends.
    public var endOfLifeSOH: Double
    /// Cycle at which it ends; nil where nothing foretells it.
    public var endOfLifeCycle: Double?
    /// Cycles from now.
    public var remaining: (value: Double, low: Double, high: Double)?
    /// Whether the cell is like those the model was trained on.
    public var isInDomain: Bool
    /// Which model was used.
    public var model: String
    /// What was assumed, which model was chosen and why.
    public var warnings: [String]
    /// State of health over cycles: seen, then foretold.
    public var trace: [TracePoint]

    /// A point of the trace.
    public struct TracePoint: Sendable {
        /// Cycle.
        public var cycle: Double
        /// State of health.
        public var soh: Double
        /// Lower end.
        public var low: Double
        /// Upper end.
        public var high: Double
        /// Whether it was measured.
        public var isObserved: Bool
    }

    /// What a prediction is told.
    public struct Options: Sendable {
        /// Ah.
        public var nominalCapacity: Double?
        /// State of health at which a life ends; 0.8 where neither this nor a model says.
        public var endOfLife: Double?
        /// E.g. `LFP`.
        public var chemistry: String?

        /// With defaults.
        public init() {}
    }

    /// Predicts, with the first model that serves what the cell's data offer: full discharge curves, then the first 100
    /// cycles, then the capacities' course among other lives, then their own trend; a single charge gives a state of health.
    ///
    /// - Throws: `LifetimeError` where the data allow no state of health.
    public init(_ cell: CellHistory, models: [LifetimeModel], options: Options) throws {
        var warnings = cell.remarks
        cyclesSeen = cell.lastCycle
        let end = options.endOfLife ?? 0.8
        endOfLifeSOH = end
        isInDomain = false
        trace = []
        guard let last = cell.capacities.last else {
            // No whole discharge: a charge may still tell the state of health.
            guard let charge = cell.lastCharge else {
                throw LifetimeError(
                    place: cell.name, problem: "no whole discharge and no charge",
                    remedy: "give records of at least one cycle")
            }
            guard let model = models.first(where: { $0.healthFromCharge != nil }), let health = model.healthFromCharge
            else {
                throw LifetimeError(
                    place: cell.name, problem: "a charge and no discharge, and no model that knows charges",
                    remedy: "give a discharge, or a model with --model")
            }
            let x = Matrix([ChargeCurveFeatures.row([charge])], columns: ChargeCurveFeatures.names.count)
            let prediction = health.predict(x)[0]
            nominalCapacity = options.nominalCapacity ?? NASAProtocol.nominal
            (soh, sohLow, sohHigh) = (prediction.value, max(prediction.low, 0), prediction.high)
            isInDomain = prediction.isInDomain
            self.model = model.card.name
            warnings.append("no whole discharge: state of health from the last charge by \(model.card.name)")
            if !health.interval.isWarranted { warnings.append("too few cells to warrant a 90 % interval") }
            self.warnings = warnings
            return
        }
        let nominal = try Self.nominal(of: cell, options)
        if options.nominalCapacity == nil {
            warnings.append("nominal capacity taken from the first cycles: \(ModelCard.short(nominal)) Ah")
        }
        nominalCapacity = nominal
        let known = Trajectory(cycles: cell.cycles, capacities: cell.capacities.map { $0 / nominal })
        let now = Self.level(known)
        soh = now.value
        sohLow = max(now.value - now.half, 0)
        sohHigh = now.value + now.half
        if cell.cycles.count < 3 {
            warnings.append(
                "\(cell.cycles.count) whole cycle\(cell.cycles.count == 1 ? "" : "s"): state of health alone")
        }
        _ = last
        let origin = max(cell.cycles.last ?? 0, 1)
        model = "measured capacity"
        let wanted = options.chemistry?.lowercased() ?? ""
        var foretold: (([Double]) -> Forecast)?
        func fits(_ model: LifetimeModel) -> Bool {
            wanted.isEmpty || model.chemistry.isEmpty || wanted.contains(model.chemistry)
                || model.chemistry.contains(wanted)
        }
        if soh <= end {
            let reached = known.smoothed(half: 2).firstBelow(end) ?? origin
            remaining = (0, 0, 0)
            endOfLifeCycle = reached
            model = "measured capacity"
            isInDomain = true
            warnings.append("end of life was reached at cycle \(Int(reached.rounded()))")
        } else if let found = Self.fromEarlyCycles(
            cell, nominal: nominal, origin: origin, end: end, models.filter(fits), &warnings)
        {
            remaining = found.remaining
            endOfLifeCycle = origin + found.remaining.value
            isInDomain = found.isInDomain
            model = found.model
            foretold = found.course
        } else if let found = Self.fromTrajectory(known, models.filter(fits), end: end, &warnings) {
            remaining = found.remaining
            endOfLifeCycle = origin + found.remaining.value
            isInDomain = found.isInDomain
            model = found.model
            foretold = found.course
        } else if let own = OwnTrend.remaining(known, endOfLife: end) {
            remaining = own
            endOfLifeCycle = origin + own.value
            model = "own trend"
            warnings.append(
                "remaining life from the cell's own trend: no model was trained on cells like it; the interval is "
                    + "what such trends missed by on other kinds of cells, not warranted")
        } else if cell.cycles.count >= 3 {
            warnings.append("the capacity does not fall yet: remaining life cannot be told")
        }
        self.warnings = warnings
        trace = Self.trace(known, now: now, remaining: remaining, end: end, foretold: foretold)
    }

    /// The level of a trajectory at its end, and half its 90 % interval: a line through the last cycles, up to 20, and their
    /// scatter about it.
    static func level(_ known: Trajectory) -> (value: Double, half: Double) {
        let count = min(known.cycles.count, 20)
        let cycles = Array(known.cycles.suffix(count))
        let values = Array(known.capacities.suffix(count))
        guard count >= 5 else {
            // One reading: a cycler's accuracy and the cell's temperature, about 1 %.
            return (values.last ?? .nan, 0.01 * (values.last ?? 0))
        }
        let median = Statistics.median(values)
        let kept = values.indices.filter { abs(values[$0] / median - 1) < 0.1 }
        let line = Line.fit(kept.map { cycles[$0] }, kept.map { values[$0] })
        let value = line.intercept + line.slope * (cycles.last ?? 0)
        let scatter = Statistics.rootMeanSquare(kept.map { values[$0] - line.intercept - line.slope * cycles[$0] })
        return (value, 1.645 * scatter + 0.002)
    }

    private typealias Found = (
        remaining: (value: Double, low: Double, high: Double), isInDomain: Bool, model: String,
        /// States of health to come, with their interval, where the model foretells them.
        course: (([Double]) -> Forecast)?
    )

    /// The capacity to compare with, Ah: the one given, or that of the first cycles. Throws `LifetimeError` where there is none,
    /// and where the one given cannot be this cell's.
    static func nominal(of cell: CellHistory, _ options: Options) throws -> Double {
        let nominal = options.nominalCapacity ?? cell.initialCapacity
        guard nominal > 0, nominal.isFinite else {
            throw LifetimeError(
                place: cell.name, problem: "no capacity to compare with", remedy: "give --nominal-capacity in Ah")
        }
        if let given = options.nominalCapacity, cell.initialCapacity > 0,
            !(0.05...5).contains(cell.initialCapacity / given)
        {
            throw LifetimeError(
                place: cell.name,
                problem:
                    "a nominal capacity of \(ModelCard.short(given)) Ah, and \(ModelCard.short(cell.initialCapacity)) Ah "
                    + "in the first cycles",
                remedy:
                    "give --nominal-capacity in Ah; mA or mAh taken for A or Ah are told with --map and a unit in the heading"
            )
        }
        return nominal
    }

    private static func fromEarlyCycles(
        _ cell: CellHistory, nominal: Double, origin: Double, end: Double, _ models: [LifetimeModel],
        _ warnings: inout [String]
    ) -> Found? {
        for model in models where abs(model.endOfLife - end) < 0.005 {
            var prediction: Prediction?
            var basis = ""
            if let curves = model.lifeFromCurves, let difference = cell.difference, let first = cell.first100 {
                let row = SeversonFeatures.row(capacities: first, difference: difference)
                prediction = curves.predict(Matrix([row], columns: row.count)).first
                basis = "discharge curves of cycles 10 and 100"
            } else if let cycles = model.lifeFromCycles, let kind = EarlyCycleFeatures.kind(of: cycles.features),
                let row = EarlyCycleFeatures.row(of: cell, kind: kind)
            {
                prediction = cycles.predict(Matrix([row], columns: row.count)).first
                basis = "the first \(EarlyCycleFeatures.rows) cycles"
            }
            guard let prediction else { continue }
            if prediction.high <= origin {
                warnings.append(
                    "the cell has outlived what \(model.card.name) foretold (\(Int(prediction.value)) cycles)")
                continue
            }
            if !prediction.isInDomain {
                warnings.append(
                    "out of the domain of \(model.card.name): novelty \(ModelCard.short(prediction.novelty)), at most "
                        + "\(Novelty.limit) is like the cells trained on")
            }
            warnings.append("life from \(basis) by \(model.card.name)")
            var remaining = (
                value: max(prediction.value - origin, 0), low: max(prediction.low - origin, 0),
                high: max(prediction.high - origin, 0)
            )
            // What a model says of a cell unlike its own is no better founded than the cell's own trend.
            let known = Trajectory(cycles: cell.cycles, capacities: cell.capacities.map { $0 / nominal })
            if !prediction.isInDomain, let own = OwnTrend.remaining(known, endOfLife: end) {
                remaining.low = min(remaining.low, own.low)
                remaining.high = max(remaining.high, own.high)
                warnings.append("the interval spans that of the cell's own trend, a rule of thumb")
            }
            return (remaining, prediction.isInDomain, model.card.name, nil)
        }
        return nil
    }

    private static func fromTrajectory(
        _ known: Trajectory, _ models: [LifetimeModel], end: Double, _ warnings: inout [String]
    ) -> Found? {
        guard known.cycles.count >= 5 else { return nil }
        for model in models {
            guard var trajectory = model.trajectory else { continue }
            // Donors serve any end of life they reach.
            trajectory.donors.removeAll { ($0.map(\.soh).min() ?? 1) > end }
            guard trajectory.donors.count >= 2 else { continue }
            trajectory.endOfLife = end
            guard let prediction = trajectory.predict(known), prediction.isInDomain else { continue }
            warnings.append(
                "remaining life from capacities among \(trajectory.donors.count) lives of \(model.card.name)")
            if !trajectory.interval.isWarranted { warnings.append("too few lives to warrant a 90 % interval") }
            let serving = trajectory
            return (
                (prediction.value, prediction.low, prediction.high), true, model.card.name,
                { serving.course(known, at: $0) }
            )
        }
        return nil
    }

    /// What was measured, and from there to the end of life what the model foretells; where it foretells the end alone, a
    /// course that passes through now and the end: the excess of a square over a line, as fades quicken.
    private static func trace(
        _ known: Trajectory, now: (value: Double, half: Double), remaining: (value: Double, low: Double, high: Double)?,
        end: Double, foretold: (([Double]) -> Forecast)?
    ) -> [TracePoint] {
        var out = zip(known.cycles, known.capacities).map {
            TracePoint(cycle: $0, soh: $1, low: $1 - now.half, high: $1 + now.half, isObserved: true)
        }
        guard let origin = known.cycles.last, let remaining, remaining.value >= 1 else { return out }
        if let foretold {
            let cycles = (1...50).map { (origin + remaining.value * Double($0) / 50).rounded() }
            let forecast = foretold(cycles)
            for (index, cycle) in cycles.enumerated() {
                let (value, half) = (forecast.trajectory.capacities[index], forecast.halfWidths[index])
                out.append(
                    TracePoint(
                        cycle: cycle, soh: value, low: max(value - half, 0), high: value + half, isObserved: false))
            }
            return out
        }
        func course(_ ahead: Double, _ life: Double) -> Double {
            let part = ahead / max(life, 1)
            return now.value - (now.value - end) * (0.5 * part + 0.5 * part * part)
        }
        for step in 1...50 {
            let ahead = remaining.value * Double(step) / 50
            out.append(
                TracePoint(
                    cycle: (origin + ahead).rounded(), soh: course(ahead, remaining.value),
                    low: max(course(ahead, remaining.low) - now.half, 0),
                    high: course(ahead, remaining.high) + now.half, isObserved: false))
        }
        return out
    }

    /// The models that come with Cellar; those that cannot be read are left out and told.
    ///
    /// The folder is looked for as `Data/models` below `$CELLAR_HOME`, beside or above the running program, as
    /// `share/cellar/Data/models`, and above this source file.
    public static func shippedModels(report: (String) -> Void) -> [LifetimeModel] {
        guard let folder = shippedFolder(sourceFile: #filePath) else { return [] }
        return NumberTable.names(inFolder: folder).filter { $0.hasSuffix(".json") }.compactMap { name in
            do {
                let bytes = try NumberTable.bytes(path: "\(folder)/\(name)")
                // Models of materials lie in the same folder.
                if let kind = ModelDocument.kind(of: bytes), kind != LifetimeModel.kind { return nil }
                return try LifetimeModel(bytes: bytes)
            } catch {
                report("\(folder)/\(name): \(error)")
                return nil
            }
        }
    }

    private static func shippedFolder(sourceFile: String) -> String? {
        func holds(_ folder: String) -> Bool {
            NumberTable.names(inFolder: folder).contains { $0.hasSuffix(".json") }
        }
        if let home = getenv("CELLAR_HOME") {
            let folder = String(cString: home) + "/Data/models"
            if holds(folder) { return folder }
        }
        var starts = [sourceFile]
        if let program = realpath("/proc/self/exe", nil) {
            defer { free(program) }
            starts.insert(String(cString: program), at: 0)
        }
        for start in starts {
            var parts = start.split(separator: "/")
            while !parts.isEmpty {
                parts.removeLast()
                for below in ["Data/models", "share/cellar/Data/models"] {
                    let folder = "/" + (parts + [Substring(below)]).joined(separator: "/")
                    if holds(folder) { return folder }
                }
            }
        }
        return nil
    }
}
