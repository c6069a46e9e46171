internal import Cells

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How an electrode's potential runs about its mean: from 0, charged, to 1, discharged, in volts.
public struct ProfileShape: Sendable {
    /// In words, for whoever reads the cell file.
    public var description: String
    /// Where it comes from.
    public var source: String
    /// Whether the span between highest and lowest potential is free, and predicted or assumed.
    public var usesSpan: Bool
    private var form: Form

    private enum Form: Sendable {
        /// A measured curve, over the window of the cell it was measured in.
        case measured(StateFunction, ClosedRange<Double>)
        /// Plateaus from the charged end on: a share of the charge and a potential each, in V on any scale.
        case plateaus([(share: Double, potential: Double)])
        /// A straight slope.
        case slope
    }

    /// Fraction of the charge over which one plateau passes into the next: regular solutions of these hosts are about as
    /// sharp (Ohzuku 1990 for the spinel).
    private static let width = 0.02
    /// Slope within plateaus, V over the whole reaction: Afshar 2017 has 0.02 for LiFePO4.
    private static let tilt = 0.02

    /// The shape of a reaction's potential: that of a measured material of the class where there is one, plateaus where
    /// the redox pairs of the class are known, else a slope over the span.
    public init(_ reaction: InsertionReaction, structure: HostStructure) throws {
        let host = reaction.host
        func part(_ symbol: String) -> Double { Element(symbol: symbol).map { host[$0] } ?? 0 }
        func shipped(_ name: String, negative: Bool = false, material: Int = 0, _ told: String) throws -> ProfileShape {
            let cell = try MaterialError.translating { try ShippedCells.load(name).cell() }
            let electrode = negative ? cell.negative : cell.positive
            guard let electrode, material < electrode.materials.count else {
                throw MaterialError(
                    .table, place: name, problem: "no such electrode", remedy: "the shipped cell has one")
            }
            let own = electrode.materials[material]
            return ProfileShape(
                description: told, source: "measured curve of the shipped cell \(name)", usesSpan: false,
                form: .measured(own.openCircuitPotential, own.minimumStoichiometry...own.maximumStoichiometry))
        }
        let isLithium = reaction.ion == .lithium
        switch structure {
        case .layeredOxide where isLithium:
            let metals = part("Ni") + part("Mn") + part("Co") + part("Al")
            if part("Co") > 0.5 * metals {
                self = try shipped("enertech-ai2020", "sloping, as LiCoO2")
            } else if part("Al") > 0.02 * metals {
                self = try shipped("nca-kim2011", "sloping, as NCA")
            } else if part("Ni") >= 0.7 * metals {
                self = try shipped("lg-m50-chen2020", "sloping, as NMC811")
            } else {
                self = try shipped("nmc532-mohtat2020", "sloping, as NMC532")
            }
        case .fluorophosphate where !isLithium && part("V") > 0:
            self = try shipped("naion-chayambuka2022", "two plateaus, as NVPF")
        case .graphite: self = try shipped("enertech-ai2020", negative: true, "staged, as graphite")
        case .alloy where part("Si") > 0:
            self = try shipped("lg-m50-composite", negative: true, material: 1, "sloping, as silicon")
        case .olivine:
            // LiMPO4 of iron, manganese, cobalt and nickel: one plateau each (Padhi 1997; Amine 2000; Wolfenstine and
            // Allen 2004).
            let pairs = [("Ni", 5.1), ("Co", 4.8), ("Mn", 4.1), ("Fe", 3.43)].map { (part($0.0), $0.1) }
            self = Self.plateaus(
                pairs, "one plateau for each metal",
                "Padhi 1997; Amine 2000; Wolfenstine and Allen, J. Power Sources 136 (2004) 150")
        case .nasicon:
            let pairs: [(Double, Double)] =
                isLithium && part("V") > 0
                ? [(0.5, 4.08), (0.25, 3.68), (0.25, 3.60)] : [(1, 0)]
            self = Self.plateaus(pairs, "plateaus, as NASICON phosphates", "Saidi 2003 (lithium); Jian 2013 (sodium)")
        case .spinel:
            // Manganese's two plateaus, and nickel's above them: each nickel gives two electrons.
            let nickel = min(2 * part("Ni") / max(reaction.ionsInserted, 1e-9), 1)
            let rest = 1 - nickel
            self = Self.plateaus(
                [(nickel, 4.72), (rest / 2, 4.12), (rest / 2, 3.98)], "plateaus, as spinels",
                "Ohzuku et al., J. Electrochem. Soc. 137 (1990) 769; Zhong 1997")
        case .titanate where abs(part("O") - 2.4 * part("Ti")) < 1e-6 && part("Nb") == 0:
            // The host of Li4Ti5O12.
            self = Self.plateaus([(1, 0)], "one plateau, as Li4Ti5O12", "Ohzuku 1995")
        default:
            self.init(
                description: "a straight slope over the span", source: "assumed where no curve of the class is at hand",
                usesSpan: true, form: .slope)
        }
    }

    private init(description: String, source: String, usesSpan: Bool, form: Form) {
        self.description = description
        self.source = source
        self.usesSpan = usesSpan
        self.form = form
    }

    private static func plateaus(_ pairs: [(Double, Double)], _ told: String, _ source: String) -> ProfileShape {
        let kept = pairs.filter { $0.0 > 1e-9 }
        let total = kept.reduce(0) { $0 + $1.0 }
        guard total > 0 else {
            return ProfileShape(
                description: "a straight slope over the span", source: "assumed where no curve of the class is at hand",
                usesSpan: true, form: .slope)
        }
        return ProfileShape(
            description: told, source: source, usesSpan: false,
            form: .plateaus(kept.map { (share: $0.0 / total, potential: $0.1) }.sorted { $0.potential > $1.potential }))
    }

    /// V above any level at a fraction of the charge, 0 charged and 1 discharged; falls.
    func potential(_ fraction: Double, span: Double) -> Double {
        switch form {
        case .measured(let curve, let window):
            return curve(window.lowerBound + fraction * (window.upperBound - window.lowerBound))
        case .slope: return span * (0.5 - fraction)
        case .plateaus(let steps):
            var potential = (steps.first?.potential ?? 0) - Self.tilt * fraction
            var edge = 0.0
            for (upper, lower) in zip(steps, steps.dropFirst()) {
                edge += upper.share
                let passed = 0.5 * (1 + tanh((fraction - edge) / Self.width))
                potential -= (upper.potential - lower.potential) * passed
            }
            return potential
        }
    }

    /// Whether it was measured to its ends.
    var isMeasured: Bool { if case .measured = form { true } else { false } }

    /// Whether the charged end is as flat as the middle, so that the rise beyond it has to be put in.
    var isFlatAtTheEnds: Bool { if case .plateaus = form { true } else { false } }
}

extension MaterialError {
    /// Runs what may throw the cell file's error; throws it as ours.
    static func translating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as BPXError {
            throw MaterialError(
                error.kind == .notFound ? .notFound : .table, place: error.path.joined(separator: " > "),
                problem: error.problem, remedy: error.remedy)
        }
    }
}
