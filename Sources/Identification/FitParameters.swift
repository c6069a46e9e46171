import Cells

extension FitCell {
    /// Names beside the paths of the cell file, see `FitParameter.Target`.
    static let negativeCapacity = "Negative electrode capacity [A.h]"
    static let positiveCapacity = "Positive electrode capacity [A.h]"
    static let lithiumInventory = "Lithium inventory [A.h]"
    static let contactResistance = "Contact resistance [ohm]"

    static let heatTransfer = "Heat transfer coefficient [W.m-2.K-1]"
    /// W/(m² K), as `Cells` takes it where the file has none.
    static let assumedHeatTransfer = 10.0

    /// A parameter by its name and bounds: a path of the cell file, or one of the electrodes' capacities and the lithium.
    ///
    /// Where the file has a function, the bounds are those of a factor on it. Throws `FitError`, `BPXError`.
    public func parameter(
        _ name: String, low: Double, high: Double, isLogarithmic: Bool, expected: Double? = nil
    ) throws -> FitParameter {
        func bad(_ problem: String, _ remedy: String) -> FitError { FitError(.usage, "\(name): \(problem)", remedy) }
        guard low.isFinite, high.isFinite, low < high else {
            throw bad("bounds \(low) to \(high)", "a lower bound below an upper one is right")
        }
        if isLogarithmic, low <= 0 {
            throw bad("a logarithmic scale from \(low)", "bounds above 0 are right, or leave :log out")
        }
        func make(_ name: String, _ target: FitParameter.Target, _ own: Double?) -> FitParameter {
            let middle = isLogarithmic ? (low * high).squareRoot() : 0.5 * (low + high)
            return FitParameter(
                name: name, target: target, low: low, high: high, isLogarithmic: isLogarithmic, start: own ?? middle,
                expected: expected)
        }
        for (special, target, own) in [
            (Self.negativeCapacity, FitParameter.Target.capacity(.negative), capacity(.negative)),
            (Self.positiveCapacity, .capacity(.positive), capacity(.positive)),
            (Self.lithiumInventory, .lithium, cell.lithiumInventory),
        ] where Self.bare(special) == Self.bare(name) {
            guard low > 0 else { throw bad("a lower bound of \(low)", "a capacity above 0 is right") }
            return make(special, target, own)
        }
        let keys = try file.keys(ofPath: name)
        let shown = keys.filter { $0 != "Parameterisation" && $0 != "User-defined" && $0 != "Cellar" }
            .joined(separator: " > ")
        let value = file.value(at: keys)
        if let number = value?.number { return make(shown, .value(keys), number) }
        guard value != nil else {
            // What counts where the file is silent.
            let own =
                keys.last == Self.contactResistance
                ? cell.contactResistance
                : keys.last == Self.heatTransfer ? Self.assumedHeatTransfer : nil
            return make(shown, .value(keys), own)
        }
        guard value?.text != nil || value?["x"] != nil else {
            throw bad("not a single value", "a number or a function of the cell file is needed")
        }
        guard low > 0 else {
            throw bad("a function, times \(low)", "bounds of a factor above 0 are right, such as 0.2:5:log")
        }
        return make(shown + " (factor)", .factor(keys), 1)
    }

    /// Parameters of the windows: both electrodes' capacities and the lithium, within ±`spread` of the cell's own.
    public func windowParameters(spread: Double = 0.25) throws -> [FitParameter] {
        let own = [
            (Self.negativeCapacity, capacity(.negative)), (Self.positiveCapacity, capacity(.positive)),
            (Self.lithiumInventory, cell.lithiumInventory),
        ]
        return try own.map {
            try parameter($0.0, low: $0.1 * (1 - spread), high: $0.1 * (1 + spread), isLogarithmic: false)
        }
    }

    /// Parameters of what costs voltage under current, as far as the model has them: solid diffusivities, reaction
    /// constants, transport in the electrolyte and a resistance in series.
    ///
    /// What the file says is taken for a measurement. For diffusivities and reaction constants, which differ by an order of
    /// magnitude between methods and laboratories (Ecker et al. 2015, J. Electrochem. Soc. 162, A1836; Chen et al. 2020,
    /// J. Electrochem. Soc. 167, 080534), a factor of 3 is its standard deviation; for the electrolyte's conductivity and
    /// diffusivity, between whose measurements lie some ten and some tens of percent (Landesfeind and Gasteiger 2019,
    /// J. Electrochem. Soc. 166, A3079), factors of 1.2 and 1.5.
    public func kineticParameters(hasElectrolyte: Bool, expects: Bool = true) throws -> [FitParameter] {
        var found: [FitParameter] = []
        func add(_ path: String, decades: Double, deviation: Double) throws {
            let keys = try file.keys(ofPath: path)
            let own = file.value(at: keys)?.number ?? 1
            guard own > 0 else { return }
            let reach = power(10, decades / 2)
            found.append(
                try parameter(
                    path, low: own / reach, high: own * reach, isLogarithmic: true, expected: expects ? deviation : nil)
            )
        }
        for (side, electrode) in [("Negative electrode", cell.negative), ("Positive electrode", cell.positive)] {
            for material in electrode?.materials ?? [] {
                let path = side + (material.name.isEmpty ? "" : " > Particle > \(material.name)")
                try add("\(path) > Diffusivity [m2.s-1]", decades: 3, deviation: 3)
                try add("\(path) > Reaction rate constant [mol.m-2.s-1]", decades: 3, deviation: 3)
            }
        }
        if hasElectrolyte, cell.electrolyte != nil {
            try add("Electrolyte > Conductivity [S.m-1]", decades: 1, deviation: 1.2)
            try add("Electrolyte > Diffusivity [m2.s-1]", decades: 1, deviation: 1.5)
        }
        // Up to 0.15 V at 1C.
        let most = max(0.15 / cell.nominalCapacity, 2 * cell.contactResistance)
        found.append(try parameter(Self.contactResistance, low: 0, high: most, isLogarithmic: false))
        return found
    }

    /// Heights of `count` bell curves over an electrode's window, within ±`most` volt, `expected` around 0. Published
    /// potentials are measured on other samples than the cell's own, and smoothed by the functions that tell them.
    public func potentialParameters(
        _ side: FitParameter.Side, count: Int, most: Double = 0.05, expected: Double = 0.01
    ) throws -> [FitParameter] {
        try bells(side, count, "a single one's potential can be corrected").map { centre, width in
            FitParameter(
                name: "\(side.section) > OCP [V] at \((centre * 1e4).rounded() / 1e4)",
                target: .potential(side, centre: centre, width: width), low: -most, high: most, isLogarithmic: false,
                start: 0, expected: expected)
        }
    }

    /// Logarithms of `count` bell curves' factors on an electrode's diffusivity over its window, within ±2, expected around
    /// 0 with `expected`: in graphite and in layered oxides it changes with stoichiometry by an order of magnitude (Ecker et
    /// al. 2015), where many files have one number.
    public func diffusivityShape(
        _ side: FitParameter.Side, count: Int, most: Double = 2, expected: Double = 0.7
    ) throws -> [FitParameter] {
        try bells(side, count, "a single one's diffusivity can be shaped").map { centre, width in
            FitParameter(
                name: "\(side.section) > Diffusivity (log of a factor) at \((centre * 1e4).rounded() / 1e4)",
                target: .shape(
                    ["Parameterisation", side.section, "Diffusivity [m2.s-1]"], centre: centre, width: width),
                low: -most, high: most, isLogarithmic: false, start: 0, expected: expected)
        }
    }

    /// Centres and common width of `count` bell curves over the window of an electrode's one material, rounded to 1e-6.
    /// Throws `FitError`, with what would be `possible`: there are several materials.
    private func bells(
        _ side: FitParameter.Side, _ count: Int, _ possible: String
    ) throws -> [(centre: Double, width: Double)] {
        let electrode = side == .negative ? cell.negative : cell.positive
        guard let materials = electrode?.materials, materials.count == 1, let material = materials.first, count > 1
        else { throw FitError(.usage, "\(side.section): an electrode of several materials", possible) }
        let (low, high) = (material.minimumStoichiometry, material.maximumStoichiometry)
        let spacing = (high - low) / Double(count - 1)
        func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
        return (0..<count).map { (rounded(low + Double($0) * spacing), rounded(spacing)) }
    }

    /// The heat transfer coefficient, from air at rest to a fan's (2 to 200 W/(m² K)),
    /// expected within a factor of 2 of the file's.
    public func coolingParameter() throws -> FitParameter {
        try parameter(
            "State > Thermal environment > \(Self.heatTransfer)", low: 2, high: 200, isLogarithmic: true,
            expected: 2)
    }

    /// The state of charge at which an experiment starts; begins at that of its first voltage.
    public func startingParameter(_ experiment: Experiment, index: Int) -> FitParameter {
        let own = cell.stateOfCharge(atRestVoltage: experiment.firstVoltage)
        let isHigh = experiment.firstVoltage > 0.5 * (cell.upperCutOff + cell.lowerCutOff)
        return FitParameter(
            name: "State of charge at the start of \(experiment.name)", target: .startingCharge(index), low: 0, high: 1,
            isLogarithmic: false, start: own ?? (isHigh ? 1 : 0))
    }

    /// The rates of an ageing set: what stands in front of its laws, within a decade either way.
    ///
    /// Throws `FitError` where the file has no such set, or the set no rate.
    public func ageingParameters(_ set: String) throws -> [FitParameter] {
        guard let object = file.ageing?[set]?.object else {
            throw FitError(
                .usage, "--ageing \(set): no such set in \(file.name)",
                file.ageingSets.isEmpty
                    ? "a file of its own is needed" : "one of \(file.ageingSets.joined(separator: ", "))")
        }
        var found: [FitParameter] = []
        for part in object.entries {
            for entry in part.value.object?.entries ?? [] where Self.rates.contains(entry.key) {
                guard let own = entry.value.number, own > 0 else { continue }
                found.append(
                    try parameter(
                        "\(set) > \(part.key) > \(entry.key)", low: own / 10, high: own * 10, isLogarithmic: true))
            }
        }
        guard !found.isEmpty else {
            throw FitError(
                .usage, "--ageing \(set): none of its keys is a rate",
                "name parameters with --parameters PATH=LO:HI:log")
        }
        return found
    }

    /// Keys of an ageing set that its laws are proportional to.
    private static let rates: Set<String> = [
        "SEI solvent diffusivity [m2.s-1]", "SEI reaction exchange current density [A.m-2]",
        "SEI electron conductivity [S.m-1]", "SEI lithium interstitial diffusivity [m2.s-1]",
        "SEI kinetic rate constant [m.s-1]", "Lithium plating kinetic rate constant [m.s-1]", "Cracking rate",
        "LAM constant proportional term [s-1]", "Reaction-driven LAM factor [m3.mol-1]", "Dissolution rate [s-1]",
        "Contact resistance growth [ohm.s-0.5]",
    ]

    /// In lower case, without the unit.
    private static func bare(_ name: String) -> String {
        var text = name.prefix { $0 != "[" }.lowercased()
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
