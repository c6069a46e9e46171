/// Parameters and stages that serve most cells.
public struct FitPlan: Sendable {
    /// All that may change.
    public var parameters: [FitParameter]
    /// One descent after another.
    public var stages: [FitStage]

    /// Memberwise.
    public init(parameters: [FitParameter], stages: [FitStage]) {
        self.parameters = parameters
        self.stages = stages
    }

    /// What a plan is made of.
    public struct Options: Sendable {
        /// Whether diffusivities, reaction constants, electrolyte and contact resistance are fitted.
        public var hasKinetics = false
        /// Whether the electrodes' capacities and the lithium are.
        public var hasWindows = false
        /// Bell curves of either electrode's potential; 0 for none.
        public var bells = 0
        /// Bell curves of the logarithm of either electrode's diffusivity; 0 for none.
        public var shapes = 0
        /// Parameters of the presets that stay as they are: their names, or parts of them.
        public var held: [String] = []
        /// Whether the heat transfer coefficient is.
        public var hasCooling = false
        /// Whether the state of charge at every start is, also where the data begin at rest.
        public var fitsStart = false
        /// Whether the model has an electrolyte.
        public var hasElectrolyte = true
        /// Starts of the last descent.
        public var starts = 1
        /// Defaults.
        public init() {}
    }

    /// A plan in stages: what lies near equilibrium on the slowest experiment, then what costs voltage under current on
    /// all, then everything on all. Throws `FitError`, `BPXError`.
    public init(_ cell: FitCell, _ experiments: [Experiment], own: [FitParameter], _ options: Options) throws {
        guard
            let slowest = experiments.indices.min(by: {
                experiments[$0].largestCurrent < experiments[$1].largestCurrent
            })
        else { throw FitError(.usage, "no data", "name at least one file") }
        let all = Array(experiments.indices)
        var parameters: [FitParameter] = []
        if options.hasWindows { parameters += try cell.windowParameters() }
        var slow = Array(parameters.indices)
        var stages: [FitStage] = []
        for (index, experiment) in experiments.enumerated() where options.fitsStart || experiment.restVoltage == nil {
            if index == slowest { slow.append(parameters.count) }
            parameters.append(cell.startingParameter(experiment, index: index))
        }
        if !slow.isEmpty { stages.append(FitStage(name: "windows", parameters: slow, experiments: [slowest])) }
        if options.bells > 0 {
            for side in FitParameter.Side.allCases {
                slow += parameters.count..<parameters.count + options.bells
                parameters += try cell.potentialParameters(side, count: options.bells)
            }
            stages.append(FitStage(name: "potentials", parameters: slow, experiments: [slowest]))
        }
        let first = parameters.count
        if options.hasKinetics { parameters += try cell.kineticParameters(hasElectrolyte: options.hasElectrolyte) }
        if options.shapes > 0 {
            for side in FitParameter.Side.allCases {
                parameters += try cell.diffusivityShape(side, count: options.shapes)
            }
        }
        for held in options.held {
            let before = parameters.count
            parameters = Array(parameters[..<first]) + parameters[first...].filter { !$0.name.contains(held) }
            guard parameters.count < before else {
                throw FitError(
                    .usage, "--hold '\(held)': none of the preset's parameters",
                    "one of \(parameters[first...].map(\.name).joined(separator: ", ")) can be held")
            }
        }
        if options.hasCooling { parameters.append(try cell.coolingParameter()) }
        parameters += own
        var names = Set<String>()
        for parameter in parameters where !names.insert(parameter.name).inserted {
            throw FitError(
                .usage, "\(parameter.name): twice among the parameters", "name it once, or leave the preset out")
        }
        let fast = Array(first..<parameters.count)
        if !fast.isEmpty, !slow.isEmpty {
            stages.append(FitStage(name: "kinetics", parameters: fast, experiments: all))
        }
        stages.append(
            FitStage(
                name: "all", parameters: Array(parameters.indices), experiments: all, starts: options.starts))
        self.init(parameters: parameters, stages: stages)
    }
}
