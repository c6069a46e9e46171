/// Makes cells of a candidate and its counter electrode.
public struct CellDesigner: Sendable {
    /// The candidate.
    public let candidate: CandidateElectrode
    /// What it is set against.
    public let counter: CounterElectrode
    /// Facts on materials and parts.
    public let tables: ElectrodeTables
    private let counterModel: ElectrodeModel

    /// Throws ``MaterialError``: the two do not make a cell.
    public init(_ candidate: CandidateElectrode, counter: CounterElectrode, tables: ElectrodeTables) throws {
        self.candidate = candidate
        self.counter = counter
        self.tables = tables
        func refuse(_ problem: String, _ remedy: String) -> MaterialError {
            MaterialError(.usage, place: "--counter \(counter.name)", problem: problem, remedy: remedy)
        }
        let ion = candidate.reaction.ion
        guard ion == .lithium || ion == .sodium else {
            throw MaterialError(
                .formula, place: candidate.formula.text, problem: "no cell of \(ion) ions",
                remedy: "electrolytes and counter electrodes are known for Li and Na")
        }
        switch counter {
        case .shipped(let shipped):
            guard candidate.role == .positive else {
                throw refuse(
                    "a negative electrode against the negative electrode \(candidate.formula.text)",
                    "name a positive one, such as \(ion == .sodium ? "NVP" : "LFP"), or --role positive")
            }
            guard shipped.ion == ion else {
                throw refuse(
                    "it is known for \(shipped.ion), the candidate moves \(ion)",
                    ion == .sodium ? "hard carbon is right" : "graphite is right")
            }
        case .material(let other):
            guard other.role != candidate.role, other.reaction.ion == ion else {
                throw refuse(
                    "a \(other.role.rawValue) electrode of \(other.reaction.ion) ions against a "
                        + "\(candidate.role.rawValue) one of \(ion)",
                    "name a \(candidate.role.opposite.rawValue) one of the same ion")
            }
        }
        counterModel = try counter.model(tables)
    }

    /// A cell with these values of the candidate.
    ///
    /// - Parameters:
    ///   - values: of the candidate.
    ///   - design: thickness, porosity and what else the cell is built with.
    ///   - counterDeviates: where the counter electrode lies in its ranges, ``CounterElectrode/deviateCount`` standard normal
    ///     deviates; none for its best estimates.
    ///
    /// Throws ``MaterialError``: the design is impossible, or the voltages of the two electrodes leave none between them.
    public func cell(_ values: ElectrodeValues, design: CellDesign, counterDeviates: [Double] = []) throws
        -> DesignedCell
    {
        try design.check()
        let counterModel = try counterDeviates.isEmpty ? counterModel : counter.model(tables, deviates: counterDeviates)
        let own = try candidate.model(values)
        let isPositive = candidate.role == .positive
        var mine = try coating(own, porosity: design.porosity, isPositive: isPositive)
        var other = try coating(counterModel, porosity: design.counterPorosity, isPositive: !isPositive)
        mine.thickness = design.thickness
        // The other one's thickness follows from N/P.
        let ratio = isPositive ? design.negativeToPositive : 1 / design.negativeToPositive
        other.thickness = ratio * mine.arealCapacity / (other.model.usableCapacity * other.active)
        var (positive, negative) = isPositive ? (mine, other) : (other, mine)

        // The first charge moves what the smaller one can; the film keeps its share of it; the rest goes to and fro.
        let firstCharge = min(positive.arealCapacity, negative.arealCapacity)
        let loss = min(max(negative.model.firstCycleLoss, 0), 0.6)
        let capacity = firstCharge * (1 - loss)
        positive.charged = 1 - firstCharge / positive.arealCapacity
        positive.discharged = positive.charged + capacity / positive.arealCapacity
        negative.discharged = 0
        negative.charged = capacity / negative.arealCapacity
        let upper = positive.ends.charged - negative.ends.charged
        let lower = positive.ends.discharged - negative.ends.discharged
        guard lower < upper, upper > 0.3, lower > -1 else {
            throw MaterialError(
                .computation, place: candidate.formula.text,
                problem:
                    "against \(counter.name) its cell would run from \(Self.short(lower)) to \(Self.short(upper)) V",
                remedy: "choose a counter electrode further away in potential")
        }
        return try packed(positive, negative, design, capacity, lower, upper)
    }

    private static func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    /// Volume fractions of a coating: active material, carbon and binder by mass, pores as told. Where the material
    /// swells, its pores have to hold the swelling with a tenth of the volume left to the electrolyte.
    private func coating(_ model: ElectrodeModel, porosity: Double, isPositive: Bool) throws -> Coating {
        let side = isPositive ? "positive" : "negative"
        let active = try tables.component("\(side)_active_mass_fraction").value
        let carbon = try tables.component("\(side)_carbon_mass_fraction").value
        let volumes = [
            active / model.density, try carbon / tables.component("carbon_density").value,
            try (1 - active - carbon) / tables.component("binder_density").value,
        ]
        let total = volumes.reduce(0, +)
        let shares = volumes.map { $0 / total }
        // (1 - porosity) * (1 + share of active material * swelling) <= 0.9
        let swelling = 1 + shares[0] * max(model.volumeChange, 0)
        let pores = max(porosity, 1 - 0.9 / swelling)
        return Coating(
            model: model, thickness: 0, porosity: pores, active: (1 - pores) * shares[0],
            carbon: (1 - pores) * shares[1],
            binder: (1 - pores) * shares[2], discharged: 0, charged: 1)
    }

    private func packed(
        _ positive: Coating, _ negative: Coating, _ design: CellDesign, _ arealCapacity: Double, _ lower: Double,
        _ upper: Double
    ) throws -> DesignedCell {
        func part(_ name: String) throws -> Double { try tables.component(name).value }
        let ion = candidate.reaction.ion
        let isSodium = ion == .sodium
        // Aluminium alloys with lithium near its potential, not with sodium.
        let isLight = isSodium || negative.model.averageVoltage > 0.8
        let foils = (
            positive: try part("positive_collector_thickness"),
            negative: try part(isLight ? "light_collector_thickness" : "negative_collector_thickness")
        )
        let separator = try part("separator_thickness")
        let separatorPorosity = try part("separator_porosity")
        let (width, height) = (try part("sheet_width"), try part("sheet_height"))
        let area = width * height
        let pairs = max(Int((try part("cell_capacity") / (arealCapacity * area)).rounded()), 1)
        let total = area * Double(pairs)
        var parts: [CellPart] = []
        func add(_ component: String, _ material: String, _ mass: Double) {
            if mass > 0 { parts.append(CellPart(component: component, material: material, mass: mass)) }
        }
        for (side, coating) in [("positive", positive), ("negative", negative)] {
            for particle in coating.model.particles {
                let name = "\(side) active material"
                add(
                    name, particle.material,
                    total * coating.thickness * coating.active * particle.share * particle.density)
            }
        }
        let carbon = positive.thickness * positive.carbon + negative.thickness * negative.carbon
        let binder = positive.thickness * positive.binder + negative.thickness * negative.binder
        add("conductive additive", "carbon black", total * carbon * (try part("carbon_density")))
        add("binder", "PVDF", total * binder * (try part("binder_density")))
        // Foils are coated on both sides: half of one for each pair.
        add("positive current collector", "aluminium", total * foils.positive / 2 * (try part("aluminium_density")))
        let metal = isLight ? "aluminium" : "copper"
        add("negative current collector", metal, total * foils.negative / 2 * (try part("\(metal)_density")))
        let matrix = (1 - separatorPorosity) * separator
        let pores =
            positive.thickness * positive.porosity + negative.thickness * negative.porosity
            + separator * separatorPorosity
        if design.solidConductivity == nil {
            add("separator", "separator", total * matrix * (try part("separator_matrix_density")))
            let electrolyte = total * pores * (1 + (try part("electrolyte_excess")))
            let density = try part(isSodium ? "electrolyte_density_na" : "electrolyte_density_li")
            let salt = 1000 * (try part(isSodium ? "salt_molar_mass_na" : "salt_molar_mass_li"))
            add("electrolyte salt", isSodium ? "NaPF6" : "LiPF6", electrolyte * salt)
            add("electrolyte solvent", "carbonate solvent", electrolyte * (density - salt))
        } else {
            // It fills the pores, and the separator's place altogether; its mass is that of a sulfide, and where it is not
            // named its composition too.
            add(
                "solid electrolyte", design.solidElectrolyte ?? (isSodium ? "Na3PS4" : "Li6PS5Cl"),
                total * (pores + matrix) * (try part("solid_electrolyte_density")))
        }
        let pair = positive.thickness + negative.thickness + separator + (foils.positive + foils.negative) / 2
        let stack = pair * Double(pairs) + 2 * (try part("pouch_thickness"))
        let margin = try part("pouch_margin")
        let outline = (width + 2 * margin, height + margin + (try part("tab_margin")))
        let face = outline.0 * outline.1
        let surface = 2 * (face + stack * (outline.0 + outline.1))
        add("casing", "pouch laminate", surface * (try part("pouch_areal_mass")))
        add("tabs", "aluminium", try part("tabs_mass"))
        return DesignedCell(
            design: design, role: candidate.role, positive: positive, negative: negative, ion: ion,
            arealCapacity: arealCapacity, area: area, pairs: pairs, capacity: arealCapacity * total, lowerCutOff: lower,
            upperCutOff: upper, mass: parts.reduce(0) { $0 + $1.mass }, volume: face * stack, surface: surface,
            parts: parts, separatorThickness: separator, separatorPorosity: separatorPorosity,
            contactResistance: try part("contact_resistance_area") / total)
    }
}
