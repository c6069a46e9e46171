/// One step of a protocol: what is controlled, and when it ends.
///
/// Signs follow BDF: a current or power is positive when it charges the cell.
public struct Step: Sendable, Equatable {
    /// What the step holds.
    public enum Control: Sendable, Equatable {
        /// A, positive on charge.
        case current(Double)
        /// Multiple of the nominal capacity per hour, positive on charge.
        case cRate(Double)
        /// V.
        case voltage(Double)
        /// W, positive on charge.
        case power(Double)
        /// Ω of a load; discharges.
        case resistance(Double)
        /// Open circuit.
        case rest
        /// A logged current, power or voltage over time.
        case drive(DriveCycle)
    }

    /// A reason to end, besides the step's duration.
    public enum Termination: Sendable, Equatable {
        /// V.
        case voltage(Double)
        /// Magnitude, A.
        case current(Double)
        /// Magnitude, multiple of the nominal capacity per hour.
        case cRate(Double)
        /// Magnitude of the step's charge, A·h.
        case capacity(Double)
        /// Magnitude, W.
        case power(Double)
    }

    /// What is held.
    public var control: Control
    /// s; nil where only a termination ends the step.
    public var duration: Double?
    /// What ends the step, whichever comes first.
    public var terminations: [Termination]
    /// Output period, s; nil for the default.
    public var period: Double?
    /// Ambient temperature during the step, K; nil: that of the run.
    public var temperature: Double?
    /// Tags such as `RPT`, from a protocol file.
    public var tags: [String]
    /// Whether it belongs to a reference performance test: a tag that begins with `RPT`. Other tags only name a step.
    public var isReferenceTest: Bool { tags.contains { $0.uppercased().hasPrefix("RPT") } }
    /// The step as the user wrote it.
    public var text: String

    /// Memberwise.
    public init(
        control: Control, duration: Double? = nil, terminations: [Termination] = [], period: Double? = nil,
        temperature: Double? = nil, tags: [String] = [], text: String = ""
    ) {
        self.control = control
        self.duration = duration
        self.terminations = terminations
        self.period = period
        self.temperature = temperature
        self.tags = tags
        self.text = text
    }
}

/// A logged profile.
public struct DriveCycle: Sendable, Equatable {
    /// How the quantity runs between two samples.
    public enum Interpolation: Sendable, Equatable {
        /// Linear from sample to sample: the charge is the trapezoidal sum.
        case linear
        /// `values[i]` holds from `times[i]` to `times[i + 1]`. A log with a charge column is turned into this with the
        /// mean current of each interval, so that its charge is reproduced.
        case hold
    }
    /// How the quantity runs between two samples.
    public var interpolation: Interpolation
    /// What the second column holds.
    public enum Quantity: Sendable, Equatable {
        /// A, positive on charge.
        case current
        /// W, positive on charge.
        case power
        /// V.
        case voltage
    }
    /// What `values` are.
    public var quantity: Quantity
    /// Ascending, starting at 0, s.
    public var times: [Double]
    /// A, W (positive on charge) or V.
    public var values: [Double]

    /// Memberwise.
    public init(quantity: Quantity, times: [Double], values: [Double], interpolation: Interpolation = .linear) {
        self.interpolation = interpolation
        self.quantity = quantity
        self.times = times
        self.values = values
    }
}

/// Steps in order, grouped into cycles.
public struct CyclingProtocol: Sendable, Equatable {
    /// A cycle is a run of steps; `steps` in the order they run.
    public struct Cycle: Sendable, Equatable {
        /// In the order they run.
        public var steps: [Step]
        /// Memberwise.
        public init(steps: [Step]) { self.steps = steps }
        /// Of its steps, each once, in the order they run.
        public var tags: [String] {
            var tags: [String] = []
            for step in steps { for tag in step.tags where !tags.contains(tag) { tags.append(tag) } }
            return tags
        }
    }
    /// In the order they run.
    public var cycles: [Cycle]
    /// Memberwise.
    public init(cycles: [Cycle]) { self.cycles = cycles }
}
