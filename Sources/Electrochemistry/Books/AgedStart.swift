internal import Cells

extension AgeingSet {
    /// The set with what carries the cell's state on where no mechanism moves it: lost active material stays lost.
    ///
    /// Throws `SimulationError`: films, metal or cracks that no mechanism of the set has.
    func carrying(_ state: AgedState) throws -> AgeingSet {
        var set = self
        func refuse(_ what: String, _ mechanism: String) -> SimulationError {
            SimulationError(
                .data,
                "ageing set '\(name)': the aged cell has \(what), and the set has no \(mechanism) to carry it on; a set "
                    + "with it, or no ageing, is right")
        }
        for material in state.negative {
            if material.seiThickness != nil, sei == nil { throw refuse("SEI", "SEI growth") }
            if material.crackSEIThickness != nil, sei?.initialCrackThickness == nil {
                throw refuse("SEI on cracks", "SEI on cracks")
            }
            let metal = (material.platedLithium?.values ?? []) + (material.deadLithium?.values ?? [])
            if plating == nil, metal.contains(where: { $0 != 0 }) {
                throw refuse("plated lithium", "lithium plating")
            }
            if material.crackLength != nil, negative.cracks == nil {
                throw refuse("cracks in the negative electrode", "crack growth there")
            }
        }
        for material in state.positive where material.crackLength != nil && positive.cracks == nil {
            throw refuse("cracks in the positive electrode", "crack growth there")
        }
        if state.wetFraction < 1, dryOut == nil { throw refuse("a dry part", "dry-out") }
        if state.oxidisedCapacity != 0, oxidation == nil {
            throw refuse("oxidised electrolyte", "electrolyte oxidation")
        }
        if state.contactResistanceGrowth > 0, corrosion == nil { throw refuse("corroded contacts", "corrosion") }
        let intact = AgedProfile(1)
        if state.negative.contains(where: { $0.activeMaterialLeft != intact }), !negative.losesMaterial {
            set.negative.dissolution = DissolutionParameters()
        }
        if state.positive.contains(where: { $0.activeMaterialLeft != intact }), !positive.losesMaterial {
            set.positive.dissolution = DissolutionParameters()
        }
        return set
    }
}

extension ElectrodeAgeing {
    /// Whether the active material left is an unknown.
    var losesMaterial: Bool { stressLoss != nil || dissolution != nil || reactionLoss != 0 }
}

extension AgedState {
    /// That of a cell of which only `State > Degradation` is known: films and pores as when fresh.
    init(lossesOf cell: Cell) {
        self.init()
        func states(_ electrode: Electrode?) -> [MaterialState] {
            (electrode?.materials ?? []).map { material in
                var state = MaterialState()
                state.activeMaterialLeft = AgedProfile(1 - material.lossOfActiveMaterial)
                return state
            }
        }
        negative = states(cell.negative)
        positive = states(cell.positive)
    }
}

extension AgeingModel {
    /// Brings a fresh state at rest to an aged one at rest. Where `stoichiometries` are nil those of the state are taken, over
    /// x where it has them.
    func place(
        _ state: AgedState, _ stoichiometries: (negative: [Double], positive: [Double])?,
        _ y: UnsafeMutablePointer<Double>, temperature: Double
    ) {
        var next = (negative: 0, positive: 0)
        var placed: [(population: Population, state: AgedState.MaterialState)] = []
        for (population, isNegative) in populations {
            let k = isNegative ? next.negative : next.positive
            if isNegative { next.negative += 1 } else { next.positive += 1 }
            let states = isNegative ? state.negative : state.positive
            guard k < states.count else { continue }
            population.ageing?.place(states[k], y, in: population.material)
            placed.append((population, states[k]))
        }
        contacts?.place(state.contactResistanceGrowth * parameters.current1C, y)
        if let dryOut {
            dryOut.place(state, y, perArea: area * Constants.faraday / 3600)
            // Salt stays with the electrolyte.
            for i in 0..<nodes { y[saltOffset + i] = 1 / state.wetFraction }
        }
        func means(_ states: [AgedState.MaterialState]) -> [Double] { states.map { $0.meanStoichiometry ?? 0.5 } }
        setUniform(
            y, stoichiometries ?? (means(state.negative), means(state.positive)), temperature: temperature)
        guard stoichiometries == nil else { return }
        for (population, own) in placed { population.spread(own, y) }
    }

    /// What has aged, without what only a run knows.
    func agedState(_ y: UnsafePointer<Double>) -> AgedState {
        var state = AgedState()
        for (population, isNegative) in populations {
            var own = AgedState.MaterialState()
            if let ageing = population.ageing { own = ageing.materialState(y, in: population.material) }
            own.stoichiometry = AgedProfile(cells: (0..<population.points).map { population.mean(y, at: $0) })
            if isNegative { state.negative.append(own) } else { state.positive.append(own) }
        }
        if nodes > 0 { state.electrolyteConcentration = meanConcentration(y) * parameters.initialConcentration }
        state.contactResistanceGrowth = corrosionResistance(y) / parameters.current1C
        dryOut?.write(y, to: &state, perArea: area * Constants.faraday / 3600)
        return state
    }
}

extension DryOut {
    /// `perArea`: A·h of a mol per m².
    fileprivate func place(_ state: AgedState, _ y: UnsafeMutablePointer<Double>, perArea: Double) {
        y[position] = state.wetFraction
        let dry = state.dryPart
        for (store, value) in [
            (Store.particles, dry.particles), (.sei, dry.sei), (.crackSEI, dry.crackSEI), (.plated, dry.plated),
            (.dead, dry.dead), (.lostWithMaterial, dry.lostMaterial),
        ] { y[position + 1 + store.rawValue] = value / perArea }
    }

    fileprivate func write(_ y: UnsafePointer<Double>, to state: inout AgedState, perArea: Double) {
        state.wetFraction = wetFraction(y)
        state.dryPart.particles = perArea * stored(.particles, y)
        state.dryPart.sei = perArea * stored(.sei, y)
        state.dryPart.crackSEI = perArea * stored(.crackSEI, y)
        state.dryPart.plated = perArea * stored(.plated, y)
        state.dryPart.dead = perArea * stored(.dead, y)
        state.dryPart.lostMaterial = perArea * stored(.lostWithMaterial, y)
    }
}

extension Population {
    /// Uniform particles, each with the lithium of its place; their sum is the state's on any mesh.
    fileprivate func spread(_ state: AgedState.MaterialState, _ y: UnsafeMutablePointer<Double>) {
        guard let profile = state.stoichiometry, let lithium = state.lithium else { return }
        var amounts = zip(profile.cells(points), state.activeMaterialLeft.cells(points)).map { $0 * $1 }
        let sum = amounts.reduce(0, +) / Double(points)
        if sum > 0 { for i in 0..<points { amounts[i] *= lithium / sum } }
        for shell in 0..<mesh.shells {
            for i in 0..<points { y[stoichiometryOffset + shell * points + i] = amounts[i] }
        }
    }
}

extension LocalAgeing {
    func place(_ state: AgedState.MaterialState, _ y: UnsafeMutablePointer<Double>, in material: ActiveMaterial) {
        func fill(_ offset: Int?, _ profile: AgedProfile?, _ value: (Double, Int) -> Double) {
            guard let offset, let profile else { return }
            for (i, v) in profile.cells(points).enumerated() { y[offset + i] = value(v, i) }
        }
        let left = state.activeMaterialLeft.cells(points)
        fill(fraction, state.activeMaterialLeft) { v, _ in v }
        if let cracks = electrode.cracks { fill(crackLength, state.crackLength) { v, _ in v / cracks.initialLength } }
        if let sei {
            let l0 = sei.initialThickness
            fill(seiAmount, state.seiThickness) { v, i in v * left[i] / l0 }
            if let cracks = electrode.cracks, let crackLength {
                fill(crackAmount, state.crackSEIThickness) { v, i in
                    let length = cracks.initialLength * y[crackLength + i]
                    return v * left[i] * CrackGrowth.areaRatio(cracks, length: length) / l0
                }
            }
        }
        fill(plated, state.platedLithium) { v, _ in v / Self.platedScale }
        fill(dead, state.deadLithium) { v, _ in v / Self.platedScale }
        if let lostLithium {
            y[lostLithium] =
                state.lithiumInLostMaterial / (material.activeVolumeFraction * material.maximumConcentration)
        }
    }

    func materialState(_ y: UnsafePointer<Double>, in material: ActiveMaterial) -> AgedState.MaterialState {
        var state = AgedState.MaterialState()
        func profile(_ offset: Int?, _ value: (Double, Int) -> Double) -> AgedProfile? {
            offset.map { o in AgedProfile(cells: (0..<points).map { value(y[o + $0], $0) }) }
        }
        let left = (0..<points).map { i in fraction.map { y[$0 + i] } ?? 1 }
        state.activeMaterialLeft = AgedProfile(cells: left)
        if let cracks = electrode.cracks {
            state.crackLength = profile(crackLength) { v, _ in v * cracks.initialLength }
        }
        if let sei {
            let l0 = sei.initialThickness
            state.seiThickness = profile(seiAmount) { v, i in l0 * v / left[i] }
            if sei.film != .none { state.filmResistance = sei.resistivity * (state.seiThickness?.mean ?? 0) }
            if let cracks = electrode.cracks, let crackLength {
                state.crackSEIThickness = profile(crackAmount) { v, i in
                    let length = cracks.initialLength * y[crackLength + i]
                    return l0 * v / (left[i] * CrackGrowth.areaRatio(cracks, length: length))
                }
            }
        }
        state.platedLithium = profile(plated) { v, _ in v * Self.platedScale }
        state.deadLithium = profile(dead) { v, _ in v * Self.platedScale }
        if let lostLithium {
            state.lithiumInLostMaterial =
                material.activeVolumeFraction * material.maximumConcentration * y[lostLithium]
        }
        return state
    }
}
