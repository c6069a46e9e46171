/// A lithium salt in a polymer.
public struct PolymerElectrolyte: Sendable {
    /// How much salt there is.
    public enum Content: Sendable, Hashable {
        /// mol per kg of polymer.
        case molal(Double)
        /// Ether oxygens of the chain for each lithium ion.
        case etherOxygensPerLithium(Double)
    }

    /// The repeat unit between `[Cu]` and `[Au]`, which stand for its neighbours in the chain.
    public let unit: String
    /// SMILES of the salt.
    public let salt: String
    /// mol of salt per kg of polymer.
    public let molality: Double
    /// g/mol of the chain; nil where not told.
    public let molarMass: Double?
    /// °C.
    public let temperature: Double
    /// The descriptors of its model.
    let descriptors: [Double]

    /// Polymers by their names.
    public static var names: [String] { units.map(\.name) }

    /// From what a user writes.
    ///
    /// - Parameters:
    ///   - polymer: SMILES of the repeat unit, its two ends as `*` (`*OCC*`) or as `[Cu]` and `[Au]`, or a name (`PEO`).
    ///   - salt: a name such as `LiTFSI`, or SMILES.
    ///   - content: of salt, above 0 and at most 20 mol/kg.
    ///   - molarMass: of the chain, g/mol; nil: not known.
    ///   - temperature: °C, -100 to 300.
    /// - Throws: ``MaterialError`` of kind `usage`: a text that is no repeat unit, an unknown salt, a value out of range, ether
    ///   oxygens counted where the chain has none.
    public init(polymer: String, salt: String, content: Content, molarMass: Double? = nil, temperature: Double) throws {
        let place = "--polymer \(polymer)"
        let unit = try Self.unit(polymer)
        let chain: PolymerChain
        do {
            chain = PolymerChain(try Molecule(smiles: unit), try .shipped())
        } catch let error as MaterialError where error.kind == .formula {
            throw Self.refuse(place, error.problem, "SMILES such as *OCC*, or \(Self.names.joined(separator: ", "))")
        }
        switch content {
        case .molal(let value): molality = value
        case .etherOxygensPerLithium(let count):
            let oxygens = chain["ether oxygens per mass"]
            guard oxygens > 0 else {
                throw Self.refuse(place, "no ether oxygens to be counted", "tell --molality in mol per kg of polymer")
            }
            molality = count > 0 ? oxygens / count : .infinity
        }
        guard molality > 0, molality <= 20 else {
            throw Self.refuse(place, "\(molality) mol of salt per kg is out of range", "above 0 and at most 20 mol/kg")
        }
        if let molarMass, !(molarMass >= 100 && molarMass.isFinite) {
            throw Self.refuse("--molar-mass \(molarMass)", "out of range", "100 g/mol or more")
        }
        self.unit = unit
        self.salt = try ElectrolyteSalt.smiles(salt)
        self.molarMass = molarMass
        self.temperature = try ElectrolyteTemperature.checked(temperature)
        var own = PolymerDescriptors(try .shipped())
        descriptors = try PolymerElectrolyteData.describe(
            polymer: unit, salt: self.salt, molality: molality, molarMass: molarMass, temperature_C: temperature,
            with: &own)
    }

    /// Whether temperature and content lie where 98 % of the compiled electrolytes were measured.
    var isAmongMeasured: Bool { (0...125).contains(temperature) && (0.03...16).contains(molality) }

    /// Whether another one is the same polymer with as much of the same salt at the same temperature, however it is written.
    func isSame(as other: PolymerElectrolyte) -> Bool {
        let places = PolymerElectrolyteData.names.indices.filter { index in
            let name = PolymerElectrolyteData.names[index]
            return name.hasPrefix("own ") && name != "own log molar mass"
        }
        return places.allSatisfy { index in
            let (own, others) = (descriptors[index], other.descriptors[index])
            return abs(own - others) <= 0.01 * max(abs(own), abs(others), 1e-3) || (own.isNaN && others.isNaN)
        }
    }

    private static func unit(_ text: String) throws -> String {
        if let known = units.first(where: { $0.name.lowercased() == text.lowercased() }) { return known.unit }
        var unit = text
        for cap in ["[Cu]", "[Au]"] where !text.contains(cap) {
            guard let star = unit.firstRange(of: "[*]") ?? unit.firstRange(of: "*") else { break }
            unit.replaceSubrange(star, with: cap)
        }
        let ends = ["[Cu]", "[Au]"].allSatisfy { unit.ranges(of: $0).count == 1 }
        guard ends, !unit.contains("*") else {
            let near = Spelling.nearest(to: text, among: names)
            throw refuse(
                "--polymer \(text)", "no repeat unit with two ends",
                near.map { "nearest: \($0)" } ?? "SMILES such as *OCC*, or \(names.joined(separator: ", "))")
        }
        return unit
    }

    private static func refuse(_ place: String, _ problem: String, _ remedy: String) -> MaterialError {
        MaterialError(.usage, place: place, problem: problem, remedy: remedy)
    }

    /// Poly(ethylene oxide), poly(propylene oxide), poly(ethylene carbonate), poly(propylene carbonate), poly(trimethylene
    /// carbonate), poly(caprolactone), polyacrylonitrile, poly(methyl methacrylate), poly(vinylidene fluoride).
    private static let units = [
        (name: "PEO", unit: "[Cu]OCC[Au]"), (name: "PPO", unit: "[Cu]OC(C)C[Au]"),
        (name: "PEC", unit: "[Cu]OC(=O)OCC[Au]"), (name: "PPC", unit: "[Cu]OC(=O)OC(C)C[Au]"),
        (name: "PTMC", unit: "[Cu]OC(=O)OCCC[Au]"), (name: "PCL", unit: "[Cu]OC(=O)CCCCC[Au]"),
        (name: "PAN", unit: "[Cu]CC(C#N)[Au]"), (name: "PMMA", unit: "[Cu]CC(C)(C(=O)OC)[Au]"),
        (name: "PVDF", unit: "[Cu]CC(F)(F)[Au]"),
    ]
}
