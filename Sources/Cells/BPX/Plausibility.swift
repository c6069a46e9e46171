/// Where the values of real cells lie: what lies outside is most often in another unit.
///
/// Outside of its range a value is remarked on; by more than ten times its ends it is refused, since nothing that is
/// computed from it could mean anything. Ranges hold every shipped cell and leave room about what is built: coin cells to
/// traction cells, nanometre to single-crystal particles, lithium and sodium, liquid and solid electrolytes. Function
/// strings and tables are looked at by `Consistency`, ageing sets by their own schema.
enum Plausibility {
    /// A parameter by its key.
    struct Range {
        var key: String
        var usual: ClosedRange<Double>
        /// How many times beyond the ends is refused.
        var factor = 10.0
        /// The mistake that is made most often.
        var hint: String

        /// Ends beyond which a value is refused.
        var possible: ClosedRange<Double> {
            let (low, high) = (usual.lowerBound, usual.upperBound)
            return (low > 0 ? low / factor : low - (factor - 1) * (high - low))...(high * factor)
        }
    }

    private static let micrometres = "micrometres are 1e-6 m"
    private static let kelvin = "25 oC are 298.15 K"
    private static let volts = "millivolts are 1e-3 V"

    /// All of them. A key that electrolyte and electrodes share is told apart by its section.
    static let ranges: [Range] = [
        Range(key: "Thickness [m]", usual: 1e-6...2e-3, hint: micrometres),
        Range(key: "Particle radius [m]", usual: 2e-9...1e-4, hint: micrometres),
        Range(key: "Electrode area [m2]", usual: 1e-6...10, hint: "square centimetres are 1e-4 m2"),
        Range(key: "External surface area [m2]", usual: 1e-6...10, hint: "square centimetres are 1e-4 m2"),
        Range(key: "Volume [m3]", usual: 1e-10...0.1, hint: "millilitres are 1e-6 m3"),
        Range(key: "Nominal cell capacity [A.h]", usual: 1e-6...2000, hint: "mA.h are 1e-3 A.h"),
        Range(key: "Lower voltage cut-off [V]", usual: -1...6, hint: volts),
        Range(key: "Upper voltage cut-off [V]", usual: 0...6, hint: volts),
        Range(key: "Reference temperature [K]", usual: 173.15...473.15, factor: 1, hint: kelvin),
        Range(key: "Initial temperature [K]", usual: 173.15...473.15, factor: 1, hint: kelvin),
        Range(key: "Ambient temperature [K]", usual: 173.15...473.15, factor: 1, hint: kelvin),
        Range(key: "Density [kg.m-3]", usual: 200...15_000, hint: "g/cm3 are 1000 kg/m3"),
        Range(key: "Specific heat capacity [J.K-1.kg-1]", usual: 100...5000, hint: "J/(g.K) are 1000 J/(kg.K)"),
        Range(key: "Heat transfer coefficient [W.m-2.K-1]", usual: 0...1e5, hint: "W/(cm2.K) are 1e4 W/(m2.K)"),
        Range(
            key: "Initial electrolyte concentration [mol.m-3]", usual: 50...8000, hint: "mol/L are 1000 mol/m3"),
        Range(key: "Electrolyte > Diffusivity [m2.s-1]", usual: 1e-13...1e-8, hint: "cm2/s are 1e-4 m2/s"),
        Range(key: "Diffusivity [m2.s-1]", usual: 1e-24...1e-9, hint: "cm2/s are 1e-4 m2/s"),
        Range(key: "Electrolyte > Conductivity [S.m-1]", usual: 1e-3...100, hint: "mS/cm are 0.1 S/m"),
        Range(key: "Conductivity [S.m-1]", usual: 1e-6...1e7, hint: "S/cm are 100 S/m"),
        Range(key: "Maximum concentration [mol.m-3]", usual: 1000...500_000, hint: "mol/L are 1000 mol/m3"),
        Range(key: "Surface area per unit volume [m-1]", usual: 1e3...3e9, hint: "1/cm are 100 1/m"),
        Range(key: "Reaction rate constant [mol.m-2.s-1]", usual: 1e-14...10, hint: "per m2 of surface and second"),
        Range(key: "Entropic change coefficient [V.K-1]", usual: -0.01...0.01, hint: "mV/K are 1e-3 V/K"),
        Range(key: "activation energy [J.mol-1]", usual: -50_000...250_000, hint: "kJ/mol are 1000 J/mol"),
    ]

    private static let byKey = Dictionary(uniqueKeysWithValues: ranges.map { ($0.key, $0) })
    private static let energy = "activation energy [J.mol-1]"

    /// The range of the key at a path; nil where none is told.
    static func range(at path: [String]) -> Range? {
        guard let key = path.last else { return nil }
        if path.contains("Electrolyte"), let own = byKey["Electrolyte > \(key)"] { return own }
        return byKey[key.hasSuffix(energy) ? energy : key]
    }

    /// A remark on the value at a path; nil where it is usual. Throws `BPXError` where it is impossible.
    static func remark(_ value: FileValue?, at path: [String]) throws -> String? {
        guard let value, let number = value.number, !path.contains(CellarExtension.path[1]),
            let range = range(at: path),
            !range.usual.contains(number)
        else { return nil }
        let usual =
            "usual are \(Validator.shown(range.usual.lowerBound)) to \(Validator.shown(range.usual.upperBound)) "
            + "(\(range.hint))"
        guard range.possible.contains(number) else {
            throw BPXError(
                path: path, line: value.line, problem: "\(Validator.shown(number)) is no value of a cell", remedy: usual
            )
        }
        return "\(path.joined(separator: " > ")): \(Validator.shown(number)) is out of the ordinary; \(usual)"
    }

    /// Remarks on all values of a document. Throws `BPXError` for the first impossible one.
    static func remarks(_ root: FileValue) throws -> [String] {
        var found: [String] = []
        func look(_ value: FileValue, _ path: [String]) throws {
            if let remark = try remark(value, at: path) { found.append(remark) }
            // Anything may stand there, and much of it.
            guard path.last != CellarExtension.path[1] else { return }
            for entry in value.object?.entries ?? [] { try look(entry.value, path + [entry.key]) }
        }
        for section in ["State", "Parameterisation"] {
            if let value = root[section] { try look(value, [section]) }
        }
        return found
    }
}
