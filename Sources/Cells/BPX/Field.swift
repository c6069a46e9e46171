/// One key of the schema.
struct Field: Sendable {
    var key: String
    var kind: FieldKind
    var isRequired: Bool

    static func required(_ key: String, _ kind: FieldKind) -> Field { Field(key: key, kind: kind, isRequired: true) }
    static func optional(_ key: String, _ kind: FieldKind) -> Field { Field(key: key, kind: kind, isRequired: false) }
}

/// What may stand under a key.
indirect enum FieldKind: Sendable {
    case text
    /// `Header > BPX`.
    case version
    /// `Header > Model`.
    case model
    case number(Bounds)
    /// A whole number of at least 1.
    case count
    /// A number, a function string or a table.
    case function(Bounds)
    /// A list of numbers.
    case numbers
    /// A number, or in a blended electrode an object with a number for each material.
    case perMaterial(Bounds, materials: [String])
    case section(Section)
    /// An object with free names.
    case named(FieldKind)
    /// `Particle`: an object with the materials of a blended electrode.
    case materials(Section)
    /// 1 for yes, 0 for no.
    case flag
    /// `Ageing`: an object with ageing sets.
    case ageing
    /// Anything BPX allows under `User-defined`.
    case userDefined
}

/// The keys of one object.
struct Section: Sendable {
    var fields: [Field]
    /// Keys that other versions or shapes have here, each with the word on where it belongs now.
    var elsewhere: [String: String] = [:]
    /// What may stand under keys that are not listed; nil where they are mistakes.
    var others: FieldKind?

    subscript(key: String) -> Field? { fields.first { $0.key == key } }
    var keys: [String] { fields.map(\.key) }

    /// The same keys, none of them required.
    var partial: Section {
        var copy = self
        for index in copy.fields.indices {
            copy.fields[index].isRequired = false
            if case .section(let inner) = copy.fields[index].kind { copy.fields[index].kind = .section(inner.partial) }
        }
        return copy
    }
}

/// The range a number must lie in.
struct Bounds: Sendable {
    var low: Double
    var high: Double
    var includesLow = true
    var includesHigh = true
    /// Completes "… is needed".
    var words: String

    func contains(_ value: Double) -> Bool {
        (includesLow ? value >= low : value > low) && (includesHigh ? value <= high : value < high)
    }

    static let any = Bounds(low: -.infinity, high: .infinity, words: "a number")
    static let positive = Bounds(low: 0, high: .infinity, includesLow: false, words: "a number above 0")
    static let notNegative = Bounds(low: 0, high: .infinity, words: "a number of at least 0")
    static let openFraction = Bounds(
        low: 0, high: 1, includesLow: false, includesHigh: false, words: "a fraction between 0 and 1")
    /// A separator may be nothing but electrolyte.
    static let voidFraction = Bounds(low: 0, high: 1, includesLow: false, words: "a fraction above 0 and at most 1")
    static let efficiency = Bounds(low: 0, high: 1, includesLow: false, words: "a factor above 0 and at most 1")
    static let transference = Bounds(low: 0, high: 1, includesHigh: false, words: "a number from 0 to below 1")
    static let fraction = Bounds(low: 0, high: 1, words: "a number from 0 to 1")
    static let stateOfCharge = Bounds(low: 0, high: 1, words: "a state of charge from 0 to 1 (not per cent)")
    static let loss = Bounds(
        low: 0, high: 1, includesHigh: false,
        words: "a fraction of the fresh cell, from 0 to below 1 (not per cent),")
}
