internal import Cells

/// What the books and an aged start need of a model.
protocol AgeingModel: CellModel {
    var parameters: ModelParameters { get }
    var populations: [(population: Population, isNegative: Bool)] { get }
    /// Salt over x: `nodes` unknowns, none in a model without electrolyte.
    var saltOffset: Int { get }
    var nodes: Int { get }
    /// Salt over its initial value at all nodes.
    func concentrations(_ y: UnsafePointer<Double>) -> UnsafePointer<Double>
    /// Sets currents to zero and potentials to those of electrodes at rest, V against lithium.
    func setPotentials(_ y: UnsafeMutablePointer<Double>, negative: Double, positive: Double)
}

extension AgeingModel {
    /// Area of all electrode pairs, m².
    var area: Double { parameters.cell.electrodeArea * Double(parameters.cell.electrodePairs) }

    /// Lithium in the particles, A·h.
    func inventory(_ y: UnsafePointer<Double>) -> Double { lithium(y).particles * area * Constants.faraday / 3600 }

    /// What is left of each material's initial amount; a part that has fallen dry is lost.
    func activeFractions(_ y: UnsafePointer<Double>) -> (negative: [Double], positive: [Double]) {
        var found = (negative: [Double](), positive: [Double]())
        for (population, isNegative) in populations {
            var mean = 1.0
            if let fraction = population.ageing?.fraction {
                mean = 0
                for i in 0..<population.points { mean += y[fraction + i] }
                mean /= Double(population.points)
            }
            mean *= wetFraction(y)
            if isNegative { found.negative.append(mean) } else { found.positive.append(mean) }
        }
        return found
    }

    /// Of the negative electrode over its thickness.
    func porosity(_ y: UnsafePointer<Double>) -> AgedProfile {
        let fresh = parameters.cell.negative?.porosity ?? 0
        let points = nodes > 0 ? parameters.options.mesh.negative : 0
        let c = concentrations(y)
        // The unknown is the salt's amount: the concentration times what is left of the pores.
        return AgedProfile(
            cells: points == 0 ? [fresh] : (0..<points).map { fresh * (c[$0] == 0 ? 1 : y[saltOffset + $0] / c[$0]) })
    }

    /// Brings the particles to uniform stoichiometries, the salt to one concentration, and leaves everything that has aged
    /// as it is.
    func setUniform(
        _ y: UnsafeMutablePointer<Double>, _ stoichiometries: (negative: [Double], positive: [Double]),
        temperature: Double
    ) {
        let reference = parameters.cell.referenceTemperature
        var next = (negative: 0, positive: 0)
        var potential = (negative: 0.0, positive: 0.0)
        for (population, isNegative) in populations {
            let k = isNegative ? next.negative : next.positive
            let value = isNegative ? stoichiometries.negative[k] : stoichiometries.positive[k]
            if k == 0 {
                let material = population.material
                let open =
                    material.openCircuitPotential(value) + (temperature - reference) * material.entropicChange(value)
                if isNegative { potential.negative = open } else { potential.positive = open }
            }
            if isNegative { next.negative += 1 } else { next.positive += 1 }
            let n = population.points
            for i in 0..<n {
                let left = population.ageing?.fraction.map { y[$0 + i] } ?? 1
                for shell in 0..<population.mesh.shells {
                    y[population.stoichiometryOffset + shell * n + i] = left * value
                }
            }
        }
        setUniformSalt(y)
        if let t = tail.temperature { y[t] = (temperature - reference) / reference }
        setPotentials(y, negative: potential.negative, positive: potential.positive)
    }

    /// Concentration of the salt when it is spread evenly, over the initial one.
    func meanConcentration(_ y: UnsafePointer<Double>) -> Double {
        let c = concentrations(y)
        var amount = 0.0, volume = 0.0
        for i in 0..<nodes {
            let u = mass(saltOffset + i) * y[saltOffset + i]
            amount += u
            if c[i] != 0 { volume += u / c[i] }
        }
        return volume > 0 ? amount / volume : 1
    }

    /// Spreads the salt evenly over the pores; its amount stays what it is.
    private func setUniformSalt(_ y: UnsafeMutablePointer<Double>) {
        guard nodes > 0 else { return }
        var amount = 0.0
        for i in 0..<nodes {
            amount += mass(saltOffset + i) * y[saltOffset + i]
            y[saltOffset + i] = 1
        }
        // With a unit amount at each node the concentration is one over what is left of the pores.
        let inverse = concentrations(y)
        var volume = 0.0
        for i in 0..<nodes { volume += mass(saltOffset + i) / inverse[i] }
        for i in 0..<nodes { y[saltOffset + i] = amount / volume / inverse[i] }
    }
}

extension PorousElectrodeModel: AgeingModel {
    func setPotentials(_ y: UnsafeMutablePointer<Double>, negative: Double, positive: Double) {
        for i in differential..<potentialOffset { y[i] = 0 }
        for i in 0..<nodes { y[potentialOffset + i] = -negative }
        for i in 0..<negativePoints { y[solidNegativeOffset + i] = 0 }
        for i in solidPositiveOffset..<tail.current { y[i] = positive - negative }
        y[tail.current] = 0
        y[tail.voltage] = positive - negative
    }
}

extension SingleParticleModel: AgeingModel {
    func setPotentials(_ y: UnsafeMutablePointer<Double>, negative: Double, positive: Double) {
        for i in differential..<dropOffset { y[i] = 0 }
        y[dropOffset] = negative
        y[dropOffset + 1] = positive
        y[tail.current] = 0
        y[tail.voltage] = positive - negative
    }
}
