/// The keys of BPX 1.1.1, which older files are converted to, with Cellar's extension.
enum Schema {
    /// The schema for one document: which keys are asked for depends on its model and on its blended electrodes.
    static func document(for root: FileValue) -> Section {
        let parameters = root["Parameterisation"]
        let model = root["Header"]?["Model"]?.text
        let hasElectrolyte = parameters?["Electrolyte"] != nil || parameters?["Separator"] != nil
        let isSPM = model == "SPM" && !hasElectrolyte
        var parameterisation = Section(fields: [.required("Cell", .section(cell))])
        if !isSPM { parameterisation.fields.append(.required("Electrolyte", .section(electrolyte))) }
        for name in ["Negative electrode", "Positive electrode"] {
            let electrode = electrode(parameters?[name], isSPM: isSPM)
            parameterisation.fields.append(.required(name, .section(electrode)))
        }
        if !isSPM { parameterisation.fields.append(.required("Separator", .section(separator))) }
        if model == "Partial" { parameterisation = parameterisation.partial }
        parameterisation.fields.append(.optional("User-defined", .section(userDefined(parameters))))
        return Section(fields: [
            .required("Header", .section(header)),
            .optional("State", .section(state(parameters))),
            .required("Parameterisation", .section(parameterisation)),
            .optional("Validation", .named(.section(experiment))),
        ])
    }

    static let pairsKey = "Number of electrode pairs connected in parallel to make a cell"
    /// More materials than any blend has.
    static let mostMaterials = 16

    static let header = Section(fields: [
        .required("BPX", .version),
        .optional("Title", .text),
        .optional("Description", .text),
        .optional("References", .text),
        .required("Model", .model),
    ])

    static let cell = Section(
        fields: [
            .required("Electrode area [m2]", .number(.positive)),
            .optional("External surface area [m2]", .number(.positive)),
            .optional("Volume [m3]", .number(.positive)),
            .required(pairsKey, .count),
            .required("Lower voltage cut-off [V]", .number(.any)),
            .required("Upper voltage cut-off [V]", .number(.any)),
            .required("Nominal cell capacity [A.h]", .number(.positive)),
            .optional("Reference temperature [K]", .number(.positive)),
            .optional("Density [kg.m-3]", .number(.positive)),
            .optional("Specific heat capacity [J.K-1.kg-1]", .number(.positive)),
        ],
        elsewhere: [
            "Ambient temperature [K]": "since BPX 1.0 it belongs to State > Thermal environment",
            "Initial temperature [K]": "since BPX 1.0 it belongs to State > Initial conditions",
            "Thermal conductivity [W.m-1.K-1]": "since BPX 1.0 it belongs to Parameterisation > User-defined",
        ])

    static let electrolyte = Section(
        fields: [
            .required("Cation transference number", .number(.transference)),
            .required("Diffusivity [m2.s-1]", .function(.positive)),
            .optional("Diffusivity activation energy [J.mol-1]", .number(.any)),
            .required("Conductivity [S.m-1]", .function(.positive)),
            .optional("Conductivity activation energy [J.mol-1]", .number(.any)),
        ],
        elsewhere: [
            "Initial concentration [mol.m-3]": "since BPX 1.0 it is "
                + "State > Initial conditions > Initial electrolyte concentration [mol.m-3]"
        ])

    static let separator = Section(fields: [
        .required("Thickness [m]", .number(.positive)),
        .required("Porosity", .number(.voidFraction)),
        .required("Transport efficiency", .number(.efficiency)),
    ])

    static let particle = Section(fields: [
        .required("Minimum stoichiometry", .number(.fraction)),
        .required("Maximum stoichiometry", .number(.fraction)),
        .required("Maximum concentration [mol.m-3]", .number(.positive)),
        .required("Particle radius [m]", .number(.positive)),
        .required("Surface area per unit volume [m-1]", .number(.positive)),
        .required("Diffusivity [m2.s-1]", .function(.positive)),
        .optional("Diffusivity activation energy [J.mol-1]", .number(.any)),
        .required("OCP [V]", .function(.any)),
        .optional("OCP (delithiation) [V]", .function(.any)),
        .optional("OCP (lithiation) [V]", .function(.any)),
        .optional("OCP hysteresis decay constant", .number(.notNegative)),
        .optional("Entropic change coefficient [V.K-1]", .function(.any)),
        .required("Reaction rate constant [mol.m-2.s-1]", .number(.positive)),
        .optional("Reaction rate constant activation energy [J.mol-1]", .number(.any)),
    ])

    private static func electrode(_ value: FileValue?, isSPM: Bool) -> Section {
        var section = Section(fields: [.required("Thickness [m]", .number(.positive))])
        let transport: [Field] = [
            .required("Porosity", .number(.openFraction)),
            .required("Transport efficiency", .number(.efficiency)),
            .required("Conductivity [S.m-1]", .number(.positive)),
        ]
        if isSPM {
            for field in transport { section.elsewhere[field.key] = "an SPM file has no such key; remove it" }
        } else {
            section.fields += transport
        }
        if value?["Particle"] != nil {
            section.fields.append(.required("Particle", .materials(particle)))
            for key in particle.keys {
                section.elsewhere[key] = "in a blended electrode it belongs to Particle > NAME"
            }
        } else {
            section.fields += particle.fields
            // Known by name only, so that a misspelling of it is recognised.
            section.fields.append(.optional("Particle", .materials(particle)))
        }
        return section
    }

    /// The names of an electrode's materials; empty where it is not blended.
    static func materials(_ electrode: FileValue?) -> [String] { electrode?["Particle"]?.object?.keys ?? [] }

    private static func state(_ parameters: FileValue?) -> Section {
        let negative = materials(parameters?["Negative electrode"])
        let positive = materials(parameters?["Positive electrode"])
        return Section(fields: [
            .optional(
                "Initial conditions",
                .section(
                    Section(fields: [
                        .optional("Initial state-of-charge", .number(.stateOfCharge)),
                        .optional("Initial temperature [K]", .number(.positive)),
                        .optional("Initial electrolyte concentration [mol.m-3]", .number(.positive)),
                        .optional(
                            "Initial hysteresis state: Negative electrode", .perMaterial(.any, materials: negative)),
                        .optional(
                            "Initial hysteresis state: Positive electrode", .perMaterial(.any, materials: positive)),
                    ]))),
            .optional(
                "Thermal environment",
                .section(
                    Section(fields: [
                        .optional("Ambient temperature [K]", .number(.positive)),
                        .optional("Heat transfer coefficient [W.m-2.K-1]", .number(.notNegative)),
                    ]))),
            .optional(
                "Degradation",
                .section(
                    Section(fields: [
                        .required("LLI", .number(.loss)),
                        .required("LAM: Negative electrode", .perMaterial(.loss, materials: negative)),
                        .required("LAM: Positive electrode", .perMaterial(.loss, materials: positive)),
                    ]))),
        ])
    }

    static let experiment = Section(fields: [
        .required("Time [s]", .numbers),
        .required("Current [A]", .numbers),
        .required("Voltage [V]", .numbers),
        .optional("Temperature [K]", .numbers),
    ])

    /// `User-defined`: free, but for Cellar's own object.
    private static func userDefined(_ parameters: FileValue?) -> Section {
        Section(
            fields: [
                .optional("Cellar", .section(CellarExtension.section(parameters))), .optional("description", .text),
            ],
            others: .userDefined)
    }
}
