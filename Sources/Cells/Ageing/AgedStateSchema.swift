/// Keys of `Parameterisation > User-defined > Cellar > Ageing state`: what BPX's `State > Degradation` has no words for.
///
/// | key under `Ageing state` | value | meaning |
/// |---|---|---|
/// | `description` | text | free |
/// | `Time [s]`, `Cycles` | number ≥ 0 | since the cell was fresh |
/// | `Lithium when fresh [mol]` | number > 0 | in the particles of both electrodes; that of the file's SOC 1 by default |
/// | `First full discharge [A.h]`, `Last full discharge [A.h]` | number > 0 | what SOH is reckoned from |
/// | `SEI capacity [A.h]`, `SEI on cracks capacity [A.h]`, `Plated capacity [A.h]`, `Dead lithium capacity [A.h]`, `Capacity in lost material [A.h]` | number | lithium lost by cause; dead lithium is part of the plated |
/// | `Oxidation capacity [A.h]`, `Crosstalk capacity [A.h]` | number | lithium that oxidation of the electrolyte brought into the positive electrode, and that its products took from the negative one |
/// | `Electrolyte concentration [mol.m-3]` | number > 0 | of the salt spread evenly; the fresh one's by default |
/// | `Contact resistance growth [ohm]` | number ≥ 0 | by corrosion |
/// | `Wet fraction` | number 0 to 1 | part of the area that the electrolyte still fills (1); what follows is of this part |
/// | `Dry part` | object | lithium in the other: `In particles [A.h]` and the keys by cause, `Dead lithium` apart from plated |
/// | `Negative electrode`, `Positive electrode` | object | see below |
///
/// An electrode's object, in a blend under `Particle > NAME`; a profile is a number or a table `{"x": […], "y": […]}` with
/// x from 0 (towards the negative current collector) to 1 over the thickness: `Stoichiometry` (profile, of the active
/// material that is left), `Active material left` (profile, of the fresh amount), `Lithium in lost material [mol.m-3]`
/// (number), `SEI thickness [m]`, `SEI on cracks thickness [m]`, `Crack length [m]`, `Plated lithium [mol.m-3]`,
/// `Dead lithium [mol.m-3]` (profiles; concentrations per volume of electrode), `Film resistance [ohm.m2]` (number, of the
/// surface that is left). Beside the materials of the negative electrode: `Porosity` (profile), `Transport efficiency`.
///
/// `Active material left` and the stoichiometries repeat `State > Degradation`, to which they must agree.
enum AgedStateSchema {
    static let path = CellarExtension.path + ["Ageing state"]

    static let time = "Time [s]"
    static let cycles = "Cycles"
    static let freshLithium = "Lithium when fresh [mol]"
    static let firstDischarge = "First full discharge [A.h]"
    static let lastDischarge = "Last full discharge [A.h]"
    static let seiCapacity = "SEI capacity [A.h]"
    static let crackSEICapacity = "SEI on cracks capacity [A.h]"
    static let platedCapacity = "Plated capacity [A.h]"
    static let deadCapacity = "Dead lithium capacity [A.h]"
    static let lostCapacity = "Capacity in lost material [A.h]"
    static let oxidised = "Oxidation capacity [A.h]"
    static let crosstalk = "Crosstalk capacity [A.h]"
    static let contacts = "Contact resistance growth [ohm]"
    static let salt = "Electrolyte concentration [mol.m-3]"
    static let wet = "Wet fraction"
    static let dryPart = "Dry part"
    static let inParticles = "In particles [A.h]"
    static let stoichiometry = "Stoichiometry"
    static let left = "Active material left"
    static let lostLithium = "Lithium in lost material [mol.m-3]"
    static let seiThickness = "SEI thickness [m]"
    static let crackSEIThickness = "SEI on cracks thickness [m]"
    static let crackLength = "Crack length [m]"
    static let plated = "Plated lithium [mol.m-3]"
    static let dead = "Dead lithium [mol.m-3]"
    static let film = "Film resistance [ohm.m2]"
    static let porosity = "Porosity"
    static let transport = "Transport efficiency"
    static let negative = "Negative electrode"
    static let positive = "Positive electrode"

    static func section(_ parameters: FileValue?) -> Section {
        Section(fields: [
            .optional("description", .text),
            .optional(time, .number(.notNegative)),
            .optional(cycles, .number(.notNegative)),
            .optional(freshLithium, .number(.positive)),
            .optional(firstDischarge, .number(.positive)),
            .optional(lastDischarge, .number(.positive)),
            .optional(seiCapacity, .number(.any)),
            .optional(crackSEICapacity, .number(.any)),
            .optional(platedCapacity, .number(.any)),
            .optional(deadCapacity, .number(.any)),
            .optional(lostCapacity, .number(.any)),
            .optional(oxidised, .number(.any)),
            .optional(crosstalk, .number(.any)),
            .optional(salt, .number(.positive)),
            .optional(contacts, .number(.notNegative)),
            .optional(wet, .number(.efficiency)),
            .optional(dryPart, .section(Section(fields: dry))),
            .optional(negative, .section(electrode(parameters?[negative], isNegative: true))),
            .optional(positive, .section(electrode(parameters?[positive], isNegative: false))),
        ])
    }

    private static let dry: [Field] = [
        .optional("description", .text),
        .optional(inParticles, .number(.any)),
        .optional(seiCapacity, .number(.any)),
        .optional(crackSEICapacity, .number(.any)),
        .optional(platedCapacity, .number(.any)),
        .optional(deadCapacity, .number(.any)),
        .optional(lostCapacity, .number(.any)),
    ]

    private static let material: [Field] = [
        .optional("description", .text),
        .optional(stoichiometry, .function(.fraction)),
        .optional(left, .function(.notNegative)),
        .optional(lostLithium, .number(.any)),
        .optional(crackLength, .function(.notNegative)),
        .optional(film, .number(.notNegative)),
    ]
    private static let metal: [Field] = [
        .optional(seiThickness, .function(.positive)),
        .optional(crackSEIThickness, .function(.positive)),
        .optional(plated, .function(.any)),
        .optional(dead, .function(.any)),
    ]

    private static func electrode(_ electrode: FileValue?, isNegative: Bool) -> Section {
        let surface = material + (isNegative ? metal : [])
        let pores: [Field] =
            isNegative ? [.optional(porosity, .function(.positive)), .optional(transport, .number(.positive))] : []
        let materials = Schema.materials(electrode)
        var section = Section(fields: pores)
        if materials.isEmpty {
            section.fields += surface
        } else {
            section.fields.append(.optional("description", .text))
            let particles = materials.map { Field.optional($0, .section(Section(fields: surface))) }
            section.fields.append(.optional("Particle", .section(Section(fields: particles))))
            for field in surface where field.key != "description" {
                section.elsewhere[field.key] = "in a blended electrode it belongs to Particle > NAME"
            }
        }
        if !isNegative {
            for field in metal + [.optional(porosity, .function(.positive)), .optional(transport, .number(.positive))] {
                section.elsewhere[field.key] = "it belongs to the negative electrode, where films grow"
            }
        }
        return section
    }
}
