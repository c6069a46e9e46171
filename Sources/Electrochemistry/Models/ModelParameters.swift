internal import Cells

#if canImport(Glibc)
    import Glibc
#endif

/// A cell made ready for a model: scales, tabulated functions, thermal parameters. Shared by runs of the same cell.
final class ModelParameters: @unchecked Sendable {
    let cell: Cell
    let options: SimulationOptions
    /// Current of the whole cell at 1C, A, and its density over one electrode pair, A/m².
    let current1C: Double
    let currentDensity1C: Double
    let initialTemperature: Double
    let ambientTemperature: Double
    /// Stoichiometries of the materials at the start.
    let initialStoichiometries: (negative: [Double], positive: [Double])
    let tables: (negative: [FunctionTables], positive: [FunctionTables])
    let electrolyteDiffusivity: Property
    let electrolyteConductivity: Property
    let thermodynamicFactor: Property
    /// mol/m³.
    let initialConcentration: Double
    /// Of the row of (T - T_ref)/T_ref: heat capacity times T_ref, and cooling, over the current at 1C.
    let heatCapacity: Double
    let cooling: Double
    /// A/m² at lithium metal, at the initial concentration.
    let metalExchangeCurrent: Double

    init(
        cell: Cell, options: SimulationOptions,
        initialStoichiometries: (negative: [Double], positive: [Double])
    ) throws {
        self.cell = cell
        self.options = options
        self.initialStoichiometries = initialStoichiometries
        current1C = cell.nominalCapacity
        currentDensity1C = cell.nominalCapacity / (cell.electrodeArea * Double(cell.electrodePairs))
        initialTemperature = options.temperature ?? cell.initialTemperature
        ambientTemperature = options.temperature ?? cell.ambientTemperature
        let reference = cell.referenceTemperature
        let moves = options.thermal == .lumped
        let temperature = initialTemperature
        func tables(_ electrode: Electrode?) -> [FunctionTables] {
            (electrode?.materials ?? []).map {
                FunctionTables($0, reference: reference, temperature: temperature, temperatureMoves: moves)
            }
        }
        self.tables = (tables(cell.negative), tables(cell.positive))
        let c0 = cell.electrolyte?.initialConcentration ?? 1000
        initialConcentration = c0
        let range = 0...(4 * c0)
        func property(_ function: StateFunction?, _ activation: Double?) -> Property {
            // Published functions may divide by the concentration: below 10 mol/m³ they hold their value at 10.
            Property(
                function ?? StateFunction(1), activationEnergy: activation ?? 0, reference: reference,
                temperature: temperature, temperatureMoves: moves, range: range, scale: c0, heldBelow: 10)
        }
        electrolyteDiffusivity = property(
            cell.electrolyte?.diffusivity, cell.electrolyte?.diffusivityActivationEnergy)
        electrolyteConductivity = property(
            cell.electrolyte?.conductivity, cell.electrolyte?.conductivityActivationEnergy)
        thermodynamicFactor = property(cell.electrolyte?.thermodynamicFactor, 0)
        if moves {
            guard let thermal = cell.thermal else {
                throw SimulationError(
                    .data,
                    "\(cell.name): no heat capacity, volume or cooling area: --thermal lumped needs Density, Specific "
                        + "heat capacity, Volume, External surface area and a Heat transfer coefficient")
            }
            heatCapacity = thermal.heatCapacity * reference / current1C
            cooling = thermal.coolingConductance / current1C
        } else {
            heatCapacity = 1
            cooling = 0
        }
        metalExchangeCurrent = Self.lithiumMetalExchangeCurrent * pow(c0, 0.3)
    }

    /// What ages in one material; nil where nothing does.
    func ageing(
        of material: ActiveMaterial, isNegative: Bool, points: Int, scale: Double, slowOffset: Int = 0,
        sideOffset: Int = 0
    ) -> LocalAgeing? {
        guard let set = options.ageing, options.halfCell == nil else { return nil }
        return LocalAgeing(
            material: material, sei: isNegative ? set.sei : nil, plating: isNegative ? set.plating : nil,
            oxidation: isNegative ? nil : set.oxidation, electrode: isNegative ? set.negative : set.positive,
            points: points, currentScale: scale,
            reference: cell.referenceTemperature, initialSalt: initialConcentration, slowOffset: slowOffset,
            sideOffset: sideOffset)
    }

    /// What wears in the cell as a whole, its unknowns from `first` on. Throws `SimulationError`.
    func wear(first: Int) throws -> (
        contacts: CorrodingContacts?, dryOut: DryOut?, crosstalk: Crosstalk?, count: Int
    ) {
        guard let set = options.ageing, options.halfCell == nil else { return (nil, nil, nil, 0) }
        guard set.oxidation == nil || set.dryOut == nil else {
            throw SimulationError(
                .data,
                "ageing set '\(set.name)': electrolyte oxidation beside dry-out: what it takes of the electrolyte is not "
                    + "reckoned; one of them is right")
        }
        let contacts = set.corrosion.map {
            CorrodingContacts($0, current1C: current1C, reference: cell.referenceTemperature, position: first)
        }
        let next = first + (contacts == nil ? 0 : 1)
        if let oxidation = set.oxidation {
            return (contacts, nil, Crosstalk(oxidation, position: next), next + 1 - first)
        }
        guard let dryOut = set.dryOut, let sei = set.sei else { return (contacts, nil, nil, next - first) }
        return (
            contacts, try DryOut(dryOut, sei: sei, cell: cell, position: next), nil, next + DryOut.count - first
        )
    }

    /// Pores that narrow; nil where they do not.
    func pores(points: Int, nodes: Int, populations: [Population]) -> Pores? {
        guard let set = options.ageing, set.narrowsPores, options.halfCell == nil, let electrode = cell.negative,
            let porosity = electrode.porosity, points > 0
        else { return nil }
        return Pores(
            porosity: porosity, exponent: set.bruggemanExponent, points: points, nodes: nodes,
            populations: populations)
    }

    /// What the populations have lost; mol per m² of the wet part.
    func losses(
        _ y: UnsafePointer<Double>, _ populations: [(population: Population, isNegative: Bool)]
    ) -> LithiumLosses {
        var sum = LithiumLosses()
        for (population, isNegative) in populations {
            guard let ageing = population.ageing, let electrode = isNegative ? cell.negative : cell.positive else {
                continue
            }
            ageing.read(y, current: y + population.currentOffset)
            let s = ageing.state(y), thickness = electrode.thickness
            sum.sei += thickness * s.seiLithium
            sum.crackSEI += thickness * s.crackSEILithium
            sum.plated += thickness * s.plated
            sum.dead += thickness * s.dead
            sum.lostWithMaterial += thickness * s.lostWithMaterial
            sum.oxidised += thickness * s.oxidised
        }
        return sum
    }

    /// Adds up what the populations have lost, and what wears in the cell as a whole.
    func ageingState(
        _ y: UnsafePointer<Double>, _ populations: [(population: Population, isNegative: Bool)], porosity: Double?,
        contacts: CorrodingContacts?, dryOut: DryOut?, crosstalk: Crosstalk?
    ) -> AgeingState {
        var state = AgeingState()
        let area = cell.electrodeArea * Double(cell.electrodePairs)
        let perMole = Constants.faraday / 3600
        let perArea = perMole * area
        let wet = losses(y, populations)
        let lost = dryOut?.total(wet, y) ?? wet
        state.wetFraction = dryOut?.wetFraction(y) ?? 1
        state.seiCapacity = perArea * lost.sei
        state.crackSEICapacity = perArea * lost.crackSEI
        state.platedCapacity = perArea * (lost.plated + lost.dead)
        state.deadCapacity = perArea * lost.dead
        state.capacityInLostMaterial = perArea * lost.lostWithMaterial
        state.capacityInDryPart = perArea * (dryOut?.stored(.particles, y) ?? 0)
        state.oxidisedCapacity = perArea * lost.oxidised
        state.crosstalkCapacity = perArea * (crosstalk?.taken(y) ?? 0)
        state.contactResistanceGrowth = (contacts?.resistance(y) ?? 0) / current1C
        var active = (negative: 0.0, positive: 0.0), left = active, surfaces = active, cracks = active
        for (population, isNegative) in populations {
            let material = population.material
            if isNegative {
                active.negative += material.activeVolumeFraction
            } else {
                active.positive += material.activeVolumeFraction
            }
            var fraction = 1.0
            if let ageing = population.ageing {
                let s = ageing.state(y)
                fraction = s.activeFraction
                let surface = material.surfaceAreaPerVolume
                if isNegative {
                    surfaces.negative += surface
                    state.seiThickness += surface * s.seiThickness
                    state.crackSEIThickness += surface * s.crackSEIThickness
                    cracks.negative += surface * s.crackLength
                } else {
                    surfaces.positive += surface
                    cracks.positive += surface * s.crackLength
                }
            }
            if isNegative {
                left.negative += material.activeVolumeFraction * fraction
            } else {
                left.positive += material.activeVolumeFraction * fraction
            }
        }
        // Means over the surface of an electrode's materials; cracks of the negative electrode where it has any.
        if surfaces.negative > 0 {
            state.seiThickness /= surfaces.negative
            state.crackSEIThickness /= surfaces.negative
        }
        if cracks.negative > 0 {
            state.crackLength = cracks.negative / surfaces.negative
        } else if cracks.positive > 0 {
            state.crackLength = cracks.positive / surfaces.positive
        }
        let w = state.wetFraction
        if active.negative > 0 { state.lossOfActiveMaterialNegative = 1 - w * left.negative / active.negative }
        if active.positive > 0 { state.lossOfActiveMaterialPositive = 1 - w * left.positive / active.positive }
        let initialPorosity = cell.negative?.porosity ?? 0
        state.porosityNegative = porosity ?? initialPorosity
        if initialPorosity > 0 { state.porosityLoss = 1 - state.porosityNegative / initialPorosity }
        state.lithiumLost =
            (state.seiCapacity + state.crackSEICapacity + state.platedCapacity + state.capacityInLostMaterial
                + state.capacityInDryPart + state.crosstalkCapacity - state.oxidisedCapacity) / perMole
        state.lossOfCyclableLithium = state.lithiumLost * perMole / cell.windowCapacity
        return state
    }

    /// The first ageing unknown at its bound; nil while all are inside. `place`: where a point lies, " at x = …" or nothing.
    func bound(
        _ y: UnsafePointer<Double>, _ populations: [(population: Population, isNegative: Bool)], pores: Pores?,
        dryOut: DryOut?, place: (_ isNegative: Bool, _ point: Int) -> String
    ) -> String? {
        guard options.ageing != nil else { return nil }
        if let dryOut, dryOut.wetFraction(y) < DryOut.least {
            return "electrolyte dried out: less than \(rounded(100 * DryOut.least)) % of the area is wet"
        }
        for (population, isNegative) in populations {
            guard let (what, i) = population.ageing?.bound(y) else { continue }
            return "\(what) in the \(isNegative ? "negative" : "positive") electrode" + place(isNegative, i)
        }
        guard let pores, let i = pores.closed else { return nil }
        return "pores of the negative electrode clogged" + place(true, i)
    }

    /// mol/m³: about where salts of lithium stop to dissolve in carbonates, and electrolyte functions were never measured.
    private static let solubility = 4000.0

    /// That a dried-out electrolyte holds more salt than it can; nil where it does not. `c` over its initial value.
    func saltCaution(_ c: UnsafePointer<Double>, count: Int) -> String? {
        var most = 0.0
        for i in 0..<count { most = max(most, c[i]) }
        guard most * initialConcentration > Self.solubility else { return nil }
        return
            "as the cell dries out its electrolyte comes to \(rounded(most * initialConcentration / 1000)) mol/L of salt, "
            + "more than dissolves and than its functions were measured for"
    }

    /// What is close to its bound in a cell that gives less than was asked of it; nil where nothing stands out.
    func nearBound(_ y: UnsafePointer<Double>, pores: Pores?, dryOut: DryOut?, place: (_ point: Int) -> String)
        -> String?
    {
        if let pores {
            let (left, point) = pores.narrowest
            if left < 0.3 {
                return "pores of the negative electrode are down to \(rounded(100 * left)) % of their volume"
                    + place(point)
            }
        }
        if let w = dryOut?.wetFraction(y), w < 0.9 { return "\(rounded(100 * w)) % of the area is wet" }
        return nil
    }

    /// j0 / c_e^0.3 of lithium metal, A/m² (m³/mol)^0.3: F k c_Li^0.7 with k = 3.5e-8 and c_Li = 76.9 kmol/m³ (Xu et al.,
    /// J. Electrochem. Soc. 166 (2019) A3456). About 71 A/m² at 1 mol/L.
    static let lithiumMetalExchangeCurrent = 3.5e-8 * Constants.faraday * pow(7.69e4, 0.7)
}
