/// The keys of an ageing set, `Ageing > NAME`: all values are numbers, but for texts named `description`.
///
/// A mechanism acts where its parameters are given; README.md has the table.
enum AgeingSchema {
    static let set: Section = {
        var section = Section(
            fields: [.required(AgeingKey.description, .text)]
                + parts.map { .optional($0.name, .section(placed($0.fields, of: $0.name))) })
        section.elsewhere = homes(without: [])
        for key in unused { section.elsewhere[key] = noUse }
        return section
    }()

    private static let parts: [(name: String, fields: [Field])] = [
        (AgeingKey.sei, sei), (AgeingKey.plating, plating), (AgeingKey.oxidation, oxidation),
        (AgeingKey.negative, electrode + [reactionLoss]), (AgeingKey.positive, electrode), (AgeingKey.cell, cell),
    ]

    /// Keys of other programs' sets that no mechanism here needs.
    private static let unused = [
        "Volume change", "Typical plated lithium concentration [mol.m-3]",
        "Cell thermal expansion coefficient [m.K-1]",
    ]
    private static let noUse = "no mechanism uses it; remove it"

    /// One of the set's objects, which knows the keys of the others by name.
    private static func placed(_ fields: [Field], of name: String) -> Section {
        var section = Section(fields: [.optional(AgeingKey.description, .text)] + fields)
        section.elsewhere = homes(without: section.keys)
        for key in unused { section.elsewhere[key] = noUse }
        if name == AgeingKey.positive {
            section.elsewhere[AgeingKey.reactionLoss] = "SEI grows on the negative electrode, where the key belongs"
        }
        return section
    }

    private static func homes(without known: [String]) -> [String: String] {
        var homes: [String: String] = [:]
        for part in parts {
            for field in part.fields where !known.contains(field.key) {
                homes[field.key] = homes[field.key].map { "\($0) or '\(part.name)'" } ?? "it belongs to '\(part.name)'"
            }
        }
        return homes
    }

    // MARK: ranges

    private static let largest = Double.greatestFiniteMagnitude
    private static let finite = FieldKind.number(Bounds(low: -largest, high: largest, words: "a finite number"))
    private static let positive = FieldKind.number(
        Bounds(low: 0, high: largest, includesLow: false, words: "a number above 0"))
    private static let notNegative = FieldKind.number(Bounds(low: 0, high: largest, words: "a number of at least 0"))
    private static let coefficient = FieldKind.number(
        Bounds(low: 0, high: 1, includesLow: false, includesHigh: false, words: "a number between 0 and 1"))
    /// A layer or a crack of more than a particle's radius is a length in another unit.
    private static let layer = FieldKind.number(
        Bounds(low: 0, high: 1e-5, includesLow: false, words: "a length in metres, above 0 and at most 1e-5,"))
    private static let exponent = FieldKind.number(Bounds(low: 0, high: 10, words: "an exponent from 0 to 10"))
    private static let electrons = FieldKind.number(
        Bounds(low: 0, high: 10, words: "a number of electrons from 0 to 10"))
    private static let poisson = FieldKind.number(
        Bounds(low: -1, high: 0.5, includesLow: false, includesHigh: false, words: "a ratio between -1 and 0.5"))

    // MARK: parts

    private static let sei: [Field] = [
        .optional(AgeingKey.solventDiffusivity, positive),
        .optional(AgeingKey.solventConcentration, positive),
        .optional(AgeingKey.exchangeCurrent, positive),
        .optional(AgeingKey.potential, finite),
        .optional(AgeingKey.electronConductivity, positive),
        .optional(AgeingKey.interstitialDiffusivity, positive),
        .optional(AgeingKey.interstitialConcentration, positive),
        .optional(AgeingKey.rateConstant, positive),
        .optional(AgeingKey.ecDiffusivity, positive),
        .optional(AgeingKey.ecConcentration, positive),
        .optional(AgeingKey.tunnellingCoefficient, positive),
        .optional(AgeingKey.tunnellingDistance, notNegative),
        .optional(AgeingKey.ionConductivity, positive),
        .optional(AgeingKey.seiTransfer, coefficient),
        .optional(AgeingKey.lithiumPerMole, positive),
        .required(AgeingKey.seiVolume, positive),
        .optional(AgeingKey.resistivity, notNegative),
        .optional(AgeingKey.film, .flag),
        .optional(AgeingKey.filmAveraged, .flag),
        .required(AgeingKey.thickness, layer),
        .optional(AgeingKey.crackThickness, layer),
        .optional(AgeingKey.seiActivation, finite),
        .optional(AgeingKey.porosityChange, .flag),
    ]

    private static let plating: [Field] = [
        .required(AgeingKey.platingRate, positive),
        .optional(AgeingKey.platingTransfer, coefficient),
        .optional(AgeingKey.lithiumVolume, positive),
        .optional(AgeingKey.plated, notNegative),
        .optional(AgeingKey.decay, notNegative),
        .optional(AgeingKey.stripping, .flag),
        .optional(AgeingKey.platingActivation, finite),
        .optional(AgeingKey.porosityChange, .flag),
    ]

    private static let oxidation: [Field] = [
        .required(AgeingKey.oxidationCurrent, positive),
        .optional(AgeingKey.oxidationPotential, finite),
        .optional(AgeingKey.oxidationTransfer, coefficient),
        .optional(AgeingKey.oxidationActivation, finite),
        .optional(AgeingKey.crosstalk, electrons),
    ]

    private static let electrode: [Field] = [
        .optional(AgeingKey.poisson, poisson),
        .optional(AgeingKey.young, positive),
        .optional(AgeingKey.partialVolume, finite),
        .optional(AgeingKey.reference, notNegative),
        .optional(AgeingKey.stressDiffusion, .flag),
        .optional(AgeingKey.crackLength, layer),
        .optional(AgeingKey.crackWidth, layer),
        .optional(AgeingKey.crackDensity, positive),
        .optional(AgeingKey.parisFactor, positive),
        .optional(AgeingKey.parisExponent, positive),
        .optional(AgeingKey.crackRate, notNegative),
        .optional(AgeingKey.crackActivation, finite),
        .optional(AgeingKey.stressRate, notNegative),
        .optional(AgeingKey.stressExponent, positive),
        .optional(AgeingKey.criticalStress, positive),
        .optional(AgeingKey.stressActivation, finite),
        .optional(AgeingKey.dissolutionRate, notNegative),
        .optional(AgeingKey.dissolutionCurrent, notNegative),
        .optional(AgeingKey.dissolutionPotential, finite),
        .optional(AgeingKey.dissolutionTransfer, coefficient),
        .optional(AgeingKey.dissolutionActivation, finite),
    ]

    private static let reactionLoss = Field.optional(AgeingKey.reactionLoss, notNegative)

    private static let cell: [Field] = [
        .optional(AgeingKey.bruggeman, exponent),
        .optional(AgeingKey.corrosion, notNegative),
        .optional(AgeingKey.corrosionActivation, finite),
        .optional(AgeingKey.solventPerMole, notNegative),
        .optional(AgeingKey.solventVolume, positive),
        .optional(AgeingKey.reserve, notNegative),
    ]
}
