/// Cellar's keys under `Parameterisation > User-defined > Cellar`, for what BPX 1.x has no key for.
///
/// BPX 1.1 lets `User-defined` hold any nesting of numbers, function strings, tables and objects, with free text under
/// keys named `description`; a reader that does not know these keys ignores them. Every key is optional.
///
/// | key under `Cellar` | value | meaning |
/// |---|---|---|
/// | `description` | text | free; allowed in every object below as well |
/// | `Thermodynamic factor` | function of c_e, T | 1 + d ln f± / d ln c_e |
/// | `Electrolyte diffusivity [m2.s-1]` | function of c_e, T | replaces the electrolyte's, activation energy included |
/// | `Electrolyte conductivity [S.m-1]` | function of c_e, T | likewise |
/// | `Contact resistance [ohm]` | number ≥ 0 | in series with the whole cell |
/// | `Cell volume [m3]` | number > 0 | volume that the layer heat capacities fill; before `Cell > Volume [m3]` |
/// | `Cell heat capacity [J.K-1]` | number > 0 | of the whole cell; before anything derived |
/// | `Negative electrode`, `Positive electrode` | object | see below |
/// | `Separator`, `Negative current collector`, `Positive current collector` | object | `Thickness [m]` (not for the separator, which has one), `Density [kg.m-3]`, `Specific heat capacity [J.K-1.kg-1]` |
/// | `Sources`, `Assumed`, `Notes`, `Plain BPX loses` | object | `{"NAME": {"description": "one sentence"}}` |
/// | `Ageing` | object | `{"NAME": {…}}`: see `AgeingSchema` |
/// | `Ageing state` | object | of an aged cell: see `AgedStateSchema` |
///
/// An electrode's object: `Exchange-current factor` (function g of stoichiometry, multiplies the exchange current
/// density), `Film resistance [ohm.m2]` (≥ 0, of active surface), `Double-layer capacity [F.m-2]` (≥ 0),
/// `Density [kg.m-3]`, `Specific heat capacity [J.K-1.kg-1]` (both > 0, of the whole layer). In a blended electrode the
/// first three stand under `Particle > NAME`.
///
/// In function strings of all these, `x` is c_e in mol/m³ (electrolyte) or the stoichiometry, and `T(x)` is the
/// temperature in kelvin.
enum CellarExtension {
    /// Path of the extension from the top of a file.
    static let path = ["Parameterisation", "User-defined", "Cellar"]

    static func section(_ parameters: FileValue?) -> Section {
        let notes = FieldKind.named(.section(Section(fields: [.required("description", .text)])))
        return Section(fields: [
            .optional("description", .text),
            .optional("Thermodynamic factor", .function(.positive)),
            .optional("Electrolyte diffusivity [m2.s-1]", .function(.positive)),
            .optional("Electrolyte conductivity [S.m-1]", .function(.positive)),
            .optional("Contact resistance [ohm]", .number(.notNegative)),
            .optional("Cell volume [m3]", .number(.positive)),
            .optional("Cell heat capacity [J.K-1]", .number(.positive)),
            .optional("Negative electrode", .section(electrode(parameters?["Negative electrode"]))),
            .optional("Positive electrode", .section(electrode(parameters?["Positive electrode"]))),
            .optional("Separator", .section(layer)),
            .optional("Negative current collector", .section(layer)),
            .optional("Positive current collector", .section(layer)),
            .optional("Sources", notes),
            .optional("Assumed", notes),
            .optional("Notes", notes),
            .optional("Plain BPX loses", notes),
            .optional("Ageing", .ageing),
            .optional("Fit", .section(FitRecord.section)),
            .optional("Ageing state", .section(AgedStateSchema.section(parameters))),
        ])
    }

    private static let layer = Section(fields: [
        .optional("description", .text),
        .optional("Thickness [m]", .number(.positive)),
        .optional("Density [kg.m-3]", .number(.positive)),
        .optional("Specific heat capacity [J.K-1.kg-1]", .number(.positive)),
    ])

    private static let surface: [Field] = [
        .optional("description", .text),
        .optional("Exchange-current factor", .function(.any)),
        .optional("Film resistance [ohm.m2]", .number(.notNegative)),
        .optional("Double-layer capacity [F.m-2]", .number(.notNegative)),
    ]

    private static func electrode(_ electrode: FileValue?) -> Section {
        let bulk: [Field] = [
            .optional("Density [kg.m-3]", .number(.positive)),
            .optional("Specific heat capacity [J.K-1.kg-1]", .number(.positive)),
        ]
        let materials = Schema.materials(electrode)
        if materials.isEmpty { return Section(fields: surface + bulk) }
        let particles = materials.map { Field.optional($0, .section(Section(fields: surface))) }
        var section = Section(fields: bulk)
        section.fields.insert(.optional("description", .text), at: 0)
        section.fields.append(.optional("Particle", .section(Section(fields: particles))))
        for field in surface where field.key != "description" {
            section.elsewhere[field.key] = "in a blended electrode it belongs to Particle > NAME"
        }
        return section
    }
}
