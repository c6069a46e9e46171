/// Turns a checked document into the `Cell` that the models consume.
struct Resolver {
    let file: CellFile

    private var root: FileValue { file.root }
    private static let cellPath = ["Parameterisation", "Cell"]
    private static let electrolytePath = ["Parameterisation", "Electrolyte"]

    /// The lowest concentration (mol/m³) at which the electrolyte's functions are evaluated.
    private static let lowestConcentration = 10.0
    /// W/(m² K), taken where the file has none.
    private static let assumedHeatTransfer = 10.0

    /// The cell as the file's Parameterisation gives it, before any degradation. Throws `BPXError`.
    func freshCell() throws -> Cell {
        let cell = Self.cellPath
        let conditions = ["State", "Initial conditions"]
        let reference = number(cell + ["Reference temperature [K]"]) ?? 298.15
        let ambient = number(["State", "Thermal environment", "Ambient temperature [K]"]) ?? reference
        var assumptions = sentences("Assumed")
        let negative = try electrode("Negative electrode")
        let positive = try electrode("Positive electrode")
        guard negative != nil || positive != nil else {
            throw BPXError(
                path: ["Parameterisation"], line: root["Parameterisation"]?.line, problem: "no electrode in the file",
                remedy: "a simulation needs at least one")
        }
        return Cell(
            name: file.name, title: text(["Header", "Title"]) ?? file.name,
            description: text(["Header", "Description"]) ?? "",
            references: [text(["Header", "References"])].compactMap { $0 } + sentences("Sources", named: true),
            shape: file.shape,
            electrodeArea: try required(cell + ["Electrode area [m2]"]),
            electrodePairs: Int(try required(cell + [Schema.pairsKey])),
            lowerCutOff: try required(cell + ["Lower voltage cut-off [V]"]),
            upperCutOff: try required(cell + ["Upper voltage cut-off [V]"]),
            nominalCapacity: try required(cell + ["Nominal cell capacity [A.h]"]),
            referenceTemperature: reference, ambientTemperature: ambient,
            initialTemperature: number(conditions + ["Initial temperature [K]"]) ?? ambient,
            initialStateOfCharge: number(conditions + ["Initial state-of-charge"]) ?? 1,
            electrolyte: try electrolyte(),
            separator: try separator(),
            negative: negative, positive: positive,
            contactResistance: number(CellarExtension.path + ["Contact resistance [ohm]"]) ?? 0,
            thermal: thermal(&assumptions), lossOfLithiumInventory: 0, lossesInPlainBPX: sentences("Plain BPX loses"),
            assumptions: assumptions, notes: sentences("Notes"))
    }

    /// `cell` with `State > Degradation` applied, its windows solved again for the cut-offs. Throws `BPXError`.
    func degraded(_ cell: Cell) throws -> Cell {
        let path = ["State", "Degradation"]
        let lithium = number(path + ["LLI"]) ?? 0
        let negative = losses(path + ["LAM: Negative electrode"], cell.negative)
        let positive = losses(path + ["LAM: Positive electrode"], cell.positive)
        let isAged = file.value(at: AgedStateSchema.path) != nil
        guard isAged || lithium != 0 || (negative + positive).contains(where: { $0 != 0 }) else { return cell }
        var aged = try cell.degraded(lithium: lithium, negative: negative, positive: positive)
        aged.agedState = try AgedState(file, in: aged)
        return aged
    }

    /// The sentences of one of the extension's lists, `NAME: sentence` where `named`.
    func sentences(_ key: String, named: Bool = false) -> [String] {
        (value(CellarExtension.path + [key])?.object?.entries ?? []).compactMap { entry in
            entry.value["description"]?.text.map { named ? "\(entry.key): \($0)" : $0 }
        }
    }

    // MARK: parts

    private func electrolyte() throws -> Electrolyte? {
        let path = Self.electrolytePath
        guard value(path) != nil else { return nil }
        let cellar = CellarExtension.path
        let diffusivity = try optionalFunction(cellar + ["Electrolyte diffusivity [m2.s-1]"])
        let conductivity = try optionalFunction(cellar + ["Electrolyte conductivity [S.m-1]"])
        let lowest = Self.lowestConcentration
        return Electrolyte(
            initialConcentration: number([
                "State", "Initial conditions", "Initial electrolyte concentration [mol.m-3]",
            ]) ?? 1000,
            transferenceNumber: try required(path + ["Cation transference number"]),
            diffusivity: try (diffusivity ?? function(path + ["Diffusivity [m2.s-1]"])).held(below: lowest),
            diffusivityActivationEnergy: diffusivity == nil
                ? number(path + ["Diffusivity activation energy [J.mol-1]"]) ?? 0 : 0,
            conductivity: try (conductivity ?? function(path + ["Conductivity [S.m-1]"])).held(below: lowest),
            conductivityActivationEnergy: conductivity == nil
                ? number(path + ["Conductivity activation energy [J.mol-1]"]) ?? 0 : 0,
            thermodynamicFactor: try (optionalFunction(cellar + ["Thermodynamic factor"]) ?? StateFunction(1))
                .held(below: lowest))
    }

    private func separator() throws -> Separator? {
        let path = ["Parameterisation", "Separator"]
        guard value(path) != nil else { return nil }
        return Separator(
            thickness: try required(path + ["Thickness [m]"]), porosity: try required(path + ["Porosity"]),
            transportEfficiency: try required(path + ["Transport efficiency"]))
    }

    private func electrode(_ name: String) throws -> Electrode? {
        let path = ["Parameterisation", name]
        guard let electrode = value(path) else { return nil }
        let cellar = CellarExtension.path + [name]
        let names = Schema.materials(electrode)
        let materials =
            names.isEmpty
            ? [try material("", path, cellar)]
            : try names.map { try material($0, path + ["Particle", $0], cellar + ["Particle", $0]) }
        return Electrode(
            thickness: try required(path + ["Thickness [m]"]), porosity: number(path + ["Porosity"]),
            transportEfficiency: number(path + ["Transport efficiency"]),
            conductivity: number(path + ["Conductivity [S.m-1]"]), materials: materials)
    }

    private func material(_ name: String, _ path: [String], _ cellar: [String]) throws -> ActiveMaterial {
        ActiveMaterial(
            name: name, minimumStoichiometry: try required(path + ["Minimum stoichiometry"]),
            maximumStoichiometry: try required(path + ["Maximum stoichiometry"]),
            maximumConcentration: try required(path + ["Maximum concentration [mol.m-3]"]),
            particleRadius: try required(path + ["Particle radius [m]"]),
            surfaceAreaPerVolume: try required(path + ["Surface area per unit volume [m-1]"]),
            diffusivity: try function(path + ["Diffusivity [m2.s-1]"]),
            diffusivityActivationEnergy: number(path + ["Diffusivity activation energy [J.mol-1]"]) ?? 0,
            openCircuitPotential: try function(path + ["OCP [V]"]),
            entropicChange: try optionalFunction(path + ["Entropic change coefficient [V.K-1]"]) ?? StateFunction(0),
            reactionRateConstant: try required(path + ["Reaction rate constant [mol.m-2.s-1]"])
                * (isBeforeButlerVolmerChange ? Conversion.rateConstantFactor : 1),
            reactionRateActivationEnergy: number(path + ["Reaction rate constant activation energy [J.mol-1]"]) ?? 0,
            exchangeCurrentFactor: try optionalFunction(cellar + ["Exchange-current factor"]) ?? StateFunction(1),
            filmResistance: number(cellar + ["Film resistance [ohm.m2]"]) ?? 0,
            doubleLayerCapacity: number(cellar + ["Double-layer capacity [F.m-2]"]),
            hasHysteresis: value(path + ["OCP (lithiation) [V]"]) != nil
                || value(path + ["OCP (delithiation) [V]"]) != nil,
            lossOfActiveMaterial: 0)
    }

    private var isBeforeButlerVolmerChange: Bool {
        let parts = file.sourceVersion.split(separator: ".").compactMap { Int($0) }
        return parts.count >= 2 && parts[0] == 0 && parts[1] < 3
    }

    private func losses(_ path: [String], _ electrode: Electrode?) -> [Double] {
        (electrode?.materials ?? []).map { number($0.name.isEmpty ? path : path + [$0.name]) ?? 0 }
    }

    // MARK: thermal

    private func thermal(_ assumptions: inout [String]) -> Thermal? {
        let cellar = CellarExtension.path
        let cell = Self.cellPath
        guard let area = number(cell + ["External surface area [m2]"]),
            let volume = number(cellar + ["Cell volume [m3]"]) ?? number(cell + ["Volume [m3]"])
        else { return nil }
        let lumped = number(cell + ["Density [kg.m-3]"]).flatMap { density in
            number(cell + ["Specific heat capacity [J.K-1.kg-1]"]).map { density * $0 * volume }
        }
        guard
            let capacity = number(cellar + ["Cell heat capacity [J.K-1]"])
                ?? layeredHeatCapacityPerVolume.map({ $0 * volume }) ?? lumped
        else { return nil }
        var transfer = number(["State", "Thermal environment", "Heat transfer coefficient [W.m-2.K-1]"])
        if transfer == nil {
            transfer = Self.assumedHeatTransfer
            assumptions.append(
                "The file has no heat transfer coefficient: \(JSONWriter.shortest(Self.assumedHeatTransfer)) W/(m2 K) is "
                    + "assumed.")
        }
        return Thermal(heatCapacity: capacity, coolingConductance: transfer! * area, volume: volume)
    }

    /// Σ ρ c L / Σ L over all five layers, J/(m³ K); nil where any of them lacks a number.
    private var layeredHeatCapacityPerVolume: Double? {
        var heat = 0.0
        var length = 0.0
        for layer in [
            "Negative electrode", "Separator", "Positive electrode", "Negative current collector",
            "Positive current collector",
        ] {
            let path = CellarExtension.path + [layer]
            guard let density = number(path + ["Density [kg.m-3]"]),
                let capacity = number(path + ["Specific heat capacity [J.K-1.kg-1]"]),
                let thickness = number(["Parameterisation", layer, "Thickness [m]"]) ?? number(path + ["Thickness [m]"])
            else { return nil }
            heat += density * capacity * thickness
            length += thickness
        }
        return heat / length
    }

    // MARK: values

    private func value(_ path: [String]) -> FileValue? { root[path: path[...]] }
    private func number(_ path: [String]) -> Double? { value(path)?.number }
    private func text(_ path: [String]) -> String? { value(path)?.text }

    private func missing(_ path: [String]) -> BPXError {
        BPXError(
            path: path, line: value(Array(path.dropLast()))?.line, problem: "missing",
            remedy: "a simulation of a Partial file needs it")
    }

    private func required(_ path: [String]) throws -> Double {
        guard let number = number(path) else { throw missing(path) }
        return number
    }

    private func function(_ path: [String]) throws -> StateFunction {
        guard let function = try optionalFunction(path) else { throw missing(path) }
        return function
    }

    private func optionalFunction(_ path: [String]) throws -> StateFunction? {
        try value(path).map { try Validator.function($0, path) }
    }
}
