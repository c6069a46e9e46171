/// A lithium salt in a mixture of solvents.
public struct LiquidElectrolyte: Sendable, Hashable {
    /// What the solvents' fractions are of.
    public enum Basis: String, Sendable, CaseIterable {
        /// Mass.
        case mass
        /// Volume.
        case volume
        /// Amount of substance.
        case moles

        /// As the table of measured conductivities writes it.
        var letter: String {
            switch self {
            case .mass: "w"
            case .volume: "v"
            case .moles: "mol"
            }
        }
    }

    /// How much salt there is.
    public enum Content: Sendable, Hashable {
        /// mol per litre of solution.
        case molar(Double)
        /// mol per kg of solvent.
        case molal(Double)

        /// mol/L or mol/kg.
        public var value: Double {
            switch self {
            case .molar(let value), .molal(let value): value
            }
        }

        var isMolal: Bool {
            if case .molal = self { return true }
            return false
        }
    }

    /// Fractions of the solvents, in the order of the model's descriptors; their sum is 1.
    public let fractions: [Double]
    /// What the fractions are of.
    public let basis: Basis
    /// The salt.
    public let salt: String
    /// How much of it.
    public let content: Content
    /// °C.
    public let temperature: Double

    /// Solvents whose mixtures were measured.
    public static var solventNames: [String] {
        LiquidElectrolyteData.solventNames.filter { !LiquidElectrolyteData.unmeasuredSolvents.contains($0) }
    }

    /// From what a user writes.
    ///
    /// - Parameters:
    ///   - solvents: names and parts, such as `EC:EMC=3:7`; without parts, equal ones.
    ///   - basis: of the parts.
    ///   - salt: such as `LiPF6`.
    ///   - content: of salt, 0 to 10 mol/L or mol/kg.
    ///   - temperature: °C, -100 to 300.
    /// - Throws: ``MaterialError`` of kind `usage`: an unknown solvent or salt, parts that are none, a value out of range.
    public init(
        solvents: String, basis: Basis = .mass, salt: String, content: Content, temperature: Double
    ) throws {
        fractions = try Self.fractions(solvents)
        self.basis = basis
        self.salt = try ElectrolyteSalt.liquid(salt)
        guard (0...10).contains(content.value) else {
            throw Self.refuse("--concentration \(content.value)", "out of range", "0 to 10 mol/L or mol/kg")
        }
        self.content = content
        self.temperature = try ElectrolyteTemperature.checked(temperature)
    }

    /// Whether temperature and content lie where 98 % of CALiSol-23's solutions were measured.
    var isAmongMeasured: Bool {
        (-70...100).contains(temperature) && content.value <= (content.isMolal ? 2.4 : 3)
    }

    /// The descriptors of its model.
    var descriptors: [Double] {
        LiquidElectrolyteData.describe(
            salt: salt, concentration: content.value, isMolal: content.isMolal, basis: basis.letter,
            fractions: fractions, temperature_K: temperature + 273.15)
    }

    private static func fractions(_ text: String) throws -> [Double] {
        let place = "--solvents \(text)"
        let halves = text.split(whereSeparator: { "= ".contains($0) }).map(String.init)
        guard let names = halves.first?.split(separator: ":", omittingEmptySubsequences: false).map(String.init),
            halves.count <= 2
        else { throw refuse(place, "no mixture", "such as EC:EMC=3:7") }
        let parts =
            halves.count == 1 ? names.map { _ in 1.0 } : halves[1].split(separator: ":").compactMap { Double($0) }
        guard parts.count == names.count, parts.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw refuse(place, "\(names.count) solvents need as many parts above 0", "such as EC:EMC=3:7")
        }
        let sum = parts.reduce(0, +)
        var fractions = [Double](repeating: 0, count: LiquidElectrolyteData.solventNames.count)
        for (name, part) in zip(names, parts) {
            guard let index = index(of: name) else {
                let near = Spelling.nearest(to: name, among: solventNames + otherNames.keys.sorted())
                throw refuse(
                    place, "'\(MaterialError.quoted(name))' is no solvent that was measured",
                    near.map { "nearest: \($0)" } ?? "there are \(solventNames.joined(separator: ", "))")
            }
            guard fractions[index] == 0 else { throw refuse(place, "'\(name)' twice", "name each solvent once") }
            fractions[index] = part / sum
        }
        return fractions
    }

    private static func index(of name: String) -> Int? {
        func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let own = letters(name)
        let other = otherNames.first { letters($0.key) == own }?.value
        guard let found = solventNames.first(where: { letters($0) == own || $0 == other }) else { return nil }
        return LiquidElectrolyteData.solventNames.firstIndex(of: found)
    }

    /// Other names that are in use.
    private static let otherNames = [
        "diglyme": "2-Glyme", "triglyme": "3-Glyme", "tetraglyme": "4-Glyme", "TEGDME": "4-Glyme", "G2": "2-Glyme",
        "G3": "3-Glyme", "G4": "4-Glyme", "GBL": "g-Butyrolactone", "SL": "Sulfolane", "ACN": "AN",
        "acetonitrile": "AN", "monoglyme": "DME", "dioxolane": "DOL", "1,3-dioxolane": "DOL",
        "dichloromethane": "Methylene chloride", "DCM": "Methylene chloride", "MeTHF": "2-MeTHF",
    ]

    private static func refuse(_ place: String, _ problem: String, _ remedy: String) -> MaterialError {
        MaterialError(.usage, place: place, problem: problem, remedy: remedy)
    }
}
